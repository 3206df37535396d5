// SPDX-License-Identifier: GPL-3.0-or-later
// How TableModel's order follows wishes and changes. What it shows of a row is in tablemodel.cpp, what the passing of
// time does to it in tablemodeltime.cpp.
#include "models/orderworker.h"
#include "models/tablemodel.h"

#include <algorithm>

namespace mailhelm
{

namespace
{

using Slot = Table::Slot;

/// So many changes are merged into the order at once; more, such as a snapshot, are sorted with all others by the
/// worker.
constexpr qsizetype MostMerged = 2'000;

} // namespace

void TableModel::sort(int column, Qt::SortOrder order)
{
    const OrderSpec spec { column >= 0 && column < m_columnCount ? column : -1, order == Qt::DescendingOrder };
    if (spec == m_spec)
        return;
    m_spec = spec;
    rebuild(false);
}

void TableModel::setFilter(const Filter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    rebuild(true);
}

void TableModel::cancelRequest()
{
    if (m_request == 0)
        return;
    m_request = 0;
    m_worker->cancel();
    Q_EMIT busyChanged(false);
}

void TableModel::rebuild(bool filterChanged)
{
    refreshTime();
    // The rows to sort are those shown, unless the filter is another, or decides otherwise by now, or rows wait to come
    // in.
    const bool again = filterChanged || m_filter.hasAges() || m_request != 0 || !m_dirty.isEmpty()
        || !m_goneKeys.isEmpty() || m_marks.goneCount() > 0;
    m_dirty.clear();
    m_sinceRequest.clear();
    for (const auto &[slot, key] : m_leaving)
        m_sinceRequest.insert(slot); // a worker would see them still
    const qsizetype rows = total();
    const bool small = rows <= m_options.smallTable;
    m_flippedUntil = m_time.nowUs;

    std::optional<Order> shown;
    if (!again) {
        shown = m_order;
    } else if (small || !isLarge()) {
        const FilterRun filter = run();
        std::vector<quint8> mask = filter.all();
        for (const auto &[slot, key] : m_leaving)
            mask[slot] = mask[slot] != 0 && !isLeaving(slot);
        shown = candidates(filter.view(), mask);
    }
    if (small) {
        m_sorted = true;
        cancelRequest();
        swapOrder(sorted(view(), m_spec, *shown));
        planFlips();
        return;
    }
    m_sorted = false;
    // Before signals tell of the first screenful: who calls back finds the request made.
    startRequest(shown);
    if (shown && !isLarge())
        swapOrder(firstSorted(view(), m_spec, *shown, m_options.firstRows));
    if (!isLarge())
        planFlips(); // else the worker finds out
}

void TableModel::startRequest(const std::optional<Order> &rows)
{
    if (!m_worker) {
        m_worker = std::make_unique<OrderWorker>();
        connect(m_worker.get(), &OrderWorker::ready, this, &TableModel::onOrderReady);
    }
    TableView part = view();
    for (int column = 0; column < int(part.columns.size()); ++column) {
        const bool read = column == m_spec.column || (!rows && m_filter.reads(column, schema().column(column)));
        if (!read) // what the worker holds has to be copied when it changes meanwhile
            part.columns[column] = Column(part.columns[column].type());
    }
    const bool wasBusy = m_request != 0;
    m_request = ++m_lastRequest;
    m_worker->start({ m_request, std::move(part), m_time, m_spec, m_filter, rows });
    if (!wasBusy)
        Q_EMIT busyChanged(true);
}

void TableModel::onOrderReady(quint64 request, const Order &order, const std::optional<qint64> &nextFlip)
{
    if (request != m_request)
        return; // a late one
    m_dirty.unite(m_sinceRequest);
    m_sinceRequest.clear();
    if (isMuch(m_dirty.size())) {
        rebuild(true);
        return;
    }
    m_request = 0;
    m_sorted = true;
    refreshTime();
    const bool flipped = !isLarge() && addFlips();
    if (isLarge())
        m_nextFlip = nextFlip;
    const FilterRun filter = run();
    Order next = merged(order, m_spec, filter, dirtyNow()).order;
    noteFlips(filter, flipped);
    m_dirty.clear();
    swapOrder(std::move(next));
    Q_EMIT busyChanged(false);
}

void TableModel::swapOrder(Order next)
{
    // Who leaves? Everybody shown so far but for the rows of `next`.
    std::vector<quint8> stays(size_t(m_frozen ? m_frozen->view.keys.size() : qsizetype(m_live->table().slotEnd())));
    for (const Slot slot : next)
        stays[slot] = 1;
    QList<RowKey> left;
    left.reserve(std::max<qsizetype>(0, m_order.size() - next.size()));
    for (const Slot slot : std::as_const(m_order))
        if (slot != Table::NoSlot && !stays[slot] && !m_marks.isGone(slot))
            left.append(keyOfSlot(slot));
    left += std::exchange(m_justGone, {});
    for (const RowKey key : std::as_const(m_goneKeys)) {
        if (key.id == 0)
            continue;
        const Slot slot = m_frozen ? Table::NoSlot : m_live->table().slotOf(key);
        if (slot == Table::NoSlot || !stays[slot])
            left.append(key);
    }
    m_redraw.clear();
    QList<Slot> over; // a new order shows what there is
    for (const Slot slot : std::as_const(m_order))
        if (slot != Table::NoSlot && !stays[slot] && m_marks.isGone(slot))
            over.append(slot);
    if (next == m_order) {
        if (!m_order.isEmpty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, m_columnCount - 1));
    } else {
        moveTo(std::move(next));
    }
    for (const Slot slot : over)
        m_marks.forget(slot);
    if (!left.isEmpty())
        Q_EMIT rowsLeft(left);
    Q_EMIT countsChanged();
}

