// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>

#include <functional>

namespace mailhelm
{

/// Reads a file of somebody else's. At most 64 MiB.
Result<QByteArray> readWholeFile(const QByteArray &path);

/// Changes a file of somebody else's as a whole: `edit` makes the new text from the old one. The new file takes the
/// place of the old one in one step, synced, with the same owner, group and mode; a reader sees the one or the other.
/// Where somebody changed the file meanwhile, theirs is put back and `edit` is asked again with it, so that no edit is
/// lost. Links are followed. Blocks.
///
/// Refused: owner or group cannot be kept, or the folder cannot be written. Conflict: it was changed again and again.
Result<void> editWholeFile(const QByteArray &path, const std::function<Result<QByteArray>(const QByteArray &)> &edit);

/// Why editWholeFile() would be refused, and what mends it; empty: it would not.
[[nodiscard]] QByteArray editRefusal(const QByteArray &path);

} // namespace mailhelm
