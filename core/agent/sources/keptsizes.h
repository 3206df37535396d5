// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QFile>
#include <QHash>
#include <QSet>

#include <optional>

namespace mailhelm
{

struct MeasuredSize {
    qint64 bytes = 0;
    std::optional<qint64> quota; ///< bytes, 0 = no limit; nullopt: there is no quota
    friend bool operator==(const MeasuredSize &, const MeasuredSize &) = default;
};

/// What was measured, and when, across restarts: a text file to which a line is added for each measurement
/// (`µs since 1970, bytes, quota or -, account`; `-` for bytes: forgotten), written anew when most of it is old. Lines
/// that cannot be read are left out. Not synced: it may be lost without harm. Main thread.
class KeptSizes
{
public:
    /// Empty: nothing is kept across restarts.
    explicit KeptSizes(const QByteArray &file);

    void load();
    /// Account names without control characters.
    void set(const QByteArray &user, const MeasuredSize &size, qint64 time);
    /// Forgets all others.
    void keepOnly(const QList<QByteArray> &users);

    [[nodiscard]] std::optional<MeasuredSize> sizeOf(const QByteArray &user) const;
    /// µs; 0 = never.
    [[nodiscard]] qint64 timeOf(const QByteArray &user) const { return m_sizes.value(user).time; }

private:
    struct Entry {
        MeasuredSize size;
        qint64 time = 0;
    };
    bool takeLine(const QByteArray &line);
    void append(const QByteArray &line);
    void rewrite();
    [[nodiscard]] static QByteArray lineOf(const QByteArray &user, const Entry &entry);

    QFile m_file;
    QHash<QByteArray, Entry> m_sizes;
    qsizetype m_lines = 0; ///< in the file
};

} // namespace mailhelm
