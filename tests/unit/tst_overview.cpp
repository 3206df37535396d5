// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/overview.h"
#include "tests/unit/faketable.h"

#include <QTest>

using namespace mailhelm;

class TestOverview : public QObject
{
    Q_OBJECT

    static void add(FakeTable &live, RowKey key, const char *protocol, const char *user, quint32 address,
        std::optional<bool> secure = std::nullopt)
    {
        const Table::Slot slot = live.add(key);
        Table &table = live.raw();
        table.column(connections::Protocol).setText(slot, protocol);
        table.column(connections::Service).setText(slot, QByteArray(protocol).toUpper());
        if (user)
            table.column(connections::User).setText(slot, user);
        table.column(connections::ClientAddress).setAddress(slot, Address::fromV4(address));
        if (secure)
            table.column(connections::Secure).setFlag(slot, *secure);
    }

private Q_SLOTS:
    void countsWhatThereIs()
    {
        FakeTable live(schemaOf(TableId::Connections));
        RowId id = 1;
        for (int i = 0; i < 9; ++i)
            add(live, { 1, id++ }, "imap", "alice", 7, true);
        for (int i = 0; i < 3; ++i)
            add(live, { 1, id++ }, "imap", "alice", 8, true);
        for (int i = 0; i < 12; ++i)
            add(live, { 1, id++ }, "pop3", "bob", 9, false);
        for (int i = 0; i < 20; ++i)
            add(live, { 1, id++ }, "smtp", "", 10);
        add(live, { 1, id++ }, "admin", "carol", 7, true);
        add(live, { 2, id++ }, "imap", "alice", 7, true); // another server's limit
        live.publish();
        const QList<UserAddressLimit> ten { { 1, "IMAP", 10 }, { 1, "POP3", 10 }, { 2, "IMAP", 10 } };
        const Overview all = Overview::of(Overview::needed(live.table()), std::nullopt, ten);
        QCOMPARE(all.total, 46);
        QCOMPARE(all.secureKnown, 26);
        QCOMPARE(all.secured, 14);
        QCOMPARE(all.users, 2); // carol is an administrator
        QCOMPARE(all.byProtocol.first(), (std::pair<QByteArray, qsizetype>("smtp", 20)));
        QCOMPARE(all.topUsers, (QList<Overview::ByUser> { { "alice", 13 }, { "bob", 12 } }));
        QCOMPARE(all.topAddresses.first(), (Overview::ByAddress { Address::fromV4(10), 20 }));
        QCOMPARE(all.nearLimit,
            (QList<Overview::Near> {
                { 1, "bob", "pop3", Address::fromV4(9), 12, 10 }, { 1, "alice", "imap", Address::fromV4(7), 9, 10 } }));
        QVERIFY(all.nearLimit[0].isFull());
        QVERIFY(!all.nearLimit[1].isFull());
        QVERIFY(all.unknownLimits.isEmpty());
        QCOMPARE(Overview::of(Overview::needed(live.table()), quint16(2), ten).total, 1);
    }

    void everyServiceHasALimitOfItsOwn()
    {
        FakeTable live(schemaOf(TableId::Connections));
        RowId id = 1;
        const auto some = [&](int count, quint16 server, const char *protocol, const char *service) {
            for (int i = 0; i < count; ++i) {
                add(live, { server, id }, protocol, "alice", 7);
                live.raw().column(connections::Service).setText(live.raw().slotOf({ server, id++ }), service);
            }
        };
        some(9, 1, "imap", "IMAPS"); // together with the next: the mail server counts by protocol
        some(7, 1, "imap", "IMAP");
        some(9, 1, "pop3", "POP3S"); // any number
        some(3, 1, "sieve", "ManageSieve"); // nobody said
        some(9, 1, "smtp", "SMTP"); // nobody said, and nobody limits it so
        some(3, 2, "imap", "IMAPS"); // another server's limit
        live.publish();
        const QList<UserAddressLimit> limits { { 1, "IMAPS", 20 }, { 1, "IMAP", 20 }, { 1, "POP3S", 0 },
            { 1, "ManageSieve", {} }, { 2, "IMAPS", 3 } };
        const Overview all = Overview::of(Overview::needed(live.table()), std::nullopt, limits);
        QCOMPARE(all.nearLimit,
            (QList<Overview::Near> { { 2, "alice", "imap", Address::fromV4(7), 3, 3 },
                { 1, "alice", "imap", Address::fromV4(7), 16, 20 } })); // the fullest first
        QCOMPARE(all.unknownLimits, (QList<std::pair<quint16, QByteArray>> { { 1, "ManageSieve" } }));
        QCOMPARE(Overview::of(Overview::needed(live.table()), quint16(1), limits).nearLimit.size(), 1);
        // An agent that says nothing: nothing is made up.
        const Overview none = Overview::of(Overview::needed(live.table()), quint16(1), {});
        QVERIFY(none.nearLimit.isEmpty());
        QCOMPARE(none.unknownLimits.size(), 4);
    }
};

QTEST_GUILESS_MAIN(TestOverview)
#include "tst_overview.moc"
