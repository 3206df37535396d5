// SPDX-License-Identifier: GPL-3.0-or-later
// Who is let in, and what those who are not can do to the others: the real mailhelmd, and peers that break every rule.
#include "tests/support/agentclient.h"
#include "tests/support/rawadmin.h"
#include "tests/unit/samplemessages.h"
#include "tests/unit/tlsworld.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTcpSocket>
#include <QTest>

#include <sys/resource.h>

using namespace mailhelm;

namespace
{

using Port = Lab::Port;
namespace c = connections;

/// mailhelmctl with a profile of its own.
struct Ctl {
    struct Ran {
        int code = -1;
        QByteArray out;
        QByteArray err;
    };

    Ran run(const QStringList &arguments, const QByteArray &in = {}) const
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("MAILHELM_HOME"), home.path());
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelmctl"), arguments);
        process.write(in);
        process.closeWriteChannel();
        if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 20'000))
            process.kill();
        process.waitForFinished();
        return { process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError() };
    }
    Ran add(const QString &link) const
    {
        return run({ QStringLiteral("add"), QStringLiteral("-") }, link.toUtf8() + '\n');
    }

    QTemporaryDir home;
};

/// Connections come and go at the mail server while it lives, and a console that watches has to hear of it all the
/// time.
class Bystander : public QObject
{
public:
    Bystander(AgentClient &client, quint16 service)
        : m_service(service)
    {
        connect(
            &client.table(TableId::Connections), &LiveTable::published, this, [this](const Publication &publication) {
                if (publication.inserted.isEmpty() && publication.removed.isEmpty())
                    return;
                m_longestMs = std::max(m_longestMs, m_since.restart());
                ++m_heard;
            });
        connect(&m_timer, &QTimer::timeout, this, [this] {
            if (m_socket.state() == QAbstractSocket::UnconnectedState) {
                m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), m_service);
                m_timer.start(1200); // longer than a second, so that the look at the sockets that comes each second
                                     // cannot miss it
            } else {
                m_socket.abort();
                m_timer.start(300);
            }
        });
        m_since.start();
        m_timer.start(300);
    }
    /// The longest time that nothing was heard, ms.
    [[nodiscard]] qint64 longestMs() const { return std::max(m_longestMs, m_since.elapsed()); }
    [[nodiscard]] int heard() const { return m_heard; }

private:
    quint16 m_service;
    QTcpSocket m_socket;
    QTimer m_timer;
    QElapsedTimer m_since;
    qint64 m_longestMs = 0;
    int m_heard = 0;
};

#define VERIFY_UNDISTURBED(bystander)                                                                                  \
    QVERIFY2((bystander).longestMs() < 3000,                                                                           \
        qPrintable(QStringLiteral("nothing heard for %1 ms").arg((bystander).longestMs())))

QByteArray procValue(qint64 pid, const char *key)
{
    QFile file(QStringLiteral("/proc/%1/status").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    for (const QByteArray &line : file.readAll().split('\n'))
        if (line.startsWith(key))
            return line.mid(int(qstrlen(key))).simplified();
    return {};
}

qint64 residentKiB(qint64 pid)
{
    return procValue(pid, "VmRSS:").split(' ').value(0).toLongLong();
}

int openDescriptors(qint64 pid)
{
    return int(QDir(QStringLiteral("/proc/%1/fd").arg(pid))
                   .entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System)
                   .size());
}

Identity newIdentity()
{
    return Identity::make(QStringLiteral("stranger")).value();
}

} // namespace

class TestTrust : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aWrongPinEndsIt();
    void anUnknownKeyIsToldWhy();
    void aTokenIsGoodOnce();
    void anExpiredToken();
    void aRevokedKeyLosesItsSession();
    void theMatrix_data();
    void theMatrix();
    void strangersMayOnlyEnrol();
    void brokenFrames();
    void silentAndDrippingPeers();
    void thirtyConnectsThatReset();
    void fiveHundredSilentOnes();
    void exhaustedDescriptors();
    void aSlowReader();
    void penalties();
    void stillThere();

