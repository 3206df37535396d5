// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/table/changeset.h"

#include <span>

namespace mailhelm
{

/// How the history keeps rows on disk: the columnar payload of the protocol (changescodec.h), deflated (zlib, level 1).
/// About 80 bytes a connection. No state, any thread.
struct Packed {
    QByteArray data;
    qint64 size = 0; ///< before it was deflated
};

/// `payload` is what a ChangesEncoder that began with it made: it can be read by itself.
[[nodiscard]] Packed deflated(const QByteArray &payload);
/// Those rows of the table, as the first part of a snapshot.
[[nodiscard]] QByteArray payloadOf(const Table &rows, std::span<const quint32> slots);

/// The changes as they were packed; `shape` are the columns that the table had then. They come back with the columns
/// that it has now: what it lacks is left out. Corrupt where the bytes are not what was written.
[[nodiscard]] Result<ChangeSet> unpack(const Packed &packed, const Schema &shape);

/// The columns as text for the file, and back; nullopt where it is no such text. Only keys, types and traits matter.
[[nodiscard]] QByteArray shapeToText(const Schema &schema);
[[nodiscard]] std::optional<Schema> shapeFromText(TableId table, const QByteArray &text);

/// Rows to choose from: one column for each of `history`, one id for each row (0 = none there).
struct HistoryRows {
    QList<RowId> ids;
    QList<Column> columns;

    [[nodiscard]] static HistoryRows of(const TableView &view);
    /// Of unpacked changes of the table `history`.
    [[nodiscard]] static HistoryRows of(const ChangeSet &changes);
    [[nodiscard]] qint64 since(qsizetype row) const; ///< not known: as `ended`
    [[nodiscard]] qint64 ended(qsizetype row) const;
};

/// Brings a table up to date with changes of the same schema.
void applyTo(Table &table, const ChangeSet &changes);

} // namespace mailhelm
