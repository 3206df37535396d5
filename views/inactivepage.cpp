// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inactivepage.h"

#include "core/table/livetable.h"
#include "models/inactivecounter.h"
#include "views/accountactions.h"
#include "views/actiontexts.h"
#include "views/columnstate.h"
#include "views/comparedialog.h"
#include "views/icons.h"
#include "views/inactiveline.h"
#include "views/inactivetexts.h"
#include "views/pagetexts.h"
#include "views/rowsview.h"
#include "views/timeframedialog.h"
#include "views/viewtext.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QSettings>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

InactivePage::InactivePage(Backend &backend, QSettings &settings, QWidget *parent)
    : TablePage(backend, TableId::Users, settings, parent)
    , m_users(backend.table(TableId::Users))
    , m_timeframes(new QMenu(tr("&Timeframe"), this))
    , m_timeframeGroup(new QActionGroup(this))
    , m_line(new InactiveLine(m_timeframes, this))
    , m_counter(new InactiveCounter(this))
    , m_accounts(new AccountActions(backend, this, this))
{
    makeActions();
    view().setAccessibleName(tr("Inactive accounts"));
    pageLayout()->insertWidget(1, m_line);
    columns().setDefaults(
        { "user", "enabled", "domain_admin", "last_login", "last_login_service", "created", "mailbox_bytes" },
        "last_login", Qt::AscendingOrder);

    const QString saved = settings.value(objectName() + u"/timeframe"_s).toString();
    m_timeframe = Timeframe::parse(saved).value_or(Timeframe());
    m_countSoon.setSingleShot(true);
    m_countSoon.setInterval(250ms);
    connect(&m_countSoon, &QTimer::timeout, this, &InactivePage::countInactive);
    m_minute.setInterval(1min);
    connect(&m_minute, &QTimer::timeout, this, &InactivePage::countInactive);
    m_minute.start();
    const auto soon = [this] {
        if (!m_countSoon.isActive())
            m_countSoon.start();
    };
    connect(&m_users, &LiveTable::published, this, soon);
    connect(&m_users, &LiveTable::timeChanged, this, soon);
    connect(m_counter, &InactiveCounter::counted, this, &InactivePage::counted);
    connect(this, &TablePage::countsChanged, this, [this] {
        if (m_countedServer != server())
            countInactive();
        updateLine();
    });
    connect(m_line, &InactiveLine::unjudgedToggled, this, &InactivePage::setUnjudgedShown);
    connect(m_line, &InactiveLine::inactiveOnlyRequested, this, [this] { setAllShown(false); });
    connect(m_accounts, &AccountActions::held, this, &TablePage::hold);
    connect(m_accounts, &AccountActions::finished, this,
        [this](RowAction action, const QList<RowOutcome> &outcomes) { tellOutcome(action, outcomes); });
    connect(&selection(), &RowSelection::changed, this, &InactivePage::updateActions);
    connect(&backend, &Backend::serverChanged, this, &InactivePage::updateActions);
    applyRule();
    updateActions();
}

InactivePage::~InactivePage() = default;

