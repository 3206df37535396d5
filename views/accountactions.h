// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/backend.h"

#include <QHash>

namespace mailhelm
{

class ConfirmDialog;
struct ConfirmTarget;

/// What can be done to accounts, from the question to the answer: used by every page and dialog that lists accounts.
/// GUI thread; the backend outlives it.
class AccountActions : public QObject
{
    Q_OBJECT
public:
    /// Dialogs stand before `window`.
    AccountActions(Backend &backend, QWidget *window, QObject *parent);

    /// Asks where it has to be asked, then does it. Rows of `users`; for Restore of `deleted`.
    void ask(RowAction action, const QList<RowKey> &rows);

    static constexpr qsizetype TypeCountAbove = 10; ///< deleting more than so many wants their number typed

Q_SIGNALS:
    void held(bool hold); ///< while a question is open, rows should stand still
    void finished(mailhelm::RowAction action, const QList<mailhelm::RowOutcome> &outcomes);

private:
    /// What is live of an account.
    struct Live {
        qint64 connections = 0;
        qint64 sessions = 0;
    };

    [[nodiscard]] QHash<std::pair<quint16, QByteArray>, Live> liveOf(const QList<RowKey> &rows) const;
    [[nodiscard]] static QString liveText(const Live &live);
    [[nodiscard]] QList<ConfirmTarget> accountTargets(RowAction action, const QList<RowKey> &rows, QStringList *notes);
    [[nodiscard]] QList<ConfirmTarget> deletedTargets(const QList<RowKey> &rows) const;
    [[nodiscard]] QString restorableNote(const QList<RowKey> &rows) const;
    void run(RowAction action, const QList<RowKey> &rows, const QString &reason);
    [[nodiscard]] QHash<RowKey, QString> namesOf(TableId table, const QList<RowKey> &rows) const;

    Backend &m_backend;
    QWidget *m_window;
};

} // namespace mailhelm
