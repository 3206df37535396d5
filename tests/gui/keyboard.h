// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QMenuBar>
#include <QTest>
#include <QWindow>

/// A keyboard, and a desktop that has no mouse. What is pressed goes to the window that is active, as the desktop sends
/// it: popups, shortcuts and mnemonics have their turn before the widget that has the focus.
namespace mailhelm::keyboard
{

/// As a window manager does: a window that goes gives the focus back to the one below.
inline QWidget *activeWindow()
{
    QWidget *wanted = QApplication::activeModalWidget();
    if (!wanted)
        for (QWidget *widget : QApplication::topLevelWidgets())
            if (widget->isVisible() && (widget->windowType() == Qt::Window || widget->windowType() == Qt::Dialog))
                wanted = widget;
    if (wanted && QApplication::activeWindow() != wanted) {
        QApplication::setActiveWindow(wanted);
        QCoreApplication::processEvents();
    }
    return wanted;
}

inline QWidget *focus()
{
    activeWindow();
    return QApplication::focusWidget();
}

inline void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    QWidget *window = activeWindow();
    QVERIFY2(window && window->windowHandle(), "no window is open");
    QTest::keyClick(window->windowHandle(), key, modifiers);
    QCoreApplication::processEvents();
}

inline void type(const QString &text)
{
    for (const QChar letter : text) {
        QWidget *window = activeWindow();
        QVERIFY2(window && window->windowHandle(), "no window is open");
        QTest::keyClick(window->windowHandle(), letter.toLatin1());
    }
    QCoreApplication::processEvents();
}

/// The letter that is underlined in a text; 0: none is.
inline QChar mnemonicOf(const QString &text)
{
    for (qsizetype i = 0; i + 1 < text.size(); ++i) {
        if (text[i] != u'&')
            continue;
        if (text[i + 1] != u'&')
            return text[i + 1].toUpper();
        ++i;
    }
    return {};
}

inline void pressMnemonic(const QString &text, Qt::KeyboardModifiers modifiers)
{
    const QChar letter = mnemonicOf(text);
    QVERIFY2(!letter.isNull(), qPrintable(QStringLiteral("no letter is underlined in ") + text));
    press(Qt::Key(letter.unicode()), modifiers);
}

/// The first action whose text without its mnemonic starts so; only those that are seen.
inline QAction *actionIn(const QWidget *menu, const QString &start)
{
    for (QAction *action : menu->actions())
        if (action->isVisible() && action->text().remove(u'&').startsWith(start))
            return action;
    return nullptr;
}

/// Opens a menu of the menu bar by its underlined letter, then chooses below it by theirs, or by the arrows where an
/// entry has none.
inline void choose(QMenuBar *bar, const QStringList &path)
{
    QAction *top = actionIn(bar, path.first());
    QVERIFY2(top, qPrintable(path.first()));
    pressMnemonic(top->text(), Qt::AltModifier);
    for (const QString &start : path.mid(1)) {
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY2(menu, qPrintable(QStringLiteral("no menu is open for ") + start));
        QAction *action = actionIn(menu, start);
        QVERIFY2(action, qPrintable(QStringLiteral("the menu has no ") + start));
        QVERIFY2(action->isEnabled(), qPrintable(action->text()));
        if (!mnemonicOf(action->text()).isNull()) {
            pressMnemonic(action->text(), Qt::NoModifier);
            continue;
        }
        for (qsizetype i = 0; i <= menu->actions().size() && menu->activeAction() != action; ++i)
            press(Qt::Key_Down);
        QCOMPARE(menu->activeAction(), action);
        press(Qt::Key_Return);
    }
}

} // namespace mailhelm::keyboard
