// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/busyhands.h"

#include "models/rowselection.h"
#include "tests/bench/exactview.h"
#include "tests/bench/stallmeter.h"
#include "views/connectionspage.h"
#include "views/filterfield.h"
#include "views/mainwindow.h"
#include "views/rowsview.h"
#include "views/toolrow.h"

#include <QDialog>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollBar>
#include <QTest>
#include <QWindow>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qsizetype Selected = 50'000;

} // namespace

const BusyHands::Step BusyHands::Round[] = {
    { "typing a", &BusyHands::typeA },
    { "typing al", &BusyHands::typeL },
    { "typing ali", &BusyHands::typeI },
    { "scrolling a filtered table", &BusyHands::scrollPage },
    { "clearing the filter", &BusyHands::escapeFilter },
    { "sorting", &BusyHands::sortNext },
    { "clicking a row", &BusyHands::clickRow },
    { "page down", &BusyHands::pageDown },
    { "end", &BusyHands::end },
    { "shift page up", &BusyHands::selectUp },
    { "select all", &BusyHands::selectAll },
    { "sorting all selected", &BusyHands::sortNext },
    { "home", &BusyHands::home },
    { "scrolling", &BusyHands::scrollHalf },
    { "filter by age", &BusyHands::filterByAge },
    { "no filter", &BusyHands::noFilter },
    { "home", &BusyHands::home },
    { "pressing Shift", &BusyHands::holdShift },
    { "selecting 50,000 rows", &BusyHands::clickLast },
    { "releasing Shift", &BusyHands::releaseShift },
    { "looking at 50,000 selected", &BusyHands::look },
    { "looking at 50,000 selected", &BusyHands::look },
    { "sorting 50,000 selected", &BusyHands::sortNext },
    { "scrolling 50,000 selected", &BusyHands::scrollHalf },
    { "looking at 50,000 selected", &BusyHands::look },
    { "typing a, 50,000 selected", &BusyHands::typeA },
    { "typing al, 50,000 selected", &BusyHands::typeL },
    { "typing ali, 50,000 selected", &BusyHands::typeI },
    { "looking at those selected", &BusyHands::checkTyped },
    { "clearing the filter", &BusyHands::escapeFilter },
    { "scrolling", &BusyHands::scrollHalf },
    { "choosing one to drop", &BusyHands::clickVictim },
    { "asking to drop it", &BusyHands::askDrop },
    { "reading the question", &BusyHands::look },
    { "dropping it", &BusyHands::confirmDrop },
    { "watching it go", &BusyHands::look }, // a real agent looks once a second whether it went
    { "watching it go", &BusyHands::look },
    { "watching it go", &BusyHands::look },
    { "watching it go", &BusyHands::look },
    { "watching it go", &BusyHands::look },
    { "watching it go", &BusyHands::look },
    { "watching it go", &BusyHands::look },
    { "seeing it gone", &BusyHands::checkDropped },
};

int BusyHands::stepsOfARound()
{
    return int(std::size(Round));
}

BusyHands::BusyHands(MainWindow &window, StallMeter &meter, ExactView &exact)
    : m_window(window)
    , m_page(*window.connectionsPage())
    , m_view(m_page.view())
    , m_meter(meter)
    , m_exact(exact)
{
}

void BusyHands::act()
{
    const Step &step = Round[m_step++ % stepsOfARound()];
    m_meter.m_doing = step.doing;
    (this->*step.act)();
}

// ------------------------------------------------------------------------------------------------ hands

void BusyHands::key(Qt::Key code, const QString &text, Qt::KeyboardModifiers modifiers)
{
    QWindow *to = QApplication::activeModalWidget() ? QApplication::activeModalWidget()->windowHandle()
                                                    : m_window.windowHandle();
    qt_handleKeyEvent(to, QEvent::KeyPress, code, modifiers, text);
    qt_handleKeyEvent(to, QEvent::KeyRelease, code, modifiers, text);
}

void BusyHands::click(QWidget &to, QPoint place, Qt::KeyboardModifiers modifiers)
{
    QWindow *window = to.window()->windowHandle();
    const QPointF local = to.mapTo(to.window(), QPointF(place));
    const QPointF global = to.mapToGlobal(QPointF(place));
    // As a hand: a double click is none of these.
    static int stamp = 0;
    stamp += 10'000;
    qt_handleMouseEvent(
        window, local, global, Qt::LeftButton, Qt::LeftButton, QEvent::MouseButtonPress, modifiers, stamp);
    qt_handleMouseEvent(
        window, local, global, Qt::NoButton, Qt::LeftButton, QEvent::MouseButtonRelease, modifiers, stamp + 50);
}

void BusyHands::clickRowAt(int row, Qt::KeyboardModifiers modifiers)
{
    click(*m_view.viewport(), QPoint(300, m_view.rowViewportPosition(row) + 5), modifiers);
}

