// SPDX-License-Identifier: GPL-3.0-or-later
// Every entry of every menu and every button of every page and dialog is clicked, and does something that is seen.
#include "tests/gui/tour.h"

#include "models/rowselection.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QActionGroup>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QRadioButton>
#include <QSignalSpy>
#include <QStatusBar>
#include <QToolButton>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

/// An action whatever it says of numbers and names.
QString nameOf(const QAction *action)
{
    if (!action->objectName().isEmpty())
        return action->objectName();
    static const QRegularExpression numbers(u"[0-9.,]+"_s);
    return action->text().section(u'\t', 0, 0).remove(u'&').replace(numbers, u"#"_s);
}

} // namespace

class TestActions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s)); }
    void cleanup() { end(); }

    void everyEntryOfEveryMenu_data() { pages(); }
    void everyEntryOfEveryMenu()
    {
        QFETCH(QString, page);
        QStringList idle;
        begin(page);
        int menus = int(m_gui->menusOf(page).size());
        int clicked = 0;
        for (int menu = 0; menu < menus; ++menu) {
            for (int entry = 0;; ++entry) {
                begin(page);
                QMenu *opened = m_gui->menusOf(page)[menu].menu;
                opened->popup(QPoint(10, 10));
                if (entry >= opened->actions().size())
                    break;
                QAction *action = opened->actions()[entry];
                const QString name = nameOf(action);
                m_seen.insert(name);
                if (!opened->isEnabled() || !isToBeClicked(*action))
                    continue;
                const QString before = state(true);
                QSignalSpy triggered(action, &QAction::triggered);
                QTest::mouseClick(opened, Qt::LeftButton, Qt::NoModifier, opened->actionGeometry(action).center());
                QCoreApplication::processEvents();
                ++clicked;
                if (triggered.isEmpty())
                    idle.append(u"not triggered: "_s + name);
                else
                    m_done.insert(name);
                QTest::qWait(1); // answers come through the event loop
                if (state(true) == before)
                    idle.append(u"nothing is seen of "_s + name);
            }
        }
        idle.removeDuplicates();
        QVERIFY(clicked > 15);
        QVERIFY2(idle.isEmpty(), qPrintable(idle.join(u'\n')));
    }

    void everyButtonOfAPage_data() { pages(); }
    void everyButtonOfAPage()
    {
        QFETCH(QString, page);
        begin(page);
        m_gui->window->currentPage()->warn(u"a line with its button"_s);
        clickButtons([&]() -> QWidget * {
            begin(page);
            m_gui->window->currentPage()->warn(u"a line with its button"_s);
            QCoreApplication::processEvents();
            return m_gui->window.get();
        });
    }

    void everyButtonOfADialog_data()
    {
        QTest::addColumn<int>("stop");
        for (qsizetype i = 0; i < Tour::dialogs().size(); ++i)
            if (Tour::dialogs()[i].object != QByteArrayView("savePictureDialog"))
                QTest::newRow(Tour::dialogs()[i].name) << int(i);
    }
    void everyButtonOfADialog()
    {
        QFETCH(int, stop);
        clickButtons([&]() -> QWidget * {
            begin(u"connections"_s);
            QWidget *dialog = m_gui->show(Tour::dialogs()[stop]);
            for (auto *field : dialog ? dialog->findChildren<QLineEdit *>() : QList<QLineEdit *>()) {
                if (field->objectName() == u"link"_s)
                    field->setText(u"mailhelm://mx2.example.org/?pin=x&token=y"_s);
                else if (field->objectName() == u"reason"_s)
                    field->setText(u"a test"_s);
                else if (field->objectName() == u"typedCount"_s)
                    field->setText(QString::number(m_gui->chosen().size()));
                else if (dialog->objectName() == u"filterNameDialog"_s)
                    field->setText(u"mine"_s);
                else if (field->objectName() == u"file"_s)
                    field->setText(m_gui->home.filePath(u"out.csv"_s));
            }
            return dialog;
        });
    }

    /// What was greyed out everywhere was not tried by any of the above.
    void nothingWasLeftOut()
    {
        // Need what a round through the pages does not make: tested where they are at home.
        const QSet<QString> elsewhere { u"Live"_s, u"backAction"_s, u"showSessionsAction"_s };
        if (m_seen.isEmpty())
            QSKIP("runs after the others");
        QStringList left = (m_seen - m_done - elsewhere).values();
        left.sort();
        left.removeIf([](const QString &name) { return name.isEmpty(); });
        QVERIFY2(left.isEmpty(), qPrintable(left.join(u'\n')));
    }

