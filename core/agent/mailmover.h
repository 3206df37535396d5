// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/mail/mailmessage.h"
#include "core/protocol/frame.h"

#include <QLocalSocket>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <queue>

namespace mailhelm
{

/// Asks mailhelm-mail to move mail: one request after the other, each on a connection of its own. Main thread, never
/// waits.
class MailMover : public QObject
{
    Q_OBJECT
public:
    using Answer = std::function<void(Result<qint64> bytes)>;
    /// Nothing heard for so long, not even that it is at work: syncing a large copy to a slow disk takes its time.
    static constexpr std::chrono::milliseconds Silence { 300'000 };

    /// `socket`: its path.
    explicit MailMover(QByteArray socket, std::chrono::milliseconds silence = Silence, QObject *parent = nullptr);

    /// Answers once, through the event loop. NotFound: there is no such mail. Conflict: something else stands where it
    /// has to go. Whatever the answer, it may be asked again.
    void ask(const mailwire::Request &request, Answer answer);
    /// Why the socket cannot be used, and what mends it; empty = it can, as far as its permissions tell.
    [[nodiscard]] static QByteArray refusal(const QByteArray &socket);

private:
    struct Job {
        mailwire::Request request;
        Answer answer;
    };
    void next();
    void read();
    void take(const QByteArray &frame);
    void finish(const Result<qint64> &result);

    QByteArray m_path;
    QLocalSocket m_socket;
    QTimer m_silence;
    std::queue<Job> m_jobs; ///< the first is under way
    bool m_busy = false;
    bool m_greeted = false;
    FrameReader m_reader { mailwire::FrameBytes };
};

} // namespace mailhelm
