// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historypack.h"
#include "core/protocol/changescodec.h"
#include "core/protocol/messages.h"

#include <functional>

namespace mailhelm
{

/// One piece of the answer to a History request.
struct HistoryPart {
    QByteArray payload; ///< a Changes message that carries the request's number
    bool last = false;
    QList<HistoryDone::Span> unwatched; ///< with the last part
    std::optional<Error> error; ///< then there is nothing else, and nothing more will come
};

/// How far one History request is answered. Rows that match are encoded a part at a time, so that neither memory nor
/// the wire ever holds more than one. Lives on the history's thread.
class HistoryCursor
{
public:
    static constexpr qsizetype PartBytes = 128 * 1024; ///< far below a frame's limit
    static constexpr int PiecesPerPart = 8; ///< looked at; a part may be empty then

    HistoryCursor(quint32 request, HistoryDone::Span span, qint64 notBefore);

    [[nodiscard]] const HistoryDone::Span &span() const { return m_span; }
    /// Rows that are in memory.
    void add(HistoryRows rows) { m_waiting.append(std::move(rows)); }
    /// Those on disk, in the order in which they shall come.
    void setPieces(QList<qint64> pieces) { m_pieces = std::move(pieces); }

    /// Rows that ended then could not be read.
    void addUnreadable(HistoryDone::Span span) { m_unreadable.append(span); }
    /// What is left of the spans without those.
    [[nodiscard]] QList<HistoryDone::Span> readable(QList<HistoryDone::Span> watched) const;

    /// Rows of a piece; nullopt where it is there no more.
    using Load = std::function<std::optional<HistoryRows>(qint64 piece)>;
    [[nodiscard]] HistoryPart next(const Load &load);

private:
    [[nodiscard]] bool advance(const Load &load, int &looked);
    [[nodiscard]] bool matches(qsizetype row) const;

    const quint32 m_request;
    const HistoryDone::Span m_span;
    const qint64 m_notBefore; ///< what ended earlier is too old to be told
    QList<HistoryRows> m_waiting;
    QList<qint64> m_pieces;
    HistoryRows m_current;
    qsizetype m_row = 0;
    bool m_begun = false;
    QList<HistoryDone::Span> m_unreadable;
    /// The part's rows, and those of the one before: the texts that recur keep their codes in the dictionary.
    Table m_table;
    QList<quint32> m_before;
    ChangesEncoder m_encoder;
};

} // namespace mailhelm
