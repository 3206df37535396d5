// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/livetable.h"

namespace mailhelm
{

LiveTable::LiveTable(QObject *parent)
    : QObject(parent)
{
}
LiveTable::~LiveTable() = default;

bool LiveTable::keepRemoved(qsizetype)
{
    return false;
}

} // namespace mailhelm
