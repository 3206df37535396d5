// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "views/backend.h"
#include "views/icons.h"

#include <QSet>

class QLabel;
class QPushButton;
class QTreeWidget;
class QVBoxLayout;

namespace mailhelm
{

class LiveTable;

/// A row that something is about to be done to, as it is shown. Texts are safe already.
struct ConfirmTarget {
    TableId table = TableId::None;
    RowKey row;
    QStringList cells; ///< for ConfirmWords::columns
};

/// What a confirmation says. Functions get how many rows are left of those asked for.
struct ConfirmWords {
    QString name; ///< objectName of the dialog
    QString title; ///< of its window
    QString listName; ///< for screen readers
    QStringList columns; ///< the first one names the user, whole, and stands last
    int endedColumn = 0; ///< where "ended" is written for a row that went meanwhile
    std::function<QString(int count, const QString &where)> question;
    std::function<QString(int count)> button;
    Symbol symbol = Symbol::Drop;
    QStringList notes; ///< below the list
};

/// Asks before something is done to rows: names the server, its environment and the rows. Cancel is the default. Rows
/// that go meanwhile are greyed and not asked for any more. Tells confirmed() at most once.
class ConfirmDialog : public QDialog
{
    Q_OBJECT
public:
    ConfirmDialog(
        ConfirmWords words, const QList<ConfirmTarget> &targets, const QList<ServerStatus> &servers, QWidget *parent);

    /// Greys rows that are gone from then on.
    void watch(TableId id, LiveTable &table);
    /// Those of one table that are still there.
    [[nodiscard]] QList<RowKey> remaining(TableId table) const;
    /// A part of its own between the list and the notes.
    void addPart(QWidget *part);
    /// What else has to be there before it may be done, such as a reason.
    void setReady(bool ready);
    void setNotes(const QStringList &notes);

Q_SIGNALS:
    void confirmed();
    void remainingChanged(int count);

private:
    void markGone(TableId table, const QList<RowKey> &rows);
    void fillList(const QList<ServerStatus> &servers, bool severalServers);
    void confirm();
    void updateTexts();
    void fit();
    [[nodiscard]] int remainingCount() const { return int(m_targets.size() - m_gone.size()); }

    static constexpr qsizetype MostShown = 300;

    ConfirmWords m_words;
    QList<ConfirmTarget> m_targets;
    QSet<qsizetype> m_gone; ///< of m_targets
    QString m_where;
    QVBoxLayout *m_parts;
    QLabel *m_question;
    QTreeWidget *m_list;
    QLabel *m_note;
    QPushButton *m_do;
    bool m_ready = true;
    bool m_asked = false;
};

} // namespace mailhelm
