// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/mailtree.h"

#include <QByteArray>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QHash>
#include <QMap>

#include <functional>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mailhelm
{

/// A temporary folder that goes with all names in it, those too that Qt cannot say.
class MailFolder
{
public:
    /// `below`: an existing folder; decides on which file system.
    explicit MailFolder(const QByteArray &below = "/tmp")
        : m_path(below + "/mhmail-XXXXXX")
    {
        if (!::mkdtemp(m_path.data()))
            qFatal("%s cannot be made", m_path.constData());
    }
    ~MailFolder()
    {
        const qsizetype slash = m_path.lastIndexOf('/');
        const Descriptor parent(::open(m_path.first(slash).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        (void)mailtree::remove(parent.fd(), m_path.mid(slash + 1), [](qint64) { return true; });
    }
    Q_DISABLE_COPY_MOVE(MailFolder)
    [[nodiscard]] const QByteArray &path() const { return m_path; }

private:
    QByteArray m_path;
};

/// Whether these two lie on different file systems.
inline bool areApart(const char *one, const char *other)
{
    struct stat a {
    };
    struct stat b {
    };
    return ::stat(one, &a) == 0 && ::stat(other, &b) == 0 && a.st_dev != b.st_dev;
}

inline void writeFile(const QByteArray &path, const QByteArray &bytes, mode_t mode = 0600, qint64 mtimeNs = 0)
{
    const int fd = ::open(path.constData(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ::write(fd, bytes.constData(), size_t(bytes.size())) != bytes.size())
        qFatal("%s cannot be written", path.constData());
    ::fchmod(fd, mode);
    const timespec times[2] { { 1'600'000'000, 7 },
        { 1'500'000'000 + mtimeNs / 1'000'000'000, mtimeNs % 1'000'000'000 } };
    ::futimens(fd, times);
    ::close(fd);
}

/// A Maildir as it happens: names of every kind, hard links, links, modes, times.
inline void makeMaildir(const QByteArray &path, bool large = true)
{
    for (const char *folder :
        { "", "/cur", "/new", "/tmp", "/.Entw&APw-rfe", "/.Entw&APw-rfe/cur", "/sieve", "/empty" })
        ::mkdir((path + folder).constData(), 0700);
    writeFile(path + "/cur/1601.M1P2.mail:2,S", "From: a\n\nhello\n", 0600, 123'456'789);
    writeFile(path + "/cur/1602.M1P2.mail,S=3000000:2,FRS", QByteArray(large ? 3'000'000 : 30, 'x'), 0640, 987'654'321);
    writeFile(path + "/cur/-rf *;$(id)", "odd");
    writeFile(path + "/cur/line\nbreak\ttab", "odder");
    writeFile(path + "/cur/\xff\xfe not UTF-8", "bytes");
    writeFile(path + "/cur/käse \xe2\x80\xae.eml", "bidi");
    writeFile(path + "/new/empty", "", 0400, 5);
    ::link((path + "/cur/1601.M1P2.mail:2,S").constData(), (path + "/.Entw&APw-rfe/cur/1601.copy").constData());
    ::link((path + "/cur/1601.M1P2.mail:2,S").constData(), (path + "/new/third").constData());
    writeFile(path + "/sieve/main.sieve", "keep;\n");
    (void)::symlink("sieve/main.sieve", (path + "/.dovecot.sieve").constData());
    (void)::symlink("/etc/passwd", (path + "/elsewhere").constData());
    ::chmod((path + "/empty").constData(), 0750);
    const timespec times[2] { { 1'400'000'000, 1 }, { 1'400'000'000, 999 } };
    ::utimensat(AT_FDCWD, (path + "/cur").constData(), times, 0);
    ::utimensat(AT_FDCWD, path.constData(), times, 0);
}

/// All that a backup would keep of a tree, by path: to compare two.
inline QMap<QByteArray, QByteArray> pictureOf(const QByteArray &path)
{
    QMap<QByteArray, QByteArray> picture;
    QHash<quint64, QByteArray> first; // inode → path
    const std::function<void(const QByteArray &, const QByteArray &)> look
        = [&](const QByteArray &real, const QByteArray &shown) {
              struct stat status {
              };
              if (::lstat(real.constData(), &status) != 0)
                  return;
              QByteArray line = QByteArray::number(uint(status.st_mode), 8) + ' ' + QByteArray::number(status.st_uid)
                  + ':' + QByteArray::number(status.st_gid) + ' ' + QByteArray::number(qint64(status.st_mtim.tv_sec))
                  + '.' + QByteArray::number(qint64(status.st_mtim.tv_nsec));
              if (S_ISLNK(status.st_mode)) {
                  QByteArray target(4096, '\0');
                  target.truncate(std::max<ssize_t>(0, ::readlink(real.constData(), target.data(), 4096)));
                  line += " -> " + target;
              } else if (S_ISREG(status.st_mode)) {
                  const int fd = ::open(real.constData(), O_RDONLY | O_CLOEXEC);
                  QFile file;
                  if (fd >= 0 && file.open(fd, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle))
                      line += ' ' + QByteArray::number(qint64(status.st_size)) + ' '
                          + QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256).toHex();
                  if (status.st_nlink > 1) {
                      line += " same as " + first.value(status.st_ino, shown);
                      if (!first.contains(status.st_ino))
                          first.insert(status.st_ino, shown);
                  }
              }
              picture.insert(shown, line);
              if (!S_ISDIR(status.st_mode))
                  return;
              QList<QByteArray> names;
              if (DIR *stream = ::opendir(real.constData())) {
                  while (const dirent *entry = ::readdir(stream))
                      if (qstrcmp(entry->d_name, ".") != 0 && qstrcmp(entry->d_name, "..") != 0)
                          names.append(entry->d_name);
                  ::closedir(stream);
              }
              std::sort(names.begin(), names.end());
              for (const QByteArray &name : std::as_const(names))
                  look(real + '/' + name, shown + '/' + name);
          };
    look(path, {});
    return picture;
}

/// Names in a folder, hidden ones too, sorted.
inline QList<QByteArray> namesIn(const QByteArray &path)
{
    QList<QByteArray> names;
    for (const QString &name :
        QDir(QFile::decodeName(path)).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot))
        names.append(QFile::encodeName(name));
    return names;
}

} // namespace mailhelm