private:
    quint16 port() const { return m_lab->port(Port::Agent); }
    std::unique_ptr<RawAdmin> admin(const char *name, const char *role)
    {
        const Result<QString> link = m_agent->enroll(name, role);
        return link ? RawAdmin::enrolled(link.value()) : nullptr;
    }
    std::unique_ptr<Bystander> bystander() { return std::make_unique<Bystander>(*m_watcher, m_lab->port(Port::Imap)); }

    std::unique_ptr<Lab> m_lab;
    std::unique_ptr<AgentProcess> m_agent;
    std::unique_ptr<AgentClient> m_watcher;
    qint64 m_pid = 0;
};

void TestTrust::initTestCase()
{
    if (const QString missing = Lab::whyNotHere(); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    m_lab = std::make_unique<Lab>();
    m_agent = std::make_unique<AgentProcess>();
    m_watcher = std::make_unique<AgentClient>();
    for (const Result<void> &step :
        { m_lab->start(), m_agent->init(*m_lab), m_agent->start(), m_watcher->enrol(*m_agent), m_watcher->watch() })
        QVERIFY2(step, step ? "" : qPrintable(step.error().detail));
    m_pid = m_agent->pid();
}

void TestTrust::aWrongPinEndsIt()
{
    const Result<QString> made = m_agent->enroll("pinned", "viewer");
    QVERIFY(made);
    PairingLink link = PairingLink::parse(made.value().toLatin1()).value();
    const Pin right = link.pin;
    link.pin = newIdentity().pin();
    const Ctl ctl;
    Ctl::Ran ran = ctl.add(QString::fromLatin1(link.toText()));
    QCOMPARE(ran.code, 4);
    QVERIFY2(ran.err.contains("key"), ran.err.constData());
    QCOMPARE(
        ctl.run({ QStringLiteral("servers"), QStringLiteral("--format"), QStringLiteral("json") }).out.simplified(),
        QByteArray("[]"));
    // Nothing was said to whoever that was: the token is unspent.
    link.pin = right;
    ran = ctl.add(QString::fromLatin1(link.toText()));
    QVERIFY2(ran.code == 0, ran.err.constData());
}

void TestTrust::anUnknownKeyIsToldWhy()
{
    const Ctl ctl;
    const Result<QString> link = m_agent->enroll("ute", "viewer");
    QCOMPARE(ctl.add(link.value()).code, 0);
    QCOMPARE(ctl.run({ QStringLiteral("sources") }).code, 0);
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("ute") }));
    QTest::qWait(1500); // the daemon looks once a second
    const Ctl::Ran ran = ctl.run({ QStringLiteral("sources") });
    QCOMPARE(ran.code, 4);
    QVERIFY2(ran.err.contains("not known on this server") && ran.err.contains("mailhelmd enroll"), ran.err.constData());
    QVERIFY(ran.out.isEmpty());
}

void TestTrust::aTokenIsGoodOnce()
{
    const Ctl first;
    const Ctl second;
    const Result<QString> link = m_agent->enroll("once", "viewer");
    QCOMPARE(first.add(link.value()).code, 0);
    // While no other token is open, an unknown key is not even listened to.
    Ctl::Ran ran = second.add(link.value());
    QCOMPARE(ran.code, 4);
    QVERIFY2(ran.err.contains("not known"), ran.err.constData());
    QVERIFY(m_agent->enroll("somebody-else", "viewer"));
    QTest::qWait(1500);
    ran = second.add(link.value());
    QCOMPARE(ran.code, 4);
    QVERIFY2(ran.err.contains("used already"), ran.err.constData());
    QVERIFY(!ran.err.contains(PairingLink::parse(link.value().toLatin1()).value().token.toText()));
    QCOMPARE(first.run({ QStringLiteral("status") }).code, 0);
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("somebody-else") }));
}

void TestTrust::anExpiredToken()
{
    const Result<QString> link = m_agent->enroll("late", "viewer");
    QVERIFY(link);
    QVERIFY(m_agent->enroll("somebody-else", "viewer"));
    QFile file(m_agent->state() + QStringLiteral("/admins"));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArrayList lines = file.readAll().split('\n');
    for (QByteArray &line : lines)
        if (line.startsWith("token late "))
            line = line.left(line.lastIndexOf(' ')) + " 2025-01-01T00:00:00Z";
    file.resize(0);
    file.seek(0);
    file.write(lines.join('\n'));
    file.close();
    QTest::qWait(1500);
    const Ctl ctl;
    const Ctl::Ran ran = ctl.add(link.value());
    QCOMPARE(ran.code, 4);
    QVERIFY2(
        ran.err.contains("expired") && ran.err.contains("mailhelmd enroll late --role viewer"), ran.err.constData());
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("late") }));
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("somebody-else") }));
}

