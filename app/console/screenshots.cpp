// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/screenshots.h"

#include "models/rowselection.h"
#include "views/connectionspage.h"
#include "views/contraststyle.h"
#include "views/detailspane.h"
#include "views/mainwindow.h"
#include "views/rowsview.h"

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QIcon>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QPalette>
#include <QPixmap>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr int WaitSteps = 60; ///< of 250 ms, for the first rows

} // namespace

void applyPalette(bool dark)
{
    QApplication::setStyle(new ContrastStyle);
    QPalette palette;
    const auto both = [&palette](QPalette::ColorRole role, const QColor &colour) { palette.setColor(role, colour); };
    const QColor text = dark ? QColor(0xe6, 0xe6, 0xe6) : QColor(0x1d, 0x1f, 0x21);
    const QColor window = dark ? QColor(0x2a, 0x2d, 0x30) : QColor(0xef, 0xef, 0xef);
    const QColor base = dark ? QColor(0x1d, 0x1f, 0x21) : QColor(0xff, 0xff, 0xff);
    for (const QPalette::ColorRole role :
        { QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText })
        both(role, text);
    both(QPalette::Window, window);
    both(QPalette::Button, window);
    both(QPalette::Base, base);
    both(QPalette::AlternateBase, dark ? QColor(0x25, 0x28, 0x2b) : QColor(0xf6, 0xf6, 0xf6));
    both(QPalette::ToolTipBase, base);
    both(QPalette::Highlight, dark ? QColor(0x2f, 0x6f, 0xa8) : QColor(0x30, 0x8c, 0xc6));
    both(QPalette::HighlightedText, QColor(0xff, 0xff, 0xff));
    both(QPalette::Light, window.lighter(dark ? 130 : 110));
    both(QPalette::Midlight, window.lighter(dark ? 115 : 105));
    both(QPalette::Dark, window.darker(150));
    both(QPalette::Mid, window.darker(125));
    both(QPalette::Shadow, QColor(0, 0, 0));
    QColor faint = text;
    faint.setAlpha(128);
    palette.setColor(QPalette::PlaceholderText, faint);
    for (const QPalette::ColorRole role : { QPalette::WindowText, QPalette::Text, QPalette::ButtonText })
        palette.setColor(QPalette::Disabled, role, dark ? QColor(0x80, 0x80, 0x80) : QColor(0x96, 0x96, 0x96));
    QApplication::setPalette(palette);
    QIcon::setThemeName(dark ? u"breeze-dark"_s : u"breeze"_s);
}

