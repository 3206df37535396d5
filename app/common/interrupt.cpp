// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common/interrupt.h"

#ifdef Q_OS_UNIX
#include <QSocketNotifier>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace mailhelm
{

#ifdef Q_OS_UNIX

/// A signal handler may do little else than write to a descriptor, and can be handed nothing: hence this one static.
static std::array<int, 2> s_pipe { -1, -1 };

static void onSignal(int)
{
    const char byte = 0;
    [[maybe_unused]] const auto n = ::write(s_pipe[1], &byte, 1);
}

Interrupt::Interrupt(QObject *parent)
    : QObject(parent)
{
    if (::pipe(s_pipe.data()) != 0)
        return;
    for (const int end : s_pipe)
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    auto *notifier = new QSocketNotifier(s_pipe[0], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        if (::read(s_pipe[0], &byte, 1) == 1)
            Q_EMIT interrupted();
    });
    struct sigaction action {
    };
    action.sa_handler = onSignal;
    action.sa_flags = int(SA_RESETHAND);
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGHUP, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

Interrupt::~Interrupt() = default;

#else

Interrupt::Interrupt(QObject *parent)
    : QObject(parent)
{
}
Interrupt::~Interrupt() = default;

#endif

} // namespace mailhelm
