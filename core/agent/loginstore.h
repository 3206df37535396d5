// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/base/result.h"

#include <QHash>
#include <QList>
#include <QSqlDatabase>

/// The ledger of logins on disk: one row for each user and service, and small values, in a SQLite file of its own,
/// since it is written all the time and may be lost without harm to the audit. Jobs for a SqlWorker: pure but for the
/// connection.
namespace mailhelm::loginstore
{

struct Content {
    QList<LoginEvidence> logins;
    QHash<QByteArray, QByteArray> values;
};

/// Makes the file (0600) where it is missing, empty: read() makes the tables.
[[nodiscard]] Result<void> makeFile(const QByteArray &file);
/// Everything. Unsupported: written by a newer version.
[[nodiscard]] Result<Content> read(QSqlDatabase &database);
/// In one transaction, durable when it returns.
[[nodiscard]] Result<bool> write(
    QSqlDatabase &database, const QList<LoginEvidence> &logins, const QHash<QByteArray, QByteArray> &values);

} // namespace mailhelm::loginstore
