// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/loginevidence.h"

#include "core/base/safetext.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>

namespace mailhelm
{

namespace
{

/// Dovecot's names for its services as everybody else calls them; empty: logins there mean nothing (doveadm, lmtp,
/// lda).
QByteArray serviceNamed(QByteArrayView name)
{
    static const std::array<QByteArray, 5> services { QByteArrayLiteral("imap"), QByteArrayLiteral("pop3"),
        QByteArrayLiteral("submission"), QByteArrayLiteral("sieve"), QByteArrayLiteral("smtp") };
    if (name == QByteArrayView("managesieve"))
        return QByteArrayLiteral("sieve");
    const auto known = std::find_if(services.begin(), services.end(),
        [name](const QByteArray &service) { return name == QByteArrayView(service); });
    return known == services.end() ? QByteArray() : *known;
}

std::optional<LoginEvidence> eventLogin(const DovecotLine &parsed, const LogLine &line, const LoginRules &rules)
{
    if (!parsed.json.startsWith("{\"event\":\"auth_")) // the rest need not be parsed
        return std::nullopt;
    const QJsonObject event
        = QJsonDocument::fromJson(QByteArray::fromRawData(parsed.json.data(), parsed.json.size())).object();
    const QString name = event.value(QLatin1String("event")).toString();
    const QJsonObject fields = event.value(QLatin1String("fields")).toObject();
    const auto text = [&](const char *key) { return fields.value(QLatin1String(key)).toString().toUtf8(); };
    if (name == QLatin1String("auth_request_finished")) {
        if (text("success") != "yes" || !text("master_user").isEmpty() || !text("login_user").isEmpty())
            return std::nullopt;
    } else if (name != QLatin1String("auth_client_request_finished") || fields.contains(QLatin1String("error"))) {
        return std::nullopt;
    }
    LoginEvidence login;
    login.user = validUtf8(text("user"));
    login.service = serviceNamed(text("service"));
    if (login.user.isEmpty() || login.service.isEmpty()
        || rules.masterUsers.contains(foldedUtf8(validUtf8(text("original_user")))))
        return std::nullopt;
    login.time = line.time;
    login.address = Address::parse(text("remote_ip")).value_or(Address());
    login.source = QByteArrayLiteral("dovecot");
    return login;
}

} // namespace

std::optional<LoginEvidence> loginOf(const DovecotLine &parsed, const LogLine &line, const LoginRules &rules)
{
    if (parsed.kind == DovecotLine::Kind::Event)
        return eventLogin(parsed, line, rules);
    if (parsed.kind != DovecotLine::Kind::Login || parsed.user.isEmpty())
        return std::nullopt;
    if (!parsed.authUser.isEmpty() && rules.masterUsers.contains(foldedUtf8(validUtf8(parsed.authUser))))
        return std::nullopt;
    LoginEvidence login;
    login.user = validUtf8(parsed.user);
    // The parser calls submission by its protocol, smtp.
    login.service = serviceNamed(line.program.first(line.program.size() - 6)); // -login
    login.time = line.time;
    login.address = Address::parse(parsed.rip).value_or(Address());
    login.source = QByteArrayLiteral("dovecot");
    return login;
}

std::optional<LoginEvidence> loginOf(const PostfixLine &parsed, const LogLine &line)
{
    if (parsed.kind != PostfixLine::Kind::Client || !parsed.sasl || parsed.forwarded || parsed.user.isEmpty())
        return std::nullopt;
    return LoginEvidence { validUtf8(parsed.user), QByteArrayLiteral("smtp"), line.time, parsed.peer.address,
        QByteArrayLiteral("postfix") };
}

} // namespace mailhelm