void InactivePage::makeActions()
{
    m_commands = { {
        { RowAction::Enable, nullptr, QT_TR_NOOP("&Enable"), QT_TR_N_NOOP("&Enable %Ln Account(s)…") },
        { RowAction::Block, nullptr, QT_TR_NOOP("&Block Login…"), QT_TR_N_NOOP("&Block %Ln Login(s)…") },
        { RowAction::Disable, nullptr, QT_TR_NOOP("&Disable…"), QT_TR_N_NOOP("&Disable %Ln Account(s)…") },
        { RowAction::Delete, nullptr, QT_TR_NOOP("De&lete…"), QT_TR_N_NOOP("De&lete %Ln Account(s)…") },
    } };
    static constexpr const char *names[] = { "enableAction", "blockAction", "disableAction", "deleteAction" };
    for (size_t i = 0; i < m_commands.size(); ++i) {
        RowCommand &command = m_commands[i];
        command.show = new QAction(icon(ActionTexts::symbol(command.action)), tr(command.one), this);
        command.show->setObjectName(QLatin1StringView(names[i]));
        connect(command.show, &QAction::triggered, this,
            [this, action = command.action] { m_accounts->ask(action, selection().inOrder()); });
    }
    QAction *remove = m_commands.back().show;
    remove->setShortcut(QKeySequence(QKeySequence::Delete));
    remove->setShortcutContext(Qt::WidgetShortcut);
    view().addAction(remove);

    m_unjudged = new QAction(tr("Show those that cannot be &judged yet"), this);
    m_unjudged->setCheckable(true);
    m_unjudged->setObjectName(u"unjudgedAction"_s);
    connect(m_unjudged, &QAction::toggled, this, &InactivePage::setUnjudgedShown);
    m_exportAll = new QAction(icon(Symbol::Export), tr("Export &All to CSV…"), this);
    m_exportAll->setObjectName(u"exportAllAction"_s);
    m_exportAll->setToolTip(tr("The whole list with all that is known, whatever the filter and the selection"));
    connect(m_exportAll, &QAction::triggered, this, [this] { openExport(true); });
    m_compare = new QAction(icon(Symbol::Compare), tr("&Compare with a List…"), this);
    m_compare->setObjectName(u"compareAction"_s);
    m_compare->setToolTip(tr("With the addresses of a CSV file, such as a billing system's"));
    connect(m_compare, &QAction::triggered, this, &InactivePage::openCompare);

    m_timeframes->setObjectName(u"timeframeMenu"_s);
    connect(m_timeframes, &QMenu::aboutToShow, this, &InactivePage::fillTimeframes);
    fillTimeframes();
}

void InactivePage::fillTimeframes()
{
    qDeleteAll(m_timeframeGroup->actions());
    m_timeframes->clear();
    bool usual = false;
    const auto add = [this](const QString &text, bool checked) {
        QAction *action = m_timeframes->addAction(text);
        action->setCheckable(true);
        action->setChecked(checked);
        m_timeframeGroup->addAction(action);
        return action;
    };
    for (const Timeframe &each : Timeframe::usual()) {
        usual = usual || each == m_timeframe;
        connect(add(InactiveTexts::orMore(each), !m_showAll && each == m_timeframe), &QAction::triggered, this,
            [this, each] { setTimeframe(each); });
    }
    QAction *all = add(tr("&All accounts, inactive or not"), m_showAll);
    all->setObjectName(u"allAccountsAction"_s);
    connect(all, &QAction::triggered, this, [this] { setAllShown(true); });
    QAction *other
        = add(usual ? tr("&Other…") : tr("&Other (%1)…").arg(InactiveTexts::span(m_timeframe)), !m_showAll && !usual);
    connect(other, &QAction::triggered, this, [this] {
        auto *dialog = new TimeframeDialog(m_timeframe, window());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &TimeframeDialog::chosen, this, &InactivePage::setTimeframe);
        dialog->open();
    });
}

QList<QAction *> InactivePage::pageActions() const
{
    return { m_timeframes->menuAction(), m_unjudged, m_exportAll, m_compare };
}

QList<QAction *> InactivePage::rowActions()
{
    QList<QAction *> actions { m_timeframes->menuAction(), m_unjudged };
    for (const RowCommand &command : m_commands)
        actions.append(command.show);
    return actions + TablePage::rowActions() + QList<QAction *> { m_exportAll, m_compare };
}

void InactivePage::setTimeframe(const Timeframe &timeframe)
{
    setAllShown(false);
    if (timeframe == m_timeframe)
        return;
    m_timeframe = timeframe;
    settings().setValue(objectName() + u"/timeframe"_s, QString::fromLatin1(timeframe.text()));
    applyRule();
}

void InactivePage::setUnjudgedShown(bool shown)
{
    if (shown == m_showUnjudged)
        return;
    m_showUnjudged = shown;
    m_unjudged->setChecked(shown);
    m_line->setUnjudgedShown(shown);
    applyRule();
}

void InactivePage::setAllShown(bool shown)
{
    if (shown == m_showAll)
        return;
    m_showAll = shown;
    applyRule();
}

