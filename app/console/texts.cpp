// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/texts.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QLibraryInfo>
#include <QLocale>

namespace mailhelm
{

using namespace Qt::StringLiterals;

bool Texts::choose(const QString &language)
{
    const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    QCoreApplication::removeTranslator(&m_own);
    QCoreApplication::removeTranslator(&m_qt);
    const QString folder = u":/i18n"_s;
    if (!m_own.load(locale, u"mailhelm"_s, u"_"_s, folder) && !m_own.load(u"mailhelm_en"_s, folder))
        return false;
    QCoreApplication::installTranslator(&m_own);
    const QLocale chosen(m_own.language());
    // Numbers go with the texts, whatever else the desktop is.
    if (!language.isEmpty())
        QLocale::setDefault(locale);
    if (m_qt.load(chosen, u"qtbase"_s, u"_"_s, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&m_qt);
    QGuiApplication::setLayoutDirection(chosen.textDirection());
    return true;
}

} // namespace mailhelm
