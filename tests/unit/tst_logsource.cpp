// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/dovecotsource.h"
#include "core/agent/sources/logfile.h"
#include "core/agent/sources/postfixsource.h"
#include "core/base/clock.h"

#include <QDateTime>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;

namespace
{

constexpr qint64 Second = 1'000'000;

QByteArray stamp(qint64 us)
{
    return QDateTime::fromMSecsSinceEpoch(us / 1000, Qt::UTC).toString(Qt::ISODateWithMs).toUtf8();
}

QByteArray makeId(qint64 time, quint16 port)
{
    QByteArray bytes;
    for (int i = 0; i < 6; ++i)
        bytes.append(char(time >> (8 * i)));
    bytes.append(char(port));
    bytes.append(char(port >> 8));
    bytes.append(QByteArray::fromHex("7f000001"));
    return bytes.toBase64();
}

QByteArray login(qint64 time, quint16 port, const QByteArray &user)
{
    return stamp(time) + " mx1 dovecot: imap-login: Login: user=<" + user
        + ">, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, mpid=1, TLS, session=<" + makeId(time, port) + ">\n";
}

QByteArray logout(qint64 time, qint64 loginTime, quint16 port, const QByteArray &user)
{
    return stamp(time) + " mx1 dovecot: imap(" + user + ")<1><" + makeId(loginTime, port)
        + ">: Disconnected: Logged out in=1 out=1\n";
}

void append(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Append));
    file.write(bytes);
}

template<typename Source>
struct Run {
    SystemClock clock;
    std::unique_ptr<Source> source;
    QHash<QByteArray, SessionFacts> alive; ///< by user, as told last
    int ended = 0;
    std::unique_ptr<QSignalSpy> done;

    void watch()
    {
        done = std::make_unique<QSignalSpy>(source.get(), &LogSource::readBackDone);
        QObject::connect(source.get(), &LogSource::facts, source.get(), [this](const SessionFacts &f) {
            const QByteArray name = f.user.value_or(QByteArray("?"));
            if (f.ended) {
                ++ended;
                alive.remove(name);
            } else {
                alive.insert(name, f);
            }
        });
    }
    QList<QByteArray> users() const
    {
        QList<QByteArray> names = alive.keys();
        std::sort(names.begin(), names.end());
        return names;
    }
    std::vector<std::unique_ptr<LogInput>> input(const QString &path)
    {
        std::vector<std::unique_ptr<LogInput>> inputs;
        inputs.push_back(std::make_unique<LogFile>(QFile::encodeName(path), clock));
        return inputs;
    }
};

struct Dovecot : Run<DovecotSource> {
    explicit Dovecot(const QString &path)
    {
        source = std::make_unique<DovecotSource>(input(path), QByteArray(), clock);
        watch();
    }
};

struct Postfix : Run<PostfixSource> {
    explicit Postfix(const QString &path)
    {
        source = std::make_unique<PostfixSource>(input(path), PostfixSessions::Settings(), clock);
        watch();
    }
};

} // namespace

