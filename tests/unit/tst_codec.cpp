// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/bodyreader.h"
#include "core/protocol/codec.h"
#include "tests/unit/samplemessages.h"

#include <QTest>

using namespace mailhelm;

namespace
{

Direction directionOf(const Envelope &envelope)
{
    const QByteArray payload = encode(envelope);
    const auto toAgent = decode(payload, Direction::ToAgent);
    return toAgent.ok() ? Direction::ToAgent : Direction::ToClient;
}

/// A message whose body `write` makes.
template<typename Write>
QByteArray payloadOf(quint64 number, Write write)
{
    QByteArray out;
    CborWriter w(out);
    w.array(3);
    w.unsignedInteger(number);
    w.unsignedInteger(9);
    write(w);
    return out;
}

QString why(const QByteArray &payload, Direction direction)
{
    const auto result = decode(payload, direction);
    return result.ok() ? QStringLiteral("accepted") : result.error().detail;
}

} // namespace

class TestCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyMessageComesBackAsItWas()
    {
        QSet<size_t> kinds;
        for (const Envelope &sent : sampleMessages()) {
            const QByteArray payload = encode(sent);
            const auto got = decode(payload, directionOf(sent));
            QVERIFY2(got.ok(), qPrintable(why(payload, directionOf(sent))));
            QCOMPARE(got.value().request, sent.request);
            QVERIFY2(sameMessage(got.value().message, sent.message),
                messageName(peekHead(payload).value().number).constData());
            kinds.insert(sent.message.index());
        }
        QCOMPARE(kinds.size(), qsizetype(std::variant_size_v<Message> - 1)); // all but Changes
    }

    void aMessageWithNothingOptionalComesBackToo()
    {
        for (const Message &message :
            { Message(Welcome { 1, {}, {}, {}, Role::None, 0, {}, {}, {}, {}, {} }), Message(Outcomes {}),
                Message(JournalLines {}), Message(StatusReport {}), Message(Failed {}), Message(Farewell {}) }) {
            const auto got = decode(encode({ 1, message }), Direction::ToClient);
            QVERIFY(got.ok());
            QVERIFY(sameMessage(got.value().message, message));
        }
        const Message subscribe = Subscribe { TableId::Audit, {}, {}, {} };
        QVERIFY(sameMessage(decode(encode({ 1, subscribe }), Direction::ToAgent).value().message, subscribe));
    }

    void aServersZoneComesThroughAndAnImpossibleOneDoesNot()
    {
        for (const int offset : { 0, 3600, -12'600, 86'400 }) {
            Welcome welcome;
            welcome.utcOffset = offset;
            const auto got = decode(encode({ 1, Message(welcome) }), Direction::ToClient);
            QVERIFY(got.ok());
            QCOMPARE(std::get<Welcome>(got.value().message).utcOffset, std::optional<int>(offset));
        }
        Welcome far;
        far.utcOffset = 90'000;
        const auto got = decode(encode({ 1, Message(far) }), Direction::ToClient);
        QVERIFY(got.ok());
        QVERIFY(!std::get<Welcome>(got.value().message).utcOffset);
    }

    void aLimitOfNobodyAndAGraceOfNoTimeComeThroughToo()
    {
        Welcome welcome;
        welcome.services = { { "IMAPS", "imap", { 993 }, 0, 20 }, { "POP3", "pop3", { 110 }, 600'000, 0 },
            { "SMTP", "smtp", { 25 }, 300'000, {} } };
        welcome.graceMs = 0;
        auto got = decode(encode({ 1, Message(welcome) }), Direction::ToClient);
        QVERIFY(got.ok());
        QCOMPARE(std::get<Welcome>(got.value().message), welcome);
        welcome.graceMs = qint64(1) << 60; // no time that anybody lives to see
        got = decode(encode({ 1, Message(welcome) }), Direction::ToClient);
        QVERIFY(got.ok());
        QVERIFY(!std::get<Welcome>(got.value().message).graceMs);
        welcome.services[0].userAddressLimit = qint64(1) << 40;
        QVERIFY(!decode(encode({ 1, Message(welcome) }), Direction::ToClient).ok());
    }

    void theOtherSidesMessagesAreRefused()
    {
        for (const Envelope &sent : sampleMessages()) {
            const Direction wrong = directionOf(sent) == Direction::ToAgent ? Direction::ToClient : Direction::ToAgent;
            const auto got = decode(encode(sent), wrong);
            QVERIFY(!got.ok());
            QCOMPARE(got.error().code, ErrorCode::Refused);
        }
    }

    void anUnknownNumberIsToldWithTheRequestToAnswer()
    {
        for (const quint64 number : { quint64(0), quint64(25), quint64(1) << 40 }) {
            const QByteArray payload = payloadOf(number, [](CborWriter &w) { w.map(0); });
            const auto got = decode(payload, Direction::ToAgent);
            QVERIFY(!got.ok());
            QCOMPARE(got.error().code, ErrorCode::Unsupported);
            QVERIFY(got.error().detail.contains(QString::number(number)));
            QCOMPARE(peekHead(payload).value().request, 9u);
        }
    }

    void changesAreLeftToTheirDecoder()
    {
        const QByteArray payload = payloadOf(6, [](CborWriter &w) {
            w.map(1);
            w.unsignedInteger(1);
            w.unsignedInteger(7);
        });
        const auto head = peekHead(payload);
        QVERIFY(head.ok());
        QVERIFY(head.value().is(MessageType::Changes));
        QCOMPARE(peekTable(head.value()).value(), TableId::Sources);
        QVERIFY(!decode(payload, Direction::ToClient).ok());
        QVERIFY(encode({ 0, ChangeSet {} }).isEmpty());
    }

    void everyCutIsRefused()
    {
        for (const Envelope &sent : sampleMessages()) {
            const QByteArray payload = encode(sent);
            for (qsizetype size = 0; size < payload.size(); ++size)
                QVERIFY(!peekHead(QByteArrayView(payload).first(size)).ok());
            QVERIFY(!peekHead(payload + '\0').ok());
        }
    }

    void whatIsNewerIsIgnored()
    {
        const QByteArray payload = payloadOf(3, [](CborWriter &w) {
            w.map(3);
            w.unsignedInteger(1);
            w.text("abc");
            w.unsignedInteger(70);
            w.array(1);
            w.tag(1);
            w.integer(-5);
            w.unsignedInteger(1000);
            w.null();
        });
        const auto got = decode(payload, Direction::ToAgent);
        QVERIFY2(got.ok(), qPrintable(why(payload, Direction::ToAgent)));
        QCOMPARE(std::get<Enrol>(got.value().message).token, "abc");
    }

    void missingFieldsAreNamed_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<QString>("field");
        QTest::newRow("Hello") << 2 << "protocol";
        QTest::newRow("Enrol") << 3 << "token";
        QTest::newRow("Subscribe") << 4 << "table";
        QTest::newRow("Unsubscribe") << 5 << "table";
        QTest::newRow("Refresh") << 7 << "table";
        QTest::newRow("Drop") << 8 << "ids";
        QTest::newRow("End") << 9 << "ids";
        QTest::newRow("SetAccount") << 10 << "change";
        QTest::newRow("Delete") << 11 << "ids";
        QTest::newRow("Restore") << 12 << "ids";
        QTest::newRow("History") << 13 << "from";
        QTest::newRow("HistoryDone") << 24 << "unwatched";
        QTest::newRow("Journal") << 14 << "id";
        QTest::newRow("Welcome") << 1 << "protocol";
        QTest::newRow("Outcomes") << 18 << "targets";
        QTest::newRow("Failed") << 19 << "code";
        QTest::newRow("JournalLines") << 20 << "lines";
        QTest::newRow("StatusReport") << 21 << "agent_version";
        QTest::newRow("Pong") << 22 << "clock";
        QTest::newRow("Farewell") << 23 << "code";
    }
    void missingFieldsAreNamed()
    {
        QFETCH(int, number);
        QFETCH(QString, field);
        const QByteArray payload = payloadOf(quint64(number), [](CborWriter &w) { w.map(0); });
        const QString text
            = number == 1 || number > 16 ? why(payload, Direction::ToClient) : why(payload, Direction::ToAgent);
        QVERIFY2(text.contains(QLatin1String("missing")) && text.contains(QLatin1Char('"') + field + QLatin1Char('"')),
            qPrintable(text));
        QVERIFY2(text.startsWith(QLatin1String(QTest::currentDataTag())), qPrintable(text));
    }

    void aFieldInsideAListIsNamedToo()
    {
        const QByteArray payload = payloadOf(18, [](CborWriter &w) {
            w.map(1);
            w.unsignedInteger(1);
            w.array(1);
            w.map(1);
            w.unsignedInteger(1);
            w.unsignedInteger(5);
        });
        QVERIFY2(why(payload, Direction::ToClient).contains(QLatin1String("\"code\"")),
            qPrintable(why(payload, Direction::ToClient)));
    }

    void keysComeOnceAndInOrder()
    {
        for (const auto &[first, second] : { std::pair(1, 1), std::pair(70, 1), std::pair(70, 70), std::pair(0, 1) }) {
            const QByteArray payload = payloadOf(2, [&, a = first, b = second](CborWriter &w) {
                w.map(2);
                w.unsignedInteger(quint64(a));
                w.unsignedInteger(1);
                w.unsignedInteger(quint64(b));
                w.unsignedInteger(1);
            });
            QVERIFY(why(payload, Direction::ToAgent).contains(QLatin1String("ascending")));
        }
    }

    void idsAreLimitedAndValid()
    {
        const auto drop = [](const QList<RowId> &ids) {
            return decode(encode({ 1, Drop { ids } }), Direction::ToAgent).ok();
        };
        QList<RowId> ids;
        for (int i = 1; i <= limits::IdsPerRequest; ++i)
            ids.append(RowId(i));
        QVERIFY(drop({}));
        QVERIFY(drop(ids));
        ids.append(5000);
        QVERIFY(!drop(ids));
        QVERIFY(drop({ MaxRowId }));
        QVERIFY(!drop({ MaxRowId + 1 }));
        QVERIFY(!drop({ ~RowId(0) }));
        QVERIFY(!drop({ 0 }));
        QVERIFY(!drop({ 5, 0, 6 }));
    }

    void textsAreCutWhenWrittenAndLimitedWhenRead()
    {
        const auto enrol = [](const QByteArray &token) {
            return payloadOf(3, [&](CborWriter &w) {
                w.map(1);
                w.unsignedInteger(1);
                w.text(token);
            });
        };
        QVERIFY(decode(enrol(QByteArray(1024, 'x')), Direction::ToAgent).ok());
        QVERIFY(why(enrol(QByteArray(1025, 'x')), Direction::ToAgent).contains(QLatin1String("longer")));
        QByteArray nul = enrol("a.b");
        nul.replace('.', '\0');
        QVERIFY(why(nul, Direction::ToAgent).contains(QLatin1String("NUL")));
        QByteArray invalid = enrol("a.b");
        invalid.replace('.', '\xff');
        QVERIFY(why(invalid, Direction::ToAgent).contains(QLatin1String("UTF-8")));

        const QByteArray token = QByteArray(1023, 'x') + "\xc3\xa9\xff";
        const auto got = decode(encode({ 1, Enrol { token } }), Direction::ToAgent);
        QVERIFY(got.ok());
        QCOMPARE(std::get<Enrol>(got.value().message).token, QByteArray(1023, 'x'));
    }

    void theLongestAnswersFitAFrame()
    {
        JournalLines journal;
        for (int i = 0; i < limits::JournalLines; ++i)
            journal.lines.append(QByteArray(4000, 'x'));
        QVERIFY(encode({ 1, journal }).size() <= qsizetype(limits::FrameToClient));
        Outcomes outcomes;
        for (int i = 0; i < limits::IdsPerRequest; ++i)
            outcomes.targets.append({ MaxRowId - RowId(i), Outcomes::Code::Refused, QByteArray(4000, 'x') });
        QVERIFY(encode({ 1, outcomes }).size() <= qsizetype(limits::FrameToClient));
        journal.lines.append("one more");
        QVERIFY(!decode(encode({ 1, journal }), Direction::ToClient).ok());
        Welcome welcome;
        for (const TableId id : liveTables())
            welcome.tables.append(schemaOf(id));
        const auto got = decode(encode({ 0, welcome }), Direction::ToClient);
        QVERIFY(got.ok());
        QCOMPARE(std::get<Welcome>(got.value().message).tables, welcome.tables);
    }

    void announcedSizesAllocateNothing()
    {
        // An array of 2^32 - 1 lines, of which none is there.
        QByteArray payload = payloadOf(20, [](CborWriter &w) {
            w.map(1);
            w.unsignedInteger(1);
        });
        payload += QByteArray::fromHex("9affffffff");
        QVERIFY(!peekHead(payload).ok());
        QByteArray deep = payloadOf(16, [](CborWriter &w) {
            w.map(1);
            w.unsignedInteger(50);
        });
        deep += QByteArray(1000, '\x81') + '\0';
        QVERIFY(why(deep, Direction::ToAgent).contains(QLatin1String("deep")));
    }

    void aTableThatIsNewerIsKept()
    {
        Welcome welcome;
        welcome.tables = { Schema(TableId(200), "tomorrow", { { "key", ColumnType::Number, "Title", {} } }) };
        const auto got = decode(encode({ 0, welcome }), Direction::ToClient);
        QVERIFY(got.ok());
        QCOMPARE(std::get<Welcome>(got.value().message).tables, welcome.tables);
        welcome.tables = { Schema(TableId(200), "tomorrow", { { "key", ColumnType(9), "Title", {} } }) };
        QVERIFY(why(encode({ 0, welcome }), Direction::ToClient).contains(QLatin1String("\"type\"")));
    }

    void rolesHaveNames()
    {
        for (const Role role : { Role::None, Role::Viewer, Role::Operator, Role::Manager, Role::Owner })
            QCOMPARE(roleFromName(roleName(role)), role);
        QVERIFY(!roleFromName("root"));
    }

    void randomBytesNeverCrash()
    {
        quint64 state = 88172645463325252u;
        const auto next = [&] {
            state ^= state << 13;
            state ^= state >> 7;
            return state ^= state << 17;
        };
        const QList<Envelope> samples = sampleMessages();
        int accepted = 0;
        for (int i = 0; i < 100'000; ++i) {
            QByteArray payload = encode(samples[qsizetype(next() % quint64(samples.size()))]);
            for (quint64 n = next() % 4; n > 0 && !payload.isEmpty(); --n)
                payload[qsizetype(next() % quint64(payload.size()))] = char(next());
            for (const Direction direction : { Direction::ToAgent, Direction::ToClient }) {
                const auto got = decode(payload, direction);
                if (!got)
                    continue;
                ++accepted;
                const auto again = decode(encode(got.value()), direction);
                QVERIFY(again.ok());
                QVERIFY(sameMessage(again.value().message, got.value().message));
            }
        }
        QVERIFY(accepted > 25'000); // a quarter is not changed at all
    }
};

QTEST_GUILESS_MAIN(TestCodec)
#include "tst_codec.moc"
