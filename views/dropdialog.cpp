// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/dropdialog.h"

#include "core/base/safetext.h"
#include "views/icons.h"
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

enum ListColumn { UserColumn, ProtocolColumn, AddressColumn, TimeColumn, ServerColumn, ListColumnCount };

const ServerStatus *findServer(const QList<ServerStatus> &servers, quint16 number)
{
    const auto it = std::find_if(
        servers.begin(), servers.end(), [number](const ServerStatus &server) { return server.number == number; });
    return it == servers.end() ? nullptr : &*it;
}

} // namespace

DropDialog::DropDialog(
    const QList<DropTarget> &targets, const QList<ServerStatus> &servers, int spared, QWidget *parent)
    : QDialog(parent)
    , m_targets(targets)
    , m_question(plainLabel(QString(), this))
    , m_list(new QTreeWidget(this))
    , m_note(plainLabel(QString(), this))
{
    setObjectName(u"dropDialog"_s);
    setWindowTitle(tr("Drop connections"));
    resize(720, 360);

    QList<quint16> numbers;
    for (const DropTarget &target : targets)
        if (!numbers.contains(target.row.server))
            numbers.append(target.row.server);
    QColor colour;
    QStringList places;
    for (const quint16 number : numbers) {
        const ServerStatus *server = findServer(servers, number);
        if (!server)
            continue;
        if (!colour.isValid())
            colour = server->colour;
        places.append(
            tr("%1 as %2 · key %3 …")
                .arg(safeText(server->address), safeText(server->admin), groupedPin(safeText(server->pin.left(16)))));
        const QString name = safeText(server->name);
        m_where = server->group.isEmpty() ? name : tr("%1 (%2)").arg(name, safeText(server->group));
    }
    if (numbers.size() > 1)
        m_where = tr("%1 servers").arg(numbers.size());

    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.2);
    large.setBold(true);
    m_question->setFont(large);
    m_question->setObjectName(u"question"_s);
    m_question->setWordWrap(true);
    auto *place = plainLabel(places.join(u'\n'), this);
    place->setObjectName(u"place"_s);

    // The environment's colour stands beside the question, so that production looks like production.
    auto *bar = new QFrame(this);
    bar->setObjectName(u"environment"_s);
    bar->setFixedWidth(colour.isValid() ? 6 : 0);
    bar->setAutoFillBackground(true);
    QPalette colours = bar->palette();
    colours.setColor(QPalette::Window, colour);
    bar->setPalette(colours);
    auto *head = new QHBoxLayout;
    auto *words = new QVBoxLayout;
    words->addWidget(m_question);
    words->addWidget(place);
    head->addWidget(bar);
    head->addSpacing(colour.isValid() ? 6 : 0);
    head->addLayout(words, 1);

    m_list->setObjectName(u"targets"_s);
    m_list->setAccessibleName(tr("Connections to drop"));
    m_list->setColumnCount(ListColumnCount);
    m_list->setHeaderLabels({ tr("User"), tr("Protocol"), tr("From"), tr("Time"), tr("Server") });
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setSelectionMode(QAbstractItemView::NoSelection);
    m_list->header()->setStretchLastSection(false);
    for (qsizetype i = 0; i < std::min(targets.size(), MostShown); ++i) {
        const DropTarget &target = targets[i];
        const ServerStatus *server = findServer(servers, target.row.server);
        auto *item = new QTreeWidgetItem({ isolatedUser(target.user), target.protocol, target.address, target.time,
            server ? safeText(server->name) : QString() });
        m_list->addTopLevelItem(item);
    }
    // Nobody is asked to drop what cannot be read: names are whole, and scroll where they are long. They stand last, so
    // that a single long one does not push everything else out of sight.
    m_list->header()->moveSection(UserColumn, ListColumnCount - 1);
    m_list->setTextElideMode(Qt::ElideNone);
    m_list->header()->setResizeContentsPrecision(int(MostShown));
    const int air = fontMetrics().horizontalAdvance(u'm') * 2;
    for (const int column : { UserColumn, ProtocolColumn, AddressColumn, TimeColumn, ServerColumn }) {
        m_list->resizeColumnToContents(column);
        m_list->setColumnWidth(column, m_list->columnWidth(column) + air);
    }
    const int ended = fontMetrics().horizontalAdvance(tr("ended")) + air;
    m_list->setColumnWidth(TimeColumn, std::max(m_list->columnWidth(TimeColumn), ended));
    m_list->setColumnHidden(
        ServerColumn, numbers.size() < 2); // last: moving and sizing sections would show it as a gap

    m_note->setObjectName(u"note"_s);
    m_note->setWordWrap(true);
    if (spared > 0)
        m_notes.append(tr("Your own connection to the agent is spared."));
    m_notes.append(tr("Only these connections end. A mail program may connect again by itself."));

    auto *buttons = new QDialogButtonBox(this);
    m_drop = buttons->addButton(QString(), QDialogButtonBox::DestructiveRole);
    m_drop->setObjectName(u"drop"_s);
    m_drop->setIcon(icon(Symbol::Drop));
    m_drop->setAutoDefault(true); // Enter does what has the focus; that is Cancel at first
    QPushButton *cancel = buttons->addButton(QDialogButtonBox::Cancel);
    cancel->setObjectName(u"cancel"_s);
    cancel->setDefault(true);
    cancel->setFocus();

    auto *layout = new QVBoxLayout(this);
    layout->addLayout(head);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_note);
    layout->addWidget(buttons);

    setTabOrder(cancel, m_drop);
    setTabOrder(m_drop, m_list);
    connect(m_drop, &QPushButton::clicked, this, &DropDialog::requestDrop);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    updateTexts();
}

