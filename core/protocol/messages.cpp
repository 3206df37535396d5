// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/messages.h"

#include <array>

namespace mailhelm
{

namespace
{
constexpr std::array<const char *, 5> RoleNames { "none", "viewer", "operator", "manager", "owner" };
}

QByteArrayView roleName(Role role)
{
    return RoleNames[size_t(role) < RoleNames.size() ? size_t(role) : 0];
}

std::optional<Role> roleFromName(QByteArrayView name)
{
    for (size_t i = 0; i < RoleNames.size(); ++i)
        if (name == QByteArrayView(RoleNames[i]))
            return Role(i);
    return {};
}

} // namespace mailhelm
