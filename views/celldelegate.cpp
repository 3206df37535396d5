// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/celldelegate.h"

#include "models/rowselection.h"
#include "models/tablemodel.h"
#include "views/cellmarks.h"
#include "views/columnstate.h"
#include "views/viewtext.h"

#include <QHeaderView>
#include <QPainter>
#include <QTableView>

namespace mailhelm
{

namespace
{

/// Some screens full of different texts.
constexpr int TextsKept = 6000;
constexpr int EnvironmentWidth = 3;
constexpr int MarkGap = 4; ///< between a mark and the text
constexpr int NarrowestLetter = 3; ///< pixels; of a font that can be read few are narrower

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
    m_usualWidths.clear();
    m_tints.reset();
}

QStaticText *CellDelegate::textFor(const TextKey &key, const QFont &font, const QFontMetrics &metrics) const
{
    if (QStaticText *kept = m_texts.object(key))
        return kept;
    // What cannot be seen is not laid out: letters that need other fonts cost some µs each, and who chose them knows
    // it.
    const qsizetype most = key.width / NarrowestLetter + 1;
    const auto fits
        = [&](const QString &text) { return text.size() <= most && metrics.horizontalAdvance(text) <= key.width; };
    QString shown = key.user ? elidedUser(key.text, fits) : QString();
    if (shown.isEmpty())
        shown = metrics.elidedText(
            key.text.size() > most ? key.text.left(most) + QChar(0x2026) : key.text, Qt::ElideRight, key.width);
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
    const bool active = option.state.testFlag(QStyle::State_Active) && option.widget && option.widget->hasFocus();
    const QPalette::ColorGroup group = active ? QPalette::Active : QPalette::Inactive;

    const bool gone = m_model.isGone(row);
    const double fresh = gone ? 0 : m_model.freshness(row);

    if (selected) {
        painter->fillRect(option.rect, option.palette.color(group, QPalette::Highlight));
    } else if (row % 2 == 1) {
        QColor stripe = option.palette.color(QPalette::Text);
        stripe.setAlpha(9);
        painter->fillRect(option.rect, stripe);
    }
    if (fresh > 0 && !selected) {
        QColor tint = m_tints->good;
        // Light on dark shines: less of it shows as much.
        const bool dark = option.palette.color(QPalette::Base).lightness() < 128;
        tint.setAlphaF(float((dark ? 0.15 : 0.2) * fresh));
        painter->fillRect(option.rect, tint);
    }

    const CellLook look = m_model.lookAt(row, index.column());
    const bool faint = look.tone == CellTone::Faint || m_stale.contains(key.server);
    QColor colour = option.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Text);
    if (faint)
        colour.setAlphaF(selected ? 0.8F : FaintAlpha);
    // What a colour means is said by a shape or in words too; it only makes trouble easier to find.
    else if (!selected && look.tone != CellTone::Plain)
        colour = look.tone == CellTone::Bad ? m_tints->bad : m_tints->warning;
    const auto *view = qobject_cast<const QTableView *>(option.widget);
    const QHeaderView *header = view ? view->horizontalHeader() : nullptr;
    const bool first = header && header->sectionPosition(index.column()) == 0;
    if (const auto found = first ? m_colours.constFind(key.server) : m_colours.cend(); found != m_colours.cend())
        painter->fillRect(QStyle::visualRect(option.direction, option.rect,
                              QRect(option.rect.topLeft(), QSize(EnvironmentWidth, option.rect.height()))),
            *found);
    const QRect inner = innerRect(option, index.column(), header);
    paintContent(*painter, option, inner, index, look, colour);
    if (gone || fresh > 0)
        paintMark(painter, option, first, gone, colour);
    if (active && view && view->currentIndex().row() == row) {
        QColor line = option.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Highlight);
        line.setAlphaF(0.6F);
        painter->setPen(line);
        painter->drawLine(option.rect.topLeft(), option.rect.topRight());
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    }
}

