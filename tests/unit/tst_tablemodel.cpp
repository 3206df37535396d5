// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rowselection.h"
#include "models/tablemodel.h"
#include "tests/unit/faketable.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace mailhelm;

namespace
{

/// What the model ought to show, from scratch.
QList<RowKey> reference(const Table &table, const Filter &filter, OrderSpec spec, const FilterTime &time)
{
    const TableView view = table.view();
    const FilterRun run(filter, view, time);
    Order rows;
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
        if (table.isLive(slot) && run.matches(slot))
            rows.append(slot);
    std::sort(rows.begin(), rows.end(), RowLess(view, spec));
    QList<RowKey> keys;
    for (const Table::Slot slot : rows)
        keys.append(table.keyAt(slot));
    return keys;
}

QList<RowKey> shown(const TableModel &model)
{
    QList<RowKey> keys;
    for (int row = 0; row < model.rowCount(); ++row)
        keys.append(model.keyAt(row));
    return keys;
}

QList<RowKey> present(const TableModel &model)
{
    QList<RowKey> keys;
    for (int row = 0; row < model.rowCount(); ++row)
        if (!model.isGone(row))
            keys.append(model.keyAt(row));
    return keys;
}

QStringList texts(const TableModel &model)
{
    QStringList out;
    for (int row = 0; row < model.rowCount(); ++row)
        for (int column = 0; column < model.columnCount(); ++column)
            out.append(model.index(row, column).data().toString());
    return out;
}

Filter parsed(const char *text)
{
    return Filter::parse(QLatin1String(text), fakeSchema()).value();
}

constexpr TableModel::Options AtOnce { 0, 1'000'000, 200, 0 };
constexpr TableModel::Options OnWorker { 0, 0, 5, 0 };
constexpr TableModel::Options OnWorkerAlone { 0, 0, 5, 0, 0 }; // nothing is found on the spot
constexpr TableModel::Options Ticking { 3'600'000, 1'000'000, 200, 0 }; // the test calls flush()

} // namespace

