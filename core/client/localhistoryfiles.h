// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"
#include "core/protocol/changescodec.h"

#include <QObject>

#include <map>
#include <memory>

namespace mailhelm
{

/// The files of LocalHistory: a HistoryStore for each server, named by its pin, in a folder of their own (0700, the
/// files 0600). A server has a file from the first row on. Everything runs on the thread that it was moved to. Only
/// LocalHistory uses it; `clock` outlives it. Times are by the servers' clocks.
class LocalHistoryFiles : public QObject
{
    Q_OBJECT

public:
    LocalHistoryFiles(QString folder, qint64 maxBytes, const Clock &clock);
    ~LocalHistoryFiles() override;

    /// Of other servers nothing stays.
    void keepOnly(const QList<QByteArray> &pins);
    /// What is older goes now, and from now on.
    void setKeep(qint64 ms);
    // `offsetUs`: how far the server's clock is ahead of ours.
    void write(const QByteArray &pin, qint64 offsetUs, const std::shared_ptr<HistoryBatch> &batch);
    void read(quint32 request, const QByteArray &pin, qint64 offsetUs, HistoryDone::Span span);
    void cancel(quint32 request) { m_readings.erase(request); }
    void forget(const QByteArray &pin);
    /// Everything of every server, what was put aside as damaged too. Answered as measure().
    void purge(quint32 request);
    void measure(quint32 request);
    void close();

Q_SIGNALS:
    void written(const QByteArray &pin, bool ok, bool lost);
    /// Rows of `history`.
    void part(quint32 request, const mailhelm::ChangeSet &rows);
    /// Nothing more comes. Not ok: `why`.
    void answered(quint32 request, bool ok, const QList<mailhelm::HistoryDone::Span> &unwatched, const QString &why);
    void measured(quint32 request, qint64 bytes);
    void problem(const QString &what);

private:
    /// A server's clock.
    class ShiftedClock final : public Clock
    {
    public:
        explicit ShiftedClock(const Clock &ours)
            : m_ours(ours)
        {
        }
        [[nodiscard]] qint64 nowUs() const override { return m_ours.nowUs() + offsetUs; }
        [[nodiscard]] qint64 monotonicUs() const override { return m_ours.monotonicUs(); }
        qint64 offsetUs = 0;

    private:
        const Clock &m_ours;
    };
    struct File {
        std::unique_ptr<ShiftedClock> clock;
        std::unique_ptr<HistoryStore> store; ///< its queries are named by our requests
    };
    struct Reading {
        QByteArray pin;
        ChangesDecoder decoder;
    };

    [[nodiscard]] QString fileOf(const QByteArray &pin) const;
    [[nodiscard]] QList<QByteArray> pinsOnDisk() const;
    File &open(const QByteArray &pin);
    bool remove(const QByteArray &pin);
    void next(quint32 request);
    void onPart(quint32 request, const HistoryPart &part);

    const QString m_folder;
    HistoryLimits m_limits;
    const Clock &m_clock;
    std::map<QByteArray, File> m_files; ///< those that are open
    std::map<quint32, Reading> m_readings;
};

} // namespace mailhelm
