// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/client/link.h"

#include <QList>
#include <QString>

namespace mailhelm
{

/// A server as it is saved.
struct SavedServer {
    QString name; ///< unique, ignoring case; what commands and pages call it
    QString host;
    quint16 port = 6245;
    Pin pin;
    QString group; ///< "" = none
    QString colour; ///< of its environment, "#rrggbb"; "" = none
    Role role = Role::None; ///< as its last Welcome said

    [[nodiscard]] LinkTarget target() const { return { host, port, pin }; }
    friend bool operator==(const SavedServer &, const SavedServer &) = default;
};

/// One person's profile on this computer: the folder with the key pair that they are known by and the list of their
/// servers. The folder is 0700, the files are 0600. A file that cannot be read is an error that names it and the line,
/// and is never written over. A value; single-threaded. Two programs may use one profile: each change is made to the
/// file as it is then.
class Profile
{
public:
    /// MAILHELM_HOME, or else the folder that the system has for an application's data.
    [[nodiscard]] static QString defaultHome();
    /// Makes the folder where it is missing, corrects its mode, reads the servers.
    [[nodiscard]] static Result<Profile> open(const QString &home = defaultHome());

    [[nodiscard]] const QString &home() const { return m_home; }
    [[nodiscard]] QString serversFile() const;
    [[nodiscard]] QString keyFile() const;
    [[nodiscard]] QString cacheFile() const;
    [[nodiscard]] QString historyFolder() const; ///< of what the console saw end

    /// The key pair, made at the first call.
    [[nodiscard]] Result<Identity> identity() const;

    [[nodiscard]] const QList<SavedServer> &servers() const { return m_servers; }
    [[nodiscard]] const SavedServer *find(const QString &name) const; ///< ignoring case
    /// Conflict where the name is taken or the same host, port and pin is there already; InvalidArgument for a name
    /// that is empty, too long, or holds a slash, a comma or control characters.
    [[nodiscard]] Result<void> add(const SavedServer &server);
    /// Replaces the one called `name`, which may get another name.
    [[nodiscard]] Result<void> update(const QString &name, const SavedServer &server);
    [[nodiscard]] Result<void> remove(const QString &name);
    /// A name like `wanted` that is free: "mx1", "mx1 (2)" …
    [[nodiscard]] QString freeName(const QString &wanted) const;

private:
    explicit Profile(QString home)
        : m_home(std::move(home))
    {
    }
    [[nodiscard]] Result<void> reload();
    [[nodiscard]] Result<void> save(const QList<SavedServer> &servers);

    QString m_home;
    QList<SavedServer> m_servers;
};

} // namespace mailhelm
