// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/webmails.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace mailhelm;

namespace
{

constexpr qint64 Second = 1'000'000;

WebmailSession session(const QByteArray &id, const QByteArray &user, qint64 started = 1'000 * Second)
{
    WebmailSession session;
    session.id = id;
    session.user = user;
    session.address = Address::fromV4(0xC0000207);
    session.started = user.isEmpty() ? 0 : started;
    session.lastActive = 2'000 * Second;
    session.expires = 2'600 * Second;
    return session;
}

/// A webmail whose sessions a test sets.
class FakeWebmail final : public WebmailSource
{
public:
    explicit FakeWebmail(const QByteArray &component)
        : m_component(component)
    {
    }
    QByteArray component() const override { return m_component; }
    void start() override { }
    void setWatched(bool) override { }
    void look(std::function<void()> done) override
    {
        QMetaObject::invokeMethod(
            this,
            [this, done] {
                if (!down)
                    Q_EMIT scanned({ ++time * Second, sessions });
                done();
            },
            Qt::QueuedConnection);
    }
    void end(const QList<QByteArray> &ids, std::function<void(const QList<EndResult> &)> done) override
    {
        QList<EndResult> results;
        for (const QByteArray &id : ids) {
            ended.append(id);
            const auto found = std::find_if(
                sessions.begin(), sessions.end(), [&id](const WebmailSession &each) { return each.id == id; });
            if (down)
                results.append({ Ended::Failed, "The database is locked." });
            else if (found == sessions.end())
                results.append({ Ended::Gone, {} });
            else {
                results.append({ Ended::Done, {} });
                if (!stubborn)
                    sessions.erase(found);
            }
        }
        QMetaObject::invokeMethod(
            this, [done, results] { done(results); }, Qt::QueuedConnection);
    }

    QList<WebmailSession> sessions;
    QList<QByteArray> ended;
    qint64 time = 3'000;
    bool down = false;
    bool stubborn = false; ///< what is ended comes back

private:
    const QByteArray m_component;
};

} // namespace

class WebmailTableTest : public QObject
{
    Q_OBJECT

    ManualClock m_clock;
    std::unique_ptr<Registry> m_registry;
    std::unique_ptr<Webmails> m_webmails;
    FakeWebmail *m_mail = nullptr;
    FakeWebmail *m_admin = nullptr;

