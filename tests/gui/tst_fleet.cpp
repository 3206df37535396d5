// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/consolebackend.h"
#include "core/table/livetable.h"
#include "tests/gui/peopletest.h"
#include "tests/gui/simulatedagent.h"
#include "views/accountactions.h"
#include "views/confirmdialog.h"
#include "views/environmentbar.h"
#include "views/inactivepage.h"
#include "views/onlinepage.h"
#include "views/webmailpage.h"

#include <QMessageBox>
#include <QTreeWidget>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

const QColor Red(0xd1, 0x3c, 0x3c);
const QColor Green(0x2e, 0x8b, 0x57);

/// The actions that ask before.
enum class Ask { Drop, End, DropUsers, Block, Disable, Delete, Restore };

} // namespace

/// Several servers at once: one table over all, none in the way of the others, and nobody in doubt where something is
/// about to be done.
class TestFleet : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s)); }
    void oneTableHasAServerColumn();
    void droppingOverTwoServersAsksOnceAndNamesBoth();
    void tellsWhatBecameOfItOnEachServer();
    void theDeadOneIsSparedAndSaid();
    void everyConfirmationShowsTheEnvironment_data();
    void everyConfirmationShowsTheEnvironment();
    void removingAServerShowsItToo();
    void realAgentsBesideDeadAddresses();

private:
    /// mx1 in production, mx2 for tests, and mx3, which is away.
    static std::unique_ptr<PeopleTest> fleet()
    {
        auto gui = std::make_unique<PeopleTest>();
        gui->backend.addLive(u"mx1"_s);
        ServerStatus &second = gui->backend.addLive(u"mx2"_s);
        second.group = u"test"_s;
        second.colour = Green;
        gui->backend.addLive(u"mx3"_s);
        gui->backend.setState(3, LinkState::Stale, u"timed out"_s);
        FakeTable &rows = gui->backend.rows(TableId::Connections);
        for (quint16 server = 1; server <= 3; ++server)
            rows.put({ server, 1 },
                { { connections::User, QByteArray("alice@example.org") }, { connections::Service, QByteArray("IMAPS") },
                    { connections::Protocol, QByteArray("imap") },
                    { connections::ClientAddress, Address::fromV4(0xcb007107) },
                    { connections::Since, gui->clock.nowUs() },
                    { schemaOf(TableId::Connections).columnCount(), "mx" + QByteArray::number(server) } });
        rows.publish();
        FakeTable &sessions = gui->backend.rows(TableId::Webmail);
        sessions.put({ 1, 1 },
            { { webmail::User, QByteArray("alice@example.org") }, { webmail::Component, QByteArray("HTTP/WebMail") },
                { schemaOf(TableId::Webmail).columnCount(), QByteArray("mx1") } });
        sessions.publish();
        gui->backend.fillAccounts(3, 1);
        FakeTable &gone = gui->backend.rows(TableId::Deleted);
        gone.put({ 1, 1 },
            { { deleted::User, QByteArray("carol@example.org") },
                { schemaOf(TableId::Deleted).columnCount(), QByteArray("mx1") } });
        gone.publish();
        gui->open();
        return gui;
    }
};

void TestFleet::oneTableHasAServerColumn()
{
    const auto gui = fleet();
    QCOMPARE(gui->model().rowCount(), 3);
    const int server = gui->model().schema().indexOf("server");
    QVERIFY(!gui->view().horizontalHeader()->isSectionHidden(server));
    QStringList names;
    for (int row = 0; row < 3; ++row)
        names.append(gui->textAt(row, server));
    names.sort();
    QCOMPARE(names, (QStringList { u"mx1"_s, u"mx2"_s, u"mx3"_s }));
    // What is old says so, and of which server.
    auto *stale = gui->page()->findChild<MessageLine *>(u"staleLine"_s);
    QVERIFY(stale->isVisible());
    QVERIFY2(stale->text().contains(u"mx3"_s) && !stale->text().contains(u"mx1"_s), qPrintable(stale->text()));
    // The others go on.
    FakeTable &rows = gui->backend.rows(TableId::Connections);
    rows.put({ 2, 2 }, { { connections::User, QByteArray("bob@example.org") }, { server, QByteArray("mx2") } });
    rows.publish();
    gui->settle();
    QCOMPARE(gui->model().rowCount(), 4);
}

