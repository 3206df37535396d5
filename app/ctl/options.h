// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/rowid.h"
#include "core/table/inactive.h"
#include "core/table/schema.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace mailhelm::ctl
{

/// Exit codes: part of the contract with scripts.
namespace exitcode
{
constexpr int Done = 0;
constexpr int Part = 1;
constexpr int Usage = 2;
constexpr int CannotConnect = 3;
constexpr int Refused = 4;
}

enum class Verb {
    Add,
    Servers,
    Remove,
    List, ///< any table as it is, or --watch
    Inactive,
    History,
    Refresh,
    Drop,
    End,
    Enable,
    Block,
    Disable,
    Delete,
    Restore,
    Compare,
    Journal,
    Status,
};
enum class Format { Table, Csv, Json };

/// The command line, understood as far as it can be without a server.
struct Options {
    Verb verb = Verb::List;
    TableId table = TableId::None; ///< that is listed, refreshed or acted on
    QString server; ///< --server; empty = all
    QString filter;
    bool hasFilter = false;
    QString sort; ///< with its "-"
    QStringList columns;
    Format format = Format::Table;
    bool watch = false;
    qint64 watchMs = 0;
    bool yes = false;
    bool all = false; ///< rows that are otherwise hidden too
    Timeframe timeframe; ///< inactive --for
    bool unjudged = false; ///< inactive --unjudged
    QString name; ///< add --name
    QString from, to, at; ///< history: as written
    QString reason; ///< delete --reason
    QString column; ///< compare --column
    QStringList targets; ///< link, server name, SERVER/ID, SERVER/USER, file …
};

/// Fills `options`; or says what to print (help, version, an error) and returns the exit code.
[[nodiscard]] std::optional<int> parseCommandLine(int argc, char **argv, Options &options);

/// "500ms", "5s", "2m", "1h"; a number alone means seconds. nullopt where it is none or above a day.
[[nodiscard]] std::optional<qint64> spanMs(QByteArrayView text);

} // namespace mailhelm::ctl
