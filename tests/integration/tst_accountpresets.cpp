// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/accountdatabase.h"
#include "core/agent/sources/sqlaccounts.h"
#include "core/agent/sources/verbatimtable.h"
#include "tests/support/databases.h"

#include <QFile>
#include <QSqlError>
#include <QSqlRecord>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;
using Kind = DatabaseUrl::Kind;

namespace
{

const QByteArray Anna = "anna@x.test";
const QByteArray Hostile = "o'brien\"; DROP TABLE mailbox; --@x.test";

/// The schema of a preset in the words of a database.
QByteArray schemaText(const QByteArray &preset, Kind kind)
{
    QFile file(
        QStringLiteral(MAILHELM_SOURCE_DIR "/tests/integration/data/accounts/%1.sql").arg(QString::fromUtf8(preset)));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s is missing", qUtf8Printable(file.fileName()));
    QByteArray text = file.readAll();
    const auto put = [&](const char *what, const char *sqlite, const char *postgres, const char *maria) {
        text.replace(what, kind == Kind::Sqlite ? sqlite : kind == Kind::PostgreSql ? postgres : maria);
    };
    put("@ID@", "integer PRIMARY KEY", "bigserial PRIMARY KEY", "bigint NOT NULL AUTO_INCREMENT PRIMARY KEY");
    put("@BOOL@", "tinyint(1)", "boolean", "tinyint(1)");
    put("@T@", "1", "true", "1");
    put("@F@", "0", "false", "0");
    put("@TIME@", "datetime", "timestamp with time zone", "datetime");
    put("@STAMP@", "datetime", "timestamp without time zone", "datetime");
    put("@INT@", "int", "int2", "tinyint(1)");
    put("@BLOB@", "blob", "bytea", "blob");
    put("@Q@", "\"", "\"", "`");
    return text;
}

/// A database with a connection of the test's own.
class Opened
{
public:
    explicit Opened(const DatabaseUrl &url)
        : m_name(QStringLiteral("test %1").arg(++s_count))
    {
        Result<QSqlDatabase> opened = openSqlDatabase(url, m_name, 10'000);
        if (!opened)
            qFatal("%s", qUtf8Printable(opened.error().detail));
        m_database = opened.value();
    }
    ~Opened()
    {
        m_database = {};
        closeSqlDatabase(m_name);
    }
    Q_DISABLE_COPY_MOVE(Opened)

    QSqlDatabase &database() { return m_database; }
    void run(const QByteArray &sql)
    {
        QSqlQuery query(m_database);
        if (!query.exec(QString::fromUtf8(sql)))
            qFatal("%s: %s", sql.constData(), qUtf8Printable(query.lastError().text()));
    }
    QStringList column(const QByteArray &sql)
    {
        QSqlQuery query(m_database);
        if (!query.exec(QString::fromUtf8(sql)))
            qFatal("%s: %s", sql.constData(), qUtf8Printable(query.lastError().text()));
        QStringList values;
        while (query.next())
            values.append(query.value(0).toString());
        return values;
    }

private:
    static inline int s_count = 0;
    QString m_name;
    QSqlDatabase m_database;
};

/// All that is in all tables, in the database's own written form: not by the code that is being tested.
QStringList dump(Opened &opened, Kind kind)
{
    const char *tables = kind == Kind::Sqlite
        ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        : kind == Kind::PostgreSql
        ? "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        : "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()";
    QStringList all;
    for (const QString &name : opened.column(tables)) {
        const QByteArray table = name.toUtf8();
        QStringList rows;
        if (kind == Kind::PostgreSql) {
            rows = opened.column("SELECT CAST(t AS text) FROM " + table + " t");
        } else if (kind == Kind::Sqlite) {
            const QByteArray columns
                = opened
                      .column("SELECT 'quote(\"' || name || '\") || typeof(\"' || name || '\")' FROM "
                              "pragma_table_info('"
                          + table + "')")
                      .join(QLatin1String(" || ',' || "))
                      .toUtf8();
            rows = opened.column("SELECT " + columns + " FROM \"" + table + '"');
        } else {
            // Not what MariaDB sets by itself whenever a row is changed.
            const QByteArray columns
                = opened
                      .column("SELECT CONCAT('COALESCE(HEX(`', column_name, '`), ''NULL'')') FROM "
                              "information_schema.columns WHERE table_schema = DATABASE() AND table_name = '"
                          + table + "' AND extra NOT LIKE '%on update%' ORDER BY ordinal_position")
                      .join(QLatin1String(", ',', "))
                      .toUtf8();
            rows = opened.column("SELECT CONCAT(" + columns + ") FROM `" + table + '`');
        }
        rows.sort();
        all.append(name + QLatin1String(": ") + rows.join(QLatin1String(" | ")));
    }
    all.sort();
    return all;
}

const Account *find(const QList<Account> &accounts, const QByteArray &user)
{
    for (const Account &account : accounts)
        if (account.user == user)
            return &account;
    return nullptr;
}

} // namespace

/// Every preset against the tables of its mail server, in every kind of database that it is used with.
class AccountPresetsTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::map<Kind, std::unique_ptr<DatabaseServer>> m_servers;
    QHash<QString, bool> m_made;

