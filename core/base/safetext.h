// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

namespace mailhelm
{

/// Everything that a mail user chose (names, HELO, IMAP ID, folders) is hostile text. It is stored as it
/// came, as valid UTF-8, and made harmless where it is shown.

/// `text` with control, bidirectional, line-separator characters and a letter's ninth mark as `\u{202E}`, and cut after
/// `maxChars` UTF-16 units or 64 changes of script (a picture
/// between letters is as four) with an ellipsis. For every label, cell, tooltip, menu, terminal.
[[nodiscard]] QString safeText(QStringView text, qsizetype maxChars = 1024);
[[nodiscard]] QString safeText(QByteArrayView utf8, qsizetype maxChars = 1024);

/// safeText() for a QAction or a button, where & marks a mnemonic: & is doubled.
[[nodiscard]] QString safeActionText(QStringView text, qsizetype maxChars = 80);

/// `bytes` as valid UTF-8 without NUL, at most `maxBytes` long (cut between code points): invalid sequences and NUL
/// become U+FFFD. What every parser passes text through before it becomes a value.
[[nodiscard]] QByteArray validUtf8(QByteArrayView bytes, qsizetype maxBytes = 1024);

/// Case-folded UTF-8 whose byte order is the order of code points: what filters search and sorting compares.
/// ASCII goes a fast way.
[[nodiscard]] QByteArray foldedUtf8(QByteArrayView utf8);

} // namespace mailhelm
