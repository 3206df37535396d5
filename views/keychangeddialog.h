// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace mailhelm
{

struct ServerStatus;

/// Another key answers than the one that was paired: says so loudly, shows both, and what it can mean. Nothing here
/// takes the new key; the way back is another pairing, which only an administrator of the host can offer.
class KeyChangedDialog : public QDialog
{
    Q_OBJECT
public:
    KeyChangedDialog(const ServerStatus &server, QWidget *parent);

Q_SIGNALS:
    void removeRequested(); ///< from the list; to be asked about
};

} // namespace mailhelm
