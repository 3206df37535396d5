// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/pagetexts.h"

#include "core/base/safetext.h"
#include "models/columnformat.h"
#include "views/viewtext.h"

#include <QLocale>

#include <algorithm>

namespace mailhelm
{

using namespace Qt::StringLiterals;

EmptyState::Content PageTexts::noServer()
{
    return { tr("No server yet"), tr("Run this on the mail host. It prints a pairing link, which is pasted here."),
        u"mailhelmd enroll NAME --role ROLE"_s, tr("Paste a pairing link…") };
}

EmptyState::Content PageTexts::filterHides(qsizetype rows, const QString &filter)
{
    return { rows == 1 ? tr("The filter hides the only row")
                       : tr("The filter hides all %1 rows").arg(QLocale().toString(rows)),
        safeText(filter, 200), {}, tr("Clear filter") };
}

EmptyState::Content PageTexts::notConnected(const QList<ServerStatus> &shown)
{
    QStringList troubles;
    for (const ServerStatus &server : shown)
        if (!server.error.isEmpty())
            troubles.append(shown.size() == 1 ? safeText(server.error)
                                              : tr("%1: %2").arg(safeText(server.name), safeText(server.error)));
    const bool connecting = std::any_of(
        shown.begin(), shown.end(), [](const ServerStatus &server) { return server.state == LinkState::Connecting; });
    if (connecting && troubles.isEmpty())
        return { tr("Connecting…"), shown.size() == 1 ? safeText(shown.first().address) : QString(), {}, {} };
    return { shown.size() == 1 ? tr("Not connected to %1").arg(safeText(shown.first().name)) : tr("Not connected"),
        troubles.join(u'\n'), {}, {} };
}

EmptyState::Content PageTexts::nothingThere(TableId table)
{
    switch (table) {
    case TableId::Sources:
        return { tr("No sources"), tr("The agent has nothing to read from. Run this on the mail host:"),
            u"mailhelmd doctor"_s, {} };
    case TableId::Audit:
        return { tr("Nothing done yet"), tr("What administrators do on this server is listed here."), {}, {} };
    default:
        return { tr("Nothing here"), {}, {}, {} };
    }
}

QString PageTexts::stale(const QList<ServerStatus> &shown, qint64 nowUs)
{
    QStringList parts;
    for (const ServerStatus &server : shown) {
        if (server.state == LinkState::Live || server.updatedUs == 0)
            continue;
        parts.append(tr("%1: as of %2, %3 ago")
                         .arg(safeText(server.name), ColumnFormat::dateTime(server.updatedUs),
                             spanText(nowUs - server.updatedUs)));
    }
    return parts.isEmpty() ? QString() : tr("Not live. %1.").arg(parts.join(u"; "_s));
}

} // namespace mailhelm
