// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/filter.h"
#include "core/table/inactive.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QTest>

#include <random>

using namespace mailhelm;

namespace
{

using Kind = ActivityVerdict::Kind;
using Decider = ActivityVerdict::Decider;

constexpr qint64 Second = 1'000'000;
constexpr qint64 Day = 86'400 * Second;

/// "" = not known.
std::optional<qint64> at(const QByteArray &text)
{
    if (text.isEmpty())
        return std::nullopt;
    const QDateTime point = QDateTime::fromString(QString::fromLatin1(text), Qt::ISODate);
    return QDateTime(point.date(), point.time(), Qt::UTC).toMSecsSinceEpoch() * 1000;
}

Timeframe frame(const QByteArray &text)
{
    return Timeframe::parse(QString::fromLatin1(text)).value();
}

/// The rule as the manual has it, with QDateTime's calendar.
Kind naive(const ActivityFacts &f, int months, qint64 spanUs, qint64 now)
{
    if (f.deleting)
        return Kind::Deleting;
    const auto after = [&](qint64 time) {
        const QDateTime moved = QDateTime::fromMSecsSinceEpoch(time / 1000, Qt::UTC).addMonths(months);
        return moved.toMSecsSinceEpoch() * 1000 + time % 1000 + spanUs;
    };
    std::optional<qint64> known;
    if (f.lastLogin)
        known = f.lastLogin;
    if (f.created && (!known || *f.created + 30 * Day > *known))
        known = *f.created + 30 * Day;
    if (!known)
        return Kind::Unjudged;
    const qint64 oldEnough = f.created ? 0 : *f.lastLogin + 30 * Day;
    if (f.watchedSince) {
        const qint64 since = std::max(*known, *f.watchedSince);
        if (now >= after(since) && now >= oldEnough)
            return Kind::Inactive;
    }
    return now < after(*known) || now < oldEnough ? Kind::Active : Kind::Unjudged;
}

/// A table `users` with the rows that a test needs; ids count from 1.
class Users
{
public:
    Table table { schemaOf(TableId::Users) };

    void add(const ActivityFacts &f, std::optional<qint64> bytes = std::nullopt, quint16 server = 0)
    {
        const Table::Slot slot = table.insert({ server, RowId(++m_count) });
        table.column(users::User).setText(slot, "user" + QByteArray::number(m_count));
        table.column(users::Enabled).setText(slot, f.deleting ? "deleting" : "active");
        set(users::Created, slot, f.created);
        set(users::LastLogin, slot, f.lastLogin);
        set(users::WatchedSince, slot, f.watchedSince);
        set(users::MailboxBytes, slot, bytes);
        if (!f.service.isEmpty())
            table.column(users::LastLoginService).setText(slot, f.service);
    }

private:
    void set(int column, Table::Slot slot, std::optional<qint64> value)
    {
        if (value)
            table.column(column).setNumber(slot, *value);
    }
    int m_count = 0;
};

} // namespace

class TestInactive : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void spansAreReadAndWritten_data();
    void spansAreReadAndWritten();
    void whatIsNoSpanIsNone();
    void bothEdges_data();
    void bothEdges();
    void createdOnDay0LoggedInOnDay1IsFirstListedOnDay60();
    void theLatestOfThreeDatesDecides_data();
    void theLatestOfThreeDatesDecides();
    void whoCannotBeJudgedSaysFromWhenOn_data();
    void whoCannotBeJudgedSaysFromWhenOn();
    void aGapOfTenDaysInOneLogMovesWhatCanBeSaid();
    void aClockSetBackListsNobodyWrongly();
    void whoIsBeingDeletedIsNotListed();
    void theFilterIsTheRule();
    void rowsComeWhenTheirTimeHasCome();
    void eachServersClockCounts();
    void twoFiltersTogether();
    void theSummaryCounts();
    void randomRowsAgreeWithTheNaiveRule();
    void twoHundredThousandAccounts();
};

