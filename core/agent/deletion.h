// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/accountsource.h"

namespace mailhelm
{

/// A deleted account, or one that is being deleted, restored or purged, as the agent's journal has it. The journal is
/// written before each step is taken, so that an agent that ends anywhere knows what it may have done; every step may
/// be taken again.
struct Deletion {
    /// What is being done. Numbers are in the store: append-only.
    enum class Goal : quint8 {
        Delete = 1, ///< step after step, then Kept
        Undo = 2, ///< of a deletion that failed: all is put back, then the entry is gone
        Kept = 3, ///< done; rows and mail are kept until `purge`
        Restore = 4, ///< mail, then rows, then the entry is gone
        UndoRestore = 5, ///< of a restore that failed: then Kept again
        Purge = 6, ///< the mail is removed for good, then the entry is gone
    };
    /// The furthest one that may have been taken. Append-only.
    enum class Step : quint8 {
        LoginOff = 1,
        CacheFlush = 2,
        SessionsEnd = 3,
        MailMove = 4,
        RowsRemove = 5,
        Done = 6,
        // of Restore
        MailBack = 7,
        RowsBack = 8,
    };

    qint64 number = 0; ///< counts up from 1, never used again
    Goal goal = Goal::Delete;
    Step step = Step::LoginOff;
    AccountRows rows; ///< as they were before anything was done
    AccountState before = AccountState::Active;
    QByteArray archive; ///< its name in the archive
    bool archived = false; ///< there was mail, and it is there
    qint64 bytes = -1; ///< of that mail; -1: not known
    QByteArray admin;
    QByteArray reason;
    qint64 time = 0; ///< µs: when it was asked for
    qint64 purge = 0; ///< µs: until when it can be restored
};

/// The rows as the store keeps them. Values are NULL or bytes, as sources give them; others become their text.
[[nodiscard]] QByteArray encodeRows(const AccountRows &rows);
[[nodiscard]] Result<AccountRows> decodeRows(QByteArrayView bytes);

} // namespace mailhelm
