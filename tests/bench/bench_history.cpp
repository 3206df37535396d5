// SPDX-License-Identifier: GPL-3.0-or-later
// What the history costs on disk and to ask: `bench_history [ROWS]`, 1,000,000 unless told, spread over 30 days. One
// hour of it against all of it, both through the same cursor. CPU time of the thread.
#include "tests/unit/historyworld.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <cstdio>
#include <ctime>

using namespace mailhelm;

namespace
{

double cpuMs()
{
    timespec now {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

/// A connection as a mail server has them: nine services, a few thousand users at their usual addresses, sessions of a
/// few seconds to some hours.
void add(HistoryWorld &world, RowId id, qint64 ended, QRandomGenerator &random)
{
    static const char *const Services[] { "IMAPS", "IMAPS", "IMAPS", "IMAP", "POP3S", "Submission", "SMTP", "SMTP",
        "ManageSieve" };
    Table &rows = world.batch->ended;
    const Table::Slot slot = rows.insert({ 0, id });
    const int user = random.bounded(5000);
    const qint64 length = qint64(std::exp2(random.generateDouble() * 14) * 1e6);
    const auto text = [&](int column, const QByteArray &value) { rows.column(column).setText(slot, value); };
    const auto number = [&](int column, qint64 value) { rows.column(column).setNumber(slot, value); };
    text(connections::Service, Services[random.bounded(9)]);
    text(connections::Protocol, "imap");
    rows.column(connections::Secure).setFlag(slot, true);
    text(connections::Tls, "TLSv1.3 TLS_AES_256_GCM_SHA384");
    number(connections::Since, ended - length);
    rows.column(connections::SinceExact).setFlag(slot, true);
    number(connections::Login, ended - length + 300'000);
    number(connections::LastActive, ended - qint64(random.bounded(1'000'000)));
    rows.column(connections::ClientAddress)
        .setAddress(slot, Address::fromV4(0x0a000000 + quint32(user) * 3 + quint32(random.bounded(3))));
    number(connections::Port, 1024 + random.bounded(60'000));
    rows.column(connections::LocalAddress).setAddress(slot, Address::fromV4(0xc0000201));
    number(connections::LocalPort, 993);
    text(connections::User, "user" + QByteArray::number(user) + "@example.org");
    text(connections::State, "idle");
    text(connections::Info, "INBOX \xC2\xB7 Thunderbird 115.3");
    number(connections::BytesIn, random.bounded(100'000));
    number(connections::BytesOut, random.bounded(10'000'000));
    number(connections::Pid, 1000 + random.bounded(30'000));
    text(connections::Session, QByteArray::number(random.generate64(), 36));
    number(history::Ended, ended);
    rows.column(history::EndedExact).setFlag(slot, true);
}

struct Asked {
    double ms = 1e9;
    qsizetype rows = 0;
};

Asked ask(HistoryWorld &world, qint64 from, qint64 to, int times)
{
    Asked best;
    for (int i = 0; i < times; ++i) {
        const double before = cpuMs();
        qsizetype rows = 0;
        world.store->openQuery(1, 7, { from, to });
        ChangesDecoder decoder;
        do {
            world.store->nextPart(1);
            const FrameHead head = peekHead(world.lastPart.payload).value();
            const ChangeSet part = decoder.decode(head.body, schemaOf(TableId::History)).value();
            for (const RowGroup &group : part.groups)
                rows += group.ids.size();
        } while (!world.lastPart.last);
        world.store->closeQuery(1);
        best = { std::min(best.ms, cpuMs() - before), rows };
    }
    return best;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const int total = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
    if (total < 1000) {
        std::fprintf(stderr, "usage: bench_history [ROWS]\n");
        return 2;
    }
    HistoryWorld world;
    QRandomGenerator random(1);
    const qint64 span = 30 * HistoryWorld::Day - HistoryWorld::Hour;
    const qint64 begin = world.clock.nowUs() - span;
    double cost = 0;
    for (int i = 0; i < total;) {
        for (int end = std::min(total, i + 1000); i < end; ++i)
            add(world, RowId(i) + 1, begin + qint64(double(span) * i / total), random);
        const double before = cpuMs();
        if (!world.write()) {
            std::fprintf(stderr, "bench_history: %s\n", world.status.detail.constData());
            return 1;
        }
        cost += cpuMs() - before;
    }
    std::printf("%d rows over 30 days, 1,000 a batch\n", total);
    std::printf("written: %.2f ms of CPU per 1,000 rows\n", cost / total * 1000);
    std::printf("on disk: %.1f B/row\n", double(world.bytesOnDisk()) / total);
    const Asked all = ask(world, 0, world.clock.nowUs() + 1, 2);
    std::printf("all of it: %.1f ms of CPU, %lld rows\n", all.ms, qint64(all.rows));
    for (const int days : { 0, 15, 29 }) {
        const qint64 from = world.clock.nowUs() - days * HistoryWorld::Day - 2 * HistoryWorld::Hour;
        const Asked hour = ask(world, from, from + HistoryWorld::Hour, 5);
        std::printf("one hour, %d days ago: %.2f ms of CPU, %lld rows (ratio %.4f)\n", days, hour.ms, qint64(hour.rows),
            hour.ms / all.ms);
    }
    return 0;
}