void DropDialog::markGone(const QList<RowKey> &rows)
{
    const QColor grey = palette().color(QPalette::Disabled, QPalette::Text);
    const QSet<RowKey> ended(rows.begin(), rows.end());
    bool changed = false;
    for (qsizetype i = 0; i < m_targets.size(); ++i) {
        const RowKey row = m_targets[i].row;
        if (m_gone.contains(row) || !ended.contains(row))
            continue;
        m_gone.insert(row);
        changed = true;
        QTreeWidgetItem *item = m_list->topLevelItem(int(i));
        if (!item)
            continue;
        QFont struck = m_list->font();
        struck.setStrikeOut(true);
        for (int column = 0; column < ListColumnCount; ++column) {
            item->setForeground(column, grey);
            item->setFont(column, struck);
        }
        item->setText(TimeColumn, tr("ended"));
    }
    if (changed)
        updateTexts();
}

QList<RowKey> DropDialog::remaining() const
{
    QList<RowKey> rows;
    for (const DropTarget &target : m_targets)
        if (!m_gone.contains(target.row))
            rows.append(target.row);
    return rows;
}

void DropDialog::requestDrop()
{
    // Two clicks in one go are one wish.
    if (m_asked)
        return;
    m_asked = true;
    m_drop->setEnabled(false);
    Q_EMIT dropRequested(remaining());
    accept();
}

void DropDialog::updateTexts()
{
    const int count = int(m_targets.size() - m_gone.size());
    const QString number = QLocale().toString(count);
    qsizetype unseen = 0;
    for (qsizetype i = MostShown; i < m_targets.size(); ++i)
        unseen += m_gone.contains(m_targets[i].row) ? 0 : 1;
    QStringList notes = m_notes;
    if (unseen > 0)
        notes.prepend(tr("… and %1 more.").arg(QLocale().toString(unseen)));
    m_note->setText(notes.join(u'\n'));
    m_question->setText(count == 1 ? tr("Drop 1 connection on %1?").arg(m_where)
                                   : tr("Drop %1 connections on %2?").arg(number, m_where));
    m_drop->setText(count == 1 ? tr("Drop 1 connection") : tr("Drop %1 connections").arg(number));
    m_drop->setEnabled(count > 0 && !m_asked);
}

} // namespace mailhelm
