// SPDX-License-Identifier: GPL-3.0-or-later
// The replica against a naive map: whatever parts, resets and servers it is fed, its rows are the agents' rows, and
// what it publishes turns the former state into the present one, nothing more.
#include "core/client/replica.h"
#include "core/table/changelog.h"

#include <QRandomGenerator>
#include <QTest>

#include <array>

using namespace mailhelm;

namespace
{

using Row = QList<Value>;
using Rows = QMap<QPair<quint16, RowId>, Row>;

Rows rowsOf(const ReplicaTable &replica)
{
    Rows out;
    const Table &table = replica.table();
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot) {
        if (!table.isLive(slot))
            continue;
        Row row;
        for (int c = 0; c < replica.serverColumn(); ++c)
            row.append(table.column(c).value(slot));
        out.insert({ table.keyAt(slot).server, table.keyAt(slot).id }, row);
    }
    return out;
}

/// One server's truth.
struct Truth {
    explicit Truth(quint64 epoch)
        : log(schemaOf(TableId::Connections), epoch, 20)
    {
    }
    ChangeLog log;
    void addTo(Rows &rows, quint16 server) const
    {
        const Table &table = log.table();
        for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot) {
            if (!table.isLive(slot))
                continue;
            Row row;
            for (int c = 0; c < table.schema().columnCount(); ++c)
                row.append(table.column(c).value(slot));
            rows.insert({ server, table.keyAt(slot).id }, row);
        }
    }
    void shake(QRandomGenerator &random)
    {
        const RowId id = 1 + random.bounded(60);
        switch (random.bounded(4)) {
        case 0:
            log.remove(id);
            break;
        case 1: {
            const ChangeLog::Cell cells[] { { connections::BytesIn, qint64(random.bounded(1000)) } };
            if (log.table().slotOf({ 0, id }) != Table::NoSlot)
                log.put(id, cells);
            break;
        }
        default: {
            const ChangeLog::Cell cells[] { { connections::User, "user" + QByteArray::number(random.bounded(9)) },
                { connections::Secure, random.bounded(2) == 1 },
                { connections::Port, random.bounded(3) ? Value(qint64(id)) : Value() } };
            log.put(id, cells);
        }
        }
    }
};

ChangeSet snapshot(const ChangeLog &log)
{
    ChangeLog::Walk walk = log.walkFrom({}, 0);
    return log.nextPart(walk, 1'000'000);
}

} // namespace

class TestReplica : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheServers_data();
    void equalsTheServers();
    void resetPublishesOnlyDifferences();
    void onlyTheLastPartMovesTheToken();
    void refusesWhatDoesNotFit();
    void addsUnknownColumns();
    void leavesOutAColumnOfAnotherType();
    void namesTheServers();
    void forgetsAServer();
    void knowsHowFreshItIs();
};

