// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QFlags>
#include <QList>

namespace mailhelm
{

/// Numbers of tables on the wire: append-only.
enum class TableId : quint8 {
    None = 0,
    Connections = 1,
    Webmail = 2,
    Users = 3,
    Logins = 4,
    OnlineUsers = 5, ///< a fold on the client's side: never on the wire
    History = 6, ///< what is over: asked for by span, not subscribed
    Sources = 7,
    Audit = 8,
    Deleted = 9, ///< deleted accounts that can still be restored
};

/// What a cell can hold; every cell may be unknown besides. Numbers on the wire: append-only.
enum class ColumnType : quint8 {
    Text = 1, ///< UTF-8
    Time = 2, ///< µs since 1970 UTC
    Address = 3, ///< IPv4 or IPv6
    Number = 4, ///< signed 64 bits
    Flag = 5, ///< yes or no
    Choice = 6, ///< one of few lower-case words; held as Text
};

enum class ColumnTrait : quint8 {
    Volatile = 1, ///< changes all the time without meaning: no change for highlights, history, --watch
    MostlyUnique = 2, ///< hardly any text occurs twice: sent as it is, not through the dictionary
    Shown = 4, ///< among the columns that a new console and the command line show
    Bytes = 8, ///< a Number that counts bytes: shown with a unit
    Seconds = 16, ///< a Number that counts seconds: shown as a span
};
Q_DECLARE_FLAGS(ColumnTraits, ColumnTrait)
Q_DECLARE_OPERATORS_FOR_FLAGS(ColumnTraits)

struct ColumnSpec {
    QByteArray key; ///< what JSON, CSV, filters and --columns use
    ColumnType type = ColumnType::Text;
    QByteArray title; ///< English; translated where it is shown
    ColumnTraits traits;

    [[nodiscard]] bool isVolatile() const { return traits.testFlag(ColumnTrait::Volatile); }
    [[nodiscard]] bool isText() const { return type == ColumnType::Text || type == ColumnType::Choice; }
    friend bool operator==(const ColumnSpec &, const ColumnSpec &) = default;
};

/// A table's declaration. Everything that carries, keeps, shows or searches rows is generic over it.
/// Immutable but for addUnknown(): a newer agent may send columns that this program does not know.
class Schema
{
public:
    Schema() = default;
    Schema(TableId id, QByteArray name, QList<ColumnSpec> columns);

    [[nodiscard]] TableId id() const { return m_id; }
    [[nodiscard]] const QByteArray &name() const { return m_name; }
    [[nodiscard]] const QList<ColumnSpec> &columns() const { return m_columns; }
    [[nodiscard]] int columnCount() const { return int(m_columns.size()); }
    [[nodiscard]] const ColumnSpec &column(int index) const { return m_columns[index]; }
    [[nodiscard]] int indexOf(QByteArrayView key) const; ///< -1 if there is none
    /// A column that this program does not know: shown under its key. Returns its index.
    int addUnknown(QByteArray key, ColumnType type, ColumnTraits traits);

    friend bool operator==(const Schema &, const Schema &) = default;

private:
    TableId m_id = TableId::None;
    QByteArray m_name;
    QList<ColumnSpec> m_columns;
};

/// The declarations of all tables: core/table/schemas.cpp. An unknown id gives a Schema with TableId::None.
[[nodiscard]] const Schema &schemaOf(TableId id);
/// `history` as clients show it: how long a row lasted, which needs no saying, is a column too.
[[nodiscard]] const Schema &clientHistorySchema();
[[nodiscard]] const Schema &schemaNamed(QByteArrayView name);
[[nodiscard]] QList<TableId> allTables();
/// Those that an agent keeps up to date and a client subscribes to.
[[nodiscard]] QList<TableId> liveTables();

/// Indices of the columns of `connections` for the code that is about that very table (its source, its page).
namespace connections
{
enum Column : int {
    Service,
    Protocol,
    Extension,
    Secure,
    Tls,
    Since,
    SinceExact,
    Login,
    LastActive,
    ClientAddress,
    Port,
    PeerAddress,
    PeerPort,
    Via,
    LocalAddress,
    LocalPort,
    Host,
    User,
    State,
    Info,
    BytesIn,
    BytesOut,
    Pid,
    Session,
};
}
namespace webmail
{
enum Column : int { User, Component, ClientAddress, Started, LastActive, Expires, Session };
}
namespace users
{
enum Column : int {
    User,
    Enabled, ///< active, blocked (no login, mail still arrives), disabled, deleting
    DomainAdmin,
    Created,
    LastLogin,
    LastLoginService,
    LastLoginAddress,
    WatchedSince, ///< start of the unbroken span in which every login would have been seen
    MailboxBytes,
    QuotaBytes,
};
}
namespace logins
{
enum Column : int { User, Service, Time, ClientAddress, Source };
}
/// A fold of `connections` and `webmail` by server and user. User unknown: connections of which nobody said whose they
/// are; user "": those known not to be authenticated.
namespace onlineusers
{
enum Column : int {
    User,
    Total,
    Webmail,
    Smtp,
    Imap,
    Pop,
    Xmpp,
    Eas,
    MapiEws,
    Other,
    WebmailAddress,
    WebmailSince,
};
}
/// The columns of `connections` (a webmail session fills those that it has; its component is the service), then these.
namespace history
{
enum Column : int {
    Ended = connections::Session + 1,
    EndedExact, ///< no: it ended between the last look, which is `ended`, and a later one
    Lasted, ///< in a client's table alone: seconds from `since` to `ended`, or so far
};
}
namespace deleted
{
enum Column : int {
    User,
    Deleted,
    Admin,
    Reason,
    Archive, ///< where the mail lies until it is purged
    MailboxBytes,
    Purge, ///< from when on it cannot be restored
};
}
namespace sources
{
enum Column : int { Source, State, Detail, Mend };
}
namespace audit
{
enum Column : int { Time, Admin, Action, Target, Outcome, Detail };
}

} // namespace mailhelm
