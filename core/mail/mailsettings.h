// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QList>

namespace mailhelm
{

/// What mailhelm-mail may touch, from its own file, which root alone writes: `key = value` lines, # begins a comment.
///
///     root = /var/vmail          # one line for each; nothing above or beside is ever touched
///     archive = /srv/archive     # where the mail of deleted accounts goes
///     agent = mailhelm           # the one user who may ask
struct MailSettings {
    QList<QByteArray> roots; ///< absolute, no "." or ".." in them, at least one
    QByteArray archive; ///< likewise; neither a root nor above one
    QByteArray agent = "mailhelm";

    /// An error names file, line and what would be right.
    static Result<MailSettings> parse(const QByteArray &text, const QByteArray &fileName);
    /// Refuses a file that somebody else than root (or who runs this) can write.
    static Result<MailSettings> read(const QByteArray &file);
};

/// From the root, and every component a name: no "", "." or "..".
[[nodiscard]] bool isPlainPath(const QByteArray &path);
/// Whether `path` is `folder` or lies below it; both plain.
[[nodiscard]] bool isWithin(const QByteArray &path, const QByteArray &folder);

} // namespace mailhelm
