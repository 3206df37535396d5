// SPDX-License-Identifier: GPL-3.0-or-later
// A session in which a mail user chose every byte: what is read of it is clean text, and cutting it off never makes
// another user of it.
#include "core/agent/sources/phpsession.h"
#include "core/base/safetext.h"
#include "tests/fuzz/fuzz.h"

using namespace mailhelm;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView bytes(data, qsizetype(size));
    const PhpSession session = readPhpSession(bytes);
    if (session.user)
        FUZZ_CHECK(validUtf8(*session.user, session.user->size()) == *session.user);
    FUZZ_CHECK(validUtf8(session.host, session.host.size()) == session.host);
    FUZZ_CHECK(session.loginTime >= 0);
    const std::optional<QByteArray> who = session.whoIsLoggedIn();
    FUZZ_CHECK(!who || !who->isEmpty() || session.read == PhpSession::Read::Whole);
    if (session.read == PhpSession::Read::Whole) {
        // One that ends earlier tells the same, less, or (as PHP, where a variable is set twice) an earlier value.
        const PhpSession part = readPhpSession(bytes.first(bytes.size() / 2));
        FUZZ_CHECK(!part.user || session.user);
    }
    return 0;
}
