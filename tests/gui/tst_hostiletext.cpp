// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that others choose, everywhere: it stays text, opens nothing, and no frame takes longer than 100 ms of the
// processor.
#include "tests/bench/stallmeter.h"
#include "tests/gui/hostiletexts.h"
#include "tests/gui/tour.h"

#include "core/base/safetext.h"
#include "views/detailspane.h"
#include "views/overviewpage.h"
#include "views/plot.h"
#include "views/preferences.h"
#include "views/trayicon.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QToolButton>

#ifdef Q_OS_LINUX
#include <sys/inotify.h>
#include <unistd.h>
#endif

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

constexpr double FrameSeconds = 0.1;

/// Whatever asks the desktop to open something.
class Opener : public QObject
{
    Q_OBJECT
public:
    Opener()
    {
        for (const char *scheme : Schemes)
            QDesktopServices::setUrlHandler(QLatin1StringView(scheme), this, "open");
    }
    ~Opener() override
    {
        for (const char *scheme : Schemes)
            QDesktopServices::unsetUrlHandler(QLatin1StringView(scheme));
    }
    int m_opened = 0;
public Q_SLOTS:
    void open(const QUrl &) { ++m_opened; }

private:
    static constexpr const char *Schemes[] = { "http", "https", "file", "mailto", "javascript", "data" };
};

/// A file that a text names; tells whether anybody looked.
class Canary
{
public:
    Canary()
    {
        QImage picture(8, 8, QImage::Format_RGB32);
        picture.fill(Qt::red);
        picture.save(path());
#ifdef Q_OS_LINUX
        m_watch = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        ::inotify_add_watch(m_watch, QFile::encodeName(path()).constData(), IN_OPEN | IN_ACCESS);
#endif
    }
    ~Canary()
    {
#ifdef Q_OS_LINUX
        ::close(m_watch);
#endif
    }
    Q_DISABLE_COPY_MOVE(Canary)
    QString path() const
    {
        return m_folder.filePath(u"canary.png"_s);
    }
    bool wasOpened()
    {
#ifdef Q_OS_LINUX
        char events[4096];
        return ::read(m_watch, events, sizeof events) > 0;
#else
        return false;
#endif
    }

private:
    QTemporaryDir m_folder;
    int m_watch = -1;
};

} // namespace