void TestTrust::aRevokedKeyLosesItsSession()
{
    auto there = bystander();
    AgentClient client;
    QVERIFY(client.enrol(*m_agent, "rita", "operator"));
    QVERIFY(client.watch());
    QElapsedTimer elapsed;
    elapsed.start();
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("rita") }));
    QTRY_VERIFY_WITH_TIMEOUT(client.link().state() == Link::State::Refused, 6000);
    QVERIFY2(elapsed.elapsed() < 5000, qPrintable(QString::number(elapsed.elapsed())));
    QVERIFY2(client.link().lastError()->detail.contains(QStringLiteral("revoked")),
        qPrintable(client.link().lastError()->detail));
    client.link().retryNow();
    QTRY_VERIFY(client.link().state() == Link::State::Refused
        && client.link().lastError()->detail.contains(QStringLiteral("not known")));
    QVERIFY(m_watcher->link().state() == Link::State::Live);
    VERIFY_UNDISTURBED(*there);
}

void TestTrust::theMatrix_data()
{
    QTest::addColumn<QByteArray>("role");
    for (const char *role : { "viewer", "operator", "manager", "owner" })
        QTest::newRow(role) << QByteArray(role);
}

/// Who may act, written down a third time; nullopt for what only looks.
static std::optional<Role> leastActing(const Message &message)
{
    if (std::holds_alternative<Drop>(message) || std::holds_alternative<End>(message))
        return Role::Operator;
    if (std::holds_alternative<SetAccount>(message))
        return Role::Manager;
    if (std::holds_alternative<Delete>(message) || std::holds_alternative<Restore>(message))
        return Role::Owner;
    return std::nullopt;
}

/// Every message × the states of a connection, over real TLS: what is not allowed by name is refused.
void TestTrust::theMatrix()
{
    QFETCH(QByteArray, role);
    const auto live = admin(QByteArray("matrix-" + role).constData(), role.constData());
    QVERIFY(live);
    RawAdmin greeted(live->identity());
    std::unique_ptr<RawAdmin> session = std::make_unique<RawAdmin>(live->identity());
    QVERIFY(session->connectTo(port()) && session->logIn());
    for (const Envelope &sample : sampleMessages()) {
        const Message &message = sample.message;
        const QByteArray name = QByteArray::number(int(message.index()));
        // Before hello nothing else is heard.
        if (!std::holds_alternative<Hello>(message)) {
            QVERIFY(greeted.connectTo(port()));
            QTRY_VERIFY(greeted.welcome() || greeted.isEnded());
            greeted.send(message, 7);
            QVERIFY2(greeted.waitForEnd(5000), name.constData());
            QVERIFY2(greeted.farewell(), name.constData());
        }
        // Once live, each by its right.
        const bool toAgent = std::holds_alternative<Hello>(message) || std::holds_alternative<Enrol>(message)
            || std::holds_alternative<Subscribe>(message) || std::holds_alternative<Unsubscribe>(message)
            || std::holds_alternative<Refresh>(message) || std::holds_alternative<Journal>(message)
            || std::holds_alternative<History>(message) || std::holds_alternative<Status>(message)
            || std::holds_alternative<Ping>(message) || leastActing(message);
        const std::optional<Message> answer = session->ask(message);
        if (!toAgent) {
            QVERIFY2(!answer && session->waitForEnd(5000) && session->farewell(), name.constData());
            session = std::make_unique<RawAdmin>(live->identity());
            QVERIFY(session->connectTo(port()) && session->logIn());
            continue;
        }
        QVERIFY2(answer, name.constData());
        const auto *failed = std::get_if<Failed>(&*answer);
        if (std::holds_alternative<Hello>(message) || std::holds_alternative<Enrol>(message)) {
            QVERIFY2(failed, name.constData()); // not a second time
            QCOMPARE(session->welcome()->role, roleFromName(role).value());
        } else if (const auto least = leastActing(message)) {
            QCOMPARE(failed != nullptr, roleFromName(role).value() < *least);
            if (failed)
                QCOMPARE(failed->code, ErrorCode::PermissionDenied);
            else
                for (const Outcomes::Target &target : std::get<Outcomes>(*answer).targets)
                    QVERIFY(target.code != Outcomes::Code::Done); // there are no such rows
        } else if (std::holds_alternative<Journal>(message)) {
            QVERIFY(failed && failed->code == ErrorCode::NotFound);
        } else if (std::holds_alternative<History>(message)) {
            QVERIFY2(std::holds_alternative<HistoryDone>(*answer),
                failed ? failed->why.constData() : ""); // who may see, may see what was
        } else {
            QVERIFY2(!failed, failed ? failed->why.constData() : "");
        }
    }
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("matrix-") + QString::fromLatin1(role) }));
}

