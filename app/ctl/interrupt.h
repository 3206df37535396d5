// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace mailhelm::ctl
{

/// SIGINT and SIGTERM as a signal of the event loop. One of it at a time; where there are no such signals it does
/// nothing.
class Interrupt : public QObject
{
    Q_OBJECT

public:
    explicit Interrupt(QObject *parent = nullptr);
    ~Interrupt() override;

Q_SIGNALS:
    void interrupted();
};

} // namespace mailhelm::ctl
