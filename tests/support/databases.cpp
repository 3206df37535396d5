// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/databases.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTcpServer>
#include <QThread>
#include <QUrl>

#include <csignal>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mailhelm
{

namespace
{

constexpr int TimeoutMs = 60'000;
constexpr quint16 FirstPort = 9'300; // below every range of local ports, and none of the lab's
constexpr quint16 Ports = 500;
constexpr char Password[] = "s3cret/admin:@%";

const char *userOf(DatabaseServer::Kind kind)
{
    return kind == DatabaseServer::Kind::PostgreSql ? "postgres" : "mysql";
}

QString programNamed(const char *name)
{
    QStringList paths { QStringLiteral("/usr/bin"), QStringLiteral("/usr/sbin"), QStringLiteral("/usr/local/bin") };
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    for (const QString &version : versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed))
        paths.append(versions.filePath(version + QStringLiteral("/bin")));
    return QStandardPaths::findExecutable(QLatin1String(name), paths);
}

quint16 freePort()
{
    for (int i = 0; i < 200; ++i) {
        const quint16 port = quint16(FirstPort + QRandomGenerator::global()->bounded(Ports));
        QTcpServer probe;
        if (probe.listen(QHostAddress::LocalHost, port))
            return port;
    }
    return 0;
}

} // namespace

DatabaseServer::DatabaseServer(Kind kind)
    : m_kind(kind)
    , m_folder(QStringLiteral("/tmp/mhdb-XXXXXX")) // short: it holds the socket
{
}

DatabaseServer::~DatabaseServer()
{
    stop();
}

QString DatabaseServer::whyNotHere(Kind kind)
{
    const bool postgres = kind == Kind::PostgreSql;
    const QList<const char *> programs = postgres
        ? QList<const char *> { "initdb", "postgres", "psql", "setpriv" }
        : QList<const char *> { "mariadb-install-db", "mariadbd", "mariadb", "setpriv" };
    for (const char *program : programs)
        if (programNamed(program).isEmpty())
            return QStringLiteral("%1 is not installed: apt-get install %2")
                .arg(
                    QLatin1String(program), postgres ? QStringLiteral("postgresql") : QStringLiteral("mariadb-server"));
    if (geteuid() == 0 && ::getpwnam(userOf(kind)) == nullptr)
        return QStringLiteral("there is no user %1, and root may not run it").arg(QLatin1String(userOf(kind)));
    return {};
}

QStringList DatabaseServer::asUser(const QString &program, const QStringList &arguments) const
{
    // If the test dies, so does the server. PostgreSQL: SIGINT, since SIGTERM waits for clients.
    QStringList command { QStringLiteral("--pdeathsig"),
        m_kind == Kind::PostgreSql ? QStringLiteral("INT") : QStringLiteral("TERM") };
    if (geteuid() == 0)
        command << QStringLiteral("--reuid") << QLatin1String(userOf(m_kind)) << QStringLiteral("--regid")
                << QLatin1String(userOf(m_kind)) << QStringLiteral("--clear-groups");
    return command << QStringLiteral("--") << program << arguments;
}

Result<void> DatabaseServer::finish(const QString &program, const QStringList &arguments, const QByteArray &input)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(QStringLiteral("/"));
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(TimeoutMs) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return Error { ErrorCode::Io,
            QStringLiteral("%1: %2 %3").arg(program, process.errorString(), QString::fromUtf8(process.readAll())) };
    return {};
}