void TableModel::moveTo(Order next)
{
    const qsizetype before = m_order.size();
    const qsizetype after = next.size();
    // The number of rows changes at the tail, by rows that are nobody's; who is where changes at one stroke.
    if (after > before) {
        beginInsertRows({}, int(before), int(after) - 1);
        m_order.resize(after, Table::NoSlot);
        endInsertRows();
    }
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList from = persistentIndexList();
    QList<Slot> held;
    held.reserve(from.size());
    for (const QModelIndex &each : from)
        held.append(slotNow(each.row()));
    m_goneKeys.clear();
    m_order = next;
    const QList<int> rows = rowsIn(next, held);
    QModelIndexList to;
    to.reserve(from.size());
    for (qsizetype i = 0; i < from.size(); ++i)
        to.append(rows[i] < 0 ? QModelIndex() : createIndex(rows[i], from[i].column()));
    if (after < before)
        m_order.resize(before, Table::NoSlot);
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged({}, VerticalSortHint);
    if (after < before) {
        beginRemoveRows({}, int(after), int(before) - 1);
        m_order = std::move(next);
        endRemoveRows();
    }
}

/// The slot of a shown row; of one that went and came back meanwhile, the one that it has now.
Slot TableModel::slotNow(int row) const
{
    if (m_order[row] != Table::NoSlot)
        return m_order[row];
    const RowKey key = m_goneKeys.value(row);
    return key.id == 0 || m_frozen ? Table::NoSlot : slotOf(key);
}

QList<int> TableModel::rowsIn(const Order &order, const QList<Slot> &slots) const
{
    QList<int> rows(slots.size(), -1);
    if (m_sorted && !m_frozen) {
        for (qsizetype i = 0; i < slots.size(); ++i)
            if (slots[i] != Table::NoSlot)
                rows[i] = rowOfSorted(slots[i], order);
        return rows;
    }
    QHash<Slot, int> found;
    for (const Slot slot : slots)
        found.insert(slot, -1);
    std::vector<quint8> wanted(size_t(view().keys.size()));
    for (const Slot slot : slots)
        if (slot != Table::NoSlot)
            wanted[slot] = 1;
    for (qsizetype row = 0; row < order.size(); ++row)
        if (order[row] != Table::NoSlot && wanted[order[row]] != 0)
            found[order[row]] = int(row);
    for (qsizetype i = 0; i < slots.size(); ++i)
        if (slots[i] != Table::NoSlot)
            rows[i] = found.value(slots[i]);
    return rows;
}

