// SPDX-License-Identifier: GPL-3.0-or-later
// Online users: what counts where, and that following publications gives what folding everything anew would.
#include "core/table/onlineusers.h"
#include "tests/unit/faketable.h"

#include <QTest>

#include <map>
#include <set>

using namespace mailhelm;

namespace
{

Schema withServer(TableId id)
{
    const Schema &schema = schemaOf(id);
    return Schema(
        id, schema.name(), schema.columns() + QList<ColumnSpec> { { "server", ColumnType::Text, "Server", {} } });
}

/// A user of one server; nullopt: not known.
using Who = std::pair<quint16, std::optional<QByteArray>>;

struct Row {
    QByteArray server;
    std::array<qint64, 9> counts {}; ///< Total … Other
    Value address, since;
    std::set<RowKey> connections, sessions;
    friend bool operator==(const Row &, const Row &) = default;
};
using Rows = std::map<Who, Row>;

/// The two sources, the fold, and a copy of the fold that follows its publications alone.
struct World {
    FakeTable connections { withServer(TableId::Connections) };
    FakeTable webmail { withServer(TableId::Webmail) };
    std::map<quint16, QByteArray> servers { { 1, "mx1" }, { 2, "mx2" }, { 3, "mx3" } };
    RowId next = 1;
    std::unique_ptr<OnlineUsers> fold;
    std::map<RowKey, QList<Value>> mirror;
    std::map<RowKey, Who> names; ///< all ids ever seen
    bool sound = true;

    void follow()
    {
        fold = std::make_unique<OnlineUsers>(connections, webmail);
        for (Table::Slot slot = 0; slot < fold->table().slotEnd(); ++slot)
            if (fold->table().isLive(slot))
                insert(slot);
        QObject::connect(
            fold.get(), &LiveTable::published, fold.get(), [this](const Publication &p) { onPublished(p); });
    }
    QList<Value> cells(Table::Slot slot) const
    {
        QList<Value> out;
        for (int c = 0; c < fold->table().schema().columnCount(); ++c)
            out.append(fold->table().column(c).value(slot));
        return out;
    }
    Who whoAt(Table::Slot slot) const
    {
        const Value user = fold->table().column(onlineusers::User).value(slot);
        const auto *text = std::get_if<QByteArray>(&user);
        return { fold->table().keyAt(slot).server, text ? std::optional(*text) : std::nullopt };
    }
    void insert(Table::Slot slot)
    {
        const RowKey key = fold->table().keyAt(slot);
        sound = sound && mirror.emplace(key, cells(slot)).second;
        const auto known = names.emplace(key, whoAt(slot)).first;
        sound = sound && known->second == whoAt(slot); // an id names one thing for ever
    }
    void onPublished(const Publication &publication)
    {
        sound = sound && !publication.isEmpty() && publication.touched.isEmpty();
        for (const Table::Slot slot : publication.removed)
            sound = sound && mirror.erase(fold->table().keyAt(slot)) == 1;
        for (const Table::Slot slot : publication.inserted)
            insert(slot);
        for (const Table::Slot slot : publication.changed) {
            const auto known = mirror.find(fold->table().keyAt(slot));
            sound = sound && known != mirror.end() && known->second != cells(slot); // nothing is called a change
            if (known != mirror.end())
                known->second = cells(slot);
        }
    }

    Table::Slot connect(quint16 server, const Value &user, const QByteArray &protocol, const QByteArray &extension = {})
    {
        const Table::Slot slot = connections.add({ server, next++ });
        Table &table = connections.raw();
        table.column(connections::User).set(slot, user);
        table.column(connections::Protocol).setText(slot, protocol);
        if (!extension.isEmpty())
            table.column(connections::Extension).setText(slot, extension);
        table.column(table.schema().indexOf("server")).setText(slot, servers.at(server));
        return slot;
    }
    Table::Slot open(quint16 server, const Value &user, const Value &address, const Value &started, const Value &active)
    {
        const Table::Slot slot = webmail.add({ server, next++ });
        Table &table = webmail.raw();
        table.column(webmail::User).set(slot, user);
        table.column(webmail::ClientAddress).set(slot, address);
        table.column(webmail::Started).set(slot, started);
        table.column(webmail::LastActive).set(slot, active);
        table.column(table.schema().indexOf("server")).setText(slot, servers.at(server));
        return slot;
    }
    void publish()
    {
        connections.publish();
        webmail.publish();
    }
    Value cell(const Who &who, int column) const
    {
        for (Table::Slot slot = 0; slot < fold->table().slotEnd(); ++slot)
            if (fold->table().isLive(slot) && whoAt(slot) == who)
                return fold->table().column(column).value(slot);
        return QByteArray("no such row");
    }

