// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/latency.h"

#include "core/base/clock.h"
#include "tests/support/agentprocess.h"
#include "tests/support/mailclient.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

namespace mailhelm
{

namespace
{

using Port = Lab::Port;

/// A running `mailhelmctl connections --watch`, and when it printed what.
class Watch
{
public:
    explicit Watch(const QString &home)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("MAILHELM_HOME"), home);
        m_process.setProcessEnvironment(environment);
        m_process.setProgram(QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelmctl"));
        QObject::connect(&m_process, &QProcess::readyReadStandardOutput, &m_process, [this] { read(); });
    }
    ~Watch()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    Q_DISABLE_COPY_MOVE(Watch)

    bool add(const QString &pairingLink)
    {
        m_process.setArguments({ QStringLiteral("add"), QStringLiteral("-") });
        m_process.start();
        m_process.write(pairingLink.toUtf8() + '\n');
        m_process.closeWriteChannel();
        return QTest::qWaitFor([this] { return m_process.state() == QProcess::NotRunning; }, AgentProcess::TimeoutMs)
            && m_process.exitCode() == 0;
    }
    bool begin()
    {
        m_begun = false;
        m_process.setArguments({ QStringLiteral("connections"), QStringLiteral("--watch") });
        m_process.start();
        return QTest::qWaitFor([this] { return m_begun; }, AgentProcess::TimeoutMs);
    }
    /// When it was printed, wall clock µs: the row with that port of the client and, where it is not empty, that user.
    /// -1 = never.
    qint64 whenThere(quint16 port, const QByteArray &user)
    {
        const auto found = [&] { return m_rows.contains(port) && (user.isEmpty() || m_rows[port].user == user); };
        return QTest::qWaitFor(found, AgentProcess::TimeoutMs) ? m_rows[port].atUs : -1;
    }
    qint64 whenGone(quint16 port)
    {
        return QTest::qWaitFor([&] { return !m_rows.contains(port); }, AgentProcess::TimeoutMs) ? m_goneUs : -1;
    }

private:
    struct Seen {
        qint64 atUs = 0;
        QByteArray user;
    };
    void read()
    {
        const qint64 now = m_clock.nowUs();
        while (m_process.canReadLine()) {
            const QJsonObject line = QJsonDocument::fromJson(m_process.readLine()).object();
            const QString change = line.value(QLatin1String("change")).toString();
            const QJsonObject row = line.value(QLatin1String("row")).toObject();
            const quint16 port = quint16(row.value(QLatin1String("port")).toInt());
            const QByteArray user = row.value(QLatin1String("user")).toString().toUtf8();
            m_begun = m_begun || change == QLatin1String("reset");
            if (change == QLatin1String("removed")) {
                m_rows.remove(port);
                m_goneUs = now;
            } else if (!m_rows.contains(port) || m_rows[port].user != user) {
                m_rows.insert(port, { now, user });
            }
        }
    }

    SystemClock m_clock;
    QProcess m_process;
    bool m_begun = false;
    QHash<quint16, Seen> m_rows;
    qint64 m_goneUs = 0;
};

} // namespace

qint64 LatencyFigures::median(QList<qint64> values)
{
    std::sort(values.begin(), values.end());
    return values.isEmpty() ? 0 : values[values.size() / 2];
}

qint64 LatencyFigures::longest(const QList<qint64> &values)
{
    return values.isEmpty() ? 0 : *std::max_element(values.begin(), values.end());
}

Result<LatencyFigures> measureLatency(const Lab &lab, AgentProcess &agent, int logins, int silent)
{
    const Result<QString> pairing = agent.enroll("latency", "viewer");
    if (!pairing)
        return pairing.error();
    QTemporaryDir home;
    Watch watch(home.path());
    if (!watch.add(pairing.value()) || !watch.begin())
        return Error { ErrorCode::Unavailable, QStringLiteral("mailhelmctl did not begin to watch") };

    const SystemClock clock;
    LatencyFigures figures;
    const QHostAddress here(QHostAddress::LocalHost);
    const auto failed = [](const char *what) { return Error { ErrorCode::TimedOut, QString::fromLatin1(what) }; };
    const auto leave = [&](MailClient &client) {
        const quint16 port = client.localPort();
        const qint64 left = clock.nowUs();
        client.abort();
        const qint64 gone = watch.whenGone(port);
        if (gone >= 0)
            figures.gone.append(gone - left);
        return gone >= 0;
    };
    for (int i = 0; i < logins; ++i) {
        const bool pop = i % 3 == 2;
        MailClient client(pop ? MailClient::Protocol::Pop3 : MailClient::Protocol::Imap,
            i % 3 == 1 ? MailClient::Security::Plain : MailClient::Security::Tls);
        if (!client.connectTo(here,
                lab.port(pop         ? Port::Pop3s
                        : i % 3 == 1 ? Port::Imap
                                     : Port::Imaps))
            || !client.login(Lab::user(1 + i % 40)))
            return failed("a client could not log in");
        const qint64 there = watch.whenThere(client.localPort(), client.user());
        if (there < 0)
            return failed("a login did not become a row");
        figures.login.append(std::max<qint64>(there - client.loggedInAtUs(), 0));
        if (!leave(client))
            return failed("the row of a client that left stayed");
    }
    for (int i = 0; i < silent; ++i) {
        // Anywhere between two scans.
        QTest::qWait(QRandomGenerator::global()->bounded(300, 1300));
        MailClient client(MailClient::Protocol::Imap, MailClient::Security::Plain);
        if (!client.connectTo(here, lab.port(Port::Imap)))
            return failed("a client could not connect");
        const qint64 there = watch.whenThere(client.localPort(), {});
        if (there < 0)
            return failed("a connection did not become a row");
        figures.seen.append(std::max<qint64>(there - client.connectedAtUs(), 0));
        if (!leave(client))
            return failed("the row of a client that left stayed");
    }
    return figures;
}

} // namespace mailhelm
