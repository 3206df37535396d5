// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <map>
#include <memory>

#include "core/table/livetable.h"
#include "views/backend.h"

class QMenu;
class QSystemTrayIcon;

namespace mailhelm
{

class Preferences;

/// The icon in the desktop's tray, and what it tells: servers and sources that are lost or back. Both only for those
/// who asked for it.
class TrayIcon : public QObject
{
    Q_OBJECT
public:
    /// All outlive it.
    TrayIcon(Backend &backend, Preferences &preferences, QWidget *window);
    ~TrayIcon() override;

    [[nodiscard]] bool isShown() const { return m_icon != nullptr; }
    /// What it would say now, oldest first: texts without markup, since some desktops take it for such.
    [[nodiscard]] static QString safeNotice(const QString &text);

Q_SIGNALS:
    void showRequested();
    void quitRequested();
    void noticed(const QString &text); ///< what was told

private:
    void apply();
    void watchServers();
    void watchSources(const Publication &publication);
    void tell(const QString &text);

    Backend &m_backend;
    Preferences &m_preferences;
    QWidget *m_window;
    std::unique_ptr<QMenu> m_menu;
    std::unique_ptr<QSystemTrayIcon> m_icon;
    std::map<quint16, LinkState> m_states;
    std::map<RowKey, QByteArray> m_sources;
};

} // namespace mailhelm
