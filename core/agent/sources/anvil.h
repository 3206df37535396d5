// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/base/clock.h"

#include <QByteArray>
#include <QList>
#include <QLocalSocket>
#include <QObject>
#include <QTimer>

namespace mailhelm
{

/// Asks Dovecot's anvil, over its unix socket, which users' sessions there are. Speaks the dialect of 2.3 and, where
/// that is not understood, that of 2.4, and remembers which. Asynchronous; a dump not complete within 5 s fails. The
/// answer to a dump is entries() or a changed status: degraded where it is there and may not be opened, down where
/// nobody answers.
class AnvilReader final : public QObject
{
    Q_OBJECT
public:
    /// `path`: base_dir/anvil.
    explicit AnvilReader(const QByteArray &path, QObject *parent = nullptr);
    ~AnvilReader() override;

    /// Asks for a dump; nothing while one is under way.
    void read();
    [[nodiscard]] bool isBusy() const { return m_busy; }
    [[nodiscard]] const SourceStatus &status() const { return m_status; }
    /// 1 (Dovecot 2.3), 2 (2.4), or 0 where it has not answered yet.
    [[nodiscard]] int dialect() const { return m_dialect; }
    void setDeadline(int ms) { m_deadline.setInterval(ms); }

Q_SIGNALS:
    /// All of them: what is not in it is over.
    void entries(const QList<mailhelm::AnvilEntry> &entries);
    void statusChanged(const mailhelm::SourceStatus &status);
    /// The dump came to an end, one way or the other.
    void finished();

private:
    void connectNow(int dialect);
    void onConnected();
    void onReadyRead();
    void onDisconnected();
    void onError(QLocalSocket::LocalSocketError error);
    void retryWithNewDialect();
    void takeRow(QByteArrayView row);
    void succeed();
    void fail(SourceStatus::State state, const QByteArray &detail, const QByteArray &mend);
    void finish();
    void setStatus(const SourceStatus &status);

    const QByteArray m_path;
    QLocalSocket m_socket;
    QTimer m_deadline;
    bool m_busy = false;
    int m_dialect = 0;
    int m_trying = 0;
    int m_headerLines = 0; ///< of dialect 2 still to come
    QByteArray m_buffer;
    QList<AnvilEntry> m_entries;
    SourceStatus m_status;
};

} // namespace mailhelm
