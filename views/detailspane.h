// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>
#include <QTimer>

#include "views/backend.h"

class QLabel;
class QPlainTextEdit;
class QSplitter;
class QTreeWidget;
class QTreeWidgetItem;

namespace mailhelm
{

class ColumnFormat;

/// One row in full, live: every field, what else there is of the same user, the log lines of that session. Generic over
/// the tables: rows belong together by `user`.
class DetailsPane : public QDockWidget
{
    Q_OBJECT
public:
    /// `backend` outlives the pane.
    DetailsPane(Backend &backend, QWidget *parent);
    ~DetailsPane() override;

    /// Follows that row from now on, also when it is gone; id 0: nothing is chosen.
    void showRow(TableId table, RowKey row);
    void setZones(const QHash<quint16, int> &zones) { m_zones = zones; } ///< as TableModel::setZones()
    [[nodiscard]] RowKey row() const { return m_row; }

Q_SIGNALS:
    /// Somebody wants to see these rows on their page.
    void showRequested(mailhelm::TableId table, const QString &filter);
    void dropRequested(const QList<mailhelm::RowKey> &connections);

protected:
    void showEvent(QShowEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void updateSoon();
    void update();
    void updateHeading(const Table &table, Table::Slot slot);
    void updateFields(const Table &table, Table::Slot slot);
    void updateRelated(const Table &table, Table::Slot slot);
    void askJournal();
    void openFieldsMenu(const QPoint &place);
    void openRelatedMenu(const QPoint &place);
    void copyFields();
    [[nodiscard]] QString summary(TableId id, const Table &table, Table::Slot slot) const;
    [[nodiscard]] QList<Table::Slot> rowsOfUser(const Table &table, quint16 server, const QByteArray &user) const;

    Backend &m_backend;
    TableId m_table = TableId::None;
    RowKey m_row;
    QHash<quint16, int> m_zones;
    QLabel *m_heading;
    QSplitter *m_parts;
    QTreeWidget *m_fields;
    QTreeWidget *m_related;
    QPlainTextEdit *m_log;
    QLabel *m_logState;
    QTimer m_soon;
    QTimer m_second; ///< ages
    QTimer m_journal;
    bool m_asked = false;
};

} // namespace mailhelm