void TestFleet::droppingOverTwoServersAsksOnceAndNamesBoth()
{
    const auto gui = fleet();
    gui->page()->askDrop({ { 1, 1 }, { 2, 1 } });
    auto *dialog = gui->opened<ConfirmDialog>("dropDialog");
    QVERIFY(dialog);
    QCOMPARE(
        gui->child<QLabel>("question", dialog)->text(), u"Drop 2 connections on mx1 (production) and mx2 (test)?"_s);
    auto *list = gui->child<QTreeWidget>("targets", dialog);
    QStringList servers;
    for (int i = 0; i < list->topLevelItemCount(); ++i)
        servers.append(list->topLevelItem(i)->text(list->columnCount() - 1));
    QCOMPARE(servers, (QStringList { u"mx1 (production)"_s, u"mx2 (test)"_s }));
    auto *bar = gui->child<EnvironmentBar>("environment", dialog);
    QCOMPARE(bar->colours(), (QList<QColor> { Red, Green }));
    const QImage seen = bar->grab().toImage();
    QCOMPARE(seen.pixelColor(2, 1), Red);
    QCOMPARE(seen.pixelColor(2, seen.height() - 2), Green);
    gui->child<QPushButton>("do", dialog)->click();
    QCOMPARE(gui->backend.m_acts, (QList<FakeBackend::Act> { { RowAction::Drop, { { 1, 1 }, { 2, 1 } }, {} } }));
}

void TestFleet::tellsWhatBecameOfItOnEachServer()
{
    const auto gui = fleet();
    gui->backend.m_outcome = [](RowKey row) {
        return row.server == 2 ? RowOutcome { row, RowOutcome::Code::NotReached, u"mx2 did not answer"_s }
                               : RowOutcome { row, RowOutcome::Code::Done, {} };
    };
    gui->page()->askDrop({ { 1, 1 }, { 2, 1 } });
    gui->child<QPushButton>("do", gui->opened<ConfirmDialog>("dropDialog"))->click();
    QTRY_COMPARE(gui->said()->text(), u"mx1: 1 dropped; mx2: 1 not dropped: mx2 did not answer"_s);
}

void TestFleet::theDeadOneIsSparedAndSaid()
{
    const auto gui = fleet();
    gui->page()->askDrop({ { 1, 1 }, { 3, 1 } });
    auto *dialog = gui->opened<ConfirmDialog>("dropDialog");
    QVERIFY(dialog);
    QCOMPARE(gui->child<QLabel>("question", dialog)->text(), u"Drop 1 connection on mx1 (production)?"_s);
    QVERIFY(gui->child<QLabel>("note", dialog)->text().contains(u"Connections on mx3 stay: not connected"_s));
    gui->child<QPushButton>("do", dialog)->click();
    QCOMPARE(gui->backend.asked(RowAction::Drop), (QList<QList<RowKey>> { { { 1, 1 } } })); // nobody waits for mx3
    QTRY_COMPARE(gui->said()->text(), u"1 dropped"_s);
}

void TestFleet::everyConfirmationShowsTheEnvironment_data()
{
    QTest::addColumn<int>("ask");
    QTest::newRow("drop") << int(Ask::Drop);
    QTest::newRow("end") << int(Ask::End);
    QTest::newRow("drop users") << int(Ask::DropUsers);
    QTest::newRow("block") << int(Ask::Block);
    QTest::newRow("disable") << int(Ask::Disable);
    QTest::newRow("delete") << int(Ask::Delete);
    QTest::newRow("restore") << int(Ask::Restore);
}

