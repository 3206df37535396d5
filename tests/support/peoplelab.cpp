// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/peoplelab.h"

#include <QRegularExpression>
#include <QTest>

#include <csignal>
#include <sys/prctl.h>

namespace mailhelm
{

static constexpr uid_t Nobody = 65534; ///< as whom the lab's mail is written

PeopleLab::PeopleLab(const Lab::Options &options)
    : m_lab(options)
    , m_archive(areApart("/tmp", "/dev/shm") ? "/dev/shm" : "/tmp")
{
}

PeopleLab::~PeopleLab()
{
    (void)m_agent.stop();
    if (m_mail.state() != QProcess::NotRunning) {
        m_mail.terminate();
        m_mail.waitForFinished();
    }
    (void)m_lab.stop();
    // Names that Qt cannot say would keep the lab's folder.
    const Descriptor folder(
        ::open(QFile::encodeName(m_lab.directory()).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    (void)mailtree::remove(folder.fd(), "mail", [](qint64) { return true; });
}

QString PeopleLab::whyNotHere(const Lab::Options &options)
{
    if (const QString why = Lab::whyNotHere(); !why.isEmpty())
        return why;
    if (::geteuid() != 0)
        return QStringLiteral("needs root: mailhelm-mail is started as the mail user");
    if (options.roundcube && !QFile::exists(QStringLiteral("/usr/share/roundcube/index.php")))
        return QStringLiteral("Roundcube is not installed: ./dev test installs all that the lab needs");
    return {};
}

Result<void> PeopleLab::start(const QByteArray &kind, const QByteArray &more)
{
    if (const Result<void> started = m_lab.start(); !started)
        return started;
    for (const QByteArray &path : { archive(), folder() })
        if (::chown(path.constData(), Nobody, Nobody) != 0)
            return Error { ErrorCode::Io, QStringLiteral("%1 cannot be given away").arg(QFile::decodeName(path)) };
    if (const Result<void> started = startMail(); !started)
        return started;
    if (const Result<void> made = m_agent.init(m_lab); !made)
        return made;
    if (const Result<void> written = configure(kind, more); !written)
        return written;
    return m_agent.start();
}

Result<void> PeopleLab::startMail()
{
    const QByteArray config = folder() + "/mail.conf";
    writeFile(config, "root = " + mailRoot() + "\narchive = " + archive() + "\nagent = root\n", 0644);
    m_mail.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_mail.setProcessChannelMode(QProcess::ForwardedChannels);
    // The modifier's parent-death signal does not survive the change of user, so setpriv asks for it anew.
    m_mail.start(QStringLiteral("setpriv"),
        { QStringLiteral("--reuid=nobody"), QStringLiteral("--regid=nogroup"), QStringLiteral("--clear-groups"),
            QStringLiteral("--pdeathsig"), QStringLiteral("KILL"),
            QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelm-mail"), QStringLiteral("--config"),
            QFile::decodeName(config), QStringLiteral("--socket"), QFile::decodeName(mailSocket()) });
    if (!QTest::qWaitFor([this] { return ::access(mailSocket().constData(), F_OK) == 0; }, TimeoutMs))
        return Error { ErrorCode::TimedOut, QStringLiteral("mailhelm-mail does not listen.") };
    return {};
}

Result<void> PeopleLab::configure(const QByteArray &kind, const QByteArray &more)
{
    QFile file(m_agent.configFile());
    if (!file.open(QIODevice::ReadOnly))
        return Error { ErrorCode::Io, file.errorString() };
    QString text = QString::fromUtf8(file.readAll());
    // From its heading, commented out or not, to the next one.
    static const QRegularExpression accounts(QStringLiteral("^#? *\\[accounts\\].*?(?=^\\[|\\z)"),
        QRegularExpression::MultilineOption | QRegularExpression::DotMatchesEverythingOption);
    text.remove(accounts);
    return m_agent.writeConfig(text.toUtf8() + "\n[accounts]\nkind = \"" + kind + "\"\ndatabase = \"sqlite://"
        + QFile::encodeName(m_lab.accountsDatabase()) + "\"\nmail_roots = [\"" + mailRoot() + "\"]\narchive = \""
        + archive() + "\"\nmail_socket = \"" + mailSocket() + "\"\n" + more);
}

QByteArray PeopleLab::boxOf(const QByteArray &user) const
{
    return mailRoot() + "/lab.test/" + user.first(user.indexOf('@'));
}

} // namespace mailhelm
