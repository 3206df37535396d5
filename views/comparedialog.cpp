// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/comparedialog.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"
#include "views/accountactions.h"
#include "views/actiontexts.h"
#include "views/comparisonmodel.h"
#include "views/exportdialog.h"
#include "views/focusedge.h"
#include "views/icons.h"
#include "views/rowcopy.h"
#include "views/viewtext.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSaveFile>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

CompareDialog::CompareDialog(Backend &backend, std::optional<quint16> server, QWidget *parent)
    : QDialog(parent)
    , m_backend(backend)
    , m_server(server)
    , m_accounts(new AccountActions(backend, this, this))
    , m_file(new QLineEdit(this))
    , m_compare(new QPushButton(tr("&Compare"), this))
    , m_message(plainLabel(QString(), this))
    , m_tabs(new QTabWidget(this))
{
    setObjectName(u"compareDialog"_s);
    setWindowTitle(tr("Compare with a list"));
    resize(sizeInText(*this, 114, 28));
    QLabel *label = plainLabel(tr("&File of addresses (CSV or one a line), such as a billing system's:"), this);
    label->setBuddy(m_file);
    m_file->setObjectName(u"file"_s);
    m_file->setLayoutDirection(Qt::LeftToRight);
    m_compare->setObjectName(u"compare"_s);
    m_compare->setDefault(true);
    auto *browseButton = new QPushButton(tr("Bro&wse…"), this);
    browseButton->setObjectName(u"browse"_s);
    browseButton->setAutoDefault(false);
    m_message->setObjectName(u"message"_s);
    m_message->setWordWrap(true);
    m_tabs->setObjectName(u"groups"_s);
    for (Tab &tab : m_groups) {
        tab.model = new ComparisonModel(backend.table(TableId::Users), this);
        tab.view = new QTableView(m_tabs);
        tab.view->setModel(tab.model);
        tab.view->setSelectionBehavior(QAbstractItemView::SelectRows);
        tab.view->setShowGrid(false);
        new FocusEdge(tab.view);
        tab.view->setTabKeyNavigation(false);
        tab.view->verticalHeader()->hide();
        tab.view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
        tab.view->verticalHeader()->setDefaultSectionSize(std::max(22, fontMetrics().height() + 6));
        tab.view->setTextElideMode(Qt::ElideMiddle);
        tab.view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        tab.view->horizontalHeader()->setHighlightSections(false);
        m_tabs->addTab(tab.view, QString());
        connect(
            tab.view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &CompareDialog::updateButtons);
        connect(tab.model, &QAbstractItemModel::modelReset, this, &CompareDialog::updateTabs);
    }
    m_groups[OnlyHere].view->setAccessibleName(tr("On the server, not in the list"));
    m_groups[OnlyListed].view->setAccessibleName(tr("In the list, not on the server"));
    m_groups[Both].view->setAccessibleName(tr("In both"));

    auto *fileRow = new QHBoxLayout;
    fileRow->addWidget(m_file, 1);
    fileRow->addWidget(browseButton);
    fileRow->addWidget(m_compare);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    const auto button = [&](const QString &text, Symbol symbol, const char *name) {
        QPushButton *made = buttons->addButton(text, QDialogButtonBox::ActionRole);
        made->setIcon(icon(symbol));
        made->setObjectName(QLatin1StringView(name));
        made->setAutoDefault(false);
        return made;
    };
    m_commands = { { { RowAction::Block, button(tr("&Block Login…"), Symbol::Block, "block") },
        { RowAction::Disable, button(tr("&Disable…"), Symbol::Disable, "disable") },
        { RowAction::Delete, button(tr("De&lete…"), Symbol::Remove, "delete") } } };
    m_copy = button(tr("C&opy"), Symbol::Copy, "copy");
    m_export = button(tr("&Export…"), Symbol::Export, "export");
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(label);
    layout->addLayout(fileRow);
    layout->addWidget(m_message);
    layout->addWidget(m_tabs, 1);
    layout->addWidget(buttons);

    const QList<QWidget *> order { m_file, browseButton, m_compare, m_tabs, buttons };
    for (qsizetype i = 1; i < order.size(); ++i)
        setTabOrder(order[i - 1], order[i]); // as the eye goes
    buttons->setFocusProxy(nullptr); // with Qt 6.4 Tab would come back from it to the first button, and never to Close

    connect(browseButton, &QPushButton::clicked, this, &CompareDialog::browse);
    connect(m_compare, &QPushButton::clicked, this, &CompareDialog::compare);
    connect(
        m_file, &QLineEdit::textChanged, this, [this] { m_compare->setEnabled(!m_file->text().trimmed().isEmpty()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_tabs, &QTabWidget::currentChanged, this, &CompareDialog::updateButtons);
    for (const auto &[action, shown] : m_commands)
        connect(shown, &QPushButton::clicked, this, [this, wanted = action] { act(wanted); });
    connect(m_copy, &QPushButton::clicked, this, &CompareDialog::copyGroup);
    connect(m_export, &QPushButton::clicked, this, &CompareDialog::exportGroup);
    connect(m_accounts, &AccountActions::finished, this, [this](RowAction action, const QList<RowOutcome> &outcomes) {
        const ActionTexts::Summary summary = ActionTexts::summary(action, outcomes);
        say(summary.text, summary.trouble);
    });
    m_compare->setEnabled(false);
    fitColumns();
    updateTabs();
}

void CompareDialog::setFile(const QString &file)
{
    m_file->setText(QDir::toNativeSeparators(file));
    compare();
}

void CompareDialog::browse()
{
    auto *chooser = new QFileDialog(this, tr("Compare with"), m_file->text(), tr("Lists (*.csv *.txt);;All files (*)"));
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setFileMode(QFileDialog::ExistingFile);
    connect(chooser, &QFileDialog::fileSelected, this, &CompareDialog::setFile);
    chooser->open();
}

void CompareDialog::compare()
{
    const QString file = m_file->text().trimmed();
    if (file.isEmpty())
        return;
    show(m_backend.compare(file, m_server));
}

void CompareDialog::show(const Result<ListComparison> &result)
{
    m_compared = result.ok();
    const ListComparison found = result ? result.value() : ListComparison();
    m_groups[OnlyHere].model->setAccounts(found.onlyHere);
    m_groups[OnlyListed].model->setAddresses(found.onlyListed);
    m_groups[Both].model->setAccounts(found.both);
    fitColumns();
    if (!result) {
        say(safeText(result.error().detail), true);
        return;
    }
    QStringList remarks;
    for (const QString &remark : found.remarks)
        remarks.append(safeText(remark, 300));
    say(remarks.join(u'\n'), false);
    m_groups[OnlyHere].view->setFocus();
}

void CompareDialog::fitColumns()
{
    const int air = fontMetrics().horizontalAdvance(u'm') * 2;
    for (const Tab &tab : m_groups) {
        QHeaderView *header = tab.view->horizontalHeader();
        header->setResizeContentsPrecision(50);
        // The addresses get what the others leave.
        header->setSectionResizeMode(0, QHeaderView::Stretch);
        for (int column = 1; column < tab.model->columnCount(); ++column) {
            tab.view->resizeColumnToContents(column);
            tab.view->setColumnWidth(column, tab.view->columnWidth(column) + air);
        }
    }
}

void CompareDialog::updateTabs()
{
    const QLocale locale;
    const QString titles[GroupCount] { tr("On the server, not in the list  %1"),
        tr("In the list, not on the server  %1"), tr("In both  %1") };
    for (int i = 0; i < GroupCount; ++i)
        m_tabs->setTabText(
            i, titles[i].arg(m_compared ? locale.toString(m_groups[size_t(i)].model->rowCount()) : QString()));
    updateButtons();
}

CompareDialog::Group CompareDialog::group() const
{
    return Group(m_tabs->currentIndex());
}

QList<int> CompareDialog::chosenRows() const
{
    const Tab &tab = m_groups[group()];
    QList<int> rows;
    for (const QModelIndex &index : tab.view->selectionModel()->selectedRows())
        rows.append(index.row());
    std::sort(rows.begin(), rows.end());
    if (rows.isEmpty())
        for (int row = 0; row < tab.model->rowCount(); ++row)
            rows.append(row);
    return rows;
}

void CompareDialog::updateButtons()
{
    const Tab &tab = m_groups[group()];
    const bool any = tab.model->rowCount() > 0;
    for (const auto &[action, button] : m_commands) {
        QString why;
        for (const ServerStatus &server : m_backend.servers())
            if (why.isEmpty() && (!m_server || server.number == *m_server))
                why = server.state == LinkState::Live ? safeText(server.refusal(action))
                                                      : tr("%1 is not connected").arg(safeText(server.name));
        button->setVisible(group() != OnlyListed);
        button->setEnabled(any && why.isEmpty());
        button->setToolTip(
            why.isEmpty() ? tr("The selected accounts; all of the list where none is selected") : plainToolTip(why));
    }
    m_copy->setEnabled(any);
    m_export->setEnabled(any);
}

void CompareDialog::act(RowAction action)
{
    QList<RowKey> accounts;
    for (const int row : chosenRows())
        accounts.append(m_groups[group()].model->accounts().value(row));
    m_accounts->ask(action, accounts);
}

void CompareDialog::copyGroup()
{
    const ComparisonModel &model = *m_groups[group()].model;
    QStringList lines;
    for (const int row : chosenRows()) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells.append(spreadsheetSafe(model.index(row, column).data().toString()));
        lines.append(cells.join(u'\t'));
    }
    copyToClipboard(lines.join(u'\n'));
}

void CompareDialog::exportGroup()
{
    const ComparisonModel &model = *m_groups[group()].model;
    if (group() == OnlyListed) {
        auto *chooser = new QFileDialog(this, tr("Export to"), u"not-on-the-server.csv"_s);
        chooser->setAttribute(Qt::WA_DeleteOnClose);
        chooser->setAcceptMode(QFileDialog::AcceptSave);
        connect(chooser, &QFileDialog::fileSelected, this, &CompareDialog::exportAddresses);
        chooser->open();
        return;
    }
    ExportSource source;
    source.table = TableId::Users;
    source.fileName = group() == OnlyHere ? u"not-in-the-list"_s : u"in-both"_s;
    source.all = model.accounts();
    source.filtered = source.all;
    for (const int row : chosenRows())
        source.selected.append(model.accounts()[row]);
    const Schema &schema = m_backend.table(TableId::Users).table().schema();
    for (int column = 0; column < schema.columnCount(); ++column)
        source.allColumns.append(column);
    source.visibleColumns
        = { users::User, users::Enabled, users::LastLogin, users::LastLoginService, users::MailboxBytes };
    auto *dialog = new ExportDialog(m_backend, std::move(source), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void CompareDialog::exportAddresses(const QString &file)
{
    QSaveFile output(file);
    QByteArray bytes = "user\r\n";
    for (const int row : chosenRows()) {
        QString cell = spreadsheetSafe(safeText(m_groups[OnlyListed].model->addresses()[row]));
        bytes += '"' + cell.replace(u'"', u"\"\""_s).toUtf8() + "\"\r\n";
    }
    if (output.open(QIODevice::WriteOnly) && output.write(bytes) == bytes.size() && output.commit())
        say(tr("Written to %1.").arg(QDir::toNativeSeparators(file)), false);
    else
        say(tr("Cannot write %1: %2.").arg(QDir::toNativeSeparators(file), output.errorString()), true);
}

void CompareDialog::say(const QString &text, bool bad)
{
    QPalette colours = palette();
    if (bad)
        colours.setColor(QPalette::WindowText, tints(colours).bad);
    m_message->setPalette(colours);
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
}

} // namespace mailhelm
