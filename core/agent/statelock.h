// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

namespace mailhelm
{

/// Keeps a second agent from the same state folder: two would take each other's audit for a crash's leavings and
/// overwrite what the other remembers. A lock on the file `lock` (flock(2)), which the kernel lets go of however the
/// process ends. Verbs such as `enroll` do not take it.
class StateLock
{
public:
    StateLock() = default;
    ~StateLock();
    Q_DISABLE_COPY_MOVE(StateLock)

    /// Never waits. Conflict: another agent has it.
    Result<void> take(const QString &folder);

private:
    int m_fd = -1;
};

} // namespace mailhelm
