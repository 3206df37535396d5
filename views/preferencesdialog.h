// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;

namespace mailhelm
{

class Backend;
class HistoryPreference;
class Preferences;

/// The few things that an administrator decides for the whole console.
class PreferencesDialog : public QDialog
{
    Q_OBJECT
public:
    /// `preferences` and `backend` outlive the dialog. Languages: code and own name, without English.
    PreferencesDialog(Preferences &preferences, Backend &backend, QWidget *parent);

    void accept() override;

    /// The languages that there are texts of, by code; English first.
    [[nodiscard]] static QList<std::pair<QString, QString>> languages();

private:
    Preferences &m_preferences;
    QDoubleSpinBox *m_fresh;
    QDoubleSpinBox *m_gone;
    QCheckBox *m_names;
    QComboBox *m_times;
    QCheckBox *m_tray;
    QCheckBox *m_notices;
    QComboBox *m_language;
    HistoryPreference *m_history;
};

} // namespace mailhelm
