// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

namespace mailhelm
{

class Backend;
class TablePage;

/// Writes the rows that a page shows to a file, as --export wants it: waits until the servers of the page are live, or
/// some seconds, and says what came of it. Deletes itself.
class Exporter : public QObject
{
    Q_OBJECT
public:
    /// Both outlive it.
    Exporter(Backend &backend, TablePage &page, const QString &file, QObject *parent);

Q_SIGNALS:
    /// `problem` is empty where all went well; rows were written even so where a server was not live.
    void finished(qsizetype rows, const QString &problem);

private:
    void look();
    void write(const QString &problem);

    Backend &m_backend;
    TablePage &m_page;
    const QString m_file;
    QTimer m_timer;
    int m_looks = 0;
};

} // namespace mailhelm
