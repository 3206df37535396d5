// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakeagent.h"

#include "core/protocol/codec.h"
#include "core/table/historyrow.h"

#include <QTimer>

#include <algorithm>

namespace mailhelm
{

struct FakeAgent::Cursor {
    explicit Cursor(const Schema &schema)
        : encoder(schema)
    {
    }
    ChangesEncoder encoder;
    ResumeToken at;
    quint64 volatileAt = 0;
    std::optional<ChangeLog::Walk> walk; ///< on its way
    QList<quint32> refreshes; ///< answered at its end
};

struct FakeAgent::Peer {
    std::unique_ptr<Channel> channel;
    Role role = Role::None;
    std::map<TableId, std::unique_ptr<Cursor>> cursors;
    bool gone = false;
};

FakeAgent::FakeAgent(const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_identity(Identity::make(QStringLiteral("fake agent")).value())
    , m_history(std::make_unique<ChangeLog>(schemaOf(TableId::History), 1))
{
    newEpoch(false);
}

FakeAgent::~FakeAgent() = default;

Result<void> FakeAgent::start()
{
    const auto admit = [this](const Pin &pin) -> Admission {
        if (m_admins.contains(pin))
            return { Admit::Known, {} };
        if (!m_tokens.isEmpty())
            return { Admit::EnrolOnly, {} };
        return { Admit::Refuse,
            encode(Envelope { 0, Farewell { ErrorCode::Refused, "This key is not known here." } }) };
    };
    m_server = std::make_unique<TlsServer>(m_identity, admit, m_clock);
    connect(m_server.get(), &TlsServer::connected, this, &FakeAgent::onConnected);
    if (auto listening = m_server->listen({ "127.0.0.1:" + QByteArray::number(m_port) }); !listening)
        return listening;
    m_port = m_server->listening().first().port;
    return {};
}

void FakeAgent::stop()
{
    m_peers.clear();
    m_server.reset();
}

void FakeAgent::makeNewKey()
{
    m_identity = Identity::make(QStringLiteral("another fake agent")).value();
}

QString FakeAgent::invite(Role role)
{
    const PairingLink link { { "127.0.0.1", m_port }, pin(), PairingToken::random() };
    m_tokens.insert(link.token.toText(), role);
    return QString::fromLatin1(link.toText());
}

void FakeAgent::newEpoch(bool keepRows)
{
    ++m_epoch;
    for (const TableId id : liveTables()) {
        auto fresh = std::make_unique<ChangeLog>(schemaOf(id), m_epoch * 1000);
        if (keepRows && m_logs.count(id)) {
            const Table &old = m_logs.at(id)->table();
            for (Table::Slot slot = 0; slot < old.slotEnd(); ++slot) {
                if (!old.isLive(slot))
                    continue;
                std::vector<ChangeLog::Cell> cells;
                for (int c = 0; c < old.schema().columnCount(); ++c)
                    cells.push_back({ c, old.column(c).value(slot) });
                fresh->put(old.keyAt(slot).id, cells);
            }
        }
        m_logs[id] = std::move(fresh);
    }
}

void FakeAgent::onConnected(Channel *channel, Admit admit)
{
    m_peers.push_back(std::make_unique<Peer>());
    Peer *const peer = m_peers.back().get();
    peer->channel.reset(channel);
    if (admit == Admit::Known) {
        peer->role = m_admins.value(channel->peerPin());
        m_server->loggedIn(channel);
    }
    connect(channel, &Channel::received, this, [this, peer](const QByteArray &payload) {
        const auto envelope = decode(payload, Direction::ToAgent);
        if (envelope && !deaf)
            take(*peer, envelope.value());
    });
    connect(channel, &Channel::closed, this, [peer] { peer->gone = true; });
    connect(channel, &Channel::drained, this, [this, peer] {
        for (const auto &[table, cursor] : peer->cursors)
            if (cursor->walk && peer->channel->isOpen())
                push(*peer, table);
    });
    if (!silent)
        greet(*peer, 0);
}

void FakeAgent::say(Peer &peer, quint32 request, Message message)
{
    peer.channel->send(encode(Envelope { request, std::move(message) }));
}

void FakeAgent::greet(Peer &peer, quint32 request)
{
    ++greetings;
    Welcome welcome;
    welcome.protocol = protocol;
    welcome.agentVersion = "0.fake";
    welcome.clockUs = m_clock.nowUs() + clockAheadUs;
    welcome.role = peer.role;
    if (peer.role != Role::None) {
        welcome.serverName = serverName;
        welcome.admin = "tester";
        welcome.dropRefusal = dropRefusal;
        welcome.refusals = refusals;
        welcome.services = { { "IMAPS", "imap", { 993 }, 1'800'000, 20 } };
        welcome.graceMs = qint64(14) * 86'400'000;
        for (const auto &[id, log] : m_logs)
            if (!missing.contains(id))
                welcome.tables.append(log->table().schema());
        if (!missing.contains(TableId::History))
            welcome.tables.append(schemaOf(TableId::History));
    }
    say(peer, request, welcome);
}

void FakeAgent::take(Peer &peer, const Envelope &envelope)
{
    const Message &message = envelope.message;
    if (const auto *enrol = std::get_if<Enrol>(&message)) {
        const Role role = m_tokens.take(enrol->token);
        if (role == Role::None) {
            say(peer, envelope.request, Failed { ErrorCode::PermissionDenied, "This token was used, or is too old." });
            return;
        }
        allow(peer.channel->peerPin(), role);
        peer.role = role;
        greet(peer, envelope.request);
    } else if (const auto *wish = std::get_if<Subscribe>(&message)) {
        say(peer, envelope.request, Done {});
        subscribe(peer, *wish);
    } else if (const auto *unsubscribe = std::get_if<Unsubscribe>(&message)) {
        peer.cursors.erase(unsubscribe->table);
        historiesEnded += unsubscribe->table == TableId::History;
        say(peer, envelope.request, Done {});
    } else if (const auto *refresh = std::get_if<Refresh>(&message)) {
        ++refreshes;
        if (const auto cursor = peer.cursors.find(refresh->table); cursor != peer.cursors.end()) {
            cursor->second->refreshes.append(envelope.request);
            push(peer, refresh->table);
        } else {
            say(peer, envelope.request, Done {});
        }
    } else if (const auto *drop = std::get_if<Drop>(&message)) {
        drops.append(drop->ids);
        Outcomes outcomes;
        for (const RowId id : drop->ids) {
            if (onDrop) {
                outcomes.targets.append(onDrop(id));
                continue;
            }
            const bool there = log(TableId::Connections).remove(id);
            outcomes.targets.append({ id, there ? Outcomes::Code::Done : Outcomes::Code::Gone, {} });
        }
        say(peer, envelope.request, outcomes);
        changed();
    } else if (takeAction(peer, envelope)) {
        // answered there
    } else if (const auto *span = std::get_if<History>(&message)) {
        tellHistory(peer, envelope.request, *span);
    } else if (std::holds_alternative<Journal>(message)) {
        say(peer, envelope.request, JournalLines { { "first line", "second \x1b[31mline" } });
    } else if (std::holds_alternative<Status>(message)) {
        StatusReport report;
        report.agentVersion = "0.fake";
        report.serverName = serverName;
        for (const auto &[id, log] : m_logs)
            report.rows.append({ log->table().schema().name(), log->table().rowCount() });
        say(peer, envelope.request, report);
    } else if (std::holds_alternative<Ping>(message)) {
        ++pings;
        say(peer, envelope.request, Pong { m_clock.nowUs() + clockAheadUs });
    } else {
        say(peer, envelope.request, Done {});
    }
}

bool FakeAgent::takeAction(Peer &peer, const Envelope &envelope)
{
    const Message &message = envelope.message;
    if (const auto *end = std::get_if<End>(&message)) {
        act(peer, envelope.request, { "end", end->ids, {} });
    } else if (const auto *set = std::get_if<SetAccount>(&message)) {
        const QByteArray action = set->change == AccountChange::Enable ? "enable"
            : set->change == AccountChange::Block                      ? "block"
                                                                       : "disable";
        act(peer, envelope.request, { action, set->ids, {} });
    } else if (const auto *gone = std::get_if<Delete>(&message)) {
        act(peer, envelope.request, { "delete", gone->ids, gone->reason });
    } else if (const auto *back = std::get_if<Restore>(&message)) {
        act(peer, envelope.request, { "restore", back->ids, {} });
    } else {
        return false;
    }
    return true;
}

void FakeAgent::act(Peer &peer, quint32 request, const Act &act)
{
    acts.append(act);
    QTimer::singleShot(actAfterMs, peer.channel.get(), [this, &peer, request, act] {
        Outcomes outcomes;
        for (const RowId id : act.ids)
            outcomes.targets.append(actOn(act, id));
        say(peer, request, outcomes);
        changed();
    });
}

Outcomes::Target FakeAgent::actOn(const Act &act, RowId id)
{
    if (onAct)
        if (const auto decided = onAct(act.action, id))
            return *decided;
    const TableId of = act.action == "end" ? TableId::Webmail
        : act.action == "restore"          ? TableId::Deleted
                                           : TableId::Users;
    const Table &table = log(of).table();
    const Table::Slot slot = table.slotOf({ 0, id });
    if (slot == Table::NoSlot)
        return { id, Outcomes::Code::Gone, {} };
    const Value user = table.column(0).value(slot); // the user is the first column of all three
    if (act.action == "delete" || act.action == "restore") {
        const ChangeLog::Cell cells[] { { 0, user } };
        log(act.action == "delete" ? TableId::Deleted : TableId::Users).put(id, cells);
    } else if (act.action != "end") {
        const QByteArray state = act.action == "enable" ? "active" : act.action == "block" ? "blocked" : "disabled";
        const ChangeLog::Cell cells[] { { users::Enabled, state } };
        log(of).put(id, cells);
        return { id, Outcomes::Code::Done, {} };
    }
    log(of).remove(id);
    return { id, Outcomes::Code::Done, {} };
}

void FakeAgent::tellHistory(Peer &peer, quint32 request, const History &wish)
{
    histories.append(wish);
    if (historyFailure) {
        say(peer, request, *historyFailure);
        return;
    }
    const Table &all = m_history->table();
    ChangeLog chosen(all.schema(), 1);
    for (Table::Slot slot = 0; slot < all.slotEnd(); ++slot) {
        const auto time = [&](int column) { return all.column(column).number(slot); };
        if (!all.isLive(slot)
            || !wasThere(time(connections::Since), time(mailhelm::history::Ended), wish.fromUs, wish.toUs))
            continue;
        std::vector<ChangeLog::Cell> cells;
        for (int column = 0; column < all.schema().columnCount(); ++column)
            cells.push_back({ column, all.column(column).value(slot) });
        chosen.put(all.keyAt(slot).id, cells);
    }
    ChangesEncoder encoder(all.schema());
    ChangeLog::Walk walk = chosen.walkFrom({}, 0);
    bool last = false;
    for (int parts = 0; !last; ++parts) {
        if (parts == historyParts)
            return;
        const ChangeSet part = chosen.nextPart(walk, partBytes);
        last = part.last;
        peer.channel->send(encoder.encode(request, part));
    }
    say(peer, request, HistoryDone { unwatched });
}

void FakeAgent::subscribe(Peer &peer, const Subscribe &wish)
{
    subscribes.append(wish);
    if (!wish.from)
        return;
    auto cursor = std::make_unique<Cursor>(log(wish.table).table().schema());
    cursor->at = *wish.from;
    peer.cursors[wish.table] = std::move(cursor);
    ++(log(wish.table).walkFrom(*wish.from, 0).reset ? snapshots : resumes);
    push(peer, wish.table);
}

void FakeAgent::push(Peer &peer, TableId table)
{
    Cursor &cursor = *peer.cursors.at(table);
    if (!cursor.walk)
        cursor.walk = log(table).walkFrom(cursor.at, cursor.volatileAt);
    while (!cursor.walk->isEmpty()) {
        if (!peer.channel->hasRoom())
            return; // drained() goes on
        const bool last = sendPart(peer, cursor, log(table));
        if (!peer.channel->isOpen())
            return;
        if (last) {
            cursor.at = { log(table).epoch(), cursor.walk->revision };
            cursor.volatileAt = cursor.walk->volatileRevision;
            cursor.walk = log(table).walkFrom(cursor.at, cursor.volatileAt);
        }
    }
    cursor.walk.reset();
    for (const quint32 request : std::exchange(cursor.refreshes, {}))
        say(peer, request, Done {});
}

bool FakeAgent::sendPart(Peer &peer, Cursor &cursor, const ChangeLog &from)
{
    if (partsLimit == 0) {
        partsLimit = -1;
        peer.channel->close({ ErrorCode::Unavailable, QStringLiteral("enough parts") });
        return false;
    }
    if (partsLimit > 0)
        --partsLimit;
    ChangeSet part = from.nextPart(*cursor.walk, partBytes);
    if (std::exchange(wrongBase, false)) {
        part.base += 1'000'000;
        part.revision += 1'000'000;
    }
    peer.channel->send(cursor.encoder.encode(0, part));
    return part.last;
}

void FakeAgent::changed()
{
    for (const auto &peer : m_peers) {
        if (peer->gone || !peer->channel->isOpen())
            continue;
        for (const auto &[table, cursor] : peer->cursors)
            push(*peer, table);
    }
}

void FakeAgent::dismissAll(ErrorCode code, const QByteArray &why)
{
    for (const auto &peer : m_peers) {
        say(*peer, 0, Farewell { code, why });
        peer->channel->close({ code, QString::fromUtf8(why) });
    }
}

} // namespace mailhelm
