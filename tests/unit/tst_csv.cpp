// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 4180, checked by a small reader of its own, and what no spreadsheet may take for a formula.
#include "core/client/csv.h"

#include <QBuffer>
#include <QRandomGenerator>
#include <QTest>

using namespace mailhelm;

namespace
{

/// A plain reader of RFC 4180.
QList<QByteArrayList> parsed(const QByteArray &csv, char delimiter)
{
    QList<QByteArrayList> records { QByteArrayList { QByteArray() } };
    bool quoted = false;
    for (qsizetype i = 0; i < csv.size(); ++i) {
        const char c = csv[i];
        QByteArray &field = records.last().last();
        if (quoted) {
            if (c == '"' && i + 1 < csv.size() && csv[i + 1] == '"') {
                field += '"';
                ++i;
            } else if (c == '"') {
                quoted = false;
            } else {
                field += c;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == delimiter) {
            records.last().append(QByteArray());
        } else if (c == '\r' && i + 1 < csv.size() && csv[i + 1] == '\n') {
            records.append(QByteArrayList { QByteArray() });
            ++i;
        } else {
            field += c;
        }
    }
    records.removeLast(); // after the last CRLF
    return records;
}

const Schema &schema()
{
    static const Schema all(TableId::Connections, "t",
        { { "text", ColumnType::Text, "", {} }, { "time", ColumnType::Time, "", {} },
            { "address", ColumnType::Address, "", {} }, { "number", ColumnType::Number, "", {} },
            { "flag", ColumnType::Flag, "", {} }, { "choice", ColumnType::Choice, "", {} } });
    return all;
}

QByteArray written(const Table &table, const CsvOptions &options, const QList<int> &columns)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    CsvWriter writer(buffer, options, table.schema(), columns);
    writer.header();
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
        writer.row(table.view(), slot);
    if (!writer.finish())
        return "not finished";
    return buffer.data();
}

} // namespace

class TestCsv : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesEveryType();
    void tellsUnknownFromEmpty();
    void comesBackWhole_data();
    void comesBackWhole();
    void disarmsFormulas_data();
    void disarmsFormulas();
    void leavesNumbersAlone();
    void writesLocalTimes();
    void beginsWithAByteOrderMark();
    void saysWhereItCannotWrite();
};

void TestCsv::writesEveryType()
{
    Table table(schema());
    table.insert({ 1, 77 });
    table.column(0).setText(0, "plain");
    table.column(1).setNumber(0, 1'763'800'000'120'000);
    table.column(2).setAddress(0, *Address::parse("2001:db8::17"));
    table.column(3).setNumber(0, -5);
    table.column(4).setFlag(0, false);
    table.column(5).setText(0, "idle");
    QCOMPARE(written(table, {}, { IdColumn, 0, 1, 2, 3, 4, 5 }),
        "id,text,time,address,number,flag,choice\r\naaaaaaaaaaacn,plain,2025-11-22T08:26:40.120Z,2001:db8::17,-5,no,"
        "idle\r\n");
}

void TestCsv::tellsUnknownFromEmpty()
{
    Table table(schema());
    table.insert({ 0, 1 });
    table.column(0).setText(0, "");
    QCOMPARE(written(table, {}, { 0, 1, 2, 3, 4, 5 }), "text,time,address,number,flag,choice\r\n\"\",,,,,\r\n");
}

void TestCsv::comesBackWhole_data()
{
    QTest::addColumn<char>("delimiter");
    QTest::newRow("comma") << ',';
    QTest::newRow("semicolon") << ';';
    QTest::newRow("tab") << '\t';
}

void TestCsv::comesBackWhole()
{
    QFETCH(char, delimiter);
    QRandomGenerator random(7);
    const QByteArrayList bits { ",", ";", "\t", "\"", "\r\n", "\n", "\r", " ", "a", "=", "\xC3\xA4", "\xF0\x9F\x93\xA7",
        "'" };
    Table table(schema());
    QByteArrayList texts;
    for (RowId id = 1; id <= 500; ++id) {
        QByteArray text;
        for (quint32 n = random.bounded(12u); n > 0; --n)
            text += bits[random.bounded(bits.size())];
        table.column(0).setText(table.insert({ 0, id }), text);
        texts.append(text);
    }
    CsvOptions options;
    options.delimiter = delimiter;
    options.formulaProtection = false;
    const auto records = parsed(written(table, options, { 0, 3 }), delimiter);
    QCOMPARE(records.size(), 501);
    for (qsizetype i = 0; i < texts.size(); ++i)
        QCOMPARE(records[i + 1], QByteArrayList({ texts[i], {} }));

    options.formulaProtection = true; // changes the beginning of some, and nothing else
    const auto safe = parsed(written(table, options, { 0, 3 }), delimiter);
    for (qsizetype i = 0; i < texts.size(); ++i)
        QCOMPARE(safe[i + 1][0], (looksLikeFormula(texts[i]) ? QByteArray("'") : QByteArray()) + texts[i]);
}

void TestCsv::disarmsFormulas_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("armed");
    const QByteArrayList armed { "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\xC2\xA0=1",
        "\xE3\x80\x80=1",
        "\xEF\xBC\x9D"
        "1",
        "\xEF\xBC\x8B"
        "1",
        "\xEF\xBC\x8D"
        "1",
        "\xEF\xBC\xA0"
        "1",
        "\xE2\x80\x8B=1", "\xEF\xBB\xBF=1", " \t@x" };
    for (const QByteArray &text : armed)
        QTest::newRow(text.toPercentEncoding().constData()) << text << true;
    for (const QByteArray &text : QByteArrayList { "alice", "a=b", "1-2", "'=1", "", " a", "(=1)", "a@b" })
        QTest::newRow(("plain " + text.toPercentEncoding()).constData()) << text << false;
}

void TestCsv::disarmsFormulas()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, armed);
    QCOMPARE(looksLikeFormula(text), armed);
    Table table(schema());
    table.column(0).setText(table.insert({ 0, 1 }), text);
    QCOMPARE(parsed(written(table, {}, { 0 }), ',')[1][0], (armed ? QByteArray("'") : QByteArray()) + text);
}

void TestCsv::leavesNumbersAlone()
{
    Table table(schema());
    table.column(3).setNumber(table.insert({ 0, 1 }), -7);
    QCOMPARE(written(table, {}, { 3 }), "number\r\n-7\r\n"); // not '-7, which is no number any more
}

void TestCsv::writesLocalTimes()
{
    qputenv("TZ", "Asia/Kolkata");
    tzset();
    Table table(schema());
    table.column(1).setNumber(table.insert({ 0, 1 }), 1'763'800'000'000'000);
    CsvOptions options;
    options.localTimes = true;
    QCOMPARE(written(table, options, { 1 }), "time\r\n2025-11-22T13:56:40+05:30\r\n");
    qunsetenv("TZ");
    tzset();
}

void TestCsv::beginsWithAByteOrderMark()
{
    CsvOptions options;
    options.byteOrderMark = true;
    QCOMPARE(written(Table(schema()), options, { 0 }), "\xEF\xBB\xBFtext\r\n");
}

void TestCsv::saysWhereItCannotWrite()
{
    QFile full(QStringLiteral("/dev/full"));
    if (!full.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
        QSKIP("this system has no /dev/full");
    CsvWriter writer(full, {}, schema(), { 0 });
    writer.header();
    const auto finished = writer.finish();
    QVERIFY(!finished.ok());
    QVERIFY(finished.error().detail.contains(QStringLiteral("No space left")));
}

QTEST_GUILESS_MAIN(TestCsv)
#include "tst_csv.moc"
