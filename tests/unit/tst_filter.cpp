// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/safetext.h"
#include "core/table/filter.h"
#include "tests/unit/faketable.h"

#include <QDateTime>
#include <QTest>
#include <QTimeZone>

#include <functional>

using namespace mailhelm;

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 Hour = 3600 * Second;
constexpr qint64 Day = 24 * Hour;

qint64 utc(int year, int month, int day, int hour = 0, int minute = 0, int second = 0)
{
    return QDateTime(QDate(year, month, day), QTime(hour, minute, second), Qt::UTC).toSecsSinceEpoch() * Second;
}

Filter parsed(const QString &text, const Schema &schema = fakeSchema())
{
    FilterError where;
    const Result<Filter> filter = Filter::parse(text, schema, &where);
    if (!filter) {
        qWarning() << "not understood:" << text << where.position << where.message;
        return {};
    }
    return filter.value();
}

using Naive = std::function<bool(const Table &, Table::Slot, const FilterTime &)>;
struct Pair {
    QString text;
    Naive naive;
};

QByteArray textOf(const Value &value)
{
    const auto *text = std::get_if<QByteArray>(&value);
    return text ? QString::fromUtf8(*text).toCaseFolded().toUtf8() : QByteArray();
}

/// A random term, and what it should mean, written from the manual rather than from the parser.
Pair randomTerm(std::mt19937 &random)
{
    const auto below = [&](int n) { return int(random() % unsigned(n)); };
    const Schema schema = fakeSchema();
    const int column = below(schema.columnCount());
    const ColumnSpec &spec = schema.column(column);
    const QString key = QString::fromUtf8(spec.key);
    const Value value = randomValue(spec.type, random);
    if (below(6) == 0 || std::holds_alternative<std::monostate>(value))
        return { key + QStringLiteral("=?"),
            [column](const Table &t, Table::Slot s, const FilterTime &) { return !t.column(column).isKnown(s); } };
    if (below(4) == 0) {
        return { Filter::quoted(spec.key, value, spec.type),
            [column, value](const Table &t, Table::Slot s, const FilterTime &) {
                const Value cell = t.column(column).value(s);
                if (std::holds_alternative<QByteArray>(value))
                    return t.column(column).isKnown(s) && textOf(cell) == textOf(value);
                return cell == value;
            } };
    }
    const int op = below(4);
    static const char *const signs[] = { ">", "<", ">=", "<=" };
    const auto holds = [op](auto a, auto b) { return op == 0 ? a > b : op == 1 ? a < b : op == 2 ? a >= b : a <= b; };
    switch (spec.type) {
    case ColumnType::Text:
    case ColumnType::Choice: {
        const QByteArray part = textOf(value).left(3);
        QString quotedPart = QString::fromUtf8(validUtf8(part));
        quotedPart.replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('"'), QLatin1String("\\\""));
        return { key + QStringLiteral(":\"") + quotedPart + QLatin1Char('"'),
            [column, part](const Table &t, Table::Slot s, const FilterTime &) {
                return t.column(column).isKnown(s) && textOf(t.column(column).value(s)).contains(validUtf8(part));
            } };
    }
    case ColumnType::Number: {
        const qint64 n = std::get<qint64>(value);
        return { key + QLatin1String(signs[op]) + QString::number(n),
            [column, n, holds](const Table &t, Table::Slot s, const FilterTime &) {
                return t.column(column).isKnown(s) && holds(t.column(column).number(s), n);
            } };
    }
    case ColumnType::Time: {
        const int minutes = below(200);
        return { key + QLatin1String(signs[op]) + QString::number(minutes) + QLatin1String("min"),
            [column, minutes, holds](const Table &t, Table::Slot s, const FilterTime &time) {
                return t.column(column).isKnown(s)
                    && holds(time.nowUs + time.offsets.value(t.keyAt(s).server) - t.column(column).number(s),
                        qint64(minutes) * 60 * Second);
            } };
    }
    case ColumnType::Flag:
        return { key + (std::get<bool>(value) ? QStringLiteral(":true") : QStringLiteral(":no")),
            [column, value](
                const Table &t, Table::Slot s, const FilterTime &) { return t.column(column).value(s) == value; } };
    case ColumnType::Address: {
        const QByteArray part = std::get<Address>(value).toText().left(1 + below(6));
        return { key + QLatin1Char(':') + QString::fromLatin1(part),
            [column, part](const Table &t, Table::Slot s, const FilterTime &) {
                if (!t.column(column).isKnown(s))
                    return false;
                const std::optional<Address> whole = Address::parse(part);
                return t.column(column).address(s).toText().contains(part)
                    || (whole && *whole == t.column(column).address(s));
            } };
    }
    }
    return {};
}

