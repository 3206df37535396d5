// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/changescodec.h"
#include "core/protocol/messages.h"

#include <QObject>
#include <QSet>
#include <QTimer>

#include <functional>
#include <map>
#include <optional>

namespace mailhelm
{

class Replica;

/// The tables that one link keeps in the replica, over all reconnects: subscribed with the token of what is there, and
/// anew where the agent's changes do not fit. A plain part of Link, in its thread; the replica outlives it.
class Subscriptions : public QObject
{
    Q_OBJECT

public:
    /// `post` sends a message and returns its request number; only called between connected() and disconnected().
    using Post = std::function<quint32(Message message)>;
    Subscriptions(quint16 server, Replica &replica, Post post);

    /// See Link. False: there is no such table in the replica, or it is there already.
    bool add(TableId table, std::optional<qint64> intervalMs);
    bool remove(TableId table); ///< false: it was not there
    [[nodiscard]] bool contains(TableId table) const { return m_tables.count(table) > 0; }
    void setInterval(TableId table, std::optional<qint64> intervalMs);
    void setInView(TableId table, const QList<RowId> &ids);

    /// The agent greeted, and has these tables: all are subscribed.
    void connected(const QList<Schema> &offered);
    void disconnected();

    /// Whether the answer was to a request of ours.
    [[nodiscard]] bool takeAnswer(quint32 request, const Message &message);
    /// A part of a table's changes, as it came.
    void takeChanges(TableId table, QByteArrayView body);

    [[nodiscard]] bool isLive(TableId table) const; ///< complete, as of the last change
    /// All that the agent has.
    [[nodiscard]] bool allLive() const;

Q_SIGNALS:
    /// allLive() may say another thing.
    void changed();
    /// Complete for the first time since the connection came up.
    void tableLive(mailhelm::TableId table);
    /// The connection is of no use any more.
    void failed(const mailhelm::Error &error);

private:
    struct Subscription {
        std::optional<qint64> intervalMs;
        QList<RowId> inView;
        bool refused = false; ///< the agent has no such table, or did not grant it
        bool live = false;
        bool wanting = false; ///< a Subscribe is not answered: what comes before its Done belongs to the one before
        quint32 request = 0; ///< that Subscribe
        quint32 marker = 0; ///< a Refresh sent after it: once that is answered, all has come; 0 = none
        int restarts = 0; ///< from nothing, since it was last complete
        ChangesDecoder decoder;
    };

    [[nodiscard]] const Schema *offered(TableId table) const;
    void send(TableId table);
    void sendInterest();
    void setLive(TableId table, Subscription &subscription);
    void restart(TableId table, const Error &why);

    const quint16 m_server;
    Replica &m_replica;
    const Post m_post;
    bool m_connected = false;
    QList<Schema> m_offered;
    std::map<TableId, Subscription> m_tables;
    QTimer m_interest; ///< gathers what scrolling says
    QSet<TableId> m_interested;
};

} // namespace mailhelm