    /// The fold's table, read.
    Rows folded() const
    {
        Rows rows;
        const Table &table = fold->table();
        for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot) {
            if (!table.isLive(slot))
                continue;
            Row row;
            row.server = table.column(fold->serverColumn()).text(slot).toByteArray();
            for (int i = 0; i < 9; ++i)
                row.counts[size_t(i)] = table.column(onlineusers::Total + i).number(slot);
            row.address = table.column(onlineusers::WebmailAddress).value(slot);
            row.since = table.column(onlineusers::WebmailSince).value(slot);
            const OnlineUsers::Parts parts = fold->partsOf(table.keyAt(slot));
            row.connections = { parts.connections.begin(), parts.connections.end() };
            row.sessions = { parts.sessions.begin(), parts.sessions.end() };
            for (const RowKey key : parts.connections)
                if (fold->userOfConnection(key) != table.keyAt(slot))
                    return {};
            for (const RowKey key : parts.sessions)
                if (fold->userOfSession(key) != table.keyAt(slot))
                    return {};
            rows.emplace(whoAt(slot), row);
        }
        return rows;
    }
    /// Everything anew, the naive way.
    Rows expected() const
    {
        Rows rows;
        std::map<Who, std::pair<std::pair<qint64, RowId>, Value>> latest;
        const auto each = [](const FakeTable &source, const auto &work) {
            for (Table::Slot slot = 0; slot < source.table().slotEnd(); ++slot)
                if (source.table().isLive(slot))
                    work(source.table().keyAt(slot),
                        [&source, slot](int column) { return source.table().column(column).value(slot); });
        };
        const auto who = [](RowKey key, const Value &user) {
            const auto *text = std::get_if<QByteArray>(&user);
            return Who { key.server, text ? std::optional(*text) : std::nullopt };
        };
        each(connections, [&](RowKey key, const auto &cell) {
            const Value protocolCell = cell(connections::Protocol);
            const auto *known = std::get_if<QByteArray>(&protocolCell);
            const QByteArray protocol = known ? *known : QByteArray();
            const Value extensionCell = cell(connections::Extension);
            const auto *extended = std::get_if<QByteArray>(&extensionCell);
            const QByteArray extension = extended ? extended->toLower() : QByteArray();
            if (protocol == "admin")
                return;
            int column = onlineusers::Other;
            if (protocol == "smtp")
                column = onlineusers::Smtp;
            else if (protocol == "imap")
                column = onlineusers::Imap;
            else if (protocol == "pop3")
                column = onlineusers::Pop;
            else if (protocol == "xmpp")
                column = onlineusers::Xmpp;
            else if (protocol == "http" && extension == "activesync")
                column = onlineusers::Eas;
            else if (protocol == "http" && (extension == "mapi" || extension == "ews"))
                column = onlineusers::MapiEws;
            Row &row = rows[who(key, cell(connections::User))];
            row.server = servers.at(key.server);
            ++row.counts[0];
            ++row.counts[size_t(column - onlineusers::Total)];
            row.connections.insert(key);
        });
        each(webmail, [&](RowKey key, const auto &cell) {
            const Who user = who(key, cell(webmail::User));
            Row &row = rows[user];
            row.server = servers.at(key.server);
            ++row.counts[0];
            ++row.counts[1];
            row.sessions.insert(key);
            if (!user.second || user.second->isEmpty())
                return;
            const Value started = cell(webmail::Started);
            if (const auto *us = std::get_if<qint64>(&started))
                if (const auto *old = std::get_if<qint64>(&row.since); !old || *us < *old)
                    row.since = started;
            const Value address = cell(webmail::ClientAddress);
            if (!std::holds_alternative<Address>(address))
                return;
            const Value active = cell(webmail::LastActive);
            const auto *us = std::get_if<qint64>(&active);
            const std::pair<qint64, RowId> rank { us ? -*us : 1, key.id };
            const auto best = latest.find(user);
            if (best == latest.end() || rank < best->second.first) {
                latest[user] = { rank, address };
                row.address = address;
            }
        });
        return rows;
    }
    bool mirrors() const
    {
        qsizetype rows = 0;
        for (Table::Slot slot = 0; slot < fold->table().slotEnd(); ++slot) {
            if (!fold->table().isLive(slot))
                continue;
            ++rows;
            const auto found = mirror.find(fold->table().keyAt(slot));
            if (found == mirror.end() || found->second != cells(slot))
                return false;
        }
        return rows == qsizetype(mirror.size()) && rows == fold->table().rowCount();
    }
};

