// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/countsampler.h"
#include "core/base/clock.h"
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

    void seriesTellWhatWasSeenAndWhatWasNot()
    {
        ManualClock clock;
        FakeTable live(schemaOf(TableId::Connections));
        QList<quint16> servers { 1 };
        CountSampler sampler(live, clock, [&] { return servers; });
        const qint64 start = clock.nowUs();
        add(live, { 1, 1 }, "imap", "a", 1);
        add(live, { 1, 2 }, "imap", "a", 1);
        add(live, { 2, 3 }, "pop3", "a", 1);
        live.publish();
        sampler.sample();
        clock.advanceUs(60'000'000);
        servers = {}; // the link is down: what is shown is old
        sampler.sample();
        clock.advanceUs(60'000'000);
        servers = { 1, 2 };
        sampler.sample();
        const CountSeries all = sampler.series(std::nullopt, start, 60'000'000, 4);
        QCOMPARE(all.names, (QList<QByteArray> { "imap", "pop3" }));
        QCOMPARE(all.counts[0], (QList<qint32> { 2, -1, 2, -1 }));
        QCOMPARE(all.counts[1], (QList<qint32> { 0, -1, 1, -1 }));
        QVERIFY(!all.isWatched(1));
        const CountSeries second = sampler.series(quint16(2), start, 60'000'000, 4);
        QCOMPARE(second.counts[0], (QList<qint32> { -1, -1, 1, -1 }));
    }
};

QTEST_GUILESS_MAIN(TestOverview)
#include "tst_overview.moc"
