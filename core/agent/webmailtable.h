// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/registry.h"
#include "core/base/clock.h"

#include <QHash>
#include <QObject>

#include <functional>
#include <optional>
#include <vector>

namespace mailhelm
{

/// The table `webmail`: the sessions of all webmails, written into the registry, a slice at each return to the event
/// loop, so that 100,000 sessions stop nobody. The sessions of a webmail that is down stay as they were. A row is one
/// login: an id that the webmail uses again for somebody else, or for nobody, is another row. Main thread.
class WebmailTable : public QObject
{
    Q_OBJECT
public:
    WebmailTable(Registry &registry, const Clock &clock, QObject *parent = nullptr);

    /// Another webmail; its number counts up from 0. `hosts`: from where it connects to IMAP for its users.
    int add(const QByteArray &component, const QList<Address> &hosts);
    /// All sessions of one webmail; what is not in it is gone.
    void setScan(int webmail, const WebmailScan &scan);
    /// Every webmail was looked at since the start, and what was seen is in the registry.
    [[nodiscard]] bool isComplete() const;
    /// Calls `done` when all that was set before is in the registry.
    void whenApplied(std::function<void()> done);

    /// The session behind a row.
    struct Target {
        int webmail = 0;
        QByteArray id; ///< secret
    };
    [[nodiscard]] std::optional<Target> target(RowId row) const;
    /// The session was ended by us just now: if its row goes, it ended then.
    void noteEnded(RowId row);

    /// Whether a webmail on this host has a session of this user (compared without regard to the case of ASCII
    /// letters).
    [[nodiscard]] bool speaksFor(const Address &host, const QByteArray &user) const;

Q_SIGNALS:
    /// Proof of a login, once for each row.
    void loggedIn(const mailhelm::LoginEvidence &login);
    /// A row is about to be removed because its session is over. Not exact: it ended between `time`, the last look that
    /// showed it, and the next.
    void ended(mailhelm::RowId row, qint64 time, bool exact);
    /// All of a look is in the table.
    void looked();
    /// What speaksFor() says of this user may be another thing now.
    void userChanged(const QByteArray &user);

private:
    struct Entry {
        WebmailSession session;
        RowId row = 0;
        quint32 seen = 0; ///< number of the last scan that had it
    };
    struct Webmail {
        QByteArray component;
        QList<Address> hosts;
        QHash<QByteArray, Entry> entries; ///< by the webmail's id
        QHash<QByteArray, int> users; ///< lower-case name → sessions
        std::optional<WebmailScan> next; ///< waits until the one that is being applied is in
        WebmailScan scan;
        qsizetype at = 0; ///< what of `scan` is in
        quint32 number = 0;
        bool applying = false;
        bool listed = false; ///< `gone` is complete
        QList<QByteArray> gone; ///< not in the scan, to be removed
        qint64 lastLook = 0; ///< before the one that is being applied
    };

    void workLater();
    void work();
    bool applySlice(int index);
    void insert(int index, const WebmailSession &session);
    void remove(Webmail &webmail, const QByteArray &id);
    void put(const Webmail &webmail, const Entry &entry);
    void count(Webmail &webmail, const std::optional<QByteArray> &user, int by);

    Registry &m_registry;
    const Clock &m_clock;
    std::vector<Webmail> m_webmails;
    QHash<RowId, Target> m_targets;
    QHash<RowId, qint64> m_endedByUs;
    bool m_scheduled = false;
    QList<std::function<void()>> m_waiting;
};

} // namespace mailhelm
