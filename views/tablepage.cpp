// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/tablepage.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"
#include "views/actiontexts.h"
#include "views/celldelegate.h"
#include "views/columnstate.h"
#include "views/exportdialog.h"
#include "views/filterfield.h"
#include "views/icons.h"
#include "views/livedrop.h"
#include "views/messageline.h"
#include "views/namedfilters.h"
#include "views/pagetexts.h"
#include "views/preferences.h"
#include "views/rowcopy.h"
#include "views/rowsview.h"
#include "views/toolrow.h"

#include <QAction>
#include <QApplication>
#include <QDateTime>
#include <QHeaderView>
#include <QMenu>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

TableModel::Options optionsFor(TableId table)
{
    TableModel::Options options;
    // With more rows, filtering on the spot would be most of what a frame may cost; the worker's answer comes a moment
    // later. Who is inactive is worked out row by row: not while somebody waits for the window.
    options.atOnce = table == TableId::Users ? options.smallTable : 50'000;
    return options;
}

} // namespace

TablePage::TablePage(Backend &backend, TableId table, QSettings &settings, QWidget *parent)
    : Page(parent)
    , m_backend(backend)
    , m_table(table)
    , m_settings(settings)
    , m_live(backend.table(table))
    , m_model(new TableModel(&m_live, optionsFor(table), this))
    , m_selection(new RowSelection(m_model, this))
{
    const QString group = u"tables/"_s + QString::fromUtf8(schemaOf(table).name());
    setObjectName(group);
    m_named = new NamedFilters(settings, group, this);
    makeActions();
    m_tools = new ToolRow(m_refresh, m_pause, this);
    m_stale = new MessageLine(false, this);
    m_stale->setObjectName(u"staleLine"_s);
    m_message = new MessageLine(true, this);
    m_message->setObjectName(u"messageLine"_s);
    m_stack = new QStackedWidget(this);
    m_view = new RowsView(*m_model, *m_selection, m_stack);
    m_view->setAccessibleName(TablePage::title());
    m_empty = new EmptyState(m_stack);
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_empty);
    m_columns = new ColumnState(m_view->horizontalHeader(), *m_model, settings, group, this);
    m_view->addActions({ m_pause, m_copy, m_selectAll });

    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    m_layout->addWidget(m_tools);
    m_layout->addWidget(m_stale);
    m_layout->addWidget(m_stack, 1);
    m_layout->addWidget(m_message);

    connectAll();
    m_columns->restore();
    const QVariant interval = settings.value(group + u"/interval"_s, 0);
    m_tools->setInterval(interval.toLongLong() < 0 ? std::nullopt : std::optional<qint64>(interval.toLongLong()));
    setFilterText(settings.value(group + u"/filter"_s).toString());
    updateServers();
}

TablePage::~TablePage()
{
    saveState();
}

void TablePage::makeActions()
{
    const auto make = [this](Symbol symbol, const QString &text, const QString &shortText, const QKeySequence &key,
                          Qt::ShortcutContext context) {
        auto *action = new QAction(icon(symbol), text, this);
        action->setIconText(shortText);
        action->setShortcut(key);
        action->setShortcutContext(context);
        action->setToolTip(tr("%1 (%2)").arg(shortText, key.toString(QKeySequence::NativeText)));
        return action;
    };
    m_refresh = make(Symbol::Refresh, tr("&Refresh now"), tr("Refresh"), QKeySequence(Qt::Key_F5), Qt::WindowShortcut);
    m_find = make(Symbol::Filter, tr("&Filter"), tr("Filter"), QKeySequence(Qt::CTRL | Qt::Key_F), Qt::WindowShortcut);
    m_export
        = make(Symbol::Export, tr("E&xport…"), tr("Export"), QKeySequence(Qt::CTRL | Qt::Key_E), Qt::WindowShortcut);
    m_pause = make(Symbol::Pause, tr("&Pause"), tr("Pause"), QKeySequence(Qt::Key_Space), Qt::WidgetShortcut);
    m_pause->setShortcuts({ QKeySequence(Qt::Key_Space), QKeySequence(Qt::Key_Pause) });
    m_pause->setCheckable(true);
    m_copy = make(Symbol::Copy, tr("Cop&y rows"), tr("Copy"), QKeySequence(QKeySequence::Copy), Qt::WidgetShortcut);
    m_selectAll = make(Symbol::Columns, tr("&Select all"), tr("Select all"), QKeySequence(QKeySequence::SelectAll),
        Qt::WidgetShortcut);
    m_selectAll->setIcon(QIcon());
    m_gap = new QAction(this);
    m_gap->setSeparator(true);
    m_clear = new QAction(tr("C&lear filter"), this);
    addActions({ m_refresh, m_find, m_export });
}

