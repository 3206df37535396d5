// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/cachestore.h"
#include "core/net/pin.h"

#include <QObject>
#include <QSet>
#include <QThread>
#include <QTimer>

#include <chrono>
#include <map>

namespace mailhelm
{

class CountSeries;
class Replica;
class ReplicaTable;
struct Publication;

/// The replica on disk, so that a program that starts has something to show before any server answers, and resumes
/// instead of receiving everything again. Rows and the token to resume from are saved in one transaction, every few
/// seconds and at the end; what is on disk is thus always one true state. All work with files is done on a thread of
/// its own: a slow or dead disk disturbs nothing and costs only the cache. Lives in the replica's thread; the replica
/// outlives it.
class Cache : public QObject
{
    Q_OBJECT

public:
    /// `file` is made with mode 0600. Held exclusively: a second program with the same file runs without a cache.
    Cache(Replica &replica, const QString &file, std::chrono::milliseconds saveEvery = std::chrono::seconds(5),
        QObject *parent = nullptr);
    /// Saves what is not saved, and waits for it a few seconds at most.
    ~Cache() override;

    /// The rows of `server` are kept under the key `pin`, which names it from run to run.
    void attach(quint16 server, const Pin &pin);
    /// Reads the rows of the attached servers into the replica, marked stale; those of a server that has rows already
    /// are left alone. loaded() follows whatever happens, from the event loop: start the links then.
    void load();
    /// A server that was removed leaves nothing behind.
    void forget(const Pin &pin);
    void saveNow();
    /// Rows that are gone leave no bytes in the file.
    void scrub();
    /// Keeps its minutes too, and gives it those of earlier runs with load(); before that. `series` may go first.
    void keep(CountSeries &series);

Q_SIGNALS:
    void loaded();
    /// What changed since is another save's.
    void saved();
    /// Once for each kind of trouble, for the status bar: the cache was damaged and is made anew, is in use, cannot be
    /// written.
    void problem(const QString &what);

private:
    void saveMinutes(quint16 server, const CacheStore::Minutes &minutes);

    /// What of one table of one server is not on disk yet.
    struct Unsaved {
        bool all = true; ///< the chunks on disk belong to other slots
        QSet<quint32> chunks;
        bool any = true; ///< something to save at all
    };

    void onRead(const CachedPart &part);
    void onLoaded();
    void onSaved(bool ok);
    void onRebuilt();
    void onPublished(TableId table, const Publication &publication);
    void schedule();

    Replica &m_replica;
    const std::chrono::milliseconds m_saveEvery;
    std::map<quint16, QByteArray> m_pins;
    std::map<std::pair<quint16, TableId>, Unsaved> m_unsaved;
    QSet<QByteArray> m_broken; ///< pin and table whose loading went wrong half-way
    QThread *m_thread;
    CacheStore *m_store; ///< on m_thread
    QTimer m_timer;
    bool m_saving = false;
    bool m_failing = false;
};

} // namespace mailhelm
