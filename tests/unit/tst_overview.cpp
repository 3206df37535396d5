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
        const Overview all = Overview::of(Overview::needed(live.table()), std::nullopt, 10);
        QCOMPARE(all.total, 46);
        QCOMPARE(all.secureKnown, 26);
        QCOMPARE(all.secured, 14);
        QCOMPARE(all.users, 2); // carol is an administrator
        QCOMPARE(all.byProtocol.first(), (std::pair<QByteArray, qsizetype>("smtp", 20)));
        QCOMPARE(all.topUsers, (QList<Overview::ByUser> { { "alice", 13 }, { "bob", 12 } }));
        QCOMPARE(all.topAddresses.first(), (Overview::ByAddress { Address::fromV4(10), 20 }));
        QCOMPARE(all.nearLimit,
            (QList<Overview::Near> {
                { 1, "bob", "pop3", Address::fromV4(9), 12 }, { 1, "alice", "imap", Address::fromV4(7), 9 } }));
        QCOMPARE(Overview::of(Overview::needed(live.table()), quint16(2), 10).total, 1);
    }
};

QTEST_GUILESS_MAIN(TestOverview)
#include "tst_overview.moc"
