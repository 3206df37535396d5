// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historyfile.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>

#include <algorithm>

namespace mailhelm
{

namespace
{

constexpr int Version = 1;
constexpr qint64 LongestAhead = 32 << 20; // what SQLite may write ahead of the file proper, beside a large batch
constexpr qint64 ShrinkPages = 256; // given back at a time

} // namespace

/// The query itself goes to `row`, for each row of the answer.
Result<void> HistoryFile::run(const char *sql, const QVariantList &values, const std::function<void(QSqlQuery &)> &row)
{
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    query.setForwardOnly(true);
    bool ok = query.prepare(QString::fromLatin1(sql));
    for (const QVariant &value : values)
        query.addBindValue(value);
    ok = ok && query.exec();
    while (ok && query.next())
        if (row)
            row(query);
    if (ok && !query.lastError().isValid())
        return {};
    // SQLite's primary result codes (sqlite.org/rescode.html): SQLITE_CORRUPT and SQLITE_NOTADB.
    const QSqlError error = query.lastError();
    const int code = error.nativeErrorCode().toInt() & 0xff;
    return Error { code == 11 || code == 26 ? ErrorCode::Corrupt : ErrorCode::Io, error.databaseText().simplified() };
}

Result<qint64> HistoryFile::number(const char *sql, const QVariantList &values)
{
    qint64 out = 0;
    if (Result<void> done = run(sql, values, [&](QSqlQuery &query) { out = query.value(0).toLongLong(); }); !done)
        return done.error();
    return out;
}

Result<void> HistoryFile::open(const QString &file, qint64 maxBytes)
{
    m_file = file;
    // The mode of the file before SQLite opens it is also that of the files that it puts beside it.
    QFile made(file);
    if (!made.open(QIODevice::ReadWrite) || !made.setPermissions(QFile::ReadOwner | QFile::WriteOwner))
        return Error { ErrorCode::Io, made.errorString() };
    made.close();
    m_connection = QStringLiteral("mailhelm-history-") + QUuid::createUuid().toString(QUuid::Id128);
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    database.setDatabaseName(file);
    database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=500"));
    if (!database.open())
        return Error { ErrorCode::Io, database.lastError().databaseText().simplified() };

    const qint64 ahead = std::min(LongestAhead, maxBytes / 8);
    m_maxBytes = maxBytes - ahead;
    const QByteArray checkpoint = "PRAGMA wal_autocheckpoint = " + QByteArray::number(ahead / 2 / 4096);
    const QByteArray limit = "PRAGMA journal_size_limit = " + QByteArray::number(ahead);
    // Kept in a state that a killed agent leaves whole; a machine that dies may lose the last seconds, no more. What is
    // deleted is overwritten: these are people's addresses and habits.
    for (const char *sql :
        { "PRAGMA auto_vacuum = INCREMENTAL", "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = NORMAL", "PRAGMA secure_delete = ON", checkpoint.constData(), limit.constData() })
        if (Result<void> done = run(sql); !done)
            return done;
    const Result<qint64> version = number("PRAGMA user_version");
    if (!version)
        return version.error();
    if (version.value() > Version)
        return Error { ErrorCode::Unsupported, QStringLiteral("it was written by a newer Mailhelm") };
    if (version.value() < Version)
        if (Result<void> done = inTransaction([this] { return make(); }); !done)
            return done;
    const Result<qint64> page = number("PRAGMA page_size");
    if (!page)
        return page.error();
    m_pageBytes = page.value();
    return {};
}

Result<void> HistoryFile::make()
{
    for (const char *sql :
        {
            "CREATE TABLE shape (number INTEGER PRIMARY KEY, tab INTEGER NOT NULL, columns BLOB NOT NULL)",
            "CREATE TABLE piece (number INTEGER PRIMARY KEY, since INTEGER NOT NULL, first_end INTEGER NOT NULL, "
            "last_end INTEGER NOT NULL, shape INTEGER NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL)",
            "CREATE INDEX piece_by_end ON piece (last_end, since)",
            "CREATE TABLE recent (number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, shape INTEGER NOT NULL, size "
            "INTEGER NOT NULL, data BLOB NOT NULL)",
            "CREATE TABLE live (number INTEGER PRIMARY KEY, tab INTEGER NOT NULL, shape INTEGER NOT NULL, size INTEGER "
            "NOT NULL, data BLOB NOT NULL)",
            "CREATE TABLE seen (tab INTEGER PRIMARY KEY, time INTEGER NOT NULL)",
            "CREATE TABLE watch (since INTEGER PRIMARY KEY, until INTEGER NOT NULL)",
            "CREATE TABLE horizon (number INTEGER PRIMARY KEY, time INTEGER NOT NULL)",
            "PRAGMA user_version = 1",
        })
        if (Result<void> done = run(sql); !done)
            return done;
    return {};
}

void HistoryFile::close()
{
    if (m_connection.isEmpty())
        return;
    QSqlDatabase::database(m_connection, false).close();
    QSqlDatabase::removeDatabase(std::exchange(m_connection, {}));
    m_shapes.clear();
    m_shapeNow.clear();
}

Result<void> HistoryFile::inTransaction(const std::function<Result<void>()> &work)
{
    if (Result<void> begun = run("BEGIN IMMEDIATE"); !begun)
        return begun;
    Result<void> done = work();
    if (done)
        done = run("COMMIT");
    if (!done) {
        (void)run("ROLLBACK");
        m_shapeNow.clear(); // a new one may have gone with it
        m_shapes.clear();
    }
    return done;
}

Result<qint64> HistoryFile::shapeNumber(const Schema &schema)
{
    if (const auto known = m_shapeNow.constFind(schema.id()); known != m_shapeNow.cend())
        return *known;
    const QByteArray text = shapeToText(schema);
    const QVariantList values { int(schema.id()), text };
    Result<qint64> found = number("SELECT number FROM shape WHERE tab = ? AND columns = ?", values);
    if (found && found.value() == 0) {
        if (Result<void> done = run("INSERT INTO shape (tab, columns) VALUES (?, ?)", values); !done)
            return done.error();
        found = number("SELECT last_insert_rowid()");
    }
    if (found)
        m_shapeNow.insert(schema.id(), found.value());
    return found;
}

Result<Schema> HistoryFile::shape(qint64 wanted)
{
    if (const auto known = m_shapes.constFind(wanted); known != m_shapes.cend())
        return *known;
    std::optional<Schema> found;
    const Result<void> done = run("SELECT tab, columns FROM shape WHERE number = ?", { wanted }, [&](QSqlQuery &query) {
        found = shapeFromText(TableId(query.value(0).toInt()), query.value(1).toByteArray());
    });
    if (!done)
        return done.error();
    if (!found)
        return Error { ErrorCode::Corrupt, QStringLiteral("a piece whose columns are not described") };
    m_shapes.insert(wanted, *found);
    return *found;
}

Result<void> HistoryFile::addPiece(const Piece &piece)
{
    const Result<qint64> shape = shapeNumber(schemaOf(TableId::History));
    if (!shape)
        return shape.error();
    return run("INSERT INTO piece (since, first_end, last_end, shape, size, data) VALUES (?, ?, ?, ?, ?, ?)",
        { piece.since, piece.firstEnd, piece.lastEnd, shape.value(), piece.packed.size, piece.packed.data });
}

Result<QList<qint64>> HistoryFile::piecesWithin(qint64 from, qint64 to)
{
    QList<qint64> numbers;
    const Result<void> done = run("SELECT number FROM piece WHERE last_end >= ? AND since < ? ORDER BY last_end DESC",
        { from, to }, [&](QSqlQuery &query) { numbers.append(query.value(0).toLongLong()); });
    if (!done)
        return done.error();
    return numbers;
}

Result<QList<HistoryFile::Piece>> HistoryFile::packets(const char *sql, const QVariantList &values)
{
    QList<Piece> pieces;
    QList<qint64> shapes;
    const Result<void> done = run(sql, values, [&](QSqlQuery &query) {
        Piece piece;
        piece.number = query.value(0).toLongLong();
        piece.kind = query.value(1).toInt();
        shapes.append(query.value(2).toLongLong());
        piece.packed = { query.value(4).toByteArray(), query.value(3).toLongLong() };
        piece.firstEnd = query.value(5).toLongLong();
        piece.lastEnd = query.value(6).toLongLong();
        pieces.append(piece);
    });
    if (!done)
        return done.error();
    for (qsizetype i = 0; i < pieces.size(); ++i) {
        const Result<Schema> found = shape(shapes[i]);
        if (!found)
            return found.error();
        pieces[i].shape = found.value();
    }
    return pieces;
}

Result<std::optional<HistoryFile::Piece>> HistoryFile::piece(qint64 wanted)
{
    const Result<QList<Piece>> found
        = packets("SELECT number, 0, shape, size, data, first_end, last_end FROM piece WHERE number = ?", { wanted });
    if (!found)
        return found.error();
    return found.value().isEmpty() ? std::optional<Piece>() : found.value().first();
}

Result<std::optional<qint64>> HistoryFile::removeOldest(qint64 before)
{
    qint64 oldest = 0;
    qint64 end = 0;
    Result<void> done = run("SELECT number, last_end FROM piece ORDER BY last_end LIMIT 1", {}, [&](QSqlQuery &query) {
        oldest = query.value(0).toLongLong();
        end = query.value(1).toLongLong();
    });
    if (!done)
        return done.error();
    if (oldest == 0 || end >= before)
        return std::optional<qint64>();
    done = run("DELETE FROM piece WHERE number = ?", { oldest });
    if (!done)
        return done.error();
    return std::optional(end);
}

Result<void> HistoryFile::addRecent(const Piece &piece)
{
    const Result<qint64> shape = shapeNumber(schemaOf(TableId::History));
    if (!shape)
        return shape.error();
    return run("INSERT INTO recent (kind, shape, size, data) VALUES (?, ?, ?, ?)",
        { piece.kind, shape.value(), piece.packed.size, piece.packed.data });
}

Result<QList<HistoryFile::Piece>> HistoryFile::recents()
{
    return packets("SELECT number, kind, shape, size, data, 0, 0 FROM recent ORDER BY number", {});
}

Result<void> HistoryFile::removeRecents(int kind)
{
    return run("DELETE FROM recent WHERE kind = ?", { kind });
}

Result<void> HistoryFile::addLive(TableId table, const Packed &packed)
{
    const Result<qint64> shape = shapeNumber(schemaOf(table));
    if (!shape)
        return shape.error();
    return run("INSERT INTO live (tab, shape, size, data) VALUES (?, ?, ?, ?)",
        { int(table), shape.value(), packed.size, packed.data });
}

Result<QList<HistoryFile::Piece>> HistoryFile::live(TableId table)
{
    return packets("SELECT number, 0, shape, size, data, 0, 0 FROM live WHERE tab = ? ORDER BY number", { int(table) });
}

Result<void> HistoryFile::removeLive(TableId table)
{
    return run("DELETE FROM live WHERE tab = ?", { int(table) });
}

Result<void> HistoryFile::setSeen(TableId table, qint64 time)
{
    return run("INSERT OR REPLACE INTO seen (tab, time) VALUES (?, ?)", { int(table), time });
}

Result<qint64> HistoryFile::seen(TableId table)
{
    return number("SELECT time FROM seen WHERE tab = ?", { int(table) });
}

Result<void> HistoryFile::setWatched(qint64 since, qint64 until)
{
    return run("INSERT OR REPLACE INTO watch (since, until) VALUES (?, ?)", { since, until });
}

Result<QList<HistoryDone::Span>> HistoryFile::watched(qint64 from)
{
    QList<HistoryDone::Span> spans;
    const Result<void> done = run("SELECT since, until FROM watch WHERE until > ?", { from }, [&](QSqlQuery &query) {
        spans.append({ query.value(0).toLongLong(), query.value(1).toLongLong() });
    });
    if (!done)
        return done.error();
    return spans;
}

Result<void> HistoryFile::forgetWatched(qint64 before)
{
    return run("DELETE FROM watch WHERE until < ?", { before });
}

Result<qint64> HistoryFile::horizon()
{
    return number("SELECT time FROM horizon WHERE number = 1");
}

Result<void> HistoryFile::setHorizon(qint64 time)
{
    return run("INSERT OR REPLACE INTO horizon (number, time) VALUES (1, ?)", { time });
}

Result<qint64> HistoryFile::excess(qint64 more)
{
    const Result<qint64> pages = number("PRAGMA page_count");
    const Result<qint64> unused = number("PRAGMA freelist_count");
    if (!pages || !unused)
        return pages ? unused.error() : pages.error();
    return (pages.value() - unused.value()) * m_pageBytes + more - m_maxBytes;
}

Result<bool> HistoryFile::shrink()
{
    const Result<qint64> pages = number("PRAGMA page_count");
    const Result<qint64> unused = number("PRAGMA freelist_count");
    if (!pages || !unused)
        return pages ? unused.error() : pages.error();
    if (pages.value() * m_pageBytes <= m_maxBytes || unused.value() == 0)
        return false;
    const QByteArray sql = "PRAGMA incremental_vacuum(" + QByteArray::number(ShrinkPages) + ')';
    if (Result<void> done = run(sql.constData()); !done)
        return done.error();
    return true;
}

} // namespace mailhelm