void TestReplica::equalsTheServers_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 8; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestReplica::equalsTheServers()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    ManualClock clock;
    Replica replica(clock);
    ReplicaTable &table = *replica.table(TableId::Connections);
    struct Server {
        quint16 number;
        std::unique_ptr<Truth> truth;
        std::optional<ChangeLog::Walk> walk;
        quint64 volatileAt = 0;
    };
    std::array<Server, 3> servers;
    quint64 epoch = 100;
    for (Server &server : servers)
        server = { replica.addServer("s" + QByteArray::number(epoch)), std::make_unique<Truth>(++epoch), {}, 0 };

    // A listener's own copy, kept by publications alone.
    Rows heard;
    connect(&table, &LiveTable::published, this, [&](const Publication &p) {
        const Rows now = rowsOf(table); // the removed ones are still readable
        const auto keyOf
            = [&](Table::Slot slot) { return QPair(table.table().keyAt(slot).server, table.table().keyAt(slot).id); };
        for (const Table::Slot slot : p.removed)
            QVERIFY(heard.remove(keyOf(slot)) == 1);
        for (const Table::Slot slot : p.inserted) {
            QVERIFY(!heard.contains(keyOf(slot)));
            heard.insert(keyOf(slot), now[keyOf(slot)]);
        }
        for (const Table::Slot slot : p.changed + p.touched) {
            QVERIFY(heard.contains(keyOf(slot)));
            QVERIFY(heard[keyOf(slot)] != now[keyOf(slot)]);
            heard.insert(keyOf(slot), now[keyOf(slot)]);
        }
    });

    const Schema &schema = schemaOf(TableId::Connections);
    int resets = 0;
    for (int step = 0; step < 3000; ++step) {
        Server &server = servers[random.bounded(quint32(servers.size()))];
        const quint32 dice = random.bounded(100);
        if (dice < 55) {
            server.truth->shake(random);
        } else if (dice < 56) { // the agent starts anew, the connection with it
            const Truth old = std::move(*server.truth);
            server.truth = std::make_unique<Truth>(++epoch);
            for (int i = 0; i < 30; ++i)
                server.truth->shake(random);
            server.walk.reset();
            replica.setStale(server.number);
            server.volatileAt = 0;
        } else if (dice < 58) { // the connection breaks off, perhaps between two parts
            server.walk.reset();
            replica.setStale(server.number);
            server.volatileAt = 0;
        } else {
            if (!server.walk) {
                server.walk = server.truth->log.walkFrom(table.token(server.number), server.volatileAt);
                resets += server.walk->reset;
            }
            const ChangeSet part = server.truth->log.nextPart(*server.walk, 400);
            const auto applied = table.apply(server.number, schema, part);
            QVERIFY2(applied.ok(), applied.ok() ? "" : qUtf8Printable(applied.error().detail));
            if (part.last) {
                server.volatileAt = server.walk->volatileRevision;
                server.walk.reset();
            }
            QCOMPARE(heard, rowsOf(table));
        }
    }
    Rows truth;
    for (Server &server : servers) {
        if (server.walk) {
            bool last = false;
            while (!last) {
                const ChangeSet part = server.truth->log.nextPart(*server.walk, 400);
                QVERIFY(table.apply(server.number, schema, part).ok());
                last = part.last;
            }
            server.volatileAt = server.walk->volatileRevision;
        }
        ChangeLog::Walk walk = server.truth->log.walkFrom(table.token(server.number), server.volatileAt);
        QVERIFY(table.apply(server.number, schema, server.truth->log.nextPart(walk, 1'000'000)).ok());
        server.truth->addTo(truth, server.number);
        QCOMPARE(table.token(server.number), (ResumeToken { server.truth->log.epoch(), server.truth->log.revision() }));
        QCOMPARE(table.rowCount(server.number), server.truth->log.table().rowCount());
    }
    QCOMPARE(rowsOf(table), truth);
    QCOMPARE(heard, truth);
    QVERIFY(resets > 3); // the test did what it says
}

void TestReplica::resetPublishesOnlyDifferences()
{
    ManualClock clock;
    Replica replica(clock);
    ReplicaTable &table = *replica.table(TableId::Connections);
    const quint16 server = replica.addServer("mx1");
    Truth truth(7);
    QRandomGenerator random(1);
    for (int i = 0; i < 200; ++i)
        truth.shake(random);
    QVERIFY(table.apply(server, schemaOf(TableId::Connections), snapshot(truth.log)).ok());
    int publications = 0;
    connect(&table, &LiveTable::published, this, [&] { ++publications; });
    QVERIFY(table.apply(server, schemaOf(TableId::Connections), snapshot(truth.log)).ok());
    QCOMPARE(publications, 0);
}

void TestReplica::onlyTheLastPartMovesTheToken()
{
    ManualClock clock;
    Replica replica(clock);
    ReplicaTable &table = *replica.table(TableId::Connections);
    const quint16 server = replica.addServer("mx1");
    Truth truth(7);
    QRandomGenerator random(1);
    for (int i = 0; i < 200; ++i)
        truth.shake(random);
    ChangeLog::Walk walk = truth.log.walkFrom({}, 0);
    while (true) {
        const ChangeSet part = truth.log.nextPart(walk, 300);
        QCOMPARE(table.token(server), ResumeToken());
        QVERIFY(table.apply(server, schemaOf(TableId::Connections), part).ok());
        if (part.last)
            break;
    }
    QCOMPARE(table.token(server), (ResumeToken { 7, truth.log.revision() }));
}

