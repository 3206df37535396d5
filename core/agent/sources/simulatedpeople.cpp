// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/simulatedpeople.h"

#include <array>

namespace mailhelm::simulatedpeople
{

namespace
{

constexpr std::array FirstNames {
    "alice",
    "bob",
    "carmen",
    "dmitri",
    "elif",
    "fatima",
    "george",
    "hannah",
    "ingrid",
    "jürgen",
    "kofi",
    "laura",
    "mohammed",
    "nadia",
    "olivia",
    "piotr",
    "quentin",
    "rosa",
    "søren",
    "tomás",
    "ulrike",
    "vikram",
    "wanjiru",
    "xiaoming",
    "yuki",
    "zoë",
    "наталья",
    "李娜",
    "maximiliane-friederike",
    "jean-baptiste",
    "م.أمين",
    "info",
};
constexpr std::array LastNames {
    "smith",
    "müller",
    "garcía",
    "ivanov",
    "yılmaz",
    "khan",
    "o'brien",
    "nguyen",
    "johansson",
    "schröder",
    "mensah",
    "rossi",
    "ali",
    "petrova",
    "brown",
    "kowalski",
    "dubois",
    "fernández",
    "nielsen",
    "silva",
    "weber",
    "sharma",
    "otieno",
    "wang",
    "tanaka",
    "jansen",
    "смирнова",
    "田中",
    "von-hohenstein-waldenburg-zu-adlersberg-und-lindenfels",
    "le-goff",
    "el-sayed",
    "papadopoulos",
};
constexpr std::array Domains {
    "example.org",
    "example.com",
    "mail.example.net",
    "bücher.example",
    "uni-nord.example",
    "city-council.example",
    "verwaltungsgemeinschaft-oberes-tal-und-nachbargemeinden.example.org",
    "почта.example",
};
constexpr std::array<const char *, Folders> FolderNames {
    "",
    "INBOX",
    "INBOX",
    "INBOX",
    "Sent",
    "Drafts",
    "Trash",
    "Junk",
    "Archive/2026",
    "Archive/2025",
    "Entwürfe",
    "Корзина",
    "Lists/debian-user",
    "Projects/Relocation \"North\"",
    "受信箱",
    "Customers/Long-standing/Verwaltungsgemeinschaft Oberes Tal/Correspondence/2026/November/To be answered",
};
constexpr std::array<const char *, Clients> ClientIds {
    "",
    "name=Thunderbird, version=115.3.1",
    "name=iPhone Mail, version=22A3354, os=iOS, os-version=18.0",
    "name=Mac OS X Mail, version=16.0",
    "name=K-9 Mail, version=6.603",
    "name=Evolution, version=3.46.4",
    "name=offlineimap, version=8.0.0",
    "name=Roundcube, version=1.6.5",
};
constexpr std::array Hosts { "mail", "mx1", "smtp-out", "laptop", "dsl-customer", "mobile", "relay", "office-gateway" };
constexpr std::array HostDomains { "example.net", "provider.example", "isp.example", "cloud.example.com" };

} // namespace

QByteArray user(quint32 number)
{
    // Mixed radix: each user another one, and neighbours share neither name.
    const quint32 first = number % FirstNames.size();
    number /= FirstNames.size();
    const quint32 last = number % LastNames.size();
    number /= LastNames.size();
    QByteArray name = QByteArray(FirstNames[first]) + '.' + LastNames[(last + first) % LastNames.size()];
    if (number > 0)
        name += QByteArray::number(number);
    return name + '@' + Domains[(first * 5 + last) % Domains.size()];
}

QByteArray folder(quint8 number)
{
    return FolderNames[number % Folders];
}

QByteArray clientId(quint8 number)
{
    return ClientIds[number % Clients];
}

QByteArray host(quint32 number)
{
    if (number % 4 == 0)
        return "unknown";
    return QByteArray(Hosts[number % Hosts.size()]) + '-' + QByteArray::number(number % 9973) + '.'
        + HostDomains[number % HostDomains.size()];
}

} // namespace mailhelm::simulatedpeople
