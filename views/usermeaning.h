// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/backend.h"

#include <QCoreApplication>

namespace mailhelm
{

/// What the rows mean that are no user's.
class UserMeaning
{
    Q_DECLARE_TR_FUNCTIONS(mailhelm::UserMeaning)

public:
    /// Of the cell `user` of a row of that server: that it is known to be nobody's, or that nobody said whose it is and
    /// what would tell more; empty for users'. Safe.
    [[nodiscard]] static QString of(Backend &backend, quint16 server, const Value &user);
};

} // namespace mailhelm