void TestInactive::spansAreReadAndWritten_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("written");
    QTest::addColumn<int>("months");
    QTest::addColumn<qint64>("us");
    const auto row = [](const char *text, const char *written, int months, qint64 us) {
        QTest::newRow(text) << QString::fromLatin1(text) << QByteArray(written) << months << us;
    };
    row("30d", "30d", 0, 30 * Day);
    row("90d", "90d", 0, 90 * Day);
    row("6mo", "6mo", 6, 0);
    row("12mo", "12mo", 12, 0);
    row("1y", "12mo", 12, 0);
    row(" 2W ", "14d", 0, 14 * Day);
    row("36h", "1d12h", 0, 36 * 3600 * Second);
    row("1mo15d", "1mo15d", 1, 15 * Day);
    row("90s", "1m30s", 0, 90 * Second);
}

void TestInactive::spansAreReadAndWritten()
{
    QFETCH(QString, text);
    const std::optional<Timeframe> timeframe = Timeframe::parse(text);
    QVERIFY(timeframe);
    QTEST(timeframe->span().months, "months");
    QTEST(timeframe->span().us, "us");
    QTEST(timeframe->text(), "written");
    QCOMPARE(Timeframe::parse(QString::fromLatin1(timeframe->text())), timeframe);
}

void TestInactive::whatIsNoSpanIsNone()
{
    for (const char *text :
        { "", "30", "d", "0d", "-3d", "1.5mo", "30 d", "soon", "2026-11-01", "99999999999999999999d" })
        QVERIFY2(!Timeframe::parse(QString::fromLatin1(text)), text);
    QCOMPARE(Timeframe().text(), QByteArray("30d"));
    QByteArrayList usual;
    for (const Timeframe &each : Timeframe::usual())
        usual.append(each.text());
    QCOMPARE(usual, QByteArrayList({ "30d", "90d", "6mo", "12mo" }));
}

void TestInactive::bothEdges_data()
{
    QTest::addColumn<QByteArray>("timeframe");
    QTest::addColumn<QByteArray>("lastLogin");
    QTest::addColumn<QByteArray>("edge");
    const auto row = [](const char *name, const QByteArray &timeframe, const QByteArray &lastLogin,
                         const QByteArray &edge) { QTest::newRow(name) << timeframe << lastLogin << edge; };
    row("30 days", "30d", "2026-10-01T10:00:00", "2026-10-31T10:00:00");
    row("30 days over a leap day", "30d", "2028-02-15T00:00:00", "2028-03-16T00:00:00");
    row("30 days over no leap day", "30d", "2027-02-15T00:00:00", "2027-03-17T00:00:00");
    row("90 days", "90d", "2026-01-01T00:00:00", "2026-04-01T00:00:00");
    row("90 days over a leap day", "90d", "2028-01-01T00:00:00", "2028-03-31T00:00:00");
    row("6 months", "6mo", "2026-05-27T14:41:19", "2026-11-27T14:41:19");
    row("6 months from the end of a long one", "6mo", "2026-08-31T23:59:59", "2027-02-28T23:59:59");
    row("6 months to a leap day", "6mo", "2027-08-31T06:00:00", "2028-02-29T06:00:00");
    row("6 months from a leap day", "6mo", "2028-02-29T06:00:00", "2028-08-29T06:00:00");
    row("12 months", "12mo", "2025-11-27T00:00:00", "2026-11-27T00:00:00");
    row("12 months of 366 days", "12mo", "2027-03-01T00:00:00", "2028-03-01T00:00:00");
    row("12 months from a leap day", "12mo", "2028-02-29T12:00:00", "2029-02-28T12:00:00");
    row("1 month from the 31st", "1mo", "2026-03-31T00:00:00", "2026-04-30T00:00:00");
    row("over a century without a leap day", "12mo", "2099-12-31T00:00:00", "2100-12-31T00:00:00");
    row("1 hour", "1h", "2026-10-25T00:30:00", "2026-10-25T01:30:00");
}

