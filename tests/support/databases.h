// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/sqldatabase.h"
#include "core/base/result.h"

#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace mailhelm
{

/// A private PostgreSQL or MariaDB server for one test, on 127.0.0.1, a port below 10000, and a unix socket, with its
/// data in a temporary folder. Runs as the package's own user (both refuse root), or as whoever runs the test. Belongs
/// to the test: the destructor ends it, by its process id, and the kernel does where the test dies. All calls block;
/// the first start takes some seconds.
class DatabaseServer
{
public:
    enum class Kind { PostgreSql, MariaDb };

    explicit DatabaseServer(Kind kind);
    ~DatabaseServer();
    Q_DISABLE_COPY_MOVE(DatabaseServer)

    /// Empty where it can run here; else what is missing and how to get it, for QSKIP.
    [[nodiscard]] static QString whyNotHere(Kind kind);

    /// Also after stop(), with the data that was there.
    Result<void> start();
    void stop();
    void kill(); ///< as a machine that fails
    /// The server stays, and does nothing (SIGSTOP), until thaw().
    void freeze();
    void thaw();

    [[nodiscard]] quint16 port() const { return m_port; }
    /// The server's administrator; without a database: the one that is there from the beginning.
    [[nodiscard]] DatabaseUrl admin(const QString &database = {}) const;
    /// Somebody else, over TCP.
    [[nodiscard]] DatabaseUrl url(const QString &database, const QString &user, const QString &password) const;
    /// As the configuration has it, with the password.
    [[nodiscard]] static QByteArray text(const DatabaseUrl &url);

    Result<void> createDatabase(const QString &name);
    /// With the server's own client: whole scripts, as a package ships them.
    Result<void> run(const QString &database, const QByteArray &script);
    Result<void> runFile(const QString &database, const QString &file);

private:
    Result<void> prepare();
    Result<void> launch();
    Result<void> waitUntilItAnswers();
    Result<void> finish(const QString &program, const QStringList &arguments, const QByteArray &input = {});
    [[nodiscard]] QStringList asUser(const QString &program, const QStringList &arguments) const;
    [[nodiscard]] QString path(const char *name) const { return m_folder.filePath(QLatin1String(name)); }

    const Kind m_kind;
    QTemporaryDir m_folder;
    quint16 m_port = 0;
    bool m_prepared = false;
    std::unique_ptr<QProcess> m_server;
};

} // namespace mailhelm
