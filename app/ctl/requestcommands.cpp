// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/requestcommands.h"

#include "core/base/safetext.h"
#include "core/client/json.h"
#include "core/client/textrows.h"

namespace mailhelm::ctl
{

RequestCommand::RequestCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent)
    : Command(parent)
    , m_options(options)
    , m_session(session)
    , m_terminal(terminal)
{
}

void RequestCommand::start()
{
    if (m_options.verb == Verb::Journal) {
        const auto target = m_session.target(m_options.targets.first());
        if (!target) {
            m_terminal.complain(target.error().detail);
            Q_EMIT finished(exitcode::Usage);
            return;
        }
        m_row = target.value().id;
        m_session.keepOnly({ target.value().server });
    }
    connect(&m_session, &Session::settled, this, &RequestCommand::askAll);
    m_session.start();
}

void RequestCommand::askAll()
{
    const QList<Link *> links = m_session.up();
    m_open = int(links.size());
    if (links.isEmpty()) {
        Q_EMIT finished(m_session.exitCode());
        return;
    }
    for (Link *const link : links) {
        if (m_options.verb == Verb::Refresh)
            refresh(link);
        else if (m_options.verb == Verb::Journal)
            journal(link);
        else
            status(link);
    }
}

void RequestCommand::refresh(Link *link)
{
    link->refresh(m_options.table, this, [this, server = link->server()](const Result<Done> &answer) {
        answered(server, answer ? nullptr : &answer.error());
    });
}

void RequestCommand::journal(Link *link)
{
    link->journal(m_row, this, [this, server = link->server()](const Result<JournalLines> &answer) {
        if (answer)
            for (const QByteArray &line : answer.value().lines)
                m_terminal.print(safeText(QByteArrayView(line), 4096) + u'\n');
        answered(server, answer ? nullptr : &answer.error());
    });
}

void RequestCommand::status(Link *link)
{
    link->status(this, [this, server = link->server()](const Result<StatusReport> &answer) {
        if (answer)
            m_reports[server] = answer.value();
        answered(server, answer ? nullptr : &answer.error());
    });
}

void RequestCommand::answered(quint16 server, const Error *error)
{
    if (!error) {
        ++m_done;
    } else {
        m_terminal.complain(QStringLiteral("%1: %2").arg(m_session.nameOf(server), error->detail));
        ++(error->code == ErrorCode::Refused || error->code == ErrorCode::PermissionDenied ? m_refused : m_failed);
    }
    if (--m_open > 0)
        return;
    if (m_options.verb == Verb::Status)
        printStatus();
    if (m_refused == 0 && m_failed == 0)
        Q_EMIT finished(m_session.exitCode());
    else
        Q_EMIT finished(m_refused > 0 && m_done == 0 && m_failed == 0 ? exitcode::Refused : exitcode::Part);
}

/// The action as the command line calls it.
static QString refusedText(const QByteArray &action)
{
    if (action == "drop")
        return QStringLiteral("drop connections");
    if (action == "end")
        return QStringLiteral("end WebMail sessions");
    if (action == "block")
        return QStringLiteral("block logins");
    if (action == "set-account")
        return QStringLiteral("enable, block or disable accounts");
    return QString::fromUtf8(action) + QStringLiteral(" accounts");
}

void RequestCommand::printStatus()
{
    if (m_options.format == Format::Json) {
        QByteArray out = "[";
        for (const auto &[server, report] : m_reports) {
            out += out.size() > 1 ? ",\n{\"server\":" : "\n{\"server\":";
            appendJsonText(out, m_session.replica().serverName(server));
            out += ",\"host\":";
            appendJsonText(out, report.serverName);
            out += ",\"version\":";
            appendJsonText(out, report.agentVersion);
            out += ",\"started\":\"" + timeToUtcText(report.startedUs) + "\",\"clock\":\""
                + timeToUtcText(report.clockUs) + "\",\"clock_offset_ms\":"
                + QByteArray::number(m_session.replica().clockOffsetUs(server) / 1000) + ",\"cpu_ms\":"
                + QByteArray::number(report.cpuMs) + ",\"resident_bytes\":" + QByteArray::number(report.residentBytes)
                + ",\"administrators\":" + QByteArray::number(report.administrators) + ",\"role\":\""
                + roleName(m_session.link(server)->role()).toByteArray() + "\",\"rows\":{";
            for (qsizetype i = 0; i < report.rows.size(); ++i) {
                if (i > 0)
                    out += ',';
                appendJsonText(out, report.rows[i].first);
                out += ':' + QByteArray::number(report.rows[i].second);
            }
            out += "},\"refusals\":{";
            const QList<Refusal> refusals = m_session.link(server)->refusals();
            for (qsizetype i = 0; i < refusals.size(); ++i) {
                if (i > 0)
                    out += ',';
                appendJsonText(out, refusals[i].action);
                out += ':';
                appendJsonText(out, refusals[i].why);
            }
            out += "},\"user_address_limits\":{";
            bool first = true;
            for (const ServiceInfo &service : m_session.link(server)->services()) {
                out += first ? "" : ",";
                appendJsonText(out, service.name);
                out += ':' + (service.userAddressLimit ? QByteArray::number(*service.userAddressLimit) : "null");
                first = false;
            }
            out += "}}";
        }
        m_terminal.print(out + "\n]\n");
        return;
    }
    QList<QStringList> lines { { QStringLiteral("Server"), QStringLiteral("Host"), QStringLiteral("Version"),
        QStringLiteral("Up since"), QStringLiteral("CPU"), QStringLiteral("Memory"), QStringLiteral("Admins"),
        QStringLiteral("You are"), QStringLiteral("Rows") } };
    for (const auto &[server, report] : m_reports) {
        QStringList rows;
        for (const auto &[table, count] : report.rows)
            rows.append(QStringLiteral("%1 %2").arg(QString::number(count), safeText(QByteArrayView(table), 40)));
        lines.append({ safeText(QStringView(m_session.nameOf(server)), 100),
            safeText(QByteArrayView(report.serverName), 100), safeText(QByteArrayView(report.agentVersion), 40),
            QString::fromLatin1(timeToLocalText(report.startedUs / 1'000'000 * 1'000'000)),
            QStringLiteral("%1 s").arg(QString::number(double(report.cpuMs) / 1000, 'f', 1)),
            bytesText(report.residentBytes), QString::number(report.administrators),
            QString::fromLatin1(roleName(m_session.link(server)->role()).toByteArray()),
            rows.join(QStringLiteral(", ")) });
    }
    m_terminal.print(textGrid(lines, 0));
    for (const auto &[server, report] : m_reports)
        for (const Refusal &refusal : m_session.link(server)->refusals())
            m_terminal.say(
                QStringLiteral("%1 cannot %2: %3")
                    .arg(m_session.nameOf(server), refusedText(refusal.action), QString::fromUtf8(refusal.why)));
}

} // namespace mailhelm::ctl
