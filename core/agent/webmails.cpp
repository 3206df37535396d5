// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/webmails.h"

#include <QMap>

namespace mailhelm
{

/// A request to end rows, while the webmails work on it.
struct Webmails::Ending {
    QList<Outcomes::Target> targets;
    Actions::Answered answered;
    int open = 1; ///< webmails that have not answered, and the asking itself
};

Webmails::Webmails(Registry &registry, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_registry(registry)
    , m_table(registry, clock)
{
}

Webmails::~Webmails() = default;

void Webmails::start(std::vector<std::unique_ptr<WebmailSource>> sources, const QList<WebmailConfig> &configs)
{
    m_sources = std::move(sources);
    for (size_t i = 0; i < m_sources.size(); ++i) {
        WebmailSource *source = m_sources[i].get();
        QList<Address> hosts;
        if (qsizetype(i) < configs.size())
            for (const QByteArray &host : configs[qsizetype(i)].hosts)
                if (const std::optional<Address> address = Address::parse(host))
                    hosts.append(*address);
        const int number = m_table.add(source->component(), hosts);
        connect(source, &WebmailSource::scanned, &m_table,
            [this, number](const WebmailScan &scan) { m_table.setScan(number, scan); });
        connect(source, &WebmailSource::statusChanged, this, [this](const SourceStatus &status) {
            m_registry.setSource(status);
            if (status.state == SourceStatus::State::Down)
                Q_EMIT lostSight();
        });
        source->start();
    }
}

void Webmails::setWatched(bool watched)
{
    for (const auto &source : m_sources)
        source->setWatched(watched);
}

void Webmails::look(const std::function<void()> &done)
{
    const auto open = std::make_shared<size_t>(m_sources.size());
    for (const auto &source : m_sources)
        source->look([this, open, done] {
            if (--*open == 0)
                m_table.whenApplied(done);
        });
}

QByteArray Webmails::endRefusal() const
{
    QByteArray why;
    for (const auto &source : m_sources) {
        why = source->endRefusal();
        if (why.isEmpty())
            return {};
    }
    return why;
}

void Webmails::end(const QList<RowId> &rows, const Actions::Answered &answered)
{
    const auto ending = std::make_shared<Ending>();
    ending->answered = answered;
    QMap<int, QList<qsizetype>> byWebmail; // places in targets
    for (const RowId row : rows) {
        const std::optional<WebmailTable::Target> target = m_table.target(row);
        ending->targets.append({ row, target ? Outcomes::Code::Done : Outcomes::Code::Gone, {} });
        if (target)
            byWebmail[target->webmail].append(ending->targets.size() - 1);
    }
    for (auto it = byWebmail.cbegin(); it != byWebmail.cend(); ++it) {
        QList<QByteArray> ids;
        for (const qsizetype place : it.value())
            ids.append(m_table.target(rows[place])->id);
        ++ending->open;
        m_sources[size_t(it.key())]->end(
            ids, [this, ending, places = it.value()](const QList<WebmailSource::EndResult> &results) {
                for (qsizetype i = 0; i < places.size(); ++i) {
                    Outcomes::Target &target = ending->targets[places[i]];
                    switch (results.value(i).outcome) {
                    case WebmailSource::Ended::Done:
                        m_table.noteEnded(target.id);
                        break;
                    case WebmailSource::Ended::Gone:
                        target.code = Outcomes::Code::Gone;
                        break;
                    case WebmailSource::Ended::Failed:
                        target.code = Outcomes::Code::Refused;
                        target.why = results.value(i).why;
                        break;
                    }
                }
                onEnded(ending);
            });
    }
    onEnded(ending);
}

/// Done is what is not there any more when one looks again.
void Webmails::onEnded(const std::shared_ptr<Ending> &ending)
{
    if (--ending->open > 0)
        return;
    const bool any = std::any_of(ending->targets.cbegin(), ending->targets.cend(),
        [](const Outcomes::Target &target) { return target.code == Outcomes::Code::Done; });
    if (!any) {
        ending->answered(ending->targets);
        return;
    }
    look([this, ending] {
        for (Outcomes::Target &target : ending->targets)
            if (target.code == Outcomes::Code::Done && m_table.target(target.id)) {
                target.code = Outcomes::Code::Refused;
                target.why = "The session was ended, and is there again: a request that was under way wrote it anew. "
                             "It is ended again; look in a moment.";
            }
        ending->answered(ending->targets);
    });
}

} // namespace mailhelm
