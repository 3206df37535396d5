// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/column.h"

#include <QCoreApplication>
#include <QString>

namespace mailhelm
{

/// A sign beside a cell's text, or instead of it: each a shape of its own, so that colour alone tells nothing.
enum class CellMark {
    None,
    Locked, ///< instead of the text, as the next
    Unlocked,
    Active, ///< accounts
    Blocked,
    Disabled,
    Deleting,
    Soon, ///< time is running out
    Note, ///< there is an explanation in the tooltip
};

/// What a cell's colour means.
enum class CellTone { Plain, Faint, Warning, Bad };

struct CellLook {
    CellMark mark = CellMark::None;
    CellTone tone = CellTone::Plain;
    friend bool operator==(const CellLook &, const CellLook &) = default;
};

/// How the cells of a table are written for people: by type and trait of the column, and by one small table of the
/// columns that are more than their type says. Text of mail users is made harmless here. GUI thread; immutable but for
/// addColumn().
class ColumnFormat
{
    Q_DECLARE_TR_FUNCTIONS(mailhelm::ColumnFormat)

public:
    /// Of dates and times: seconds east of UTC; nullopt: that of this computer.
    using Zone = std::optional<int>;

    explicit ColumnFormat(const Schema &schema);

    /// A column whose cell of the same row is needed to write this one's (`since` needs `since_exact`, `expires` needs
    /// `last_active`); -1: none.
    [[nodiscard]] int companionOf(int column) const { return m_columns[column].companion; }
    /// What the cell shows: "41 s", "≥ 3 min", "2.1 MB", "alice", "–" for nobody, "?" for not known. `nowUs`: clock of
    /// the row's server.
    [[nodiscard]] QString display(
        int column, const Value &value, const Value &companion, qint64 nowUs, Zone zone = {}) const;
    /// The whole of it: times as date and time of this place, sizes to the byte, long texts in full. Plain text, which
    /// a tool tip may take for HTML: show it through plainToolTip().
    [[nodiscard]] QString toolTip(
        int column, const Value &value, const Value &companion, qint64 nowUs, Zone zone = {}) const;
    [[nodiscard]] CellLook look(int column, const Value &value, const Value &companion, qint64 nowUs) const;
    /// For a screen reader: no symbols.
    [[nodiscard]] QString accessible(
        int column, const Value &value, const Value &companion, qint64 nowUs, Zone zone = {}) const;
    [[nodiscard]] QString title(int column) const; ///< translated
    /// Numbers and times stand at the right, locks in the middle; titles as their cells.
    [[nodiscard]] Qt::Alignment alignment(int column) const;
    void addColumn(const ColumnSpec &spec);

    // The same for labels elsewhere.
    [[nodiscard]] static QString age(qint64 us); ///< "41 s", "3 min", "2 h 5 min", "3 d 4 h"; below zero counts as zero
    [[nodiscard]] static QString bytes(qint64 bytes); ///< "2.1 MB": powers of 1000
    [[nodiscard]] static QString dateTime(qint64 us, Zone zone = {}); ///< to the second
    [[nodiscard]] static QString date(qint64 us, Zone zone = {});
    [[nodiscard]] static QString moment(
        qint64 us, qint64 nowUs, Zone zone = {}); ///< the time today, else date and time
    /// Of `enabled`: "Active", "Login blocked" …; other words as they are.
    [[nodiscard]] static QString accountState(QByteArrayView word);

    /// What a column is, more than its type says.
    enum class Style {
        ByType,
        Nobody, ///< an empty text means: known to be nobody
        Lock, ///< a flag shown as a symbol
        Countdown, ///< to that time; the companion is since when it runs
        Until, ///< the date, and how long that is from now; the companion as before
        Day, ///< of a time, the date
        Moment, ///< date and time
        Began, ///< a Moment, or earlier: the companion says whether it was seen
        Over, ///< a Moment; not known: still there. The companion says whether that was seen, or the last look
        LastLogin, ///< a day; not known: none was seen since the companion
        Account, ///< how an account is
        Count, ///< zero steps back
        OfSession, ///< not known: there is no WebMail session that it could be of
        OnlineUser, ///< a user; nobody and not known are rows with an explanation
        SourceState,
    };

private:
    struct Format {
        ColumnSpec spec;
        int companion = -1;
        Style style = Style::ByType;
    };
    [[nodiscard]] static QString displayText(const Format &format, QByteArrayView text);
    [[nodiscard]] static QString displayNumber(const Format &format, qint64 number, const Value &companion);
    [[nodiscard]] static QString displayTime(
        const Format &format, qint64 us, const Value &companion, qint64 nowUs, Zone zone);

    QList<Format> m_columns;
};

} // namespace mailhelm
