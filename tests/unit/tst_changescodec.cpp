// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/cbor.h"
#include "core/protocol/changescodec.h"
#include "core/protocol/codec.h"
#include "core/table/changelog.h"

#include <QSet>
#include <QTest>

#include <map>
#include <random>

using namespace mailhelm;

namespace
{

Schema allTypes()
{
    return Schema(TableId::Connections, "everything",
        { { "word", ColumnType::Text, "", {} }, { "choice", ColumnType::Choice, "", {} },
            { "unique", ColumnType::Text, "", ColumnTrait::MostlyUnique }, { "time", ColumnType::Time, "", {} },
            { "number", ColumnType::Number, "", {} }, { "flag", ColumnType::Flag, "", {} },
            { "address", ColumnType::Address, "", {} }, { "bytes", ColumnType::Number, "", ColumnTrait::Volatile } });
}

using Cells = QList<Value>;
using Rows = std::map<RowId, Cells>;

/// What a client holds: a ChangeSet folded in, cell by cell.
void fold(Rows &rows, const ChangeSet &part, int columns)
{
    if (part.reset && part.first)
        rows.clear();
    for (const RowId id : part.removed)
        rows.erase(id);
    for (const RowGroup &group : part.groups) {
        for (qsizetype r = 0; r < group.ids.size(); ++r) {
            Cells &cells = rows[group.ids[r]];
            cells.resize(columns);
            for (qsizetype c = 0; c < group.columns.size(); ++c)
                cells[group.columns[c]] = group.values[c].value(r);
        }
    }
}

Rows rowsOf(const Table &table)
{
    Rows rows;
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot) {
        if (!table.isLive(slot))
            continue;
        Cells cells;
        for (int c = 0; c < table.schema().columnCount(); ++c)
            cells.append(table.column(c).value(slot));
        rows[table.keyAt(slot).id] = cells;
    }
    return rows;
}

bool isConsistent(const ChangeSet &part, const Schema &schema)
{
    QSet<RowId> ids;
    const auto fresh = [&](RowId id) {
        const bool ok = id != 0 && id <= MaxRowId && !ids.contains(id);
        ids.insert(id);
        return ok;
    };
    if (part.table != schema.id() || !std::all_of(part.removed.begin(), part.removed.end(), fresh))
        return false;
    for (const RowGroup &group : part.groups) {
        if (group.ids.isEmpty() || group.columns.size() != group.values.size()
            || !std::all_of(group.ids.begin(), group.ids.end(), fresh))
            return false;
        for (qsizetype c = 0; c < group.columns.size(); ++c) {
            const Column &column = group.values[c];
            if ((c > 0 && group.columns[c] <= group.columns[c - 1]) || group.columns[c] >= schema.columnCount()
                || column.size() != group.ids.size() || column.type() != schema.column(group.columns[c]).type)
                return false;
            for (qsizetype r = 0; r < column.size(); ++r)
                if (column.isText() && column.isKnown(r) && !isCleanText(column.text(r)))
                    return false;
        }
    }
    return true;
}

const QList<QByteArray> &words()
{
    static const QList<QByteArray> list { "", "ada", "Grace",
        "\xe2\x80\xae"
        "gpj.exe",
        "\xf0\x9f\x92\x8c", "a\nb\tc\x1b[31m", "<b>x</b>", "%1%2",
        "Stra\xc3\x9f"
        "e",
        QByteArray(1024, 'w'), "\xef\xbf\xbd", "=cmd()" };
    return list;
}

class Agent
{
public:
    explicit Agent(quint32 seed, Schema schema = allTypes())
        : m_random(seed)
        , log(std::move(schema), 77, 50)
    {
    }

