// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/agentprocess.h"
#include "tests/support/lab.h"
#include "tests/support/mailfolder.h"

#include <QProcess>

#include <memory>

namespace mailhelm
{

/// A lab with all that acting on its accounts takes: mailhelm-mail beside it, as the mail user, an archive on another
/// file system where there is one, and an agent that knows PostfixAdmin's tables (and Roundcube, where the lab has it).
/// Belongs to the test; the destructor ends all of it, also where names in the mail are such as Qt cannot say.
class PeopleLab
{
public:
    static constexpr int TimeoutMs = 30'000;

    explicit PeopleLab(const Lab::Options &options);
    ~PeopleLab();
    Q_DISABLE_COPY_MOVE(PeopleLab)

    /// Empty where it can run here; else what is missing and how to get it, for QSKIP.
    [[nodiscard]] static QString whyNotHere(const Lab::Options &options);

    /// Starts lab, mailhelm-mail and agent. The agent's section [accounts] is that of configure().
    Result<void> start(const QByteArray &kind = "postfixadmin", const QByteArray &more = {});
    /// Writes [accounts] anew, for the agent's next start: `more` are further lines of it.
    Result<void> configure(const QByteArray &kind, const QByteArray &more = {});

    [[nodiscard]] Lab &lab() { return m_lab; }
    [[nodiscard]] AgentProcess &agent() { return m_agent; }
    [[nodiscard]] const QByteArray &archive() const { return m_archive.path(); }
    [[nodiscard]] const QByteArray &folder() const { return m_folder.path(); } ///< for the test's own files, too
    [[nodiscard]] QByteArray mailSocket() const { return folder() + "/mail.sock"; }
    /// The user's home below the mail root.
    [[nodiscard]] QByteArray boxOf(const QByteArray &user) const;

private:
    Result<void> startMail();
    [[nodiscard]] QByteArray mailRoot() const { return QFile::encodeName(m_lab.directory()) + "/mail"; }

    Lab m_lab;
    AgentProcess m_agent;
    MailFolder m_archive;
    MailFolder m_folder;
    QProcess m_mail;
};

} // namespace mailhelm
