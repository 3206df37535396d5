// SPDX-License-Identifier: GPL-3.0-or-later
// mailhelm-lab-clients: real mail clients for the lab, for the demo and for load. Runs until SIGTERM or SIGINT.

#include "tests/lab/crowd.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QSocketNotifier>

#include <csignal>
#include <cstdio>

#include <sys/resource.h>
#include <sys/signalfd.h>

namespace
{

/// Ends the event loop at SIGTERM and SIGINT: sockets are then closed in order.
int signalDescriptor()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

void allowManyDescriptors()
{
    rlimit limit {};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

QHash<QByteArray, QByteArray> readEnv(const QString &path)
{
    QHash<QByteArray, QByteArray> env;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return env;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (const qsizetype equals = line.indexOf('='); equals > 0)
            env.insert(line.left(equals), line.mid(equals + 1));
    }
    return env;
}

struct Kind {
    const char *option;
    const char *description;
    int mailhelm::Crowd::Wishes::*count;
};

using Wishes = mailhelm::Crowd::Wishes;
constexpr Kind Kinds[] = {
    { "imap", "IMAP in the clear", &Wishes::imap },
    { "imaps", "IMAP over TLS", &Wishes::imaps },
    { "imap-starttls", "IMAP with STARTTLS", &Wishes::imapStartTls },
    { "pop3", "POP3 in the clear", &Wishes::pop3 },
    { "pop3s", "POP3 over TLS", &Wishes::pop3s },
    { "submission", "Dovecot's submission with STARTTLS", &Wishes::submission },
    { "postfix-submission", "Postfix's submission with STARTTLS", &Wishes::postfixSubmission },
    { "smtp", "SMTP to Postfix, not authenticated", &Wishes::smtp },
    { "sieve", "ManageSieve with STARTTLS", &Wishes::sieve },
    { "prelogin", "IMAP over TLS that never logs in", &Wishes::prelogin },
};

} // namespace

int main(int argc, char **argv)
{
    const int signals = signalDescriptor();
    allowManyDescriptors();
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Real mail clients for the lab; prints \"ready OK FAILED\" once all have come."));
    parser.addHelpOption();
    parser.addOption({ QStringLiteral("env"), QStringLiteral("The lab's DIR/env."), QStringLiteral("file") });
    for (const Kind &kind : Kinds)
        parser.addOption(
            { QLatin1String(kind.option), QLatin1String(kind.description), QStringLiteral("n"), QStringLiteral("0") });
    parser.addOption({ QStringLiteral("churn"), QStringLiteral("Some leave and come back.") });
    parser.addOption({ QStringLiteral("quiet"), QStringLiteral("Log in, idle in INBOX, and do nothing else.") });
    parser.process(app);

    const QHash<QByteArray, QByteArray> env = readEnv(parser.value(QStringLiteral("env")));
    if (!env.contains("IMAP_PORT")) {
        std::fprintf(stderr, "--env names no lab: %s (start one with tests/lab/lab start DIR)\n",
            qPrintable(parser.value(QStringLiteral("env"))));
        return 2;
    }
    mailhelm::Crowd::Wishes wishes;
    for (const Kind &kind : Kinds) {
        bool ok = false;
        wishes.*kind.count = parser.value(QLatin1String(kind.option)).toInt(&ok);
        if (!ok || wishes.*kind.count < 0) {
            std::fprintf(stderr, "--%s takes a number\n", kind.option);
            return 2;
        }
    }
    wishes.churn = parser.isSet(QStringLiteral("churn"));
    wishes.quiet = parser.isSet(QStringLiteral("quiet"));

    QSocketNotifier notifier(signals, QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &app, &QCoreApplication::quit);
    mailhelm::Crowd crowd(env, wishes);
    QObject::connect(&crowd, &mailhelm::Crowd::allSettled, &app, [](int ok, int failed) {
        std::printf("ready %d %d\n", ok, failed);
        std::fflush(stdout);
    });
    crowd.start();
    return QCoreApplication::exec();
}
