// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QString>

class QMenu;
class QSettings;

namespace mailhelm
{

/// The filters of a page that were given a name, kept in the settings. Fills the menu that offers them.
class NamedFilters : public QObject
{
    Q_OBJECT
public:
    struct Named {
        QString name;
        QString filter;
        friend bool operator==(const Named &, const Named &) = default;
    };

    /// `settings` outlives it; everything is kept under `group`.
    NamedFilters(QSettings &settings, const QString &group, QObject *parent);

    [[nodiscard]] const QList<Named> &all() const { return m_filters; }
    /// Takes the place of one of the same name.
    void keep(const QString &name, const QString &filter);
    void forget(const QString &name);

    /// `current`: the filter in the field; chosen() says what becomes of it, nameRequested() that it is to be kept.
    void fillMenu(QMenu *menu, const QString &current);
    /// Asks for a name and keeps the filter. Stands on `window`.
    void askName(const QString &filter, QWidget *window);

Q_SIGNALS:
    void chosen(const QString &filter);
    void nameRequested();

private:
    void save();

    QSettings &m_settings;
    const QString m_group;
    QList<Named> m_filters;
};

} // namespace mailhelm
