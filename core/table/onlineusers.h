// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/livetable.h"

#include <QSet>

#include <array>
#include <optional>
#include <vector>

namespace mailhelm
{

/// Who is online and through what: the tables `connections` and `webmail` folded by (server, user), users compared
/// exactly. A row is there as long as anything of the user is. What is known to belong to nobody is the user "", what
/// nobody said whose it is the unknown user. Administrators' own connections (protocol admin) are no mail users' and
/// are left out. The columns are those of schemaOf(TableId::OnlineUsers), then `server`.
///
/// `webmail_address` is that of the user's session that was active last, `webmail_since` the start of the oldest; both
/// are unknown for the users "" and unknown, who are many people.
///
/// Follows its sources by their publications: one of k rows costs O(k), and a walk over the webmail sessions of those
/// users of whom one changed. A row's id is a hash of its user, so that it is the same in every run; one that is taken
/// counts on. It never names another user while the fold lives, nor does a user get another id.
///
/// Lives in its sources' thread; they outlive it. They must have a column `server` and be of one replica.
class OnlineUsers : public LiveTable
{
    Q_OBJECT

public:
    OnlineUsers(const LiveTable &connections, const LiveTable &webmail, QObject *parent = nullptr);

    [[nodiscard]] const Table &table() const override { return m_table; }
    [[nodiscard]] FilterTime filterTime() const override { return m_sessions.source.filterTime(); }
    [[nodiscard]] bool keepRemoved(qsizetype rows) override
    {
        m_table.keepRemoved(rows);
        return true;
    }
    [[nodiscard]] int serverColumn() const { return m_serverColumn; }

    /// What a row was counted from: rows of `connections` and of `webmail`.
    struct Parts {
        QList<RowKey> connections;
        QList<RowKey> sessions;
    };
    /// Nothing for a row that is not there (any more).
    [[nodiscard]] Parts partsOf(RowKey user) const;
    /// How many connections and webmail sessions that user has there now.
    [[nodiscard]] qint64 liveOf(quint16 server, QByteArrayView user) const;
    // The row that a row of the sources is counted in; nullopt: it is not there, or left out.
    [[nodiscard]] std::optional<RowKey> userOfConnection(RowKey connection) const;
    [[nodiscard]] std::optional<RowKey> userOfSession(RowKey session) const;

    /// The column that a connection counts in, by its protocol and extension; -1: none (admin).
    [[nodiscard]] static int columnFor(QByteArrayView protocol, QByteArrayView extension);

private:
    using Slot = Table::Slot;
    static constexpr int NoUser = -1;
    static constexpr int FirstCount = onlineusers::Webmail;
    static constexpr int CountColumns = onlineusers::Other - FirstCount + 1;

    struct Who {
        quint16 server = 0;
        bool known = false;
        QByteArray user;
        friend bool operator==(const Who &, const Who &) = default;
        friend size_t qHash(const Who &who, size_t seed = 0)
        {
            return qHashMulti(seed, who.server, who.known, who.user);
        }
    };
    /// Kept for good, with its id.
    struct User {
        Who who;
        RowId id = 0;
        Slot slot = Table::NoSlot; ///< NoSlot: nothing of this user is there
        std::array<qint32, CountColumns> counts {};
        Slot connection = Table::NoSlot; ///< heads of the chains through Source::members
        Slot session = Table::NoSlot;
        bool dirty = false;
        bool sessionsMoved = false;
    };
    /// How a row of a source was counted.
    struct Member {
        int user = NoUser;
        int column = -1;
        Slot next = Table::NoSlot;
        Slot previous = Table::NoSlot;
    };
    struct Source {
        const LiveTable &source;
        Slot User::*head;
        int serverColumn;
        std::vector<Member> members; ///< by slot of the source
    };

    void take(Source &source, const Publication &publication);
    void place(Source &source, Slot slot);
    void count(Source &source, Slot slot, int user, int column);
    [[nodiscard]] int userOf(quint16 server, const Column &users, Slot slot);
    [[nodiscard]] RowId newId(const Who &who);
    void noteServer(const Source &source, Slot slot);
    void markDirty(int user, bool sessionsMoved);
    [[nodiscard]] Publication settle();
    [[nodiscard]] bool write(User &user);
    [[nodiscard]] bool writeSessions(const User &user);
    [[nodiscard]] QList<RowKey> chain(const Source &source, Slot head) const;
    [[nodiscard]] std::optional<RowKey> userAt(const Source &source, RowKey row) const;

    Table m_table;
    const int m_serverColumn;
    Source m_connections;
    Source m_sessions;
    std::vector<User> m_users;
    QHash<Who, int> m_numbers;
    QSet<RowKey> m_ids; ///< all that were ever given
    std::vector<int> m_userAt; ///< by slot of our table
    std::vector<int> m_dirty;
    QHash<quint16, QByteArray> m_servers; ///< their names, as last seen
};

} // namespace mailhelm