void TestInactive::bothEdges()
{
    QFETCH(QByteArray, timeframe);
    QFETCH(QByteArray, lastLogin);
    QFETCH(QByteArray, edge);
    ActivityFacts facts;
    facts.created = at("2000-01-01T00:00:00");
    facts.watchedSince = at("2001-01-01T00:00:00");
    facts.lastLogin = at(lastLogin);
    const qint64 end = *at(edge);
    const Timeframe span = frame(timeframe);
    QCOMPARE(judgeActivity(facts, span, end - 1).kind, Kind::Active);
    const ActivityVerdict verdict = judgeActivity(facts, span, end);
    QCOMPARE(verdict.kind, Kind::Inactive); // that long *or longer*
    QCOMPARE(verdict.decider, Decider::LastLogin);
    QCOMPARE(verdict.since, facts.lastLogin);
    QCOMPARE(verdict.listedFrom, std::optional(end));
    QCOMPARE(judgeActivity(facts, span, end + 1).kind, Kind::Inactive);

    // The same edge for an account that is new, and for one that was watched from then on.
    ActivityFacts fresh;
    fresh.created = *facts.lastLogin - 30 * Day;
    fresh.watchedSince = *fresh.created;
    QCOMPARE(judgeActivity(fresh, span, end - 1).kind, Kind::Active);
    QCOMPARE(judgeActivity(fresh, span, end).kind, Kind::Inactive);
    QCOMPARE(judgeActivity(fresh, span, end).decider, Decider::Created);
    ActivityFacts watched;
    watched.created = at("2000-01-01T00:00:00");
    watched.watchedSince = facts.lastLogin;
    QCOMPARE(judgeActivity(watched, span, end - 1).kind, Kind::Unjudged);
    QCOMPARE(judgeActivity(watched, span, end).kind, Kind::Inactive);
    QCOMPARE(judgeActivity(watched, span, end).decider, Decider::WatchedSince);
}

void TestInactive::createdOnDay0LoggedInOnDay1IsFirstListedOnDay60()
{
    const qint64 day0 = *at("2026-01-10T08:00:00");
    ActivityFacts facts;
    facts.created = day0;
    facts.lastLogin = day0 + Day;
    facts.watchedSince = day0 - 400 * Day;
    for (int day = 0; day < 60; ++day)
        QCOMPARE(judgeActivity(facts, Timeframe(), day0 + day * Day).kind, Kind::Active);
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 60 * Day - 1).kind, Kind::Active);
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 60 * Day).kind, Kind::Inactive);
    facts.lastLogin.reset(); // never logged in: the same
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 60 * Day - 1).kind, Kind::Active);
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 60 * Day).kind, Kind::Inactive);
    facts.lastLogin = day0 + 40 * Day; // later than the 30 days
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 70 * Day - 1).kind, Kind::Active);
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 70 * Day).kind, Kind::Inactive);
}

void TestInactive::theLatestOfThreeDatesDecides_data()
{
    QTest::addColumn<QByteArray>("created");
    QTest::addColumn<QByteArray>("lastLogin");
    QTest::addColumn<QByteArray>("watchedSince");
    QTest::addColumn<int>("decider");
    QTest::addColumn<QByteArray>("since");
    const QByteArray none;
    QTest::newRow("login") << QByteArray("2025-01-01T00:00:00") << QByteArray("2026-02-01T00:00:00")
                           << QByteArray("2025-06-01T00:00:00") << int(Decider::LastLogin)
                           << QByteArray("2026-02-01T00:00:00");
    QTest::newRow("created") << QByteArray("2026-01-15T00:00:00") << QByteArray("2026-02-01T00:00:00")
                             << QByteArray("2025-06-01T00:00:00") << int(Decider::Created)
                             << QByteArray("2026-02-14T00:00:00");
    QTest::newRow("watched") << QByteArray("2025-01-01T00:00:00") << QByteArray("2025-05-01T00:00:00")
                             << QByteArray("2025-06-01T00:00:00") << int(Decider::WatchedSince)
                             << QByteArray("2025-06-01T00:00:00");
    QTest::newRow("a tie is the login's")
        << QByteArray("2025-05-02T00:00:00") << QByteArray("2025-06-01T00:00:00") << QByteArray("2025-06-01T00:00:00")
        << int(Decider::LastLogin) << QByteArray("2025-06-01T00:00:00");
    QTest::newRow("no login") << QByteArray("2025-01-01T00:00:00") << none << QByteArray("2024-06-01T00:00:00")
                              << int(Decider::Created) << QByteArray("2025-01-31T00:00:00");
    QTest::newRow("created unknown") << none << QByteArray("2026-02-01T00:00:00") << QByteArray("2025-06-01T00:00:00")
                                     << int(Decider::LastLogin) << QByteArray("2026-02-01T00:00:00");
}