    quint64 below(quint64 n) { return m_random() % n; }
    Value random(const ColumnSpec &spec)
    {
        if (below(5) == 0)
            return {};
        switch (spec.type) {
        case ColumnType::Time:
        case ColumnType::Number:
            return qint64(m_random() >> below(64)) * (below(8) == 0 ? -1 : 1);
        case ColumnType::Flag:
            return below(2) == 0;
        case ColumnType::Address:
            if (below(16) == 0) {
                Address::Bytes bytes;
                for (quint8 &b : bytes)
                    b = quint8(below(256));
                return Address(bytes);
            }
            return Address::fromV4(quint32(m_random()));
        case ColumnType::Text:
        case ColumnType::Choice:
            return below(2) ? words()[qsizetype(below(quint64(words().size())))]
                            : "user" + QByteArray::number(below(30));
        }
        return {};
    }
    void changeSomething(int times)
    {
        const QList<ColumnSpec> &columns = log.table().schema().columns();
        for (int i = 0; i < times; ++i) {
            const RowId id = 1 + below(60);
            if (below(4) == 0) {
                log.remove(id);
                continue;
            }
            QList<ChangeLog::Cell> cells;
            const bool onlyVolatile = below(3) == 0;
            for (int c = 0; c < columns.size(); ++c)
                if (onlyVolatile ? columns[c].isVolatile() : below(2) == 0)
                    cells.append({ c, random(columns[c]) });
            log.put(id, std::span(cells.constData(), size_t(cells.size())));
        }
    }

private:
    std::mt19937_64 m_random;

public:
    ChangeLog log;
};

/// Everything from `at` to now, through the wire, into `rows`.
void deliver(const ChangeLog &log, ResumeToken &at, quint64 &touched, qsizetype budget, ChangesEncoder &encoder,
    ChangesDecoder &decoder, Rows &rows)
{
    ChangeLog::Walk walk = log.walkFrom(at, touched);
    for (bool last = false; !last;) {
        const ChangeSet part = log.nextPart(walk, budget);
        last = part.last;
        const QByteArray payload = encoder.encode(5, part);
        const auto head = peekHead(payload);
        QVERIFY(head.ok());
        QVERIFY(head.value().is(MessageType::Changes));
        QCOMPARE(head.value().request, 5u);
        QCOMPARE(peekTable(head.value()).value(), part.table);
        const auto got = decoder.decode(head.value().body, log.table().schema());
        QVERIFY2(got.ok(), qPrintable(got.ok() ? QString() : got.error().detail));
        const ChangeSet &set = got.value();
        QCOMPARE(set.epoch, part.epoch);
        QCOMPARE(set.base, part.base);
        QCOMPARE(set.revision, part.revision);
        QCOMPARE(set.reset, part.reset);
        QCOMPARE(set.first, part.first);
        QCOMPARE(set.last, part.last);
        QCOMPARE(set.removed, part.removed);
        QCOMPARE(set.groups.size(), part.groups.size());
        for (qsizetype g = 0; g < set.groups.size(); ++g)
            QCOMPARE(set.groups[g].complete, part.groups[g].complete);
        QVERIFY(isConsistent(set, log.table().schema()));
        fold(rows, set, log.table().schema().columnCount());
    }
    at = { log.epoch(), walk.revision };
    touched = walk.volatileRevision;
}

QByteArray bodyOf(const QByteArray &payload)
{
    return peekHead(payload).value().body.toByteArray();
}

} // namespace

class TestChangesCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void randomChangesArriveAsTheyAre()
    {
        for (quint32 seed = 1; seed <= 30; ++seed) {
            Agent agent(seed);
            ChangesEncoder encoder(agent.log.table().schema());
            ChangesDecoder decoder;
            Rows rows;
            ResumeToken at;
            quint64 touched = 0;
            for (int round = 0; round < 40; ++round) {
                agent.changeSomething(int(agent.below(round % 10 == 9 ? 400 : 30)));
                if (agent.below(12) == 0)
                    at = {}; // the client lost its place: a snapshot
                deliver(agent.log, at, touched, agent.below(2) ? 300 : 100'000, encoder, decoder, rows);
                if (QTest::currentTestFailed())
                    return;
                QVERIFY(rows == rowsOf(agent.log.table()));
            }
        }
    }

    void poolCodesUsedAgainNameTheNewText()
    {
        ChangeLog log(Schema(TableId::Sources, "t", { { "word", ColumnType::Text, "", {} } }), 1);
        ChangesEncoder encoder(log.table().schema());
        ChangesDecoder decoder;
        Rows rows;
        ResumeToken at;
        quint64 touched = 0;
        for (int i = 0; i < 100; ++i) {
            const ChangeLog::Cell cell { 0, "text " + QByteArray::number(i) };
            log.put(1, std::span(&cell, 1)); // the old text goes, its code is taken by the new one
            deliver(log, at, touched, 1000, encoder, decoder, rows);
            QCOMPARE(std::get<QByteArray>(rows[1][0]), "text " + QByteArray::number(i));
        }
        QVERIFY(log.table().column(0).pool().codeEnd() <= 2);
    }

    void aTextTravelsOnce()
    {
        ChangeLog log(Schema(TableId::Sources, "t", { { "word", ColumnType::Text, "", {} } }), 1);
        ChangesEncoder encoder(log.table().schema());
        const QByteArray word(200, 'w');
        ResumeToken at;
        QByteArray first, second;
        for (RowId id = 1; id <= 2; ++id) {
            const ChangeLog::Cell cell { 0, word };
            log.put(id, std::span(&cell, 1));
            auto walk = log.walkFrom(at, 0);
            at = { 1, log.revision() };
            (id == 1 ? first : second) = encoder.encode(0, log.nextPart(walk, 1000));
            if (id == 1) // a snapshot has cleared the dictionary; the delta that follows uses it
                QVERIFY(first.contains(word));
        }
        QVERIFY(!second.contains(word));
        QVERIFY(second.size() < 60);
        // Without the part that brought it, the code means nothing.
        ChangesDecoder decoder;
        const auto got = decoder.decode(bodyOf(second), log.table().schema());
        QVERIFY(!got.ok());
        QVERIFY(got.error().detail.contains(QLatin1String("dictionary")));
        QVERIFY(!decoder.decode(bodyOf(first), log.table().schema()).ok()); // and that decoder is done with
    }

    void aDictionaryThatOutgrewItsTableStartsAfresh()
    {
        ChangeLog log(Schema(TableId::Sources, "t", { { "word", ColumnType::Text, "", {} } }), 1);
        ChangesEncoder encoder(log.table().schema());
        ChangesDecoder decoder;
        Rows rows;
        ResumeToken at;
        quint64 touched = 0;
        qsizetype largest = 0;
        bool shrank = false;
        for (int round = 0; round < 160; ++round) {
            for (RowId id = 1; id <= 500; ++id) {
                const ChangeLog::Cell cell { 0, QByteArray::number(round) + '-' + QByteArray::number(id) };
                log.put(id, std::span(&cell, 1));
            }
            const qsizetype before = encoder.dictionarySize();
            deliver(log, at, touched, 1 << 20, encoder, decoder, rows);
            if (QTest::currentTestFailed())
                return;
            shrank = shrank || encoder.dictionarySize() < before;
            largest = std::max(largest, encoder.dictionarySize());
        }
        QVERIFY(shrank);
        QVERIFY(largest <= 2 * 500 + 65536 + 500);
        QVERIFY(rows == rowsOf(log.table()));
    }

    void textThatIsNotUtf8IsMendedOnTheWay()
    {
        ChangeLog log(allTypes(), 1);
        // Halves of one character in neighbouring cells: valid together, not alone.
        const QList<QByteArray> bad { "a\xc3", "\xa9z", QByteArray("a\0b", 3), "\xff" };
        for (qsizetype i = 0; i < bad.size(); ++i) {
            const std::array cells { ChangeLog::Cell { 0, bad[i] }, ChangeLog::Cell { 2, bad[i] } };
            log.put(RowId(i + 1), cells);
        }
        ChangesEncoder encoder(log.table().schema());
        ChangesDecoder decoder;
        Rows rows;
        ResumeToken at;
        quint64 touched = 0;
        deliver(log, at, touched, 10'000, encoder, decoder, rows);
        QCOMPARE(rows.size(), size_t(4));
        QCOMPARE(std::get<QByteArray>(rows[1][0]), "a\xef\xbf\xbd");
        QCOMPARE(std::get<QByteArray>(rows[3][2]),
            "a\xef\xbf\xbd"
            "b");
    }

    void numbersTravelAsNarrowAsTheyAre_data()
    {
        QTest::addColumn<qint64>("number");
        QTest::addColumn<int>("width");
        QTest::newRow("0") << qint64(0) << 1;
        QTest::newRow("255") << qint64(255) << 1;
        QTest::newRow("256") << qint64(256) << 2;
        QTest::newRow("65535") << qint64(65535) << 2;
        QTest::newRow("65536") << qint64(65536) << 4;
        QTest::newRow("2^32-1") << qint64(0xffffffff) << 4;
        QTest::newRow("2^32") << qint64(0x100000000) << 8;
        QTest::newRow("-1") << qint64(-1) << 8;
        QTest::newRow("least") << std::numeric_limits<qint64>::min() << 8;
        QTest::newRow("most") << std::numeric_limits<qint64>::max() << 8;
    }
    void numbersTravelAsNarrowAsTheyAre()
    {
        QFETCH(qint64, number);
        QFETCH(int, width);
        const Schema schema(TableId::Sources, "t", { { "n", ColumnType::Number, "", {} } });
        const auto part = [&](qsizetype rows) {
            ChangeSet set;
            set.table = TableId::Sources;
            RowGroup group;
            group.columns = { 0 };
            Column column(ColumnType::Number);
            column.resize(rows);
            for (qsizetype i = 0; i < rows; ++i) {
                group.ids.append(RowId(i + 1));
                column.setNumber(i, number);
            }
            group.values = { column };
            set.groups = { group };
            return set;
        };
        const QByteArray one = ChangesEncoder(schema).encode(0, part(10));
        const QByteArray two = ChangesEncoder(schema).encode(0, part(11));
        QCOMPARE(two.size() - one.size(), qsizetype(8 + width));
        const auto got = ChangesDecoder().decode(bodyOf(two), schema);
        QVERIFY(got.ok());
        QCOMPARE(got.value().groups[0].values[0].number(10), number);
    }

    void whatBreaksARuleIsRefused_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("why");
        // Table 7, columns: 0 word, 1 unique text, 2 number, 3 flag, 4 address. Bodies in hex, made by hand.
        const QByteArray start = "a6"
                                 "0107"
                                 "0201"
                                 "0301"
                                 "0402"
                                 "0506"
                                 "07";
        const QByteArray two = "81a3"
                               "01f5"
                               "02d847"
                               "50"
                               "0100000000000000"
                               "0200000000000000"
                               "03";
        const auto row = [](const char *name, const QByteArray &hex, const char *why) {
            QTest::newRow(name) << QByteArray::fromHex(hex) << QString::fromLatin1(why);
        };
        row("fine",
            start + two
                + "81"
                  "8302f6"
                  "d840"
                  "420506",
            "");
        row("another table",
            "a5"
            "0103"
            "0201"
            "0301"
            "0402"
            "0506",
            "another table");
        row("no table",
            "a4"
            "0201"
            "0301"
            "0402"
            "0506",
            "\"table\"");
        row("older revision",
            "a5"
            "0107"
            "0201"
            "0303"
            "0402"
            "0506",
            "older revision");
        row("reset without fresh dictionary",
            "a5"
            "0107"
            "0201"
            "0301"
            "0402"
            "0503",
            "fresh dictionary");
        row("unknown flag",
            "a5"
            "0107"
            "0201"
            "0301"
            "0402"
            "0510",
            "\"flags\"");
        row("no rows",
            start
                + "81a3"
                  "01f5"
                  "02d84740"
                  "0380",
            "no rows");
        row("id 0",
            start
                + "81a3"
                  "01f5"
                  "02d847"
                  "48"
                  "0000000000000000"
                  "0380",
            "id is 0");
        row("id with sign",
            start
                + "81a3"
                  "01f5"
                  "02d847"
                  "48"
                  "0000000000000080"
                  "0380",
            "id is 0");
        row("id twice",
            start
                + "81a3"
                  "01f5"
                  "02d847"
                  "50"
                  "0100000000000000"
                  "0100000000000000"
                  "0380",
            "twice");
        row("removed and there",
            "a7"
            "0107"
            "0201"
            "0301"
            "0402"
            "0506"
            "06d847"
            "480100000000000000"
            "07" + two
                + "80",
            "twice");
        row("half an id",
            start
                + "81a3"
                  "01f5"
                  "02d847"
                  "47"
                  "01000000000000"
                  "0380",
            "within an element");
        row("ids of 32 bits",
            start
                + "81a3"
                  "01f5"
                  "02d846"
                  "44"
                  "01000000"
                  "0380",
            "64-bit");
        row("no such column",
            start + two
                + "81"
                  "8305f6"
                  "d840"
                  "420506",
            "do not ascend");
        row("column twice",
            start + two
                + "82"
                  "8302f6d840420506"
                  "8302f6d840420506",
            "do not ascend");
        row("one number too few",
            start + two
                + "81"
                  "8302f6"
                  "d840"
                  "4105",
            "a number for each row");
        row("one number too many",
            start + two
                + "81"
                  "8302f6"
                  "d840"
                  "43050607",
            "a number for each row");
        row("numbers without sign",
            start + two
                + "81"
                  "8302f6"
                  "d847"
                  "50"
                  "01000000000000000200000000000000",
            "sign");
        row("short bitmap",
            start + two
                + "81"
                  "830240"
                  "d840"
                  "420506",
            "bit for each row");
        row("long bitmap",
            start + two
                + "81"
                  "83024203"
                  "00d840"
                  "420506",
            "bit for each row");
        row("bits beyond",
            start + two
                + "81"
                  "83024107"
                  "d840"
                  "420506",
            "beyond");
        row("flags",
            start + two
                + "81"
                  "8303f6"
                  "4103",
            "");
        row("flags beyond",
            start + two
                + "81"
                  "8303f6"
                  "4104",
            "beyond");
        row("addresses",
            start + two
                + "81"
                  "8304f6"
                  "48"
                  "7f0000017f000002",
            "");
        row("address of 5 bytes",
            start + two
                + "81"
                  "8304f6"
                  "4a"
                  "7f000001007f00000200",
            "4 or 16");
        row("texts",
            start + two
                + "81"
                  "8301f6"
                  "82d840420103"
                  "63616263",
            "");
        row("offsets descend",
            start + two
                + "81"
                  "8301f6"
                  "82d840420301"
                  "63616263",
            "do not ascend");
        row("offset beyond",
            start + two
                + "81"
                  "8301f6"
                  "82d840420104"
                  "63616263",
            "do not ascend");
        row("blob goes on",
            start + two
                + "81"
                  "8301f6"
                  "82d840420102"
                  "63616263",
            "do not end");
        row("offset within a character",
            start + two
                + "81"
                  "8301f6"
                  "82d840420103"
                  "6361c3a9",
            "");
        row("offset within a character, really",
            start + two
                + "81"
                  "8301f6"
                  "82d840420203"
                  "6361c3a9",
            "within a character");
        row("NUL",
            start + two
                + "81"
                  "8301f6"
                  "82d840420103"
                  "63610063",
            "NUL");
        row("not UTF-8",
            start + two
                + "81"
                  "8301f6"
                  "82d840420103"
                  "6361ff63",
            "UTF-8");
        row("a text too few",
            start + two
                + "81"
                  "8301f6"
                  "82d8404103"
                  "63616263",
            "a text for each row");
        row("64-bit offsets",
            start + two
                + "81"
                  "8301f6"
                  "82d847"
                  "50"
                  "01000000000000000300000000000000"
                  "63616263",
            "32 bits");
        row("codes",
            start + two
                + "81"
                  "8400f6"
                  "82d8404103"
                  "63616263"
                  "d840420000",
            "");
        row("code beyond",
            start + two
                + "81"
                  "8400f6"
                  "82d8404103"
                  "63616263"
                  "d840420001",
            "not in the dictionary");
        row("code beyond, unknown cell",
            start + two
                + "81"
                  "84004101"
                  "82d8404103"
                  "63616263"
                  "d840420001",
            "");
        row("code too few",
            start + two
                + "81"
                  "8400f6"
                  "82d8404103"
                  "63616263"
                  "d8404100",
            "a code for each row");
        row("texts for numbers",
            start + two
                + "81"
                  "8402f6"
                  "82d8404103"
                  "63616263"
                  "d840420000",
            "parts");
        row("too many groups", start + "91" + QByteArray(17 * 2, '0'), "more items");
        row("trailing",
            "a5"
            "0107"
            "0201"
            "0301"
            "0402"
            "0506"
            "00",
            "follows");
    }
    void whatBreaksARuleIsRefused()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, why);
        const Schema schema(TableId::Sources, "t",
            { { "word", ColumnType::Text, "", {} }, { "unique", ColumnType::Text, "", ColumnTrait::MostlyUnique },
                { "number", ColumnType::Number, "", {} }, { "flag", ColumnType::Flag, "", {} },
                { "address", ColumnType::Address, "", {} } });
        const auto got = ChangesDecoder().decode(body, schema);
        const QString text = got.ok() ? QString() : got.error().detail;
        QVERIFY2(why.isEmpty() ? got.ok() : text.contains(why), qPrintable(text));
    }

    void changedBytesNeverCrash()
    {
        Agent agent(99);
        agent.changeSomething(300);
        ChangesEncoder encoder(agent.log.table().schema());
        ChangeLog::Walk walk = agent.log.walkFrom({}, 0);
        ChangesDecoder afterFirst;
        QVERIFY(afterFirst.decode(bodyOf(encoder.encode(0, agent.log.nextPart(walk, 2000))), agent.log.table().schema())
                    .ok());
        const QByteArray good = bodyOf(encoder.encode(0, agent.log.nextPart(walk, 2000)));
        int accepted = 0;
        for (int i = 0; i < 100'000; ++i) {
            QByteArray body = good;
            for (quint64 n = 1 + agent.below(3); n > 0; --n) {
                const auto at = qsizetype(agent.below(quint64(body.size())));
                if (agent.below(8) == 0)
                    body.remove(at, 1);
                else if (agent.below(8) == 0)
                    body.insert(at, char(agent.below(256)));
                else
                    body[at] = char(agent.below(256));
            }
            ChangesDecoder decoder = afterFirst;
            const auto got = decoder.decode(body, agent.log.table().schema());
            if (!got)
                continue;
            ++accepted;
            QVERIFY(isConsistent(got.value(), agent.log.table().schema()));
        }
        QVERIFY(accepted > 1000 && accepted < 99'000);
    }

    void everyCutIsRefused()
    {
        Agent agent(7);
        agent.changeSomething(100);
        ChangeLog::Walk walk = agent.log.walkFrom({}, 0);
        const QByteArray body
            = bodyOf(ChangesEncoder(agent.log.table().schema()).encode(0, agent.log.nextPart(walk, 100'000)));
        for (qsizetype size = 0; size < body.size(); ++size)
            QVERIFY(!ChangesDecoder().decode(QByteArrayView(body).first(size), agent.log.table().schema()).ok());
    }
};

QTEST_GUILESS_MAIN(TestChangesCodec)
#include "tst_changescodec.moc"
