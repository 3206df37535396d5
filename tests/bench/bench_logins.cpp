// SPDX-License-Identifier: GPL-3.0-or-later
// What the ledger of logins costs: reading back logs, against merely splitting or inflating them in the same run, and
// taking logins as they come. usage: bench_logins [MEGABYTES of log, 256 without it [read]]
#include "core/agent/loginledger.h"
#include "core/agent/sources/logblocks.h"
#include "core/agent/sources/loginhistoryreader.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

using namespace mailhelm;

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 Day = 86'400 * Second;
constexpr qint64 Now = 1'795'305'600 * Second;
constexpr int Users = 30'000;
constexpr int Files = 10;
constexpr int Rounds = 3;

double cpuSeconds()
{
    timespec time {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

/// A mail host's day, roughly: one line in nine is a login.
class Writer
{
public:
    explicit Writer(qint64 start)
        : m_at(start)
    {
    }

    void append(QByteArray &to)
    {
        m_at += 150'000;
        if (m_at / Second != m_second) {
            m_second = m_at / Second;
            m_stamp = QLocale::c()
                          .toString(QDateTime::fromSecsSinceEpoch(m_second, Qt::UTC), QStringLiteral("MMM dd HH:mm:ss"))
                          .toLatin1();
        }
        // Few people log in all the time, most seldom.
        const double x = double(m_random()) / double(m_random.max());
        const QByteArray user = "user" + QByteArray::number(int(x * x * x * Users)) + "@example.org";
        const QByteArray address = "203.0.113." + QByteArray::number(m_random() % 250);
        const QByteArray id = QByteArray::number(m_random(), 16).toUpper();
        to += m_stamp;
        switch (m_random() % 9) {
        case 0:
            to += m_random() % 4 ? " mx dovecot: imap-login: Login: user=<" + user + ">, method=PLAIN, rip=" + address
                    + ", lip=198.51.100.1, mpid=4711, TLS, session=<" + id + "abcdefgh>\n"
                                 : " mx postfix/submission/smtpd[811]: " + id + ": client=dsl." + id + ".example.net["
                    + address + "]:4711, sasl_method=PLAIN, sasl_username=" + user + "\n";
            break;
        case 1:
            to += " mx dovecot: imap(" + user + ")<4711><" + id
                + "abcdefgh>: Disconnected: Logged out in=281 out=22400 deleted=0 expunged=0 trashed=0 hdr_count=0\n";
            break;
        case 2:
            to += " mx postfix/smtpd[811]: connect from dsl." + id + ".example.net[" + address + "]:4711\n";
            break;
        case 3:
            to += " mx postfix/smtpd[811]: disconnect from dsl." + id + ".example.net[" + address
                + "]:4711 ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7\n";
            break;
        case 4:
            to += " mx postfix/cleanup[900]: " + id + ": message-id=<" + id + "." + id + "@mail.example.com>\n";
            break;
        case 5:
            to += " mx postfix/qmgr[31]: " + id + ": from=<" + user + ">, size=48213, nrcpt=1 (queue active)\n";
            break;
        case 6:
            to += " mx postfix/lmtp[950]: " + id + ": to=<" + user
                + ">, relay=mx[private/dovecot-lmtp], delay=0.31, delays=0.2/0/0/0.1, dsn=2.0.0, status=sent (250 "
                  "2.0.0 "
                  "Saved)\n";
            break;
        case 7:
            to += " mx dovecot: lmtp(" + user + ")<950><" + id + ">: msgid=<" + id
                + "@mail.example.com>: saved mail to INBOX\n";
            break;
        default:
            to += " mx postfix/smtpd[811]: NOQUEUE: reject: RCPT from unknown[" + address
                + "]: 554 5.7.1 Service unavailable; Client host blocked; from=<a@b> to=<" + user
                + "> proto=ESMTP helo=<" + id + ">\n";
            break;
        }
    }
    [[nodiscard]] qint64 at() const { return m_at; }

private:
    qint64 m_at;
    qint64 m_second = 0;
    QByteArray m_stamp;
    std::mt19937 m_random { 42 };
};

void setTime(const QByteArray &path, qint64 us)
{
    const timespec times[2] = { { us / Second, 0 }, { us / Second, 0 } };
    (void)::utimensat(AT_FDCWD, path.constData(), times, 0);
}

/// The same text as plain.log.N and packed.log.N.gz; returns its size.
qint64 generate(const QByteArray &folder, qint64 megabytes)
{
    qint64 all = 0;
    Writer writer(Now - 20 * Day);
    for (int number = Files; number >= 1; --number) {
        const QByteArray plainName = folder + "/plain.log." + QByteArray::number(number);
        const QByteArray packedName = folder + "/packed.log." + QByteArray::number(number) + ".gz";
        QFile plain(QFile::decodeName(plainName));
        gzFile packed = ::gzopen(packedName.constData(), "wb6");
        if (!plain.open(QIODevice::WriteOnly) || !packed)
            qFatal("%s cannot be written", folder.constData());
        for (qint64 written = 0; written < (megabytes << 20) / Files;) {
            QByteArray piece;
            while (piece.size() < 1 << 20)
                writer.append(piece);
            if (plain.write(piece) != piece.size() || ::gzwrite(packed, piece.constData(), unsigned(piece.size())) <= 0)
                qFatal("%s is full", folder.constData());
            written += piece.size();
            all += piece.size();
        }
        plain.close();
        ::gzclose(packed);
        setTime(plainName, writer.at());
        setTime(packedName, writer.at());
    }
    return all;
}

double split(const QByteArray &folder)
{
    const double start = cpuSeconds();
    quint64 lines = 0;
    QByteArray buffer(1 << 20, Qt::Uninitialized);
    for (int number = 1; number <= Files; ++number) {
        const int fd = ::open((folder + "/plain.log." + QByteArray::number(number)).constData(), O_RDONLY);
        for (ssize_t n = 0; (n = ::read(fd, buffer.data(), size_t(buffer.size()))) > 0;) {
            const char *at = buffer.constData();
            const char *const end = at + n;
            while (const void *hit = std::memchr(at, '\n', size_t(end - at))) {
                at = static_cast<const char *>(hit) + 1;
                ++lines;
            }
        }
        ::close(fd);
    }
    if (lines == 0)
        qFatal("no lines");
    return cpuSeconds() - start;
}

double inflateAlone(const QByteArray &folder)
{
    const double start = cpuSeconds();
    quint64 bytes = 0;
    QByteArray in(128 * 1024, Qt::Uninitialized);
    QByteArray out(1 << 20, Qt::Uninitialized);
    for (int number = 1; number <= Files; ++number) {
        const int fd = ::open((folder + "/packed.log." + QByteArray::number(number) + ".gz").constData(), O_RDONLY);
        z_stream stream {};
        ::inflateInit2(&stream, 16 + MAX_WBITS);
        int state = Z_OK;
        for (ssize_t n = 0; state == Z_OK && (n = ::read(fd, in.data(), size_t(in.size()))) > 0;) {
            stream.next_in = reinterpret_cast<Bytef *>(in.data());
            stream.avail_in = uInt(n);
            while (stream.avail_in > 0 && state == Z_OK) {
                stream.next_out = reinterpret_cast<Bytef *>(out.data());
                stream.avail_out = uInt(out.size());
                state = ::inflate(&stream, Z_NO_FLUSH);
                bytes += quint64(out.size()) - stream.avail_out;
            }
        }
        ::inflateEnd(&stream);
        ::close(fd);
    }
    if (bytes == 0)
        qFatal("nothing inflated");
    return cpuSeconds() - start;
}

/// As the agent does it, on this thread.
double readBack(const QByteArray &log, qsizetype &logins)
{
    LoginHistoryReader::Task task;
    task.logs = { HistoryLog { log, { "dovecot", "postfix" }, {}, {} } };
    task.wanted.zone = QTimeZone::utc();
    task.now = Now;
    task.notBefore = Now - 400 * Day;
    LoginHistoryReader reader(task);
    logins = 0;
    QObject::connect(&reader, &LoginHistoryReader::found, &reader,
        [&logins](const QList<LoginEvidence> &found) { logins += found.size(); });
    const double start = cpuSeconds();
    reader.run();
    return cpuSeconds() - start;
}

void benchReading(qint64 megabytes)
{
    QTemporaryDir folder;
    const QByteArray path = QFile::encodeName(folder.path());
    const double gib = double(generate(path, megabytes)) / double(1 << 30);
    double splitting = 1e9;
    double inflating = 1e9;
    double plain = 1e9;
    double packed = 1e9;
    qsizetype plainLogins = 0;
    qsizetype packedLogins = 0;
    for (int round = 0; round < Rounds; ++round) { // in turn, so that a busy moment hits all alike
        splitting = std::min(splitting, split(path));
        plain = std::min(plain, readBack(path + "/plain.log", plainLogins));
        inflating = std::min(inflating, inflateAlone(path));
        packed = std::min(packed, readBack(path + "/packed.log", packedLogins));
    }
    std::printf("reading back %.2f GiB of rotated logs, CPU s per GiB, best of %d:\n", gib, Rounds);
    std::printf("  splitting lines %.2f, reading back plain logs %.2f: ratio %.1f (goal: at most 8)\n", splitting / gib,
        plain / gib, plain / splitting);
    std::printf("  inflating alone %.2f, reading back compressed logs %.2f: %.2f of its speed (goal: at least 0.7)\n",
        inflating / gib, packed / gib, inflating / packed);
    std::printf("  %lld and %lld logins handed over\n", qlonglong(plainLogins), qlonglong(packedLogins));
}

void benchLedger()
{
    QTemporaryDir folder;
    ManualClock clock(Now);
    Registry registry(1, RowIds("boot", QByteArray(32, 'k')));
    LoginLedger ledger({ QFile::encodeName(folder.path()), {} }, registry, clock);
    ledger.start();
    (void)QTest::qWaitFor([&] { return ledger.isLoaded(); }, 20'000);
    constexpr int Logins = 3'000'000;
    constexpr int Slice = 20'000;
    std::mt19937 random(1);
    double taking = 0;
    double naive = 0;
    QHash<QByteArray, qint64> latest;
    for (int done = 0; done < Logins; done += Slice) {
        QList<LoginEvidence> logins;
        for (int i = 0; i < Slice; ++i) {
            clock.advanceUs(20'000);
            logins.append({ "user" + QByteArray::number(random() % 100'000) + "@example.org",
                random() % 3 ? QByteArray("imap") : QByteArray("smtp"), clock.nowUs(),
                Address::fromV4(quint32(random())), "dovecot" });
        }
        double start = cpuSeconds();
        for (const LoginEvidence &login : std::as_const(logins))
            ledger.take(login);
        taking += cpuSeconds() - start;
        start = cpuSeconds();
        for (const LoginEvidence &login : std::as_const(logins))
            latest[login.user + login.service] = login.time;
        naive += cpuSeconds() - start;
        QTest::qWait(1); // batches are written meanwhile
    }
    bool kept = false;
    const double start = cpuSeconds();
    ledger.whenKept([&] { kept = true; });
    (void)QTest::qWaitFor([&] { return kept; }, 120'000);
    taking += cpuSeconds() - start;
    std::printf("ledger: %.1f million logins of 100,000 users: %.2f µs of the agent's thread each, %.1f times a hash "
                "table alone; a day of three million takes %.1f s\n",
        Logins / 1e6, taking / Logins * 1e6, taking / naive, taking / Logins * 3e6);
    std::printf("  all on the disk: %s\n", kept ? "yes" : "NO");
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const qint64 megabytes = argc > 1 ? QByteArray(argv[1]).toLongLong() : 256;
    if (megabytes <= 0 || megabytes > 2048) {
        std::fprintf(stderr, "usage: bench_logins [MEGABYTES [read]]   1 to 2048; read: without the ledger\n");
        return 2;
    }
    if (argc <= 2) // a second argument: reading alone
        benchLedger();
    benchReading(megabytes);
    return 0;
}
