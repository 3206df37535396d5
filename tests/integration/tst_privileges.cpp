// SPDX-License-Identifier: GPL-3.0-or-later
// With less than everything the agent runs on with what is left, says what is missing, and how to mend it.
#include "tests/support/agentclient.h"
#include "tests/support/mailclient.h"
#include "tests/support/rawadmin.h"

#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

using namespace mailhelm;

namespace
{

using Protocol = MailClient::Protocol;
using Security = MailClient::Security;
using Port = Lab::Port;
using Code = Outcomes::Code;
namespace c = connections;

constexpr uid_t Nobody = 65534;
const QHostAddress V4 { QHostAddress::LocalHost };

struct Ran {
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Ran run(const QStringList &command)
{
    QProcess process;
    process.start(command.first(), command.mid(1));
    if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 20'000))
        process.kill();
    process.waitForFinished();
    return { process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError() };
}

/// The command that makes a program nobody's, with group adm (logs, anvil) and CAP_NET_ADMIN or not.
QStringList asNobody(bool mayDrop, bool adm = true)
{
    QStringList command { QStringLiteral("setpriv"), QStringLiteral("--reuid=65534"), QStringLiteral("--regid=65534"),
        QStringLiteral("--groups=%1").arg(adm ? 4 : 65534) };
    if (mayDrop)
        command += { QStringLiteral("--inh-caps=-all,+net_admin"), QStringLiteral("--ambient-caps=-all,+net_admin"),
            QStringLiteral("--bounding-set=-all,+net_admin") };
    else
        command += { QStringLiteral("--inh-caps=-all"), QStringLiteral("--bounding-set=-all") };
    return command;
}

/// An agent that is nobody's beside a lab, and an owner who watches.
struct Place {
    Result<void> start(const Lab &lab, const QStringList &wrapper)
    {
        if (Result<void> made = agent.init(lab); !made)
            return made;
        return go(wrapper);
    }
    Result<void> go(const QStringList &wrapper)
    {
        command = wrapper;
        if (!wrapper.isEmpty()) {
            run({ QStringLiteral("chown"), QStringLiteral("-R"), QStringLiteral("65534:65534"), agent.folder() });
            agent.setWrapper(wrapper);
        }
        if (Result<void> started = agent.start(); !started)
            return started;
        if (Result<void> enrolled = owner.enrol(agent); !enrolled)
            return enrolled;
        return owner.watch();
    }
    [[nodiscard]] Ran doctor() const
    {
        return run(command
            + QStringList { QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelmd"), QStringLiteral("--config"),
                agent.configFile(), QStringLiteral("doctor") });
    }
    [[nodiscard]] AgentClient::Row rowOf(quint16 localPort, quint16 servicePort)
    {
        for (const AgentClient::Row &row : owner.rows())
            if (row.number(c::Port) == localPort && row.number(c::LocalPort) == servicePort)
                return row;
        return {};
    }
    [[nodiscard]] AgentClient::Row rowOf(const MailClient &client)
    {
        return rowOf(client.localPort(), client.peerPort());
    }
    [[nodiscard]] bool sourceIs(const char *name, const char *state)
    {
        const AgentClient::Row row = owner.source(name);
        return row.id != 0 && row.text(sources::State) == state;
    }

