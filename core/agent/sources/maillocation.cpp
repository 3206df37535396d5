// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/maillocation.h"

namespace mailhelm
{

namespace
{

/// Neither empty nor the way up or out.
bool isPlainName(const QByteArray &name)
{
    return !name.isEmpty() && name != "." && name != ".." && !name.contains('/') && !name.contains('\0');
}

/// "/a//b/" → "/a/b"; empty where a part leads elsewhere.
QByteArray cleanPath(const QByteArray &path)
{
    if (!path.startsWith('/'))
        return {};
    QByteArray clean;
    for (const QByteArray &part : path.split('/')) {
        if (part.isEmpty() || part == ".")
            continue;
        if (!isPlainName(part))
            return {};
        clean += '/' + part;
    }
    return clean;
}

/// "maildir:/srv/vmail/a/Maildir:LAYOUT=fs" → "/srv/vmail/a/Maildir"
QByteArray folderOf(QByteArray location)
{
    for (const char *format : { "maildir:", "mdbox:", "sdbox:", "dbox:", "mbox:" })
        if (location.startsWith(format)) {
            location.remove(0, qsizetype(qstrlen(format)));
            if (const qsizetype colon = location.indexOf(':'); colon >= 0)
                location.truncate(colon);
            break;
        }
    return location;
}

} // namespace

QByteArray mailLocation(
    const QByteArray &user, const QByteArray &known, const QByteArray &pattern, const QList<QByteArray> &roots)
{
    const QByteArray folder = folderOf(known);
    if (pattern.isEmpty()) {
        if (folder.startsWith('/'))
            return cleanPath(folder);
        return folder.isEmpty() || roots.size() != 1 ? QByteArray() : cleanPath(roots.first() + '/' + folder);
    }
    const qsizetype at = user.lastIndexOf('@');
    const QByteArray name = at < 0 ? user : user.first(at);
    const QByteArray domain = at < 0 ? QByteArray() : user.mid(at + 1);
    QByteArray path;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        if (pattern.at(i) != '%' || i + 1 == pattern.size()) {
            path += pattern.at(i);
            continue;
        }
        const char what = pattern.at(++i);
        const QByteArray value = what == 'u' ? user
            : what == 'n'                    ? name
            : what == 'd'                    ? domain
            : what == 'm'                    ? folder
            : what == '%'                    ? QByteArray("%")
                                             : QByteArray();
        // A database's own path has parts; a name has not.
        if (value.isEmpty() || (what != 'm' && what != '%' && !isPlainName(value)))
            return {};
        path += value;
    }
    return cleanPath(path);
}

} // namespace mailhelm
