// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/anvil.h"

#include "core/agent/sources/anvilparser.h"

#include <QFile>

namespace mailhelm
{

namespace
{

constexpr int DeadlineMs = 5'000;
constexpr qsizetype MaxRow = 64 * 1024;
constexpr qsizetype MaxEntries = 1'000'000;
constexpr char MendPermission[]
    = "service anvil {\n  unix_listener anvil {\n    mode = 0660\n    group = mailhelm\n  }\n}";

} // namespace

AnvilReader::AnvilReader(const QByteArray &path, QObject *parent)
    : QObject(parent)
    , m_path(path)
{
    m_status.source = "anvil";
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(DeadlineMs);
    connect(&m_deadline, &QTimer::timeout, this,
        [this] { fail(SourceStatus::State::Down, m_path + " did not answer in time", {}); });
    connect(&m_socket, &QLocalSocket::connected, this, &AnvilReader::onConnected);
    connect(&m_socket, &QLocalSocket::readyRead, this, &AnvilReader::onReadyRead);
    connect(&m_socket, &QLocalSocket::disconnected, this, &AnvilReader::onDisconnected);
    connect(&m_socket, &QLocalSocket::errorOccurred, this, &AnvilReader::onError);
}

AnvilReader::~AnvilReader()
{
    m_socket.disconnect(this); // its end says that it disconnected, to somebody who is half gone
}

void AnvilReader::read()
{
    if (m_busy)
        return;
    m_busy = true;
    m_deadline.start();
    connectNow(m_dialect == 0 ? 1 : m_dialect);
}

void AnvilReader::connectNow(int dialect)
{
    m_trying = dialect;
    m_buffer.clear();
    m_entries.clear();
    m_headerLines = dialect == 2 ? 2 : 0; // the server's version, and the names of alternative users
    m_socket.connectToServer(QFile::decodeName(m_path));
}

void AnvilReader::onConnected()
{
    m_socket.write(
        m_trying == 2 ? "VERSION\tanvil-client\t2\t0\n\nCONNECT-DUMP\n" : "VERSION\tanvil\t1\t0\nCONNECT-DUMP\n");
}

void AnvilReader::onReadyRead()
{
    if (!m_busy)
        return;
    m_buffer += m_socket.readAll();
    qsizetype from = 0;
    for (qsizetype end = m_buffer.indexOf('\n'); end >= 0; end = m_buffer.indexOf('\n', from)) {
        const QByteArray row = m_buffer.sliced(from, end - from);
        from = end + 1;
        if (m_trying == 1 && row.startsWith("VERSION\t")) {
            // 2.3 says no such thing: this is 2.4, which closes next.
            retryWithNewDialect();
            return;
        }
        if (m_headerLines == 2 && !row.startsWith("VERSION\tanvil-server\t2\t")) {
            fail(SourceStatus::State::Down, m_path + " speaks neither Dovecot 2.3's nor 2.4's protocol", {});
            return;
        }
        if (m_headerLines > 0) {
            --m_headerLines;
            continue;
        }
        if (row.isEmpty()) {
            succeed();
            return;
        }
        takeRow(row);
    }
    m_buffer.remove(0, from);
    if (m_buffer.size() > MaxRow || m_entries.size() > MaxEntries)
        fail(SourceStatus::State::Down, m_path + " sends more than can be true", {});
}

void AnvilReader::takeRow(QByteArrayView row)
{
    if (m_trying == 1)
        m_entries += parseAnvilRow1(row);
    else if (const std::optional<AnvilEntry> entry = parseAnvilRow2(row))
        m_entries.append(*entry);
}

void AnvilReader::retryWithNewDialect()
{
    m_trying = 2;
    m_busy = false; // so that the end of this connection is not taken for an answer
    m_socket.abort();
    m_busy = true;
    // Not from inside the socket's own signal.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_busy && m_trying == 2)
                connectNow(2);
        },
        Qt::QueuedConnection);
}

void AnvilReader::onError(QLocalSocket::LocalSocketError error)
{
    if (!m_busy || error == QLocalSocket::PeerClosedError)
        return; // disconnected follows
    switch (error) {
    case QLocalSocket::SocketAccessError:
        fail(SourceStatus::State::Degraded, m_path + " may not be opened: users without a log line stay unknown",
            MendPermission);
        return;
    case QLocalSocket::ServerNotFoundError:
        fail(SourceStatus::State::Down, m_path + " does not exist: Dovecot is not running, or base_dir is another",
            "base_dir of [dovecot] in the agent's configuration must be what `doveconf -h base_dir` prints");
        return;
    case QLocalSocket::ConnectionRefusedError:
        fail(SourceStatus::State::Down, m_path + ": nobody listens; Dovecot is not running", "systemctl start dovecot");
        return;
    default:
        fail(SourceStatus::State::Down, m_path + ": " + m_socket.errorString().toUtf8(), {});
    }
}

void AnvilReader::onDisconnected()
{
    if (!m_busy)
        return;
    if (m_trying == 1 && m_buffer.isEmpty() && m_entries.isEmpty()) {
        retryWithNewDialect(); // closed without a word: it did not understand
        return;
    }
    m_dialect = 0; // another version may have been started meanwhile
    fail(SourceStatus::State::Down, m_path + " closed before the dump was complete", {});
}

void AnvilReader::succeed()
{
    m_dialect = m_trying;
    SourceStatus good;
    good.source = "anvil";
    const QList<AnvilEntry> all = std::exchange(m_entries, {});
    finish();
    setStatus(good);
    Q_EMIT entries(all);
    Q_EMIT finished();
}

void AnvilReader::fail(SourceStatus::State state, const QByteArray &detail, const QByteArray &mend)
{
    finish();
    SourceStatus bad;
    bad.source = "anvil";
    bad.state = state;
    bad.detail = detail;
    bad.mend = mend;
    setStatus(bad);
    Q_EMIT finished();
}

void AnvilReader::finish()
{
    m_busy = false;
    m_deadline.stop();
    m_buffer.clear();
    m_entries.clear();
    m_socket.abort();
}

void AnvilReader::setStatus(const SourceStatus &status)
{
    if (status == m_status)
        return;
    m_status = status;
    Q_EMIT statusChanged(m_status);
}

} // namespace mailhelm
