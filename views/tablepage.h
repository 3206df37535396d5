// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/filter.h"
#include "core/table/onlineusers.h"
#include "models/rowselection.h"
#include "models/tablemodel.h"
#include "views/backend.h"
#include "views/emptystate.h"
#include "views/page.h"

class QMenu;
class QSettings;
class QStackedWidget;
class QVBoxLayout;

namespace mailhelm
{

class ColumnState;
class LiveDrop;
class MessageLine;
class NamedFilters;
class RowsView;
class ToolRow;

/// A page that shows one table, whichever: tool row, messages, the table itself or the reason why it is empty. Generic
/// over the schema; pages that can do more with their rows derive from it.
class TablePage : public Page
{
    Q_OBJECT
public:
    /// `backend` and `settings` outlive the page.
    TablePage(Backend &backend, TableId table, QSettings &settings, QWidget *parent);
    ~TablePage() override;

    [[nodiscard]] TableId tableId() const { return m_table; }
    [[nodiscard]] QString key() const override; ///< the table's name
    [[nodiscard]] QString title() const override;
    [[nodiscard]] std::optional<qsizetype> count() const override { return total(); }
    void setServer(std::optional<quint16> server) override;
    [[nodiscard]] std::optional<quint16> server() const { return m_server; }
    void setFilterText(const QString &text);
    [[nodiscard]] QString filterText() const { return m_typed; }
    /// Shows the rows of that filter, as whoever was sent here expects it. What comes back undoes that.
    [[nodiscard]] virtual std::function<void()> jumpTo(const QString &filter);
    void addTerm(const QString &term); ///< to the filter, as something that has to be true besides
    /// Rows of the chosen servers that are the page's, whatever the filter.
    [[nodiscard]] virtual qsizetype total() const;

    [[nodiscard]] RowKey currentKey() const; ///< id 0: none
    [[nodiscard]] QList<int> visibleColumns() const;
    [[nodiscard]] NamedFilters &namedFilters() const { return *m_named; }
    [[nodiscard]] TableModel &model() const { return *m_model; }
    [[nodiscard]] RowSelection &selection() const { return *m_selection; }
    [[nodiscard]] RowsView &view() const { return *m_view; }
    [[nodiscard]] ToolRow &toolRow() const { return *m_tools; }

    [[nodiscard]] QList<QAction *> viewActions() const override;
    [[nodiscard]] QList<QAction *> rowActions() override;
    void applyPreferences(const Preferences &preferences) override;
    void saveState() override;
    /// While anything holds, the rows stand still. Every hold needs its release.
    void hold(bool on);

    /// Asks, then drops connections and ends sessions, whatever the page's own rows are; says here what came of it.
    void askDrop(const OnlineUsers::Parts &parts);

    /// `everything`: proposes all rows and all columns.
    void openExport(bool everything = false);
    void warn(const QString &text) override;
    /// To the rows; where there are none, to what can be done about it.
    void takeFocus() override;

Q_SIGNALS:
    void currentRowChanged(mailhelm::RowKey row); ///< id 0: none

protected:
    void showEvent(QShowEvent *event) override;

    [[nodiscard]] Backend &backend() const { return m_backend; }
    [[nodiscard]] MessageLine &message() const { return *m_message; }
    /// The row that the keyboard or the mouse is at; -1 = none.
    [[nodiscard]] int currentRow() const;
    [[nodiscard]] bool hasCurrentRow() const; ///< there is one, and something is selected
    [[nodiscard]] QString selectedAsTsv() const;
    /// Why that cannot be done to the selected rows; empty: it can.
    [[nodiscard]] QString whyNot(RowAction action) const;
    [[nodiscard]] QList<ServerStatus> shownServers() const;

    /// What can be done with every row; pages put first what is theirs.
    virtual void fillContextMenu(QMenu *menu);
    /// What stands first in the menu at the right of the tool row.
    [[nodiscard]] virtual QList<QAction *> pageActions() const { return {}; }
    /// Which rows of the table are the page's.
    void setPageFilter(const Filter &filter);
    /// The table itself and what stands in its place: pages put theirs around it.
    [[nodiscard]] QVBoxLayout *pageLayout() const { return m_layout; }
    [[nodiscard]] QStackedWidget *stack() const { return m_stack; }
    [[nodiscard]] ColumnState &columns() const { return *m_columns; }
    [[nodiscard]] QSettings &settings() const { return m_settings; }
    /// Says what became of it in the page's message line.
    void tellOutcome(RowAction action, const QList<RowOutcome> &outcomes);
    void updateCounts();
    [[nodiscard]] virtual QString toolTip(const QModelIndex &index) const;
    /// What to say when there are no rows although the servers are there and live.
    [[nodiscard]] virtual EmptyState::Content nothingThere() const;

private:
    void makeActions();
    void connectAll();
    void applyFilter(const QString &typed);
    void refresh();
    void updatePaused();
    void updateServers();
    void updateZones();
    void updateEmpty();
    void updateInView();
    void openContextMenu(const QPoint &place);
    void addFilterMenu(QMenu *menu);
    void addCopyMenu(QMenu *menu);
    void openHeaderMenu(const QPoint &place);
    void saveFilter();
    [[nodiscard]] QString serverTerm() const;
    [[nodiscard]] Filter rowsFilter() const; ///< of the page and the chosen server
    [[nodiscard]] EmptyState::Content emptyContent() const;

    Backend &m_backend;
    const TableId m_table;
    QSettings &m_settings;
    LiveTable &m_live;
    TableModel *m_model;
    RowSelection *m_selection;
    std::optional<quint16> m_server;
    QString m_typed;
    Filter m_pageFilter;
    int m_holds = 0;
    bool m_filterStandsIn = false; ///< it has the keyboard until there are rows
    bool m_serverTimes = false;
    QTimer m_countsTimer;
    QTimer m_secondTimer; ///< "12 s ago" and the like

    QAction *m_refresh;
    QAction *m_pause;
    QAction *m_find;
    QAction *m_clear;
    QAction *m_export;
    QAction *m_copy;
    QAction *m_selectAll;
    QAction *m_gap; ///< a line in menus between what is the page's and what all pages have

    QVBoxLayout *m_layout;
    NamedFilters *m_named;
    ToolRow *m_tools;
    MessageLine *m_stale;
    MessageLine *m_message;
    QStackedWidget *m_stack;
    RowsView *m_view;
    EmptyState *m_empty;
    ColumnState *m_columns;
    LiveDrop *m_drop = nullptr; ///< made when it is needed
};

} // namespace mailhelm
