// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QLocalSocket>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <queue>

namespace mailhelm
{

/// Makes Dovecot forget what it knows of users' passwords: without it somebody whose account was disabled goes on
/// logging in out of the cache. Speaks to the socket `auth-master` as `doveadm auth cache flush` does (protocol version
/// 1 of Dovecot 2.3 and 2.4: after VERSION, `CACHE-FLUSH<TAB>id<TAB>user`, answered by `OK<TAB>id<TAB>entries`), so
/// that no program has to be run. Main thread; one connection for each user, one after the other.
class AuthCache : public QObject
{
    Q_OBJECT
public:
    using Answer = std::function<void(Result<void>)>;
    static constexpr std::chrono::milliseconds Deadline { 5'000 };

    /// `socket`: its path.
    explicit AuthCache(QByteArray socket, std::chrono::milliseconds deadline = Deadline, QObject *parent = nullptr);

    /// Answers once, through the event loop.
    void flush(const QByteArray &user, Answer answer);
    /// Why the socket cannot be used, and what mends it; empty = it can, as far as its permissions tell.
    [[nodiscard]] static QByteArray refusal(const QByteArray &socket);

private:
    struct Request {
        QByteArray user;
        Answer answer;
    };
    void next();
    void read();
    void finish(const Result<void> &result);
    [[nodiscard]] Error failed(const QString &why) const;

    QByteArray m_path;
    QLocalSocket m_socket;
    QTimer m_deadline;
    std::queue<Request> m_requests; ///< the first is under way
    bool m_busy = false;
    QByteArray m_received;
};

} // namespace mailhelm
