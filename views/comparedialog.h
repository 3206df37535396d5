// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "views/backend.h"

#include <array>

class QLabel;
class QLineEdit;
class QPushButton;
class QTabWidget;
class QTableView;

namespace mailhelm
{

class AccountActions;
class ComparisonModel;

/// Compares a file of addresses, such as a billing system's, with the accounts: who is on the server alone, in the list
/// alone, in both; acts on what was found and exports it.
class CompareDialog : public QDialog
{
    Q_OBJECT
public:
    /// `server`: with its accounts; nullopt: with everybody's.
    CompareDialog(Backend &backend, std::optional<quint16> server, QWidget *parent);

    void setFile(const QString &file);

private:
    enum Group { OnlyHere, OnlyListed, Both, GroupCount };
    struct Tab {
        ComparisonModel *model = nullptr;
        QTableView *view = nullptr;
    };

    void browse();
    void compare();
    void show(const Result<ListComparison> &result);
    void fitColumns();
    void updateTabs();
    void updateButtons();
    void act(RowAction action);
    void exportGroup();
    void exportAddresses(const QString &file);
    void copyGroup();
    void say(const QString &text, bool bad);
    [[nodiscard]] Group group() const;
    /// What is selected in the group that is shown; all of it where nothing is.
    [[nodiscard]] QList<int> chosenRows() const;

    Backend &m_backend;
    const std::optional<quint16> m_server;
    AccountActions *m_accounts;
    QLineEdit *m_file;
    QPushButton *m_compare;
    QLabel *m_message;
    QTabWidget *m_tabs;
    std::array<Tab, GroupCount> m_groups;
    std::array<std::pair<RowAction, QPushButton *>, 3> m_commands;
    QPushButton *m_copy;
    QPushButton *m_export;
    bool m_compared = false;
};

} // namespace mailhelm
