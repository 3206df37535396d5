// SPDX-License-Identifier: GPL-3.0-or-later
// What must be true of every page and every dialog for those who work by keys alone.
#include "tests/gui/keyboard.h"
#include "tests/gui/tour.h"

#include "app/console/texts.h"
#include "views/detailspane.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QRadioButton>
#include <QTabBar>
#include <QToolButton>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

QString nameOf(const QWidget *widget)
{
    QString text;
    if (const auto *button = qobject_cast<const QAbstractButton *>(widget))
        text = button->text().isEmpty() ? button->accessibleName() : button->text();
    return u"%1 “%2” %3"_s.arg(QLatin1StringView(widget->metaObject()->className()), widget->objectName(), text);
}

/// What somebody with a mouse could use.
bool isControl(const QWidget *widget)
{
    if (!widget->isVisible() || !widget->isEnabled() || widget->objectName().startsWith(u"qt_"_s))
        return false;
    // Parts of others: a field in its box, the cross in a field, arrows of tabs; a header is used through the menus.
    const QWidget *parent = widget->parentWidget();
    if (qobject_cast<const QAbstractSpinBox *>(parent) || qobject_cast<const QComboBox *>(parent)
        || qobject_cast<const QLineEdit *>(parent) || qobject_cast<const QTabBar *>(parent)
        || qobject_cast<const QHeaderView *>(widget))
        return false;
    return qobject_cast<const QAbstractButton *>(widget) || qobject_cast<const QLineEdit *>(widget)
        || qobject_cast<const QComboBox *>(widget) || qobject_cast<const QAbstractSpinBox *>(widget)
        || qobject_cast<const QAbstractItemView *>(widget) || qobject_cast<const QPlainTextEdit *>(widget)
        || qobject_cast<const QTabBar *>(widget) || widget->objectName() == u"plot"_s;
}

QList<QWidget *> controls(const QWidget *root)
{
    QList<QWidget *> all;
    for (QWidget *widget : root->findChildren<QWidget *>())
        if (isControl(widget))
            all.append(widget);
    return all;
}

QImage pictureOf(QWidget *widget)
{
    return widget->grab().toImage();
}

} // namespace

