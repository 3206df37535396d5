// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/confirmdialog.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"
#include "views/environmentbar.h"
#include "views/viewtext.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

const ServerStatus *findServer(const QList<ServerStatus> &servers, quint16 number)
{
    const auto it = std::find_if(
        servers.begin(), servers.end(), [number](const ServerStatus &server) { return server.number == number; });
    return it == servers.end() ? nullptr : &*it;
}

constexpr qsizetype MostNamed = 3; ///< servers in a question

/// "mx1 (production)"
QString nameWithEnvironment(const ServerStatus &server)
{
    const QString name = safeText(server.name);
    return server.group.isEmpty() ? name : ConfirmDialog::tr("%1 (%2)").arg(name, safeText(server.group));
}

} // namespace

ConfirmDialog::ConfirmDialog(
    ConfirmWords words, const QList<ConfirmTarget> &targets, const QList<ServerStatus> &servers, QWidget *parent)
    : QDialog(parent)
    , m_words(std::move(words))
    , m_targets(targets)
    , m_parts(new QVBoxLayout)
    , m_question(plainLabel(QString(), this))
    , m_list(new QTreeWidget(this))
    , m_note(plainLabel(QString(), this))
{
    setObjectName(m_words.name);
    setWindowTitle(m_words.title);

    QList<quint16> numbers;
    for (const ConfirmTarget &target : targets)
        if (!numbers.contains(target.row.server))
            numbers.append(target.row.server);
    QList<QColor> colours;
    QStringList places;
    QStringList names;
    for (const quint16 number : numbers) {
        const ServerStatus *server = findServer(servers, number);
        if (!server)
            continue;
        colours.append(server->colour);
        places.append(
            tr("%1 as %2 · key %3 …")
                .arg(safeText(server->address), safeText(server->admin), groupedPin(safeText(server->pin.left(16)))));
        names.append(nameWithEnvironment(*server));
    }
    m_where = names.size() > MostNamed ? tr("%Ln server(s)", nullptr, int(names.size()))
                                       : QLocale().createSeparatedList(names);

    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.2);
    large.setBold(true);
    m_question->setFont(large);
    m_question->setObjectName(u"question"_s);
    m_question->setWordWrap(true);
    auto *place = plainLabel(places.join(u'\n'), this);
    place->setObjectName(u"place"_s);

    auto *bar = new EnvironmentBar(colours, this);
    auto *head = new QHBoxLayout;
    auto *sayings = new QVBoxLayout;
    sayings->addWidget(m_question);
    sayings->addWidget(place);
    head->addWidget(bar);
    head->addSpacing(bar->colours().isEmpty() ? 0 : 6);
    head->addLayout(sayings, 1);

    fillList(servers, numbers.size() > 1);
    m_note->setObjectName(u"note"_s);
    m_note->setWordWrap(true);

    auto *buttons = new QDialogButtonBox(this);
    m_do = buttons->addButton(QString(), QDialogButtonBox::DestructiveRole);
    m_do->setObjectName(u"do"_s);
    m_do->setIcon(icon(m_words.symbol));
    m_do->setAutoDefault(true); // Enter does what has the focus; that is Cancel at first
    QPushButton *cancel = buttons->addButton(QDialogButtonBox::Cancel);
    cancel->setObjectName(u"cancel"_s);
    cancel->setDefault(true);
    cancel->setFocus();

    auto *layout = new QVBoxLayout(this);
    layout->addLayout(head);
    layout->addWidget(m_list, 1);
    layout->addLayout(m_parts);
    layout->addWidget(m_note);
    layout->addWidget(buttons);

    setTabOrder(cancel, m_do);
    setTabOrder(m_do, m_list);
    connect(m_do, &QPushButton::clicked, this, &ConfirmDialog::confirm);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    updateTexts();
    fit();
}

void ConfirmDialog::fit()
{
    // As high as the list is long, up to ten rows.
    constexpr int RowsAtLeast = 3;
    constexpr int RowsAtMost = 10;
    const int row = std::max(m_list->sizeHintForRow(0), fontMetrics().height());
    const auto height
        = [&](int rows) { return m_list->header()->sizeHint().height() + row * rows + 2 * m_list->frameWidth() + 2; };
    m_list->setMinimumHeight(height(RowsAtLeast));
    const int width = sizeInText(*this, 106, 0).width();
    const int usual = std::max(m_list->sizeHint().height(), m_list->minimumHeight());
    const int rows = std::clamp(m_list->topLevelItemCount(), RowsAtLeast, RowsAtMost);
    layout()->activate();
    resize(width, layout()->totalHeightForWidth(width) - usual + height(rows));
}

