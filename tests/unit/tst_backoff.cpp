// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/backoff.h"
#include "core/net/penalties.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace mailhelm;
using namespace std::chrono_literals;

static Address v4(quint32 number)
{
    return Address::fromV4(number);
}

/// Who waits how long: the console before it dials again, a source of failed logins before it is heard again.
class TestBackoff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void waitsDoubleUpToAMinute();
    void waitsAreSpreadAndBounded();
    void successMakesTheNextWaitShort();

    void oneSourceIsOneV4AddressOrOneV6Network();
    void firstFailuresAreFree();
    void penaltiesDoubleUpToTenMinutes();
    void successForgives();
    void quietTimeForgives();
    void sourcesAreBounded();
    void penaltiesLikeNaiveReference();
};

void TestBackoff::waitsDoubleUpToAMinute()
{
    Backoff lowest([] { return 0.0; });
    QList<int> waits;
    for (int i = 0; i < 8; ++i)
        waits += int(lowest.next() / 1ms);
    QCOMPARE(waits, (QList<int> { 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000 }));
    Backoff highest([] { return 1.0; });
    waits.clear();
    for (int i = 0; i < 8; ++i)
        waits += int(highest.next() / 1ms);
    QCOMPARE(waits, (QList<int> { 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000 }));
}

void TestBackoff::waitsAreSpreadAndBounded()
{
    std::mt19937 random(7);
    std::uniform_real_distribution<double> chance(0.0, 1.0);
    std::map<int, int> firstWaits;
    for (int console = 0; console < 1000; ++console) {
        Backoff backoff([&] { return chance(random); });
        ++firstWaits[int(backoff.next() / 100ms)];
        for (int i = 0; i < 20; ++i) {
            const auto wait = backoff.next();
            QVERIFY(wait >= 1s && wait <= 60s);
        }
    }
    // 1,000 consoles after one restart: no tenth of a second gets much more than its tenth of them.
    QCOMPARE(int(firstWaits.size()), 10);
    for (const auto &[tenth, consoles] : firstWaits)
        QVERIFY2(consoles < 200, qPrintable(QStringLiteral("%1 consoles at %2").arg(consoles).arg(tenth)));
}

void TestBackoff::successMakesTheNextWaitShort()
{
    Backoff backoff([] { return 0.5; });
    for (int i = 0; i < 10; ++i)
        static_cast<void>(backoff.next());
    backoff.reset();
    QVERIFY(backoff.next() == 1500ms);
}

