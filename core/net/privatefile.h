// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

namespace mailhelm
{

/// Replaces the file at `path` by `bytes`, readable by its owner alone (0600, whatever the umask), in one step: after a
/// crash or on a full disk there is either the old file or the new one, and it is on the disk when this returns.
/// The folder must exist. A name that is a symbolic link is replaced, not followed.
[[nodiscard]] Result<void> writePrivateFile(const QString &path, const QByteArray &bytes);

/// Reads a file of at most `maxBytes`. Refuses one that group or others may read or write: NotFound, PermissionDenied
/// (with the chmod that mends it), Io, InvalidArgument where it is too large.
[[nodiscard]] Result<QByteArray> readPrivateFile(const QString &path, qint64 maxBytes);

} // namespace mailhelm
