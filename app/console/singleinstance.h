// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLockFile>
#include <QObject>
#include <QStringList>

#include <memory>

class QLocalServer;
class QLocalSocket;

namespace mailhelm
{

/// One console a profile and user: whoever holds the lock in the profile's folder is it, and listens there; a second
/// start hands its arguments over and ends. The socket is the user's own (mode 0600 in a folder of mode 0700).
class SingleInstance : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 MostBytes = 64 * 1024;

    /// `folder`: the profile's.
    explicit SingleInstance(const QString &folder, QObject *parent = nullptr);
    ~SingleInstance() override;

    /// True: nobody else runs, and we listen from now on. False: hand over.
    [[nodiscard]] bool claim();
    /// To the one that runs; handedOver() or failed() follows.
    void handOver(const QStringList &arguments);

Q_SIGNALS:
    void asked(const QStringList &arguments); ///< by another start
    void handedOver();
    void failed(const QString &why); ///< it holds the lock, and cannot be talked to

private:
    void onConnection();
    void onData(QLocalSocket *socket);

    const QString m_name;
    QLockFile m_lock;
    std::unique_ptr<QLocalServer> m_server;
};

} // namespace mailhelm
