// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/listcomparison.h"

#include "core/base/safetext.h"

#include <QFile>
#include <QHash>

namespace mailhelm
{

namespace
{

constexpr qsizetype RemarksShown = 5;

} // namespace

QStringList ListComparer::remarksOf(const AddressList &list)
{
    QStringList remarks = list.notes;
    for (const AddressList::Remark &remark : list.remarks.first(std::min(list.remarks.size(), RemarksShown)))
        remarks.append(tr("Line %1: %2").arg(QString::number(remark.line), remark.text));
    if (list.remarks.size() > RemarksShown)
        remarks.append(tr("… and %Ln line(s) more.", nullptr, int(list.remarks.size() - RemarksShown)));
    return remarks;
}

Result<ListComparison> ListComparer::compare(
    const QString &fileName, const Table &accounts, std::optional<quint16> server)
{
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        return Error { ErrorCode::Io, tr("Cannot read %1: %2.").arg(fileName, file.errorString()) };
    if (file.size() > AddressList::MostBytes)
        return Error { ErrorCode::InvalidArgument, tr("%1 is too large for a list of addresses.").arg(fileName) };
    const Result<AddressList> read = AddressList::read(file.readAll());
    if (!read)
        return Error { read.error().code, tr("%1: %2").arg(fileName, read.error().detail) };

    const AddressList &list = read.value();
    QHash<QByteArray, qsizetype> entries; // by folded address
    for (qsizetype i = 0; i < list.entries.size(); ++i)
        entries.insert(foldedUtf8(list.entries[i].address), i);
    std::vector<bool> found(size_t(list.entries.size()));
    ListComparison comparison;
    comparison.remarks = remarksOf(list);
    const Column &names = accounts.column(users::User);
    for (Table::Slot slot = 0; slot < accounts.slotEnd(); ++slot) {
        const RowKey key = accounts.isLive(slot) ? accounts.keyAt(slot) : RowKey();
        if (key.id == 0 || (server && key.server != *server) || !names.isKnown(slot))
            continue;
        const qsizetype entry = entries.value(names.folded(slot).toByteArray(), -1);
        (entry < 0 ? comparison.onlyHere : comparison.both).append(key);
        if (entry >= 0)
            found[size_t(entry)] = true;
    }
    for (qsizetype i = 0; i < list.entries.size(); ++i)
        if (!found[size_t(i)])
            comparison.onlyListed.append(QString::fromUtf8(list.entries[i].address));
    return comparison;
}

} // namespace mailhelm
