// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/terminal.h"

#include "core/base/safetext.h"

#include <QSocketNotifier>

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#ifdef Q_OS_UNIX
#include <sys/ioctl.h>
#include <unistd.h>
#else
#include <io.h>
#endif

namespace mailhelm::ctl
{

static bool isTerminal(int descriptor)
{
#ifdef Q_OS_UNIX
    return ::isatty(descriptor) == 1;
#else
    return ::_isatty(descriptor) != 0;
#endif
}

Terminal::Terminal()
{
    (void)m_out.open(1, QIODevice::WriteOnly | QIODevice::Unbuffered);
}

bool Terminal::print(const QByteArray &text)
{
    qsizetype done = 0;
    while (done < text.size()) {
        const qint64 n = m_out.write(text.constData() + done, text.size() - done);
        if (n <= 0)
            return false;
        done += n;
    }
    return true;
}

bool Terminal::say(const QString &text)
{
    return print(safeText(QStringView(text), 2000) + u'\n');
}

void Terminal::remark(const QString &text)
{
    std::cerr << safeText(QStringView(text), 2000).toStdString() << std::endl;
}

void Terminal::progress(const QString &text, bool worthALine)
{
    if (errIsTerminal()) {
        std::cerr << "\r" << safeText(QStringView(text), 200).toStdString() << "\x1b[K"
                  << std::flush; // and erase the rest
        m_inProgress = true;
    } else if (worthALine) {
        remark(text);
    }
}

void Terminal::endProgress()
{
    if (std::exchange(m_inProgress, false))
        std::cerr << "\r\x1b[K" << std::flush;
}

void Terminal::complain(const QString &text)
{
    std::cerr << "mailhelmctl: " << safeText(QStringView(text), 2000).toStdString() << std::endl;
}

bool Terminal::outIsTerminal() const
{
    return isTerminal(1);
}

bool Terminal::errIsTerminal() const
{
    return isTerminal(2);
}

bool Terminal::inIsTerminal() const
{
    return isTerminal(0);
}

int Terminal::width() const
{
#ifdef Q_OS_UNIX
    winsize size {};
    if (isTerminal(1) && ::ioctl(1, TIOCGWINSZ, &size) == 0)
        return size.ws_col;
#endif
    return 0;
}

void Terminal::readLine(QObject *context, std::function<void(QString)> then)
{
#ifdef Q_OS_UNIX
    auto *notifier = new QSocketNotifier(0, QSocketNotifier::Read, context);
    const auto line = std::make_shared<QByteArray>();
    QObject::connect(notifier, &QSocketNotifier::activated, context, [notifier, line, then] {
        char c = 0;
        const auto n = ::read(0, &c, 1); // a byte at a time: what follows the line is not ours
        if (n == 1 && c != '\n' && line->size() < 4096) {
            *line += c;
            return;
        }
        notifier->setEnabled(false);
        notifier->deleteLater();
        then(QString::fromUtf8(*line));
    });
#else
    QMetaObject::invokeMethod(
        context,
        [then] {
            std::string line;
            std::getline(std::cin, line);
            then(QString::fromStdString(line));
        },
        Qt::QueuedConnection);
#endif
}

} // namespace mailhelm::ctl
