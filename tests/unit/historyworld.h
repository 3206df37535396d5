// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"
#include "core/protocol/codec.h"
#include "core/table/changelog.h"

#include <QDir>
#include <QFileInfo>
#include <QMap>
#include <QTemporaryDir>

#include <limits>
#include <memory>

namespace mailhelm
{

/// A history of its own in a temporary folder, on this thread, by a clock that stands still.
struct HistoryWorld {
    static constexpr qint64 Second = 1'000'000;
    static constexpr qint64 Hour = 3600 * Second;
    static constexpr qint64 Day = 24 * Hour;

    struct Row {
        qint64 since = 0;
        qint64 ended = 0;
        bool exact = false;
        QByteArray user;
        friend bool operator==(const Row &, const Row &) = default;
    };
    struct Told {
        QMap<RowId, Row> rows;
        QList<HistoryDone::Span> unwatched;
        std::optional<Error> error;
        int parts = 0;
        qsizetype doubled = 0; ///< rows that came more than once
    };

    explicit HistoryWorld(HistoryLimits chosen = {})
        : config(chosen)
    {
        open();
    }
    [[nodiscard]] QString file() const { return folder.filePath(QStringLiteral("history.db")); }
    void open()
    {
        store = std::make_unique<HistoryStore>(file(), config, clock);
        QObject::connect(
            store.get(), &HistoryStore::statusChanged, store.get(), [this](const SourceStatus &s) { status = s; });
        QObject::connect(store.get(), &HistoryStore::written, store.get(), [this](bool ok, bool lost) {
            wrote = ok;
            lostRows = lost;
        });
        QObject::connect(store.get(), &HistoryStore::part, store.get(),
            [this](quint64, const HistoryPart &part) { lastPart = part; });
        store->open(false);
        batch = std::make_shared<HistoryBatch>();
    }
    void reopen()
    {
        store->close();
        open();
    }
    void end(RowId id, qint64 since, qint64 ended, const QByteArray &user, bool exact = true)
    {
        const Table::Slot slot = batch->ended.insert({ 0, id });
        batch->ended.column(connections::Since).setNumber(slot, since);
        batch->ended.column(connections::User).setText(slot, user);
        batch->ended.column(connections::ClientAddress).setAddress(slot, Address::fromV4(quint32(id)));
        batch->ended.column(history::Ended).setNumber(slot, ended);
        batch->ended.column(history::EndedExact).setFlag(slot, exact);
    }
    bool write()
    {
        batch->time = clock.nowUs();
        batch->watchedSince = watchedSince;
        const auto whole = std::exchange(batch, std::make_shared<HistoryBatch>());
        store->write(whole);
        return wrote;
    }
    /// What is live, as the keeper would tell it.
    void live(const ChangeLog &log, bool snapshot, ResumeToken &at)
    {
        ChangeLog::Walk walk = log.walkFrom(snapshot ? ResumeToken() : at, log.volatileRevision());
        HistoryBatch::Live out;
        out.table = log.table().schema().id();
        out.snapshot = snapshot;
        if (!walk.isEmpty())
            out.payload = ChangesEncoder(log.table().schema())
                              .encode(0, log.nextPart(walk, std::numeric_limits<qsizetype>::max()));
        at = { log.epoch(), walk.revision };
        batch->live.append(out);
    }
    Told ask(qint64 from, qint64 to)
    {
        Told told;
        ChangesDecoder decoder;
        const Schema &schema = schemaOf(TableId::History);
        store->openQuery(1, 7, { from, to });
        while (true) {
            lastPart = {};
            store->nextPart(1);
            told.error = lastPart.error;
            if (told.error)
                break;
            ++told.parts;
            const FrameHead head = peekHead(lastPart.payload).value();
            Q_ASSERT(head.request == 7);
            const ChangeSet part = decoder.decode(head.body, schema).value();
            Q_ASSERT(part.reset && part.first == (told.parts == 1) && part.last == lastPart.last);
            for (const RowGroup &group : part.groups)
                take(group, told);
            if (lastPart.last) {
                told.unwatched = lastPart.unwatched;
                break;
            }
        }
        store->closeQuery(1);
        return told;
    }
    static void take(const RowGroup &group, Told &told)
    {
        const auto column = [&](int wanted) { return group.values[group.columns.indexOf(wanted)]; };
        const Column since = column(connections::Since);
        const Column user = column(connections::User);
        const Column ended = column(history::Ended);
        const Column exact = column(history::EndedExact);
        for (qsizetype i = 0; i < group.ids.size(); ++i) {
            told.doubled += told.rows.contains(group.ids[i]);
            told.rows.insert(group.ids[i],
                { since.isKnown(i) ? since.number(i) : 0, ended.number(i), exact.flag(i),
                    user.isKnown(i) ? user.text(i).toByteArray() : QByteArray("?") });
        }
    }
    [[nodiscard]] qint64 bytesOnDisk() const
    {
        qint64 bytes = 0;
        for (const QFileInfo &each : QDir(folder.path()).entryInfoList(QDir::Files))
            bytes += each.size();
        return bytes;
    }

    QTemporaryDir folder;
    ManualClock clock;
    HistoryLimits config;
    qint64 watchedSince = 0;
    std::unique_ptr<HistoryStore> store;
    std::shared_ptr<HistoryBatch> batch;
    SourceStatus status;
    HistoryPart lastPart;
    bool wrote = false;
    bool lostRows = false;
};

} // namespace mailhelm
