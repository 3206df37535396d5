// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFontMetrics>
#include <QHeaderView>
#include <QObject>
#include <QTimer>

class QMenu;
class QSettings;

namespace mailhelm
{

class TableModel;

/// What a column of that table needs for its usual values and its title; pixels.
[[nodiscard]] int usualColumnWidth(const TableModel &model, int column, const QFontMetrics &metrics);

/// Which columns a table shows, in which order, how wide, sorted how: chosen through the header and its menu,
/// remembered by the columns' keys, so that a newer program or agent with more columns finds them again.
class ColumnState : public QObject
{
    Q_OBJECT
public:
    /// `settings` outlives it; everything is kept under `group`.
    ColumnState(QHeaderView *header, TableModel &model, QSettings &settings, const QString &group, QObject *parent);

    void restore(); ///< what was saved, else reset()
    void reset(); ///< as a new console shows it
    void save();
    /// What a new console shows, from left to right, and its order, instead of the schema's; restores after that.
    void setDefaults(const QList<QByteArray> &keys, const QByteArray &sortKey, Qt::SortOrder order);
    /// Rows of more than one server are on show: the server's column is wanted unless somebody decided otherwise.
    void setManyServers(bool many);
    /// That server alone is on show; empty: all are. Servers share one layout but for those that were given their own:
    /// theirs is shown now. `key` names it in the settings, `name` in the menu.
    void setServer(const QString &key, const QString &name);
    /// Fills `menu` with a check for each column, Fit, Reset, and whether the chosen server has columns of its own.
    void fillMenu(QMenu *menu);
    void fillSortMenu(QMenu *menu); ///< what a click on a column's title does, for those who have no mouse
    /// The visible columns from left to right, and all of them: visible ones first.
    [[nodiscard]] QList<int> visible() const;
    [[nodiscard]] QList<int> all() const;

private:
    [[nodiscard]] QString group() const; ///< in the settings, of the layout on show
    [[nodiscard]] QString groupOfServer() const;
    void setOwn(bool own);
    void setShown(int column, bool shown);
    [[nodiscard]] int defaultWidth(int column) const
    {
        return usualColumnWidth(m_model, column, m_header->fontMetrics());
    }
    [[nodiscard]] bool isServerColumn(int column) const;
    [[nodiscard]] bool isShownAtFirst(int column) const;
    void applySort();
    void appendNewColumns();

    QHeaderView *m_header;
    TableModel &m_model;
    QSettings &m_settings;
    const QString m_group;
    QString m_serverKey; ///< empty: all servers
    QString m_serverName;
    bool m_own = false; ///< what is on show is that server's only
    QTimer m_saving;
    bool m_manyServers = false;
    bool m_serverDecided = false;
    bool m_applying = false;
    QList<QByteArray> m_defaultKeys; ///< empty: those that the schema shows
    QByteArray m_defaultSort;
    Qt::SortOrder m_defaultOrder = Qt::AscendingOrder;
    int m_known = 0; ///< columns that have got their place and width
};

} // namespace mailhelm
