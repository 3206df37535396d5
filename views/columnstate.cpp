// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/columnstate.h"

#include "core/base/safetext.h"
#include "models/tablemodel.h"
#include "views/icons.h"

#include <QHash>
#include <QHeaderView>
#include <QMenu>
#include <QSettings>
#include <QTableView>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

ColumnState::ColumnState(
    QHeaderView *header, TableModel &model, QSettings &settings, const QString &group, QObject *parent)
    : QObject(parent)
    , m_header(header)
    , m_model(model)
    , m_settings(settings)
    , m_group(group)
{
    m_saving.setSingleShot(true);
    m_saving.setInterval(500ms);
    connect(&m_saving, &QTimer::timeout, this, &ColumnState::save);
    const auto changed = [this] {
        if (!m_applying)
            m_saving.start();
    };
    connect(m_header, &QHeaderView::sectionResized, this, changed);
    connect(m_header, &QHeaderView::sectionMoved, this, changed);
    connect(m_header, &QHeaderView::sortIndicatorChanged, this, [this, changed] {
        applySort();
        changed();
    });
    connect(&m_model, &QAbstractItemModel::columnsInserted, this, &ColumnState::appendNewColumns);
}

bool ColumnState::isServerColumn(int column) const
{
    return m_model.schema().column(column).key == "server";
}

int usualColumnWidth(const TableModel &model, int column, const QFontMetrics &metrics)
{
    // In characters; what is long gets what is left, by stretching the last one.
    static const QHash<QByteArray, int> characters {
        { "service", 17 },
        { "secure", 4 },
        { "since", 12 },
        { "address", 24 },
        { "user", 33 },
        { "info", 36 },
        { "server", 18 },
        { "source", 23 },
        { "state", 12 },
        { "detail", 48 },
        { "mend", 48 },
        { "time", 20 },
        { "admin", 14 },
        { "action", 12 },
        { "target", 34 },
        { "outcome", 12 },
        { "tls", 26 },
        { "host", 26 },
        { "peer_address", 20 },
        { "local_address", 20 },
        { "login", 11 },
        { "last_active", 13 },
        { "session", 20 },
        { "component", 22 },
        { "started", 17 },
        { "enabled", 21 },
        { "domain_admin", 12 },
        { "created", 12 },
        { "last_login", 12 },
        { "last_login_service", 13 },
        { "deleted", 17 },
        { "reason", 28 },
        { "archive", 40 },
        { "purge", 26 },
        { "webmail_address", 22 },
        { "history/since", 18 },
        { "ended", 18 },
        { "lasted", 11 },
        { "total", 6 },
        { "webmail", 6 },
        { "smtp", 6 },
        { "imap", 6 },
        { "pop", 6 },
        { "xmpp", 6 },
        { "eas", 6 },
        { "mapi_ews", 6 },
        { "other", 6 },
    };
    const ColumnSpec &spec = model.schema().column(column);
    const int usual = characters.value(spec.key, spec.isText() ? 16 : 11);
    const int count = characters.value(model.schema().name() + '/' + spec.key, usual);
    const QString title = model.headerData(column, Qt::Horizontal).toString();
    const int character = std::max(metrics.averageCharWidth(), metrics.horizontalAdvance(u'0') * 9 / 10);
    return std::max(count * character + 14, metrics.horizontalAdvance(title) + 30);
}

void ColumnState::reset()
{
    m_applying = true;
    m_serverDecided = false;
    m_known = m_model.columnCount();
    for (int column = 0; column < m_known; ++column) {
        m_header->moveSection(m_header->visualIndex(column), column);
        m_header->resizeSection(column, defaultWidth(column));
        const bool shown = isServerColumn(column) ? m_manyServers : isShownAtFirst(column);
        m_header->setSectionHidden(column, !shown);
    }
    int place = 0;
    for (const QByteArray &key : std::as_const(m_defaultKeys))
        if (const int column = m_model.schema().indexOf(key); column >= 0)
            m_header->moveSection(m_header->visualIndex(column), place++);
    for (int column = 0; column < m_known; ++column)
        if (isServerColumn(column))
            m_header->moveSection(m_header->visualIndex(column), 0);
    // What is newest comes first where a table tells of events; else the first column rules.
    const int time = m_model.schema().indexOf("time");
    const int since = m_model.schema().indexOf("since");
    const int column = time >= 0 ? time : since >= 0 ? since : 0;
    const int chosen = m_model.schema().indexOf(m_defaultSort);
    if (chosen >= 0)
        m_header->setSortIndicator(chosen, m_defaultOrder);
    else
        m_header->setSortIndicator(column, time >= 0 || since >= 0 ? Qt::DescendingOrder : Qt::AscendingOrder);
    applySort();
    m_applying = false;
    m_saving.start();
}

