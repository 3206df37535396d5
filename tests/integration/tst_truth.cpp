// SPDX-License-Identifier: GPL-3.0-or-later
// What the table of connections says is what is: 300 real clients of real servers, each of which knows better.
#include "tests/support/agentclient.h"
#include "tests/support/mailclient.h"
#include "tests/support/proctcp.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>
#include <QTimer>

using namespace mailhelm;

namespace
{

using Protocol = MailClient::Protocol;
using Security = MailClient::Security;
using Port = Lab::Port;
namespace c = connections;

constexpr qint64 Second = 1'000'000;
constexpr int AtOnce = 20; ///< clients that connect or log in at the same time

enum class Act { Connect, LogIn, Select, Idle, SendMail, LogInAndSendMail };

struct Kind {
    Protocol protocol;
    Security security;
    Port port;
    bool v6;
    Act act;
    int waitS = 0; ///< between connect and login
};

constexpr Kind Kinds[] = {
    { Protocol::Imap, Security::Plain, Port::Imap, false, Act::LogIn },
    { Protocol::Imap, Security::Plain, Port::Imap, true, Act::Connect },
    { Protocol::Imap, Security::StartTls, Port::Imap, false, Act::Select },
    { Protocol::Imap, Security::StartTls, Port::Imap, true, Act::Connect },
    { Protocol::Imap, Security::Tls, Port::Imaps, false, Act::Idle },
    { Protocol::Imap, Security::Tls, Port::Imaps, true, Act::Select },
    { Protocol::Imap, Security::Tls, Port::Imaps, false, Act::LogIn, 5 },
    { Protocol::Imap, Security::Plain, Port::MappedImap, false, Act::Idle },
    { Protocol::Imap, Security::Tls, Port::MappedImaps, false, Act::Connect },
    { Protocol::Imap, Security::Tls, Port::MappedImaps, false, Act::LogIn },
    { Protocol::Pop3, Security::Tls, Port::Pop3s, false, Act::LogIn },
    { Protocol::Pop3, Security::Tls, Port::Pop3s, true, Act::Connect },
    { Protocol::Pop3, Security::StartTls, Port::Pop3, false, Act::LogIn },
    { Protocol::Pop3, Security::Plain, Port::Pop3, true, Act::LogIn, 5 },
    { Protocol::Smtp, Security::StartTls, Port::Submission, false, Act::LogIn },
    { Protocol::Smtp, Security::Plain, Port::Submission, true, Act::Connect },
    { Protocol::Smtp, Security::Plain, Port::Submission, false, Act::LogIn },
    { Protocol::Sieve, Security::Plain, Port::Sieve, false, Act::LogIn },
    { Protocol::Sieve, Security::StartTls, Port::Sieve, true, Act::LogIn },
    { Protocol::Sieve, Security::Plain, Port::Sieve, true, Act::Connect },
    { Protocol::Smtp, Security::StartTls, Port::PostfixSubmission, false, Act::LogInAndSendMail },
    { Protocol::Smtp, Security::Plain, Port::PostfixSubmission, true, Act::LogInAndSendMail },
    { Protocol::Smtp, Security::StartTls, Port::PostfixSubmission, true, Act::LogIn },
    { Protocol::Smtp, Security::Plain, Port::PostfixSubmission, false, Act::Connect },
    { Protocol::Smtp, Security::Tls, Port::Smtps, false, Act::LogInAndSendMail },
    { Protocol::Smtp, Security::Tls, Port::Smtps, true, Act::Connect },
    { Protocol::Smtp, Security::Plain, Port::Smtp, false, Act::Connect },
    { Protocol::Smtp, Security::StartTls, Port::Smtp, true, Act::SendMail },
    { Protocol::Imap, Security::Tls, Port::Imaps, false, Act::LogIn, 30 },
    { Protocol::Smtp, Security::StartTls, Port::Submission, true, Act::LogIn, 30 },
};
constexpr int KindCount = int(std::size(Kinds));

std::optional<Port> proxied(Port port)
{
    switch (port) {
    case Port::Imap:
        return Port::ProxyImap;
    case Port::Imaps:
        return Port::ProxyImaps;
    case Port::Pop3s:
        return Port::ProxyPop3s;
    case Port::Submission:
        return Port::ProxySubmission;
    case Port::Sieve:
        return Port::ProxySieve;
    case Port::Smtp:
        return Port::ProxySmtp;
    case Port::PostfixSubmission:
        return Port::ProxyPostfixSubmission;
    default:
        return std::nullopt;
    }
}

bool isPostfix(Port port)
{
    return port == Port::PostfixSubmission || port == Port::Smtps || port == Port::Smtp;
}

Address addressOf(const QHostAddress &address)
{
    return Address::parse(address.toString().toLatin1()).value_or(Address());
}

qint64 distance(qint64 from, qint64 to, qint64 value)
{
    return value < from ? from - value : value > to ? value - to : 0;
}

/// A client's end and the port that it dialled: the kernel gives one local port to several connections.
struct Ends {
    Endpoint client;
    quint16 dialled = 0;
    friend bool operator==(const Ends &, const Ends &) = default;
    friend size_t qHash(const Ends &e, size_t seed = 0) { return qHashMulti(seed, e.client, e.dialled); }
};

/// One client with what it knows of itself.
struct Someone {
    Kind kind;
    bool early = false; ///< connected before the agent was started
    bool viaProxy = false;
    QByteArray user; ///< as whom it logs in
    QByteArray folder; ///< that it selects
    std::unique_ptr<MailClient> client;
    bool ready = false; ///< it did all that it is going to do
    bool mailed = false;
    qint64 triedAtUs = 0; ///< when it sent its login
    qint64 securedAtUs = 0;
    QByteArray failure;