    AgentProcess agent;
    AgentClient owner;
    QStringList command;
};

std::unique_ptr<MailClient> imap(const Lab &lab, int user, const QString &from = QStringLiteral("127.0.0.1"))
{
    auto client = std::make_unique<MailClient>(Protocol::Imap, Security::Tls);
    client->setSourceAddress(QHostAddress(from));
    return client->connectTo(V4, lab.port(Port::Imaps)) && client->login(Lab::user(user)) ? std::move(client) : nullptr;
}

/// Another mode for a file, for as long as this lives.
class Mode
{
public:
    Mode(const QString &file, mode_t mode)
        : m_file(QFile::encodeName(file))
    {
        struct stat about {
        };
        ::stat(m_file.constData(), &about);
        m_before = about.st_mode & 07777;
        ::chmod(m_file.constData(), mode);
    }
    ~Mode() { ::chmod(m_file.constData(), m_before); }
    Q_DISABLE_COPY_MOVE(Mode)

private:
    QByteArray m_file;
    mode_t m_before = 0;
};

/// A network namespace with a server and two connections inside it.
class Elsewhere
{
public:
    explicit Elsewhere(quint16 port)
    {
        for (const QString &arguments :
            { QStringLiteral("netns add ") + name, QStringLiteral("-n %1 link set lo up").arg(name) })
            if (const Ran ran = run(QStringList { QStringLiteral("ip") } + arguments.split(u' ')); ran.code != 0)
                problem = QString::fromUtf8(ran.err);
        if (!problem.isEmpty())
            return;
        std::thread([&] {
            const int fd = ::open(QFile::encodeName(path()).constData(), O_RDONLY | O_CLOEXEC);
            if (fd < 0 || ::setns(fd, CLONE_NEWNET) != 0) {
                problem = QStringLiteral("the namespace cannot be entered");
                return;
            }
            ::close(fd);
            sockaddr_in address {};
            address.sin_family = AF_INET;
            address.sin_port = htons(port);
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            const auto *where = reinterpret_cast<const sockaddr *>(&address);
            listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (::bind(listener, where, sizeof address) != 0 || ::listen(listener, 8) != 0)
                problem = QStringLiteral("cannot listen in the namespace");
            for (size_t i = 0; i < 2; ++i) {
                client[i] = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
                if (::connect(client[i], where, sizeof address) != 0)
                    problem = QStringLiteral("cannot connect in the namespace");
                server[i] = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
            }
        }).join();
    }
    ~Elsewhere() { remove(); }
    Q_DISABLE_COPY_MOVE(Elsewhere)

    void remove()
    {
        for (int *fd : { &listener, &client[0], &client[1], &server[0], &server[1] })
            if (*fd >= 0)
                ::close(std::exchange(*fd, -1));
        run({ QStringLiteral("ip"), QStringLiteral("netns"), QStringLiteral("del"), name });
    }
    [[nodiscard]] QString path() const { return QStringLiteral("/run/netns/") + name; }
    [[nodiscard]] static quint16 localPort(int fd)
    {
        sockaddr_in address {};
        socklen_t size = sizeof address;
        ::getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size);
        return ntohs(address.sin_port);
    }

    const QString name = QStringLiteral("mailhelm-priv-%1").arg(QCoreApplication::applicationPid());
    QString problem;
    int listener = -1;
    std::array<int, 2> client { -1, -1 };
    std::array<int, 2> server { -1, -1 };
};

} // namespace

class TestPrivileges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void oneCapabilityIsEnough();
    void withoutCapabilityOneSees();
    void logsThatCannotBeRead();
    void anvilThatCannotBeReached();
    void anotherNetworkNamespace();
    void aNamespaceThatIsMissing();
    void aNamespaceThatMayNotBeEntered();
    void configurationsAreRefused_data();
    void configurationsAreRefused();

private:
    std::unique_ptr<Lab> m_lab;
};

#define VERIFY_DONE(result)                                                                                            \
    do {                                                                                                               \
        const Result<void> done_ = (result);                                                                           \
        QVERIFY2(done_, done_ ? "" : qPrintable(done_.error().detail));                                                \
    } while (false)

