// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/webmailpage.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"
#include "views/icons.h"
#include "views/pagetexts.h"
#include "views/rowsview.h"
#include "views/viewtext.h"

#include <QAction>
#include <QMenu>
#include <QSettings>

namespace mailhelm
{

using namespace Qt::StringLiterals;

WebmailPage::WebmailPage(Backend &backend, QSettings &settings, QWidget *parent)
    : TablePage(backend, TableId::Webmail, settings, parent)
    , m_sessions(backend.table(TableId::Webmail))
    , m_end(new QAction(icon(Symbol::Drop), tr("&End Session…"), this))
    , m_showUser(new QAction(icon(Symbol::User), tr("Sho&w This User"), this))
    , m_showAnonymous(new QAction(tr("Show sessions that are not logged &in"), this))
{
    m_end->setShortcut(QKeySequence(QKeySequence::Delete));
    m_end->setShortcutContext(Qt::WidgetShortcut);
    m_end->setObjectName(u"endAction"_s);
    m_showUser->setObjectName(u"showUserAction"_s);
    m_showAnonymous->setObjectName(u"showAnonymousAction"_s);
    m_showAnonymous->setCheckable(true);
    m_showAnonymous->setToolTip(
        tr("The login page was opened and nobody logged in: somebody who left it open, or a monitoring service"));
    view().addAction(m_end);
    view().setAccessibleName(tr("WebMail sessions"));

    connect(m_end, &QAction::triggered, this, [this] { askEnd(selection().inOrder()); });
    connect(m_showUser, &QAction::triggered, this, [this] {
        setFilterText(Filter::quoted("user", model().valueAt(currentRow(), webmail::User), ColumnType::Text));
    });
    connect(m_showAnonymous, &QAction::toggled, this, &WebmailPage::showAnonymous);
    connect(&selection(), &RowSelection::changed, this, &WebmailPage::updateActions);
    connect(view().selectionModel(), &QItemSelectionModel::currentRowChanged, this, &WebmailPage::updateActions);
    connect(&backend, &Backend::serverChanged, this, &WebmailPage::updateActions);
    connect(&m_sessions, &LiveTable::published, this, [this] { m_counted = false; });
    m_showAnonymous->setChecked(settings.value(objectName() + u"/anonymous"_s, false).toBool());
    showAnonymous(m_showAnonymous->isChecked());
    updateActions();
}

QList<QAction *> WebmailPage::rowActions()
{
    return QList<QAction *> { m_end, m_showUser } + TablePage::rowActions() + QList<QAction *> { m_showAnonymous };
}

void WebmailPage::showAnonymous(bool show)
{
    settings().setValue(objectName() + u"/anonymous"_s, show);
    const Result<Filter> loggedIn = Filter::parse(u"!user=\"\""_s, model().schema());
    setPageFilter(show || !loggedIn ? Filter() : loggedIn.value());
}

/// Sessions that nobody is logged in to are shown to whoever is sent to just these.
std::function<void()> WebmailPage::jumpTo(const QString &filter)
{
    const std::function<void()> back = TablePage::jumpTo(filter);
    if (!filter.contains(Filter::quoted("user", Value(QByteArray("")), ColumnType::Text))
        || m_showAnonymous->isChecked())
        return back;
    m_showAnonymous->setChecked(true);
    return [this, back] {
        m_showAnonymous->setChecked(false);
        back();
    };
}

void WebmailPage::countLoggedIn() const
{
    m_loggedIn.clear();
    const Table &table = m_sessions.table();
    const Column &users = table.column(webmail::User);
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
        if (table.isLive(slot) && !(users.isKnown(slot) && users.text(slot).isEmpty()))
            ++m_loggedIn[table.keyAt(slot).server];
    m_counted = true;
}

qsizetype WebmailPage::total() const
{
    if (m_showAnonymous->isChecked())
        return TablePage::total();
    if (!m_counted)
        countLoggedIn();
    qsizetype sum = 0;
    for (const auto &[number, count] : m_loggedIn)
        if (!server() || number == *server())
            sum += count;
    return sum;
}

void WebmailPage::updateActions()
{
    const qsizetype count = selection().count();
    const QString why = whyNot(RowAction::End);
    m_end->setText(count > 1 ? tr("&End %Ln Session(s)…", nullptr, int(count)) : tr("&End Session…"));
    m_end->setEnabled(count > 0 && why.isEmpty());
    m_end->setToolTip(why.isEmpty() ? tr("End the selected WebMail sessions (Del)") : plainToolTip(why));
    const int row = currentRow();
    const Value user = row >= 0 && !model().isGone(row) ? model().valueAt(row, webmail::User) : Value();
    const auto *name = std::get_if<QByteArray>(&user);
    m_showUser->setEnabled(name && !name->isEmpty());
}

void WebmailPage::fillContextMenu(QMenu *menu)
{
    if (hasCurrentRow()) {
        updateActions();
        menu->addAction(m_end);
        menu->addSeparator();
        menu->addAction(m_showUser);
    }
    TablePage::fillContextMenu(menu);
    menu->addSeparator();
    menu->addAction(m_showAnonymous);
}

QString WebmailPage::toolTip(const QModelIndex &index) const
{
    const QString text = TablePage::toolTip(index);
    if (index.column() != webmail::Expires)
        return text;
    const Value expires = model().valueAt(index.row(), webmail::Expires);
    const Value active = model().valueAt(index.row(), webmail::LastActive);
    const auto *end = std::get_if<qint64>(&expires);
    const auto *last = std::get_if<qint64>(&active);
    if (!end || !last)
        return text;
    return tr("%1\nThe WebMail ends a session after %2 without activity.").arg(text, spanText(*end - *last));
}

EmptyState::Content WebmailPage::nothingThere() const
{
    const qsizetype hidden = TablePage::total() - total();
    if (EmptyState::Content trouble = PageTexts::cannotRead(backend(), TableId::Webmail, server());
        hidden == 0 && !trouble.title.isEmpty())
        return trouble;
    EmptyState::Content content = PageTexts::nothingThere(TableId::Webmail);
    if (hidden > 0)
        content.text
            = tr("There are %Ln session(s) that are not logged in; the menu ⋮ shows them.", nullptr, int(hidden));
    return content;
}

} // namespace mailhelm
