// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts against a list of addresses, also while accounts come and go; and the table of activity, which is made in
// the same way.
#include "core/base/safetext.h"
#include "core/client/compare.h"
#include "core/table/activitytable.h"
#include "tests/unit/faketable.h"

#include <QTest>

#include <map>

using namespace mailhelm;

namespace
{

Schema usersSchema()
{
    const Schema &schema = schemaOf(TableId::Users);
    return Schema(schema.id(), schema.name(),
        schema.columns() + QList<ColumnSpec> { { "server", ColumnType::Text, "Server", {} } });
}

AddressList listOf(const QByteArrayList &addresses)
{
    AddressList list;
    for (const QByteArray &address : addresses)
        list.entries.append({ address, list.entries.size() + 2 });
    return list;
}

/// "list user line" of each row, sorted.
QStringList digest(const Comparison &comparison)
{
    const Table &table = comparison.table();
    QStringList out;
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot) {
        if (!table.isLive(slot))
            continue;
        const Value line = table.column(comparison.lineColumn()).value(slot);
        out.append(
            QStringLiteral("%1 %2/%3 %4")
                .arg(QString::fromUtf8(table.column(comparison.listColumn()).text(slot)),
                    QString::number(table.keyAt(slot).server), QString::fromUtf8(table.column(users::User).text(slot)),
                    std::holds_alternative<qint64>(line) ? QString::number(std::get<qint64>(line)) : QString()));
    }
    out.sort();
    return out;
}

/// Follows publications alone.
class Mirror
{
public:
    explicit Mirror(const LiveTable &table)
        : m_table(table)
    {
        for (Table::Slot slot = 0; slot < table.table().slotEnd(); ++slot)
            if (table.table().isLive(slot))
                m_rows.emplace(table.table().keyAt(slot), cells(slot));
        QObject::connect(&table, &LiveTable::columnAdded, &table, [this](int) {
            for (auto &[key, row] : m_rows)
                row.append(Value()); // unknown in the rows that are there
        });
        QObject::connect(&table, &LiveTable::published, &table, [this](const Publication &p) {
            for (const Table::Slot slot : p.removed)
                m_sound = m_sound && m_rows.erase(m_table.table().keyAt(slot)) == 1;
            for (const Table::Slot slot : p.inserted)
                m_sound = m_sound && m_rows.emplace(m_table.table().keyAt(slot), cells(slot)).second;
            for (const Table::Slot slot : p.changed + p.touched)
                m_sound = m_sound && std::exchange(m_rows.at(m_table.table().keyAt(slot)), cells(slot)) != cells(slot);
        });
    }
    bool agrees() const
    {
        std::map<RowKey, QList<Value>> now;
        for (Table::Slot slot = 0; slot < m_table.table().slotEnd(); ++slot)
            if (m_table.table().isLive(slot))
                now.emplace(m_table.table().keyAt(slot), cells(slot));
        return m_sound && now == m_rows;
    }

private:
    QList<Value> cells(Table::Slot slot) const
    {
        QList<Value> out;
        for (int c = 0; c < m_table.table().schema().columnCount(); ++c)
            out.append(m_table.table().column(c).value(slot));
        return out;
    }
    const LiveTable &m_table;
    std::map<RowKey, QList<Value>> m_rows;
    bool m_sound = true;
};

} // namespace

class TestCompare : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comparesIgnoringCase();
    void severalServersAreOneSide();
    void followsTheAccounts();
    void equalsAComparisonAnew_data();
    void equalsAComparisonAnew();
    void activityFollowsTheAccounts();
    void manyAccounts();

private:
    static Table::Slot add(FakeTable &table, RowKey key, const QByteArray &user)
    {
        const Table::Slot slot = table.add(key);
        table.raw().column(users::User).setText(slot, user);
        table.raw().column(table.table().schema().indexOf("server")).setText(slot, "mx");
        return slot;
    }
};

void TestCompare::comparesIgnoringCase()
{
    FakeTable accounts(usersSchema());
    add(accounts, { 1, 1 }, "Alice@example.org");
    add(accounts, { 1, 2 }, "bob@example.org");
    accounts.publish();
    const Comparison comparison(accounts, listOf({ "ALICE@example.org", "carol@example.org" }));
    QCOMPARE(digest(comparison),
        QStringList({ QStringLiteral("both 1/Alice@example.org 2"), QStringLiteral("only_list 0/carol@example.org 3"),
            QStringLiteral("only_server 1/bob@example.org ") }));
    QCOMPARE(comparison.counts().both, 1);
    QCOMPARE(comparison.counts().onlyList, 1);
    QCOMPARE(comparison.counts().onlyServer, 1);
}

void TestCompare::severalServersAreOneSide()
{
    FakeTable accounts(usersSchema());
    add(accounts, { 1, 1 }, "alice");
    add(accounts, { 2, 1 }, "alice");
    accounts.publish();
    const Comparison comparison(accounts, listOf({ "alice" }));
    QCOMPARE(digest(comparison), QStringList({ QStringLiteral("both 1/alice 2"), QStringLiteral("both 2/alice 2") }));
}

void TestCompare::followsTheAccounts()
{
    FakeTable accounts(usersSchema());
    const Table::Slot alice = add(accounts, { 1, 1 }, "alice");
    accounts.publish();
    const Comparison comparison(accounts, listOf({ "alice", "bob" }));
    const Mirror mirror(comparison);
    accounts.change(alice, users::Enabled, QByteArray("disabled"));
    accounts.publish();
    QCOMPARE(comparison.table().column(users::Enabled).text(comparison.table().slotOf({ 1, 1 })),
        QByteArrayView("disabled"));
    accounts.remove(alice); // deleted: now the list alone has it
    add(accounts, { 1, 2 }, "bob");
    accounts.publish();
    QCOMPARE(
        digest(comparison), QStringList({ QStringLiteral("both 1/bob 3"), QStringLiteral("only_list 0/alice 2") }));
    QVERIFY(mirror.agrees());
}

