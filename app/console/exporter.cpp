// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/exporter.h"

#include "views/backend.h"
#include "views/tablepage.h"

#include <QSaveFile>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr int MostLooks = 100; ///< 100 ms apart
constexpr qsizetype RowsAtOnce = 2000;

} // namespace

Exporter::Exporter(Backend &backend, TablePage &page, const QString &file, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_page(page)
    , m_file(file)
{
    m_timer.setInterval(100ms);
    connect(&m_timer, &QTimer::timeout, this, &Exporter::look);
    m_timer.start();
}

void Exporter::look()
{
    QStringList down;
    bool waiting = m_page.model().isBusy();
    for (const ServerStatus &server : m_backend.servers()) {
        if ((m_page.server() && server.number != *m_page.server()) || server.state == LinkState::Live)
            continue;
        waiting |= server.state != LinkState::Refused;
        down.append(tr("%1 is not connected").arg(server.name));
    }
    if (waiting && ++m_looks < MostLooks)
        return;
    m_timer.stop();
    write(down.join(u"; "_s));
}

void Exporter::write(const QString &problem)
{
    deleteLater();
    m_page.model().flush();
    const TableModel &model = m_page.model();
    QList<RowKey> rows;
    for (int row = 0; row < model.rowCount(); ++row)
        if (!model.isGone(row))
            rows.append(model.keyAt(row));
    ExportOptions options;
    if (m_file.endsWith(u".json"_s, Qt::CaseInsensitive))
        options.format = ExportOptions::Format::Json;
    QSaveFile file(m_file);
    if (!file.open(QIODevice::WriteOnly)) {
        Q_EMIT finished(0, tr("cannot write %1: %2").arg(m_file, file.errorString()));
        return;
    }
    const std::unique_ptr<RowWriter> writer = m_backend.rowWriter(m_page.tableId(), m_page.visibleColumns(), options);
    file.write(writer->head());
    for (qsizetype from = 0; from < rows.size(); from += RowsAtOnce)
        file.write(writer->rows(rows.mid(from, RowsAtOnce)));
    file.write(writer->tail());
    if (!file.commit())
        Q_EMIT finished(0, tr("cannot write %1: %2").arg(m_file, file.errorString()));
    else
        Q_EMIT finished(rows.size(), problem);
}

} // namespace mailhelm