class TestHostileText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QAccessible::setActive(true); }
    void init()
    {
        // The off-screen platform says so of window managers' affairs, and has no tray.
        QTest::failOnWarning(QRegularExpression(
            u"^(?!This plugin does not support|QObject::connect: No such signal QPlatformNativeInterface)"_s));
        m_slow.clear();
        m_wrong.clear();
    }
    void cleanup()
    {
        if (m_gui)
            m_gui->closeAll();
        m_gui.reset();
    }

    void canaryAndMeterWork()
    {
        // What the tests below rely on can tell.
        QVERIFY(!m_canary.wasOpened());
        QLabel rich(u"<img src=\"%1\">"_s.arg(m_canary.path()));
        rich.grab();
        QVERIFY(m_canary.wasOpened());
        QDesktopServices::openUrl(QUrl(u"http://evil.example/"_s));
        QCOMPARE(std::exchange(m_opener.m_opened, 0), 1);
        frame("busy", [] {
            const double until = secondsOf(CLOCK_THREAD_CPUTIME_ID) + FrameSeconds * 1.2;
            while (secondsOf(CLOCK_THREAD_CPUTIME_ID) < until) { }
        });
        QCOMPARE(m_slow.size(), 1);
        check(u"\u202e"_s, u"x"_s);
        checkTip(u"<b>x</b>"_s, u"x"_s);
        QCOMPARE(m_wrong.size(), 2);
    }

    void pages_data() { texts(); }
    void pages()
    {
        begin();
        for (const QString &page : m_gui->pages()) {
            frame("page", [&] { m_gui->goTo(page); });
            frame(
                "details", [&] { m_gui->window->detailsPane()->show(); }, 120); // they follow a moment later
            if (TablePage *table = m_gui->shown()) {
                QHeaderView *header = table->view().horizontalHeader();
                frame("all columns", [&] {
                    for (int column = 0; column < header->count(); ++column)
                        header->setSectionHidden(column, false);
                });
                frame("line", [&] { table->warn(safeText(m_text)); });
                tipsOf(*table);
                frame("copy", [&] { copyToClipboard(*table); });
                check(QGuiApplication::clipboard()->text(), page + u" copied"_s);
                frame("widths", [&] { table->view().resizeColumnsToContents(); });
                frame("scrolled", [&] { table->view().scrollTo(table->model().index(0, header->count() - 1)); });
                frame("sorted", [&] { header->setSortIndicator(0, Qt::AscendingOrder); });
            }
            checkAll(m_gui->window.get());
            for (const LinkState state :
                { LinkState::Stale, LinkState::Refused, LinkState::Connecting, LinkState::Live }) {
                frame("state", [&] { m_gui->backend.setState(1, state, QString::fromUtf8(m_text)); });
                checkAll(m_gui->window.get());
            }
            frame("painted", [&] { m_gui->window->grab(); });
        }
        // Nothing there, and why.
        FakeTable &sources = m_gui->backend.rows(TableId::Sources);
        for (const TableId id : { TableId::Connections, TableId::Webmail, TableId::Users }) {
            FakeTable &rows = m_gui->backend.rows(id);
            for (Table::Slot slot = 0; slot < rows.table().slotEnd(); ++slot)
                if (rows.table().isLive(slot))
                    rows.remove(rows.table().keyAt(slot));
            rows.publish();
            for (const char *source : { "sockets", "webmail", "accounts" })
                sources.put({ 1, qHash(QByteArrayView(source)) },
                    { { sources::Source, QByteArray(source) }, { sources::State, QByteArray("down") },
                        { sources::Detail, m_text }, { sources::Mend, m_text } });
            sources.publish();
        }
        for (const char *page : { "connections", "webmail", "inactive" }) {
            frame(
                "empty", [&] { m_gui->goTo(QLatin1StringView(page)); }, 50);
            checkAll(m_gui->window.get());
            QVERIFY(m_gui->shown()->findChild<QWidget *>(u"emptyState"_s)->isVisible());
        }
        finish();
    }

    void dialogs_data() { texts(); }
    void dialogs()
    {
        begin();
        for (const Tour::Stop &stop : Tour::dialogs()) {
            if (stop.object == QByteArrayView("savePictureDialog"))
                continue;
            QWidget *dialog = nullptr;
            frame(
                stop.name, [&] { dialog = m_gui->show(stop); }, 10);
            QVERIFY2(dialog, stop.name);
            frame(stop.name, [&] { dialog->grab(); });
            checkAll(dialog);
            m_gui->closeAll();
        }
        checkAll(m_gui->window.get());
        finish();
    }

    void menus_data() { texts(); }
    void menus()
    {
        begin();
        m_gui->goTo(u"connections"_s);
        for (const QString &page : m_gui->pages()) {
            QList<Tour::Menu> menus;
            if (TablePage *table = qobject_cast<TablePage *>(m_gui->goTo(page));
                table && table->model().rowCount() > 0) {
                frame("menu of a row", [&] { Q_EMIT table->view().menuRequested(QPoint(10, 10)); });
                m_gui->closeAll();
            }
            menus = m_gui->menusOf(page); // all of them at once
            for (const Tour::Menu &menu : menus) {
                frame("menu painted", [&] {
                    menu.menu->ensurePolished();
                    menu.menu->resize(menu.menu->sizeHint());
                    menu.menu->grab();
                });
                for (const QAction *action : menu.menu->actions())
                    checkAction(action, menu.name);
            }
            m_gui->closeAll();
        }
        finish();
    }

    void trayAndPlot_data() { texts(); }
    void trayAndPlot()
    {
        begin();
        auto *tray = m_gui->window->findChild<TrayIcon *>();
        QVERIFY(tray);
        QSignalSpy told(tray, &TrayIcon::noticed);
        auto *preferences = m_gui->window->findChild<Preferences *>();
        QVERIFY(preferences);
        Preferences::Values values = preferences->values();
        values.tray = values.notices = true;
        preferences->setValues(values);
        frame("tray", [&] { m_gui->backend.setState(1, LinkState::Stale, QString::fromUtf8(m_text)); });
        frame("tray", [&] { m_gui->backend.setState(1, LinkState::Live, {}); });
        QVERIFY(told.size() >= 1);
        for (const QList<QVariant> &each : told) {
            const QString text = each.first().toString();
            check(text, u"tray"_s);
            if (text.contains(u'<') || text.contains(u'&'))
                m_wrong.append(u"tray: "_s + text.left(80));
        }
        m_gui->goTo(u"overview"_s);
        Plot *plot = m_gui->window->findChild<Plot *>();
        QVERIFY(plot);
        plot->setFocus();
        for (const Qt::Key key : { Qt::Key_End, Qt::Key_Left, Qt::Key_Home }) {
            frame("plot", [&] { QTest::keyClick(plot, key); });
            check(plot->accessibleDescription(), u"plot"_s);
        }
        frame("plot", [&] { plot->grab(); });
        finish();
    }

    void marksAndScriptsAreFew()
    {
        const QString shown = safeText(u"e"_s + QString(5000, QChar(0x301)));
        QCOMPARE(shown.count(QChar(0x301)), 8);
        QVERIFY(shown.contains(u"\\u{0301}"_s));
        const QString thai = u"ที่นี่ ก็"_s; // as it is written
        QCOMPARE(safeText(thai), thai);
        const QString japanese = u"受信トレイのメール"_s.repeated(30); // scripts that are written together
        QCOMPARE(safeText(japanese), japanese);
        QVERIFY(safeText(u"aЖ"_s.repeated(300)).endsWith(u"…"_s));
        const QString pictures = u"got it 👍👍👍, see you ☕ tomorrow 🎉"_s;
        QCOMPARE(safeText(pictures), pictures);
        const QString drawn = safeText(u"a👍"_s.repeated(300));
        QVERIFY(drawn.endsWith(u"…"_s));
        QCOMPARE(drawn.count(u"👍"_s), 17);
    }

    /// All that is on the screen, each another one.
    void aScreenFullOfThem_data() { texts(); }
    void aScreenFullOfThem()
    {
        begin();
        FakeTable &rows = m_gui->backend.rows(TableId::Connections);
        for (int row = 0; row < 60; ++row) {
            FakeTable::Cells cells;
            for (const int column : { int(connections::User), int(connections::Info), int(connections::Host),
                     int(connections::State), int(connections::Session) })
                cells.append({ column, QByteArray::number(row * 100 + column) + m_text });
            cells.append({ connections::Since, m_gui->clock.nowUs() + row });
            rows.put({ 1, 910'000 + RowId(row) }, cells);
        }
        rows.publish();
        m_gui->goTo(u"connections"_s);
        QHeaderView *header = m_gui->view().horizontalHeader();
        for (const int column : { int(connections::Host), int(connections::State), int(connections::Session) })
            frame("a column more", [&] { header->setSectionHidden(column, false); });
        frame("larger", [&] { m_gui->window->resize(1900, 1000); });
        frame(
            "first sight", [&] { m_gui->view().scrollToTop(); }, 50);
        frame("other widths", [&] {
            for (int column = 0; column < header->count(); ++column)
                if (!header->isSectionHidden(column))
                    header->resizeSection(column, 200 + column);
        });
        frame("painted", [&] { m_gui->window->grab(); });
        frame(
            "overview", [&] { m_gui->goTo(u"overview"_s); }, 50);
        frame("overview painted", [&] { m_gui->window->grab(); });
        frame(
            "online", [&] { m_gui->goTo(u"online"_s); }, 50);
        frame("online painted", [&] { m_gui->window->grab(); });
        finish();
    }

private:
    void texts()
    {
        QTest::addColumn<QByteArray>("text");
        for (const HostileText &each : hostileTexts() + hugeTexts())
            QTest::newRow(each.name) << each.text;
        QTest::newRow("canary") << u"<p><img src=\"file://%1\"><img src='%1'> <a href=\"%1\">x</a> :%1"_s
                                       .replace(u"%1"_s, m_canary.path())
                                       .toUtf8();
    }
    void begin()
    {
        QFETCH(QByteArray, text);
        m_text = validUtf8(text, 4'000'000); // as it can come over the wire, whatever a parser would have cut
        QImage(m_canary.path());
        m_canary.wasOpened();
        m_gui = std::make_unique<Tour>();
        m_gui->begin(m_text);
    }
    void finish()
    {
        QVERIFY(!m_canary.wasOpened());
        QCOMPARE(m_opener.m_opened, 0);
        m_wrong.removeDuplicates();
        QVERIFY2(m_wrong.isEmpty(), qPrintable(u'\n' + m_wrong.join(u'\n').left(3000)));
        QVERIFY2(m_slow.isEmpty(), qPrintable(m_slow.join(u", "_s)));
    }

    /// What the thread of the window spends between two returns to its loop.
    template<typename F>
    void frame(const char *what, F work, int waitMs = 0)
    {
        m_meter.reset();
        work();
        QCoreApplication::processEvents();
        if (waitMs > 0)
            QTest::qWait(waitMs);
        QCoreApplication::processEvents();
        if (m_meter.m_worstCpu > FrameSeconds)
            m_slow.append(u"%1: %2 ms"_s.arg(QLatin1StringView(what)).arg(m_meter.m_worstCpu * 1000, 0, 'f', 0));
    }

    void check(const QString &text, const QString &where)
    {
        for (const QChar c : text) {
            const ushort u = c.unicode();
            const bool control = (u < 0x20 && u != u'\n' && u != u'\t') || (u >= 0x7f && u <= 0x9f);
            // Our own isolates around users from right to left are none of theirs.
            const bool direction = (u >= 0x202a && u <= 0x202e) || u == 0x2066 || u == 0x2067 || u == 0x200e
                || u == 0x200f || u == 0x061c || u == 0x2028 || u == 0x2029;
            if (control || direction) {
                m_wrong.append(u"%1 has U+%2"_s.arg(where, QString::number(u, 16)));
                break;
            }
        }
        if (text.size() > 450'000)
            m_wrong.append(u"%1 has %2 letters"_s.arg(where).arg(text.size()));
        if (m_text == "a&b&&c" && where.startsWith(u"action"_s) && text.contains(u"a&b"_s))
            m_wrong.append(where + u" eats its &: "_s + text);
    }
    void checkTip(const QString &text, const QString &where)
    {
        check(text, where);
        // Rich only as our own wrapper around escaped text.
        if (Qt::mightBeRichText(text)
            && !(text.startsWith(u"<div style=\"white-space:pre-wrap\">"_s) && text.mid(5).count(u'<') == 1))
            m_wrong.append(u"%1 is rich: %2"_s.arg(where, text.left(80)));
        if (text.size() > 30'000)
            m_wrong.append(u"%1 is a tooltip of %2 letters"_s.arg(where).arg(text.size()));
    }
    void checkAction(const QAction *action, const QString &where)
    {
        check(action->text(), u"action in "_s + where);
        checkTip(action->toolTip(), u"tip of an action in "_s + where);
        if (action->text().size() > 250)
            m_wrong.append(u"%1: an action of %2 letters"_s.arg(where).arg(action->text().size()));
    }
    void checkAll(QWidget *root)
    {
        QList<QWidget *> widgets = root->findChildren<QWidget *>();
        widgets.append(root);
        for (QWidget *widget : std::as_const(widgets)) {
            const QString where = QLatin1StringView(widget->metaObject()->className()) + u' ' + widget->objectName()
                + u" in "_s + root->objectName();
            checkTip(widget->toolTip(), where);
            check(widget->statusTip(), where);
            check(widget->windowTitle(), where + u" title"_s);
            check(widget->accessibleName(), where + u" name"_s);
            check(widget->accessibleDescription(), where + u" description"_s);
            for (const QAction *action : widget->actions())
                checkAction(action, where);
            if (const auto *label = qobject_cast<QLabel *>(widget)) {
                if (label->textFormat() != Qt::PlainText && Qt::mightBeRichText(label->text()))
                    m_wrong.append(where + u" is rich"_s);
                if (label->textInteractionFlags() & Qt::LinksAccessibleByMouse && label->textFormat() != Qt::PlainText
                    && label->text().contains(u"href"_s))
                    m_wrong.append(where + u" has links"_s);
                check(label->text(), where);
            } else if (const auto *button = qobject_cast<QAbstractButton *>(widget)) {
                check(button->text(), where);
            } else if (const auto *edit = qobject_cast<QPlainTextEdit *>(widget)) {
                check(edit->toPlainText(), where);
            } else if (const auto *tabs = qobject_cast<QTabBar *>(widget)) {
                for (int i = 0; i < tabs->count(); ++i)
                    check(tabs->tabText(i), where);
            } else if (const auto *box = qobject_cast<QMessageBox *>(widget)) {
                if (box->textFormat() != Qt::PlainText)
                    m_wrong.append(where + u" is not plain"_s);
            } else if (auto *view = qobject_cast<QAbstractItemView *>(widget); view && view->model()) {
                checkView(*view, where);
            }
        }
    }
    void checkView(const QAbstractItemView &view, const QString &where)
    {
        const QAbstractItemModel &model = *view.model();
        const int row = qobject_cast<const RowsView *>(&view) ? std::max(0, view.currentIndex().row()) : 0;
        for (int column = 0; column < model.columnCount(); ++column) {
            check(model.headerData(column, Qt::Horizontal).toString(), where + u" header"_s);
            for (int i = row; i < std::min(row + 4, model.rowCount()); ++i) {
                const QModelIndex index = model.index(i, column);
                check(index.data().toString(), where + u" cell"_s);
                check(index.data(Qt::AccessibleTextRole).toString(), where + u" spoken"_s);
                check(index.data(Qt::ToolTipRole).toString(), where + u" tip"_s);
                // The rows' own view shows tips through plainToolTip(): seen in tipsOf().
                if (!qobject_cast<const RowsView *>(&view) && !qobject_cast<const QHeaderView *>(&view))
                    checkTip(index.data(Qt::ToolTipRole).toString(), where + u" tip"_s);
            }
        }
    }
    /// As they are really shown.
    void tipsOf(TablePage &page)
    {
        const int row = page.view().currentRow();
        QHeaderView *header = page.view().horizontalHeader();
        for (int column = 0; row >= 0 && column < page.model().columnCount(); ++column) {
            const QModelIndex index = page.model().index(row, column);
            page.view().scrollTo(index);
            const QPoint place = page.view().visualRect(index).center();
            const auto ask = [&](QWidget *of, const QPoint &at) {
                frame("tooltip", [&] {
                    QHelpEvent help(QEvent::ToolTip, at, of->mapToGlobal(at));
                    QApplication::sendEvent(of, &help);
                });
                for (QWidget *top : QApplication::topLevelWidgets())
                    if (auto *tip = qobject_cast<QLabel *>(top); tip && tip->isVisible())
                        checkTip(tip->text(), u"tooltip of "_s + page.key());
            };
            ask(page.view().viewport(), place);
            ask(header->viewport(), QPoint(header->sectionViewportPosition(column) + 5, 5));
        }
    }
    static void copyToClipboard(TablePage &page) { QTest::keyClick(&page.view(), Qt::Key_C, Qt::ControlModifier); }

    StallMeter m_meter;
    Opener m_opener;
    Canary m_canary;
    QByteArray m_text;
    QStringList m_slow;
    QStringList m_wrong;
    std::unique_ptr<Tour> m_gui;
};

QTEST_MAIN(TestHostileText)
#include "tst_hostiletext.moc"
