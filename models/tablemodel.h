// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/livetable.h"
#include "core/table/order.h"
#include "models/columnformat.h"
#include "models/rowmarks.h"

#include <QAbstractTableModel>
#include <QSet>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>

namespace mailhelm
{

class AddressNames;
class OrderWorker;

/// The one model of every table: a LiveTable, an order and a filter. Columns are those of the schema, in its order.
/// Belongs to the GUI thread, as does the table, which must outlive it.
///
/// What the table publishes is shown at most once a tick. In between, a row that is gone reads empty (isGone()). Large
/// tables are sorted on a worker: the first screenful is right at once (up to 300,000 rows), the rest follows.
class TableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    struct Options {
        int tickMs = 100; ///< least time between two updates; 0: each publication at once
        qsizetype smallTable = 20'000; ///< up to so many rows are sorted and filtered on the spot
        qsizetype firstRows = 200; ///< "a screenful"
        int ageTickMs = 1000; ///< how often ages on screen are drawn again; 0: never
        /// Up to so many, filter and first screenful are found on the spot: some 10 to 40 ms. Above, the rows stay as
        /// they are until the worker is done.
        qsizetype atOnce = 300'000;
    };
    enum Role {
        RawValueRole
        = Qt::UserRole + 1 /** QVariant: qint64, bool, QByteArray, invalid = not known; addresses as text */
    };

    explicit TableModel(LiveTable *table, Options options, QObject *parent = nullptr);
    explicit TableModel(LiveTable *table, QObject *parent = nullptr)
        : TableModel(table, Options(), parent)
    {
    }
    ~TableModel() override;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    [[nodiscard]] const Schema &schema() const { return m_live->table().schema(); }
    [[nodiscard]] Value valueAt(int row, int column) const;
    [[nodiscard]] CellLook lookAt(int row, int column) const;
    [[nodiscard]] RowKey keyAt(int row) const; ///< also of a row that is gone since the last tick
    /// Removed, and still shown: until the tick, or as one that went a moment ago (setMarks). No action reaches it.
    [[nodiscard]] bool isGone(int row) const;
    /// 1 for a row that came just now, falling to 0 while its mark lasts.
    [[nodiscard]] double freshness(int row) const;
    [[nodiscard]] bool hasMarks() const { return !m_marks.isEmpty(); }
    /// Rows shown but for those that are gone.
    [[nodiscard]] qsizetype presentCount() const { return m_order.size() - m_marks.goneCount(); }
    [[nodiscard]] int rowOf(RowKey key) const; ///< -1 where it is not shown
    struct Sum {
        qint64 total = 0;
        qsizetype unknown = 0; ///< rows whose number is not known
    };
    [[nodiscard]] Sum sumOf(int column) const; ///< of the rows shown
    /// How many of the rows shown hold each text of a column of texts; in no order.
    [[nodiscard]] QList<std::pair<QByteArray, qsizetype>> countsOf(int column) const;
    [[nodiscard]] qsizetype total() const; ///< rows of the table, whatever the filter
    [[nodiscard]] OrderSpec order() const { return m_spec; }
    [[nodiscard]] const Filter &filter() const { return m_filter; }
    void setFilter(const Filter &filter);
    /// Between asking for an order or filter of a large table and its arrival from the worker.
    [[nodiscard]] bool isBusy() const { return m_request != 0; }

    /// Held, no row moves, comes or leaves, unless another order or filter is asked for: for as long as somebody
    /// chooses. What changes in the rows is shown; those that went are marked as gone.
    void setHeld(bool held);
    [[nodiscard]] bool isHeld() const { return m_held; }
    /// Paused, the model shows the table as it was, sorts and filters that, and counts what waits.
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_frozen.has_value(); }
    /// For how long rows that came or went are marked; rows that went stay for that long, unless the order or the
    /// filter becomes another. ms, 0: not at all.
    void setMarks(int freshMs, int goneMs);
    /// Where it is switched on, clients' addresses are shown by name. It must outlive the model.
    void setNames(AddressNames *names);
    /// Seconds east of UTC in which a server's dates and times are told; without one: in this computer's zone.
    void setZones(const QHash<quint16, int> &zones);
    [[nodiscard]] ColumnFormat::Zone zoneOf(quint16 server) const;
    /// Servers whose rows come and go without marks: what they send is the state, not news.
    void setQuietServers(const QSet<quint16> &servers) { m_quiet = servers; }
    /// What the view has on screen: only there are ages drawn again.
    void setVisibleRows(int first, int last);
    /// Takes what waits for the tick at once (not while paused).
    void flush();
    [[nodiscard]] const ColumnFormat &format() const { return m_format; }
    /// Ages are counted with it; the row's own server's clock.
    [[nodiscard]] const FilterTime &time() const { return m_time; }

