// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QSaveFile>
#include <QTimer>

#include "views/backend.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QRadioButton;

namespace mailhelm
{

/// What can be exported from a page. Rows in the order of the page.
struct ExportSource {
    TableId table = TableId::None;
    QString fileName; ///< proposed, without folder and suffix
    QList<RowKey> all;
    QList<RowKey> filtered;
    QList<RowKey> selected;
    QList<int> visibleColumns;
    QList<int> allColumns;
    bool everything = false; ///< all rows and columns are what is proposed
};

/// Writes rows to a CSV or JSON file: which rows, which columns, which dialect, with a preview of the first lines as
/// they will be written. Long ones are written piece by piece between events, and can be cancelled: the file is
/// replaced only when it is complete.
class ExportDialog : public QDialog
{
    Q_OBJECT
public:
    ExportDialog(Backend &backend, ExportSource source, QWidget *parent);

    void reject() override;

private:
    static constexpr qsizetype PreviewRows = 5;
    static constexpr qsizetype RowsAtOnce = 2000;

    [[nodiscard]] const QList<RowKey> &rows() const;
    [[nodiscard]] const QList<int> &columns() const;
    [[nodiscard]] ExportOptions options() const;
    void updateOptions();
    void updatePreview();
    void updateSuffix();
    void browse();
    void start();
    void writeSome();
    void finish(const QString &error);
    void setWriting(bool writing);
    void showMessage(const QString &text, bool bad);

    Backend &m_backend;
    const ExportSource m_source;
    QRadioButton *m_all;
    QRadioButton *m_filtered;
    QRadioButton *m_selected;
    QComboBox *m_columns;
    QComboBox *m_format;
    QCheckBox *m_header;
    QCheckBox *m_guard;
    QCheckBox *m_mark;
    QComboBox *m_times;
    QPlainTextEdit *m_preview;
    QLineEdit *m_file;
    QLabel *m_message;
    QProgressBar *m_progress;
    QPushButton *m_export;
    QPushButton *m_close;
    QPushButton *m_showFolder;
    QWidget *m_settings;

    std::unique_ptr<QSaveFile> m_output;
    std::unique_ptr<RowWriter> m_writer;
    qsizetype m_written = 0;
    QTimer m_next;
};

} // namespace mailhelm
