// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/bodyreader.h"

#include <cstring>

namespace mailhelm
{

QByteArray BodyReader::readLimitedText(qsizetype maxBytes)
{
    const qsizetype start = offset();
    const QByteArrayView text = readText();
    if (text.size() > maxBytes)
        fail("a text is longer than allowed", start);
    else if (!text.isEmpty() && std::memchr(text.data(), 0, size_t(text.size())))
        fail("a text holds a NUL", start);
    return ok() ? text.toByteArray() : QByteArray();
}

QList<RowId> BodyReader::readIds(qsizetype max)
{
    const qsizetype start = offset();
    const CborTypedArray array = readTypedArray();
    if (array.tag != CborTag::Uint64)
        fail("ids are not in an array of 64-bit numbers", start);
    else if (array.size > max)
        fail("there are more ids than allowed", start);
    if (!ok())
        return {};
    QList<RowId> ids(array.size);
    if (!ids.isEmpty()) // an empty list has no storage to copy to
        qFromLittleEndian<quint64>(array.data, array.size, ids.data());
    quint64 bad = 0;
    for (const RowId id : std::as_const(ids))
        bad |= (id | (id - 1)) >> 63; // 0 - 1 wraps around
    if (bad)
        fail("an id is 0 or above 2^63 - 1", start);
    return ok() ? ids : QList<RowId>();
}

void BodyReader::noteField(const char *name)
{
    if (!m_field)
        m_field = name;
}

Error BodyReader::error(QByteArrayView message) const
{
    const QString where = m_field ? QStringLiteral(" field \"%1\",").arg(QLatin1String(m_field)) : QString();
    return { ErrorCode::InvalidArgument,
        QStringLiteral("%1:%2 byte %3 of the body: %4.")
            .arg(QString::fromUtf8(message), where, QString::number(offset()), QLatin1String(reason())) };
}

bool FieldLoop::next()
{
    if (!m_body.ok()) {
        m_body.noteField(name());
        return false;
    }
    if (m_left == 0) {
        m_body.leave();
        for (size_t i = 0; i < m_names.size() && m_required; ++i, m_required >>= 1) {
            if (m_required & 1) {
                m_body.noteField(m_names[i]);
                m_body.fail("it is missing", m_start);
                return false;
            }
        }
        return false;
    }
    --m_left;
    const quint64 previous = m_key;
    const qsizetype at = m_body.offset();
    m_key = m_body.readUnsigned();
    if (m_key <= previous)
        m_body.fail("the keys of a map are not in ascending order from 1", at);
    if (!m_body.ok())
        return false;
    if (m_key <= m_names.size())
        m_required &= ~(quint64(1) << (m_key - 1));
    return true;
}

} // namespace mailhelm
