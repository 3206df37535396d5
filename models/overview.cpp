// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/overview.h"

#include <algorithm>

namespace mailhelm
{

namespace
{

/// The `count` greatest by count; ties by what they are, so that a list does not dance.
template<typename T, typename Less>
void keepTop(QList<T> &list, qsizetype count, Less less)
{
    const auto more = [&](const T &a, const T &b) { return a.count != b.count ? a.count > b.count : less(a, b); };
    const auto end = list.begin() + std::min(count, list.size());
    std::partial_sort(list.begin(), end, list.end(), more);
    list.erase(end, list.end());
}

struct PairKey {
    quint16 server;
    StringPool::Code user;
    StringPool::Code protocol;
    Address address;
    friend bool operator==(const PairKey &, const PairKey &) = default;
    friend size_t qHash(const PairKey &key, size_t seed = 0)
    {
        return qHashMulti(seed, key.server, key.user, key.protocol, key.address);
    }
};

} // namespace

TableView Overview::needed(const Table &table)
{
    TableView view = table.view();
    view.removed.clear();
    static constexpr std::array Read { int(connections::Protocol), int(connections::Secure), int(connections::User),
        int(connections::ClientAddress) };
    for (int column = 0; column < int(view.columns.size()); ++column)
        if (std::find(Read.begin(), Read.end(), column) == Read.end())
            view.columns[column] = Column(view.columns[column].type());
    return view;
}

Overview Overview::of(const TableView &view, std::optional<quint16> server, int limit)
{
    Overview out;
    const Column &protocols = view.columns[connections::Protocol];
    const Column &secure = view.columns[connections::Secure];
    const Column &users = view.columns[connections::User];
    const Column &addresses = view.columns[connections::ClientAddress];
    std::vector<qsizetype> byProtocol(protocols.pool().codeEnd());
    std::vector<qsizetype> byUser(users.pool().codeEnd());
    QHash<Address, qsizetype> byAddress;
    QHash<PairKey, qsizetype> byPair;
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
        if (named && addresses.isKnown(slot) && protocols.isKnown(slot)) {
            const QByteArrayView protocol = protocols.text(slot);
            if (protocol == "imap" || protocol == "pop3" || protocol == "sieve")
                ++byPair[{ key.server, users.code(slot), protocols.code(slot), addresses.address(slot) }];
        }
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
    for (auto each = byPair.cbegin(); each != byPair.cend(); ++each)
        if (each.value() * 5 >= qsizetype(limit) * 4)
            out.nearLimit.append({ each.key().server, users.pool().text(each.key().user).toByteArray(),
                protocols.pool().text(each.key().protocol).toByteArray(), each.key().address, each.value() });
    keepTop(out.nearLimit, 100, [](const Near &a, const Near &b) {
        return std::tie(a.user, a.address, a.protocol, a.server) < std::tie(b.user, b.address, b.protocol, b.server);
    });
    return out;
}

} // namespace mailhelm
