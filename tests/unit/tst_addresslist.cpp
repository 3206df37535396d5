// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of addresses as people's spreadsheets and other programs write them: nothing gets lost, whatever they look
// like.
#include "core/client/addresslist.h"
#include "core/client/csvreader.h"

#include <QStringConverter>
#include <QTest>

#include <random>

using namespace mailhelm;

class TestAddressList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsOddFiles_data();
    void readsOddFiles();
    void refusesWhatIsNone_data();
    void refusesWhatIsNone();
    void saysWhatItLeftOut();
    void takesTheNamedColumn();
    void saysTheEncoding();
    void linesAreThoseOfTheFile();
    void recordsComeBack_data();
    void recordsComeBack();
    void nothingGetsLost();
    void manyLinesAreQuick();
    void hostileFilesEnd();
};

static QByteArrayList addresses(const AddressList &list)
{
    QByteArrayList out;
    for (const AddressList::Entry &entry : list.entries)
        out.append(entry.address);
    return out;
}

void TestAddressList::readsOddFiles_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArrayList>("expected");
    const QByteArrayList both { "alice@example.org", "bob@example.org" };
    const auto row = [&](const char *name, const QByteArray &file) { QTest::newRow(name) << file << both; };
    row("one a line", "alice@example.org\nbob@example.org\n");
    row("no line end at the end", "alice@example.org\nbob@example.org");
    row("CRLF", "alice@example.org\r\nbob@example.org\r\n");
    row("CR", "alice@example.org\rbob@example.org\r");
    row("mixed line ends", "alice@example.org\r\n\r\n\nbob@example.org\n\r");
    row("header", "E-Mail\nalice@example.org\nbob@example.org\n");
    row("byte order mark",
        "\xEF\xBB\xBF"
        "alice@example.org\nbob@example.org\n");
    row("byte order mark and header",
        "\xEF\xBB\xBF"
        "mail\nalice@example.org\nbob@example.org\n");
    row("commas", "Name,Mail,Since\nAlice,alice@example.org,2020\nBob,bob@example.org,2021\n");
    row("semicolons", "Name;Mail;Since\nAlice;alice@example.org;2020\nBob;bob@example.org;2021\n");
    row("tabs", "Name\tMail\tSince\nAlice\talice@example.org\t2020\nBob\tbob@example.org\t2021\n");
    row("semicolons with commas in them", "Smith, Alice;alice@example.org\nJones, Bob;bob@example.org\n");
    row("Excel's first line", "sep=;\r\nMail;Name\r\nalice@example.org;Alice\r\nbob@example.org;Bob\r\n");
    row("quotes",
        "\"Name\",\"Mail\"\n\"Smith, Alice\",\"alice@example.org\"\n\"Jones \"\"B\"\"\",\"bob@example.org\"\n");
    row("a line end in quotes", "Address,Mail\n\"1 Street\nTown\",alice@example.org\nx,bob@example.org\n");
    row("blanks", "  alice@example.org  \n\n \t \n\tbob@example.org\n");
    row("blanks that cannot be seen",
        "alice@example.org\xC2\xA0\n\xE2\x80\x8B"
        "bob@example.org\n");
    row("display names", "Alice Smith <alice@example.org>\n\"Bob\" <bob@example.org>\n");
    row("links", "mailto:alice@example.org\nMAILTO:bob@example.org\n");
    row("short lines", "a,b,alice@example.org\nx\na,b,bob@example.org\n");
    row("empty fields", ",,alice@example.org,,\n,,bob@example.org,,\n");
    row("a quote that is not closed", "alice@example.org,x\nbob@example.org,\"y\n");
    row("a quote inside", "5\" disk,alice@example.org\n3\" disk,bob@example.org\n");
    row("twice", "alice@example.org\nbob@example.org\nALICE@Example.ORG\n");
    row("blank lines first", "\n\n;\nMail;Name\nalice@example.org;A\nbob@example.org;B\n");
    QTest::newRow("names") << QByteArray("username\nalice\nbob\n") << QByteArrayList { "alice", "bob" };
    QTest::newRow("names without header") << QByteArray("alice\nbob\n") << QByteArrayList { "alice", "bob" };
    QTest::newRow("other alphabets") << QByteArray("jürgen@bücher.example\n日本@例え.jp\n")
                                     << QByteArrayList { "jürgen@bücher.example", "日本@例え.jp" };
    QTest::newRow("plus and dots") << QByteArray("a.b+c_d-e'f@sub.example.org\n")
                                   << QByteArrayList { "a.b+c_d-e'f@sub.example.org" };
    QTest::newRow("only one") << QByteArray("alice@example.org") << QByteArrayList { "alice@example.org" };
}