// ------------------------------------------------------------------------------------------------ changes

void TableModel::onPublished(const Publication &publication)
{
    m_leaving.clear();
    if (m_frozen) {
        for (const auto *slots :
            { &publication.inserted, &publication.changed, &publication.touched, &publication.removed })
            for (const Slot slot : *slots)
                m_waiting.insert(slot);
        Q_EMIT waitingChanges(m_waiting.size());
        return;
    }
    markPublished(publication);
    for (const auto *slots : { &publication.inserted, &publication.changed })
        for (const Slot slot : *slots)
            m_dirty.insert(slot);
    if (m_held)
        for (const Slot slot : publication.changed)
            m_redraw.insert(slot);
    const QList<Slot> removed = keepGone(publication.removed);
    for (const Slot slot : removed)
        m_dirty.insert(slot);
    QSet<Slot> &light = touchesWeigh() ? m_dirty : m_redraw;
    for (const Slot slot : publication.touched)
        light.insert(slot);
    for (const Slot slot : publication.removed)
        m_leaving.emplace(slot, m_live->table().keyAt(slot));
    if (!removed.isEmpty())
        bury(removed);
    if (!m_tick.isActive()) {
        flush();
        if (m_options.tickMs > 0)
            m_tick.start(m_options.tickMs);
    }
}

bool TableModel::isMuch(qsizetype changes) const
{
    return changes > MostMerged && total() > m_options.smallTable && !m_frozen;
}

bool TableModel::touchesWeigh() const
{
    const QList<ColumnSpec> &columns = schema().columns();
    for (int column = 0; column < int(columns.size()); ++column)
        if (columns[column].isVolatile() && (column == m_spec.column || m_filter.reads(column, columns[column])))
            return true;
    return false;
}

void TableModel::bury(const QList<Slot> &slots)
{
    std::vector<quint8> gone(size_t(m_live->table().slotEnd()));
    for (const Slot slot : slots)
        gone[slot] = 1;
    for (qsizetype row = 0; row < m_order.size(); ++row) {
        const Slot slot = m_order[row];
        if (slot == Table::NoSlot || !gone[slot])
            continue;
        // Of one that was marked as gone it was told already.
        m_goneKeys.insert(int(row), m_marks.isGone(slot) ? RowKey() : keyOfSlot(slot));
        m_order[row] = Table::NoSlot;
    }
    for (const Slot slot : slots)
        m_marks.forget(slot);
}

void TableModel::flush()
{
    if (m_frozen)
        return;
    refreshTime();
    if (m_held)
        redraw();
    else
        update();
}

void TableModel::update()
{
    buryExpired();
    if (m_request != 0) {
        // The order is on its way: only what the rows hold is shown anew.
        m_sinceRequest.unite(m_dirty);
        m_redraw.unite(m_dirty);
        m_dirty.clear();
        redraw();
        return;
    }
    if ((isLarge() && flipsAreDue()) || isMuch(m_dirty.size())) {
        rebuild(true);
        return;
    }
    const bool flipped = addFlips();
    if (m_dirty.isEmpty() && m_goneKeys.isEmpty() && m_justGone.isEmpty()) {
        if (flipped)
            planFlips();
        else if (!m_flipTimer.isActive())
            startFlipTimer();
        redraw();
        return;
    }
    applyMerge(flipped);
}

Order TableModel::dirtyNow() const
{
    Order dirty;
    dirty.reserve(m_dirty.size());
    for (const Slot slot : m_dirty)
        if (!isLeaving(slot))
            dirty.append(slot);
    return dirty;
}

