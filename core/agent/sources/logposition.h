// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace mailhelm
{

/// A place in a log file that survives renaming, copying and a restart of the agent: which file it was, and how far.
/// The head decides; inode numbers are used again, device numbers change with the boot.
struct LogPosition {
    quint64 device = 0;
    quint64 inode = 0;
    qint64 offset = 0; ///< after the last whole line that was read
    qint64 headLength = 0; ///< how many bytes `headHash` covers: 1024, or what was there
    QByteArray headHash; ///< SHA-256 of the file's first bytes

    static constexpr qint64 HeadSize = 1024;

    /// "1 DEVICE INODE OFFSET HEADLENGTH HASH(hex)": one line of text, so that a person can read the store.
    [[nodiscard]] QByteArray encode() const;
    [[nodiscard]] static std::optional<LogPosition> decode(QByteArrayView stored);

    /// Device, inode and head of an open file; offset 0. nullopt: it cannot be read.
    [[nodiscard]] static std::optional<LogPosition> ofFile(int fd);
    /// Whether the open file begins with the head that this position knows. A head of 0 bytes fits any file.
    [[nodiscard]] bool headFits(int fd) const;

    friend bool operator==(const LogPosition &, const LogPosition &) = default;
};

} // namespace mailhelm