void TablePage::connectAll()
{
    connect(m_refresh, &QAction::triggered, this, &TablePage::refresh);
    connect(m_pause, &QAction::toggled, this, &TablePage::updatePaused);
    connect(m_find, &QAction::triggered, this, [this] {
        m_filterStandsIn = false;
        m_tools->filter().setFocus(Qt::ShortcutFocusReason);
        m_tools->filter().selectAll();
    });
    connect(m_clear, &QAction::triggered, this, [this] { setFilterText(QString()); });
    connect(m_export, &QAction::triggered, this, [this] { openExport(); });
    connect(m_copy, &QAction::triggered, this, [this] { copyToClipboard(selectedAsTsv()); });
    connect(m_selectAll, &QAction::triggered, m_selection, &RowSelection::selectAll);

    FilterField &filter = m_tools->filter();
    filter.setCompletion(
        [this](const QString &text, qsizetype cursor) { return Filter::complete(text, cursor, m_model->schema()); });
    connect(&filter, &FilterField::filterChanged, this, &TablePage::applyFilter);
    connect(&filter, &FilterField::leave, m_view, qOverload<>(&QWidget::setFocus));
    connect(m_tools, &ToolRow::intervalChanged, this, [this](std::optional<qint64> ms) {
        m_settings.setValue(objectName() + u"/interval"_s, ms.value_or(-1));
        m_backend.setInterval(m_table, ms);
    });
    connect(&m_tools->filtersMenu(), &QMenu::aboutToShow, this,
        [this] { m_named->fillMenu(&m_tools->filtersMenu(), m_tools->filter().text()); });
    connect(m_named, &NamedFilters::chosen, this, &TablePage::setFilterText);
    connect(
        m_named, &NamedFilters::nameRequested, this, [this] { m_named->askName(m_tools->filter().text(), window()); });
    QMenu &menu = m_tools->menu();
    connect(&menu, &QMenu::aboutToShow, this, [this, &menu] {
        menu.clear();
        menu.addActions(pageActions());
        menu.addSeparator();
        menu.addActions({ m_export, m_copy, m_selectAll, m_clear });
        menu.addSeparator();
        menu.addMenu(&m_tools->filtersMenu());
        m_columns->fillSortMenu(menu.addMenu(tr("Sort &by")));
        m_columns->fillMenu(menu.addMenu(icon(Symbol::Columns), tr("C&olumns")));
    });

    connect(m_view, &RowsView::held, this, &TablePage::hold);
    connect(m_view, &RowsView::menuRequested, this, &TablePage::openContextMenu);
    connect(m_view, &RowsView::visibleRowsChanged, this, &TablePage::updateInView);
    m_view->setToolTips([this](const QModelIndex &index) { return toolTip(index); });
    connect(m_view->horizontalHeader(), &QWidget::customContextMenuRequested, this, &TablePage::openHeaderMenu);

    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this] { Q_EMIT currentRowChanged(currentKey()); });
    connect(m_model, &TableModel::waitingChanges, this,
        [this](qsizetype rows) { m_tools->setWaiting(m_pause->isChecked(), rows); });
    m_countsTimer.setSingleShot(true);
    m_countsTimer.setInterval(250ms);
    connect(&m_countsTimer, &QTimer::timeout, this, &TablePage::updateCounts);
    const auto countSoon = [this] {
        if (!m_countsTimer.isActive())
            m_countsTimer.start();
    };
    connect(m_model, &TableModel::countsChanged, this, countSoon);
    connect(m_selection, &RowSelection::changed, this, [this, countSoon] {
        m_copy->setEnabled(!m_selection->isEmpty());
        countSoon();
    });
    m_copy->setEnabled(false);
    connect(&m_backend, &Backend::serversChanged, this, [this] { setServer(m_server); });
    connect(&m_backend, &Backend::serverChanged, this, &TablePage::updateServers);
    m_secondTimer.setInterval(1s);
    connect(&m_secondTimer, &QTimer::timeout, this, &TablePage::updateServers);
    m_secondTimer.start();
    connect(m_empty, &EmptyState::actionTriggered, this, [this](const QString &entered) {
        if (m_backend.servers().isEmpty())
            Q_EMIT addServerRequested(entered);
        else
            setFilterText(QString());
    });
}

