// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/person.h"

#include <QDateTime>
#include <QRandomGenerator>

#include <cstdio>

namespace mailhelm
{

namespace
{

int between(int low, int high)
{
    return QRandomGenerator::global()->bounded(low, high);
}

} // namespace

Person::Person(const Plan &plan, QObject *parent)
    : QObject(parent)
    , m_plan(plan)
{
    m_timer.setSingleShot(true);
}

void Person::arrive()
{
    m_timer.disconnect(this);
    m_client = std::make_unique<MailClient>(m_plan.protocol, m_plan.security);
    m_client->setSourceAddress(m_plan.source);
    m_client->setHelo(m_plan.helo);
    connect(m_client.get(), &MailClient::disconnected, this, &Person::comeBackLater);
    m_client->connectTo(m_plan.address, m_plan.port, [this](bool ok) { onConnected(ok); });
}

void Person::onConnected(bool ok)
{
    if (!ok) {
        complain("connect");
    } else if (m_plan.user.isEmpty()) {
        settle(true);
    } else {
        if (!m_plan.clientId.isEmpty())
            m_client->sendId(m_plan.clientId, {});
        m_client->login(m_plan.user, QByteArrayLiteral("secret"), [this](bool loggedIn) { onLoggedIn(loggedIn); });
    }
}

void Person::onLoggedIn(bool ok)
{
    if (!ok)
        complain("login");
    else if (m_plan.protocol == MailClient::Protocol::Imap)
        openFolder();
    else
        onReady(true);
}

void Person::openFolder()
{
    if (m_plan.folder != "INBOX")
        m_client->createFolder(m_plan.folder, {});
    m_client->select(m_plan.folder, [this](bool ok) {
        if (!ok) {
            complain("SELECT");
            return;
        }
        m_client->idle([this](bool idling) { onReady(idling); });
    });
}

void Person::onReady(bool ok)
{
    if (!ok)
        complain("IDLE");
    settle(ok);
    if (ok)
        rest();
}

void Person::settle(bool ok)
{
    if (std::exchange(m_settled, true))
        return;
    Q_EMIT settled(ok);
}

void Person::rest()
{
    if (!m_plan.active)
        return;
    m_timer.disconnect(this);
    connect(&m_timer, &QTimer::timeout, this, &Person::act);
    m_timer.start(between(4'000, 40'000));
}

void Person::act()
{
    if (!m_client->isConnected())
        return;
    if (m_plan.churn && between(0, 4) == 0) {
        leave();
        return;
    }
    if (m_plan.protocol == MailClient::Protocol::Smtp) {
        const QByteArray text = "From: <" + m_plan.user + ">\r\nTo: <" + m_plan.otherUser + ">\r\nSubject: Hello at "
            + QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toLatin1() + "\r\n\r\nSent by a client of the lab.";
        m_client->sendMail(m_plan.user, m_plan.otherUser, text, [this](bool) { rest(); });
    } else if (m_plan.protocol == MailClient::Protocol::Imap) {
        m_client->fetch([this](bool) { m_client->idle([this](bool) { rest(); }); });
    } else {
        m_client->noop([this](bool) { rest(); });
    }
}

void Person::leave()
{
    m_client->logout({});
}

void Person::comeBackLater()
{
    if (!m_settled)
        settle(false);
    m_timer.disconnect(this);
    connect(&m_timer, &QTimer::timeout, this, &Person::arrive);
    // A server that drops or refuses somebody sees a real client again after a while, too.
    m_timer.start(between(3'000, 15'000));
}

void Person::complain(const char *step)
{
    std::fprintf(stderr, "%s: %s failed: %s%s\n", m_plan.user.constData(), step,
        m_client->lastReply().trimmed().constData(), qPrintable(m_client->errorString()));
    m_client->close();
}

} // namespace mailhelm
