// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/dovecotparser.h"
#include "core/agent/sources/dovecotsessions.h"
#include "core/agent/sources/logline.h"
#include "core/agent/sources/sessionid.h"

#include <QRandomGenerator>
#include <QTest>

using namespace mailhelm;
using Kind = DovecotLine::Kind;
using Reading = DovecotSessions::Reading;

namespace
{

constexpr qint64 Second = 1'000'000;

/// 2026-11-22 00:40:00 UTC: just after the lines below were logged.
const qint64 Now = 1'795'308'000 * Second;

std::optional<LogLine> framed(const QByteArray &text)
{
    StampReader stamps(Now, QTimeZone::utc());
    std::optional<LogLine> line = frameLine(text, stamps);
    if (line && !unwrapDovecot(*line, {}))
        return std::nullopt;
    return line;
}

/// A session id as Dovecot makes it (client_get_session_id): 48 bits of time, port, IPv4 address.
QByteArray makeId(qint64 time, quint16 port, quint32 address)
{
    QByteArray bytes;
    for (int i = 0; i < 6; ++i)
        bytes.append(char(time >> (8 * i)));
    bytes.append(char(port));
    bytes.append(char(port >> 8));
    for (int i = 3; i >= 0; --i)
        bytes.append(char(address >> (8 * i)));
    return bytes.toBase64();
}

/// Collects what the sessions tell, and feeds them lines.
struct World {
    DovecotSessions sessions;
    QList<SessionFacts> told;

    World()
    {
        QObject::connect(
            &sessions, &DovecotSessions::facts, &sessions, [this](const SessionFacts &f) { told.append(f); });
    }
    void feed(const QByteArray &text, Reading reading = Reading::Newer)
    {
        const std::optional<LogLine> line = framed(text);
        QVERIFY2(line, text.constData());
        sessions.take(*line, reading);
    }
    SessionFacts last(const QByteArray &id) const
    {
        for (qsizetype i = told.size(); i-- > 0;) {
            if (told.at(i).key == id)
                return told.at(i);
        }
        return {};
    }
};

const QByteArray Plain
    = "Nov 21 23:18:18 imap-login: Info: Login: user=<user1@lab.test>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, "
      "mpid=12126, TLS, session=<NshNmdFg/MV/AAAB>";
const QByteArray Rich = "Nov 21 23:22:42 imap-login: Info: Login: user=<user1@lab.test>, method=PLAIN, rip=127.0.0.1, "
                        "rport=52918, lip=127.0.0.1, "
                        "lport=10993, mpid=13768, tls=<TLS>, cipher=<TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 "
                        "(256/256 bits)>, pid=13766, "
                        "session=<HnQto9Fgts5/AAAB>, listener=imaps, auth_user=<user1@lab.test>, realrip=127.0.0.1";
const QByteArray RichId = "Nov 21 23:22:41 imap-login: Info: ID sent: name=Thunderbird, version=115.3, os=Linux: "
                          "user=<>, rip=127.0.0.1, rport=52918, "
                          "lip=127.0.0.1, lport=10993, tls=<TLS>, cipher=<TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 "
                          "(256/256 bits)>, pid=13766, "
                          "session=<HnQto9Fgts5/AAAB>, listener=imaps, realrip=127.0.0.1";
const QByteArray RichEnd
    = "Nov 21 23:23:42 imap(user1@lab.test)<13768><HnQto9Fgts5/AAAB>: Info: Disconnected: Logged out in=281 out=2240 "
      "deleted=0 expunged=0 trashed=0 hdr_count=0 hdr_bytes=0 body_count=1 body_bytes=21";

QByteArray command(const char *verb, const char *state, const char *mailbox, const QByteArray &id)
{
    return "Nov 21 23:23:00 stats: Info: "
           "{\"event\":\"imap_command_finished\",\"hostname\":\"vm\",\"fields\":{\"user\":\"user1@lab.test\","
           "\"local_ip\":\"127.0.0.1\",\"local_port\":10993,\"remote_ip\":\"127.0.0.1\",\"remote_port\":52918,"
           "\"session\":\""
        + id + "\",\"cmd_name\":\"" + verb + "\",\"tagged_reply_state\":\"" + state + "\",\"mailbox\":\"" + mailbox
        + "\"}}";
}

const QByteArray RichSession = "HnQto9Fgts5/AAAB";

} // namespace

