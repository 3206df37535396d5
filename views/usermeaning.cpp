// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/usermeaning.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"

namespace mailhelm
{

QString UserMeaning::of(Backend &backend, quint16 server, const Value &user)
{
    if (const auto *name = std::get_if<QByteArray>(&user))
        return name->isEmpty()
            ? tr(
                "Known not to be logged in. Usually a login page is open and nobody has logged in yet, or a monitoring "
                "service looks whether it answers; on SMTP, other mail servers bring mail.")
            : QString();
    QStringList lines { tr("Nobody said whose these are.") };
    const Table &sources = backend.table(TableId::Sources).table();
    const auto text = [&](Table::Slot row, int column) {
        const Column &cells = sources.column(column);
        return cells.isKnown(row) ? safeText(cells.text(row)) : QString();
    };
    for (Table::Slot row = 0; row < sources.slotEnd(); ++row) {
        if (!sources.isLive(row) || sources.keyAt(row).server != server)
            continue;
        if (const QString mend = text(row, sources::Mend); !mend.isEmpty())
            lines.append(tr("%1: %2 To mend it: %3").arg(text(row, sources::Source), text(row, sources::Detail), mend));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace mailhelm
