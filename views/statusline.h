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
    /// As many of the counts as there is room for beside who and where; the rest as one.
    void showCounts(const QList<std::pair<QString, qsizetype>> &byService, qsizetype selected);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] QString countsText(qsizetype most) const;
    void fitCounts();

    QLabel *m_state;
    QLabel *m_link;
    QLabel *m_counts;
    QLabel *m_selected;
    QLabel *m_age;
    bool m_trouble = false;
    QList<std::pair<QString, qsizetype>> m_byService;
};

} // namespace mailhelm
