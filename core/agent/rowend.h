// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/rowid.h"

#include <QMetaType>

#include <optional>

namespace mailhelm
{

/// How a row of a live table ended.
struct RowEnd {
    RowId id = 0;
    qint64 time = 0; ///< µs since 1970 UTC
    bool exact = false; ///< no: it ended between the last look, which is `time`, and a later one
    // The kernel's last counters; nullopt: as the row has them.
    std::optional<qint64> bytesIn;
    std::optional<qint64> bytesOut;
};

} // namespace mailhelm

Q_DECLARE_METATYPE(mailhelm::RowEnd)
