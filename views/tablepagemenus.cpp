// SPDX-License-Identifier: GPL-3.0-or-later
// The menu of a row, the same on every page.
#include "views/tablepage.h"

#include "core/base/safetext.h"
#include "views/icons.h"
#include "views/rowcopy.h"
#include "views/rowsview.h"

#include <QAction>
#include <QMenu>

namespace mailhelm
{

using namespace Qt::StringLiterals;

bool TablePage::hasCurrentRow() const
{
    return currentRow() >= 0 && !m_selection->isEmpty();
}

QString TablePage::whyNot(RowAction action) const
{
    for (const ServerStatus &server : m_backend.servers()) {
        const QSet<RowKey> &keys = m_selection->keys();
        const bool concerned
            = std::any_of(keys.begin(), keys.end(), [&](RowKey key) { return key.server == server.number; });
        if (!concerned)
            continue;
        if (server.state != LinkState::Live)
            return tr("%1 is not connected").arg(safeText(server.name));
        if (const QString refusal = server.refusal(action); !refusal.isEmpty())
            return safeText(refusal);
    }
    return {};
}

void TablePage::addTerm(const QString &term)
{
    const QString typed = filterText().trimmed();
    if (typed.isEmpty())
        setFilterText(term);
    else
        setFilterText(typed.contains(u'|') ? u"(%1) %2"_s.arg(typed, term) : u"%1 %2"_s.arg(typed, term));
}

void TablePage::addFilterMenu(QMenu *menu)
{
    const int row = currentRow();
    QMenu *filters = menu->addMenu(icon(Symbol::Filter), tr("&Filter by This Value"));
    filters->setObjectName(u"filterMenu"_s);
    QList<int> columns = visibleColumns();
    const int current = m_view->currentIndex().column();
    if (columns.removeOne(current))
        columns.prepend(current);
    for (const int column : columns) {
        const ColumnSpec &spec = m_model->schema().column(column);
        if (spec.type == ColumnType::Time || spec.isVolatile())
            continue; // nobody looks for the same microsecond
        const QString shown = m_model->data(m_model->index(row, column)).toString();
        const QString title = m_model->headerData(column, Qt::Horizontal).toString();
        QAction *action = filters->addAction(tr("%1: %2").arg(safeActionText(title), safeActionText(shown, 60)));
        action->setToolTip(tr("Show only the rows that have this value"));
        const QString term = Filter::quoted(spec.key, m_model->valueAt(row, column), spec.type);
        connect(action, &QAction::triggered, this, [this, term] { addTerm(term); });
    }
    filters->setEnabled(!filters->isEmpty());
}

void TablePage::addCopyMenu(QMenu *menu)
{
    const int row = currentRow();
    QMenu *copies = menu->addMenu(icon(Symbol::Copy), tr("&Copy"));
    copies->setObjectName(u"copyMenu"_s);
    QAction *rows = copies->addAction(tr("&Rows\tCtrl+C"));
    connect(rows, &QAction::triggered, this, [this] { copyToClipboard(selectedAsTsv()); });
    QAction *csv = copies->addAction(tr("Rows as CS&V"));
    csv->setObjectName(u"copyCsvAction"_s);
    connect(csv, &QAction::triggered, this, [this] {
        const std::unique_ptr<RowWriter> writer = m_backend.rowWriter(m_table, visibleColumns(), {});
        const QByteArray bytes = writer->head() + writer->rows(m_selection->inOrder()) + writer->tail();
        copyToClipboard(QString::fromUtf8(bytes));
    });
    const auto add = [&](const QString &text, int column) {
        const QString copied = column < 0 ? QString() : copyText(*m_model, row, column);
        QAction *action = copies->addAction(text);
        action->setEnabled(!copied.isEmpty());
        connect(action, &QAction::triggered, this, [copied] { copyToClipboard(copied); });
    };
    add(tr("C&ell"), m_view->currentIndex().column());
    if (const int user = m_model->schema().indexOf("user"); user >= 0)
        add(tr("&User"), user);
    if (const int address = m_model->schema().indexOf("address"); address >= 0)
        add(tr("&Address"), address);
}

void TablePage::fillContextMenu(QMenu *menu)
{
    if (!hasCurrentRow()) {
        menu->addActions({ m_copy, m_selectAll });
        menu->addSeparator();
        menu->addAction(m_export);
        return;
    }
    addFilterMenu(menu);
    addCopyMenu(menu);
    menu->addSeparator();
    menu->addActions({ m_selectAll, m_export });
}

void TablePage::openContextMenu(const QPoint &place)
{
    auto *menu = new QMenu(this);
    menu->setObjectName(u"contextMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    hold(true);
    // An action comes after the menu went: the rows must stand still until it has had its turn.
    connect(
        menu, &QMenu::aboutToHide, this, [this] { hold(false); }, Qt::QueuedConnection);
    fillContextMenu(menu);
    menu->popup(place);
}

} // namespace mailhelm
