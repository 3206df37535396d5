// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/pagetexts.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"
#include "models/columnformat.h"
#include "views/viewtext.h"

#include <algorithm>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qsizetype MostChars = 300; ///< of what a source or a server says, where it is laid out in lines

} // namespace

QString PageTexts::title(TableId table)
{
    switch (table) {
    case TableId::Connections:
        return tr("Connections");
    case TableId::Webmail:
        return tr("WebMail");
    case TableId::OnlineUsers:
        return tr("Online");
    case TableId::Users:
        return tr("Inactive");
    case TableId::Logins:
        return tr("Logins");
    case TableId::Deleted:
        return tr("Deleted");
    case TableId::History:
        return tr("History");
    case TableId::Sources:
        return tr("Sources");
    case TableId::Audit:
        return tr("Audit");
    case TableId::None:
        break;
    }
    return {};
}

QString PageTexts::subject(const QList<ServerStatus> &shown)
{
    return shown.size() == 1 ? safeText(shown.first().name, 60) : tr("All servers");
}

EmptyState::Content PageTexts::noServer()
{
    return { tr("No server yet"), tr("Run this on the mail host. It prints a pairing link, which is pasted here."),
        u"mailhelmd enroll NAME --role ROLE"_s, tr("Add server…"), tr("Paste the pairing link: mailhelm://…") };
}

EmptyState::Content PageTexts::filterHides(qsizetype rows, const QString &filter)
{
    return { rows == 1 ? tr("The filter hides the only row") : tr("The filter hides all %Ln rows", nullptr, int(rows)),
        safeText(filter, 200), {}, tr("Clear filter") };
}

EmptyState::Content PageTexts::notConnected(const QList<ServerStatus> &shown)
{
    QStringList troubles;
    for (const ServerStatus &server : shown)
        if (!server.error.isEmpty())
            troubles.append(shown.size() == 1
                    ? safeText(server.error, MostChars)
                    : tr("%1: %2").arg(safeText(server.name, 80), safeText(server.error, MostChars)));
    const bool connecting = std::any_of(
        shown.begin(), shown.end(), [](const ServerStatus &server) { return server.state == LinkState::Connecting; });
    if (connecting && troubles.isEmpty())
        return { tr("Connecting…"), shown.size() == 1 ? safeText(shown.first().address, 120) : QString(), {}, {} };
    return { shown.size() == 1 ? tr("Not connected to %1").arg(safeText(shown.first().name, 80)) : tr("Not connected"),
        troubles.join(u'\n'), {}, {} };
}

EmptyState::Content PageTexts::nothingThere(TableId table)
{
    switch (table) {
    case TableId::Sources:
        return { tr("No sources"), tr("The agent has nothing to read from. Run this on the mail host:"),
            u"mailhelmd doctor"_s, {} };
    case TableId::Webmail:
        return { tr("Nobody is in the WebMail"), tr("Whoever logs in there is listed here at once."), {}, {} };
    case TableId::OnlineUsers:
        return { tr("Nobody is online"), tr("Whoever connects or logs in to the WebMail is listed here at once."), {},
            {} };
    case TableId::Deleted:
        return { tr("Nothing to restore"), tr("Accounts that were deleted stay here until they are purged."), {}, {} };
    case TableId::Audit:
        return { tr("Nothing done yet"), tr("What administrators do on this server is listed here."), {}, {} };
    default:
        return { tr("Nothing here"), {}, {}, {} };
    }
}

namespace
{

/// Which sources feed a page, by the beginning of their name, and what configures one.
struct Feed {
    TableId table;
    const char *source;
    const char *unreadable;
    const char *missing;
    const char *lines;
};
constexpr Feed Feeds[] = {
    { TableId::Connections, "", QT_TRANSLATE_NOOP("mailhelm::TablePage", "The connections cannot be read"), nullptr,
        nullptr },
    { TableId::Webmail, "webmail", QT_TRANSLATE_NOOP("mailhelm::TablePage", "The WebMail sessions cannot be read"),
        QT_TRANSLATE_NOOP("mailhelm::TablePage", "No WebMail is configured"),
        "[[webmail]]\nkind = \"roundcube\"\ncomponent = \"HTTP/WebMail\"\ndatabase = \"mysql://…\"" },
    { TableId::Users, "accounts", QT_TRANSLATE_NOOP("mailhelm::TablePage", "The accounts cannot be read"),
        QT_TRANSLATE_NOOP("mailhelm::TablePage", "No account database is configured"),
        "[accounts]\nkind = \"postfixadmin\"\ndatabase = \"mysql://…\"" },
};

QByteArray textAt(const Table &table, Table::Slot slot, int column)
{
    const Column &cells = table.column(column);
    return cells.isKnown(slot) ? cells.text(slot).toByteArray() : QByteArray();
}

} // namespace

EmptyState::Content PageTexts::cannotRead(Backend &backend, TableId table, std::optional<quint16> server)
{
    const auto *feed
        = std::find_if(std::begin(Feeds), std::end(Feeds), [table](const Feed &each) { return each.table == table; });
    if (feed == std::end(Feeds))
        return {};
    bool any = false;
    const Table &rows = backend.table(TableId::Sources).table();
    for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot) {
        if (!rows.isLive(slot) || (server && rows.keyAt(slot).server != *server))
            continue;
        const QByteArray source = textAt(rows, slot, sources::Source);
        if (!source.startsWith(feed->source))
            continue;
        any = true;
        if (textAt(rows, slot, sources::State) == "down")
            return { tr(feed->unreadable),
                tr("%1: %2").arg(safeText(source, 80), safeText(textAt(rows, slot, sources::Detail), MostChars)),
                safeText(textAt(rows, slot, sources::Mend), MostChars), {} };
    }
    if (any || !feed->missing)
        return {};
    return { tr(feed->missing), tr("In the agent's configuration on the mail host:"), QString::fromUtf8(feed->lines),
        {} };
}

QString PageTexts::sourceTrouble(Backend &backend, TableId table, const QList<ServerStatus> &shown)
{
    const auto *feed
        = std::find_if(std::begin(Feeds), std::end(Feeds), [table](const Feed &each) { return each.table == table; });
    if (feed == std::end(Feeds) || !feed->missing) // connections are put together of many sources
        return {};
    const Table &rows = backend.table(TableId::Sources).table();
    for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot) {
        if (!rows.isLive(slot) || textAt(rows, slot, sources::State) != "down"
            || !textAt(rows, slot, sources::Source).startsWith(feed->source))
            continue;
        for (const ServerStatus &server : shown)
            if (server.number == rows.keyAt(slot).server)
                return tr("These are the last known rows. %1 on %2 is down: %3")
                    .arg(safeText(textAt(rows, slot, sources::Source), 80), safeText(server.name, 80),
                        safeText(textAt(rows, slot, sources::Detail), MostChars));
    }
    return {};
}

QString PageTexts::stale(const QList<ServerStatus> &shown, qint64 nowUs)
{
    QStringList parts;
    for (const ServerStatus &server : shown) {
        if (server.state == LinkState::Live || server.updatedUs == 0)
            continue;
        parts.append(tr("%1: as of %2, %3 ago")
                         .arg(safeText(server.name, 80), ColumnFormat::dateTime(server.updatedUs),
                             spanText(nowUs - server.updatedUs)));
    }
    return parts.isEmpty() ? QString() : tr("Not live. %1.").arg(parts.join(u"; "_s));
}

} // namespace mailhelm
