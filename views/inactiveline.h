// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/table/inactive.h"

class QLabel;
class QMenu;
class QToolButton;

namespace mailhelm
{

/// The sentence above the inactive accounts, whose parts can be clicked: "58 of 412 accounts have not authenticated for
/// 30 days or more ▾ · 12.4 GB · 9 accounts cannot be judged before 12 January ▸".
class InactiveLine : public QWidget
{
    Q_OBJECT
public:
    /// `timeframes` opens under the timeframe.
    InactiveLine(QMenu *timeframes, QWidget *parent);

    void say(const InactiveSummary &summary, const Timeframe &timeframe, const QString &bytes, qint64 nowUs);
    void setUnjudgedShown(bool shown);
    void setAllShown(bool shown); ///< the sentence is about every account; said with the next say()
    [[nodiscard]] QString text() const; ///< the whole sentence, as a screen reader says it

Q_SIGNALS:
    void unjudgedToggled(bool shown);
    void inactiveOnlyRequested();

private:
    QLabel *m_head;
    QToolButton *m_timeframe;
    QLabel *m_bytes;
    QToolButton *m_unjudged;
    QToolButton *m_inactiveOnly; ///< the way back from all accounts
    bool m_all = false;
};

} // namespace mailhelm
