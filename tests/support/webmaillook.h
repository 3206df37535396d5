// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/webmailsource.h"

#include <QMap>
#include <QSignalSpy>
#include <QTest>

#include <optional>

namespace mailhelm
{

/// The sessions that a look brings, by id; none where it brings no scan.
inline QMap<QByteArray, WebmailSession> look(WebmailSource &source)
{
    QSignalSpy scans(&source, &WebmailSource::scanned);
    bool done = false;
    source.look([&done] { done = true; });
    if (!QTest::qWaitFor([&done] { return done; }, 30'000) || scans.isEmpty())
        return {};
    QMap<QByteArray, WebmailSession> sessions;
    for (const WebmailSession &session : scans.last().first().value<WebmailScan>().sessions)
        sessions.insert(session.id, session);
    return sessions;
}

/// What became of each; Failed where there is no answer.
inline QList<WebmailSource::EndResult> end(WebmailSource &source, const QList<QByteArray> &ids)
{
    std::optional<QList<WebmailSource::EndResult>> answer;
    source.end(ids, [&answer](const QList<WebmailSource::EndResult> &results) { answer = results; });
    (void)QTest::qWaitFor([&answer] { return answer.has_value(); }, 30'000);
    return answer.value_or(QList<WebmailSource::EndResult>(ids.size(), { WebmailSource::Ended::Failed, "no answer" }));
}

} // namespace mailhelm
