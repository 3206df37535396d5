// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/singleinstance.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTimer>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr qsizetype LongestPath = 100; // sun_path holds 108
constexpr auto Patience = 5s;

/// In the profile's own folder; where its name is too long for a socket, by a name of its own for Qt to place.
QString socketName(const QString &folder)
{
    const QString path = QDir(folder).absoluteFilePath(u"console.socket"_s);
#ifdef Q_OS_UNIX
    if (path.toUtf8().size() <= LongestPath)
        return path;
#endif
    const QByteArray hash = QCryptographicHash::hash(path.toUtf8(), QCryptographicHash::Sha256).toHex().first(24);
    return u"mailhelm-%1"_s.arg(QString::fromLatin1(hash));
}

} // namespace

SingleInstance::SingleInstance(const QString &folder, QObject *parent)
    : QObject(parent)
    , m_name(socketName(folder))
    , m_lock(QDir(folder).absoluteFilePath(u"console.lock"_s))
{
    m_lock.setStaleLockTime(0ms); // a console runs for weeks; whether its process is there is looked at all the same
}

SingleInstance::~SingleInstance() = default;

bool SingleInstance::claim()
{
    if (!m_lock.tryLock(0ms) && m_lock.error() == QLockFile::LockFailedError)
        return false;
    // A lock that cannot be had for another reason must not keep anybody from working.
    QLocalServer::removeServer(m_name);
    m_server = std::make_unique<QLocalServer>();
    m_server->setSocketOptions(QLocalServer::UserAccessOption);
    m_server->setMaxPendingConnections(4);
    connect(m_server.get(), &QLocalServer::newConnection, this, &SingleInstance::onConnection);
    static_cast<void>(m_server->listen(m_name));
    return true;
}

void SingleInstance::onConnection()
{
    while (QLocalSocket *socket = m_server->nextPendingConnection()) {
        socket->setReadBufferSize(MostBytes + 1);
        QTimer::singleShot(Patience, socket, &QLocalSocket::abort);
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { onData(socket); });
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        onData(socket);
    }
}

void SingleInstance::onData(QLocalSocket *socket)
{
    // Arguments as UTF-8, each ended by a NUL, and one more NUL at the end.
    const QByteArray all = socket->peek(MostBytes + 1);
    if (all.size() > MostBytes) {
        socket->abort();
        return;
    }
    if (!all.endsWith(QByteArrayView("\0\0", 2)))
        return;
    socket->readAll();
    QStringList arguments;
    for (const QByteArray &one : all.chopped(2).split('\0'))
        arguments.append(QString::fromUtf8(one));
    socket->write("ok");
    socket->flush();
    socket->disconnectFromServer();
    // The answer is on its way before anything is done: it may be to quit.
    QMetaObject::invokeMethod(
        this, [this, arguments] { Q_EMIT asked(arguments); }, Qt::QueuedConnection);
}

void SingleInstance::handOver(const QStringList &arguments)
{
    auto *socket = new QLocalSocket(this);
    connect(socket, &QLocalSocket::connected, this, [socket, arguments] {
        QByteArray all;
        for (const QString &one : arguments) {
            all += one.toUtf8().replace('\0', ' ');
            all += '\0';
        }
        all += '\0';
        socket->write(all);
    });
    const auto done = [this, socket] {
        if (socket->bytesAvailable() < 2)
            return false;
        socket->disconnect(this);
        socket->abort();
        socket->deleteLater();
        Q_EMIT handedOver();
        return true;
    };
    connect(socket, &QLocalSocket::readyRead, this, done);
    const auto fail = [this, socket](const QString &why) {
        socket->disconnect(this);
        socket->deleteLater();
        Q_EMIT failed(why);
    };
    connect(socket, &QLocalSocket::errorOccurred, this, [socket, done, fail] {
        if (!done()) // it says so and hangs up
            fail(socket->errorString());
    });
    QTimer::singleShot(Patience, socket, [fail] { fail(tr("it does not answer")); });
    socket->connectToServer(m_name);
}

} // namespace mailhelm
