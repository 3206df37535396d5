// SPDX-License-Identifier: GPL-3.0-or-later
// The agent is restarted, and killed, while people come and go: consoles come back by themselves, and nothing is lost.
#include "tests/support/agentclient.h"
#include "tests/support/mailclient.h"
#include "tests/support/proctcp.h"

#include <QElapsedTimer>
#include <QTest>
#include <QTimer>

using namespace mailhelm;

namespace
{

using Port = Lab::Port;
namespace c = connections;

constexpr int Staying = 60;
constexpr int Churning = 40;
constexpr qint64 CompleteWithinMs = 3'000;

} // namespace

class TestRestart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void theTableIsWholeAgain_data();
    void theTableIsWholeAgain();

private:
    /// Logs in, stays a moment, leaves, comes back.
    void churn(int number);
    [[nodiscard]] QByteArrayList wrongs();
    [[nodiscard]] QHash<quint16, RowId> idsOfStaying();

    std::unique_ptr<Lab> m_lab;
    std::unique_ptr<AgentProcess> m_agent;
    AgentClient m_console;
    std::vector<std::unique_ptr<MailClient>> m_staying;
    std::vector<std::unique_ptr<MailClient>> m_churning;
    bool m_over = false;
    int m_visits = 0;
    QHash<RowId, qint64> m_ghosts; ///< rows that had no socket at the last look, and since when
    QList<QByteArray> m_dropped; ///< targets as the audit has them must name these users
};

void TestRestart::churn(int number)
{
    if (m_over)
        return;
    std::unique_ptr<MailClient> &place = m_churning[size_t(number)];
    if (place)
        place.release()->deleteLater(); // we may be in its callback
    place = std::make_unique<MailClient>(
        MailClient::Protocol::Imap, number % 2 == 0 ? MailClient::Security::Plain : MailClient::Security::Tls);
    MailClient *client = place.get();
    const auto again = [this, number, client] {
        client->abort();
        QTimer::singleShot(20, this, [this, number] { churn(number); });
    };
    client->connectTo(QHostAddress(QHostAddress::LocalHost), m_lab->port(number % 2 == 0 ? Port::Imap : Port::Imaps),
        [=, this](bool ok) {
            if (!ok) {
                again();
                return;
            }
            client->login(Lab::user(1 + number % 40), QByteArrayLiteral("secret"), [=, this](bool) {
                ++m_visits;
                QTimer::singleShot(400 + 37 * number, client, again);
            });
        });
}

