// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/loginput.h"
#include "core/base/clock.h"

#include <QByteArray>
#include <QList>
#include <QSocketNotifier>
#include <QTimer>

#include <deque>
#include <memory>

struct sd_journal;

namespace mailhelm
{

/// The systemd journal as a log, through libsystemd. Program and pid come from the journal's own fields
/// (SYSLOG_IDENTIFIER, _PID), never from the text; lines come in syslog's shape.
class JournalLog final : public LogInput
{
    Q_OBJECT
public:
    struct Settings {
        /// "FIELD=value"; an entry that matches any of them is read: "SYSLOG_IDENTIFIER=dovecot", better
        /// "_SYSTEMD_UNIT=dovecot.service", which a local user cannot imitate with logger(1).
        QList<QByteArray> matches;
        QByteArray directory; ///< of journal files; empty = the system's journal
    };

    /// `clock` outlives this.
    JournalLog(const Settings &settings, const Clock &clock, QObject *parent = nullptr);
    ~JournalLog() override;

    [[nodiscard]] QByteArray name() const override { return "journal"; }
    Start start(const QByteArray &stored) override;
    void readBack(qint64 notBefore) override;
    void stopReadBack() override;
    [[nodiscard]] QByteArray position() const override { return m_cursor; }
    [[nodiscard]] QList<QByteArray> files() const override { return {}; }
    [[nodiscard]] SourceStatus status() const override { return m_status; }

private:
    struct Closer {
        void operator()(sd_journal *journal) const;
    };
    using Handle = std::unique_ptr<sd_journal, Closer>;

    [[nodiscard]] Handle open();
    void onActivity();
    void slice();
    void sliceBack();
    bool takeEntry(sd_journal *journal, LogBatch &batch);
    void setStatus(SourceStatus::State state, const QByteArray &detail, const QByteArray &mend);

    const Settings m_settings;
    const Clock &m_clock;
    Handle m_journal;
    Handle m_back;
    qint64 m_backNotBefore = 0;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_sliceTimer;
    QTimer m_backTimer;
    QTimer m_poll;
    QByteArray m_cursor; ///< of the last entry that was emitted, or before the first
    QByteArray m_startCursor; ///< where following began: reading back begins there
    std::deque<QByteArray> m_storage; ///< what the lines of the present batch point into
    bool m_caughtUp = false;
    SourceStatus m_status;
};

} // namespace mailhelm
