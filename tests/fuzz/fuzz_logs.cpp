// SPDX-License-Identifier: GPL-3.0-or-later
// A log in which clients chose every byte: what the sessions tell is clean text, and they never hold more than they
// may. A line that begins with '~' is an older one (read back), one that is "!" ends reading back.
#include "core/agent/sources/dovecotparser.h"
#include "core/agent/sources/dovecotsessions.h"
#include "core/agent/sources/logline.h"
#include "core/agent/sources/postfixsessions.h"
#include "core/base/safetext.h"
#include "tests/fuzz/fuzz.h"

using namespace mailhelm;

namespace
{

constexpr qint64 Now = 1'795'308'000'000'000; // 2026-11-22 00:40:00 UTC
constexpr qsizetype Capacity = 4;

void checkText(const QByteArray &text)
{
    FUZZ_CHECK(validUtf8(text, text.size()) == text);
}

void checkFacts(const SessionFacts &facts)
{
    FUZZ_CHECK(facts.source == "dovecot" || facts.source == "postfix");
    FUZZ_CHECK(!facts.key.isEmpty());
    for (const QByteArray &text : { facts.key, facts.protocol, facts.program })
        checkText(text);
    for (const auto &text :
        { facts.user, facts.tls, facts.host, facts.state, facts.folder, facts.agentName, facts.helo, facts.session })
        checkText(text.value_or(QByteArray()));
}

void checkInside(QByteArrayView part, QByteArrayView line)
{
    FUZZ_CHECK(part.isEmpty() || (part.begin() >= line.begin() && part.end() <= line.end()));
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    DovecotSessions dovecot(nullptr, Capacity);
    PostfixSessions postfix({}, nullptr, Capacity);
    QObject::connect(&dovecot, &DovecotSessions::facts, &dovecot, checkFacts);
    QObject::connect(&postfix, &PostfixSessions::facts, &postfix, checkFacts);
    StampReader stamps(Now, QTimeZone::utc());

    QByteArrayView rest(data, qsizetype(size));
    while (!rest.isEmpty()) {
        qsizetype length = rest.indexOf('\n');
        if (length < 0)
            length = rest.size();
        QByteArrayView bytes = rest.first(length);
        rest = rest.sliced(std::min(length + 1, rest.size()));
        if (bytes == "!") {
            dovecot.endReadBack();
            postfix.endReadBack();
            continue;
        }
        const bool older = bytes.startsWith('~');
        if (older)
            bytes = bytes.sliced(1);
        std::optional<LogLine> line = frameLine(bytes, stamps);
        if (!line)
            continue;
        for (const QByteArrayView part : { line->program, line->user, line->session, line->severity, line->text })
            checkInside(part, bytes);
        postfix.take(*line, older ? PostfixSessions::Reading::Older : PostfixSessions::Reading::Newer);
        if (!unwrapDovecot(*line, {}))
            continue;
        const DovecotLine parsed = parseDovecotLine(*line);
        for (const QByteArrayView part :
            { parsed.user, parsed.rip, parsed.session, parsed.cipher, parsed.id, parsed.json })
            checkInside(part, bytes);
        dovecot.take(*line, older ? DovecotSessions::Reading::Older : DovecotSessions::Reading::Newer);
        FUZZ_CHECK(dovecot.size() <= Capacity && dovecot.open().size() == dovecot.size());
    }
    return 0;
}
