// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/columnformat.h"
#include "tests/unit/faketable.h"

#include <QTest>

using namespace mailhelm;

class TestColumnFormat : public QObject
{
    Q_OBJECT

private:
    const ColumnFormat m_format { fakeSchema() };
    static constexpr qint64 Now = fake::Start;

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("TZ", "UTC");
        QLocale::setDefault(QLocale::c());
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".?")));
    }

    void ages_data()
    {
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("future") << qint64(-5) << QStringLiteral("0 s");
        QTest::newRow("now") << qint64(0) << QStringLiteral("0 s");
        QTest::newRow("41 s") << qint64(41) << QStringLiteral("41 s");
        QTest::newRow("59 s") << qint64(59) << QStringLiteral("59 s");
        QTest::newRow("1 min") << qint64(60) << QStringLiteral("1 min");
        QTest::newRow("3 min") << qint64(239) << QStringLiteral("3 min");
        QTest::newRow("1 h") << qint64(3600) << QStringLiteral("1 h");
        QTest::newRow("2 h 5 min") << qint64(7500) << QStringLiteral("2 h 5 min");
        QTest::newRow("1 d") << qint64(86400) << QStringLiteral("1 d");
        QTest::newRow("3 d 4 h") << qint64(3 * 86400 + 4 * 3600 + 5) << QStringLiteral("3 d 4 h");
        QTest::newRow("400 d") << qint64(400 * 86400 + 9000) << QStringLiteral("400 d");
    }
    void ages()
    {
        QFETCH(qint64, seconds);
        QFETCH(QString, text);
        QCOMPARE(ColumnFormat::age(seconds * 1'000'000), text);
    }

    void sizes_data()
    {
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << qint64(0) << QStringLiteral("0 B");
        QTest::newRow("999") << qint64(999) << QStringLiteral("999 B");
        QTest::newRow("1 kB") << qint64(1000) << QStringLiteral("1.0 kB");
        QTest::newRow("99.9 kB") << qint64(99'900) << QStringLiteral("99.9 kB");
        QTest::newRow("100 kB") << qint64(99'960) << QStringLiteral("100 kB");
        QTest::newRow("up a unit") << qint64(999'600) << QStringLiteral("1.0 MB");
        QTest::newRow("2.1 MB") << qint64(2'100'000) << QStringLiteral("2.1 MB");
        QTest::newRow("negative") << qint64(-2'100'000) << QStringLiteral("-2.1 MB");
        QTest::newRow("most") << std::numeric_limits<qint64>::max() << QStringLiteral("9.2 EB");
    }
    void sizes()
    {
        QFETCH(qint64, bytes);
        QFETCH(QString, text);
        QCOMPARE(ColumnFormat::bytes(bytes), text);
    }

    void writesByTypeAndTrait()
    {
        const auto show = [&](int column, const Value &value, const Value &companion = {}) {
            return m_format.display(column, value, companion, Now);
        };
        QCOMPARE(show(fake::Port, qint64(993)), QStringLiteral("993"));
        QCOMPARE(show(fake::BytesIn, qint64(2'100'000)), QStringLiteral("2.1 MB"));
        QCOMPARE(show(fake::From, *Address::parse("2001:DB8::1")), QStringLiteral("2001:db8::1"));
        QCOMPARE(show(fake::SinceExact, true), QStringLiteral("Yes"));
        QCOMPARE(show(fake::State, QByteArray("idle")), QStringLiteral("idle"));
        QCOMPARE(show(fake::LastLogin, Now - 7'500'000'000), QStringLiteral("2 h 5 min"));
    }

    void tellsNobodyFromNotKnown()
    {
        QCOMPARE(m_format.display(fake::User, QByteArray(""), {}, Now), QStringLiteral("–"));
        QCOMPARE(m_format.display(fake::User, {}, {}, Now), QStringLiteral("?"));
        QCOMPARE(m_format.display(fake::State, QByteArray(""), {}, Now), QString());
        QCOMPARE(m_format.toolTip(fake::User, {}, {}, Now), QStringLiteral("Not known"));
        QVERIFY(m_format.toolTip(fake::User, QByteArray(""), {}, Now).startsWith(QStringLiteral("Nobody")));
        QCOMPARE(m_format.accessible(fake::User, QByteArray(""), {}, Now), QStringLiteral("User: nobody"));
        QCOMPARE(m_format.accessible(fake::User, {}, {}, Now), QStringLiteral("User: not known"));
    }

    void saysAtLeastWhereTheStartWasNotSeen()
    {
        QCOMPARE(m_format.companionOf(fake::Since), int(fake::SinceExact));
        QCOMPARE(m_format.companionOf(fake::LastLogin), -1);
        const qint64 since = Now - 180'000'000;
        QCOMPARE(m_format.display(fake::Since, since, false, Now), QStringLiteral("≥ 3 min"));
        QCOMPARE(m_format.display(fake::Since, since, true, Now), QStringLiteral("3 min"));
        QCOMPARE(m_format.display(fake::Since, since, Value(), Now), QStringLiteral("3 min"));
        QCOMPARE(m_format.toolTip(fake::Since, since, true, Now), QStringLiteral("2025-11-22 08:23:40"));
        QVERIFY(m_format.toolTip(fake::Since, since, false, Now).contains(QStringLiteral("or earlier")));
        QCOMPARE(m_format.accessible(fake::Since, since, false, Now), QStringLiteral("Time: at least 3 min ago"));
    }

    void makesHostileTextHarmless()
    {
        const QByteArray hostile = "a\xE2\x80\xAE<b>&\n\x1b[31m";
        for (const QString &text : { m_format.display(fake::User, hostile, {}, Now),
                 m_format.toolTip(fake::User, hostile, {}, Now), m_format.accessible(fake::User, hostile, {}, Now) }) {
            QVERIFY(!text.contains(QChar(0x202e)));
            QVERIFY(!text.contains(QLatin1Char('\n')));
            QVERIFY(!text.contains(QChar(0x1b)));
        }
        // Plain, as all of these: the view shows it so (plainToolTip).
        QVERIFY(m_format.toolTip(fake::User, hostile, {}, Now).contains(QStringLiteral("<b>&")));
        QVERIFY(m_format.display(fake::User, QByteArray(100'000, 'x'), {}, Now).size() < 400);
    }

    void alignsAndNames()
    {
        QVERIFY(m_format.alignment(fake::Port) & Qt::AlignRight);
        QVERIFY(m_format.alignment(fake::User) & Qt::AlignLeft);
        QCOMPARE(m_format.title(fake::From), QStringLiteral("From"));
        ColumnFormat more = m_format;
        more.addColumn({ "new\nkey", ColumnType::Text, "new\nkey", {} });
        QVERIFY(!more.title(9).contains(QLatin1Char('\n')));
    }
};

QTEST_GUILESS_MAIN(TestColumnFormat)
#include "tst_columnformat.moc"