    const Table &table() { return m_registry->log(TableId::Webmail)->table(); }
    /// user → row, of what is in the table.
    QMultiMap<QByteArray, RowId> rows()
    {
        QMultiMap<QByteArray, RowId> rows;
        for (Table::Slot slot = 0; slot < table().slotEnd(); ++slot)
            if (table().isLive(slot))
                rows.insert(table().column(webmail::User).isKnown(slot)
                        ? table().column(webmail::User).text(slot).toByteArray()
                        : QByteArray("?"),
                    table().keyAt(slot).id);
        return rows;
    }
    void look()
    {
        bool done = false;
        m_webmails->look([&done] { done = true; });
        QTRY_VERIFY_WITH_TIMEOUT(done, 30'000);
    }
    QList<Outcomes::Target> end(const QList<RowId> &ids)
    {
        std::optional<QList<Outcomes::Target>> answer;
        m_webmails->end(ids, [&answer](const QList<Outcomes::Target> &targets) { answer = targets; });
        return QTest::qWaitFor([&answer] { return answer.has_value(); }, 30'000) ? *answer : QList<Outcomes::Target> {};
    }

private Q_SLOTS:
    void init()
    {
        m_registry = std::make_unique<Registry>(1, RowIds("boot", QByteArray(32, 'k')));
        m_webmails = std::make_unique<Webmails>(*m_registry, m_clock);
        std::vector<std::unique_ptr<WebmailSource>> sources;
        sources.push_back(std::make_unique<FakeWebmail>("HTTP/WebMail"));
        sources.push_back(std::make_unique<FakeWebmail>("HTTP/WebAdmin"));
        m_mail = static_cast<FakeWebmail *>(sources[0].get());
        m_admin = static_cast<FakeWebmail *>(sources[1].get());
        WebmailConfig mail;
        mail.hosts = { "127.0.0.1", "2001:db8::1" };
        WebmailConfig admin;
        admin.hosts.clear();
        m_webmails->start(std::move(sources), { mail, admin });
    }

    void aRowTellsEverythingButTheId()
    {
        m_mail->sessions = { session("verysecretid", "alice@lab.test") };
        look();
        QCOMPARE(rows().size(), qsizetype(1));
        const Table::Slot slot = table().slotOf({ 0, rows().first() });
        QCOMPARE(table().column(webmail::Component).text(slot).toByteArray(), QByteArray("HTTP/WebMail"));
        QCOMPARE(table().column(webmail::Started).number(slot), 1'000 * Second);
        QCOMPARE(table().column(webmail::Expires).number(slot), 2'600 * Second);
        const QByteArray shown = table().column(webmail::Session).text(slot).toByteArray();
        QVERIFY(!shown.isEmpty() && !shown.contains("secret"));
        QCOMPARE(m_webmails->table().target(rows().first())->id, QByteArray("verysecretid"));
    }

    void anIdNeverNamesTwoSessions()
    {
        m_mail->sessions = { session("a", "alice@lab.test") };
        look();
        const RowId first = rows().first();
        // Ended, and the browser is back with the same cookie: nobody is logged in.
        m_mail->sessions = { session("a", "") };
        look();
        QCOMPARE(rows().size(), qsizetype(1));
        const RowId second = rows().first();
        QVERIFY(first != second);
        QVERIFY(!m_webmails->table().target(first));
        m_mail->sessions = { session("a", "alice@lab.test", 2'000 * Second) };
        look();
        QVERIFY(rows().first() != first && rows().first() != second);
        // The same id in another webmail is another session.
        m_admin->sessions = { session("a", "alice@lab.test", 2'000 * Second) };
        look();
        QCOMPARE(rows().size(), qsizetype(2));
        QVERIFY(rows().values()[0] != rows().values()[1]);
        // It survives a look, and a restart of the agent.
        const QList<RowId> before = rows().values();
        look();
        QCOMPARE(rows().values(), before);
    }

    void loginsAreToldOnceAndEndsWithTheirTime()
    {
        QSignalSpy logins(&m_webmails->table(), &WebmailTable::loggedIn);
        QSignalSpy ends(&m_webmails->table(), &WebmailTable::ended);
        m_mail->sessions = { session("a", "alice@lab.test"), session("b", "") };
        look();
        look();
        QCOMPARE(logins.count(), 1);
        const auto login = logins[0][0].value<LoginEvidence>();
        QCOMPARE(login.user, QByteArray("alice@lab.test"));
        QCOMPARE(login.service, QByteArray("webmail"));
        QCOMPARE(login.source, QByteArray("HTTP/WebMail"));
        QCOMPARE(login.time, 1'000 * Second);
        QCOMPARE(ends.count(), 0);
        const qint64 lastSeen = m_mail->time * Second;
        m_mail->sessions.removeFirst();
        look();
        QCOMPARE(ends.count(), 1);
        QCOMPARE(ends[0][1].toLongLong(), lastSeen);
        QCOMPARE(ends[0][2].toBool(), false);
        // By us: then it is known when.
        QVERIFY(!rows().isEmpty());
        const auto targets = end({ rows().first() });
        QCOMPARE(targets.value(0).code, Outcomes::Code::Done);
        QCOMPARE(ends.count(), 2);
        QCOMPARE(ends[1][1].toLongLong(), m_clock.nowUs());
        QCOMPARE(ends[1][2].toBool(), true);
    }

    void endingReachesTheWebmailThatHasIt()
    {
        m_mail->sessions = { session("a", "alice@lab.test"), session("b", "bob@lab.test") };
        m_admin->sessions = { session("c", "root@lab.test") };
        look();
        const RowId alice = rows().value("alice@lab.test");
        const RowId root = rows().value("root@lab.test");
        const auto targets = end({ alice, 12345, root });
        QCOMPARE(targets.size(), 3);
        QCOMPARE(targets[0].code, Outcomes::Code::Done);
        QCOMPARE(targets[1].code, Outcomes::Code::Gone);
        QCOMPARE(targets[2].code, Outcomes::Code::Done);
        QCOMPARE(m_mail->ended, QList<QByteArray>({ "a" }));
        QCOMPARE(m_admin->ended, QList<QByteArray>({ "c" }));
        QCOMPARE(rows().keys(), QList<QByteArray>({ "bob@lab.test" }));
        QCOMPARE(end({}).size(), 0);
    }

    void whatIsStillThereIsNotCalledDone()
    {
        m_mail->sessions = { session("a", "alice@lab.test") };
        look();
        m_mail->stubborn = true;
        const auto targets = end({ rows().first() });
        QCOMPARE(targets.value(0).code, Outcomes::Code::Refused);
        QVERIFY(targets[0].why.contains("there again"));
    }

    void aWebmailThatIsDownKeepsItsRows()
    {
        m_mail->sessions = { session("a", "alice@lab.test") };
        look();
        m_mail->down = true;
        QSignalSpy lost(m_webmails.get(), &Webmails::lostSight);
        Q_EMIT m_mail->statusChanged({ "webmail HTTP/WebMail", SourceStatus::State::Down, "It is down.", {} });
        QCOMPARE(lost.count(), 1);
        look();
        QCOMPARE(rows().size(), qsizetype(1));
        const auto targets = end({ rows().first() });
        QCOMPARE(targets.value(0).code, Outcomes::Code::Refused);
        QCOMPARE(targets[0].why, QByteArray("The database is locked."));
    }

    void aWebmailSpeaksForItsUsersFromItsHosts()
    {
        QSignalSpy changes(&m_webmails->table(), &WebmailTable::userChanged);
        const Address here = *Address::parse("127.0.0.1");
        m_mail->sessions = { session("a", "Alice@lab.test"), session("b", "alice@lab.test"), session("c", "") };
        m_admin->sessions = { session("d", "root@lab.test") };
        look();
        QVERIFY(m_webmails->speaksFor(here, "alice@LAB.test"));
        QVERIFY(m_webmails->speaksFor(*Address::parse("2001:db8::1"), "alice@lab.test"));
        QVERIFY(!m_webmails->speaksFor(*Address::parse("127.0.0.2"), "alice@lab.test"));
        QVERIFY(!m_webmails->speaksFor(here, "root@lab.test"));
        QVERIFY(!m_webmails->speaksFor(here, ""));
        QCOMPARE(changes.count(), 2);
        m_mail->sessions.removeFirst();
        look();
        QVERIFY(m_webmails->speaksFor(here, "alice@lab.test"));
        QCOMPARE(changes.count(), 2);
        m_mail->sessions.clear();
        look();
        QVERIFY(!m_webmails->speaksFor(here, "alice@lab.test"));
        QCOMPARE(changes.count(), 3);
    }

    void theTableIsWhatTheWebmailsHave()
    {
        QRandomGenerator random(11);
        for (int round = 0; round < 60; ++round) {
            for (FakeWebmail *webmail : { m_mail, m_admin }) {
                for (int n = random.bounded(40); n > 0; --n) {
                    const QByteArray id = QByteArray::number(random.bounded(60));
                    webmail->sessions.removeIf([&id](const WebmailSession &each) { return each.id == id; });
                    if (random.bounded(3) != 0)
                        webmail->sessions.append(session(id,
                            random.bounded(4) == 0 ? QByteArray() : "u" + QByteArray::number(random.bounded(9)),
                            random.bounded(1, 5) * Second));
                }
            }
            look();
            QList<QByteArray> expected;
            for (FakeWebmail *webmail : { m_mail, m_admin })
                for (const WebmailSession &each : std::as_const(webmail->sessions))
                    expected.append(*each.user);
            std::sort(expected.begin(), expected.end());
            QCOMPARE(rows().keys(), expected);
        }
    }

    void manySessionsStopNobody()
    {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("under a sanitizer other things are dear");
#endif
        for (int i = 0; i < 100'000; ++i)
            m_mail->sessions.append(session(QByteArray::number(i), "user" + QByteArray::number(i % 50'000)));
        // What one return to the event loop costs, and all of them, in this thread's own time: other programs do not
        // count.
        struct Cost {
            qint64 longest = 0;
            qint64 all = 0;
        };
        const auto costOfALook = [this] {
            bool done = false;
            Cost cost;
            m_webmails->look([&done] { done = true; });
            while (!done) {
                timespec before;
                timespec after;
                ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
                QCoreApplication::sendPostedEvents();
                ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
                const qint64 us = (after.tv_sec - before.tv_sec) * 1'000'000 + (after.tv_nsec - before.tv_nsec) / 1'000;
                cost.longest = std::max(cost.longest, us);
                cost.all += us;
            }
            return cost;
        };
        const Cost inserted = costOfALook();
        QCOMPARE(table().rowCount(), qsizetype(100'000));
        const Cost unchanged = costOfALook();
        m_mail->sessions.clear();
        const Cost removed = costOfALook();
        QCOMPARE(table().rowCount(), qsizetype(0));
        for (const Cost &cost : { inserted, unchanged, removed })
            qInfo("longest slice %lld us of %lld us", static_cast<long long>(cost.longest),
                static_cast<long long>(cost.all));
        QVERIFY(10 * inserted.longest < inserted.all);
        QVERIFY(10 * unchanged.longest < inserted.all);
        QVERIFY(10 * removed.longest < inserted.all);
    }
};

QTEST_GUILESS_MAIN(WebmailTableTest)
#include "tst_webmailtable.moc"
