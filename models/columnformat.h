// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/column.h"

#include <QCoreApplication>
#include <QString>

namespace mailhelm
{

/// How the cells of a table are written for people: by type and trait of the column, and by one small table of the
/// columns that are more than their type says. Text of mail users is made harmless here. GUI thread; immutable but for
/// addColumn().
class ColumnFormat
{
    Q_DECLARE_TR_FUNCTIONS(mailhelm::ColumnFormat)

public:
    explicit ColumnFormat(const Schema &schema);

    /// A column whose cell of the same row is needed to write this one's (`since` needs `since_exact`); -1: none.
    [[nodiscard]] int companionOf(int column) const { return m_columns[column].companion; }
    /// What the cell shows: "41 s", "≥ 3 min", "2.1 MB", "alice", "–" for nobody, "?" for not known. `nowUs`: clock of
    /// the row's server.
    [[nodiscard]] QString display(int column, const Value &value, const Value &companion, qint64 nowUs) const;
    /// The whole of it: times as date and time of this place, sizes to the byte, long texts in full.
    [[nodiscard]] QString toolTip(int column, const Value &value, const Value &companion, qint64 nowUs) const;
    /// For a screen reader: no symbols.
    [[nodiscard]] QString accessible(int column, const Value &value, const Value &companion, qint64 nowUs) const;
    [[nodiscard]] QString title(int column) const; ///< translated
    /// Numbers and times stand at the right, locks in the middle; titles as their cells.
    [[nodiscard]] Qt::Alignment alignment(int column) const;
    void addColumn(const ColumnSpec &spec);

    // The same for labels elsewhere.
    [[nodiscard]] static QString age(qint64 us); ///< "41 s", "3 min", "2 h 5 min", "3 d 4 h"; below zero counts as zero
    [[nodiscard]] static QString bytes(qint64 bytes); ///< "2.1 MB": powers of 1000
    [[nodiscard]] static QString dateTime(qint64 us); ///< local, to the second

private:
    struct Format {
        ColumnSpec spec;
        int companion = -1;
        bool nobody = false; ///< an empty text means: known to be nobody
        bool symbol = false; ///< shown as a symbol, not in words
    };
    QList<Format> m_columns;
};

} // namespace mailhelm