void TestTrust::strangersMayOnlyEnrol()
{
    QVERIFY(m_agent->enroll("expected", "owner"));
    QTest::qWait(1500);
    for (const Envelope &sample : sampleMessages()) {
        RawAdmin stranger(newIdentity());
        QVERIFY(stranger.connectTo(port()));
        QTRY_VERIFY(stranger.welcome());
        // Learns nothing of this host.
        QCOMPARE(stranger.welcome()->role, Role::None);
        QVERIFY(stranger.welcome()->serverName.isEmpty() && stranger.welcome()->tables.isEmpty()
            && stranger.welcome()->services.isEmpty());
        const std::optional<Message> answer = stranger.ask(sample.message);
        QVERIFY(!answer || std::holds_alternative<Failed>(*answer));
        QVERIFY(stranger.waitForEnd(5000));
        QVERIFY(answer || stranger.farewell());
    }
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("expected") }));
}

void TestTrust::brokenFrames()
{
    auto there = bystander();
    auto fresh = [this, identity = std::optional<Identity>()]() mutable {
        if (!identity) {
            const auto first = admin("broken", "owner");
            if (!first)
                return std::unique_ptr<RawAdmin>();
            identity = first->identity();
        }
        auto session = std::make_unique<RawAdmin>(*identity);
        session->setSourceAddress(QHostAddress(QStringLiteral("127.0.4.1")));
        return session->connectTo(port()) && session->logIn() ? std::move(session) : nullptr;
    };
    struct Case {
        const char *name;
        QByteArray bytes;
    };
    const auto framed = [](const QByteArray &payload) {
        const auto header = frameHeader(quint32(payload.size()));
        return QByteArray(header.data(), header.size()) + payload;
    };
    const QList<Case> cases {
        { "a length of 4 GiB", QByteArray::fromHex("ffffffff") },
        { "one byte too long", QByteArray::fromHex("00010001") + QByteArray(65537, 'x') },
        { "a length of zero", QByteArray(4, '\0') },
        { "no CBOR", framed(QByteArray("\xff\xff\xff", 3)) },
        { "CBOR, no message", framed(QByteArray::fromHex("a0")) },
        { "a cut message", framed(encode({ 1, Ping {} }).chopped(1)) },
        { "two in one", framed(encode({ 1, Ping {} }) + encode({ 2, Ping {} })) },
        { "deep", framed(QByteArray(1000, char(0x81)) + '\0') },
        { "a huge array", framed(QByteArray::fromHex("9bffffffffffffffff")) },
    };
    const qint64 before = residentKiB(m_pid);
    for (const Case &each : cases) {
        const auto session = fresh();
        QVERIFY2(session, each.name);
        session->sendBytes(each.bytes);
        QVERIFY2(session->waitForEnd(5000), each.name);
    }
    // A message of a later version is answered, and the connection goes on.
    const auto session = fresh();
    QVERIFY(session);
    session->sendFrame(QByteArray::fromHex("83186307a0")); // [99, 7, {}]
    QVERIFY(std::holds_alternative<Pong>(*session->ask(Ping {})));
    QVERIFY2(residentKiB(m_pid) - before < 16 * 1024, "memory was taken for what was only announced");
    VERIFY_UNDISTURBED(*there);
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("broken") }));
}