Result<void> DatabaseServer::prepare()
{
    if (!m_folder.isValid())
        return Error { ErrorCode::Io, QStringLiteral("no temporary folder") };
    if (geteuid() == 0) {
        const passwd *user = ::getpwnam(userOf(m_kind));
        if (::chown(QFile::encodeName(m_folder.path()).constData(), user->pw_uid, user->pw_gid) != 0)
            return Error { ErrorCode::Io, QStringLiteral("%1 cannot be given away").arg(m_folder.path()) };
    }
    const QString setpriv = programNamed("setpriv");
    if (m_kind == Kind::MariaDb)
        return finish(setpriv,
            asUser(programNamed("mariadb-install-db"),
                { QStringLiteral("--no-defaults"), QStringLiteral("--datadir=") + path("data"),
                    QStringLiteral("--auth-root-authentication-method=normal"), QStringLiteral("--skip-test-db"),
                    QStringLiteral("--skip-name-resolve") }));
    QFile password(path("password"));
    if (!password.open(QIODevice::WriteOnly) || password.write(QByteArray(Password) + '\n') < 0)
        return Error { ErrorCode::Io, password.errorString() };
    password.close();
    ::chmod(QFile::encodeName(password.fileName()).constData(), 0644); // in a folder that is the server's alone
    return finish(setpriv,
        asUser(programNamed("initdb"),
            { QStringLiteral("--pgdata"), path("data"), QStringLiteral("--username=admin"),
                QStringLiteral("--auth-local=trust"), QStringLiteral("--auth-host=scram-sha-256"),
                QStringLiteral("--encoding=UTF8"), QStringLiteral("--locale=C.UTF-8"), QStringLiteral("--no-sync"),
                QStringLiteral("--pwfile=") + path("password") }));
}

Result<void> DatabaseServer::launch()
{
    m_server = std::make_unique<QProcess>();
    m_server->setProcessChannelMode(QProcess::MergedChannels);
    m_server->setStandardOutputFile(path("server.log"), QIODevice::Append);
    m_server->setWorkingDirectory(QStringLiteral("/"));
    const QString port = QString::number(m_port);
    const QStringList arguments = m_kind == Kind::PostgreSql
        ? QStringList { QStringLiteral("-D"), path("data"), QStringLiteral("-k"), m_folder.path(), QStringLiteral("-h"),
              QStringLiteral("127.0.0.1"), QStringLiteral("-p"), port, QStringLiteral("-c"),
              QStringLiteral("fsync=off") }
        : QStringList { QStringLiteral("--no-defaults"), QStringLiteral("--datadir=") + path("data"),
              QStringLiteral("--socket=") + path("mysqld.sock"), QStringLiteral("--bind-address=127.0.0.1"),
              QStringLiteral("--port=") + port, QStringLiteral("--pid-file=") + path("mysqld.pid"),
              QStringLiteral("--skip-name-resolve"), QStringLiteral("--innodb-flush-log-at-trx-commit=0") };
    m_server->start(
        programNamed("setpriv"), asUser(programNamed(m_kind == Kind::PostgreSql ? "postgres" : "mariadbd"), arguments));
    return waitUntilItAnswers();
}

Result<void> DatabaseServer::waitUntilItAnswers()
{
    const QDeadlineTimer deadline(TimeoutMs);
    while (!deadline.hasExpired()) {
        if (m_server->waitForFinished(100)) {
            QFile log(path("server.log"));
            return Error { ErrorCode::Unavailable,
                log.open(QIODevice::ReadOnly) ? QString::fromUtf8(log.readAll()) : m_server->errorString() };
        }
        if (run({}, "SELECT 1;"))
            return {};
    }
    return Error { ErrorCode::TimedOut, QStringLiteral("the database server does not answer") };
}

Result<void> DatabaseServer::start()
{
    if (!m_prepared) {
        if (Result<void> done = prepare(); !done)
            return done;
        m_port = freePort();
        if (m_port == 0)
            return Error { ErrorCode::Unavailable, QStringLiteral("no free port") };
    }
    if (Result<void> launched = launch(); !launched)
        return launched;
    if (m_kind == Kind::MariaDb && !m_prepared)
        if (Result<void> set = run({},
                QByteArray("CREATE USER admin@'127.0.0.1' IDENTIFIED BY '") + Password
                    + "'; GRANT ALL PRIVILEGES ON *.* TO admin@'127.0.0.1' WITH GRANT OPTION;");
            !set)
            return set;
    m_prepared = true;
    return {};
}

void DatabaseServer::stop()
{
    if (!m_server)
        return;
    thaw();
    if (m_server->state() == QProcess::Running)
        ::kill(pid_t(m_server->processId()), m_kind == Kind::PostgreSql ? SIGINT : SIGTERM);
    if (!m_server->waitForFinished(TimeoutMs)) {
        m_server->kill();
        m_server->waitForFinished();
    }
    m_server.reset();
}

