// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/registry.h"
#include "core/agent/sources/sessionsource.h"
#include "core/agent/sources/watchedspans.h"
#include "core/base/clock.h"

#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <QVarLengthArray>

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace mailhelm
{

class SqlWorker;
namespace loginstore
{
struct Content;
}

/// Who logged in when, through what: the latest login of each user by each service, which is the table `logins`, and
/// since when every login would have been seen. Evidence may come in any order and more than once. Kept in logins.db in
/// the state folder; written in batches on a thread of its own. Main thread.
///
/// What is told while the stored ledger is still being read counts at once; nothing is written before that is done.
class LoginLedger : public QObject
{
    Q_OBJECT
public:
    struct Settings {
        QByteArray folder; ///< of logins.db; empty: nothing is kept
        /// Where webmails connect from: their logins to the mail server are their users' logins to the webmail.
        QSet<Address> webmailHosts;
    };
    /// `registry` and `clock` outlive it.
    LoginLedger(Settings settings, Registry &registry, const Clock &clock, QObject *parent = nullptr);
    ~LoginLedger() override;

    /// A source of logins that has to be watched for silence to mean anything. `services`: those it tells of, as
    /// LoginEvidence::service has them. Before start().
    void addSource(const QByteArray &name, const QSet<QByteArray> &services);
    void start();

    /// Somebody authenticated. A time that has not come yet counts as now: the clock was ahead, but it did happen.
    void take(const LoginEvidence &login);
    /// What old logs say. A time that has not come yet says nothing.
    void takeOld(const QList<LoginEvidence> &logins);

    /// How the source's log is covered now.
    void setCoverage(const QByteArray &source, const LogCoverage &coverage);
    /// Old logs of the source were read from `from` to `to`.
    void addReadBack(const QByteArray &source, qint64 from, qint64 to);
    /// While old logs are being read, watchedSinceChanged() comes seldom.
    void setReadingBack(bool reading);
    /// The mail server's own record of last logins was read just now; it holds the latest login by these services, so
    /// that for them what the logs lack is no gap. `record`: what it is called, "last_login".
    void noteRecord(const QByteArray &record, const QSet<QByteArray> &services);

    /// Start of the present unbroken span in which every source was watched or read back. nullopt: one is not now, or
    /// there is no source.
    [[nodiscard]] std::optional<qint64> watchedSince() const { return m_watchedSince; }
    /// The user's latest login by any service; spelled otherwise where nobody is spelled exactly so.
    [[nodiscard]] std::optional<LoginEvidence> latest(const QByteArray &user) const;
    [[nodiscard]] bool isLoaded() const { return m_loaded; }
    /// Up to now where it is being followed.
    [[nodiscard]] WatchedSpans spansOf(const QByteArray &source);
    /// Small values that are kept with the logins, in the order in which both were told. Empty: there is none.
    [[nodiscard]] QByteArray note(const QByteArray &key) const { return m_notes.value(key); }
    void setNote(const QByteArray &key, const QByteArray &value);
    /// Calls `done` as soon as all that was told before is on the disk, which may be never.
    void whenKept(std::function<void()> done);

Q_SIGNALS:
    /// latest() of this user is another one. Not for those that were stored: see loaded().
    void latestChanged(const QByteArray &user);
    void watchedSinceChanged();
    /// The stored ledger is part of the table now.
    void loaded();
    void statusChanged(const mailhelm::SourceStatus &status);

private:
    struct Source {
        QSet<QByteArray> services;
        LogCoverage coverage;
        WatchedSpans spans;
    };
    struct Record {
        QSet<QByteArray> services;
        WatchedSpans spans;
    };
    enum class Origin { Live, Old, Stored };

    void put(LoginEvidence login, Origin origin);
    [[nodiscard]] RowId idOf(const QByteArray &user, const QByteArray &service) const;
    [[nodiscard]] LoginEvidence rowAt(Table::Slot slot) const;
    [[nodiscard]] const Table &table() const;
    void onRead(const loginstore::Content &content);
    void loadSlice();
    void write();
    void onWritten(bool ok, const QString &error);
    void look();
    void judge();
    void clampFuture();
    [[nodiscard]] std::optional<qint64> watchedSinceOf(const Source &source, qint64 now) const;
    void tell(SourceStatus::State state, const QByteArray &detail, const QByteArray &mend);

    const Settings m_settings;
    Registry &m_registry;
    const Clock &m_clock;
    std::unique_ptr<SqlWorker> m_worker;
    std::map<QByteArray, Source> m_sources;
    std::map<QByteArray, Record> m_records;
    QHash<QByteArray, QVarLengthArray<RowId, 4>> m_rows; ///< by folded user
    bool m_loaded = false;
    bool m_lost = false; ///< the file cannot be used: nothing is kept
    std::unique_ptr<loginstore::Content> m_stored; ///< while it is being taken over
    qsizetype m_storedAt = 0;

    QSet<RowId> m_dirty;
    QHash<QByteArray, QByteArray> m_notes;
    QHash<QByteArray, QByteArray> m_dirtyValues;
    QList<std::function<void()>> m_waiting; ///< for what is dirty now
    bool m_writing = false;
    QList<RowId> m_written; ///< under way
    QHash<QByteArray, QByteArray> m_writtenValues;
    QList<std::function<void()>> m_writtenWaiting;
    QTimer m_writeTimer;
    QTimer m_lookTimer;

    std::optional<qint64> m_watchedSince;
    qint64 m_toldMonotonic = 0; ///< when watchedSinceChanged() was last emitted
    bool m_readingBack = false;
    qint64 m_lastLook = 0;
    quint64 m_future = 0; ///< lines of old logs that say when nobody has been yet
};

} // namespace mailhelm
