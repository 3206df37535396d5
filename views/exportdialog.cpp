// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/exportdialog.h"

#include "core/base/safetext.h"
#include "views/focusedge.h"
#include "views/icons.h"
#include "views/viewtext.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QStandardPaths>
#include <QUrl>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

enum FormatIndex { Comma, Semicolon, Tab, Json };

QRadioButton *scopeButton(const QString &text, qsizetype count, QWidget *parent)
{
    auto *button = new QRadioButton(text, parent);
    button->setEnabled(count > 0);
    return button;
}

} // namespace

ExportDialog::ExportDialog(Backend &backend, ExportSource source, QWidget *parent)
    : QDialog(parent)
    , m_backend(backend)
    , m_source(std::move(source))
    , m_columns(new QComboBox(this))
    , m_format(new QComboBox(this))
    , m_header(new QCheckBox(tr("First line holds the column &names"), this))
    , m_guard(new QCheckBox(tr("&Protect against formulas"), this))
    , m_mark(new QCheckBox(tr("&Byte order mark (for Excel)"), this))
    , m_times(new QComboBox(this))
    , m_preview(new QPlainTextEdit(this))
    , m_file(new QLineEdit(this))
    , m_message(plainLabel(QString(), this))
    , m_progress(new QProgressBar(this))
    , m_settings(new QWidget(this))
{
    setObjectName(u"exportDialog"_s);
    setWindowTitle(tr("Export"));
    const QLocale locale;
    m_all = scopeButton(tr("&All rows (%1)").arg(locale.toString(m_source.all.size())), m_source.all.size(), this);
    m_filtered = scopeButton(
        tr("&Filtered rows (%1)").arg(locale.toString(m_source.filtered.size())), m_source.filtered.size(), this);
    m_selected = scopeButton(
        tr("&Selected rows (%1)").arg(locale.toString(m_source.selected.size())), m_source.selected.size(), this);
    m_all->setObjectName(u"all"_s);
    m_filtered->setObjectName(u"filtered"_s);
    m_selected->setObjectName(u"selected"_s);
    if (m_source.everything)
        m_all->setChecked(true);
    else if (m_source.selected.size() > 1)
        m_selected->setChecked(true);
    else if (!m_source.filtered.isEmpty() && m_source.filtered.size() < m_source.all.size())
        m_filtered->setChecked(true);
    else
        m_all->setChecked(true);

    m_columns->setObjectName(u"columns"_s);
    m_columns->setAccessibleName(tr("Columns"));
    m_columns->addItem(tr("Visible columns (%1)").arg(m_source.visibleColumns.size()));
    m_columns->addItem(tr("All columns (%1)").arg(m_source.allColumns.size()));
    m_columns->setCurrentIndex(m_source.everything ? 1 : 0);
    m_format->setObjectName(u"format"_s);
    m_format->setAccessibleName(tr("Format"));
    m_format->addItems({ tr("CSV, separated by commas"), tr("CSV, separated by semicolons"),
        tr("CSV, separated by tabs"), tr("JSON") });
    // Spreadsheets of locales with a decimal comma expect semicolons.
    if (locale.decimalPoint() == ","_L1)
        m_format->setCurrentIndex(Semicolon);
    m_header->setObjectName(u"header"_s);
    m_header->setChecked(true);
    m_guard->setObjectName(u"guard"_s);
    m_guard->setChecked(true);
    m_guard->setToolTip(tr("Cells that a spreadsheet would run as a formula get an apostrophe in front.\n"
                           "Mail users choose some of these texts: leave this on for spreadsheets."));
    m_mark->setObjectName(u"mark"_s);
    m_times->setObjectName(u"times"_s);
    m_times->setAccessibleName(tr("Times"));
    m_times->addItems({ tr("UTC (2026-11-22T13:05:00Z)"), tr("Local time (2026-11-22 14:05:00)") });
    m_preview->setObjectName(u"preview"_s);
    m_preview->setAccessibleName(tr("Preview of the first lines"));
    m_preview->setReadOnly(true);
    m_preview->setLayoutDirection(Qt::LeftToRight);
    new FocusEdge(m_preview);
    m_preview->setTabChangesFocus(true);
    m_preview->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_preview->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_preview->setMinimumHeight(fontMetrics().lineSpacing() * 8);
    m_file->setObjectName(u"file"_s);
    m_file->setLayoutDirection(Qt::LeftToRight);
    m_file->setAccessibleName(tr("File"));
    QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    if (!QFileInfo(folder).isDir())
        folder = QDir::homePath();
    m_file->setText(QDir::toNativeSeparators(QDir(folder).filePath(m_source.fileName + u".csv"_s)));
    m_message->setObjectName(u"message"_s);
    m_message->setAccessibleName(tr("Result"));
    m_message->setWordWrap(true);
    m_progress->setObjectName(u"progress"_s);
    m_progress->hide();

    auto *browse = new QPushButton(tr("Bro&wse…"), this);
    browse->setAutoDefault(false);
    auto *fileRow = new QHBoxLayout;
    fileRow->addWidget(m_file, 1);
    fileRow->addWidget(browse);

    auto *scope = new QHBoxLayout;
    scope->addWidget(m_all);
    scope->addWidget(m_filtered);
    scope->addWidget(m_selected);
    scope->addStretch();
    auto *form = new QFormLayout(m_settings);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("Rows:"), scope);
    form->addRow(tr("&Columns:"), m_columns);
    form->addRow(tr("Fo&rmat:"), m_format);
    form->addRow(tr("&Times:"), m_times);
    form->addRow(QString(), m_header);
    form->addRow(QString(), m_guard);
    form->addRow(QString(), m_mark);
    auto *fileLabel = new QLabel(tr("F&ile:"), this);
    fileLabel->setBuddy(m_file);
    form->addRow(fileLabel, fileRow);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_export = buttons->addButton(tr("Export"), QDialogButtonBox::ActionRole);
    m_export->setObjectName(u"export"_s);
    m_export->setDefault(true);
    m_export->setIcon(icon(Symbol::Export));
    m_close = buttons->button(QDialogButtonBox::Cancel);
    m_close->setObjectName(u"cancel"_s);
    m_showFolder = buttons->addButton(tr("Show in folder"), QDialogButtonBox::ActionRole);
    m_showFolder->setObjectName(u"showFolder"_s);
    m_showFolder->setAutoDefault(false);
    m_showFolder->hide();

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_settings);
    layout->addWidget(plainLabel(tr("The first lines will be:"), this));
    layout->addWidget(m_preview, 1);
    layout->addWidget(m_message);
    layout->addWidget(m_progress);
    layout->addWidget(buttons);

    // Tab goes down the form as the eye does.
    const QList<QWidget *> order { m_all, m_filtered, m_selected, m_columns, m_format, m_times, m_header, m_guard,
        m_mark, m_file, browse, m_preview, m_export, m_close, m_showFolder };
    for (qsizetype i = 1; i < order.size(); ++i)
        setTabOrder(order[i - 1], order[i]);
    for (QRadioButton *button : { m_all, m_filtered, m_selected })
        connect(button, &QRadioButton::toggled, this, &ExportDialog::updatePreview);
    for (QCheckBox *box : { m_header, m_guard, m_mark })
        connect(box, &QCheckBox::toggled, this, &ExportDialog::updatePreview);
    connect(m_columns, &QComboBox::currentIndexChanged, this, &ExportDialog::updatePreview);
    connect(m_times, &QComboBox::currentIndexChanged, this, &ExportDialog::updatePreview);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::updateOptions);
    connect(browse, &QPushButton::clicked, this, &ExportDialog::browse);
    connect(m_file, &QLineEdit::textChanged, this, &ExportDialog::updateOptions);
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::start);
    connect(buttons, &QDialogButtonBox::rejected, this, &ExportDialog::reject);
    connect(m_showFolder, &QPushButton::clicked, this,
        [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(m_file->text()).absolutePath())); });
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::updateSuffix);
    m_next.setInterval(0);
    connect(&m_next, &QTimer::timeout, this, &ExportDialog::writeSome);
    updateOptions();
    resize(sizeInText(*this, 100, 0).expandedTo(sizeHint()));
}