void ConfirmDialog::fillList(const QList<ServerStatus> &servers, bool severalServers)
{
    const int columns = int(m_words.columns.size());
    m_list->setObjectName(u"targets"_s);
    m_list->setAccessibleName(m_words.listName);
    m_list->setHeaderLabels(m_words.columns + QStringList { tr("Server") });
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setSelectionMode(QAbstractItemView::NoSelection);
    m_list->header()->setStretchLastSection(false);
    for (qsizetype i = 0; i < std::min(m_targets.size(), MostShown); ++i) {
        const ConfirmTarget &target = m_targets[i];
        const ServerStatus *server = findServer(servers, target.row.server);
        QStringList cells = target.cells;
        cells[0] = isolatedUser(cells[0]);
        m_list->addTopLevelItem(
            new QTreeWidgetItem(cells + QStringList { server ? nameWithEnvironment(*server) : QString() }));
    }
    // Nobody is asked about what cannot be read: names are whole, and scroll where they are long. They stand last, so
    // that a single long one does not push everything else out of sight.
    m_list->header()->moveSection(0, columns);
    m_list->setTextElideMode(Qt::ElideNone);
    m_list->header()->setResizeContentsPrecision(int(MostShown));
    const int air = fontMetrics().horizontalAdvance(u'm') * 2;
    for (int column = 0; column <= columns; ++column) {
        m_list->resizeColumnToContents(column);
        m_list->setColumnWidth(column, m_list->columnWidth(column) + air);
    }
    const int ended = fontMetrics().horizontalAdvance(tr("ended")) + air;
    m_list->setColumnWidth(m_words.endedColumn, std::max(m_list->columnWidth(m_words.endedColumn), ended));
    m_list->setColumnHidden(columns, !severalServers); // last: moving and sizing sections would show it as a gap
}

void ConfirmDialog::addPart(QWidget *part)
{
    m_parts->addWidget(part);
    fit();
}

void ConfirmDialog::setReady(bool ready)
{
    m_ready = ready;
    updateTexts();
}

void ConfirmDialog::setNotes(const QStringList &notes)
{
    m_words.notes = notes;
    updateTexts();
}

void ConfirmDialog::watch(TableId id, LiveTable &table)
{
    connect(&table, &LiveTable::published, this, [this, id, &table](const Publication &publication) {
        // Removed rows are still readable while this signal lasts.
        QList<RowKey> gone;
        for (const Table::Slot slot : publication.removed)
            gone.append(table.table().keyAt(slot));
        if (!gone.isEmpty())
            markGone(id, gone);
    });
}

void ConfirmDialog::markGone(TableId table, const QList<RowKey> &rows)
{
    const QColor grey = palette().color(QPalette::Disabled, QPalette::Text);
    const QSet<RowKey> ended(rows.begin(), rows.end());
    bool changed = false;
    for (qsizetype i = 0; i < m_targets.size(); ++i) {
        const ConfirmTarget &target = m_targets[i];
        if (target.table != table || m_gone.contains(i) || !ended.contains(target.row))
            continue;
        m_gone.insert(i);
        changed = true;
        QTreeWidgetItem *item = m_list->topLevelItem(int(i));
        if (!item)
            continue;
        QFont struck = m_list->font();
        struck.setStrikeOut(true);
        for (int column = 0; column < m_list->columnCount(); ++column) {
            item->setForeground(column, grey);
            item->setFont(column, struck);
        }
        item->setText(m_words.endedColumn, tr("ended"));
    }
    if (changed) {
        updateTexts();
        Q_EMIT remainingChanged(remainingCount());
    }
}

QList<RowKey> ConfirmDialog::remaining(TableId table) const
{
    QList<RowKey> rows;
    for (qsizetype i = 0; i < m_targets.size(); ++i)
        if (m_targets[i].table == table && !m_gone.contains(i))
            rows.append(m_targets[i].row);
    return rows;
}

void ConfirmDialog::confirm()
{
    // Two clicks in one go are one wish.
    if (m_asked || !m_ready)
        return;
    m_asked = true;
    m_do->setEnabled(false);
    Q_EMIT confirmed();
    accept();
}

void ConfirmDialog::updateTexts()
{
    const int count = remainingCount();
    qsizetype unseen = 0;
    for (qsizetype i = MostShown; i < m_targets.size(); ++i)
        unseen += m_gone.contains(i) ? 0 : 1;
    QStringList notes = m_words.notes;
    if (unseen > 0)
        notes.prepend(tr("… and %1 more.").arg(QLocale().toString(unseen)));
    m_note->setText(notes.join(u'\n'));
    m_question->setText(m_words.question(count, m_where));
    m_do->setText(m_words.button(count));
    m_do->setEnabled(count > 0 && m_ready && !m_asked);
}

} // namespace mailhelm
