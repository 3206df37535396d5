// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/historycommand.h"

#include "app/ctl/selection.h"
#include "app/ctl/writerows.h"
#include "core/client/celltext.h"

namespace mailhelm::ctl
{

static constexpr qsizetype SpansSaid = 10; // of each server

HistoryCommand::HistoryCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent)
    : Command(parent)
    , m_options(options)
    , m_session(session)
    , m_terminal(terminal)
    , m_table(session.replica())
    , m_reader(m_table)
{
    connect(&m_reader, &HistoryReader::finished, this, &HistoryCommand::print);
}

void HistoryCommand::start()
{
    const auto span = askedSpan(m_options.from, m_options.to, m_options.at, m_session.replica().clock().nowUs());
    const auto selection = Selection::make(m_options, m_table, false);
    if (!span || !selection) {
        m_terminal.complain(span ? selection.error().detail : span.error().detail);
        Q_EMIT finished(exitcode::Usage);
        return;
    }
    m_span = span.value();
    m_session.subscribe(TableId::Connections); // who is still there was there, too
    m_session.subscribe(TableId::Webmail);
    connect(&m_session, &Session::settled, this, &HistoryCommand::ask);
    m_session.start();
}

void HistoryCommand::ask()
{
    if (m_session.up().isEmpty())
        Q_EMIT finished(m_session.exitCode());
    else
        m_reader.read(m_session.up(), m_span.fromUs, m_span.toUs);
}

void HistoryCommand::print()
{
    int code = m_session.exitCode();
    for (const auto &[server, outcome] : m_reader.outcomes()) {
        const QString name = m_session.nameOf(server);
        if (outcome.error) {
            m_terminal.complain(QStringLiteral("%1: %2").arg(name, outcome.error->detail));
            code = exitcode::Part;
        }
        sayUnwatched(name, outcome.unwatched, m_session.replica().clockOffsetUs(server));
    }
    const Selection selection
        = Selection::make(m_options, m_table, m_session.links().size() > 1).value(); // with a newer agent's columns
    if (!writeRows(m_options, m_terminal, m_table, selection, selection.rows(m_table)))
        code = exitcode::Part;
    Q_EMIT finished(code);
}

void HistoryCommand::sayUnwatched(const QString &server, const QList<HistoryDone::Span> &spans, qint64 offsetUs)
{
    const auto text = [offsetUs](qint64 us) {
        return QString::fromLatin1(timeToLocalText((us - offsetUs) / 1'000'000 * 1'000'000));
    };
    for (const HistoryDone::Span &span : spans.first(std::min(spans.size(), SpansSaid)))
        m_terminal.complain(
            QStringLiteral("%1: nobody watched from %2 to %3.").arg(server, text(span.fromUs), text(span.toUs)));
    if (spans.size() > SpansSaid)
        m_terminal.complain(
            QStringLiteral("%1: and in %2 further spans.").arg(server, QString::number(spans.size() - SpansSaid)));
}

} // namespace mailhelm::ctl
