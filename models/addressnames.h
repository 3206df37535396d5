// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <functional>

namespace mailhelm
{

/// Names of addresses, for whoever wants to see them instead: looked up when first asked for, a few at once, kept while
/// the program runs. Off until it is switched on: looking names up tells name servers of others who is connected.
/// GUI thread.
class AddressNames : public QObject
{
    Q_OBJECT

public:
    /// Answers once, with an empty text where there is no name; not after `context` is gone.
    using LookUp
        = std::function<void(const Address &address, QObject *context, std::function<void(const QString &name)> reply)>;
    static constexpr int AtOnce = 8;
    static constexpr qsizetype Most = 20'000; ///< names kept; then it begins anew

    explicit AddressNames(LookUp lookUp, QObject *parent = nullptr);

    void setEnabled(bool enabled);
    [[nodiscard]] bool isEnabled() const { return m_enabled; }
    /// Safe to show; empty where there is none, or none yet: then it is looked up, and found() tells.
    [[nodiscard]] QString nameOf(const Address &address);

Q_SIGNALS:
    void found(); ///< one or several; also when it is switched on or off

private:
    void next();
    void take(const Address &address, const QString &name);

    LookUp m_lookUp;
    bool m_enabled = false;
    QHash<Address, QString> m_names;
    QList<Address> m_waiting; ///< the latest is the next: what is on the screen now
    QSet<Address> m_asked; ///< waiting, or on its way
    int m_running = 0;
    QTimer m_telling;
};

} // namespace mailhelm
