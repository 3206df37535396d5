// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/actionrun.h"

#include <algorithm>

namespace mailhelm::ctl
{

/// From how many rows on it is told how far it is, on stderr.
static constexpr qsizetype ManyRows = 50;

const ActionWords &wordsOf(Verb verb)
{
    static constexpr ActionWords All[] {
        { Verb::Drop, "Drop", "dropped", "connection", "connections" },
        { Verb::End, "End", "ended", "session", "sessions" },
        { Verb::Enable, "Enable", "enabled", "account", "accounts" },
        { Verb::Block, "Block", "blocked", "account", "accounts" },
        { Verb::Disable, "Disable", "disabled", "account", "accounts" },
        { Verb::Delete, "Delete", "deleted", "account", "accounts" },
        { Verb::Restore, "Restore", "restored", "deleted account", "deleted accounts" },
    };
    const auto *found
        = std::find_if(std::begin(All), std::end(All), [&](const ActionWords &words) { return words.verb == verb; });
    Q_ASSERT(found != std::end(All));
    return *found;
}

QString theseText(const ActionWords &words, qsizetype count)
{
    return count == 1 ? QStringLiteral("this %1").arg(QLatin1String(words.noun))
                      : QStringLiteral("these %1 %2").arg(QString::number(count), QLatin1String(words.nouns));
}

void ActionTargets::add(RowKey key, const QString &name)
{
    if (names.contains(key))
        return;
    names.insert(key, name);
    ids[key.server].append(key.id);
}

qsizetype ActionTargets::count() const
{
    return names.size();
}

ActionRun::ActionRun(const Options &options, Session &session, Terminal &terminal, QObject *parent)
    : QObject(parent)
    , m_options(options)
    , m_session(session)
    , m_terminal(terminal)
    , m_words(wordsOf(options.verb))
{
}

void ActionRun::start(const ActionTargets &targets, int failedBefore)
{
    m_unreached = m_session.exitCode() != exitcode::Done;
    m_failed = failedBefore;
    m_names = targets.names;
    for (const auto &[server, ids] : targets.ids) {
        Link *const link = m_session.link(server);
        if (!m_session.up().contains(link))
            continue; // said already
        m_parts.push_back({ link, ids, 0, 0 });
        m_asked += ids.size();
    }
    m_open = int(m_parts.size());
    for (Part &part : m_parts)
        part.request = ask(part);
    if (m_open == 0)
        end();
}

quint32 ActionRun::ask(Part &part)
{
    const Answer<Outcomes> answer = [this, &part](const Result<Outcomes> &result) { take(part, result); };
    const ActionBatches::Progress progress = [this, &part](const Outcomes &soFar) {
        tell(part, soFar);
        tellProgress();
    };
    switch (m_options.verb) {
    case Verb::End:
        return part.link->endSessions(part.ids, this, answer);
    case Verb::Enable:
        return part.link->setAccounts(AccountChange::Enable, part.ids, this, answer, progress);
    case Verb::Block:
        return part.link->setAccounts(AccountChange::Block, part.ids, this, answer, progress);
    case Verb::Disable:
        return part.link->setAccounts(AccountChange::Disable, part.ids, this, answer, progress);
    case Verb::Delete:
        return part.link->deleteAccounts(part.ids, m_options.reason.trimmed().toUtf8(), this, answer, progress);
    case Verb::Restore:
        return part.link->restoreAccounts(part.ids, this, answer, progress);
    default:
        return part.link->drop(part.ids, this, answer);
    }
}

void ActionRun::stop()
{
    if (std::exchange(m_stopped, true))
        return;
    m_terminal.endProgress();
    m_terminal.complain(QStringLiteral("Interrupted: what is under way is finished, nothing further is begun."));
    for (const Part &part : m_parts)
        part.link->stop(part.request);
}

void ActionRun::tell(Part &part, const Outcomes &outcomes)
{
    const QString server = m_session.nameOf(part.link->server());
    m_terminal.endProgress();
    for (; part.told < outcomes.targets.size(); ++part.told) {
        const Outcomes::Target &target = outcomes.targets[part.told];
        const QString called = m_names.value({ part.link->server(), target.id });
        const QString name = server + u'/' + (called.isEmpty() ? QString::fromLatin1(rowIdToText(target.id)) : called);
        switch (target.code) {
        case Outcomes::Code::Done:
            ++m_done;
            m_terminal.say(QStringLiteral("%1 %2").arg(name, QLatin1String(m_words.done)));
            break;
        case Outcomes::Code::Gone:
            ++m_failed;
            m_terminal.complain(
                QStringLiteral("%1: there is no such %2 (any more).").arg(name, QLatin1String(m_words.noun)));
            break;
        case Outcomes::Code::Refused:
            ++m_refused;
            m_terminal.complain(QStringLiteral("%1: refused: %2").arg(name, QString::fromUtf8(target.why)));
            break;
        }
    }
}

void ActionRun::tellProgress()
{
    qsizetype told = 0;
    for (const Part &part : m_parts)
        told += part.told;
    if (m_asked < ManyRows || m_stopped)
        return;
    const int tenths = int(told * 10 / m_asked);
    m_terminal.progress(QStringLiteral("%1 of %2 %3 …")
                            .arg(QString::number(told), QString::number(m_asked), QLatin1String(m_words.nouns)),
        tenths > m_tenths);
    m_tenths = tenths;
}

void ActionRun::take(Part &part, const Result<Outcomes> &result)
{
    if (result) {
        tell(part, result.value());
    } else {
        m_terminal.endProgress();
        m_terminal.complain(QStringLiteral("%1: %2").arg(m_session.nameOf(part.link->server()), result.error().detail));
        const bool refused
            = result.error().code == ErrorCode::Refused || result.error().code == ErrorCode::PermissionDenied;
        (refused ? m_refused : m_failed) += int(part.ids.size());
        part.told = part.ids.size();
    }
    if (--m_open > 0) {
        tellProgress();
        return;
    }
    end();
}

void ActionRun::end()
{
    qsizetype left = 0;
    for (const Part &part : m_parts)
        left += part.ids.size() - part.told;
    if (m_stopped) {
        const QString words = QStringLiteral("%1 of %2 %3 %4; %5 were not asked for.");
        m_terminal.complain(words.arg(QString::number(m_done), QString::number(m_asked), QLatin1String(m_words.nouns),
            QLatin1String(m_words.done), QString::number(left)));
    }
    const bool whole = m_failed == 0 && left == 0 && !m_unreached;
    if (m_refused == 0 && whole)
        Q_EMIT finished(exitcode::Done);
    else if (m_parts.empty() && m_failed == 0)
        Q_EMIT finished(m_session.exitCode());
    else
        Q_EMIT finished(m_refused > 0 && m_done == 0 && whole ? exitcode::Refused : exitcode::Part);
}

} // namespace mailhelm::ctl