void TestReplica::refusesWhatDoesNotFit()
{
    ManualClock clock;
    Replica replica(clock);
    ReplicaTable &table = *replica.table(TableId::Connections);
    const quint16 server = replica.addServer("mx1");
    const Schema &schema = schemaOf(TableId::Connections);
    Truth truth(7);
    const ChangeLog::Cell alice[] { { connections::User, QByteArray("alice") } };
    truth.log.put(1, alice);
    const ChangeSet whole = snapshot(truth.log);
    QVERIFY(table.apply(server, schema, whole).ok());
    const ResumeToken token = table.token(server);
    const Rows before = rowsOf(table);
    const auto refuses = [&](ErrorCode code, auto change) {
        ChangeSet part;
        part.table = TableId::Connections;
        part.epoch = 7;
        part.base = token.revision;
        part.revision = token.revision + 1;
        change(part);
        const auto applied = table.apply(server, schema, part);
        QVERIFY(!applied.ok());
        QCOMPARE(applied.error().code, code);
        QCOMPARE(table.token(server), token);
        QCOMPARE(rowsOf(table), before);
    };
    refuses(ErrorCode::Conflict, [](ChangeSet &p) {
        p.base += 1;
        p.revision += 1;
    });
    refuses(ErrorCode::Conflict, [](ChangeSet &p) { p.epoch = 8; });
    refuses(ErrorCode::Conflict, [](ChangeSet &p) { p.first = false; });
    refuses(ErrorCode::Corrupt, [](ChangeSet &p) { p.table = TableId::Audit; });
    refuses(ErrorCode::Corrupt, [](ChangeSet &p) { p.removed = { 1, 1 }; });
    refuses(ErrorCode::Conflict, [](ChangeSet &p) { // an amendment to a row that is not there
        Column bytes(ColumnType::Number);
        bytes.resize(1);
        p.groups.append(RowGroup { false, { 99 }, { connections::BytesIn }, { bytes } });
    });
    refuses(ErrorCode::Corrupt, [](ChangeSet &p) { // a cell too few
        p.groups.append(RowGroup { true, { 2 }, { connections::BytesIn }, { Column(ColumnType::Number) } });
    });
    refuses(ErrorCode::Corrupt, [](ChangeSet &p) { // another type
        Column text(ColumnType::Text);
        text.resize(1);
        p.groups.append(RowGroup { true, { 2 }, { connections::BytesIn }, { text } });
    });
    refuses(ErrorCode::Corrupt, [](ChangeSet &p) { // a column beyond the schema
        Column text(ColumnType::Text);
        text.resize(1);
        p.groups.append(RowGroup { true, { 2 }, { 500 }, { text } });
    });
    table.dropToken(server);
    QVERIFY(table.apply(server, schema, whole).ok()); // a snapshot mends everything
    QCOMPARE(table.token(server), token);
}

void TestReplica::addsUnknownColumns()
{
    ManualClock clock;
    Replica replica(clock);
    ReplicaTable &table = *replica.table(TableId::Sources);
    const quint16 oldOne = replica.addServer("old");
    const quint16 newOne = replica.addServer("new");
    const auto feed = [&](quint16 server, const Schema &schema, std::span<const ChangeLog::Cell> cells) {
        ChangeLog log(schema, 1);
        log.put(1, cells);
        return table.apply(server, schema, snapshot(log));
    };
    // A newer agent: the columns in another order, one more.
    const Schema newer(TableId::Sources, "sources",
        { { "latency", ColumnType::Number, "Latency", {} }, { "source", ColumnType::Text, "Source", {} } });
    QList<int> added;
    connect(&table, &LiveTable::columnAdded, this, [&](int column) { added.append(column); });
    const ChangeLog::Cell plain[] { { sources::Source, QByteArray("dovecot") }, { sources::State, QByteArray("ok") } };
    const ChangeLog::Cell fancy[] { { 0, qint64(12) }, { 1, QByteArray("postfix") } };
    QVERIFY(feed(oldOne, schemaOf(TableId::Sources), plain).ok());
    QVERIFY(feed(newOne, newer, fancy).ok());
    const int latency = table.table().schema().indexOf("latency");
    QCOMPARE(added, QList<int>({ latency }));
    QCOMPARE(latency, table.serverColumn() + 1);
    const Table::Slot slot = table.table().slotOf({ newOne, 1 });
    QCOMPARE(table.table().column(latency).value(slot), Value(qint64(12)));
    QCOMPARE(table.table().column(sources::Source).value(slot), Value(QByteArray("postfix")));
    QCOMPARE(table.table().column(sources::State).value(slot), Value());
    QVERIFY(!table.table().column(latency).isKnown(table.table().slotOf({ oldOne, 1 })));
}

