// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/acting.h"

namespace mailhelm
{

namespace
{

QByteArray authSocketOf(const Config &config)
{
    return config.dovecot && !config.dovecot->baseDir.isEmpty() ? config.dovecot->baseDir + "/auth-master"
                                                                : QByteArray();
}

} // namespace

Acting::Acting(const Config &config, Registry &registry, Store &store, UserTable &users, AccountSource &accounts,
    LiveSessions::Hands live, const Clock &clock)
    : m_registry(registry)
    , m_authSocket(authSocketOf(config))
    , m_cache(m_authSocket)
    , m_mail(config.accounts->mailSocket)
    , m_live(registry, std::move(live), clock)
    , m_actions(*config.accounts, registry, store, users, hands(accounts), clock)
{
}

AccountHands Acting::hands(AccountSource &accounts)
{
    AccountHands hands { accounts, m_live, {}, {} };
    if (!m_authSocket.isEmpty())
        hands.flush = [this](const QByteArray &user, std::function<void(Result<void>)> answer) {
            m_cache.flush(user, std::move(answer));
        };
    hands.mail = [this](const mailwire::Request &request, std::function<void(Result<qint64>)> answer) {
        m_mail.ask(request, std::move(answer));
    };
    return hands;
}

void Acting::start(AccountSource &accounts, UserTable &users)
{
    if (const Result<void> loaded = m_actions.load(); !loaded) {
        m_refusal = loaded.error().detail.toUtf8();
        m_registry.setSource({ "acting", SourceStatus::State::Down, m_refusal, "mailhelmd doctor" });
        return;
    }
    connect(
        &accounts, &AccountSource::scanned, this,
        [this, &users] {
            users.whenApplied([self = QPointer(this)] {
                if (self)
                    self->m_actions.resume();
            });
        },
        Qt::SingleShotConnection);
}

QList<Refusal> Acting::refusals() const
{
    QList<Refusal> refusals = m_actions.refusals();
    QByteArray why = m_refusal;
    if (why.isEmpty() && !m_authSocket.isEmpty())
        why = AuthCache::refusal(m_authSocket);
    if (!why.isEmpty())
        for (const char *action : { "set-account", "delete", "restore" })
            if (std::none_of(refusals.cbegin(), refusals.cend(),
                    [action](const Refusal &each) { return each.action == action; }))
                refusals.append({ action, why });
    return refusals;
}

} // namespace mailhelm
