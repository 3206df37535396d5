// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/historykeeper.h"
#include "core/net/channel.h"

namespace mailhelm
{

/// One History request of an administrator on its way back: a part is made only while the channel has room, one at a
/// time. Owned by its Peer; main thread; keeper and channel outlive it.
class HistoryAnswer : public QObject
{
    Q_OBJECT
public:
    HistoryAnswer(HistoryKeeper &keeper, Channel &channel, quint32 request, const History &wish);
    ~HistoryAnswer() override;

    /// Goes on where it waits for room.
    void pump();
    /// Ends it: the client does not want it any more.
    void stop();

Q_SIGNALS:
    /// All was said. The receiver deletes it, later.
    void finished(quint32 request);

private:
    void onPart(const HistoryPart &part);
    void say(Message message);

    HistoryKeeper &m_keeper;
    Channel &m_channel;
    const quint32 m_request;
    quint64 m_query = 0; ///< 0: it is over
    bool m_asked = false;
};

} // namespace mailhelm
