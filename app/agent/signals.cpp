// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/agent/signals.h"

#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>

namespace mailhelm {

Signals::Signals(QObject *parent) : QObject(parent)
{
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
    m_fd = ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    m_notifier = std::make_unique<QSocketNotifier>(m_fd, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        signalfd_siginfo info{};
        while (::read(m_fd, &info, sizeof info) == sizeof info)
            Q_EMIT terminate();
    });
}

Signals::~Signals()
{
    m_notifier.reset();
    ::close(m_fd);
}

} // namespace mailhelm
