// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/sqlaccounts.h"

#include "core/agent/sources/maillocation.h"

#include <QFileInfo>

namespace mailhelm
{

namespace
{

bool isDenied(ErrorCode code)
{
    return code == ErrorCode::Refused || code == ErrorCode::PermissionDenied;
}

} // namespace

SqlAccounts::SqlAccounts(
    const DatabaseUrl &url, AccountPreset preset, Settings settings, const Clock &clock, QObject *parent)
    : AccountSource(parent)
    , m_worker(url)
    , m_preset(std::move(preset))
    , m_settings(std::move(settings))
    , m_clock(clock)
{
    m_timer.setInterval(UnwatchedEveryMs);
    connect(&m_timer, &QTimer::timeout, this, [this] { list(); });
    if (m_preset.rows.isEmpty())
        m_refusal = "The queries in " + m_preset.name
            + " list accounts but do not say how they are changed. To mend it, add the parts rows, active, disabled "
              "and "
              "taken (docs/adding-a-preset.md).";
}

void SqlAccounts::start()
{
    m_timer.start();
    list();
}

void SqlAccounts::setWatched(bool watched)
{
    const int every = watched ? WatchedEveryMs : UnwatchedEveryMs;
    if (m_timer.interval() == every)
        return;
    m_timer.setInterval(every);
    if (watched)
        list();
}

void SqlAccounts::look(std::function<void()> done)
{
    // A look that is under way may have begun before what the caller wants to see.
    (m_listing ? m_next : m_waiting).append(std::move(done));
    if (m_listing)
        m_again = true;
    else
        list();
}

void SqlAccounts::list()
{
    if (std::exchange(m_listing, true))
        return;
    const AccountPreset preset = m_preset;
    m_worker.run<accountdatabase::Listing>(
        [preset](QSqlDatabase &database) { return accountdatabase::list(database, preset); },
        [this](const Result<accountdatabase::Listing> &listing) { onListed(listing); }, ListDeadlineMs);
}

void SqlAccounts::onListed(const Result<accountdatabase::Listing> &listing)
{
    m_listing = false;
    if (listing) {
        Q_EMIT scanned({ m_clock.nowUs(), listing.value().accounts });
        SourceStatus status { "accounts", SourceStatus::State::Ok, {}, {} };
        if (const qsizetype left = listing.value().leftOut; left > 0) {
            status.state = SourceStatus::State::Degraded;
            status.detail = QByteArray::number(left) + (left == 1 ? " account is" : " accounts are")
                + " left out, whose names are no addresses (too long, or not UTF-8), such as "
                + listing.value().example;
            status.mend = "rename or delete them in the account database";
        }
        tell(status);
    } else {
        tell(sqlStatus("accounts", m_worker.url(), listing.error()));
    }
    for (const std::function<void()> &done : std::exchange(m_waiting, std::exchange(m_next, {})))
        done();
    if (std::exchange(m_again, false))
        list();
}

void SqlAccounts::tell(const SourceStatus &status)
{
    if (m_told == status)
        return;
    m_told = status;
    Q_EMIT statusChanged(status);
}

QByteArray SqlAccounts::changeRefusal() const
{
    const DatabaseUrl &url = m_worker.url();
    // Of SQLite's it can be told beforehand. A database in WAL or with a journal needs its folder too.
    if (m_refusal.isEmpty() && url.kind == DatabaseUrl::Kind::Sqlite) {
        const QFileInfo file(url.file);
        if (file.exists() && (!file.isWritable() || !QFileInfo(file.path()).isWritable()))
            return "The agent may read the account database but not write it. To mend it: "
                + sqlMend(url, ErrorCode::Refused);
    }
    return m_refusal;
}

Error SqlAccounts::withMend(const Error &error) const
{
    return {
        error.code,
        QStringLiteral("%1. To mend it: %2").arg(error.detail, QString::fromUtf8(sqlMend(m_worker.url(), error.code)))
    };
}

void SqlAccounts::change(
    std::function<Result<void>(QSqlDatabase &, const AccountPreset &)> job, const Answer<void> &answer)
{
    const AccountPreset preset = m_preset;
    // What stands in the way of a change is an answer, not a failure of the connection; and a Conflict of the
    // connection is a lock, after which it may be tried again.
    using Refusal = std::optional<Error>;
    m_worker.run<Refusal>(
        [preset, job = std::move(job)](QSqlDatabase &database) -> Result<Refusal> {
            const Result<void> done = job(database, preset);
            if (!done && done.error().code != ErrorCode::Conflict)
                return done.error();
            return done ? Refusal() : Refusal(done.error());
        },
        [this, answer](const Result<Refusal> &done) {
            if (!done) {
                Error error = isDenied(done.error().code) ? withMend(done.error()) : done.error();
                if (error.code == ErrorCode::Conflict)
                    error.code = ErrorCode::Unavailable;
                answer(error);
            } else if (done.value()) {
                answer(*done.value());
            } else {
                look([] {}); // nobody is to wait half a minute for what was just done
                answer({});
            }
        });
}

void SqlAccounts::setState(const QByteArray &user, AccountState state, Answer<void> answer)
{
    change([user, state](QSqlDatabase &database,
               const AccountPreset &preset) { return accountdatabase::setState(database, preset, user, state); },
        answer);
}

void SqlAccounts::read(const QByteArray &user, Answer<AccountRows> answer)
{
    const AccountPreset preset = m_preset;
    const Settings settings = m_settings;
    m_worker.run<AccountRows>(
        [preset, settings, user](QSqlDatabase &database) -> Result<AccountRows> {
            Result<AccountRows> rows = accountdatabase::read(database, preset, user);
            if (rows)
                rows.value().mail = mailLocation(user, rows.value().mail, settings.mail, settings.mailRoots);
            return rows;
        },
        [answer = std::move(answer)](const Result<AccountRows> &rows) { answer(rows); });
}

void SqlAccounts::revert(const AccountRows &rows, AccountState before, Answer<void> answer)
{
    change([rows, before](QSqlDatabase &database,
               const AccountPreset &preset) { return accountdatabase::revert(database, preset, rows, before); },
        answer);
}

void SqlAccounts::remove(const AccountRows &rows, Answer<void> answer)
{
    change([rows](QSqlDatabase &database,
               const AccountPreset &preset) { return accountdatabase::remove(database, preset, rows); },
        answer);
}

void SqlAccounts::restore(const AccountRows &rows, Answer<void> answer)
{
    change([rows](QSqlDatabase &database,
               const AccountPreset &preset) { return accountdatabase::restore(database, preset, rows); },
        answer);
}

} // namespace mailhelm