    [[nodiscard]] Ends ends() const
    {
        return { { addressOf(client->localAddress()), client->localPort() }, client->peerPort() };
    }
    [[nodiscard]] bool isLoggedIn() const { return client && client->loggedInAtUs() != 0; }
    [[nodiscard]] QByteArray describe() const
    {
        return "port " + QByteArray::number(client ? client->peerPort() : 0) + " from "
            + QByteArray::number(client ? client->localPort() : 0) + (viaProxy ? " by proxy" : "")
            + (early ? " early" : "") + " as " + user + ", act " + QByteArray::number(int(kind.act)) + ", waits "
            + QByteArray::number(kind.waitS);
    }
};

} // namespace

class TestTruth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyConnectionIsARow_data();
    void everyConnectionIsARow();
    void cleanup();

private:
    void plan(bool haproxy, bool folders);
    void begin(Someone &someone);
    void act(Someone &someone);
    void finish(Someone &someone, bool ok, const char *what);
    bool open(bool early);
    [[nodiscard]] QByteArrayList failures() const;
    void watchForLies();
    void lookForLies(const AgentClient::Row &row);
    [[nodiscard]] Ends endsOf(const AgentClient::Row &row) const;
    [[nodiscard]] QByteArrayList differences();
    [[nodiscard]] QByteArrayList complaints(bool folders);
    void printFigures();

    SystemClock m_clock;
    std::unique_ptr<Lab> m_lab;
    std::unique_ptr<AgentProcess> m_agent;
    std::unique_ptr<AgentClient> m_console;
    std::vector<std::unique_ptr<Someone>> m_people;
    QHash<Ends, Someone *> m_byEnds; ///< of those that are connected
    QHash<quint16, quint16> m_frontPorts; ///< HAProxy's, by the port behind it
    QSet<quint16> m_watched;
    QByteArrayList m_lies;
    int m_busy = 0;
    qint64 m_worstSince = 0;
    qint64 m_worstLogin = 0;
    bool m_portsAreLogged = false; ///< Dovecot's lines name its own port
};

void TestTruth::initTestCase()
{
    if (const QString why = Lab::whyNotHere(); !why.isEmpty())
        QSKIP(qPrintable(why));
}

void TestTruth::cleanup()
{
    m_console.reset();
    m_people.clear();
    m_byEnds.clear();
    m_agent.reset();
    m_lab.reset();
    m_lies.clear();
    m_worstSince = m_worstLogin = 0;
}

