// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/onlineusers.h"

#include <QCryptographicHash>
#include <QtEndian>

#include <numeric>
#include <utility>

namespace mailhelm
{

static Schema foldSchema()
{
    const Schema &schema = schemaOf(TableId::OnlineUsers);
    return Schema(schema.id(), schema.name(),
        schema.columns()
            + QList<ColumnSpec> {
                { QByteArrayLiteral("server"), ColumnType::Text, QByteArrayLiteral("Server"), ColumnTrait::Shown } });
}

OnlineUsers::OnlineUsers(const LiveTable &connections, const LiveTable &webmail, QObject *parent)
    : LiveTable(parent)
    , m_table(foldSchema())
    , m_serverColumn(m_table.schema().columnCount() - 1)
    , m_connections { connections, &User::connection, connections.table().schema().indexOf("server"), {} }
    , m_sessions { webmail, &User::session, webmail.table().schema().indexOf("server"), {} }
{
    for (Source *const source : { &m_connections, &m_sessions }) {
        Q_ASSERT(source->serverColumn >= 0);
        Publication all;
        for (Slot slot = 0; slot < source->source.table().slotEnd(); ++slot)
            if (source->source.table().isLive(slot))
                all.inserted.append(slot);
        take(*source, all);
        connect(&source->source, &LiveTable::published, this,
            [this, source](const Publication &publication) { take(*source, publication); });
    }
    connect(&webmail, &LiveTable::timeChanged, this, &LiveTable::timeChanged); // both have the replica's clocks
}

int OnlineUsers::columnFor(QByteArrayView protocol, QByteArrayView extension)
{
    static constexpr std::pair<const char *, int> Protocols[] { { "smtp", onlineusers::Smtp },
        { "imap", onlineusers::Imap }, { "pop3", onlineusers::Pop }, { "xmpp", onlineusers::Xmpp }, { "admin", -1 } };
    static constexpr std::pair<const char *, int> Extensions[] { { "ActiveSync", onlineusers::Eas },
        { "MAPI", onlineusers::MapiEws }, { "EWS", onlineusers::MapiEws } };
    for (const auto &[name, column] : Protocols)
        if (protocol == name)
            return column;
    if (protocol == "http")
        for (const auto &[name, column] : Extensions)
            if (extension.compare(name, Qt::CaseInsensitive) == 0)
                return column;
    return onlineusers::Other;
}

void OnlineUsers::take(Source &source, const Publication &publication)
{
    source.members.resize(source.source.table().slotEnd());
    for (const Slot slot : publication.removed)
        count(source, slot, NoUser, -1);
    for (const Slot slot : publication.inserted)
        place(source, slot);
    for (const Slot slot : publication.changed)
        place(source, slot);
    if (&source == &m_sessions) // when it was active last decides which session gives the address
        for (const Slot slot : publication.touched)
            if (const int user = source.members[slot].user; user != NoUser)
                markDirty(user, true);
    const Publication ours = settle();
    if (ours.isEmpty())
        return;
    Q_EMIT published(ours);
    for (const Slot slot : ours.removed)
        m_table.remove(slot);
}

/// Counts a row as it is now.
void OnlineUsers::place(Source &source, Slot slot)
{
    noteServer(source, slot);
    const Table &table = source.source.table();
    const quint16 server = table.keyAt(slot).server;
    if (&source == &m_sessions) {
        const int user = userOf(server, table.column(webmail::User), slot);
        count(source, slot, user, onlineusers::Webmail);
        markDirty(user, true);
        return;
    }
    const auto text = [&](int column) {
        return table.column(column).isKnown(slot) ? table.column(column).text(slot) : QByteArrayView();
    };
    const int column = columnFor(text(connections::Protocol), text(connections::Extension));
    count(source, slot, column < 0 ? NoUser : userOf(server, table.column(connections::User), slot), column);
}

void OnlineUsers::count(Source &source, Slot slot, int user, int column)
{
    Member &member = source.members[slot];
    if (member.user == user && member.column == column)
        return;
    const bool sessions = &source == &m_sessions;
    if (member.user != NoUser) {
        User &old = m_users[size_t(member.user)];
        --old.counts[size_t(member.column - FirstCount)];
        markDirty(member.user, sessions);
        if (member.next != Table::NoSlot)
            source.members[member.next].previous = member.previous;
        (member.previous == Table::NoSlot ? old.*source.head : source.members[member.previous].next) = member.next;
    }
    member = { user, column, Table::NoSlot, Table::NoSlot };
    if (user == NoUser)
        return;
    User &now = m_users[size_t(user)];
    ++now.counts[size_t(column - FirstCount)];
    markDirty(user, sessions);
    member.next = now.*source.head;
    if (member.next != Table::NoSlot)
        source.members[member.next].previous = slot;
    now.*source.head = slot;
}

int OnlineUsers::userOf(quint16 server, const Column &users, Slot slot)
{
    const bool known = users.isKnown(slot);
    const QByteArrayView text = known ? users.text(slot) : QByteArrayView();
    const auto found = m_numbers.constFind({ server, known, QByteArray::fromRawData(text.data(), text.size()) });
    if (found != m_numbers.cend())
        return *found;
    const Who who { server, known, text.toByteArray() };
    const int number = int(m_users.size());
    User user;
    user.who = who;
    user.id = newId(who);
    m_users.push_back(std::move(user));
    m_numbers.insert(who, number);
    return number;
}

RowId OnlineUsers::newId(const Who &who)
{
    const QByteArray hash
        = QCryptographicHash::hash((who.known ? "user " : "?") + who.user, QCryptographicHash::Blake2b_160);
    RowId id = qFromBigEndian<quint64>(hash.constData()) & MaxRowId;
    while (id == 0 || m_ids.contains({ who.server, id }))
        id = (id + 1) & MaxRowId;
    m_ids.insert({ who.server, id });
    return id;
}

/// A server that was given another name has it in all its rows: the source that says so first decides. A row that does
/// not name its server says nothing of it.
void OnlineUsers::noteServer(const Source &source, Slot slot)
{
    const Column &servers = source.source.table().column(source.serverColumn);
    if (!servers.isKnown(slot))
        return;
    const quint16 server = source.source.table().keyAt(slot).server;
    const QByteArrayView name = servers.text(slot);
    const auto known = m_servers.constFind(server);
    if (known != m_servers.cend() && *known == name)
        return;
    m_servers.insert(server, name.toByteArray());
    for (int i = 0; i < int(m_users.size()); ++i)
        if (m_users[size_t(i)].who.server == server && m_users[size_t(i)].slot != Table::NoSlot)
            markDirty(i, false);
}

void OnlineUsers::markDirty(int user, bool sessionsMoved)
{
    User &marked = m_users[size_t(user)];
    marked.sessionsMoved |= sessionsMoved;
    if (!std::exchange(marked.dirty, true))
        m_dirty.push_back(user);
}

/// Brings the rows of the marked users up to date. Those removed still stand.
Publication OnlineUsers::settle()
{
    Publication publication;
    for (const int number : std::exchange(m_dirty, {})) {
        User &user = m_users[size_t(number)];
        user.dirty = false;
        if (user.connection == Table::NoSlot && user.session == Table::NoSlot) {
            user.sessionsMoved = false;
            if (user.slot != Table::NoSlot)
                publication.removed.append(std::exchange(user.slot, Table::NoSlot));
            continue;
        }
        const bool fresh = user.slot == Table::NoSlot;
        if (fresh) {
            user.slot = m_table.insert({ user.who.server, user.id });
            m_userAt.resize(m_table.slotEnd());
            m_userAt[user.slot] = number;
            if (user.who.known)
                m_table.column(onlineusers::User).setText(user.slot, user.who.user);
        }
        const bool changed = write(user);
        if (fresh)
            publication.inserted.append(user.slot);
        else if (changed)
            publication.changed.append(user.slot);
    }
    return publication;
}

bool OnlineUsers::write(User &user)
{
    Column &servers = m_table.column(m_serverColumn);
    const auto server = m_servers.constFind(user.who.server);
    bool changed = server == m_servers.cend() ? servers.setUnknown(user.slot) : servers.setText(user.slot, *server);
    qint64 total = 0;
    for (int i = 0; i < CountColumns; ++i) {
        total += user.counts[size_t(i)];
        changed |= m_table.column(FirstCount + i).setNumber(user.slot, user.counts[size_t(i)]);
    }
    changed |= m_table.column(onlineusers::Total).setNumber(user.slot, total);
    if (std::exchange(user.sessionsMoved, false) && !user.who.user.isEmpty())
        changed |= writeSessions(user);
    return changed;
}

bool OnlineUsers::writeSessions(const User &user)
{
    const Table &table = m_sessions.source.table();
    const Column &addresses = table.column(webmail::ClientAddress);
    const Column &started = table.column(webmail::Started);
    const Column &active = table.column(webmail::LastActive);
    Slot latest = Table::NoSlot; // of those whose address is known
    Slot oldest = Table::NoSlot;
    const auto later = [&](Slot a, Slot b) {
        if (active.isKnown(a) != active.isKnown(b))
            return active.isKnown(a);
        if (active.isKnown(a) && active.number(a) != active.number(b))
            return active.number(a) > active.number(b);
        return table.keyAt(a).id < table.keyAt(b).id;
    };
    for (Slot slot = user.session; slot != Table::NoSlot; slot = m_sessions.members[slot].next) {
        if (addresses.isKnown(slot) && (latest == Table::NoSlot || later(slot, latest)))
            latest = slot;
        if (started.isKnown(slot) && (oldest == Table::NoSlot || started.number(slot) < started.number(oldest)))
            oldest = slot;
    }
    Column &address = m_table.column(onlineusers::WebmailAddress);
    Column &since = m_table.column(onlineusers::WebmailSince);
    const bool moved = latest == Table::NoSlot ? address.setUnknown(user.slot)
                                               : address.setAddress(user.slot, addresses.address(latest));
    const bool aged
        = oldest == Table::NoSlot ? since.setUnknown(user.slot) : since.setNumber(user.slot, started.number(oldest));
    return moved || aged;
}

OnlineUsers::Parts OnlineUsers::partsOf(RowKey user) const
{
    const Slot slot = m_table.slotOf(user);
    if (slot == Table::NoSlot)
        return {};
    const User &found = m_users[size_t(m_userAt[slot])];
    return { chain(m_connections, found.connection), chain(m_sessions, found.session) };
}

qint64 OnlineUsers::liveOf(quint16 server, QByteArrayView user) const
{
    const auto found = m_numbers.constFind({ server, true, QByteArray::fromRawData(user.data(), user.size()) });
    if (found == m_numbers.cend())
        return 0;
    const auto &counts = m_users[size_t(*found)].counts;
    return std::accumulate(counts.begin(), counts.end(), qint64(0));
}

QList<RowKey> OnlineUsers::chain(const Source &source, Slot head) const
{
    QList<RowKey> keys;
    for (Slot slot = head; slot != Table::NoSlot; slot = source.members[slot].next)
        keys.append(source.source.table().keyAt(slot));
    return keys;
}

std::optional<RowKey> OnlineUsers::userOfConnection(RowKey connection) const
{
    return userAt(m_connections, connection);
}

std::optional<RowKey> OnlineUsers::userOfSession(RowKey session) const
{
    return userAt(m_sessions, session);
}

std::optional<RowKey> OnlineUsers::userAt(const Source &source, RowKey row) const
{
    const Slot slot = source.source.table().slotOf(row);
    if (slot == Table::NoSlot || slot >= source.members.size() || source.members[slot].user == NoUser)
        return std::nullopt;
    const User &user = m_users[size_t(source.members[slot].user)];
    return RowKey { user.who.server, user.id };
}

} // namespace mailhelm