class TestDovecot : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theDefaultSessionIdHoldsTimePortAndAddress()
    {
        const std::optional<SessionId> id = decodeSessionId("nSecTdJgHsl/AAAB", Now);
        QVERIFY(id);
        QCOMPARE(id->remote.port, quint16(51486));
        QCOMPARE(id->remote.address.toText(), QByteArray("127.0.0.1"));
        QVERIFY(qAbs(id->time - Now) < 3600 * Second);
        // 2^48 µs are 8.9 years: the time is completed to the nearest.
        const qint64 period = qint64(1) << 48;
        QCOMPARE(decodeSessionId("nSecTdJgHsl/AAAB", Now + period)->time, id->time + period);
        QCOMPARE(decodeSessionId("nSecTdJgHsl/AAAB", id->time - 5)->time, id->time);
        QCOMPARE(decodeSessionId("nSecTdJgHsl/AAAB", id->time + 5)->time, id->time);

        QByteArray six
            = QByteArray::fromHex("010203040506e803") + QByteArray::fromHex("20010db8000000000000000000000017");
        QCOMPARE(decodeSessionId(six.toBase64(), Now)->remote.address.toText(), QByteArray("2001:db8::17"));
        for (const char *bad : { "", "abc", "nSecTdJgHsl/AAA", "nSecTdJgHsl/AAABB", "nSecTdJgHsl!AAAB",
                 "nSecTdJgHsl/AAA=", "webmail-7f3c-00001" })
            QVERIFY2(!decodeSessionId(bad, Now), bad);
    }

    void theDefaultLineGivesAWholeSession()
    {
        World world;
        world.feed(Plain);
        QCOMPARE(world.told.size(), 1);
        const SessionFacts f = world.told.first();
        QCOMPARE(f.source, QByteArray("dovecot"));
        QCOMPARE(f.protocol, QByteArray("imap"));
        QCOMPARE(f.program, QByteArray("imap-login"));
        QCOMPARE(*f.user, QByteArray("user1@lab.test"));
        QCOMPARE(f.peer.address.toText(), QByteArray("127.0.0.1"));
        QCOMPARE(f.peer.port, quint16(50684));
        QCOMPARE(*f.secure, true);
        QVERIFY(!f.tls);
        QCOMPARE(*f.pid, 12126);
        QCOMPARE(*f.session, QByteArray("NshNmdFg/MV/AAAB"));
        QCOMPARE(*f.state, QByteArray("authenticated"));
        QVERIFY(f.client.address.isNull());
        const qint64 lineTime = framed(Plain)->time;
        QVERIFY(qAbs(f.began - lineTime) < 60 * Second);
        QVERIFY(!f.beganIsConnect);
        QVERIFY(!f.folder);
    }

    void aPlaintextLoginIsNotCalledSecure_data()
    {
        QTest::addColumn<QByteArray>("element");
        QTest::addColumn<bool>("secure");
        QTest::newRow("TLS") << QByteArray(", TLS") << true;
        QTest::newRow("secured") << QByteArray(", secured") << false;
        QTest::newRow("nothing") << QByteArray("") << false;
        QTest::newRow("element") << QByteArray(", tls=<TLS>") << true;
        QTest::newRow("element secured") << QByteArray(", tls=<secured>") << false;
    }
    void aPlaintextLoginIsNotCalledSecure()
    {
        QFETCH(QByteArray, element);
        World world;
        QByteArray line = Plain;
        world.feed(line.replace(", TLS", element));
        QFETCH(bool, secure);
        QCOMPARE(*world.told.first().secure, secure);
    }

    void theRichLineGivesPortsAndCipherAndTheIdNamesTheClient()
    {
        World world;
        world.feed(RichId);
        SessionFacts f = world.last(RichSession);
        QCOMPARE(*f.agentName, QByteArray("Thunderbird 115.3"));
        QCOMPARE(*f.user, QByteArray("")); // not yet
        QCOMPARE(*f.state, QByteArray("connected"));
        QCOMPARE(f.peer.port, quint16(52918));
        world.feed(Rich);
        f = world.last(RichSession);
        QCOMPARE(*f.user, QByteArray("user1@lab.test"));
        QCOMPARE(*f.tls, QByteArray("TLSv1.3 TLS_AES_256_GCM_SHA384"));
        QCOMPARE(f.localPort, quint16(10993));
        QCOMPARE(*f.pid, 13768);
        QCOMPARE(*f.agentName, QByteArray("Thunderbird 115.3"));
        // The id's time is the login's to the microsecond: 23:22:42.360350 UTC, as its auth event has it.
        QCOMPARE(*f.login, framed(Rich)->time + 360350);
        QVERIFY(f.client.address.isNull()); // realrip is rip: no proxy
        world.feed(RichEnd);
        QVERIFY(world.last(RichSession).ended);
        QCOMPARE(world.sessions.size(), 0);
    }

    void theSameLinesThroughSyslogAndRfc3339()
    {
        for (const char *frame : { "<22>Nov 21 23:18:18 mx1 dovecot: ", "Nov 21 23:18:18 mx1 dovecot-lab: ",
                 "2026-11-21T23:18:18.123456+00:00 mx1 dovecot[812]: ", "2026-11-21 23:18:18 " }) {
            World world;
            QByteArray line = Plain;
            line = frame + line.mid(16);
            if (!line.contains("2026-11-21 "))
                line.replace("Info: ", "");
            world.feed(line);
            QCOMPARE(world.told.size(), 1);
            QCOMPARE(*world.told.first().user, QByteArray("user1@lab.test"));
        }
        QVERIFY(!framed("Nov 21 23:18:18 mx1 imposter: imap-login: Login: user=<a>, session=<NshNmdFg/MV/AAAB>"));
    }

    void aFirstAttemptLongBeforeTheLoginIsNotTheLogin()
    {
        World world;
        const qint64 lineTime = framed(Plain)->time;
        const QByteArray id = makeId(lineTime - 60 * Second, 4000, 0x7f000001);
        QByteArray line = Plain;
        world.feed(line.replace("NshNmdFg/MV/AAAB", id));
        QCOMPARE(*world.told.first().login, lineTime);
        QCOMPARE(world.told.first().began, lineTime - 60 * Second);
    }

    void behindAProxyThePeerIsTheProxy()
    {
        World world;
        const QByteArray id = makeId(framed(Plain)->time, 40001, 0xcb007107); // 203.0.113.7
        world.feed("Nov 21 23:18:18 imap-login: Info: Login: user=<a@b>, method=PLAIN, rip=203.0.113.7, rport=40001, "
                   "lip=192.0.2.1, "
                   "mpid=1, TLS, session=<"
            + id + ">, realrip=10.0.0.2, realrport=5555");
        const SessionFacts f = world.told.first();
        QCOMPARE(f.peer.address.toText(), QByteArray("10.0.0.2"));
        QCOMPARE(f.peer.port, quint16(5555));
        QCOMPARE(f.client.address.toText(), QByteArray("203.0.113.7"));
        QCOMPARE(f.client.port, quint16(40001));
    }

    void protocolsAreTakenFromThePrograms_data()
    {
        QTest::addColumn<QByteArray>("program");
        QTest::addColumn<QByteArray>("protocol");
        QTest::newRow("pop3") << QByteArray("pop3-login") << QByteArray("pop3");
        QTest::newRow("submission") << QByteArray("submission-login") << QByteArray("smtp");
        QTest::newRow("sieve") << QByteArray("managesieve-login") << QByteArray("sieve");
    }
    void protocolsAreTakenFromThePrograms()
    {
        QFETCH(QByteArray, program);
        QFETCH(QByteArray, protocol);
        World world;
        QByteArray line = Plain;
        world.feed(line.replace("imap-login", program));
        QCOMPARE(world.told.first().protocol, protocol);
    }

    void foldersFollowTheExportedEvents()
    {
        World world;
        world.feed(Rich);
        world.feed(command("SELECT", "OK", "Work \\u00e4x", RichSession));
        QCOMPARE(*world.last(RichSession).folder, QByteArray("Work \xc3\xa4x"));
        world.feed(command("SELECT", "NO", "Nowhere", RichSession)); // leaves none selected
        QCOMPARE(*world.last(RichSession).folder, QByteArray(""));
        world.feed(command("EXAMINE", "OK", "INBOX", RichSession));
        QCOMPARE(*world.last(RichSession).folder, QByteArray("INBOX"));
        world.feed(command("CLOSE", "OK", "INBOX", RichSession));
        QCOMPARE(*world.last(RichSession).folder, QByteArray(""));
    }

    void hibernationEndsNothing()
    {
        World world;
        world.feed(Rich);
        for (const char *event :
            { "mail_user_session_finished", "imap_client_hibernated", "mail_user_session_finished" })
            world.feed("Nov 21 23:23:00 stats: Info: {\"event\":\"" + QByteArray(event)
                + "\",\"fields\":{\"user\":\"user1@lab.test\",\"session\":\"" + RichSession + "\"}}");
        QVERIFY(!world.last(RichSession).ended);
        QCOMPARE(*world.last(RichSession).state, QByteArray("idle"));
        world.feed("Nov 21 23:24:00 imap-hibernate(user1@lab.test)<15017><" + RichSession
            + ">: Info: Disconnected: Connection closed in=26 out=719");
        QVERIFY(world.last(RichSession).ended);
    }

    void anEndBeforeItsLoginIsStillAnEnd()
    {
        World world;
        world.feed("Nov 21 23:18:18 submission(user5@lab.test)<13863><NshNmdFg/MV/AAAB>: Info: Disconnected: Failed to "
                   "connect to relay "
                   "server (connect) (state=GREETING) in=0 out=86");
        QCOMPARE(world.told.size(), 0);
        QByteArray line = Plain;
        world.feed(line.replace("imap-login", "submission-login"));
        QCOMPARE(world.told.size(), 1);
        QVERIFY(world.told.first().ended);
        QCOMPARE(world.sessions.size(), 0);
    }

    void readingBackTellsTheLivingOnly()
    {
        World world;
        // Newest first: one session over, one alive with a folder.
        world.feed("Nov 21 23:59:00 imap(a@b)<1><NshNmdFg/MV/AAAB>: Info: Disconnected: Logged out in=1 out=2",
            Reading::Older);
        world.feed(command("SELECT", "OK", "Newest", RichSession), Reading::Older);
        world.feed(command("SELECT", "OK", "Older", RichSession), Reading::Older);
        world.feed(Rich, Reading::Older);
        world.feed(RichId, Reading::Older);
        world.feed(Plain, Reading::Older);
        // What came before the Login of a session that is over; and a connection that never logged in.
        for (const char *id : { "NshNmdFg/MV/AAAB", "QqskqtFg1NV/AAAB" }) {
            if (QByteArray(id).startsWith('Q'))
                world.feed("Nov 21 23:18:17 imap-login: Info: Disconnected: Aborted login (no auth attempts in 0 "
                           "secs): user=<>, rip=127.0.0.1, "
                           "session=<"
                        + QByteArray(id) + ">",
                    Reading::Older);
            QByteArray early = RichId;
            world.feed(early.replace(RichSession, id).replace("rport=52918, ", ""), Reading::Older);
        }
        world.sessions.endReadBack();
        for (const SessionFacts &f : std::as_const(world.told))
            QCOMPARE(f.key, RichSession);
        const SessionFacts f = world.last(RichSession);
        QCOMPARE(*f.folder, QByteArray("Newest"));
        QCOMPARE(*f.user, QByteArray("user1@lab.test")); // not the "" of the ID line
        QCOMPARE(*f.state, QByteArray("authenticated"));
        QCOMPARE(*f.agentName, QByteArray("Thunderbird 115.3"));
        QCOMPARE(world.sessions.open().size(), 1);
    }

    void aNameThatImitatesTheFormatWinsNothing()
    {
        // The format's true session is the last one; what stands in the name stays in the name.
        const QByteArray forged
            = "Nov 21 23:18:18 imap-login: Info: Login: user=<x>, rip=6.6.6.6, session=<gr/CrNFgPtl/AAAB>, "
              "method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, mpid=12126, TLS, session=<NshNmdFg/MV/AAAB>";
        const DovecotLine parsed = parseDovecotLine(*framed(forged));
        QCOMPARE(parsed.kind, Kind::Login);
        QCOMPARE(parsed.session.toByteArray(), QByteArray("NshNmdFg/MV/AAAB"));
        QCOMPARE(parsed.rip.toByteArray(), QByteArray("127.0.0.1"));
        QCOMPARE(parsed.user.toByteArray(), QByteArray("x>, rip=6.6.6.6, session=<gr/CrNFgPtl/AAAB"));

        // With auth_user and sni about, both readings are possible: nothing is believed.
        QByteArray rich = Rich;
        rich.replace("auth_user=<user1@lab.test>", "auth_user=<x>, session=<gr/CrNFgPtl/AAAB>");
        World world;
        world.feed(rich);
        QCOMPARE(world.told.size(), 0);
        QCOMPARE(world.sessions.counters().forged, quint64(1));

        // A port that contradicts the session id.
        QByteArray port = Rich;
        world.feed(port.replace("rport=52918", "rport=52919"));
        QCOMPARE(world.told.size(), 0);
        QCOMPARE(world.sessions.counters().forged, quint64(2));
    }

    void aKeyThatTheFormatDoesNotHaveIsNotBelieved()
    {
        World world;
        for (int i = 0; i < 10; ++i) {
            QByteArray line = Plain;
            world.feed(line.replace("NshNmdFg/MV/AAAB", makeId(framed(Plain)->time, quint16(1000 + i), 0x7f000001)));
        }
        QByteArray line = Plain;
        world.feed(line.replace("user1@lab.test>", "x>, realrip=10.0.0.9, realrport=99, sni=<y>"));
        const SessionFacts f = world.last("NshNmdFg/MV/AAAB");
        QCOMPARE(f.peer.address.toText(), QByteArray("127.0.0.1"));
        QCOMPARE(f.peer.port, quint16(50684));
    }

    void anIdThatImitatesLinesHarmsItsAuthorOnly()
    {
        World world;
        world.feed(Rich);
        world.told.clear();
        // After login: the text of an ID holds another session's prefix and end.
        world.feed("Nov 21 23:23:00 imap(evil@b)<77><NshNmdFg/MV/AAAB>: Info: ID sent: name=x)<13768><" + RichSession
            + ">: Info: Disconnected: Logged out");
        QCOMPARE(world.told.size(), 0);
        QCOMPARE(world.sessions.size(), 1);
        // Before login: elements inside the ID come before the true ones.
        const QByteArray before = "Nov 21 23:18:18 imap-login: Info: ID sent: name=x: user=<v>, rip=1.1.1.1, session=<"
            + RichSession + ">: user=<>, rip=127.0.0.1, lip=127.0.0.1, session=<NshNmdFg/MV/AAAB>";
        const DovecotLine parsed = parseDovecotLine(*framed(before));
        QCOMPARE(parsed.kind, Kind::IdSent);
        QCOMPARE(parsed.session.toByteArray(), QByteArray("NshNmdFg/MV/AAAB"));
        // Odd but honest.
        world.feed("Nov 21 23:23:00 imap(user9@lab.test)<14061><9doypdFgiI5/AAAB>: Info: ID sent: name=evil\" , x, "
                   "version=1?2");
        QCOMPARE(*world.last("9doypdFgiI5/AAAB").agentName, QByteArray("evil\" , x 1?2"));
    }

    void endsOfUnauthenticatedConnectionsAreTold()
    {
        const QByteArray text
            = "Nov 21 23:18:18 imap-login: Info: Disconnected: Aborted login by logging out (auth failed, 1 attempts "
              "in 2 secs): "
              "user=<user9@lab.test>, method=PLAIN, rip=127.0.0.1, session=<QqskqtFg1NV/AAAB>, listener=imap, "
              "auth_user=<user9@lab.test>, realrip=127.0.0.1";
        const DovecotLine failed = parseDovecotLine(*framed(text));
        QCOMPARE(failed.kind, Kind::AuthFailed);
        QCOMPARE(failed.session.toByteArray(), QByteArray("QqskqtFg1NV/AAAB"));
        World world;
        world.feed(RichId);
        world.feed("Nov 21 23:22:50 imap-login: Info: Disconnected: Connection closed (no auth attempts in 9 secs): "
                   "user=<>, rip=127.0.0.1, "
                   "session=<"
            + RichSession + ">");
        QVERIFY(world.last(RichSession).ended);
    }

    void startsAndKillsAreNoted()
    {
        World world;
        world.feed("Nov 21 23:00:01 master: Warning: Killed with signal 15 (by pid=14253 uid=0 code=kill)");
        world.feed("Nov 21 23:00:05 master: Info: Dovecot v2.3.19.1 (9b53102964) starting up for imap, pop3 (core "
                   "dumps disabled)");
        QCOMPARE(world.sessions.lastStart() - world.sessions.lastKill(), 4 * Second);
        QVERIFY(world.sessions.lastStart() > Now - 7200 * Second);
    }

    void loginsWithoutSessionAreCounted()
    {
        World world;
        QByteArray line = Plain;
        world.feed(line.replace(", session=<NshNmdFg/MV/AAAB>", ""));
        QCOMPARE(world.sessions.counters().withoutSession, quint64(1));
        QCOMPARE(world.told.size(), 0);
    }

    void memoryIsBounded()
    {
        DovecotSessions sessions(nullptr, 1000);
        const qint64 time = framed(Plain)->time;
        for (int i = 1; i <= 5000; ++i) {
            QByteArray line = Plain;
            line.replace("NshNmdFg/MV/AAAB", makeId(time - i, quint16(i), 0x7f000001));
            sessions.take(*framed(line), Reading::Newer);
        }
        QCOMPARE(sessions.size(), 1000);
        QCOMPARE(sessions.open().first().peer.port, quint16(4001));
    }

    void aStoredSessionGoesOn()
    {
        World first;
        first.feed(Rich);
        World second;
        second.sessions.restore(first.sessions.open());
        QCOMPARE(second.told.size(), 0);
        second.feed(command("SELECT", "OK", "INBOX", RichSession));
        QCOMPARE(*second.last(RichSession).user, QByteArray("user1@lab.test"));
        QCOMPARE(*second.last(RichSession).folder, QByteArray("INBOX"));
    }

    /// Sessions in any order of interleaving, cut anywhere into "read back" and "followed": what is told at last is
    /// what a naive reading of each session's own lines gives.
    void interleavedSessionsAgreeWithANaiveReading()
    {
        QRandomGenerator random(20261122);
        for (int round = 0; round < 200; ++round) {
            struct Naive {
                QByteArray id, user, folder;
                bool ended = false, hasFolder = false;
                QList<QByteArray> lines;
            };
            QList<Naive> naive;
            const int sessions = 1 + int(random.bounded(12));
            for (int i = 0; i < sessions; ++i) {
                Naive n;
                n.id = makeId(framed(Plain)->time, quint16(1000 + i), 0x7f000001);
                n.user = "u" + QByteArray::number(random.bounded(4)) + "@lab.test";
                if (random.bounded(2))
                    n.lines << "Nov 21 23:18:17 imap-login: Info: ID sent: name=X: user=<>, rip=127.0.0.1, session=<"
                            + n.id + ">";
                QByteArray login = Plain;
                n.lines << login.replace("NshNmdFg/MV/AAAB", n.id).replace("user1@lab.test", n.user);
                for (quint32 c = random.bounded(5); c > 0; --c) {
                    const bool ok = random.bounded(3) != 0;
                    const QByteArray folder = "F" + QByteArray::number(random.bounded(3));
                    n.lines << command("SELECT", ok ? "OK" : "NO", folder.constData(), n.id)
                                   .replace("user1@lab.test", n.user);
                    n.folder = ok ? folder : QByteArray("");
                    n.hasFolder = true;
                }
                if (random.bounded(2)) {
                    n.lines << "Nov 21 23:30:00 imap(" + n.user + ")<1><" + n.id
                            + ">: Info: Disconnected: Logged out in=1 out=1";
                    n.ended = true;
                }
                naive << n;
            }
            QList<QByteArray> log;
            QList<qsizetype> next(sessions, 0);
            for (;;) {
                QList<int> open;
                for (int i = 0; i < sessions; ++i) {
                    if (next[i] < naive[i].lines.size())
                        open << i;
                }
                if (open.isEmpty())
                    break;
                const int pick = open.at(int(random.bounded(quint32(open.size()))));
                log << naive[pick].lines.at(next[pick]++);
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
            qsizetype alive = 0;
            for (const Naive &n : std::as_const(naive)) {
                const SessionFacts f = world.last(n.id);
                if (n.ended) {
                    QVERIFY(f.key.isEmpty() || f.ended);
                    continue;
                }
                ++alive;
                QVERIFY(!f.ended);
                QCOMPARE(*f.user, n.user);
                QCOMPARE(f.folder.has_value(), n.hasFolder);
                QCOMPARE(f.folder.value_or(QByteArray()), n.folder);
            }
            QCOMPARE(world.sessions.size(), alive);
        }
    }

    void mutatedLinesDoNoHarm()
    {
        const QList<QByteArray> seeds = { Plain, Rich, RichId, RichEnd, command("SELECT", "OK", "INBOX", RichSession) };
        const QList<QByteArray> bits
            = { ">, ", "=<", ", session=<", "user=<", ")<1><", ": ", "\xff\xfe", QByteArray("\0", 1), "<", "(", "][" };
        QRandomGenerator random(7);
        World world;
        int taken = 0;
        for (int i = 0; i < 100'000; ++i) {
            QByteArray line = seeds.at(int(random.bounded(quint32(seeds.size()))));
            for (quint32 n = 1 + random.bounded(4); n > 0; --n) {
                const qsizetype at = qsizetype(random.bounded(quint32(line.size() + 1)));
                switch (random.bounded(4)) {
                case 0:
                    line.truncate(at);
                    break;
                case 1:
                    line.insert(at, bits.at(int(random.bounded(quint32(bits.size())))));
                    break;
                case 2:
                    line.remove(at, qsizetype(random.bounded(30U)));
                    break;
                default:
                    if (at < line.size())
                        line[at] = char(random.bounded(256));
                }
                if (line.isEmpty())
                    line = " ";
            }
            if (const std::optional<LogLine> l = framed(line)) {
                world.sessions.take(*l, random.bounded(2) ? Reading::Newer : Reading::Older);
                ++taken;
            }
        }
        QVERIFY(taken > 10'000);
        for (const SessionFacts &f : std::as_const(world.told)) {
            QVERIFY(!f.key.isEmpty());
            QVERIFY(QString::fromUtf8(f.user.value_or(QByteArray())).toUtf8() == f.user.value_or(QByteArray()));
        }
    }
};

QTEST_GUILESS_MAIN(TestDovecot)
#include "tst_dovecot.moc"
