// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/latestlogins.h"
#include "core/agent/sources/loginevidence.h"
#include "core/agent/sources/stampreader.h"

#include <QList>

#include <optional>
#include <vector>

namespace mailhelm
{

/// Finds the latest login of each user and service in old logs, quickly: only lines that hold words which no login is
/// without are looked at, and those of users of whom a later login is known are not parsed. Blocks may come in any
/// order; best is the newest file first. Any thread, one at a time.
class LoginScan
{
public:
    struct Wanted {
        bool dovecot = false;
        bool postfix = false;
        LoginRules rules;
        /// From where webmails log in: those logins are the webmail's, apart from the same user's others.
        QSet<Address> webmailHosts;
        QByteArray instance; ///< of Dovecot, as in unwrapDovecot()
        QTimeZone zone = QTimeZone::systemTimeZone();
    };
    /// Silence of every program for longer than this cannot be told from lines that were lost.
    static constexpr qint64 LongestSilence = qint64(72) * 3600 * 1'000'000;

    LoginScan();
    ~LoginScan();

    /// From another file on. `reference`: µs, no line of it is younger; for stamps that lack the year.
    void beginFile(const Wanted &wanted, qint64 reference);
    /// Whole lines. All blocks of a file in one direction.
    void scan(QByteArrayView block);

    /// What the file has shown so far. nullopt: no line with a stamp.
    struct Times {
        qint64 first = 0;
        qint64 last = 0;
        qint64 unbrokenSince = 0; ///< no silence that is too long between this and `last`
    };
    [[nodiscard]] const std::optional<Times> &times() const { return m_times; }
    /// Logins that were not taken yet, each the latest so far.
    [[nodiscard]] QList<LoginEvidence> take();
    /// The stamp of the first line of `text` that has one.
    [[nodiscard]] static std::optional<qint64> firstStamp(QByteArrayView text, StampReader &stamps);

    [[nodiscard]] quint64 parsed() const { return m_parsed; } ///< lines that were looked at in full

private:
    enum Service : quint8 { Imap, Pop3, Submission, Sieve, Smtp, Webmail, Services };
    /// A line that may prove a login, and of whom, as far as can be seen without reading it properly.
    struct Candidate {
        Service service = Services;
        QByteArrayView user; ///< empty: has to be read
    };

    /// The starts of all lines that may prove a login, the last one first.
    void findLines(QByteArrayView block);
    [[nodiscard]] std::optional<Candidate> candidate(QByteArrayView line) const;
    [[nodiscard]] std::optional<Candidate> dovecotCandidate(QByteArrayView rest) const;
    [[nodiscard]] bool isWebmail(QByteArrayView address) const;
    [[nodiscard]] bool isOld(const Candidate &candidate, qint64 bound) const;
    void read(QByteArrayView line);
    /// The time of the block's last line; nullopt: no line has one.
    std::optional<qint64> noteTimes(QByteArrayView block);
    void noteSpan(qint64 first, qint64 last);

    Wanted m_wanted;
    QList<QByteArray> m_webmailHosts; ///< as they are written
    StampReader m_stamps;
    LatestLogins m_known;
    std::optional<Times> m_times;
    std::vector<qsizetype> m_lines; ///< of findLines()
    quint32 m_block = 0;
    quint64 m_parsed = 0;
};

} // namespace mailhelm