void TestInactive::theLatestOfThreeDatesDecides()
{
    QFETCH(QByteArray, created);
    QFETCH(QByteArray, lastLogin);
    QFETCH(QByteArray, watchedSince);
    QFETCH(QByteArray, since);
    QFETCH(int, decider);
    ActivityFacts facts;
    facts.created = at(created);
    facts.lastLogin = at(lastLogin);
    facts.watchedSince = at(watchedSince);
    const ActivityVerdict verdict = judgeActivity(facts, frame("90d"), *at("2026-12-01T00:00:00"));
    QCOMPARE(verdict.kind, Kind::Inactive);
    QCOMPARE(int(verdict.decider), decider);
    QCOMPARE(verdict.since, at(since));
}

void TestInactive::whoCannotBeJudgedSaysFromWhenOn_data()
{
    QTest::addColumn<QByteArray>("created");
    QTest::addColumn<QByteArray>("lastLogin");
    QTest::addColumn<QByteArray>("watchedSince");
    QTest::addColumn<QByteArray>("listedFrom");
    const QByteArray none;
    QTest::newRow("watched for 10 days") << QByteArray("2020-01-01T00:00:00") << none
                                         << QByteArray("2026-11-17T00:00:00") << QByteArray("2026-12-17T00:00:00");
    QTest::newRow("an old login, watched for 10 days")
        << QByteArray("2020-01-01T00:00:00") << QByteArray("2026-03-01T00:00:00") << QByteArray("2026-11-17T00:00:00")
        << QByteArray("2026-12-17T00:00:00");
    QTest::newRow("nobody knows since when logins are seen")
        << QByteArray("2020-01-01T00:00:00") << QByteArray("2026-03-01T00:00:00") << none << none;
    QTest::newRow("neither login nor creation") << none << none << QByteArray("2020-01-01T00:00:00") << none;
    QTest::newRow("nothing is known") << none << none << none << none;
    QTest::newRow("created unknown, an old login, watched for 10 days")
        << none << QByteArray("2026-03-01T00:00:00") << QByteArray("2026-11-17T00:00:00")
        << QByteArray("2026-12-17T00:00:00");
}

void TestInactive::whoCannotBeJudgedSaysFromWhenOn()
{
    QFETCH(QByteArray, created);
    QFETCH(QByteArray, lastLogin);
    QFETCH(QByteArray, watchedSince);
    QFETCH(QByteArray, listedFrom);
    ActivityFacts facts;
    facts.created = at(created);
    facts.lastLogin = at(lastLogin);
    facts.watchedSince = at(watchedSince);
    const qint64 now = *at("2026-11-27T00:00:00");
    const ActivityVerdict verdict = judgeActivity(facts, Timeframe(), now);
    QCOMPARE(verdict.kind, Kind::Unjudged);
    QCOMPARE(verdict.listedFrom, at(listedFrom));
    if (verdict.listedFrom) {
        QCOMPARE(judgeActivity(facts, Timeframe(), *verdict.listedFrom - 1).kind, Kind::Unjudged);
        QCOMPARE(judgeActivity(facts, Timeframe(), *verdict.listedFrom).kind, Kind::Inactive);
    }
    // A login makes it active whatever is not known.
    facts.lastLogin = now - 29 * Day;
    QCOMPARE(judgeActivity(facts, Timeframe(), now).kind, Kind::Active);
}

void TestInactive::aGapOfTenDaysInOneLogMovesWhatCanBeSaid()
{
    // Watched for a year, then one service's log was lost from day 0 to day 10: what was silent is not known to be.
    const qint64 day0 = *at("2026-09-01T00:00:00");
    ActivityFacts facts;
    facts.created = day0 - 700 * Day;
    facts.lastLogin = day0 - 20 * Day;
    facts.watchedSince = day0 - 365 * Day;
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 10 * Day).kind, Kind::Inactive);
    facts.watchedSince = day0 + 10 * Day;
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 10 * Day).kind, Kind::Unjudged);
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 40 * Day - 1).kind, Kind::Unjudged);
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 40 * Day).kind, Kind::Inactive);
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 40 * Day).since, facts.watchedSince);
    facts.lastLogin = day0 + 12 * Day; // seen after the gap
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 42 * Day - 1).kind, Kind::Active);
    QCOMPARE(judgeActivity(facts, Timeframe(), day0 + 42 * Day).kind, Kind::Inactive);
}

