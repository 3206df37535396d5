// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>

#include "views/backend.h"
#include "views/emptystate.h"

namespace mailhelm
{

/// What a page says about its servers in words: why there is nothing to show, and how old what it shows is.
class PageTexts
{
    Q_DECLARE_TR_FUNCTIONS(mailhelm::TablePage)

public:
    [[nodiscard]] static QString title(TableId table); ///< of its page
    [[nodiscard]] static EmptyState::Content noServer();
    /// The filter lets none of `rows` through.
    [[nodiscard]] static EmptyState::Content filterHides(qsizetype rows, const QString &filter);
    /// None of these is live.
    [[nodiscard]] static EmptyState::Content notConnected(const QList<ServerStatus> &shown);
    /// They are live, and the table has no row.
    [[nodiscard]] static EmptyState::Content nothingThere(TableId table);
    /// The rows of `table` cannot be read: which source of those servers is down and what mends it; or none of that
    /// kind is configured, and the lines that would do it. An empty title: nothing is wrong.
    [[nodiscard]] static EmptyState::Content cannotRead(Backend &backend, TableId table, std::optional<quint16> server);
    /// The source of a page's rows is down while rows of it are there: they are the last known ones. Empty: it is not.
    [[nodiscard]] static QString sourceTrouble(Backend &backend, TableId table, const QList<ServerStatus> &shown);
    /// Whose rows a picture shows: the server's name, or "All servers".
    [[nodiscard]] static QString subject(const QList<ServerStatus> &shown);
    /// Which of these are not live, and since when; empty where all are.
    [[nodiscard]] static QString stale(const QList<ServerStatus> &shown, qint64 nowUs);
};

} // namespace mailhelm