const Value Unknown;
const Value Nobody = QByteArray();
const Value Alice = QByteArray("alice@example.org");
const Who AliceOn1 { 1, QByteArray("alice@example.org") };
constexpr qint64 Minute = 60'000'000;

} // namespace

class TestOnlineUsers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsByProtocolAndExtension_data();
    void countsByProtocolAndExtension();
    void administratorsAreNoUsers();
    void aUserIsThereAsLongAsAnythingIs();
    void anonymousAndNotKnown();
    void webmailTellsWhereAndHowLong();
    void serversAreApart();
    void aRenamedServerIsRenamedEverywhere();
    void whoDoesNotNameTheServerSaysNothingOfIt();
    void idsAreTheSameInEveryRun();
    void beginsWithWhatIsThere();
    void irrelevantChangesAreNone();
    void equalsAFoldOfEverything_data();
    void equalsAFoldOfEverything();
};

void TestOnlineUsers::countsByProtocolAndExtension_data()
{
    QTest::addColumn<QByteArray>("protocol");
    QTest::addColumn<QByteArray>("extension");
    QTest::addColumn<int>("column");
    const auto row = [](const char *protocol, const char *extension, int column) {
        QTest::addRow("%s %s", protocol, extension) << QByteArray(protocol) << QByteArray(extension) << column;
    };
    row("smtp", "", onlineusers::Smtp);
    row("imap", "", onlineusers::Imap);
    row("pop3", "", onlineusers::Pop);
    row("xmpp", "", onlineusers::Xmpp);
    row("http", "ActiveSync", onlineusers::Eas);
    row("http", "activesync", onlineusers::Eas);
    row("http", "MAPI", onlineusers::MapiEws);
    row("http", "EWS", onlineusers::MapiEws);
    row("http", "CalDAV", onlineusers::Other);
    row("http", "CardDAV", onlineusers::Other);
    row("http", "WebMail", onlineusers::Other);
    row("http", "", onlineusers::Other);
    row("sieve", "", onlineusers::Other);
    row("lmtp", "", onlineusers::Other);
    row("", "", onlineusers::Other);
    row("imap", "EWS", onlineusers::Imap);
    row("gopher", "ActiveSync", onlineusers::Other);
}

void TestOnlineUsers::countsByProtocolAndExtension()
{
    QFETCH(QByteArray, protocol);
    QFETCH(QByteArray, extension);
    QFETCH(int, column);
    World world;
    world.follow();
    world.connect(1, Alice, protocol, extension);
    world.publish();
    QCOMPARE(world.fold->table().rowCount(), 1);
    for (int c = onlineusers::Webmail; c <= onlineusers::Other; ++c)
        QCOMPARE(std::get<qint64>(world.cell(AliceOn1, c)), c == column ? 1 : 0);
    QCOMPARE(std::get<qint64>(world.cell(AliceOn1, onlineusers::Total)), 1);
    QVERIFY(world.sound);
}

void TestOnlineUsers::administratorsAreNoUsers()
{
    World world;
    world.follow();
    const Table::Slot admin = world.connect(1, Alice, "admin");
    world.publish();
    QCOMPARE(world.fold->table().rowCount(), 0);
    QVERIFY(!world.fold->userOfConnection(world.connections.table().keyAt(admin)));
    world.connections.change(admin, connections::Protocol, QByteArray("imap"));
    world.publish();
    QCOMPARE(world.fold->table().rowCount(), 1);
    world.connections.change(admin, connections::Protocol, QByteArray("admin"));
    world.publish();
    QCOMPARE(world.fold->table().rowCount(), 0);
    world.connections.remove(admin);
    world.publish();
    QCOMPARE(world.fold->table().rowCount(), 0);
    QVERIFY(world.sound);
}