void TestAddressList::readsOddFiles()
{
    QFETCH(QByteArray, file);
    QFETCH(QByteArrayList, expected);
    const auto list = AddressList::read(file);
    QVERIFY2(list.ok(), list.ok() ? "" : qPrintable(list.error().detail));
    QCOMPARE(addresses(list.value()), expected);
}

void TestAddressList::refusesWhatIsNone_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QByteArray() << QString() << QStringLiteral("empty");
    QTest::newRow("blank") << QByteArray("\n \n,,\n") << QString() << QStringLiteral("empty");
    QTest::newRow("a mark alone") << QByteArray("\xEF\xBB\xBF") << QString() << QStringLiteral("empty");
    QTest::newRow("no addresses") << QByteArray("a,b\nc,d\n") << QString() << QStringLiteral("No column");
    QTest::newRow("a program") << QByteArray("\x7f"
                                             "ELF\0\0\0",
        7) << QString() << QStringLiteral("no text");
    QTest::newRow("a column that is not")
        << QByteArray("Name,Mail\na,b@c\n") << QStringLiteral("post") << QStringLiteral("Name, Mail");
    QTest::newRow("a number too high") << QByteArray("Name,Mail\na,b@c\n") << QStringLiteral("3")
                                       << QStringLiteral("from 1 to 2");
}

void TestAddressList::refusesWhatIsNone()
{
    QFETCH(QByteArray, file);
    QFETCH(QString, column);
    QFETCH(QString, says);
    const auto list = AddressList::read(file, column);
    QVERIFY(!list.ok());
    QVERIFY2(list.error().detail.contains(says), qPrintable(list.error().detail));
}

void TestAddressList::saysWhatItLeftOut()
{
    const auto read = AddressList::read("Mail,Name\r\n"
                                        "alice@example.org,Alice\r\n" // 2
                                        "frob,Nobody\r\n" // 3
                                        ",Empty\r\n" // 4
                                        "\r\n" // 5
                                        "Alice@Example.org,again\r\n" // 6
                                        "a@b@c,two\r\n" // 7
                                        "evil\xE2\x80\xAE@example.org,x\r\n" // 8
                                        "bob@example.org,Bob\r\n");
    const AddressList &list = read.value();
    QCOMPARE(addresses(list), QByteArrayList({ "alice@example.org", "bob@example.org" }));
    QCOMPARE(list.entries[1].line, 9);
    QList<qsizetype> lines;
    for (const AddressList::Remark &remark : list.remarks)
        lines.append(remark.line);
    QCOMPARE(lines, QList<qsizetype>({ 3, 4, 6, 7, 8 }));
    QVERIFY(list.remarks[0].text.contains(QStringLiteral("frob")));
    QCOMPARE(list.remarks[2].kind, AddressList::Remark::Kind::Duplicate);
    QVERIFY(list.remarks[2].text.contains(QStringLiteral("line 2")));
    QCOMPARE(list.count(AddressList::Remark::Kind::Invalid), 4);
    QCOMPARE(list.title, QStringLiteral("Mail"));
}

void TestAddressList::takesTheNamedColumn()
{
    const QByteArray file = "Private,Work\na@home.example,a@work.example\nb@home.example,b@work.example\n";
    QCOMPARE(addresses(AddressList::read(file).value()), QByteArrayList({ "a@home.example", "b@home.example" }));
    QCOMPARE(addresses(AddressList::read(file, QStringLiteral("work")).value()),
        QByteArrayList({ "a@work.example", "b@work.example" }));
    QCOMPARE(addresses(AddressList::read(file, QStringLiteral("2")).value()),
        QByteArrayList({ "a@work.example", "b@work.example" }));
    QCOMPARE(addresses(AddressList::read("alice,1\nbob,2\n", QStringLiteral("1")).value()),
        QByteArrayList({ "alice", "bob" })); // users without a domain
    QCOMPARE(addresses(AddressList::read("a@b,c@d\n", QStringLiteral("2")).value()), QByteArrayList({ "c@d" }));
}

void TestAddressList::saysTheEncoding()
{
    const QString text = QStringLiteral("Name;Mail\r\nJürgen;jürgen@example.org\r\n");
    const auto latin1 = AddressList::read(text.toLatin1());
    QCOMPARE(addresses(latin1.value()), QByteArrayList({ "jürgen@example.org" }));
    QCOMPARE(latin1.value().notes.size(), 1);
    QVERIFY(latin1.value().notes[0].contains(QStringLiteral("Latin-1")));
    QCOMPARE(AddressList::read(text.toUtf8()).value().notes, QStringList());
    for (const auto encoding : { QStringConverter::Utf16LE, QStringConverter::Utf16BE }) {
        QStringEncoder encoder(encoding, QStringConverter::Flag::WriteBom);
        const QByteArray bytes = encoder.encode(text);
        const auto utf16 = AddressList::read(bytes);
        QVERIFY(utf16.ok());
        QCOMPARE(addresses(utf16.value()), QByteArrayList({ "jürgen@example.org" }));
        QCOMPARE(utf16.value().notes.size(), 1);
    }
}

