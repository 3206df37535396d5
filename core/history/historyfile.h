// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historypack.h"
#include "core/protocol/messages.h"

#include <QHash>
#include <QVariantList>

#include <functional>

class QSqlQuery;

namespace mailhelm
{

/// The SQL of the history: its own SQLite file, opened by one thread and used by that alone. Holds
///
///   piece    rows that are over, some thousands together, with the span that they cover: never changed, only deleted
///   recent   rows that are over and not enough for a piece yet, one small packet a batch
///   live     what was live when last looked: changes to be folded, beginning with a snapshot
///   watch    the spans in which somebody looked
///
/// Corrupt: the file is damaged. Unsupported: a newer Mailhelm's. Io: everything else, a full disk above all.
class HistoryFile
{
public:
    struct Piece {
        qint64 number = 0;
        int kind = 0; ///< rows that lasted similarly long lie together, so that a piece covers little more than they do
        qint64 since = 0; ///< of the earliest row
        qint64 firstEnd = 0;
        qint64 lastEnd = 0;
        Packed packed;
        Schema shape;
    };

    HistoryFile() = default;
    ~HistoryFile() { close(); }
    Q_DISABLE_COPY_MOVE(HistoryFile)

    /// Opens or makes it (0600). It uses no more than `maxBytes` on the disk, what it writes ahead included.
    Result<void> open(const QString &file, qint64 maxBytes);
    void close();
    [[nodiscard]] bool isOpen() const { return !m_connection.isEmpty(); }
    [[nodiscard]] const QString &fileName() const { return m_file; }

    Result<void> inTransaction(const std::function<Result<void>()> &work);

    Result<void> addPiece(const Piece &piece);
    /// Numbers of those with rows in [from, to), latest first.
    [[nodiscard]] Result<QList<qint64>> piecesWithin(qint64 from, qint64 to);
    /// nullopt: it is deleted meanwhile.
    [[nodiscard]] Result<std::optional<Piece>> piece(qint64 number);
    /// Deletes the piece whose rows ended first, if that was before `before`: its last end. nullopt: there is none.
    [[nodiscard]] Result<std::optional<qint64>> removeOldest(qint64 before);

    Result<void> addRecent(const Piece &piece);
    [[nodiscard]] Result<QList<Piece>> recents();
    Result<void> removeRecents(int kind);

    Result<void> addLive(TableId table, const Packed &packed);
    [[nodiscard]] Result<QList<Piece>> live(TableId table); ///< in order
    Result<void> removeLive(TableId table);
    Result<void> setSeen(TableId table, qint64 time);
    [[nodiscard]] Result<qint64> seen(TableId table); ///< 0 = never

    Result<void> setWatched(qint64 since, qint64 until);
    [[nodiscard]] Result<QList<HistoryDone::Span>> watched(qint64 from);
    Result<void> forgetWatched(qint64 before);

    /// Up to when rows that ended had to go; 0 = none had.
    [[nodiscard]] Result<qint64> horizon();
    Result<void> setHorizon(qint64 time);

    /// By how many bytes it is larger than it may be with `more` in it; negative: so much room is left.
    [[nodiscard]] Result<qint64> excess(qint64 more);
    /// Gives some of what is free back to the disk where the file is larger than it may be. True: there is more.
    [[nodiscard]] Result<bool> shrink();
    /// Brings what was written ahead into the file, so that what was deleted is on the disk no more.
    Result<void> settle() { return run("PRAGMA wal_checkpoint(TRUNCATE)"); }

private:
    Result<void> run(
        const char *sql, const QVariantList &values = {}, const std::function<void(QSqlQuery &)> &row = {});
    Result<void> make();
    Result<qint64> number(const char *sql, const QVariantList &values = {});
    Result<qint64> shapeNumber(const Schema &schema);
    Result<Schema> shape(qint64 number);
    Result<QList<Piece>> packets(const char *sql, const QVariantList &values);

    QString m_connection;
    QString m_file;
    qint64 m_maxBytes = 0; ///< of the file proper
    qint64 m_pageBytes = 4096;
    QHash<qint64, Schema> m_shapes;
    QHash<TableId, qint64> m_shapeNow;
};

} // namespace mailhelm
