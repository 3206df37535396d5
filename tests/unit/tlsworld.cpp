// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/tlsworld.h"

#include <QTest>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace mailhelm
{

static Identity made(const char *name)
{
    auto identity = Identity::make(QString::fromLatin1(name));
    if (!identity)
        qFatal("%s", qUtf8Printable(identity.error().detail));
    return identity.value();
}

const Identity &agentIdentity()
{
    static const Identity identity = made("agent");
    return identity;
}

const Identity &adminIdentity()
{
    static const Identity identity = made("admin");
    return identity;
}

const Identity &strangerIdentity()
{
    static const Identity identity = made("stranger");
    return identity;
}

Identity reissued(const Identity &identity, int fromDays, int untilDays)
{
    BIO *in = BIO_new_mem_buf(identity.pem().constData(), int(identity.pem().size()));
    EVP_PKEY *key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
    X509 *certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7);
    X509_time_adj_ex(X509_getm_notBefore(certificate), fromDays, 0, nullptr);
    X509_time_adj_ex(X509_getm_notAfter(certificate), untilDays, 0, nullptr);
    X509_NAME *name = X509_get_subject_name(certificate);
    const auto *text = reinterpret_cast<const unsigned char *>("127.0.0.1");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    X509_EXTENSION *host = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate, host, -1);
    X509_sign(certificate, key, EVP_sha256());
    BIO *out = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    PEM_write_bio_X509(out, certificate);
    char *data = nullptr;
    const auto size = BIO_ctrl(out, BIO_CTRL_INFO, 0, &data);
    auto fresh = Identity::fromPem(QByteArray(data, size));
    BIO_free(out);
    X509_EXTENSION_free(host);
    X509_free(certificate);
    EVP_PKEY_free(key);
    BIO_free(in);
    if (!fresh)
        qFatal("%s", qUtf8Printable(fresh.error().detail));
    return fresh.value();
}

EchoAgent::EchoAgent(
    const TlsServerOptions &options, const QList<QByteArray> &addresses, bool logInAtOnce, const Identity &identity)
    : server(
        identity,
        [this](const Pin &pin) -> Admission {
            if (pin == adminIdentity().pin())
                return { Admit::Known, {} };
            return enrolling ? Admission { Admit::EnrolOnly, {} } : Admission { Admit::Refuse, farewell };
        },
        clock, options)
{
    connect(&server, &TlsServer::rejected, this, [this](const Endpoint &, const QString &why) { rejections += why; });
    connect(&server, &TlsServer::connected, this, [this, logInAtOnce](Channel *channel, Admit admit) {
        channels += channel;
        admits += admit;
        channel->setParent(this);
        connect(channel, &Channel::received, this, [this, channel](const QByteArray &payload) {
            got += payload;
            if (echo)
                channel->send(payload);
        });
        connect(channel, &Channel::closed, this, [this, channel](const Error &reason) {
            closedWith += reason;
            channel->deleteLater();
        });
        if (logInAtOnce)
            server.loggedIn(channel);
    });
    if (auto listening = server.listen(addresses); !listening)
        qFatal("%s", qUtf8Printable(listening.error().detail));
}

Caller::Caller(const Identity &identity)
    : dialer(identity)
{
    connect(&dialer, &TlsDialer::failed, this, [this](const DialFailure &why) { failure = why; });
    connect(&dialer, &TlsDialer::connected, this, [this](Channel *fresh) {
        channel.reset(fresh);
        connect(fresh, &Channel::received, this, [this](const QByteArray &payload) { got += payload; });
        connect(fresh, &Channel::closed, this, [this](const Error &reason) { closedWith = reason; });
    });
}

void Caller::dial(quint16 port, const Pin &pin, std::chrono::milliseconds timeout, const QByteArray &host)
{
    failure.reset();
    closedWith.reset();
    got.clear();
    channel.reset();
    dialer.dial(HostPort { host, port }, pin, timeout);
}

bool Caller::wait(int ms)
{
    return QTest::qWaitFor([this] { return channel || failure; }, ms) && channel;
}

RawPeer::RawPeer(quint16 port, const QByteArray &from)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in source {};
    source.sin_family = AF_INET;
    ::inet_pton(AF_INET, from.constData(), &source.sin_addr);
    sockaddr_in target {};
    target.sin_family = AF_INET;
    target.sin_port = htons(port);
    ::inet_pton(AF_INET, "127.0.0.1", &target.sin_addr);
    // Blocking: on loopback the kernel answers by itself while the backlog has room.
    if (fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr *>(&source), sizeof source) == 0
        && ::connect(fd, reinterpret_cast<sockaddr *>(&target), sizeof target) == 0) {
        m_fd = fd;
        ::fcntl(fd, F_SETFL, O_NONBLOCK);
    } else if (fd >= 0) {
        ::close(fd);
    }
}

RawPeer::~RawPeer()
{
    finish();
}

bool RawPeer::write(const QByteArray &bytes)
{
    return ::send(m_fd, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL) == bytes.size();
}

void RawPeer::reset()
{
    const linger reset { 1, 0 };
    ::setsockopt(m_fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    finish();
}

void RawPeer::finish()
{
    if (m_fd >= 0)
        ::close(m_fd);
    m_fd = -1;
}

bool RawPeer::isEnded()
{
    std::array<char, 4096> buffer;
    for (;;) {
        const auto n = ::recv(m_fd, buffer.data(), buffer.size(), 0);
        if (n > 0)
            continue;
        return n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    }
}

} // namespace mailhelm
