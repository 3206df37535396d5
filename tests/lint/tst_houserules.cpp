// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lint/sources.h"

#include <QRegularExpression>

/// Calls that this project does without, each for a reason that cost somebody dear (docs/SECURITY.md, CONTRIBUTING.md).
class HouseRulesTest : public QObject
{
    Q_OBJECT

    static QStringList products()
    {
        return sourceFiles(
            { QStringLiteral("core"), QStringLiteral("models"), QStringLiteral("views"), QStringLiteral("app") });
    }

private Q_SLOTS:
    void forbiddenCalls_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QStringList>("exceptions");
        const auto row = [](const char *name, const char *pattern, const QStringList &exceptions = {}) {
            QTest::newRow(name) << QString::fromLatin1(pattern) << exceptions;
        };
        row("QSslServer stops accepting after 30 resets", R"(\bQSslServer\b)",
            { QStringLiteral("core/net/tlsserver.h") }); // says why not
        row("blind ignoreSslErrors", R"(\bignoreSslErrors\s*\(\s*\))");
        row("default TLS configuration is not trusted to replace the system's CAs", R"(setDefaultConfiguration)");
        row("no shell", R"((?<![:\w])system\s*\(|std::system\s*\(|\bpopen\s*\(|"/bin/sh")");
        row("no HTTP, no XML", R"(QNetworkAccessManager|QXmlStream|QDomDocument)");
        row("no rich text of others", R"(QTextBrowser|setHtml\s*\(|Qt::RichText|Qt::AutoText)");
        row("no nested event loops", R"(\bQEventLoop\b|processEvents\s*\()");
        row("no sleeping", R"(\bq?u?sleep\s*\(|msleep\s*\(|sleep_for)");
        row("no string connects", R"(\bSIGNAL\s*\(|\bSLOT\s*\()");
        row("no proxy models on live tables", R"(\bQSortFilterProxyModel\b|\bQStandardItemModel\b)");
        row("no compression of what peers send", R"(qUncompress|qCompress)");
        row("waiting is for command lines",
            R"(waitFor(Connected|ReadyRead|BytesWritten|Disconnected|Finished|Started)\s*\()",
            { QStringLiteral("core/agent/hostprobe.cpp"), QStringLiteral("app/agent/doctor.cpp") });
        // hostprobe: `init` asks doveconf and postconf; dovecotsizes: nothing but doveadm knows a mailbox's size
        row("other programs are run where that is thought through", R"(\bQProcess\b|\bfork\s*\(|\bexecv|posix_spawn)",
            { QStringLiteral("core/agent/hostprobe.cpp"), QStringLiteral("core/agent/sources/dovecotsizes.h"),
                QStringLiteral("core/agent/sources/dovecotsizes.cpp") });
        row("QDataStream is for our own state file", R"(\bQDataStream\b)",
            { QStringLiteral("core/agent/savedsources.cpp"), QStringLiteral("core/agent/connectionjoin.cpp"),
                QStringLiteral("core/agent/sources/factscodec.cpp"), QStringLiteral("core/agent/sources/factscodec.h"),
                QStringLiteral("core/agent/sources/logsessionsource.cpp"),
                QStringLiteral("core/agent/sources/logposition.cpp") });
        row("time comes from a clock",
            R"(QDateTime::currentDateTime|QDateTime::currentMSecs|QDateTime::currentSecs|\bstd::time\s*\(|system_clock)",
            { QStringLiteral("core/base/clock.cpp") });
        row("no unfinished business", R"(\bTODO\b|\bFIXME\b|\bXXX\b|\bHACK\b)");
    }

    void forbiddenCalls()
    {
        QFETCH(QString, pattern);
        QFETCH(QStringList, exceptions);
        const QRegularExpression expression(pattern);
        QVERIFY(expression.isValid());
        QStringList found;
        for (const QString &file : products()) {
            if (exceptions.contains(file))
                continue;
            int number = 0;
            for (const QByteArray &line : linesOf(file)) {
                ++number;
                const qsizetype comment = line.indexOf("//");
                const QByteArray code = comment >= 0 ? line.first(comment) : line;
                if (expression.match(QString::fromUtf8(code)).hasMatch())
                    found.append(QStringLiteral("%1:%2: %3")
                                     .arg(file, QString::number(number), QString::fromUtf8(line.trimmed())));
            }
        }
        QVERIFY2(found.isEmpty(), qPrintable(QLatin1Char('\n') + found.join(QLatin1Char('\n'))));
    }

    void everyFileNamesItsLicence()
    {
        for (const QString &file : products() + sourceFiles({ QStringLiteral("tests") }))
            QVERIFY2(linesOf(file).value(0) == "// SPDX-License-Identifier: GPL-3.0-or-later", qPrintable(file));
    }

    void headersAreIncludedOnce()
    {
        for (const QString &file : products())
            if (file.endsWith(QStringLiteral(".h")))
                QVERIFY2(linesOf(file).value(1) == "#pragma once", qPrintable(file));
    }
};

QTEST_GUILESS_MAIN(HouseRulesTest)
#include "tst_houserules.moc"
