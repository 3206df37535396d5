// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/toplist.h"

#include "views/focusedge.h"
#include "views/icons.h"
#include "views/viewtext.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyle>
#include <QStyledItemDelegate>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

enum ItemRole { PartRole = Qt::UserRole, FilterRole, KindRole };
constexpr int RowsSeen = 10; ///< without scrolling, at most
constexpr int RowsAtLeast = 1;

/// Draws the bar behind the text.
class BarDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const double part = index.siblingAtColumn(0).data(PartRole).toDouble();
        const auto kind = TopList::Kind(index.siblingAtColumn(0).data(KindRole).toInt());
        if (index.column() == 0 && part > 0 && !option.state.testFlag(QStyle::State_Selected)) {
            QColor bar = kind == TopList::Kind::Bad ? tints(option.palette).bad
                : kind == TopList::Kind::Warning    ? tints(option.palette).warning
                                                    : option.palette.color(QPalette::Highlight);
            bar.setAlphaF(0.22F);
            QRectF rect = option.rect.adjusted(0, 1, 0, -1);
            rect.setWidth(rect.width() * part);
            if (option.direction == Qt::RightToLeft)
                rect.moveRight(option.rect.right());
            painter->fillRect(rect, bar);
        }
        QStyledItemDelegate::paint(painter, option, index);
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return { QStyledItemDelegate::sizeHint(option, index).width() + 6, option.fontMetrics.height() + 5 };
    }
};

} // namespace

TopList::TopList(const QString &title, QWidget *parent)
    : QTreeWidget(parent)
{
    setAccessibleName(title);
    setColumnCount(2);
    setHeaderHidden(true); // its title stands above
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setFrameShape(QFrame::NoFrame);
    setItemDelegate(new BarDelegate(this));
    setTextElideMode(Qt::ElideMiddle);
    new FocusEdge(this);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(0, QHeaderView::Stretch);
    header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
    const auto activate = [this](const QTreeWidgetItem *item) {
        if (const QString filter = item->data(0, FilterRole).toString(); !filter.isEmpty())
            Q_EMIT lineActivated(filter);
    };
    connect(this, &QTreeWidget::itemClicked, this, activate);
}

void TopList::keyPressEvent(QKeyEvent *event)
{
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentItem()) {
        if (const QString filter = currentItem()->data(0, FilterRole).toString(); !filter.isEmpty())
            Q_EMIT lineActivated(filter);
        event->accept();
        return;
    }
    QTreeWidget::keyPressEvent(event);
}

void TopList::setLines(const QList<Line> &lines, const QString &nothing)
{
    const bool none = lines.isEmpty();
    const QList<Line> wanted = none ? QList<Line> { { nothing, {}, 0, {}, Kind::Plain } } : lines;
    if (wanted == m_lines)
        return;
    m_lines = wanted;
    while (topLevelItemCount() > wanted.size())
        delete takeTopLevelItem(int(wanted.size()));
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        const Line &line = wanted[i];
        QTreeWidgetItem *item = topLevelItem(int(i));
        if (!item)
            item = new QTreeWidgetItem(this);
        item->setText(0, line.text);
        item->setText(1, line.value);
        item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
        item->setData(0, PartRole, line.part);
        item->setData(0, FilterRole, line.filter);
        item->setData(0, KindRole, int(line.kind));
        item->setIcon(0,
            line.kind == Kind::Bad         ? style()->standardIcon(QStyle::SP_MessageBoxCritical)
                : line.kind == Kind::Plain ? QIcon()
                                           : QIcon(tinted(Symbol::Warning, fontMetrics().height(),
                                               tints(palette()).warning, devicePixelRatioF())));
        item->setFlags(none ? Qt::NoItemFlags : Qt::ItemIsEnabled | Qt::ItemIsSelectable);
        item->setToolTip(0, plainToolTip(line.text));
    }
    updateGeometry();
}

QSize TopList::sizeHint() const
{
    const int rows = std::clamp(int(m_lines.size()), RowsAtLeast, RowsSeen);
    return { fontMetrics().averageCharWidth() * 36, (fontMetrics().height() + 5) * rows + 2 };
}

QSize TopList::minimumSizeHint() const
{
    return { fontMetrics().averageCharWidth() * 20, sizeHint().height() };
}

} // namespace mailhelm
