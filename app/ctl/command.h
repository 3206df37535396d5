// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace mailhelm::ctl
{

/// One verb at work. start() is called once, from the event loop; finished() ends the program.
class Command : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    virtual void start() = 0;
    /// Ctrl-C, or a polite kill. The default ends at once, as in part.
    virtual void interrupt() { Q_EMIT finished(1); }

Q_SIGNALS:
    void finished(int exitCode);
};

} // namespace mailhelm::ctl
