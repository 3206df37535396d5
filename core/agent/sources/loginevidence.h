// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/sources/dovecotparser.h"
#include "core/agent/sources/postfixparser.h"

#include <QSet>

#include <optional>

namespace mailhelm
{

/// What counts as a login, in one place, for lines as they come and for old ones alike. The service is imap, pop3,
/// submission (Dovecot's), sieve, or smtp (SASL in Postfix, whichever of its services). Pure.

/// How Dovecot's administrators log in as somebody else.
struct LoginRules {
    QSet<QByteArray> masterUsers; ///< lower case; who authenticated as one of them is not the account's owner
};

/// A Login line, or an exported event of a successful authentication (auth_request_finished with success,
/// auth_client_request_finished without error; Postfix's SASL has no other line where no message follows). Not failed
/// attempts, deliveries, doveadm, lines in which a name imitates the format, nor a master user's visit.
[[nodiscard]] std::optional<LoginEvidence> loginOf(
    const DovecotLine &parsed, const LogLine &line, const LoginRules &rules);
/// A message of an authenticated client: sasl_username. Postfix logs no AUTH by itself.
[[nodiscard]] std::optional<LoginEvidence> loginOf(const PostfixLine &parsed, const LogLine &line);

} // namespace mailhelm
