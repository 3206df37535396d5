// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayList>
#include <QDirIterator>
#include <QFile>
#include <QTest>

/// The project's own C++ files below `folders`, paths relative to the root of the checkout, sorted.
inline QStringList sourceFiles(const QStringList &folders)
{
    const QString root = QStringLiteral(MAILHELM_SOURCE_DIR "/");
    QStringList files;
    for (const QString &folder : folders) {
        QDirIterator all(root + folder, { QStringLiteral("*.h"), QStringLiteral("*.cpp") }, QDir::Files,
            QDirIterator::Subdirectories);
        while (all.hasNext())
            files.append(all.next().mid(root.size()));
    }
    files.sort();
    return files;
}

inline QByteArrayList linesOf(const QString &file)
{
    QFile in(QStringLiteral(MAILHELM_SOURCE_DIR "/") + file);
    return in.open(QIODevice::ReadOnly) ? in.readAll().split('\n') : QByteArrayList();
}
