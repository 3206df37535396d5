// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/livesessions.h"

#include "core/base/safetext.h"

#include <QPointer>

namespace mailhelm
{

LiveSessions::LiveSessions(const Registry &registry, Hands hands, const Clock &clock)
    : LiveSessions(registry, std::move(hands), clock, Times {})
{
}

LiveSessions::LiveSessions(const Registry &registry, Hands hands, const Clock &clock, Times times)
    : m_registry(registry)
    , m_hands(std::move(hands))
    , m_clock(clock)
    , m_times(times)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &LiveSessions::look);
    m_lookDeadline.setSingleShot(true);
    m_lookDeadline.setInterval(m_times.oneLook);
    connect(&m_lookDeadline, &QTimer::timeout, this,
        [this] { giveUp("Whether anything of the user is live could not be looked at: see the sources."); });
}

void LiveSessions::end(const QByteArray &user, std::function<void(QByteArray)> answer)
{
    Ending &ending = m_users[foldedUtf8(user)];
    ending.begun = m_clock.monotonicUs();
    ending.quietSince = 0; // whoever asks wants it looked at from now on
    ending.answers.append(std::move(answer));
    if (!m_looking && !m_timer.isActive())
        m_timer.start(0);
}

void LiveSessions::look()
{
    m_looking = true;
    m_lookDeadline.start();
    m_hands.look([self = QPointer(this), number = ++m_looks, begun = m_clock.monotonicUs()] {
        if (self && self->m_looking && self->m_looks == number)
            self->onLooked(begun);
    });
}

void LiveSessions::giveUp(const QByteArray &why)
{
    m_looking = false;
    const QHash<QByteArray, Ending> users = std::exchange(m_users, {});
    const QPointer<LiveSessions> self(this);
    for (const Ending &ending : users)
        for (const auto &answer : ending.answers)
            if (self)
                answer(why);
}

QHash<RowId, QByteArray> LiveSessions::liveIn(TableId table) const
{
    QHash<RowId, QByteArray> live;
    const ChangeLog *log = m_registry.log(table);
    if (!log)
        return live;
    const Table &rows = log->table();
    const Column &users = rows.column(rows.schema().indexOf("user"));
    const Column *protocols = table == TableId::Connections ? &rows.column(connections::Protocol) : nullptr;
    for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot) {
        if (!rows.isLive(slot) || !users.isKnown(slot))
            continue;
        const QByteArrayView folded = users.folded(slot);
        const auto found = m_users.constFind(QByteArray::fromRawData(folded.data(), folded.size()));
        if (found == m_users.cend())
            continue;
        // An administrator may be called like a user of the mail server.
        if (protocols && protocols->isKnown(slot) && protocols->text(slot) == "admin")
            continue;
        live.insert(rows.keyAt(slot).id, found.key());
    }
    return live;
}

void LiveSessions::onLooked(qint64 begun)
{
    m_looking = false;
    m_lookDeadline.stop();
    const QHash<RowId, QByteArray> connections = liveIn(TableId::Connections);
    const QHash<RowId, QByteArray> webmail = liveIn(TableId::Webmail);
    QHash<QByteArray, int> count;
    for (const QHash<RowId, QByteArray> *live : { &connections, &webmail })
        for (const QByteArray &user : *live)
            ++count[user];

    const qint64 now = m_clock.monotonicUs();
    const auto us = [](std::chrono::milliseconds ms) { return std::chrono::microseconds(ms).count(); };
    QList<std::pair<std::function<void(QByteArray)>, QByteArray>> answers;
    for (auto it = m_users.begin(); it != m_users.end();) {
        Ending &ending = it.value();
        const int live = count.value(it.key());
        if (live > 0 || begun < ending.begun)
            ending.quietSince = 0;
        else if (ending.quietSince == 0)
            ending.quietSince = begun;
        const bool quiet = ending.quietSince != 0 && begun - ending.quietSince >= us(m_times.settle);
        const bool tired = now - ending.begun >= us(m_times.giveUp);
        if (!quiet && !tired) {
            ending.why.clear();
            ++it;
            continue;
        }
        const QByteArray left = live == 1 ? QByteArray("One connection or session is still there.")
                                          : QByteArray::number(live) + " connections and sessions are still there.";
        const QByteArray why = quiet || live == 0 ? QByteArray()
            : ending.why.isEmpty()                ? left
                                                  : left + ' ' + ending.why;
        for (const auto &answer : std::as_const(ending.answers))
            answers.append({ answer, why });
        it = m_users.erase(it);
    }
    // What is left, of users who are still waited for.
    drop(connections);
    end(webmail);
    if (!m_users.isEmpty())
        m_timer.start(m_times.between);
    const QPointer<LiveSessions> self(this);
    for (const auto &[answer, why] : std::as_const(answers))
        if (self)
            answer(why);
}

void LiveSessions::drop(const QHash<RowId, QByteArray> &connections)
{
    QList<RowId> ids;
    for (auto it = connections.cbegin(); it != connections.cend(); ++it)
        if (m_users.contains(it.value()))
            ids.append(it.key());
    if (!ids.isEmpty())
        note(m_hands.drop(ids), connections);
}

void LiveSessions::end(const QHash<RowId, QByteArray> &webmail)
{
    QList<RowId> ids;
    for (auto it = webmail.cbegin(); it != webmail.cend(); ++it)
        if (m_users.contains(it.value()))
            ids.append(it.key());
    if (!ids.isEmpty() && m_hands.end)
        m_hands.end(ids, [self = QPointer(this), webmail](const QList<Outcomes::Target> &targets) {
            if (self)
                self->note(targets, webmail);
        });
}

void LiveSessions::note(const QList<Outcomes::Target> &targets, const QHash<RowId, QByteArray> &users)
{
    for (const Outcomes::Target &target : targets)
        if (const auto user = m_users.find(users.value(target.id));
            target.code == Outcomes::Code::Refused && user != m_users.end())
            user->why = target.why;
}

} // namespace mailhelm
