// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/joinstatus.h"

namespace mailhelm
{

namespace
{

/// Both ends of the client and, behind a proxy, of the proxy.
constexpr char DovecotFormat[]
    = "login_log_format_elements = user=<%u> method=%m rip=%r rport=%b lip=%l lport=%a mpid=%e %c "
      "session=<%{session}> realrip=%{real_rip} realrport=%{real_rport}";
constexpr char PostfixPorts[] = "postconf -e smtpd_client_port_logging=yes && postfix reload";

} // namespace

SourceStatus joinStatus(const QMap<QByteArray, JoinCounts> &counts)
{
    SourceStatus status;
    status.source = "join";
    QByteArrayList details;
    QByteArrayList mends;
    for (auto it = counts.cbegin(); it != counts.cend(); ++it) {
        const bool isPostfix = it.key() == "postfix";
        if (it->ambiguous > 0) {
            details.append(QByteArray::number(it->ambiguous) + " sessions of " + it.key()
                + " fitted more than one connection and annotate none of them.");
            mends.append(isPostfix ? PostfixPorts : DovecotFormat);
        }
        if (it->unmatched * 10 <= it->unmatched + it->joined)
            continue;
        QByteArray detail = QByteArray::number(it->unmatched) + " logins of " + it.key()
            + " fitted no connection: too short to be seen, or ";
        if (isPostfix)
            detail += "behind a proxy, whose own port Postfix does not log: no setting tells, and such users stay "
                      "unknown.";
        else
            detail += "behind a proxy whose port the log does not name.";
        details.append(detail);
        if (!isPostfix && !mends.contains(DovecotFormat))
            mends.append(DovecotFormat);
    }
    if (details.isEmpty())
        return status;
    status.state = SourceStatus::State::Degraded;
    status.detail = "Lately: " + details.join(' ');
    status.mend = mends.join('\n');
    return status;
}

} // namespace mailhelm