void TestOnlineUsers::aUserIsThereAsLongAsAnythingIs()
{
    World world;
    world.follow();
    const Table::Slot connection = world.connect(1, Alice, "imap");
    const Table::Slot session = world.open(1, Alice, Unknown, Unknown, Unknown);
    world.publish();
    QCOMPARE(std::get<qint64>(world.cell(AliceOn1, onlineusers::Total)), 2);
    const RowKey id = world.mirror.begin()->first;
    world.connections.remove(connection);
    world.publish();
    QCOMPARE(std::get<qint64>(world.cell(AliceOn1, onlineusers::Total)), 1);
    QCOMPARE(world.fold->partsOf(id).sessions.size(), 1);
    QCOMPARE(world.fold->partsOf(id).connections.size(), 0);
    world.webmail.remove(session);
    world.publish();
    QCOMPARE(world.fold->table().rowCount(), 0);
    QVERIFY(world.fold->partsOf(id).sessions.isEmpty());
    world.connect(1, Alice, "pop3");
    world.publish();
    QCOMPARE(world.mirror.begin()->first, id); // the same user, the same id
    QVERIFY(world.sound);
}

void TestOnlineUsers::anonymousAndNotKnown()
{
    World world;
    world.follow();
    world.connect(1, Nobody, "smtp");
    world.open(1, Nobody, Address::fromV4(1), qint64(5), qint64(6));
    world.connect(1, Unknown, "imap");
    world.connect(1, Unknown, "imap");
    world.publish();
    QCOMPARE(world.fold->table().rowCount(), 2);
    const Who anonymous { 1, QByteArray() };
    QCOMPARE(std::get<qint64>(world.cell(anonymous, onlineusers::Total)), 2);
    QCOMPARE(std::get<qint64>(world.cell(anonymous, onlineusers::Webmail)), 1);
    QCOMPARE(world.cell(anonymous, onlineusers::WebmailAddress), Unknown); // many people have no one address
    QCOMPARE(world.cell(anonymous, onlineusers::WebmailSince), Unknown);
    QCOMPARE(std::get<qint64>(world.cell({ 1, std::nullopt }, onlineusers::Imap)), 2);
    QVERIFY(world.sound);
}

void TestOnlineUsers::webmailTellsWhereAndHowLong()
{
    World world;
    world.follow();
    const Address home = Address::fromV4(1);
    const Address work = Address::fromV4(2);
    const Table::Slot old = world.open(1, Alice, home, qint64(10 * Minute), qint64(20 * Minute));
    const Table::Slot recent = world.open(1, Alice, work, qint64(15 * Minute), qint64(21 * Minute));
    world.open(1, Alice, Unknown, Unknown, qint64(30 * Minute)); // says nothing
    world.publish();
    QCOMPARE(world.cell(AliceOn1, onlineusers::WebmailAddress), Value(work));
    QCOMPARE(world.cell(AliceOn1, onlineusers::WebmailSince), Value(qint64(10 * Minute)));
    world.webmail.change(old, webmail::LastActive, qint64(22 * Minute)); // volatile alone
    world.publish();
    QCOMPARE(world.cell(AliceOn1, onlineusers::WebmailAddress), Value(home));
    world.webmail.remove(old);
    world.publish();
    QCOMPARE(world.cell(AliceOn1, onlineusers::WebmailAddress), Value(work));
    QCOMPARE(world.cell(AliceOn1, onlineusers::WebmailSince), Value(qint64(15 * Minute)));
    world.webmail.remove(recent);
    world.publish();
    QCOMPARE(world.cell(AliceOn1, onlineusers::WebmailAddress), Unknown);
    QCOMPARE(world.cell(AliceOn1, onlineusers::WebmailSince), Unknown);
    QCOMPARE(std::get<qint64>(world.cell(AliceOn1, onlineusers::Webmail)), 1);
    QVERIFY(world.sound);
}