void TestCompare::equalsAComparisonAnew_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 4; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestCompare::equalsAComparisonAnew()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    const auto below = [&](int n) { return int(random() % unsigned(n)); };
    const auto name = [&] { return (below(2) ? "User" : "user") + QByteArray::number(below(15)); };
    FakeTable accounts(usersSchema());
    AddressList list = listOf({ "user1", "USER3", "user5", "user7", "user9", "user99" });
    const Comparison comparison(accounts, list);
    const Mirror mirror(comparison);
    RowId next = 1;
    for (int step = 0; step < 1000; ++step) {
        for (int i = below(5); i >= 0; --i) {
            const int what = below(10);
            if (what < 4 || accounts.table().rowCount() == 0) {
                add(accounts, { quint16(1 + below(2)), next++ }, name());
                continue;
            }
            Table::Slot slot = 0;
            do
                slot = Table::Slot(below(int(accounts.table().slotEnd())));
            while (!accounts.table().isLive(slot));
            if (accounts.isPending(slot))
                continue;
            if (what < 7)
                accounts.remove(slot);
            else if (what == 7)
                accounts.change(slot, users::User, below(5) ? Value(name()) : Value());
            else
                accounts.change(slot, users::MailboxBytes, qint64(below(5)));
        }
        if (step % 250 == 100)
            accounts.addColumn("new" + QByteArray::number(step), ColumnType::Text);
        accounts.publish();
        QVERIFY2(mirror.agrees(), qPrintable(QStringLiteral("step %1").arg(step)));
        QMap<QByteArray, int> listed;
        QStringList expected;
        for (const AddressList::Entry &entry : list.entries)
            listed.insert(entry.address.toLower(), int(entry.line));
        QMap<QByteArray, int> alone = listed;
        const Table &table = accounts.table();
        for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot) {
            if (!table.isLive(slot))
                continue;
            const QByteArray user
                = table.column(users::User).isKnown(slot) ? table.column(users::User).text(slot).toByteArray() : "";
            const int line = listed.value(user.toLower());
            alone.remove(user.toLower());
            expected.append(QStringLiteral("%1 %2/%3 %4")
                                .arg(line > 0 ? QStringLiteral("both") : QStringLiteral("only_server"),
                                    QString::number(table.keyAt(slot).server), QString::fromUtf8(user),
                                    line > 0 ? QString::number(line) : QString()));
        }
        for (const AddressList::Entry &entry : list.entries)
            if (alone.contains(entry.address.toLower()))
                expected.append(
                    QStringLiteral("only_list 0/%1 %2").arg(QString::fromUtf8(entry.address)).arg(entry.line));
        expected.sort();
        // A user who is not known has no text to read.
        for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
            if (table.isLive(slot) && !table.column(users::User).isKnown(slot))
                accounts.remove(slot);
        accounts.publish();
        expected.removeIf([](const QString &row) {
            return row.startsWith(QStringLiteral("only_server 1/ "))
                || row.startsWith(QStringLiteral("only_server 2/ "));
        });
        QCOMPARE(digest(comparison), expected);
        QCOMPARE(comparison.counts().onlyServer + comparison.counts().both, table.rowCount());
        QCOMPARE(comparison.counts().onlyList, comparison.table().rowCount() - table.rowCount());
    }
}

void TestCompare::activityFollowsTheAccounts()
{
    FakeTable accounts(usersSchema());
    const Table::Slot alice = add(accounts, { 1, 1 }, "alice");
    accounts.publish();
    const ActivityTable activity(accounts);
    const Mirror mirror(activity);
    const int since = activity.table().schema().indexOf("inactive_since");
    QVERIFY(since >= 0);
    QCOMPARE(activity.table().schema().name(), "inactive");
    QVERIFY(!activity.table().column(since).isKnown(0));
    accounts.change(alice, users::LastLogin, qint64(5000));
    accounts.publish();
    accounts.change(alice, users::WatchedSince, qint64(7000));
    accounts.publish();
    QCOMPARE(activity.table().column(since).number(activity.table().slotOf({ 1, 1 })), 7000);
    accounts.addColumn("newer", ColumnType::Text);
    accounts.change(alice, accounts.table().schema().indexOf("newer"), QByteArray("x"));
    accounts.publish();
    QCOMPARE(activity.table().column(activity.table().schema().indexOf("newer")).text(0), QByteArrayView("x"));
    QCOMPARE(activity.table().column(since).number(0), 7000);
    accounts.remove(alice);
    accounts.publish();
    QCOMPARE(activity.table().rowCount(), 0);
    QVERIFY(mirror.agrees());
}

void TestCompare::manyAccounts()
{
    FakeTable accounts(usersSchema());
    QByteArrayList addresses;
    for (int i = 0; i < 200'000; ++i) {
        add(accounts, { 1, RowId(i + 1) }, "user" + QByteArray::number(i) + "@example.org");
        addresses.append("user" + QByteArray::number(i + 1000) + "@example.org");
    }
    accounts.publish();
    const Comparison comparison(accounts, listOf(addresses));
    QCOMPARE(comparison.counts().onlyServer, 1000);
    QCOMPARE(comparison.counts().onlyList, 1000);
    QCOMPARE(comparison.counts().both, 199'000);
}

QTEST_GUILESS_MAIN(TestCompare)
#include "tst_compare.moc"
