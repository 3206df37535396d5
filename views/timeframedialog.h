// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "core/table/inactive.h"

class QComboBox;
class QSpinBox;

namespace mailhelm
{

/// Any timeframe that is not among the usual ones: a number of days, weeks, months or years.
class TimeframeDialog : public QDialog
{
    Q_OBJECT
public:
    TimeframeDialog(const Timeframe &current, QWidget *parent);

Q_SIGNALS:
    void chosen(const mailhelm::Timeframe &timeframe);

private:
    void choose();

    QSpinBox *m_number;
    QComboBox *m_unit;
};

} // namespace mailhelm
