// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/livetable.h"
#include "core/table/order.h"

#include <QSet>

#include <optional>

namespace mailhelm
{

class StallMeter;
class TablePage;

/// Whether a page shows what it should while its table changes, found out beside it and naively: which rows are
/// selected, where rows stand on the screen, what a drop reached. What it does for that does not count as the window's.
class ExactView : public QObject
{
public:
    /// To be made before anybody else listens to `rows`: a removal has to be known here when the page tells of it.
    ExactView(LiveTable &rows, StallMeter &meter);
    void watch(TablePage &page);

    /// From the next update on these are selected, but for those that went; they ought to be `count`.
    void expectSelection(const QSet<RowKey> &rows, qsizetype count);
    void expectAnySelection() { m_expected.reset(); }
    /// A filter is being typed: rows may leave the selection, none may come into it …
    void selectionNarrows() { m_narrowing = true; }
    /// … and now exactly those are left that hold this text.
    void selectionNarrowedTo(const QByteArray &text);
    /// The row should have gone, as the only one that was asked for.
    void checkDropped(RowKey row, bool askedForItAlone);

    /// Prints what was looked at; false where something was wrong, or never looked at although `whole`.
    [[nodiscard]] bool print(bool whole) const;

private:
    struct Tally {
        const char *what;
        int checks = 0;
        int wrong = 0;
        QString first; ///< that was wrong
    };
    struct Screen {
        QList<RowKey> rows; ///< from the top
        int first = 0; ///< of them; at the end of the table it is cut off, and
        int top = 0; ///< what the scroll bar stands at is the next one
        bool atEnd = false;
        RowKey current;
    };

    void beforeUpdate();
    void afterUpdate();
    void checkScreen(const Screen &before);
    [[nodiscard]] bool holds(Table::Slot slot, const QByteArray &text) const;
    void note(Tally &tally, bool right, const QString &what);

    LiveTable &m_rows;
    StallMeter &m_meter;
    TablePage *m_page = nullptr;
    std::optional<QSet<RowKey>> m_expected;
    bool m_narrowing = false;
    std::optional<Screen> m_before;
    OrderSpec m_order;
    bool m_reordering = false; ///< another order scatters the rows
    Tally m_selection { "selection", 0, 0, {} };
    Tally m_scroll { "scroll position", 0, 0, {} };
    Tally m_current { "current row", 0, 0, {} };
    Tally m_drops { "drops", 0, 0, {} };
};

} // namespace mailhelm
