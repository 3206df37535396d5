// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/loginhistory.h"

#include "core/agent/sources/loginhistoryreader.h"

namespace mailhelm
{

namespace
{

constexpr char StatusName[] = "old logs";

}

LoginHistory::LoginHistory(Settings settings, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_clock(clock)
{
    m_thread.setObjectName(QStringLiteral("old-logs"));
}

LoginHistory::~LoginHistory()
{
    if (m_reader)
        m_reader->stop();
    m_thread.quit();
    m_thread.wait();
}

void LoginHistory::start(const QList<HistoryLog> &logs)
{
    if (isRunning() || logs.isEmpty())
        return;
    const qint64 now = m_clock.nowUs();
    m_reader = std::make_unique<LoginHistoryReader>(
        LoginHistoryReader::Task { logs, m_settings.wanted, now, now - m_settings.readBackUs });
    m_reader->moveToThread(&m_thread);
    LoginHistoryReader *const reader = m_reader.get();
    connect(reader, &LoginHistoryReader::found, this, &LoginHistory::found);
    connect(reader, &LoginHistoryReader::covered, this, &LoginHistory::covered);
    connect(reader, &LoginHistoryReader::fileDone, this, &LoginHistory::fileDone);
    connect(reader, &LoginHistoryReader::progress, this, &LoginHistory::onProgress);
    connect(reader, &LoginHistoryReader::finished, this, &LoginHistory::onFinished);
    m_thread.start();
    QMetaObject::invokeMethod(reader, &LoginHistoryReader::run);
}

void LoginHistory::onProgress(int percent, const QByteArray &file)
{
    Q_EMIT statusChanged({ StatusName, SourceStatus::State::Ok,
        "reading back logs: " + QByteArray::number(percent) + " %, " + file, {} });
}

void LoginHistory::onFinished(const QList<QByteArray> &unreadable)
{
    m_thread.quit();
    m_thread.wait();
    SourceStatus status;
    status.source = StatusName;
    if (!unreadable.isEmpty()) {
        status.state = SourceStatus::State::Degraded;
        status.detail = unreadable.first()
            + (unreadable.size() > 1 ? " and " + QByteArray::number(unreadable.size() - 1) + " more" : QByteArray())
            + ": logins from before are not known";
        status.mend = "put readable logs in their place (chgrp adm, gzip) and restart mailhelmd";
    }
    Q_EMIT statusChanged(status);
    Q_EMIT finished();
}

} // namespace mailhelm
