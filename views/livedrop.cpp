// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/livedrop.h"

#include "core/base/safetext.h"
#include "views/actiontexts.h"
#include "views/confirmdialog.h"
#include "views/rowcells.h"

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 ReturnWatchUs = 30'000'000;

/// Why rows of that server cannot be dropped or ended from here; empty: they can.
QString refusalOf(const ServerStatus &server, RowAction action)
{
    return server.state == LinkState::Live ? safeText(server.refusal(action)) : LiveDrop::tr("not connected");
}

} // namespace

/// One dropping, until everybody has answered.
struct LiveDrop::Doing {
    int open = 0;
    bool both = false; ///< connections and sessions
    QHash<RowKey, Dropped> about; ///< the connections as they were
    QStringList texts;
    bool trouble = false;
};

LiveDrop::LiveDrop(Backend &backend, QWidget *window, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_window(window)
    , m_connections(backend.table(TableId::Connections))
{
    connect(&m_connections, &LiveTable::published, this, &LiveDrop::watchReturns);
}

QString LiveDrop::whyNot(const Backend &backend, const OnlineUsers::Parts &parts)
{
    QString why;
    for (const ServerStatus &server : backend.servers()) {
        const auto isThere = [&](RowKey row) { return row.server == server.number; };
        const auto look = [&](const QList<RowKey> &rows, RowAction action) {
            if (std::none_of(rows.begin(), rows.end(), isThere))
                return false;
            const QString refusal = refusalOf(server, action);
            if (!refusal.isEmpty())
                why = server.state == LinkState::Live ? refusal : tr("%1 is not connected").arg(safeText(server.name));
            return refusal.isEmpty();
        };
        if (look(parts.connections, RowAction::Drop) || look(parts.sessions, RowAction::End))
            return {};
    }
    return why;
}

void LiveDrop::spare(RowAction action, QList<RowKey> &rows, QStringList &notes) const
{
    for (const ServerStatus &server : m_backend.servers()) {
        const QString why = refusalOf(server, action);
        if (why.isEmpty())
            continue;
        const qsizetype spared = rows.removeIf([&](RowKey row) { return row.server == server.number; });
        if (spared > 0)
            notes.append(
                (action == RowAction::End ? tr("WebMail sessions on %1 stay: %2") : tr("Connections on %1 stay: %2"))
                    .arg(safeText(server.name), why));
    }
}

QList<ConfirmTarget> LiveDrop::targetsOf(const OnlineUsers::Parts &parts) const
{
    QList<ConfirmTarget> targets;
    const auto add = [&](TableId id, const QList<RowKey> &rows, std::initializer_list<int> columns) {
        RowCells shown(m_backend.table(id));
        for (const RowKey row : rows) {
            if (!shown.seek(row))
                continue;
            QStringList cells;
            for (const int column : columns)
                cells.append(shown.text(column));
            targets.append({ id, row, cells });
        }
    };
    add(TableId::Connections, parts.connections,
        { connections::User, connections::Service, connections::ClientAddress, connections::Since });
    add(TableId::Webmail, parts.sessions,
        { webmail::User, webmail::Component, webmail::ClientAddress, webmail::Started });
    return targets;
}

ConfirmWords LiveDrop::words(bool connections, bool sessions)
{
    ConfirmWords words;
    if (connections && sessions) {
        words.name = u"dropUsersDialog"_s;
        words.title = tr("Drop connections");
        words.listName = tr("Connections and WebMail sessions to drop");
        words.columns = { tr("User"), tr("Protocol"), tr("From"), tr("Since") };
        words.question = [](int count, const QString &where) {
            return tr("Drop %Ln connection(s) and session(s) on %1?", nullptr, count).arg(where);
        };
        words.button = [](int count) { return count == 1 ? tr("Drop it") : tr("Drop all %Ln", nullptr, count); };
    } else if (sessions) {
        words = ActionTexts::confirm(RowAction::End);
        words.name = u"endDialog"_s;
        words.title = tr("End WebMail sessions");
        words.listName = tr("Sessions to end");
        words.columns = { tr("User"), tr("Component"), tr("From"), tr("Started") };
    } else {
        words = ActionTexts::confirm(RowAction::Drop);
        words.name = u"dropDialog"_s;
        words.title = tr("Drop connections");
        words.listName = tr("Connections to drop");
        words.columns = { tr("User"), tr("Protocol"), tr("From"), tr("Time") };
    }
    words.endedColumn = 3;
    if (connections)
        words.notes.append(tr("Mail programs connect again by themselves: to keep somebody out, block their account."));
    if (sessions)
        words.notes.append(
            tr("The next click in that browser leads to the login page; what was typed and not saved is lost."));
    return words;
}

void LiveDrop::ask(const OnlineUsers::Parts &parts)
{
    OnlineUsers::Parts wanted = parts;
    QStringList notes;
    const qsizetype own = wanted.connections.removeIf([this](RowKey row) { return m_backend.isOwn(row); });
    spare(RowAction::Drop, wanted.connections, notes);
    spare(RowAction::End, wanted.sessions, notes);
    const QList<ConfirmTarget> targets = targetsOf(wanted);
    if (targets.isEmpty()) {
        if (own > 0)
            notes.append(tr("This is your own connection to the agent: it is not dropped from here."));
        Q_EMIT said(notes.isEmpty() ? tr("Nothing of that is there any more.") : notes.join(u' '),
            notes.isEmpty() || own > 0 ? MessageLine::Kind::Information : MessageLine::Kind::Warning);
        return;
    }
    if (own > 0)
        notes.append(tr("Your own connection to the agent is spared."));
    const auto of = [&](TableId id) {
        return std::any_of(
            targets.begin(), targets.end(), [id](const ConfirmTarget &target) { return target.table == id; });
    };
    ConfirmWords said = words(of(TableId::Connections), of(TableId::Webmail));
    said.notes = notes + said.notes;
    auto *dialog = new ConfirmDialog(said, targets, m_backend.servers(), m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->watch(TableId::Connections, m_connections);
    dialog->watch(TableId::Webmail, m_backend.table(TableId::Webmail));
    Q_EMIT held(true);
    connect(dialog, &QDialog::finished, this, [this] { Q_EMIT held(false); });
    connect(dialog, &ConfirmDialog::confirmed, this, [this, dialog] {
        run({ dialog->remaining(TableId::Connections), dialog->remaining(TableId::Webmail) });
    });
    dialog->open();
}

void LiveDrop::run(const OnlineUsers::Parts &parts)
{
    const auto doing = std::make_shared<Doing>();
    doing->both = !parts.connections.isEmpty() && !parts.sessions.isEmpty();
    doing->open = doing->both ? 2 : 1;
    const Table &table = m_connections.table();
    for (const RowKey row : parts.connections)
        if (const auto facts = factsOf(table.slotOf(row)))
            doing->about.insert(row, *facts);
    m_watched.clear();
    m_returned = 0;
    for (const auto &[action, rows] :
        { std::pair(RowAction::Drop, parts.connections), std::pair(RowAction::End, parts.sessions) })
        if (!rows.isEmpty())
            m_backend.act(action, rows, {}, this,
                [this, doing, action](const QList<RowOutcome> &outcomes) { answered(doing, action, outcomes); });
}

void LiveDrop::answered(const std::shared_ptr<Doing> &doing, RowAction action, const QList<RowOutcome> &outcomes)
{
    const ActionTexts::Summary summary = ActionTexts::summary(action, outcomes, m_backend.servers());
    const bool sessions = action == RowAction::End;
    doing->texts.append(!doing->both ? summary.text
            : sessions               ? tr("WebMail sessions: %1").arg(summary.text)
                                     : tr("Connections: %1").arg(summary.text));
    doing->trouble = doing->trouble || summary.trouble;
    const qint64 until = m_backend.clock().monotonicUs() + ReturnWatchUs;
    for (const RowOutcome &outcome : outcomes) {
        const auto about = doing->about.constFind(outcome.row);
        if (sessions || outcome.code != RowOutcome::Code::Done || about == doing->about.cend())
            continue;
        m_watched.append(*about);
        m_watched.last().untilUs = until;
    }
    if (--doing->open > 0)
        return;
    m_outcomeText = doing->texts.join(u"; "_s);
    Q_EMIT said(m_outcomeText, doing->trouble ? MessageLine::Kind::Warning : MessageLine::Kind::Information);
}

std::optional<LiveDrop::Dropped> LiveDrop::factsOf(Table::Slot slot) const
{
    if (slot == Table::NoSlot)
        return std::nullopt;
    const Table &table = m_connections.table();
    const auto text = [&](int column) {
        const Column &cells = table.column(column);
        return cells.isKnown(slot) ? cells.text(slot).toByteArray() : QByteArray();
    };
    const Column &address = table.column(connections::ClientAddress);
    return Dropped { table.keyAt(slot).server, text(connections::User), text(connections::Service),
        address.isKnown(slot) ? address.address(slot) : Address(), 0 };
}

void LiveDrop::watchReturns(const Publication &publication)
{
    if (m_watched.isEmpty() || publication.inserted.isEmpty())
        return;
    const qint64 now = m_backend.clock().monotonicUs();
    m_watched.removeIf([now](const Dropped &one) { return one.untilUs < now; });
    const int before = m_returned;
    for (const Table::Slot slot : publication.inserted) {
        const std::optional<Dropped> came = factsOf(slot);
        const auto same = std::find_if(
            m_watched.begin(), m_watched.end(), [&](const Dropped &one) { return came && one.isLike(*came); });
        if (same != m_watched.end()) {
            m_watched.erase(same);
            ++m_returned;
        }
    }
    if (m_returned > before)
        Q_EMIT said(tr("%1; %2").arg(m_outcomeText, tr("%Ln client(s) have connected again", nullptr, m_returned)),
            MessageLine::Kind::Information);
}

} // namespace mailhelm
