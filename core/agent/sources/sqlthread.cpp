// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/sqlthread.h"

#include <QFile>
#include <QSqlDriver>
#include <QThread>
#include <QUuid>

#include <sqlite3.h>
#include <sys/stat.h>

namespace mailhelm
{

namespace
{

constexpr int ProgressSteps = 2'000; ///< of SQLite's machine between two looks at the clock: some µs
constexpr qint64 TrustIdleMs = 2'000; ///< a connection that was used so lately is not asked whether it lives

/// The server gives up a little before the owner does, so that its answer still comes in time.
int serverLimit(int deadlineMs)
{
    return qMax(50, deadlineMs - qMin(500, deadlineMs / 10));
}

} // namespace

SqlThread::SqlThread(const DatabaseUrl &url)
    : m_url(url)
    , m_connection(QStringLiteral("mailhelm-sql-") + QUuid::createUuid().toString(QUuid::Id128))
{
}

SqlThread::~SqlThread()
{
    close();
}

void SqlThread::run(quint64 number, const SqlWorker::Work &work, int deadlineMs)
{
    const SqlWorker::Outcome outcome = outcomeOf(work, deadlineMs);
    if (outcome.error)
        close(); // rolls back what is open; the next job gets a connection that nothing has happened to
    m_idle.start();
    Q_EMIT finished(number, outcome.result, outcome.error);
}

SqlWorker::Outcome SqlThread::outcomeOf(const SqlWorker::Work &work, int deadlineMs)
{
    m_deadline = QDeadlineTimer(serverLimit(deadlineMs));
    if (Result<void> ready = prepare(deadlineMs); !ready)
        return { nullptr, ready.error() };
    QSqlDatabase database = QSqlDatabase::database(m_connection, false);
    return work(database);
}

Result<void> SqlThread::prepare(int deadlineMs)
{
    if (m_open && m_url.kind != DatabaseUrl::Kind::Sqlite && m_idle.elapsed() > TrustIdleMs
        && !runSql(QSqlDatabase::database(m_connection, false), QStringLiteral("SELECT 1")))
        close(); // it was restarted meanwhile: no reason to fail
    if (m_open && m_url.kind == DatabaseUrl::Kind::Sqlite && fileNow() != m_file)
        close(); // another file has taken its place: what we hold is not what everybody else uses
    if (!m_open) {
        m_file = fileNow();
        m_open = true; // to be closed, also after a failure
        m_limitMs = 0;
        if (Result<QSqlDatabase> opened = openSqlDatabase(m_url, m_connection, deadlineMs / 2); !opened)
            return opened.error();
        if (m_url.kind == DatabaseUrl::Kind::Sqlite)
            watchSqlite();
    }
    return limit(deadlineMs);
}

Result<void> SqlThread::limit(int deadlineMs)
{
    if (m_limitMs == deadlineMs || m_url.kind == DatabaseUrl::Kind::Sqlite)
        return {};
    const QSqlDatabase database = QSqlDatabase::database(m_connection, false);
    const int ms = serverLimit(deadlineMs);
    if (m_url.kind == DatabaseUrl::Kind::PostgreSql) {
        // Waiting for a lock ends sooner, so that it is told from a slow statement.
        if (Result<QSqlQuery> set = runSql(database,
                QStringLiteral("SET statement_timeout = %1; SET lock_timeout = %2")
                    .arg(QString::number(ms), QString::number(ms * 2 / 3)));
            !set)
            return set.error();
    } else {
        if (Result<QSqlQuery> set
            = runSql(database, QStringLiteral("SET SESSION max_statement_time = %1").arg(QString::number(ms / 1000.0)));
            !set) {
            // MySQL's own name for it. Without either there is still the owner's deadline.
            (void)runSql(database, QStringLiteral("SET SESSION max_execution_time = %1").arg(ms));
        }
        (void)runSql(database, QStringLiteral("SET SESSION innodb_lock_wait_timeout = %1").arg(qMax(1, ms * 2 / 3000)));
    }
    m_limitMs = deadlineMs;
    return {};
}

std::pair<quint64, quint64> SqlThread::fileNow() const
{
    struct stat status;
    if (::stat(QFile::encodeName(m_url.file).constData(), &status) != 0)
        return {};
    return { status.st_dev, status.st_ino };
}

void SqlThread::watchSqlite()
{
    const QVariant handle = QSqlDatabase::database(m_connection, false).driver()->handle();
    if (qstrcmp(handle.typeName(), "sqlite3*") != 0)
        return;
    sqlite3 *const sqlite = *static_cast<sqlite3 *const *>(handle.constData());
    if (sqlite == nullptr)
        return;
    sqlite3_progress_handler(
        sqlite, ProgressSteps,
        [](void *self) {
            const auto *thread = static_cast<const SqlThread *>(self);
            return thread->m_stopped || thread->m_deadline.hasExpired() ? 1 : 0;
        },
        this);
}

void SqlThread::end()
{
    close();
    thread()->quit();
}

void SqlThread::close()
{
    if (!m_open)
        return;
    closeSqlDatabase(m_connection);
    m_open = false;
}

} // namespace mailhelm