void TestOnlineUsers::serversAreApart()
{
    World world;
    world.follow();
    world.connect(1, Alice, "imap");
    world.connect(2, Alice, "imap");
    world.connect(2, QByteArray("Alice@example.org"), "imap"); // exactly: the agent knows what is the same
    world.publish();
    QCOMPARE(world.fold->table().rowCount(), 3);
    QCOMPARE(world.folded(), world.expected());
}

void TestOnlineUsers::aRenamedServerIsRenamedEverywhere()
{
    World world;
    world.follow();
    const Table::Slot a = world.connect(1, Alice, "imap");
    world.open(1, QByteArray("bob"), Unknown, Unknown, Unknown);
    world.publish();
    world.servers[1] = "other";
    world.connections.change(a, world.connections.table().schema().indexOf("server"), QByteArray("other"));
    world.publish();
    QCOMPARE(world.cell(AliceOn1, world.fold->serverColumn()), Value(QByteArray("other")));
    QCOMPARE(world.cell({ 1, QByteArray("bob") }, world.fold->serverColumn()), Value(QByteArray("other")));
    QVERIFY(world.sound);
    QVERIFY(world.mirrors());
}

void TestOnlineUsers::whoDoesNotNameTheServerSaysNothingOfIt()
{
    World world;
    world.follow();
    const int server = world.connections.table().schema().indexOf("server");
    world.connections.raw().column(server).setUnknown(world.connect(1, Alice, "imap"));
    world.publish();
    QCOMPARE(world.cell(AliceOn1, world.fold->serverColumn()), Unknown);
    world.connect(1, QByteArray("bob"), "imap");
    world.publish();
    QCOMPARE(world.cell(AliceOn1, world.fold->serverColumn()), Value(QByteArray("mx1")));
    const Table::Slot late = world.connect(1, Alice, "imap");
    world.connections.raw().column(server).setUnknown(late);
    world.publish();
    QCOMPARE(world.cell(AliceOn1, world.fold->serverColumn()), Value(QByteArray("mx1")));
    QVERIFY(world.sound);
    QVERIFY(world.mirrors());
}

void TestOnlineUsers::idsAreTheSameInEveryRun()
{
    std::map<Who, RowKey> first;
    for (int run = 0; run < 2; ++run) {
        World world;
        world.follow();
        for (int i = 0; i < 100; ++i) // in another order each time
            world.connect(1, QByteArray("user") + QByteArray::number(run == 0 ? i : 99 - i), "imap");
        world.connect(1, Unknown, "imap");
        world.connect(1, Nobody, "imap");
        world.publish();
        QCOMPARE(world.fold->table().rowCount(), 102);
        for (const auto &[key, who] : world.names) {
            if (run == 0)
                first[who] = key;
            else
                QCOMPARE(first.at(who), key);
            QVERIFY(key.id != 0 && key.id <= MaxRowId);
        }
    }
}

void TestOnlineUsers::beginsWithWhatIsThere()
{
    World world;
    world.connect(1, Alice, "imap");
    world.open(2, Alice, Address::fromV4(7), qint64(1), qint64(2));
    world.publish();
    world.follow();
    QCOMPARE(world.fold->table().rowCount(), 2);
    QCOMPARE(world.folded(), world.expected());
    QVERIFY(world.mirrors());
}

void TestOnlineUsers::irrelevantChangesAreNone()
{
    World world;
    world.follow();
    const Table::Slot a = world.connect(1, Alice, "imap");
    world.publish();
    int publications = 0;
    connect(world.fold.get(), &LiveTable::published, world.fold.get(), [&] { ++publications; });
    world.connections.change(a, connections::Info, QByteArray("Sent"));
    world.publish();
    world.connections.change(a, connections::BytesIn, qint64(17));
    world.publish();
    QCOMPARE(publications, 0);
}

void TestOnlineUsers::equalsAFoldOfEverything_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 6; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

