// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/cachestore.h"

#include "core/base/logging.h"
#include "core/protocol/changescodec.h"
#include "core/protocol/codec.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>

#include <vector>

namespace mailhelm
{

/// Raised whenever what is stored means something else: an old file is made anew.
static constexpr int Version = 1;
static constexpr const char *NotWritten = "The cache %1 cannot be written (%2). Everything else works.";

CacheStore::CacheStore(const QString &file)
    : m_file(file)
    , m_connection(QStringLiteral("mailhelm-cache-") + QUuid::createUuid().toString(QUuid::Id128))
{
}

CacheStore::~CacheStore()
{
    close();
}

void CacheStore::close()
{
    if (std::exchange(m_open, false))
        QSqlDatabase::database(m_connection, false).close();
    if (QSqlDatabase::contains(m_connection))
        QSqlDatabase::removeDatabase(m_connection);
}

void CacheStore::tell(const QString &what)
{
    qCWarning(lcClient, "%s", qUtf8Printable(what));
    Q_EMIT problem(what);
}

namespace
{

/// SQLite's result codes (sqlite.org/rescode.html), of which the low byte is the kind.
int kindOf(const QSqlError &error)
{
    return error.nativeErrorCode().toInt() & 0xff;
}

QByteArray columnsToText(const Schema &schema, int serverColumn)
{
    QJsonArray columns;
    for (int i = 0; i < schema.columnCount(); ++i)
        if (i != serverColumn)
            columns.append(QJsonArray { QString::fromUtf8(schema.column(i).key), int(schema.column(i).type),
                int(schema.column(i).traits.toInt()) });
    return QJsonDocument(columns).toJson(QJsonDocument::Compact);
}

std::optional<Schema> columnsFromText(TableId table, const QByteArray &text)
{
    const Schema &known = schemaOf(table);
    QList<ColumnSpec> columns;
    for (const QJsonValue &value : QJsonDocument::fromJson(text).array()) {
        const QJsonArray entry = value.toArray();
        const int type = entry.at(1).toInt();
        const QByteArray key = entry.at(0).toString().toUtf8();
        if (key.isEmpty() || type < int(ColumnType::Text) || type > int(ColumnType::Choice))
            return std::nullopt;
        columns.append({ key, ColumnType(type), key, ColumnTraits::fromInt(ColumnTraits::Int(entry.at(2).toInt())) });
    }
    if (columns.isEmpty() || known.id() == TableId::None)
        return std::nullopt;
    return Schema(table, known.name(), columns);
}

} // namespace

bool CacheStore::open()
{
    if (m_open || m_given)
        return m_open;
    for (int attempt = 0; attempt < 2; ++attempt) {
        // The mode of the file before SQLite opens it is also that of the files that it puts beside it.
        QFile file(m_file);
        if (!file.open(QIODevice::ReadWrite) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)) {
            tell(QString::fromLatin1(NotWritten).arg(m_file, file.errorString()));
            m_given = true;
            return false;
        }
        file.close();
        Step step = Step::Failed;
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
            database.setDatabaseName(m_file);
            database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=500"));
            if (database.open())
                step = prepare();
            else
                m_lastError = database.lastError().text();
        }
        m_open = true;
        if (step == Step::Fine)
            return true;
        close();
        if (step == Step::Damaged && attempt == 0 && rebuild(m_lastError))
            continue;
        m_given = true;
        tell(step == Step::Busy
                ? QStringLiteral("The cache %1 is in use by another program; this one runs without it.").arg(m_file)
                : QString::fromLatin1(NotWritten).arg(m_file, m_lastError));
        return false;
    }
    return false;
}

bool CacheStore::rebuild(const QString &why)
{
    close();
    bool gone = true;
    for (const char *suffix : { "", "-wal", "-shm", "-journal" }) {
        const QString path = m_file + QLatin1String(suffix);
        gone = gone && (!QFile::exists(path) || QFile::remove(path));
    }
    if (gone) {
        tell(QStringLiteral("The cache %1 was damaged or of another version (%2) and is made anew.").arg(m_file, why));
        Q_EMIT rebuilt();
    }
    return gone;
}

