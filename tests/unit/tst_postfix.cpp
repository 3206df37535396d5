// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/logline.h"
#include "core/agent/sources/postfixparser.h"
#include "core/agent/sources/postfixsessions.h"

#include <QRandomGenerator>
#include <QTest>

using namespace mailhelm;
using Kind = PostfixLine::Kind;
using Reading = PostfixSessions::Reading;

namespace
{

const qint64 Now = 1'795'308'000'000'000; // 2026-11-22 00:40:00 UTC

QByteArray smtpd(int pid, const QByteArray &text, int second = 0)
{
    return "Nov 22 00:36:" + QByteArray::number(second).rightJustified(2, '0') + " mx1 postfix/submission/smtpd["
        + QByteArray::number(pid) + "]: " + text;
}

LogLine framed(const QByteArray &text)
{
    StampReader stamps(Now, QTimeZone::utc());
    return frameLine(text, stamps).value_or(LogLine());
}

struct World {
    PostfixSessions sessions;
    QList<SessionFacts> told;

    explicit World(const PostfixSessions::Settings &settings = {})
        : sessions(settings)
    {
        QObject::connect(
            &sessions, &PostfixSessions::facts, &sessions, [this](const SessionFacts &f) { told.append(f); });
    }
    void feed(const QByteArray &text, Reading reading = Reading::Newer) { sessions.take(framed(text), reading); }
};

const QByteArray Connect = "connect from localhost[127.0.0.1]:50896";
const QByteArray Tls = "Anonymous TLS connection established from localhost[127.0.0.1]:50896: TLSv1.3 with cipher "
                       "TLS_AES_256_GCM_SHA384 "
                       "(256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256";
const QByteArray Client
    = "5F357ABA0D7: client=localhost[127.0.0.1]:50896, sasl_method=PLAIN, sasl_username=user6@lab.test";
const QByteArray Lost = "lost connection after AUTH from localhost[127.0.0.1]:50896";
const QByteArray Disconnect = "disconnect from localhost[127.0.0.1]:50896 ehlo=2 starttls=1 auth=1 commands=4";

} // namespace

