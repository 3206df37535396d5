// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/profilecommands.h"

#include "core/base/safetext.h"
#include "core/client/json.h"
#include "core/client/textrows.h"
#include "core/net/hostport.h"

namespace mailhelm::ctl
{

AddCommand::AddCommand(const Options &options, Profile &profile, Identity identity, Terminal &terminal, QObject *parent)
    : Command(parent)
    , m_options(options)
    , m_profile(profile)
    , m_terminal(terminal)
    , m_enrolment(std::move(identity))
{
    connect(&m_enrolment, &Enrolment::enrolled, this, &AddCommand::onEnrolled);
    connect(&m_enrolment, &Enrolment::failed, this, [this](const Error &error) {
        m_terminal.complain(error.detail);
        switch (error.code) {
        case ErrorCode::InvalidArgument:
            Q_EMIT finished(exitcode::Usage);
            return;
        case ErrorCode::Unavailable:
        case ErrorCode::TimedOut:
        case ErrorCode::NotFound:
            Q_EMIT finished(exitcode::CannotConnect);
            return;
        default:
            Q_EMIT finished(exitcode::Refused);
        }
    });
}

void AddCommand::start()
{
    if (!m_options.name.isEmpty() && m_profile.find(m_options.name)) { // before the token is spent
        m_terminal.complain(QStringLiteral("There is a server called “%1” already.").arg(m_options.name));
        Q_EMIT finished(exitcode::Usage);
        return;
    }
    const QString link = m_options.targets.first();
    if (link != u"-") {
        m_enrolment.start(link);
        return;
    }
    if (m_terminal.inIsTerminal())
        m_terminal.print(QStringLiteral("Paste the pairing link: "));
    m_terminal.readLine(this, [this](const QString &line) { m_enrolment.start(line); });
}

void AddCommand::onEnrolled(const SavedServer &server)
{
    SavedServer saved = server;
    saved.name = m_options.name.isEmpty() ? m_profile.freeName(server.name) : m_options.name;
    if (auto added = m_profile.add(saved); !added) {
        m_terminal.complain(added.error().detail);
        Q_EMIT finished(added.error().code == ErrorCode::InvalidArgument ? exitcode::Usage : exitcode::Part);
        return;
    }
    m_terminal.print(QStringLiteral("Added %1 (%2:%3) as %4.\n")
                         .arg(saved.name, saved.host, QString::number(saved.port),
                             QString::fromLatin1(roleName(saved.role).toByteArray())));
    Q_EMIT finished(exitcode::Done);
}

int listServers(const Options &options, const Profile &profile, Terminal &terminal)
{
    if (options.format == Format::Json) {
        QByteArray out = "[";
        for (const SavedServer &server : profile.servers()) {
            out += out.size() > 1 ? ",\n{\"server\":" : "\n{\"server\":";
            appendJsonText(out, server.name.toUtf8());
            out += ",\"host\":";
            appendJsonText(out, server.host.toUtf8());
            out += ",\"port\":" + QByteArray::number(server.port) + ",\"pin\":\"" + server.pin.toText()
                + "\",\"role\":\"" + roleName(server.role).toByteArray() + "\",\"group\":";
            appendJsonText(out, server.group.toUtf8());
            out += '}';
        }
        terminal.print(out + (profile.servers().isEmpty() ? "]\n" : "\n]\n"));
        return exitcode::Done;
    }
    QList<QStringList> lines { { QStringLiteral("Server"), QStringLiteral("Address"), QStringLiteral("Role"),
        QStringLiteral("Group") } };
    for (const SavedServer &server : profile.servers())
        lines.append({ safeText(QStringView(server.name)),
            QString::fromLatin1(HostPort { server.host.toUtf8(), server.port }.toText()),
            QString::fromLatin1(roleName(server.role).toByteArray()), safeText(QStringView(server.group)) });
    terminal.print(textGrid(lines, terminal.width()));
    return exitcode::Done;
}

int removeServer(const Options &options, Profile &profile, Terminal &terminal)
{
    const auto removed = profile.remove(options.targets.first());
    if (removed)
        return exitcode::Done;
    terminal.complain(removed.error().detail);
    return removed.error().code == ErrorCode::NotFound ? exitcode::Usage : exitcode::Part;
}

} // namespace mailhelm::ctl
