// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/sourcestatus.h"
#include "core/history/historybatch.h"
#include "core/history/historycursor.h"
#include "core/history/historyfile.h"
#include "core/history/historylimits.h"
#include "core/history/historylive.h"
#include "core/history/historyretention.h"

#include <QObject>
#include <QTimer>

#include <array>
#include <map>
#include <memory>

namespace mailhelm
{

/// Keeps what is over, for so long and so much of it as the configuration says, answers requests for a span, and says
/// how it is. Everything runs on the thread that it was moved to; results come as signals. `clock` outlives it.
class HistoryStore : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype RowsPerPiece = 4096;
    static constexpr qsizetype MostUnwritten = 100'000; ///< rows kept in memory while nothing can be written
    static constexpr int Kinds = 4;

    HistoryStore(QString file, HistoryLimits limits, const Clock &clock);
    ~HistoryStore() override;

    /// `anew`: without what is there, which belongs to something else.
    void open(bool anew);
    void write(const std::shared_ptr<HistoryBatch> &batch);
    void openQuery(quint64 query, quint32 request, HistoryDone::Span span);
    void nextPart(quint64 query);
    void closeQuery(quint64 query) { m_queries.erase(query); }
    /// Deletes what is too old and what is too much, a slice at a time.
    void maintain();
    /// From now on; what is too old goes at once, not at the next maintenance.
    void setKeep(qint64 ms);
    void close();

Q_SIGNALS:
    /// `ok`: it is on the disk. Else the rows are kept for the next batch, which must bring snapshots. `lost`: some
    /// were not kept, so that the watched span must begin anew.
    void written(bool ok, bool lost);
    void part(quint64 query, const mailhelm::HistoryPart &part);
    void statusChanged(const mailhelm::SourceStatus &status);

private:
    /// Rows of m_recent that came with the batch at hand.
    struct Added {
        int kind;
        Table::Slot slot;
    };

    Result<void> openFile();
    Result<void> load();
    void setAside(const Error &error);
    Result<void> store(HistoryBatch &batch, QList<Added> &added, QList<int> &sealed);
    [[nodiscard]] HistoryFile::Piece pieceOf(int kind, const QList<quint32> &slots) const;
    void answer(quint64 query, Error error);
    void tell();

    const QString m_fileName;
    HistoryLimits m_limits;
    const Clock &m_clock;
    HistoryFile m_file;
    HistoryLive m_live;
    HistoryRetention m_retention;
    bool m_given = false; ///< up: the file cannot be had
    std::array<Table, Kinds> m_recent; ///< by how long they lasted; on disk as `recent`
    Table m_unwritten; ///< over, and not on disk
    bool m_lost = false; ///< some of those were not kept
    std::map<quint64, std::unique_ptr<HistoryCursor>> m_queries;
    std::unique_ptr<QTimer> m_maintenance;
    // For the status.
    QString m_error; ///< of the last write; empty: it worked
    QString m_damage; ///< what was put aside, since the start
    int m_unreadable = 0; ///< pieces
    SourceStatus m_told;
};

} // namespace mailhelm

Q_DECLARE_METATYPE(mailhelm::HistoryPart)
