// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/backend.h"

#include <QHash>
#include <QObject>

class QWidget;

namespace mailhelm
{

/// Adding, changing and removing servers: the dialogs, and what comes of them. Tells once of each key that answers
/// instead of the one that was paired. GUI thread.
class ServerDialogs : public QObject
{
    Q_OBJECT
public:
    /// The dialogs stand on `window`, which owns this; `backend` outlives it.
    ServerDialogs(Backend &backend, QWidget *window);

    void openAdd(const QString &link); ///< the link may be empty
    void openEdit(quint16 server);
    void askRemove(quint16 server);
    void openChangedKey(quint16 server); ///< nothing where its own key answers

Q_SIGNALS:
    void added(const mailhelm::ServerStatus &server);
    void failed(const QString &why); ///< safe to show

private:
    void tellChangedKeys();
    [[nodiscard]] std::optional<ServerStatus> statusOf(quint16 server) const;

    Backend &m_backend;
    QWidget *m_window;
    QHash<quint16, QString> m_told; ///< of servers where another key answers, as long as it does
};

} // namespace mailhelm