const QList<RowKey> &ExportDialog::rows() const
{
    return m_selected->isChecked() ? m_source.selected : m_filtered->isChecked() ? m_source.filtered : m_source.all;
}

const QList<int> &ExportDialog::columns() const
{
    return m_columns->currentIndex() == 0 ? m_source.visibleColumns : m_source.allColumns;
}

ExportOptions ExportDialog::options() const
{
    ExportOptions options;
    const int format = m_format->currentIndex();
    options.format = format == Json ? ExportOptions::Format::Json : ExportOptions::Format::Csv;
    options.delimiter = format == Semicolon ? ';' : format == Tab ? '\t' : ',';
    options.header = m_header->isChecked();
    options.byteOrderMark = m_mark->isChecked();
    options.guardFormulas = m_guard->isChecked();
    options.localTimes = m_times->currentIndex() == 1;
    return options;
}

void ExportDialog::updateOptions()
{
    const bool csv = m_format->currentIndex() != Json;
    for (QWidget *widget : std::initializer_list<QWidget *> { m_header, m_guard, m_mark, m_times })
        widget->setEnabled(csv);
    const QString file = m_file->text().trimmed();
    m_export->setEnabled(!file.isEmpty() && !rows().isEmpty());
    if (QFileInfo::exists(file))
        showMessage(tr("This file exists already and will be replaced."), false);
    else
        showMessage(QString(), false);
    updatePreview();
}