void TestInactive::aClockSetBackListsNobodyWrongly()
{
    ActivityFacts facts;
    facts.created = at("2026-01-01T00:00:00");
    facts.lastLogin = at("2026-06-01T00:00:00");
    facts.watchedSince = at("2026-01-01T00:00:00");
    QCOMPARE(judgeActivity(facts, Timeframe(), *at("2026-07-01T00:00:00")).kind, Kind::Inactive);
    for (const char *now : { "2026-05-01T00:00:00", "2020-01-01T00:00:00", "1970-01-01T00:00:00" })
        QCOMPARE(judgeActivity(facts, Timeframe(), *at(now)).kind, Kind::Active);
    facts.watchedSince = at("2030-01-01T00:00:00"); // written while the clock was ahead
    QCOMPARE(judgeActivity(facts, Timeframe(), *at("2026-07-01T00:00:00")).kind, Kind::Unjudged);
    facts.created = std::numeric_limits<qint64>::max() - 1;
    QCOMPARE(judgeActivity(facts, frame("12mo"), *at("2026-07-01T00:00:00")).kind, Kind::Active);
}

void TestInactive::whoIsBeingDeletedIsNotListed()
{
    ActivityFacts facts;
    facts.created = at("2020-01-01T00:00:00");
    facts.watchedSince = at("2020-01-01T00:00:00");
    facts.deleting = true;
    QCOMPARE(judgeActivity(facts, Timeframe(), *at("2026-07-01T00:00:00")).kind, Kind::Deleting);
}

void TestInactive::theFilterIsTheRule()
{
    const qint64 now = *at("2026-11-27T00:00:00");
    Users some;
    ActivityFacts facts;
    facts.created = now - 500 * Day;
    facts.watchedSince = now - 400 * Day;
    facts.lastLogin = now - 30 * Day;
    some.add(facts); // slot 0: inactive
    facts.lastLogin = now - 30 * Day + 1;
    some.add(facts); // 1: active
    facts.lastLogin.reset();
    facts.watchedSince = now - 10 * Day;
    some.add(facts); // 2: not judged
    facts.watchedSince = now - 400 * Day;
    facts.deleting = true;
    some.add(facts); // 3: on its way out
    const Schema &schema = schemaOf(TableId::Users);
    const FilterRun listed(Filter::inactive(Timeframe(), schema), some.table.view(), { now, {} });
    QCOMPARE(listed.all(), (std::vector<quint8> { 1, 0, 0, 0 }));
    const FilterRun unjudged(Filter::inactive(Timeframe(), schema, true), some.table.view(), { now, {} });
    QCOMPARE(unjudged.all(), (std::vector<quint8> { 0, 0, 1, 0 }));
    for (Table::Slot slot = 0; slot < 4; ++slot) {
        QCOMPARE(listed.matches(slot), slot == 0);
        QCOMPARE(unjudged.matches(slot), slot == 2);
    }
    const Filter filter = Filter::inactive(frame("90d"), schema);
    QVERIFY(filter.hasAges());
    QVERIFY(filter.reads(users::LastLogin, schema.column(users::LastLogin)));
    QVERIFY(!filter.reads(users::QuotaBytes, schema.column(users::QuotaBytes)));
    QVERIFY(!(filter == Filter::inactive(Timeframe(), schema)));
    QVERIFY(!(filter == Filter::inactive(frame("90d"), schema, true)));
    QVERIFY(filter == Filter::inactive(frame("90d"), schema));
}