private:
    static void pages()
    {
        QTest::addColumn<QString>("page");
        for (const char *page :
            { "overview", "connections", "webmail", "online", "inactive", "deleted", "history", "audit", "sources" })
            QTest::newRow(page) << QString::fromLatin1(page);
    }
    void begin(const QString &page)
    {
        end();
        m_gui = std::make_unique<Tour>();
        m_gui->begin();
        QGuiApplication::clipboard()->clear();
        m_gui->backend.act(RowAction::Disable, { { 1, 1 } }, {}, m_gui->window.get(),
            [](const QList<RowOutcome> &) {}); // to be undone
        m_gui->goTo(page);
        if (auto *table = m_gui->shown(); table && table->model().rowCount() > 1) {
            table->setFilterText(u"example.org"_s); // all of them, but there is something to clear and to keep
            table->view().horizontalHeader()->resizeSection(0, 321);
            m_gui->goTo(page);
        }
        QCoreApplication::processEvents();
    }
    void end()
    {
        if (m_gui)
            m_gui->closeAll();
        m_gui.reset();
    }
    bool isToBeClicked(const QAction &action)
    {
        if (action.isSeparator() || action.menu() || !action.isEnabled() || !action.isVisible()) {
            if (action.isSeparator() || action.menu())
                m_done.insert(nameOf(&action));
            return false;
        }
        // What is chosen already changes nothing.
        const bool chosen = action.isChecked() && action.actionGroup() && action.actionGroup()->isExclusive();
        const bool here = m_gui->window->currentPage()->title() == action.text();
        return !chosen && !here;
    }

    /// All that can be seen, and what was asked of the rest of the console.
    QString state(bool withFocus)
    {
        QStringList parts;
        const auto look = [&parts](const QWidget *widget) {
            QString text;
            if (const auto *label = qobject_cast<const QLabel *>(widget))
                text = label->text();
            else if (const auto *button = qobject_cast<const QAbstractButton *>(widget))
                text = button->text() + (button->isChecked() ? u'x' : u' ');
            else if (const auto *field = qobject_cast<const QLineEdit *>(widget))
                text = field->text();
            else if (const auto *box = qobject_cast<const QComboBox *>(widget))
                text = box->currentText();
            else if (const auto *edit = qobject_cast<const QPlainTextEdit *>(widget))
                text = edit->toPlainText();
            else if (const auto *tabs = qobject_cast<const QTabBar *>(widget))
                text = QString::number(tabs->currentIndex());
            else if (const auto *header = qobject_cast<const QHeaderView *>(widget))
                text = QString::fromLatin1(header->saveState().toHex());
            else if (const auto *bar = qobject_cast<const QStatusBar *>(widget))
                text = bar->currentMessage();
            parts.append(widget->objectName() + u'=' + text);
        };
        for (QWidget *top : QApplication::topLevelWidgets()) {
            if (!top->isVisible() || qobject_cast<QMenu *>(top))
                continue;
            look(top);
            for (const QWidget *widget : top->findChildren<QWidget *>())
                if (widget->isVisible())
                    look(widget);
        }
        for (const QAction *action : m_gui->window->findChildren<QAction *>())
            if (action->isCheckable())
                parts.append(action->isChecked() ? u"1"_s : u"0"_s);
        if (TablePage *table = m_gui->shown())
            parts.append(QString::number(table->selection().count()));
        m_gui->settings->sync();
        for (const QString &key : m_gui->settings->allKeys())
            parts.append(key + m_gui->settings->value(key).toString());
        const FakeBackend &backend = m_gui->backend;
        for (const qsizetype count :
            { backend.m_acts.size(), backend.m_refreshes.size(), backend.m_reconnects.size(), backend.m_added.size(),
                backend.m_compared.size(), backend.m_histories.size(), backend.servers().size() })
            parts.append(QString::number(count));
        for (const auto &[table, interval] : backend.m_intervals)
            parts.append(QString::number(interval.value_or(-1)));
        parts.append(QGuiApplication::clipboard()->text());
        if (withFocus && QApplication::focusWidget())
            parts.append(QApplication::focusWidget()->objectName());
        return parts.join(u'\n');
    }

    template<typename Open>
    void clickButtons(Open open)
    {
        QStringList idle;
        int clicked = 0;
        for (int number = 0;; ++number) {
            QWidget *root = open();
            QVERIFY(root);
            QList<QAbstractButton *> buttons;
            for (QAbstractButton *button : root->findChildren<QAbstractButton *>())
                if (button->isVisible() && !button->objectName().startsWith(u"qt_"_s)
                    && !qobject_cast<QLineEdit *>(button->parentWidget()))
                    buttons.append(button);
            if (number >= buttons.size())
                break;
            QAbstractButton *button = buttons[number];
            const auto *tool = qobject_cast<QToolButton *>(button);
            const auto *radio = qobject_cast<QRadioButton *>(button);
            if (!button->isEnabled() || (tool && tool->menu()) || (radio && radio->isChecked()))
                continue; // menus have their own test
            const QString name = button->objectName() + u' ' + button->text();
            const QString before = state(false);
            // A box is as wide as its place, but takes clicks on itself and its text only.
            const bool boxed = button->isCheckable() && !tool;
            QTest::mouseClick(button, Qt::LeftButton, Qt::NoModifier,
                boxed ? QPoint(8, button->height() / 2) : button->rect().center());
            QTest::qWait(1);
            ++clicked;
            if (state(false) == before)
                idle.append(name);
        }
        QVERIFY(clicked > 0);
        QVERIFY2(idle.isEmpty(), qPrintable(u"nothing is seen of "_s + idle.join(u", "_s)));
    }

    std::unique_ptr<Tour> m_gui;
    QSet<QString> m_seen;
    QSet<QString> m_done;
};

QTEST_MAIN(TestActions)
#include "tst_actions.moc"