    DatabaseServer *server(Kind kind)
    {
        const auto found = m_servers.find(kind);
        return found == m_servers.end() ? nullptr : found->second.get();
    }

    /// A fresh database with the preset's tables; nullopt: no such server here.
    std::optional<DatabaseUrl> fresh(const QByteArray &preset, Kind kind, const QString &name)
    {
        const QByteArray text = schemaText(preset, kind);
        if (kind == Kind::Sqlite) {
            const QString file = m_folder.filePath(name + QStringLiteral(".db"));
            {
                QFile made(file);
                if (!made.open(QIODevice::WriteOnly))
                    qFatal("no file");
            }
            DatabaseUrl url;
            url.file = file;
            Opened opened(url);
            opened.run("PRAGMA synchronous = OFF");
            opened.run("BEGIN");
            for (const QByteArray &statement : text.split('\n').join(' ').replace(");", ")\n").split('\n'))
                if (!statement.trimmed().isEmpty() && statement.trimmed() != ";")
                    opened.run(statement);
            opened.run("COMMIT");
            return url;
        }
        DatabaseServer *running = server(kind);
        if (!running)
            return std::nullopt;
        const Result<void> made = running->createDatabase(name);
        if (!made)
            qFatal("%s", qUtf8Printable(made.error().detail));
        const QByteArray words
            = kind == Kind::MariaDb ? "ALTER DATABASE CHARACTER SET utf8mb4; SET NAMES utf8mb4;\n" : "";
        const Result<void> filled = running->run(name, words + text);
        if (!filled)
            qFatal("%s", qUtf8Printable(filled.error().detail));
        return running->admin(name);
    }

    static void combinations()
    {
        QTest::addColumn<QByteArray>("preset");
        QTest::addColumn<int>("kind");
        for (const QByteArray &preset : AccountPreset::builtInNames())
            for (const auto &[kind, name] : { std::pair(Kind::Sqlite, "SQLite"),
                     std::pair(Kind::PostgreSql, "PostgreSQL"), std::pair(Kind::MariaDb, "MariaDB") })
                if (AccountPreset::builtIn(preset, kind))
                    QTest::newRow((preset + " on " + name).constData()) << preset << int(kind);
    }

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_servers.clear(); }

    void anAccountsWholeLife_data() { combinations(); }
    void anAccountsWholeLife();
    void aStateTakenBackLeavesNoTrace_data() { combinations(); }
    void aStateTakenBackLeavesNoTrace();
    void hostileNamesChangeNothing_data() { combinations(); }
    void hostileNamesChangeNothing();
    void everyKindOfValueComesBack_data();
    void everyKindOfValueComesBack();
    void whatTheServerWroteMeanwhileMakesWay();
    void aRowThatCameMeanwhileIsNotLost();
    void theSourceSaysWhatIsWrong_data();
    void theSourceSaysWhatIsWrong();
    void aLockedDatabaseKeepsItsAccounts();
    void badNamesAreLeftOutAndCounted();
    void onesOwnQueries();
    void whoMayOnlyReadIsTold();
};

void AccountPresetsTest::initTestCase()
{
    for (const auto &[kind, type] : { std::pair(Kind::PostgreSql, DatabaseServer::Kind::PostgreSql),
             std::pair(Kind::MariaDb, DatabaseServer::Kind::MariaDb) }) {
        if (const QString why = DatabaseServer::whyNotHere(type); !why.isEmpty()) {
            qWarning("%s", qUtf8Printable(why));
            continue;
        }
        auto made = std::make_unique<DatabaseServer>(type);
        const Result<void> started = made->start();
        QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
        m_servers.emplace(kind, std::move(made));
    }
}

