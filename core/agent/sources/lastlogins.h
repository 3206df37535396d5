// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/sqlworker.h"

#include <QHash>
#include <QTimer>

namespace mailhelm
{

/// A mail server's own record of last logins, such as Dovecot's last_login plugin keeps: a query is asked now and then,
/// and only what is newer than the last answer is told. Lives in the agent's main thread; the database is waited for on
/// another.
class LastLogins final : public QObject
{
    Q_OBJECT
public:
    struct Settings {
        DatabaseUrl database;
        QByteArray query; ///< gives user, time in s since 1970 and, if it has them, service and address
        QList<QByteArray> services; ///< that it records
    };
    explicit LastLogins(const Settings &settings, QObject *parent = nullptr);

    void start();
    [[nodiscard]] const QList<QByteArray> &services() const { return m_settings.services; }

    static constexpr char Name[] = "last logins"; ///< in `sources`, and LoginEvidence::source

Q_SIGNALS:
    void found(const QList<mailhelm::LoginEvidence> &logins);
    /// All that it holds has been told.
    void read();
    void statusChanged(const mailhelm::SourceStatus &status);

private:
    using Told = QHash<QByteArray, qint64>;

    void look();
    void hand();

    const Settings m_settings;
    SqlWorker m_worker;
    QTimer m_timer;
    std::shared_ptr<Told> m_told; ///< by user and service; touched by the jobs alone, which run one after the other
    QList<LoginEvidence> m_found;
    qsizetype m_handed = 0;
};

} // namespace mailhelm
