// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/preferencesdialog.h"

#include "views/historypreference.h"
#include "views/preferences.h"
#include "views/viewtext.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QSystemTrayIcon>
#include <QVBoxLayout>

#include <cmath>

namespace mailhelm
{

using namespace Qt::StringLiterals;

QList<std::pair<QString, QString>> PreferencesDialog::languages()
{
    return { { u"en"_s, u"English"_s }, { u"de"_s, u"Deutsch"_s } };
}

PreferencesDialog::PreferencesDialog(Preferences &preferences, Backend &backend, QWidget *parent)
    : QDialog(parent)
    , m_preferences(preferences)
    , m_fresh(new QDoubleSpinBox(this))
    , m_gone(new QDoubleSpinBox(this))
    , m_names(new QCheckBox(tr("Show names instead of &addresses"), this))
    , m_times(new QComboBox(this))
    , m_tray(new QCheckBox(tr("Show an &icon in the tray"), this))
    , m_notices(new QCheckBox(tr("&Tell there when a server or source is lost or back"), this))
    , m_language(new QComboBox(this))
    , m_history(new HistoryPreference(backend, preferences.values().historyDays, this))
{
    setObjectName(u"preferencesDialog"_s);
    setWindowTitle(tr("Preferences"));
    const Preferences::Values &values = preferences.values();
    for (QDoubleSpinBox *box : { m_fresh, m_gone }) {
        box->setRange(0, Preferences::LongestMarkMs / 1000.0);
        box->setDecimals(1);
        box->setSingleStep(0.5);
        box->setSuffix(tr(" s"));
        box->setSpecialValueText(tr("Not at all"));
    }
    m_fresh->setObjectName(u"fresh"_s);
    m_fresh->setValue(values.freshMs / 1000.0);
    m_gone->setObjectName(u"gone"_s);
    m_gone->setValue(values.goneMs / 1000.0);
    m_names->setObjectName(u"names"_s);
    m_names->setChecked(values.resolveNames);
    m_times->setObjectName(u"times"_s);
    m_times->addItems({ tr("Of this computer's time zone"), tr("Of the server's time zone") });
    m_times->setCurrentIndex(values.serverTimes ? 1 : 0);
    m_tray->setObjectName(u"tray"_s);
    m_tray->setChecked(values.tray);
    m_notices->setObjectName(u"notices"_s);
    m_notices->setChecked(values.notices);
    m_notices->setEnabled(values.tray);
    connect(m_tray, &QCheckBox::toggled, m_notices, &QWidget::setEnabled);
    m_language->setObjectName(u"language"_s);
    m_language->addItem(tr("That of the desktop"), QString());
    for (const auto &[code, name] : languages())
        m_language->addItem(name, code);
    m_language->setCurrentIndex(std::max(0, m_language->findData(values.language)));

    auto *form = new QFormLayout;
    form->addRow(tr("Mark &new rows for:"), m_fresh);
    form->addRow(tr("&Keep rows that are gone for:"), m_gone);
    form->addRow(tr("Date&s and times:"), m_times);
    form->addRow(tr("&Language:"), m_language);
    form->addRow(QString(), noteLabel(tr("The language is another when Mailhelm starts the next time."), this));
    auto *kept = plainLabel(tr("Keep what is over on this comp&uter:"), this);
    kept->setBuddy(m_history->editor());
    form->addRow(kept, m_history);
    form->addRow(QString(), m_names);
    form->addRow(QString(), noteLabel(tr("Name servers of others learn then which addresses are connected."), this));
    form->addRow(QString(), m_tray);
    form->addRow(QString(), m_notices);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    const QList<QWidget *> order { m_fresh, m_gone, m_times, m_language, m_names, m_tray, m_notices, buttons };
    for (qsizetype i = 1; i < order.size(); ++i)
        setTabOrder(order[i - 1], order[i]); // as the form is read
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addStretch();
    layout->addWidget(buttons);
    resize(sizeInText(*this, 80, 0));
    growToFit(*this);
}

void PreferencesDialog::accept()
{
    Preferences::Values values = m_preferences.values();
    values.freshMs = int(std::lround(m_fresh->value() * 1000));
    values.goneMs = int(std::lround(m_gone->value() * 1000));
    values.resolveNames = m_names->isChecked();
    values.serverTimes = m_times->currentIndex() == 1;
    values.tray = m_tray->isChecked();
    values.notices = m_notices->isChecked();
    values.historyDays = m_history->days();
    values.language = m_language->currentData().toString();
    m_preferences.setValues(values);
    QDialog::accept();
}

} // namespace mailhelm
