// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/historyrow.h"

#include <QCryptographicHash>
#include <QtEndian>

namespace mailhelm
{

namespace
{

struct Pair {
    int from;
    int to;
};

// What a webmail session knows of what a connection is.
constexpr Pair WebmailColumns[] {
    { webmail::Component, connections::Service },
    { webmail::ClientAddress, connections::ClientAddress },
    { webmail::User, connections::User },
    { webmail::Started, connections::Since },
    { webmail::LastActive, connections::LastActive },
    { webmail::Session, connections::Session },
};

} // namespace

void copyToHistory(Table &history, Table::Slot to, const Table &live, Table::Slot from)
{
    namespace c = connections;
    if (live.schema().id() == TableId::Connections) {
        for (int column = 0; column < history::Ended; ++column)
            history.column(column).copyCell(to, live.column(column), from);
    } else {
        for (int column = 0; column < history::Ended; ++column)
            history.column(column).setUnknown(to);
        for (const Pair &pair : WebmailColumns)
            history.column(pair.to).copyCell(to, live.column(pair.from), from);
        history.column(c::Protocol).setText(to, "http");
        history.column(c::Extension).setText(to, "WebMail");
        const Column &user = live.column(webmail::User);
        const bool somebody = user.isKnown(from) && !user.text(from).isEmpty();
        if (somebody) // a session is somebody's from its login on
            history.column(c::Login).copyCell(to, live.column(webmail::Started), from);
    }
    history.column(history::Ended).setUnknown(to);
    history.column(history::EndedExact).setUnknown(to);
}

RowId historyId(TableId table, RowId id, qint64 sinceUs)
{
    if (table == TableId::Connections)
        return id;
    QByteArray key(17, Qt::Uninitialized);
    key[0] = char(table);
    qToLittleEndian(id, key.data() + 1);
    qToLittleEndian(sinceUs, key.data() + 9);
    const QByteArray digest = QCryptographicHash::hash(key, QCryptographicHash::Sha256);
    const RowId made = qFromLittleEndian<quint64>(digest.constData()) & MaxRowId;
    return made == 0 ? 1 : made; // 0 means "no row"
}

} // namespace mailhelm
