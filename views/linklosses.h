// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/backend.h"

#include <QObject>

#include <map>

namespace mailhelm
{

/// Remembers that a connection to a server was lost after it is back: what was shown meanwhile was old, and whoever
/// looked away would not know. Since the start of the console. GUI thread.
class LinkLosses : public QObject
{
    Q_OBJECT
public:
    /// `backend` outlives it.
    explicit LinkLosses(Backend &backend, QObject *parent = nullptr);

    /// "Connection lost once since the start: at 14:03:20, for 42 s"; empty where it never was, or is just now.
    [[nodiscard]] QString text(quint16 server) const;

private:
    void onChanged(quint16 server);

    struct Losses {
        int count = 0; ///< that are over
        qint64 lostUs = 0; ///< of our wall clock: the last of them, or the one that goes on
        qint64 lastedUs = 0;
        bool goesOn = false;
    };
    Backend &m_backend;
    std::map<quint16, Losses> m_losses;
};

} // namespace mailhelm
