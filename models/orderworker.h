// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/order.h"

#include <QObject>
#include <QThread>

#include <atomic>

namespace mailhelm
{

/// Sorts and filters on a thread of its own, one request after the other; only the newest one counts. Owned by a
/// TableModel and used from its thread; the answer arrives there too.
class OrderWorker : public QObject
{
    Q_OBJECT

public:
    explicit OrderWorker(QObject *parent = nullptr);
    ~OrderWorker() override; ///< waits for the request at work, if any

    struct Request {
        quint64 number = 0; ///< ascending
        TableView view; ///< may lack the columns that are not read
        FilterTime time;
        OrderSpec spec;
        Filter filter;
        std::optional<Order> rows; ///< those to sort, where the filter has been applied already
    };
    void start(Request request); ///< supersedes those before it
    void cancel();

Q_SIGNALS:
    /// `nextFlip`: where the filter was applied here and compares ages, FilterRun::nextFlip().
    void ready(quint64 number, const mailhelm::Order &order, const std::optional<qint64> &nextFlip);

private:
    QThread m_thread;
    QObject m_context; ///< lives in m_thread
    std::atomic<quint64> m_newest = 0;
};

} // namespace mailhelm
