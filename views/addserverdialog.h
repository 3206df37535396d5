// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QDialog>

#include "views/backend.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace mailhelm
{

/// Adds a server by its pairing link: one paste. Shows at once what the link says, pairs on "Add", and shows errors in
/// place. Finished (accepted) only when the server was added.
class AddServerDialog : public QDialog
{
    Q_OBJECT
public:
    AddServerDialog(Backend &backend, QWidget *parent);

    void setLink(const QString &link);

Q_SIGNALS:
    void added(const mailhelm::ServerStatus &server);

private:
    void readLink();
    void pair();
    void setBusy(bool busy);
    void showError(const QString &text);

    Backend &m_backend;
    QLineEdit *m_link;
    QLabel *m_found;
    QLineEdit *m_name;
    QComboBox *m_group;
    QComboBox *m_colour;
    QLabel *m_message;
    QPushButton *m_add;
    PairingPreview m_preview;
    bool m_busy = false;
};

/// The environment colours on offer, with their names; the first is "none" (an invalid colour).
struct NamedColour {
    QString name;
    QColor colour;
};
[[nodiscard]] QList<NamedColour> environmentColours();
void fillColourBox(QComboBox *box, const QColor &current);

} // namespace mailhelm
