// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/cbor.h"

#include <QCborArray>
#include <QCborMap>
#include <QCborStreamReader>
#include <QCborStreamWriter>
#include <QCborValue>
#include <QTest>

#include <limits>
#include <random>

using namespace mailhelm;

namespace
{

/// Whether Qt finds exactly one well-formed item.
bool qtAccepts(const QByteArray &bytes)
{
    QCborParserError error;
    QCborValue::fromCbor(bytes, &error);
    return error.error == QCborError::NoError && error.offset == bytes.size();
}

bool weAccept(const QByteArray &bytes)
{
    CborReader reader(bytes);
    reader.skip();
    return reader.ok() && reader.atEnd();
}

/// What is next as a QCborValue, through our reader's typed reads.
QCborValue readValue(CborReader &reader)
{
    switch (reader.kind()) {
    case CborReader::Kind::Unsigned:
    case CborReader::Kind::Negative:
        return reader.readInteger();
    case CborReader::Kind::Bytes:
        return reader.readBytes().toByteArray();
    case CborReader::Kind::Text:
        return QString::fromUtf8(reader.readText());
    case CborReader::Kind::Bool:
        return reader.readBool();
    case CborReader::Kind::Null:
        reader.readNull();
        return nullptr;
    case CborReader::Kind::Tag: {
        const quint64 tag = reader.readTag();
        return QCborValue(QCborTag(tag), readValue(reader));
    }
    case CborReader::Kind::Array: {
        QCborArray array;
        for (qsizetype n = reader.enterArray(1000); n > 0 && reader.ok(); --n)
            array.append(readValue(reader));
        reader.leave();
        return array;
    }
    case CborReader::Kind::Map: {
        QCborMap map;
        for (qsizetype n = reader.enterMap(1000); n > 0 && reader.ok(); --n) {
            const QCborValue key = readValue(reader);
            map.insert(key, readValue(reader));
        }
        reader.leave();
        return map;
    }
    case CborReader::Kind::Other:
    case CborReader::Kind::End:
    case CborReader::Kind::Invalid:
        break;
    }
    reader.fail("unexpected", reader.offset());
    return QCborValue::Invalid;
}

void writeValue(CborWriter &writer, const QCborValue &value)
{
    if (value.isInteger()) {
        writer.integer(value.toInteger());
    } else if (value.isByteArray()) {
        writer.bytes(value.toByteArray());
    } else if (value.isString()) {
        writer.text(value.toString().toUtf8());
    } else if (value.isBool()) {
        writer.boolean(value.toBool());
    } else if (value.isNull()) {
        writer.null();
    } else if (value.isTag()) {
        writer.tag(quint64(value.tag()));
        writeValue(writer, value.taggedValue());
    } else if (value.isArray()) {
        const QCborArray array = value.toArray();
        writer.array(quint64(array.size()));
        for (const QCborValue one : array)
            writeValue(writer, one);
    } else if (value.isMap()) {
        const QCborMap map = value.toMap();
        writer.map(quint64(map.size()));
        for (auto it = map.begin(); it != map.end(); ++it) {
            writeValue(writer, it.key());
            writeValue(writer, it.value());
        }
    }
}

class Random
{
public:
    explicit Random(quint32 seed)
        : m_random(seed)
    {
    }
    quint64 below(quint64 n) { return m_random() % n; }
    QByteArray bytes(quint64 max)
    {
        QByteArray out;
        for (quint64 n = below(max); n > 0; --n)
            out.append(char(below(256)));
        return out;
    }
    QCborValue value(int depth)
    {
        switch (below(depth > 0 ? 8 : 5)) {
        case 0:
            return qint64(m_random() >> below(64)) * (below(2) ? 1 : -1);
        case 1:
            return bytes(300);
        case 2:
            return QString::fromLatin1(bytes(40).replace('\0', 'x')) + QStringLiteral("\u20ac");
        case 3:
            return below(2) == 0;
        case 4:
            return nullptr;
        case 5: {
            QCborArray array;
            for (quint64 n = below(30); n > 0; --n)
                array.append(value(depth - 1));
            return array;
        }
        case 6: {
            QCborMap map;
            for (quint64 n = below(10); n > 0; --n)
                map.insert(qint64(below(1000)), value(depth - 1));
            return map;
        }
        default:
            return QCborValue(QCborTag(300 + below(1'000'000)), value(depth - 1));
        }
    }

private:
    std::mt19937_64 m_random;
};

QString reasonOf(const QByteArray &bytes)
{
    CborReader reader(bytes);
    reader.skip();
    return QString::fromLatin1(reader.reason());
}

} // namespace

