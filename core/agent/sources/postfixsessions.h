// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/sources/logline.h"
#include "core/agent/sources/postfixparser.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QObject>
#include <QSet>

namespace mailhelm
{

/// Keeps one SessionFacts for each smtpd process: it serves one client at a time, and its lines carry its pid. Takes
/// lines forward and backward (read back, newest first) in any interleaving. A session is named by pid and time of
/// connect.
///
/// A session is told when its connect line is known; one whose connect lies further back than was read is told after
/// endReadBack(), from the first line that named it.
class PostfixSessions final : public QObject
{
    Q_OBJECT
public:
    enum class Reading { Newer, Older };

    struct Settings {
        bool tlsLogged = false; ///< smtpd_tls_loglevel >= 1: no TLS line means no TLS. Else learned for each program.
        QSet<QByteArray> programsWithoutAuth; ///< such as "postfix/smtpd": their users are known to be nobody
    };

    PostfixSessions()
        : PostfixSessions(Settings())
    {
    }
    explicit PostfixSessions(Settings settings, QObject *parent = nullptr, qsizetype capacity = 200'000);

    /// What open() gave in an earlier run. Emits nothing.
    void restore(const QList<SessionFacts> &sessions);
    /// One line that frameLine() took apart, of any program.
    void take(const LogLine &line, Reading reading);
    /// No more older lines will come.
    void endReadBack();

    [[nodiscard]] QList<SessionFacts> open() const;
    [[nodiscard]] qsizetype size() const { return m_byPid.size(); }
    void forget(const QByteArray &key);
    /// Whether connect lines come without port: smtpd_client_port_logging = no.
    [[nodiscard]] bool portsMissing() const { return m_portless > 0; }

Q_SIGNALS:
    /// All that is known of one session, whenever something changed.
    void facts(const mailhelm::SessionFacts &facts);
    /// Somebody authenticated: of each line that proves it, older ones too.
    void loggedIn(const mailhelm::LoginEvidence &login);

private:
    struct Process {
        SessionFacts facts;
        bool connectSeen = false; ///< complete to the back: older lines of this pid belong to other sessions
        bool over = false; ///< the newest session of this pid has ended (kept only while reading back)
        bool tlsSeen = false;
        qint64 touched = 0;
    };

    void apply(Process &process, const PostfixLine &parsed, const LogLine &line, Reading reading);
    void tell(Process &process);
    void nameBy(Process &process, qint64 time);
    void judgePlain(Process &process);
    void trim();

    const Settings m_settings;
    const qsizetype m_capacity;
    QHash<qint64, Process> m_byPid;
    QSet<QByteArray> m_tlsPrograms; ///< programs that have logged TLS
    bool m_readingBack = true;
    int m_portless = 0;
};

} // namespace mailhelm