class TestReach : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
        m_gui = std::make_unique<Tour>();
        QApplication::setCursorFlashTime(0);
    }
    void cleanup()
    {
        m_gui->closeAll();
        m_gui.reset();
        m_texts.choose(u"en"_s);
    }

    void everyControlOfAPage_data()
    {
        QTest::addColumn<QString>("page");
        for (const char *page :
            { "overview", "connections", "webmail", "online", "inactive", "deleted", "history", "audit", "sources" })
            QTest::newRow(page) << QString::fromLatin1(page);
    }
    void everyControlOfAPage()
    {
        QFETCH(QString, page);
        m_gui->begin();
        QCOMPARE(m_gui->pages().size(), 9); // all of them stand above
        m_gui->goTo(page);
        if (!m_gui->window->detailsPane()->isVisible())
            keyboard::press(Qt::Key_F4);
        QTRY_VERIFY(m_gui->window->detailsPane()->isVisible());
        QTest::qWait(150); // the details follow a moment later
        m_gui->window->currentPage()->warn(u"a line with its button"_s);
        m_gui->window->currentPage()->takeFocus();
        const QList<QWidget *> walked = walk();
        QList<QWidget *> reached = walked;
        // F6 goes round the panes, and Tab on from there.
        for (int pane = 0; pane < 4; ++pane) {
            keyboard::press(Qt::Key_F6);
            QVERIFY(keyboard::focus());
            reached += walk();
        }
        expectAll(m_gui->window.get(), reached);
    }

    void everyControlOfADialog_data()
    {
        QTest::addColumn<int>("stop");
        for (qsizetype i = 0; i < Tour::dialogs().size(); ++i)
            if (Tour::dialogs()[i].object != QByteArrayView("savePictureDialog")) // Qt's own
                QTest::newRow(Tour::dialogs()[i].name) << int(i);
    }
    void everyControlOfADialog()
    {
        QFETCH(int, stop);
        m_gui->begin();
        keyboard::press(Qt::Key_Shift); // who opened it has a hand at the keys
        QWidget *dialog = m_gui->show(Tour::dialogs()[stop]);
        QVERIFY(dialog);
        QCOMPARE(keyboard::activeWindow(), dialog);
        QWidget *first = keyboard::focus();
        QVERIFY2(first && dialog->isAncestorOf(first), "the keyboard is not in the dialog");
        const QList<QWidget *> walked = walk();
        expectAll(dialog, walked);
        // As the eye goes: down, and from left to right. Where the dangerous button is, the harmless one has the first
        // turn.
        const bool asks = dialog->findChild<QPushButton *>(u"do"_s) != nullptr;
        int turns = 0; // from the bottom to the top: once in a round
        for (qsizetype i = 1; i < walked.size() && !asks && !qobject_cast<QMessageBox *>(dialog); ++i) {
            const auto place
                = [dialog](QWidget *widget) { return QRect(widget->mapTo(dialog, QPoint()), widget->size()); };
            const QRect before = place(walked[i - 1]);
            const QRect after = place(walked[i]);
            const bool again = walked[i] == walked.first();
            const bool inTheButtons = qobject_cast<QDialogButtonBox *>(walked[i]->parentWidget());
            turns += after.bottom() < before.top() ? 1 : 0;
            QVERIFY2(again || inTheButtons || turns < 2,
                qPrintable(nameOf(walked[i - 1]) + u" is before "_s + nameOf(walked[i])));
        }
        // Esc leaves it, and the keyboard is where it was.
        keyboard::press(Qt::Key_Escape);
        QTRY_VERIFY(!m_gui->opened<QWidget>(Tour::dialogs()[stop].object));
        QWidget *after = keyboard::focus();
        QVERIFY2(after && m_gui->window->isAncestorOf(after) && after->isVisible(), "the focus is lost");
    }

    void emptyPagesHaveAWayOut_data() { everyControlOfAPage_data(); }
    void emptyPagesHaveAWayOut()
    {
        QFETCH(QString, page);
        m_gui->settings->setValue(u"window/tab"_s, page);
        m_gui->open();
        QVERIFY(m_gui->backend.servers().isEmpty());
        m_gui->goTo(page);
        QWidget *focus = keyboard::focus();
        QVERIFY(focus);
        QCOMPARE(focus->objectName(), u"emptyField"_s);
        keyboard::press(Qt::Key_Return);
        QTRY_VERIFY(m_gui->opened<QWidget>("addServerDialog"));
        keyboard::press(Qt::Key_Escape);
        QTRY_VERIFY(!m_gui->opened<QWidget>("addServerDialog"));
        QCOMPARE(keyboard::focus(), focus);
        expectAll(m_gui->window.get(), walk() + walkPanes());
    }

    void noKeyMeansTwoThings_data() { languages(); }
    void noKeyMeansTwoThings()
    {
        QFETCH(QString, language);
        QVERIFY(m_texts.choose(language));
        m_gui->begin();
        for (const QString &page : m_gui->pages()) {
            m_gui->goTo(page);
            QHash<QKeySequence, QAction *> keys;
            for (QAction *action : m_gui->window->findChildren<QAction *>()) {
                if (!action->isEnabled() || !isAtHand(action))
                    continue;
                for (const QKeySequence &key : action->shortcuts()) {
                    if (key.isEmpty())
                        continue;
                    QAction *other = keys.value(key);
                    QVERIFY2(!other || other == action,
                        qPrintable(u"%1: %2 is %3 and %4"_s.arg(
                            page, key.toString(), action->text(), other ? other->text() : QString())));
                    keys.insert(key, action);
                }
            }
            QVERIFY(keys.size() > 12);
        }
    }

    void noLetterTwiceInAMenu_data() { languages(); }
    void noLetterTwiceInAMenu()
    {
        QFETCH(QString, language);
        QVERIFY(m_texts.choose(language));
        m_gui->begin();
        QStringList twice;
        int seen = 0;
        for (const QString &page : m_gui->pages()) {
            for (const Tour::Menu &menu : m_gui->menusOf(page)) {
                QHash<QChar, QString> letters;
                for (const QAction *action : menu.menu->actions()) {
                    const QChar letter = keyboard::mnemonicOf(action->text());
                    if (letter.isNull() || !action->isVisible())
                        continue;
                    ++seen;
                    if (letters.contains(letter))
                        twice.append(u"%1: %2 and %3"_s.arg(menu.name, letters[letter], action->text()));
                    letters.insert(letter, action->text());
                }
            }
            m_gui->closeAll();
        }
        QVERIFY(seen > 100);
        twice.removeDuplicates();
        QVERIFY2(twice.isEmpty(), qPrintable(u'\n' + twice.join(u'\n')));
    }

    void noLetterTwiceInADialog_data() { languages(); }
    void noLetterTwiceInADialog()
    {
        QFETCH(QString, language);
        QVERIFY(m_texts.choose(language));
        m_gui->begin();
        QStringList twice;
        int seen = 0;
        for (const Tour::Stop &stop : Tour::dialogs()) {
            if (stop.object == QByteArrayView("savePictureDialog"))
                continue;
            QWidget *dialog = m_gui->show(stop);
            QVERIFY2(dialog, stop.name);
            QHash<QChar, QString> letters;
            for (const QWidget *widget : dialog->findChildren<QWidget *>()) {
                QString text;
                if (const auto *button = qobject_cast<const QAbstractButton *>(widget))
                    text = button->text();
                else if (const auto *label = qobject_cast<const QLabel *>(widget); label && label->buddy())
                    text = label->text();
                const QChar letter = keyboard::mnemonicOf(text);
                if (letter.isNull() || !widget->isVisible())
                    continue;
                ++seen;
                if (letters.contains(letter))
                    twice.append(u"%1: %2 and %3"_s.arg(QLatin1StringView(stop.name), letters[letter], text));
                letters.insert(letter, text);
            }
            m_gui->closeAll();
        }
        QVERIFY(seen > 30);
        QVERIFY2(twice.isEmpty(), qPrintable(u'\n' + twice.join(u'\n')));
    }

