// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QByteArrayView>

namespace mailhelm
{

/// A host as people write it, with a port: `mx1.example.org:6245`, `203.0.113.7:6245`, `[2001:db8::1]:6245`.
struct HostPort {
    QByteArray host; ///< a DNS name (ASCII, lower case) or an address in its canonical form, without brackets
    quint16 port = 0;

    /// Strict. Port 0 is understood (for listening on any free port); callers that connect refuse it.
    [[nodiscard]] static Result<HostPort> parse(QByteArrayView text);
    /// The inverse of parse().
    [[nodiscard]] QByteArray toText() const;

    friend bool operator==(const HostPort &, const HostPort &) = default;
};

} // namespace mailhelm
