// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/logposition.h"

#include "core/agent/sources/logtext.h"

#include <QCryptographicHash>
#include <QList>

#include <sys/stat.h>
#include <unistd.h>

namespace mailhelm
{

namespace
{

/// The first `length` bytes of a file, or as many as there are.
std::optional<QByteArray> readHead(int fd, qint64 length)
{
    QByteArray head(length, Qt::Uninitialized);
    qint64 have = 0;
    while (have < length) {
        const ssize_t n = ::pread(fd, head.data() + have, size_t(length - have), have);
        if (n < 0)
            return std::nullopt;
        if (n == 0)
            break;
        have += n;
    }
    head.truncate(have);
    return head;
}

QByteArray hashOf(const QByteArray &head)
{
    return QCryptographicHash::hash(head, QCryptographicHash::Sha256);
}

} // namespace

QByteArray LogPosition::encode() const
{
    return "1 " + QByteArray::number(device) + ' ' + QByteArray::number(inode) + ' ' + QByteArray::number(offset) + ' '
        + QByteArray::number(headLength) + ' ' + headHash.toHex();
}

std::optional<LogPosition> LogPosition::decode(QByteArrayView stored)
{
    const QList<QByteArray> parts = stored.toByteArray().split(' ');
    if (parts.size() != 6 || parts.at(0) != "1")
        return std::nullopt;
    LogPosition result;
    bool deviceOk = false;
    bool inodeOk = false;
    result.device = parts.at(1).toULongLong(&deviceOk);
    result.inode = parts.at(2).toULongLong(&inodeOk);
    const std::optional<qint64> offset = wholeNumber(parts.at(3));
    const std::optional<qint64> length = wholeNumber(parts.at(4));
    result.headHash = QByteArray::fromHex(parts.at(5));
    if (!deviceOk || !inodeOk || !offset || !length || *length > HeadSize || result.headHash.size() != 32)
        return std::nullopt;
    result.offset = *offset;
    result.headLength = *length;
    return result;
}

std::optional<LogPosition> LogPosition::ofFile(int fd)
{
    struct stat st {
    };
    if (::fstat(fd, &st) != 0)
        return std::nullopt;
    const std::optional<QByteArray> head = readHead(fd, HeadSize);
    if (!head)
        return std::nullopt;
    LogPosition result;
    result.device = st.st_dev;
    result.inode = st.st_ino;
    result.headLength = head->size();
    result.headHash = hashOf(*head);
    return result;
}

bool LogPosition::headFits(int fd) const
{
    const std::optional<QByteArray> head = readHead(fd, headLength);
    return head && head->size() == headLength && hashOf(*head) == headHash;
}

} // namespace mailhelm
