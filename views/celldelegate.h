// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCache>
#include <QHash>
#include <QSet>
#include <QStaticText>
#include <QStyledItemDelegate>
#include <QTextOption>

#include "models/columnformat.h"
#include "views/icons.h"

class QHeaderView;

namespace mailhelm
{

class RowSelection;
class TableModel;

/// Paints a table's cells: texts laid out once and kept, the selection as the page has it, locks for `secure`,
/// addresses of mail users cut so that their domain stays, rows of servers that are not connected faded, a plus and a
/// tint for what came a moment ago, a minus and a strike for what went.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    CellDelegate(TableModel &model, RowSelection &selection, QObject *parent);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

    /// Their rows show what was, not what is.
    void setStaleServers(const QSet<quint16> &servers) { m_stale = servers; }
    [[nodiscard]] const QSet<quint16> &staleServers() const { return m_stale; }
    /// The colour of their environment, shown before their rows; none where rows are of one server.
    void setServerColours(const QHash<quint16, QColor> &colours) { m_colours = colours; }
    [[nodiscard]] const QHash<quint16, QColor> &serverColours() const { return m_colours; }
    /// After a change of font or palette.
    void forgetTexts();

    static constexpr int Margin = 7; ///< left and right of a text
    static constexpr int Gutter = 12; ///< before the first column: for the marks of what came and what went
    /// How every text is laid out: from left to right whatever its letters, so that an address in Arabic letters still
    /// ends in its domain and dots for what was cut stand at the right.
    [[nodiscard]] static QTextOption textOption();

private:
    struct TextKey {
        QString text;
        int width;
        bool user;
        friend bool operator==(const TextKey &, const TextKey &) = default;
        friend size_t qHash(const TextKey &key, size_t seed = 0)
        {
            return qHashMulti(seed, key.text, key.width, key.user);
        }
    };
    void paintContent(QPainter &painter, const QStyleOptionViewItem &option, const QRect &inner,
        const QModelIndex &index, const CellLook &look, const QColor &colour) const;
    void paintMark(
        QPainter *painter, const QStyleOptionViewItem &option, bool first, bool gone, const QColor &colour) const;
    /// Where the contents of a cell stand: figures of the last column, which is as wide as the window lets it, stay
    /// where they are in one of usual width.
    [[nodiscard]] QRect innerRect(const QStyleOptionViewItem &option, int column, const QHeaderView *header) const;
    [[nodiscard]] QStaticText *textFor(const TextKey &key, const QFont &font, const QFontMetrics &metrics) const;

    TableModel &m_model;
    RowSelection &m_selection;
    QSet<quint16> m_stale;
    QHash<quint16, QColor> m_colours;
    mutable QCache<TextKey, QStaticText> m_texts; ///< texts as they fit; GUI thread only
    mutable QHash<int, int> m_usualWidths; ///< of columns, in pixels
    mutable std::optional<Tints> m_tints;
};

} // namespace mailhelm