class TestLogSource : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_path;
    qint64 m_now = 0;

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_path = m_dir->filePath(QStringLiteral("mail.log"));
        m_now = SystemClock().nowUs() / 1000 * 1000;
    }

    void aFirstStartFindsWhoIsThereAndThenFollows()
    {
        append(m_path + QStringLiteral(".1"), login(m_now - 9000 * Second, 1000, "early"));
        append(m_path,
            login(m_now - 600 * Second, 1001, "gone") + login(m_now - 500 * Second, 1002, "there")
                + logout(m_now - 400 * Second, m_now - 600 * Second, 1001, "gone"));
        Dovecot run(m_path);
        run.source->start({});
        QVERIFY(run.done->wait());
        QCOMPARE(run.users(), (QList<QByteArray> { "early", "there" }));
        QCOMPARE(run.ended, 0);
        QCOMPARE(run.source->coverage().live, true);
        QCOMPARE(run.source->coverage().completeSince, m_now - 9000 * Second);
        QCOMPARE(run.alive.value("early").peer.port, quint16(1000));
        append(m_path, login(m_now, 1003, "new") + logout(m_now, m_now - 9000 * Second, 1000, "early"));
        QTRY_COMPARE(run.users(), (QList<QByteArray> { "new", "there" }));
        QCOMPARE(run.source->status().state, SourceStatus::State::Ok);
    }

    void readingBackStopsWhenNobodyNeedsMore()
    {
        QByteArray log;
        for (int i = 0; i < 20'000; ++i)
            log += login(m_now - (30'000 - i) * Second, quint16(1000 + i), "u" + QByteArray::number(i));
        append(m_path, log);
        Dovecot run(m_path);
        run.source->setNeeded([&] { return !run.alive.contains("u19990"); });
        run.source->start({});
        QVERIFY(run.done->wait());
        QVERIFY(run.alive.contains("u19999"));
        QVERIFY(!run.alive.contains("u0"));
        QVERIFY(run.source->coverage().completeSince > m_now - 30'000 * Second);
    }

    void aRestartGoesOnWhereItWas()
    {
        append(m_path, login(m_now - 600 * Second, 1001, "a") + login(m_now - 500 * Second, 1002, "b"));
        LogSourceState state;
        qint64 since = 0;
        {
            Dovecot run(m_path);
            run.source->start({});
            QCOMPARE(run.source->state().positions.size(), 0); // not complete yet
            QVERIFY(run.done->wait());
            state = run.source->state();
            since = run.source->coverage().completeSince;
            QCOMPARE(state.open.size(), 2);
        }
        append(m_path, logout(m_now, m_now - 600 * Second, 1001, "a"));
        QVERIFY(QFile::rename(m_path, m_path + QStringLiteral(".1")));
        append(m_path, login(m_now, 1003, "c"));
        Dovecot run(m_path);
        run.source->start(state, since);
        QVERIFY(run.source->continued());
        QCOMPARE(run.source->coverage().completeSince, 0); // lines in between are not read yet
        QVERIFY(run.done->wait());
        QCOMPARE(run.users(), (QList<QByteArray> { "b", "c" }));
        QCOMPARE(run.ended, 1);
        QCOMPARE(run.source->coverage().completeSince, since);
    }

    void aLostLogIsReadBackAndTheOldStateDropped()
    {
        append(m_path, login(m_now - 600 * Second, 1001, "a") + login(m_now - 500 * Second, 1002, "b"));
        LogSourceState state;
        {
            Dovecot run(m_path);
            run.source->start({});
            QVERIFY(run.done->wait());
            state = run.source->state();
        }
        QVERIFY(QFile::remove(m_path));
        append(m_path, login(m_now - 20 * Second, 1003, "c"));
        Dovecot run(m_path);
        run.source->start(state);
        QVERIFY(!run.source->continued());
        QVERIFY(run.done->wait());
        QCOMPARE(run.users(), (QList<QByteArray> { "c" }));
    }

    void postfixWithoutPortsNamesTheSetting()
    {
        append(m_path, stamp(m_now - 10 * Second) + " mx1 postfix/smtpd[7]: connect from a.example[192.0.2.1]\n");
        Postfix run(m_path);
        run.source->start({});
        QVERIFY(run.done->wait());
        QCOMPARE(run.alive.size(), 1);
        QCOMPARE(run.source->status().state, SourceStatus::State::Degraded);
        QCOMPARE(run.source->status().source, QByteArray("postfix"));
        QCOMPARE(run.source->status().mend, QByteArray("smtpd_client_port_logging = yes"));
        append(m_path, stamp(m_now) + " mx1 postfix/smtpd[7]: connect from a.example[192.0.2.1]:25001\n");
        QTRY_COMPARE(run.source->status().state, SourceStatus::State::Ok);
    }

    void aMissingLogIsSaidAndFoundLater()
    {
        Dovecot run(m_path);
        QSignalSpy statuses(run.source.get(), &LogSource::statusChanged);
        run.source->start({});
        QVERIFY(run.done->wait());
        QCOMPARE(run.source->coverage().live, false);
        QCOMPARE(run.source->status().state, SourceStatus::State::Down);
        QCOMPARE(statuses.size(), 1);
        append(m_path, login(m_now, 1001, "a"));
        QTRY_COMPARE(run.users(), (QList<QByteArray> { "a" }));
        QCOMPARE(run.source->coverage().live, true);
    }

    void dovecotWithoutSessionsNamesTheSetting()
    {
        append(m_path, login(m_now, 1001, "a").replace(", session=<" + makeId(m_now, 1001) + ">", ""));
        Dovecot run(m_path);
        run.source->start({});
        QVERIFY(run.done->wait());
        QCOMPARE(run.source->status().state, SourceStatus::State::Degraded);
        QVERIFY(run.source->status().mend.contains("session=<%{session}>"));
    }
};

QTEST_GUILESS_MAIN(TestLogSource)
#include "tst_logsource.moc"