void TestReplica::leavesOutAColumnOfAnotherType()
{
    ManualClock clock;
    Replica replica(clock);
    ReplicaTable &table = *replica.table(TableId::Sources);
    const quint16 server = replica.addServer("mx1");
    const Schema odd(TableId::Sources, "sources",
        { { "source", ColumnType::Number, "Source", {} }, { "server", ColumnType::Text, "Server", {} },
            { "mend", ColumnType::Text, "", {} } });
    ChangeLog log(odd, 1);
    const ChangeLog::Cell cells[] { { 0, qint64(5) }, { 1, QByteArray("somebody else") }, { 2, QByteArray("so") } };
    log.put(1, cells);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("column source .*left out")));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("column server .*left out")));
    QVERIFY(table.apply(server, odd, snapshot(log)).ok());
    QCOMPARE(table.table().column(sources::Source).value(0), Value());
    QCOMPARE(table.table().column(sources::Mend).value(0), Value(QByteArray("so")));
    QCOMPARE(table.table().column(table.serverColumn()).value(0),
        Value(QByteArray("mx1"))); // nobody says for another who he is
}

void TestReplica::namesTheServers()
{
    ManualClock clock;
    Replica replica(clock);
    ReplicaTable &table = *replica.table(TableId::Connections);
    const quint16 server = replica.addServer("mx1");
    Truth truth(7);
    const ChangeLog::Cell alice[] { { connections::User, QByteArray("alice") } };
    truth.log.put(1, alice);
    QVERIFY(table.apply(server, schemaOf(TableId::Connections), snapshot(truth.log)).ok());
    QCOMPARE(table.table().schema().column(table.serverColumn()).key, "server");
    replica.renameServer(server, "mail");
    QCOMPARE(table.table().column(table.serverColumn()).value(0), Value(QByteArray("mail")));
    QCOMPARE(replica.serverNamed("mail"), server);
}

void TestReplica::forgetsAServer()
{
    ManualClock clock;
    Replica replica(clock);
    ReplicaTable &table = *replica.table(TableId::Connections);
    Truth truth(7);
    QRandomGenerator random(3);
    for (int i = 0; i < 100; ++i)
        truth.shake(random);
    const quint16 one = replica.addServer("mx1");
    const quint16 two = replica.addServer("mx2");
    for (const quint16 server : { one, two })
        QVERIFY(table.apply(server, schemaOf(TableId::Connections), snapshot(truth.log)).ok());
    replica.removeServer(one);
    Rows expected;
    truth.addTo(expected, two);
    QCOMPARE(rowsOf(table), expected);
    QCOMPARE(replica.servers(), QList<quint16>({ two }));
    QVERIFY(replica.addServer("mx3") != one); // a number names one server for good
}

void TestReplica::knowsHowFreshItIs()
{
    ManualClock clock(1000);
    Replica replica(clock);
    ReplicaTable &table = *replica.table(TableId::Connections);
    const quint16 server = replica.addServer("mx1");
    QCOMPARE(table.freshness(server).state, Freshness::State::Never);
    replica.setStale(server);
    QCOMPARE(table.freshness(server).state, Freshness::State::Never); // nothing is not old news
    Truth truth(7);
    QVERIFY(table.apply(server, schemaOf(TableId::Connections), snapshot(truth.log)).ok());
    QCOMPARE(table.freshness(server).state, Freshness::State::Live);
    clock.advanceUs(5000);
    replica.setStale(server);
    QCOMPARE(table.freshness(server).state, Freshness::State::Stale);
    QCOMPARE(table.freshness(server).asOfUs, 6000);
    clock.advanceUs(5000);
    replica.setStale(server); // a try that failed makes it no fresher
    QCOMPARE(table.freshness(server).asOfUs, 6000);
}

QTEST_GUILESS_MAIN(TestReplica)
#include "tst_replica.moc"
