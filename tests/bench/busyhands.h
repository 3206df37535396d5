// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

class QWindow;

namespace mailhelm
{

class ConnectionsPage;
class ExactView;
class MainWindow;
class RowsView;
class StallMeter;

/// An administrator who never rests, at the page Active connections: types into the filter, sorts, scrolls, selects
/// 50,000 rows, drops one. Mouse and keys go through the window system, as a hand's do. Tells the meter what is done,
/// and the exactness' keeper what is to be seen afterwards.
class BusyHands : public QObject
{
public:
    /// All three outlive it.
    BusyHands(MainWindow &window, StallMeter &meter, ExactView &exact);

    void act(); ///< the next thing
    [[nodiscard]] static int stepsOfARound();

    /// What a backend was asked to drop so far, where it can tell.
    std::function<QList<QList<RowKey>>()> m_dropsAsked;

private:
    struct Step {
        const char *doing;
        void (BusyHands::*act)();
    };
    static const Step Round[];

    void typeA();
    void typeL();
    void typeI();
    void escapeFilter();
    void scrollPage();
    void scrollHalf();
    void sortNext();
    void clickRow();
    void pageDown();
    void end();
    void selectUp();
    void selectAll();
    void home();
    void filterByAge();
    void noFilter();
    void holdShift();
    void clickLast();
    void releaseShift();
    void look();
    void checkTyped();
    void clickVictim();
    void askDrop();
    void confirmDrop();
    void checkDropped();

    void key(Qt::Key code, const QString &text = {}, Qt::KeyboardModifiers modifiers = {});
    void click(QWidget &to, QPoint place, Qt::KeyboardModifiers modifiers = {});
    void clickRowAt(int row, Qt::KeyboardModifiers modifiers = {});

    MainWindow &m_window;
    ConnectionsPage &m_page;
    RowsView &m_view;
    StallMeter &m_meter;
    ExactView &m_exact;
    int m_step = 0;
    int m_sorts = 0;
    RowKey m_victim;
    qsizetype m_dropsBefore = 0;
};

} // namespace mailhelm
