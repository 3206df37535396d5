// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"
#include "core/table/inactive.h"
#include "core/table/schema.h"
#include "core/table/span.h"

#include <QByteArray>

#include <memory>
#include <optional>
#include <vector>

/// Inside of the filter: what the parser makes and FilterRun evaluates. Nobody else includes it.
namespace mailhelm::filterdetail
{

enum class Op { Contains, Equals, Less, LessEqual, Greater, GreaterEqual };

struct Network {
    Address address;
    int bits = 128; ///< in the 16-byte form
};
/// "10.0.0.0/8", "2001:db8::/32"; and "10.0.0.1" where a bare address is one, too.
[[nodiscard]] std::optional<Network> parseNetwork(QByteArrayView text, bool needsSlash);

struct Node {
    enum class Kind {
        And,
        Or,
        Not, ///< of the only child
        Word, ///< in any text column or address
        Unknown, ///< of `column`, as are all below
        Text,
        AddressText,
        AddressIn,
        AddressOrder,
        Range, ///< number or time: low <= cell <= high
        Flag,
        Age, ///< expiry() against now
        Inactive, ///< `inactive` of several columns, against now
    };
    Kind kind = Kind::And;
    Op op = Op::Contains;
    int column = -1;
    bool flag = false;
    bool mayBeAddress = false; ///< of a word: only what is in written addresses
    qint64 low = 0;
    qint64 high = 0;
    Span span;
    QByteArray text; ///< folded
    std::optional<Network> network;
    std::shared_ptr<const InactiveRule> inactive;
    std::vector<std::shared_ptr<const Node>> children;
};

using NodePtr = std::shared_ptr<const Node>;

[[nodiscard]] inline NodePtr share(Node node)
{
    return std::make_shared<const Node>(std::move(node));
}

} // namespace mailhelm::filterdetail
