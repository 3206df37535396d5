// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/onlineusers.h"
#include "views/backend.h"

#include <QPointer>

#include <map>

namespace mailhelm
{

/// A table that a test fills by hand.
class FakeTable : public LiveTable
{
    Q_OBJECT
public:
    FakeTable(TableId id, const Clock &clock);

    [[nodiscard]] const Table &table() const override { return m_table; }
    [[nodiscard]] FilterTime filterTime() const override { return { m_clock.nowUs(), {} }; }
    [[nodiscard]] bool keepRemoved(qsizetype rows) override
    {
        m_table.keepRemoved(rows);
        return true;
    }

    using Cells = QList<std::pair<int, Value>>;
    /// Makes or changes a row; published with publish().
    void put(RowKey key, const Cells &cells);
    void remove(RowKey key);
    void publish();

private:
    const Clock &m_clock;
    Table m_table;
    Publication m_next;
};

/// The rest of the console, as a test wants it: notes what it was asked for and answers as it was told.
class FakeBackend : public Backend
{
    Q_OBJECT
public:
    explicit FakeBackend(const Clock &clock, QObject *parent = nullptr);
    ~FakeBackend() override;

    [[nodiscard]] const Clock &clock() const override { return m_clock; }
    [[nodiscard]] QList<ServerStatus> servers() const override { return m_servers; }
    [[nodiscard]] LiveTable &table(TableId id) override;
    [[nodiscard]] const OnlineUsers &online() const override { return *m_online; }
    /// To be filled by hand: every table but the online users, which are counted as in the console.
    [[nodiscard]] FakeTable &rows(TableId id) { return *m_tables.at(id); }
    [[nodiscard]] qsizetype rowCount(TableId id, std::optional<quint16> server) override;
    [[nodiscard]] Result<PairingPreview> readLink(const QString &link) const override;
    void addServer(const QString &link, const QString &name, const QString &group, const QColor &colour,
        QObject *context, Reply<ServerStatus> reply) override;
    Result<void> changeServer(quint16 number, const QString &name, const QString &group, const QColor &colour) override;
    Result<void> removeServer(quint16 number) override;
    void reconnect(quint16 number) override { m_reconnects.append(number); }
    void stop(Job job) override;
    [[nodiscard]] bool isOwn(RowKey row) const override { return row == m_own; }
    void lookUpName(const Address &address, QObject *context, std::function<void(const QString &)> reply) override
    {
        m_lookUps.append(address);
        QMetaObject::invokeMethod(
            context, [this, address, reply] { reply(m_names.value(address)); }, Qt::QueuedConnection);
    }
    void countSeries(std::optional<quint16>, qint64 fromUs, qint64 stepUs, int moments, QObject *,
        Reply<ProtocolCounts> reply) override
    {
        reply(m_seriesOf ? m_seriesOf(fromUs, stepUs, moments) : m_series);
    }
    void readHistory(std::optional<quint16>, qint64 fromUs, qint64 stepUs, int moments, QObject *context,
        Reply<HistoryAnswer> reply) override
    {
        m_histories.append({ fromUs, stepUs });
        const ProtocolCounts series = m_seriesOf ? m_seriesOf(fromUs, stepUs, moments) : m_series;
        QMetaObject::invokeMethod(
            context,
            [this, reply, series] {
                reply(m_historyError ? Result<HistoryAnswer>(*m_historyError)
                                     : Result<HistoryAnswer>(HistoryAnswer { series, m_historyProblem }));
            },
            Qt::QueuedConnection);
    }
    void keepHistory(int days) override { m_keptDays.append(days); }
    void measureHistory(QObject *context, std::function<void(qint64)> reply) override
    {
        QMetaObject::invokeMethod(
            context, [this, reply] { reply(m_keptBytes); }, Qt::QueuedConnection);
    }
    void deleteHistory(QObject *context, std::function<void(qint64)> reply) override
    {
        ++m_deletions;
        m_keptBytes = m_undeletableBytes;
        measureHistory(context, std::move(reply));
    }
    void journal(RowKey row, QObject *context, Reply<QList<QByteArray>> reply) override;
    void refresh(TableId id, QObject *context, Reply<void> reply) override;
    void setInterval(TableId id, std::optional<qint64> ms) override { m_intervals[id] = ms; }
    void setInView(TableId id, const QList<RowKey> &rows) override { m_inView[id] = rows; }
    [[nodiscard]] qint64 idleTimeoutMs(quint16 server, const QByteArray &service) const override;
    [[nodiscard]] QList<UserAddressLimit> userAddressLimits() const override { return m_limits; }
    [[nodiscard]] Result<ListComparison> compare(const QString &file, std::optional<quint16> server) override;
    [[nodiscard]] std::unique_ptr<RowWriter> rowWriter(
        TableId id, const QList<int> &columns, const ExportOptions &options) override;

