// SPDX-License-Identifier: GPL-3.0-or-later
// A snapshot of 100,000 connections through the ChangeSet codec, against Qt's CBOR streams row by row in the same run.
// The baseline reads each cell into a value and lets go of it: no columns are built, which flatters it.
#include "core/protocol/changescodec.h"
#include "core/protocol/codec.h"
#include "core/table/changelog.h"

#include <QCborStreamReader>
#include <QCborStreamWriter>

#include <benchmark/benchmark.h>

#include <cstdio>
#include <map>
#include <random>
#include <string>

using namespace mailhelm;

namespace
{

constexpr int Rows = 100'000;
constexpr qsizetype PartBytes = 512 * 1024;

const ChangeLog &connectionLog()
{
    static const ChangeLog log = [] {
        ChangeLog out(schemaOf(TableId::Connections), 1);
        std::mt19937_64 random(1);
        const QList<QByteArray> services { "IMAP", "IMAPS", "POP3S", "SMTP", "Submission", "HTTP" };
        for (int i = 0; i < Rows; ++i) {
            using namespace connections;
            const qint64 since = 1'763'800'000'000'000 - qint64(random() % 86'400'000'000);
            const QByteArray n = QByteArray::number(qulonglong(random() % 20'000));
            const std::array cells {
                ChangeLog::Cell { Service, services[qsizetype(random() % 6)] },
                ChangeLog::Cell { Protocol, QByteArray("imap") },
                ChangeLog::Cell { Secure, random() % 4 != 0 },
                ChangeLog::Cell { Tls, QByteArray("TLSv1.3 TLS_AES_256_GCM_SHA384") },
                ChangeLog::Cell { Since, since },
                ChangeLog::Cell { SinceExact, true },
                ChangeLog::Cell { Login, since + 120'000 },
                ChangeLog::Cell { LastActive, since + 5'000'000 },
                ChangeLog::Cell { ClientAddress, Address::fromV4(quint32(random())) },
                ChangeLog::Cell { Port, qint64(1024 + random() % 60'000) },
                ChangeLog::Cell { LocalAddress, Address::fromV4(0xcb007107) },
                ChangeLog::Cell { LocalPort, qint64(993) },
                ChangeLog::Cell { Host, "client-" + QByteArray::number(i) + ".pool.example.net" },
                ChangeLog::Cell { User, "user" + n + "@example.org" },
                ChangeLog::Cell { State, QByteArray(random() % 2 ? "idle" : "authenticated") },
                ChangeLog::Cell { Info, "INBOX/Folder " + n + ", Thunderbird 115." + QByteArray::number(i % 30) },
                ChangeLog::Cell { BytesIn, qint64(random() % 1'000'000) },
                ChangeLog::Cell { BytesOut, qint64(random() % 100'000'000) },
                ChangeLog::Cell { Pid, qint64(random() % 4'000'000) },
                ChangeLog::Cell { Session, QByteArray::number(qulonglong(random()), 36) },
            };
            out.put(RowId(random() >> 1 | 1), cells);
        }
        return out;
    }();
    return log;
}

/// The snapshot as the agent sends it, part by part.
const QList<ChangeSet> &parts()
{
    static const QList<ChangeSet> list = [] {
        QList<ChangeSet> out;
        ChangeLog::Walk walk = connectionLog().walkFrom({}, 0);
        do
            out.append(connectionLog().nextPart(walk, PartBytes));
        while (!out.last().last);
        return out;
    }();
    return list;
}

QList<QByteArray> payloads()
{
    ChangesEncoder encoder(connectionLog().table().schema());
    QList<QByteArray> out;
    for (const ChangeSet &part : parts())
        out.append(encoder.encode(0, part));
    return out;
}

QByteArray rowByRow(const ChangeSet &part)
{
    QByteArray out;
    QCborStreamWriter writer(&out);
    writer.startArray();
    for (const RowGroup &group : part.groups) {
        for (qsizetype r = 0; r < group.ids.size(); ++r) {
            writer.startArray(quint64(group.values.size() + 1));
            writer.append(group.ids[r]);
            for (const Column &column : group.values) {
                if (!column.isKnown(r)) {
                    writer.appendNull();
                    continue;
                }
                switch (column.type()) {
                case ColumnType::Time:
                case ColumnType::Number:
                    writer.append(column.number(r));
                    break;
                case ColumnType::Flag:
                    writer.append(column.flag(r));
                    break;
                case ColumnType::Address: {
                    const Address &address = column.address(r);
                    const size_t skip = address.isV4() ? 12 : 0;
                    writer.appendByteString(
                        reinterpret_cast<const char *>(address.bytes().data()) + skip, qsizetype(16 - skip));
                    break;
                }
                case ColumnType::Text:
                case ColumnType::Choice: {
                    const QByteArrayView text = column.text(r);
                    writer.appendTextString(text.data(), text.size());
                    break;
                }
                }
            }
            writer.endArray();
        }
    }
    writer.endArray();
    return out;
}

/// One cell; false where the bytes are not what they should be.
bool readCell(QCborStreamReader &reader)
{
    Value value;
    if (reader.isNull()) {
        reader.next();
    } else if (reader.isBool()) {
        value = reader.toBool();
        reader.next();
    } else if (reader.isInteger()) {
        value = reader.toInteger();
        reader.next();
    } else {
        QByteArray bytes;
        const bool isText = reader.isString();
        if (isText) {
            bytes = reader.readString().data.toUtf8(); // Qt 6.4 has no other way that checks the UTF-8
            reader.readString();
        } else {
            bytes = reader.readByteArray().data;
            reader.readByteArray();
        }
        value = bytes;
    }
    benchmark::DoNotOptimize(value);
    return reader.lastError() == QCborError::NoError;
}

void encodeColumns(benchmark::State &state)
{
    parts();
    qint64 bytes = 0;
    for (auto _ : state) {
        ChangesEncoder encoder(connectionLog().table().schema());
        bytes = 0;
        for (const ChangeSet &part : parts())
            bytes += encoder.encode(0, part).size();
    }
    state.counters["bytes_per_row"] = double(bytes) / Rows;
}
BENCHMARK(encodeColumns)->Unit(benchmark::kMillisecond);

void encodeRowByRow(benchmark::State &state)
{
    parts();
    qint64 bytes = 0;
    for (auto _ : state) {
        bytes = 0;
        for (const ChangeSet &part : parts())
            bytes += rowByRow(part).size();
    }
    state.counters["bytes_per_row"] = double(bytes) / Rows;
}
BENCHMARK(encodeRowByRow)->Unit(benchmark::kMillisecond);

void decodeColumns(benchmark::State &state)
{
    const QList<QByteArray> list = payloads();
    for (auto _ : state) {
        ChangesDecoder decoder;
        qsizetype rows = 0;
        for (const QByteArray &payload : list) {
            const auto head = peekHead(payload);
            const auto part = decoder.decode(head.value().body, connectionLog().table().schema());
            rows += part.value().groups.first().ids.size();
        }
        if (rows != Rows)
            state.SkipWithError("rows are missing");
    }
}
BENCHMARK(decodeColumns)->Unit(benchmark::kMillisecond);

void decodeRowByRow(benchmark::State &state)
{
    QList<QByteArray> list;
    for (const ChangeSet &part : parts())
        list.append(rowByRow(part));
    for (auto _ : state) {
        int rows = 0;
        bool ok = true;
        for (const QByteArray &bytes : list) {
            QCborStreamReader reader(bytes);
            reader.enterContainer();
            for (; reader.hasNext() && ok; ++rows) {
                reader.enterContainer();
                while (reader.hasNext() && ok)
                    ok = readCell(reader);
                reader.leaveContainer();
            }
        }
        if (rows != Rows || !ok)
            state.SkipWithError("rows are missing");
    }
}
BENCHMARK(decodeRowByRow)->Unit(benchmark::kMillisecond);

void copyBytes(benchmark::State &state)
{
    const QList<QByteArray> list = payloads();
    for (auto _ : state) {
        for (const QByteArray &payload : list) {
            QByteArray copy(payload.constData(), payload.size());
            benchmark::DoNotOptimize(copy.data());
        }
    }
}
BENCHMARK(copyBytes)->Unit(benchmark::kMillisecond);

class RatioReporter : public benchmark::ConsoleReporter
{
public:
    void ReportRuns(const std::vector<Run> &runs) override
    {
        ConsoleReporter::ReportRuns(runs);
        for (const Run &run : runs)
            if (!run.error_occurred)
                m_cpu[run.benchmark_name()] = run.GetAdjustedCPUTime();
    }
    void printRatio(const char *what, const char *ours, const char *baseline)
    {
        if (m_cpu.count(ours) && m_cpu.count(baseline))
            std::printf("%s: %.1f times as fast as row by row\n", what, m_cpu[baseline] / m_cpu[ours]);
    }
    void printCost(const char *what, const char *ours, const char *floor)
    {
        if (m_cpu.count(ours) && m_cpu.count(floor))
            std::printf("%s: %.1f times the cost of copying the bytes\n", what, m_cpu[ours] / m_cpu[floor]);
    }

private:
    std::map<std::string, double> m_cpu;
};

} // namespace

int main(int argc, char **argv)
{
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    RatioReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    reporter.printRatio("encode", "encodeColumns", "encodeRowByRow");
    reporter.printRatio("decode", "decodeColumns", "decodeRowByRow");
    reporter.printCost("encode", "encodeColumns", "copyBytes");
    reporter.printCost("decode", "decodeColumns", "copyBytes");
}
