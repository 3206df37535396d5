// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/rowids.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QtEndian>

namespace mailhelm
{

namespace
{

RowId idFrom(const QByteArray &digest)
{
    const RowId id = qFromLittleEndian<quint64>(digest.constData()) & MaxRowId;
    return id == 0 ? 1 : id; // 0 means "no row"
}

template<typename Number>
QByteArrayView bytesOf(const Number &number)
{
    return QByteArrayView(reinterpret_cast<const char *>(&number), sizeof number);
}

} // namespace

RowIds::RowIds(QByteArray bootId, QByteArray key)
    : m_bootId(std::move(bootId))
    , m_key(std::move(key))
{
}

RowId RowIds::ofSocket(quint32 netns, quint64 cookie, int salt) const
{
    // Cookies count per network namespace in some kernels: the namespace's place in the configuration tells them apart.
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(m_bootId);
    hash.addData(bytesOf(netns));
    hash.addData(bytesOf(cookie));
    hash.addData(bytesOf(salt));
    return idFrom(hash.result());
}

RowId RowIds::ofKey(QByteArrayView kind, QByteArrayView naturalKey, int salt) const
{
    QMessageAuthenticationCode mac(QCryptographicHash::Sha256, m_key);
    mac.addData(kind.data(), kind.size());
    mac.addData("\0", 1);
    mac.addData(naturalKey.data(), naturalKey.size());
    mac.addData(reinterpret_cast<const char *>(&salt), sizeof salt);
    return idFrom(mac.result());
}

} // namespace mailhelm