QString TablePage::title() const
{
    return PageTexts::title(m_table);
}

QString TablePage::key() const
{
    return QString::fromUtf8(schemaOf(m_table).name());
}

void TablePage::setServer(std::optional<quint16> server)
{
    m_server = server;
    applyFilter(m_typed);
    updateServers();
    updateCounts();
}

QString TablePage::serverTerm() const
{
    if (!m_server || m_model->schema().indexOf("server") < 0)
        return {};
    for (const ServerStatus &status : m_backend.servers())
        if (status.number == *m_server)
            return Filter::quoted("server", status.name.toUtf8());
    return {};
}

void TablePage::setFilterText(const QString &text)
{
    m_tools->filter().setText(text);
    m_tools->filter().flush();
    applyFilter(text);
}

void TablePage::applyFilter(const QString &typed)
{
    FilterError where;
    const Result<Filter> alone = Filter::parse(typed, m_model->schema(), &where);
    if (!alone) {
        // What is half typed is wrong for a moment: the last good filter stays.
        m_tools->setFilterError(where.message, int(where.position), int(where.length));
        return;
    }
    m_tools->setFilterError(QString(), 0, 0);
    m_typed = typed;
    m_model->setFilter(Filter::both(rowsFilter(), alone.value()));
    m_clear->setEnabled(!typed.isEmpty());
    saveFilter();
    updateCounts();
}

Filter TablePage::rowsFilter() const
{
    const Result<Filter> server = Filter::parse(serverTerm(), m_model->schema());
    return Filter::both(server ? server.value() : Filter(), m_pageFilter);
}

void TablePage::setPageFilter(const Filter &filter)
{
    m_pageFilter = filter;
    applyFilter(m_typed);
}

void TablePage::saveFilter()
{
    m_settings.setValue(objectName() + u"/filter"_s, m_typed);
}

void TablePage::applyPreferences(const Preferences &preferences)
{
    m_model->setMarks(preferences.values().freshMs, preferences.values().goneMs);
    m_serverTimes = preferences.values().serverTimes;
    updateZones();
}

void TablePage::updateZones()
{
    QHash<quint16, int> zones;
    if (m_serverTimes)
        for (const ServerStatus &server : m_backend.servers())
            if (server.utcOffset)
                zones.insert(server.number, *server.utcOffset);
    m_model->setZones(zones);
}

void TablePage::saveState()
{
    m_columns->save();
    saveFilter();
}

qsizetype TablePage::total() const
{
    return m_backend.rowCount(m_table, m_server);
}

QList<QAction *> TablePage::viewActions() const
{
    return { m_refresh, m_tools->intervalMenu().menuAction(), m_pause, m_find, m_clear };
}

QList<QAction *> TablePage::rowActions()
{
    return { m_gap, m_copy, m_selectAll, m_export };
}

