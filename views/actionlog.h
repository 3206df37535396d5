// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "views/backend.h"

namespace mailhelm
{

/// What this administrator did since the console was started, with what became of it; changes of accounts can be taken
/// back. GUI thread; the backend outlives it.
class ActionLog : public QObject
{
    Q_OBJECT
public:
    struct Target {
        RowKey row;
        QString name; ///< safe to show
        RowAction back = RowAction::Enable; ///< what brings the state of before
        bool reversible = false;
    };
    struct Entry {
        int number = 0;
        qint64 timeUs = 0; ///< of our clock
        RowAction action = RowAction::Drop;
        QList<Target> done;
        qsizetype failed = 0;
        bool finished = false;
        bool undone = false;
        bool isUndo = false;
        [[nodiscard]] bool canBeUndone() const;
    };

    explicit ActionLog(Backend &backend, QObject *parent = nullptr);

    [[nodiscard]] const QList<Entry> &entries() const { return m_entries; } ///< oldest first
    [[nodiscard]] const Entry *lastUndoable() const;
    void undo(int number);
    /// "Disable: alice, bob and 3 more"
    [[nodiscard]] static QString describe(const Entry &entry);
    [[nodiscard]] static QString actionName(RowAction action);

Q_SIGNALS:
    void changed();
    /// What came of an undoing; a sentence.
    void undone(const QString &text, bool well);

private:
    void onStarted(quint32 job, RowAction action, const QList<RowKey> &rows);
    void onDone(quint32 job, const QList<RowOutcome> &outcomes);
    [[nodiscard]] Target targetOf(RowAction action, RowKey row) const;

    Backend &m_backend;
    QList<Entry> m_entries;
    std::map<quint32, std::pair<int, QList<Target>>> m_running; ///< job → entry's number, its targets
    int m_lastNumber = 0;
    bool m_undoing = false;
};

} // namespace mailhelm