void TestTrust::silentAndDrippingPeers()
{
    auto there = bystander();
    const auto known = admin("silent", "viewer");
    QVERIFY(known);
    QElapsedTimer elapsed;
    elapsed.start();
    RawPeer silent(port(), "127.0.5.1"); // no TLS at all
    RawPeer dripping(port(), "127.0.5.2"); // a ClientHello, byte by byte
    RawAdmin afterTls(known->identity());
    afterTls.setSourceAddress(QHostAddress(QStringLiteral("127.0.5.3")));
    QVERIFY(afterTls.connectTo(port()));
    RawAdmin drippingFrame(known->identity());
    drippingFrame.setSourceAddress(QHostAddress(QStringLiteral("127.0.5.4")));
    QVERIFY(drippingFrame.connectTo(port()));
    const QByteArray hello = QByteArray::fromHex("1603010200010001fc0303") + QByteArray(500, 'x');
    const QByteArray frame = QByteArray::fromHex("00001fff") + QByteArray(8191, char(0x81));
    int dripped = 0;
    QTimer drip;
    QObject::connect(&drip, &QTimer::timeout, &drip, [&] {
        dripping.write(hello.mid(dripped, 1));
        if (!drippingFrame.isEnded())
            drippingFrame.sendBytes(frame.mid(dripped, 1));
        ++dripped;
    });
    drip.start(100);
    qint64 silentMs = 0;
    qint64 drippingMs = 0;
    QTRY_VERIFY_WITH_TIMEOUT(((silentMs == 0 && silent.isEnded() ? silentMs = elapsed.elapsed() : 0),
                                 (drippingMs == 0 && dripping.isEnded() ? drippingMs = elapsed.elapsed() : 0),
                                 silentMs != 0 && drippingMs != 0),
        8000);
    QVERIFY2(silentMs > 3500 && silentMs < 7000, qPrintable(QString::number(silentMs)));
    QVERIFY2(drippingMs < 7000, qPrintable(QString::number(drippingMs)));
    QVERIFY(!afterTls.isEnded());
    QVERIFY(afterTls.waitForEnd(8000));
    QVERIFY(drippingFrame.waitForEnd(3000));
    QVERIFY2(elapsed.elapsed() > 8500 && elapsed.elapsed() < 13'000, qPrintable(QString::number(elapsed.elapsed())));
    VERIFY_UNDISTURBED(*there);
    QVERIFY(there->heard() > 5);
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("silent") }));
}

void TestTrust::thirtyConnectsThatReset()
{
    auto there = bystander();
    const auto known = admin("after-resets", "viewer");
    QVERIFY(known);
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 30; ++i)
            RawPeer(port(), "127.0.6.1").reset();
        QElapsedTimer elapsed;
        elapsed.start();
        RawAdmin next(known->identity());
        QVERIFY(next.connectTo(port()) && next.logIn());
        QVERIFY2(elapsed.elapsed() < 500, qPrintable(QString::number(elapsed.elapsed())));
    }
    VERIFY_UNDISTURBED(*there);
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("after-resets") }));
}

void TestTrust::fiveHundredSilentOnes()
{
    auto there = bystander();
    const auto known = admin("among-many", "viewer");
    QVERIFY(known);
    std::vector<std::unique_ptr<RawPeer>> silent;
    for (int i = 0; i < 500; ++i)
        silent.push_back(std::make_unique<RawPeer>(port(), "127.0.7.1"));
    QElapsedTimer elapsed;
    elapsed.start();
    RawAdmin next(known->identity());
    next.setSourceAddress(QHostAddress(QStringLiteral("127.0.7.2")));
    QVERIFY(next.connectTo(port()) && next.logIn());
    QVERIFY2(elapsed.elapsed() < 500, qPrintable(QStringLiteral("%1 ms").arg(elapsed.elapsed())));
    elapsed.restart();
    QVERIFY(std::holds_alternative<Pong>(*known->ask(Ping {})));
    QVERIFY2(elapsed.elapsed() < 500, qPrintable(QStringLiteral("%1 ms").arg(elapsed.elapsed())));
    // All but a few were sent away at once.
    QTRY_VERIFY(std::count_if(silent.begin(), silent.end(), [](const auto &peer) { return peer->isEnded(); }) >= 480);
    QTest::qWait(1500);
    VERIFY_UNDISTURBED(*there);
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("among-many") }));
}

