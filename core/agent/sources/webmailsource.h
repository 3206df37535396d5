// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"

#include <QObject>

#include <functional>

namespace mailhelm
{

/// A webmail's sessions: where it keeps them, and how to end them. Lives in the agent's main thread and never blocks
/// it: whatever waits for a database or a disk does so on a thread of its own.
class WebmailSource : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// What the column Component shows, and after "webmail " the table `sources`: "HTTP/WebMail".
    [[nodiscard]] virtual QByteArray component() const = 0;
    virtual void start() = 0;
    /// Somebody looks: every few seconds; nobody does: every minute.
    virtual void setWatched(bool watched) = 0;
    /// Looks now, then calls `done`, whatever came of it. After the scan that it brought.
    virtual void look(std::function<void()> done) = 0;

    enum class Ended { Done, Gone, Failed };
    struct EndResult {
        Ended outcome = Ended::Done;
        QByteArray why; ///< for Failed: a sentence
    };
    /// Ends exactly these sessions: the browser's next request shows the login form. One result for each, in that
    /// order, once, through the event loop.
    virtual void end(const QList<QByteArray> &ids, std::function<void(const QList<EndResult> &)> done) = 0;
    /// Why sessions cannot be ended, and what mends it; empty = they can.
    [[nodiscard]] virtual QByteArray endRefusal() const { return {}; }

Q_SIGNALS:
    void scanned(const mailhelm::WebmailScan &scan);
    /// Down: the sessions of the last scan are the last known ones.
    void statusChanged(const mailhelm::SourceStatus &status);
};

} // namespace mailhelm
