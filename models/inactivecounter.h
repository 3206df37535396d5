// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/inactive.h"

#include <QObject>
#include <QThread>

#include <atomic>
#include <optional>

namespace mailhelm
{

/// Counts who is inactive on a thread of its own: what the page says above its list. Only the newest request counts.
/// Used from one thread; the answer arrives there.
class InactiveCounter : public QObject
{
    Q_OBJECT

public:
    explicit InactiveCounter(QObject *parent = nullptr);
    ~InactiveCounter() override; ///< waits for the request at work, if any

    /// Of the rows of `users` of one server; nullopt: of all.
    void start(const TableView &users, const Schema &schema, const Timeframe &timeframe, const FilterTime &time,
        std::optional<quint16> server);

Q_SIGNALS:
    void counted(const mailhelm::InactiveSummary &summary);

private:
    void tell(quint64 number, const InactiveSummary &summary);

    QThread m_thread;
    QObject m_context; ///< lives in m_thread
    std::atomic<quint64> m_newest = 0;
};

} // namespace mailhelm