void TestRestart::initTestCase()
{
    if (const QString why = Lab::whyNotHere(); !why.isEmpty())
        QSKIP(qPrintable(why));
    Lab::Options options;
    options.serviceCount0 = true; // logins cost less then
    m_lab = std::make_unique<Lab>(options);
    m_agent = std::make_unique<AgentProcess>();
    LinkTimes times;
    times.backoffFirst = std::chrono::milliseconds(100);
    times.backoffLongest = std::chrono::milliseconds(500);
    const Result<void> begun
        = m_console.begin(*m_lab, *m_agent, { TableId::Connections, TableId::Sources, TableId::Audit }, times);
    QVERIFY2(begun, begun ? "" : qPrintable(begun.error().detail));

    for (int i = 0; i < Staying; ++i) {
        auto client = std::make_unique<MailClient>(
            MailClient::Protocol::Imap, i % 3 == 0 ? MailClient::Security::Plain : MailClient::Security::Tls);
        QVERIFY(client->connectTo(
            QHostAddress(QHostAddress::LocalHost), m_lab->port(i % 3 == 0 ? Port::Imap : Port::Imaps)));
        if (i % 5 != 4) // some never log in
            QVERIFY(client->login(Lab::user(1 + i % 40)));
        m_staying.push_back(std::move(client));
    }
    m_churning.resize(Churning);
    for (int i = 0; i < Churning; ++i)
        churn(i);
    QTRY_VERIFY_WITH_TIMEOUT(m_visits > Churning, 30'000);
    (void)QTest::qWaitFor([this] { return wrongs().isEmpty(); }, 5'000);
    QVERIFY2(wrongs().isEmpty(), wrongs().join('\n').constData());
}

void TestRestart::cleanupTestCase()
{
    m_over = true;
    for (const auto &client : m_churning)
        if (client)
            client->abort();
    m_agent.reset();
    m_lab.reset();
}

void TestRestart::theTableIsWholeAgain_data()
{
    QTest::addColumn<bool>("killed");
    for (int i = 1; i <= 5; ++i) {
        QTest::addRow("restarted %d", i) << false;
        QTest::addRow("killed %d", i) << true;
    }
}

/// What is not as it is. Those that churn may be a moment ahead of any look, so only those that stay are held to their
/// users, and of the others that no row outlives its socket.
QByteArrayList TestRestart::wrongs()
{
    QByteArrayList out;
    QHash<std::pair<quint16, quint16>, AgentClient::Row> rows;
    for (const AgentClient::Row &row : m_console.rows())
        rows.insert({ quint16(row.number(c::Port)), quint16(row.number(c::LocalPort)) }, row);
    for (const auto &client : m_staying) {
        if (!client->isConnected()) {
            out.append("a client that was to stay is gone: " + QByteArray::number(client->localPort()));
            continue;
        }
        const auto row = rows.constFind({ client->localPort(), client->peerPort() });
        if (row == rows.cend())
            out.append("no row for " + QByteArray::number(client->localPort()));
        else if (row->maybeText(c::User) != client->user())
            out.append(row->maybeText(c::User).value_or("unknown") + " instead of " + client->user());
    }
    const SystemClock clock;
    // Pushes are up to 50 ms apart, and forty people come and go: a row is a ghost if it outlives its socket by more
    // than 300 ms.
    QHash<RowId, qint64> ghosts;
    const QSet<ProcSocket> there
        = procSockets({ m_lab->port(Port::Imap), m_lab->port(Port::Imaps), m_lab->port(Port::Agent) });
    for (const auto &row : std::as_const(rows)) {
        const ProcSocket socket { { row.address(c::LocalAddress), quint16(row.number(c::LocalPort)) },
            { row.address(c::ClientAddress), quint16(row.number(c::Port)) } };
        if (row.text(c::Protocol) == "imap" && !there.contains(socket))
            ghosts.insert(row.id, m_ghosts.value(row.id, clock.nowUs()));
        if (clock.nowUs() - ghosts.value(row.id, clock.nowUs()) > 300'000)
            out.append("a row without a socket: " + QByteArray::number(socket.peer.port));
    }
    m_ghosts = ghosts;
    // One younger than the last look is not missed, an older one is.
    for (const auto &client : m_churning)
        if (client && client->isConnected() && clock.nowUs() - client->connectedAtUs() > 1'500'000
            && !rows.contains({ client->localPort(), client->peerPort() }))
            out.append("no row for a visitor of " + QByteArray::number((clock.nowUs() - client->connectedAtUs()) / 1000)
                + " ms");
    return out;
}

QHash<quint16, RowId> TestRestart::idsOfStaying()
{
    QHash<quint16, RowId> ids;
    for (const AgentClient::Row &row : m_console.rows())
        for (const auto &client : m_staying)
            if (client->localPort() == row.number(c::Port) && client->peerPort() == row.number(c::LocalPort))
                ids.insert(client->localPort(), row.id);
    return ids;
}

void TestRestart::theTableIsWholeAgain()
{
    QFETCH(bool, killed);
    const QHash<quint16, RowId> before = idsOfStaying();
    QCOMPARE(before.size(), qsizetype(Staying));

    // Something for the audit, answered before the end.
    MailClient victim(MailClient::Protocol::Imap, MailClient::Security::Plain);
    QVERIFY(victim.connectTo(QHostAddress(QHostAddress::LocalHost), m_lab->port(Port::Imap)));
    RowId id = 0;
    QTRY_VERIFY([&] {
        for (const AgentClient::Row &row : m_console.rows())
            if (row.number(c::Port) == victim.localPort() && row.number(c::LocalPort) == victim.peerPort())
                id = row.id;
        return id != 0;
    }());
    const QByteArray name = "127.0.0.1:" + QByteArray::number(victim.localPort());
    const QList<Outcomes::Target> targets = m_console.drop({ id });
    QCOMPARE(targets.size(), qsizetype(1));
    QCOMPARE(targets.first().code, Outcomes::Code::Done);
    m_dropped.append(name);

    const int visitsBefore = m_visits;
    const Result<void> ended = killed ? m_agent->kill() : m_agent->stop();
    QVERIFY2(ended, ended ? "" : qPrintable(ended.error().detail));
    // People come and go while nobody looks.
    QTRY_VERIFY_WITH_TIMEOUT(m_visits > visitsBefore + 20, 20'000);
    QTRY_VERIFY(!m_console.link().isConnected());
    QCOMPARE(idsOfStaying(), before); // stale rows are still on show

    QElapsedTimer sinceStart;
    sinceStart.start();
    const Result<void> up = m_agent->start();
    QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
    const auto whole = [this] {
        return m_console.link().isLive(TableId::Connections) && m_console.link().isLive(TableId::Audit)
            && wrongs().isEmpty();
    };
    (void)QTest::qWaitFor(whole, int(CompleteWithinMs));
    const QByteArrayList then = wrongs();
    (void)QTest::qWaitFor(whole, 10'000);
    const qint64 took = sinceStart.elapsed();
    QVERIFY2(wrongs().isEmpty(), (wrongs().join('\n') + m_agent->log().right(600)).constData());
    qInfo("%s: whole and right %lld ms after the start", killed ? "killed" : "restarted", took);
    QVERIFY2(took <= CompleteWithinMs, (QByteArray::number(took) + " ms: " + then.join('\n')).constData());
    QCOMPARE(idsOfStaying(), before);

    QByteArrayList audited;
    for (const AgentClient::Row &row : m_console.rows(TableId::Audit))
        if (row.text(audit::Action) == "drop" && row.text(audit::Outcome) == "done")
            audited.append(row.text(audit::Target));
    for (const QByteArray &target : std::as_const(m_dropped))
        QVERIFY2(
            std::any_of(audited.begin(), audited.end(), [&](const QByteArray &each) { return each.contains(target); }),
            (target + " is not in " + audited.join(", ")).constData());
}

QTEST_GUILESS_MAIN(TestRestart)
#include "tst_restart.moc"