void TestFleet::everyConfirmationShowsTheEnvironment()
{
    QFETCH(int, ask);
    const auto gui = fleet();
    AccountActions accounts(gui->backend, gui->window.get(), nullptr);
    switch (Ask(ask)) {
    case Ask::Drop:
        gui->page()->askDrop({ { 1, 1 } });
        break;
    case Ask::End:
        qobject_cast<WebmailPage *>(gui->at(u"webmail"_s))->askEnd({ { 1, 1 } });
        break;
    case Ask::DropUsers: {
        auto *online = qobject_cast<OnlinePage *>(gui->at(u"online"_s));
        for (int row = 0; row < online->model().rowCount(); ++row)
            if (online->model().keyAt(row).server == 1)
                online->askDropUsers({ online->model().keyAt(row) });
        break;
    }
    case Ask::Block:
        accounts.ask(RowAction::Block, { { 1, 1 } });
        break;
    case Ask::Disable:
        accounts.ask(RowAction::Disable, { { 1, 1 } });
        break;
    case Ask::Delete:
        accounts.ask(RowAction::Delete, { { 1, 1 } });
        break;
    case Ask::Restore:
        accounts.ask(RowAction::Restore, { { 1, 1 } });
        break;
    }
    ConfirmDialog *dialog = nullptr;
    for (QWidget *widget : QApplication::topLevelWidgets())
        if (auto *one = qobject_cast<ConfirmDialog *>(widget); one && one->isVisible())
            dialog = one;
    QVERIFY(dialog);
    QVERIFY2(gui->child<QLabel>("question", dialog)->text().contains(u" on mx1 (production)?"_s),
        qPrintable(gui->child<QLabel>("question", dialog)->text()));
    auto *bar = gui->child<EnvironmentBar>("environment", dialog);
    QVERIFY(bar->isVisible() && bar->height() > 20);
    QCOMPARE(bar->grab().toImage().pixelColor(2, bar->height() / 2), Red);
    QVERIFY(gui->child<QPushButton>("cancel", dialog)->isDefault());
    dialog->reject();
}

void TestFleet::removingAServerShowsItToo()
{
    const auto gui = fleet();
    gui->window->askRemoveServer(1);
    auto *box = gui->opened<QMessageBox>("removeServerBox");
    QVERIFY(box);
    QVERIFY2(box->text().contains(u"mx1, production"_s), qPrintable(box->text()));
    QCOMPARE(box->iconPixmap().toImage().pixelColor(2, box->iconPixmap().height() / 2), Red);
    box->reject();
}