void TestTruth::everyConnectionIsARow_data()
{
    QTest::addColumn<bool>("rich");
    QTest::addColumn<bool>("haproxy");
    QTest::addColumn<bool>("shared");
    QTest::newRow("Dovecot as it comes") << false << false << false;
    QTest::newRow("rich format, events, HAProxy") << true << true << false;
    QTest::newRow("shared login processes, hibernation, events") << false << false << true;
}

void TestTruth::plan(bool haproxy, bool folders)
{
    m_people.clear();
    for (int i = 0; i < 300; ++i) {
        auto someone = std::make_unique<Someone>();
        someone->kind = Kinds[i % KindCount];
        const int round = i / KindCount;
        someone->early = (round + i) % 3 == 0;
        someone->user = Lab::user(1 + i % 40);
        if (haproxy && round % 2 == 1) {
            if (const std::optional<Port> other = proxied(someone->kind.port)) {
                someone->viaProxy = true;
                someone->kind.port = *other;
            }
        }
        if (someone->kind.act == Act::Select || someone->kind.act == Act::Idle)
            someone->folder = folders && round % 3 == 0 ? QByteArray("Sent") : QByteArray("INBOX");
        m_people.push_back(std::move(someone));
    }
}

void TestTruth::begin(Someone &someone)
{
    ++m_busy;
    const Kind &kind = someone.kind;
    someone.client = std::make_unique<MailClient>(kind.protocol, kind.security);
    const QHostAddress address(kind.v6 ? QHostAddress::LocalHostIPv6 : QHostAddress::LocalHost);
    someone.client->connectTo(address, m_lab->port(kind.port), [this, &someone](bool ok) {
        if (ok)
            m_byEnds.insert(someone.ends(), &someone);
        if (someone.client->isEncrypted())
            someone.securedAtUs = m_clock.nowUs();
        if (!ok) {
            finish(someone, false, "connect");
        } else if (someone.kind.act == Act::Connect) {
            finish(someone, true, nullptr);
        } else if (someone.kind.waitS > 0) {
            --m_busy; // others go on meanwhile
            QTimer::singleShot(someone.kind.waitS * 1000, someone.client.get(), [this, &someone] {
                ++m_busy;
                act(someone);
            });
        } else {
            act(someone);
        }
    });
}

void TestTruth::act(Someone &someone)
{
    MailClient &client = *someone.client;
    const auto send = [this, &someone](bool ok) {
        if (!ok) {
            finish(someone, false, "login");
            return;
        }
        someone.client->sendMail(someone.user, Lab::user(1), "Subject: here\r\n\r\nhello", [this, &someone](bool sent) {
            someone.mailed = sent;
            finish(someone, sent, "mail");
        });
    };
    if (someone.kind.act == Act::SendMail) {
        send(true);
        return;
    }
    someone.triedAtUs = m_clock.nowUs();
    client.login(someone.user, QByteArrayLiteral("secret"), [this, &someone, send](bool ok) {
        switch (someone.kind.act) {
        case Act::Select:
        case Act::Idle:
            someone.client->select(someone.folder, [this, &someone](bool selected) {
                if (!selected || someone.kind.act == Act::Select)
                    finish(someone, selected, "select");
                else
                    someone.client->idle([this, &someone](bool idling) { finish(someone, idling, "idle"); });
            });
            break;
        case Act::LogInAndSendMail:
            send(ok);
            break;
        default:
            finish(someone, ok, "login");
        }
    });
}

void TestTruth::finish(Someone &someone, bool ok, const char *what)
{
    --m_busy;
    someone.ready = true;
    if (!ok)
        someone.failure
            = QByteArray(what) + ": " + someone.client->lastReply() + someone.client->errorString().toUtf8();
}

