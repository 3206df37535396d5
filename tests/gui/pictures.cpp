// SPDX-License-Identifier: GPL-3.0-or-later
// The console's pictures without a server: made-up rows, as many as a small mail host has.
//
// pictures DIR

#include "app/console/screenshots.h"
#include "tests/gui/fakebackend.h"
#include "views/connectionspage.h"
#include "views/mainwindow.h"

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>

#include <cstdio>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 Hour = 3'600'000'000;

void fillPeople(FakeBackend &backend, qint64 now)
{
    FakeTable &live = backend.rows(TableId::Connections);
    static constexpr const char *services[] = { "IMAPS", "IMAPS", "Submission", "POP3S", "HTTP" };
    static constexpr const char *protocols[] = { "imap", "imap", "smtp", "pop3", "http" };
    for (int i = 0; i < 30; ++i) {
        const int kind = i % 5;
        FakeTable::Cells cells { { connections::Service, QByteArray(services[kind]) },
            { connections::Protocol, QByteArray(protocols[kind]) }, { connections::Secure, true },
            { connections::User, "user" + QByteArray::number(i / 3) + "@example.org" },
            { connections::ClientAddress, Address::fromV4(0xcb007100 + quint32(i)) },
            { connections::Since, now - qint64(i * i + 1) * 47'000'000 }, { connections::SinceExact, true },
            { connections::LastActive, now - qint64(i) * 3'000'000 },
            { connections::Info, QByteArray(kind < 2 ? "INBOX · Thunderbird 115.3" : "") } };
        if (kind == 4)
            cells.append({ connections::Extension, QByteArray(i % 2 ? "ActiveSync" : "EWS") });
        live.put({ 1, RowId(5000 + i) }, cells);
    }
    live.publish();
    FakeTable &gone = backend.rows(TableId::Deleted);
    static constexpr const char *reasons[] = { "left the company, agreed with HR", "contract ended 2025-10", "a test" };
    for (int i = 0; i < 3; ++i)
        gone.put({ 1, RowId(i + 1) },
            { { deleted::User,
                  QByteArray(i == 0 ? "otto.normal"
                          : i == 1  ? "praktikum"
                                    : "test")
                      + "@example.org" },
                { deleted::Deleted, now - qint64(i * 30 + 2) * Hour }, { deleted::Admin, QByteArray("alice") },
                { deleted::Reason, QByteArray(reasons[i]) },
                { deleted::Archive, "/srv/archive/2025/account-" + QByteArray::number(i + 17) },
                { deleted::MailboxBytes, qint64(740'000'000) * (3 - i) },
                { deleted::Purge, now + qint64(168 - i * 30 - 2) * Hour } });
    gone.publish();
    FakeTable &sources = backend.rows(TableId::Sources);
    int id = 0;
    for (const char *name : { "sockets", "dovecot", "postfix", "webmail HTTP/WebMail", "accounts" })
        sources.put({ 1, RowId(++id) },
            { { sources::Source, QByteArray(name) }, { sources::State, QByteArray("ok") },
                { sources::Detail, QByteArray() }, { sources::Mend, QByteArray() } });
    sources.publish();
}

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    if (argc != 2) {
        std::fprintf(stderr, "usage: pictures DIR\n");
        return 2;
    }
    const QTemporaryDir home;
    QSettings settings(home.filePath(u"console.ini"_s), QSettings::IniFormat);
    const SystemClock clock;
    FakeBackend backend(clock);
    backend.addLive(u"mx1"_s);
    backend.fill(412);
    backend.fillSessions(37);
    backend.fillAccounts(412);
    fillPeople(backend, clock.nowUs());
    MainWindow window(backend, settings);
    window.show();
    Screenshots camera(backend, window, QString::fromLocal8Bit(argv[1]));
    QObject::connect(&camera, &Screenshots::finished, &app, [](int saved, int failed) {
        std::printf("%d pictures saved, %d failed\n", saved, failed);
        QCoreApplication::exit(failed == 0 ? 0 : 1);
    });
    camera.start();
    return QApplication::exec();
}
