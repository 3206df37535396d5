// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/proctcp.h"

#include <QFile>
#include <QtEndian>

#include <cstring>

namespace mailhelm
{

namespace
{

/// "0100007F:1414" or 32 hexadecimal digits and a port; the address in words of the machine's byte order.
Endpoint endpointOf(const QByteArray &text)
{
    const QByteArray raw = QByteArray::fromHex(text.left(text.indexOf(':')));
    Endpoint end;
    end.port = text.mid(text.indexOf(':') + 1).toUShort(nullptr, 16);
    if (raw.size() == 4) {
        quint32 word = 0;
        std::memcpy(&word, raw.constData(), sizeof word);
        // fromHex() wrote the digits from the left, and the kernel the most significant first: one swap on a
        // little-endian machine.
        const quint32 inMemory = qFromBigEndian(word);
        end.address = Address::fromV4(qFromBigEndian(inMemory));
    } else if (raw.size() == 16) {
        Address::Bytes bytes {};
        for (size_t i = 0; i < 4; ++i) {
            quint32 word = 0;
            std::memcpy(&word, raw.constData() + 4 * i, sizeof word);
            const quint32 inMemory = qFromBigEndian(word);
            std::memcpy(bytes.data() + 4 * i, &inMemory, sizeof inMemory);
        }
        end.address = Address(bytes);
    }
    return end;
}

} // namespace

QSet<ProcSocket> procSockets(const QSet<quint16> &ports)
{
    QSet<ProcSocket> found;
    for (const char *name : { "/proc/net/tcp", "/proc/net/tcp6" }) {
        QFile file(QString::fromLatin1(name));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QByteArrayList lines = file.readAll().split('\n');
        for (const QByteArray &line : lines) {
            const QByteArrayList fields = line.simplified().split(' ');
            if (fields.size() < 10 || (fields[3] != "01" && fields[3] != "08"))
                continue;
            const ProcSocket socket { endpointOf(fields[1]), endpointOf(fields[2]) };
            if (ports.contains(socket.local.port))
                found.insert(socket);
        }
    }
    return found;
}

} // namespace mailhelm
