// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/serverdialogs.h"

#include "core/base/safetext.h"
#include "views/addserverdialog.h"
#include "views/editserverdialog.h"
#include "views/icons.h"
#include "views/keychangeddialog.h"

#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QStyle>

namespace mailhelm
{

using namespace Qt::StringLiterals;

ServerDialogs::ServerDialogs(Backend &backend, QWidget *window)
    : QObject(window)
    , m_backend(backend)
    , m_window(window)
{
    connect(&m_backend, &Backend::serversChanged, this, &ServerDialogs::tellChangedKeys);
    connect(&m_backend, &Backend::serverChanged, this, &ServerDialogs::tellChangedKeys);
}

std::optional<ServerStatus> ServerDialogs::statusOf(quint16 server) const
{
    for (const ServerStatus &status : m_backend.servers())
        if (status.number == server)
            return status;
    return std::nullopt;
}

void ServerDialogs::openAdd(const QString &link)
{
    auto *dialog = new AddServerDialog(m_backend, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (!link.isEmpty())
        dialog->setLink(link);
    connect(dialog, &AddServerDialog::added, this, &ServerDialogs::added);
    dialog->open();
}

void ServerDialogs::openEdit(quint16 server)
{
    const std::optional<ServerStatus> status = statusOf(server);
    if (!status)
        return;
    auto *dialog = new EditServerDialog(m_backend, *status, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

/// A server beside its environment's colour.
static QPixmap environmentIcon(const QWidget &widget, const QColor &colour)
{
    const int size = widget.style()->pixelMetric(QStyle::PM_LargeIconSize, nullptr, &widget);
    QPixmap picture(QSize(size + 12, size) * widget.devicePixelRatioF());
    picture.setDevicePixelRatio(widget.devicePixelRatioF());
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    if (colour.isValid())
        painter.fillRect(0, 0, 6, size, colour);
    icon(Symbol::Server).paint(&painter, 12, 0, size, size);
    return picture;
}

void ServerDialogs::askRemove(quint16 server)
{
    const std::optional<ServerStatus> status = statusOf(server);
    if (!status)
        return;
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("Remove server"), QString(), QMessageBox::Cancel, m_window);
    box->setObjectName(u"removeServerBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    const QString name = safeText(status->name, 80);
    box->setText(tr("Remove %1 (%2) from the list?")
                     .arg(status->group.isEmpty() ? name : tr("%1, %2").arg(name, safeText(status->group, 80)),
                         safeText(status->address, 120)));
    box->setIconPixmap(environmentIcon(*box, status->colour));
    box->setInformativeText(tr("The server itself is not changed. To come back you need a new pairing link, or an "
                               "administrator who keeps your key there."));
    QPushButton *remove = box->addButton(tr("Remove"), QMessageBox::DestructiveRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(remove, &QPushButton::clicked, this, [this, server] {
        const Result<void> removed = m_backend.removeServer(server);
        if (!removed)
            Q_EMIT failed(safeText(removed.error().detail));
    });
    box->open();
}

void ServerDialogs::openChangedKey(quint16 server)
{
    const std::optional<ServerStatus> status = statusOf(server);
    if (!status || status->seenPin.isEmpty())
        return;
    auto *dialog = new KeyChangedDialog(*status, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &KeyChangedDialog::removeRequested, this, [this, server] { askRemove(server); });
    dialog->open();
}

void ServerDialogs::tellChangedKeys()
{
    for (const ServerStatus &server : m_backend.servers()) {
        if (server.seenPin.isEmpty())
            m_told.remove(server.number);
        else if (std::exchange(m_told[server.number], server.seenPin) != server.seenPin)
            openChangedKey(server.number);
    }
}

} // namespace mailhelm