void TestTrust::exhaustedDescriptors()
{
    auto there = bystander();
    const auto known = admin("later", "viewer");
    QVERIFY(known);
    rlimit before {};
    QCOMPARE(::prlimit(pid_t(m_pid), RLIMIT_NOFILE, nullptr, &before), 0);
    const rlimit tight { rlim_t(openDescriptors(m_pid) + 2), before.rlim_max };
    QCOMPARE(::prlimit(pid_t(m_pid), RLIMIT_NOFILE, &tight, nullptr), 0);
    std::vector<std::unique_ptr<RawPeer>> silent;
    for (int i = 0; i < 40; ++i)
        silent.push_back(std::make_unique<RawPeer>(port(), "127.0.8." + QByteArray::number(i + 1)));
    QTest::qWait(2500);
    const std::optional<Message> alive = known->ask(Ping {});
    const int heard = there->heard();
    QTest::qWait(2000);
    const bool goesOn = there->heard() > heard;
    QCOMPARE(::prlimit(pid_t(m_pid), RLIMIT_NOFILE, &before, nullptr), 0);
    QVERIFY(alive && std::holds_alternative<Pong>(*alive));
    QVERIFY2(goesOn, "the watcher heard nothing while descriptors were short");
    QVERIFY2(m_agent->log().contains("Too many open files"), m_agent->log().right(500).constData());
    silent.clear();
    RawAdmin next(known->identity());
    QVERIFY(next.connectTo(port(), 5000) && next.logIn());
    VERIFY_UNDISTURBED(*there);
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("later") }));
}

void TestTrust::aSlowReader()
{
    auto there = bystander();
    const auto slow = admin("slow", "viewer");
    QVERIFY(slow);
    const qint64 before = residentKiB(m_pid);
    slow->setReading(false);
    QByteArray burst;
    for (int i = 0; i < 1000; ++i) {
        const QByteArray payload = encode({ quint32(i + 1), Status {} });
        const auto header = frameHeader(quint32(payload.size()));
        burst += QByteArray(header.data(), header.size()) + payload;
    }
    qint64 most = 0;
    for (int i = 0; i < 300 && !slow->isEnded(); ++i) {
        slow->sendBytes(burst);
        QTest::qWait(20);
        most = std::max(most, residentKiB(m_pid));
    }
    QVERIFY2(slow->isEnded() || slow->waitForEnd(5000), "whoever does not read is kept for ever");
    QVERIFY2(most - before < 24 * 1024, qPrintable(QStringLiteral("%1 KiB more").arg(most - before)));
    QVERIFY2(m_agent->log().contains("does not read"), m_agent->log().right(500).constData());
    QTest::qWait(1500);
    VERIFY_UNDISTURBED(*there);
    QVERIFY(m_agent->run({ QStringLiteral("revoke"), QStringLiteral("slow") }));
}

void TestTrust::penalties()
{
    const auto known = admin("elsewhere", "viewer");
    QVERIFY(known);
    const QHostAddress bad(QStringLiteral("127.0.9.1"));
    int told = 0;
    int turnedAway = 0;
    for (int i = 0; i < 8; ++i) {
        RawAdmin stranger(newIdentity());
        stranger.setSourceAddress(bad);
        if (stranger.connectTo(port(), 3000) && stranger.waitForEnd(3000) && stranger.farewell())
            ++told;
        else
            ++turnedAway;
    }
    QCOMPARE(told, limits::FreeFailures + 1); // the last of them started the penalty
    QCOMPARE(turnedAway, 8 - told);
    // Also with a good key from there, for 5 s; from elsewhere at once.
    RawAdmin there(known->identity());
    there.setSourceAddress(bad);
    QVERIFY(!there.connectTo(port(), 3000));
    RawAdmin elsewhere(known->identity());
    elsewhere.setSourceAddress(QHostAddress(QStringLiteral("127.0.9.2")));
    QVERIFY(elsewhere.connectTo(port()) && elsewhere.logIn());
    QTest::qWait(5500);
    RawAdmin again(known->identity());
    again.setSourceAddress(bad);
    QVERIFY(again.connectTo(port()) && again.logIn());
}

void TestTrust::stillThere()
{
    // The same process and the same link as in the beginning.
    QCOMPARE(m_agent->pid(), m_pid);
    QVERIFY(m_agent->isRunning());
    QCOMPARE(m_watcher->link().state(), Link::State::Live);
    QVERIFY(m_watcher->refresh());
}

QTEST_GUILESS_MAIN(TestTrust)
#include "tst_trust.moc"
