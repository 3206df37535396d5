// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/replica.h"
#include "core/protocol/changescodec.h"
#include "core/protocol/codec.h"
#include "core/table/changelog.h"
#include "models/tablemodel.h"
#include "tests/unit/faketable.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace mailhelm;

namespace
{

using Row = std::map<int, Value>;
using Rows = std::map<RowId, Row>;

/// An agent: the log under test beside the plainest possible memory of what it was told.
struct Agent {
    explicit Agent(qsizetype removalsKept)
        : kept(removalsKept)
    {
        restart();
    }

    void restart()
    {
        log = std::make_unique<ChangeLog>(schemaOf(TableId::Connections), ++epoch, kept);
        for (const auto &[id, row] : rows)
            put(id, row);
    }
    void put(RowId id, const Row &cells)
    {
        std::vector<ChangeLog::Cell> list;
        for (const auto &[column, value] : cells) {
            list.push_back({ column, value });
            rows[id][column] = value;
        }
        rows[id];
        (void)log->put(id, list);
    }
    void remove(RowId id) { QCOMPARE(log->remove(id), rows.erase(id) == 1); }

    qsizetype kept;
    quint64 epoch = 0;
    std::unique_ptr<ChangeLog> log;
    Rows rows;
};

/// One administrator's subscription to one agent: a cursor there, an encoder, a decoder here.
struct Subscription {
    bool connected = false;
    ChangesEncoder encoder { Schema() };
    ChangesDecoder decoder;
    ResumeToken at;
    quint64 volatileAt = 0;
    std::optional<ChangeLog::Walk> walk;
    int resets = 0;
};

struct Reader {
    Reader(const Clock &clock, std::vector<Agent> &all, TableModel::Options options, int everySteps)
        : agents(all)
        , replica(clock)
        , table(replica.table(TableId::Connections))
        , subscriptions(all.size())
        , every(everySteps)
    {
        for (size_t i = 0; i < all.size(); ++i)
            numbers.push_back(replica.addServer("mx" + QByteArray::number(int(i))));
        model = std::make_unique<TableModel>(table, options);
        tester = std::make_unique<QAbstractItemModelTester>(
            model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    }

    void disconnect(size_t agent)
    {
        subscriptions[agent].connected = false;
        subscriptions[agent].walk.reset();
        replica.setStale(numbers[agent]);
    }

    /// Reads one part; false where there is nothing to read.
    bool read(size_t agent, qsizetype budget)
    {
        Subscription &s = subscriptions[agent];
        const ChangeLog &log = *agents[agent].log;
        const Schema &schema = log.table().schema();
        if (!s.connected) {
            const int resets = s.resets;
            s = {};
            s.resets = resets;
            s.connected = true;
            s.encoder = ChangesEncoder(schema);
            s.at = table->token(numbers[agent]);
        }
        if (!s.walk) {
            ChangeLog::Walk walk = log.walkFrom(s.at, s.volatileAt);
            if (walk.isEmpty())
                return false;
            s.resets += walk.reset;
            s.walk = std::move(walk);
        }
        const ChangeSet part = log.nextPart(*s.walk, budget);
        const QByteArray payload = s.encoder.encode(0, part);
        const Result<FrameHead> head = peekHead(payload);
        if (!head)
            qFatal("%s", qPrintable(head.error().detail));
        const Result<ChangeSet> decoded = s.decoder.decode(head.value().body, schema);
        if (!decoded)
            qFatal("%s", qPrintable(decoded.error().detail));
        const Result<void> applied = table->apply(numbers[agent], schema, decoded.value());
        if (!applied)
            qFatal("%s", qPrintable(applied.error().detail));
        if (part.last) {
            s.at = { log.epoch(), s.walk->revision };
            s.volatileAt = s.walk->volatileRevision;
            s.walk.reset();
            if (table->token(numbers[agent]) != s.at)
                qFatal("the resume token is not where the walk ended");
        }
        return true;
    }

    std::vector<Agent> &agents;
    Replica replica;
    ReplicaTable *table;
    std::vector<quint16> numbers;
    std::vector<Subscription> subscriptions;
    int every;
    std::unique_ptr<TableModel> model;
    std::unique_ptr<QAbstractItemModelTester> tester;
};

} // namespace

/// From what an agent is told to what an administrator sees, through every part between: whatever happens on the way,
/// once nothing is left to read, each reader sees exactly what is there.
class TestPipeline : public QObject
{
    Q_OBJECT

private:
    static void compare(const Reader &reader, const std::vector<Agent> &agents)
    {
        Table naive(reader.table->table().schema());
        const int serverColumn = naive.schema().indexOf("server");
        for (size_t i = 0; i < agents.size(); ++i) {
            for (const auto &[id, row] : agents[i].rows) {
                const Table::Slot slot = naive.insert({ reader.numbers[i], id });
                for (const auto &[column, value] : row)
                    naive.column(column).set(slot, value);
                naive.column(serverColumn).setText(slot, "mx" + QByteArray::number(int(i)));
            }
        }
        const TableModel &model = *reader.model;
        const TableView view = naive.view();
        const FilterRun run(model.filter(), view, reader.table->filterTime());
        Order expected;
        for (Table::Slot slot = 0; slot < naive.slotEnd(); ++slot)
            if (run.matches(slot))
                expected.append(slot);
        std::sort(expected.begin(), expected.end(), RowLess(view, model.order()));
        QCOMPARE(model.total(), naive.rowCount());
        QCOMPARE(model.rowCount(), int(expected.size()));
        for (int row = 0; row < model.rowCount(); ++row) {
            QCOMPARE(model.keyAt(row), naive.keyAt(expected[row]));
            for (int column = 0; column < naive.schema().columnCount(); ++column)
                QVERIFY2(model.valueAt(row, column) == naive.column(column).value(expected[row]),
                    naive.schema().column(column).key.constData());
        }
    }

private Q_SLOTS:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".?"))); }

    void everyReaderSeesWhatIsThere_data()
    {
        QTest::addColumn<int>("seed");
        QTest::addColumn<int>("removalsKept");
        QTest::newRow("roomy window") << 1 << 65536;
        QTest::newRow("narrow window") << 2 << 40;
        QTest::newRow("no window") << 3 << 0;
    }
    void everyReaderSeesWhatIsThere()
    {
        QFETCH(int, seed);
        QFETCH(int, removalsKept);
        std::mt19937 random { unsigned(seed) };
        const auto below = [&](int n) { return int(random() % unsigned(n)); };
        const Schema &schema = schemaOf(TableId::Connections);
        ManualClock clock(fake::Start);
        std::vector<Agent> agents;
        agents.emplace_back(removalsKept);
        agents.emplace_back(removalsKept);
        std::vector<std::unique_ptr<Reader>> readers;
        readers.push_back(std::make_unique<Reader>(clock, agents, TableModel::Options { 0, 1'000'000, 50, 0 }, 1));
        readers.push_back(
            std::make_unique<Reader>(clock, agents, TableModel::Options { 3'600'000, 1'000'000, 50, 0 }, 3));
        readers.push_back(std::make_unique<Reader>(clock, agents, TableModel::Options { 0, 0, 5, 0 }, 20));
        readers.push_back(
            std::make_unique<Reader>(clock, agents, TableModel::Options { 0, 1'000'000, 50, 0 }, 90)); // overrun
        RowId next = 1;
        int checks = 0;

        for (int step = 1; step <= 3000; ++step) {
            Agent &agent = agents[size_t(below(2))];
            const auto someId = [&] {
                return agent.rows.empty() ? 0 : std::next(agent.rows.begin(), below(int(agent.rows.size())))->first;
            };
            switch (below(10)) {
            case 0:
            case 1:
            case 2: {
                Row row;
                for (int column = 0; column < schema.columnCount(); ++column)
                    if (below(4) != 0)
                        row[column] = randomValue(schema.column(column).type, random);
                if (agent.rows.size() < 150)
                    agent.put(next++, row);
                break;
            }
            case 3:
            case 4:
                if (const RowId id = someId(); id != 0)
                    agent.remove(id);
                break;
            case 5: // gone and back at once, under the same id
                if (const RowId id = someId(); id != 0) {
                    agent.remove(id);
                    agent.put(id, { { connections::User, randomValue(ColumnType::Text, random) } });
                }
                break;
            case 6:
            case 7:
                if (const RowId id = someId(); id != 0) {
                    const int column = below(schema.columnCount());
                    agent.put(id, { { column, randomValue(schema.column(column).type, random) } });
                }
                break;
            default: // counters move all the time
                for (int n = below(20); n > 0; --n)
                    if (const RowId id = someId(); id != 0)
                        agent.put(id,
                            { { connections::BytesIn, qint64(random()) },
                                { connections::LastActive, qint64(random()) } });
            }
            if (below(700) == 0) {
                for (size_t i = 0; i < agents.size(); ++i) {
                    if (&agents[i] != &agent)
                        continue;
                    agent.restart();
                    for (const auto &reader : readers)
                        reader->disconnect(i);
                }
            }
            if (below(30) == 0)
                clock.advanceUs(qint64(below(300)) * 1'000'000);
            for (const auto &reader : readers) {
                if (step % reader->every != 0)
                    continue;
                for (size_t i = 0; i < agents.size(); ++i) {
                    for (int parts = below(4); parts > 0; --parts)
                        (void)reader->read(i, 1 + below(3000));
                    if (below(15) == 0)
                        reader->disconnect(i); // in the midst of a walk, often
                }
                if (below(20) == 0)
                    reader->model->sort(
                        below(schema.columnCount() + 2) - 1, below(2) ? Qt::AscendingOrder : Qt::DescendingOrder);
                if (below(20) == 0) {
                    static const char *const filters[]
                        = { "", "alice | 10.0", "since>1h", "bytes_in>1G", "server=mx1 !user=?" };
                    reader->model->setFilter(
                        Filter::parse(QLatin1String(filters[below(5)]), reader->table->table().schema()).value());
                }
            }
            if (step % 60 != 0)
                continue;
            for (const auto &reader : readers) {
                for (size_t i = 0; i < agents.size(); ++i)
                    while (reader->read(i, 1 + below(20'000))) { }
                reader->model->flush();
                QTRY_VERIFY(!reader->model->isBusy());
                reader->model->flush();
                compare(*reader, agents);
                if (QTest::currentTestFailed())
                    return;
                ++checks;
            }
        }
        QCOMPARE(checks, 200);
        // Each way was really gone: with a window, those who read often lived on differences.
        const auto resets = [&](size_t reader) {
            return readers[reader]->subscriptions[0].resets + readers[reader]->subscriptions[1].resets;
        };
        if (removalsKept > 1000)
            QVERIFY2(resets(3) < 40, qPrintable(QString::number(resets(3))));
        if (removalsKept == 40)
            QVERIFY2(resets(0) < resets(3) || resets(3) > 5, qPrintable(QString::number(resets(3))));
    }
};

QTEST_GUILESS_MAIN(TestPipeline)
#include "tst_pipeline.moc"
