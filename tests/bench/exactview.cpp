// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/exactview.h"

#include "models/rowselection.h"
#include "tests/bench/stallmeter.h"
#include "views/rowsview.h"
#include "views/tablepage.h"

#include <QScrollBar>

namespace mailhelm
{

using namespace Qt::StringLiterals;

ExactView::ExactView(LiveTable &rows, StallMeter &meter)
    : m_rows(rows)
    , m_meter(meter)
{
    connect(&rows, &LiveTable::published, this, [this](const Publication &publication) {
        const Aside aside(m_meter);
        if (m_expected)
            for (const Table::Slot slot : publication.removed)
                m_expected->remove(m_rows.table().keyAt(slot));
    });
}

void ExactView::watch(TablePage &page)
{
    m_page = &page;
    m_order = page.model().order();
    const TableModel *model = &page.model();
    connect(model, &QAbstractItemModel::layoutAboutToBeChanged, this, &ExactView::beforeUpdate);
    connect(model, &QAbstractItemModel::rowsAboutToBeInserted, this, &ExactView::beforeUpdate);
    connect(model, &QAbstractItemModel::rowsAboutToBeRemoved, this, &ExactView::beforeUpdate);
    connect(model, &TableModel::countsChanged, this, &ExactView::afterUpdate);
}

void ExactView::note(Tally &tally, bool right, const QString &what)
{
    ++tally.checks;
    if (right)
        return;
    if (tally.wrong++ == 0)
        tally.first = u"%1, while %2"_s.arg(what, QString::fromUtf8(m_meter.m_doing));
}

void ExactView::expectSelection(const QSet<RowKey> &rows, qsizetype count)
{
    note(m_selection, rows.size() == count, u"%1 rows chosen"_s.arg(rows.size()));
    m_expected = rows;
    // While rows stand still, some that went are there to be chosen.
    m_expected->removeIf([this](RowKey key) { return m_rows.table().slotOf(key) == Table::NoSlot; });
    m_narrowing = false;
}

void ExactView::selectionNarrowedTo(const QByteArray &text)
{
    const Aside aside(m_meter);
    m_narrowing = false;
    if (m_expected)
        m_expected->removeIf([&](RowKey key) { return !holds(m_rows.table().slotOf(key), text); });
}

bool ExactView::holds(Table::Slot slot, const QByteArray &text) const
{
    const Table &table = m_rows.table();
    for (int column = 0; column < table.schema().columnCount(); ++column)
        if (const Value value = table.column(column).value(slot); const auto *bytes = std::get_if<QByteArray>(&value))
            if (bytes->toLower().contains(text))
                return true;
    return false;
}

void ExactView::checkDropped(RowKey row, bool askedForItAlone)
{
    const int shown = m_page->model().rowOf(row);
    const bool gone = m_rows.table().slotOf(row) == Table::NoSlot && (shown < 0 || m_page->model().isGone(shown));
    note(m_drops, askedForItAlone && gone, askedForItAlone ? u"it is there still"_s : u"others were asked for"_s);
}

void ExactView::beforeUpdate()
{
    if (m_before)
        return;
    const Aside aside(m_meter);
    const TableModel &model = m_page->model();
    m_reordering = m_reordering || m_order != model.order();
    m_order = model.order();
    const auto [first, last] = m_page->view().visibleRows();
    const QScrollBar &bar = *m_page->view().verticalScrollBar();
    m_before = Screen { {}, first, bar.value(), bar.value() == bar.maximum(), m_page->currentKey() };
    for (int row = first; row <= last; ++row)
        m_before->rows.append(model.keyAt(row));
}

void ExactView::afterUpdate()
{
    const Aside aside(m_meter);
    const std::optional<Screen> before = std::exchange(m_before, {});
    if (before && !m_reordering && m_page->isVisible())
        checkScreen(*before);
    m_reordering = m_reordering && m_page->model().isBusy();
    if (!m_expected)
        return;
    const QSet<RowKey> &selected = m_page->selection().keys();
    const bool right = m_narrowing ? m_expected->contains(selected) : *m_expected == selected;
    note(m_selection, right, u"%1 instead of %2"_s.arg(selected.size()).arg(m_expected->size()));
}

/// Whoever looks at the first rows sees what comes there. Otherwise the current row stays where it is on the screen;
/// where that is not to be seen or went, the topmost of those that are left.
void ExactView::checkScreen(const Screen &before)
{
    const TableModel &model = m_page->model();
    const RowsView &view = m_page->view();
    if (before.current.id != 0 && model.rowOf(before.current) >= 0)
        note(m_current, m_page->currentKey() == before.current, u"another row is the current one"_s);
    const QScrollBar &bar = *view.verticalScrollBar();
    QList<RowKey> anchors = before.rows;
    if (anchors.contains(before.current))
        anchors.prepend(before.current);
    for (const RowKey key : anchors) {
        const int row = model.rowOf(key);
        if (row < 0)
            continue;
        const int height = view.rowHeight(row);
        const int place = int(before.rows.indexOf(key)) + before.first - before.top;
        int wanted = std::clamp(row - place, 0, bar.maximum());
        if (before.top == 0) {
            const int whole = view.viewport()->height() / height;
            wanted = key == before.current && row >= whole ? row - whole + 1 : 0;
        }
        const int y = view.rowViewportPosition(row);
        // At the very end the last row ends where the window does, whatever that makes of the first.
        const bool atEnd = before.atEnd || bar.value() == bar.maximum();
        note(m_scroll, bar.value() == wanted && (atEnd || y == (row - wanted) * height),
            u"row %1 of the screen moved: top %2 instead of %3, y %4"_s.arg(place).arg(bar.value()).arg(wanted).arg(y));
        return;
    }
}

bool ExactView::print(bool whole) const
{
    bool exact = true;
    for (const Tally *tally : { &m_selection, &m_scroll, &m_current, &m_drops }) {
        const bool right = tally->wrong == 0 && (tally->checks > 0 || !whole);
        exact = exact && right;
        std::printf("%-24s %s: looked at %d times, wrong %d%s%s\n", tally->what, right ? "exact" : "NOT EXACT",
            tally->checks, tally->wrong, tally->first.isEmpty() ? "" : ", first: ", qPrintable(tally->first));
    }
    return exact;
}

} // namespace mailhelm