Screenshots::Screenshots(Backend &backend, MainWindow &window, const QString &directory, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_window(window)
    , m_directory(directory)
{
    m_timer.setInterval(250ms);
}

void Screenshots::start()
{
    m_directory.mkpath(u"."_s);
    makeSteps();
    connect(&m_timer, &QTimer::timeout, this, &Screenshots::waitForRows);
    m_timer.start();
}

void Screenshots::waitForRows()
{
    const QList<ServerStatus> servers = m_backend.servers();
    const bool live = std::all_of(
        servers.begin(), servers.end(), [](const ServerStatus &server) { return server.state == LinkState::Live; });
    const bool rows = m_backend.rowCount(TableId::Connections, std::nullopt) > 0;
    if (++m_waited < WaitSteps && !servers.isEmpty() && !(live && rows && m_waited > 4))
        return;
    disconnect(&m_timer, &QTimer::timeout, this, &Screenshots::waitForRows);
    connect(&m_timer, &QTimer::timeout, this, &Screenshots::next);
    m_timer.setInterval(450ms);
}

void Screenshots::next()
{
    if (m_step < m_steps.size()) {
        m_steps[m_step++]();
        return;
    }
    m_timer.stop();
    Q_EMIT finished(m_saved, m_failed);
}

void Screenshots::makeSteps()
{
    ConnectionsPage *page = m_window.connectionsPage();
    const auto shot = [this](const QString &name) {
        m_steps.push_back([this, name] {
            save(name);
            closeDialogs();
        });
    };
    const auto with = [&](const QString &name, std::function<void()> prepare) {
        m_steps.push_back(std::move(prepare));
        shot(name);
    };
    for (const bool dark : { false, true }) {
        m_steps.push_back([this, dark] {
            applyPalette(dark);
            m_mode = dark ? u"dark"_s : u"light"_s;
        });
        with(u"overview"_s, [this] { m_window.chooseTab(u"overview"_s); });
        with(u"connections"_s, [this, page] {
            m_window.chooseTab(u"connections"_s);
            page->setFilterText(QString());
            page->selection().clear();
        });
        with(u"selection"_s, [page] {
            if (page->model().rowCount() > 6) {
                page->view().setFocus();
                page->view().setCurrentIndex(page->model().index(4, 0));
                page->selection().selectOnly(2);
                page->selection().extendTo(4);
            }
        });
        with(u"details"_s, [this, page] {
            m_window.resizeDocks({ m_window.detailsPane() }, { 260 }, Qt::Vertical);
            m_window.detailsPane()->show();
            page->view().setCurrentIndex(page->model().index(3, 0));
        });
        m_steps.push_back([this] { m_window.detailsPane()->hide(); });
        with(u"drop"_s, [page] { page->askDrop(page->selection().inOrder()); });
        with(u"export"_s, [page] { page->openExport(); });
        with(u"menu"_s, [page] {
            const QRect row = page->view().visualRect(page->model().index(4, 0));
            Q_EMIT page->view().menuRequested(page->view().viewport()->mapToGlobal(row.bottomRight()));
        });
        with(u"filter"_s, [page] { page->setFilterText(u"secure=yes since>1s"_s); });
        with(u"filter-wrong"_s, [page] { page->setFilterText(u"since>soon"_s); });
        with(u"filter-hides-all"_s, [page] { page->setFilterText(u"user=nobody.at.all"_s); });
        makePeopleSteps(with);
        with(u"sources"_s, [this, page] {
            page->setFilterText(QString());
            m_window.chooseTab(u"sources"_s);
        });
        with(u"audit"_s, [this] { m_window.chooseTab(u"audit"_s); });
        with(u"history"_s, [this] { m_window.chooseTab(u"history"_s); });
        with(u"add-server"_s, [this] {
            m_window.chooseTab(u"connections"_s);
            m_window.openAddServer();
        });
        with(u"preferences"_s, [this] { m_window.openPreferences(); });
        with(u"my-actions"_s, [this] { m_window.openActionLog(); });
        with(u"about"_s, [this] { m_window.openAbout(); });
    }
}

void Screenshots::makePeopleSteps(const With &with)
{
    // Looks each page up when its turn comes; selects `rows` from the first on.
    const auto show = [this](const QString &key, int rows) {
        m_window.chooseTab(key);
        TablePage *shown = m_window.currentTable();
        if (!shown)
            return;
        shown->setFilterText(QString());
        shown->selection().clear();
        if (rows == 0 || shown->model().rowCount() < rows)
            return;
        shown->view().setFocus();
        shown->view().setCurrentIndex(shown->model().index(0, 0));
        shown->selection().selectOnly(0);
        shown->selection().extendTo(rows - 1);
    };
    const auto press = [this](const QString &action) {
        if (auto *found = m_window.currentPage()->findChild<QAction *>(action))
            found->trigger();
    };
    with(u"webmail"_s, [show] { show(u"webmail"_s, 0); });
    with(u"end-sessions"_s, [show, press] {
        show(u"webmail"_s, 2);
        press(u"endAction"_s);
    });
    with(u"online"_s, [show] { show(u"online"_s, 1); });
    with(u"drop-users"_s, [show, press] {
        show(u"online"_s, 2);
        press(u"dropUsersAction"_s);
    });
    with(u"inactive"_s, [show] { show(u"inactive"_s, 0); });
    with(u"timeframe"_s, [this, show] {
        show(u"inactive"_s, 0);
        if (auto *menu = m_window.currentPage()->findChild<QMenu *>(u"timeframeMenu"_s))
            menu->popup(m_window.mapToGlobal(QPoint(520, 140)));
    });
    with(u"disable"_s, [show, press] {
        show(u"inactive"_s, 3);
        press(u"disableAction"_s);
    });
    with(u"delete"_s, [show, press] {
        show(u"inactive"_s, 12);
        press(u"deleteAction"_s);
    });
    with(u"compare"_s, [show, press] {
        show(u"inactive"_s, 0);
        press(u"compareAction"_s);
    });
    with(u"deleted"_s, [show] { show(u"deleted"_s, 1); });
    with(u"restore"_s, [show, press] {
        show(u"deleted"_s, 1);
        press(u"restoreAction"_s);
    });
}

void Screenshots::save(const QString &name)
{
    // The window with whatever stands on it, as a screen would show it.
    QPixmap picture = m_window.grab();
    QList<QWidget *> above;
    for (QWidget *widget : QApplication::topLevelWidgets())
        if (widget != &m_window && widget->isVisible()
            && (qobject_cast<QDialog *>(widget) || qobject_cast<QMenu *>(widget)))
            above.append(widget);
    if (!above.isEmpty()) {
        QPainter painter(&picture);
        for (QWidget *widget : above) {
            const QPoint place = qobject_cast<QMenu *>(widget)
                ? m_window.mapFromGlobal(widget->pos())
                : QPoint((m_window.width() - widget->width()) / 2, (m_window.height() - widget->height()) / 3);
            const QPixmap part = widget->grab();
            painter.fillRect(QRect(place, widget->size()).adjusted(-1, -1, 1, 1), QColor(0x80, 0x80, 0x80));
            painter.drawPixmap(place, part);
        }
    }
    // English at 100 % has the plain name.
    const QString language = QCoreApplication::translate("mailhelm::MainWindow", "&Quit") == u"&Quit"_s
        ? QString()
        : u"-"_s + QLocale().name().left(2);
    const QString scale = picture.devicePixelRatio() > 1 ? u"-%1x"_s.arg(int(picture.devicePixelRatio())) : QString();
    const QString file = m_directory.filePath(u"%1-%2%3%4.png"_s.arg(name, m_mode, language, scale));
    if (picture.save(file))
        ++m_saved;
    else
        ++m_failed;
}

void Screenshots::closeDialogs()
{
    for (QWidget *widget : QApplication::topLevelWidgets())
        if (widget != &m_window && widget->isVisible())
            widget->close();
}

} // namespace mailhelm