class TestTableModel : public QObject
{
    Q_OBJECT

private:
    /// Random changes, orders, filters, pauses and moments; after each step the model is what the reference says,
    /// persistent indexes and the selection follow their rows, and rowsLeft() has named everybody who went.
    void walk(TableModel::Options options, unsigned seed, int steps, int markMs = 0)
    {
        std::mt19937 random(seed);
        FakeTable live;
        const auto below = [&](int n) { return int(random() % unsigned(n)); };
        for (RowId id = 1; id <= 60; ++id)
            live.addRandom({ quint16(id % 3), id }, random);
        live.publish();
        live.time().offsets = { { 1, 40'000'000 } };
        if (markMs == 0)
            live.m_mostKept = 5; // slots are soon used again
        TableModel model(&live, options);
        model.setMarks(markMs, markMs);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        RowSelection selection(&model);
        QSet<RowKey> selected;
        QSet<RowKey> wentSince; // the last look; some are back already
        const auto setOf = [](const QList<RowKey> &keys) { return QSet<RowKey>(keys.begin(), keys.end()); };
        QSet<RowKey> told = setOf(present(model));
        connect(&model, &TableModel::rowsLeft, &model, [&](const QList<RowKey> &keys) {
            for (const RowKey key : keys)
                QVERIFY2(told.remove(key), "left without having been there");
            selected.intersect(told);
            wentSince.unite(setOf(keys));
        });
        connect(&model, &TableModel::countsChanged, &model, [&] {
            const QSet<RowKey> now = setOf(present(model));
            QVERIFY2(now.contains(told), "went without being named");
            told = now;
        });
        RowId nextId = 1000;
        int marked = 0;
        QList<QPair<QPersistentModelIndex, RowKey>> held;
        std::optional<QList<RowKey>> still; ///< the rows since they are held
        static const char *const filters[]
            = { "", "alice", "since>1h", "since<50m | user=?", "bytes_in>1M", "port>3 state:i" };

        for (int step = 0; step < steps; ++step) {
            for (int n = below(8); n > 0; --n) {
                const auto slot = Table::Slot(below(int(live.table().slotEnd())));
                const bool free = live.table().isLive(slot) && !live.isPending(slot);
                const int what = below(10);
                if (what < 2 && live.table().rowCount() < 120)
                    live.addRandom({ quint16(below(3)), nextId++ }, random);
                else if (what == 2 && free && live.table().rowCount() > 30)
                    live.remove(slot);
                else if (free) {
                    const int column = below(9);
                    live.change(slot, column, randomValue(live.table().schema().column(column).type, random));
                }
            }
            if (below(60) == 0) { // the whole of a server goes
                for (Table::Slot slot = 0; slot < live.table().slotEnd(); ++slot)
                    if (live.table().isLive(slot) && live.table().keyAt(slot).server == 2 && !live.isPending(slot))
                        live.remove(slot);
            }
            live.publish();
            if (below(3) == 0)
                live.time().nowUs += qint64(below(600)) * 1'000'000 / (markMs > 0 ? 1000 : 1);
            if (below(50) == 0)
                live.time().nowUs -= 3'000'000'000;
            if (still && !model.isPaused() && !model.isBusy() && options.smallTable > 0) {
                // None moved, came or left; some went.
                QCOMPARE(model.rowCount(), still->size());
                for (int row = 0; row < model.rowCount(); ++row)
                    if (model.keyAt(row).id != 0)
                        QCOMPARE(model.keyAt(row), still->at(row));
            }
            if (below(12) == 0)
                model.sort(below(10) - 1, below(2) ? Qt::AscendingOrder : Qt::DescendingOrder);
            if (below(12) == 0)
                model.setFilter(parsed(filters[below(int(std::size(filters)))]));
            if (below(15) == 0)
                model.setPaused(!model.isPaused());
            if (below(15) == 0)
                model.setHeld(!model.isHeld());
            still = model.isHeld() ? std::optional(shown(model)) : std::nullopt;
            if ((options.smallTable == 0 || model.isPaused() || model.isHeld()) && below(3) != 0)
                continue; // more changes while the worker is at work, or it is paused or held
            if (model.isPaused())
                model.setPaused(false);
            model.setHeld(false);
            still.reset();
            do { // time may have passed while the worker was at work
                model.flush();
                QTRY_VERIFY(!model.isBusy());
                model.flush();
            } while (model.isBusy());

            const QList<RowKey> expected = reference(live.table(), model.filter(), model.order(), live.filterTime());
            QCOMPARE(present(model), expected);
            QCOMPARE(model.presentCount(), expected.size());
            if (markMs == 0)
                QCOMPARE(shown(model), expected);
            for (int row = 0; row < model.rowCount(); ++row)
                QCOMPARE(model.rowOf(model.keyAt(row)), row);
            QMap<QByteArray, qsizetype> states;
            for (const RowKey key : expected)
                if (const Column &cells = live.table().column(fake::State); cells.isKnown(live.table().slotOf(key)))
                    ++states[cells.text(live.table().slotOf(key)).toByteArray()];
            QMap<QByteArray, qsizetype> counted;
            for (const auto &[state, count] : model.countsOf(fake::State))
                counted.insert(state, count);
            QCOMPARE(counted, states);
            marked += model.rowCount() - int(expected.size());
            QCOMPARE(model.total(), live.table().rowCount());
            QCOMPARE(told, setOf(expected));
            for (const auto &[index, key] : held) {
                if (index.isValid())
                    QCOMPARE(model.keyAt(index.row()), key);
                else
                    QVERIFY(wentSince.contains(key));
            }
            QCOMPARE(selection.keys(), selected);

            held.clear();
            wentSince.clear();
            for (int n = 0; n < 5 && !expected.isEmpty(); ++n) {
                const RowKey key = expected[below(int(expected.size()))];
                const int row = model.rowOf(key);
                held.append({ QPersistentModelIndex(model.index(row, below(model.columnCount()))), key });
                if (below(4) == 0) {
                    selection.toggle(row);
                    selected.contains(key) ? (void)selected.remove(key) : (void)selected.insert(key);
                }
            }
        }
        QCOMPARE(marked > 0, markMs > 0);
    }

private Q_SLOTS:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".?"))); }

    void followsEveryPublication() { walk(AtOnce, 1, 6000); }
    void followsByTicks() { walk(Ticking, 2, 6000); }
    void followsThroughTheWorker() { walk(OnWorker, 3, 6000); }
    void marksWhatCameAndWentAtOnce() { walk(AtOnce, 4, 4000, 2000); }
    void marksWhatCameAndWentByTicks() { walk(Ticking, 5, 4000, 2000); }
    void marksWhatCameAndWentThroughTheWorker() { walk(OnWorker, 6, 4000, 2000); }

    void rowsThatWentStayAWhileAndAreNobodysToActOn()
    {
        FakeTable live;
        for (RowId id = 1; id <= 3; ++id)
            live.raw().column(fake::User).setText(live.add({ 1, id }), "user" + QByteArray::number(id));
        live.publish();
        TableModel model(&live, AtOnce);
        RowSelection selection(&model);
        model.setMarks(2000, 2000);
        selection.selectAll();
        live.remove(1);
        live.publish();
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.presentCount(), 2);
        QCOMPARE(model.total(), 2);
        QVERIFY(model.isGone(1));
        QCOMPARE(model.index(1, fake::User).data().toString(), QStringLiteral("user2"));
        QCOMPARE(selection.count(), 2);
        selection.selectOnly(1);
        QVERIFY(selection.isEmpty());
        selection.extendTo(2); // the range begins where the click was
        QCOMPARE(selection.keys(), QSet<RowKey>({ { 1, 3 } }));
        selection.selectAll();
        QCOMPARE(selection.count(), 2);
        live.add({ 1, 4 });
        live.publish();
        QCOMPARE(model.freshness(3), 1.0);
        QCOMPARE(model.freshness(0), 0.0);
        live.time().nowUs += 1'000'000;
        model.flush();
        QCOMPARE(model.freshness(3), 0.5);
        QCOMPARE(model.rowCount(), 4);
        live.time().nowUs += 1'000'000;
        model.flush();
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.freshness(2), 0.0);
        QVERIFY(!model.hasMarks());
    }

    void whatAServerSendsWhenItIsConnectedIsNoNews()
    {
        FakeTable live;
        TableModel model(&live, AtOnce);
        model.setMarks(2000, 2000);
        model.setQuietServers({ 1 });
        live.add({ 1, 1 });
        live.publish();
        live.remove(0);
        live.publish();
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(!model.hasMarks());
    }

    void whatCameDuringAPauseIsNewAfterwards()
    {
        FakeTable live;
        live.add({ 1, 1 });
        live.publish();
        TableModel model(&live, AtOnce);
        model.setMarks(2000, 2000);
        model.setPaused(true);
        live.add({ 1, 2 });
        live.publish();
        QVERIFY(!model.hasMarks());
        model.setPaused(false);
        QCOMPARE(model.freshness(0), 0.0);
        QCOMPARE(model.freshness(1), 1.0);
    }

    void marksGoWhenTheTableKeepsTheRowNoLonger()
    {
        FakeTable live;
        for (RowId id = 1; id <= 9; ++id)
            live.add({ 1, id });
        live.publish();
        TableModel model(&live, AtOnce);
        model.setMarks(2000, 2000);
        live.raw().keepRemoved(2);
        for (Table::Slot slot = 0; slot < 5; ++slot) {
            live.remove(slot);
            live.publish();
        }
        model.flush();
        QCOMPARE(model.rowCount() - model.presentCount(), 2);
        live.add({ 1, 3 }); // back, in another slot: the one that went is not shown beside it
        live.publish();
        QCOMPARE(model.presentCount(), 5);
        model.sort(fake::User);
        QCOMPARE(model.rowCount(), 5);
    }
    void followsThroughTheWorkerAlone() { walk(OnWorkerAlone, 4, 6000); }

    void showsNoWordOfARowThatIsGone()
    {
        FakeTable live;
        live.add({ 1, 1 });
        live.add({ 1, 2 });
        live.raw().column(fake::User).setText(0, "alice");
        live.raw().column(fake::User).setText(1, "bob");
        live.publish();
        TableModel model(&live, Ticking);
        live.change(1, fake::User, QByteArray("bert"));
        live.publish(); // starts the tick
        live.remove(0);
        live.publish();
        live.add({ 1, 3 }); // takes the slot of row 1
        live.raw().column(fake::User).setText(0, "carol");
        live.publish();
        QCOMPARE(model.rowCount(), 2);
        QVERIFY(model.isGone(0));
        QCOMPARE(model.keyAt(0), (RowKey { 1, 1 }));
        QCOMPARE(model.index(0, fake::User).data(), QVariant());
        QCOMPARE(model.total(), 2);
        model.flush();
        QCOMPARE(shown(model), (QList<RowKey> { { 1, 2 }, { 1, 3 } }));
        QCOMPARE(model.index(1, fake::User).data().toString(), QStringLiteral("carol"));
    }

    void aRowThatCameBackNeverLeft()
    {
        FakeTable live;
        live.add({ 1, 1 });
        live.add({ 1, 2 });
        live.publish();
        TableModel model(&live, Ticking);
        RowSelection selection(&model);
        selection.selectOnly(0);
        const QPersistentModelIndex index(model.index(0, 0));
        live.change(1, fake::Port, qint64(1));
        live.publish();
        live.remove(0);
        live.publish();
        live.add({ 1, 3 });
        live.add({ 1, 1 }); // in another slot now
        live.publish();
        model.flush();
        QCOMPARE(selection.keys(), (QSet<RowKey> { { 1, 1 } }));
        QCOMPARE(model.keyAt(index.row()), (RowKey { 1, 1 }));
    }

    void tellsAThousandChangesAtOneStroke()
    {
        std::mt19937 random(5);
        FakeTable live;
        for (RowId id = 1; id <= 2000; ++id)
            live.addRandom({ 0, id }, random);
        live.publish();
        TableModel model(&live, AtOnce);
        model.sort(fake::User);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
        QSignalSpy layout(&model, &QAbstractItemModel::layoutChanged);
        QSignalSpy data(&model, &QAbstractItemModel::dataChanged);
        for (RowId id = 5001; id <= 6000; ++id)
            live.addRandom({ 0, id }, random);
        live.publish();
        QCOMPARE(inserted.count(), 1);
        QCOMPARE(inserted[0][1].toInt(), 2000);
        QCOMPARE(inserted[0][2].toInt(), 2999);
        QCOMPARE(layout.count(), 1);
        for (Table::Slot slot = 0; slot < 1000; ++slot)
            live.remove(slot);
        live.publish();
        QCOMPARE(removed.count(), 1);
        QCOMPARE(layout.count(), 2);
        QCOMPARE(inserted.count(), 1);
        // In place: bytes do not weigh in this order.
        data.clear();
        for (Table::Slot slot = 1500; slot < 1600; ++slot)
            live.change(slot, fake::BytesIn, qint64(777'777'777));
        live.publish();
        QCOMPARE(data.count(), 1);
        QCOMPARE(layout.count(), 2);
        const int first = data[0][0].toModelIndex().row();
        const int last = data[0][1].toModelIndex().row();
        for (int row = 0; row < model.rowCount(); ++row)
            if (model.valueAt(row, fake::BytesIn) == Value(qint64(777'777'777)))
                QVERIFY(row >= first && row <= last);
    }

    void appendsWithoutMovingAnybody()
    {
        FakeTable live;
        live.add({ 0, 1 });
        live.publish();
        TableModel model(&live, AtOnce); // in the order of ids
        QSignalSpy layout(&model, &QAbstractItemModel::layoutChanged);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        live.add({ 0, 2 });
        live.add({ 0, 3 });
        live.publish();
        QCOMPARE(inserted.count(), 1);
        QCOMPARE(layout.count(), 0);
    }

    void sortsTheFirstScreenfulAtOnce()
    {
        std::mt19937 random(6);
        FakeTable live;
        for (RowId id = 1; id <= 3000; ++id)
            live.addRandom({ 0, id }, random);
        live.publish();
        TableModel model(&live, TableModel::Options { 0, 100, 50, 0 });
        QTRY_VERIFY(!model.isBusy());
        QSignalSpy busy(&model, &TableModel::busyChanged);
        model.sort(fake::From, Qt::DescendingOrder);
        QVERIFY(model.isBusy());
        const QList<RowKey> expected = reference(live.table(), {}, { fake::From, true }, live.filterTime());
        QCOMPARE(shown(model).first(50), expected.first(50));
        QCOMPARE(model.rowCount(), 3000);
        QTRY_VERIFY(!model.isBusy());
        QCOMPARE(shown(model), expected);
        QCOMPARE(busy.count(), 2);
        // Of two wishes the last one counts.
        model.sort(fake::Port);
        model.sort(fake::User);
        model.setFilter(parsed("alice"));
        QTRY_VERIFY(!model.isBusy());
        QCOMPARE(shown(model), reference(live.table(), parsed("alice"), { fake::User, false }, live.filterTime()));
    }

    void standsStillWhilePaused()
    {
        std::mt19937 random(7);
        FakeTable live;
        for (RowId id = 1; id <= 50; ++id)
            live.addRandom({ 0, id }, random);
        live.publish();
        TableModel model(&live, AtOnce);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.sort(fake::User);
        model.setPaused(true);
        const QStringList before = texts(model);
        QSignalSpy waiting(&model, &TableModel::waitingChanges);
        for (Table::Slot slot = 0; slot < 10; ++slot)
            live.remove(slot);
        live.change(20, fake::User, QByteArray("zora"));
        live.publish();
        live.addRandom({ 0, 99 }, random); // in the slot of one that went
        live.publish();
        live.time().nowUs += 100'000'000;
        QCOMPARE(texts(model), before);
        QCOMPARE(model.total(), 50);
        QCOMPARE(waiting.last()[0].toInt(), 11);
        QCOMPARE(live.addColumn("newer", ColumnType::Text), 9);
        QCOMPARE(model.columnCount(), 10);
        model.setFilter(parsed("!user=?")); // of what was
        QCOMPARE(model.rowOf({ 0, 99 }), -1);
        model.sort(fake::Port);
        model.setPaused(false);
        QCOMPARE(waiting.last()[0].toInt(), 0);
        QCOMPARE(shown(model), reference(live.table(), model.filter(), model.order(), live.filterTime()));
        QCOMPARE(model.headerData(9, Qt::Horizontal).toString(), QStringLiteral("newer"));
    }

    void agesComeAndGoByThemselves()
    {
        FakeTable live;
        live.add({ 0, 1 });
        live.raw().column(fake::Since).setNumber(0, live.time().nowUs - 3'599'900'000); // an hour in 100 ms
        live.publish();
        TableModel model(&live, AtOnce);
        model.setFilter(parsed("since>1h"));
        QCOMPARE(model.rowCount(), 0);
        live.time().nowUs += 200'000;
        QTRY_COMPARE(model.rowCount(), 1);
    }

    void drawsAgesOnScreenAgain()
    {
        std::mt19937 random(8);
        FakeTable live;
        for (RowId id = 1; id <= 50; ++id)
            live.addRandom({ 0, id }, random);
        live.publish();
        TableModel model(&live, TableModel::Options { 0, 1000, 200, 20 });
        model.setVisibleRows(10, 19);
        QSignalSpy data(&model, &QAbstractItemModel::dataChanged);
        QVERIFY(data.wait());
        for (const QList<QVariant> &signal : data) {
            const QModelIndex first = signal[0].toModelIndex();
            const QModelIndex last = signal[1].toModelIndex();
            QCOMPARE(first.row(), 10);
            QCOMPARE(last.row(), 19);
            QCOMPARE(first.column(), last.column());
            QCOMPARE(model.schema().column(first.column()).type, ColumnType::Time);
        }
    }

    void countsAgesWithTheServersClock()
    {
        FakeTable live;
        live.add({ 3, 1 });
        live.raw().column(fake::Since).setNumber(0, live.time().nowUs);
        live.publish();
        live.time().offsets = { { 3, 41'000'000 } };
        TableModel model(&live, AtOnce);
        QCOMPARE(model.index(0, fake::Since).data().toString(), QStringLiteral("41 s"));
        live.time().offsets = { { 3, 180'000'000 } };
        Q_EMIT live.timeChanged();
        QCOMPARE(model.index(0, fake::Since).data().toString(), QStringLiteral("3 min"));
    }

    void survivesItsOwnEndWhileTheWorkerWorks()
    {
        std::mt19937 random(9);
        FakeTable live;
        for (RowId id = 1; id <= 20'000; ++id)
            live.addRandom({ 0, id }, random);
        live.publish();
        for (int i = 0; i < 20; ++i) {
            TableModel model(&live, OnWorker);
            model.sort(fake::User);
        }
        QCOMPARE(live.table().rowCount(), 20'000);
    }

    void selectsByKey()
    {
        FakeTable live;
        for (RowId id = 1; id <= 10; ++id)
            live.raw().column(fake::Port).setNumber(live.add({ 0, id }), qint64(id));
        live.publish();
        TableModel model(&live, AtOnce);
        RowSelection selection(&model);
        QSignalSpy changed(&selection, &RowSelection::changed);
        const auto ids = [&] {
            QList<int> out;
            for (const RowKey key : selection.inOrder())
                out.append(int(key.id));
            return out;
        };
        selection.selectOnly(2);
        selection.extendTo(5);
        QCOMPARE(ids(), (QList<int> { 3, 4, 5, 6 }));
        selection.extendTo(1); // from the same beginning
        QCOMPARE(ids(), (QList<int> { 2, 3 }));
        model.sort(fake::Port, Qt::DescendingOrder);
        QCOMPARE(ids(), (QList<int> { 3, 2 }));
        QCOMPARE(changed.count(), 3);
        selection.extendTo(0); // the beginning moved along with its row
        QCOMPARE(ids(), (QList<int> { 10, 9, 8, 7, 6, 5, 4, 3 }));
        selection.toggle(0);
        selection.toggle(9);
        selection.extendTo(8, true);
        QCOMPARE(ids(), (QList<int> { 9, 8, 7, 6, 5, 4, 3, 2, 1 }));
        selection.selectAll();
        QCOMPARE(selection.count(), 10);
        model.setFilter(parsed("port>7"));
        QCOMPARE(ids(), (QList<int> { 10, 9, 8 }));
        model.setFilter(Filter());
        QCOMPARE(selection.count(), 3); // what left does not come back by itself
        live.remove(7);
        live.publish();
        QCOMPARE(ids(), (QList<int> { 10, 9 }));
        selection.setKeys({ { 0, 1 }, { 0, 8 }, { 5, 5 } });
        QCOMPARE(ids(), QList<int> { 1 });
        selection.clear();
        QVERIFY(selection.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestTableModel)
#include "tst_tablemodel.moc"
