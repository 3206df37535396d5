// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "views/backend.h"

#include <QSet>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace mailhelm
{

/// A connection that is about to be dropped, as it is shown. Texts are safe already.
struct DropTarget {
    RowKey row;
    QString user;
    QString protocol;
    QString address;
    QString time;
};

/// Asks before connections are dropped: names the server, its environment and the connections. Cancel is the default.
/// Tells dropRequested() at most once.
class DropDialog : public QDialog
{
    Q_OBJECT
public:
    /// `spared` own connections were taken out of `targets` by the caller.
    DropDialog(const QList<DropTarget> &targets, const QList<ServerStatus> &servers, int spared, QWidget *parent);

    /// Greys rows that have ended meanwhile; they are not asked for any more.
    void markGone(const QList<RowKey> &rows);
    [[nodiscard]] QList<RowKey> remaining() const;

Q_SIGNALS:
    void dropRequested(const QList<mailhelm::RowKey> &rows);

private:
    void requestDrop();
    void updateTexts();

    static constexpr qsizetype MostShown = 300;

    QList<DropTarget> m_targets;
    QSet<RowKey> m_gone;
    QString m_where;
    QLabel *m_question;
    QTreeWidget *m_list;
    QLabel *m_note;
    QPushButton *m_drop;
    QStringList m_notes; ///< whatever the number
    bool m_asked = false;
};

} // namespace mailhelm
