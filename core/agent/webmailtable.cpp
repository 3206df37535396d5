// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/webmailtable.h"

#include <QMetaObject>

#include <algorithm>
#include <array>

namespace mailhelm
{

namespace
{

constexpr qsizetype RowsInOneGo = 500; ///< some ms where all of them are new
constexpr qsizetype LooksInOneGo = 10'000; ///< rows that stay as they are cost a comparison

Value timeOrUnknown(qint64 time)
{
    return time != 0 ? Value(time) : Value();
}

} // namespace

WebmailTable::WebmailTable(Registry &registry, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_registry(registry)
    , m_clock(clock)
{
}

int WebmailTable::add(const QByteArray &component, const QList<Address> &hosts)
{
    Webmail webmail;
    webmail.component = component;
    webmail.hosts = hosts;
    m_webmails.push_back(std::move(webmail));
    return int(m_webmails.size()) - 1;
}

void WebmailTable::setScan(int webmail, const WebmailScan &scan)
{
    m_webmails[size_t(webmail)].next = scan;
    workLater();
}

void WebmailTable::whenApplied(std::function<void()> done)
{
    m_waiting.append(std::move(done));
    workLater();
}

bool WebmailTable::isComplete() const
{
    return std::all_of(m_webmails.begin(), m_webmails.end(),
        [](const Webmail &webmail) { return webmail.number > (webmail.applying ? 1U : 0U); });
}

std::optional<WebmailTable::Target> WebmailTable::target(RowId row) const
{
    const auto found = m_targets.constFind(row);
    return found == m_targets.cend() ? std::nullopt : std::optional(*found);
}

void WebmailTable::noteEnded(RowId row)
{
    if (m_targets.contains(row))
        m_endedByUs.insert(row, m_clock.nowUs());
}

bool WebmailTable::speaksFor(const Address &host, const QByteArray &user) const
{
    const QByteArray name = user.toLower();
    return std::any_of(m_webmails.begin(), m_webmails.end(),
        [&](const Webmail &webmail) { return webmail.users.contains(name) && webmail.hosts.contains(host); });
}

void WebmailTable::workLater()
{
    if (std::exchange(m_scheduled, true))
        return;
    QMetaObject::invokeMethod(this, &WebmailTable::work, Qt::QueuedConnection);
}

void WebmailTable::work()
{
    m_scheduled = false;
    bool more = false;
    for (int i = 0; i < int(m_webmails.size()) && !more; ++i) {
        Webmail &webmail = m_webmails[size_t(i)];
        if (!webmail.applying && webmail.next) {
            webmail.lastLook = webmail.scan.time;
            webmail.scan = *std::exchange(webmail.next, std::nullopt);
            webmail.at = 0;
            webmail.applying = true;
            ++webmail.number;
        }
        if (webmail.applying)
            more = applySlice(i);
    }
    if (more || std::any_of(m_webmails.begin(), m_webmails.end(), [](const Webmail &each) {
            return each.next.has_value();
        })) {
        workLater();
        return;
    }
    for (const std::function<void()> &done : std::exchange(m_waiting, {}))
        done();
}

/// True: there is more of this scan.
bool WebmailTable::applySlice(int index)
{
    Webmail &webmail = m_webmails[size_t(index)];
    qsizetype written = 0;
    for (qsizetype looks = 0;
         webmail.at < webmail.scan.sessions.size() && written < RowsInOneGo && looks < LooksInOneGo; ++looks) {
        const WebmailSession &session = webmail.scan.sessions.at(webmail.at++);
        const auto entry = webmail.entries.find(session.id);
        if (entry != webmail.entries.end() && entry->session.user == session.user
            && entry->session.started == session.started) {
            entry->seen = webmail.number;
            if (entry->session == session)
                continue;
            entry->session = session;
            put(webmail, *entry);
        } else {
            remove(webmail, session.id); // the id means somebody else now
            insert(index, session);
        }
        ++written;
    }
    if (webmail.at < webmail.scan.sessions.size())
        return true;
    if (!webmail.listed) {
        webmail.listed = true;
        for (auto it = webmail.entries.cbegin(); it != webmail.entries.cend(); ++it)
            if (it->seen != webmail.number)
                webmail.gone.append(it.key());
    }
    for (; !webmail.gone.isEmpty() && written < RowsInOneGo; ++written)
        remove(webmail, webmail.gone.takeLast());
    if (!webmail.gone.isEmpty())
        return true;
    webmail.listed = false;
    webmail.scan.sessions.clear();
    webmail.applying = false;
    Q_EMIT looked();
    return false;
}

void WebmailTable::insert(int index, const WebmailSession &session)
{
    Webmail &webmail = m_webmails[size_t(index)];
    // Without a login nothing tells one visit from the next but when we saw it.
    const qint64 begun = session.started != 0 ? session.started : -m_clock.nowUs();
    const QByteArray key = webmail.component + '\0' + session.id + '\0' + QByteArray::number(begun) + '\0'
        + session.user.value_or(QByteArray());
    Entry entry;
    entry.session = session;
    entry.seen = webmail.number;
    for (int salt = 0; entry.row == 0 || m_targets.contains(entry.row); ++salt)
        entry.row = m_registry.ids().ofKey("webmail", key, salt);
    m_targets.insert(entry.row, { index, session.id });
    webmail.entries.insert(session.id, entry);
    put(webmail, entry);
    count(webmail, session.user, 1);
    if (session.user && !session.user->isEmpty() && session.started != 0)
        Q_EMIT loggedIn({ *session.user, "webmail", session.started, session.address, webmail.component });
}

void WebmailTable::remove(Webmail &webmail, const QByteArray &id)
{
    const auto found = webmail.entries.constFind(id);
    if (found == webmail.entries.cend())
        return;
    const Entry entry = *found;
    webmail.entries.erase(found);
    m_targets.remove(entry.row);
    const qint64 byUs = m_endedByUs.take(entry.row);
    Q_EMIT ended(entry.row, byUs != 0 ? byUs : webmail.lastLook, byUs != 0);
    m_registry.remove(TableId::Webmail, entry.row);
    count(webmail, entry.session.user, -1);
}

void WebmailTable::put(const Webmail &webmail, const Entry &entry)
{
    const WebmailSession &session = entry.session;
    const RowId secret = m_registry.ids().ofKey("webmail-session", webmail.component + '\0' + session.id);
    const std::array<ChangeLog::Cell, 7> cells { {
        { webmail::User, session.user ? Value(*session.user) : Value() },
        { webmail::Component, webmail.component },
        { webmail::ClientAddress, session.address.isNull() ? Value() : Value(session.address) },
        { webmail::Started, timeOrUnknown(session.started) },
        { webmail::LastActive, timeOrUnknown(session.lastActive) },
        { webmail::Expires, timeOrUnknown(session.expires) },
        { webmail::Session, rowIdToText(secret) },
    } };
    m_registry.put(TableId::Webmail, entry.row, cells);
}

void WebmailTable::count(Webmail &webmail, const std::optional<QByteArray> &user, int by)
{
    if (!user || user->isEmpty())
        return;
    const QByteArray name = user->toLower();
    int &sessions = webmail.users[name];
    const bool had = sessions > 0;
    sessions += by;
    const bool has = sessions > 0;
    if (!has)
        webmail.users.remove(name);
    if (had != has)
        Q_EMIT userChanged(name);
}

} // namespace mailhelm