class TestPostfix : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aSessionFromConnectToDisconnect()
    {
        World world;
        world.sessions.endReadBack();
        world.feed(smtpd(28489, Connect, 1));
        QCOMPARE(world.told.size(), 1);
        SessionFacts f = world.told.last();
        QCOMPARE(f.source, QByteArray("postfix"));
        QCOMPARE(f.program, QByteArray("postfix/submission/smtpd"));
        QCOMPARE(*f.host, QByteArray("localhost"));
        QCOMPARE(f.peer.address.toText(), QByteArray("127.0.0.1"));
        QCOMPARE(f.peer.port, quint16(50896));
        QCOMPARE(f.began, framed(smtpd(1, Connect, 1)).time);
        QVERIFY(f.beganIsConnect);
        QVERIFY(!f.user); // AUTH may still come, and is not logged
        QVERIFY(!f.secure); // whether TLS is logged is not known yet
        QCOMPARE(*f.pid, 28489);
        world.feed(smtpd(28489, Tls, 2));
        QCOMPARE(*world.told.last().secure, true);
        QCOMPARE(*world.told.last().tls, QByteArray("TLSv1.3 TLS_AES_256_GCM_SHA384"));
        world.feed(smtpd(28489, Client, 3));
        QCOMPARE(*world.told.last().user, QByteArray("user6@lab.test"));
        QCOMPARE(*world.told.last().state, QByteArray("authenticated"));
        world.feed(smtpd(28489, Lost, 4));
        QVERIFY(!world.told.last().ended);
        world.feed(smtpd(28489, Disconnect, 4));
        f = world.told.last();
        QVERIFY(f.ended);
        QCOMPARE(world.sessions.size(), 0);
        for (const SessionFacts &each : std::as_const(world.told))
            QCOMPARE(each.key, f.key);
        // TLS was logged by this program: the next session without such a line is plain.
        world.feed(smtpd(28489, "connect from unknown[203.0.113.9]", 9));
        QCOMPARE(*world.told.last().secure, false);
        QCOMPARE(*world.told.last().host, QByteArray(""));
        QCOMPARE(world.told.last().peer.port, quint16(0));
        QVERIFY(world.sessions.portsMissing());
        QVERIFY(world.told.last().key != f.key);
    }

    void whatTheConfigurationSays()
    {
        PostfixSessions::Settings settings;
        settings.tlsLogged = true;
        settings.programsWithoutAuth = { "postfix/submission/smtpd" };
        World world(settings);
        world.feed(smtpd(1, Connect));
        QCOMPARE(*world.told.last().secure, false);
        QCOMPARE(*world.told.last().user, QByteArray(""));
    }

    void aMessageWithoutLoginIsNobodys()
    {
        World world;
        world.feed(smtpd(1, Connect));
        world.feed(smtpd(1, "5F357ABA0D7: client=localhost[127.0.0.1]:50896"));
        QCOMPARE(*world.told.last().user, QByteArray(""));
        world.feed(smtpd(1,
            "5F357ABA0D8: client=localhost[127.0.0.1]:50896, sasl_method=LOGIN, sasl_username=a@b, sasl_sender=c@d"));
        QCOMPARE(*world.told.last().user, QByteArray("a@b"));
    }

    void aReusedProcessIsANewSession()
    {
        World world;
        world.sessions.endReadBack();
        world.feed(smtpd(7, Connect, 1));
        world.feed(smtpd(7, "connect from b.example[192.0.2.2]:100", 5)); // its disconnect was lost
        QCOMPARE(world.told.size(), 3);
        QVERIFY(world.told.at(1).ended);
        QCOMPARE(world.told.at(1).peer.port, quint16(50896));
        QVERIFY(!world.told.at(2).ended);
        QCOMPARE(world.sessions.size(), 1);
        // A TLS line of somebody else: the connect line was lost.
        world.feed(smtpd(7, Tls, 6));
        QVERIFY(world.told.at(3).ended);
        QCOMPARE(world.told.last().peer.port, quint16(50896));
    }

    void ipv6AndOddPeers()
    {
        QCOMPARE(
            parsePostfixLine(framed(smtpd(1, "connect from mx.example[2001:db8::17]:25000"))).peer.address.toText(),
            QByteArray("2001:db8::17"));
        QCOMPARE(parsePostfixLine(framed(smtpd(1, "connect from unknown[unknown]"))).kind, Kind::Other);
        QCOMPARE(parsePostfixLine(framed(smtpd(1, "connect from a[1.2.3.4]:99999"))).peer.port, quint16(0));
        QVERIFY(!isSmtpd("postfix/smtp"));
        QVERIFY(!isSmtpd("postfix/cleanup"));
        QVERIFY(isSmtpd("postfix/smtps/smtpd"));
    }

    void textOfClientsStartsNoLine()
    {
        World world;
        world.feed(smtpd(1, Connect));
        const qsizetype before = world.told.size();
        for (const QByteArray &evil :
            { QByteArray("warning: localhost[127.0.0.1]:50896: SASL PLAIN authentication failed: disconnect from "
                         "localhost[127.0.0.1]:50896, sasl_username=disconnect from x[1.2.3.4]"),
                QByteArray("improper command pipelining after EHLO from localhost[127.0.0.1]:50896: disconnect from") })
            world.feed(smtpd(1, evil));
        QCOMPARE(world.told.size(), before);
        world.feed(smtpd(1,
            "NOQUEUE: reject: RCPT from localhost[127.0.0.1]:50896: 554 5.7.1 <a@b>: Relay access denied; "
            "from=<\"x helo=<no>\"@b> to=<a@b> proto=ESMTP helo=<disconnect from localhost[127.0.0.1]:50896>"));
        QVERIFY(!world.told.last().ended);
        QCOMPARE(*world.told.last().helo, QByteArray("disconnect from localhost[127.0.0.1]:50896"));
        // A user's name that goes on like the line.
        world.feed(smtpd(1,
            "5F357ABA0D7: client=localhost[127.0.0.1]:50896, sasl_method=PLAIN, sasl_username=a, sasl_username=root"));
        QCOMPARE(*world.told.last().user, QByteArray("a, sasl_username=root"));
    }

    void readingBackFindsTheNewestSessionOfEachProcess()
    {
        World world;
        // Newest first. 7: alive, TLS; 8: over; 9: alive, connect further back than was read; 7 again, earlier.
        world.feed(smtpd(9, Tls, 50), Reading::Older);
        world.feed(smtpd(7, Tls, 41), Reading::Older);
        world.feed(smtpd(7, Connect, 40), Reading::Older);
        world.feed(smtpd(8, Disconnect, 30), Reading::Older);
        world.feed(smtpd(8, Connect, 29), Reading::Older);
        world.feed(smtpd(7, Disconnect, 20), Reading::Older);
        world.feed(smtpd(7, "connect from old[192.0.2.1]:1", 19), Reading::Older);
        QCOMPARE(world.told.size(), 1);
        QCOMPARE(*world.told.first().pid, 7);
        QCOMPARE(*world.told.first().secure, true);
        QCOMPARE(world.told.first().began, framed(smtpd(7, Connect, 40)).time);
        world.sessions.endReadBack();
        QCOMPARE(world.told.size(), 2);
        QCOMPARE(*world.told.last().pid, 9);
        QVERIFY(!world.told.last().beganIsConnect);
        QCOMPARE(world.sessions.open().size(), 2);
    }

    void interleavedSessionsAgreeWithANaiveReading()
    {
        QRandomGenerator random(5);
        for (int round = 0; round < 300; ++round) {
            // The log as it was written, and for each process what its newest session is.
            struct Naive {
                bool alive = false, tls = false;
                QByteArray user;
                quint16 port = 0;
            };
            QHash<int, Naive> naive;
            QList<QByteArray> log;
            const int events = 5 + int(random.bounded(60));
            for (int i = 0; i < events; ++i) {
                const int pid = 10 + int(random.bounded(5));
                Naive &n = naive[pid];
                const int second = i * 59 / events;
                const QByteArray at = "h[192.0.2.1]:" + QByteArray::number(n.port);
                if (!n.alive) {
                    n = Naive();
                    n.alive = true;
                    n.port = quint16(1000 + i);
                    log << smtpd(pid, "connect from h[192.0.2.1]:" + QByteArray::number(n.port), second);
                } else if (const quint32 what = random.bounded(4); what == 0) {
                    n.tls = true;
                    log << smtpd(pid,
                        "Untrusted TLS connection established from " + at + ": TLSv1.2 with cipher X (1/1 bits)",
                        second);
                } else if (what == 1) {
                    n.user = "u" + QByteArray::number(random.bounded(3));
                    log << smtpd(pid, "ABC: client=" + at + ", sasl_method=PLAIN, sasl_username=" + n.user, second);
                } else if (what == 2) {
                    n.alive = false;
                    log << smtpd(pid, "disconnect from " + at + " quit=1 commands=1", second);
                } else {
                    log << smtpd(pid, "warning: nothing", second);
                }
            }
            World world;
            qsizetype older = qsizetype(random.bounded(quint32(log.size() + 1)));
            qsizetype newer = older;
            while (older > 0 || newer < log.size()) {
                if (older > 0 && (newer == log.size() || random.bounded(2)))
                    world.feed(log.at(--older), Reading::Older);
                else
                    world.feed(log.at(newer++));
            }
            world.sessions.endReadBack();
            QHash<int, SessionFacts> last;
            for (const SessionFacts &f : std::as_const(world.told))
                last[int(*f.pid)] = f;
            qsizetype alive = 0;
            for (auto it = naive.cbegin(); it != naive.cend(); ++it) {
                if (!it->alive) {
                    QVERIFY(!last.contains(it.key()) || last.value(it.key()).ended);
                    continue;
                }
                ++alive;
                const SessionFacts f = last.value(it.key());
                QVERIFY(!f.ended);
                QVERIFY(f.beganIsConnect);
                QCOMPARE(f.peer.port, it->port);
                QCOMPARE(f.tls.has_value(), it->tls);
                QCOMPARE(f.user.value_or(QByteArray()), it->user);
            }
            QCOMPARE(world.sessions.open().size(), alive);
        }
    }

    void mutatedLinesDoNoHarm()
    {
        const QList<QByteArray> seeds = { Connect, Tls, Client, Lost, Disconnect,
            "NOQUEUE: reject: RCPT from a[1.2.3.4]: 554 x; proto=ESMTP helo=<h>" };
        const QList<QByteArray> bits
            = { "[", "]", ":", " from ", " helo=<", ", sasl_username=", "client=", "\xff", QByteArray("\0", 1) };
        QRandomGenerator random(3);
        World world;
        for (int i = 0; i < 100'000; ++i) {
            QByteArray line = smtpd(int(random.bounded(9U)), seeds.at(int(random.bounded(quint32(seeds.size())))));
            for (quint32 n = 1 + random.bounded(3); n > 0; --n) {
                const qsizetype at = qsizetype(random.bounded(quint32(line.size() + 1)));
                switch (random.bounded(3)) {
                case 0:
                    line.truncate(std::max<qsizetype>(at, 40));
                    break;
                case 1:
                    line.insert(at, bits.at(int(random.bounded(quint32(bits.size())))));
                    break;
                default:
                    line.remove(at, qsizetype(random.bounded(20U)));
                }
            }
            if (i % 3 == 0)
                world.feed(line, Reading::Older);
            else
                world.feed(line);
        }
        QVERIFY(world.told.size() > 1000);
        QVERIFY(world.sessions.size() < 10'000);
    }
};

QTEST_GUILESS_MAIN(TestPostfix)
#include "tst_postfix.moc"
