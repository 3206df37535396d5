// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/loginscan.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace mailhelm
{

namespace
{

constexpr std::array<QByteArrayView, 6> ServiceNames { "imap", "pop3", "submission", "sieve", "smtp", "webmail" };

/// Words of which a line that proves a login has one. They are found by their byte that is the rarest in logs: the
/// search for a byte is as quick as memory is.
struct Marks {
    char rare;
    qsizetype at; ///< where in each of them it is
    std::array<QByteArrayView, 2> words;
};
constexpr std::array<Marks, 2> DovecotMarks { {
    { 'L', 2, { ": Login: ", ": Logged in: " } },
    { '{', 0, { "{\"event\":\"auth_", {} } },
} };
constexpr Marks PostfixMarks { '_', 6, { ", sasl_username=", {} } };

bool isLetter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// Whether the text begins with a literal, which is cut off then: one comparison of a fixed length.
template<size_t N>
bool cut(QByteArrayView &text, const char (&literal)[N])
{
    constexpr qsizetype length = N - 1;
    if (text.size() < length || std::memcmp(text.data(), literal, N - 1) != 0)
        return false;
    text = text.sliced(length);
    return true;
}

template<size_t N>
bool endsWith(QByteArrayView text, const char (&literal)[N])
{
    constexpr qsizetype length = N - 1;
    return text.size() >= length && std::memcmp(text.data() + text.size() - length, literal, N - 1) == 0;
}

qsizetype find(QByteArrayView text, char c)
{
    const void *hit = std::memchr(text.data(), c, size_t(text.size()));
    return hit ? static_cast<const char *>(hit) - text.data() : -1;
}

qsizetype find(QByteArrayView text, QByteArrayView part)
{
    const void *hit = ::memmem(text.data(), size_t(text.size()), part.data(), size_t(part.size()));
    return hit ? static_cast<const char *>(hit) - text.data() : -1;
}

/// Cuts the first word and its blank off. Words are short: a loop is quicker than a call.
QByteArrayView word(QByteArrayView &rest)
{
    const char *const start = rest.data();
    const qsizetype size = rest.size();
    qsizetype end = 0;
    while (end < size && start[end] != ' ')
        ++end;
    rest = rest.sliced(std::min(end + 1, size));
    return QByteArrayView(start, end);
}

/// Cuts the stamp off, whatever it says: the forms are StampReader's.
bool skipStamp(QByteArrayView &line)
{
    if (!line.isEmpty() && line[0] == '<') {
        const qsizetype end = find(line.first(std::min<qsizetype>(line.size(), 6)), '>');
        if (end < 0)
            return false;
        line = line.sliced(end + 1);
    }
    if (line.size() < 24)
        return false;
    // "Nov 22 00:35:39", "2026-11-22 00:35:39" or "2026-11-22T00:35:39…": behind their last blank.
    line = line.sliced(isLetter(line[0]) ? 15 : line[10] == ' ' ? 19 : 11);
    (void)word(line);
    return true;
}

} // namespace

LoginScan::LoginScan()
    : m_stamps(0)
{
}

LoginScan::~LoginScan() = default;

void LoginScan::beginFile(const Wanted &wanted, qint64 reference)
{
    m_wanted = wanted;
    m_webmailHosts.clear();
    for (const Address &host : wanted.webmailHosts)
        m_webmailHosts.append(host.toText());
    m_stamps = StampReader(reference, wanted.zone);
    m_times.reset();
}

std::optional<LoginScan::Candidate> LoginScan::dovecotCandidate(QByteArrayView rest) const
{
    Candidate found;
    if (cut(rest, "imap-login: "))
        found.service = Imap;
    else if (cut(rest, "pop3-login: "))
        found.service = Pop3;
    else if (cut(rest, "submission-login: "))
        found.service = Submission;
    else if (cut(rest, "managesieve-login: "))
        found.service = Sieve;
    else if (cut(rest, "stats: "))
        return cut(rest, "Info: {\"event\":\"auth_") || cut(rest, "{\"event\":\"auth_") ? std::optional(found)
                                                                                        : std::nullopt;
    else
        return std::nullopt;
    (void)cut(rest, "Info: ");
    if (!cut(rest, "Login: ") && !cut(rest, "Logged in: "))
        return std::nullopt;
    if (!cut(rest, "user=<"))
        return found; // another order of the elements
    if (const qsizetype end = find(rest, '>'); end >= 0)
        found.user = rest.first(end);
    if (m_webmailHosts.isEmpty())
        return found;
    const qsizetype address = find(rest, QByteArrayView(", rip="));
    if (address < 0)
        return found;
    rest = rest.sliced(address + 6);
    if (const qsizetype end = rest.indexOf(','); end >= 0 && isWebmail(rest.first(end)))
        found.service = Webmail;
    return found;
}

bool LoginScan::isWebmail(QByteArrayView address) const
{
    return std::any_of(m_webmailHosts.cbegin(), m_webmailHosts.cend(),
        [address](const QByteArray &host) { return address == QByteArrayView(host); });
}

std::optional<LoginScan::Candidate> LoginScan::candidate(QByteArrayView line) const
{
    if (!skipStamp(line))
        return std::nullopt;
    QByteArrayView rest = line;
    const QByteArrayView host = word(rest);
    if (host.isEmpty())
        return std::nullopt;
    if (host.back() == ':') // Dovecot's own file
        return m_wanted.dovecot ? dovecotCandidate(line) : std::nullopt;
    const QByteArrayView ident = word(rest);
    if (!ident.endsWith(':'))
        return std::nullopt;
    if (!ident.endsWith("]:")) {
        if (!m_wanted.dovecot
            || !ident.startsWith(m_wanted.instance.isEmpty() ? QByteArrayView("dovecot") : m_wanted.instance))
            return std::nullopt;
        return dovecotCandidate(rest);
    }
    const qsizetype pid = ident.lastIndexOf('[');
    if (m_wanted.dovecot
        && ident.startsWith(m_wanted.instance.isEmpty() ? QByteArrayView("dovecot") : m_wanted.instance))
        return dovecotCandidate(rest);
    if (!m_wanted.postfix || pid < 0 || !endsWith(ident.first(pid), "/smtpd"))
        return std::nullopt;
    (void)word(rest); // the queue id
    if (!cut(rest, "client="))
        return std::nullopt;
    const qsizetype name = find(rest, QByteArrayView(", sasl_username="));
    if (name < 0)
        return std::nullopt;
    Candidate found;
    found.service = Smtp;
    if (!m_webmailHosts.isEmpty()) {
        const qsizetype open = find(rest, '[');
        const qsizetype close = find(rest, ']');
        if (open >= 0 && close > open && isWebmail(rest.sliced(open + 1, close - open - 1)))
            found.service = Webmail;
    }
    const QByteArrayView user = rest.sliced(name + 16);
    if (find(user, ',') < 0)
        found.user = user;
    return found;
}

/// Whether it can add nothing: a later login of exactly that user by that service was read properly.
bool LoginScan::isOld(const Candidate &candidate, qint64 bound) const
{
    if (candidate.user.isEmpty())
        return false;
    const int known = m_known.find(candidate.service, candidate.user);
    if (known == LatestLogins::None)
        return false;
    const LatestLogins::When &latest = m_known.when(known);
    return latest.block == m_block || latest.time >= bound;
}

void LoginScan::read(QByteArrayView bytes)
{
    ++m_parsed;
    std::optional<LogLine> line = frameLine(bytes, m_stamps);
    if (!line)
        return;
    std::optional<LoginEvidence> login;
    if (m_wanted.postfix && isSmtpd(line->program))
        login = loginOf(parsePostfixLine(*line), *line);
    else if (m_wanted.dovecot && unwrapDovecot(*line, m_wanted.instance))
        login = loginOf(parseDovecotLine(*line), *line, m_wanted.rules);
    if (!login)
        return;
    if (m_wanted.webmailHosts.contains(login->address)) {
        login->service = "webmail";
        login->address = {};
    }
    const auto service = std::find(ServiceNames.begin(), ServiceNames.end(), QByteArrayView(login->service));
    if (service == ServiceNames.end())
        return;
    const int known = m_known.number(quint8(service - ServiceNames.begin()), login->user);
    const LatestLogins::When &latest = m_known.when(known);
    if (latest.block == 0 || latest.time < login->time)
        m_known.set(known, login->time, m_block, login->address, login->source);
}

void LoginScan::findLines(QByteArrayView block)
{
    m_lines.clear();
    const char *const begin = block.data();
    const char *const end = begin + block.size();
    const auto look = [&](const Marks &marks) {
        const char *next = begin;
        while (const void *const hit = std::memchr(next, marks.rare, size_t(end - next))) {
            next = static_cast<const char *>(hit) + 1;
            const char *const at = next - 1 - marks.at;
            if (at < begin)
                continue;
            const QByteArrayView rest(at, end);
            if (std::none_of(marks.words.begin(), marks.words.end(),
                    [rest](QByteArrayView word) { return !word.isEmpty() && rest.startsWith(word); }))
                continue;
            const void *const newline = ::memrchr(begin, '\n', size_t(at - begin));
            m_lines.push_back(newline ? static_cast<const char *>(newline) + 1 - begin : 0);
        }
    };
    if (m_wanted.dovecot)
        for (const Marks &marks : DovecotMarks)
            look(marks);
    if (m_wanted.postfix)
        look(PostfixMarks);
    std::sort(m_lines.begin(), m_lines.end(), std::greater<>());
    m_lines.erase(std::unique(m_lines.begin(), m_lines.end()), m_lines.end());
}

void LoginScan::scan(QByteArrayView block)
{
    ++m_block;
    const std::optional<qint64> last = noteTimes(block);
    if (!last)
        return; // what has no time proves nothing
    findLines(block);
    for (const qsizetype start : m_lines) {
        const QByteArrayView rest = block.sliced(start);
        const QByteArrayView line = rest.first(find(rest, '\n'));
        const std::optional<Candidate> found = candidate(line);
        if (found && !isOld(*found, *last)) // lines of a log are in order
            read(line);
    }
}

std::optional<qint64> LoginScan::firstStamp(QByteArrayView text, StampReader &stamps)
{
    while (!text.isEmpty()) {
        const qsizetype newline = text.indexOf('\n');
        const QByteArrayView line = newline < 0 ? text : text.first(newline);
        if (const std::optional<StampReader::Stamp> stamp = stamps.read(line))
            return stamp->time;
        if (newline < 0)
            break;
        text = text.sliced(newline + 1);
    }
    return std::nullopt;
}

std::optional<qint64> LoginScan::noteTimes(QByteArrayView block)
{
    const std::optional<qint64> first = firstStamp(block, m_stamps);
    if (!first)
        return std::nullopt;
    std::optional<qint64> last;
    for (QByteArrayView rest = block; !rest.isEmpty() && !last;) {
        const qsizetype newline = rest.first(rest.size() - 1).lastIndexOf('\n');
        if (const auto stamp = m_stamps.read(rest.sliced(newline + 1, rest.size() - newline - 2)))
            last = stamp->time;
        rest = rest.first(newline + 1);
    }
    if (last.value_or(*first) - *first <= LongestSilence) {
        noteSpan(*first, std::max(*first, last.value_or(*first)));
        return last;
    }
    // Somewhere in it may be a silence that is too long: line by line, in the direction of the blocks.
    QList<qint64> times;
    for (qsizetype at = 0; at < block.size();) {
        const qsizetype newline = block.indexOf('\n', at);
        if (const auto stamp = m_stamps.read(block.sliced(at, newline - at)))
            times.append(stamp->time);
        at = newline + 1;
    }
    const bool backward = m_times && *first < m_times->first;
    if (backward)
        std::reverse(times.begin(), times.end());
    for (const qint64 time : std::as_const(times))
        noteSpan(time, time);
    return last;
}

void LoginScan::noteSpan(qint64 first, qint64 last)
{
    if (!m_times) {
        m_times = Times { first, last, first };
        return;
    }
    if (first < m_times->first) { // backwards
        if (m_times->first - last <= LongestSilence && m_times->unbrokenSince == m_times->first)
            m_times->unbrokenSince = first;
        m_times->first = first;
    }
    if (last > m_times->last) {
        if (first - m_times->last > LongestSilence)
            m_times->unbrokenSince = first;
        m_times->last = last;
    }
}

QList<LoginEvidence> LoginScan::take()
{
    QList<LoginEvidence> logins;
    for (int i = 0; i < m_known.size(); ++i) {
        if (m_known.take(i))
            logins.append({ m_known.user(i).toByteArray(), ServiceNames[m_known.service(i)].toByteArray(),
                m_known.when(i).time, m_known.what(i).address, m_known.what(i).source });
    }
    return logins;
}

} // namespace mailhelm
