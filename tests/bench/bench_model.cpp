// SPDX-License-Identifier: GPL-3.0-or-later
// Orders, filters and changes of one table, by TableModel and by Qt's own way (a QAbstractTableModel that gives
// QVariants, under a QSortFilterProxyModel), on the same rows in the same run. Prints CPU milliseconds and their ratio:
// only the ratios mean something on another machine.
#include "models/tablemodel.h"
#include "tests/unit/faketable.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QElapsedTimer>
#include <QSortFilterProxyModel>

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
double threadMs()
{
    timespec t {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return double(t.tv_sec) * 1e3 + double(t.tv_nsec) / 1e6;
}

/// The baseline: what one writes with Qt's documentation in hand.
class PlainModel : public QAbstractTableModel
{
public:
    struct Row {
        QString user, state, address, server;
        QDateTime since;
        qint64 port, bytesIn;
    };
    QList<Row> rows;
    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(rows.size()); }
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : 7; }
    QVariant data(const QModelIndex &index, int role) const override
    {
        if (role != Qt::DisplayRole)
            return {};
        const Row &row = rows[index.row()];
        switch (index.column()) {
        case 0:
            return row.user;
        case 1:
            return row.state;
        case 2:
            return row.since;
        case 3:
            return row.address;
        case 4:
            return row.port;
        case 5:
            return row.bytesIn;
        default:
            return row.server;
        }
    }
    void setUser(int row, const QString &user)
    {
        rows[row].user = user;
        Q_EMIT dataChanged(index(row, 0), index(row, 0));
    }
};

template<typename F>
double best(int times, const F &work)
{
    double least = 1e12;
    for (int i = 0; i < times; ++i) {
        const double start = cpuMs();
        work(i);
        least = std::min(least, cpuMs() - start);
    }
    return least;
}

void report(const char *what, double ours, double theirs, double goal)
{
    std::printf("%-46s %10.2f ms %12.1f ms %9.0fx   (goal %.0fx)\n", what, ours, theirs, theirs / ours, goal);
}

/// Until the worker has answered; the longest CPU time of this thread between two returns to the event loop.
double settle(TableModel &model)
{
    double longest = 0;
    while (model.isBusy()) {
        const double start = threadMs();
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
        longest = std::max(longest, threadMs() - start);
    }
    return longest;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const int rows = argc > 1 ? std::atoi(argv[1]) : 100'000;
    std::mt19937 random(1);
    const auto userName = [&](unsigned n) {
        return "user" + QByteArray::number(n * 2654435761u % unsigned(rows / 3 + 1)) + "@example.org";
    };

    FakeTable live;
    PlainModel plain;
    for (int i = 0; i < rows; ++i) {
        const Table::Slot slot = live.add({ 1, RowId(random()) << 20 | RowId(i + 1) });
        PlainModel::Row row { QString::fromUtf8(userName(unsigned(i))), QStringLiteral("idle"), QString(),
            QStringLiteral("mx1"), {}, i % 65536, qint64(random()) };
        const Address address = Address::fromV4(0x0a000000 + quint32(random() % 1'000'000));
        const qint64 since = fake::Start - qint64(random() % 86'400'000) * 1000;
        row.address = QString::fromUtf8(address.toText());
        row.since = QDateTime::fromMSecsSinceEpoch(since / 1000);
        live.raw().column(fake::User).setText(slot, row.user.toUtf8());
        live.raw().column(fake::State).setText(slot, "idle");
        live.raw().column(fake::Since).setNumber(slot, since);
        live.raw().column(fake::From).setAddress(slot, address);
        live.raw().column(fake::Port).setNumber(slot, row.port);
        live.raw().column(fake::BytesIn).setNumber(slot, row.bytesIn);
        live.raw().column(fake::Server).setText(slot, "mx1");
        plain.rows.append(row);
    }
    live.publish();
    QSortFilterProxyModel proxy;
    proxy.setSourceModel(&plain);
    proxy.setFilterKeyColumn(-1);
    proxy.setDynamicSortFilter(true);
    proxy.setFilterCaseSensitivity(Qt::CaseInsensitive);

    TableModel::Options options;
    options.tickMs = 0;
    options.ageTickMs = 0;
    options.smallTable = rows * 10; // all work in this thread and in this figure
    TableModel model(&live, options);
    const Schema schema = fakeSchema();

    std::printf("%d rows; CPU, best of several; the other is QSortFilterProxyModel\n", rows);
    double ours = best(5, [&](int i) { model.sort(fake::User, i % 2 ? Qt::DescendingOrder : Qt::AscendingOrder); });
    double theirs = best(1, [&](int) { proxy.sort(0); });
    report("sort by user", ours, theirs, 25);
    ours = best(5, [&](int i) { model.sort(fake::Since, i % 2 ? Qt::DescendingOrder : Qt::AscendingOrder); });
    theirs = best(1, [&](int) { proxy.sort(2); });
    report("sort by time", ours, theirs, 60);
    ours = best(5, [&](int i) { model.sort(fake::From, i % 2 ? Qt::DescendingOrder : Qt::AscendingOrder); });
    theirs = best(1, [&](int) { proxy.sort(3); });
    report("sort by address (theirs: as text)", ours, theirs, 50);

    model.sort(fake::User);
    proxy.sort(0);
    ours = best(5, [&](int i) {
        model.setFilter(Filter::parse(i % 2 ? QStringLiteral("user12") : QStringLiteral("user34"), schema).value());
    });
    theirs = best(1, [&](int) { proxy.setFilterFixedString(QStringLiteral("user34")); });
    report("filter by a word, every column", ours, theirs, 20);
    if (model.rowCount() == 0 || model.rowCount() != proxy.rowCount())
        std::printf("  not the same rows: %d and %d\n", model.rowCount(), proxy.rowCount());
    ours = best(1, [&](int) { model.setFilter(Filter()); });
    theirs = best(1, [&](int) { proxy.setFilterFixedString(QString()); });
    report("clear the filter", ours, theirs, 20);

    double publishing = 1e12;
    ours = best(20, [&](int) {
        for (int i = 0; i < 1000; ++i)
            live.change(Table::Slot(random() % unsigned(rows)), fake::User, userName(unsigned(random())));
        publishing = std::min(publishing, best(1, [&](int) { live.publish(); }));
    });
    theirs = best(1, [&](int) {
        for (int i = 0; i < 50; ++i)
            plain.setUser(int(random() % unsigned(rows)), QString::fromUtf8(userName(unsigned(random()))));
    }) * 20;
    report("1,000 users changed and merged (theirs x20)", ours, theirs, 100);
    report("  without writing them into the table", publishing, theirs, 200);
    ours = best(5, [&](int) {
        for (int i = 0; i < 1000; ++i)
            live.change(Table::Slot(random() % unsigned(rows)), fake::BytesIn, qint64(random()));
        live.publish();
    });
    std::printf("%-46s %10.2f ms\n", "1,000 counters moved", ours);

    // As in the console: the worker sorts, this thread shows.
    options.smallTable = 1000;
    TableModel shown(&live, options);
    settle(shown);
    double start = threadMs();
    shown.sort(fake::User, Qt::DescendingOrder);
    const double first = threadMs() - start;
    const double swap = settle(shown);
    std::printf("%-46s %10.2f ms, then %.2f ms\n", "sort by user, this thread: first screenful", first, swap);
    start = threadMs();
    shown.setFilter(Filter::parse(QStringLiteral("user56"), schema).value());
    const double filtered = threadMs() - start;
    std::printf("%-46s %10.2f ms, then %.2f ms\n", "filter, this thread", filtered, settle(shown));
    return 0;
}