private:
    static void languages()
    {
        QTest::addColumn<QString>("language");
        QTest::newRow("English") << u"en"_s;
        QTest::newRow("German") << u"de"_s;
    }

    /// Whether its key would be heard now: an action of another page is not.
    bool isAtHand(const QAction *action) const
    {
        for (const QObject *object : action->associatedObjects()) {
            const auto *widget = qobject_cast<const QWidget *>(object);
            const auto *menu = qobject_cast<const QMenu *>(object);
            if (menu && action->shortcutContext() != Qt::WidgetShortcut)
                for (const QAction *top : m_gui->window->menuBar()->actions())
                    if (top->menu() == menu)
                        return true;
            if (!menu && widget && widget->isVisible()
                && (action->shortcutContext() != Qt::WidgetShortcut || widget->hasFocus()))
                return true;
        }
        return false;
    }

    /// By Tab until it comes round; each must show that it has the focus.
    QList<QWidget *> walk()
    {
        QList<QWidget *> visited;
        QWidget *start = keyboard::focus();
        if (!start)
            return visited;
        QWidget *at = start;
        do {
            visited.append(at);
            QWidget *const before = at;
            const QImage focused = pictureOf(before);
            keyboard::press(Qt::Key_Tab);
            at = keyboard::focus();
            if (!at) {
                QTest::qFail(qPrintable(u"Tab leads nowhere from "_s + nameOf(before)), __FILE__, __LINE__);
                break;
            }
            // The parts of a date come one after the other.
            for (int part = 0; at == before && qobject_cast<QAbstractSpinBox *>(at) && part < 6; ++part) {
                keyboard::press(Qt::Key_Tab);
                at = keyboard::focus();
            }
            if (at == before) {
                if (visited.size() > 1)
                    QTest::qFail(qPrintable(u"Tab does not leave "_s + nameOf(before)), __FILE__, __LINE__);
                break;
            }
            // A dialog's default button looks as if it had the focus whenever Enter would press it.
            const auto *button = qobject_cast<QPushButton *>(before);
            if (before->isVisible() && focused == pictureOf(before) && !(button && button->isDefault()))
                QTest::qFail(qPrintable(u"the focus is not seen at "_s + nameOf(before)), __FILE__, __LINE__);
        } while (!visited.contains(at) && visited.size() < 200);
        return visited;
    }
    QList<QWidget *> walkPanes()
    {
        QList<QWidget *> visited;
        for (int pane = 0; pane < 3; ++pane) {
            keyboard::press(Qt::Key_F6);
            visited += walk();
        }
        return visited;
    }

    static void expectAll(const QWidget *root, const QList<QWidget *> &reached)
    {
        QStringList missed;
        for (QWidget *control : controls(root)) {
            bool found = reached.contains(control);
            // The arrows go through the choices of a group.
            if (const auto *radio = qobject_cast<const QRadioButton *>(control))
                for (QWidget *other : reached)
                    found = found || (qobject_cast<QRadioButton *>(other) && other->parent() == radio->parent());
            if (!found)
                missed.append(nameOf(control));
        }
        QVERIFY2(missed.isEmpty(), qPrintable(u"not reached: "_s + missed.join(u", "_s)));
    }

    Texts m_texts;
    std::unique_ptr<Tour> m_gui;
};

QTEST_MAIN(TestReach)
#include "tst_reach.moc"
