// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace mailhelm {

/// SIGTERM and SIGINT as a Qt signal, through signalfd(2): no code runs inside a signal handler. SIGPIPE is ignored.
/// Make it before any other thread.
class Signals : public QObject
{
    Q_OBJECT
public:
    explicit Signals(QObject *parent = nullptr);
    ~Signals() override;

Q_SIGNALS:
    void terminate();

private:
    int m_fd = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace mailhelm
