// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/frame.h"
#include "core/protocol/limits.h"

#include <QByteArrayList>
#include <QTest>

#include <random>

using namespace mailhelm;

static QByteArray framed(const QByteArray &payload)
{
    const auto header = frameHeader(quint32(payload.size()));
    return QByteArray(header.data(), qsizetype(header.size())) + payload;
}

static QByteArray header(quint32 size)
{
    const auto bytes = frameHeader(size);
    return QByteArray(bytes.data(), qsizetype(bytes.size()));
}

/// Feeds all of `bytes`, as a whole; gives the frames, and stops at an error.
static std::optional<Error> feed(FrameReader &reader, QByteArrayView bytes, QByteArrayList &frames)
{
    while (!bytes.isEmpty()) {
        const auto taken = reader.take(bytes);
        if (!taken)
            return taken.error();
        bytes = bytes.sliced(taken.value());
        if (reader.hasFrame())
            frames += reader.takeFrame();
        else if (taken.value() == 0)
            qFatal("the reader takes nothing and has nothing");
    }
    return std::nullopt;
}

/// The framing: a length, then so many bytes; nothing that a peer announces is believed beyond the limit.
class TestFrame : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void headerIsBigEndian();
    void lengthsAtTheLimit_data();
    void lengthsAtTheLimit();
    void splitAtEveryByte();
    void randomPiecesGiveTheSameFrames();
    void limitRisesBetweenTwoFramesOfOneRead();
    void anErrorIsFinal();
    void offeredNoMoreThanWantedNothingIsLeftOver();
    void knowsWhereTheStreamMayEnd();
};

void TestFrame::headerIsBigEndian()
{
    QCOMPARE(header(0x01020304), QByteArray("\x01\x02\x03\x04"));
    QCOMPARE(framed("ab"), QByteArray("\0\0\0\2ab", 6));
}

void TestFrame::lengthsAtTheLimit_data()
{
    QTest::addColumn<quint32>("limit");
    QTest::addColumn<quint32>("length");
    QTest::addColumn<bool>("allowed");
    for (const quint32 limit : { limits::FrameToAgentBeforeLogin, limits::FrameToAgent, limits::FrameToClient }) {
        const auto row = [limit](const char *name, quint32 length, bool allowed) {
            QTest::addRow("%s of %u", name, limit) << limit << length << allowed;
        };
        row("0", 0, false);
        row("1", 1, true);
        row("max-1", limit - 1, true);
        row("max", limit, true);
        row("max+1", limit + 1, false);
        row("2^31-1", 0x7fffffff, false);
        row("2^31", 0x80000000, false);
        row("2^32-1", 0xffffffff, false);
    }
}

void TestFrame::lengthsAtTheLimit()
{
    QFETCH(quint32, limit);
    QFETCH(quint32, length);
    QFETCH(bool, allowed);
    FrameReader reader(limit);
    QByteArrayList frames;
    const auto error = feed(reader, header(length), frames);
    QCOMPARE(!error, allowed);
    if (!allowed) {
        QCOMPARE(error->code, ErrorCode::InvalidArgument);
        QVERIFY2(error->detail.contains(QString::number(length)), qUtf8Printable(error->detail));
        return;
    }
    const QByteArray payload(qsizetype(length), 'p');
    QVERIFY(!feed(reader, payload, frames));
    QCOMPARE(frames, QByteArrayList { payload });
}

void TestFrame::splitAtEveryByte()
{
    const QByteArrayList sent { "a", "bcd", QByteArray(40, '\0'), "end" };
    QByteArray stream;
    for (const QByteArray &payload : sent)
        stream += framed(payload);
    for (qsizetype cut = 0; cut <= stream.size(); ++cut) {
        FrameReader reader(64);
        QByteArrayList frames;
        QVERIFY(!feed(reader, QByteArrayView(stream).first(cut), frames));
        QVERIFY(!feed(reader, QByteArrayView(stream).sliced(cut), frames));
        QCOMPARE(frames, sent);
        QVERIFY(reader.isBetweenFrames());
    }
    FrameReader reader(64);
    QByteArrayList frames;
    for (const char &byte : stream)
        QVERIFY(!feed(reader, QByteArrayView(&byte, 1), frames));
    QCOMPARE(frames, sent);
}

void TestFrame::randomPiecesGiveTheSameFrames()
{
    std::mt19937 random(4711);
    for (int round = 0; round < 300; ++round) {
        QByteArrayList sent;
        QByteArray stream;
        for (int i = 0; i < 20; ++i) {
            sent += QByteArray(qsizetype(1 + random() % 500), char(random()));
            stream += framed(sent.constLast());
        }
        FrameReader reader(500);
        QByteArrayList frames;
        for (QByteArrayView rest = stream; !rest.isEmpty();) {
            const qsizetype piece = qMin(rest.size(), qsizetype(1 + random() % 700));
            QVERIFY(!feed(reader, rest.first(piece), frames));
            rest = rest.sliced(piece);
        }
        QCOMPARE(frames, sent);
    }
}

void TestFrame::limitRisesBetweenTwoFramesOfOneRead()
{
    // As at login: the frame behind the hello may be larger, though both came in one piece.
    const QByteArray stream = framed("hello") + framed(QByteArray(100, 'x'));
    FrameReader reader(10);
    const auto first = reader.take(stream);
    QVERIFY(first && reader.hasFrame());
    QCOMPARE(reader.takeFrame(), QByteArray("hello"));
    reader.setLimit(100);
    QVERIFY(reader.take(QByteArrayView(stream).sliced(first.value())));
    QVERIFY(reader.hasFrame());
    QCOMPARE(reader.takeFrame().size(), 100);
}

void TestFrame::anErrorIsFinal()
{
    FrameReader reader(10);
    QVERIFY(!reader.take(header(11)));
    reader.setLimit(100);
    const auto again = reader.take(framed("ok"));
    QVERIFY(!again);
    QVERIFY(again.error().detail.contains(QStringLiteral("11")));
    QVERIFY(!reader.hasFrame());
    QCOMPARE(reader.wanted(), 0);
}

void TestFrame::offeredNoMoreThanWantedNothingIsLeftOver()
{
    const QByteArray stream = framed("abc") + framed("defgh");
    FrameReader reader(10);
    QByteArrayList frames;
    for (QByteArrayView rest = stream; !rest.isEmpty();) {
        const qsizetype piece = qMin(rest.size(), reader.wanted());
        QVERIFY(piece > 0);
        const auto taken = reader.take(rest.first(piece));
        QVERIFY(taken);
        QCOMPARE(taken.value(), piece);
        rest = rest.sliced(piece);
        if (reader.hasFrame()) {
            QCOMPARE(reader.wanted(), 0);
            frames += reader.takeFrame();
        }
    }
    QCOMPARE(frames, (QByteArrayList { "abc", "defgh" }));
}

void TestFrame::knowsWhereTheStreamMayEnd()
{
    FrameReader reader(10);
    QVERIFY(reader.isBetweenFrames());
    QVERIFY(reader.take(QByteArrayView("\0", 1)));
    QVERIFY(!reader.isBetweenFrames());
    QVERIFY(reader.take(QByteArrayView("\0\0\2a", 4)));
    QVERIFY(!reader.isBetweenFrames());
    QVERIFY(reader.take("b"));
    QCOMPARE(reader.takeFrame(), QByteArray("ab"));
    QVERIFY(reader.isBetweenFrames());
}

QTEST_GUILESS_MAIN(TestFrame)
#include "tst_frame.moc"