void TestInactive::rowsComeWhenTheirTimeHasCome()
{
    const qint64 now = *at("2026-11-27T00:00:00");
    Users some;
    ActivityFacts facts;
    facts.created = now - 500 * Day;
    facts.watchedSince = now - 400 * Day;
    facts.lastLogin = now - 10 * Day;
    some.add(facts);
    facts.lastLogin = now - 29 * Day;
    some.add(facts);
    const Filter filter = Filter::inactive(Timeframe(), schemaOf(TableId::Users));
    const FilterRun before(filter, some.table.view(), { now, {} });
    QCOMPARE(before.nextFlip(), std::optional(now + Day));
    QCOMPARE(before.nextFlip(0), std::optional(now + 20 * Day));
    const FilterRun after(filter, some.table.view(), { now + Day, {} });
    QCOMPARE(after.flippedSince(now), QList<Table::Slot> { 1 });
    QVERIFY(after.matches(1));
    QCOMPARE(FilterRun(filter, some.table.view(), { now, {} }).flippedSince(now + Day), QList<Table::Slot> { 1 });
}

void TestInactive::eachServersClockCounts()
{
    const qint64 now = *at("2026-11-27T00:00:00");
    Users some;
    ActivityFacts facts;
    facts.created = now - 500 * Day;
    facts.watchedSince = now - 400 * Day;
    facts.lastLogin = now - 29 * Day;
    some.add(facts, 5, 1);
    some.add(facts, 7, 2);
    const FilterTime time { now, { { 2, Day } } }; // the second server is a day ahead
    const FilterRun run(Filter::inactive(Timeframe(), schemaOf(TableId::Users)), some.table.view(), time);
    QCOMPARE(run.all(), (std::vector<quint8> { 0, 1 }));
    QCOMPARE(run.nextFlip(0), std::optional(now + Day));
    QCOMPARE(
        summariseInactive(some.table.view(), ActivityColumns::of(some.table.schema()), Timeframe(), time).bytes, 7);
}

void TestInactive::twoFiltersTogether()
{
    const qint64 now = *at("2026-11-27T00:00:00");
    Users some;
    ActivityFacts facts;
    facts.created = now - 500 * Day;
    facts.watchedSince = now - 400 * Day;
    some.add(facts);
    some.add(facts);
    const Schema &schema = schemaOf(TableId::Users);
    const Filter typed = Filter::parse(QStringLiteral("user2"), schema).value();
    const Filter rule = Filter::inactive(Timeframe(), schema);
    const Filter both = Filter::both(rule, typed);
    QCOMPARE(FilterRun(both, some.table.view(), { now, {} }).all(), (std::vector<quint8> { 0, 1 }));
    QVERIFY(Filter::both(rule, Filter()) == rule);
    QVERIFY(Filter::both(Filter(), typed) == typed);
    QVERIFY(!(both == Filter::both(rule, Filter::parse(QStringLiteral("user1"), schema).value())));
    QVERIFY(both.hasAges());
}

void TestInactive::theSummaryCounts()
{
    const qint64 now = *at("2026-11-27T00:00:00");
    Users some;
    ActivityFacts facts;
    facts.created = now - 500 * Day;
    facts.watchedSince = now - 400 * Day;
    some.add(facts, 1000);
    some.add(facts);
    facts.lastLogin = now;
    some.add(facts, 9);
    facts.lastLogin.reset();
    facts.watchedSince = now - 10 * Day;
    some.add(facts, 9);
    facts.watchedSince = now - 5 * Day;
    some.add(facts, 9);
    facts.watchedSince.reset();
    some.add(facts, 9);
    facts.deleting = true;
    some.add(facts, 9);
    InactiveSummary wanted;
    wanted.accounts = 6;
    wanted.inactive = 2;
    wanted.bytes = 1000;
    wanted.withoutBytes = 1;
    wanted.unjudged = 3;
    wanted.neverJudged = 1;
    wanted.judgedFrom = now + 20 * Day;
    wanted.judgedUntil = now + 25 * Day;
    const ActivityColumns columns = ActivityColumns::of(some.table.schema());
    QVERIFY(columns.isValid());
    QVERIFY(summariseInactive(some.table.view(), columns, Timeframe(), { now, {} }) == wanted);
    const std::vector<quint8> only { 1, 0, 1, 0, 0, 0, 1 };
    const InactiveSummary few = summariseInactive(some.table.view(), columns, Timeframe(), { now, {} }, &only);
    QCOMPARE(few.accounts, 2);
    QCOMPARE(few.inactive, 1);
    QCOMPARE(few.bytes, 1000);
}