CacheStore::Step CacheStore::prepare()
{
    QSqlDatabase database = QSqlDatabase::database(m_connection, false);
    QSqlQuery query(database);
    const auto run = [&](const char *sql) {
        if (query.exec(QString::fromLatin1(sql)))
            return Step::Fine;
        m_lastError = query.lastError().text();
        const int kind = kindOf(query.lastError());
        return kind == 5 || kind == 6 ? Step::Busy : kind == 11 || kind == 26 ? Step::Damaged : Step::Failed;
    };
    for (const char *sql : { "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = WAL",
             "PRAGMA synchronous = FULL", "BEGIN EXCLUSIVE", "COMMIT", "PRAGMA quick_check" })
        if (const Step step = run(sql); step != Step::Fine)
            return step;
    if (!query.next() || query.value(0).toString() != u"ok") {
        m_lastError = query.value(0).toString();
        return Step::Damaged;
    }
    if (const Step step = run("PRAGMA user_version"); step != Step::Fine)
        return step;
    const int version = query.next() ? query.value(0).toInt() : -1;
    query.finish();
    if (version == Version) // counts came later than the rest, and may be missing
        return run(
            "CREATE TABLE IF NOT EXISTS minutes (pin TEXT, minute INTEGER, counts BLOB, PRIMARY KEY (pin, minute)) "
            "WITHOUT ROWID");
    if (version != 0 || !database.tables().isEmpty()) {
        m_lastError = QStringLiteral("version %1").arg(version);
        return Step::Damaged;
    }
    for (const char *sql :
        { "CREATE TABLE tables (pin TEXT, tab INTEGER, columns BLOB, epoch INTEGER, revision INTEGER, as_of INTEGER, "
          "PRIMARY KEY (pin, tab)) WITHOUT ROWID",
            "CREATE TABLE chunks (pin TEXT, tab INTEGER, chunk INTEGER, data BLOB, PRIMARY KEY (pin, tab, chunk))",
            "CREATE TABLE minutes (pin TEXT, minute INTEGER, counts BLOB, PRIMARY KEY (pin, minute)) WITHOUT ROWID",
            "PRAGMA user_version = 1" })
        if (const Step step = run(sql); step != Step::Fine)
            return step;
    return Step::Fine;
}

void CacheStore::load(const QList<QByteArray> &pins)
{
    if (open()) {
        for (const QByteArray &pin : pins) {
            readMinutes(pin);
            for (const TableId table : liveTables()) {
                if (readTable(pin, table) == Step::Damaged) {
                    if (rebuild(m_lastError))
                        (void)open();
                    Q_EMIT loaded();
                    return;
                }
            }
        }
    }
    Q_EMIT loaded();
}

void CacheStore::readMinutes(const QByteArray &pin)
{
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    query.setForwardOnly(true);
    query.prepare(QStringLiteral("SELECT minute, counts FROM minutes WHERE pin = ?"));
    query.addBindValue(QString::fromLatin1(pin));
    QList<std::pair<qint64, QByteArray>> minutes;
    if (query.exec()) // what cannot be read is a gap in a curve
        while (query.next())
            minutes.append({ query.value(0).toLongLong(), query.value(1).toByteArray() });
    if (!minutes.isEmpty())
        Q_EMIT minutesRead(pin, minutes);
}

