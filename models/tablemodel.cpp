// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/tablemodel.h"

#include "core/base/safetext.h"
#include "models/addressnames.h"
#include "models/orderworker.h"

#include <algorithm>

namespace mailhelm
{

using Slot = Table::Slot;

TableModel::TableModel(LiveTable *table, Options options, QObject *parent)
    : QAbstractTableModel(parent)
    , m_live(table)
    , m_options(options)
    , m_format(table->table().schema())
    , m_columnCount(table->table().schema().columnCount())
{
    connect(m_live, &LiveTable::published, this, &TableModel::onPublished);
    connect(m_live, &LiveTable::columnAdded, this, &TableModel::onColumnAdded);
    connect(m_live, &LiveTable::timeChanged, this, &TableModel::onTimeChanged);
    m_tick.setSingleShot(true);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        if (m_dirty.isEmpty() && m_redraw.isEmpty())
            return;
        flush();
        m_tick.start(m_options.tickMs);
    });
    m_flipTimer.setSingleShot(true);
    connect(&m_flipTimer, &QTimer::timeout, this, &TableModel::flush);
    connect(&m_ageTick, &QTimer::timeout, this, &TableModel::onAgeTick);
    if (m_options.ageTickMs > 0)
        m_ageTick.start(m_options.ageTickMs);
    m_detaching.setInterval(0);
    connect(&m_detaching, &QTimer::timeout, this, &TableModel::detachFrozen);
    m_markTick.setInterval(100);
    connect(&m_markTick, &QTimer::timeout, this, &TableModel::onMarkTick);
    rebuild(true);
}

TableModel::~TableModel() = default;

int TableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_order.size());
}

int TableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_columnCount;
}

TableView TableModel::view() const
{
    return m_frozen ? m_frozen->view : m_live->table().view();
}

const Column &TableModel::cells(int column) const
{
    return m_frozen ? m_frozen->view.columns[column] : m_live->table().column(column);
}

RowKey TableModel::keyOfSlot(Slot slot) const
{
    const RowKey key = m_frozen ? m_frozen->view.keys[slot] : m_live->table().keyAt(slot);
    return key.id == 0 ? m_marks.goneKey(slot) : key;
}

Value TableModel::valueAt(int row, int column) const
{
    return m_order[row] == Table::NoSlot ? Value() : cells(column).value(m_order[row]);
}

CellLook TableModel::lookAt(int row, int column) const
{
    if (m_order[row] == Table::NoSlot)
        return { CellMark::None, CellTone::Faint };
    const int companion = m_format.companionOf(column);
    CellLook look = m_format.look(column, valueAt(row, column), companion < 0 ? Value() : valueAt(row, companion),
        m_time.nowOf(keyAt(row).server));
    if (isGone(row))
        look.tone = CellTone::Faint;
    return look;
}

RowKey TableModel::keyAt(int row) const
{
    return m_order[row] == Table::NoSlot ? m_goneKeys.value(row) : keyOfSlot(m_order[row]);
}

bool TableModel::isGone(int row) const
{
    return m_order[row] == Table::NoSlot || m_marks.isGone(m_order[row]);
}

TableModel::Sum TableModel::sumOf(int column) const
{
    const Column &numbers = cells(column);
    Sum sum;
    for (const Slot slot : m_order) {
        if (slot == Table::NoSlot || m_marks.isGone(slot))
            continue;
        if (numbers.isKnown(slot))
            sum.total += numbers.number(slot);
        else
            ++sum.unknown;
    }
    return sum;
}

QList<std::pair<QByteArray, qsizetype>> TableModel::countsOf(int column) const
{
    const Column &texts = cells(column);
    std::vector<qsizetype> counts(texts.pool().codeEnd());
    for (const Slot slot : m_order)
        if (slot != Table::NoSlot && texts.isKnown(slot) && !m_marks.isGone(slot))
            ++counts[texts.code(slot)];
    QList<std::pair<QByteArray, qsizetype>> named;
    for (size_t code = 0; code < counts.size(); ++code)
        if (counts[code] > 0)
            named.append({ texts.pool().text(StringPool::Code(code)).toByteArray(), counts[code] });
    return named;
}

qsizetype TableModel::total() const
{
    if (m_frozen)
        return m_frozen->total;
    const Table &table = m_live->table();
    return table.rowCount()
        - std::count_if(m_leaving.begin(), m_leaving.end(), [&](const auto &l) { return isLeaving(l.first); });
}