class TestCbor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void qtReadsWhatWeWriteAndWeWhatQtWrites()
    {
        Random random(5);
        for (int i = 0; i < 3000; ++i) {
            const QCborValue value = random.value(5);
            QByteArray ours;
            CborWriter writer(ours);
            writeValue(writer, value);
            QCOMPARE(ours.toHex(), value.toCbor().toHex()); // both as short as can be
            CborReader reader(ours);
            const QCborValue back = readValue(reader);
            QVERIFY2(reader.ok(), reader.reason());
            QVERIFY(reader.atEnd());
            QVERIFY(back == value);
            QVERIFY(weAccept(ours));
        }
    }

    void everyCutIsRefused()
    {
        Random random(6);
        for (int i = 0; i < 200; ++i) {
            const QByteArray bytes = random.value(3).toCbor();
            for (qsizetype size = 0; size < bytes.size(); ++size)
                QVERIFY(!weAccept(bytes.first(size)));
        }
    }

    void whatQtRefusesWeRefuse()
    {
        Random random(7);
        int both = 0;
        for (int i = 0; i < 200'000; ++i) {
            QByteArray bytes;
            if (i % 2) {
                bytes = random.value(3).toCbor();
                for (int n = 0; n < 2; ++n)
                    bytes[qsizetype(random.below(quint64(bytes.size())))] = char(random.below(256));
            } else {
                bytes = random.bytes(12);
            }
            if (!weAccept(bytes))
                continue;
            ++both;
            QVERIFY2(qtAccepts(bytes), bytes.toHex().constData());
        }
        QVERIFY(both > 10'000);
    }

    void malformedItemsAreRefusedWithAReason_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *name, const char *hex, const char *reason) {
            QTest::newRow(name) << QByteArray::fromHex(hex) << QString::fromLatin1(reason);
        };
        row("nothing", "", "bytes end");
        row("head cut", "19 01", "within the head");
        row("reserved 28", "1c", "reserved");
        row("reserved 30", "fe", "reserved");
        row("indefinite bytes", "5f4101ff", "indefinite");
        row("indefinite text", "7f6161ff", "indefinite");
        row("indefinite array", "9f01ff", "indefinite");
        row("indefinite map", "bf0101ff", "indefinite");
        row("break", "ff", "indefinite");
        row("long string", "5b7fffffffffffffff", "longer than");
        row("longest string", "5bffffffffffffffff", "longer than");
        row("long text", "7affffffff61", "longer than");
        row("long array", "9bffffffffffffffff00", "items than");
        row("long map", "bb8000000000000000", "items than");
        row("map of 2 in 3 bytes", "a2010203", "more items are announced");
        row("not UTF-8", "62c328", "UTF-8");
        row("surrogate", "63eda080", "UTF-8");
        row("overlong", "62c080", "UTF-8");
        row("simple below 32", "f810", "simple");
        row("tag of nothing", "c1", "bytes end");
    }
    void malformedItemsAreRefusedWithAReason()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, reason);
        QVERIFY(!weAccept(bytes));
        QVERIFY2(reasonOf(bytes).contains(reason), qPrintable(reasonOf(bytes)));
    }

    void depthIsLimited()
    {
        for (const char nest : { '\x81', '\xc1' }) {
            QVERIFY(weAccept(QByteArray(limits::CborDepth, nest) + '\x01'));
            QVERIFY(!weAccept(QByteArray(limits::CborDepth + 1, nest) + '\x01'));
            QVERIFY(!weAccept(QByteArray(1'000'000, nest)));
        }
        QVERIFY(weAccept(QByteArray::fromHex("a101").repeated(limits::CborDepth) + '\x01'));
        QVERIFY(!weAccept(QByteArray::fromHex("a101").repeated(limits::CborDepth + 1) + '\x01'));
        // Neighbours are not nested: leaving gives the depth back.
        QVERIFY(weAccept(QByteArray("\x98\xc8") + QByteArray::fromHex("8180").repeated(200)));
    }

    void theFirstErrorSticks()
    {
        const QByteArray bytes = QByteArray::fromHex("0161610203");
        CborReader reader(bytes);
        QCOMPARE(reader.readUnsigned(), 1u);
        QCOMPARE(reader.readUnsigned(), 0u); // a text
        QVERIFY(!reader.ok());
        QCOMPARE(reader.offset(), 1);
        const QByteArray reason = reader.reason();
        QVERIFY(reader.readText().isEmpty());
        QCOMPARE(reader.readInteger(), 0);
        reader.skip();
        QCOMPARE(QByteArray(reader.reason()), reason);
        QCOMPARE(reader.offset(), 1);
        QCOMPARE(reader.kind(), CborReader::Kind::Invalid);
    }

    void integersKeepTheirRange()
    {
        for (const qint64 value :
            { std::numeric_limits<qint64>::min(), std::numeric_limits<qint64>::max(), qint64(-1), qint64(0) }) {
            QByteArray bytes;
            CborWriter(bytes).integer(value);
            QCOMPARE(CborReader(bytes).readInteger(), value);
        }
        QByteArray large;
        CborWriter(large).unsignedInteger(~quint64(0));
        QCOMPARE(CborReader(large).readUnsigned(), ~quint64(0));
        for (const QByteArray &bytes :
            { large, QByteArray::fromHex("3bffffffffffffffff"), QByteArray::fromHex("1b8000000000000000") }) {
            CborReader reader(bytes);
            reader.readInteger();
            QVERIFY(!reader.ok());
        }
        CborReader tooLarge(QByteArrayView("\x18\x65"));
        tooLarge.readUnsigned(100);
        QVERIFY(!tooLarge.ok());
    }

    void typedArraysAreLittleEndian()
    {
        QByteArray bytes;
        const std::array<quint64, 2> values { 0x0102030405060708, 9 };
        CborWriter(bytes).uint64Array(values);
        QCOMPARE(bytes.toHex(),
            "d84750"
            "0807060504030201"
            "0900000000000000");
        CborReader reader(bytes);
        const CborTypedArray array = reader.readTypedArray();
        QVERIFY(reader.ok());
        QCOMPARE(array.size, 2);
        QCOMPARE(array.at<quint64>(0), values[0]);
        QCOMPARE(array.integer(1), 9);
        for (const char *bad : { "d84747ffffffffffffff", "d84c4100", "d8476101", "48ffffffffffffffff" }) {
            const QByteArray wrong = QByteArray::fromHex(bad);
            CborReader other(wrong);
            other.readTypedArray();
            QVERIFY2(!other.ok(), bad);
        }
        const QByteArray narrow = QByteArray::fromHex("d84044ff007f80");
        CborReader narrowReader(narrow);
        QCOMPARE(narrowReader.readTypedArray().integer(3), 0x80); // no sign
    }

    void textIsWrittenClean()
    {
        QByteArray bytes;
        CborWriter(bytes).text(QByteArray("a\0\xff", 3));
        CborReader reader(bytes);
        QCOMPARE(reader.readText().toByteArray(), "a\xef\xbf\xbd\xef\xbf\xbd");
        QVERIFY(reader.atEnd());
    }
};

QTEST_GUILESS_MAIN(TestCbor)
#include "tst_cbor.moc"
