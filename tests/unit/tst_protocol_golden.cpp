// SPDX-License-Identifier: GPL-3.0-or-later
// docs/PROTOCOL.md shows the bytes of each message: they have to be what the codec writes, and what it reads.
#include "core/protocol/changescodec.h"
#include "core/protocol/limits.h"
#include "tests/unit/samplechanges.h"
#include "tests/unit/samplemessages.h"

#include <QFile>
#include <QLocale>
#include <QRegularExpression>
#include <QTest>

using namespace mailhelm;

class TestProtocolGolden : public QObject
{
    Q_OBJECT

    QString m_page;
    QHash<QByteArray, QByteArray> m_golden; ///< message name, bytes

private Q_SLOTS:
    void initTestCase()
    {
        QFile file(QStringLiteral(MAILHELM_SOURCE_DIR "/docs/PROTOCOL.md"));
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
        m_page = QString::fromUtf8(file.readAll());
        const QRegularExpression block(QStringLiteral("```golden (\\w+)\\n([0-9a-f\\s]+)```"));
        for (auto it = block.globalMatch(m_page); it.hasNext();) {
            const auto match = it.next();
            m_golden.insert(match.captured(1).toUtf8(), QByteArray::fromHex(match.captured(2).toUtf8()));
        }
    }

    void everyMessageIsThere()
    {
        QSet<QByteArray> names { "Changes", "ChangesThatFollow" };
        for (const Envelope &sample : sampleMessages())
            names.insert(messageName(peekHead(encode(sample)).value().number));
        const QList<QByteArray> shown = m_golden.keys();
        QCOMPARE(QSet<QByteArray>(shown.begin(), shown.end()), names);
    }

    void writtenAsShownAndReadAsMeant()
    {
        for (const Envelope &sample : sampleMessages()) {
            const QByteArray payload = encode(sample);
            const auto head = peekHead(payload);
            const QByteArray name = messageName(head.value().number);
            QVERIFY2(m_golden.value(name) == payload, (name + " is now " + payload.toHex(' ')).constData());
            const auto shown = peekHead(m_golden.value(name));
            QVERIFY(shown.ok());
            auto got = decode(shown.value(), Direction::ToAgent);
            if (!got)
                got = decode(shown.value(), Direction::ToClient);
            QVERIFY2(got.ok(), name.constData());
            QCOMPARE(got.value().request, sample.request);
            QVERIFY2(sameMessage(got.value().message, sample.message), name.constData());
        }
    }

    void changesToo()
    {
        SampleChanges sample;
        const QByteArray snapshot = sample.snapshot();
        const QByteArray delta = sample.delta();
        QVERIFY2(m_golden.value("Changes") == snapshot, ("Changes is now " + snapshot.toHex(' ')).constData());
        QVERIFY2(
            m_golden.value("ChangesThatFollow") == delta, ("ChangesThatFollow is now " + delta.toHex(' ')).constData());

        ChangesDecoder decoder;
        const auto first = decoder.decode(peekHead(m_golden.value("Changes")).value().body, SampleChanges::schema());
        QVERIFY(first.ok());
        QVERIFY(first.value().reset && first.value().first && first.value().last);
        QCOMPARE(first.value().epoch, 7u);
        const RowGroup &rows = first.value().groups.first();
        QCOMPARE(rows.ids, (QList<RowId> { 1, 2, 3 }));
        QCOMPARE(rows.values[0].value(0), Value(QByteArray("ada")));
        QCOMPARE(rows.values[0].value(1), Value(QByteArray("ada")));
        QCOMPARE(rows.values[0].value(2), Value());
        QCOMPARE(rows.values[1].value(2),
            Value(QByteArray("St\xc3\xbc"
                             "ck")));
        QCOMPARE(rows.values[2].value(0), Value(qint64(1'763'800'000'000'000)));
        QCOMPARE(rows.values[3].value(1), Value(true));
        QCOMPARE(rows.values[4].value(0), Value(Address::fromV4(0xcb007107)));
        QCOMPARE(rows.values[5].value(2), Value(qint64(70'000)));

        const auto second
            = decoder.decode(peekHead(m_golden.value("ChangesThatFollow")).value().body, SampleChanges::schema());
        QVERIFY(second.ok());
        QCOMPARE(second.value().removed, (QList<RowId> { 2 }));
        QCOMPARE(second.value().groups.size(), 2);
        QCOMPARE(second.value().groups[0].values[0].value(0), Value(QByteArray("grace")));
        QVERIFY(!second.value().groups[1].complete);
        QCOMPARE(second.value().groups[1].values[0].value(0), Value(qint64(5)));
    }

    void theLimitsShownAreTheLimits()
    {
        const auto shows = [&](const char *what, const QString &figure) {
            const QRegularExpression line(QStringLiteral("\\|[^|\\n]*")
                + QRegularExpression::escape(QString::fromLatin1(what)) + QStringLiteral("[^|\\n]*\\|[^|\\n]*")
                + QRegularExpression::escape(figure));
            return line.match(m_page).hasMatch();
        };
        const QLocale c(QLocale::English, QLocale::UnitedStates);
        QVERIFY(shows("before Hello", QStringLiteral("%1 KiB").arg(limits::FrameToAgentBeforeLogin / 1024)));
        QVERIFY(shows("frame to the agent", QStringLiteral("%1 KiB").arg(limits::FrameToAgent / 1024)));
        QVERIFY(shows("frame to the client", QStringLiteral("%1 MiB").arg(limits::FrameToClient / 1024 / 1024)));
        QVERIFY(shows("depth", QString::number(limits::CborDepth)));
        QVERIFY(shows("keys in a map", QString::number(limits::MapEntries)));
        QVERIFY(shows("any text", c.toString(limits::TextBytes)));
        QVERIFY(shows("name of a table", QString::number(limits::NameBytes)));
        QVERIFY(shows("ids in a request", c.toString(limits::IdsPerRequest)));
        QVERIFY(shows("lines in JournalLines", c.toString(limits::JournalLines)));
        QVERIFY(shows("tables in Welcome",
            QStringLiteral("%1; %2; %3; %3").arg(limits::Tables).arg(limits::Columns).arg(limits::Services)));
        QVERIFY(shows("refusals in Welcome",
            QStringLiteral("%1; %2").arg(QString::number(limits::Refusals), c.toString(limits::UnwatchedSpans))));
        QVERIFY(!shows("groups of rows", QStringLiteral("17"))); // it can fail
        QVERIFY(shows("groups of rows", QString::number(limits::RowGroups)));
        QVERIFY(shows("dictionary of one column",
            QStringLiteral("%1; %2 MiB")
                .arg(c.toString(limits::DictionaryEntries))
                .arg(limits::DictionaryBytes / 1024 / 1024)));
    }
};

QTEST_GUILESS_MAIN(TestProtocolGolden)
#include "tst_protocol_golden.moc"