void TestPrivileges::initTestCase()
{
    if (const QString missing = Lab::whyNotHere(); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    if (::geteuid() != 0)
        QSKIP("becoming nobody, and making network namespaces, needs root");
    m_lab = std::make_unique<Lab>();
    VERIFY_DONE(m_lab->start());
}

void TestPrivileges::oneCapabilityIsEnough()
{
    Place place;
    VERIFY_DONE(place.start(*m_lab, asNobody(true)));
    QVERIFY(place.owner.link().dropRefusal().isEmpty());
    const auto one = imap(*m_lab, 1);
    const auto two = imap(*m_lab, 1);
    QVERIFY(one && two);
    QTRY_COMPARE(place.rowOf(*one).id != 0 ? place.rowOf(*one).text(c::User) : QByteArray(), Lab::user(1));
    const QList<Outcomes::Target> outcome = place.owner.drop({ place.rowOf(*one).id });
    QVERIFY2(outcome.value(0).code == Code::Done && outcome.size() == 1, outcome.value(0).why.constData());
    QTRY_VERIFY(!one->isConnected());
    QVERIFY(two->noop());
    for (const char *source : { "sockets", "dovecot", "postfix", "anvil" })
        QTRY_VERIFY2(place.sourceIs(source, "ok"), source);
    // For connections nothing is missing; acting on accounts needs more, and each of it is named.
    const Ran doctor = place.doctor();
    QSet<QByteArray> missing;
    for (const QByteArray &line : doctor.out.split('\n'))
        if (line.startsWith("missing"))
            missing.insert(line.simplified().split(' ').value(1));
    QVERIFY2((missing - QSet<QByteArray> { "accounts", "delete", "acting" }).isEmpty(), doctor.out.constData());
    for (const char *seen :
        { "ok        sockets", "ok        drop", "ok        dovecot", "ok        anvil", "ok        postfix" })
        QVERIFY2(doctor.out.contains(seen), doctor.out.constData());
    QCOMPARE(doctor.code, missing.isEmpty() ? 0 : 1);
    // Nothing of the state is anybody else's.
    struct stat about {
    };
    for (const char *file : { "", "/admins", "/identity.pem", "/mailhelmd.db" }) {
        QCOMPARE(::stat((QFile::encodeName(place.agent.state()) + file).constData(), &about), 0);
        QCOMPARE(about.st_uid, Nobody);
        QCOMPARE(about.st_mode & 077, 0u);
    }
}

void TestPrivileges::withoutCapabilityOneSees()
{
    Place place;
    VERIFY_DONE(place.start(*m_lab, asNobody(false)));
    const QByteArray line = "AmbientCapabilities=CAP_NET_ADMIN";
    QVERIFY2(place.owner.link().dropRefusal().contains(line), place.owner.link().dropRefusal().constData());
    const auto client = imap(*m_lab, 2);
    QVERIFY(client);
    QTRY_VERIFY(place.rowOf(*client).id != 0 && place.rowOf(*client).text(c::User) == Lab::user(2));
    const QList<Outcomes::Target> outcome = place.owner.drop({ place.rowOf(*client).id });
    QCOMPARE(outcome.size(), 1);
    QCOMPARE(outcome.first().code, Code::Refused);
    QVERIFY2(outcome.first().why.contains(line), outcome.first().why.constData());
    QVERIFY(client->noop());
    QTRY_VERIFY(place.sourceIs("sockets", "degraded"));
    QVERIFY(place.owner.source("sockets").text(sources::Mend).contains(line));
    QVERIFY(place.owner.source("sockets").text(sources::Detail).contains("not dropped"));
    const auto refused = [&] {
        for (const AgentClient::Row &row : place.owner.rows(TableId::Audit))
            if (row.text(audit::Action) == "drop")
                return row.text(audit::Outcome) == "refused" && row.text(audit::Detail).contains(line);
        return false;
    };
    QTRY_VERIFY(refused());
    const Ran doctor = place.doctor();
    QCOMPARE(doctor.code, 1);
    QVERIFY2(doctor.out.contains("missing   drop") && doctor.out.contains(line), doctor.out.constData());
}

void TestPrivileges::logsThatCannotBeRead()
{
    auto closed = std::make_unique<Mode>(m_lab->dovecotLog(), 0600);
    // Before the agent starts, and while it runs; one user alone at an address, two at another.
    const auto alone = imap(*m_lab, 3, QStringLiteral("127.0.11.1"));
    const auto first = imap(*m_lab, 4, QStringLiteral("127.0.11.2"));
    const auto second = imap(*m_lab, 5, QStringLiteral("127.0.11.2"));
    QVERIFY(alone && first && second);
    Place place;
    VERIFY_DONE(place.start(*m_lab, asNobody(true)));
    QTRY_VERIFY2(place.sourceIs("dovecot", "down"),
        place.owner.source("dovecot").id ? place.owner.source("dovecot").text(sources::State).constData() : "no row");
    const AgentClient::Row source = place.owner.source("dovecot");
    QVERIFY2(
        source.text(sources::Detail).contains(m_lab->dovecotLog().toUtf8()), source.text(sources::Detail).constData());
    QVERIFY2(source.text(sources::Mend).contains("adm"), source.text(sources::Mend).constData());
    QVERIFY(place.sourceIs("postfix", "ok"));
    QTRY_VERIFY(place.sourceIs("anvil", "ok"));
    QVERIFY(place.owner.refresh());
    QTRY_COMPARE(place.rowOf(*alone).maybeText(c::User), std::optional(Lab::user(3)));
    for (const auto *client : { &first, &second })
        QCOMPARE(place.rowOf(**client).maybeText(c::User), std::nullopt);
    const Ran doctor = place.doctor();
    QCOMPARE(doctor.code, 1);
    QVERIFY2(doctor.out.contains("cannot be read by this user") && doctor.out.contains("usermod -aG adm mailhelm"),
        doctor.out.constData());

    // Mended: the agent finds out by itself, and reads back who they are.
    closed.reset();
    QTRY_VERIFY_WITH_TIMEOUT(place.sourceIs("dovecot", "ok"), 15'000);
    QTRY_COMPARE_WITH_TIMEOUT(place.rowOf(*first).maybeText(c::User), std::optional(Lab::user(4)), 15'000);
    QTRY_COMPARE_WITH_TIMEOUT(place.rowOf(*second).maybeText(c::User), std::optional(Lab::user(5)), 15'000);
    QCOMPARE(place.rowOf(*alone).maybeText(c::User), std::optional(Lab::user(3)));
}

void TestPrivileges::anvilThatCannotBeReached()
{
    auto closed = std::make_unique<Mode>(m_lab->dovecotBaseDir() + QStringLiteral("/anvil"), 0600);
    Place place;
    VERIFY_DONE(place.start(*m_lab, asNobody(true)));
    QTRY_VERIFY(place.owner.source("anvil").id != 0 && !place.sourceIs("anvil", "ok"));
    const AgentClient::Row source = place.owner.source("anvil");
    QVERIFY2(source.text(sources::Detail).contains("/anvil"), source.text(sources::Detail).constData());
    for (const char *part : { "service anvil", "unix_listener anvil", "mode = 0660", "group = " })
        QVERIFY2(source.text(sources::Mend).contains(part), source.text(sources::Mend).constData());
    const auto client = imap(*m_lab, 6); // the log is enough
    QTRY_COMPARE(place.rowOf(*client).id != 0 ? place.rowOf(*client).text(c::User) : QByteArray(), Lab::user(6));
    const Ran doctor = place.doctor();
    QCOMPARE(doctor.code, 1);
    QVERIFY2(
        doctor.out.contains("degraded  anvil") && doctor.out.contains("unix_listener anvil"), doctor.out.constData());
    closed.reset();
    QTRY_VERIFY_WITH_TIMEOUT(place.sourceIs("anvil", "ok"), 15'000);
}

void TestPrivileges::anotherNetworkNamespace()
{
    const quint16 port = m_lab->port(Port::Web);
    Elsewhere elsewhere(port);
    QVERIFY2(elsewhere.problem.isEmpty(), qPrintable(elsewhere.problem));
    Place place;
    VERIFY_DONE(place.agent.writeConfig("[agent]\nlisten = [\"127.0.0.1:" + QByteArray::number(m_lab->port(Port::Agent))
        + "\"]\nstate = \"" + place.agent.state().toUtf8() + "\"\n[services]\nIMAP = [" + QByteArray::number(port)
        + "]\n[sockets]\nnetns = [\"" + elsewhere.path().toUtf8() + "\"]\n"));
    VERIFY_DONE(place.go({}));
    const quint16 chosen = Elsewhere::localPort(elsewhere.client[0]);
    const quint16 other = Elsewhere::localPort(elsewhere.client[1]);
    QTRY_VERIFY(place.rowOf(chosen, port).id != 0 && place.rowOf(other, port).id != 0);
    QVERIFY(place.sourceIs("sockets", "ok"));
    const QList<Outcomes::Target> outcome = place.owner.drop({ place.rowOf(chosen, port).id });
    QVERIFY2(outcome.value(0).code == Code::Done && outcome.size() == 1, outcome.value(0).why.constData());
    char byte = 0;
    QCOMPARE(::recv(elsewhere.client[0], &byte, 1, MSG_DONTWAIT), ssize_t(-1));
    QCOMPARE(errno, ECONNRESET);
    QCOMPARE(::send(elsewhere.client[1], "x", 1, MSG_NOSIGNAL), ssize_t(1));
    QCOMPARE(::recv(elsewhere.server[1], &byte, 1, 0), ssize_t(1));
    QTRY_VERIFY_WITH_TIMEOUT(place.rowOf(chosen, port).id == 0, 3000);
    QVERIFY(place.rowOf(other, port).id != 0);

    // When it goes, its rows go with it, and the agent says so.
    elsewhere.remove();
    QTRY_VERIFY_WITH_TIMEOUT(place.sourceIs("sockets", "degraded"), 5000);
    QVERIFY(place.owner.source("sockets").text(sources::Detail).contains(elsewhere.path().toUtf8()));
    QTRY_VERIFY_WITH_TIMEOUT(place.rowOf(other, port).id == 0, 3000);
}

void TestPrivileges::aNamespaceThatIsMissing()
{
    const QByteArray path = "/run/netns/mailhelm-no-such-thing";
    Place place;
    VERIFY_DONE(place.agent.writeConfig("[agent]\nlisten = [\"127.0.0.1:" + QByteArray::number(m_lab->port(Port::Agent))
        + "\"]\nstate = \"" + place.agent.state().toUtf8() + "\"\n[services]\nIMAPS = ["
        + QByteArray::number(m_lab->port(Port::Imaps)) + "]\n[sockets]\nnetns = [\"" + path
        + "\"]\n[dovecot]\nlog = [\"" + m_lab->dovecotLog().toUtf8() + "\"]\n"));
    VERIFY_DONE(place.go({}));
    QTRY_VERIFY(place.sourceIs("sockets", "degraded"));
    QVERIFY2(place.owner.source("sockets").text(sources::Detail).contains(path),
        place.owner.source("sockets").text(sources::Detail).constData());
    QVERIFY(place.owner.source("sockets").text(sources::Mend).contains("[sockets] netns"));
    const auto client = imap(*m_lab, 7); // here all goes on
    QTRY_COMPARE(place.rowOf(*client).id != 0 ? place.rowOf(*client).text(c::User) : QByteArray(), Lab::user(7));
    QCOMPARE(place.owner.drop({ place.rowOf(*client).id }).value(0).code, Code::Done);
    const Ran doctor = place.doctor();
    QCOMPARE(doctor.code, 1);
    QVERIFY2(doctor.out.contains(path) && doctor.out.contains("[sockets] netns"), doctor.out.constData());
}

void TestPrivileges::aNamespaceThatMayNotBeEntered()
{
    Elsewhere elsewhere(m_lab->port(Port::Web));
    QVERIFY2(elsewhere.problem.isEmpty(), qPrintable(elsewhere.problem));
    Place place;
    VERIFY_DONE(place.agent.writeConfig("[agent]\nlisten = [\"127.0.0.1:" + QByteArray::number(m_lab->port(Port::Agent))
        + "\"]\nstate = \"" + place.agent.state().toUtf8() + "\"\n[services]\nIMAP = ["
        + QByteArray::number(m_lab->port(Port::Web)) + "]\n[sockets]\nnetns = [\"" + elsewhere.path().toUtf8()
        + "\"]\n"));
    VERIFY_DONE(place.go(asNobody(true)));
    QTRY_VERIFY(place.sourceIs("sockets", "degraded"));
    const AgentClient::Row source = place.owner.source("sockets");
    QVERIFY2(
        source.text(sources::Detail).contains(elsewhere.path().toUtf8()), source.text(sources::Detail).constData());
    QVERIFY2(source.text(sources::Mend).contains("CAP_SYS_ADMIN"), source.text(sources::Mend).constData());
    const Ran doctor = place.doctor();
    QCOMPARE(doctor.code, 1);
    QVERIFY2(
        doctor.out.contains(elsewhere.path().toUtf8()) && doctor.out.contains("CAP_SYS_ADMIN"), doctor.out.constData());
}

void TestPrivileges::configurationsAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    QTest::newRow("unknown key") << QByteArray("[agent]\nlisen = []\n") << 2;
    QTest::newRow("doubled key") << QByteArray("[services]\nIMAP = [143]\n\nIMAP = [143]\n") << 4;
    QTest::newRow("wrong type") << QByteArray("[agent]\nstate = 5\n") << 2;
    QTest::newRow("unknown service") << QByteArray("[services]\nIMAP = [143]\nMyMail = [144]\n") << 3;
}

void TestPrivileges::configurationsAreRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(int, line);
    Place place;
    VERIFY_DONE(place.agent.writeConfig(text));
    const QByteArray where = place.agent.configFile().toUtf8() + ", line " + QByteArray::number(line) + ": ";
    for (const char *verb : { "serve", "check", "doctor", "admins" }) {
        const Ran ran = run({ QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelmd"), QLatin1String(verb),
            QStringLiteral("--config"), place.agent.configFile() });
        QCOMPARE(ran.code, 2);
        QVERIFY2(ran.err.contains(where), ran.err.constData());
    }
}

QTEST_GUILESS_MAIN(TestPrivileges)
#include "tst_privileges.moc"