void TestInactive::randomRowsAgreeWithTheNaiveRule()
{
    std::mt19937 random(20261127);
    const auto below = [&](int n) { return int(random() % unsigned(n)); };
    const qint64 start = *at("2023-11-01T00:00:00");
    struct Span {
        const char *text;
        int months;
        qint64 us;
    };
    const Span spans[] = { { "30d", 0, 30 * Day }, { "90d", 0, 90 * Day }, { "6mo", 6, 0 }, { "12mo", 12, 0 },
        { "1mo1d", 1, Day }, { "5d", 0, 5 * Day } };
    for (int round = 0; round < 40'000; ++round) {
        const Span &span = spans[below(std::size(spans))];
        ActivityFacts facts;
        // Days and few hours, so that edges are met often.
        const auto some = [&]() -> std::optional<qint64> {
            if (below(5) == 0)
                return std::nullopt;
            return start + below(900) * Day + below(3) * 3600 * Second;
        };
        facts.created = some();
        facts.lastLogin = some();
        facts.watchedSince = some();
        facts.deleting = below(20) == 0;
        qint64 now = start + below(1200) * Day + below(3) * 3600 * Second + below(3) - 1;
        const ActivityVerdict verdict = judgeActivity(facts, frame(span.text), now);
        QCOMPARE(verdict.kind, naive(facts, span.months, span.us, now));
        for (const std::optional<qint64> edge : { verdict.listedFrom, verdict.protectedUntil }) {
            if (!edge)
                continue;
            for (const qint64 near : { *edge - 1, *edge, *edge + 1 })
                QCOMPARE(judgeActivity(facts, frame(span.text), near).kind, naive(facts, span.months, span.us, near));
        }
        // Between now and the next edge nothing changes.
        Users one;
        one.add(facts);
        const bool unjudged = below(2) == 0;
        const FilterRun run(
            Filter::inactive(frame(span.text), one.table.schema(), unjudged), one.table.view(), { now, {} });
        QCOMPARE(run.matches(0), verdict.kind == (unjudged ? Kind::Unjudged : Kind::Inactive));
        if (round % 8 == 0) {
            const qint64 last = run.nextFlip().value_or(start + 9000 * Day) - 1;
            QCOMPARE(naive(facts, span.months, span.us, last) == (unjudged ? Kind::Unjudged : Kind::Inactive),
                run.matches(0));
        }
    }
}

void TestInactive::twoHundredThousandAccounts()
{
    std::mt19937 random(7);
    const qint64 now = *at("2026-11-27T00:00:00");
    Users many;
    for (int i = 0; i < 200'000; ++i) {
        ActivityFacts facts;
        facts.created = now - qint64(random() % 2000) * Day;
        facts.watchedSince = now - 400 * Day;
        if (random() % 10)
            facts.lastLogin = now - qint64(random() % 700) * Day - qint64(random() % 86'400) * Second;
        many.add(facts, qint64(random() % 1'000'000'000));
    }
    const TableView view = many.table.view();
    const ActivityColumns columns = ActivityColumns::of(many.table.schema());
    for (const Timeframe &timeframe : Timeframe::usual()) {
        QElapsedTimer timer;
        timer.start();
        const InactiveSummary sum = summariseInactive(view, columns, timeframe, { now, {} });
        const qint64 summed = timer.nsecsElapsed();
        const FilterRun run(Filter::inactive(timeframe, many.table.schema()), view, { now, {} });
        timer.start();
        const std::vector<quint8> mask = run.all();
        const qint64 filtered = timer.nsecsElapsed();
        timer.start();
        const std::optional<qint64> next = run.nextFlip();
        const qint64 flipped = timer.nsecsElapsed();
        QCOMPARE(qsizetype(std::count(mask.begin(), mask.end(), 1)), sum.inactive);
        QVERIFY(next && *next > now);
        qInfo("%s: %lld inactive; summary %.1f ms, filter %.1f ms, next flip %.1f ms", timeframe.text().constData(),
            qlonglong(sum.inactive), double(summed) / 1e6, double(filtered) / 1e6, double(flipped) / 1e6);
    }
}

QTEST_GUILESS_MAIN(TestInactive)
#include "tst_inactive.moc"
