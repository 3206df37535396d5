// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/command.h"
#include "app/ctl/session.h"
#include "app/ctl/timeargument.h"
#include "core/client/historyreader.h"

namespace mailhelm::ctl
{

/// history: who was there in a span, those who still are included. What nobody watched of it is said on stderr.
class HistoryCommand : public Command
{
    Q_OBJECT

public:
    HistoryCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent = nullptr);
    void start() override;

private:
    void ask();
    void print();
    void sayUnwatched(const QString &server, const QList<HistoryDone::Span> &spans, qint64 offsetUs);

    const Options m_options;
    Session &m_session;
    Terminal &m_terminal;
    HistoryTable m_table;
    HistoryReader m_reader;
    AskedSpan m_span;
};

} // namespace mailhelm::ctl