void TestAddressList::linesAreThoseOfTheFile()
{
    const auto list
        = AddressList::read("sep=,\nx,Mail\n\"one\r\ntwo\rthree\n\",alice@example.org\n\ny,bob@example.org");
    QCOMPARE(list.value().entries.size(), 2);
    QCOMPARE(list.value().entries[0].line, 3);
    QCOMPARE(list.value().entries[1].line, 8);
}

void TestAddressList::recordsComeBack_data()
{
    QTest::addColumn<char>("delimiter");
    QTest::newRow("comma") << ',';
    QTest::newRow("semicolon") << ';';
    QTest::newRow("tab") << '\t';
}

/// What a careful writer writes is read as it was.
void TestAddressList::recordsComeBack()
{
    QFETCH(char, delimiter);
    std::mt19937 random(7);
    const auto below = [&](int n) { return int(random() % unsigned(n)); };
    static const char *pieces[] = { "a", "\"", ",", ";", "\t", "\n", "\r\n", "\r", " ", "ü", "x@y", "\"\"" };
    for (int round = 0; round < 500; ++round) {
        QList<QList<QByteArray>> records;
        QByteArray text;
        QList<qsizetype> lines;
        for (int r = 1 + below(5); r > 0; --r) {
            lines.append(1 + text.count('\n') + text.count('\r') - text.count("\r\n"));
            QList<QByteArray> record;
            for (int f = 1 + below(4); f > 0; --f) {
                QByteArray field;
                for (int p = below(5); p > 0; --p)
                    field += pieces[below(int(std::size(pieces)))];
                record.append(field);
                const bool plain = !field.contains('"') && !field.contains(delimiter) && !field.contains('\n')
                    && !field.contains('\r');
                if (record.size() > 1)
                    text += delimiter;
                text += plain && below(2) ? field : '"' + QByteArray(field).replace("\"", "\"\"") + '"';
            }
            text += below(2) ? "\r\n" : "\n";
            records.append(record);
        }
        CsvReader reader(text, delimiter);
        for (qsizetype i = 0; i < records.size(); ++i) {
            QVERIFY(!reader.atEnd());
            QCOMPARE(reader.next(), records[i]);
            QCOMPARE(reader.line(), lines[i]);
        }
        QVERIFY(reader.atEnd());
    }
}

/// Whatever stands in a file of one column: each line is an entry, the header, blank, or has a remark.
void TestAddressList::nothingGetsLost()
{
    std::mt19937 random(3);
    const auto below = [&](int n) { return int(random() % unsigned(n)); };
    static const char *lines[] = { "alice@example.org", "bob@example.org", "ALICE@EXAMPLE.ORG", "", "  ", "frob", "a b",
        "@", "a@", "@b", "x@y <", "<x@y>", "carol@example.org ", "\xFF\xFE", "ü@ü", "mailto:", "=1+1@x" };
    for (int round = 0; round < 300; ++round) {
        QByteArray file;
        qsizetype filled = 0;
        for (int i = 1 + below(20); i > 0; --i) {
            const QByteArray line = lines[below(int(std::size(lines)))];
            filled += line.trimmed().isEmpty() ? 0 : 1;
            file += line + '\n';
        }
        const auto list = AddressList::read(file);
        if (filled == 0 || file.startsWith("\xFF\xFE"))
            continue;
        QVERIFY(list.ok());
        QCOMPARE(
            list.value().entries.size() + list.value().remarks.size() + (list.value().title.isEmpty() ? 0 : 1), filled);
    }
}

void TestAddressList::manyLinesAreQuick()
{
    QByteArray file = "Name;Mail;City\r\n";
    for (int i = 0; i < 200'000; ++i) {
        const QByteArray n = QByteArray::number(i);
        file += "\"User, " + n + "\";user" + n + "@example.org;\"Town " + n + "\"\r\n";
    }
    const auto list = AddressList::read(file);
    QCOMPARE(list.value().entries.size(), 200'000);
    QCOMPARE(list.value().entries.last().line, 200'001);
}

/// Files that invite to work that grows with the square of their size.
void TestAddressList::hostileFilesEnd()
{
    for (const QByteArray piece : { "\"", "\"\n", "\"a\n", ",", "\"\"", "@", "a@b,\"\n", "\r", "\xFF" }) {
        const auto list = AddressList::read("x@y\n" + piece.repeated(400'000));
        QVERIFY(list.ok() || !list.error().detail.isEmpty());
    }
}

QTEST_GUILESS_MAIN(TestAddressList)
#include "tst_addresslist.moc"
