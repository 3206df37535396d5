// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/deletionrun.h"
#include "core/agent/sources/accountsource.h"

#include <QMap>
#include <QTimer>

#include <map>
#include <memory>

namespace mailhelm
{

/// What outlives an agent: a database of accounts, folders of mail, an archive, a cache of passwords. With a fuse, that
/// makes all of it go dead between any two effects, as an agent that is killed sees no more of it.
struct FakeHost {
    struct Record {
        QByteArray secret; ///< stands for all the rows
        AccountState state = AccountState::Active;
        bool delivers = true; ///< its address leads to it; turned off and on with the account, and by itself
        void set(AccountState now)
        {
            state = now;
            delivers = now != AccountState::Disabled;
        }
        friend bool operator==(const Record &, const Record &) = default;
    };
    std::map<QByteArray, Record> accounts;
    std::map<QByteArray, QByteArray> mail; ///< path → what is in it
    std::map<QByteArray, QByteArray> archive; ///< name → what is in it
    std::map<QByteArray, bool> cached; ///< users whose password Dovecot knows

    int fuse = -1; ///< effects and answers left; -1: for ever
    bool dead = false;
    /// Faults by operation: how often it fails from now on, with which code, and whether it has its effect all the
    /// same.
    struct Fault {
        int times = 0;
        ErrorCode code = ErrorCode::Io;
        bool effective = false;
    };
    std::map<QByteArray, Fault> faults;
    QList<QByteArray> calls;

    /// False: the agent is dead from here on.
    bool spend()
    {
        if (fuse == 0)
            dead = true;
        if (fuse > 0)
            --fuse;
        return !dead;
    }

    /// Carries out `effect` and answers later, unless the fuse blows before or between.
    template<typename T>
    void perform(const QByteArray &name, std::function<Result<T>()> effect, std::function<void(Result<T>)> answer,
        QObject *context)
    {
        calls.append(name);
        if (!spend())
            return;
        std::shared_ptr<Result<T>> result;
        Fault &fault = faults[name];
        if (fault.times > 0) {
            --fault.times;
            if (fault.effective)
                (void)effect();
            result = std::make_shared<Result<T>>(Error { fault.code, QString::fromUtf8(name + " was made to fail") });
        } else {
            result = std::make_shared<Result<T>>(effect());
        }
        if (!spend())
            return;
        QTimer::singleShot(0, context, [this, result, answer] {
            if (!dead)
                answer(*result);
        });
    }
};

class FakeAccounts final : public AccountSource
{
    Q_OBJECT
public:
    explicit FakeAccounts(FakeHost &host)
        : m_host(host)
    {
    }
    void start() override { scan(); }
    void setWatched(bool) override { }
    void look(std::function<void()> done) override
    {
        QTimer::singleShot(0, this, [this, done] {
            if (m_host.dead)
                return;
            scan();
            done();
        });
    }
    [[nodiscard]] QByteArray changeRefusal() const override { return refusal; }
    [[nodiscard]] QByteArray stateRefusal(AccountState state) const override
    {
        return state == AccountState::Blocked ? blockRefusal : QByteArray();
    }

    void setState(const QByteArray &user, AccountState state, Answer<void> answer) override
    {
        m_host.perform<void>(
            "setState",
            [this, user, state]() -> Result<void> {
                const auto found = m_host.accounts.find(user);
                if (found == m_host.accounts.end())
                    return Error { ErrorCode::NotFound, QStringLiteral("no such account") };
                found->second.set(state);
                return {};
            },
            std::move(answer), this);
    }
    void read(const QByteArray &user, Answer<AccountRows> answer) override
    {
        m_host.perform<AccountRows>(
            "read",
            [this, user]() -> Result<AccountRows> {
                const auto found = m_host.accounts.find(user);
                if (found == m_host.accounts.end())
                    return Error { ErrorCode::NotFound, QStringLiteral("no such account") };
                AccountRows rows;
                rows.user = user;
                rows.mail = "/var/vmail/" + user.mid(user.indexOf('@') + 1) + '/' + user.first(user.indexOf('@'));
                rows.tables = { { "mailbox", { "user", "secret", "active", "delivers", "note" },
                    { { user, found->second.secret, QByteArray::number(int(found->second.state)),
                        QByteArray::number(found->second.delivers), QVariant() } } } };
                return rows;
            },
            std::move(answer), this);
    }
    void revert(const AccountRows &rows, AccountState before, Answer<void> answer) override
    {
        m_host.perform<void>(
            "revert",
            [this, rows, before]() -> Result<void> {
                const auto found = m_host.accounts.find(rows.user);
                if (found == m_host.accounts.end())
                    return Error { ErrorCode::NotFound, QStringLiteral("no such account") };
                found->second.set(before);
                if (found->second.secret == recordOf(rows).secret)
                    found->second = recordOf(rows);
                return {};
            },
            std::move(answer), this);
    }
    void remove(const AccountRows &rows, Answer<void> answer) override
    {
        m_host.perform<void>(
            "remove",
            [this, rows]() -> Result<void> {
                m_host.accounts.erase(rows.user);
                return {};
            },
            std::move(answer), this);
    }
    void restore(const AccountRows &rows, Answer<void> answer) override
    {
        m_host.perform<void>(
            "restore",
            [this, rows]() -> Result<void> {
                const FakeHost::Record record = recordOf(rows);
                const auto found = m_host.accounts.find(rows.user);
                if (found != m_host.accounts.end() && found->second.secret != record.secret)
                    return Error { ErrorCode::Conflict, QStringLiteral("the address is taken") };
                m_host.accounts[rows.user] = record;
                return {};
            },
            std::move(answer), this);
    }

    QByteArray refusal;
    QByteArray blockRefusal;

    [[nodiscard]] static FakeHost::Record recordOf(const AccountRows &rows)
    {
        const QVariantList row = rows.tables.value(0).values.value(0);
        return { row.value(1).toByteArray(), AccountState(row.value(2).toInt()), row.value(3).toInt() != 0 };
    }

private:
    void scan()
    {
        AccountScan all;
        for (const auto &[user, record] : m_host.accounts) {
            Account account;
            account.user = user;
            account.state = record.state;
            all.accounts.append(account);
        }
        Q_EMIT scanned(all);
    }
    FakeHost &m_host;
};

/// mailhelm-mail's promises, in memory.
inline Result<qint64> moveInMemory(FakeHost &host, const mailwire::Request &request)
{
    auto &mail = host.mail;
    auto &archive = host.archive;
    const auto there = archive.find(request.name);
    const auto here = mail.find(request.path);
    const Error nothing { ErrorCode::NotFound, QStringLiteral("there is no such mail") };
    switch (request.verb) {
    case mailwire::Verb::MoveOut:
        if (there != archive.end())
            return qint64(there->second.size());
        if (here == mail.end())
            return nothing;
        archive[request.name] = here->second;
        mail.erase(here);
        return qint64(archive[request.name].size());
    case mailwire::Verb::Restore:
        if (there == archive.end())
            return here == mail.end() ? Result<qint64>(nothing) : Result<qint64>(qint64(here->second.size()));
        if (here != mail.end())
            return Error { ErrorCode::Conflict, QStringLiteral("something stands there") };
        mail[request.path] = there->second;
        archive.erase(there);
        return qint64(mail[request.path].size());
    case mailwire::Verb::Purge:
        if (there == archive.end())
            return 0;
        archive.erase(there);
        return 1;
    }
    return nothing;
}

} // namespace mailhelm
