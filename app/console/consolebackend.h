// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/consolehistory.h"
#include "app/console/rowjobs.h"
#include "core/client/cache.h"
#include "core/client/enrolment.h"
#include "core/client/link.h"
#include "core/client/replica.h"
#include "core/client/servers.h"
#include "core/table/onlineusers.h"
#include "views/backend.h"

#include <map>
#include <memory>

namespace mailhelm
{

/// What the windows need, out of the client library: a link for each saved server, all feeding one replica. Composes
/// only.
class ConsoleBackend : public Backend
{
    Q_OBJECT
public:
    /// The clock outlives it.
    ConsoleBackend(Profile profile, Identity identity, const Clock &clock, QObject *parent = nullptr);
    ~ConsoleBackend() override;

    /// Shows what the cache has, then connects to every server.
    void start();
    [[nodiscard]] Replica &replica() { return m_replica; }

    [[nodiscard]] const Clock &clock() const override { return m_clock; }
    [[nodiscard]] QList<ServerStatus> servers() const override;
    [[nodiscard]] LiveTable &table(TableId id) override;
    [[nodiscard]] const OnlineUsers &online() const override { return m_online; }
    [[nodiscard]] qsizetype rowCount(TableId id, std::optional<quint16> server) override;
    [[nodiscard]] Result<PairingPreview> readLink(const QString &link) const override;
    void addServer(const QString &link, const QString &name, const QString &group, const QColor &colour,
        QObject *context, Reply<ServerStatus> reply) override;
    Result<void> changeServer(quint16 number, const QString &name, const QString &group, const QColor &colour) override;
    Result<void> removeServer(quint16 number) override;
    void reconnect(quint16 number) override;
    void stop(Job job) override;
    [[nodiscard]] bool isOwn(RowKey row) const override;
    void lookUpName(const Address &address, QObject *context, std::function<void(const QString &)> reply) override;
    void countSeries(std::optional<quint16> server, qint64 fromUs, qint64 stepUs, int moments, QObject *context,
        Reply<ProtocolCounts> reply) override;
    void readHistory(std::optional<quint16> server, qint64 fromUs, qint64 stepUs, int moments, QObject *context,
        Reply<HistoryAnswer> reply) override;
    void keepHistory(int days) override;
    void measureHistory(QObject *context, std::function<void(qint64 bytes)> reply) override;
    void deleteHistory(QObject *context, std::function<void(qint64 bytes)> reply) override;
    void journal(RowKey row, QObject *context, Reply<QList<QByteArray>> reply) override;
    void refresh(TableId id, QObject *context, Reply<void> reply) override;
    void setInterval(TableId id, std::optional<qint64> ms) override;
    void setInView(TableId id, const QList<RowKey> &rows) override;
    [[nodiscard]] qint64 idleTimeoutMs(quint16 server, const QByteArray &service) const override;
    [[nodiscard]] QList<UserAddressLimit> userAddressLimits() const override;
    [[nodiscard]] Result<ListComparison> compare(const QString &file, std::optional<quint16> server) override;
    [[nodiscard]] std::unique_ptr<RowWriter> rowWriter(
        TableId id, const QList<int> &columns, const ExportOptions &options) override;

protected:
    Job begin(RowAction action, const QList<RowKey> &rows, const QString &reason, QObject *context, Answered reply,
        Progress progress) override;

private:
    struct Server {
        QString name;
        std::unique_ptr<Link> link;
    };

    quint16 makeLink(const SavedServer &server);
    [[nodiscard]] ServerStatus statusOf(quint16 number, const Server &server) const;
    [[nodiscard]] static std::map<RowAction, QString> refusalsOf(const Link &link, const QString &name);
    void onWelcomed(quint16 number);
    void refreshOne(TableId id, QObject *context, Reply<void> reply);

    Profile m_profile;
    const Identity m_identity;
    const Clock &m_clock;
    mutable Replica m_replica;
    OnlineUsers m_online;
    Cache m_cache;
    ConsoleHistory m_history;
    std::map<quint16, Server> m_servers;
    std::map<TableId, std::optional<qint64>> m_intervals;
    RowJobs m_jobs;
};

} // namespace mailhelm
