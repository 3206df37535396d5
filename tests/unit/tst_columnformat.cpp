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

    void countsDownToTheEndOfASession()
    {
        const ColumnFormat format(schemaOf(TableId::Webmail));
        const qint64 minute = 60'000'000;
        const Value active = Now - 54 * minute;
        const qint64 expires = Now + 6 * minute; // an hour after the last activity
        QCOMPARE(format.companionOf(webmail::Expires), int(webmail::LastActive));
        QCOMPARE(format.display(webmail::Expires, expires, active, Now), QStringLiteral("6 min"));
        QCOMPARE(format.look(webmail::Expires, expires, active, Now).tone, CellTone::Warning); // the last tenth
        QCOMPARE(format.look(webmail::Expires, expires, active, Now - 1).tone, CellTone::Plain);
        QCOMPARE(
            format.look(webmail::Expires, expires, active, expires), (CellLook { CellMark::None, CellTone::Faint }));
        QCOMPARE(format.display(webmail::Expires, expires, active, expires), QStringLiteral("expired"));
        QCOMPARE(format.toolTip(webmail::Expires, expires, active, Now), ColumnFormat::dateTime(expires));
        QCOMPARE(format.accessible(webmail::Expires, expires, active, Now), QStringLiteral("Expires: in 6 min"));
        QCOMPARE(format.display(webmail::Started, Now - minute, {}, Now), QStringLiteral("08:25:40"));
        QCOMPARE(format.display(webmail::Started, Now - 600 * minute, {}, Now), QStringLiteral("2025-11-21 22:26"));
    }

    void writesAccounts()
    {
        const ColumnFormat format(schemaOf(TableId::Users));
        const auto state = [&](const char *word) { return format.display(users::Enabled, QByteArray(word), {}, Now); };
        QCOMPARE(state("active"), QStringLiteral("Active"));
        QCOMPARE(state("blocked"), QStringLiteral("Login blocked"));
        QCOMPARE(state("disabled"), QStringLiteral("Disabled"));
        QCOMPARE(state("deleting"), QStringLiteral("Being deleted"));
        QCOMPARE(state("frozen"), QStringLiteral("frozen")); // a newer agent's word
        QSet<int> marks;
        for (const char *word : { "active", "blocked", "disabled", "deleting" })
            marks.insert(int(format.look(users::Enabled, QByteArray(word), {}, Now).mark));
        QCOMPARE(marks.size(), 4); // each a shape of its own
        QCOMPARE(format.display(users::LastLogin, Now, {}, Now), QStringLiteral("2025-11-22"));
        QCOMPARE(format.display(users::LastLogin, Value(), {}, Now), QStringLiteral("never seen"));
        QCOMPARE(format.toolTip(users::LastLogin, Value(), Now, Now),
            QStringLiteral("No login was seen since 2025-11-22 08:26:40, when watching began"));
        QCOMPARE(format.accessible(users::LastLogin, Value(), {}, Now), QStringLiteral("Last login: never seen"));
        QCOMPARE(format.display(users::MailboxBytes, qint64(2'100'000), {}, Now), QStringLiteral("2.1 MB"));
        QCOMPARE(format.display(users::Created, Value(), {}, Now), QStringLiteral("?"));
    }

    void writesOnlineUsers()
    {
        const ColumnFormat format(schemaOf(TableId::OnlineUsers));
        QCOMPARE(format.display(onlineusers::User, QByteArray(), {}, Now), QStringLiteral("Anonymous"));
        QCOMPARE(format.display(onlineusers::User, Value(), {}, Now), QStringLiteral("Not known"));
        QCOMPARE(format.look(onlineusers::User, Value(), {}, Now).mark, CellMark::Note);
        QCOMPARE(format.look(onlineusers::User, QByteArray("a"), {}, Now).mark, CellMark::None);
        QCOMPARE(format.display(onlineusers::Imap, qint64(0), {}, Now), QStringLiteral("·"));
        QCOMPARE(format.accessible(onlineusers::Imap, qint64(0), {}, Now), QStringLiteral("IMAP: 0"));
        QCOMPARE(format.display(onlineusers::Imap, qint64(12), {}, Now), QStringLiteral("12"));
        // Nobody is in the WebMail: that is known, and no riddle.
        QCOMPARE(format.display(onlineusers::WebmailSince, Value(), {}, Now), QStringLiteral("–"));
        QCOMPARE(format.toolTip(onlineusers::WebmailAddress, Value(), {}, Now), QStringLiteral("No WebMail session"));
        QCOMPARE(format.accessible(onlineusers::WebmailSince, Value(), {}, Now), QStringLiteral("WebMail for: none"));
        QCOMPARE(format.display(onlineusers::WebmailSince, Now - 600'000'000, {}, Now), QStringLiteral("10 min"));
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