QRect CellDelegate::innerRect(const QStyleOptionViewItem &option, int column, const QHeaderView *header) const
{
    QRect inner = option.rect.adjusted(Margin, 0, -Margin, 0);
    if (header && header->sectionPosition(column) == 0)
        inner.setLeft(inner.left() + Gutter);
    const bool last = header && header->stretchLastSection()
        && header->sectionPosition(column) + header->sectionSize(column) == header->length();
    if (last && m_model.format().alignment(column).testFlag(Qt::AlignRight)) {
        int &usual = m_usualWidths[column];
        if (usual == 0)
            usual = usualColumnWidth(m_model, column, option.fontMetrics) - 2 * Margin;
        inner.setWidth(std::min(inner.width(), usual));
    }
    return QStyle::visualRect(option.direction, option.rect, inner);
}

void CellDelegate::paintContent(QPainter &painter, const QStyleOptionViewItem &option, const QRect &inner,
    const QModelIndex &index, const CellLook &look, const QColor &colour) const
{
    const int side = std::min(12, option.rect.height() - 6);
    const auto mark = [&](qreal x) {
        paintCellMark(painter, QRectF(x + 0.5, inner.center().y() - side / 2.0 + 0.5, side, side), look.mark, colour);
    };
    if (look.mark == CellMark::Locked || look.mark == CellMark::Unlocked) {
        mark(inner.center().x() - side / 2.0);
        return;
    }
    const QString text = m_model.data(index, Qt::DisplayRole).toString();
    if (text.isEmpty())
        return;
    const int room = look.mark == CellMark::None ? 0 : side + MarkGap;
    const QByteArray &columnKey = m_model.schema().column(index.column()).key;
    const bool user = columnKey == "user" || columnKey == "target";
    painter.setFont(option.font);
    QStaticText *laidOut = textFor({ text, inner.width() - room, user }, option.font, option.fontMetrics);
    painter.setPen(colour);
    const QSizeF size = laidOut->size();
    const Qt::Alignment alignment
        = QStyle::visualAlignment(option.direction, m_model.format().alignment(index.column()));
    // Notes stand behind their text, all other marks before it; from right to left everything is mirrored.
    const bool before = (look.mark != CellMark::Note) == (option.direction == Qt::LeftToRight);
    qreal x = inner.left() + (before ? room : 0);
    if (alignment.testFlag(Qt::AlignHCenter))
        x = inner.left() + (inner.width() - size.width()) / 2;
    else if (alignment.testFlag(Qt::AlignRight))
        x = inner.right() + 1 - size.width() - (before ? 0 : room);
    painter.drawStaticText(QPointF(x, option.rect.top() + (option.rect.height() - size.height()) / 2), *laidOut);
    mark(before ? x - room : x + size.width() + MarkGap);
}

void CellDelegate::paintMark(
    QPainter *painter, const QStyleOptionViewItem &option, bool first, bool gone, const QColor &colour) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(gone ? colour : m_tints->good, 1.8));
    const qreal y = option.rect.center().y() + 0.5;
    if (first) {
        // In the gutter before the first column: a plus for what came, a minus for what went.
        constexpr qreal Middle = (Margin + Gutter) / 2.0;
        constexpr qreal Arm = 3.5;
        const qreal x
            = option.direction == Qt::RightToLeft ? option.rect.right() + 1 - Middle : option.rect.left() + Middle;
        painter->drawLine(QPointF(x - Arm, y), QPointF(x + Arm, y));
        if (!gone)
            painter->drawLine(QPointF(x, y - Arm), QPointF(x, y + Arm));
    }
    if (gone) {
        painter->setPen(QPen(colour, 1));
        const QRect struck = QStyle::visualRect(
            option.direction, option.rect, option.rect.adjusted(Margin + (first ? Gutter : 0), 0, -Margin, 0));
        painter->drawLine(QPointF(struck.left(), y), QPointF(struck.right(), y));
    }
    painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QString text = m_model.data(index, Qt::DisplayRole).toString();
    const int mark = m_model.lookAt(index.row(), index.column()).mark == CellMark::None ? 0 : 12 + MarkGap;
    return { option.fontMetrics.horizontalAdvance(text) + mark + 2 * Margin + Gutter + 2,
        option.fontMetrics.height() + 6 };
}

} // namespace mailhelm
