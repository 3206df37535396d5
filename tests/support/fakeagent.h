// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/net/identity.h"
#include "core/net/pairinglink.h"
#include "core/net/tlsserver.h"
#include "core/protocol/changescodec.h"
#include "core/protocol/messages.h"
#include "core/table/changelog.h"

#include <QHash>
#include <QObject>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace mailhelm
{

/// An agent without a mail server, for tests of clients: the real TLS server, codec and change logs on 127.0.0.1, with
/// tables that the test fills and faults that it chooses. Deliberately simple: no rights, no rates, every change is
/// pushed at once.
class FakeAgent : public QObject
{
    Q_OBJECT

public:
    explicit FakeAgent(const Clock &clock, QObject *parent = nullptr);
    ~FakeAgent() override;

    /// Listens on the port that it had before, or any free one.
    [[nodiscard]] Result<void> start();
    /// As a kill would end it: no farewell.
    void stop();
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] Pin pin() const { return m_identity.pin(); }
    /// Another key from the next start on.
    void makeNewKey();

    void allow(const Pin &pin, Role role) { m_admins.insert(pin, role); }
    void forget(const Pin &pin) { m_admins.remove(pin); }
    /// A pairing link with a token that is good once.
    [[nodiscard]] QString invite(Role role);

    /// Rows are put here; then changed() pushes to whoever subscribed.
    [[nodiscard]] ChangeLog &log(TableId table) { return *m_logs.at(table); }
    void changed();
    /// Rows that are over are put here: History is answered with those of the span, and with `unwatched` as it is.
    [[nodiscard]] ChangeLog &history() { return *m_history; }
    QList<HistoryDone::Span> unwatched;
    /// As after a restart that kept nothing: the same rows, another epoch; or none.
    void newEpoch(bool keepRows);
    /// Says why to everybody and hangs up.
    void dismissAll(ErrorCode code, const QByteArray &why);

    // Faults.
    bool silent = false; ///< takes connections and says nothing
    bool deaf = false; ///< greets, then answers nothing more
    bool wrongBase = false; ///< the next ChangeSet claims another base
    QSet<TableId> missing; ///< tables that it does not have
    qsizetype partBytes = 128 * 1024;
    int partsLimit = -1; ///< hangs up after so many parts in all; -1 = never
    qint64 clockAheadUs = 0;
    int historyParts = -1; ///< of an answer to History, then nothing more comes; -1 = all
    std::optional<Failed> historyFailure; ///< instead of any
    int protocol = ProtocolVersion;
    QByteArray serverName = "mx1.example.org";
    std::function<Outcomes::Target(RowId)> onDrop;
    /// Decides about a target of another action; else it is done: sessions and accounts go, come back, or are changed.
    /// `action` is the audit's: end, enable, block, disable, delete, restore.
    std::function<std::optional<Outcomes::Target>(const QByteArray &action, RowId)> onAct;
    int actAfterMs = 0; ///< how long such an action takes
    QByteArray dropRefusal;
    QList<Refusal> refusals;

    // What was seen.
    int greetings = 0;
    int snapshots = 0;
    int resumes = 0;
    int refreshes = 0;
    int pings = 0;
    QList<QList<RowId>> drops;
    struct Act {
        QByteArray action;
        QList<RowId> ids;
        QByteArray reason;
    };
    QList<Act> acts; ///< one for each request
    QList<Subscribe> subscribes;
    QList<History> histories;
    int historiesEnded = 0; ///< the client wanted them no more

private:
    struct Cursor;
    struct Peer;
    void onConnected(Channel *channel, Admit admit);
    void take(Peer &peer, const Envelope &envelope);
    void subscribe(Peer &peer, const Subscribe &wish);
    void push(Peer &peer, TableId table);
    void tellHistory(Peer &peer, quint32 request, const History &wish);
    [[nodiscard]] bool sendPart(Peer &peer, Cursor &cursor, const ChangeLog &from);
    void greet(Peer &peer, quint32 request);
    void say(Peer &peer, quint32 request, Message message);
    [[nodiscard]] bool takeAction(Peer &peer, const Envelope &envelope);
    void act(Peer &peer, quint32 request, const Act &act);
    [[nodiscard]] Outcomes::Target actOn(const Act &act, RowId id);

    const Clock &m_clock;
    Identity m_identity;
    quint16 m_port = 0;
    QHash<Pin, Role> m_admins;
    QHash<QByteArray, Role> m_tokens;
    std::map<TableId, std::unique_ptr<ChangeLog>> m_logs;
    std::unique_ptr<ChangeLog> m_history;
    quint64 m_epoch = 1;
    std::unique_ptr<TlsServer> m_server;
    std::vector<std::unique_ptr<Peer>> m_peers;
};

} // namespace mailhelm
