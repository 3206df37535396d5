// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/trayicon.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"
#include "views/icons.h"
#include "views/preferences.h"

#include <QAction>
#include <QMenu>
#include <QSystemTrayIcon>
#include <QWidget>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

QByteArray textAt(const Table &table, Table::Slot slot, int column)
{
    const Column &cells = table.column(column);
    return cells.isKnown(slot) ? cells.text(slot).toByteArray() : QByteArray();
}

} // namespace

TrayIcon::TrayIcon(Backend &backend, Preferences &preferences, QWidget *window)
    : QObject(window)
    , m_backend(backend)
    , m_preferences(preferences)
    , m_window(window)
{
    connect(&preferences, &Preferences::changed, this, &TrayIcon::apply);
    connect(&backend, &Backend::serverChanged, this, &TrayIcon::watchServers);
    connect(&backend, &Backend::serversChanged, this, &TrayIcon::watchServers);
    connect(&backend.table(TableId::Sources), &LiveTable::published, this, &TrayIcon::watchSources);
    apply();
    watchServers();
}

TrayIcon::~TrayIcon() = default;

QString TrayIcon::safeNotice(const QString &text)
{
    QString plain = safeText(text, 200);
    plain.replace(u'<', QChar(0x2039)).replace(u'>', QChar(0x203a)).replace(u'&', QChar(0xff06));
    return plain;
}

void TrayIcon::apply()
{
    const bool wanted = m_preferences.values().tray;
    if (wanted == isShown())
        return;
    if (!wanted) {
        m_icon.reset();
        m_menu.reset();
        return;
    }
    m_menu = std::make_unique<QMenu>();
    m_menu->setObjectName(u"trayMenu"_s);
    connect(m_menu->addAction(tr("&Show Mailhelm")), &QAction::triggered, this, &TrayIcon::showRequested);
    connect(m_menu->addAction(icon(Symbol::Quit), tr("&Quit")), &QAction::triggered, this, &TrayIcon::quitRequested);
    m_icon = std::make_unique<QSystemTrayIcon>(applicationIcon());
    m_icon->setToolTip(tr("Mailhelm"));
    m_icon->setContextMenu(m_menu.get());
    connect(m_icon.get(), &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger)
            Q_EMIT showRequested();
    });
    connect(m_icon.get(), &QSystemTrayIcon::messageClicked, this, &TrayIcon::showRequested);
    m_icon->show();
}

void TrayIcon::tell(const QString &text)
{
    if (!m_icon || !m_preferences.values().notices)
        return;
    const QString safe = safeNotice(text);
    m_icon->showMessage(tr("Mailhelm"), safe, QSystemTrayIcon::Warning);
    Q_EMIT noticed(safe);
}

void TrayIcon::watchServers()
{
    std::map<quint16, LinkState> now;
    for (const ServerStatus &server : m_backend.servers()) {
        now[server.number] = server.state;
        const auto before = m_states.find(server.number);
        if (before == m_states.end() || before->second == server.state)
            continue;
        if (before->second == LinkState::Live)
            tell(server.error.isEmpty() ? tr("%1: connection lost").arg(server.name)
                                        : tr("%1: connection lost: %2").arg(server.name, server.error));
        else if (server.state == LinkState::Live && before->second != LinkState::Connecting)
            tell(tr("%1 is back").arg(server.name));
        // Between lost and refused or trying nothing is news, and a server that is tried again was lost already.
        else if (server.state == LinkState::Connecting)
            now[server.number] = before->second;
    }
    m_states = std::move(now);
}

void TrayIcon::watchSources(const Publication &publication)
{
    const Table &table = m_backend.table(TableId::Sources).table();
    for (const auto *slots : { &publication.inserted, &publication.changed }) {
        for (const Table::Slot slot : *slots) {
            const RowKey key = table.keyAt(slot);
            const QByteArray state = textAt(table, slot, sources::State);
            const auto before = m_sources.find(key);
            const QByteArray was = before == m_sources.end() ? QByteArray() : before->second;
            m_sources[key] = state;
            if (was == state || was.isEmpty())
                continue; // what it is at first is no news
            const QString name = QString::fromUtf8(textAt(table, slot, sources::Source));
            if (state == "down")
                tell(tr("The source %1 cannot be read: %2")
                         .arg(name, QString::fromUtf8(textAt(table, slot, sources::Detail))));
            else if (state == "ok")
                tell(tr("The source %1 is read again").arg(name));
        }
    }
    for (const Table::Slot slot : publication.removed)
        m_sources.erase(table.keyAt(slot));
}

} // namespace mailhelm
