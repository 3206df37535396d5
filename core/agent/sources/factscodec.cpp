// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/factscodec.h"

#include <QDataStream>

namespace mailhelm
{

namespace
{

template<typename T>
void writeOptional(QDataStream &out, const std::optional<T> &value)
{
    out << value.has_value();
    if (value)
        out << *value;
}

template<typename T>
void readOptional(QDataStream &in, std::optional<T> &value)
{
    bool has = false;
    in >> has;
    if (has) {
        T read {};
        in >> read;
        value = read;
    }
}

void writeAddress(QDataStream &out, const Address &address)
{
    out << QByteArray(reinterpret_cast<const char *>(address.bytes().data()), 16);
}

Address readAddress(QDataStream &in)
{
    QByteArray bytes;
    in >> bytes;
    Address::Bytes raw {};
    if (bytes.size() == 16)
        std::copy(bytes.begin(), bytes.end(), raw.begin());
    return Address(raw);
}

} // namespace

QDataStream &operator<<(QDataStream &out, const SessionFacts &f)
{
    out << f.source << f.key << f.protocol << f.program;
    writeAddress(out, f.peer.address);
    out << f.peer.port;
    writeAddress(out, f.client.address);
    out << f.client.port;
    writeAddress(out, f.localAddress);
    out << f.localPort << f.began << f.beganIsConnect << f.lineTime << f.ended;
    writeOptional(out, f.login);
    writeOptional(out, f.user);
    writeOptional(out, f.secure);
    for (const auto *text : { &f.tls, &f.host, &f.state, &f.folder, &f.agentName, &f.helo, &f.session })
        writeOptional(out, *text);
    writeOptional(out, f.pid);
    return out;
}

QDataStream &operator>>(QDataStream &in, SessionFacts &f)
{
    in >> f.source >> f.key >> f.protocol >> f.program;
    f.peer.address = readAddress(in);
    in >> f.peer.port;
    f.client.address = readAddress(in);
    in >> f.client.port;
    f.localAddress = readAddress(in);
    in >> f.localPort >> f.began >> f.beganIsConnect >> f.lineTime >> f.ended;
    readOptional(in, f.login);
    readOptional(in, f.user);
    readOptional(in, f.secure);
    for (auto *text : { &f.tls, &f.host, &f.state, &f.folder, &f.agentName, &f.helo, &f.session })
        readOptional(in, *text);
    readOptional(in, f.pid);
    return in;
}

} // namespace mailhelm
