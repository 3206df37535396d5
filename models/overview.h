// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"

#include <optional>

namespace mailhelm
{

/// What an administrator wants to see first, counted from the rows of `connections`.
struct Overview {
    struct ByUser {
        QByteArray user;
        qsizetype count = 0;
        friend bool operator==(const ByUser &, const ByUser &) = default;
    };
    struct ByAddress {
        Address address;
        qsizetype count = 0;
        friend bool operator==(const ByAddress &, const ByAddress &) = default;
    };
    /// Mail servers limit how many connections a user may have from one address, by protocol.
    struct Near {
        quint16 server = 0;
        QByteArray user;
        QByteArray protocol;
        Address address;
        qsizetype count = 0;
        friend bool operator==(const Near &, const Near &) = default;
    };

    qsizetype total = 0;
    qsizetype secured = 0;
    qsizetype secureKnown = 0; ///< of so many it is known whether they are secured
    qsizetype users = 0; ///< different ones, of those that are known
    QList<std::pair<QByteArray, qsizetype>> byProtocol; ///< most first
    QList<ByUser> topUsers;
    QList<ByAddress> topAddresses;
    QList<Near> nearLimit; ///< four fifths of the limit or more; most first

    static constexpr int Listed = 10; ///< of the top lists
    static constexpr int UsualLimit = 10; ///< mail_max_userip_connections where a mail server is not told otherwise

    /// Of one server's rows, or everybody's. Pure; may run on any thread.
    [[nodiscard]] static Overview of(const TableView &connections, std::optional<quint16> server, int limit);
    /// The part of the table that it reads, so that the rest is not held.
    [[nodiscard]] static TableView needed(const Table &connections);
};

} // namespace mailhelm