void TestBackoff::oneSourceIsOneV4AddressOrOneV6Network()
{
    QCOMPARE(sourceOf(v4(0xc0000201)), v4(0xc0000201));
    QVERIFY(sourceOf(v4(0xc0000201)) != sourceOf(v4(0xc0000202)));
    const auto source = [](const char *text) { return sourceOf(*Address::parse(text)); };
    QCOMPARE(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    QVERIFY(source("2001:db8:1:2::1") != source("2001:db8:1:3::1"));
    QCOMPARE(source("::ffff:192.0.2.1"), v4(0xc0000201));
}

void TestBackoff::firstFailuresAreFree()
{
    ManualClock clock;
    Penalties penalties(clock, 3);
    for (int i = 0; i < 3; ++i) {
        penalties.failed(v4(1));
        QCOMPARE(penalties.waitUs(v4(1)), 0);
    }
    penalties.failed(v4(1));
    QCOMPARE(penalties.waitUs(v4(1)), 5'000'000);
    QCOMPARE(penalties.waitUs(v4(2)), 0);
    clock.advanceUs(4'999'999);
    QCOMPARE(penalties.waitUs(v4(1)), 1);
    clock.advanceUs(1);
    QCOMPARE(penalties.waitUs(v4(1)), 0);
}

void TestBackoff::penaltiesDoubleUpToTenMinutes()
{
    ManualClock clock;
    Penalties penalties(clock, 0);
    QList<qint64> seconds;
    for (int i = 0; i < 10; ++i) {
        penalties.failed(v4(1));
        seconds += penalties.waitUs(v4(1)) / 1'000'000;
        clock.advanceUs(penalties.waitUs(v4(1)));
    }
    QCOMPARE(seconds, (QList<qint64> { 5, 10, 20, 40, 80, 160, 320, 600, 600, 600 }));
    for (int i = 0; i < 1000; ++i)
        penalties.failed(v4(1)); // a count that large must not shift out of the number
    QCOMPARE(penalties.waitUs(v4(1)), 600'000'000);
    clock.jumpTo(0); // somebody sets the wall clock: no matter
    QCOMPARE(penalties.waitUs(v4(1)), 600'000'000);
}

void TestBackoff::successForgives()
{
    ManualClock clock;
    Penalties penalties(clock, 1);
    for (int i = 0; i < 5; ++i)
        penalties.failed(v4(1));
    QVERIFY(penalties.waitUs(v4(1)) > 0);
    penalties.succeeded(v4(1));
    QCOMPARE(penalties.waitUs(v4(1)), 0);
    QCOMPARE(penalties.size(), 0);
    penalties.failed(v4(1));
    QCOMPARE(penalties.waitUs(v4(1)), 0);
}

void TestBackoff::quietTimeForgives()
{
    ManualClock clock;
    Penalties penalties(clock, 1);
    penalties.failed(v4(1));
    penalties.failed(v4(1));
    QCOMPARE(penalties.waitUs(v4(1)), 5'000'000);
    clock.advanceUs(5'000'000 + 600'000'000);
    penalties.failed(v4(1));
    QCOMPARE(penalties.waitUs(v4(1)), 0);
    penalties.failed(v4(1));
    QCOMPARE(penalties.waitUs(v4(1)), 5'000'000);
}

void TestBackoff::sourcesAreBounded()
{
    ManualClock clock;
    Penalties penalties(clock, 0, 100);
    for (quint32 i = 0; i < 100; ++i)
        penalties.failed(v4(i));
    penalties.failed(v4(0)); // fails again, so that 1 is the one that has been quiet longest
    penalties.failed(v4(100));
    QCOMPARE(penalties.size(), 100);
    QVERIFY(penalties.waitUs(v4(0)) > 0);
    QCOMPARE(penalties.waitUs(v4(1)), 0);
    QVERIFY(penalties.waitUs(v4(100)) > 0);
}

void TestBackoff::penaltiesLikeNaiveReference()
{
    struct Naive {
        int failures = 0;
        qint64 until = 0;
        qint64 order = 0;
    };
    std::mt19937 random(99);
    ManualClock clock;
    Penalties penalties(clock, 2, 20);
    std::map<quint32, Naive> naive;
    qint64 order = 0;
    for (int step = 0; step < 20'000; ++step) {
        const quint32 who = random() % 40;
        const qint64 now = clock.monotonicUs();
        switch (random() % 8) {
        case 0:
            penalties.succeeded(v4(who));
            naive.erase(who);
            break;
        case 1:
            clock.advanceUs(qint64(random() % 900) * 1'000'000);
            break;
        default: {
            penalties.failed(v4(who));
            Naive &entry = naive[who];
            if (entry.failures > 0 && now - entry.until >= 600'000'000)
                entry.failures = 0;
            ++entry.failures;
            qint64 wait = 0;
            for (int i = 2; i < entry.failures; ++i)
                wait = wait == 0 ? 5'000'000 : std::min<qint64>(wait * 2, 600'000'000);
            entry.until = now + wait;
            entry.order = ++order;
            if (naive.size() > 20)
                naive.erase(std::min_element(naive.begin(), naive.end(),
                    [](const auto &a, const auto &b) { return a.second.order < b.second.order; }));
        }
        }
        QCOMPARE(penalties.size(), qsizetype(naive.size()));
        for (quint32 each = 0; each < 40; ++each) {
            const auto found = naive.find(each);
            const qint64 expected
                = found == naive.end() ? 0 : std::max<qint64>(0, found->second.until - clock.monotonicUs());
            QCOMPARE(penalties.waitUs(v4(each)), expected);
        }
    }
}

QTEST_GUILESS_MAIN(TestBackoff)
#include "tst_backoff.moc"
