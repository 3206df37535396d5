// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/mailplace.h"

#include "core/base/safetext.h"
#include "core/mail/mailmessage.h"
#include "core/mail/mailsettings.h"

#include <QCryptographicHash>
#include <QDateTime>

#include <algorithm>

namespace mailhelm
{

namespace
{

bool isWordByte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || quint8(c) >= 0x80;
}

/// alice, alice@example.org, alice-2020.01.01, alice.old, but not alice2. Both folded.
bool isNamedAfter(const QByteArray &part, const QByteArray &name)
{
    return !name.isEmpty() && part.startsWith(name)
        && (part.size() == name.size() || !isWordByte(part.at(name.size())));
}

} // namespace

Result<void> MailPlace::check(const AccountRows &account, const AccountsConfig &config) const
{
    const QString user = QString::fromUtf8(account.user);
    if (account.mail.isEmpty())
        return Error { ErrorCode::Refused,
            QStringLiteral("Where the mail of %1 lies is not known. In [accounts]: mail = \"/var/vmail/%d/%n\"")
                .arg(user) };
    const auto wrong = [&](const QString &what) {
        return Error {
            ErrorCode::Refused,
            QStringLiteral("The mail of %1 would be in %2, which %3").arg(user, QString::fromUtf8(account.mail), what)
        };
    };
    if (!isPlainPath(account.mail) || account.mail.size() > mailwire::PathBytes)
        return wrong(QStringLiteral("is no path from the root of which every part is a name."));
    QByteArray root;
    for (const QByteArray &each : config.mailRoots)
        if (account.mail.startsWith(each + '/') && each.size() > root.size())
            root = each;
    if (root.isEmpty())
        return wrong(QStringLiteral("lies below none of mail_roots in [accounts]."));

    const QByteArray folded = foldedUtf8(account.user);
    const qsizetype at = folded.lastIndexOf('@');
    const QByteArray name = at < 0 ? folded : folded.first(at);
    const QByteArray domain = at < 0 ? QByteArray() : folded.mid(at + 1);
    const QList<QByteArray> parts = foldedUtf8(account.mail.mid(root.size() + 1)).split('/');
    // The last folder that stands for a domain, and what lies in it.
    qsizetype first = 0;
    if (!domain.isEmpty())
        first = parts.first(parts.size() - 1).lastIndexOf(domain) + 1;
    const auto own = std::find_if(
        parts.cbegin() + first, parts.cend(), [&](const QByteArray &part) { return isNamedAfter(part, name); });
    if (own == parts.cend())
        return wrong(QStringLiteral("is not named after the account. If it is right, say in [accounts] how all are "
                                    "named: mail = \"/var/vmail/%d/%n\""));
    if (first == 0 && *own != folded && isDomain(*own))
        return wrong(QStringLiteral("is the folder of a whole domain."));
    for (qsizetype i = 0; i < parts.size(); ++i) {
        if (parts[i] != folded && isAccount(parts[i]))
            return wrong(QStringLiteral("is named after another account."));
        for (qsizetype j = 0; j < parts.size(); ++j)
            if (const QByteArray address = parts[i] + '@' + parts[j]; i != j && address != folded && isAccount(address))
                return wrong(QStringLiteral("is named after the account %1.").arg(QString::fromUtf8(address)));
    }
    return {};
}

QByteArray archiveNameOf(const QByteArray &user, qint64 time)
{
    QByteArray name;
    constexpr qsizetype UserBytes = 120;
    for (const char c : user.first(std::min(user.size(), UserBytes)))
        name += isWordByte(c) && quint8(c) < 0x80          ? c
            : (c >= 'A' && c <= 'Z')                       ? c
            : c == '@' || c == '.' || c == '-' || c == '+' ? c
                                                           : '_';
    if (name.startsWith('.') || name.isEmpty())
        name.prepend('_');
    const QByteArray hash
        = QCryptographicHash::hash(user + '\0' + QByteArray::number(time), QCryptographicHash::Sha256).toHex();
    return name + '.'
        + QDateTime::fromMSecsSinceEpoch(time / 1000, Qt::UTC).toString(QStringLiteral("yyyyMMdd-HHmmss")).toUtf8()
        + '.' + hash.first(8);
}

bool fitsAny(const QByteArray &user, const QList<QByteArray> &patterns)
{
    const QString name = QString::fromUtf8(foldedUtf8(user));
    for (const QByteArray &each : patterns) {
        const QString pattern = QString::fromUtf8(foldedUtf8(each));
        qsizetype n = 0;
        qsizetype p = 0;
        qsizetype star = -1; // the last * and what of the name it has taken so far
        qsizetype taken = 0;
        while (n < name.size()) {
            if (p < pattern.size() && (pattern[p] == QLatin1Char('?') || pattern[p] == name[n])
                && pattern[p] != QLatin1Char('*')) {
                ++n;
                ++p;
            } else if (p < pattern.size() && pattern[p] == QLatin1Char('*')) {
                star = p++;
                taken = n;
            } else if (star >= 0) {
                p = star + 1;
                n = ++taken;
            } else {
                break;
            }
        }
        while (p < pattern.size() && pattern[p] == QLatin1Char('*'))
            ++p;
        if (n == name.size() && p == pattern.size())
            return true;
    }
    return false;
}

} // namespace mailhelm
