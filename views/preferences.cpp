// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/preferences.h"

#include <QSettings>

#include <algorithm>

namespace mailhelm
{

using namespace Qt::StringLiterals;

Preferences::Preferences(QSettings &settings, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
{
    const Values usual;
    const auto span = [&](const QString &key, int otherwise, int most) {
        return std::clamp(settings.value(key, otherwise).toInt(), 0, most);
    };
    m_values.freshMs = span(u"preferences/freshMs"_s, usual.freshMs, LongestMarkMs);
    m_values.goneMs = span(u"preferences/goneMs"_s, usual.goneMs, LongestMarkMs);
    m_values.resolveNames = settings.value(u"preferences/resolveNames"_s, usual.resolveNames).toBool();
    m_values.serverTimes = settings.value(u"preferences/serverTimes"_s, usual.serverTimes).toBool();
    m_values.tray = settings.value(u"preferences/tray"_s, usual.tray).toBool();
    m_values.notices = settings.value(u"preferences/notices"_s, usual.notices).toBool();
    m_values.historyDays = span(u"preferences/historyDays"_s, usual.historyDays, MostHistoryDays);
    m_values.language = settings.value(u"preferences/language"_s).toString();
}

void Preferences::setValues(const Values &values)
{
    if (values == m_values)
        return;
    m_values = values;
    m_settings.setValue(u"preferences/freshMs"_s, values.freshMs);
    m_settings.setValue(u"preferences/goneMs"_s, values.goneMs);
    m_settings.setValue(u"preferences/resolveNames"_s, values.resolveNames);
    m_settings.setValue(u"preferences/serverTimes"_s, values.serverTimes);
    m_settings.setValue(u"preferences/tray"_s, values.tray);
    m_settings.setValue(u"preferences/notices"_s, values.notices);
    m_settings.setValue(u"preferences/historyDays"_s, values.historyDays);
    m_settings.setValue(u"preferences/language"_s, values.language);
    Q_EMIT changed();
}

} // namespace mailhelm