void DatabaseServer::kill()
{
    if (!m_server)
        return;
    // MariaDB is one process. PostgreSQL's children notice that their parent is gone; SIGQUIT ends them at once, too.
    ::kill(pid_t(m_server->processId()), m_kind == Kind::PostgreSql ? SIGQUIT : SIGKILL);
    m_server->waitForFinished(TimeoutMs);
    m_server.reset();
}

void DatabaseServer::freeze()
{
    if (m_kind == Kind::PostgreSql) {
        // Each connection is a process of its own.
        QFile children(QStringLiteral("/proc/%1/task/%1/children").arg(m_server->processId()));
        if (children.open(QIODevice::ReadOnly))
            for (const QByteArray &child : children.readAll().simplified().split(' '))
                if (child.toInt() > 1)
                    ::kill(child.toInt(), SIGSTOP);
    }
    ::kill(pid_t(m_server->processId()), SIGSTOP);
}

void DatabaseServer::thaw()
{
    if (!m_server || m_server->state() != QProcess::Running)
        return;
    if (m_kind == Kind::PostgreSql) {
        QFile children(QStringLiteral("/proc/%1/task/%1/children").arg(m_server->processId()));
        if (children.open(QIODevice::ReadOnly))
            for (const QByteArray &child : children.readAll().simplified().split(' '))
                if (child.toInt() > 1)
                    ::kill(child.toInt(), SIGCONT);
    }
    ::kill(pid_t(m_server->processId()), SIGCONT);
}

DatabaseUrl DatabaseServer::admin(const QString &database) const
{
    const QString first = m_kind == Kind::PostgreSql ? QStringLiteral("postgres") : QStringLiteral("mysql");
    return url(database.isEmpty() ? first : database, QStringLiteral("admin"), QLatin1String(Password));
}

DatabaseUrl DatabaseServer::url(const QString &database, const QString &user, const QString &password) const
{
    DatabaseUrl url;
    url.kind = m_kind == Kind::PostgreSql ? DatabaseUrl::Kind::PostgreSql : DatabaseUrl::Kind::MariaDb;
    url.host = QStringLiteral("127.0.0.1");
    url.port = m_port;
    url.user = user;
    url.password = password;
    url.name = database;
    return url;
}

QByteArray DatabaseServer::text(const DatabaseUrl &url)
{
    return (url.kind == DatabaseUrl::Kind::PostgreSql ? "postgresql://" : "mysql://")
        + QUrl::toPercentEncoding(url.user) + ':' + QUrl::toPercentEncoding(url.password) + '@' + url.host.toUtf8()
        + ':' + QByteArray::number(url.port) + '/' + QUrl::toPercentEncoding(url.name);
}

Result<void> DatabaseServer::createDatabase(const QString &name)
{
    return run({}, "CREATE DATABASE " + name.toUtf8() + ';');
}

Result<void> DatabaseServer::run(const QString &database, const QByteArray &script)
{
    if (m_kind == Kind::PostgreSql)
        return finish(programNamed("psql"),
            { QStringLiteral("-X"), QStringLiteral("-q"), QStringLiteral("-v"), QStringLiteral("ON_ERROR_STOP=1"),
                QStringLiteral("-h"), m_folder.path(), QStringLiteral("-p"), QString::number(m_port),
                QStringLiteral("-U"), QStringLiteral("admin"), QStringLiteral("-d"),
                database.isEmpty() ? QStringLiteral("postgres") : database },
            script);
    QStringList arguments { QStringLiteral("--no-defaults"), QStringLiteral("--user=root"),
        QStringLiteral("--socket=") + path("mysqld.sock"), QStringLiteral("--batch") };
    if (!database.isEmpty())
        arguments << database;
    return finish(programNamed("mariadb"), arguments, script);
}

Result<void> DatabaseServer::runFile(const QString &database, const QString &file)
{
    QFile script(file);
    if (!script.open(QIODevice::ReadOnly))
        return Error { ErrorCode::NotFound, QStringLiteral("%1: %2").arg(file, script.errorString()) };
    return run(database, script.readAll());
}

} // namespace mailhelm
