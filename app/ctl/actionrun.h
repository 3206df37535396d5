// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"

#include <map>
#include <vector>

namespace mailhelm::ctl
{

/// How an action is spoken of.
struct ActionWords {
    Verb verb;
    const char *imperative; ///< "Drop"
    const char *done; ///< "dropped"
    const char *noun;
    const char *nouns;
};
[[nodiscard]] const ActionWords &wordsOf(Verb verb);
/// "this connection", "these 3 connections".
[[nodiscard]] QString theseText(const ActionWords &words, qsizetype count);

/// Rows of any servers that something is to be done to, and what they are called on the terminal.
struct ActionTargets {
    std::map<quint16, QList<RowId>> ids;
    QHash<RowKey, QString> names; ///< SERVER/ID for those that have none here

    void add(RowKey key, const QString &name = {}); ///< twice is once
    [[nodiscard]] qsizetype count() const;
};

/// Has the agents do it, tells what came of each row as the answers come, and how far it is where there are many.
class ActionRun : public QObject
{
    Q_OBJECT

public:
    ActionRun(const Options &options, Session &session, Terminal &terminal, QObject *parent = nullptr);

    /// `failedBefore`: targets that there were none for, said already. finished() follows.
    void start(const ActionTargets &targets, int failedBefore = 0);
    [[nodiscard]] bool isRunning() const { return m_open > 0; }
    /// Nothing further is asked for; what was done is told, then finished().
    void stop();

Q_SIGNALS:
    void finished(int exitCode);

private:
    struct Part {
        Link *link = nullptr;
        QList<RowId> ids;
        quint32 request = 0;
        qsizetype told = 0; ///< of its outcomes
    };

    [[nodiscard]] quint32 ask(Part &part);
    void tell(Part &part, const Outcomes &outcomes);
    void tellProgress();
    void take(Part &part, const Result<Outcomes> &result);
    void end();

    const Options m_options;
    Session &m_session;
    Terminal &m_terminal;
    const ActionWords &m_words;
    QHash<RowKey, QString> m_names;
    std::vector<Part> m_parts; ///< does not grow once the first is asked
    int m_open = 0;
    int m_done = 0;
    int m_refused = 0;
    int m_failed = 0; ///< gone, or not answered
    qsizetype m_asked = 0; ///< rows of all servers that could be reached
    int m_tenths = 0; ///< of the progress that was told
    bool m_unreached = false;
    bool m_stopped = false;
};

} // namespace mailhelm::ctl
