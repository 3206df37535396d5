// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/command.h"
#include "app/ctl/session.h"

namespace mailhelm::ctl
{

/// A verb that asks each server one thing: refresh, journal, status.
class RequestCommand : public Command
{
    Q_OBJECT

public:
    RequestCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent = nullptr);
    void start() override;

private:
    void askAll();
    void refresh(Link *link);
    void journal(Link *link);
    void status(Link *link);
    void answered(quint16 server, const Error *error);
    void printStatus();

    const Options m_options;
    Session &m_session;
    Terminal &m_terminal;
    RowId m_row = 0;
    std::map<quint16, StatusReport> m_reports;
    int m_open = 0;
    int m_done = 0;
    int m_refused = 0;
    int m_failed = 0;
};

} // namespace mailhelm::ctl
