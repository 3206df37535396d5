// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/agent/realsources.h"

#include "app/agent/accountsources.h"
#include "app/agent/webmailsources.h"
#include "core/agent/loginsources.h"
#include "core/agent/sources/dovecotsource.h"
#include "core/agent/sources/journal.h"
#include "core/agent/sources/logfile.h"
#include "core/agent/sources/logsessionsource.h"
#include "core/agent/sources/postfixsource.h"
#include "core/agent/sources/sockdiag.h"

#include <QFile>

namespace mailhelm
{

namespace
{

std::vector<std::unique_ptr<LogInput>> inputsOf(
    const QList<QByteArray> &logs, const QList<QByteArray> &journalMatches, const Clock &clock)
{
    std::vector<std::unique_ptr<LogInput>> inputs;
    for (const QByteArray &log : logs) {
        if (log == "journal")
            inputs.push_back(std::make_unique<JournalLog>(JournalLog::Settings { journalMatches, {} }, clock));
        else
            inputs.push_back(std::make_unique<LogFile>(log, clock));
    }
    return inputs;
}

} // namespace

AgentSources makeRealSources(const Config &config, const std::vector<quint16> &ports, const Clock &clock)
{
    AgentSources sources;
    QStringList namespaces { QString() };
    for (const QByteArray &netns : config.netns)
        namespaces.append(QFile::decodeName(netns));
    for (const QString &netns : std::as_const(namespaces)) {
        const quint32 index = quint32(sources.tables.size());
        sources.tables.push_back(std::make_unique<SockDiag>(netns));
        sources.watches.push_back(std::make_unique<DestroyWatch>(clock, ports, netns, index));
        sources.netns.append(netns);
    }
    if (config.dovecot && !config.dovecot->log.isEmpty()) {
        auto dovecot = std::make_unique<DovecotSource>(
            inputsOf(config.dovecot->log, { "SYSLOG_IDENTIFIER=dovecot" }, clock), QByteArray(), clock);
        dovecot->setLoginRules(loginRules(config.logins));
        sources.sessions.push_back(std::make_unique<LogSessionSource>("dovecot", std::move(dovecot)));
    }
    if (config.dovecot && !config.dovecot->baseDir.isEmpty())
        sources.anvil = std::make_unique<AnvilReader>(config.dovecot->baseDir + "/anvil");
    if (config.postfix && !config.postfix->log.isEmpty()) {
        PostfixSessions::Settings settings;
        settings.tlsLogged = config.postfix->tlsLogged;
        const QList<QByteArray> identifiers { "SYSLOG_IDENTIFIER=postfix/smtpd",
            "SYSLOG_IDENTIFIER=postfix/submission/smtpd", "SYSLOG_IDENTIFIER=postfix/submissions/smtpd",
            "SYSLOG_IDENTIFIER=postfix/smtps/smtpd" };
        sources.sessions.push_back(std::make_unique<LogSessionSource>("postfix",
            std::make_unique<PostfixSource>(inputsOf(config.postfix->log, identifiers, clock), settings, clock)));
    }
    if (config.accounts)
        if (Result<std::unique_ptr<AccountSource>> accounts = makeAccountSource(*config.accounts, clock))
            sources.people.accounts = std::move(accounts).value();
    if (config.accounts && config.accounts->sizes && config.dovecot && !config.dovecot->config.isEmpty())
        sources.people.sizes = std::make_unique<DovecotSizes>(
            DovecotSizes::Settings { config.dovecot->config, config.state + "/sizes" }, clock);
    for (const WebmailConfig &webmail : config.webmail)
        sources.people.webmail.push_back(makeWebmailSource(webmail, clock));
    return sources;
}

} // namespace mailhelm
