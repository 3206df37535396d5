// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/onlineusers.h"

#include <QString>

namespace mailhelm::ctl
{

/// What `delete` asks: whom it is about, when they last logged in, how much they hold and what of them is live. From
/// eleven accounts on the answer is their number, so that nobody deletes hundreds with one key.
class DeleteQuestion
{
public:
    static constexpr qsizetype MostByKey = 10;

    /// `slots` are of `users`.
    DeleteQuestion(
        const LiveTable &users, const OnlineUsers &online, const QList<Table::Slot> &slots, bool severalServers);

    [[nodiscard]] QString text(int width) const;
    [[nodiscard]] static bool isYes(const QString &answer, qsizetype count);

private:
    const Table &m_users;
    const OnlineUsers &m_online;
    const QList<Table::Slot> m_slots;
    const bool m_severalServers;
};

} // namespace mailhelm::ctl
