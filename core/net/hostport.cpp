// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/hostport.h"

#include "core/base/address.h"
#include "core/base/safetext.h"

#include <algorithm>

namespace mailhelm
{

static bool isLetterOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// RFC 1123 2.1, plus the underscore that some inside names have. All-numeric last labels are mistyped addresses.
static bool isDnsName(QByteArrayView name)
{
    if (name.isEmpty() || name.size() > 253)
        return false;
    QByteArrayView last;
    for (qsizetype from = 0; from <= name.size();) {
        qsizetype dot = name.indexOf('.', from);
        if (dot < 0)
            dot = name.size();
        last = name.sliced(from, dot - from);
        const bool good = !last.isEmpty() && last.size() <= 63 && last.front() != '-' && last.back() != '-'
            && std::all_of(last.begin(), last.end(), [](char c) { return isLetterOrDigit(c) || c == '-' || c == '_'; });
        if (!good)
            return false;
        from = dot + 1;
    }
    return !std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

static Error bad(QByteArrayView text, const QString &why)
{
    return { ErrorCode::InvalidArgument, QStringLiteral("“%1” is no HOST:PORT: %2.").arg(safeText(text, 80), why) };
}

Result<HostPort> HostPort::parse(QByteArrayView text)
{
    const qsizetype colon = text.lastIndexOf(':');
    if (colon < 0 || (text.endsWith(']')))
        return bad(text, QStringLiteral("the port is missing, as in mx1.example.org:6245"));
    const QByteArray portText = text.sliced(colon + 1).toByteArray();
    QByteArray host = text.first(colon).toByteArray();

    bool isNumber = false;
    const uint port = portText.toUInt(&isNumber);
    if (!isNumber || port > 65535 || QByteArray::number(port) != portText)
        return bad(text, QStringLiteral("the port has to be a number up to 65535"));

    if (host.startsWith('[') && host.endsWith(']')) {
        const auto address = Address::parse(QByteArrayView(host).sliced(1, host.size() - 2));
        if (!address || !host.contains(':'))
            return bad(text, QStringLiteral("between the brackets there has to be an IPv6 address without zone"));
        return HostPort { address->toText(), quint16(port) };
    }
    if (host.contains(':'))
        return bad(text, QStringLiteral("an IPv6 address stands in brackets, as in [2001:db8::1]:6245"));
    if (const auto address = Address::parse(host))
        return HostPort { address->toText(), quint16(port) };
    if (std::any_of(host.begin(), host.end(), [](char c) { return quint8(c) >= 0x80; }))
        return bad(text, QStringLiteral("write an international name in its ASCII form (xn--…)"));
    host = host.toLower();
    if (!isDnsName(host))
        return bad(text, QStringLiteral("the host is neither a name nor an address"));
    return HostPort { host, quint16(port) };
}

QByteArray HostPort::toText() const
{
    const QByteArray portText = QByteArray::number(port);
    return host.contains(':') ? '[' + host + "]:" + portText : host + ':' + portText;
}

} // namespace mailhelm