/// Whoever is sent here wants to see that account, not to hear that it is used.
std::function<void()> InactivePage::jumpTo(const QString &filter)
{
    const std::function<void()> back = TablePage::jumpTo(filter);
    const bool before = m_showAll;
    setAllShown(true);
    return [this, back, before] {
        setAllShown(before);
        back();
    };
}

void InactivePage::applyRule()
{
    setPageFilter(m_showAll ? Filter() : Filter::inactive(m_timeframe, model().schema(), m_showUnjudged));
    m_line->setAllShown(m_showAll);
    countInactive();
    updateLine();
}

void InactivePage::countInactive()
{
    m_countedServer = server();
    m_counter->start(
        m_users.table().view(), m_users.table().schema(), m_timeframe, m_users.filterTime(), m_countedServer);
}

void InactivePage::counted(const InactiveSummary &summary)
{
    if (summary == m_summary)
        return;
    m_summary = summary;
    updateCounts();
}

qsizetype InactivePage::total() const
{
    if (filterText().trimmed().isEmpty() && !model().isBusy())
        return model().presentCount();
    return m_showAll ? m_summary.accounts : m_showUnjudged ? m_summary.unjudged : m_summary.inactive;
}

void InactivePage::updateLine()
{
    TableModel::Sum sum;
    qsizetype rows = model().presentCount();
    const qsizetype selected = selection().count();
    if (selected > 0 && selected < rows) {
        const Column &sizes = m_users.table().column(users::MailboxBytes);
        for (const RowKey key : selection().keys()) {
            const Table::Slot slot = m_users.table().slotOf(key);
            if (slot != Table::NoSlot && sizes.isKnown(slot))
                sum.total += sizes.number(slot);
            else
                ++sum.unknown;
        }
        rows = selected;
    } else {
        sum = model().sumOf(users::MailboxBytes);
    }
    m_line->say(m_summary, m_timeframe, InactiveTexts::bytes(sum.total, sum.unknown, rows, selected),
        backend().clock().nowUs());
}

void InactivePage::updateActions()
{
    const qsizetype count = selection().count();
    for (const RowCommand &command : m_commands) {
        const QString why = whyNot(command.action);
        command.show->setText(count > 1 ? tr(command.many, nullptr, int(count)) : tr(command.one));
        command.show->setEnabled(count > 0 && why.isEmpty());
        command.show->setToolTip(why.isEmpty() ? ActionTexts::hint(command.action) : plainToolTip(why));
    }
}

void InactivePage::fillContextMenu(QMenu *menu)
{
    if (hasCurrentRow()) {
        updateActions();
        for (const RowCommand &command : m_commands)
            menu->addAction(command.show);
        menu->addSeparator();
    }
    TablePage::fillContextMenu(menu);
}

QString InactivePage::toolTip(const QModelIndex &index) const
{
    const QString text = TablePage::toolTip(index);
    const RowKey key = model().keyAt(index.row());
    const Table::Slot slot = m_users.table().slotOf(key);
    if (slot == Table::NoSlot)
        return text;
    const ActivityFacts facts
        = activityFacts(m_users.table().view(), ActivityColumns::of(m_users.table().schema()), slot);
    const QString why = InactiveTexts::explain(facts, m_timeframe, model().time().nowOf(key.server));
    return text.isEmpty() ? why : u"%1\n\n%2"_s.arg(text, why);
}

void InactivePage::openCompare()
{
    auto *dialog = new CompareDialog(backend(), server(), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

EmptyState::Content InactivePage::nothingThere() const
{
    if (m_summary.accounts == 0) {
        EmptyState::Content trouble = PageTexts::cannotRead(backend(), TableId::Users, server());
        if (!trouble.title.isEmpty())
            return trouble;
        return { tr("No accounts"), tr("The account database has none."), {}, {} };
    }
    if (m_showAll)
        return { tr("No accounts"), tr("There is none on this server."), {}, {} };
    if (m_showUnjudged)
        return { tr("All accounts can be judged"), tr("Somebody watched for long enough."), {}, {} };
    return { tr("Nobody is inactive"),
        tr("Every account was used within the last %1, or cannot be judged yet.").arg(InactiveTexts::span(m_timeframe)),
        {}, {} };
}

} // namespace mailhelm
