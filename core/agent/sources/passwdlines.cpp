// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/passwdlines.h"

#include "core/base/safetext.h"

#include <algorithm>
#include <functional>

namespace mailhelm::passwdlines
{

namespace
{

constexpr qsizetype MaxName = 320;
constexpr qsizetype ExtraField = 7; ///< colons before it

/// A line with an account; nullopt: a comment, or empty.
struct Entry {
    QByteArray user;
    QByteArray line; ///< without the mark
    bool disabled = false;
};

std::optional<Entry> entryOf(const QByteArray &line)
{
    Entry entry { {}, line, line.startsWith(DisabledMark) };
    if (entry.disabled)
        entry.line.remove(0, DisabledMark.size());
    else if (line.startsWith('#'))
        return std::nullopt;
    const qsizetype colon = entry.line.indexOf(':');
    entry.user = colon < 0 ? entry.line.trimmed() : entry.line.first(colon);
    if (entry.user.isEmpty())
        return std::nullopt;
    return entry;
}

qsizetype extraAt(const QByteArray &line)
{
    qsizetype at = -1;
    for (qsizetype colons = 0; colons < ExtraField; ++colons) {
        at = line.indexOf(':', at + 1);
        if (at < 0)
            return -1;
    }
    return at + 1;
}

bool isField(const QByteArray &word, const char *name)
{
    return word == name || word.startsWith(name + QByteArray("="));
}

bool keepsOut(const QByteArray &word)
{
    return isField(word, "fail") || isField(word, "nologin");
}

QByteArrayList extraWords(const QByteArray &line)
{
    const qsizetype at = extraAt(line);
    return at < 0 ? QByteArrayList() : line.mid(at).split(' ');
}

bool isBlocked(const QByteArray &line)
{
    const QByteArrayList words = extraWords(line);
    return std::any_of(words.begin(), words.end(), [](const QByteArray &word) { return keepsOut(word.trimmed()); });
}

/// The same line, with a login or without. An administrator's own nologin is not relied on: Dovecot's auth says OK
/// to SMTP clients all the same, and leaves it to them to look at the field.
QByteArray withLogin(QByteArray line, bool allowed)
{
    const QByteArrayList words = extraWords(line);
    const bool fails = std::any_of(
        words.begin(), words.end(), [](const QByteArray &word) { return isField(word.trimmed(), "fail"); });
    if (allowed ? !isBlocked(line) : fails)
        return line;
    const QByteArray end = line.endsWith('\r') ? QByteArray("\r") : QByteArray();
    line.chop(end.size());
    if (!allowed) {
        for (qsizetype colons = line.count(':'); extraAt(line) < 0 && colons < ExtraField; ++colons)
            line += ':';
        return line + (line.endsWith(':') && extraAt(line) == line.size() ? "" : " ") + "fail=y" + end;
    }
    const qsizetype at = extraAt(line);
    QByteArrayList kept = line.mid(at).split(' ');
    kept.removeIf(keepsOut);
    return line.first(at) + kept.join(' ') + end;
}

/// "*:storage=100M", "*:bytes=1048576"
std::optional<qint64> quotaOf(const QByteArrayList &words)
{
    for (const QByteArray &word : words) {
        if (!word.startsWith("userdb_quota_rule="))
            continue;
        for (const QByteArray &limit : word.mid(int(qstrlen("userdb_quota_rule="))).split(':')) {
            const bool storage = limit.startsWith("storage=");
            if (!storage && !limit.startsWith("bytes="))
                continue;
            QByteArray number = limit.mid(limit.indexOf('=') + 1).trimmed();
            const qsizetype unit = QByteArray("kMGT").indexOf(number.isEmpty() ? ' ' : number.back());
            if (unit >= 0)
                number.chop(1);
            bool valid = false;
            const qint64 value = number.toLongLong(&valid);
            const int shift = unit >= 0 ? 10 * int(unit + 1) : storage ? 10 : 0;
            if (valid && value >= 0 && value < (Q_INT64_C(1) << (62 - shift)))
                return value << shift;
        }
    }
    return std::nullopt;
}

QByteArray homeOf(const QByteArray &line)
{
    for (const QByteArray &word : extraWords(line))
        if (word.startsWith("userdb_home="))
            return word.mid(int(qstrlen("userdb_home="))).trimmed();
    return line.split(':').value(5);
}

Error noSuch(const QByteArray &user)
{
    return { ErrorCode::NotFound,
        QStringLiteral("there is no account %1 in the passwd-file").arg(safeText(user, 100)) };
}

Error conflict(const QByteArray &user, const char *what, const char *why)
{
    return { ErrorCode::Conflict,
        QStringLiteral("%1 cannot be %2: %3")
            .arg(safeText(user, 100), QString::fromLatin1(what), QString::fromLatin1(why)) };
}

/// The lines that are kept of an account, as they stood.
QByteArrayList keptLines(const AccountRows &rows)
{
    QByteArrayList lines;
    for (const AccountRows::Rows &table : rows.tables)
        for (const QVariantList &values : table.values)
            lines.append(values.value(0).toByteArray());
    return lines;
}

/// Whatever its state: a line that was disabled since it was read is still that line. Without the empty fields at its
/// end, which blocking fills up.
QByteArray stateless(const QByteArray &line)
{
    const std::optional<Entry> entry = entryOf(line);
    QByteArray bare = entry ? withLogin(entry->line, true) : line;
    while (bare.endsWith(':') || bare.endsWith(' ') || bare.endsWith('\r'))
        bare.chop(1);
    return bare;
}

QByteArray lineInState(const Entry &entry, AccountState state)
{
    return state == AccountState::Disabled ? DisabledMark.toByteArray() + entry.line
                                           : withLogin(entry.line, state == AccountState::Active);
}

/// Each line of the user, as `how` makes it.
Result<QByteArray> edited(
    const QByteArray &text, const QByteArray &user, const std::function<QByteArray(const Entry &)> &how)
{
    QByteArrayList lines = text.split('\n');
    bool found = false;
    for (QByteArray &line : lines) {
        const std::optional<Entry> entry = entryOf(line);
        if (!entry || entry->user != user)
            continue;
        found = true;
        line = how(*entry);
    }
    if (!found)
        return noSuch(user);
    return lines.join('\n');
}

} // namespace

Listing list(const QByteArray &text)
{
    Listing listing;
    QSet<QByteArray> seen;
    for (const QByteArray &line : text.split('\n')) {
        const std::optional<Entry> entry = entryOf(line);
        if (!entry || seen.contains(entry->user))
            continue;
        if (entry->user.size() > MaxName || validUtf8(entry->user) != entry->user) {
            ++listing.leftOut;
            continue;
        }
        seen.insert(entry->user);
        Account account;
        account.user = entry->user;
        account.state = entry->disabled ? AccountState::Disabled
            : isBlocked(entry->line)    ? AccountState::Blocked
                                        : AccountState::Active;
        account.quotaBytes = quotaOf(extraWords(entry->line));
        listing.accounts.append(account);
    }
    return listing;
}

Result<QByteArray> withState(const QByteArray &text, const QByteArray &user, AccountState state)
{
    return edited(text, user, [state](const Entry &entry) { return lineInState(entry, state); });
}

Result<QByteArray> reverted(const QByteArray &text, const AccountRows &rows, AccountState before)
{
    const QByteArrayList kept = keptLines(rows);
    return edited(text, rows.user, [&](const Entry &entry) {
        const auto same = std::find_if(kept.cbegin(), kept.cend(),
            [line = stateless(entry.line)](const QByteArray &each) { return stateless(each) == line; });
        return same == kept.cend() ? lineInState(entry, before) : *same;
    });
}

Result<AccountRows> read(const QByteArray &text, const QByteArray &user, const QByteArray &file)
{
    AccountRows rows;
    rows.user = user;
    // Where a line stands: after whose line, how many comments and empty lines further down, and whether nothing, not
    // even the end of a line, follows.
    AccountRows::Rows table { file, { "line", "after", "gap", "last" }, {} };
    QByteArray after;
    qint64 gap = 0;
    const QByteArrayList lines = text.split('\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QByteArray &line = lines.at(i);
        const std::optional<Entry> entry = entryOf(line);
        if (!entry) {
            ++gap;
            continue;
        }
        if (entry->user == user) {
            table.values.append({ line, after, gap, i + 1 == lines.size() });
            rows.mail = homeOf(entry->line);
            continue; // one that is restored stands after it, and is found again from the same place
        }
        after = entry->user;
        gap = 0;
    }
    if (table.values.isEmpty())
        return noSuch(user);
    rows.tables.append(table);
    return rows;
}

Result<QByteArray> without(const QByteArray &text, const AccountRows &rows)
{
    QByteArrayList kept;
    for (const QByteArray &line : keptLines(rows))
        kept.append(stateless(line));
    QByteArrayList lines;
    for (const QByteArray &line : text.split('\n')) {
        const std::optional<Entry> entry = entryOf(line);
        if (!entry || entry->user != rows.user)
            lines.append(line);
        else if (!kept.contains(stateless(line)))
            return conflict(rows.user, "deleted", "its line in the passwd-file was changed since it was read");
    }
    return lines.join('\n');
}

Result<QByteArray> with(const QByteArray &text, const AccountRows &rows)
{
    QByteArrayList lines = text.split('\n');
    const QByteArrayList kept = keptLines(rows);
    bool there = false;
    for (const QByteArray &line : std::as_const(lines)) {
        const std::optional<Entry> entry = entryOf(line);
        if (!entry || entry->user != rows.user)
            continue;
        there = true;
        if (!kept.contains(line))
            return conflict(rows.user, "restored", "the passwd-file has a line of that name by now");
    }
    if (there)
        return text;
    for (const AccountRows::Rows &table : rows.tables) {
        for (auto values = table.values.crbegin(); values != table.values.crend(); ++values) {
            const QByteArray line = values->value(0).toByteArray();
            const QByteArray after = values->value(1).toByteArray();
            qint64 gap = values->value(2).toLongLong();
            qsizetype at = after.isEmpty() ? 0 : -1;
            for (qsizetype i = lines.size(); i > 0 && at < 0; --i)
                if (const std::optional<Entry> entry = entryOf(lines.at(i - 1)); entry && entry->user == after)
                    at = i;
            const bool last = values->value(3).toBool();
            if (last && gap == 0 && lines == QByteArrayList { QByteArray() })
                lines.clear(); // an empty file, not an empty line
            if (lines.isEmpty()) {
                lines.append(line);
                continue;
            }
            const qsizetype end = !last && lines.last().isEmpty() ? lines.size() - 1 : lines.size();
            if (at < 0)
                at = end; // whoever stood before it is gone
            for (; gap > 0 && at < end && !entryOf(lines.at(at)); --gap)
                ++at;
            lines.insert(at, line);
        }
    }
    return lines.join('\n');
}

} // namespace mailhelm::passwdlines
