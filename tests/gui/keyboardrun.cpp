// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/keyboardrun.h"

#include "models/rowselection.h"
#include "models/tablemodel.h"
#include "tests/gui/keyboard.h"
#include "views/detailspane.h"
#include "views/mainwindow.h"
#include "views/messageline.h"
#include "views/rowsview.h"
#include "views/tablepage.h"

#include <QAbstractScrollArea>
#include <QClipboard>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QStatusBar>
#include <QTreeWidget>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using keyboard::press;

namespace
{

constexpr int LongMs = 30'000; ///< a real host answers when it can

} // namespace

KeyboardRun::KeyboardRun(KeyboardWorld &world)
    : m_world(world)
{
}

KeyboardRun::~KeyboardRun() = default;

void KeyboardRun::initTestCase()
{
    if (const QString why = m_world.whyNotHere(); !why.isEmpty())
        QSKIP(qPrintable(why));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QVERIFY(m_texts.choose(u"en"_s));
    m_world.start();
    if (QTest::currentTestFailed())
        return;
    m_settings = std::make_unique<QSettings>(m_home.filePath(u"console.ini"_s), QSettings::IniFormat);
    QGuiApplication::clipboard()->clear();
    m_window = std::make_unique<MainWindow>(m_world.backend(), *m_settings);
    m_window->show();
    QApplication::setActiveWindow(m_window.get());
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void KeyboardRun::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    if (m_failed || !m_window)
        QSKIP("an earlier step failed");
}

void KeyboardRun::cleanup()
{
    m_failed = m_failed || QTest::currentTestFailed();
}

TablePage *KeyboardRun::page() const
{
    return m_window->currentTable();
}

QString KeyboardRun::said() const
{
    const auto *line = m_window->currentPage()->findChild<MessageLine *>(u"messageLine"_s);
    return line && line->isVisible() ? line->text() : QString();
}

QStringList KeyboardRun::usersShown() const
{
    QStringList users;
    const TableModel &model = page()->model();
    const int column = model.schema().indexOf("user");
    for (int row = 0; row < model.rowCount(); ++row)
        if (!model.isGone(row))
            users.append(model.index(row, column).data().toString());
    return users;
}

QWidget *KeyboardRun::dialog(const char *name) const
{
    QWidget *front = keyboard::activeWindow();
    return front && front->objectName() == QLatin1StringView(name) ? front : nullptr;
}

void KeyboardRun::focusIsSeen()
{
    const QWidget *focus = keyboard::focus();
    QVERIFY2(focus, "the focus is nowhere");
    const auto *scrolled = qobject_cast<const QAbstractScrollArea *>(focus);
    const QWidget *seen = scrolled ? scrolled->viewport() : focus;
    QVERIFY2(focus->isVisible() && !seen->visibleRegion().isEmpty(), qPrintable(focus->objectName()));
}

void KeyboardRun::focusIsInTheTable()
{
    focusIsSeen();
    QCOMPARE(keyboard::focus(), &page()->view());
}

/// Cancel has the focus at first, so that Enter alone does nothing.
void KeyboardRun::confirm(const char *name, const QString &button)
{
    QTRY_VERIFY(dialog(name));
    QCOMPARE(keyboard::focus()->objectName(), u"cancel"_s);
    press(Qt::Key_Tab);
    focusIsSeen();
    const auto *focused = qobject_cast<QPushButton *>(keyboard::focus());
    QVERIFY(focused);
    QCOMPARE(focused->text().remove(u'&'), button);
    press(Qt::Key_Return);
    QTRY_VERIFY(!dialog(name));
}

void KeyboardRun::startsWithoutAServer()
{
    QVERIFY(m_world.backend().servers().isEmpty());
    QVERIFY(m_window->currentPage()->findChild<QLabel *>(u"emptyTitle"_s)->isVisible());
    focusIsSeen();
    QCOMPARE(keyboard::focus()->objectName(), u"emptyField"_s); // what there is to do has the focus
}

