// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/webmailsource.h"
#include "core/base/clock.h"

#include <QTimer>

namespace mailhelm
{

/// When a webmail is looked at: every 2 s while somebody watches, every minute otherwise, and never more than a tenth
/// of the time, however long a look takes. One look at a time. The base of the sources that have to ask.
class WebmailPoll : public WebmailSource
{
    Q_OBJECT
public:
    static constexpr int WatchedMs = 2'000;
    static constexpr int UnwatchedMs = 60'000;

    WebmailPoll(QByteArray component, const Clock &clock, QObject *parent);

    [[nodiscard]] QByteArray component() const override { return m_component; }
    void start() override;
    void setWatched(bool watched) override;
    void look(std::function<void()> done) override;

protected:
    /// Begins to look; finishLook() follows, later.
    virtual void beginLook() = 0;
    /// After what the look brought was told.
    void finishLook();
    /// Tells it where it changed. `status.source` is filled in here.
    void setStatus(SourceStatus status);
    /// Keeps the pace of somebody who watches, for so long.
    void stayAlert(qint64 us);
    [[nodiscard]] const Clock &clock() const { return m_clock; }

private:
    void begin();
    void plan();

    const QByteArray m_component;
    const Clock &m_clock;
    QTimer m_timer;
    bool m_started = false;
    bool m_watched = false;
    bool m_looking = false;
    qint64 m_began = 0; ///< monotonic, the last look
    qint64 m_took = 0;
    qint64 m_alertUntil = 0; ///< monotonic
    QList<std::function<void()>> m_waiting; ///< for the look that is under way
    QList<std::function<void()>> m_next; ///< for one that begins after they asked
    std::optional<SourceStatus> m_status;
};

} // namespace mailhelm
