// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/celldelegate.h"

#include "models/rowselection.h"
#include "models/tablemodel.h"
#include "views/viewtext.h"

#include <QAbstractItemView>
#include <QPainter>

namespace mailhelm
{

namespace
{

/// Some screens full of different texts.
constexpr int TextsKept = 6000;

bool isFaint(const Value &value)
{
    if (std::holds_alternative<std::monostate>(value))
        return true;
    const auto *text = std::get_if<QByteArray>(&value);
    return text && text->isEmpty();
}

} // namespace

CellDelegate::CellDelegate(TableModel &model, RowSelection &selection, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_model(model)
    , m_selection(selection)
    , m_texts(TextsKept)
{
}

QTextOption CellDelegate::textOption()
{
    QTextOption option;
    option.setTextDirection(Qt::LeftToRight);
    option.setWrapMode(QTextOption::NoWrap);
    return option;
}

void CellDelegate::forgetTexts()
{
    m_texts.clear();
    m_tints.reset();
}

QStaticText *CellDelegate::textFor(const TextKey &key, const QFont &font, const QFontMetrics &metrics) const
{
    if (QStaticText *kept = m_texts.object(key))
        return kept;
    const auto fits = [&](const QString &text) { return metrics.horizontalAdvance(text) <= key.width; };
    QString shown = key.user ? elidedUser(key.text, fits) : QString();
    if (shown.isEmpty())
        shown = metrics.elidedText(key.text, Qt::ElideRight, key.width);
    auto *made = new QStaticText(key.user ? isolatedUser(shown) : shown);
    made->setTextFormat(Qt::PlainText);
    made->setTextOption(textOption());
    made->setPerformanceHint(QStaticText::AggressiveCaching);
    made->prepare(QTransform(), font);
    m_texts.insert(key, made);
    return made;
}

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (!m_tints)
        m_tints = tints(option.palette);
    const int row = index.row();
    const RowKey key = m_model.keyAt(row);
    const bool selected = m_selection.contains(key);
    const bool gone = m_model.isGone(row);
    const bool active = option.state.testFlag(QStyle::State_Active) && option.widget && option.widget->hasFocus();
    const QPalette::ColorGroup group = active ? QPalette::Active : QPalette::Inactive;

    if (selected) {
        painter->fillRect(option.rect, option.palette.color(group, QPalette::Highlight));
    } else if (row % 2 == 1) {
        QColor stripe = option.palette.color(QPalette::Text);
        stripe.setAlpha(9);
        painter->fillRect(option.rect, stripe);
    }

    const ColumnSpec &spec = m_model.schema().column(index.column());
    const Value value = m_model.valueAt(row, index.column());
    const bool faint = gone || isFaint(value) || m_stale.contains(key.server);
    QColor colour = option.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Text);
    if (faint)
        colour.setAlphaF(selected ? 0.75F : 0.58F);

    // How a source is, is said in words; the colour only makes trouble easier to find.
    if (!selected && !faint && m_model.schema().id() == TableId::Sources && spec.key == "state") {
        const auto *state = std::get_if<QByteArray>(&value);
        if (state && *state == "down")
            colour = m_tints->bad;
        else if (state && *state == "degraded")
            colour = m_tints->warning;
    }

    const QRect inner = option.rect.adjusted(Margin, 0, -Margin, 0);
    const auto *flag = std::get_if<bool>(&value);
    if (spec.key == "secure" && flag && !gone) {
        const qreal side = std::min(12.0, option.rect.height() - 6.0);
        QColor lock = colour;
        if (!selected && !faint) {
            if (*flag)
                lock.setAlphaF(0.7F);
            else
                lock = m_tints->warning;
        }
        paintLock(*painter,
            QRectF(inner.center().x() - side / 2 + 0.5, inner.center().y() - side / 2 + 0.5, side, side), *flag, lock);
    } else {
        const QString text = m_model.data(index, Qt::DisplayRole).toString();
        if (!text.isEmpty()) {
            const bool user = spec.key == "user" || spec.key == "target";
            painter->setFont(option.font);
            QStaticText *laidOut = textFor({ text, inner.width(), user }, option.font, option.fontMetrics);
            painter->setPen(colour);
            const QSizeF size = laidOut->size();
            const Qt::Alignment alignment = m_model.format().alignment(index.column());
            qreal x = inner.left();
            if (alignment.testFlag(Qt::AlignHCenter))
                x = inner.left() + (inner.width() - size.width()) / 2;
            else if (alignment.testFlag(Qt::AlignRight))
                x = inner.right() + 1 - size.width();
            painter->drawStaticText(
                QPointF(x, option.rect.top() + (option.rect.height() - size.height()) / 2), *laidOut);
        }
    }

    const auto *view = qobject_cast<const QAbstractItemView *>(option.widget);
    if (active && view && view->currentIndex().row() == row) {
        QColor line = option.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Highlight);
        line.setAlphaF(0.6F);
        painter->setPen(line);
        painter->drawLine(option.rect.topLeft(), option.rect.topRight());
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    }
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QString text = m_model.data(index, Qt::DisplayRole).toString();
    return { option.fontMetrics.horizontalAdvance(text) + 2 * Margin + 2, option.fontMetrics.height() + 6 };
}

} // namespace mailhelm
