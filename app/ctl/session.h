// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/options.h"
#include "app/ctl/terminal.h"
#include "core/client/link.h"
#include "core/client/replica.h"
#include "core/client/servers.h"
#include "core/table/activitytable.h"
#include "core/table/onlineusers.h"

#include <memory>
#include <vector>

namespace mailhelm::ctl
{

/// A row as the command line names it.
struct Target {
    quint16 server = 0;
    RowId id = 0;
};

/// The links to the chosen servers of the profile, and the replica that they fill.
class Session : public QObject
{
    Q_OBJECT

public:
    Session(
        const Profile &profile, Identity identity, const Clock &clock, Terminal &terminal, QObject *parent = nullptr);
    ~Session() override;

    /// Makes a link for the server called `name`, or for every server where it is empty; connects nothing yet.
    /// NotFound for a name that is not known, or a profile without servers.
    [[nodiscard]] Result<void> choose(const QString &name);
    /// The number of the chosen server that is called so, ignoring case.
    [[nodiscard]] std::optional<quint16> serverCalled(const QString &name) const;
    /// Only those links stay whose server is in `servers`.
    void keepOnly(const QList<quint16> &servers);
    /// "SERVER/ID", or "ID" where one server is chosen. InvalidArgument, NotFound.
    [[nodiscard]] Result<Target> target(const QString &text) const;

    [[nodiscard]] Replica &replica() { return m_replica; }
    /// A table of the servers, or one that is made of theirs here.
    [[nodiscard]] LiveTable &table(TableId id);
    /// The rows that a verb is about.
    [[nodiscard]] LiveTable &tableOf(const Options &options);
    /// What has to be subscribed to for it.
    [[nodiscard]] static QList<TableId> tablesFor(TableId id);
    /// Have every link keep it up to date.
    void subscribe(TableId id, qint64 intervalMs = 0);
    /// Says which of the agents that are up do not have it; false where that is any.
    [[nodiscard]] bool allOffer(TableId id);
    [[nodiscard]] const std::vector<std::unique_ptr<Link>> &links() const { return m_links; }
    [[nodiscard]] Link *link(quint16 server) const;
    [[nodiscard]] QString nameOf(quint16 server) const;

    /// Connects, and tells settled() when each link is live (with its subscriptions) or has failed. A failure is said
    /// on stderr, and the link is stopped unless `keepTrying`.
    void start(bool keepTrying = false);
    /// Those that came up.
    [[nodiscard]] QList<Link *> up() const;
    /// What the failures come to: Done where there were none, Part where some links are up, else Refused or
    /// CannotConnect.
    [[nodiscard]] int exitCode() const;

Q_SIGNALS:
    void settled();

private:
    enum class Outcome { Open, Up, CannotConnect, Refused };
    void onState(Link *link);

    const Profile &m_profile;
    const Identity m_identity;
    const Clock &m_clock;
    Terminal &m_terminal;
    Replica m_replica;
    std::unique_ptr<OnlineUsers> m_online;
    std::unique_ptr<ActivityTable> m_activity;
    std::vector<std::unique_ptr<Link>> m_links;
    std::map<quint16, Outcome> m_outcomes;
    bool m_keepTrying = false;
    bool m_settled = false;
};

} // namespace mailhelm::ctl
