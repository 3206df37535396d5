// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/table/table.h"
#include "models/overview.h"
#include "models/protocolcounts.h"

#include <QColor>
#include <QObject>
#include <QString>

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace mailhelm
{

class LiveTable;
class OnlineUsers;

/// What an administrator can do to rows of a table.
enum class RowAction {
    Drop, ///< connections
    End, ///< webmail sessions
    Enable, ///< accounts, as the next three
    Block, ///< no login any more; mail still arrives
    Disable, ///< neither
    Delete, ///< out of every table that holds them; can be restored for a while
    Restore, ///< deleted accounts
};

/// How the connection to one agent is.
enum class LinkState {
    Connecting, ///< never up yet in this run
    Live,
    Stale, ///< lost; what is shown is old, and it will be tried again
    Refused, ///< the agent or we said no (key, pin, revoked): somebody has to do something
};

/// One server as the console shows it. Texts came from outside: show them through safeText() only.
struct ServerStatus {
    quint16 number = 0; ///< RowKey::server of its rows
    QString name; ///< the administrator's own name for it
    QString group; ///< "production"; may be empty
    QColor colour; ///< of its environment; may be invalid
    QString address; ///< "mx1.example.org:6245"
    QString pin; ///< SHA-256 of its key, hexadecimal
    QString seenPin; ///< Refused because another key answered: that one; else empty
    QString admin; ///< who it takes us for
    QString role; ///< "owner"; empty while not known
    QString security; ///< "TLS 1.3, pinned"; empty while there is no connection
    LinkState state = LinkState::Connecting;
    QString error; ///< why it is not live: one sentence
    qint64 lostUs = 0; ///< Clock::monotonicUs() when the connection was lost; 0 = it was not
    qint64 nextTryUs = 0; ///< Clock::monotonicUs() of the next attempt; 0 = none is planned
    qint64 updatedUs = 0; ///< Clock::nowUs() at which its rows were last known to be right; 0 = never
    qint64 clockOffsetUs = 0; ///< the agent's wall clock minus ours
    std::optional<int> utcOffset; ///< of its time zone now, seconds east of UTC; unknown from older agents
    std::optional<qint64> graceMs; ///< so long a deleted account can be restored; unknown from older agents
    std::map<RowAction, QString> refusals; ///< why these cannot be done by us there, and what mends it
    [[nodiscard]] QString refusal(RowAction action) const ///< empty: it can
    {
        const auto found = refusals.find(action);
        return found == refusals.end() ? QString() : found->second;
    }
};

/// What a pairing link says, before anything is sent.
struct PairingPreview {
    QString host;
    quint16 port = 0;
    QString pin; ///< hexadecimal
};

/// What became of one row that something was to be done to.
struct RowOutcome {
    enum class Code {
        Done,
        Gone, ///< it was there no more
        Refused,
        NotReached, ///< the server could not be asked, or did not answer
        NotTried, ///< stopped before it was its turn
    };
    RowKey row;
    Code code = Code::Done;
    QString why; ///< for Refused and NotReached
};

/// The accounts beside a list of addresses, such as a billing system's.
struct ListComparison {
    QList<RowKey> onlyHere; ///< accounts that the list lacks
    QStringList onlyListed; ///< addresses without an account, as the list has them: hostile
    QList<RowKey> both;
    QStringList remarks; ///< what of the file was not understood; hostile
};

struct ExportOptions {
    enum class Format { Csv, Json };
    Format format = Format::Csv;
    char delimiter = ',';
    bool byteOrderMark = false;
    bool header = true;
    bool localTimes = false;
    bool guardFormulas = true; ///< cells that a spreadsheet would take for formulas get an apostrophe
};

/// Makes the bytes of an export piece by piece: head, rows, rows …, tail.
class RowWriter
{
public:
    virtual ~RowWriter() = default;
    [[nodiscard]] virtual QByteArray head() = 0;
    [[nodiscard]] virtual QByteArray rows(const QList<RowKey> &keys) = 0; ///< rows that are gone are left out
    [[nodiscard]] virtual QByteArray tail() = 0;
};

/// What came of reading the history; its rows are in the table.
struct HistoryAnswer {
    ProtocolCounts counts; ///< moments that nobody watched are marked as such
    QString problem; ///< why some server's part is missing or not all; empty: none is. Hostile
};

/// All that the windows need from the rest of the console. Implemented by app/console, and by a fake in tests.
/// Belongs to the GUI thread. Replies come through the event loop or at once, and never after `context` is gone.
class Backend : public QObject
{
    Q_OBJECT
public:
    template<typename T>
    using Reply = std::function<void(const Result<T> &)>;

    using QObject::QObject;

    [[nodiscard]] virtual const Clock &clock() const = 0;
    [[nodiscard]] virtual QList<ServerStatus> servers() const = 0;
    /// The rows of every server. Lives as long as the backend.
    [[nodiscard]] virtual LiveTable &table(TableId id) = 0;
    /// The same as table(TableId::OnlineUsers), which can tell what its rows were counted from.
    [[nodiscard]] virtual const OnlineUsers &online() const = 0;
    /// How many rows that server has there; all servers without one.
    [[nodiscard]] virtual qsizetype rowCount(TableId id, std::optional<quint16> server) = 0;

    /// What the link says, or what is wrong with it. Nothing is sent.
    [[nodiscard]] virtual Result<PairingPreview> readLink(const QString &link) const = 0;
    /// Pairs with a server and keeps it. An empty name means: the one that the server gives itself. The reply is the
    /// new server.
    virtual void addServer(const QString &link, const QString &name, const QString &group, const QColor &colour,
        QObject *context, Reply<ServerStatus> reply)
        = 0;
    virtual Result<void> changeServer(quint16 number, const QString &name, const QString &group, const QColor &colour)
        = 0;
    virtual Result<void> removeServer(quint16 number) = 0;
    virtual void reconnect(quint16 number) = 0; ///< try now instead of later

    using Answered = std::function<void(const QList<RowOutcome> &)>;
    using Progress = std::function<void(qsizetype answered)>; ///< so many of the rows
    using Job = quint32;
    /// Does that to exactly these rows of the action's table; one outcome for each, in that order. `reason` is for
    /// Delete, which needs one. Of long jobs `progress` tells meanwhile; it may be empty.
    Job act(RowAction action, const QList<RowKey> &rows, const QString &reason, QObject *context, Answered reply,
        Progress progress = {})
    {
        const quint32 act = ++m_acts;
        Q_EMIT actStarted(act, action, rows);
        const auto answered = [this, act, reply = std::move(reply)](const QList<RowOutcome> &outcomes) {
            Q_EMIT actDone(act, outcomes);
            reply(outcomes);
        };
        return begin(action, rows, reason, context, answered, std::move(progress));
    }
    /// Nothing further of that job is begun; what was done is answered soon.
    virtual void stop(Job job) = 0;
    /// Whether the row is this console's own connection to its agent.
    [[nodiscard]] virtual bool isOwn(RowKey row) const = 0;
    /// The name that the DNS has for it, unchecked; empty where there is none. Asks name servers of others.
    virtual void lookUpName(const Address &address, QObject *context, std::function<void(const QString &)> reply) = 0;
    /// How many connections there were: `moments` from `fromUs` on, `stepUs` apart.
    virtual void countSeries(std::optional<quint16> server, qint64 fromUs, qint64 stepUs, int moments, QObject *context,
        Reply<ProtocolCounts> reply)
        = 0;
    /// Fills table(TableId::History) with who was there in the span of these moments, over or not, as far as the agents
    /// or this console know; replaces what an earlier reading brought. One that is still under way fails.
    virtual void readHistory(std::optional<quint16> server, qint64 fromUs, qint64 stepUs, int moments, QObject *context,
        Reply<HistoryAnswer> reply)
        = 0;
    /// What ends on any server is kept on this computer for so many days; 0: nothing more is kept, and what is there
    /// stays.
    virtual void keepHistory(int days) = 0;
    /// How many bytes that takes on the disk.
    virtual void measureHistory(QObject *context, std::function<void(qint64 bytes)> reply) = 0;
    /// All of it goes for good; the reply says how many bytes could not be deleted.
    virtual void deleteHistory(QObject *context, std::function<void(qint64 bytes)> reply) = 0;
    /// The log lines of exactly that row's session, oldest first; of a connection or a webmail session.
    virtual void journal(RowKey row, QObject *context, Reply<QList<QByteArray>> reply) = 0;
    /// Looks at the sources again now; the reply comes after the changes that it brought.
    /// Of the online users: at those that they are counted from.
    virtual void refresh(TableId id, QObject *context, Reply<void> reply) = 0;
    /// nullopt: only on refresh; 0: as it happens; else the least time between changes, in ms.
    virtual void setInterval(TableId id, std::optional<qint64> ms) = 0;
    /// The rows on the screen: their volatile columns are wanted at the interval.
    virtual void setInView(TableId id, const QList<RowKey> &rows) = 0;
    /// After so long without data that service ends a connection; 0 = not known. ms.
    [[nodiscard]] virtual qint64 idleTimeoutMs(quint16 server, const QByteArray &service) const = 0;
    /// How many connections a user may have from one address: of every service of every server that said which it has.
    [[nodiscard]] virtual QList<UserAddressLimit> userAddressLimits() const = 0;

    /// Reads a file of addresses and compares it with the accounts of a server; of all servers without one.
    [[nodiscard]] virtual Result<ListComparison> compare(const QString &file, std::optional<quint16> server) = 0;
    /// `columns` are indices into table(id).table().schema().
    [[nodiscard]] virtual std::unique_ptr<RowWriter> rowWriter(
        TableId id, const QList<int> &columns, const ExportOptions &options)
        = 0;

Q_SIGNALS:
    /// Something is about to be done to these rows, which are as before still; actDone() tells what became of it,
    /// unless nobody waits for the answer any more.
    void actStarted(quint32 act, mailhelm::RowAction action, const QList<mailhelm::RowKey> &rows);
    void actDone(quint32 act, const QList<mailhelm::RowOutcome> &outcomes);
    void serversChanged(); ///< one came, went or got another name
    void serverChanged(quint16 number); ///< its state
    void notice(const QString &text); ///< something to know that stops nothing, such as a damaged cache

protected:
    virtual Job begin(RowAction action, const QList<RowKey> &rows, const QString &reason, QObject *context,
        Answered reply, Progress progress)
        = 0;

private:
    quint32 m_acts = 0;
};

} // namespace mailhelm
