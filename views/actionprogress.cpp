// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/actionprogress.h"

#include "views/actiontexts.h"
#include "views/focusedge.h"
#include "views/icons.h"
#include "views/rowcopy.h"
#include "views/viewtext.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr auto Patience = 400ms; ///< what is done sooner flashes no window
constexpr qsizetype MostShown = 1000;

} // namespace

ActionProgress::ActionProgress(Backend &backend, RowAction action, QHash<RowKey, QString> names, QWidget *parent)
    : QDialog(parent)
    , m_backend(backend)
    , m_action(action)
    , m_names(std::move(names))
    , m_text(plainLabel(QString(), this))
    , m_bar(new QProgressBar(this))
    , m_summary(plainLabel(QString(), this))
    , m_failures(new QTreeWidget(this))
{
    setObjectName(u"progressDialog"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    m_text->setObjectName(u"progressText"_s);
    m_bar->setObjectName(u"progressBar"_s);
    m_bar->setAccessibleName(tr("Progress"));
    m_bar->setTextVisible(false);
    m_summary->setObjectName(u"summary"_s);
    m_summary->setWordWrap(true);
    m_summary->hide();
    m_failures->setObjectName(u"failures"_s);
    m_failures->setAccessibleName(tr("What was not done, and why"));
    m_failures->setHeaderLabels({ tr("User"), tr("Why") });
    m_failures->setRootIsDecorated(false);
    m_failures->setUniformRowHeights(true);
    new FocusEdge(m_failures);
    m_failures->setTextElideMode(Qt::ElideNone);
    m_failures->hide();

    auto *buttons = new QDialogButtonBox(this);
    m_copy = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    m_copy->setObjectName(u"copy"_s);
    m_copy->setIcon(icon(Symbol::Copy));
    m_close = buttons->addButton(QDialogButtonBox::Cancel);
    m_close->setObjectName(u"cancel"_s);
    m_close->setDefault(true);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_text);
    layout->addWidget(m_bar);
    layout->addWidget(m_summary);
    layout->addWidget(m_failures, 1);
    layout->addWidget(buttons);
    setTabOrder(m_failures, m_copy);
    setTabOrder(m_copy, m_close);
    m_copy->hide(); // when the box is complete: it shows what it has
    resize(sizeInText(*this, 68, 0).expandedTo(sizeHint()));
    connect(m_close, &QPushButton::clicked, this, &ActionProgress::reject);
    connect(m_copy, &QPushButton::clicked, this, [this] { copyToClipboard(failuresAsTsv()); });
    m_patience.setSingleShot(true);
    m_patience.setInterval(Patience);
    connect(&m_patience, &QTimer::timeout, this, [this] { open(); });
}

void ActionProgress::start(const QList<RowKey> &rows, const QString &reason)
{
    m_total = rows.size();
    m_running = true;
    setWindowTitle(ActionTexts::progress(m_action, m_total));
    m_bar->setRange(0, int(m_total));
    progressed(0);
    m_patience.start();
    m_job = m_backend.act(
        m_action, rows, reason, this, [this](const QList<RowOutcome> &outcomes) { finished(outcomes); },
        [this](qsizetype done) { progressed(done); });
}

void ActionProgress::progressed(qsizetype done)
{
    const QLocale locale;
    m_bar->setValue(int(done));
    m_text->setText(
        tr("%1: %2 of %3")
            .arg(ActionTexts::progress(m_action, m_total), locale.toString(done), locale.toString(m_total)));
}

void ActionProgress::reject()
{
    if (!m_running) {
        QDialog::reject();
        return;
    }
    m_backend.stop(m_job);
    m_close->setEnabled(false);
    m_text->setText(tr("Cancelled; waiting for what is under way"));
}

void ActionProgress::finished(const QList<RowOutcome> &outcomes)
{
    m_running = false;
    m_patience.stop();
    const bool trouble = ActionTexts::summary(m_action, outcomes).trouble;
    Q_EMIT answered(outcomes);
    if (!trouble) {
        if (isVisible())
            accept();
        else
            deleteLater();
        return;
    }
    showFailures(outcomes);
    if (!isVisible())
        open();
}

void ActionProgress::showFailures(const QList<RowOutcome> &outcomes)
{
    m_text->hide();
    m_bar->hide();
    QStringList notes { ActionTexts::summary(m_action, outcomes).text };
    qsizetype failures = 0;
    for (const RowOutcome &outcome : outcomes) {
        if (outcome.code != RowOutcome::Code::Refused && outcome.code != RowOutcome::Code::NotReached)
            continue;
        if (++failures > MostShown)
            continue;
        m_failures->addTopLevelItem(new QTreeWidgetItem(
            { isolatedUser(m_names.value(outcome.row, u"–"_s)), ActionTexts::outcome(m_action, outcome) }));
    }
    if (failures > MostShown)
        notes.append(
            tr("The first %1 of %2 are listed.").arg(QLocale().toString(MostShown), QLocale().toString(failures)));
    m_summary->setText(notes.join(u'\n'));
    m_summary->show();
    m_failures->header()->setResizeContentsPrecision(int(MostShown));
    m_failures->resizeColumnToContents(0);
    m_failures->resizeColumnToContents(1);
    m_failures->show();
    m_copy->show();
    m_close->setEnabled(true);
    m_close->setText(tr("Close"));
    resize(sizeInText(*this, 96, 19));
    m_close->setFocus();
}

QString ActionProgress::failuresAsTsv() const
{
    QStringList lines;
    for (int i = 0; i < m_failures->topLevelItemCount(); ++i)
        lines.append(spreadsheetSafe(m_failures->topLevelItem(i)->text(0)) + u'\t'
            + spreadsheetSafe(m_failures->topLevelItem(i)->text(1)));
    return lines.join(u'\n');
}

} // namespace mailhelm