void CacheStore::saveMinutes(const QByteArray &pin, const Minutes &minutes)
{
    if (!open())
        return;
    QSqlDatabase database = QSqlDatabase::database(m_connection, false);
    database.transaction();
    QSqlQuery query(database);
    query.prepare(QStringLiteral("INSERT OR REPLACE INTO minutes (pin, minute, counts) VALUES (?, ?, ?)"));
    for (const auto &[minute, counts] : minutes) {
        query.addBindValue(QString::fromLatin1(pin));
        query.addBindValue(minute);
        query.addBindValue(counts);
        query.exec(); // where that fails, the next save of rows says so
    }
    query.prepare(QStringLiteral("DELETE FROM minutes WHERE pin = ?1 AND minute <= "
                                 "(SELECT max(minute) FROM minutes WHERE pin = ?1) - 1440"));
    query.addBindValue(QString::fromLatin1(pin));
    query.exec();
    database.commit();
}

void CacheStore::scrub()
{
    if (!open())
        return;
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    query.exec(QStringLiteral("VACUUM"));
    query.exec(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)"));
}

CacheStore::Step CacheStore::readTable(const QByteArray &pin, TableId table)
{
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    query.setForwardOnly(true);
    query.prepare(QStringLiteral("SELECT columns, epoch, revision, as_of FROM tables WHERE pin = ? AND tab = ?"));
    query.addBindValue(QString::fromLatin1(pin));
    query.addBindValue(int(table));
    if (!query.exec()) {
        m_lastError = query.lastError().text();
        return Step::Damaged;
    }
    if (!query.next())
        return Step::Fine;
    const auto schema = columnsFromText(table, query.value(0).toByteArray());
    const auto epoch = quint64(query.value(1).toLongLong());
    const auto revision = quint64(query.value(2).toLongLong());
    const qint64 asOf = query.value(3).toLongLong();
    m_lastError = QStringLiteral("rows that cannot be read");
    if (!schema)
        return Step::Damaged;

    query.prepare(QStringLiteral("SELECT data FROM chunks WHERE pin = ? AND tab = ? ORDER BY chunk"));
    query.addBindValue(QString::fromLatin1(pin));
    query.addBindValue(int(table));
    if (!query.exec())
        return Step::Damaged;
    CachedPart next { pin, *schema, {}, asOf };
    ChangeSet &part = next.part;
    bool first = true;
    const auto frame = [&](bool last) { // whatever the chunk says: together they are one snapshot
        part.table = table;
        part.epoch = epoch;
        part.revision = revision;
        part.reset = true;
        part.first = std::exchange(first, false);
        part.last = last;
        Q_EMIT read(next);
    };
    while (query.next()) {
        const QByteArray data = query.value(0).toByteArray();
        const auto head = peekHead(data);
        if (!head || !head.value().is(MessageType::Changes))
            return Step::Damaged;
        auto decoded = ChangesDecoder().decode(head.value().body, *schema);
        if (!decoded)
            return Step::Damaged;
        part = std::move(decoded).value();
        frame(false);
    }
    if (query.lastError().isValid())
        return Step::Damaged;
    part = {};
    frame(true);
    return Step::Fine;
}

void CacheStore::save(const QList<CacheSave> &saves)
{
    if (!open()) {
        Q_EMIT saved(false);
        return;
    }
    switch (write(saves)) {
    case Step::Fine:
        Q_EMIT saved(true);
        return;
    case Step::Damaged:
        if (rebuild(m_lastError))
            (void)open();
        break;
    default:
        if (!m_told.contains(m_lastError)) {
            m_told.insert(m_lastError);
            tell(QString::fromLatin1(NotWritten).arg(m_file, m_lastError));
        }
    }
    Q_EMIT saved(false);
}

CacheStore::Step CacheStore::write(const QList<CacheSave> &saves)
{
    QSqlDatabase database = QSqlDatabase::database(m_connection, false);
    const auto failure = [this](const QSqlError &error) {
        m_lastError = error.text();
        return kindOf(error) == 11 || kindOf(error) == 26 ? Step::Damaged : Step::Failed;
    };
    if (!database.transaction())
        return failure(database.lastError());
    for (const CacheSave &save : saves) {
        if (const Step step = writeOne(save); step != Step::Fine) {
            database.rollback();
            return step;
        }
    }
    if (!database.commit()) {
        const Step step = failure(database.lastError());
        database.rollback();
        return step;
    }
    return Step::Fine;
}

