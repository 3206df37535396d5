// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/addressnames.h"

#include "core/base/safetext.h"

namespace mailhelm
{

using namespace std::chrono_literals;

AddressNames::AddressNames(LookUp lookUp, QObject *parent)
    : QObject(parent)
    , m_lookUp(std::move(lookUp))
{
    m_telling.setSingleShot(true);
    m_telling.setInterval(150ms);
    connect(&m_telling, &QTimer::timeout, this, &AddressNames::found);
}

void AddressNames::setEnabled(bool enabled)
{
    if (m_enabled == enabled)
        return;
    m_enabled = enabled;
    for (const Address &address : std::as_const(m_waiting))
        m_asked.remove(address);
    m_waiting.clear();
    Q_EMIT found();
}

QString AddressNames::nameOf(const Address &address)
{
    if (!m_enabled)
        return {};
    if (const auto known = m_names.constFind(address); known != m_names.cend())
        return *known;
    if (!m_asked.contains(address)) {
        m_asked.insert(address);
        m_waiting.append(address);
        next();
    }
    return {};
}

void AddressNames::next()
{
    while (m_running < AtOnce && !m_waiting.isEmpty()) {
        const Address address = m_waiting.takeLast();
        ++m_running;
        m_lookUp(address, this, [this, address](const QString &name) { take(address, name); });
    }
}

void AddressNames::take(const Address &address, const QString &name)
{
    --m_running;
    m_asked.remove(address);
    if (m_names.size() >= Most)
        m_names.clear();
    // Whoever owns the address chose its name: one that reads like another address would mislead.
    const QString safe = safeText(name, 100);
    const bool misleading = Address::parse(safe.toLatin1()).has_value();
    m_names.insert(address, misleading ? QString() : safe);
    if (!m_telling.isActive())
        m_telling.start();
    next();
}

} // namespace mailhelm
