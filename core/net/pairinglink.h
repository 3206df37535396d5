// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/net/hostport.h"
#include "core/net/pin.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace mailhelm
{

/// The chance in a pairing link: 128 bits, spent once. A secret: never logged, never part of an error's text.
class PairingToken
{
public:
    [[nodiscard]] static PairingToken random();
    /// 22 characters of base64url without padding, the one way to write it; nullopt for anything else.
    [[nodiscard]] static std::optional<PairingToken> parse(QByteArrayView text);
    [[nodiscard]] QByteArray toText() const;
    [[nodiscard]] const QByteArray &bytes() const { return m_bytes; } ///< limits::TokenBytes of them
    /// SHA-256 of the bytes: what the agent stores and compares.
    [[nodiscard]] QByteArray digest() const;

    friend bool operator==(const PairingToken &, const PairingToken &) = default;

private:
    explicit PairingToken(const QByteArray &bytes)
        : m_bytes(bytes)
    {
    }

    QByteArray m_bytes;
};

/// What one paste needs to trust an agent and to be trusted by it:
/// `mailhelm://HOST:PORT/?pin=PIN&token=TOKEN`, made by `mailhelmd enroll`.
struct PairingLink {
    HostPort agent;
    Pin pin;
    PairingToken token;

    /// Strict: every part once, nothing else; blanks around a pasted link are forgiven. Errors name the part, never
    /// the token.
    [[nodiscard]] static Result<PairingLink> parse(QByteArrayView text);
    [[nodiscard]] QByteArray toText() const;

    friend bool operator==(const PairingLink &, const PairingLink &) = default;
};

} // namespace mailhelm
