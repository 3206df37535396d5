// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeframedialog.h"

#include "views/viewtext.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSpinBox>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

TimeframeDialog::TimeframeDialog(const Timeframe &current, QWidget *parent)
    : QDialog(parent)
    , m_number(new QSpinBox(this))
    , m_unit(new QComboBox(this))
{
    setObjectName(u"timeframeDialog"_s);
    setWindowTitle(tr("Timeframe"));
    m_number->setObjectName(u"number"_s);
    m_number->setRange(1, 9999);
    m_number->setAccessibleName(tr("How many"));
    m_unit->setObjectName(u"unit"_s);
    m_unit->setAccessibleName(tr("Of what"));
    m_unit->addItem(tr("days"), u"d"_s);
    m_unit->addItem(tr("weeks"), u"w"_s);
    m_unit->addItem(tr("calendar months"), u"mo"_s);
    m_unit->addItem(tr("years"), u"y"_s);
    const Span &span = current.span();
    m_number->setValue(span.months > 0 ? span.months : int(std::min<qint64>(span.us / 86'400'000'000, 9999)));
    m_unit->setCurrentIndex(span.months > 0 ? 2 : 0);

    QLabel *label = plainLabel(tr("&No login for so long, or longer:"), this);
    label->setBuddy(m_number);
    auto *row = new QHBoxLayout;
    row->addWidget(m_number, 1);
    row->addWidget(m_unit, 1);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(label);
    layout->addLayout(row);
    layout->addWidget(buttons);
    m_number->selectAll();
    m_number->setFocus();
    connect(buttons, &QDialogButtonBox::accepted, this, &TimeframeDialog::choose);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void TimeframeDialog::choose()
{
    const QString text = QString::number(m_number->value()) + m_unit->currentData().toString();
    if (const std::optional<Timeframe> timeframe = Timeframe::parse(text))
        Q_EMIT chosen(*timeframe);
    accept();
}

} // namespace mailhelm
