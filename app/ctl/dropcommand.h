// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/command.h"
#include "app/ctl/session.h"

#include <map>

namespace mailhelm::ctl
{

/// drop: the connections named, or those that match a filter. What was printed and agreed to is what is dropped, by id:
/// rows that come to match in between are left alone.
class DropCommand : public Command
{
    Q_OBJECT

public:
    DropCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent = nullptr);
    void start() override;

private:
    void onFiltered();
    void dropAll();
    void onOutcomes(quint16 server, const QList<RowId> &asked, const Result<Outcomes> &result);

    const Options m_options;
    Session &m_session;
    Terminal &m_terminal;
    std::map<quint16, QList<RowId>> m_ids;
    int m_open = 0;
    int m_done = 0;
    int m_refused = 0;
    int m_failed = 0; ///< gone, or not answered
    bool m_unreached = false;
};

} // namespace mailhelm::ctl
