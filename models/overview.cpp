// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/overview.h"

#include <QSet>

#include <algorithm>

namespace mailhelm
{

namespace
{

/// How near it is; of what has no limit, how many there are.
template<typename T>
double weight(const T &one)
{
    if constexpr (std::is_same_v<T, Overview::Near>)
        return double(one.count) / double(one.limit);
    else
        return double(one.count);
}

/// The `count` weightiest; ties by what they are, so that a list does not dance.
template<typename T, typename Less>
void keepTop(QList<T> &list, qsizetype count, Less less)
{
    const auto more = [&](const T &a, const T &b) {
        const double one = weight(a);
        const double other = weight(b);
        return one != other ? one > other : less(a, b);
    };
    const auto end = list.begin() + std::min(count, list.size());
    std::partial_sort(list.begin(), end, list.end(), more);
    list.erase(end, list.end());
}

/// What a mail server counts together.
struct LimitedKey {
    quint16 server;
    StringPool::Code user;
    StringPool::Code protocol;
    Address address;
    qint64 limit;
    friend bool operator==(const LimitedKey &, const LimitedKey &) = default;
    friend size_t qHash(const LimitedKey &key, size_t seed = 0)
    {
        return qHashMulti(seed, key.server, key.user, key.protocol, key.address, key.limit);
    }
};

/// The limits of services by their code in a table.
class LimitsByCode
{
public:
    LimitsByCode(const StringPool &services, const QList<UserAddressLimit> &limits)
        : m_services(services)
    {
        for (const UserAddressLimit &each : limits)
            m_given.insert({ each.server, each.service }, each.most);
    }
    std::optional<qint64> of(quint16 server, StringPool::Code service)
    {
        const std::pair key(server, service);
        auto found = m_known.constFind(key);
        if (found == m_known.cend())
            found = m_known.insert(key, m_given.value({ server, m_services.text(service).toByteArray() }));
        return *found;
    }

private:
    const StringPool &m_services;
    QHash<std::pair<quint16, QByteArray>, std::optional<qint64>> m_given;
    QHash<std::pair<quint16, StringPool::Code>, std::optional<qint64>> m_known;
};

/// Where mail servers have such a limit as a rule: Dovecot has one for these unless it is told otherwise.
bool isUsuallyLimited(QByteArrayView protocol)
{
    return protocol == "imap" || protocol == "pop3" || protocol == "sieve";
}

} // namespace

TableView Overview::needed(const Table &table)
{
    TableView view = table.view();
    view.removed.clear();
    static constexpr std::array Read { int(connections::Service), int(connections::Protocol), int(connections::Secure),
        int(connections::User), int(connections::ClientAddress) };
    for (int column = 0; column < int(view.columns.size()); ++column)
        if (std::find(Read.begin(), Read.end(), column) == Read.end())
            view.columns[column] = Column(view.columns[column].type());
    return view;
}

Overview Overview::of(const TableView &view, std::optional<quint16> server, const QList<UserAddressLimit> &limits)
{
    Overview out;
    const Column &services = view.columns[connections::Service];
    const Column &protocols = view.columns[connections::Protocol];
    const Column &secure = view.columns[connections::Secure];
    const Column &users = view.columns[connections::User];
    const Column &addresses = view.columns[connections::ClientAddress];
    std::vector<qsizetype> byProtocol(protocols.pool().codeEnd());
    std::vector<qsizetype> byUser(users.pool().codeEnd());
    QHash<Address, qsizetype> byAddress;
    QHash<LimitedKey, qsizetype> limited;
    QSet<std::pair<quint16, StringPool::Code>> unknown;
    LimitsByCode limitsByCode(services.pool(), limits);
    for (qsizetype slot = 0; slot < view.keys.size(); ++slot) {
        const RowKey key = view.keys[slot];
        if (key.id == 0 || (server && key.server != *server))
            continue;
        ++out.total;
        const bool admin = protocols.isKnown(slot) && protocols.text(slot) == "admin";
        if (protocols.isKnown(slot))
            ++byProtocol[protocols.code(slot)];
        if (secure.isKnown(slot)) {
            ++out.secureKnown;
            out.secured += secure.flag(slot) ? 1 : 0;
        }
        if (admin)
            continue; // no mail users
        const bool named = users.isKnown(slot) && !users.text(slot).isEmpty();
        if (named)
            ++byUser[users.code(slot)];
        if (addresses.isKnown(slot))
            ++byAddress[addresses.address(slot)];
        if (!named || !addresses.isKnown(slot) || !protocols.isKnown(slot) || !services.isKnown(slot))
            continue;
        const std::optional<qint64> limit = limitsByCode.of(key.server, services.code(slot));
        if (limit && *limit > 0)
            ++limited[{ key.server, users.code(slot), protocols.code(slot), addresses.address(slot), *limit }];
        else if (!limit && isUsuallyLimited(protocols.text(slot)))
            unknown.insert({ key.server, services.code(slot) });
    }
    for (size_t code = 0; code < byProtocol.size(); ++code)
        if (byProtocol[code] > 0)
            out.byProtocol.append({ protocols.pool().text(StringPool::Code(code)).toByteArray(), byProtocol[code] });
    std::sort(out.byProtocol.begin(), out.byProtocol.end(),
        [](const auto &a, const auto &b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
    for (size_t code = 0; code < byUser.size(); ++code) {
        if (byUser[code] == 0)
            continue;
        ++out.users;
        out.topUsers.append({ users.pool().text(StringPool::Code(code)).toByteArray(), byUser[code] });
    }
    keepTop(out.topUsers, Listed, [](const ByUser &a, const ByUser &b) { return a.user < b.user; });
    for (auto each = byAddress.cbegin(); each != byAddress.cend(); ++each)
        out.topAddresses.append({ each.key(), each.value() });
    keepTop(out.topAddresses, Listed, [](const ByAddress &a, const ByAddress &b) { return a.address < b.address; });
    for (auto each = limited.cbegin(); each != limited.cend(); ++each)
        if (each.value() * 5 >= each.key().limit * 4)
            out.nearLimit.append({ each.key().server, users.pool().text(each.key().user).toByteArray(),
                protocols.pool().text(each.key().protocol).toByteArray(), each.key().address, each.value(),
                each.key().limit });
    keepTop(out.nearLimit, 100, [](const Near &a, const Near &b) {
        return std::tie(a.user, a.address, a.protocol, a.server) < std::tie(b.user, b.address, b.protocol, b.server);
    });
    for (const auto &[number, service] : std::as_const(unknown))
        out.unknownLimits.append(std::pair(number, services.pool().text(service).toByteArray()));
    std::sort(out.unknownLimits.begin(), out.unknownLimits.end());
    return out;
}

} // namespace mailhelm