void ColumnState::setDefaults(const QList<QByteArray> &keys, const QByteArray &sortKey, Qt::SortOrder order)
{
    m_defaultKeys = keys;
    m_defaultSort = sortKey;
    m_defaultOrder = order;
    restore();
}

bool ColumnState::isShownAtFirst(int column) const
{
    const ColumnSpec &spec = m_model.schema().column(column);
    return m_defaultKeys.isEmpty() ? spec.traits.testFlag(ColumnTrait::Shown) : m_defaultKeys.contains(spec.key);
}

void ColumnState::restore()
{
    m_settings.beginGroup(group());
    const QStringList saved = m_settings.value(u"columns"_s).toStringList();
    const QString sort = m_settings.value(u"sort"_s).toString();
    const bool decided = m_settings.value(u"serverDecided"_s, false).toBool();
    m_settings.endGroup();
    reset();
    m_saving.stop();
    if (saved.isEmpty())
        return;
    m_applying = true;
    m_serverDecided = decided;
    int place = 0;
    for (const QString &entry : saved) {
        // "key:width" or "key:width:hidden", from left to right
        const QStringList parts = entry.split(u':');
        const int column = parts.size() < 2 ? -1 : m_model.schema().indexOf(parts[0].toUtf8());
        if (column < 0)
            continue;
        m_header->moveSection(m_header->visualIndex(column), place++);
        const int width = parts[1].toInt();
        if (width >= 20 && width <= 4000)
            m_header->resizeSection(column, width);
        const bool hidden = isServerColumn(column) && !decided ? !m_manyServers : parts.size() > 2;
        m_header->setSectionHidden(column, hidden);
    }
    if (visible().isEmpty())
        m_header->setSectionHidden(0, false);
    const bool descending = sort.startsWith(u'-');
    const int column = m_model.schema().indexOf(sort.mid(descending ? 1 : 0).toUtf8());
    if (column >= 0)
        m_header->setSortIndicator(column, descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    applySort();
    m_applying = false;
}

void ColumnState::save()
{
    m_saving.stop();
    QStringList columns;
    for (int place = 0; place < m_header->count(); ++place) {
        const int column = m_header->logicalIndex(place);
        const bool hidden = m_header->isSectionHidden(column);
        // A hidden section has no size of its own: Qt gives it back when it is shown.
        const int width = hidden ? defaultWidth(column) : m_header->sectionSize(column);
        columns.append(u"%1:%2%3"_s.arg(QString::fromUtf8(m_model.schema().column(column).key), QString::number(width),
            hidden ? u":hidden"_s : QString()));
    }
    const int sorted = m_header->sortIndicatorSection();
    m_settings.beginGroup(group());
    m_settings.setValue(u"columns"_s, columns);
    m_settings.setValue(u"serverDecided"_s, m_serverDecided);
    if (sorted >= 0 && sorted < m_model.columnCount())
        m_settings.setValue(u"sort"_s,
            (m_header->sortIndicatorOrder() == Qt::DescendingOrder ? u"-"_s : QString())
                + QString::fromUtf8(m_model.schema().column(sorted).key));
    m_settings.endGroup();
}

void ColumnState::applySort()
{
    const int column = m_header->sortIndicatorSection();
    if (column >= 0 && column < m_model.columnCount())
        m_model.sort(column, m_header->sortIndicatorOrder());
}

void ColumnState::appendNewColumns()
{
    m_applying = true;
    for (; m_known < m_model.columnCount(); ++m_known) {
        m_header->resizeSection(m_known, defaultWidth(m_known));
        m_header->setSectionHidden(m_known, true);
    }
    m_applying = false;
}

QString ColumnState::groupOfServer() const
{
    return u"%1/of/%2"_s.arg(m_group, m_serverKey);
}

QString ColumnState::group() const
{
    return m_own ? groupOfServer() : m_group;
}

void ColumnState::setServer(const QString &key, const QString &name)
{
    m_serverName = name;
    if (m_serverKey == key)
        return;
    if (m_saving.isActive())
        save();
    const QString before = group();
    m_serverKey = key;
    m_own = !key.isEmpty() && m_settings.contains(groupOfServer() + u"/columns"_s);
    if (group() != before)
        restore();
}

void ColumnState::setOwn(bool own)
{
    if (m_saving.isActive())
        save();
    if (own) {
        m_own = true;
        save(); // it begins as what everybody shares
        return;
    }
    m_settings.remove(groupOfServer());
    m_own = false;
    restore();
}

void ColumnState::setManyServers(bool many)
{
    m_manyServers = many;
    const int column = m_model.schema().indexOf("server");
    if (column < 0 || m_serverDecided)
        return;
    m_applying = true;
    m_header->setSectionHidden(column, !many);
    m_applying = false;
}

void ColumnState::setShown(int column, bool shown)
{
    if (!shown && visible() == QList<int> { column })
        return; // a table without columns could not be mended by its header
    m_header->setSectionHidden(column, !shown);
    if (isServerColumn(column))
        m_serverDecided = true;
    m_saving.start();
}

void ColumnState::fillSortMenu(QMenu *menu)
{
    menu->setToolTipsVisible(true);
    const bool descending = m_header->sortIndicatorOrder() == Qt::DescendingOrder;
    for (const int column : visible()) {
        const bool sorted = column == m_header->sortIndicatorSection();
        const QString title = safeActionText(m_model.headerData(column, Qt::Horizontal).toString());
        QAction *action = menu->addAction(sorted ? u"%1 %2"_s.arg(title, descending ? u"▼"_s : u"▲"_s) : title);
        action->setToolTip(sorted ? tr("Turns the order round") : tr("Sorts by this column"));
        connect(action, &QAction::triggered, this, [this, column, turned = sorted && !descending] {
            m_header->setSortIndicator(column, turned ? Qt::DescendingOrder : Qt::AscendingOrder);
        });
    }
}

void ColumnState::fillMenu(QMenu *menu)
{
    for (const int column : all()) {
        const QString title = m_model.headerData(column, Qt::Horizontal).toString();
        QAction *action = menu->addAction(safeActionText(title));
        action->setToolTip(tr("Show or hide this column"));
        action->setCheckable(true);
        action->setChecked(!m_header->isSectionHidden(column));
        connect(action, &QAction::toggled, this, [this, column](bool shown) { setShown(column, shown); });
    }
    menu->addSeparator();
    QAction *fit = menu->addAction(tr("&Fit widths to what is shown"));
    connect(fit, &QAction::triggered, this, [this] {
        auto *table = qobject_cast<QTableView *>(m_header->parentWidget());
        if (!table)
            return;
        // Qt measures the rows on screen (resizeContentsPrecision 0), not all of them.
        m_header->setResizeContentsPrecision(0);
        for (const int column : visible())
            table->resizeColumnToContents(column);
    });
    QAction *resetAction = menu->addAction(icon(Symbol::Reset), tr("&Reset columns"));
    connect(resetAction, &QAction::triggered, this, &ColumnState::reset);
    if (m_serverKey.isEmpty())
        return;
    QAction *own = menu->addAction(tr("Columns for %1 &only").arg(safeActionText(m_serverName)));
    own->setToolTip(tr("This server's columns, widths and order are its own; off: as for all servers"));
    own->setCheckable(true);
    own->setChecked(m_own);
    connect(own, &QAction::toggled, this, &ColumnState::setOwn);
}

QList<int> ColumnState::visible() const
{
    QList<int> columns;
    for (int place = 0; place < m_header->count(); ++place)
        if (!m_header->isSectionHidden(m_header->logicalIndex(place)))
            columns.append(m_header->logicalIndex(place));
    return columns;
}

QList<int> ColumnState::all() const
{
    QList<int> columns = visible();
    for (int column = 0; column < m_header->count(); ++column)
        if (!columns.contains(column))
            columns.append(column);
    return columns;
}

} // namespace mailhelm
