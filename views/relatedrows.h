// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/onlineusers.h"
#include "views/backend.h"

#include <QTreeWidget>

class QAction;

namespace mailhelm
{

/// What else there is of the user of a row: connections, WebMail sessions, logins by service, the account. Connections
/// can be dropped and sessions be ended from here, several at once. Of a row of the page Online it is what that row was
/// counted from, also where that is no user's. GUI thread; the backend outlives it.
class RelatedRows : public QTreeWidget
{
    Q_OBJECT
public:
    /// A row of a table; none where the id is 0.
    struct Place {
        TableId table = TableId::None;
        RowKey row;
        friend bool operator==(const Place &, const Place &) = default;
    };

    RelatedRows(Backend &backend, QWidget *parent);

    /// Of that row, as it is now; what was selected stays so as long as it is there.
    void show(const Place &place);
    /// Connections and sessions that are selected.
    [[nodiscard]] OnlineUsers::Parts selected() const;
    /// The connection or session that the keyboard or the mouse is at; none: at something else.
    [[nodiscard]] Place current() const;
    /// The first connection or session of all, as they are listed.
    [[nodiscard]] Place newest() const;
    /// How such a row is called in a sentence: "IMAPS from 203.0.113.7".
    [[nodiscard]] QString nameOf(const Place &place) const;

    static constexpr qsizetype MostShown = 50; ///< of one table

Q_SIGNALS:
    /// Somebody wants to see these rows on their page.
    void showRequested(mailhelm::TableId table, const QString &filter);
    void dropRequested(const mailhelm::OnlineUsers::Parts &parts);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Group {
        TableId table = TableId::None;
        QList<RowKey> rows; ///< the newest first, but the shown one before all
        qsizetype more = 0; ///< that are not listed
        friend bool operator==(const Group &, const Group &) = default;
    };

    [[nodiscard]] QList<Group> groupsOf(const Place &place) const;
    [[nodiscard]] Group groupOf(TableId table, QList<RowKey> rows, const Place &place) const;
    [[nodiscard]] QList<RowKey> rowsOfUser(TableId table, quint16 server, QByteArrayView user) const;
    void build(const QList<Group> &groups);
    void fitColumns();
    void write(const Group &group, QTreeWidgetItem *item);
    [[nodiscard]] QString accountText(RowKey row) const;
    void updateActions();
    void follow(const QTreeWidgetItem *item);
    void openMenu(const QPoint &point);
    void copySelected() const;

    Backend &m_backend;
    Place m_place;
    QList<Group> m_groups;
    QString m_filter; ///< of the user's rows
    QAction *m_drop;
};

} // namespace mailhelm
