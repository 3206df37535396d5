// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/inactive.h"
#include "views/tablepage.h"

#include <array>

class QActionGroup;

namespace mailhelm
{

class AccountActions;
class InactiveCounter;
class InactiveLine;

/// Accounts that nobody logged in to for a timeframe, or those that cannot be judged yet: and what can be done to them.
class InactivePage : public TablePage
{
    Q_OBJECT
public:
    InactivePage(Backend &backend, QSettings &settings, QWidget *parent);
    ~InactivePage() override;

    [[nodiscard]] QString key() const override { return QStringLiteral("inactive"); }
    [[nodiscard]] QList<QAction *> rowActions() override;
    [[nodiscard]] qsizetype total() const override;
    [[nodiscard]] const Timeframe &timeframe() const { return m_timeframe; }
    void setTimeframe(const Timeframe &timeframe);
    void setUnjudgedShown(bool shown);
    /// Every account, inactive or not: to find one. Not kept for the next run.
    void setAllShown(bool shown);
    [[nodiscard]] std::function<void()> jumpTo(const QString &filter) override;
    [[nodiscard]] InactiveLine &line() const { return *m_line; }
    void openCompare();

protected:
    void fillContextMenu(QMenu *menu) override;
    [[nodiscard]] QList<QAction *> pageActions() const override;
    [[nodiscard]] QString toolTip(const QModelIndex &index) const override;
    [[nodiscard]] EmptyState::Content nothingThere() const override;

private:
    struct RowCommand {
        RowAction action;
        QAction *show = nullptr;
        const char *one = nullptr; ///< its text for one row and for many
        const char *many = nullptr;
    };

    void makeActions();
    void fillTimeframes();
    void applyRule();
    void countInactive();
    void counted(const InactiveSummary &summary);
    void updateLine();
    void updateActions();

    LiveTable &m_users;
    Timeframe m_timeframe;
    bool m_showUnjudged = false;
    bool m_showAll = false;
    InactiveSummary m_summary;
    std::optional<quint16> m_countedServer;
    QMenu *m_timeframes;
    QActionGroup *m_timeframeGroup;
    InactiveLine *m_line;
    InactiveCounter *m_counter;
    AccountActions *m_accounts;
    std::array<RowCommand, 4> m_commands;
    QAction *m_unjudged;
    QAction *m_exportAll;
    QAction *m_compare;
    QTimer m_countSoon; ///< after a change
    QTimer m_minute; ///< time makes people inactive, too
};

} // namespace mailhelm
