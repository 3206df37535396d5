// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/namedfilters.h"

#include "core/base/safetext.h"
#include "views/icons.h"
#include "views/viewtext.h"

#include <QInputDialog>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>

#include <algorithm>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr int MostFilters = 100;

} // namespace

NamedFilters::NamedFilters(QSettings &settings, const QString &group, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_group(group + u"/namedFilters"_s)
{
    const int count = std::min(MostFilters, m_settings.beginReadArray(m_group));
    for (int i = 0; i < count; ++i) {
        m_settings.setArrayIndex(i);
        m_filters.append({ m_settings.value(u"name"_s).toString(), m_settings.value(u"filter"_s).toString() });
    }
    m_settings.endArray();
    m_filters.removeIf([](const Named &one) { return one.name.isEmpty() || one.filter.isEmpty(); });
}

void NamedFilters::save()
{
    m_settings.remove(m_group);
    m_settings.beginWriteArray(m_group, int(m_filters.size()));
    for (qsizetype i = 0; i < m_filters.size(); ++i) {
        m_settings.setArrayIndex(int(i));
        m_settings.setValue(u"name"_s, m_filters[i].name);
        m_settings.setValue(u"filter"_s, m_filters[i].filter);
    }
    m_settings.endArray();
}

void NamedFilters::keep(const QString &name, const QString &filter)
{
    const QString trimmed = name.trimmed().left(60);
    if (trimmed.isEmpty() || filter.trimmed().isEmpty())
        return;
    m_filters.removeIf([&](const Named &one) { return one.name == trimmed; });
    m_filters.append({ trimmed, filter.trimmed() });
    std::sort(m_filters.begin(), m_filters.end(),
        [](const Named &a, const Named &b) { return a.name.localeAwareCompare(b.name) < 0; });
    save();
}

void NamedFilters::forget(const QString &name)
{
    m_filters.removeIf([&](const Named &one) { return one.name == name; });
    save();
}

void NamedFilters::fillMenu(QMenu *menu, const QString &current)
{
    menu->clear();
    menu->setToolTipsVisible(true);
    for (const Named &one : std::as_const(m_filters)) {
        QAction *action = menu->addAction(safeActionText(one.name, 60));
        action->setToolTip(plainToolTip(safeText(one.filter, 200)));
        action->setCheckable(true);
        action->setChecked(one.filter == current.trimmed());
        const QString filter = one.filter;
        connect(action, &QAction::triggered, this, [this, filter] { Q_EMIT chosen(filter); });
    }
    if (!m_filters.isEmpty())
        menu->addSeparator();
    QAction *keepThis = menu->addAction(icon(Symbol::Add), tr("&Keep This Filter…"));
    keepThis->setObjectName(u"keepFilterAction"_s);
    keepThis->setEnabled(!current.trimmed().isEmpty());
    connect(keepThis, &QAction::triggered, this, &NamedFilters::nameRequested);
    QMenu *less = menu->addMenu(icon(Symbol::Remove), tr("&Forget"));
    less->setObjectName(u"forgetFilterMenu"_s);
    less->setEnabled(!m_filters.isEmpty());
    for (const Named &one : std::as_const(m_filters)) {
        const QString name = one.name;
        QAction *action = less->addAction(safeActionText(name, 60));
        connect(action, &QAction::triggered, this, [this, name] { forget(name); });
    }
}

void NamedFilters::askName(const QString &filter, QWidget *window)
{
    auto *dialog = new QInputDialog(window);
    dialog->setObjectName(u"filterNameDialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Keep filter"));
    dialog->setInputMode(QInputDialog::TextInput);
    dialog->setLabelText(tr("Name of the filter:"));
    for (const Named &one : std::as_const(m_filters))
        if (one.filter == filter.trimmed())
            dialog->setTextValue(one.name);
    connect(
        dialog, &QInputDialog::textValueSelected, this, [this, filter](const QString &name) { keep(name, filter); });
    dialog->open();
}

} // namespace mailhelm
