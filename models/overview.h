// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"

#include <optional>

namespace mailhelm
{

/// So many connections a user may have to that service from one address, counted together with the other services of
/// its protocol; 0 = any number, nullopt = not known.
struct UserAddressLimit {
    quint16 server = 0;
    QByteArray service;
    std::optional<qint64> most;
    friend bool operator==(const UserAddressLimit &, const UserAddressLimit &) = default;
};

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
    /// A user with many connections from one address by one protocol, of which the mail server allows so many.
    struct Near {
        quint16 server = 0;
        QByteArray user;
        QByteArray protocol;
        Address address;
        qsizetype count = 0;
        qint64 limit = 0;
        [[nodiscard]] bool isFull() const { return count >= limit; } ///< the next one is refused
        friend bool operator==(const Near &, const Near &) = default;
    };

    qsizetype total = 0;
    qsizetype secured = 0;
    qsizetype secureKnown = 0; ///< of so many it is known whether they are secured
    qsizetype users = 0; ///< different ones, of those that are known
    QList<std::pair<QByteArray, qsizetype>> byProtocol; ///< most first
    QList<ByUser> topUsers;
    QList<ByAddress> topAddresses;
    QList<Near> nearLimit; ///< four fifths of the limit or more; the fullest first
    /// Services that are limited as a rule (imap, pop3, sieve) and have connections, but whose limit nobody said.
    QList<std::pair<quint16, QByteArray>> unknownLimits;

    static constexpr int Listed = 10; ///< of the top lists

    /// Of one server's rows, or everybody's. Pure; may run on any thread.
    [[nodiscard]] static Overview of(
        const TableView &connections, std::optional<quint16> server, const QList<UserAddressLimit> &limits);
    /// The part of the table that it reads, so that the rest is not held.
    [[nodiscard]] static TableView needed(const Table &connections);
};

} // namespace mailhelm
