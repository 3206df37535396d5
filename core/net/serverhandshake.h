// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/tlspolicy.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>

class QSslSocket;

namespace mailhelm
{

/// One accepted TCP connection on its way to being a TLS connection: ends in done() or failed(), one of them, once,
/// from the event loop, and no later than the timeout. Owned by TlsServer.
class ServerHandshake : public QObject
{
    Q_OBJECT
public:
    /// `socket` is connected and not encrypted.
    ServerHandshake(std::unique_ptr<QSslSocket> socket, const QSslConfiguration &configuration,
        std::chrono::milliseconds timeout, QObject *parent);
    ~ServerHandshake() override;

    /// The encrypted socket whose peer has shown a certificate; only in done().
    [[nodiscard]] std::unique_ptr<QSslSocket> takeSocket();

Q_SIGNALS:
    void done();
    void failed(const QString &why);

private:
    void checkErrors(const QList<QSslError> &errors);
    void onEncrypted();
    void onEnded();
    void fail(const QString &why);

    std::unique_ptr<QSslSocket> m_socket;
    QTimer m_timer;
    QString m_reason; ///< of errors that are not forgiven
    bool m_over = false;
};

} // namespace mailhelm
