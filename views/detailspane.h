// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>
#include <QTimer>

#include "views/backend.h"
#include "views/relatedrows.h"

class QLabel;
class QPlainTextEdit;
class QSplitter;
class QTreeWidget;

namespace mailhelm
{

class ColumnFormat;

/// One row in full, live: every field, what else there is of the same user, log lines of the row's session, or of one
/// of the user's. Generic over the tables: rows belong together by `user`.
class DetailsPane : public QDockWidget
{
    Q_OBJECT
public:
    /// `backend` outlives the pane.
    DetailsPane(Backend &backend, QWidget *parent);
    ~DetailsPane() override;

    /// Follows that row from now on, also when it is gone; id 0: nothing is chosen.
    void showRow(TableId table, RowKey row);
    /// So many rows are selected on the page; the pane shows one of them.
    void setSelected(qsizetype rows);
    void setZones(const QHash<quint16, int> &zones) { m_zones = zones; } ///< as TableModel::setZones()
    [[nodiscard]] RowKey row() const { return m_row; }

Q_SIGNALS:
    /// Somebody wants to see these rows on their page.
    void showRequested(mailhelm::TableId table, const QString &filter);
    void dropRequested(const mailhelm::OnlineUsers::Parts &parts);
    void closedByUser();

protected:
    void showEvent(QShowEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void updateSoon();
    void update();
    void showNothing();
    void updateHeading(const Table &table, Table::Slot slot);
    void updateFields(const Table &table, Table::Slot slot);
    void updateMeaning(const Table &table, Table::Slot slot);
    /// Whose log lines are shown: those of the session that is chosen among the related ones, else of the row itself,
    /// else of the newest session of the user.
    [[nodiscard]] RelatedRows::Place logPlace() const;
    void updateLog();
    void askJournal();
    void showJournal(const QList<QByteArray> &lines);
    void sayOfLog(const QString &text);
    void openFieldsMenu(const QPoint &place);
    void copyFields();
    [[nodiscard]] QString summary(const Table &table, Table::Slot slot) const;

    Backend &m_backend;
    TableId m_table = TableId::None;
    RowKey m_row;
    qsizetype m_selected = 0;
    bool m_over = false; ///< the row is there no more
    QString m_about; ///< the heading without what is said around it
    RelatedRows::Place m_logOf;
    QHash<quint16, int> m_zones;
    QLabel *m_heading;
    QLabel *m_meaning;
    QSplitter *m_parts;
    QTreeWidget *m_fields;
    RelatedRows *m_related;
    QPlainTextEdit *m_log;
    QLabel *m_logState;
    QTimer m_soon;
    QTimer m_second; ///< ages
    QTimer m_journal;
    bool m_asked = false;
};

} // namespace mailhelm