Q_SIGNALS:
    /// Paused: so many rows have changed, come or gone meanwhile.
    void waitingChanges(qsizetype rows);
    /// They are shown no more: gone, or held back by the filter.
    void rowsLeft(const QList<mailhelm::RowKey> &keys);
    void busyChanged(bool busy);
    /// Marks are paler than before; several times a second while there are any.
    void marksFaded();
    /// After every update: rowCount() or total() may be another.
    void countsChanged();

private:
    void onPublished(const Publication &publication);
    void onColumnAdded(int column);
    void onTimeChanged();
    void onOrderReady(quint64 request, const Order &order, const std::optional<qint64> &nextFlip);
    void onAgeTick();
    void detachFrozen();

    void rebuild(bool filterChanged);
    void startRequest(const std::optional<Order> &rows);
    void cancelRequest();
    void update();
    void applyMerge(bool flipped);
    void swapOrder(Order next);
    void moveTo(Order next);
    void bury(const QList<Table::Slot> &slots);
    void redraw();
    void markPublished(const Publication &publication);
    void markMeanwhile(const TableView &before);
    void markFresh(const QList<Table::Slot> &slots);
    void buryMoved();
    [[nodiscard]] QList<Table::Slot> keepGone(const QList<Table::Slot> &removed);
    void buryExpired();
    void onMarkTick();
    void refreshTime();
    [[nodiscard]] bool isLarge() const { return total() > m_options.atOnce; }
    [[nodiscard]] bool flipsAreDue() const;
    bool addFlips(); ///< true where ages were due
    void noteFlips(const FilterRun &filter, bool afresh); ///< of m_dirty, or of all rows
    void planFlips();
    void startFlipTimer();

    [[nodiscard]] TableView view() const;
    [[nodiscard]] const Column &cells(int column) const;
    [[nodiscard]] RowKey keyOfSlot(Table::Slot slot) const;
    [[nodiscard]] FilterRun run() const { return FilterRun(m_filter, view(), m_time); }
    [[nodiscard]] QString nameOf(int column, const Value &value) const;
    [[nodiscard]] Order dirtyNow() const;
    [[nodiscard]] bool touchesWeigh() const;
    [[nodiscard]] bool isMuch(qsizetype changes) const; ///< to be merged at once
    [[nodiscard]] bool isLeaving(Table::Slot slot) const;
    [[nodiscard]] Table::Slot slotOf(RowKey key) const; ///< also of a row that is marked as gone
    [[nodiscard]] Table::Slot slotNow(int row) const;
    [[nodiscard]] QList<int> rowsIn(const Order &order, const QList<Table::Slot> &slots) const;
    [[nodiscard]] int rowOfSorted(Table::Slot slot, const Order &order) const;

    LiveTable *m_live;
    Options m_options;
    ColumnFormat m_format;
    int m_columnCount;
    Order m_order;
    QHash<int, RowKey> m_goneKeys; ///< rows of m_order that hold NoSlot, by row
    OrderSpec m_spec;
    Filter m_filter;

    QSet<Table::Slot> m_dirty; ///< to be merged: inserted, changed, removed, flipped
    QSet<Table::Slot> m_sinceRequest; ///< those while the worker is at work
    QSet<Table::Slot> m_redraw; ///< volatile cells only, of no weight for order and filter
    /// Removed by the last publication: while it is told, they are in the table still.
    std::map<Table::Slot, RowKey> m_leaving;
    bool m_held = false;
    bool m_keeps = false; ///< the table keeps removed rows readable for a while
    QList<Table::Slot> m_heldBack; ///< inserted while held
    bool m_sorted = true; ///< m_order is in order but for m_dirty

    struct Frozen {
        TableView view;
        qsizetype total = 0;
        int detached = 0; ///< parts of the view
    };
    QHash<quint16, int> m_zones;
    AddressNames *m_names = nullptr;
    RowMarks m_marks;
    QSet<quint16> m_quiet;
    QList<RowKey> m_justGone; ///< marked as gone, and not told yet
    QTimer m_markTick;
    std::optional<Frozen> m_frozen;
    QTimer m_detaching;
    QSet<Table::Slot> m_waiting; ///< changes while frozen
    FilterTime m_time; ///< as of the last update or age tick

    std::unique_ptr<OrderWorker> m_worker;
    quint64 m_request = 0; ///< the one that is awaited; 0: none
    quint64 m_lastRequest = 0;

    QTimer m_tick;
    QTimer m_ageTick;
    QTimer m_flipTimer;
    std::optional<qint64> m_nextFlip;
    qint64 m_flippedUntil = 0;
    int m_firstVisible = 0;
    int m_lastVisible = -1;
};

} // namespace mailhelm
