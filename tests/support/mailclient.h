// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QSslSocket>

#include <functional>
#include <optional>

namespace mailhelm
{

/// A real mail client for tests and the demo: one connection that speaks IMAP (RFC 3501, 2177, 2971), POP3 (RFC 1939),
/// SMTP (RFC 5321, 4954) or ManageSieve (RFC 5804). Asynchronous: each command has a form with a callback, called
/// once from the event loop with whether the server said yes (also with false when the connection ends first). The form
/// without one waits for up to `TimeoutMs` in an event loop of its own, in which other clients go on. Certificates are
/// not checked: the lab's is self-signed. Lives in one thread; commands are sent one after the other, in the order of
/// the calls.
class MailClient : public QObject
{
    Q_OBJECT

public:
    enum class Protocol { Imap, Pop3, Smtp, Sieve };
    enum class Security { Plain, Tls, StartTls };
    enum class State { Closed, Connecting, Connected, Authenticated, Idling };
    using Done = std::function<void(bool)>;
    static constexpr int TimeoutMs = 20'000;

    MailClient(Protocol protocol, Security security, QObject *parent = nullptr);
    ~MailClient() override;

    /// The address to connect from, such as 127.0.1.7; before connectTo().
    void setSourceAddress(const QHostAddress &address) { m_source = address; }
    /// What SMTP says in EHLO.
    void setHelo(const QByteArray &helo) { m_helo = helo; }

    /// Connects, waits for the greeting, and goes to TLS where asked for: what a client does before its login.
    bool connectTo(const QHostAddress &address, quint16 port);
    void connectTo(const QHostAddress &address, quint16 port, Done done);
    /// By LOGIN, USER and PASS, or AUTH PLAIN.
    bool login(const QByteArray &user, const QByteArray &password = QByteArrayLiteral("secret"));
    void login(const QByteArray &user, const QByteArray &password, Done done);
    /// IMAP ID; may be sent before or after the login. `pairs`: name, value, name, value …
    bool sendId(const QList<QByteArray> &pairs);
    void sendId(const QList<QByteArray> &pairs, Done done);
    bool createFolder(const QByteArray &folder); ///< true also where it exists
    void createFolder(const QByteArray &folder, Done done);
    bool select(const QByteArray &folder); ///< the name as on the wire (modified UTF-7)
    void select(const QByteArray &folder, Done done);
    /// Starts IDLE; any later command but close() and abort() ends it first.
    bool idle();
    void idle(Done done);
    /// Reads the newest message (IMAP: of the selected folder); true where there is none.
    bool fetch();
    void fetch(Done done);
    /// SMTP: one message from MAIL FROM to the end of DATA.
    bool sendMail(const QByteArray &from, const QByteArray &to, const QByteArray &text);
    void sendMail(const QByteArray &from, const QByteArray &to, const QByteArray &text, Done done);
    /// Whether the session lives, by asking the server (NOOP; CAPA where POP3 has no login yet). Idling goes on
    /// afterwards.
    bool noop();
    void noop(Done done);
    /// Any other command, without tag and line end; IMAP, SMTP, Sieve, single-line POP3.
    bool command(const QByteArray &line);
    void command(const QByteArray &line, Done done);
    /// Says goodbye in the protocol's way and waits for the server to close.
    bool logout();
    void logout(Done done);
    void close(); ///< FIN without goodbye
    void abort(); ///< RST

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool isConnected() const { return m_state != State::Closed && m_state != State::Connecting; }
    [[nodiscard]] Protocol protocol() const { return m_protocol; }
    [[nodiscard]] bool isEncrypted() const { return m_socket.isEncrypted(); }
    [[nodiscard]] quint16 localPort() const { return m_localPort; } ///< kept after the end
    [[nodiscard]] QHostAddress localAddress() const { return m_localAddress; }
    [[nodiscard]] quint16 peerPort() const { return m_peerPort; }
    [[nodiscard]] QByteArray user() const { return m_user; }
    [[nodiscard]] QByteArray folder() const { return m_folder; } ///< selected now
    [[nodiscard]] qint64 connectedAtUs() const { return m_connectedAtUs; } ///< wall clock, when TCP was up
    [[nodiscard]] qint64 loggedInAtUs() const
    {
        return m_loggedInAtUs;
    } ///< wall clock, when the server said yes; else 0
    [[nodiscard]] QByteArray lastReply() const { return m_lastReply; }
    [[nodiscard]] QString errorString() const { return m_socket.errorString(); }

Q_SIGNALS:
    void disconnected();
    /// A line that answers no command: IMAP's untagged ones while idling, a BYE.
    void unsolicited(const QByteArray &line);

private:
    enum class Until { Reply, MultiLine, Continuation, Encrypted, Disconnected };
    struct Step {
        QByteArray line; ///< with line end; empty: only wait
        QByteArray tag; ///< IMAP
        Until until = Until::Reply;
        Done done;
    };

    bool wait(const std::function<void(Done)> &start);
    void add(const QByteArray &line, Until until, Done done);
    void addTagged(const QByteArray &command, Until until, Done done);
    void sendNext();
    void finish(bool ok);
    void failAll();
    void onConnected();
    void onReadyRead();
    void onLine(const QByteArray &line);
    void onEncrypted();
    void onGone();
    void startTls(Done done);
    void greeted(bool ok, Done done);
    void fetchImap(Done done);
    /// Whether the reply to `step` ends with `line`, and with what.
    [[nodiscard]] std::optional<bool> verdict(const Step &step, const QByteArray &line) const;

    QSslSocket m_socket;
    const Protocol m_protocol;
    const Security m_security;
    State m_state = State::Closed;
    QHostAddress m_source;
    QByteArray m_helo = QByteArrayLiteral("client.lab.test");
    QList<Step> m_steps; ///< the first one is under way
    bool m_sent = false;
    QByteArray m_idleTag;
    QByteArray m_answeredTag; ///< of the step that just ended
    quint64 m_nextTag = 1;
    QByteArray m_reply;
    QByteArray m_lastReply;
    QByteArray m_user;
    QByteArray m_folder;
    quint16 m_localPort = 0;
    quint16 m_peerPort = 0;
    QHostAddress m_localAddress;
    qint64 m_connectedAtUs = 0;
    qint64 m_loggedInAtUs = 0;
};

} // namespace mailhelm
