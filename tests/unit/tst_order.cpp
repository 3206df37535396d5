// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/order.h"
#include "tests/unit/faketable.h"

#include <QTest>

using namespace mailhelm;

namespace
{

/// Written from the manual, on single values.
std::strong_ordering compareValues(const Value &a, const Value &b)
{
    if (const auto *text = std::get_if<QByteArray>(&a)) {
        const auto points = [](const QByteArray &t) { return QString::fromUtf8(t).toCaseFolded().toUcs4(); };
        const auto p = points(*text);
        const auto q = points(std::get<QByteArray>(b));
        return p == q                                                              ? std::strong_ordering::equal
            : std::lexicographical_compare(p.begin(), p.end(), q.begin(), q.end()) ? std::strong_ordering::less
                                                                                   : std::strong_ordering::greater;
    }
    if (const auto *number = std::get_if<qint64>(&a))
        return *number <=> std::get<qint64>(b);
    if (const auto *flag = std::get_if<bool>(&a))
        return int(*flag) <=> int(std::get<bool>(b));
    const Address &x = std::get<Address>(a);
    const Address &y = std::get<Address>(b);
    if (x.isV4() != y.isV4())
        return x.isV4() ? std::strong_ordering::less : std::strong_ordering::greater;
    return x.bytes() <=> y.bytes();
}

Order naiveOrder(const Table &table, OrderSpec spec, const std::function<bool(Table::Slot)> &shown)
{
    Order rows;
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
        if (table.isLive(slot) && shown(slot))
            rows.append(slot);
    std::sort(rows.begin(), rows.end(), [&](Table::Slot a, Table::Slot b) {
        return std::pair(table.keyAt(a).id, table.keyAt(a).server)
            < std::pair(table.keyAt(b).id, table.keyAt(b).server);
    });
    if (spec.column < 0)
        return rows;
    const Column &column = table.column(spec.column);
    std::stable_sort(rows.begin(), rows.end(), [&](Table::Slot a, Table::Slot b) {
        if (column.isKnown(a) != column.isKnown(b))
            return column.isKnown(a);
        if (!column.isKnown(a))
            return false;
        const auto order = compareValues(column.value(a), column.value(b));
        return spec.descending ? order > 0 : order < 0;
    });
    return rows;
}

void fill(FakeTable &live, int rows, std::mt19937 &random)
{
    for (int i = 0; i < rows; ++i) {
        const RowKey key { quint16(random() % 3),
            (quint64(random()) << 31 ^ random()) % (random() % 2 ? MaxRowId : 50) + 1 };
        if (live.table().slotOf(key) == Table::NoSlot)
            live.addRandom(key, random);
    }
    for (Table::Slot slot = 0; slot < live.table().slotEnd(); slot += 5)
        live.raw().remove(slot);
}

} // namespace

