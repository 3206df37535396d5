// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/latestlogins.h"

#include <QHashSeed>

#include <cstring>

namespace mailhelm
{

LatestLogins::LatestLogins()
    : m_slots(1 << 14)
    , m_when(1)
{
}

size_t LatestLogins::hashOf(quint8 service, QByteArrayView user)
{
    return qHashBits(user.data(), size_t(user.size()), QHashSeed::globalSeed() + service);
}

QByteArrayView LatestLogins::user(int number) const
{
    const When *const entry = &m_when[size_t(number)];
    return QByteArrayView(m_names.data() + entry->name + 1, m_names.data() + entry[1].name);
}

size_t LatestLogins::slotOf(size_t hash, quint8 service, QByteArrayView user) const
{
    const size_t mask = m_slots.size() - 1;
    size_t at = hash & mask;
    for (; m_slots[at].next != 0; at = (at + 1) & mask) {
        if (m_slots[at].hash != quint32(hash >> 32))
            continue;
        const int number = int(m_slots[at].next - 1);
        if (this->service(number) == service && this->user(number) == user)
            break;
    }
    return at;
}

int LatestLogins::find(quint8 service, QByteArrayView user) const
{
    return int(m_slots[slotOf(hashOf(service, user), service, user)].next) - 1;
}

int LatestLogins::number(quint8 service, QByteArrayView user)
{
    const size_t hash = hashOf(service, user);
    const size_t at = slotOf(hash, service, user);
    if (m_slots[at].next != 0)
        return int(m_slots[at].next - 1);
    m_names += char(service);
    m_names.append(user.data(), size_t(user.size()));
    m_when.push_back({ 0, 0, quint32(m_names.size()) });
    m_what.emplace_back();
    m_slots[at] = { quint32(hash >> 32), quint32(m_what.size()) };
    if (m_what.size() * 2 > m_slots.size())
        grow();
    return size() - 1;
}

void LatestLogins::set(int number, qint64 time, quint32 block, const Address &address, const QByteArray &source)
{
    When &when = m_when[size_t(number)];
    when.time = time;
    when.block = block;
    m_what[size_t(number)] = { address, source, false };
}

void LatestLogins::grow()
{
    m_slots.assign(m_slots.size() * 2, {});
    const size_t mask = m_slots.size() - 1;
    for (int i = 0; i < size(); ++i) {
        const size_t hash = hashOf(service(i), user(i));
        size_t at = hash & mask;
        while (m_slots[at].next != 0)
            at = (at + 1) & mask;
        m_slots[at] = { quint32(hash >> 32), quint32(i + 1) };
    }
}

} // namespace mailhelm
