// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/inactivecounter.h"

namespace mailhelm
{

InactiveCounter::InactiveCounter(QObject *parent)
    : QObject(parent)
{
    m_thread.setObjectName(QStringLiteral("inactive"));
    m_context.moveToThread(&m_thread);
    m_thread.start(QThread::LowPriority);
}

InactiveCounter::~InactiveCounter()
{
    m_newest = 0;
    m_thread.quit();
    m_thread.wait();
}

void InactiveCounter::start(const TableView &users, const Schema &schema, const Timeframe &timeframe,
    const FilterTime &time, std::optional<quint16> server)
{
    const ActivityColumns columns = ActivityColumns::of(schema);
    TableView part = users;
    for (int column = 0; column < int(part.columns.size()); ++column) {
        const bool read = column == columns.enabled || column == columns.created || column == columns.lastLogin
            || column == columns.watchedSince || column == columns.mailboxBytes;
        if (!read) // what the worker holds has to be copied when it changes meanwhile
            part.columns[column] = Column(part.columns[column].type());
    }
    const quint64 number = ++m_newest;
    const auto work = [this, number, part, columns, timeframe, time, server]() mutable {
        if (m_newest != number)
            return;
        std::vector<quint8> only;
        if (server) {
            only.resize(size_t(part.keys.size()));
            for (qsizetype slot = 0; slot < part.keys.size(); ++slot)
                only[size_t(slot)] = part.keys[slot].server == *server;
        }
        const InactiveSummary summary = summariseInactive(part, columns, timeframe, time, server ? &only : nullptr);
        part = {}; // let go of the columns before anybody is told
        QMetaObject::invokeMethod(
            this, [this, number, summary] { tell(number, summary); }, Qt::QueuedConnection);
    };
    QMetaObject::invokeMethod(&m_context, work, Qt::QueuedConnection);
}

void InactiveCounter::tell(quint64 number, const InactiveSummary &summary)
{
    if (number == m_newest)
        Q_EMIT counted(summary);
}

} // namespace mailhelm