void ExportDialog::updateSuffix()
{
    const QFileInfo file(m_file->text());
    const QString suffix = m_format->currentIndex() == Json ? u"json"_s : u"csv"_s;
    if (file.suffix() == "csv"_L1 || file.suffix() == "json"_L1)
        m_file->setText(QDir::toNativeSeparators(file.dir().filePath(file.completeBaseName() + u'.' + suffix)));
}

void ExportDialog::updatePreview()
{
    const std::unique_ptr<RowWriter> writer = m_backend.rowWriter(m_source.table, columns(), options());
    const QList<RowKey> first = rows().first(std::min(rows().size(), PreviewRows));
    const QByteArray bytes = writer->head() + writer->rows(first) + writer->tail();
    QStringList lines;
    // Rows may hold breaks, and as many as somebody likes.
    constexpr qsizetype PreviewBytes = 16'384;
    for (const QString &line : QString::fromUtf8(bytes.left(PreviewBytes)).remove(QChar::ByteOrderMark).split(u'\n'))
        lines.append(QString(line).replace(u'\t', QChar(0x2192)).remove(u'\r'));
    for (QString &line : lines)
        line = safeText(line, 400);
    m_preview->setPlainText(lines.first(std::min<qsizetype>(lines.size(), 40)).join(u'\n').trimmed());
}

void ExportDialog::browse()
{
    auto *chooser = new QFileDialog(this, tr("Export to"), m_file->text());
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setAcceptMode(QFileDialog::AcceptSave);
    chooser->setOption(QFileDialog::DontConfirmOverwrite);
    chooser->selectFile(m_file->text());
    connect(chooser, &QFileDialog::fileSelected, this,
        [this](const QString &file) { m_file->setText(QDir::toNativeSeparators(file)); });
    chooser->open();
}

void ExportDialog::start()
{
    if (m_output)
        return;
    m_output = std::make_unique<QSaveFile>(m_file->text().trimmed());
    if (!m_output->open(QIODevice::WriteOnly)) {
        const QString why = m_output->errorString();
        m_output.reset();
        showMessage(tr("Cannot write %1: %2. Choose another folder or file.").arg(m_file->text().trimmed(), why), true);
        return;
    }
    m_writer = m_backend.rowWriter(m_source.table, columns(), options());
    m_written = 0;
    const QByteArray head = m_writer->head();
    if (m_output->write(head) != head.size()) {
        finish(m_output->errorString());
        return;
    }
    setWriting(true);
    m_progress->setRange(0, int(std::max<qsizetype>(1, rows().size())));
    m_next.start();
}

void ExportDialog::writeSome()
{
    const QList<RowKey> some = rows().mid(m_written, RowsAtOnce);
    m_written += some.size();
    QByteArray bytes = m_writer->rows(some);
    const bool last = m_written >= rows().size();
    if (last)
        bytes += m_writer->tail();
    m_progress->setValue(int(m_written));
    if (m_output->write(bytes) != bytes.size())
        finish(m_output->errorString());
    else if (last)
        finish(m_output->commit() ? QString() : m_output->errorString());
}

void ExportDialog::finish(const QString &error)
{
    m_next.stop();
    if (!error.isNull())
        m_output->cancelWriting();
    m_output.reset();
    m_writer.reset();
    setWriting(false);
    if (!error.isNull()) {
        showMessage(tr("Cannot write %1: %2.").arg(m_file->text().trimmed(), error), true);
        m_file->setFocus();
        return;
    }
    showMessage(tr("%Ln row(s) written to %1.", nullptr, int(m_written)).arg(m_file->text().trimmed()), false);
    m_showFolder->show();
    m_close->setText(tr("Close"));
}

void ExportDialog::reject()
{
    if (!m_output) {
        QDialog::reject();
        return;
    }
    finish(tr("cancelled; the file was not changed"));
}

void ExportDialog::setWriting(bool writing)
{
    if (writing)
        m_close->setFocus(); // the field that had it goes out
    m_settings->setEnabled(!writing);
    m_export->setEnabled(!writing);
    m_progress->setVisible(writing);
}

void ExportDialog::showMessage(const QString &text, bool bad)
{
    QPalette colours = palette();
    if (bad)
        colours.setColor(QPalette::WindowText, tints(colours).bad);
    m_message->setPalette(colours);
    m_message->setText(text);
    growToFit(*this);
}

} // namespace mailhelm
