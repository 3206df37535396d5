// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/servers.h"

#include <QObject>

#include <memory>

namespace mailhelm
{

class Channel;
class TlsDialer;

/// Makes this profile's key known to an agent by a pairing link: dials, checks the link's pin, waits for WELCOME, says
/// the token, waits for the WELCOME that tells the role. Saves nothing. One use; tells exactly one of its two signals,
/// never from within start().
class Enrolment : public QObject
{
    Q_OBJECT

public:
    Enrolment(Identity identity, LinkTimes times = {}, QObject *parent = nullptr);
    ~Enrolment() override;

    /// `pairingLink` as it was pasted; blanks around it do no harm.
    void start(const QString &pairingLink);

Q_SIGNALS:
    /// `server.name` is the name that the agent gave itself; it may be taken (Profile::freeName()).
    void enrolled(const mailhelm::SavedServer &server);
    /// InvalidArgument: the link; Unavailable, TimedOut: no connection; Refused: wrong pin, token spent or expired, …
    void failed(const mailhelm::Error &error);

private:
    void onConnected(Channel *channel);
    void onFrame(const QByteArray &payload);
    void takeWelcome(const Welcome &welcome);
    void hangUp();
    void fail(const Error &error);

    const LinkTimes m_times;
    SavedServer m_server;
    QByteArray m_token; ///< until it was said
    bool m_asked = false;
    bool m_over = false;
    std::unique_ptr<TlsDialer> m_dialer;
    std::unique_ptr<Channel> m_channel;
};

} // namespace mailhelm
