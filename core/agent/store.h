// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/deletion.h"
#include "core/base/result.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <functional>
#include <optional>

class QSqlError;

namespace mailhelm
{

/// One line of the audit: what an administrator did, or tried.
struct AuditEntry {
    qint64 number = 0; ///< counts up from 1, never used again
    qint64 time = 0; ///< µs
    QByteArray admin;
    QByteArray action;
    QByteArray target;
    QByteArray outcome; ///< pending, done, gone, refused
    QByteArray detail;
};

/// The agent's own SQLite database in the state folder: the audit, the journal of deletions, and small values. Every
/// write is durable when it returns (synchronous = FULL). Main thread; the audit is small and has to be on the disk
/// before anything is done.
class Store
{
public:
    Store() = default;
    ~Store();
    Store(const Store &) = delete;
    Store &operator=(const Store &) = delete;

    /// Opens, or makes, `folder`/mailhelmd.db (0600). A damaged database or one of a newer version is an error, never
    /// replaced; damage may also show later, in whatever reads it.
    Result<void> open(const QString &folder);

    /// nullopt: there is none. What cannot be read is an error, lest it be made anew.
    [[nodiscard]] Result<std::optional<QByteArray>> value(const QString &key) const;
    Result<void> setValue(const QString &key, const QByteArray &value);
    /// Raised and stored at every start: makes ids that no earlier start made.
    Result<qint64> nextStart();

    /// Writes them in one transaction and gives each its number.
    Result<void> append(QList<AuditEntry> &entries);
    /// Sets outcome and detail of entries that were appended before.
    Result<void> complete(const QList<AuditEntry> &entries);
    /// The newest `limit`, oldest first.
    [[nodiscard]] Result<QList<AuditEntry>> newest(int limit) const;

    /// Writes them in one transaction and gives each its number.
    Result<void> add(QList<Deletion> &deletions);
    /// Goal, step, and what was learnt on the way; the rest of an entry never changes.
    Result<void> update(const Deletion &deletion);
    Result<void> remove(const Deletion &deletion);
    /// All, oldest first.
    [[nodiscard]] Result<QList<Deletion>> deletions() const;

private:
    [[nodiscard]] Error failure(const QSqlError &error) const;
    Result<void> execute(const QString &sql);
    Result<void> inTransaction(const std::function<Result<void>()> &work);

    QString m_connection;
    QString m_file;
};

} // namespace mailhelm
