// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/samplehost.h"

#include "tests/gui/hostiletexts.h"

#include <array>
#include <cmath>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 Minute = 60 * Second;
constexpr qint64 Hour = 60 * Minute;
constexpr qint64 Day = 24 * Hour;
constexpr int Accounts = 412;

/// The same numbers every time, on every machine.
class Dice
{
public:
    explicit Dice(quint32 seed)
        : m_state(seed * 2654435761U + 12345U)
    {
    }
    quint32 below(quint32 end)
    {
        m_state = m_state * 1664525U + 1013904223U;
        return quint32((quint64(m_state >> 8) * end) >> 24);
    }
    bool oneIn(quint32 n) { return below(n) == 0; }
    template<typename T, std::size_t N>
    const T &of(const std::array<T, N> &all)
    {
        return all[below(quint32(N))];
    }

private:
    quint32 m_state;
};

constexpr std::array FirstNames { "anna", "ben", "carla", "david", "elena", "felix", "greta", "hannah", "ines", "jonas",
    "katrin", "lukas", "maria", "nils", "olga", "paul", "rosa", "stefan", "tom", "ute", "vera", "wim", "yusuf", "zoe" };
constexpr std::array LastNames { "adler", "becker", "castillo", "dvorak", "eriksen", "fischer", "garcia", "haas",
    "ivanova", "jensen", "keller", "lindqvist", "moreau", "novak", "okafor", "petrov", "rossi", "schneider", "thompson",
    "vogel", "weber", "yilmaz" };
constexpr std::array Domains { "example.org", "example.org", "example.org", "example.net", "example.com" };

QByteArray userName(int number)
{
    Dice dice(quint32(number) + 77);
    const QByteArray first = FirstNames[size_t(number) % FirstNames.size()];
    const QByteArray last = LastNames[size_t(number * 7 + number / 24) % LastNames.size()];
    if (number == 5)
        return "rechnungswesen.und.controlling@verwaltung.example.org";
    if (number == 40)
        return "info@example.net";
    return first + '.' + last + '@' + dice.of(Domains);
}

Address addressOf(int user, int place)
{
    Dice dice(quint32(user * 31 + place * 7 + 3));
    if (dice.oneIn(4)) {
        const QByteArray part = QByteArray::number(dice.below(0xffff), 16);
        const QByteArray host = QByteArray::number(dice.below(0xffff), 16);
        return Address::parse("2001:db8:" + part + ":12::" + host).value_or(Address());
    }
    static constexpr std::array<quint32, 3> Nets { 0xc0000200U, 0xc6336400U, 0xcb007100U };
    return Address::fromV4(dice.of(Nets) + 1 + dice.below(253));
}

struct Kind {
    const char *service;
    const char *protocol;
    quint16 port;
    bool secure;
};
constexpr std::array Kinds { Kind { "IMAPS", "imap", 993, true }, Kind { "IMAPS", "imap", 993, true },
    Kind { "IMAPS", "imap", 993, true }, Kind { "IMAPS", "imap", 993, true }, Kind { "IMAP", "imap", 143, true },
    Kind { "Submission", "smtp", 587, true }, Kind { "Submissions", "smtp", 465, true },
    Kind { "POP3S", "pop3", 995, true }, Kind { "HTTPS", "http", 443, true },
    Kind { "ManageSieve", "sieve", 4190, true } };

constexpr std::array Folders { "INBOX", "INBOX", "INBOX", "Sent", "Archive/2025", "Projects/Relaunch", "Drafts" };
constexpr std::array Programs { "Thunderbird 128.4.3", "Thunderbird 115.16.2", "iOS Mail 22B91", "Apple Mail 16.0",
    "Outlook 16.0", "K-9 Mail 8.0", "FairEmail 1.2240", "Evolution 3.52", "mutt 2.2.12" };

QByteArray infoOf(const Kind &kind, Dice &dice)
{
    const QByteArray protocol = kind.protocol;
    if (protocol == "imap")
        return QByteArray(dice.of(Folders)) + " \xC2\xB7 " + dice.of(Programs);
    if (protocol == "smtp")
        return QByteArray("HELO ") + (dice.oneIn(2) ? "laptop-" : "pc-") + QByteArray::number(100 + dice.below(800));
    if (protocol == "http")
        return dice.oneIn(2) ? "iPhone15C2" : "Outlook-iOS-Android/1.0";
    return {};
}

