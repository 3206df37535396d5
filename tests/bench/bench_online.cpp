// SPDX-License-Identifier: GPL-3.0-or-later
// Online users of one busy server: following a publication against folding everything anew, the same fold in the same
// run. Prints CPU milliseconds and the ratio: only the ratio means something on another machine.
#include "core/table/onlineusers.h"
#include "tests/unit/faketable.h"

#include <cstdio>
#include <ctime>

using namespace mailhelm;

namespace
{

double cpuMs()
{
    timespec t {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) * 1e3 + double(t.tv_nsec) / 1e6;
}

template<typename F>
double best(int times, const F &work)
{
    double least = 1e12;
    for (int i = 0; i < times; ++i) {
        const double start = cpuMs();
        work();
        least = std::min(least, cpuMs() - start);
    }
    return least;
}

Schema withServer(TableId id)
{
    const Schema &schema = schemaOf(id);
    return Schema(
        id, schema.name(), schema.columns() + QList<ColumnSpec> { { "server", ColumnType::Text, "Server", {} } });
}

} // namespace

int main(int argc, char **argv)
{
    const int rows = argc > 1 ? std::atoi(argv[1]) : 100'000;
    const int changes = 2000;
    std::mt19937 random(1);
    FakeTable connections(withServer(TableId::Connections));
    FakeTable webmail(withServer(TableId::Webmail));
    const auto user = [&] { return "user" + QByteArray::number(random() % unsigned(rows / 3 + 1)) + "@example.org"; };
    const auto fill = [&](FakeTable &table, int i, int userColumn) {
        const Table::Slot slot = table.add({ 1, RowId(i + 1) });
        table.raw().column(userColumn).setText(slot, user());
        table.raw().column(table.table().schema().indexOf("server")).setText(slot, "mx1");
        return slot;
    };
    const char *const protocols[] = { "imap", "imap", "imap", "smtp", "pop3", "http" };
    for (int i = 0; i < rows; ++i)
        connections.raw()
            .column(connections::Protocol)
            .setText(fill(connections, i, connections::User), protocols[random() % 6]);
    for (int i = 0; i < rows / 10; ++i) {
        const Table::Slot slot = fill(webmail, i, webmail::User);
        webmail.raw().column(webmail::ClientAddress).setAddress(slot, Address::fromV4(quint32(random())));
        webmail.raw().column(webmail::Started).setNumber(slot, qint64(random()));
        webmail.raw().column(webmail::LastActive).setNumber(slot, qint64(random()));
    }
    connections.publish();
    webmail.publish();

    const double anew = best(5, [&] { const OnlineUsers fold(connections, webmail); });
    OnlineUsers fold(connections, webmail);
    std::printf("%d connections, %d webmail sessions, %lld users; CPU, best of several\n", rows, rows / 10,
        static_cast<long long>(fold.table().rowCount()));
    std::printf("%-46s %10.2f ms\n", "everything anew", anew);

    // Each round's changes are made before the clock starts: they cost the same without a fold.
    const auto report = [&](const char *what, const auto &prepare, FakeTable &table) {
        double least = 1e12;
        for (int round = 0; round < 20; ++round) {
            for (int i = 0; i < changes; ++i)
                prepare();
            least = std::min(least, best(1, [&] { table.publish(); }));
        }
        std::printf("%-46s %10.2f ms %9.0fx\n", what, least, anew / least);
    };
    const auto any = [&](const FakeTable &table) { return Table::Slot(random() % table.table().slotEnd()); };
    report(
        "2,000 connections get another user", [&] { connections.change(any(connections), connections::User, user()); },
        connections);
    report(
        "2,000 connections change otherwise", [&] { connections.change(any(connections), connections::Info, user()); },
        connections);
    report(
        "2,000 counters move", [&] { connections.change(any(connections), connections::BytesIn, qint64(random())); },
        connections);
    report(
        "2,000 webmail sessions are active",
        [&] { webmail.change(any(webmail), webmail::LastActive, qint64(random())); }, webmail);
    return 0;
}
