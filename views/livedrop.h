// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/onlineusers.h"
#include "views/backend.h"
#include "views/messageline.h"

namespace mailhelm
{

class ConfirmDialog;
struct ConfirmTarget;
struct ConfirmWords;

/// Dropping connections and ending WebMail sessions, from the question to the answer, wherever they are listed. GUI
/// thread; the backend outlives it.
class LiveDrop : public QObject
{
    Q_OBJECT
public:
    /// Dialogs stand before `window`.
    LiveDrop(Backend &backend, QWidget *window, QObject *parent);

    /// Asks, then does it. Own connections, and those of servers where we may not or cannot, are spared, which is said.
    void ask(const OnlineUsers::Parts &parts);
    /// Why nothing of these can be dropped; empty: something can.
    [[nodiscard]] static QString whyNot(const Backend &backend, const OnlineUsers::Parts &parts);

Q_SIGNALS:
    void held(bool hold); ///< while the question is open, rows should stand still
    void said(const QString &text, mailhelm::MessageLine::Kind kind); ///< what came of it

private:
    /// Somebody whose connection was dropped, for a while: mail programs connect again.
    struct Dropped {
        quint16 server = 0;
        QByteArray user;
        QByteArray service;
        Address address;
        qint64 untilUs = 0; ///< monotonic
        [[nodiscard]] bool isLike(const Dropped &other) const
        {
            return server == other.server && user == other.user && service == other.service && address == other.address;
        }
    };
    struct Doing;

    /// What of these we may not touch is taken out, and said in `notes`.
    void spare(RowAction action, QList<RowKey> &rows, QStringList &notes) const;
    [[nodiscard]] QList<ConfirmTarget> targetsOf(const OnlineUsers::Parts &parts) const;
    [[nodiscard]] static ConfirmWords words(bool connections, bool sessions);
    void run(const OnlineUsers::Parts &parts);
    void answered(const std::shared_ptr<Doing> &doing, RowAction action, const QList<RowOutcome> &outcomes);
    [[nodiscard]] std::optional<Dropped> factsOf(Table::Slot slot) const;
    void watchReturns(const Publication &publication);

    Backend &m_backend;
    QWidget *m_window;
    LiveTable &m_connections;
    QList<Dropped> m_watched;
    QString m_outcomeText;
    int m_returned = 0;
};

} // namespace mailhelm
