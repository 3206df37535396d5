// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mailclient.h"

#include <QEventLoop>
#include <QSslConfiguration>
#include <QTimer>

#include <chrono>
#include <memory>
#include <utility>

#include <sys/socket.h>

namespace mailhelm
{

namespace
{

qint64 nowUs()
{
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

QByteArray quoted(const QByteArray &text)
{
    QByteArray escaped = text;
    escaped.replace('\\', "\\\\").replace('"', "\\\"");
    return '"' + escaped + '"';
}

QByteArray plainCredentials(const QByteArray &user, const QByteArray &password)
{
    return (QByteArray(1, '\0') + user + QByteArray(1, '\0') + password).toBase64();
}

void call(const MailClient::Done &done, bool ok)
{
    if (done)
        done(ok);
}

} // namespace

MailClient::MailClient(Protocol protocol, Security security, QObject *parent)
    : QObject(parent)
    , m_protocol(protocol)
    , m_security(security)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    m_socket.setSslConfiguration(configuration);
    m_socket.setPeerVerifyName(QStringLiteral("mail.lab.test"));
    connect(&m_socket, &QSslSocket::connected, this, &MailClient::onConnected);
    connect(&m_socket, &QSslSocket::readyRead, this, &MailClient::onReadyRead);
    connect(&m_socket, &QSslSocket::encrypted, this, &MailClient::onEncrypted);
    connect(&m_socket, &QSslSocket::disconnected, this, &MailClient::onGone);
    connect(&m_socket, &QSslSocket::errorOccurred, this, &MailClient::onGone);
}

MailClient::~MailClient()
{
    // The socket's own destructor would call back into a half-destroyed object.
    m_socket.disconnect(this);
    m_steps.clear();
}

bool MailClient::wait(const std::function<void(Done)> &start)
{
    std::optional<bool> result;
    QEventLoop loop;
    const auto answer = std::make_shared<std::function<void(bool)>>([&](bool ok) {
        result = ok;
        loop.quit();
    });
    start([weak = std::weak_ptr(answer)](bool ok) {
        // After a timeout nobody listens any more.
        if (const auto strong = weak.lock())
            (*strong)(ok);
    });
    if (!result) {
        QTimer::singleShot(TimeoutMs, &loop, &QEventLoop::quit);
        loop.exec();
    }
    return result.value_or(false);
}

// --- connecting

void MailClient::connectTo(const QHostAddress &address, quint16 port, Done done)
{
    m_state = State::Connecting;
    m_peerPort = port;
    m_user.clear();
    m_folder.clear();
    m_idleTag.clear();
    m_reply.clear();
    m_loggedInAtUs = 0;
    if (!m_source.isNull())
        m_socket.bind(m_source);
    if (m_security == Security::Tls)
        add({}, Until::Encrypted, {});
    add({}, Until::Reply, [this, done = std::move(done)](bool ok) { greeted(ok, done); });
    m_sent = true; // nothing to send: the server speaks first
    // Not by name: QSslSocket would look it up; the peer's name for SNI is set already.
    m_socket.connectToHost(address.toString(), port);
}

void MailClient::onConnected()
{
    m_connectedAtUs = nowUs();
    m_localPort = m_socket.localPort();
    m_localAddress = m_socket.localAddress();
    if (m_security == Security::Tls)
        m_socket.startClientEncryption();
}

void MailClient::greeted(bool ok, Done done)
{
    if (!ok) {
        call(done, false);
        return;
    }
    m_state = State::Connected;
    if (m_security == Security::StartTls) {
        startTls(std::move(done));
    } else if (m_protocol == Protocol::Smtp) {
        command("EHLO " + m_helo, std::move(done));
    } else {
        call(done, true);
    }
}

void MailClient::startTls(Done done)
{
    if (m_protocol == Protocol::Smtp)
        command("EHLO " + m_helo, {});
    const auto encrypt = [this, done](bool ok) {
        if (!ok) {
            call(done, false);
            return;
        }
        add({}, Until::Encrypted, [this, done](bool encrypted) {
            if (!encrypted)
                call(done, false);
            else if (m_protocol == Protocol::Smtp)
                command("EHLO " + m_helo, done);
            else if (m_protocol == Protocol::Sieve)
                add({}, Until::Reply, done); // ManageSieve tells its capabilities again
            else
                call(done, true);
        });
        m_socket.startClientEncryption();
    };
    command(m_protocol == Protocol::Pop3 ? QByteArrayLiteral("STLS") : QByteArrayLiteral("STARTTLS"), encrypt);
}

void MailClient::onEncrypted()
{
    if (!m_steps.isEmpty() && m_steps.first().until == Until::Encrypted)
        finish(true);
}

// --- commands

void MailClient::login(const QByteArray &user, const QByteArray &password, Done done)
{
    const auto finished = [this, user, done = std::move(done)](bool ok) {
        if (ok) {
            m_state = State::Authenticated;
            m_user = user;
            m_loggedInAtUs = nowUs();
        }
        call(done, ok);
    };
    switch (m_protocol) {
    case Protocol::Imap:
        addTagged("LOGIN " + quoted(user) + ' ' + quoted(password), Until::Reply, finished);
        break;
    case Protocol::Pop3:
        add("USER " + user + "\r\n", Until::Reply, {});
        add("PASS " + password + "\r\n", Until::Reply, finished);
        break;
    case Protocol::Smtp:
        add("AUTH PLAIN " + plainCredentials(user, password) + "\r\n", Until::Reply, finished);
        break;
    case Protocol::Sieve:
        add("AUTHENTICATE \"PLAIN\" " + quoted(plainCredentials(user, password)) + "\r\n", Until::Reply, finished);
        break;
    }
}

void MailClient::sendId(const QList<QByteArray> &pairs, Done done)
{
    QByteArray list;
    for (const QByteArray &text : pairs)
        list += (list.isEmpty() ? "" : " ") + quoted(text);
    addTagged("ID (" + list + ')', Until::Reply, std::move(done));
}

void MailClient::createFolder(const QByteArray &folder, Done done)
{
    addTagged("CREATE " + quoted(folder), Until::Reply,
        [this, done = std::move(done)](bool ok) { call(done, ok || m_lastReply.contains("[ALREADYEXISTS]")); });
}

void MailClient::select(const QByteArray &folder, Done done)
{
    addTagged("SELECT " + quoted(folder), Until::Reply, [this, folder, done = std::move(done)](bool ok) {
        m_folder = ok ? folder : QByteArray(); // after a failed SELECT no folder is selected
        call(done, ok);
    });
}

void MailClient::idle(Done done)
{
    addTagged(QByteArrayLiteral("IDLE"), Until::Continuation, [this, done = std::move(done)](bool ok) {
        if (ok) {
            m_state = State::Idling;
            m_idleTag = m_answeredTag;
        }
        call(done, ok);
    });
}

void MailClient::fetch(Done done)
{
    if (m_protocol == Protocol::Imap) {
        fetchImap(std::move(done));
        return;
    }
    add(QByteArrayLiteral("STAT\r\n"), Until::Reply, [this, done = std::move(done)](bool ok) {
        const int count = m_lastReply.split(' ').value(1).toInt();
        if (!ok || count == 0)
            call(done, ok);
        else
            add("RETR " + QByteArray::number(count) + "\r\n", Until::MultiLine, done);
    });
}

void MailClient::fetchImap(Done done)
{
    addTagged(QByteArrayLiteral("UID SEARCH ALL"), Until::Reply, [this, done = std::move(done)](bool ok) {
        QByteArray last;
        for (const QByteArray &line : m_lastReply.split('\n')) {
            if (line.startsWith("* SEARCH "))
                last = line.trimmed().split(' ').last();
        }
        if (!ok || last.isEmpty())
            call(done, ok);
        else
            addTagged("UID FETCH " + last + " (FLAGS BODY.PEEK[])", Until::Reply, done);
    });
}

void MailClient::sendMail(const QByteArray &from, const QByteArray &to, const QByteArray &text, Done done)
{
    // Each step only if the one before was accepted: a refused RCPT must not send the message as commands.
    const auto ended = [this, text, done](bool ok) {
        if (!ok)
            call(done, false);
        else
            add(text + "\r\n.\r\n", Until::Reply, done);
    };
    const auto accepted = [this, ended, done](bool ok) {
        if (!ok)
            call(done, false);
        else
            add(QByteArrayLiteral("DATA\r\n"), Until::Reply, ended);
    };
    add("MAIL FROM:<" + from + ">\r\n", Until::Reply, [this, to, accepted, done](bool ok) {
        if (!ok)
            call(done, false);
        else
            add("RCPT TO:<" + to + ">\r\n", Until::Reply, accepted);
    });
}

void MailClient::noop(Done done)
{
    const bool wasIdle = m_state == State::Idling;
    if (m_protocol == Protocol::Pop3 && m_state != State::Authenticated) {
        add(QByteArrayLiteral("CAPA\r\n"), Until::MultiLine, std::move(done));
        return;
    }
    command(QByteArrayLiteral("NOOP"), [this, wasIdle, done = std::move(done)](bool ok) {
        if (ok && wasIdle)
            idle(done);
        else
            call(done, ok);
    });
}

void MailClient::command(const QByteArray &line, Done done)
{
    if (m_protocol == Protocol::Imap)
        addTagged(line, Until::Reply, std::move(done));
    else
        add(line + "\r\n", Until::Reply, std::move(done));
}

void MailClient::logout(Done done)
{
    const bool quits = m_protocol == Protocol::Pop3 || m_protocol == Protocol::Smtp;
    command(quits ? QByteArrayLiteral("QUIT") : QByteArrayLiteral("LOGOUT"), {});
    add({}, Until::Disconnected, std::move(done));
}

void MailClient::close()
{
    m_socket.disconnectFromHost();
}

void MailClient::abort()
{
    const linger hard { 1, 0 };
    setsockopt(int(m_socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    m_socket.abort();
    onGone();
}

// --- the queue

void MailClient::add(const QByteArray &line, Until until, Done done)
{
    if (m_state == State::Closed) {
        call(done, false);
        return;
    }
    m_steps.append(Step { line, {}, until, std::move(done) });
    sendNext();
}

void MailClient::addTagged(const QByteArray &command, Until until, Done done)
{
    if (m_state == State::Closed) {
        call(done, false);
        return;
    }
    const QByteArray tag = 't' + QByteArray::number(m_nextTag++);
    m_steps.append(Step { tag + ' ' + command + "\r\n", tag, until, std::move(done) });
    sendNext();
}

void MailClient::sendNext()
{
    if (m_sent || m_steps.isEmpty())
        return;
    if (m_state == State::Idling && !m_steps.first().line.isEmpty()) {
        // Every command ends an IDLE first; the server answers that with the tag of the IDLE.
        m_state = State::Authenticated;
        m_steps.prepend(Step { QByteArrayLiteral("DONE\r\n"), m_idleTag, Until::Reply, {} });
    }
    m_sent = true;
    m_reply.clear();
    if (!m_steps.first().line.isEmpty())
        m_socket.write(m_steps.first().line);
}

void MailClient::finish(bool ok)
{
    const Step step = m_steps.takeFirst();
    m_answeredTag = step.tag;
    m_sent = false;
    m_lastReply = m_reply;
    m_reply.clear();
    call(step.done, ok);
    sendNext();
}

void MailClient::onReadyRead()
{
    while (m_socket.canReadLine())
        onLine(m_socket.readLine());
}

void MailClient::onLine(const QByteArray &line)
{
    if (m_steps.isEmpty()) {
        Q_EMIT unsolicited(line.trimmed());
        return;
    }
    m_reply += line;
    if (const std::optional<bool> ok = verdict(m_steps.first(), line.trimmed()))
        finish(*ok);
}

std::optional<bool> MailClient::verdict(const Step &step, const QByteArray &line) const
{
    if (step.until == Until::Encrypted || step.until == Until::Disconnected)
        return std::nullopt;
    switch (m_protocol) {
    case Protocol::Imap:
        if (step.tag.isEmpty()) // the greeting
            return line.startsWith("* OK") || line.startsWith("* PREAUTH");
        if (step.until == Until::Continuation && line.startsWith('+'))
            return true;
        if (!line.startsWith(step.tag + ' '))
            return std::nullopt;
        return line.startsWith(step.tag + " OK");
    case Protocol::Pop3:
        if (step.until == Until::MultiLine && !m_reply.startsWith("-ERR"))
            return line == "." ? std::optional(true) : std::nullopt;
        return line.startsWith("+OK");
    case Protocol::Smtp:
        if (line.size() > 3 && line.at(3) == '-')
            return std::nullopt;
        return line.startsWith('2') || line.startsWith('3');
    case Protocol::Sieve:
        break;
    }
    const QByteArray word = line.left(3).trimmed().toUpper();
    if (word == "OK")
        return true;
    return word == "NO" || word == "BYE" ? std::optional(false) : std::nullopt;
}

void MailClient::onGone()
{
    // Both of the socket's signals lead here; the connection has ended with the one that finds it unconnected.
    if (m_state == State::Closed || m_socket.state() != QAbstractSocket::UnconnectedState)
        return;
    m_state = State::Closed;
    m_folder.clear();
    failAll();
    Q_EMIT disconnected();
}

void MailClient::failAll()
{
    const QList<Step> steps = std::exchange(m_steps, {});
    m_sent = false;
    m_lastReply = m_reply;
    for (const Step &step : steps)
        call(step.done, step.until == Until::Disconnected);
}

// --- the forms that wait

bool MailClient::connectTo(const QHostAddress &address, quint16 port)
{
    return wait([&](Done done) { connectTo(address, port, std::move(done)); });
}

bool MailClient::login(const QByteArray &user, const QByteArray &password)
{
    return wait([&](Done done) { login(user, password, std::move(done)); });
}

bool MailClient::sendId(const QList<QByteArray> &pairs)
{
    return wait([&](Done done) { sendId(pairs, std::move(done)); });
}

bool MailClient::createFolder(const QByteArray &folder)
{
    return wait([&](Done done) { createFolder(folder, std::move(done)); });
}

bool MailClient::select(const QByteArray &folder)
{
    return wait([&](Done done) { select(folder, std::move(done)); });
}

bool MailClient::idle()
{
    return wait([&](Done done) { idle(std::move(done)); });
}

bool MailClient::fetch()
{
    return wait([&](Done done) { fetch(std::move(done)); });
}

bool MailClient::sendMail(const QByteArray &from, const QByteArray &to, const QByteArray &text)
{
    return wait([&](Done done) { sendMail(from, to, text, std::move(done)); });
}

bool MailClient::noop()
{
    return wait([&](Done done) { noop(std::move(done)); });
}

bool MailClient::command(const QByteArray &line)
{
    return wait([&](Done done) { command(line, std::move(done)); });
}

bool MailClient::logout()
{
    return wait([&](Done done) { logout(std::move(done)); });
}

} // namespace mailhelm
