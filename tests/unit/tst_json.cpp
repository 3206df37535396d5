// SPDX-License-Identifier: GPL-3.0-or-later
// JSON that any reader takes back as it was, times as RFC 3339, and nothing in it that moves a terminal's cursor.
#include "core/client/json.h"
#include "core/client/textrows.h"

#include <QBuffer>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

using namespace mailhelm;

class TestJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textsComeBack();
    void escapesWhatTerminalsObey();
    void writesTimes_data();
    void writesTimes();
    void timesAgreeWithQt();
    void writesRows();
    void writesNothingAsAnArray();
    void alignsForTerminals();
    void cutsToTheWidth();
};

static QByteArray text(QByteArrayView utf8)
{
    QByteArray out;
    appendJsonText(out, utf8);
    return out;
}

void TestJson::textsComeBack()
{
    QRandomGenerator random(5);
    for (int round = 0; round < 2000; ++round) {
        QString string;
        for (quint32 n = random.bounded(20u); n > 0; --n) {
            char32_t c = 0;
            do
                c = random.bounded(3) ? random.bounded(1u, 0x300u) : random.bounded(1u, 0x10ffffu);
            while (c >= 0xd800 && c <= 0xdfff);
            string += QStringView(QChar::fromUcs4(c));
        }
        const QByteArray json = '[' + text(string.toUtf8()) + ']';
        QCOMPARE(QJsonDocument::fromJson(json).array().first().toString(), string);
    }
}

void TestJson::escapesWhatTerminalsObey()
{
    QCOMPARE(text("a\"b\\c\n\t\r"), "\"a\\\"b\\\\c\\n\\t\\u000d\"");
    QCOMPARE(text("\x1b[2J\x7f"), "\"\\u001b[2J\\u007f\"");
    QCOMPARE(text("\xC2\x9B"), "\"\\u009b\""); // CSI in one character
    QCOMPARE(text("\xE2\x80\xAE"), "\"\\u202e\""); // right-to-left override
    QCOMPARE(text("\xF3\xA0\x81\x81"), "\"\\udb40\\udc41\""); // a tag, beyond the first plane
    QCOMPARE(text("J\xC3\xBCrgen"), "\"J\xC3\xBCrgen\"");
}

void TestJson::writesTimes_data()
{
    QTest::addColumn<qint64>("us");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("whole") << qint64(1'763'800'000'000'000) << QByteArray("2025-11-22T08:26:40Z");
    QTest::newRow("ms") << qint64(1'763'800'000'120'000) << QByteArray("2025-11-22T08:26:40.120Z");
    QTest::newRow("us") << qint64(1'763'800'000'000'001) << QByteArray("2025-11-22T08:26:40.000001Z");
    QTest::newRow("before 1970") << qint64(-1) << QByteArray("1969-12-31T23:59:59.999999Z");
    QTest::newRow("leap day") << qint64(1'709'164'800'000'000) << QByteArray("2024-02-29T00:00:00Z");
    QTest::newRow("too late") << std::numeric_limits<qint64>::max() << QByteArray("9999-12-31T23:59:59.999999Z");
    QTest::newRow("too early") << std::numeric_limits<qint64>::min() << QByteArray("0000-01-01T00:00:00Z");
}

void TestJson::writesTimes()
{
    QFETCH(qint64, us);
    QFETCH(QByteArray, text);
    QCOMPARE(timeToUtcText(us), text);
}

void TestJson::timesAgreeWithQt()
{
    QRandomGenerator random(11);
    for (int i = 0; i < 2000; ++i) {
        const qint64 seconds = random.bounded(qint64(-2'000'000'000), qint64(9'000'000'000));
        QCOMPARE(timeToUtcText(seconds * 1'000'000),
            QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC).toString(Qt::ISODate).toLatin1());
    }
}

void TestJson::writesRows()
{
    Schema schema(TableId::Connections, "t",
        { { "user", ColumnType::Text, "User", {} }, { "bytes", ColumnType::Number, "Bytes", {} },
            { "secure", ColumnType::Flag, "", {} }, { "server", ColumnType::Text, "Server", {} } });
    Table table(schema);
    const Table::Slot slot = table.insert({ 1, MaxRowId });
    table.column(0).setText(slot, "alice");
    table.column(1).setNumber(slot, std::numeric_limits<qint64>::min());
    table.column(3).setText(slot, "mx\"1");
    const Table::Slot other = table.insert({ 2, 1 });
    table.column(2).setFlag(other, true);
    table.column(3).setText(other, "mx2");
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    JsonWriter writer(buffer, schema, 3, allColumns(schema));
    writer.row(table.view(), slot);
    writer.row(table.view(), other);
    QVERIFY(writer.finish().ok());
    QCOMPARE(buffer.data(),
        "[\n{\"server\":\"mx\\\"1\",\"id\":\"" + rowIdToText(MaxRowId)
            + "\",\"user\":\"alice\",\"bytes\":-9223372036854775808,\"secure\":null},\n"
              "{\"server\":\"mx2\",\"id\":\"aaaaaaaaaaaab\",\"user\":null,\"bytes\":null,\"secure\":true}\n]\n");
    QVERIFY(QJsonDocument::fromJson(buffer.data()).isArray());
}

void TestJson::writesNothingAsAnArray()
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QVERIFY(JsonWriter(buffer, schemaOf(TableId::Audit), 0, {}).finish().ok());
    QCOMPARE(buffer.data(), "[]\n");
}

void TestJson::alignsForTerminals()
{
    const QString grid = textGrid(
        { { QStringLiteral("Name"), QStringLiteral("N") }, { QStringLiteral("\u90f5\u4fbf"), QStringLiteral("7") },
            { QStringLiteral("ae\u0301"), QStringLiteral("1234") } },
        0, {}, { 1 });
    QCOMPARE(
        grid, QStringLiteral("Name     N\n\u90f5\u4fbf     7\nae\u0301    1234\n")); // wide ones count two, marks none
    QCOMPARE(bytesText(999), QStringLiteral("999 B"));
    QCOMPARE(bytesText(1'234'567), QStringLiteral("1.2 MB"));
}

void TestJson::cutsToTheWidth()
{
    const QString grid = textGrid(
        { { QStringLiteral("ID"), QStringLiteral("Info") }, { QStringLiteral("aaaaaaaaaaaab"), QString(100, u'x') } },
        40, { 0 });
    for (const QString &line : grid.split(u'\n'))
        QVERIFY(terminalWidth(line) <= 40);
    QVERIFY(grid.contains(QStringLiteral("aaaaaaaaaaaab"))); // half an id is of no use
    QVERIFY(grid.contains(QChar(0x2026)));
}

QTEST_GUILESS_MAIN(TestJson)
#include "tst_json.moc"
