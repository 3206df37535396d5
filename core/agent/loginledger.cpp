// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/loginledger.h"

#include "core/agent/loginstore.h"
#include "core/agent/sources/sqlworker.h"
#include "core/base/safetext.h"

#include <QFile>

namespace mailhelm
{

namespace
{

namespace c = logins;

constexpr qint64 Second = 1'000'000;
constexpr auto WriteAfter = std::chrono::seconds(1);
constexpr auto RetryAfter = std::chrono::seconds(5);
constexpr auto LookEvery = std::chrono::seconds(60);
constexpr int DeadlineMs = 120'000; ///< our own file: only a disk that hangs takes long
constexpr qsizetype LoadSlice = 2'000; ///< rows: a few milliseconds
/// An evidence without address and one with, not further apart, are of one visit to the webmail.
constexpr qint64 SameVisit = qint64(12) * 3600 * Second;
/// So long a log may be away, as when it is rotated, before it counts as not watched.
constexpr qint64 Flap = 600 * Second;
constexpr qint64 TellEvery = 30 * Second; ///< while reading back

} // namespace

LoginLedger::LoginLedger(Settings settings, Registry &registry, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_registry(registry)
    , m_clock(clock)
{
    m_writeTimer.setSingleShot(true);
    connect(&m_writeTimer, &QTimer::timeout, this, &LoginLedger::write);
    connect(&m_lookTimer, &QTimer::timeout, this, &LoginLedger::look);
}

LoginLedger::~LoginLedger() = default;

void LoginLedger::addSource(const QByteArray &name, const QSet<QByteArray> &services)
{
    m_sources[name].services = services;
}

void LoginLedger::start()
{
    m_lookTimer.start(LookEvery);
    m_lastLook = m_clock.nowUs();
    if (m_settings.folder.isEmpty()) {
        m_loaded = true;
        return;
    }
    const QByteArray file = m_settings.folder + "/logins.db";
    const QByteArray mend = "mv " + file + ' ' + file + ".damaged && systemctl restart mailhelmd";
    if (const Result<void> made = loginstore::makeFile(file); !made) {
        m_lost = true;
        tell(SourceStatus::State::Down, made.error().detail.toUtf8() + ": logins are not remembered", mend);
        return;
    }
    DatabaseUrl url;
    url.file = QFile::decodeName(file);
    m_worker = std::make_unique<SqlWorker>(url);
    m_worker->run<loginstore::Content>(
        loginstore::read,
        [this, mend](const Result<loginstore::Content> &content) {
            if (content) {
                onRead(content.value());
                return;
            }
            m_lost = true;
            tell(SourceStatus::State::Down, content.error().detail.toUtf8() + ": logins are not remembered", mend);
            for (const std::function<void()> &done : std::exchange(m_waiting, {}))
                done();
        },
        DeadlineMs);
}

void LoginLedger::onRead(const loginstore::Content &content)
{
    m_notes = content.values;
    for (auto &[name, source] : m_sources) {
        WatchedSpans spans = WatchedSpans::decode(content.values.value("watched " + name));
        spans.cutAfter(m_clock.nowUs());
        source.spans.join(spans);
    }
    for (auto value = content.values.cbegin(); value != content.values.cend(); ++value)
        if (value.key().startsWith("record "))
            m_records[value.key().mid(7)].spans.join(WatchedSpans::decode(value.value()));
    m_stored = std::make_unique<loginstore::Content>(content);
    loadSlice();
}

void LoginLedger::loadSlice()
{
    const qsizetype end = std::min(m_storedAt + LoadSlice, m_stored->logins.size());
    for (; m_storedAt < end; ++m_storedAt)
        put(m_stored->logins.at(m_storedAt), Origin::Stored);
    if (m_storedAt < m_stored->logins.size()) {
        QTimer::singleShot(0, this, &LoginLedger::loadSlice);
        return;
    }
    m_stored.reset();
    m_loaded = true;
    tell(SourceStatus::State::Ok, {}, {});
    look();
    write();
    Q_EMIT loaded();
}

const Table &LoginLedger::table() const
{
    return m_registry.log(TableId::Logins)->table();
}

LoginEvidence LoginLedger::rowAt(Table::Slot slot) const
{
    const Table &rows = table();
    const auto text = [&](int column) {
        return rows.column(column).isKnown(slot) ? rows.column(column).text(slot).toByteArray() : QByteArray();
    };
    LoginEvidence row { text(c::User), text(c::Service), rows.column(c::Time).number(slot), {}, text(c::Source) };
    if (rows.column(c::ClientAddress).isKnown(slot))
        row.address = rows.column(c::ClientAddress).address(slot);
    return row;
}

/// Of the row of that user and service, or the one that it gets.
RowId LoginLedger::idOf(const QByteArray &user, const QByteArray &service) const
{
    const Table &rows = table();
    const QByteArray key = user + '\0' + service;
    for (int salt = 0;; ++salt) {
        const RowId id = m_registry.ids().ofKey("login", key, salt);
        const Table::Slot slot = rows.slotOf({ 0, id });
        if (slot == Table::NoSlot
            || (rows.column(c::User).text(slot) == user && rows.column(c::Service).text(slot) == service))
            return id;
    }
}

void LoginLedger::take(const LoginEvidence &login)
{
    put(login, Origin::Live);
}

void LoginLedger::takeOld(const QList<LoginEvidence> &logins)
{
    for (const LoginEvidence &login : logins)
        put(login, Origin::Old);
}

void LoginLedger::put(LoginEvidence login, Origin origin)
{
    const qint64 now = m_clock.nowUs();
    bool dirty = origin != Origin::Stored;
    if (login.time > now) {
        if (origin == Origin::Old) {
            ++m_future;
            return;
        }
        login.time = now;
        dirty = true;
    }
    if (origin != Origin::Stored && m_settings.webmailHosts.contains(login.address)) {
        login.service = "webmail";
        login.address = {}; // where its user is, the webmail's own sessions tell
    }
    const RowId id = idOf(login.user, login.service);
    const Table::Slot slot = table().slotOf({ 0, id });
    if (slot != Table::NoSlot) {
        const LoginEvidence known = rowAt(slot);
        const bool near = std::abs(known.time - login.time) <= SameVisit;
        // Stamps are cut to the second: of two lines of one the later told one is the later.
        const bool sameSecond = origin == Origin::Live && login.time == known.time && !login.address.isNull()
            && login.address != known.address;
        if (login.time > known.time || known.time > now || sameSecond) {
            if (login.address.isNull() && near && !known.address.isNull()) {
                login.address = known.address;
                login.source = known.source;
            }
        } else if (near && known.address.isNull() && !login.address.isNull()) {
            login.time = known.time;
        } else {
            return;
        }
    } else {
        m_rows[foldedUtf8(login.user)].append(id);
    }
    const ChangeLog::Cell cells[] = {
        { c::User, login.user },
        { c::Service, login.service },
        { c::Time, login.time },
        { c::ClientAddress, login.address.isNull() ? Value() : Value(login.address) },
        { c::Source, login.source },
    };
    m_registry.put(TableId::Logins, id, cells);
    if (dirty && !m_lost && !m_settings.folder.isEmpty()) {
        m_dirty.insert(id);
        if (!m_writeTimer.isActive())
            m_writeTimer.start(WriteAfter);
    }
    if (origin == Origin::Stored)
        return;
    if (const std::optional<LoginEvidence> newest = latest(login.user);
        newest && newest->service == login.service && newest->time == login.time)
        Q_EMIT latestChanged(login.user);
}

std::optional<LoginEvidence> LoginLedger::latest(const QByteArray &user) const
{
    const auto found = m_rows.constFind(foldedUtf8(user));
    if (found == m_rows.cend())
        return std::nullopt;
    const Table &rows = table();
    const auto newestOf = [&](bool exactly) {
        Table::Slot newest = Table::NoSlot;
        for (const RowId id : *found) {
            const Table::Slot slot = rows.slotOf({ 0, id });
            if (exactly && rows.column(c::User).text(slot) != user)
                continue;
            if (newest == Table::NoSlot || rows.column(c::Time).number(slot) > rows.column(c::Time).number(newest))
                newest = slot;
        }
        return newest;
    };
    const Table::Slot exact = newestOf(true);
    return rowAt(exact != Table::NoSlot ? exact : newestOf(false));
}

void LoginLedger::whenKept(std::function<void()> done)
{
    if (m_settings.folder.isEmpty() || m_lost
        || (m_loaded && m_dirty.isEmpty() && m_dirtyValues.isEmpty() && !m_writing)) {
        done();
        return;
    }
    m_waiting.append(std::move(done));
    write();
}

void LoginLedger::write()
{
    if (m_writing || !m_loaded || m_lost || m_settings.folder.isEmpty())
        return;
    if (m_dirty.isEmpty() && m_dirtyValues.isEmpty()) {
        for (const std::function<void()> &done : std::exchange(m_waiting, {}))
            done();
        return;
    }
    m_writing = true;
    m_writeTimer.stop();
    m_written = QList<RowId>(m_dirty.cbegin(), m_dirty.cend());
    m_dirty.clear();
    m_writtenValues = std::exchange(m_dirtyValues, {});
    m_writtenWaiting = std::exchange(m_waiting, {});
    QList<LoginEvidence> logins;
    logins.reserve(m_written.size());
    for (const RowId id : std::as_const(m_written))
        logins.append(rowAt(table().slotOf({ 0, id })));
    m_worker->run<bool>([logins, values = m_writtenValues](
                            QSqlDatabase &database) { return loginstore::write(database, logins, values); },
        [this](const Result<bool> &done) { onWritten(done.ok(), done ? QString() : done.error().detail); }, DeadlineMs);
}

void LoginLedger::onWritten(bool ok, const QString &error)
{
    m_writing = false;
    if (!ok) {
        for (const RowId id : std::exchange(m_written, {}))
            m_dirty.insert(id);
        for (auto value = m_writtenValues.cbegin(); value != m_writtenValues.cend(); ++value)
            if (!m_dirtyValues.contains(value.key()))
                m_dirtyValues.insert(value.key(), value.value());
        m_waiting = m_writtenWaiting + m_waiting;
        m_writeTimer.start(RetryAfter);
        tell(SourceStatus::State::Degraded, error.toUtf8() + ": logins are not written down for now",
            "df " + m_settings.folder);
        return;
    }
    tell(SourceStatus::State::Ok, {}, {});
    const QList<std::function<void()>> waiting = std::exchange(m_writtenWaiting, {});
    for (const std::function<void()> &done : waiting)
        done();
    if (!m_waiting.isEmpty())
        write();
    else if (!m_dirty.isEmpty() && !m_writeTimer.isActive())
        m_writeTimer.start(WriteAfter);
}

void LoginLedger::tell(SourceStatus::State state, const QByteArray &detail, const QByteArray &mend)
{
    Q_EMIT statusChanged({ "logins", state, detail, mend });
}

WatchedSpans LoginLedger::spansOf(const QByteArray &source)
{
    look();
    const auto found = m_sources.find(source);
    return found == m_sources.end() ? WatchedSpans() : found->second.spans;
}

void LoginLedger::setNote(const QByteArray &key, const QByteArray &value)
{
    if (m_notes.value(key) == value)
        return;
    m_notes.insert(key, value);
    if (m_settings.folder.isEmpty() || m_lost)
        return;
    m_dirtyValues.insert(key, value);
    if (m_loaded && !m_writeTimer.isActive())
        m_writeTimer.start(WriteAfter);
}

void LoginLedger::setCoverage(const QByteArray &source, const LogCoverage &coverage)
{
    const auto found = m_sources.find(source);
    if (found == m_sources.end())
        return;
    const bool flipped = found->second.coverage.live != coverage.live
        || (found->second.coverage.completeSince == 0) != (coverage.completeSince == 0);
    const bool gap = coverage.completeSince > found->second.coverage.completeSince;
    found->second.coverage = coverage;
    if (flipped || gap)
        look(); // else at the next look: reading back moves it all the time
}

void LoginLedger::addReadBack(const QByteArray &source, qint64 from, qint64 to)
{
    const auto found = m_sources.find(source);
    if (found == m_sources.end())
        return;
    found->second.spans.add(from, to);
    look();
}

void LoginLedger::setReadingBack(bool reading)
{
    m_readingBack = reading;
    look();
}

void LoginLedger::noteRecord(const QByteArray &record, const QSet<QByteArray> &services)
{
    Record &noted = m_records[record];
    const qint64 now = m_clock.nowUs();
    // It keeps what happened while nobody looked: from the last look on, too.
    noted.spans.add(noted.spans.endBefore(now).value_or(now), now);
    noted.services = services;
    setNote("record " + record, noted.spans.encode());
    judge();
}

/// Writes down that the sources that are being followed were, until now.
void LoginLedger::look()
{
    const qint64 now = m_clock.nowUs();
    if (now < m_lastLook - 5 * Second)
        clampFuture();
    m_lastLook = now;
    for (auto &[name, source] : m_sources) {
        if (source.coverage.live && source.coverage.completeSince != 0)
            source.spans.add(source.coverage.completeSince, now);
        if (m_loaded)
            setNote("watched " + name, source.spans.encode());
    }
    judge();
}

std::optional<qint64> LoginLedger::watchedSinceOf(const Source &source, qint64 now) const
{
    WatchedSpans spans = source.spans;
    for (const auto &[name, record] : m_records)
        if (record.services.contains(source.services) && !source.services.isEmpty())
            spans.join(record.spans);
    const std::optional<qint64> end = spans.endBefore(now);
    if (!end || now - *end > (source.coverage.live ? qint64(LookEvery / std::chrono::microseconds(1)) * 2 : Flap))
        return std::nullopt;
    return spans.startOf(std::min(*end, now));
}

void LoginLedger::judge()
{
    const qint64 now = m_clock.nowUs();
    std::optional<qint64> since;
    for (const auto &[name, source] : m_sources) {
        const std::optional<qint64> one = watchedSinceOf(source, now);
        if (!one) {
            since.reset();
            break;
        }
        since = std::max(since.value_or(*one), *one);
    }
    if (since == m_watchedSince)
        return;
    // Each move is a change of every account: those of reading back come in few steps.
    const qint64 monotonic = m_clock.monotonicUs();
    if (m_readingBack && since && m_watchedSince && *since < *m_watchedSince && monotonic - m_toldMonotonic < TellEvery)
        return;
    m_watchedSince = since;
    m_toldMonotonic = monotonic;
    Q_EMIT watchedSinceChanged();
}

/// The clock was set back: what it said before has not been yet.
void LoginLedger::clampFuture()
{
    const qint64 now = m_clock.nowUs();
    for (auto &[name, source] : m_sources)
        source.spans.cutAfter(now);
    for (auto &[name, record] : m_records)
        record.spans.cutAfter(now);
    QList<LoginEvidence> ahead;
    const Table &rows = table();
    for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot)
        if (rows.isLive(slot) && rows.column(c::Time).number(slot) > now)
            ahead.append(rowAt(slot));
    for (const LoginEvidence &login : std::as_const(ahead))
        put(login, Origin::Live);
}

} // namespace mailhelm
