// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/keptsizes.h"

#include <QSaveFile>

namespace mailhelm
{

namespace
{

constexpr qsizetype OldLines = 1000; ///< so many more than there are accounts are not worth writing the file anew
constexpr qint64 LargestFile = 256 << 20; ///< larger ones are not ours

} // namespace

KeptSizes::KeptSizes(const QByteArray &file)
{
    if (!file.isEmpty())
        m_file.setFileName(QFile::decodeName(file));
}

void KeptSizes::load()
{
    if (m_file.fileName().isEmpty())
        return;
    bool whole = true;
    if (m_file.size() > LargestFile) {
        m_file.remove();
    } else if (m_file.open(QIODevice::ReadOnly)) {
        while (!m_file.atEnd()) {
            const QByteArray line = m_file.readLine(1024);
            whole = takeLine(line) && whole;
            ++m_lines;
        }
        m_file.close();
    }
    if (!whole || m_lines > 2 * m_sizes.size() + OldLines)
        rewrite();
}

bool KeptSizes::takeLine(const QByteArray &line)
{
    if (!line.endsWith('\n'))
        return false;
    const QList<QByteArray> parts = line.chopped(1).split(' ');
    bool isTime = false;
    const qint64 time = parts.value(0).toLongLong(&isTime);
    if (parts.size() < 4 || !isTime || time <= 0)
        return false;
    const QByteArray user = parts.mid(3).join(' ');
    if (parts.at(1) == "-") {
        m_sizes.remove(user);
        return true;
    }
    bool isSize = false;
    bool isQuota = false;
    Entry entry { { parts.at(1).toLongLong(&isSize), parts.at(2).toLongLong(&isQuota) }, time };
    if (parts.at(2) == "-") {
        entry.size.quota.reset();
        isQuota = true;
    }
    if (!isSize || !isQuota || entry.size.bytes < 0 || entry.size.quota.value_or(0) < 0)
        return false;
    m_sizes.insert(user, entry);
    return true;
}

void KeptSizes::set(const QByteArray &user, const MeasuredSize &size, qint64 time)
{
    const Entry entry { size, time };
    m_sizes.insert(user, entry);
    append(lineOf(user, entry));
    if (m_lines > 2 * m_sizes.size() + OldLines)
        rewrite();
}

void KeptSizes::keepOnly(const QList<QByteArray> &users)
{
    const QSet<QByteArray> kept(users.cbegin(), users.cend());
    for (auto it = m_sizes.begin(); it != m_sizes.end();) {
        if (kept.contains(it.key())) {
            ++it;
            continue;
        }
        append(QByteArray::number(it->time) + " - - " + it.key() + '\n');
        it = m_sizes.erase(it);
    }
}

std::optional<MeasuredSize> KeptSizes::sizeOf(const QByteArray &user) const
{
    const auto entry = m_sizes.constFind(user);
    return entry == m_sizes.cend() ? std::nullopt : std::optional(entry->size);
}

QByteArray KeptSizes::lineOf(const QByteArray &user, const Entry &entry)
{
    return QByteArray::number(entry.time) + ' ' + QByteArray::number(entry.size.bytes) + ' '
        + (entry.size.quota ? QByteArray::number(*entry.size.quota) : QByteArray("-")) + ' ' + user + '\n';
}

void KeptSizes::append(const QByteArray &line)
{
    if (m_file.fileName().isEmpty())
        return;
    ++m_lines;
    if (!m_file.isOpen()) {
        if (!m_file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered))
            return;
        m_file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    }
    m_file.write(line);
}

void KeptSizes::rewrite()
{
    m_file.close();
    QSaveFile fresh(m_file.fileName());
    if (m_file.fileName().isEmpty() || !fresh.open(QIODevice::WriteOnly))
        return;
    fresh.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    for (auto it = m_sizes.cbegin(); it != m_sizes.cend(); ++it)
        fresh.write(lineOf(it.key(), *it));
    if (fresh.commit())
        m_lines = m_sizes.size();
}

} // namespace mailhelm
