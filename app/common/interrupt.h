// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace mailhelm
{

/// SIGINT, SIGTERM and SIGHUP as a signal of the event loop, so that a program ends in order; SIGPIPE is ignored. One
/// of it at a time; where there are no such signals it does nothing. A second signal ends the program whatever it does.
class Interrupt : public QObject
{
    Q_OBJECT

public:
    explicit Interrupt(QObject *parent = nullptr);
    ~Interrupt() override;

Q_SIGNALS:
    void interrupted();
};

} // namespace mailhelm
