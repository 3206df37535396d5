// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/accountpreset.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;

namespace
{

using Kind = DatabaseUrl::Kind;

QString errorOf(const char *text, Kind kind = Kind::Sqlite)
{
    const Result<AccountPreset> preset = AccountPreset::parse(QByteArrayView(text), "/etc/mailhelm/queries.sql", kind);
    return preset ? QString() : preset.error().detail;
}

} // namespace

/// The presets of named queries: those that come along, and what an administrator writes.
class TestAccountPreset : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPresetIsReadForItsDatabases_data();
    void everyPresetIsReadForItsDatabases();
    void theDialectsOwnPartGoesFirst();
    void parametersAreBoundAndNeverPasted();
    void quotesHideWhatLooksLikeAParameter();
    void aMistakeIsNamedWithFileAndLine_data();
    void aMistakeIsNamedWithFileAndLine();
    void aListAloneMakesReadOnlyAccounts();
    void aFileThatIsNotThereIsSaid();
};

void TestAccountPreset::everyPresetIsReadForItsDatabases_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QList<int>>("kinds");
    QTest::addColumn<bool>("blocks");
    QTest::addColumn<bool>("disables");
    const int lite = int(Kind::Sqlite);
    const int pg = int(Kind::PostgreSql);
    const int maria = int(Kind::MariaDb);
    QTest::newRow("postfixadmin") << QByteArray("postfixadmin") << QList<int> { lite, pg, maria } << false << true;
    QTest::newRow("iredmail") << QByteArray("iredmail") << QList<int> { pg, maria } << true << true;
    QTest::newRow("mailcow") << QByteArray("mailcow") << QList<int> { maria } << true << true;
    QTest::newRow("modoboa") << QByteArray("modoboa") << QList<int> { lite, pg, maria } << false << true;
    QTest::newRow("vimbadmin") << QByteArray("vimbadmin") << QList<int> { lite, pg, maria } << true << true;
    QTest::newRow("mailu") << QByteArray("mailu") << QList<int> { lite, pg, maria } << true << false;
}

void TestAccountPreset::everyPresetIsReadForItsDatabases()
{
    QFETCH(QByteArray, name);
    QFETCH(QList<int>, kinds);
    QFETCH(bool, blocks);
    QFETCH(bool, disables);
    QVERIFY(AccountPreset::builtInNames().contains(name));
    for (const Kind kind : { Kind::Sqlite, Kind::PostgreSql, Kind::MariaDb }) {
        const Result<AccountPreset> read = AccountPreset::builtIn(name, kind);
        if (!kinds.contains(int(kind))) {
            QVERIFY(!read);
            QCOMPARE(read.error().code, ErrorCode::Unsupported);
            continue;
        }
        QVERIFY2(read.ok(), read ? "" : qPrintable(read.error().detail));
        const AccountPreset &preset = read.value();
        QVERIFY(!preset.active.isEmpty());
        QCOMPARE(!preset.blocked.isEmpty(), blocks);
        QCOMPARE(!preset.disabled.isEmpty(), disables);
        if (!blocks)
            QVERIFY(!preset.cannotBlock.isEmpty());
        QVERIFY(!preset.rows.isEmpty());
        QVERIFY(!preset.taken.isEmpty());
        for (const AccountPreset::Rows &rows : preset.rows)
            QCOMPARE(rows.where.sql.count(QLatin1Char('?')), rows.where.parameters.size());
    }
}

void TestAccountPreset::theDialectsOwnPartGoesFirst()
{
    const char *text = "-- name: list\nSELECT 'all'\n-- name: list mysql\nSELECT 'mysql'\n"
                       "-- name: list postgresql\nSELECT 'postgresql'\n";
    QCOMPARE(
        AccountPreset::parse(QByteArrayView(text), "f", Kind::Sqlite).value().list.sql, QStringLiteral("SELECT 'all'"));
    QCOMPARE(AccountPreset::parse(QByteArrayView(text), "f", Kind::MariaDb).value().list.sql,
        QStringLiteral("SELECT 'mysql'"));
    const char *reversed = "-- name: list sqlite\nSELECT 'sqlite'\n-- name: list\nSELECT 'all'\n";
    QCOMPARE(AccountPreset::parse(QByteArrayView(reversed), "f", Kind::Sqlite).value().list.sql,
        QStringLiteral("SELECT 'sqlite'"));
}

void TestAccountPreset::parametersAreBoundAndNeverPasted()
{
    const char *text = "-- name: list\nSELECT a AS \"user\" FROM t\n"
                       "-- name: active\nUPDATE t SET x = 1 WHERE a = :user; UPDATE d SET n = n::int WHERE d = :domain "
                       "AND a <> :user\n"
                       "-- name: rows t (a)\na = :user\n";
    const Result<AccountPreset> preset = AccountPreset::parse(QByteArrayView(text), "f", Kind::PostgreSql);
    QVERIFY2(preset.ok(), preset ? "" : qPrintable(preset.error().detail));
    QCOMPARE(preset.value().active.size(), 2);
    QCOMPARE(preset.value().active.at(1).sql, QStringLiteral("UPDATE d SET n = n::int WHERE d = ? AND a <> ?"));
    const QByteArray hostile = "'; DROP TABLE t; --@ex'ample";
    QCOMPARE(preset.value().active.at(1).values(hostile),
        QVariantList({ QStringLiteral("ex'ample"), QString::fromUtf8(hostile) }));
}