void AccountPresetsTest::anAccountsWholeLife()
{
    QFETCH(QByteArray, preset);
    QFETCH(int, kind);
    const std::optional<DatabaseUrl> url
        = fresh(preset, Kind(kind), QStringLiteral("life_") + QString::fromUtf8(preset));
    if (!url)
        QSKIP("this database server is not installed");
    const AccountPreset rules = AccountPreset::builtIn(preset, Kind(kind)).value();
    Opened opened(*url);
    QSqlDatabase &database = opened.database();

    // Listed, with all that the database knows.
    const Result<accountdatabase::Listing> listing = accountdatabase::list(database, rules);
    QVERIFY2(listing, listing ? "" : qPrintable(listing.error().detail));
    QCOMPARE(listing.value().accounts.size(), 3);
    QCOMPARE(listing.value().leftOut, 0);
    const Account *anna = find(listing.value().accounts, Anna);
    const Account *bob = find(listing.value().accounts, "bob@x.test");
    QVERIFY(anna && bob && find(listing.value().accounts, Hostile));
    QCOMPARE(anna->state, std::optional(AccountState::Active));
    QCOMPARE(anna->domainAdmin, std::optional(true));
    QCOMPARE(bob->domainAdmin, std::optional(false));
    QCOMPARE(anna->mailboxBytes, std::optional<qint64>(4711));
    QCOMPARE(anna->quotaBytes, std::optional<qint64>(104857600));
    QCOMPARE(bob->quotaBytes, std::optional<qint64>(0));
    const qint64 created = preset == "mailu" ? 1738540800 : 1738555506; // 2025-02-03, 04:05:06
    QVERIFY2(qAbs(anna->created / 1'000'000 - created) <= 14 * 3600,
        qPrintable(QString::number(anna->created))); // MariaDB's and PostgreSQL's own zone
    if (preset == "postfixadmin" || preset == "iredmail")
        QCOMPARE(bob->created, 0); // the default of the column says nothing
    if (preset == "iredmail" || preset == "mailcow" || preset == "modoboa") {
        QCOMPARE(anna->lastLogin, Q_INT64_C(1'700'000'000'000'000));
        QCOMPARE(bob->lastLogin, 0); // a delivery is no login
    }
    if (preset == "iredmail")
        QCOMPARE(anna->lastLoginService, QByteArray("imap"));
    if (preset == "mailcow") {
        QCOMPARE(anna->lastLoginService, QByteArray("pop3"));
        QCOMPARE(anna->lastLoginAddress, *Address::parse("2001:db8::7"));
    }

    // Each state, twice, and back to what it was, byte for byte.
    const QStringList before = dump(opened, Kind(kind));
    for (const AccountState state :
        { AccountState::Blocked, AccountState::Disabled, AccountState::Blocked, AccountState::Active }) {
        const bool can = state == AccountState::Active
            || !(state == AccountState::Blocked ? rules.blocked : rules.disabled).isEmpty();
        for (int i = 0; i < 2; ++i) {
            const Result<void> set = accountdatabase::setState(database, rules, Anna, state);
            QVERIFY2(set.ok() == can, set ? "" : qPrintable(set.error().detail));
            if (!can)
                QCOMPARE(set.error().code, ErrorCode::Unsupported);
        }
        if (!can)
            continue;
        const QList<Account> now = accountdatabase::list(database, rules).value().accounts;
        QCOMPARE(find(now, Anna)->state, std::optional(state));
        QCOMPARE(*find(now, "bob@x.test"), *bob);
    }
    QCOMPARE(dump(opened, Kind(kind)), before);
    QVERIFY(accountdatabase::setState(database, rules, Hostile, AccountState::Active).ok());
    QCOMPARE(find(accountdatabase::list(database, rules).value().accounts, Hostile)->state,
        std::optional(AccountState::Active));
    const QStringList changed = dump(opened, Kind(kind));

    // Taken out and put back, once and again.
    for (const QByteArray &user : { Anna, QByteArray("bob@x.test"), Hostile }) {
        const Result<AccountRows> rows = accountdatabase::read(database, rules, user);
        QVERIFY2(rows, rows ? "" : qPrintable(rows.error().detail));
        QVERIFY(!rows.value().tables.isEmpty());
        if (user == Anna)
            QVERIFY2(rows.value().tables.size() >= 4, qPrintable(QString::number(rows.value().tables.size())));
        for (int i = 0; i < 2; ++i) {
            const Result<void> removed = accountdatabase::remove(database, rules, rows.value());
            QVERIFY2(removed, removed ? "" : qPrintable(removed.error().detail));
        }
        const QList<Account> left = accountdatabase::list(database, rules).value().accounts;
        QCOMPARE(left.size(), 2);
        QVERIFY(!find(left, user));
        QCOMPARE(accountdatabase::read(database, rules, user).error().code, ErrorCode::NotFound);
        for (int i = 0; i < 2; ++i) {
            const Result<void> restored = accountdatabase::restore(database, rules, rows.value());
            QVERIFY2(restored, restored ? "" : qPrintable(restored.error().detail));
        }
        QCOMPARE(dump(opened, Kind(kind)), changed);
    }

    // Onto an address that is taken by now: refused, saying where, and nothing is changed.
    const AccountRows rows = accountdatabase::read(database, rules, Anna).value();
    QVERIFY(accountdatabase::remove(database, rules, rows).ok());
    const QByteArray alias = preset == "modoboa"
        ? "UPDATE admin_alias SET address = 'anna@x.test' WHERE address = 'staff@x.test'"
        : preset == "mailu"    ? "UPDATE alias SET email = 'anna@x.test' WHERE email = 'staff@x.test'"
        : preset == "iredmail" ? "INSERT INTO alias (address, domain) VALUES ('anna@x.test', 'x.test')"
                               : "UPDATE alias SET address = 'anna@x.test' WHERE address = 'staff@x.test'";
    opened.run(alias);
    const QStringList taken = dump(opened, Kind(kind));
    const Result<void> refused = accountdatabase::restore(database, rules, rows);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QVERIFY2(refused.error().detail.contains(QLatin1String("alias"))
            && refused.error().detail.contains(QString::fromUtf8(Anna)),
        qPrintable(refused.error().detail));
    QCOMPARE(dump(opened, Kind(kind)), taken);
}

void AccountPresetsTest::aStateTakenBackLeavesNoTrace()
{
    QFETCH(QByteArray, preset);
    QFETCH(int, kind);
    const std::optional<DatabaseUrl> url
        = fresh(preset, Kind(kind), QStringLiteral("back_") + QString::fromUtf8(preset));
    if (!url)
        QSKIP("this database server is not installed");
    const AccountPreset rules = AccountPreset::builtIn(preset, Kind(kind)).value();
    Opened opened(*url);
    QSqlDatabase &database = opened.database();
    // What an active account may have besides, and the state active would not leave alone.
    const QByteArray off = Kind(kind) == Kind::PostgreSql && preset != "iredmail" ? "false" : "0";
    if (preset == "modoboa")
        opened.run("UPDATE admin_alias SET enabled = " + off + " WHERE address = 'anna@x.test'");
    else if (preset == "iredmail")
        opened.run("UPDATE mailbox SET enablepop3 = 2 WHERE username = 'anna@x.test'");
    else if (preset != "mailu")
        opened.run("UPDATE alias SET active = " + off + " WHERE address = 'anna@x.test'");
    const Account before = *find(accountdatabase::list(database, rules).value().accounts, Anna);
    QCOMPARE(before.state, std::optional(AccountState::Active));
    const QStringList all = dump(opened, Kind(kind));
    const AccountRows rows = accountdatabase::read(database, rules, Anna).value();
    for (const AccountState state : { AccountState::Disabled, AccountState::Blocked }) {
        if (!rules.stateRefusal(state).isEmpty())
            continue;
        QVERIFY(accountdatabase::setState(database, rules, Anna, state).ok());
        QVERIFY(dump(opened, Kind(kind)) != all);
        for (int i = 0; i < 2; ++i) {
            const Result<void> reverted = accountdatabase::revert(database, rules, rows, AccountState::Active);
            QVERIFY2(reverted, reverted ? "" : qPrintable(reverted.error().detail));
            QCOMPARE(dump(opened, Kind(kind)), all);
        }
    }
    // What the server counted meanwhile stays, and whoever is gone stays gone.
    if (preset == "postfixadmin") {
        opened.run("UPDATE quota2 SET bytes = 5000 WHERE username = 'anna@x.test'");
        QVERIFY(accountdatabase::revert(database, rules, rows, AccountState::Active).ok());
        QCOMPARE(opened.column("SELECT bytes FROM quota2 WHERE username = 'anna@x.test'"),
            QStringList { QStringLiteral("5000") });
    }
    QVERIFY(accountdatabase::remove(database, rules, accountdatabase::read(database, rules, Anna).value()).ok());
    const Result<void> gone = accountdatabase::revert(database, rules, rows, AccountState::Active);
    QCOMPARE(gone.error().code, ErrorCode::NotFound);
    QVERIFY(!find(accountdatabase::list(database, rules).value().accounts, Anna));
}

void AccountPresetsTest::hostileNamesChangeNothing()
{
    QFETCH(QByteArray, preset);
    QFETCH(int, kind);
    const std::optional<DatabaseUrl> url
        = fresh(preset, Kind(kind), QStringLiteral("hostile_") + QString::fromUtf8(preset));
    if (!url)
        QSKIP("this database server is not installed");
    const AccountPreset rules = AccountPreset::builtIn(preset, Kind(kind)).value();
    Opened opened(*url);
    const QStringList before = dump(opened, Kind(kind));
    const QList<QByteArray> names { "", "'", "\"", "`", "' OR '1'='1", "anna@x.test' -- ", "%", "_____x.test",
        "anna@x.test\\", "\\' OR 1=1 -- ", "nobody@x.test", "anna@x.test; DELETE FROM mailbox",
        QByteArray("anna@x.test\0", 12), "anna@x.test\n", "\xff\xfe@x.test", "\xc0\xa7 OR 1=1",
        QByteArray(10'000, 'a') + "@x.test", "?", ":user", "$1", "anna@x.test\xe2\x80\xae", "@", "@x.test" };
    for (const QByteArray &name : names) {
        for (const AccountState state : { AccountState::Active, AccountState::Blocked, AccountState::Disabled }) {
            const Result<void> set = accountdatabase::setState(opened.database(), rules, name, state);
            QVERIFY2(!set, name.left(50).constData());
        }
        const Result<AccountRows> rows = accountdatabase::read(opened.database(), rules, name);
        QVERIFY2(!rows, name.left(50).constData());
        std::ignore = accountdatabase::remove(opened.database(), rules, { name, {}, {} });
    }
    QCOMPARE(dump(opened, Kind(kind)), before);
}

void AccountPresetsTest::everyKindOfValueComesBack_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("SQLite") << int(Kind::Sqlite);
    QTest::newRow("PostgreSQL") << int(Kind::PostgreSql);
    QTest::newRow("MariaDB") << int(Kind::MariaDb);
}

void AccountPresetsTest::everyKindOfValueComesBack()
{
    QFETCH(int, kind);
    QByteArray bytes;
    for (int i = 0; i < 256; ++i)
        bytes += char(i);
    const QByteArray hex = bytes.toHex();
    QByteArrayList script;
    switch (Kind(kind)) {
    case Kind::Sqlite:
        script = { "CREATE TABLE t (user TEXT PRIMARY KEY, a INTEGER, b REAL, c TEXT, d BLOB, e datetime, f, g TEXT, h "
                   "NUMERIC, i TEXT AS (user || 'x'))",
            "INSERT INTO t (user, a, b, c, d, e, f, g, h) VALUES ('anna@x.test', 9223372036854775807, 0.1, 'Ä ''?'' ' "
            "|| char(0) || 'x', X'"
                + hex + "', '2025-02-03 04:05:06.789012', X'00', CAST(X'ff00c328' AS TEXT), 1e308)",
            "INSERT INTO t (user, a, b, c, d, e, f, g, h) VALUES ('bob@x.test', NULL, NULL, NULL, NULL, NULL, 'text in "
            "any', '', -1.5)" };
        break;
    case Kind::PostgreSql:
        script = { "CREATE TABLE t (\"user\" text PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, a bigint, b double "
                   "precision, c real, d numeric(40, 20), e boolean, "
                   "f bytea, g timestamp, h timestamptz, i timestamptz, j date, k time, l interval, m text[], o jsonb, "
                   "p json, q inet, r uuid, s char(8), v varchar(20), "
                   "w bit(5), x text GENERATED ALWAYS AS (\"user\" || 'x') STORED)",
            "INSERT INTO t (\"user\", a, b, c, d, e, f, g, h, i, j, k, l, m, o, p, q, r, s, v, w) VALUES "
            "('anna@x.test', -9223372036854775808, 0.1, 1.1, "
            "12345678901234567890.12345678901234567890, false, '\\x"
                + hex
                + "', '2025-02-03 04:05:06.789012', '2025-02-03 04:05:06.789012+05:30', 'infinity', '0044-03-15 BC', "
                  "'23:59:59.999999', '1 year -3 days 04:05:06.7', "
                  "ARRAY['a,b', NULL, '\"q\"'], '{\"a\": [1.10, \"?\"]}', '{\"a\":  1, \"a\":2}', '2001:db8::1/64', "
                  "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'ab', E'tab\\tÄ''', B'10101')",
            "INSERT INTO t (\"user\") VALUES ('bob@x.test')" };
        break;
    case Kind::MariaDb:
        script = { "SET sql_mode = 'ALLOW_INVALID_DATES'",
            "CREATE TABLE t (user varchar(255) PRIMARY KEY, n bigint unsigned, a tinyint(1), b double, c float, d "
            "decimal(40, 20), e bit(10), f blob, g datetime(6), "
            "h timestamp(6) NULL, i datetime NULL, j date, k time(3), l year, m enum('x', 'y''z'), o set('p', 'q'), p "
            "json, q varchar(20) CHARACTER SET latin1, "
            "r text CHARACTER SET utf8mb4, s char(8), v binary(4), w varbinary(300), x varchar(300) AS (CONCAT(user, "
            "'x')) STORED)",
            "INSERT INTO t (user, n, a, b, c, d, e, f, g, h, i, j, k, l, m, o, p, q, r, s, v, w) VALUES "
            "('anna@x.test', 18446744073709551615, -1, 0.1, 1.1, "
            "12345678901234567890.12345678901234567890, b'1010101010', X'"
                + hex
                + "', '2025-02-03 04:05:06.789012', '2025-10-26 00:30:00.123456', '0000-00-00 00:00:00', '2025-02-31', "
                  "'-12:34:56.789', 2025, 'y''z', 'p,q', "
                  "'{\"a\":  [1.10, \"?\"]}', X'e4ff41', 'Ä ''?'' \xF0\x9F\x90\x98', 'ab', X'00ff0041', X'"
                + hex + "')",
            "INSERT INTO t (user) VALUES ('bob@x.test')" };
        break;
    }
    DatabaseUrl url;
    if (Kind(kind) == Kind::Sqlite) {
        url.file = m_folder.filePath(QStringLiteral("values.db"));
        QFile made(url.file);
        QVERIFY(made.open(QIODevice::WriteOnly));
    } else {
        if (!server(Kind(kind)))
            QSKIP("this database server is not installed");
        QVERIFY(server(Kind(kind))->createDatabase(QStringLiteral("kinds")));
        url = server(Kind(kind))->admin(QStringLiteral("kinds"));
    }
    Opened opened(url);
    for (const QByteArray &statement : std::as_const(script))
        opened.run(statement);
    const AccountPreset rules
        = AccountPreset::parse(QByteArray("-- name: list\nSELECT x FROM t\n-- name: rows t (user)\n")
                + (Kind(kind) == Kind::PostgreSql ? "\"user\"" : "user") + " = :user",
            "values", Kind(kind))
              .value();
    const QStringList before = dump(opened, Kind(kind));
    for (const QByteArray &user : { Anna, QByteArray("bob@x.test") }) {
        const Result<AccountRows> rows = accountdatabase::read(opened.database(), rules, user);
        QVERIFY2(rows, rows ? "" : qPrintable(rows.error().detail));
        QVERIFY(accountdatabase::remove(opened.database(), rules, rows.value()).ok());
        QVERIFY(dump(opened, Kind(kind)) != before);
        // As it comes out of the agent's store.
        AccountRows stored = rows.value();
        for (QVariantList &values : stored.tables[0].values)
            for (QVariant &value : values)
                value = value.isNull() ? QVariant() : QVariant(QByteArray::fromBase64(value.toByteArray().toBase64()));
        for (int i = 0; i < 2; ++i) {
            const Result<void> restored = accountdatabase::restore(opened.database(), rules, stored);
            QVERIFY2(restored, restored ? "" : qPrintable(restored.error().detail));
        }
        QCOMPARE(dump(opened, Kind(kind)), before);
    }
}

void AccountPresetsTest::whatTheServerWroteMeanwhileMakesWay()
{
    const DatabaseUrl url = *fresh("postfixadmin", Kind::Sqlite, QStringLiteral("meanwhile"));
    const AccountPreset rules = AccountPreset::builtIn("postfixadmin", Kind::Sqlite).value();
    Opened opened(url);
    const QStringList before = dump(opened, Kind::Sqlite);
    const AccountRows rows = accountdatabase::read(opened.database(), rules, Anna).value();
    // Dovecot counts a last message before the rows go, and again afterwards.
    opened.run("UPDATE quota2 SET bytes = 5000 WHERE username = 'anna@x.test'");
    opened.run("INSERT INTO vacation_notification VALUES ('anna@x.test', 'new@y.test', '2025-06-02')");
    QVERIFY(accountdatabase::remove(opened.database(), rules, rows).ok());
    opened.run("INSERT INTO quota2 VALUES ('anna@x.test', 1, 1)");
    const Result<void> restored = accountdatabase::restore(opened.database(), rules, rows);
    QVERIFY2(restored, restored ? "" : qPrintable(restored.error().detail));
    QCOMPARE(dump(opened, Kind::Sqlite), before);
}

void AccountPresetsTest::aRowThatCameMeanwhileIsNotLost()
{
    const DatabaseUrl url = *fresh("postfixadmin", Kind::Sqlite, QStringLiteral("came"));
    const AccountPreset rules = AccountPreset::builtIn("postfixadmin", Kind::Sqlite).value();
    Opened opened(url);
    const AccountRows rows = accountdatabase::read(opened.database(), rules, Anna).value();
    opened.run("INSERT INTO domain_admins (username, domain, created, active) VALUES ('anna@x.test', 'y.test', "
               "'2025-06-02', 1)");
    const QStringList before = dump(opened, Kind::Sqlite);
    const Result<void> removed = accountdatabase::remove(opened.database(), rules, rows);
    QVERIFY(!removed);
    QCOMPARE(removed.error().code, ErrorCode::Conflict);
    QVERIFY(removed.error().detail.contains(QLatin1String("domain_admins")));
    QCOMPARE(dump(opened, Kind::Sqlite), before);
    // Another row under the number of one that is to come back, and a domain that is gone.
    QVERIFY(
        accountdatabase::remove(opened.database(), rules, accountdatabase::read(opened.database(), rules, Anna).value())
            .ok());
    opened.run("INSERT INTO fetchmail (id, mailbox, src_server, src_password, poll_time) VALUES (1, 'bob@x.test', 's', "
               "'p', 1)");
    const Result<void> other = accountdatabase::restore(opened.database(), rules, rows);
    QCOMPARE(other.error().code, ErrorCode::Conflict);
    QVERIFY2(other.error().detail.contains(QLatin1String("fetchmail")), qPrintable(other.error().detail));
    opened.run("DELETE FROM fetchmail WHERE id = 1");
    opened.run("DELETE FROM domain");
    const Result<void> domain = accountdatabase::restore(opened.database(), rules, rows);
    QCOMPARE(domain.error().code, ErrorCode::Conflict);
    QVERIFY2(domain.error().detail.contains(QLatin1String("domain")), qPrintable(domain.error().detail));
}

void AccountPresetsTest::theSourceSaysWhatIsWrong_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("SQLite") << int(Kind::Sqlite);
    QTest::newRow("PostgreSQL") << int(Kind::PostgreSql);
    QTest::newRow("MariaDB") << int(Kind::MariaDb);
}

void AccountPresetsTest::theSourceSaysWhatIsWrong()
{
    QFETCH(int, kind);
    const std::optional<DatabaseUrl> good = fresh("postfixadmin", Kind(kind), QStringLiteral("wrong"));
    if (!good)
        QSKIP("this database server is not installed");
    const AccountPreset rules = AccountPreset::builtIn("postfixadmin", Kind(kind)).value();
    ManualClock clock;
    const auto statusOf = [&](const DatabaseUrl &url, const AccountPreset &preset) {
        SqlAccounts source(url, preset, {}, clock);
        SourceStatus status { "accounts", SourceStatus::State::Ok, "nothing was told", {} };
        int scans = 0;
        connect(&source, &AccountSource::statusChanged, this, [&](const SourceStatus &told) { status = told; });
        connect(&source, &AccountSource::scanned, this, [&](const AccountScan &) { ++scans; });
        bool looked = false;
        source.look([&] { looked = true; });
        if (!QTest::qWaitFor([&] { return looked; }, 60'000))
            status.detail = "it never answered";
        if ((scans == 0) == (status.state == SourceStatus::State::Ok))
            status.detail = "a scan in spite of it";
        return status;
    };
    const SourceStatus well = statusOf(*good, rules);
    QVERIFY2(well.state == SourceStatus::State::Ok, well.detail.constData());

    DatabaseUrl wrong = *good;
    QByteArray mentions = "s3cret-wrong";
    if (Kind(kind) == Kind::Sqlite) {
        wrong.file += QStringLiteral(".none");
    } else {
        wrong = server(Kind(kind))->url(QStringLiteral("wrong"), QStringLiteral("nobody"), QString::fromUtf8(mentions));
    }
    const SourceStatus denied = statusOf(wrong, rules);
    QCOMPARE(denied.state, SourceStatus::State::Down);
    QVERIFY(!denied.mend.isEmpty());
    QVERIFY2(!denied.detail.contains(mentions), denied.detail.constData());

    AccountPreset other = rules;
    other.list.sql = QStringLiteral("SELECT email AS \"user\" FROM people");
    const SourceStatus schema = statusOf(*good, other);
    QCOMPARE(schema.state, SourceStatus::State::Down);
    QVERIFY2(schema.detail.contains("table"), schema.detail.constData());
    QVERIFY(!schema.mend.isEmpty());
    other.list.sql = QStringLiteral("SELECT username AS \"user\", password FROM mailbox");
    QVERIFY(statusOf(*good, other).detail.contains("password"));
    other.list.sql = QStringLiteral("SELECT domain_admins.active AS state FROM domain_admins");
    QVERIFY(statusOf(*good, other).detail.contains("user"));

    if (Kind(kind) != Kind::Sqlite) {
        // Down, and up again: the source goes on by itself.
        SqlAccounts source(*good, rules, {}, clock);
        std::optional<SourceStatus> status;
        int scans = 0;
        connect(&source, &AccountSource::statusChanged, this, [&](const SourceStatus &told) { status = told; });
        connect(&source, &AccountSource::scanned, this, [&](const AccountScan &) { ++scans; });
        const auto look = [&] {
            bool looked = false;
            source.look([&] { looked = true; });
            return QTest::qWaitFor([&] { return looked; }, 60'000);
        };
        QVERIFY(look());
        QCOMPARE(scans, 1);
        server(Kind(kind))->kill();
        QVERIFY(look());
        QCOMPARE(status->state, SourceStatus::State::Down);
        QCOMPARE(scans, 1);
        std::optional<Result<void>> refused;
        source.setState(Anna, AccountState::Disabled, [&](const Result<void> &result) { refused = result; });
        QVERIFY(QTest::qWaitFor([&] { return refused.has_value(); }, 60'000));
        QVERIFY(!*refused);
        const Result<void> again = server(Kind(kind))->start();
        QVERIFY2(again, again ? "" : qPrintable(again.error().detail));
        QVERIFY(look());
        QCOMPARE(status->state, SourceStatus::State::Ok);
        QCOMPARE(scans, 2);
    }
}

void AccountPresetsTest::aLockedDatabaseKeepsItsAccounts()
{
    const DatabaseUrl url = *fresh("postfixadmin", Kind::Sqlite, QStringLiteral("locked"));
    ManualClock clock;
    SqlAccounts source(url, AccountPreset::builtIn("postfixadmin", Kind::Sqlite).value(), {}, clock);
    Opened other(url);
    other.run("BEGIN EXCLUSIVE");
    std::optional<SourceStatus> status;
    connect(&source, &AccountSource::statusChanged, this, [&](const SourceStatus &told) { status = told; });
    bool looked = false;
    source.look([&] { looked = true; });
    std::optional<Result<void>> refused;
    source.setState(Anna, AccountState::Disabled, [&](const Result<void> &result) { refused = result; });
    QVERIFY(QTest::qWaitFor([&] { return looked && refused; }, 60'000));
    QCOMPARE(status->state, SourceStatus::State::Degraded);
    QVERIFY(!*refused);
    QCOMPARE(refused->error().code, ErrorCode::Unavailable); // it may be tried again
    other.run("COMMIT");
    refused.reset();
    source.setState(Anna, AccountState::Disabled, [&](const Result<void> &result) { refused = result; });
    QVERIFY(QTest::qWaitFor([&] { return refused.has_value(); }, 60'000));
    QVERIFY2(*refused, *refused ? "" : qPrintable(refused->error().detail));
    QTRY_COMPARE(status->state, SourceStatus::State::Ok);
}

void AccountPresetsTest::badNamesAreLeftOutAndCounted()
{
    const DatabaseUrl url = *fresh("postfixadmin", Kind::Sqlite, QStringLiteral("names"));
    Opened opened(url);
    for (const QByteArray &name :
        { QByteArray("CAST(X'fffe407a' AS TEXT)"), QByteArray("printf('%.*c@x.test', 10000, 'a')"),
            QByteArray("'a' || char(0) || 'b@x.test'"), QByteArray("''") })
        opened.run("INSERT INTO mailbox (username, password, name, maildir, quota, local_part, domain, created, "
                   "modified, active) VALUES ("
            + name + ", '', '', '', 0, '', 'x.test', '', '', 1)");
    opened.run("INSERT INTO mailbox (username, password, name, maildir, quota, local_part, domain, created, modified, "
               "active) VALUES ('rtl"
               "\xe2\x80\xae"
               "@x.test', '', '', '', 9e18, '', 'x.test', 'not a date', 'x', 7)");
    const Result<accountdatabase::Listing> listing
        = accountdatabase::list(opened.database(), AccountPreset::builtIn("postfixadmin", Kind::Sqlite).value());
    QVERIFY(listing.ok());
    QCOMPARE(listing.value().leftOut, 4);
    QCOMPARE(listing.value().accounts.size(), 4);
    const Account *odd = find(listing.value().accounts, "rtl\xe2\x80\xae@x.test");
    QVERIFY(odd);
    QCOMPARE(odd->created, 0);
}

void AccountPresetsTest::onesOwnQueries()
{
    const DatabaseUrl url = *fresh("postfixadmin", Kind::Sqlite, QStringLiteral("own"));
    const AccountPreset rules = AccountPreset::parse(
        QByteArrayView("-- name: list\nSELECT username AS \"user\", active AS state FROM mailbox\n"),
        "/etc/mailhelm/own.sql", Kind::Sqlite)
                                    .value();
    ManualClock clock;
    SqlAccounts source(url, rules, {}, clock);
    QList<Account> accounts;
    connect(&source, &AccountSource::scanned, this, [&](const AccountScan &scan) { accounts = scan.accounts; });
    bool looked = false;
    source.look([&] { looked = true; });
    QTRY_VERIFY(looked);
    QCOMPARE(accounts.size(), 3);
    QCOMPARE(find(accounts, Hostile)->state, std::optional(AccountState::Disabled));
    QCOMPARE(find(accounts, Anna)->mailboxBytes, std::optional<qint64>());
    QVERIFY(source.changeRefusal().contains("own.sql"));
    QVERIFY(source.stateRefusal(AccountState::Blocked).contains("-- name: blocked"));
    std::optional<Result<void>> refused;
    source.setState(Anna, AccountState::Disabled, [&](const Result<void> &result) { refused = result; });
    QTRY_VERIFY(refused);
    QCOMPARE(refused->error().code, ErrorCode::Unsupported);
}

void AccountPresetsTest::whoMayOnlyReadIsTold()
{
    DatabaseServer *postgres = server(Kind::PostgreSql);
    if (!postgres)
        QSKIP("PostgreSQL is not installed");
    QVERIFY(fresh("postfixadmin", Kind::PostgreSql, QStringLiteral("readonly")));
    const Result<void> granted = postgres->run(QStringLiteral("readonly"),
        "CREATE USER viewer PASSWORD 'v'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO viewer;");
    QVERIFY2(granted, granted ? "" : qPrintable(granted.error().detail));
    ManualClock clock;
    SqlAccounts source(postgres->url(QStringLiteral("readonly"), QStringLiteral("viewer"), QStringLiteral("v")),
        AccountPreset::builtIn("postfixadmin", Kind::PostgreSql).value(), {}, clock);
    std::optional<Result<void>> refused;
    source.setState(Anna, AccountState::Disabled, [&](const Result<void> &result) { refused = result; });
    QTRY_VERIFY(refused);
    QCOMPARE(refused->error().code, ErrorCode::Refused);
    QVERIFY2(refused->error().detail.contains(QLatin1String("To mend it: grant")), qPrintable(refused->error().detail));
    std::optional<Result<AccountRows>> rows;
    source.read(Anna, [&](const Result<AccountRows> &result) { rows = result; });
    QTRY_VERIFY(rows);
    QVERIFY2(rows->ok(), rows->ok() ? "" : qPrintable(rows->error().detail));
}

QTEST_GUILESS_MAIN(AccountPresetsTest)
#include "tst_accountpresets.moc"
