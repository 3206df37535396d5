// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"

#include <QObject>
#include <QSet>

namespace mailhelm
{

class TableModel;

/// The rows that are selected, by key: survives every new order. Never holds a row that is not shown: what is gone or
/// held back by the filter leaves, so that no action reaches what cannot be seen. GUI thread; the model outlives it.
class RowSelection : public QObject
{
    Q_OBJECT

public:
    explicit RowSelection(TableModel *model, QObject *parent = nullptr);

    [[nodiscard]] bool contains(RowKey key) const { return m_keys.contains(key); }
    [[nodiscard]] const QSet<RowKey> &keys() const { return m_keys; }
    [[nodiscard]] QList<RowKey> inOrder() const; ///< as the rows are shown
    [[nodiscard]] qsizetype count() const { return m_keys.size(); }
    [[nodiscard]] bool isEmpty() const { return m_keys.isEmpty(); }

    void clear();
    void selectAll();
    void selectOnly(int row); ///< a plain click; the row is where a range begins afterwards
    void toggle(int row); ///< Ctrl and click
    /// Shift and click: from where the last click was to `row`; `keep`: without unselecting others.
    void extendTo(int row, bool keep = false);
    void setKeys(const QSet<RowKey> &keys); ///< those of them that are shown

Q_SIGNALS:
    void changed();

private:
    void forget(const QList<RowKey> &keys);

    TableModel *m_model;
    QSet<RowKey> m_keys;
    RowKey m_anchor;
};

} // namespace mailhelm
