// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/rowid.h"

#include <QByteArray>

namespace mailhelm
{

/// Makes the ids of rows. An id never names two things: connections hash what the kernel never reuses, everything else
/// hashes its natural key with a secret of this installation.
class RowIds
{
public:
    /// `bootId`: of this run of the machine (/proc/sys/kernel/random/boot_id). `key`: 32 secret bytes from the state
    /// folder.
    RowIds(QByteArray bootId, QByteArray key);

    /// The kernel does not reuse cookies while the machine runs, so this survives a restart of the agent. `salt` is
    /// raised by the caller when the id is already another row's.
    [[nodiscard]] RowId ofSocket(quint32 netns, quint64 cookie, int salt = 0) const;
    /// `kind` keeps the natural keys of different tables apart.
    [[nodiscard]] RowId ofKey(QByteArrayView kind, QByteArrayView naturalKey, int salt = 0) const;

    [[nodiscard]] const QByteArray &bootId() const { return m_bootId; }

private:
    QByteArray m_bootId;
    QByteArray m_key;
};

} // namespace mailhelm
