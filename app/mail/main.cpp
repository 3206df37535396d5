// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mail/mailservice.h"
#include "core/base/clock.h"

#include <CLI/CLI.hpp>

#include <pwd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

using namespace mailhelm;

namespace
{

enum ExitCode { Ok = 0, Failed = 1, Usage = 2 };
constexpr int IdleMs = 60'000; ///< started by its socket, it goes when nobody needs it

int complain(const Error &error)
{
    std::fprintf(stderr, "mailhelm-mail: %s\n", qUtf8Printable(error.detail));
    return Failed;
}

/// For running it by hand: with systemd the socket comes from mailhelm-mail.socket.
Result<Descriptor> listenAt(const std::string &path)
{
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return Error { ErrorCode::InvalidArgument, QStringLiteral("The path of a socket is shorter than that.") };
    std::memcpy(address.sun_path, path.data(), path.size());
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    struct stat status {
    };
    if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode))
        ::unlink(path.c_str());
    if (!socket.isOpen() || ::bind(socket.fd(), reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0
        || ::listen(socket.fd(), 16) != 0)
        return systemError(QByteArray::fromStdString(path), errno);
    return socket;
}

} // namespace

int main(int argc, char **argv)
{
    ::umask(077);
    const rlimit noCore { 0, 0 }; // nobody's mail belongs into a core file
    ::setrlimit(RLIMIT_CORE, &noCore);

    CLI::App app { "Moves mailboxes into the archive and back, for mailhelmd. Runs as the mail user.",
        "mailhelm-mail" };
    app.set_version_flag("--version", "mailhelm-mail " MAILHELM_VERSION);
    std::string configFile = "/etc/mailhelm/mail.conf";
    std::string socketPath;
    app.add_option("--config", configFile, "what may be moved, and where to")->capture_default_str();
    app.add_option("--socket", socketPath, "listen there, where systemd hands over no socket");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? Ok : Usage;
    }

    const Result<MailSettings> settings = MailSettings::read(QByteArray::fromStdString(configFile));
    if (!settings)
        return complain(settings.error());
    const passwd *agent = ::getpwnam(settings.value().agent.constData());
    if (!agent)
        return complain({ ErrorCode::NotFound,
            QStringLiteral("%1: there is no user %2 on this host. agent = … names the one that mailhelmd runs as")
                .arg(QString::fromStdString(configFile), QString::fromUtf8(settings.value().agent)) });
    const SystemClock clock;
    MailService service(settings.value(), agent->pw_uid, clock);
    if (!socketPath.empty()) {
        const Result<Descriptor> listener = listenAt(socketPath);
        if (!listener)
            return complain(listener.error());
        const Result<void> served = service.serve(listener.value().fd(), -1);
        return served ? Ok : complain(served.error());
    }
    if (::sd_listen_fds(1) != 1)
        return complain({ ErrorCode::Unavailable,
            QStringLiteral("Start mailhelm-mail.socket, which starts this program, or name a --socket.") });
    const Result<void> served = service.serve(SD_LISTEN_FDS_START, IdleMs);
    return served ? Ok : complain(served.error());
}
