// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/pairinglink.h"

#include "core/base/safetext.h"
#include "core/protocol/limits.h"

#include <QCryptographicHash>
#include <QList>
#include <QRandomGenerator>

#include <array>

namespace mailhelm
{

static constexpr auto TextForm = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
static constexpr QByteArrayView Scheme("mailhelm://");

PairingToken PairingToken::random()
{
    std::array<quint32, limits::TokenBytes / sizeof(quint32)> words;
    QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
    return PairingToken(QByteArray(reinterpret_cast<const char *>(words.data()), limits::TokenBytes));
}

std::optional<PairingToken> PairingToken::parse(QByteArrayView text)
{
    const QByteArray written = text.toByteArray();
    const auto decoded = QByteArray::fromBase64Encoding(written, TextForm | QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || (*decoded).size() != limits::TokenBytes || (*decoded).toBase64(TextForm) != written)
        return std::nullopt;
    return PairingToken(*decoded);
}

QByteArray PairingToken::toText() const
{
    return m_bytes.toBase64(TextForm);
}

QByteArray PairingToken::digest() const
{
    return QCryptographicHash::hash(m_bytes, QCryptographicHash::Sha256);
}

static Error bad(const QString &why)
{
    return { ErrorCode::InvalidArgument,
        QStringLiteral("This is not a usable pairing link: %1. Copy the whole line that “mailhelmd enroll” printed; it "
                       "looks like mailhelm://HOST:PORT/?pin=…&token=…")
            .arg(why) };
}

Result<PairingLink> PairingLink::parse(QByteArrayView text)
{
    text = text.trimmed();
    if (text.size() > limits::PairingLinkBytes)
        return bad(QStringLiteral("it is longer than %1 characters").arg(limits::PairingLinkBytes));
    if (!text.startsWith(Scheme))
        return bad(QStringLiteral("it does not begin with mailhelm://"));
    text = text.sliced(Scheme.size());
    const qsizetype slash = text.indexOf("/?");
    if (slash < 0)
        return bad(QStringLiteral("after the host and port there is no “/?pin=…”"));

    const auto agent = HostPort::parse(text.first(slash));
    if (!agent)
        return bad(agent.error().detail.chopped(agent.error().detail.endsWith(u'.') ? 1 : 0));
    if (agent.value().port == 0)
        return bad(QStringLiteral("port 0 cannot be connected to"));

    std::optional<Pin> pin;
    std::optional<PairingToken> token;
    for (const QByteArray &parameter : text.sliced(slash + 2).toByteArray().split('&')) {
        const qsizetype equals = parameter.indexOf('=');
        const QByteArray key = parameter.first(equals < 0 ? parameter.size() : equals);
        const QByteArray value = equals < 0 ? QByteArray() : parameter.sliced(equals + 1);
        if (key == "pin") {
            if (pin)
                return bad(QStringLiteral("it has two pins"));
            pin = Pin::parse(value);
            if (!pin)
                return bad(QStringLiteral("the pin is cut off or mistyped (it has 43 characters)"));
        } else if (key == "token") {
            if (token)
                return bad(QStringLiteral("it has two tokens"));
            token = PairingToken::parse(value);
            if (!token)
                return bad(QStringLiteral("the token is cut off or mistyped (it has 22 characters)"));
        } else {
            return bad(QStringLiteral("it has an unknown part “%1”").arg(safeText(QByteArrayView(key), 40)));
        }
    }
    if (!pin)
        return bad(QStringLiteral("the pin is missing"));
    if (!token)
        return bad(QStringLiteral("the token is missing"));
    return PairingLink { agent.value(), *pin, *token };
}

QByteArray PairingLink::toText() const
{
    return Scheme.toByteArray() + agent.toText() + "/?pin=" + pin.toText() + "&token=" + token.toText();
}

} // namespace mailhelm
