// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/logline.h"

#include "core/agent/sources/logtext.h"

namespace mailhelm
{

namespace
{

/// The first place from `from` on that has the shape ")<PID><SESSION>: ", as the end of a user's name in
/// mail_log_prefix has.
struct MailPrefix {
    qsizetype userEnd = -1; ///< -1: there is none
    qsizetype end = 0; ///< where the text begins
    qint64 pid = 0;
    QByteArrayView session;
};

MailPrefix findMailPrefix(QByteArrayView rest, qsizetype from)
{
    for (qsizetype at = rest.indexOf(")<", from); at >= 0; at = rest.indexOf(")<", at + 1)) {
        const qsizetype pidEnd = rest.indexOf("><", at + 2);
        if (pidEnd < 0)
            break;
        const std::optional<qint64> pid = wholeNumber(rest.sliced(at + 2, pidEnd - at - 2));
        if (!pid)
            continue;
        const qsizetype sessionEnd = rest.indexOf('>', pidEnd + 2);
        if (sessionEnd < 0)
            break;
        if (rest.sliced(sessionEnd + 1).startsWith(": "))
            return { at, sessionEnd + 3, *pid, rest.sliced(pidEnd + 2, sessionEnd - pidEnd - 2) };
    }
    return {};
}

/// "USER)<PID><SESSION>: text". Both the name and the text (an IMAP ID) may imitate the shape. A line that has it twice
/// cannot be read for certain: it keeps its text but names no session, so that nobody but its author goes without.
bool takeMailPrefix(QByteArrayView rest, LogLine &line, QByteArrayView &after)
{
    const MailPrefix prefix = findMailPrefix(rest, 0);
    if (prefix.userEnd < 0)
        return false;
    after = rest.sliced(prefix.end);
    if (findMailPrefix(rest, prefix.end).userEnd < 0) {
        line.user = rest.first(prefix.userEnd);
        line.pid = prefix.pid;
        line.session = prefix.session;
    }
    return true;
}

/// "imap-login: …" or "imap(user)<pid><session>: …", then the severity.
bool takeDovecotPrefix(QByteArrayView rest, LogLine &line)
{
    qsizetype at = 0;
    while (at < rest.size() && at < 64 && rest[at] != '(' && rest[at] != ':' && rest[at] != ' ')
        ++at;
    if (at == 0 || at >= rest.size())
        return false;
    line.program = rest.first(at);
    QByteArrayView text;
    if (rest[at] == '(') {
        // "auth-worker(123): " and "imap(user): " (older prefixes) have no session; they say nothing that is used.
        if (!takeMailPrefix(rest.sliced(at + 1), line, text)) {
            const qsizetype end = rest.indexOf("): ", at);
            if (end < 0)
                return false;
            text = rest.sliced(end + 3);
        }
    } else {
        if (!rest.sliced(at).startsWith(": "))
            return false;
        text = rest.sliced(at + 2);
    }
    for (const QByteArrayView severity : { QByteArrayView("Info"), QByteArrayView("Warning"), QByteArrayView("Error"),
             QByteArrayView("Fatal"), QByteArrayView("Panic"), QByteArrayView("Debug") }) {
        if (text.startsWith(severity) && text.sliced(severity.size()).startsWith(": ")) {
            line.severity = text.first(severity.size());
            text = text.sliced(severity.size() + 2);
            break;
        }
    }
    line.text = text;
    return true;
}

} // namespace

std::optional<LogLine> frameLine(QByteArrayView bytes, StampReader &stamps)
{
    const std::optional<StampReader::Stamp> stamp = stamps.read(bytes);
    if (!stamp)
        return std::nullopt;
    LogLine line;
    line.time = stamp->time;
    line.timeExact = stamp->exact;
    QByteArrayView rest = bytes.sliced(stamp->length);

    const qsizetype hostEnd = rest.indexOf(' ');
    if (hostEnd <= 0)
        return std::nullopt;
    const QByteArrayView host = rest.first(hostEnd);
    if (host.back() == ':' || host.contains('(')) {
        line.shape = LogLine::Shape::DovecotFile;
        if (!takeDovecotPrefix(rest, line))
            return std::nullopt;
        return line;
    }
    rest = rest.sliced(hostEnd + 1);
    const qsizetype identEnd = rest.indexOf(' ');
    if (identEnd <= 1 || rest[identEnd - 1] != ':')
        return std::nullopt;
    QByteArrayView ident = rest.first(identEnd - 1);
    if (ident.back() == ']') {
        const qsizetype open = ident.lastIndexOf('[');
        if (open <= 0)
            return std::nullopt;
        const std::optional<qint64> pid = wholeNumber(ident.sliced(open + 1, ident.size() - open - 2));
        if (!pid)
            return std::nullopt;
        line.pid = *pid;
        ident = ident.first(open);
    }
    line.program = ident;
    line.text = rest.sliced(identEnd + 1);
    return line;
}

bool unwrapDovecot(LogLine &line, QByteArrayView instance)
{
    if (line.shape == LogLine::Shape::DovecotFile)
        return true;
    if (instance.isEmpty()) {
        if (line.program != QByteArrayView("dovecot") && !line.program.startsWith("dovecot-"))
            return false;
    } else if (line.program != instance) {
        return false;
    }
    line.pid = 0; // of the log process, if any
    return takeDovecotPrefix(line.text, line);
}

} // namespace mailhelm
