// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"

#include <QByteArray>
#include <QByteArrayView>

#include <string>
#include <utility>
#include <vector>

namespace mailhelm
{

/// The latest login of each user by each service, for a scan that asks some hundred thousand times a second whether a
/// line is older than what it knows. Names lie in one piece and what is compared lies apart from what is only kept, so
/// that many users fit into the processor's cache. Numbers count up from 0 in the order in which users came; nobody
/// is forgotten. Any thread, one at a time.
class LatestLogins
{
public:
    static constexpr int None = -1;

    /// What is asked for every line.
    struct When {
        qint64 time = 0; ///< µs
        quint32 block = 0; ///< the one it was found in; 0 = there is no login yet
        quint32 name = 0; ///< where in the names it begins: its own
    };
    /// What is told in the end.
    struct What {
        Address address;
        QByteArray source;
        bool taken = true;
    };

    LatestLogins();

    /// The number of that user and service, or None.
    [[nodiscard]] int find(quint8 service, QByteArrayView user) const;
    /// The same, made where it is missing.
    [[nodiscard]] int number(quint8 service, QByteArrayView user);

    [[nodiscard]] int size() const { return int(m_what.size()); }
    [[nodiscard]] const When &when(int number) const { return m_when[size_t(number)]; }
    [[nodiscard]] const What &what(int number) const { return m_what[size_t(number)]; }
    /// A later one, of which nobody was told yet.
    void set(int number, qint64 time, quint32 block, const Address &address, const QByteArray &source);
    /// False: somebody was told.
    [[nodiscard]] bool take(int number) { return !std::exchange(m_what[size_t(number)].taken, true); }
    [[nodiscard]] quint8 service(int number) const { return quint8(m_names[when(number).name]); }
    [[nodiscard]] QByteArrayView user(int number) const;

private:
    /// Open addressing: a part of the hash, so that seldom another name is looked at, and the number, plus one.
    struct Slot {
        quint32 hash = 0;
        quint32 next = 0;
    };
    [[nodiscard]] static size_t hashOf(quint8 service, QByteArrayView user);
    /// Where it is, or where there is room for it.
    [[nodiscard]] size_t slotOf(size_t hash, quint8 service, QByteArrayView user) const;
    void grow();

    std::vector<Slot> m_slots; ///< a power of two, at most half full
    std::vector<When> m_when; ///< and one more, at the end of the names
    std::string m_names; ///< the service, a byte, then the user; less than 4 GiB
    std::vector<What> m_what;
};

} // namespace mailhelm