void TableModel::applyMerge(bool flipped)
{
    const FilterRun filter = run();
    Merged change = merged(m_order, m_spec, filter, dirtyNow());
    QList<RowKey> left = std::exchange(m_justGone, {});
    for (const qsizetype row : std::as_const(change.left)) {
        const RowKey key = keyAt(int(row));
        if (key.id == 0)
            continue;
        // A row that went and came back meanwhile is another slot's now, and never left.
        const Slot slot = m_live->table().slotOf(key);
        if (slot == Table::NoSlot || isLeaving(slot) || !filter.matches(slot))
            left.append(key);
    }
    noteFlips(filter, flipped);
    m_redraw.unite(m_dirty);
    m_dirty.clear();
    if (change.appended) {
        const qsizetype before = m_order.size();
        beginInsertRows({}, int(before), int(change.order.size()) - 1);
        m_order = std::move(change.order);
        endInsertRows();
    } else if (!change.same) {
        moveTo(std::move(change.order));
    }
    redraw();
    if (!left.isEmpty())
        Q_EMIT rowsLeft(left);
    Q_EMIT countsChanged();
}

void TableModel::redraw()
{
    if (m_redraw.isEmpty())
        return;
    std::vector<quint8> marks(size_t(m_live->table().slotEnd()));
    for (const Slot slot : std::as_const(m_redraw))
        marks[slot] = 1;
    m_redraw.clear();
    const auto marked = [&](Slot slot) { return slot != Table::NoSlot && marks[slot]; };
    const auto first = std::find_if(m_order.cbegin(), m_order.cend(), marked);
    if (first == m_order.cend())
        return;
    const auto last = std::find_if(m_order.crbegin(), m_order.crend(), marked);
    Q_EMIT dataChanged(
        index(int(first - m_order.cbegin()), 0), index(int(m_order.crend() - last) - 1, m_columnCount - 1));
}

void TableModel::onColumnAdded(int column)
{
    const ColumnSpec &spec = schema().column(column);
    beginInsertColumns({}, m_columnCount, m_columnCount);
    m_format.addColumn(spec);
    if (m_frozen) {
        Column unknown(spec.type);
        unknown.resize(m_frozen->view.keys.size());
        m_frozen->view.columns.append(unknown);
    }
    ++m_columnCount;
    endInsertColumns();
}

void TableModel::setHeld(bool held)
{
    if (held == m_held)
        return;
    m_held = held;
    if (held) {
        m_keeps = m_live->keepRemoved(2 * RowMarks::Most); // who goes is seen going, marks or not
        return;
    }
    buryMoved();
    if (!m_frozen)
        markFresh(std::exchange(m_heldBack, {}));
    m_heldBack.clear();
    flush();
}

/// A part at a time: a change of the table would have to copy all of them at once.
void TableModel::detachFrozen()
{
    if (!m_frozen->view.detachPart(m_frozen->detached++))
        m_detaching.stop();
}

void TableModel::setPaused(bool paused)
{
    if (paused == isPaused())
        return;
    if (paused) {
        refreshTime();
        buryMoved();
        update();
        m_tick.stop();
        m_flipTimer.stop();
        m_leaving.clear();
        m_frozen = Frozen { m_live->table().view(), m_live->table().rowCount(), 0 };
        m_detaching.start();
        return;
    }
    m_detaching.stop();
    // Slots whose rows went meanwhile may be nobody's or another row's now.
    const Frozen frozen = std::move(*m_frozen);
    m_frozen.reset();
    buryExpired();
    for (qsizetype row = 0; row < m_order.size(); ++row) {
        const Slot slot = m_order[row];
        if (slot == Table::NoSlot || m_live->table().keyAt(slot) == frozen.view.keys[slot])
            continue;
        m_goneKeys.insert(int(row), frozen.view.keyOf(slot));
        m_order[row] = Table::NoSlot;
        m_marks.forget(slot);
    }
    markMeanwhile(frozen.view);
    m_dirty.unite(m_waiting);
    m_waiting.clear();
    Q_EMIT waitingChanges(0);
    if (m_filter.hasAges())
        rebuild(true);
    else
        flush();
}

} // namespace mailhelm
