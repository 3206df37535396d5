// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "views/backend.h"

#include <QPointer>

namespace mailhelm
{

class Link;

/// What the windows ask for of rows of several servers, as requests to their links: one job, one answer. GUI thread.
class RowJobs : public QObject
{
    Q_OBJECT
public:
    using LinkOf = std::function<Link *(quint16 server)>; ///< nullptr: there is none any more
    explicit RowJobs(LinkOf linkOf, QObject *parent = nullptr);

    Backend::Job start(RowAction action, const QList<RowKey> &rows, const QString &reason, QObject *context,
        Backend::Answered reply, Backend::Progress progress);
    void stop(Backend::Job job);

    /// What role an action needs, and what the audit calls it.
    [[nodiscard]] static Role leastRole(RowAction action);
    [[nodiscard]] static QByteArray auditName(RowAction action);

private:
    struct Part {
        quint16 server = 0;
        QList<qsizetype> places; ///< in the job's outcomes
        qsizetype answered = 0;
        quint32 request = 0;
    };
    struct Running {
        QList<RowOutcome> outcomes;
        QList<Part> parts;
        int open = 0;
        QPointer<QObject> context;
        Backend::Answered reply;
        Backend::Progress progress;
    };

    [[nodiscard]] quint32 ask(Link &link, RowAction action, const QList<RowId> &ids, const QString &reason,
        std::function<void(const Result<Outcomes> &)> answer, std::function<void(const Outcomes &)> progress);
    void progressed(Backend::Job job, qsizetype part, const Outcomes &soFar);
    void answered(Backend::Job job, qsizetype part, const Result<Outcomes> &result);
    void settle(Backend::Job job);

    LinkOf m_linkOf;
    std::map<Backend::Job, Running> m_jobs;
    Backend::Job m_last = 0;
};

} // namespace mailhelm
