// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/savedsources.h"

#include "core/base/logging.h"

#include <QDataStream>
#include <QFile>
#include <QIODevice>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace mailhelm
{

SavedSources::SavedSources(const QByteArray &stateFolder, Registry &registry)
    : m_folder(stateFolder)
    , m_file(QFile::decodeName(stateFolder + "/sources"))
    , m_registry(registry)
{
}

SavedSources::States SavedSources::read() const
{
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    States states;
    QDataStream in(&file);
    in.setVersion(QDataStream::Qt_6_4);
    in >> states;
    return in.status() == QDataStream::Ok ? states : States();
}

QByteArray SavedSources::pack(const States &states)
{
    QByteArray packed;
    QDataStream out(&packed, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_4);
    out << states;
    return packed;
}

void SavedSources::write(const QByteArray &packed)
{
    const QString temporary = m_file + QStringLiteral(".new");
    QFile file(temporary);
    QString error;
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate)
        || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) || file.write(packed) != packed.size()
        || !file.flush())
        error = file.errorString();
    else if (::rename(QFile::encodeName(temporary).constData(), QFile::encodeName(m_file).constData()) != 0)
        error = qt_error_string(errno);
    if (error.isEmpty())
        m_written = packed;
    tell(error);
}

void SavedSources::tell(const QString &error)
{
    if (error == std::exchange(m_error, error))
        return;
    SourceStatus status;
    status.source = "state";
    if (!error.isEmpty()) {
        qCWarning(lcAgent, "%s cannot be written: %s", qUtf8Printable(m_file), qUtf8Printable(error));
        status.state = SourceStatus::State::Degraded;
        status.detail = m_file.toUtf8() + " cannot be written (" + error.toUtf8()
            + "): after a restart the logs have to be read back anew";
        status.mend = "df " + m_folder + "; chown -R mailhelm: " + m_folder;
    }
    m_registry.setSource(status);
}

} // namespace mailhelm
