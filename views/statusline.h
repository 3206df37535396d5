// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStatusBar>

#include "views/backend.h"

class QLabel;

namespace mailhelm
{

/// Who am I where and how secure, or what is wrong with the link, in words; counts of what is shown; selection; age of
/// the data.
class StatusLine : public QStatusBar
{
    Q_OBJECT
public:
    explicit StatusLine(QWidget *parent);

    void showServers(const QList<ServerStatus> &servers, const Clock &clock);
    void showCounts(const QList<std::pair<QString, qsizetype>> &byService, qsizetype selected);

private:
    QLabel *m_state;
    QLabel *m_link;
    QLabel *m_counts;
    QLabel *m_selected;
    QLabel *m_age;
    bool m_trouble = false;
};

} // namespace mailhelm