/// Begins all those; true once all are connected, a few at a time.
bool TestTruth::open(bool early)
{
    for (const auto &someone : m_people) {
        if (someone->early != early)
            continue;
        if (!QTest::qWaitFor([this] { return m_busy < AtOnce; }, 60'000))
            return false;
        begin(*someone);
    }
    return QTest::qWaitFor([this] { return m_busy == 0; }, 60'000);
}

QByteArrayList TestTruth::failures() const
{
    QByteArrayList out;
    for (const auto &someone : m_people)
        if (!someone->failure.isEmpty() || !someone->client->isConnected())
            out.append(someone->describe() + ": " + someone->failure);
    return out;
}

Ends TestTruth::endsOf(const AgentClient::Row &row) const
{
    const quint16 local = quint16(row.number(c::LocalPort));
    return { { row.address(c::ClientAddress), quint16(row.number(c::Port)) }, m_frontPorts.value(local, local) };
}

void TestTruth::watchForLies()
{
    ReplicaTable &table = m_console->table(TableId::Connections);
    connect(&table, &LiveTable::published, this, [this](const Publication &publication) {
        for (const QList<Table::Slot> &slots_ : { publication.inserted, publication.changed })
            for (const Table::Slot slot : slots_)
                lookForLies(m_console->row(TableId::Connections, slot));
    });
}

/// Right at every moment, not only in the end. What the log has yet to tell may be unknown, and be two seconds old.
void TestTruth::lookForLies(const AgentClient::Row &row)
{
    const Someone *someone = m_byEnds.value(endsOf(row));
    if (!someone)
        return;
    const qint64 now = m_clock.nowUs();
    const std::optional<QByteArray> user = row.maybeText(c::User);
    if (user && !user->isEmpty() && (*user != someone->user || someone->triedAtUs == 0))
        m_lies.append("user " + *user + " of " + someone->describe());
    if (user && user->isEmpty() && someone->isLoggedIn() && now - someone->client->loggedInAtUs() > 2 * Second)
        m_lies.append("nobody, of " + someone->describe());
    const std::optional<bool> secure = row.flag(c::Secure);
    if (secure && *secure && someone->kind.security == Security::Plain)
        m_lies.append("secure, of " + someone->describe());
    if (secure && !*secure && someone->securedAtUs != 0 && now - someone->securedAtUs > 2 * Second)
        m_lies.append("not secure, of " + someone->describe());
}

/// Rows without a socket, and sockets without a row.
QByteArrayList TestTruth::differences()
{
    QSet<ProcSocket> rows;
    for (const AgentClient::Row &row : m_console->rows()) {
        const bool proxy = row.isKnown(c::PeerAddress);
        rows.insert({ { row.address(c::LocalAddress), quint16(row.number(c::LocalPort)) },
            { row.address(proxy ? c::PeerAddress : c::ClientAddress),
                quint16(row.number(proxy ? c::PeerPort : c::Port)) } });
    }
    const QSet<ProcSocket> there = procSockets(m_watched);
    const auto text = [](const char *what, const ProcSocket &socket) {
        return QByteArray(what) + ' ' + socket.peer.address.toText() + ' ' + QByteArray::number(socket.peer.port)
            + " -> " + socket.local.address.toText() + ' ' + QByteArray::number(socket.local.port);
    };
    QByteArrayList out;
    for (const ProcSocket &socket : there - rows)
        out.append(text("no row:", socket));
    for (const ProcSocket &socket : rows - there)
        out.append(text("no socket:", socket));
    if (m_console->rows().size() != rows.size())
        out.append("rows that say the same");
    return out;
}

QByteArrayList TestTruth::complaints(bool folders)
{
    QByteArrayList out;
    QHash<Ends, AgentClient::Row> byEnds;
    for (const AgentClient::Row &row : m_console->rows())
        byEnds.insert(endsOf(row), row);
    m_worstSince = m_worstLogin = 0;
    // The kernel gives one local port to several connections. Where the log does not name ours, two of one protocol
    // cannot be told apart: nothing may be claimed of either then, and nothing wrong.
    QHash<std::pair<Endpoint, int>, int> alike;
    for (const auto &each : m_people)
        ++alike[{ each->ends().client, int(each->kind.protocol) }];
    for (const auto &each : m_people) {
        const Someone &someone = *each;
        const bool hasTwin
            = !m_portsAreLogged && alike.value({ someone.ends().client, int(someone.kind.protocol) }) > 1;
        const MailClient &client = *someone.client;
        const bool postfix = isPostfix(someone.kind.port) || someone.kind.port == Port::ProxyPostfixSubmission
            || someone.kind.port == Port::ProxySmtp;
        const auto found = byEnds.constFind(someone.ends());
        const auto bad = [&](const QByteArray &what) { out.append(what + ": " + someone.describe()); };
        if (found == byEnds.cend()) {
            // Behind a proxy nothing names the client before Dovecot's login line, and Postfix's lines do not name the
            // socket.
            if (!someone.viaProxy || (!postfix && someone.isLoggedIn()))
                bad("no row names it");
            continue;
        }
        const AgentClient::Row &row = *found;
        if (row.address(c::ClientAddress) != addressOf(client.localAddress()))
            bad("address " + row.address(c::ClientAddress).toText());
        if (someone.viaProxy != (row.text(c::Via) == "proxy") || someone.viaProxy != row.isKnown(c::PeerPort))
            bad("proxy");
        const char *const protocols[] = { "imap", "pop3", "smtp", "sieve" };
        if (row.text(c::Protocol) != protocols[int(someone.kind.protocol)])
            bad("protocol " + row.text(c::Protocol));

        const std::optional<QByteArray> user = row.maybeText(c::User);
        const bool named = someone.isLoggedIn() && (!postfix || someone.mailed);
        if (named && user != someone.user && (user || !hasTwin))
            bad("user " + user.value_or("unknown") + " (" + row.text(c::Service) + ", " + row.text(c::State) + ", TLS "
                + row.text(c::Tls) + ", pid " + QByteArray::number(row.number(c::Pid)) + ')');
        if (!someone.isLoggedIn() && user && !user->isEmpty())
            bad("a user before login: " + *user);
        // Dovecot logs every login: no line means nobody. Port 25 of the lab has no authentication.
        const bool nobody = !someone.isLoggedIn() && (!postfix || someone.kind.port == Port::Smtp);
        if (nobody && !someone.viaProxy && user != QByteArray("") && (user || !hasTwin))
            bad("not known that nobody has logged in");

        const std::optional<bool> secure = row.flag(c::Secure);
        if (secure && *secure != client.isEncrypted())
            bad("secure");
        const bool told = someone.kind.security == Security::Tls || postfix || someone.isLoggedIn();
        if (!secure && told && !hasTwin && !(postfix && someone.viaProxy))
            bad("secure unknown");

        const std::optional<bool> exact = row.flag(c::SinceExact);
        const qint64 sinceError = std::abs(row.number(c::Since) - client.connectedAtUs());
        if (!someone.early || exact == true) {
            m_worstSince = std::max(m_worstSince, sinceError);
            if (sinceError > 1.2 * Second)
                bad("since " + QByteArray::number(sinceError / 1000) + " ms off, exact "
                    + QByteArray::number(exact.value_or(false)));
        }
        if (someone.early && row.number(c::Since) < client.connectedAtUs() - 1.2 * Second)
            bad("since before it was");
        if (!someone.early && exact != true)
            bad("since not exact");
        if (someone.early && !postfix && exact != false)
            bad("since exact, though nobody watched");
        if (!postfix && someone.isLoggedIn() && (!hasTwin || row.isKnown(c::Login))) {
            const qint64 error = distance(someone.triedAtUs, client.loggedInAtUs(), row.number(c::Login));
            m_worstLogin = std::max(m_worstLogin, error);
            if (error > Second)
                bad("login " + QByteArray::number(error / 1000) + " ms off");
        }
        if (folders && !someone.folder.isEmpty() && !hasTwin && !row.text(c::Info).startsWith(someone.folder))
            bad("folder " + row.text(c::Info));
    }
    return out;
}

void TestTruth::printFigures()
{
    QHash<QByteArray, int> services;
    int users = 0;
    for (const AgentClient::Row &row : m_console->rows()) {
        ++services[row.text(c::Service)];
        users += !row.text(c::User).isEmpty();
    }
    QByteArrayList counts;
    for (auto it = services.cbegin(); it != services.cend(); ++it)
        counts.append(it.key() + ' ' + QByteArray::number(*it));
    std::sort(counts.begin(), counts.end());
    qInfo("%lld rows, %d with a user (%s); worst error of since %.3f s, of login %.3f s",
        qint64(m_console->rows().size()), users, counts.join(", ").constData(), double(m_worstSince) / Second,
        double(m_worstLogin) / Second);
}

void TestTruth::everyConnectionIsARow()
{
    QFETCH(bool, rich);
    QFETCH(bool, haproxy);
    QFETCH(bool, shared);
    const bool folders = rich || shared;
    m_portsAreLogged = rich;
    Lab::Options options;
    options.richFormat = rich;
    options.events = folders;
    options.haproxy = haproxy;
    options.serviceCount0 = shared;
    options.hibernate = shared;
    options.v4Mapped = true;
    m_lab = std::make_unique<Lab>(options);
    const Result<void> started = m_lab->start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
    for (const auto &[front, behind] :
        { std::pair(Port::ProxyImap, Port::BackendImap), std::pair(Port::ProxyImaps, Port::BackendImaps),
            std::pair(Port::ProxyPop3s, Port::BackendPop3s), std::pair(Port::ProxySubmission, Port::BackendSubmission),
            std::pair(Port::ProxySieve, Port::BackendSieve), std::pair(Port::ProxySmtp, Port::BackendSmtp),
            std::pair(Port::ProxyPostfixSubmission, Port::BackendPostfixSubmission) })
        m_frontPorts.insert(m_lab->port(behind), m_lab->port(front));
    m_agent = std::make_unique<AgentProcess>();
    const Result<void> made = m_agent->init(*m_lab);
    QVERIFY2(made, made ? "" : qPrintable(made.error().detail));

    plan(haproxy, folders);
    QVERIFY(open(true));
    const Result<void> up = m_agent->start();
    QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
    m_console = std::make_unique<AgentClient>();
    const Result<void> enrolled = m_console->enrol(*m_agent);
    QVERIFY2(enrolled, enrolled ? "" : qPrintable(enrolled.error().detail));
    watchForLies();
    const Result<void> watching = m_console->watch();
    QVERIFY2(watching, watching ? "" : qPrintable(watching.error().detail));
    m_watched = { m_lab->port(Port::Agent) };
    for (const ServiceInfo &service : m_console->link().services())
        for (const quint16 port : service.ports)
            m_watched.insert(port);

    QVERIFY(open(false));
    QVERIFY(QTest::qWaitFor(
        [this] { return std::all_of(m_people.begin(), m_people.end(), [](const auto &each) { return each->ready; }); },
        90'000));
    QVERIFY2(failures().isEmpty(), failures().join('\n').constData());
    QCOMPARE(m_byEnds.size(), qsizetype(300));

    (void)QTest::qWaitFor([this, folders] { return differences().isEmpty() && complaints(folders).isEmpty(); }, 5'000);
    QVERIFY2(differences().isEmpty(), differences().join('\n').constData());
    const QByteArrayList wrong = complaints(folders);
    printFigures();
    QVERIFY2(wrong.isEmpty(),
        (QByteArray::number(wrong.size()) + " complaints:\n" + wrong.mid(0, 40).join('\n')).constData());
    QVERIFY2(
        m_lies.isEmpty(), (QByteArray::number(m_lies.size()) + " lies:\n" + m_lies.mid(0, 40).join('\n')).constData());
    for (const AgentClient::Row &source : m_console->rows(TableId::Sources))
        qInfo("%s: %s %s", source.text(sources::Source).constData(), source.text(sources::State).constData(),
            source.text(sources::Detail).constData());

    // And when they go, the rows go.
    for (const auto &someone : m_people)
        someone->client->abort();
    if (shared) // some of those that idled had gone to sleep, and their rows and folders were there all the same
        QTRY_VERIFY_WITH_TIMEOUT(m_lab->readDovecotLog().contains("imap-hibernate("), 10'000);
    QTRY_VERIFY2_WITH_TIMEOUT(differences().isEmpty(), differences().join('\n').constData(), 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(m_console->rows().size(), qsizetype(1), 10'000); // our own, as an administrator
}

QTEST_GUILESS_MAIN(TestTruth)
#include "tst_truth.moc"
