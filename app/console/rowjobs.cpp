// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/rowjobs.h"

#include "core/client/link.h"

namespace mailhelm
{

namespace
{

struct ActionFacts {
    RowAction action;
    Role least;
    const char *audit;
    std::optional<AccountChange> change;
};
constexpr std::array<ActionFacts, 7> Facts { {
    { RowAction::Drop, Role::Operator, "drop", std::nullopt },
    { RowAction::End, Role::Operator, "end", std::nullopt },
    { RowAction::Enable, Role::Manager, "enable", AccountChange::Enable },
    { RowAction::Block, Role::Manager, "block", AccountChange::Block },
    { RowAction::Disable, Role::Manager, "disable", AccountChange::Disable },
    { RowAction::Delete, Role::Owner, "delete", std::nullopt },
    { RowAction::Restore, Role::Owner, "restore", std::nullopt },
} };

const ActionFacts &factsOf(RowAction action)
{
    return *std::find_if(Facts.begin(), Facts.end(), [action](const ActionFacts &f) { return f.action == action; });
}

RowOutcome::Code codeOf(Outcomes::Code code)
{
    switch (code) {
    case Outcomes::Code::Done:
        return RowOutcome::Code::Done;
    case Outcomes::Code::Gone:
        return RowOutcome::Code::Gone;
    case Outcomes::Code::Refused:
        break;
    }
    return RowOutcome::Code::Refused;
}

} // namespace

RowJobs::RowJobs(LinkOf linkOf, QObject *parent)
    : QObject(parent)
    , m_linkOf(std::move(linkOf))
{
}

Role RowJobs::leastRole(RowAction action)
{
    return factsOf(action).least;
}

QByteArray RowJobs::auditName(RowAction action)
{
    return factsOf(action).audit;
}

Backend::Job RowJobs::start(RowAction action, const QList<RowKey> &rows, const QString &reason, QObject *context,
    Backend::Answered reply, Backend::Progress progress)
{
    const Backend::Job job = ++m_last;
    Running &running = m_jobs[job];
    running.context = context;
    running.reply = std::move(reply);
    running.progress = std::move(progress);
    for (const RowKey row : rows) {
        const auto same = std::find_if(
            running.parts.begin(), running.parts.end(), [row](const Part &part) { return part.server == row.server; });
        Part &part = same == running.parts.end() ? running.parts.emplaceBack(Part { row.server, {}, 0, 0 }) : *same;
        part.places.append(running.outcomes.size());
        running.outcomes.append({ row, RowOutcome::Code::NotReached, tr("The server is not in the list any more.") });
    }
    running.open = int(running.parts.size());
    if (running.open == 0) {
        running.open = 1;
        settle(job);
        return job;
    }
    // A link answers at once where it is down, and the last answer takes the job away.
    const QList<Part> parts = running.parts;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        Link *link = m_linkOf(parts[i].server);
        if (!link) {
            settle(job);
            continue;
        }
        QList<RowId> ids;
        for (const qsizetype place : parts[i].places)
            ids.append(rows[place].id);
        const quint32 request = ask(
            *link, action, ids, reason, [this, job, i](const Result<Outcomes> &result) { answered(job, i, result); },
            [this, job, i](const Outcomes &soFar) { progressed(job, i, soFar); });
        if (const auto still = m_jobs.find(job); still != m_jobs.end())
            still->second.parts[i].request = request;
    }
    return job;
}

quint32 RowJobs::ask(Link &link, RowAction action, const QList<RowId> &ids, const QString &reason,
    std::function<void(const Result<Outcomes> &)> answer, std::function<void(const Outcomes &)> progress)
{
    switch (action) {
    case RowAction::Drop:
        return link.drop(ids, this, std::move(answer));
    case RowAction::End:
        return link.endSessions(ids, this, std::move(answer));
    case RowAction::Delete:
        return link.deleteAccounts(ids, reason.toUtf8(), this, std::move(answer), std::move(progress));
    case RowAction::Restore:
        return link.restoreAccounts(ids, this, std::move(answer), std::move(progress));
    case RowAction::Enable:
    case RowAction::Block:
    case RowAction::Disable:
        break;
    }
    return link.setAccounts(*factsOf(action).change, ids, this, std::move(answer), std::move(progress));
}

void RowJobs::stop(Backend::Job job)
{
    const auto found = m_jobs.find(job);
    if (found == m_jobs.end())
        return;
    for (const Part &part : found->second.parts)
        if (Link *link = part.request != 0 ? m_linkOf(part.server) : nullptr)
            link->stop(part.request);
}

void RowJobs::progressed(Backend::Job job, qsizetype part, const Outcomes &soFar)
{
    const auto found = m_jobs.find(job);
    if (found == m_jobs.end())
        return;
    Running &running = found->second;
    running.parts[part].answered = soFar.targets.size();
    qsizetype answered = 0;
    for (const Part &each : std::as_const(running.parts))
        answered += each.answered;
    if (running.context && running.progress) {
        const Backend::Progress tell = running.progress; // it may stop the job
        tell(answered);
    }
}

void RowJobs::answered(Backend::Job job, qsizetype part, const Result<Outcomes> &result)
{
    const auto found = m_jobs.find(job);
    if (found == m_jobs.end())
        return;
    Running &running = found->second;
    const QList<qsizetype> places = running.parts[part].places;
    running.parts[part].request = 0;
    if (result) {
        QHash<RowId, const Outcomes::Target *> targets;
        for (const Outcomes::Target &target : result.value().targets)
            targets.insert(target.id, &target);
        for (const qsizetype place : places) {
            RowOutcome &outcome = running.outcomes[place];
            const Outcomes::Target *target = targets.value(outcome.row.id);
            outcome.code = target ? codeOf(target->code) : RowOutcome::Code::NotTried;
            outcome.why = target ? QString::fromUtf8(target->why) : QString();
        }
    } else {
        for (const qsizetype place : places)
            running.outcomes[place].why = result.error().detail;
    }
    progressed(job, part, result ? result.value() : Outcomes());
    settle(job);
}

void RowJobs::settle(Backend::Job job)
{
    const auto found = m_jobs.find(job);
    if (found == m_jobs.end() || --found->second.open > 0)
        return;
    const Running done = std::move(found->second);
    m_jobs.erase(found); // first: whoever is answered may ask again
    if (done.context)
        done.reply(done.outcomes);
}

} // namespace mailhelm
