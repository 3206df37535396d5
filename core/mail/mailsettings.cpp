// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/mailsettings.h"

#include <QFile>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mailhelm
{

bool isPlainPath(const QByteArray &path)
{
    if (!path.startsWith('/') || path.contains('\0'))
        return false;
    const QList<QByteArray> names = path.mid(1).split('/');
    return std::none_of(names.cbegin(), names.cend(),
        [](const QByteArray &name) { return name.isEmpty() || name == "." || name == ".."; });
}

bool isWithin(const QByteArray &path, const QByteArray &folder)
{
    return path == folder || path.startsWith(folder + '/');
}

Result<MailSettings> MailSettings::parse(const QByteArray &text, const QByteArray &fileName)
{
    MailSettings settings;
    int number = 0;
    const auto wrong = [&](const QString &what) {
        return Error { ErrorCode::InvalidArgument,
            QStringLiteral("%1, line %2: %3").arg(QString::fromUtf8(fileName), QString::number(number), what) };
    };
    for (const QByteArray &raw : text.split('\n')) {
        ++number;
        const QByteArray line = raw.first(raw.contains('#') ? raw.indexOf('#') : raw.size()).trimmed();
        if (line.isEmpty())
            continue;
        const qsizetype equals = line.indexOf('=');
        const QByteArray key = line.first(std::max<qsizetype>(equals, 0)).trimmed();
        const QByteArray value = line.mid(equals + 1).trimmed();
        if (equals < 0 || (key != "root" && key != "archive" && key != "agent"))
            return wrong(QStringLiteral("This file knows root = FOLDER, archive = FOLDER and agent = USER."));
        if (key == "agent") {
            settings.agent = value;
            continue;
        }
        if (!isPlainPath(value))
            return wrong(QStringLiteral("“%1” is no path from the root of which every part is a name: %2 = /var/vmail")
                             .arg(QString::fromUtf8(value), QString::fromUtf8(key)));
        if (key == "root")
            settings.roots.append(value);
        else if (settings.archive.isEmpty())
            settings.archive = value;
        else
            return wrong(QStringLiteral("There is one archive."));
    }
    if (settings.roots.isEmpty() || settings.archive.isEmpty() || settings.agent.isEmpty())
        return Error { ErrorCode::InvalidArgument,
            QStringLiteral("%1 needs root = FOLDER, archive = FOLDER and, if it is not mailhelm, agent = USER.")
                .arg(QString::fromUtf8(fileName)) };
    for (const QByteArray &root : std::as_const(settings.roots))
        if (isWithin(root, settings.archive))
            return Error { ErrorCode::InvalidArgument,
                QStringLiteral("%1: the root %2 lies in the archive %3: take another archive.")
                    .arg(QString::fromUtf8(fileName), QString::fromUtf8(root), QString::fromUtf8(settings.archive)) };
    return settings;
}

Result<MailSettings> MailSettings::read(const QByteArray &file)
{
    QFile in(QFile::decodeName(file));
    struct stat status {
    };
    if (!in.open(QIODevice::ReadOnly) || ::fstat(in.handle(), &status) != 0)
        return Error { ErrorCode::NotFound,
            QStringLiteral("%1 cannot be read: %2").arg(QString::fromUtf8(file), in.errorString()) };
    if ((status.st_uid != 0 && status.st_uid != ::geteuid()) || (status.st_mode & 022) != 0)
        return Error { ErrorCode::PermissionDenied,
            QStringLiteral("%1 says which folders may be moved, and others than root can write it: chown root %1; "
                           "chmod 644 %1")
                .arg(QString::fromUtf8(file)) };
    constexpr qint64 Bytes = 64 * 1024;
    return parse(in.read(Bytes), file);
}

} // namespace mailhelm
