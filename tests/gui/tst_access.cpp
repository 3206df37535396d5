// SPDX-License-Identifier: GPL-3.0-or-later
// For those who hear the screen, see other colours, or read from right to left.
#include "tests/gui/tour.h"

#include "views/addserverdialog.h"
#include "views/detailspane.h"
#include "views/overviewpage.h"
#include "views/plot.h"
#include "views/serverspanel.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QToolButton>

#include <array>
#include <cmath>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

using Matrix = std::array<std::array<double, 3>, 3>;

/// How the eye sees linear RGB when one kind of cone is missing, and when none is: Machado, Oliveira and Fernandes,
/// "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1.
struct Eye {
    const char *name;
    Matrix seen;
};
constexpr Eye Eyes[] = {
    { "all cones", { { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } } },
    { "protanopia",
        { { { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 },
            { -0.003882, -0.048116, 1.051998 } } } },
    { "deuteranopia",
        { { { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 },
            { -0.011820, 0.042940, 0.968881 } } } },
    { "tritanopia",
        { { { 1.255528, -0.076749, -0.178779 }, { -0.078411, 0.930809, 0.147602 },
            { 0.004733, 0.691367, 0.303900 } } } },
};

using Triple = std::array<double, 3>;

/// CIE 1976 L*a*b* under D65, in which a difference of 2 is just seen.
Triple lab(const QColor &colour, const Matrix &seen)
{
    const auto linear
        = [](double part) { return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); };
    const Triple rgb { linear(colour.redF()), linear(colour.greenF()), linear(colour.blueF()) };
    Triple eye {};
    for (size_t i = 0; i < 3; ++i)
        eye[i] = std::clamp(seen[i][0] * rgb[0] + seen[i][1] * rgb[1] + seen[i][2] * rgb[2], 0.0, 1.0);
    const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
    const double x = f((0.4124 * eye[0] + 0.3576 * eye[1] + 0.1805 * eye[2]) / 0.9505);
    const double y = f(0.2126 * eye[0] + 0.7152 * eye[1] + 0.0722 * eye[2]);
    const double z = f((0.0193 * eye[0] + 0.1192 * eye[1] + 0.9505 * eye[2]) / 1.089);
    return { 116 * y - 16, 500 * (x - y), 200 * (y - z) };
}

QColor over(const QColor &colour, const QColor &base, double alpha)
{
    const auto mix = [alpha](float a, float b) { return float(alpha * a + (1 - alpha) * b); };
    return QColor::fromRgbF(
        mix(colour.redF(), base.redF()), mix(colour.greenF(), base.greenF()), mix(colour.blueF(), base.blueF()));
}

/// The two that look most alike to anybody.
std::pair<double, QString> closest(const QList<QColor> &colours)
{
    std::pair<double, QString> worst { 1e9, {} };
    for (const Eye &eye : Eyes)
        for (qsizetype i = 0; i < colours.size(); ++i)
            for (qsizetype j = 0; j < i; ++j) {
                const Triple a = lab(colours[i], eye.seen);
                const Triple b = lab(colours[j], eye.seen);
                const double difference = std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
                if (difference < worst.first)
                    worst = { difference,
                        u"%1 and %2 with %3: %4"_s.arg(colours[i].name(), colours[j].name(),
                            QLatin1StringView(eye.name), QString::number(difference)) };
            }
    return worst;
}

} // namespace

