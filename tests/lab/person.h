// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/mailclient.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace mailhelm
{

/// One of the demo's mail users with one connection: logs in as a certain program, opens a folder, idles, reads,
/// writes, and, where it may, leaves and comes back. Lives in the program's only thread.
class Person : public QObject
{
    Q_OBJECT

public:
    struct Plan {
        MailClient::Protocol protocol = MailClient::Protocol::Imap;
        MailClient::Security security = MailClient::Security::Tls;
        quint16 port = 0;
        QHostAddress address;
        QHostAddress source; ///< null: the kernel chooses
        QByteArray user; ///< empty: stays before login
        QByteArray otherUser; ///< whom to write to
        QByteArray folder = QByteArrayLiteral("INBOX");
        QList<QByteArray> clientId; ///< IMAP ID
        QByteArray helo;
        bool active = true; ///< reads and writes now and then
        bool churn = false; ///< leaves and comes back
    };

    Person(const Plan &plan, QObject *parent);

    void arrive();
    [[nodiscard]] bool isSettled() const { return m_settled; }

Q_SIGNALS:
    /// The first arrival is over; without `ok` the reason has been printed.
    void settled(bool ok);

private:
    void onConnected(bool ok);
    void onLoggedIn(bool ok);
    void openFolder();
    void onReady(bool ok);
    void settle(bool ok);
    void act();
    void leave();
    void comeBackLater();
    void rest();
    void complain(const char *step);

    Plan m_plan;
    std::unique_ptr<MailClient> m_client;
    QTimer m_timer;
    bool m_settled = false;
};

} // namespace mailhelm
