// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/config.h"
#include "core/agent/dispatcher.h"
#include "core/agent/sources/webmailsource.h"
#include "core/agent/webmailtable.h"

#include <memory>
#include <vector>

namespace mailhelm
{

/// All webmails of this host: lets what their sources see flow into the table `webmail`, and requests to end sessions
/// to the source that has them. Main thread; registry and clock outlive it.
class Webmails : public QObject
{
    Q_OBJECT
public:
    Webmails(Registry &registry, const Clock &clock, QObject *parent = nullptr);
    ~Webmails() override;

    /// `configs`: in the order of the sources. A source beyond them makes no connections to IMAP.
    void start(std::vector<std::unique_ptr<WebmailSource>> sources, const QList<WebmailConfig> &configs);
    void setWatched(bool watched);
    /// Looks at all of them again now; `done` when what was seen is in the table.
    void look(const std::function<void()> &done);
    /// Ends exactly these rows' sessions, and looks again before it answers.
    void end(const QList<RowId> &rows, const Actions::Answered &answered);

    [[nodiscard]] bool isEmpty() const { return m_sources.empty(); }
    /// Why no session of any webmail can be ended; empty = some can.
    [[nodiscard]] QByteArray endRefusal() const;
    /// Whether the connection that comes from there is one that a webmail makes for this user.
    [[nodiscard]] bool speaksFor(const Address &host, const QByteArray &user) const
    {
        return m_table.speaksFor(host, user);
    }
    [[nodiscard]] WebmailTable &table() { return m_table; }

Q_SIGNALS:
    /// The sessions of some webmail cannot be seen: its rows stay as they were.
    void lostSight();

private:
    struct Ending;
    void onEnded(const std::shared_ptr<Ending> &ending);

    Registry &m_registry;
    WebmailTable m_table;
    std::vector<std::unique_ptr<WebmailSource>> m_sources;
};

} // namespace mailhelm
