// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/net/pairinglink.h"
#include "core/net/pin.h"
#include "core/protocol/messages.h"

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QTimer>

#include <optional>

namespace mailhelm
{

/// One administrator: a key with a name and a role.
struct Admin {
    QByteArray name;
    Role role = Role::None;
    Pin pin;
    qint64 since = 0; ///< µs: when the key was enrolled
    friend bool operator==(const Admin &, const Admin &) = default;
};

/// An invitation that is not spent yet; the token itself is never stored.
struct Invitation {
    QByteArray name;
    Role role = Role::None;
    QByteArray digest; ///< SHA-256 of the token
    qint64 expires = 0; ///< µs
    friend bool operator==(const Invitation &, const Invitation &) = default;
};

/// Who may administer this agent: the file `admins` in the state folder, one line each, shared by the daemon and the
/// command line on the host (both lock the folder by flock(2), every write replaces the file whole). The daemon looks
/// at it every second.
///
///     admin NAME ROLE PIN SINCE
///     token NAME ROLE DIGEST EXPIRES
class Admins : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 TokenLifetimeUs = 600'000'000;

    Admins(QString stateFolder, const Clock &clock, QObject *parent = nullptr);

    /// Reads the file; a missing one is empty. A line that cannot be understood refuses the whole file, naming the
    /// line: a typing mistake must not lock anybody in or out silently.
    Result<void> load();
    /// Looks at the file every second from now on; changed() when somebody came, went or has another role.
    void watch();
    /// Looks at the file now: who was invited a moment ago is not sent away.
    void look();

    [[nodiscard]] const QList<Admin> &all() const { return m_admins; }
    [[nodiscard]] const QList<Invitation> &invitations() const { return m_invitations; }
    [[nodiscard]] std::optional<Admin> byPin(const Pin &pin) const;
    [[nodiscard]] bool hasOpenInvitation() const;

    /// A new single-use token for `name`, good for ten minutes; an older one for the same name is void.
    Result<PairingToken> invite(const QByteArray &name, Role role);
    /// Spends the token for the key. Refused: spent, expired or never given; Conflict: the key has an administrator
    /// already.
    Result<Admin> enrol(const PairingToken &token, const Pin &pin);
    /// Takes the administrator's key away, and their unspent token. NotFound where there is neither.
    Result<void> revoke(const QByteArray &name);

    [[nodiscard]] static bool isValidName(QByteArrayView name); ///< 1–64 of A-Z a-z 0-9 . _ @ -

Q_SIGNALS:
    void changed();

private:
    struct Stamp {
        bool exists = false;
        QDateTime modified;
        qint64 size = 0;
        friend bool operator==(const Stamp &, const Stamp &) = default;
    };
    [[nodiscard]] Stamp stamp() const;
    template<typename Change>
    auto changeFile(Change change) -> decltype(change());
    Result<void> write() const;
    void dropExpired();

    QString m_folder;
    QString m_file;
    const Clock &m_clock;
    QTimer m_timer;
    Stamp m_stamp;
    QList<Admin> m_admins;
    QList<Invitation> m_invitations;
};

} // namespace mailhelm