class TestOrder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".?"))); }

    /// Small tables are sorted by comparing, large ones by their digits: the order is the same one.
    void sortsAsTheManualSays_data()
    {
        QTest::addColumn<int>("rows");
        QTest::newRow("none") << 0;
        QTest::newRow("one") << 1;
        QTest::newRow("few") << 200;
        QTest::newRow("many") << 12'000;
    }
    void sortsAsTheManualSays()
    {
        QFETCH(int, rows);
        std::mt19937 random(3);
        FakeTable live;
        fill(live, rows, random);
        const Table &table = live.table();
        const TableView view = table.view();
        for (int column = -1; column < table.schema().columnCount(); ++column) {
            for (const bool descending : { false, true }) {
                const OrderSpec spec { column, descending };
                const Order expected = naiveOrder(table, spec, [](Table::Slot) { return true; });
                const Order order = sorted(view, spec, candidates(view));
                QCOMPARE(order, expected);
                QVERIFY(std::is_sorted(order.begin(), order.end(), RowLess(view, spec)));
                Order first = firstSorted(view, spec, candidates(view), 40);
                QCOMPARE(first.first(std::min<qsizetype>(40, first.size())),
                    expected.first(std::min<qsizetype>(40, expected.size())));
                std::sort(first.begin(), first.end());
                QCOMPARE(first, candidates(view)); // nobody lost
            }
        }
    }

    void putsIpv4First()
    {
        Table table(fakeSchema());
        static const char *const ascending[] = { "0.0.0.0", "10.0.0.2", "10.0.0.10", "255.255.255.255", "::", "::1",
            "::fffe:0:0", "::1:0:0:0", "::ffff:0:0:0", "2001:db8::2", "2001:db8::10", "ffff::" };
        for (size_t i = 0; i < std::size(ascending); ++i)
            table.column(fake::From).setAddress(table.insert({ 0, 100 - i }), *Address::parse(ascending[i]));
        const Order order = sorted(table.view(), { fake::From, false }, candidates(table.view()));
        for (qsizetype i = 0; i < order.size(); ++i)
            QCOMPARE(order[i], Table::Slot(i));
    }

    /// Any batch of changes, merged, gives what sorting everything afresh gives.
    void mergesLikeSortingAfresh()
    {
        std::mt19937 random(4);
        FakeTable live;
        Table &table = live.raw();
        fill(live, 120, random);
        RowId nextId = 1000;
        OrderSpec spec { fake::User, false };
        const Schema schema = fakeSchema();
        Filter filter;
        Order order = naiveOrder(table, spec, [](Table::Slot) { return true; });
        int sames = 0;
        int appends = 0;
        for (int step = 0; step < 30'000; ++step) {
            if (step % 500 == 499) {
                spec = { int(random() % 10) - 1, random() % 2 == 0 };
                static const char *const filters[]
                    = { "", "alice", "port>100", "!user=?", "state:i | address:10.0.0.0/8" };
                filter = Filter::parse(QLatin1String(filters[random() % std::size(filters)]), schema).value();
                const FilterRun run(filter, table.view(), {});
                order = naiveOrder(table, spec, [&](Table::Slot s) { return run.matches(s); });
            }
            Order dirty;
            const auto row = [&]() -> Table::Slot {
                for (int tries = 0; tries < 1000; ++tries)
                    if (const auto slot = Table::Slot(random() % table.slotEnd()); table.isLive(slot))
                        return slot;
                return Table::NoSlot;
            };
            for (int n = int(random() % 5); n > 0; --n) {
                const int what = int(random() % 4);
                if (what == 0 && table.rowCount() < 200) {
                    const Table::Slot slot
                        = table.insert({ quint16(random() % 3), random() % 4 ? nextId++ : MaxRowId - nextId++ });
                    for (int c = 0; c < 9; ++c)
                        table.column(c).set(slot, randomValue(schema.column(c).type, random));
                    dirty.append(slot);
                } else if (what == 1 && table.rowCount() > 60) {
                    const Table::Slot slot = row();
                    if (const qsizetype at = order.indexOf(slot); at >= 0)
                        order[at] = Table::NoSlot; // it may be another row's soon
                    table.remove(slot);
                    dirty.append(slot);
                } else {
                    const Table::Slot slot = row();
                    const int c = int(random() % 9);
                    table.column(c).set(slot, randomValue(schema.column(c).type, random));
                    dirty.append(slot);
                }
            }
            const FilterRun run(filter, table.view(), {});
            const Order expected = naiveOrder(table, spec, [&](Table::Slot s) { return run.matches(s); });
            const Merged merge = merged(order, spec, run, dirty);
            QCOMPARE(merge.order, expected);
            QCOMPARE(merge.same, expected == order);
            QCOMPARE(merge.appended, expected.size() > order.size() && expected.first(order.size()) == order);
            sames += merge.same;
            appends += merge.appended;
            for (const qsizetype at : merge.left)
                QVERIFY(order[at] == Table::NoSlot || !expected.contains(order[at]));
            qsizetype stayed = 0;
            for (const Table::Slot slot : order)
                stayed += slot != Table::NoSlot && expected.contains(slot);
            QCOMPARE(merge.left.size(), order.size() - stayed);
            for (qsizetype at = 0; at < expected.size(); ++at)
                if (dirty.contains(expected[at]))
                    QVERIFY(at >= merge.firstDirty && at <= merge.lastDirty);
            order = merge.order;
        }
        QVERIFY2(sames > 1000 && appends > 30,
            qPrintable(QStringLiteral("%1 %2").arg(sames).arg(appends))); // the random walk came by all cases
    }
};

QTEST_APPLESS_MAIN(TestOrder)
#include "tst_order.moc"