/// 1,000 publications for each seed: rows come, change and go, servers are removed, renamed and reset, and newer agents
/// add columns.
void TestOnlineUsers::equalsAFoldOfEverything()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    const auto below = [&](int n) { return int(random() % unsigned(n)); };
    World world;
    world.follow();
    static const QByteArray protocols[] = { "imap", "smtp", "pop3", "xmpp", "http", "sieve", "lmtp", "admin" };
    static const QByteArray extensions[] = { "", "ActiveSync", "EWS", "MAPI", "CalDAV", "WebMail" };
    const auto anyUser = [&]() -> Value {
        if (below(8) == 0)
            return {};
        if (below(8) == 0)
            return QByteArray();
        return "user" + QByteArray::number(below(12));
    };
    const auto anyTime = [&]() -> Value { return below(6) == 0 ? Value() : Value(qint64(below(40)) * Minute); };
    const auto anyAddress
        = [&]() -> Value { return below(6) == 0 ? Value() : Value(Address::fromV4(quint32(below(9)))); };
    const auto anySlot = [&](const FakeTable &table) {
        if (table.table().rowCount() == 0)
            return Table::NoSlot;
        Table::Slot slot = 0;
        do
            slot = Table::Slot(below(int(table.table().slotEnd())));
        while (!table.table().isLive(slot));
        return table.isPending(slot) ? Table::NoSlot : slot;
    };
    const auto add = [&](bool session) {
        const auto server = quint16(1 + below(3));
        if (session)
            world.open(server, anyUser(), anyAddress(), anyTime(), anyTime());
        else
            world.connect(server, anyUser(), protocols[below(8)], extensions[below(6)]);
    };
    const auto change = [&](bool session) {
        FakeTable &table = session ? world.webmail : world.connections;
        const Table::Slot slot = anySlot(table);
        if (slot == Table::NoSlot)
            return;
        const int what = below(5);
        if (session)
            table.change(slot,
                what == 0       ? webmail::User
                    : what == 1 ? webmail::ClientAddress
                    : what == 2 ? webmail::Started
                                : webmail::LastActive,
                what == 0       ? anyUser()
                    : what == 1 ? anyAddress()
                                : anyTime());
        else
            table.change(slot,
                what == 0       ? connections::User
                    : what == 1 ? connections::Protocol
                    : what == 2 ? connections::Extension
                                : connections::Info,
                what == 0       ? anyUser()
                    : what == 1 ? Value(protocols[below(8)])
                    : what == 2 ? Value(extensions[below(6)])
                                : Value(QByteArray::number(below(5))));
    };
    const auto removeAll = [&](FakeTable &table, quint16 server) {
        for (Table::Slot slot = 0; slot < table.table().slotEnd(); ++slot)
            if (table.table().isLive(slot) && table.table().keyAt(slot).server == server)
                table.remove(slot);
    };
    const auto rename = [&](FakeTable &table, quint16 server) {
        const int column = table.table().schema().indexOf("server");
        for (Table::Slot slot = 0; slot < table.table().slotEnd(); ++slot)
            if (table.table().isLive(slot) && table.table().keyAt(slot).server == server)
                table.change(slot, column, world.servers.at(server));
    };
    for (int step = 0; step < 1000; ++step) {
        const bool session = below(2) == 0;
        FakeTable &table = session ? world.webmail : world.connections;
        const auto server = quint16(1 + below(3));
        switch (below(60)) {
        case 0: // the server goes
            removeAll(world.connections, server);
            world.connections.publish();
            removeAll(world.webmail, server);
            break;
        case 1: // a reset that leaves nothing as it was
            removeAll(table, server);
            for (int i = 0; i < 30; ++i)
                add(session);
            break;
        case 2:
            world.servers[server] = "mx" + QByteArray::number(step);
            rename(world.connections, server);
            world.connections.publish();
            rename(world.webmail, server);
            break;
        case 3:
            if (table.table().schema().columnCount() < 40)
                table.addColumn("new" + QByteArray::number(step), ColumnType::Text);
            break;
        default:
            for (int i = below(8); i >= 0; --i) {
                const int what = below(10);
                if (what < 3)
                    add(session);
                else if (what < 5) {
                    if (const Table::Slot slot = anySlot(table); slot != Table::NoSlot)
                        table.remove(slot);
                } else
                    change(session);
            }
        }
        world.publish();
        QVERIFY2(world.sound, qPrintable(QStringLiteral("step %1").arg(step)));
        QVERIFY2(world.mirrors(), qPrintable(QStringLiteral("step %1").arg(step)));
        QVERIFY2(world.folded() == world.expected(), qPrintable(QStringLiteral("step %1").arg(step)));
    }
    QVERIFY(world.names.size() > 20);
}

QTEST_GUILESS_MAIN(TestOnlineUsers)
#include "tst_onlineusers.moc"