bool TableModel::isLeaving(Slot slot) const
{
    if (m_leaving.empty() || m_frozen)
        return false;
    const auto leaving = m_leaving.find(slot);
    return leaving != m_leaving.end() && m_live->table().keyAt(slot) == leaving->second;
}

QVariant TableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || m_order[index.row()] == Table::NoSlot)
        return {};
    const int column = index.column();
    const Slot slot = m_order[index.row()];
    const auto companion = [&] {
        const int other = m_format.companionOf(column);
        return other < 0 ? Value() : cells(other).value(slot);
    };
    const auto now = [&] { return m_time.nowOf(keyOfSlot(slot).server); };
    const auto zone = [&] { return zoneOf(keyOfSlot(slot).server); };
    switch (role) {
    case Qt::DisplayRole:
        if (const QString name = nameOf(column, cells(column).value(slot)); !name.isEmpty())
            return name;
        return m_format.display(column, cells(column).value(slot), companion(), now(), zone());
    case Qt::ToolTipRole: {
        const QString text = m_format.toolTip(column, cells(column).value(slot), companion(), now(), zone());
        const QString name = nameOf(column, cells(column).value(slot));
        return name.isEmpty() ? text : tr("%1\nName in the DNS: %2").arg(text, name);
    }
    case Qt::AccessibleTextRole: {
        const QString text = m_format.accessible(column, cells(column).value(slot), companion(), now(), zone());
        return isGone(index.row())       ? tr("gone, %1").arg(text)
            : freshness(index.row()) > 0 ? tr("new, %1").arg(text)
                                         : text;
    }
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(m_format.alignment(column));
    case RawValueRole: {
        const Value value = cells(column).value(slot);
        if (const auto *number = std::get_if<qint64>(&value))
            return *number;
        if (const auto *flag = std::get_if<bool>(&value))
            return *flag;
        if (const auto *address = std::get_if<Address>(&value))
            return address->toText();
        if (const auto *text = std::get_if<QByteArray>(&value))
            return *text;
        return {};
    }
    default:
        return {};
    }
}

ColumnFormat::Zone TableModel::zoneOf(quint16 server) const
{
    const auto zone = m_zones.constFind(server);
    return zone == m_zones.cend() ? ColumnFormat::Zone() : *zone;
}

void TableModel::setZones(const QHash<quint16, int> &zones)
{
    if (m_zones == zones)
        return;
    m_zones = zones;
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, m_columnCount - 1));
}

QString TableModel::nameOf(int column, const Value &value) const
{
    if (!m_names || !m_names->isEnabled() || schema().column(column).key != "address")
        return {};
    const auto *address = std::get_if<Address>(&value);
    return address ? m_names->nameOf(*address) : QString();
}

void TableModel::setNames(AddressNames *names)
{
    m_names = names;
    connect(names, &AddressNames::found, this, [this] {
        const int column = schema().indexOf("address");
        const int last = std::min(m_lastVisible, rowCount() - 1);
        if (column >= 0 && m_firstVisible <= last)
            Q_EMIT dataChanged(index(m_firstVisible, column), index(last, column));
    });
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columnCount)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return m_format.title(section);
    case Qt::ToolTipRole:
        return tr("%1: in the filter %2")
            .arg(m_format.title(section), safeText(QByteArrayView(schema().column(section).key), 60));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(m_format.alignment(section));
    default:
        return {};
    }
}

Slot TableModel::slotOf(RowKey key) const
{
    const Slot slot = m_live->table().slotOf(key);
    return slot == Table::NoSlot ? m_marks.goneSlot(key) : slot;
}

int TableModel::rowOf(RowKey key) const
{
    Slot slot = Table::NoSlot;
    if (m_frozen) {
        const auto row = std::find_if(
            m_order.begin(), m_order.end(), [&](Slot s) { return s != Table::NoSlot && keyOfSlot(s) == key; });
        if (row != m_order.end())
            return int(row - m_order.begin());
    } else if (slot = slotOf(key); slot != Table::NoSlot) {
        if (m_sorted && m_dirty.isEmpty() && m_goneKeys.isEmpty())
            return rowOfSorted(slot, m_order);
        if (const qsizetype row = m_order.indexOf(slot); row >= 0)
            return int(row);
    }
    return m_goneKeys.key(key, -1);
}

int TableModel::rowOfSorted(Slot slot, const Order &order) const
{
    const TableView now = view();
    const auto row = std::lower_bound(order.begin(), order.end(), slot, RowLess(now, m_spec));
    return row != order.end() && *row == slot ? int(row - order.begin()) : -1;
}

} // namespace mailhelm
