// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/lab/person.h"

#include <QHash>
#include <QObject>

namespace mailhelm
{

/// All clients of one lab. Lets in a few at a time, since a mail server penalises a stampede. One thread.
class Crowd : public QObject
{
    Q_OBJECT

public:
    struct Wishes {
        int imap = 0;
        int imaps = 0;
        int imapStartTls = 0;
        int pop3 = 0;
        int pop3s = 0;
        int submission = 0;
        int postfixSubmission = 0;
        int smtp = 0;
        int sieve = 0;
        int prelogin = 0;
        bool churn = false;
        bool quiet = false;
    };

    /// `env`: the lab's DIR/env, KEY → value.
    Crowd(const QHash<QByteArray, QByteArray> &env, const Wishes &wishes, QObject *parent = nullptr);

    void start();
    [[nodiscard]] qsizetype size() const { return m_people.size(); }

Q_SIGNALS:
    void allSettled(int ok, int failed);

private:
    void add(int count, MailClient::Protocol protocol, MailClient::Security security, const char *portKey, bool login);
    void letIn();
    void onSettled(bool ok);

    QHash<QByteArray, QByteArray> m_env;
    Wishes m_wishes;
    QList<Person *> m_people;
    qsizetype m_next = 0;
    int m_arriving = 0;
    int m_ok = 0;
    int m_failed = 0;
};

} // namespace mailhelm