void TestAccountPreset::quotesHideWhatLooksLikeAParameter()
{
    const char *text = "-- name: list\nSELECT ':user; ?' AS \"user\", `a:domain` FROM t\n";
    const Result<AccountPreset> preset = AccountPreset::parse(QByteArrayView(text), "f", Kind::MariaDb);
    QVERIFY2(preset.ok(), preset ? "" : qPrintable(preset.error().detail));
    QCOMPARE(preset.value().list.sql, QStringLiteral("SELECT ':user; ?' AS \"user\", `a:domain` FROM t"));
}

void TestAccountPreset::aMistakeIsNamedWithFileAndLine_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    QTest::addColumn<QString>("says");
    const QByteArray good = "-- name: list\nSELECT a AS \"user\" FROM t\n-- name: rows t (a)\na = :user\n";
    QTest::newRow("no list") << QByteArray("-- only a comment\n") << 2 << QStringLiteral("list is missing");
    QTest::newRow("unknown part") << good + "-- name: enable\nx" << 5 << QStringLiteral("“enable” is no part");
    QTest::newRow("unknown database") << good + "-- name: active oracle\nx" << 5 << QStringLiteral("“oracle”");
    QTest::newRow("part twice") << good + "-- name: list\nSELECT 1" << 5 << QStringLiteral("already, in line 1");
    QTest::newRow("before any part") << QByteArray("SELECT 1\n") + good << 1 << QStringLiteral("belongs to no part");
    QTest::newRow("unknown parameter") << good + "-- name: active\nUPDATE t\nSET x = 1 WHERE a = :name" << 7
                                       << QStringLiteral("“:name”");
    QTest::newRow("everybody") << good + "-- name: disabled\nUPDATE t SET x = 0" << 5
                               << QStringLiteral("would change everybody");
    QTest::newRow("everybody's rows") << good + "-- name: rows u (b)\n1 = 1" << 5 << QStringLiteral("everybody's rows");
    QTest::newRow("rows without key") << good + "-- name: rows u\na = :user" << 5
                                      << QStringLiteral("tell its rows apart");
    QTest::newRow("open bracket") << good + "-- name: rows u (a\na = :user" << 5 << QStringLiteral("not closed");
    QTest::newRow("table's name") << good + "-- name: rows u;drop (a)\na = :user" << 5
                                  << QStringLiteral("no name of a table");
    QTest::newRow("open quote") << good + "-- name: active\nUPDATE t SET x = 'a WHERE a = :user" << 5
                                << QStringLiteral("quote");
    QTest::newRow("question mark") << good + "-- name: active\nUPDATE t SET x = ? WHERE a = :user" << 6
                                   << QStringLiteral("question mark");
    QTest::newRow("two lists") << QByteArray("-- name: list\nSELECT 1; SELECT 2") << 1
                               << QStringLiteral("one statement");
    QTest::newRow("list of one") << QByteArray("-- name: list\nSELECT 1 WHERE x = :user") << 1
                                 << QStringLiteral("all accounts");
    QTest::newRow("first optional") << QByteArray("-- name: list\nSELECT 1\n-- name: rows t? (a)\na = :user") << 4
                                    << QStringLiteral("optional");
    QTest::newRow("no rows") << QByteArray(
        "-- name: list\nSELECT 1\n-- name: active\nUPDATE t SET x = 1 WHERE a = :user")
                             << 4 << QStringLiteral("no part rows");
}

void TestAccountPreset::aMistakeIsNamedWithFileAndLine()
{
    QFETCH(QByteArray, text);
    QFETCH(int, line);
    QFETCH(QString, says);
    const QString error = errorOf(text.constData());
    QVERIFY2(error.startsWith(QStringLiteral("/etc/mailhelm/queries.sql:%1: ").arg(line)), qPrintable(error));
    QVERIFY2(error.contains(says), qPrintable(error));
}

void TestAccountPreset::aListAloneMakesReadOnlyAccounts()
{
    const Result<AccountPreset> preset
        = AccountPreset::parse(QByteArrayView("-- name: list\nSELECT a AS \"user\" FROM t"), "f", Kind::Sqlite);
    QVERIFY(preset.ok());
    QVERIFY(preset.value().rows.isEmpty());
    QVERIFY(!preset.value().cannotBlock.isEmpty());
    QVERIFY(!preset.value().cannotDisable.isEmpty());
}

void TestAccountPreset::aFileThatIsNotThereIsSaid()
{
    QTemporaryDir folder;
    const QByteArray file = QFile::encodeName(folder.filePath(QStringLiteral("none.sql")));
    const Result<AccountPreset> preset = AccountPreset::read(file, Kind::Sqlite);
    QVERIFY(!preset);
    QVERIFY(preset.error().detail.contains(QString::fromUtf8(file)));
    QVERIFY(!AccountPreset::builtIn("exchange", Kind::Sqlite));
}

QTEST_GUILESS_MAIN(TestAccountPreset)
#include "tst_accountpreset.moc"
