// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/filtertime.h"
#include "core/table/table.h"

#include <QObject>

namespace mailhelm
{

/// What one publication did to a LiveTable. A slot is in one list at most.
struct Publication {
    QList<Table::Slot> inserted;
    QList<Table::Slot> changed; ///< at least one cell that is not volatile
    QList<Table::Slot> touched; ///< volatile cells alone
    QList<Table::Slot> removed; ///< still readable while the signal lasts; free for other rows right afterwards
    [[nodiscard]] bool isEmpty() const
    {
        return inserted.isEmpty() && changed.isEmpty() && touched.isEmpty() && removed.isEmpty();
    }
};

/// A table that changes by publications: what models and watchers read. Belongs, with its table, to one thread; whoever
/// listens lives in it too (direct connections). The table changes only right before published(), never behind the
/// listeners' back.
class LiveTable : public QObject
{
    Q_OBJECT

public:
    explicit LiveTable(QObject *parent = nullptr);
    ~LiveTable() override;

    [[nodiscard]] virtual const Table &table() const = 0;
    /// Now, and how far each server's clock is off.
    [[nodiscard]] virtual FilterTime filterTime() const = 0;

    /// Asks that so many removed rows stay readable for a while (Table::keepRemoved); false where that is not offered.
    [[nodiscard]] virtual bool keepRemoved(qsizetype rows);

Q_SIGNALS:
    void published(const mailhelm::Publication &publication);
    /// The table has got one more column, at the end (a newer agent sent it); emitted before the publication that fills
    /// it.
    void columnAdded(int column);
    /// The clock's offset of a server became known or changed: every age of its rows is another one.
    void timeChanged();
};

} // namespace mailhelm