/// The rows of `chunk` that are the server's, as the payload of a Changes message; empty where there are none.
static QByteArray packed(const CacheSave &save, const Schema &schema, quint32 chunk)
{
    RowGroup group;
    std::vector<quint32> indices;
    const quint32 end = std::min(quint32(save.view.keys.size()), (chunk + 1) * SlotsPerChunk);
    for (quint32 slot = chunk * SlotsPerChunk; slot < end; ++slot) {
        const RowKey key = save.view.keys[slot];
        if (key.id == 0 || key.server != save.server)
            continue;
        group.ids.append(key.id);
        indices.push_back(slot);
    }
    if (indices.empty())
        return {};
    for (int i = 0; i < save.view.columns.size(); ++i) {
        if (i == save.serverColumn)
            continue;
        group.columns.append(int(group.columns.size()));
        group.values.append(save.view.columns[i].gather(indices));
    }
    ChangeSet part;
    part.table = save.table;
    part.epoch = save.token.epoch;
    part.revision = save.token.revision;
    part.reset = true;
    part.groups.append(std::move(group));
    return ChangesEncoder(schema).encode(0, part);
}

CacheStore::Step CacheStore::writeOne(const CacheSave &save)
{
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    const auto run = [&](const char *sql, const QVariantList &values) {
        query.prepare(QString::fromLatin1(sql));
        for (const QVariant &value : values)
            query.addBindValue(value);
        if (query.exec())
            return Step::Fine;
        m_lastError = query.lastError().text();
        return kindOf(query.lastError()) == 11 || kindOf(query.lastError()) == 26 ? Step::Damaged : Step::Failed;
    };
    const QString pin = QString::fromLatin1(save.pin);
    const int table = int(save.table);
    const QByteArray columns = columnsToText(save.schema, save.serverColumn);
    const auto schema = columnsFromText(save.table, columns);
    if (!schema)
        return Step::Failed;
    QSet<quint32> chunks = save.chunks;
    if (save.all) {
        if (const Step step = run("DELETE FROM chunks WHERE pin = ? AND tab = ?", { pin, table }); step != Step::Fine)
            return step;
        chunks.clear();
        for (quint32 chunk = 0; chunk * SlotsPerChunk < quint32(save.view.keys.size()); ++chunk)
            chunks.insert(chunk);
    }
    for (const quint32 chunk : std::as_const(chunks)) {
        const QByteArray data = packed(save, *schema, chunk);
        const Step step = data.isEmpty()
            ? run("DELETE FROM chunks WHERE pin = ? AND tab = ? AND chunk = ?", { pin, table, chunk })
            : run("INSERT OR REPLACE INTO chunks (pin, tab, chunk, data) VALUES (?, ?, ?, ?)",
                { pin, table, chunk, data });
        if (step != Step::Fine)
            return step;
    }
    return run("INSERT OR REPLACE INTO tables (pin, tab, columns, epoch, revision, as_of) VALUES (?, ?, ?, ?, ?, ?)",
        { pin, table, columns, qint64(save.token.epoch), qint64(save.token.revision), save.asOfUs });
}

void CacheStore::forget(const QByteArray &pin)
{
    if (!open())
        return;
    QSqlDatabase database = QSqlDatabase::database(m_connection, false);
    QSqlQuery query(database);
    query.exec(QStringLiteral("PRAGMA secure_delete = ON"));
    database.transaction();
    for (const char *sql : { "DELETE FROM chunks WHERE pin = ?", "DELETE FROM tables WHERE pin = ?",
             "DELETE FROM minutes WHERE pin = ?" }) {
        query.prepare(QString::fromLatin1(sql));
        query.addBindValue(QString::fromLatin1(pin));
        query.exec();
    }
    database.commit();
    query.exec(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)")); // nor in the journal
}

} // namespace mailhelm
