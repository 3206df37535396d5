// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/consolebackend.h"
#include "core/table/livetable.h"
#include "models/rowselection.h"
#include "models/tablemodel.h"
#include "tests/gui/simulatedagent.h"
#include "tests/support/fakeagent.h"
#include "views/connectionspage.h"
#include "views/mainwindow.h"
#include "views/rowsview.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;
using namespace Qt::StringLiterals;

/// The console's way to a real agent, which shows a simulated mail host.
class TestConsoleBackend : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void cleanupTestCase() { m_agent.stop(); }
    void pairsShowsDropsAndComesBack();
    void readsTheHistory();
    void answersEachReadingOnce();
    void remembersWhatItSawWhileTheAgentIsAway();
    void startsFromTheCache();
    void saysWhatIsWrongWithALink();
    void windowKeepsItsPlaceThroughAReset();
    void unreadableProfileEndsTheProgram();

private:
    std::unique_ptr<ConsoleBackend> open(const QString &home = u"home"_s);
    static ServerStatus first(const ConsoleBackend &backend)
    {
        const QList<ServerStatus> servers = backend.servers();
        return servers.isEmpty() ? ServerStatus() : servers.first();
    }

    QTemporaryDir m_folder;
    SimulatedAgent m_agent;
    SystemClock m_clock;
};

void TestConsoleBackend::initTestCase()
{
    if (const QString why = SimulatedAgent::whyNotHere(); !why.isEmpty())
        QSKIP(qPrintable(why));
    m_agent.start();
}

void TestConsoleBackend::cleanup()
{
    if (!m_agent.isRunning() && SimulatedAgent::whyNotHere().isEmpty())
        m_agent.start();
}

std::unique_ptr<ConsoleBackend> TestConsoleBackend::open(const QString &home)
{
    Result<Profile> profile = Profile::open(m_folder.filePath(home));
    if (!profile)
        qFatal("%s", qPrintable(profile.error().detail));
    const Result<Identity> identity = profile.value().identity();
    if (!identity)
        qFatal("%s", qPrintable(identity.error().detail));
    return std::make_unique<ConsoleBackend>(profile.value(), identity.value(), m_clock);
}

