// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/accountactions.h"
#include "core/agent/mailmover.h"
#include "core/agent/sources/authcache.h"

namespace mailhelm
{

/// Acting on accounts, put together: Dovecot's auth cache, the users' live sessions, mailhelm-mail, the journal. Main
/// thread; everything it is given outlives it.
class Acting : public QObject
{
    Q_OBJECT
public:
    /// Of `config` there is [accounts].
    Acting(const Config &config, Registry &registry, Store &store, UserTable &users, AccountSource &accounts,
        LiveSessions::Hands live, const Clock &clock);

    /// Shows what the journal holds, and goes on with it once the accounts are known. Once.
    void start(AccountSource &accounts, UserTable &users);
    /// nullptr: the journal cannot be read, and nothing is done.
    [[nodiscard]] AccountActions *actions() { return m_refusal.isEmpty() ? &m_actions : nullptr; }
    /// Why there is no actions().
    [[nodiscard]] const QByteArray &refusal() const { return m_refusal; }
    /// What cannot be done here whoever asks.
    [[nodiscard]] QList<Refusal> refusals() const;

private:
    [[nodiscard]] AccountHands hands(AccountSource &accounts);

    Registry &m_registry;
    QByteArray m_authSocket; ///< empty: no Dovecot is configured
    AuthCache m_cache;
    MailMover m_mail;
    LiveSessions m_live;
    AccountActions m_actions;
    QByteArray m_refusal;
};

} // namespace mailhelm
