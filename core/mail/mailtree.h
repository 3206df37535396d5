// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/mail/descriptor.h"

#include <QByteArray>

#include <functional>

namespace mailhelm
{

/// Whole folders of mail: measured, copied, compared, removed. Every step goes through open folders, one name at a
/// time and through no link, so that whoever writes below meanwhile leads nobody elsewhere. Blocks.
namespace mailtree
{

/// Called often with the bytes so far; false: stop, and fail with Unavailable.
using Progress = std::function<bool(qint64 bytes)>;

constexpr int Depth = 64; ///< of folders within folders

/// Bytes of all files below; one with several names counts once.
[[nodiscard]] Result<qint64> measure(int folder);

/// Makes `name` in `into` a copy of `from`: contents, owner, mode, times, extended attributes, links of either kind
/// that stay within. What is neither file, folder nor link fails. Nothing of that name may exist. Not synced.
[[nodiscard]] Result<qint64> copy(int from, int into, const QByteArray &name, const Progress &progress);

/// Whether both hold the same: names, contents, owners, modes, times. An Error names the first difference.
[[nodiscard]] Result<void> compare(int one, int other, const Progress &progress);

/// Removes `name` from `parent` with all that is in it. Success where there is nothing.
[[nodiscard]] Result<void> remove(int parent, const QByteArray &name, const Progress &progress);

} // namespace mailtree

} // namespace mailhelm