void TablePage::refresh()
{
    m_refresh->setEnabled(false);
    m_backend.refresh(m_table, this, [this](const Result<void> &result) {
        m_refresh->setEnabled(true);
        m_model->flush();
        if (!result)
            warn(tr("Cannot refresh: %1").arg(safeText(result.error().detail)));
    });
}

void TablePage::hold(bool on)
{
    m_holds = std::max(0, m_holds + (on ? 1 : -1));
    updatePaused();
}

void TablePage::updatePaused()
{
    m_model->setHeld(m_holds > 0);
    m_model->setPaused(m_pause->isChecked());
    if (m_pause->isChecked() == m_tools->property("paused").toBool())
        return;
    m_tools->setProperty("paused", m_pause->isChecked());
    m_pause->setIcon(icon(m_pause->isChecked() ? Symbol::Play : Symbol::Pause));
    m_pause->setToolTip(m_pause->isChecked() ? tr("Go on (Space)") : tr("Pause (Space)"));
    m_tools->setWaiting(m_pause->isChecked(), 0);
}

QList<ServerStatus> TablePage::shownServers() const
{
    QList<ServerStatus> shown;
    for (const ServerStatus &server : m_backend.servers())
        if (!m_server || server.number == *m_server)
            shown.append(server);
    return shown;
}

void TablePage::updateServers()
{
    QSet<quint16> stale;
    for (const ServerStatus &server : m_backend.servers())
        if (server.state != LinkState::Live || !PageTexts::sourceTrouble(m_backend, m_table, { server }).isEmpty())
            stale.insert(server.number);
    if (m_view->delegate().staleServers() != stale) {
        m_view->delegate().setStaleServers(stale);
        m_model->setQuietServers(stale);
        m_view->viewport()->update();
    }
    QHash<quint16, QColor> colours;
    if (!m_server && m_backend.servers().size() > 1)
        for (const ServerStatus &server : m_backend.servers())
            if (server.colour.isValid())
                colours.insert(server.number, server.colour);
    if (m_view->delegate().serverColours() != colours) {
        m_view->delegate().setServerColours(colours);
        m_view->viewport()->update();
    }
    updateZones();
    const QList<ServerStatus> shown = shownServers();
    m_columns->setServer(m_server && shown.size() == 1 ? shown.first().pin : QString(),
        shown.isEmpty() ? QString() : shown.first().name);
    m_columns->setManyServers(!m_server && m_backend.servers().size() > 1);
    QString text = PageTexts::stale(shownServers(), m_backend.clock().nowUs());
    if (text.isEmpty())
        text = PageTexts::sourceTrouble(m_backend, m_table, shownServers());
    if (text.isEmpty() || total() == 0)
        m_stale->clear();
    else
        m_stale->say(text, MessageLine::Kind::Warning);
    updateEmpty();
}

void TablePage::updateCounts()
{
    m_tools->setCounts(m_model->presentCount(), total(), !m_typed.trimmed().isEmpty());
    updateEmpty();
    Q_EMIT countsChanged();
}

void TablePage::updateEmpty()
{
    const bool empty = m_model->rowCount() == 0 && !m_model->isBusy();
    if (empty)
        m_empty->setContent(emptyContent());
    QWidget *wanted = empty ? static_cast<QWidget *>(m_empty) : m_view;
    if (m_stack->currentWidget() == wanted)
        return;
    const FilterField &filter = m_tools->filter();
    const bool waits = m_filterStandsIn && filter.hasFocus() && filter.text().isEmpty();
    const bool had = m_stack->isAncestorOf(QApplication::focusWidget()) || waits;
    m_stack->setCurrentWidget(wanted);
    if (had)
        takeFocus();
}

void TablePage::takeFocus()
{
    QWidget *const shown = m_stack->currentWidget();
    QWidget *const wanted = shown == m_empty ? m_empty->control() : shown;
    m_filterStandsIn = !wanted;
    (wanted ? wanted : &m_tools->filter())->setFocus(Qt::OtherFocusReason);
}

void TablePage::tellOutcome(RowAction action, const QList<RowOutcome> &outcomes)
{
    const ActionTexts::Summary summary = ActionTexts::summary(action, outcomes, m_backend.servers());
    m_message->say(summary.text, summary.kind());
}

