// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/schema.h"

#include <array>

namespace mailhelm
{

Schema::Schema(TableId id, QByteArray name, QList<ColumnSpec> columns)
    : m_id(id)
    , m_name(std::move(name))
    , m_columns(std::move(columns))
{
}

int Schema::indexOf(QByteArrayView key) const
{
    for (int i = 0; i < columnCount(); ++i)
        if (m_columns[i].key == key)
            return i;
    return -1;
}

int Schema::addUnknown(QByteArray key, ColumnType type, ColumnTraits traits)
{
    m_columns.append({ key, type, key, traits });
    return columnCount() - 1;
}

namespace
{

using enum ColumnType;
constexpr ColumnTraits Plain {};
constexpr ColumnTraits Shown { ColumnTrait::Shown };
constexpr ColumnTraits Unique { ColumnTrait::MostlyUnique };
constexpr ColumnTraits ShownUnique = Shown | Unique;
constexpr ColumnTraits Volatile { ColumnTrait::Volatile };
constexpr ColumnTraits Bytes { ColumnTrait::Bytes };
constexpr ColumnTraits VolatileBytes = Volatile | Bytes;
constexpr ColumnTraits ShownBytes = Shown | Bytes;

// Append to each list: order is the order on first show.

// A new column is one line here, plus the line of the source that fills it.
QList<ColumnSpec> connectionColumns()
{
    return {
        { "service", Text, "Protocol", Shown },
        { "protocol", Choice, "Family", Plain },
        { "extension", Text, "Extension", Plain },
        { "secure", Flag, "Secure", Shown },
        { "tls", Text, "TLS", Plain },
        { "since", Time, "Time", Shown },
        { "since_exact", Flag, "Start seen", Plain },
        { "login", Time, "Login", Plain },
        { "last_active", Time, "Last activity", Volatile },
        { "address", Address, "From", Shown },
        { "port", Number, "Port", Plain },
        { "peer_address", Address, "Peer", Plain },
        { "peer_port", Number, "Peer port", Plain },
        { "via", Text, "Via", Plain },
        { "local_address", Address, "Local address", Plain },
        { "local_port", Number, "Local port", Plain },
        { "host", Text, "Host", Unique },
        { "user", Text, "User", Shown },
        { "state", Choice, "State", Plain },
        { "info", Text, "Info", ShownUnique },
        { "bytes_in", Number, "In", VolatileBytes },
        { "bytes_out", Number, "Out", VolatileBytes },
        { "pid", Number, "Process", Plain },
        { "session", Text, "Session", Unique },
    };
}

QList<ColumnSpec> historyColumns()
{
    QList<ColumnSpec> columns = connectionColumns()
        + QList<ColumnSpec> {
              { "ended", Time, "Ended", Shown },
              { "ended_exact", Flag, "End seen", Plain },
          };
    columns[connections::Since].title = "Started"; // an age says nothing of what is over
    return columns;
}

const std::array<Schema, 9> &all()
{
    static const std::array<Schema, 9> schemas {
        Schema(TableId::Connections, "connections", connectionColumns()),
        Schema(TableId::Webmail, "webmail",
            {
                { "user", Text, "User", Shown },
                { "component", Text, "Component", Shown },
                { "address", Address, "From", Shown },
                { "started", Time, "Started", Shown },
                { "last_active", Time, "Last activity", Shown | Volatile },
                { "expires", Time, "Expires", Shown | Volatile },
                { "session", Text, "Session", Unique },
            }),
        Schema(TableId::OnlineUsers, "online",
            {
                { "user", Text, "User", Shown },
                { "total", Number, "Total", Shown },
                { "webmail", Number, "WebMail", Shown },
                { "smtp", Number, "SMTP", Shown },
                { "imap", Number, "IMAP", Shown },
                { "pop", Number, "POP", Shown },
                { "xmpp", Number, "XMPP", Shown },
                { "eas", Number, "EAS", Shown },
                { "mapi_ews", Number, "MAPI/EWS", Shown },
                { "other", Number, "Other", Shown },
                { "webmail_address", Address, "WebMail from", Shown },
                { "webmail_since", Time, "WebMail for", Shown },
            }),
        Schema(TableId::Users, "users",
            {
                { "user", Text, "User", ShownUnique },
                { "enabled", Choice, "Enabled", Shown },
                { "domain_admin", Flag, "Domain administration", Shown },
                { "created", Time, "Created", Shown },
                { "last_login", Time, "Last login", Shown },
                { "last_login_service", Text, "Service", Shown },
                { "last_login_address", Address, "Login from", Plain },
                { "watched_since", Time, "Watched since", Plain },
                { "mailbox_bytes", Number, "Mailbox", ShownBytes },
                { "quota_bytes", Number, "Quota", Bytes },
            }),
        Schema(TableId::Logins, "logins",
            {
                { "user", Text, "User", Shown },
                { "service", Text, "Service", Shown },
                { "time", Time, "Last login", Shown },
                { "address", Address, "From", Shown },
                { "source", Text, "Source", Shown },
            }),
        Schema(TableId::History, "history", historyColumns()),
        Schema(TableId::Deleted, "deleted",
            {
                { "user", Text, "User", ShownUnique },
                { "deleted", Time, "Deleted", Shown },
                { "admin", Text, "By", Shown },
                { "reason", Text, "Reason", ShownUnique },
                { "archive", Text, "Mail lies in", ShownUnique },
                { "mailbox_bytes", Number, "Mailbox", ShownBytes },
                { "purge", Time, "Can be restored until", Shown },
            }),
        Schema(TableId::Sources, "sources",
            {
                { "source", Text, "Source", Shown },
                { "state", Choice, "State", Shown },
                { "detail", Text, "Detail", ShownUnique },
                { "mend", Text, "To mend it", ShownUnique },
            }),
        Schema(TableId::Audit, "audit",
            {
                { "time", Time, "Time", Shown },
                { "admin", Text, "Administrator", Shown },
                { "action", Choice, "Action", Shown },
                { "target", Text, "Target", ShownUnique },
                { "outcome", Choice, "Outcome", Shown },
                { "detail", Text, "Detail", ShownUnique },
            }),
    };
    return schemas;
}

const Schema &none()
{
    static const Schema schema;
    return schema;
}

} // namespace

const Schema &schemaOf(TableId id)
{
    for (const Schema &schema : all())
        if (schema.id() == id)
            return schema;
    return none();
}

const Schema &clientHistorySchema()
{
    static const Schema schema(TableId::History, "history",
        historyColumns() + QList<ColumnSpec> { { "lasted", Number, "Lasted", { ColumnTrait::Seconds } } });
    return schema;
}

const Schema &schemaNamed(QByteArrayView name)
{
    for (const Schema &schema : all())
        if (schema.name() == name)
            return schema;
    return none();
}

QList<TableId> allTables()
{
    QList<TableId> ids;
    for (const Schema &schema : all())
        ids.append(schema.id());
    return ids;
}

QList<TableId> liveTables()
{
    QList<TableId> ids = allTables();
    ids.removeAll(TableId::OnlineUsers);
    ids.removeAll(TableId::History);
    return ids;
}

} // namespace mailhelm
