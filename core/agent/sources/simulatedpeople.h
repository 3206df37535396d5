// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace mailhelm
{

/// Whom and what the sessions of a simulated mail server speak of: short and long names, several scripts. Pure: the
/// same number gives the same text, and two users are never the same.
namespace simulatedpeople
{

[[nodiscard]] QByteArray user(quint32 number);
/// 0: none is selected.
[[nodiscard]] QByteArray folder(quint8 number);
/// As the client's IMAP ID has it: "name=Thunderbird, version=115.3"; empty for 0, the client that names itself not.
[[nodiscard]] QByteArray clientId(quint8 number);
/// What a client says in HELO, or its address resolves to; "unknown" for some.
[[nodiscard]] QByteArray host(quint32 number);

constexpr quint8 Folders = 16;
constexpr quint8 Clients = 8;

} // namespace simulatedpeople

} // namespace mailhelm