std::function<void()> TablePage::jumpTo(const QString &filter)
{
    const QString before = m_typed;
    setFilterText(filter);
    return [this, before] { setFilterText(before); };
}

void TablePage::askDrop(const OnlineUsers::Parts &parts)
{
    if (!m_drop) {
        m_drop = new LiveDrop(m_backend, this, this);
        connect(m_drop, &LiveDrop::held, this, &TablePage::hold);
        connect(m_drop, &LiveDrop::said, m_message,
            [this](const QString &text, MessageLine::Kind kind) { m_message->say(text, kind); });
    }
    m_drop->ask(parts);
}

void TablePage::warn(const QString &text)
{
    m_message->say(text, MessageLine::Kind::Warning);
}

EmptyState::Content TablePage::emptyContent() const
{
    if (m_backend.servers().isEmpty())
        return PageTexts::noServer();
    if (total() > 0 && !m_typed.trimmed().isEmpty())
        return PageTexts::filterHides(total(), m_typed);
    const QList<ServerStatus> servers = shownServers();
    const bool live = std::any_of(
        servers.begin(), servers.end(), [](const ServerStatus &server) { return server.state == LinkState::Live; });
    return live ? nothingThere() : PageTexts::notConnected(servers);
}

EmptyState::Content TablePage::nothingThere() const
{
    return PageTexts::nothingThere(m_table);
}

void TablePage::updateInView()
{
    if (!isVisible())
        return;
    const auto [first, last] = m_view->visibleRows();
    QList<RowKey> keys;
    for (int row = first; row <= last; ++row)
        if (!m_model->isGone(row))
            keys.append(m_model->keyAt(row));
    m_backend.setInView(m_table, keys);
}

void TablePage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    updateServers();
    updateCounts();
    updateInView();
}

RowKey TablePage::currentKey() const
{
    return currentRow() < 0 ? RowKey() : m_model->keyAt(currentRow());
}

int TablePage::currentRow() const
{
    return m_view->currentRow();
}

QList<int> TablePage::visibleColumns() const
{
    return m_columns->visible();
}

QString TablePage::selectedAsTsv() const
{
    return copyRows(*m_model, m_selection->inOrder(), m_columns->visible());
}

QString TablePage::toolTip(const QModelIndex &index) const
{
    return m_model->data(index, Qt::ToolTipRole).toString();
}

void TablePage::openHeaderMenu(const QPoint &place)
{
    auto *menu = new QMenu(this);
    menu->setObjectName(u"headerMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    m_columns->fillMenu(menu);
    hold(true);
    connect(
        menu, &QMenu::aboutToHide, this, [this] { hold(false); }, Qt::QueuedConnection);
    menu->popup(m_view->horizontalHeader()->mapToGlobal(place));
}

void TablePage::openExport(bool everything)
{
    // "All" are all rows of the chosen servers, in the order of the page.
    const TableView rows = m_live.table().view();
    const FilterRun run(rowsFilter(), rows, m_live.filterTime());
    const Order order = sorted(rows, m_model->order(), candidates(rows, run.all()));
    ExportSource source;
    source.table = m_table;
    source.fileName = u"%1-%2"_s.arg(QString::fromUtf8(m_model->schema().name()),
        QDateTime::fromMSecsSinceEpoch(m_backend.clock().nowUs() / 1000).toString(u"yyyyMMdd-HHmm"_s));
    source.all.reserve(order.size());
    for (const Table::Slot slot : order)
        source.all.append(rows.keys[slot]);
    source.filtered.reserve(m_model->rowCount());
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (!m_model->isGone(row))
            source.filtered.append(m_model->keyAt(row));
    source.selected = m_selection->inOrder();
    source.visibleColumns = m_columns->visible();
    source.allColumns = m_columns->all();
    source.everything = everything;
    auto *dialog = new ExportDialog(m_backend, std::move(source), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace mailhelm