Pair randomWord(std::mt19937 &random)
{
    static const char *const words[] = { "alice", "ÄRG", "0.0", "db8", "::1", "10.0.0.1", "strasse", "z", "1" };
    const QByteArray word(words[random() % std::size(words)]);
    const QByteArray folded = QString::fromUtf8(word).toCaseFolded().toUtf8();
    return { QString::fromUtf8(word), [folded](const Table &t, Table::Slot s, const FilterTime &) {
                for (int c = 0; c < t.schema().columnCount(); ++c) {
                    const Value cell = t.column(c).value(s);
                    if (textOf(cell).contains(folded) && std::holds_alternative<QByteArray>(cell))
                        return true;
                    if (const auto *address = std::get_if<Address>(&cell);
                        address && address->toText().contains(folded))
                        return true;
                }
                return false;
            } };
}

Pair randomExpression(std::mt19937 &random, int depth)
{
    const int kind = int(random() % (depth > 0 ? 6 : 2));
    if (kind == 0)
        return randomWord(random);
    if (kind <= 2)
        return randomTerm(random);
    const Pair a = randomExpression(random, depth - 1);
    if (kind == 3)
        return { QStringLiteral("!(%1)").arg(a.text),
            [f = a.naive](const Table &t, Table::Slot s, const FilterTime &n) { return !f(t, s, n); } };
    const Pair b = randomExpression(random, depth - 1);
    if (kind == 4)
        return { QStringLiteral("(%1) (%2)").arg(a.text, b.text),
            [f = a.naive, g = b.naive](
                const Table &t, Table::Slot s, const FilterTime &n) { return f(t, s, n) && g(t, s, n); } };
    return { QStringLiteral("(%1 | %2)").arg(a.text, b.text),
        [f = a.naive, g = b.naive](
            const Table &t, Table::Slot s, const FilterTime &n) { return f(t, s, n) || g(t, s, n); } };
}

} // namespace

class TestFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("TZ", "Europe/Berlin"); // local time is not UTC here, and has summer time
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".?")));
    }

    void matches_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("matches");
        const auto row
            = [](const char *text, bool matches) { QTest::newRow(text) << QString::fromUtf8(text) << matches; };
        row("", true);
        row("   ", true);
        // Words
        row("alice", true);
        row("ALICE", true);
        row("lic", true);
        row("bob", false);
        row("alice mx1", true);
        row("alice bob", false);
        row("bob | alice", true);
        row("bob alice | idle", true);
        row("idle | bob alice", true);
        row("bob | alice bob", false);
        row("203.0.113", true);
        row("203.0.113.0/24", true);
        row("203.0.112.0/24", false);
        row("993", false); // numbers are not words
        row("2026", false);
        row("\"alice@\"", true);
        row("\"alice idle\"", false);
        row("!bob", true);
        row("!alice", false);
        row("!!alice", true);
        row("!(bob | carol)", true);
        row("(bob | alice) mx1", true);
        row("(bob|alice)mx2", false);
        row("(((alice)))", true);
        // Text
        row("user:alice", true);
        row("user:example", true);
        row("user=alice", false);
        row("user=ALICE@Example.org", true);
        row("USER:alice", true);
        row("user:\"alice\"", true);
        row("user!=bob", true);
        row("user!=alice@example.org", false);
        row("user>alice", true);
        row("user<b", true);
        row("user>=alice@example.org", true);
        row("user<=alice", false);
        row("user:\"\"", true);
        row("user=\"\"", false);
        row("user=?", false);
        row("!user=?", true);
        row("user!=?", true);
        row("user=\"?\"", false);
        row("state=idle", true);
        row("server:mx1", true);
        // Addresses
        row("address:203.0", true);
        row("address=203.0.113.7", true);
        row("address=203.0.113.70", false);
        row("address:203.0.113.0/24", true);
        row("address=203.0.113.0/24", true);
        row("address=203.0.113.99/24", true);
        row("address=0.0.0.0/0", true);
        row("address=::ffff:203.0.113.0/120", true);
        row("address=::ffff:203.0.113.7", true);
        row("address=2001:db8::/32", false);
        row("address=10.0.0.0/8", false);
        row("address>203.0.113.6", true);
        row("address<::", true); // IPv4 before IPv6
        row("address>=203.0.113.8", false);
        // Numbers and sizes
        row("port=993", true);
        row("port:993", true);
        row("port:99", false);
        row("port>992", true);
        row("port>993", false);
        row("port>=993", true);
        row("port<993", false);
        row("port<=993", true);
        row("port>-5", true);
        row("bytes_in>1M", true);
        row("bytes_in>1.5M", false);
        row("bytes_in=1500k", true);
        row("bytes_in=1.5MB", true);
        row("bytes_in>1Mi", true);
        row("bytes_in<2mib", true);
        row("bytes_in>1.5Mi", false);
        row("bytes_in<1G", true);
        // Flags
        row("since_exact=no", true);
        row("since_exact=false", true);
        row("since_exact:yes", false);
        row("since_exact=TRUE", false);
        row("since_exact=?", false);
        // Ages: since is 2 h 5 min ago
        row("since>1h", true);
        row("since>2h5m", false);
        row("since>=2h5min", true);
        row("since<=125min", true);
        row("since<2h5m", false);
        row("since<3h", true);
        row("since>7499s", true);
        row("since<1d", true);
        row("since<1w", true);
        row("since<1mo", true);
        row("since<1y", true);
        row("since>2.5h", false);
        row("since>2.05h", true);
        row("!since<1h", true);
        // Points: since is 2026-11-22 11:18:54 UTC, 12:18:54 in Berlin
        row("since>2026-11-22", true);
        row("since>2026-11-23", false);
        row("since<2026-11-23", true);
        row("since=2026-11-22", true);
        row("since:2026-11-21", false);
        row("since=\"2026-11-22 12:18\"", true);
        row("since=2026-11-22T12:18:54", true);
        row("since=2026-11-22T11:18:54Z", true);
        row("since=2026-11-22T13:18:54+02:00", true);
        row("since=2026-11-22T11:18:54", false);
        row("since>2026-11-22T11:18:53.9Z", true);
        row("since>2026-11-22T11:18:54Z", false);
        row("since>=2026-11-22T11:18:54Z", true);
        // Never
        row("last_login=never", true);
        row("last_login=?", true);
        row("last_login<90d", false);
        row("last_login>90d", false);
        row("last_login!=never", false);
        row("!last_login<90d", true); // not known satisfies no comparison, but a negated one
        // Looks like a key, but is an address
        row("fe80::1", false);
        row("2001:db8::", false);
        row("::", false);
    }
    void matches()
    {
        QFETCH(QString, text);
        QFETCH(bool, matches);
        Table table(fakeSchema());
        const Table::Slot slot = table.insert({ 1, 7 });
        table.column(fake::User).setText(slot, "alice@example.org");
        table.column(fake::State).setText(slot, "idle");
        table.column(fake::Since).setNumber(slot, utc(2026, 11, 22, 11, 18, 54));
        table.column(fake::SinceExact).setFlag(slot, false);
        table.column(fake::From).setAddress(slot, *Address::parse("203.0.113.7"));
        table.column(fake::Port).setNumber(slot, 993);
        table.column(fake::BytesIn).setNumber(slot, 1'500'000);
        table.column(fake::Server).setText(slot, "mx1");
        const FilterTime time { utc(2026, 11, 22, 11, 18, 54) + 2 * Hour + 300 * Second, {} };
        const FilterRun run(parsed(text), table.view(), time);
        QCOMPARE(run.matches(slot), matches);
        QCOMPARE(run.all(), std::vector<quint8> { quint8(matches) });
    }

    void saysWhatIsWrongAndWhere_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("position");
        QTest::addColumn<int>("length");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *text, int position, int length, const char *says) {
            QTest::newRow(text) << QString::fromUtf8(text) << position << length << QString::fromUtf8(says);
        };
        row("usr:alice", 0, 3, "Did you mean user?");
        row("alice sice>1h", 6, 4, "Did you mean since?");
        row("last:x", 0, 4, "Did you mean last_login?");
        row("colour=red", 0, 6, "Columns are user, state, since");
        row("user:", 4, 1, "user=\"\" for what is known to be empty");
        row("user: alice", 4, 1, "a value is missing after :");
        row("port>=", 4, 2, "a value is missing after >=");
        row("port=abc", 5, 3, "no whole number");
        row("port>1M", 5, 2, "no whole number");
        row("port=1.5", 5, 3, "no whole number");
        row("port=99999999999999999999", 5, 20, "no whole number");
        row("bytes_in>1X", 9, 2, "such as 1.5M");
        row("bytes_in>1e9", 9, 3, "such as 1.5M");
        row("since>1", 6, 1, "neither a span");
        row("since>1q", 6, 2, "neither a span");
        row("since>99999y", 6, 6, "neither a span");
        row("since>1.5mo", 6, 5, "neither a span");
        row("since>2026-13-01", 6, 10, "nor a date");
        row("since>2026-11-1", 6, 9, "nor a date");
        row("since>2026-11-01T25:00", 6, 16, "nor a date");
        row("since=1h", 6, 2, "since>1h for older");
        row("since>?", 6, 1, "since=?");
        row("since_exact=maybe", 12, 5, "neither yes nor no");
        row("since_exact>yes", 12, 3, "no order");
        row("address=10.0.0", 8, 6, "10.0.0.0/8");
        row("address=10.0.0.0/33", 8, 11, "neither an address nor a network");
        row("address:host", 8, 4, "occurs in no address");
        row("address>10.0.0.0/8", 8, 10, "by size");
        row("\"alice", 0, 6, "never closed");
        row("user:\"alice", 5, 6, "never closed");
        row("user:\"alice\"x", 12, 1, "space after the closing quote");
        row("user:a\"b", 6, 1, "Put the whole value in quotes");
        row("a\"b\"", 1, 1, "Put the whole value in quotes");
        row("\"\"", 0, 2, "empty word");
        row("| alice", 0, 1, "nothing before this |");
        row("alice || bob", 7, 1, "nothing before this |");
        row("alice |", 7, 1, "missing at the end");
        row("(alice", 0, 1, "never closed");
        row("alice)", 0, 0, ""); // not a group: an ordinary letter
        row("alice )", 6, 1, "closes nothing");
        row("()", 1, 1, "nothing before this )");
        row("! alice", 0, 1, "Remove the space");
        row("!", 0, 1, "directly");
        row("=alice", 0, 1, "a column is missing before =");
        row(">1h", 0, 1, "a column is missing before >");
    }
    void saysWhatIsWrongAndWhere()
    {
        QFETCH(QString, text);
        QFETCH(int, position);
        QFETCH(int, length);
        QFETCH(QString, says);
        FilterError where;
        const Result<Filter> filter = Filter::parse(text, fakeSchema(), &where);
        if (says.isEmpty()) {
            QVERIFY(filter.ok());
            return;
        }
        QVERIFY(!filter.ok());
        QCOMPARE(filter.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(where.message.contains(says), qPrintable(where.message));
        QVERIFY2(filter.error().detail.contains(QStringLiteral("character %1").arg(position + 1)),
            qPrintable(filter.error().detail));
        QCOMPARE(where.position, position);
        QCOMPARE(where.length, length);
    }

    void refusesWhatWouldExhaustTheStack()
    {
        QVERIFY(!Filter::parse(QString(5000, QLatin1Char('!')) + QLatin1Char('a'), fakeSchema()));
        QVERIFY(!Filter::parse(QString(5000, QLatin1Char('(')), fakeSchema()));
        QVERIFY(!Filter::parse(QString(100'000, QLatin1Char('a')), fakeSchema()));
    }

    void neverBreaksOnAnyText()
    {
        std::mt19937 random(5);
        const QString pieces = QStringLiteral("user: =<>!|()\"\\ since?10.0/8\t日");
        for (int i = 0; i < 20'000; ++i) {
            QString text;
            for (int n = int(random() % 20); n > 0; --n)
                text += pieces[qsizetype(random() % unsigned(pieces.size()))];
            FilterError where;
            const Result<Filter> filter = Filter::parse(text, fakeSchema(), &where);
            if (!filter) {
                QVERIFY(where.position >= 0 && where.position <= text.size());
                QVERIFY(where.length >= 1 && where.position + where.length <= text.size() + 1);
                QVERIFY(!where.message.isEmpty());
            }
        }
    }

    void quotesAnyText()
    {
        std::mt19937 random(6);
        const QString letters = QStringLiteral("ab\"\\ |!()=:?\n\t") + QChar(0x202e) + QChar(0xe4);
        Table table(fakeSchema());
        const Table::Slot row = table.insert({ 0, 1 });
        const Table::Slot other = table.insert({ 0, 2 });
        for (int i = 0; i < 2000; ++i) {
            QString text;
            for (int n = int(random() % 8); n > 0; --n)
                text += letters[qsizetype(random() % unsigned(letters.size()))];
            table.column(fake::User).setText(row, text.toUtf8());
            table.column(fake::User).setText(other, text.toUtf8() + 'x');
            const FilterRun run(parsed(Filter::quoted("user", QByteArrayView(text.toUtf8()))), table.view(), {});
            QVERIFY(run.matches(row));
            QVERIFY(!run.matches(other));
        }
    }

    void quotesEveryType()
    {
        std::mt19937 random(7);
        Table table(fakeSchema());
        const Table::Slot row = table.insert({ 0, 1 });
        for (int i = 0; i < 2000; ++i) {
            const int column = int(random() % 9);
            Value value = randomValue(table.schema().column(column).type, random);
            if (auto *number = std::get_if<qint64>(&value))
                *number += qint64(random() % 1000) - 500; // not on whole seconds
            table.column(column).set(row, value);
            const QString term
                = Filter::quoted(table.schema().column(column).key, value, table.schema().column(column).type);
            QVERIFY2(FilterRun(parsed(term), table.view(), {}).matches(row), qPrintable(term));
            table.column(column).setUnknown(row);
            QCOMPARE(
                FilterRun(parsed(term), table.view(), {}).matches(row), std::holds_alternative<std::monostate>(value));
        }
    }

    void meansWhatTheManualSays()
    {
        std::mt19937 random(8);
        FakeTable live;
        for (RowId id = 1; id <= 150; ++id)
            live.addRandom({ quint16(id % 3), id }, random);
        for (Table::Slot slot = 0; slot < 150; slot += 7)
            live.raw().remove(slot);
        live.time().offsets = { { 1, 90 * Second }, { 2, -Hour } };
        const Table &table = live.table();
        for (int i = 0; i < 4000; ++i) {
            const Pair pair = randomExpression(random, 3);
            const Filter filter = parsed(pair.text);
            const FilterRun run(filter, table.view(), live.time());
            const std::vector<quint8> mask = run.all();
            for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot) {
                const bool expected = table.isLive(slot) && pair.naive(table, slot, live.time());
                QVERIFY2(bool(mask[slot]) == expected, qPrintable(pair.text));
                if (table.isLive(slot))
                    QVERIFY2(run.matches(slot) == expected, qPrintable(pair.text));
            }
        }
    }

    void saysWhatItReads()
    {
        const Schema schema = fakeSchema();
        const auto reads = [&](const char *text, int column) {
            return parsed(QString::fromUtf8(text)).reads(column, schema.column(column));
        };
        QVERIFY(reads("alice", fake::User));
        QVERIFY(!reads("alice", fake::From)); // no l in an address
        QVERIFY(reads("10.0", fake::From));
        QVERIFY(!reads("10.0", fake::Port));
        QVERIFY(reads("x !(port=25 | y)", fake::Port));
        QVERIFY(!reads("port=25", fake::User));
        QVERIFY(parsed(QStringLiteral("x | !since>1h")).hasAges());
        QVERIFY(!parsed(QStringLiteral("since>2026-11-01")).hasAges());
    }

    void monthsAreCalendarMonths()
    {
        Table table(fakeSchema());
        const Table::Slot row = table.insert({ 0, 1 });
        const auto older = [&](qint64 time, const char *span, qint64 now) {
            table.column(fake::Since).setNumber(row, time);
            return FilterRun(parsed(QLatin1String("since>=") + QLatin1String(span)), table.view(), { now, {} })
                .matches(row);
        };
        QVERIFY(older(utc(2026, 1, 15, 8), "1mo", utc(2026, 2, 15, 8)));
        QVERIFY(!older(utc(2026, 1, 15, 8), "1mo", utc(2026, 2, 15, 8) - 1));
        QVERIFY(older(utc(2026, 1, 31), "1mo", utc(2026, 2, 28)));
        QVERIFY(!older(utc(2026, 1, 31), "1mo", utc(2026, 2, 27, 23)));
        QVERIFY(older(utc(2024, 2, 29), "1y", utc(2025, 2, 28)));
        QVERIFY(older(utc(2026, 1, 15), "12mo", utc(2027, 1, 15)));
        QVERIFY(!older(utc(2026, 1, 15), "1y1d", utc(2027, 1, 15)));
        QVERIFY(older(utc(1969, 12, 15, 3), "1mo", utc(1970, 1, 15, 3)));
        QVERIFY(!older(utc(1969, 12, 15, 3), "1mo", utc(1970, 1, 15, 3) - 1));
        // Nonsense from a server does no harm.
        QVERIFY(!older(std::numeric_limits<qint64>::max(), "1mo", utc(2026, 1, 1)));
        QVERIFY(older(std::numeric_limits<qint64>::min(), "10000y", utc(2026, 1, 1)));
    }

    /// Between two flips nothing changes; at each, what flippedSince() names is all that changes.
    void knowsWhenAgesDecideOtherwise()
    {
        std::mt19937 random(9);
        static const char *const texts[] = { "since>1h", "since<30m", "since>=1h since<2h", "!since<=45m",
            "since>1h | last_login<3h", "user:a since>1h" };
        for (const char *text : texts) {
            FakeTable live;
            for (RowId id = 1; id <= 40; ++id)
                live.addRandom({ quint16(id % 2), id }, random);
            live.time().offsets = { { 1, 17 * Second + 3 } };
            const Filter filter = parsed(QLatin1String(text));
            FilterTime time = live.time();
            int flips = 0;
            for (;;) {
                const FilterRun before(filter, live.table().view(), time);
                const std::optional<qint64> next = before.nextFlip();
                if (!next)
                    break;
                QVERIFY(*next > time.nowUs);
                FilterTime until = time;
                until.nowUs = *next - 1;
                QCOMPARE(FilterRun(filter, live.table().view(), until).all(), before.all());
                FilterTime at = time;
                at.nowUs = *next;
                const FilterRun after(filter, live.table().view(), at);
                const QList<Table::Slot> named = after.flippedSince(time.nowUs);
                QVERIFY(!named.isEmpty());
                for (Table::Slot slot = 0; slot < live.table().slotEnd(); ++slot)
                    if (before.matches(slot) != after.matches(slot))
                        QVERIFY(named.contains(slot));
                time = at;
                ++flips;
            }
            QVERIFY2(flips > 2, text);
            QCOMPARE(FilterRun(filter, live.table().view(), { time.nowUs + 400 * Day, time.offsets }).all(),
                FilterRun(filter, live.table().view(), time).all());
        }
    }

    void completes()
    {
        const Schema schema = fakeSchema();
        const auto complete = [&](const char *text, int cursor = -1) {
            const QString whole = QString::fromUtf8(text);
            return Filter::complete(whole, cursor < 0 ? whole.size() : cursor, schema);
        };
        QCOMPARE(complete("us").choices, QStringList { QStringLiteral("user") });
        QCOMPARE(complete("alice !si").from, 7);
        QCOMPARE(complete("alice !si").length, 2);
        QCOMPARE(
            complete("alice !si").choices, (QStringList { QStringLiteral("since"), QStringLiteral("since_exact") }));
        QVERIFY(complete("since").choices.contains(QStringLiteral("since>")));
        QVERIFY(complete("since").choices.contains(QStringLiteral("since_exact")));
        QCOMPARE(complete("since_exact=").choices,
            (QStringList { QStringLiteral("=yes"), QStringLiteral("=no"), QStringLiteral("=?") }));
        QCOMPARE(complete("since_exact=").from, 11);
        QCOMPARE(complete("(po", 3).choices, QStringList { QStringLiteral("port") });
        QCOMPARE(complete("po alice", 2).choices, QStringList { QStringLiteral("port") });
        QVERIFY(complete("last_login=n").choices.contains(QStringLiteral("=never")));
        QVERIFY(complete("\"us").choices.isEmpty());
        QVERIFY(complete("nobody:").choices.isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestFilter)
#include "tst_filter.moc"