void TestConsoleBackend::pairsShowsDropsAndComesBack()
{
    const std::unique_ptr<ConsoleBackend> backend = open();
    backend->start();
    const QString link = m_agent.enrol(u"alice"_s, u"operator"_s);
    QVERIFY(backend->readLink(link));
    // The daemon hears of the invitation by watching its file, which takes it a moment.
    std::optional<Result<ServerStatus>> added;
    for (int attempt = 0; attempt < 100 && !(added && added->ok()); ++attempt) {
        added.reset();
        backend->addServer(link, u"lab"_s, u"test"_s, QColor(Qt::red), this,
            [&](const Result<ServerStatus> &result) { added = result; });
        QTRY_VERIFY_WITH_TIMEOUT(added.has_value(), 15'000);
    }
    QVERIFY2(added->ok(), qPrintable(added->ok() ? QString() : added->error().detail));
    QCOMPARE(added->value().name, u"lab"_s);
    QTRY_COMPARE_WITH_TIMEOUT(first(*backend).state, LinkState::Live, 15'000);
    QCOMPARE(first(*backend).role, u"operator"_s);
    QCOMPARE(first(*backend).group, u"test"_s);
    QCOMPARE(first(*backend).security, u"TLS 1.3, pinned"_s);
    QVERIFY(first(*backend).updatedUs > 0);
    QTRY_VERIFY(backend->rowCount(TableId::Connections, std::nullopt) >= 200);

    // Our own connection is a row, and known to be ours.
    const Table &rows = backend->table(TableId::Connections).table();
    const Column &protocol = rows.column(connections::Protocol);
    const auto own = [&] {
        int count = 0;
        for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot)
            if (rows.isLive(slot) && protocol.isKnown(slot) && protocol.text(slot) == "admin")
                count += backend->isOwn(rows.keyAt(slot)) ? 1 : 100;
        return count;
    };
    QTRY_COMPARE(own(), 1);

    // An exact drop: that one, and one outcome for each in the order of asking.
    RowKey target;
    for (Table::Slot slot = 0; slot < rows.slotEnd() && target.id == 0; ++slot)
        if (rows.isLive(slot) && protocol.isKnown(slot) && protocol.text(slot) == "imap")
            target = rows.keyAt(slot);
    QVERIFY(target.id != 0);
    const RowKey nobody { target.server, 12345 };
    const RowKey elsewhere { 999, 1 };
    QList<RowOutcome> outcomes;
    backend->act(RowAction::Drop, { nobody, target, elsewhere }, {}, this,
        [&](const QList<RowOutcome> &result) { outcomes = result; });
    QTRY_COMPARE(outcomes.size(), 3);
    QCOMPARE(outcomes[0].code, RowOutcome::Code::Gone);
    QCOMPARE(outcomes[1].row, target);
    QVERIFY2(outcomes[1].code == RowOutcome::Code::Done, qPrintable(outcomes[1].why));
    QCOMPARE(outcomes[2].code, RowOutcome::Code::NotReached);
    QTRY_COMPARE(rows.slotOf(target), Table::NoSlot);

    bool refreshed = false;
    backend->refresh(TableId::Connections, this, [&](const Result<void> &result) { refreshed = result.ok(); });
    QTRY_VERIFY(refreshed);

    m_agent.stop();
    QTRY_COMPARE_WITH_TIMEOUT(first(*backend).state, LinkState::Stale, 10'000);
    QVERIFY(!first(*backend).error.isEmpty());
    QVERIFY(first(*backend).lostUs > 0);
    QVERIFY(backend->rowCount(TableId::Connections, std::nullopt) > 0); // shown as they were
    bool failed = false;
    backend->refresh(TableId::Connections, this, [&](const Result<void> &result) { failed = !result.ok(); });
    QTRY_VERIFY(failed);
    m_agent.start();
    QTRY_COMPARE_WITH_TIMEOUT(first(*backend).state, LinkState::Live, 30'000);
}

/// Of the agent of the test above, who dropped one.
void TestConsoleBackend::readsTheHistory()
{
    const std::unique_ptr<ConsoleBackend> backend = open();
    backend->start();
    QTRY_COMPARE_WITH_TIMEOUT(first(*backend).state, LinkState::Live, 15'000);
    QTRY_VERIFY(backend->rowCount(TableId::Connections, std::nullopt) >= 150);
    constexpr qint64 Minute = 60'000'000;
    constexpr int Moments = 61;
    const qint64 from = m_clock.nowUs() - (Moments - 1) * Minute;
    std::optional<Result<HistoryAnswer>> answer;
    backend->readHistory(
        std::nullopt, from, Minute, Moments, this, [&](const Result<HistoryAnswer> &result) { answer = result; });
    QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), 15'000);
    QVERIFY2(answer->ok(), qPrintable(answer->ok() ? QString() : answer->error().detail));
    QCOMPARE(answer->value().problem, QString());

    const Table &rows = backend->table(TableId::History).table();
    const Column &ended = rows.column(mailhelm::history::Ended);
    qsizetype there = 0;
    qsizetype over = 0;
    for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot) {
        if (!rows.isLive(slot))
            continue;
        ++(ended.isKnown(slot) ? over : there);
        QVERIFY(!ended.isKnown(slot) || ended.number(slot) >= from);
    }
    QVERIFY(there >= 150);
    QVERIFY(over >= 1);
    const ProtocolCounts &counts = answer->value().counts;
    QCOMPARE(counts.moments(), qsizetype(Moments));
    QVERIFY(!counts.isWatched(0)); // an hour ago there was no agent
}

void TestConsoleBackend::answersEachReadingOnce()
{
    const std::unique_ptr<ConsoleBackend> backend = open();
    backend->start();
    QTRY_COMPARE_WITH_TIMEOUT(first(*backend).state, LinkState::Live, 15'000);
    const qint64 from = m_clock.nowUs() - 60 * 60'000'000LL;
    QList<bool> answers[3];
    for (QList<bool> &each : answers)
        backend->readHistory(std::nullopt, from, 60'000'000, 61, this,
            [&each](const Result<HistoryAnswer> &result) { each.append(result.ok()); });
    QTRY_COMPARE_WITH_TIMEOUT(answers[2], QList<bool> { true }, 15'000);
    for (const QList<bool> &superseded : { answers[0], answers[1] })
        QCOMPARE(superseded, QList<bool> { false });
    QTest::qWait(100);
    QCOMPARE(answers[2].size(), 1);
}

void TestConsoleBackend::remembersWhatItSawWhileTheAgentIsAway()
{
    constexpr qint64 Minute = 60'000'000;
    const qint64 begun = m_clock.nowUs();
    std::optional<Result<HistoryAnswer>> answer;
    const auto read = [&](ConsoleBackend &backend) {
        answer.reset();
        backend.readHistory(std::nullopt, m_clock.nowUs() - 60 * Minute, Minute, 61, this,
            [&](const Result<HistoryAnswer> &result) { answer = result; });
        return QTest::qWaitFor([&] { return answer.has_value(); }, 15'000) && answer->ok();
    };
    RowKey dropped;
    const auto endOf = [&](ConsoleBackend &backend, RowKey key) -> std::optional<qint64> {
        const Table &rows = backend.table(TableId::History).table();
        const Table::Slot slot = rows.slotOf(key);
        const Column &ended = rows.column(mailhelm::history::Ended);
        return slot != Table::NoSlot && ended.isKnown(slot) ? std::optional(ended.number(slot)) : std::nullopt;
    };
    {
        const std::unique_ptr<ConsoleBackend> backend = open();
        backend->keepHistory(30);
        backend->start();
        QTRY_COMPARE_WITH_TIMEOUT(first(*backend).state, LinkState::Live, 15'000);
        const Table &live = backend->table(TableId::Connections).table();
        QTRY_VERIFY(live.rowCount() >= 150);
        const Column &protocol = live.column(connections::Protocol);
        for (Table::Slot slot = 0; slot < live.slotEnd() && dropped.id == 0; ++slot)
            if (live.isLive(slot) && protocol.isKnown(slot) && protocol.text(slot) == "imap")
                dropped = live.keyAt(slot);
        backend->act(RowAction::Drop, { dropped }, {}, this, [](const QList<RowOutcome> &) {});
        QTRY_COMPARE(live.slotOf(dropped), Table::NoSlot);
        QVERIFY(read(*backend));
        QCOMPARE(answer->value().problem, QString());
        QVERIFY(endOf(*backend, dropped).value_or(0) >= begun);

        m_agent.stop();
        QTRY_COMPARE_WITH_TIMEOUT(first(*backend).state, LinkState::Stale, 10'000);
        QVERIFY(read(*backend));
        QCOMPARE(answer->value().problem, u"lab is not connected: shown is what this console saw itself"_s);
        QVERIFY(endOf(*backend, dropped).value_or(0) >= begun);
        std::optional<qint64> bytes;
        backend->measureHistory(this, [&](qint64 told) { bytes = told; });
        QTRY_VERIFY(bytes.value_or(0) > 0);
    }
    // In another run too, before any agent answers; until it is deleted.
    const std::unique_ptr<ConsoleBackend> backend = open();
    backend->keepHistory(30);
    QVERIFY(read(*backend));
    const quint16 number = first(*backend).number;
    QVERIFY(endOf(*backend, { number, dropped.id }).value_or(0) >= begun);
    std::optional<qint64> left;
    backend->deleteHistory(this, [&](qint64 bytes) { left = bytes; });
    QTRY_COMPARE(left, std::optional<qint64>(0));
    QVERIFY(read(*backend));
    QVERIFY(!endOf(*backend, { number, dropped.id }));
}

void TestConsoleBackend::startsFromTheCache()
{
    if (open()->servers().isEmpty())
        QSKIP("needs the server that pairsShowsDropsAndComesBack() adds");
    m_agent.stop();
    const std::unique_ptr<ConsoleBackend> backend = open();
    backend->start();
    QTRY_VERIFY(backend->rowCount(TableId::Connections, std::nullopt) > 0);
    QVERIFY(first(*backend).state != LinkState::Live);
    QVERIFY(first(*backend).updatedUs > 0);
    QVERIFY(!first(*backend).refusal(RowAction::Drop).isEmpty());
    m_agent.start();
    backend->reconnect(first(*backend).number);
    QTRY_COMPARE_WITH_TIMEOUT(first(*backend).state, LinkState::Live, 30'000);
    // A new name everywhere, and gone without a trace.
    const quint16 number = first(*backend).number;
    QVERIFY(backend->changeServer(number, u"renamed"_s, QString(), QColor()));
    QCOMPARE(first(*backend).name, u"renamed"_s);
    QVERIFY(!backend->changeServer(number, u"a/b"_s, QString(), QColor()));
    QVERIFY(backend->removeServer(number));
    QVERIFY(backend->servers().isEmpty());
    QTRY_COMPARE(backend->rowCount(TableId::Connections, std::nullopt), 0);
}

void TestConsoleBackend::saysWhatIsWrongWithALink()
{
    const std::unique_ptr<ConsoleBackend> backend = open(u"stranger"_s);
    QVERIFY(!backend->readLink(u"https://mx1.example.org"_s));
    std::optional<Result<ServerStatus>> added;
    const QString used = m_agent.enrol(u"bob"_s, u"operator"_s)
                             .replace(QRegularExpression(u"token=.*"_s), u"token=AAAAAAAAAAAAAAAAAAAAAA"_s);
    backend->addServer(used, {}, {}, {}, this, [&](const Result<ServerStatus> &result) { added = result; });
    QTRY_VERIFY_WITH_TIMEOUT(added.has_value(), 15'000);
    QVERIFY(!added->ok());
    QVERIFY(!added->error().detail.isEmpty());
    QVERIFY(backend->servers().isEmpty());
}

void TestConsoleBackend::windowKeepsItsPlaceThroughAReset()
{
    constexpr int Rows = 600;
    FakeAgent agent(m_clock);
    QVERIFY(agent.start());
    const auto put = [&](RowId id) {
        const ChangeLog::Cell cells[] { { connections::User, "user" + QByteArray::number(id) },
            { connections::Service, QByteArray("IMAP") },
            { connections::Since, qint64(1'700'000'000'000'000 + qint64(id) * 1'000'000) } };
        agent.log(TableId::Connections).put(id, cells);
    };
    for (RowId id = 1; id <= Rows; ++id)
        put(id);
    const std::unique_ptr<ConsoleBackend> backend = open(u"reset"_s);
    QSettings settings(m_folder.filePath(u"reset.ini"_s), QSettings::IniFormat);
    settings.setValue(u"window/tab"_s, u"connections"_s);
    MainWindow window(*backend, settings);
    window.show();
    backend->start();
    std::optional<Result<ServerStatus>> added;
    backend->addServer(agent.invite(Role::Operator), u"mx1"_s, {}, {}, this,
        [&](const Result<ServerStatus> &result) { added = result; });
    QTRY_VERIFY(added.has_value());
    QVERIFY2(added->ok(), qPrintable(added->ok() ? QString() : added->error().detail));
    TableModel &model = window.connectionsPage()->model();
    RowsView &view = window.connectionsPage()->view();
    RowSelection &selection = window.connectionsPage()->selection();
    QTRY_COMPARE(model.rowCount(), Rows);

    view.verticalScrollBar()->setValue(300);
    selection.selectOnly(305);
    selection.extendTo(309);
    view.setCurrentIndex(model.index(307, connections::User));
    const QSet<RowKey> selected = selection.keys();
    const RowKey current = model.keyAt(307);
    const int place = view.currentRow() - view.verticalScrollBar()->value();
    const int snapshots = agent.snapshots;

    // The agent comes back knowing nothing of before; meanwhile the newest, which stand on top, are others.
    agent.stop();
    QTRY_COMPARE(first(*backend).state, LinkState::Stale);
    QCOMPARE(model.rowCount(), Rows);
    agent.newEpoch(true);
    for (RowId id = Rows + 1; id <= Rows + 50; ++id)
        put(id);
    agent.log(TableId::Connections).remove(Rows);
    QVERIFY(agent.start());
    backend->reconnect(first(*backend).number);
    QTRY_COMPARE_WITH_TIMEOUT(first(*backend).state, LinkState::Live, 15'000);
    QTRY_COMPARE(model.rowCount(), Rows + 49);
    QVERIFY(agent.snapshots > snapshots); // it was no resume
    QCOMPARE(selection.keys(), selected);
    QCOMPARE(model.keyAt(view.currentRow()), current);
    QCOMPARE(view.currentRow(), 307 + 49);
    QCOMPARE(view.currentRow() - view.verticalScrollBar()->value(), place);
}

void TestConsoleBackend::unreadableProfileEndsTheProgram()
{
    const QString program = QStringLiteral(MAILHELM_BINARY_DIR) + u"/bin/mailhelm"_s;
    if (!QFile::exists(program))
        QSKIP("needs the console itself: build the target mailhelm");
    QFile file(m_folder.filePath(u"no-folder"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QProcess console;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"MAILHELM_HOME"_s, file.fileName());
    environment.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
    console.setProcessEnvironment(environment);
    console.start(program, QStringList());
    QVERIFY(console.waitForFinished(20'000)); // it waits for nobody to close a box
    QCOMPARE(console.exitCode(), 2);
    const QByteArray said = console.readAllStandardError();
    QVERIFY2(said.contains("mailhelm: ") && said.contains("no-folder"), said.constData());
}

QTEST_MAIN(TestConsoleBackend)
#include "tst_consolebackend.moc"