void putConnection(FakeTable &table, RowKey key, int user, const Kind &kind, qint64 now, qint64 since, int place)
{
    Dice dice(quint32(key.id) * 13 + 5);
    const QByteArray protocol = kind.protocol;
    FakeTable::Cells cells { { connections::Service, QByteArray(kind.service) }, { connections::Protocol, protocol },
        { connections::Secure, kind.secure }, { connections::Since, since },
        { connections::SinceExact, now - since < 9 * Hour },
        { connections::LastActive, now - std::min<qint64>(now - since, dice.below(1500) * Second) },
        { connections::ClientAddress, addressOf(user, place) },
        { connections::Port, qint64(40000 + dice.below(20000)) },
        { connections::LocalAddress, *Address::parse("192.0.2.25") }, { connections::LocalPort, qint64(kind.port) },
        { connections::Info, infoOf(kind, dice) }, { connections::State, QByteArray("authenticated") },
        { connections::BytesIn, qint64(2'000 + dice.below(900'000)) },
        { connections::BytesOut, qint64(12'000 + qint64(dice.below(90'000)) * 700) },
        { connections::Pid, qint64(7000 + key.id % 20000) }, { connections::User, userName(user) } };
    if (kind.secure)
        cells.append({ connections::Tls,
            QByteArray(dice.oneIn(6) ? "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384" : "TLSv1.3 TLS_AES_256_GCM_SHA384") });
    if (protocol == "http")
        cells.append({ connections::Extension, QByteArray(dice.oneIn(3) ? "EWS" : "ActiveSync") });
    table.put(key, cells);
}

