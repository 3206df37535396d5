// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/orderworker.h"

namespace mailhelm
{

OrderWorker::OrderWorker(QObject *parent)
    : QObject(parent)
{
    m_thread.setObjectName(QStringLiteral("order"));
    m_context.moveToThread(&m_thread);
    m_thread.start(QThread::LowPriority);
}

OrderWorker::~OrderWorker()
{
    cancel();
    m_thread.quit();
    m_thread.wait();
}

void OrderWorker::cancel()
{
    m_newest = 0;
}

void OrderWorker::start(Request request)
{
    m_newest = request.number;
    const auto work = [this, request = std::move(request)]() mutable {
        const auto superseded = [&] { return m_newest != request.number; };
        if (superseded())
            return;
        std::optional<qint64> nextFlip;
        if (!request.rows) {
            const FilterRun run(request.filter, request.view, request.time);
            request.rows = candidates(request.view, run.all());
            if (request.filter.hasAges() && !superseded())
                nextFlip = run.nextFlip();
        }
        if (superseded())
            return;
        const Order order = sorted(request.view, request.spec, *request.rows);
        request.view = {}; // let go of the columns before anybody is told: they need not be copied at the next change
        if (!superseded())
            Q_EMIT ready(request.number, order, nextFlip);
    };
    QMetaObject::invokeMethod(&m_context, work, Qt::QueuedConnection);
}

} // namespace mailhelm
