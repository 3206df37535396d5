// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/journalsearch.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;

/// What a search in the logs promises: every line of that session once, oldest first, from all logs, and of no other
/// session.
class JournalSearchTest : public QObject
{
    Q_OBJECT

    static constexpr qint64 Now = 1'763'800'000'000'000; // 2025-11-22T08:26:40Z

    QByteArray write(const char *name, const QByteArray &text)
    {
        QFile file(m_folder->filePath(QLatin1String(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("%s cannot be written", name);
        return QFile::encodeName(file.fileName());
    }
    static SessionFacts session(const char *id)
    {
        SessionFacts facts;
        facts.source = "dovecot";
        facts.session = id;
        facts.began = Now - 60'000'000;
        return facts;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    ManualClock m_clock { Now };

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void everyLineOnceFromAllLogs()
    {
        const QByteArray rotated
            = write("a.log.1", "2025-11-22T08:26:00+00:00 mx dovecot: imap-login: Login: session=<one>\n");
        const QByteArray a = write("a.log",
            "2025-11-22T08:26:10+00:00 mx dovecot: imap(x)<1><two>: Selected\n"
            "2025-11-22T08:26:30+00:00 mx dovecot: imap(x)<1><one>: Logged out\n");
        const QByteArray b = write("b.log",
            "2025-11-22T07:00:00+00:00 mx dovecot: imap(x)<1><one>: an older owner of the name\n"
            "2025-11-22T08:26:20+00:00 mx dovecot: imap(x)<1><one>: Selected\n");
        JournalSearch search(m_clock);
        std::optional<QList<QByteArray>> found;
        // As LogSource names them: each log with its rotated files.
        search.search(
            session("one"), { b, a, rotated }, [&](const Result<QList<QByteArray>> &lines) { found = lines.value(); });
        QTRY_VERIFY(found.has_value());
        QCOMPARE(found->size(), 3);
        QVERIFY(found->at(0).contains("Login"));
        QVERIFY(found->at(1).contains("Selected"));
        QVERIFY(found->at(2).contains("Logged out"));
    }

    void searchesWaitInALineThatEnds()
    {
        const QByteArray a = write("a.log", "2025-11-22T08:26:30+00:00 mx dovecot: imap(x)<1><one>: Logged out\n");
        JournalSearch search(m_clock);
        int found = 0;
        int refused = 0;
        for (size_t i = 0; i < JournalSearch::MostWaiting + 3; ++i)
            search.search(session("one"), { a }, [&](const Result<QList<QByteArray>> &lines) {
                found += lines.ok();
                refused += !lines && lines.error().code == ErrorCode::Unavailable;
            });
        QCOMPARE(refused, 3);
        QTRY_COMPARE(found, int(JournalSearch::MostWaiting));
        // There is room again, also from within an answer.
        bool again = false;
        search.search(session("one"), { a }, [&](const Result<QList<QByteArray>> &) {
            search.search(session("one"), { a }, [&](const Result<QList<QByteArray>> &lines) { again = lines.ok(); });
        });
        QTRY_VERIFY(again);
    }
};

QTEST_GUILESS_MAIN(JournalSearchTest)
#include "tst_journalsearch.moc"
