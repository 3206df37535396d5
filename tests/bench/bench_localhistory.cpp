// SPDX-License-Identifier: GPL-3.0-or-later
// What it costs a console to keep what it sees end: 50,000 rows, of which 2,000 end a second and others come, taken by
// a replica that keeps them and by one that does not, in turns. CPU time per second of that: of the thread that takes
// the changes, and of the one that writes.
#include "core/client/localhistory.h"
#include "core/client/replica.h"
#include "core/table/changelog.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include <cstdio>
#include <ctime>

using namespace mailhelm;

namespace
{

constexpr int Live = 50'000;
constexpr int Closes = 2'000; // a second
constexpr int Seconds = 30;
constexpr int Turns = 3;

double cpuMs(clockid_t clock)
{
    timespec now {};
    ::clock_gettime(clock, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

/// One console.
struct Console {
    explicit Console(bool keeps)
        : replica(clock)
        , log(schemaOf(TableId::Connections), 1)
    {
        server = replica.addServer("mx1");
        if (keeps) {
            history = std::make_unique<LocalHistory>(replica, folder.path());
            history->attach(server, Pin({ 1 }));
            history->setKeepDays(30);
        }
        for (int i = 0; i < Live; ++i)
            come();
        take();
    }
    void come()
    {
        ++last;
        const auto text = [](const char *before, quint64 number) { return before + QByteArray::number(number); };
        const ChangeLog::Cell cells[] { { connections::Service, QByteArray(last % 3 ? "IMAPS" : "Submission") },
            { connections::Protocol, QByteArray(last % 3 ? "imap" : "smtp") }, { connections::Secure, true },
            { connections::Tls, QByteArray("TLSv1.3 TLS_AES_256_GCM_SHA384") },
            { connections::Since, clock.nowUs() - qint64(last % 9000) * 1'000'000 }, { connections::SinceExact, true },
            { connections::ClientAddress, Address::fromV4(0x0a000000 + quint32(last % 15'000)) },
            { connections::Port, qint64(1024 + last % 60'000) }, { connections::LocalPort, qint64(993) },
            { connections::User, text("user", last % 5000) + "@example.org" },
            { connections::Info, QByteArray("INBOX \xC2\xB7 Thunderbird 115.3") },
            { connections::Session, text("s", last * 0x9e3779b97f4a7c15u) },
            { connections::Pid, qint64(last % 30'000) } };
        log.put(last, cells);
    }
    /// The part of it that a console does.
    double take()
    {
        ReplicaTable &table = *replica.table(TableId::Connections);
        ChangeLog::Walk walk = log.walkFrom(table.token(server), 0);
        double ms = 0;
        for (bool more = true; more;) {
            const ChangeSet part = log.nextPart(walk, 1'000'000);
            more = !part.last;
            const double before = cpuMs(CLOCK_THREAD_CPUTIME_ID);
            if (!table.apply(server, log.table().schema(), part))
                std::abort();
            ms += cpuMs(CLOCK_THREAD_CPUTIME_ID) - before;
        }
        return ms;
    }
    struct Cost {
        double gui = 0;
        double writer = 0;
    };
    Cost run()
    {
        Cost cost;
        const double process = cpuMs(CLOCK_PROCESS_CPUTIME_ID);
        const double thread = cpuMs(CLOCK_THREAD_CPUTIME_ID);
        for (int second = 0; second < Seconds; ++second) {
            for (int i = 0; i < Closes; ++i) {
                log.remove(++first);
                come();
            }
            cost.gui += take();
            clock.advanceUs(1'000'000);
            if (history && second % 5 == 4) {
                const double before = cpuMs(CLOCK_THREAD_CPUTIME_ID);
                history->flush();
                cost.gui += cpuMs(CLOCK_THREAD_CPUTIME_ID) - before;
            }
        }
        if (history) {
            bool done = false;
            QObject context;
            history->measure(&context, [&](qint64 told) {
                bytes = told;
                done = true;
            });
            while (!done)
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
        cost.writer = cpuMs(CLOCK_PROCESS_CPUTIME_ID) - process - (cpuMs(CLOCK_THREAD_CPUTIME_ID) - thread);
        return { cost.gui / Seconds, cost.writer / Seconds };
    }

    QTemporaryDir folder;
    ManualClock clock;
    Replica replica;
    ChangeLog log;
    quint16 server = 0;
    std::unique_ptr<LocalHistory> history;
    RowId last = 0;
    RowId first = 0;
    qint64 bytes = 0;
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    Console without(false);
    Console with(true);
    std::printf("%d rows, %d closes a second; CPU per second of it\n", Live, Closes);
    for (int turn = 0; turn < Turns; ++turn) {
        const Console::Cost plain = without.run();
        const Console::Cost kept = with.run();
        std::printf("GUI thread: %.2f ms without, %.2f ms with (%+.2f ms); writer: %.2f ms\n", plain.gui, kept.gui,
            kept.gui - plain.gui, kept.writer);
    }
    std::printf("on disk: %.1f B a row\n", double(with.bytes) / (double(Closes) * Seconds * Turns));
    return 0;
}