/// Other mail servers that bring mail: nobody is logged in there.
void putIncoming(FakeTable &table, RowKey key, qint64 now)
{
    static constexpr std::array Hosts { "mail.partner.example", "mx.newsletter.example", "out-17.bigmail.example",
        "smtp.city.example", "relay2.school.example" };
    Dice dice(quint32(key.id) * 11 + 1);
    const bool secure = !dice.oneIn(5);
    const QByteArray host = dice.of(Hosts);
    const qint64 since = now - qint64(1 + dice.below(200)) * Second;
    FakeTable::Cells cells { { connections::Service, QByteArray("SMTP") },
        { connections::Protocol, QByteArray("smtp") }, { connections::Secure, secure }, { connections::Since, since },
        { connections::SinceExact, true }, { connections::LastActive, now },
        { connections::ClientAddress, addressOf(int(key.id), 9) },
        { connections::Port, qint64(30000 + dice.below(30000)) }, { connections::LocalPort, qint64(25) },
        { connections::Host, host }, { connections::User, QByteArray() }, { connections::Info, "HELO " + host },
        { connections::State, QByteArray("unauthenticated") }, { connections::BytesIn, qint64(dice.below(90'000)) },
        { connections::BytesOut, qint64(600) } };
    if (secure)
        cells.append({ connections::Tls, QByteArray("TLSv1.3 TLS_AES_256_GCM_SHA384") });
    table.put(key, cells);
}

void fillConnections(FakeBackend &backend, quint16 server, int count)
{
    FakeTable &live = backend.rows(TableId::Connections);
    const qint64 now = backend.clock().nowUs();
    RowId id = 1;
    Dice dice(server);
    for (int i = 0; i < count; ++i, ++id) {
        const RowKey key { server, id };
        if (i % 12 == 8) {
            putIncoming(live, key, now);
            continue;
        }
        // Most came within the last hours, few have stayed since yesterday.
        const auto far = double(dice.below(10'000)) / 10'000;
        const qint64 age = qint64(std::pow(far, 9.0) * double(26 * Hour)) + qint64(dice.below(50) + 1) * Second;
        const int user = int(dice.below(Accounts * 7 / 10));
        Kind kind = Kinds[size_t(dice.below(quint32(Kinds.size())))];
        if (dice.oneIn(23))
            kind = { "IMAP", "imap", 143, false };
        putConnection(live, key, user, kind, now, now - age, int(dice.below(2)));
        if (dice.oneIn(29)) // it connected, and the log has not said who it is
            live.put(key, { { connections::User, Value() }, { connections::Info, Value() } });
    }
    // A program that opens a connection for each folder, about to be refused.
    for (int i = 0; i < 9; ++i, ++id)
        putConnection(live, { server, id }, 12, Kinds[0], now, now - (40 - i) * Minute, 0);
    live.put({ server, id },
        { { connections::Service, QByteArray("ADMIN") }, { connections::Protocol, QByteArray("admin") },
            { connections::Secure, true }, { connections::Since, now - 42 * Minute }, { connections::SinceExact, true },
            { connections::LastActive, now }, { connections::ClientAddress, *Address::parse("198.51.100.7") },
            { connections::User, QByteArray("alice") }, { connections::Info, QByteArray("mailhelm 0.1.0") },
            { connections::Tls, QByteArray("TLSv1.3 TLS_AES_256_GCM_SHA384") } });
    backend.m_own = { server, id };
    live.publish();
}

void fillSessions(FakeBackend &backend, quint16 server)
{
    FakeTable &sessions = backend.rows(TableId::Webmail);
    static constexpr std::array Components { "HTTP/WebMail", "HTTP/WebMail", "HTTP/WebMail", "HTTP/WebMail Mini",
        "HTTP/WebAdmin" };
    const qint64 now = backend.clock().nowUs();
    Dice dice(server + 400);
    for (int i = 0; i < 37; ++i) {
        const qint64 idle = i < 3 ? (57 + i) * Minute - 20 * Second : qint64(dice.below(2600)) * Second;
        const qint64 started = now - idle - qint64(dice.below(4 * 3600)) * Second;
        const int user = int(dice.below(Accounts));
        sessions.put({ server, RowId(i + 1) },
            { { webmail::User, i % 12 == 7 ? QByteArray() : userName(user) },
                { webmail::Component, QByteArray(dice.of(Components)) }, { webmail::ClientAddress, addressOf(user, 1) },
                { webmail::Started, started }, { webmail::LastActive, now - idle },
                { webmail::Expires, now - idle + Hour },
                { webmail::Session, "s" + QByteArray::number(quint64(i + 1) * 0x9e3779b97f4a7c15ULL, 16) } });
    }
    sessions.publish();
}

void fillAccounts(FakeBackend &backend, quint16 server)
{
    FakeTable &accounts = backend.rows(TableId::Users);
    FakeTable &logins = backend.rows(TableId::Logins);
    static constexpr std::array Services { "imap", "webmail", "imap", "pop3", "smtp" };
    const qint64 now = backend.clock().nowUs();
    Dice dice(server + 900);
    RowId login = 1;
    for (int i = 0; i < Accounts; ++i) {
        const qint64 created = now - qint64(40 + dice.below(2600)) * Day;
        const bool sleeps = i % 7 == 3;
        const bool unjudged = i % 41 == 9;
        FakeTable::Cells cells { { users::User, userName(i) },
            { users::Enabled,
                QByteArray(i % 61 == 17 ? "disabled"
                        : i % 53 == 31  ? "blocked"
                                        : "active") },
            { users::DomainAdmin, i % 60 == 1 }, { users::Created, created },
            { users::WatchedSince, now - (unjudged ? 18 : 420) * Day }, { users::QuotaBytes, qint64(10'000'000'000) } };
        if (i % 29 != 4)
            cells.append({ users::MailboxBytes, qint64(600'000) + qint64(dice.below(4'000'000)) * 800 });
        if (!(sleeps && i % 3 == 0) && !unjudged) {
            const qint64 at = now
                - (sleeps ? qint64(31 + dice.below(380)) * Day + qint64(dice.below(80'000)) * Second
                          : qint64(dice.below(20 * 86'400)) * Second);
            const QByteArray service = dice.of(Services);
            cells.append({ users::LastLogin, at });
            cells.append({ users::LastLoginService, service });
            cells.append({ users::LastLoginAddress, addressOf(i, 0) });
            logins.put({ server, login++ },
                { { logins::User, userName(i) }, { logins::Service, service }, { logins::Time, at },
                    { logins::ClientAddress, addressOf(i, 0) }, { logins::Source, QByteArray("log") } });
        }
        accounts.put({ server, RowId(i + 1) }, cells);
    }
    accounts.publish();
    logins.publish();
}

void fillDeleted(FakeBackend &backend, quint16 server)
{
    struct Gone {
        const char *user;
        const char *admin;
        const char *reason;
        qint64 ago;
        qint64 bytes;
    };
    static constexpr std::array Rows {
        Gone { "otto.normal@example.org", "alice", "left the company, agreed with HR", 2 * Hour, 2'220'000'000 },
        Gone { "praktikum.2024@example.org", "bob", "contract ended in October", 31 * Hour, 740'000'000 },
        Gone { "newsletter-alt@example.net", "alice", "replaced by news@example.net", 3 * Day + 5 * Hour, 1'300'000 },
        Gone { "test@example.org", "alice", "a test", 6 * Day + 20 * Hour, 12'000 },
    };
    FakeTable &gone = backend.rows(TableId::Deleted);
    const qint64 now = backend.clock().nowUs();
    RowId id = 1;
    for (const Gone &one : Rows) {
        gone.put({ server, id },
            { { deleted::User, QByteArray(one.user) }, { deleted::Deleted, now - one.ago },
                { deleted::Admin, QByteArray(one.admin) }, { deleted::Reason, QByteArray(one.reason) },
                { deleted::Archive, "/var/lib/mailhelmd/archive/2025/account-" + QByteArray::number(id + 16) },
                { deleted::MailboxBytes, one.bytes }, { deleted::Purge, now - one.ago + 7 * Day } });
        ++id;
    }
    gone.publish();
}

void fillSources(FakeBackend &backend, quint16 server)
{
    struct Known {
        const char *name;
        const char *state;
        const char *detail;
        const char *mend;
    };
    static constexpr std::array Rows {
        Known { "sockets", "ok", "1,164 sockets on 9 ports", "" },
        Known { "dovecot", "ok", "/var/log/mail.log, up to date", "" },
        Known { "postfix", "ok", "/var/log/mail.log, up to date", "" },
        Known { "anvil", "ok", "Dovecot 2.3.19.1", "" },
        Known { "join", "degraded", "3 % of the connections could not be annotated",
            "dovecot.conf: login_log_format_elements needs %{session}; then doveadm reload" },
        Known { "webmail HTTP/WebMail", "ok", "Roundcube, 37 sessions", "" },
        Known { "accounts", "ok", "PostfixAdmin, 412 accounts", "" },
    };
    FakeTable &sources = backend.rows(TableId::Sources);
    RowId id = 1;
    for (const Known &one : Rows)
        sources.put({ server, id++ },
            { { sources::Source, QByteArray(one.name) }, { sources::State, QByteArray(one.state) },
                { sources::Detail, QByteArray(one.detail) }, { sources::Mend, QByteArray(one.mend) } });
    sources.publish();
}

void fillAudit(FakeBackend &backend, quint16 server)
{
    struct Done {
        const char *admin;
        const char *action;
        const char *target;
        const char *outcome;
        const char *detail;
    };
    static constexpr std::array Rows {
        Done { "alice", "connect", "198.51.100.7", "done", "TLS 1.3, console 0.1.0" },
        Done { "alice", "drop", "ines.moreau@example.org IMAPS 203.0.113.61:51486", "done", "" },
        Done { "bob", "drop", "paul.keller@example.com Submission 192.0.2.80:40022", "gone", "it had ended already" },
        Done { "bob", "end", "greta.fischer@example.org HTTP/WebMail", "done", "" },
        Done { "alice", "disable", "nils.okafor@example.org", "done", "3 connections ended" },
        Done { "alice", "delete", "otto.normal@example.org", "done", "left the company, agreed with HR" },
        Done { "carol", "delete", "vera.rossi@example.net", "refused", "the role help desk may not delete" },
        Done { "alice", "restore", "praktikum.2023@example.org", "failed", "the address was taken meanwhile" },
        Done { "carol", "block", "yusuf.weber@example.org", "done", "" },
    };
    FakeTable &audit = backend.rows(TableId::Audit);
    const qint64 now = backend.clock().nowUs();
    for (int i = 0; i < 63; ++i) {
        const Done &one = Rows[size_t(i * 4 + i / 9) % Rows.size()];
        audit.put({ server, RowId(i + 1) },
            { { audit::Time, now - qint64(i * i + 3 * i + 2) * 4 * Minute - qint64(i * 17 % 60) * Second },
                { audit::Admin, QByteArray(one.admin) }, { audit::Action, QByteArray(one.action) },
                { audit::Target, QByteArray(one.target) }, { audit::Outcome, QByteArray(one.outcome) },
                { audit::Detail, QByteArray(one.detail) } });
    }
    audit.publish();
}

void fillHistory(FakeBackend &backend, quint16 server)
{
    FakeTable &past = backend.rows(TableId::History);
    const qint64 now = backend.clock().nowUs();
    Dice dice(server + 1300);
    for (int i = 0; i < 900; ++i) {
        const RowKey key { server, RowId(i + 1) };
        const qint64 since = now - qint64(dice.below(24 * 3600)) * Second;
        const qint64 ended = std::min(now, since + qint64(3 + dice.below(9000)) * Second);
        putConnection(past, key, int(dice.below(Accounts)), Kinds[size_t(dice.below(quint32(Kinds.size())))], now,
            since, int(dice.below(2)));
        past.put(key, { { history::Lasted, (ended - since) / Second } });
        if (ended < now)
            past.put(key, { { history::Ended, ended }, { history::EndedExact, i % 6 != 0 } });
    }
    past.publish();
}

} // namespace

void SampleHost::fill(FakeBackend &backend, quint16 server, int connections)
{
    fillConnections(backend, server, connections);
    fillSessions(backend, server);
    fillAccounts(backend, server);
    fillDeleted(backend, server);
    fillSources(backend, server);
    fillAudit(backend, server);
    fillHistory(backend, server);
    backend.m_seriesOf = &SampleHost::series;
    for (const char *service : { "IMAPS", "IMAP", "POP3S", "ManageSieve" })
        backend.m_limits.append({ server, service, 10 });
}

void SampleHost::addFleet(FakeBackend &backend)
{
    struct Member {
        const char16_t *name;
        const char16_t *group;
        QRgb colour;
        LinkState state;
        const char16_t *error;
        int connections;
    };
    static constexpr std::array Members {
        Member { u"mx2", u"production", 0xffd13c3c, LinkState::Live, u"", 120 },
        Member { u"mailstore-frankfurt-03", u"production", 0xffd13c3c, LinkState::Stale,
            u"Cannot connect to mailstore-frankfurt-03.example.org:6245: no answer within 5 s.", 60 },
        Member { u"staging", u"test", 0xffc9a21b, LinkState::Live, u"", 9 },
        Member { u"lab", u"test", 0xff3a9557, LinkState::Connecting, u"", 0 },
        Member { u"old-mx", u"", 0, LinkState::Refused,
            u"Your key was revoked there. An administrator of old-mx can enrol you again.", 0 },
    };
    QList<ServerStatus> servers = backend.servers();
    for (const Member &member : Members) {
        ServerStatus server = servers.constFirst();
        server.number = quint16(servers.size() + 1);
        server.name = QString::fromUtf16(member.name);
        server.group = QString::fromUtf16(member.group);
        server.colour = member.colour == 0 ? QColor() : QColor::fromRgb(member.colour);
        server.address = u"%1.example.org:6245"_s.arg(server.name);
        server.state = member.state;
        server.error = QString::fromUtf16(member.error);
        server.lostUs = member.state == LinkState::Stale ? backend.clock().monotonicUs() - 14 * Second : 0;
        server.nextTryUs = member.state == LinkState::Stale ? backend.clock().monotonicUs() + 8 * Second : 0;
        server.updatedUs
            = member.connections == 0 ? 0 : backend.clock().nowUs() - (server.lostUs != 0 ? 14 : 1) * Second;
        servers.append(server);
    }
    backend.setServers(servers);
    const RowKey own = backend.m_own;
    for (size_t i = 0; i < Members.size(); ++i)
        if (Members[i].connections > 0)
            fillConnections(backend, quint16(i + 2), Members[i].connections);
    backend.m_own = own;
    FakeTable &live = backend.rows(TableId::Connections);
    const int name = live.table().schema().indexOf("server");
    for (Table::Slot slot = 0; slot < live.table().slotEnd(); ++slot)
        if (live.table().isLive(slot))
            for (const ServerStatus &server : backend.servers())
                if (server.number == live.table().keyAt(slot).server)
                    live.put(live.table().keyAt(slot), { { name, server.name.toUtf8() } });
    live.publish();
}

void SampleHost::turnOver(FakeBackend &backend, quint16 server)
{
    FakeTable &live = backend.rows(TableId::Connections);
    const qint64 now = backend.clock().nowUs();
    for (int i = 0; i < 5; ++i)
        putConnection(live, { server, RowId(90'000 + i) }, 100 + i * 3, Kinds[size_t(i * 2)], now, now - Second, 0);
    int left = 3;
    for (Table::Slot slot = 0; slot < live.table().slotEnd() && left > 0; ++slot) {
        const RowKey key = live.table().keyAt(slot);
        const Column &since = live.table().column(connections::Since);
        if (live.table().isLive(slot) && key.server == server && key.id < 90'000 && since.isKnown(slot)
            && now - since.number(slot) < 25 * Second) {
            live.remove(key);
            --left;
        }
    }
    live.publish();
}

QList<QByteArray> SampleHost::journal(const QByteArray &user)
{
    return {
        "2025-11-20T12:14:03.118+01:00 mx1 dovecot: imap-login: Login: user=<" + user
            + ">, method=PLAIN, rip=203.0.113.61, lip=192.0.2.25, mpid=7244, TLS, session=<9cF1Xz0+dOTLAHE9>",
        "2025-11-20T12:14:03.402+01:00 mx1 dovecot: imap(" + user
            + ")<7244><9cF1Xz0+dOTLAHE9>: ID sent: name=Thunderbird, version=128.4.3",
        "2025-11-20T12:14:04.011+01:00 mx1 dovecot: imap(" + user + ")<7244><9cF1Xz0+dOTLAHE9>: Mailbox INBOX opened",
    };
}

ProtocolCounts SampleHost::series(qint64 fromUs, qint64 stepUs, int moments)
{
    struct Part {
        const char *name;
        double share;
        double wave;
    };
    static constexpr std::array Parts { Part { "imap", 0.58, 17 }, Part { "smtp", 0.2, 5 }, Part { "http", 0.12, 11 },
        Part { "pop3", 0.07, 29 }, Part { "sieve", 0.03, 41 } };
    ProtocolCounts counts { fromUs, stepUs, {}, {} };
    for (const Part &part : Parts) {
        counts.names.append(part.name);
        QList<qint32> line;
        for (int i = 0; i < moments; ++i) {
            const qint64 at = fromUs + i * stepUs;
            const double hour = std::fmod(double(at) / double(Hour) + 1, 24.0); // Berlin's winter
            // The agent was down for a while at night.
            if (hour > 3.2 && hour < 4.1) {
                line.append(ProtocolCounts::NotWatched);
                continue;
            }
            const double work
                = std::exp(-std::pow((hour - 11) / 3.2, 2)) + 0.8 * std::exp(-std::pow((hour - 16) / 3, 2));
            const double ripple = 0.05 * std::sin(double(at) / double(part.wave * double(Minute)))
                + 0.03 * std::sin(double(at) / double(3.7 * part.wave * double(Minute)));
            line.append(qint32(std::lround((55 + 192 * work) * part.share * (1 + ripple))));
        }
        counts.counts.append(line);
    }
    return counts;
}

void SampleHost::fillHostile(FakeBackend &backend, quint16 server)
{
    FakeTable &live = backend.rows(TableId::Connections);
    const qint64 now = backend.clock().nowUs();
    RowId id = 80'000;
    for (const auto &[name, text] : hostileTexts()) {
        putConnection(live, { server, id }, int(id % 300), Kinds[size_t(id % 5)], now, now - Second, 0);
        live.put({ server, id }, { { connections::User, text }, { connections::Info, text } });
        ++id;
    }
    const QByteArray longest = QByteArray("abteilung-fuer-besonders-lange-adressen-und-sonderfaelle.")
        + "stellvertretende-leitung@tochtergesellschaft.konzern.example.org";
    putConnection(live, { server, id }, 3, Kinds[0], now, now - Second, 0);
    live.put({ server, id }, { { connections::User, longest } });
    live.publish();
}

void SampleHost::breakSource(
    FakeBackend &backend, quint16 server, const QByteArray &source, const QByteArray &why, const QByteArray &mend)
{
    FakeTable &sources = backend.rows(TableId::Sources);
    const Table &table = sources.table();
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
        if (table.isLive(slot) && table.keyAt(slot).server == server
            && table.column(sources::Source).text(slot).toByteArray().startsWith(source))
            sources.put(table.keyAt(slot),
                { { sources::State, QByteArray("down") }, { sources::Detail, why }, { sources::Mend, mend } });
    sources.publish();
}

} // namespace mailhelm
