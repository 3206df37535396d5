// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/lastlogins.h"

#include "core/base/safetext.h"

namespace mailhelm
{

namespace
{

constexpr auto Every = std::chrono::minutes(5);
constexpr int DeadlineMs = 30'000; ///< hundreds of thousands of rows
constexpr qsizetype HandOver = 500; ///< logins at once: a millisecond or two of the agent's thread
constexpr qint64 Second = 1'000'000;
constexpr qint64 LatestSecond = 100'000'000'000; ///< some 3,000 years: what is beyond is not in seconds

} // namespace

LastLogins::LastLogins(const Settings &settings, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_worker(settings.database)
    , m_told(std::make_shared<Told>())
{
    connect(&m_timer, &QTimer::timeout, this, &LastLogins::look);
}

void LastLogins::start()
{
    m_timer.start(Every);
    look();
}

void LastLogins::look()
{
    if (!m_worker.isIdle() || m_handed < m_found.size())
        return;
    // Where the query does not say through what: the only thing that it can have been, or the record itself.
    const QByteArray service = m_settings.services.size() == 1 ? m_settings.services.first() : QByteArray("mail");
    m_worker.run<QList<LoginEvidence>>(
        [told = m_told, query = QString::fromUtf8(m_settings.query), service](
            QSqlDatabase &database) -> Result<QList<LoginEvidence>> {
            Result<QSqlQuery> rows = runSql(database, query);
            if (!rows)
                return rows.error();
            QList<LoginEvidence> logins;
            QSqlQuery &row = rows.value();
            while (row.next()) {
                LoginEvidence login;
                login.user = validUtf8(row.value(0).toString().toUtf8());
                const qint64 seconds = row.value(1).toLongLong();
                if (login.user.isEmpty() || seconds <= 0 || seconds > LatestSecond)
                    continue;
                login.time = seconds * Second;
                login.service = validUtf8(row.value(2).toString().toUtf8(), 32).toLower();
                if (login.service.isEmpty())
                    login.service = service;
                login.address = Address::parse(row.value(3).toString().toUtf8()).value_or(Address());
                login.source = Name;
                qint64 &last = (*told)[login.user + '\0' + login.service];
                if (login.time <= last)
                    continue;
                last = login.time;
                logins.append(login);
            }
            if (Result<void> whole = sqlDone(database, row); !whole)
                return whole.error();
            return logins;
        },
        [this](const Result<QList<LoginEvidence>> &logins) {
            if (!logins) {
                Q_EMIT statusChanged(sqlStatus(Name, m_settings.database, logins.error()));
                return;
            }
            Q_EMIT statusChanged({ Name, SourceStatus::State::Ok, {}, {} });
            m_found = logins.value();
            m_handed = 0;
            hand();
        },
        DeadlineMs);
}

void LastLogins::hand()
{
    Q_EMIT found(m_found.mid(m_handed, HandOver));
    m_handed += HandOver;
    if (m_handed < m_found.size()) {
        QTimer::singleShot(0, this, &LastLogins::hand);
        return;
    }
    m_found.clear();
    m_handed = 0;
    Q_EMIT read();
}

} // namespace mailhelm