    /// A live server in production; its `owner` may do everything.
    ServerStatus &addLive(const QString &name);
    void setState(quint16 number, LinkState state, const QString &error = {});
    void setServers(const QList<ServerStatus> &servers);
    /// Rows such as a mail host has, ids from 1, of that server.
    void fill(int count, quint16 server = 1);
    /// WebMail sessions: every fifth is nobody's; they started and expire at different times.
    void fillSessions(int count, quint16 server = 1);
    /// Accounts: of all ages, some never used, some watched for 20 days only. user0@example.org …, ids from 1.
    void fillAccounts(int count, quint16 server = 1);
    /// Changes some rows, makes and removes others, as a busy host does; publishes once.
    void churn(int changes, quint16 server = 1);

    // What was asked for.
    struct Act {
        RowAction action;
        QList<RowKey> rows;
        QString reason;
        friend bool operator==(const Act &, const Act &) = default;
    };
    QList<Act> m_acts;
    [[nodiscard]] QList<QList<RowKey>> asked(RowAction action) const;
    QList<TableId> m_refreshes;
    QList<quint16> m_reconnects;
    QStringList m_added;
    std::map<TableId, std::optional<qint64>> m_intervals;
    std::map<TableId, QList<RowKey>> m_inView;
    QList<RowKey> m_journals;
    QList<std::pair<qint64, qint64>> m_histories; ///< from, step
    QList<int> m_keptDays; ///< of the local history
    int m_deletions = 0;
    QList<Address> m_lookUps;
    // What is answered.
    std::map<RowKey, QList<QByteArray>> m_lines; ///< of the log
    std::optional<Error> m_journalError;
    std::optional<Error> m_historyError;
    QString m_historyProblem;
    qint64 m_keptBytes = 0;
    qint64 m_undeletableBytes = 0;
    QHash<Address, QString> m_names;
    ProtocolCounts m_series;
    QList<UserAddressLimit> m_limits;
    /// Instead of m_series: from, step, moments.
    std::function<ProtocolCounts(qint64, qint64, int)> m_seriesOf;
    std::function<RowOutcome(RowKey)> m_outcome;
    bool m_slow = false; ///< jobs go on row by row with answerOne()
    void answerOne();
    std::optional<Error> m_addError;
    std::optional<Error> m_refreshError;
    Result<ListComparison> m_comparison = ListComparison();
    QStringList m_compared; ///< files
    RowKey m_own;

protected:
    Job begin(RowAction action, const QList<RowKey> &rows, const QString &reason, QObject *context, Answered reply,
        Progress progress) override;

private:
    struct Running {
        Job job = 0;
        QList<RowKey> rows;
        QList<RowOutcome> outcomes;
        QPointer<QObject> context;
        Answered reply;
        Progress progress;
    };
    [[nodiscard]] FakeTable::Cells cellsOf(quint64 id, const QByteArray &server) const;

    const Clock &m_clock;
    QList<ServerStatus> m_servers;
    std::map<TableId, std::unique_ptr<FakeTable>> m_tables;
    std::unique_ptr<OnlineUsers> m_online;
    QList<Running> m_running;
    Job m_lastJob = 0;
    quint64 m_nextId = 1;
    quint64 m_oldest = 1;
    quint32 m_random = 12345;
};

} // namespace mailhelm
