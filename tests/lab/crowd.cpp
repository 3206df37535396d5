// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/crowd.h"

namespace mailhelm
{

namespace
{

constexpr int ArrivingAtOnce = 12;

// What well-known programs send as IMAP ID (RFC 2971).
const QList<QList<QByteArray>> &clientIds()
{
    static const QList<QList<QByteArray>> ids {
        { "name", "Thunderbird", "version", "115.3.1" },
        { "name", "iPhone Mail", "version", "20F75", "os", "iOS", "os-version", "16.5.1 (20F75)" },
        { "name", "K-9 Mail", "version", "6.603" },
        { "name", "Mac OS X Mail", "version", "16.0 (3731.600.7)", "os", "Mac OS X", "vendor", "Apple Inc." },
        { "name", "com.fsck.k9", "vendor", "K-9", "version", "6.8" },
        { "name", "Evolution", "version", "3.46.4" },
    };
    return ids;
}

const QList<QByteArray> &folders()
{
    static const QList<QByteArray> names { "INBOX", "Work", "INBOX", "Archive/2025", "Sent", "INBOX" };
    return names;
}

} // namespace

Crowd::Crowd(const QHash<QByteArray, QByteArray> &env, const Wishes &wishes, QObject *parent)
    : QObject(parent)
    , m_env(env)
    , m_wishes(wishes)
{
    using P = MailClient::Protocol;
    using S = MailClient::Security;
    add(wishes.imap, P::Imap, S::Plain, "IMAP_PORT", true);
    add(wishes.imaps, P::Imap, S::Tls, "IMAPS_PORT", true);
    add(wishes.imapStartTls, P::Imap, S::StartTls, "IMAP_PORT", true);
    add(wishes.pop3, P::Pop3, S::Plain, "POP3_PORT", true);
    add(wishes.pop3s, P::Pop3, S::Tls, "POP3S_PORT", true);
    add(wishes.submission, P::Smtp, S::StartTls, "SUBMISSION_PORT", true);
    add(wishes.postfixSubmission, P::Smtp, S::StartTls, "POSTFIX_SUBMISSION_PORT", true);
    add(wishes.smtp, P::Smtp, S::StartTls, "SMTP_PORT", false);
    add(wishes.sieve, P::Sieve, S::StartTls, "SIEVE_PORT", true);
    add(wishes.prelogin, P::Imap, S::Tls, "IMAPS_PORT", false);
}

void Crowd::add(
    int count, MailClient::Protocol protocol, MailClient::Security security, const char *portKey, bool login)
{
    const int accounts = qMax(1, m_env.value("ACCOUNTS").toInt());
    const QByteArray domain = m_env.value("DOMAIN");
    for (int i = 0; i < count; ++i) {
        const int number = int(m_people.size()) % accounts + 1;
        Person::Plan plan;
        plan.protocol = protocol;
        plan.security = security;
        plan.port = quint16(m_env.value(portKey).toUInt());
        // Everybody has an own address, as on the net. Not with Postfix, which looks the name up and may wait for it.
        plan.address = QHostAddress(QHostAddress::LocalHost);
        if (!QByteArrayView(portKey).startsWith("POSTFIX") && !QByteArrayView(portKey).startsWith("SMTP")) {
            if (i % 5 == 4)
                plan.address = QHostAddress(QHostAddress::LocalHostIPv6);
            else
                plan.source = QHostAddress(0x7f000100u + quint32(number % 250) + 1);
        }
        if (login)
            plan.user = "user" + QByteArray::number(number) + '@' + domain;
        plan.otherUser = "user" + QByteArray::number(number % accounts + 1) + '@' + domain;
        plan.helo = "laptop-" + QByteArray::number(number) + '.' + domain;
        if (protocol == MailClient::Protocol::Imap) {
            plan.clientId = clientIds().at(number % clientIds().size());
            if (!m_wishes.quiet)
                plan.folder = folders().at(i % folders().size());
        }
        plan.active = !m_wishes.quiet && login;
        plan.churn = m_wishes.churn;
        auto *person = new Person(plan, this);
        connect(person, &Person::settled, this, &Crowd::onSettled);
        m_people.append(person);
    }
}

void Crowd::start()
{
    if (m_people.isEmpty())
        Q_EMIT allSettled(0, 0);
    letIn();
}

void Crowd::letIn()
{
    while (m_arriving < ArrivingAtOnce && m_next < m_people.size()) {
        ++m_arriving;
        m_people.at(m_next++)->arrive();
    }
}

void Crowd::onSettled(bool ok)
{
    --m_arriving;
    ++(ok ? m_ok : m_failed);
    if (m_ok + m_failed == m_people.size())
        Q_EMIT allSettled(m_ok, m_failed);
    letIn();
}

} // namespace mailhelm