class TestAccess : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QAccessible::setActive(true); }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
        m_gui = std::make_unique<Tour>();
    }
    void cleanup()
    {
        m_gui->closeAll();
        m_gui.reset();
        QGuiApplication::setLayoutDirection(Qt::LeftToRight);
    }

    void curvesAreToldApartByEverybody()
    {
        QList<QColor> pure;
        for (int i = 0; i < 7; ++i)
            pure.append(Plot::colour(i));
        // As they are drawn: on white and on the darkest base of a usual theme, let through a little.
        for (const QColor &base : { QColor(Qt::white), QColor(35, 35, 35) }) {
            QList<QColor> drawn;
            for (const QColor &colour : std::as_const(pure))
                drawn.append(over(colour, base, 0.75));
            const auto [difference, which] = closest(drawn);
            QVERIFY2(difference >= 15, qPrintable(which));
        }
        QVERIFY2(closest(pure).first >= 15, qPrintable(closest(pure).second));
        // The measure can tell: two that deuteranopes confuse.
        QVERIFY(closest({ QColor(0xcc, 0x79, 0xa7), QColor(0x99, 0x99, 0x99) }).first < 10);
    }
    void environmentsAreToldApartByEverybody()
    {
        QList<QColor> colours;
        for (const NamedColour &named : environmentColours())
            if (named.colour.isValid())
                colours.append(named.colour);
        QVERIFY(colours.size() >= 6);
        QVERIFY2(closest(colours).first >= 15, qPrintable(closest(colours).second));
        // A server that has a colour of before keeps it.
        m_gui->begin();
        QList<ServerStatus> servers = m_gui->backend.servers();
        servers[0].colour = QColor(1, 2, 3);
        m_gui->backend.setServers(servers);
        m_gui->window->openEditServer(1);
        auto *dialog = m_gui->opened<QDialog>("editServerDialog");
        QVERIFY(dialog);
        dialog->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Save)->click();
        QCOMPARE(m_gui->backend.servers().first().colour, QColor(1, 2, 3));
    }

    void everyControlSaysWhatItIs_data()
    {
        QTest::addColumn<QString>("where");
        for (const char *page :
            { "overview", "connections", "webmail", "online", "inactive", "deleted", "history", "audit", "sources" })
            QTest::newRow(page) << QString::fromLatin1(page);
        for (const Tour::Stop &stop : Tour::dialogs())
            if (stop.object != QByteArrayView("savePictureDialog"))
                QTest::newRow(stop.name) << QString::fromLatin1(stop.name);
    }
    void everyControlSaysWhatItIs()
    {
        QFETCH(QString, where);
        m_gui->begin();
        QWidget *root = m_gui->window.get();
        if (m_gui->pages().contains(where)) {
            m_gui->goTo(where);
            m_gui->window->detailsPane()->show();
            QTest::qWait(120);
        } else {
            for (const Tour::Stop &stop : Tour::dialogs())
                if (where == QLatin1StringView(stop.name))
                    root = m_gui->show(stop);
        }
        QVERIFY(root);
        QStringList mute;
        int seen = 0;
        for (QWidget *widget : root->findChildren<QWidget *>()) {
            if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus)
                || widget->objectName() == u"qt_spinbox_lineedit"_s
                || qobject_cast<QTabWidget *>(widget)) // its bar speaks
                continue;
            ++seen;
            QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(widget);
            const QString what = QLatin1StringView(widget->metaObject()->className()) + u' ' + widget->objectName();
            if (!spoken || spoken->role() == QAccessible::NoRole || spoken->role() == QAccessible::Client) {
                mute.append(u"no role: "_s + what);
                continue;
            }
            QString name = spoken->text(QAccessible::Name);
            if (name.isEmpty()) // what stands before it
                for (const auto &[label, relation] : spoken->relations(QAccessible::Label))
                    name += label->text(QAccessible::Name);
            if (name.trimmed().isEmpty())
                mute.append(u"no name: "_s + what);
            const QAccessible::State state = spoken->state();
            if (state.disabled == widget->isEnabled())
                mute.append(u"not so enabled: "_s + what);
            if (const auto *button = qobject_cast<QAbstractButton *>(widget))
                if (button->isCheckable() && (state.checked != button->isChecked() || !state.checkable))
                    mute.append(u"not so checked: "_s + what);
        }
        QVERIFY(seen > 0);
        QVERIFY2(mute.isEmpty(), qPrintable(mute.join(u'\n')));
    }
    void cellsAreSaidInWords()
    {
        m_gui->m_markMs = 60'000;
        m_gui->begin();
        m_gui->goTo(u"connections"_s);
        TableModel &model = m_gui->model();
        const auto said = [&](const QString &start, int column) {
            for (int row = 0; row < model.rowCount(); ++row)
                if (const QString text = model.index(row, column).data(Qt::AccessibleTextRole).toString();
                    text.contains(start))
                    return text;
            return QString();
        };
        QSet<QString> locks;
        for (int row = 0; row < model.rowCount(); ++row)
            locks.insert(
                model.index(row, connections::Secure).data(Qt::AccessibleTextRole).toString().section(u", "_s, -1));
        QVERIFY(locks.contains(u"secured"_s) && locks.contains(u"not secured"_s));
        // What comes and goes is marked by a sign: and by a word.
        FakeTable &rows = m_gui->backend.rows(TableId::Connections);
        rows.put({ 1, 777'777 }, { { connections::User, QByteArray("fresh@example.org") } });
        rows.remove(Tour::Row);
        rows.publish();
        m_gui->settle();
        QVERIFY(said(u"fresh@example.org"_s, connections::User).startsWith(u"new, "_s));
        QVERIFY(said(u"alice@example.org"_s, connections::User).startsWith(u"gone, "_s));
        // And the view hands it on.
        QAccessibleInterface *table = QAccessible::queryAccessibleInterface(&m_gui->view());
        const int row = model.rowOf({ 1, 777'777 });
        QVERIFY(table && table->tableInterface() && row >= 0);
        QCOMPARE(table->tableInterface()->cellAt(row, connections::User)->text(QAccessible::Name),
            model.index(row, connections::User).data(Qt::AccessibleTextRole).toString());
    }
    void curvesHaveAValueInWords()
    {
        m_gui->begin();
        for (const char *page : { "overview", "history" }) {
            m_gui->goTo(QLatin1StringView(page));
            auto *plot = m_gui->window->currentPage()->findChild<Plot *>();
            QVERIFY(plot);
            QTRY_VERIFY(plot->series().moments() > 0);
            plot->setFocus();
            QTest::keyClick(plot, Qt::Key_End);
            QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(plot);
            QVERIFY(spoken && !spoken->text(QAccessible::Name).isEmpty());
            QCOMPARE(spoken->role(), QAccessible::Chart);
            QVERIFY(spoken->text(QAccessible::Value).contains(u"POP3"_s));
            QVERIFY2(spoken->text(QAccessible::Description).contains(u"POP3"_s),
                qPrintable(spoken->text(QAccessible::Description)));
            QTest::keyClick(plot, Qt::Key_Home);
            QVERIFY(spoken->text(QAccessible::Description).contains(u"nobody watched"_s));
        }
    }
    void everyModelKeepsItsWord_data()
    {
        QTest::addColumn<QString>("page");
        for (const char *page :
            { "connections", "webmail", "online", "inactive", "deleted", "history", "audit", "sources" })
            QTest::newRow(page) << QString::fromLatin1(page);
    }
    void everyModelKeepsItsWord()
    {
        QFETCH(QString, page);
        m_gui->begin();
        auto *table = qobject_cast<TablePage *>(m_gui->goTo(page));
        QVERIFY(table);
        QAbstractItemModelTester tester(&table->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        const TableId id = table->tableId() == TableId::OnlineUsers ? TableId::Connections : table->tableId();
        FakeTable &rows = m_gui->backend.rows(id);
        const Schema &schema = rows.table().schema();
        for (int turn = 0; turn < 12; ++turn) {
            for (int i = 0; i < 20; ++i) {
                FakeTable::Cells cells;
                for (int column = 0; column < schema.columnCount(); ++column)
                    if (schema.column(column).isText() && schema.column(column).key != "server")
                        cells.append({ column, "text" + QByteArray::number((turn * 7 + i * 3 + column) % 23) });
                rows.put({ 1, 5000 + RowId((turn * 13 + i) % 60) }, cells);
                if (i % 3 == 0)
                    rows.remove({ 1, 5000 + RowId((turn * 13 + i + 31) % 60) });
            }
            rows.publish();
            table->model().flush();
            if (turn % 3 == 1)
                table->view().horizontalHeader()->setSortIndicator(
                    turn % table->model().columnCount(), turn % 2 ? Qt::AscendingOrder : Qt::DescendingOrder);
            if (turn % 4 == 2)
                table->setFilterText(turn % 8 == 2 ? u"text1"_s : QString());
            QCoreApplication::processEvents();
        }
        QVERIFY(table->model().columnCount() > 0);
    }

    void fromRightToLeft_data()
    {
        QTest::addColumn<QString>("page");
        for (const char *page :
            { "overview", "connections", "webmail", "online", "inactive", "deleted", "history", "audit", "sources" })
            QTest::newRow(page) << QString::fromLatin1(page);
    }
    void fromRightToLeft()
    {
        QFETCH(QString, page);
        QGuiApplication::setLayoutDirection(Qt::RightToLeft);
        m_gui->begin();
        m_gui->goTo(page);
        m_gui->window->detailsPane()->show();
        m_gui->window->serversPanel()->show(); // which one server alone does not need
        QTest::qWait(120);
        MainWindow *window = m_gui->window.get();
        const auto x = [window](const QWidget *widget) { return widget->mapTo(window, widget->rect().center()).x(); };
        // What is first is on the right.
        const auto *tabs = window->findChild<QTabWidget *>(u"tabs"_s);
        QVERIFY(tabs->tabBar()->tabRect(0).x() > tabs->tabBar()->tabRect(1).x());
        QVERIFY(x(window->serversPanel()) > x(window->currentPage()));
        const auto *fields = window->detailsPane()->findChild<QWidget *>(u"detailsFields"_s);
        const auto *log = window->detailsPane()->findChild<QPlainTextEdit *>(u"detailsLog"_s);
        QVERIFY(x(fields) > x(log));
        QCOMPARE(log->layoutDirection(), Qt::LeftToRight); // but what it says runs as everywhere
        if (TablePage *table = m_gui->shown()) {
            QHeaderView *header = table->view().horizontalHeader();
            QList<int> places;
            for (int place = 0; place < header->count(); ++place)
                if (!header->isSectionHidden(header->logicalIndex(place)))
                    places.append(header->sectionViewportPosition(header->logicalIndex(place)));
            QVERIFY(std::is_sorted(places.rbegin(), places.rend()));
            const auto *refresh = table->findChild<QToolButton *>(u"refreshButton"_s);
            const auto *more = table->findChild<QToolButton *>(u"moreButton"_s);
            const auto *filter = table->findChild<QLineEdit *>(u"filter"_s);
            QVERIFY(x(refresh) > x(filter) && x(filter) > x(more));
            // Tab goes as the eye does: to the left.
            refresh->window()->activateWindow();
            const_cast<QToolButton *>(refresh)->setFocus();
            QTest::keyClick(const_cast<QToolButton *>(refresh), Qt::Key_Tab);
            QVERIFY(x(QApplication::focusWidget()) < x(refresh));
        }
        overlapNot(window);
        QVERIFY(!window->grab().isNull());
    }
    void dialogsFromRightToLeft()
    {
        QGuiApplication::setLayoutDirection(Qt::RightToLeft);
        m_gui->begin();
        for (const Tour::Stop &stop : Tour::dialogs()) {
            if (stop.object == QByteArrayView("savePictureDialog"))
                continue;
            QWidget *dialog = m_gui->show(stop);
            QVERIFY2(dialog, stop.name);
            overlapNot(dialog);
            for (const char *technical : { "link", "file", "preview" })
                if (const auto *widget = dialog->findChild<QWidget *>(QLatin1StringView(technical)))
                    QVERIFY2(widget->layoutDirection() == Qt::LeftToRight, stop.name);
            m_gui->closeAll();
        }
    }
    void colourBarsAndNumbersMirror()
    {
        QGuiApplication::setLayoutDirection(Qt::RightToLeft);
        m_gui->begin();
        m_gui->window->serversPanel()->show();
        QCoreApplication::processEvents();
        auto *list = m_gui->window->serversPanel()->findChild<QAbstractItemView *>(u"servers"_s);
        const QModelIndex found = list->model()->match(list->model()->index(0, 0), Qt::DisplayRole, u"mx1"_s).value(0);
        QVERIFY(found.isValid());
        const QRect row = list->visualRect(found);
        const QImage seen = list->viewport()->grab().toImage();
        const QColor red(0xd1, 0x3c, 0x3c);
        QCOMPARE(seen.pixelColor(list->viewport()->width() - 2, row.center().y()), red);
        QVERIFY(seen.pixelColor(1, row.center().y()) != red);
    }

private:
    /// Two that say something never lie over one another.
    void overlapNot(const QWidget *root)
    {
        const auto says = [](const QWidget *widget) {
            const auto *label = qobject_cast<const QLabel *>(widget);
            return widget->isVisible()
                && ((label && !label->text().isEmpty()) || qobject_cast<const QAbstractButton *>(widget)
                    || qobject_cast<const QComboBox *>(widget));
        };
        for (const QWidget *parent :
            root->findChildren<QWidget *>() + QList<QWidget *> { const_cast<QWidget *>(root) }) {
            if (qobject_cast<const QTabBar *>(parent))
                continue;
            const QList<QWidget *> children = parent->findChildren<QWidget *>(Qt::FindDirectChildrenOnly);
            for (qsizetype i = 0; i < children.size(); ++i)
                for (qsizetype j = 0; j < i; ++j)
                    if (says(children[i]) && says(children[j]))
                        QVERIFY2(!children[i]->geometry().intersects(children[j]->geometry()),
                            qPrintable(children[i]->objectName() + u" lies over "_s + children[j]->objectName()));
        }
    }

    std::unique_ptr<Tour> m_gui;
};

QTEST_MAIN(TestAccess)
#include "tst_access.moc"
