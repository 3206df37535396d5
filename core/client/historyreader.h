// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/historytable.h"
#include "core/client/link.h"

#include <QObject>

#include <map>

namespace mailhelm
{

class LocalHistory;

/// Fills a HistoryTable with who was there in a span: asks each server for what is over and adds what is still there,
/// and what this program itself saw end where it keeps that. A row that several know appears once, as the agent has it.
/// For what is still there to be known, the links have to be subscribed to `connections` and `webmail`. Reading again
/// replaces what was read before row by row, so that a selection stays. Lives in the links' thread; table, links and
/// the local history outlive it.
class HistoryReader : public QObject
{
    Q_OBJECT

public:
    explicit HistoryReader(HistoryTable &table, LocalHistory *local = nullptr, QObject *parent = nullptr);

    /// What became of one server.
    struct Outcome {
        std::optional<Error> error; ///< why the agent's answer is missing, or not whole
        std::optional<Error> localError; ///< likewise this program's own
        QList<HistoryDone::Span> unwatched; ///< parts of the span that nobody watched, by the server's clock
    };

    /// Of one reading, all servers together; whoever has more to tell is cut short, with an error. 0: any number.
    void setMostRows(qsizetype rows) { m_mostRows = rows; }
    /// From `fromUs` to `toUs` of this machine's clock; what was under way is given up. finished() follows, from the
    /// event loop. Of links that are not connected there is what is known here.
    void read(const QList<Link *> &links, qint64 fromUs, qint64 toUs);
    void cancel();

    [[nodiscard]] bool isReading() const { return m_open > 0; }
    [[nodiscard]] qint64 fromUs() const { return m_fromUs; }
    [[nodiscard]] qint64 toUs() const { return m_toUs; }
    [[nodiscard]] const std::map<quint16, Outcome> &outcomes() const { return m_outcomes; }

Q_SIGNALS:
    /// Rows that are over and have come so far.
    void progressed(qsizetype rows);
    void finished();

private:
    using Spans = QList<HistoryDone::Span>;
    struct Asked {
        QPointer<Link> link;
        quint32 request = 0; ///< to the agent; 0: answered
        quint32 localRequest = 0; ///< likewise
        ChangeSet live; ///< of when it was asked
        QList<ChangeSet> local; ///< put behind the agent's, which are preferred
        Spans unwatched; ///< by the agent
        Spans localUnwatched; ///< by us
    };

    void askAgent(quint16 server, Asked &asked, HistoryDone::Span span);
    void askHere(quint16 server, Asked &asked, HistoryDone::Span span);
    /// False: these are too many.
    [[nodiscard]] bool count(const ChangeSet &part);
    [[nodiscard]] Error tooMany() const;
    void onAnswer(quint16 server, const Result<HistoryDone> &answer);
    void fail(quint16 server, const Error &error);
    void settle(quint16 server);

    HistoryTable &m_table;
    LocalHistory *const m_local;
    qint64 m_fromUs = 0;
    qint64 m_toUs = 0;
    int m_open = 0;
    qsizetype m_rows = 0;
    qsizetype m_mostRows = 0;
    std::map<quint16, Asked> m_asked;
    std::map<quint16, Outcome> m_outcomes;
};

} // namespace mailhelm
