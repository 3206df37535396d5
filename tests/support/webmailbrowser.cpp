// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/webmailbrowser.h"

#include <QProcess>

namespace mailhelm
{

WebmailBrowser::WebmailBrowser(const Lab &lab, const QByteArray &address)
    : m_url(QStringLiteral("http://127.0.0.1:%1").arg(lab.port(Lab::Port::Roundcube)))
    , m_address(address)
{
}

Result<QByteArray> WebmailBrowser::run(const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral(MAILHELM_SOURCE_DIR "/tests/lab/browser"),
        QStringList { arguments.first(), m_folder.filePath(QStringLiteral("cookies")), m_url } + arguments.mid(1));
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return Error { ErrorCode::Unavailable, QString::fromUtf8(process.readAllStandardError()) };
    return process.readAllStandardOutput();
}

Result<void> WebmailBrowser::login(const QByteArray &user, const QByteArray &password)
{
    const Result<QByteArray> done = run({ QStringLiteral("login"), QString::fromUtf8(user), QString::fromUtf8(password),
        QString::fromLatin1(m_address) });
    return done ? Result<void>() : done.error();
}

Result<void> WebmailBrowser::logout()
{
    const Result<QByteArray> done = run({ QStringLiteral("logout") });
    return done ? Result<void>() : done.error();
}

Result<bool> WebmailBrowser::isInside()
{
    const Result<QByteArray> seen = run({ QStringLiteral("look"), QString::fromLatin1(m_address) });
    if (!seen)
        return seen.error();
    return seen.value().startsWith("inside");
}

} // namespace mailhelm