void KeyboardRun::addsTheServer()
{
    press(Qt::Key_Return);
    QTRY_VERIFY(dialog("addServerDialog"));
    QWidget *adding = dialog("addServerDialog");
    QCOMPARE(keyboard::focus()->objectName(), u"link"_s);
    const auto *add = adding->findChild<QPushButton *>(u"add"_s);
    QVERIFY(!add->isEnabled());
    QGuiApplication::clipboard()->setText(m_world.pairingLink());
    press(Qt::Key_V, Qt::ControlModifier);
    QVERIFY(add->isEnabled());
    QVERIFY(adding->findChild<QLabel *>(u"found"_s)->text().startsWith(u"Host "_s));
    press(Qt::Key_Tab);
    QCOMPARE(keyboard::focus()->objectName(), u"name"_s);
    keyboard::type(u"mx1"_s);
    // An agent hears of an invitation a moment after it was made.
    const auto isAdded = [this] { return !dialog("addServerDialog"); };
    for (int attempt = 0; attempt < 40 && !isAdded(); ++attempt) {
        focusIsSeen();
        press(Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(isAdded() || add->isEnabled(), LongMs);
    }
    QVERIFY2(isAdded(), qPrintable(isAdded() ? QString() : adding->findChild<QLabel *>(u"message"_s)->text()));
    QCOMPARE(m_world.backend().servers().size(), 1);
    QCOMPARE(m_window->statusBar()->currentMessage(), u"mx1 was added; your role there is owner."_s);
    QTRY_COMPARE_WITH_TIMEOUT(m_world.backend().servers().first().state, LinkState::Live, LongMs);
    QTRY_VERIFY(!m_window->currentPage()->findChild<QLabel *>(u"emptyTitle"_s)->isVisible());
    focusIsSeen(); // the button that had it is gone
    QVERIFY(m_window->currentPage()->isAncestorOf(keyboard::focus()));
}

void KeyboardRun::findsTheConnectionsOfAUser()
{
    press(Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(m_window->currentPage()->key(), u"connections"_s);
    QTRY_VERIFY_WITH_TIMEOUT(page()->model().rowCount() > 2, LongMs);
    focusIsInTheTable();
    press(Qt::Key_F, Qt::ControlModifier);
    QCOMPARE(keyboard::focus()->objectName(), u"filter"_s);
    keyboard::type(m_world.user());
    press(Qt::Key_Return);
    focusIsInTheTable();
    QTRY_COMPARE_WITH_TIMEOUT(usersShown(), (QStringList { m_world.user(), m_world.user() }), LongMs);
    QTRY_VERIFY(page()->findChild<QLabel *>(u"counts"_s)->text().startsWith(u"2 of "_s));
    QCOMPARE(m_world.connectionsOfUser(), 2);
}

void KeyboardRun::dropsExactlyOne()
{
    press(Qt::Key_Home);
    QCOMPARE(page()->selection().count(), 1);
    QCOMPARE(page()->view().currentRow(), 0);
    press(Qt::Key_Delete);
    QTRY_VERIFY(dialog("dropDialog"));
    press(Qt::Key_Return); // Enter alone does nothing
    QTRY_VERIFY(!dialog("dropDialog"));
    focusIsInTheTable();
    QCOMPARE(m_world.connectionsOfUser(), 2);
    press(Qt::Key_Delete);
    confirm("dropDialog", u"Drop 1 connection"_s);
    QTRY_COMPARE_WITH_TIMEOUT(said(), u"1 dropped"_s, LongMs);
    QTRY_COMPARE_WITH_TIMEOUT(m_world.connectionsOfUser(), 1, LongMs);
    QTRY_COMPARE_WITH_TIMEOUT(usersShown(), QStringList { m_world.user() }, LongMs);
    focusIsInTheTable();
}

void KeyboardRun::readsAndCopiesTheDetails()
{
    press(Qt::Key_Down); // from where the one was that went
    QVERIFY(page()->view().currentRow() >= 0 && !page()->model().isGone(page()->view().currentRow()));
    press(Qt::Key_F4);
    auto *pane = m_window->detailsPane();
    QTRY_VERIFY(pane->isVisible());
    focusIsInTheTable(); // it opens beside what one does
    auto *fields = pane->findChild<QTreeWidget *>(u"detailsFields"_s);
    QTRY_VERIFY(fields->topLevelItemCount() > 10);
    press(Qt::Key_F6);
    QCOMPARE(keyboard::focus(), fields);
    focusIsSeen();
    press(Qt::Key_Home);
    for (int i = 0; i < fields->topLevelItemCount() && fields->currentItem()->text(0) != u"User"_s; ++i)
        press(Qt::Key_Down);
    QCOMPARE(fields->currentItem()->text(1), m_world.user());
    press(Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), m_world.user());
    press(Qt::Key_F6);
    focusIsInTheTable(); // the list of one server is not shown
    press(Qt::Key_F6);
    QVERIFY(pane->isAncestorOf(keyboard::focus()));
    // What goes leaves the focus where one can go on.
    press(Qt::Key_F4);
    QTRY_VERIFY(!pane->isVisible());
    focusIsInTheTable();
    press(Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->text().contains(m_world.user() + u'\t'));
}

void KeyboardRun::endsAWebmailSession()
{
    press(Qt::Key_3, Qt::ControlModifier);
    QCOMPARE(m_window->currentPage()->key(), u"webmail"_s);
    QTRY_VERIFY_WITH_TIMEOUT(usersShown().contains(m_world.webmailUser()), LongMs);
    QTRY_COMPARE(keyboard::focus(), &page()->view());
    QVERIFY(m_world.isInWebmail());
    press(Qt::Key_F, Qt::ControlModifier);
    keyboard::type(m_world.webmailUser());
    press(Qt::Key_Down); // into the table
    QTRY_COMPARE(usersShown(), QStringList { m_world.webmailUser() });
    focusIsInTheTable();
    press(Qt::Key_Home);
    press(Qt::Key_Delete);
    confirm("endDialog", u"End 1 session"_s);
    QTRY_COMPARE_WITH_TIMEOUT(said(), u"1 ended"_s, LongMs);
    QTRY_VERIFY_WITH_TIMEOUT(usersShown().isEmpty(), LongMs);
    QVERIFY(!m_world.isInWebmail());
    focusIsSeen();
}

void KeyboardRun::choosesAYear()
{
    press(Qt::Key_5, Qt::ControlModifier);
    QCOMPARE(page()->tableId(), TableId::Users);
    QTRY_VERIFY_WITH_TIMEOUT(page()->model().rowCount() > 0, LongMs);
    keyboard::choose(m_window->menuBar(), { u"Actions"_s, u"Timeframe"_s, u"12 months"_s });
    QVERIFY(!QApplication::activePopupWidget());
    QStringList wanted = m_world.asleep();
    wanted.sort();
    const auto sorted = [this] {
        QStringList users = usersShown();
        users.sort();
        return users;
    };
    QTRY_COMPARE_WITH_TIMEOUT(sorted(), wanted, LongMs);
    QVERIFY(
        m_window->currentPage()->findChild<QAbstractButton *>(u"timeframeButton"_s)->text().contains(u"12 months"_s));
    focusIsInTheTable();
}

void KeyboardRun::disablesThree()
{
    press(Qt::Key_Home);
    press(Qt::Key_Down, Qt::ShiftModifier);
    press(Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(page()->selection().count(), 3);
    m_chosen = usersShown().first(3);
    for (const QString &account : std::as_const(m_chosen))
        QCOMPARE(m_world.stateOf(account), u"active"_s);
    keyboard::choose(m_window->menuBar(), { u"Actions"_s, u"Disable 3"_s });
    confirm("accountDialog", u"Disable 3 accounts"_s);
    QTRY_COMPARE_WITH_TIMEOUT(said(), u"3 disabled"_s, LongMs);
    for (const QString &account : std::as_const(m_chosen))
        QTRY_COMPARE_WITH_TIMEOUT(m_world.stateOf(account), u"disabled"_s, LongMs);
    const auto shown = [this] {
        QStringList states;
        for (int row = 0; row < page()->model().rowCount(); ++row)
            if (m_chosen.contains(page()->model().index(row, users::User).data().toString()))
                states.append(page()->model().index(row, users::Enabled).data().toString());
        return states;
    };
    QTRY_COMPARE_WITH_TIMEOUT(shown(), (QStringList { u"Disabled"_s, u"Disabled"_s, u"Disabled"_s }), LongMs);
    focusIsInTheTable();
}

void KeyboardRun::bringsThemBack()
{
    press(Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(m_window->statusBar()->currentMessage(), u"3 accounts as before"_s, LongMs);
    for (const QString &account : std::as_const(m_chosen))
        QTRY_COMPARE_WITH_TIMEOUT(m_world.stateOf(account), u"active"_s, LongMs);
    focusIsInTheTable();
}

void KeyboardRun::exportsTheList()
{
    const QString file = m_home.filePath(u"asleep.csv"_s);
    const QStringList listed = usersShown();
    press(Qt::Key_E, Qt::ControlModifier);
    QTRY_VERIFY(dialog("exportDialog"));
    QWidget *exporting = dialog("exportDialog");
    focusIsSeen();
    const auto *all = exporting->findChild<QRadioButton *>(u"all"_s);
    keyboard::pressMnemonic(all->text(), Qt::AltModifier); // three are selected
    QTRY_VERIFY(all->isChecked());
    const auto *field = exporting->findChild<QLineEdit *>(u"file"_s);
    for (const QLabel *label : exporting->findChildren<QLabel *>())
        if (label->buddy() == field)
            keyboard::pressMnemonic(label->text(), Qt::AltModifier);
    QCOMPARE(keyboard::focus(), field);
    keyboard::type(file); // over the name that was proposed
    QCOMPARE(field->text(), file);
    press(Qt::Key_Return);
    QTRY_COMPARE(exporting->findChild<QLabel *>(u"message"_s)->text(),
        u"%1 rows written to %2."_s.arg(QString::number(listed.size()), file));
    focusIsSeen();
    QCOMPARE(keyboard::focus()->objectName(), u"cancel"_s); // which says Close now
    press(Qt::Key_Return);
    QTRY_VERIFY(!dialog("exportDialog"));
    focusIsInTheTable();

    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QByteArrayList lines = written.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), listed.size() + 1);
    QVERIFY2(lines.first().startsWith("user,enabled,"), lines.first().constData());
    for (qsizetype i = 0; i < listed.size(); ++i)
        QVERIFY2(lines[i + 1].startsWith(listed[i].toUtf8() + ",active,"), lines[i + 1].constData());
}

void KeyboardRun::quits()
{
    press(Qt::Key_Q, Qt::ControlModifier);
    QTRY_VERIFY(!m_window->isVisible());
}

void KeyboardRun::cleanupTestCase()
{
    m_window.reset();
    m_world.stop();
}

} // namespace mailhelm
