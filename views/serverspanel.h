// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>

#include "views/backend.h"

class QTreeWidget;
class QTreeWidgetItem;

namespace mailhelm
{

class LinkLosses;

/// The servers: state by shape and colour, how many connections, the colour of their environment. Choosing one shows
/// its rows alone.
class ServersPanel : public QDockWidget
{
    Q_OBJECT
public:
    ServersPanel(Backend &backend, QWidget *parent);

    [[nodiscard]] std::optional<quint16> chosen() const; ///< nullopt: all
    void choose(std::optional<quint16> server);
    void updateCounts();

Q_SIGNALS:
    void serverChosen(std::optional<quint16> server);
    void addRequested();
    void editRequested(quint16 server);
    void removeRequested(quint16 server);

protected:
    void changeEvent(QEvent *event) override;

private:
    void rebuild();
    void updateServer(QTreeWidgetItem *item, const ServerStatus &server);
    void updateStates();
    void openMenu(const QPoint &place);
    [[nodiscard]] QTreeWidgetItem *itemOf(std::optional<quint16> server) const;

    Backend &m_backend;
    LinkLosses *m_losses; ///< hears of a change before the panel does
    QTreeWidget *m_list;
    bool m_rebuilding = false;
};

/// "live", "connecting", …: for tooltips and screen readers.
[[nodiscard]] QString linkStateText(LinkState state);

} // namespace mailhelm