/// Two agents, an address that takes connections and never says a word, and one where nobody listens.
void TestFleet::realAgentsBesideDeadAddresses()
{
    if (const QString why = SimulatedAgent::whyNotHere(); !why.isEmpty())
        QSKIP(qPrintable(why));
    QTemporaryDir home;
    Result<Profile> profile = Profile::open(home.path());
    QVERIFY(profile);
    const Result<Identity> identity = profile.value().identity();
    QVERIFY(identity);
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    quint16 refused = 0;
    {
        QTcpServer closed;
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        refused = closed.serverPort();
    }
    SavedServer dead;
    dead.host = u"127.0.0.1"_s;
    dead.name = u"silent"_s;
    dead.port = silent.serverPort();
    dead.pin = identity.value().pin(); // of nobody there
    QVERIFY(profile.value().add(dead));
    dead.name = u"refused"_s;
    dead.port = refused;
    QVERIFY(profile.value().add(dead));

    SimulatedAgent one;
    SimulatedAgent two;
    one.start(120);
    two.start(80);
    SystemClock clock;
    ConsoleBackend backend(profile.value(), identity.value(), clock);
    backend.start();
    const auto add = [&](SimulatedAgent &agent, const QString &name, const QString &group, const QColor &colour) {
        const QString link = agent.enrol(u"alice"_s, u"operator"_s);
        std::optional<Result<ServerStatus>> added;
        for (int attempt = 0; attempt < 100 && !(added && added->ok()); ++attempt) {
            added.reset();
            backend.addServer(
                link, name, group, colour, this, [&](const Result<ServerStatus> &result) { added = result; });
            QTRY_VERIFY_WITH_TIMEOUT(added.has_value(), 15'000);
        }
        QVERIFY2(added->ok(), qPrintable(added->ok() ? QString() : added->error().detail));
    };
    add(one, u"one"_s, u"production"_s, Red);
    add(two, u"two"_s, u"test"_s, Green);
    const auto status = [&](const QString &name) {
        const QList<ServerStatus> servers = backend.servers();
        const auto found = std::find_if(
            servers.begin(), servers.end(), [&](const ServerStatus &server) { return server.name == name; });
        return found == servers.end() ? ServerStatus() : *found;
    };

    QTemporaryDir settingsFolder;
    QSettings settings(settingsFolder.filePath(u"console.ini"_s), QSettings::IniFormat);
    settings.setValue(u"window/tab"_s, u"connections"_s);
    MainWindow window(backend, settings);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QTRY_COMPARE_WITH_TIMEOUT(status(u"one"_s).state, LinkState::Live, 15'000);
    QTRY_COMPARE_WITH_TIMEOUT(status(u"two"_s).state, LinkState::Live, 15'000);
    QTRY_VERIFY(!status(u"refused"_s).error.isEmpty());
    QVERIFY(status(u"silent"_s).state != LinkState::Live);
    ConnectionsPage &page = *window.connectionsPage();
    const auto rowOf = [&](const QString &server) {
        for (int row = 0; row < page.model().rowCount(); ++row)
            if (page.model().keyAt(row).server == status(server).number && !backend.isOwn(page.model().keyAt(row)))
                return page.model().keyAt(row);
        return RowKey();
    };
    QTRY_VERIFY_WITH_TIMEOUT(page.model().rowCount() >= 190, 15'000);
    QVERIFY(!page.view().horizontalHeader()->isSectionHidden(page.model().schema().indexOf("server")));

    // One question for both, and both answer though two others never will.
    const QList<RowKey> targets { rowOf(u"one"_s), rowOf(u"two"_s) };
    QVERIFY(targets[0].id != 0 && targets[1].id != 0);
    page.askDrop(targets);
    ConfirmDialog *dialog = nullptr;
    for (QWidget *widget : QApplication::topLevelWidgets())
        if (auto *each = qobject_cast<ConfirmDialog *>(widget); each && each->isVisible())
            dialog = each;
    QVERIFY(dialog);
    QCOMPARE(dialog->findChild<QLabel *>(u"question"_s)->text(),
        u"Drop 2 connections on one (production) and two (test)?"_s);
    dialog->findChild<QPushButton *>(u"do"_s)->click();
    auto *said = page.findChild<MessageLine *>(u"messageLine"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(
        said->text().contains(u"one: 1 "_s) && said->text().contains(u"two: 1 "_s), qPrintable(said->text()), 10'000);

    // A refresh over all comes back too, and says who did not answer.
    bool answered = false;
    backend.refresh(TableId::Connections, this, [&](const Result<void> &) { answered = true; });
    QTRY_VERIFY_WITH_TIMEOUT(answered, 15'000);
    // One that goes takes nobody with it.
    two.stop();
    QTRY_VERIFY_WITH_TIMEOUT(status(u"two"_s).state != LinkState::Live, 10'000);
    QCOMPARE(status(u"one"_s).state, LinkState::Live);
    QList<RowOutcome> outcomes;
    backend.act(
        RowAction::Drop, { rowOf(u"one"_s) }, {}, this, [&](const QList<RowOutcome> &answer) { outcomes = answer; });
    QTRY_COMPARE(outcomes.size(), 1);
    QVERIFY2(outcomes[0].why.isEmpty(), qPrintable(outcomes[0].why)); // dropped, or over by itself
}

QTEST_MAIN(TestFleet)
#include "tst_fleet.moc"
