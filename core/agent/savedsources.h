// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/registry.h"

#include <QByteArray>
#include <QMap>

namespace mailhelm
{

/// What the sources and the join want back after a restart (where the logs were read to, and the like), in one file of
/// the state folder, by name. Where it cannot be written `sources` says so, once, and once that it can be again. Main
/// thread; the registry outlives it.
class SavedSources
{
public:
    using States = QMap<QByteArray, QByteArray>;

    SavedSources(const QByteArray &stateFolder, Registry &registry);

    /// Nothing where there is none, or where it is damaged.
    [[nodiscard]] States read() const;
    [[nodiscard]] static QByteArray pack(const States &states);
    [[nodiscard]] bool isWritten(const QByteArray &packed) const { return packed == m_written; }
    /// Temporary file and rename, without waiting for the disk: a crash of the agent loses two seconds, a crash of the
    /// machine ends the connections anyway.
    void write(const QByteArray &packed);

private:
    void tell(const QString &error);

    const QByteArray m_folder;
    const QString m_file;
    Registry &m_registry;
    QByteArray m_written;
    QString m_error; ///< of the last time; empty: it worked
};

} // namespace mailhelm
