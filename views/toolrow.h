// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>

class QAction;
class QActionGroup;
class QLabel;
class QMenu;
class QToolButton;

namespace mailhelm
{

class FilterField;

/// The row above every table: refresh, how often by itself, pause, filter, how many are shown, the page's menu.
class ToolRow : public QWidget
{
    Q_OBJECT
public:
    /// Takes the page's actions; they stay the page's.
    ToolRow(QAction *refresh, QAction *pause, QWidget *parent);

    [[nodiscard]] FilterField &filter() { return *m_filter; }
    [[nodiscard]] QMenu &menu() { return *m_menu; }
    [[nodiscard]] QMenu &filtersMenu() { return *m_filtersMenu; } ///< of the filters that have names
    /// The same choice as in the button's menu, for the window's menu bar.
    [[nodiscard]] QMenu &intervalMenu() { return *m_intervalMenu; }
    [[nodiscard]] std::optional<qint64> interval() const { return m_interval; } ///< ms; 0 live; nullopt off
    void setInterval(std::optional<qint64> ms); ///< one that is not on offer becomes Live

    /// The table goes by others' intervals: there is nothing to choose.
    void setIntervalFixed(const QString &why);
    void setCounts(qsizetype shown, qsizetype total, bool filtered);
    void setWaiting(bool paused, qsizetype changes);
    void setFilterError(const QString &message, int position, int length); ///< an empty message: none

Q_SIGNALS:
    void intervalChanged(std::optional<qint64> ms);

private:
    void chosen(QAction *action);

    QToolButton *m_intervalButton;
    QMenu *m_intervalMenu;
    QActionGroup *m_intervals;
    std::optional<qint64> m_interval = 0;
    QLabel *m_waiting;
    FilterField *m_filter;
    QLabel *m_error;
    QLabel *m_counts;
    QMenu *m_filtersMenu;
    QMenu *m_menu;
};

} // namespace mailhelm
