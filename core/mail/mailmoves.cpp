// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/mailmoves.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace mailhelm
{

namespace
{

constexpr int OpenFolder = O_RDONLY | O_DIRECTORY;

/// Beside a mailbox: what is on its way out of there, or complete on its way in.
QByteArray asideOf(const QByteArray &name)
{
    return ".mailhelm-" + name;
}

/// A copy that is not whole, in either place.
QByteArray partOf(const QByteArray &name)
{
    return ".part-" + name;
}

/// In the archive: no longer the mail, only to be removed.
QByteArray goneOf(const QByteArray &name)
{
    return ".gone-" + name;
}

Error refused(const QByteArray &what)
{
    return { ErrorCode::Refused, QString::fromUtf8(what) };
}

enum class Kind { Nothing, Folder, Other };

Kind kindOf(int parent, const QByteArray &name)
{
    struct stat status {
    };
    if (::fstatat(parent, name.constData(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? Kind::Nothing : Kind::Other;
    return S_ISDIR(status.st_mode) ? Kind::Folder : Kind::Other;
}

/// Renames where nothing is in the way, and on the disk when it returns. ErrorCode::Unsupported: another file system.
Result<void> rename(int from, const QByteArray &name, int to, const QByteArray &newName)
{
    if (::renameat2(from, name.constData(), to, newName.constData(), RENAME_NOREPLACE) != 0) {
        if (errno == EXDEV)
            return Error { ErrorCode::Unsupported, QStringLiteral("another file system") };
        return systemError("cannot rename " + name + " to " + newName, errno);
    }
    if (::fsync(to) != 0 || ::fsync(from) != 0)
        return systemError("cannot sync the folder of " + newName, errno);
    return {};
}

Result<void> removeSynced(int parent, const QByteArray &name, const mailtree::Progress &progress)
{
    if (kindOf(parent, name) == Kind::Nothing)
        return {};
    if (Result<void> done = mailtree::remove(parent, name, progress); !done)
        return done;
    return ::fsync(parent) == 0 ? Result<void>() : systemError("cannot sync the folder of " + name, errno);
}

/// A whole, synced and compared copy of `from`/`name` at `to`/`newName`.
Result<qint64> copyWhole(int from, const QByteArray &name, int to, const QByteArray &newName, const QByteArray &part,
    const mailtree::Progress &progress)
{
    if (Result<void> cleared = removeSynced(to, part, progress); !cleared)
        return cleared.error();
    const Descriptor source = openBeneath(from, name, OpenFolder);
    if (!source.isOpen())
        return systemError(name, errno);
    const Result<qint64> copied = mailtree::copy(source.fd(), to, part, progress);
    Result<void> done = copied ? Result<void>() : Result<void>(copied.error());
    if (done && ::syncfs(to) != 0)
        done = systemError("cannot sync " + part, errno);
    if (done) {
        const Descriptor made = openBeneath(to, part, OpenFolder);
        done = made.isOpen() ? mailtree::compare(source.fd(), made.fd(), progress)
                             : Result<void>(systemError(part, errno));
    }
    if (done)
        done = rename(to, part, to, newName);
    if (!done) {
        // What cannot be cleaned now is at the next try; where there is no room left, the space is wanted.
        (void)removeSynced(to, part, [](qint64) { return true; });
        return done.error();
    }
    return copied.value();
}

Result<qint64> measureIn(int parent, const QByteArray &name)
{
    const Descriptor folder = openBeneath(parent, name, OpenFolder);
    if (!folder.isOpen())
        return systemError(name, errno);
    return mailtree::measure(folder.fd());
}

} // namespace

Result<qint64> MailMoves::carryOut(const mailwire::Request &request, const Progress &progress) const
{
    if (!mailwire::isArchiveName(request.name))
        return refused("The archive has no such names.");
    switch (request.verb) {
    case mailwire::Verb::MoveOut:
        return moveOut(request.path, request.name, progress);
    case mailwire::Verb::Restore:
        return restore(request.path, request.name, progress);
    case mailwire::Verb::Purge:
        return purge(request.name, progress);
    }
    return refused("There is no such verb.");
}

/// `make`: folders that are missing above it are made. A place that is not there is no error.
Result<MailMoves::Place> MailMoves::placeOf(const QByteArray &path, bool make) const
{
    if (!isPlainPath(path))
        return refused("A mailbox is named by a path from the root of which every part is a name.");
    if (isWithin(path, m_settings.archive) || isWithin(m_settings.archive, path))
        return refused("A mailbox does not hold the archive, nor lies in it: " + path);
    QByteArray root;
    for (const QByteArray &each : m_settings.roots)
        if (path.startsWith(each + '/') && each.size() > root.size())
            root = each;
    // A root, and whatever holds one, is more than a mailbox.
    for (const QByteArray &each : m_settings.roots)
        if (isWithin(each, path))
            root.clear();
    if (root.isEmpty())
        return refused("mailhelm-mail may move what lies below " + m_settings.roots.join(", ") + ", and not " + path
            + ". Add its folder as root = … in /etc/mailhelm/mail.conf");
    const QList<QByteArray> names = path.mid(root.size() + 1).split('/');
    if (names.last().startsWith(".mailhelm-") || names.last().startsWith(".part-"))
        return refused("This name is no mailbox's: " + path);

    Place place;
    place.name = names.last();
    // The root itself is the administrator's word, and may be a link.
    Descriptor folder(::open(root.constData(), OpenFolder | O_CLOEXEC));
    if (!folder.isOpen())
        return systemError(root, errno);
    for (const QByteArray &name : names.first(names.size() - 1)) {
        Descriptor next = openBeneath(folder.fd(), name, OpenFolder);
        if (!next.isOpen() && errno == ENOENT && make) {
            if (::mkdirat(folder.fd(), name.constData(), 0700) != 0 && errno != EEXIST)
                return systemError(path, errno);
            next = openBeneath(folder.fd(), name, OpenFolder);
        }
        if (!next.isOpen() && errno == ENOENT)
            return place;
        if (!next.isOpen())
            return systemError(path, errno);
        folder = std::move(next);
    }
    place.parent = std::move(folder);
    return place;
}

Result<Descriptor> MailMoves::openArchive() const
{
    Descriptor archive(::open(m_settings.archive.constData(), OpenFolder | O_CLOEXEC));
    if (!archive.isOpen()) {
        const QString why = systemError(m_settings.archive, errno).detail;
        return Error { ErrorCode::Io,
            QStringLiteral("The archive cannot be opened: %1. Make it, owned by the mail user: install -d -m 0700 -o "
                           "vmail %2")
                .arg(why, QString::fromUtf8(m_settings.archive)) };
    }
    return archive;
}

Result<qint64> MailMoves::moveOut(const QByteArray &path, const QByteArray &name, const Progress &progress) const
{
    const Result<Place> found = placeOf(path, false);
    if (!found)
        return found.error();
    const Place &place = found.value();
    const Result<Descriptor> opened = openArchive();
    if (!opened)
        return opened.error();
    const int archive = opened.value().fd();
    const QByteArray aside = asideOf(name);

    if (kindOf(archive, name) == Kind::Folder) { // it is there; what may be left of it here goes
        if (place.isThere())
            for (const QByteArray &left : { aside, partOf(name) })
                if (Result<void> done = removeSynced(place.parent.fd(), left, progress); !done)
                    return done.error();
        return measureIn(archive, name);
    }
    if (!place.isThere())
        return Error { ErrorCode::NotFound, QStringLiteral("There is no folder %1").arg(QString::fromUtf8(path)) };
    const int parent = place.parent.fd();
    if (kindOf(parent, aside) == Kind::Nothing) {
        switch (kindOf(parent, place.name)) {
        case Kind::Nothing:
            return Error { ErrorCode::NotFound, QStringLiteral("There is no folder %1").arg(QString::fromUtf8(path)) };
        case Kind::Other:
            return refused(path + " is no folder.");
        case Kind::Folder:
            break;
        }
        Result<void> moved = rename(parent, place.name, archive, name);
        if (moved)
            return measureIn(archive, name);
        if (moved.error().code != ErrorCode::Unsupported)
            return moved.error();
        if (moved = rename(parent, place.name, parent, aside); !moved)
            return moved.error();
    }
    const Result<qint64> copied = copyWhole(parent, aside, archive, name, partOf(name), progress);
    if (!copied)
        return copied;
    if (Result<void> done = removeSynced(parent, aside, progress); !done)
        return done.error();
    return copied;
}

Result<qint64> MailMoves::restore(const QByteArray &path, const QByteArray &name, const Progress &progress) const
{
    const Result<Descriptor> opened = openArchive();
    if (!opened)
        return opened.error();
    const int archive = opened.value().fd();
    const bool archived = kindOf(archive, name) == Kind::Folder;
    const Result<Place> found = placeOf(path, archived);
    if (!found)
        return found.error();
    const Place &place = found.value();
    const Error nothing {
        ErrorCode::NotFound,
        QStringLiteral("The archive %1 holds no %2").arg(QString::fromUtf8(m_settings.archive), QString::fromUtf8(name))
    };
    if (!place.isThere())
        return nothing;
    const int parent = place.parent.fd();
    const QByteArray aside = asideOf(name);
    const Kind there = kindOf(parent, place.name);
    const Error taken { ErrorCode::Conflict,
        QStringLiteral("Something stands at %1 by now: move it away first").arg(QString::fromUtf8(path)) };

    if (archived) {
        if (there != Kind::Nothing)
            return taken;
        if (kindOf(parent, aside) == Kind::Nothing) {
            const Result<void> moved = rename(archive, name, parent, place.name);
            if (moved)
                return measureIn(parent, place.name);
            if (moved.error().code != ErrorCode::Unsupported)
                return moved.error();
        } else if (Result<void> cleared = removeSynced(parent, aside, progress); !cleared) {
            // It was left here when it was moved out, or brought here and not yet reckoned: the archive's is whole.
            return cleared.error();
        }
        if (const Result<qint64> copied = copyWhole(archive, name, parent, aside, partOf(name), progress); !copied)
            return copied;
        // From here on the copy is the mail.
        if (Result<void> done = rename(archive, name, archive, goneOf(name)); !done)
            return done.error();
    }
    if (kindOf(parent, aside) == Kind::Folder) {
        if (there != Kind::Nothing)
            return taken;
        if (Result<void> done = rename(parent, aside, parent, place.name); !done)
            return done.error();
    } else if (there != Kind::Folder) {
        return nothing;
    }
    // Copies that were never whole, and what was copied back.
    for (const QByteArray &left : { goneOf(name), partOf(name) })
        if (Result<void> done = removeSynced(archive, left, progress); !done)
            return done.error();
    return measureIn(parent, place.name);
}

Result<qint64> MailMoves::purge(const QByteArray &name, const Progress &progress) const
{
    const Result<Descriptor> opened = openArchive();
    if (!opened)
        return opened.error();
    const int archive = opened.value().fd();
    qint64 bytes = 0;
    if (kindOf(archive, name) == Kind::Folder) {
        if (const Result<qint64> measured = measureIn(archive, name); measured)
            bytes = measured.value();
        if (Result<void> done = removeSynced(archive, goneOf(name), progress); !done)
            return done.error();
        if (Result<void> done = rename(archive, name, archive, goneOf(name)); !done)
            return done.error();
    }
    for (const QByteArray &left : { goneOf(name), partOf(name) })
        if (Result<void> done = removeSynced(archive, left, progress); !done)
            return done.error();
    return bytes;
}

} // namespace mailhelm
