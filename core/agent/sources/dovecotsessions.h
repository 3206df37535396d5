// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/sources/dovecotparser.h"
#include "core/agent/sources/loginevidence.h"
#include "core/agent/sources/logline.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QObject>

#include <list>

namespace mailhelm
{

/// Keeps one SessionFacts for each of Dovecot's session ids, from lines that come forward (as they are logged) and
/// backward (read back, newest first), in any interleaving: what is set by a newer line is never overwritten by an
/// older one. Lines of one session may be out of order (submission logs its end before its Login).
///
/// A session that a backward line showed to be over is never told. Memory is bounded: ended sessions are forgotten, and
/// of the others only the `capacity` last touched are kept.
class DovecotSessions final : public QObject
{
    Q_OBJECT
public:
    enum class Reading { Newer, Older };

    struct Counters {
        quint64 logins = 0;
        quint64 forged = 0; ///< lines dropped because a name imitates the format
        quint64 withoutSession = 0; ///< Login lines that name no session: login_log_format_elements lacks it
    };

    explicit DovecotSessions(QObject *parent = nullptr, qsizetype capacity = 200'000);

    void setLoginRules(const LoginRules &rules) { m_loginRules = rules; }
    /// What open() gave in an earlier run. Emits nothing.
    void restore(const QList<SessionFacts> &sessions);
    /// One line that frameLine() and unwrapDovecot() took apart.
    void take(const LogLine &line, Reading reading);
    /// No more older lines will come.
    void endReadBack();

    /// Every session that is not known to have ended, least recently touched first.
    [[nodiscard]] QList<SessionFacts> open() const;
    [[nodiscard]] qsizetype size() const { return m_byId.size(); }
    /// The socket is gone: nothing more will be wanted of it.
    void forget(const QByteArray &key);
    [[nodiscard]] const Counters &counters() const { return m_counters; }
    /// When Dovecot last said that it starts; 0 = not seen. Sessions from before may still live (shutdown_clients =
    /// no).
    [[nodiscard]] qint64 lastStart() const { return m_lastStart; }
    /// When its master was last told to stop by a signal; 0 = not seen.
    [[nodiscard]] qint64 lastKill() const { return m_lastKill; }

Q_SIGNALS:
    /// All that is known of one session, whenever something changed.
    void facts(const mailhelm::SessionFacts &facts);
    /// Somebody authenticated: of each line that proves it, older ones too.
    void loggedIn(const mailhelm::LoginEvidence &login);

private:
    struct Entry {
        SessionFacts facts;
    };
    using Entries = std::list<Entry>; ///< least recently touched first

    Entry &entryFor(const QByteArray &id, QByteArrayView protocol, const LogLine &line);
    void takeLogin(const DovecotLine &parsed, const LogLine &line, Reading reading);
    void takeIdSent(const DovecotLine &parsed, const LogLine &line, Reading reading);
    void takeEnd(const DovecotLine &parsed, const LogLine &line);
    void takeEvent(const DovecotLine &parsed, const LogLine &line, Reading reading);
    void placeEnds(SessionFacts &facts, const DovecotLine &parsed, const LogLine &line) const;
    void tell(Entry &entry, const LogLine &line);
    void remove(const QByteArray &id);
    void noteFormat(const DovecotLine &parsed);
    void setOver(const QByteArray &id);
    void clearOver(const QByteArray &id);

    const qsizetype m_capacity;
    LoginRules m_loginRules;
    Entries m_entries;
    QHash<QByteArray, Entries::iterator> m_byId;
    /// Sessions known to be over, oldest first: their other lines may still come (out of order, or from reading back).
    std::list<QByteArray> m_overOrder;
    QHash<QByteArray, std::list<QByteArray>::iterator> m_over;
    bool m_readingBack = true;
    Counters m_counters;
    // What the login lines of this server usually have: halved now and then, so that a changed format is believed soon.
    int m_formatLines = 0;
    int m_formatRport = 0;
    int m_formatReal = 0;
    qint64 m_lastStart = 0;
    qint64 m_lastKill = 0;
};

} // namespace mailhelm