// ------------------------------------------------------------------------------------------------ what they do

void BusyHands::typeA()
{
    m_exact.selectionNarrows();
    m_page.toolRow().filter().setFocus();
    key(Qt::Key_A, u"a"_s);
}

void BusyHands::typeL()
{
    key(Qt::Key_L, u"l"_s);
}

void BusyHands::typeI()
{
    key(Qt::Key_I, u"i"_s);
}

void BusyHands::checkTyped()
{
    m_exact.selectionNarrowedTo("ali");
}

void BusyHands::escapeFilter()
{
    key(Qt::Key_Escape);
}

void BusyHands::scrollPage()
{
    m_view.verticalScrollBar()->triggerAction(QScrollBar::SliderPageStepAdd);
}

void BusyHands::scrollHalf()
{
    m_view.verticalScrollBar()->setValue(m_view.verticalScrollBar()->maximum() / 2);
}

void BusyHands::sortNext()
{
    static constexpr int columns[]
        = { connections::User, connections::ClientAddress, connections::Service, connections::Since };
    QHeaderView *header = m_view.horizontalHeader();
    const int column = columns[m_sorts++ % 4];
    click(*header->viewport(), QPoint(header->sectionViewportPosition(column) + 20, header->height() / 2));
}

void BusyHands::clickRow()
{
    m_exact.expectAnySelection();
    click(*m_view.viewport(), QPoint(300, 200));
}

void BusyHands::pageDown()
{
    m_view.setFocus();
    key(Qt::Key_PageDown);
}

void BusyHands::end()
{
    key(Qt::Key_End);
}

void BusyHands::selectUp()
{
    key(Qt::Key_PageUp, {}, Qt::ShiftModifier);
}

void BusyHands::selectAll()
{
    key(Qt::Key_A, {}, Qt::ControlModifier);
}

void BusyHands::home()
{
    m_view.setFocus();
    key(Qt::Key_Home);
}

void BusyHands::filterByAge()
{
    m_page.setFilterText(u"since>1h"_s);
}

void BusyHands::noFilter()
{
    m_page.setFilterText(QString());
}

void BusyHands::holdShift()
{
    qt_handleKeyEvent(m_window.windowHandle(), QEvent::KeyPress, Qt::Key_Shift, Qt::ShiftModifier);
}

/// The rows stand still while Shift is down: from the current one to the 50,000th that is there.
void BusyHands::clickLast()
{
    m_exact.expectAnySelection();
    const TableModel &model = m_page.model();
    int last = m_view.currentRow();
    if (last < 0)
        return; // the row at the top went between Home and Shift
    {
        const Aside aside(m_meter);
        QSet<RowKey> chosen;
        for (; last < model.rowCount() && chosen.size() < Selected; ++last)
            if (!model.isGone(last))
                chosen.insert(model.keyAt(last));
        m_exact.expectSelection(chosen, Selected);
    }
    m_view.verticalScrollBar()->setValue(last - 6);
    clickRowAt(last - 1, Qt::ShiftModifier);
}

void BusyHands::releaseShift()
{
    qt_handleKeyEvent(m_window.windowHandle(), QEvent::KeyRelease, Qt::Key_Shift, Qt::NoModifier);
}

void BusyHands::look() { }

/// One on the screen that will be there for a while: the simulated ones with high ids came last.
void BusyHands::clickVictim()
{
    m_exact.expectAnySelection();
    const TableModel &model = m_page.model();
    const auto [first, last] = m_view.visibleRows();
    int best = first;
    for (int row = first; row < last; ++row)
        if (!model.isGone(row) && (model.isGone(best) || model.keyAt(row).id > model.keyAt(best).id))
            best = row;
    clickRowAt(best);
}

void BusyHands::askDrop()
{
    const QSet<RowKey> &selected = m_page.selection().keys();
    m_victim = selected.size() == 1 ? *selected.begin() : RowKey();
    m_dropsBefore = m_dropsAsked ? m_dropsAsked().size() : 0;
    key(Qt::Key_Delete);
}

void BusyHands::confirmDrop()
{
    const auto *dialog = m_window.findChild<QDialog *>(u"dropDialog"_s);
    auto *button = dialog ? dialog->findChild<QPushButton *>(u"do"_s) : nullptr;
    if (button && button->isEnabled())
        click(*button, button->rect().center());
    else
        m_victim = {}; // it had ended by itself
}

void BusyHands::checkDropped()
{
    if (auto *dialog = m_window.findChild<QDialog *>(u"dropDialog"_s))
        dialog->close();
    m_window.activateWindow(); // as a window manager does after a dialog
    if (m_victim.id == 0)
        return;
    bool asked = true;
    if (m_dropsAsked)
        asked = m_dropsAsked().mid(m_dropsBefore) == QList<QList<RowKey>> { { m_victim } };
    m_exact.checkDropped(m_victim, asked);
}

} // namespace mailhelm
