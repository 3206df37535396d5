// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QTimer>

#include "views/backend.h"

#include <QHash>

class QLabel;
class QProgressBar;
class QPushButton;
class QTreeWidget;

namespace mailhelm
{

/// Does something to many rows, shows how far it is and lets it be cancelled. Shows itself only where it takes a
/// moment; closes by itself where everything went well, and otherwise says of each row why not. Deletes itself.
class ActionProgress : public QDialog
{
    Q_OBJECT
public:
    /// `names`: what a row is called; safe already. A name that is missing makes it a dash.
    ActionProgress(Backend &backend, RowAction action, QHash<RowKey, QString> names, QWidget *parent);

    void start(const QList<RowKey> &rows, const QString &reason);
    void reject() override; ///< cancels what is not begun; the dialog goes when the answer is there

Q_SIGNALS:
    void answered(const QList<mailhelm::RowOutcome> &outcomes);

private:
    void progressed(qsizetype done);
    void finished(const QList<RowOutcome> &outcomes);
    void showFailures(const QList<RowOutcome> &outcomes);
    [[nodiscard]] QString failuresAsTsv() const;

    Backend &m_backend;
    const RowAction m_action;
    const QHash<RowKey, QString> m_names;
    Backend::Job m_job = 0;
    bool m_running = false;
    qsizetype m_total = 0;
    QTimer m_patience;
    QLabel *m_text;
    QProgressBar *m_bar;
    QLabel *m_summary;
    QTreeWidget *m_failures;
    QPushButton *m_copy;
    QPushButton *m_close;
};

} // namespace mailhelm
