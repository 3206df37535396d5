// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rowselection.h"

#include "models/tablemodel.h"

namespace mailhelm
{

RowSelection::RowSelection(TableModel *model, QObject *parent)
    : QObject(parent)
    , m_model(model)
{
    connect(model, &TableModel::rowsLeft, this, &RowSelection::forget);
    connect(model, &QAbstractItemModel::modelReset, this, &RowSelection::clear);
}

QList<RowKey> RowSelection::inOrder() const
{
    QList<RowKey> keys;
    if (m_keys.isEmpty())
        return keys;
    keys.reserve(m_keys.size());
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (const RowKey key = m_model->keyAt(row); m_keys.contains(key))
            keys.append(key);
    return keys;
}

void RowSelection::clear()
{
    setKeys({});
}

void RowSelection::selectAll()
{
    QSet<RowKey> keys;
    keys.reserve(m_model->rowCount());
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (!m_model->isGone(row))
            keys.insert(m_model->keyAt(row));
    if (keys == m_keys)
        return;
    m_keys = std::move(keys);
    Q_EMIT changed();
}

void RowSelection::selectOnly(int row)
{
    if (row < 0 || row >= m_model->rowCount())
        return clear();
    m_anchor = m_model->keyAt(row); // a range begins where the click was, whoever is there still
    if (m_model->isGone(row))
        return clear();
    setKeys({ m_anchor });
}

void RowSelection::toggle(int row)
{
    if (row < 0 || row >= m_model->rowCount() || m_model->isGone(row))
        return;
    m_anchor = m_model->keyAt(row);
    if (!m_keys.remove(m_anchor))
        m_keys.insert(m_anchor);
    Q_EMIT changed();
}

void RowSelection::extendTo(int row, bool keep)
{
    if (row < 0 || row >= m_model->rowCount())
        return;
    const int anchor = m_anchor.id == 0 ? -1 : m_model->rowOf(m_anchor);
    if (anchor < 0 && !keep)
        return selectOnly(row);
    QSet<RowKey> keys = keep ? m_keys : QSet<RowKey>();
    const int from = anchor < 0 ? row : std::min(row, anchor);
    const int to = anchor < 0 ? row : std::max(row, anchor);
    for (int each = from; each <= to; ++each)
        if (!m_model->isGone(each))
            keys.insert(m_model->keyAt(each));
    if (anchor < 0)
        m_anchor = m_model->keyAt(row);
    if (keys == m_keys)
        return;
    m_keys = std::move(keys);
    Q_EMIT changed();
}

void RowSelection::setKeys(const QSet<RowKey> &keys)
{
    QSet<RowKey> shown;
    for (const RowKey key : keys)
        if (const int row = m_model->rowOf(key); row >= 0 && !m_model->isGone(row))
            shown.insert(key);
    if (shown == m_keys)
        return;
    m_keys = std::move(shown);
    Q_EMIT changed();
}

void RowSelection::forget(const QList<RowKey> &keys)
{
    bool any = false;
    for (const RowKey key : keys)
        any |= !m_keys.isEmpty() && m_keys.remove(key);
    if (any)
        Q_EMIT changed();
}

} // namespace mailhelm
