// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/anvil.h"
#include "core/agent/sources/anvilparser.h"

#include <QLocalServer>
#include <QPointer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace mailhelm;

namespace
{

/// An anvil of either version, as far as CONNECT-DUMP goes.
class FakeAnvil : public QObject
{
public:
    explicit FakeAnvil(const QString &path, int version)
        : m_version(version)
    {
        m_server.listen(path);
        connect(&m_server, &QLocalServer::newConnection, this, [this] {
            QLocalSocket *const client = m_server.nextPendingConnection();
            ++connections;
            connect(client, &QLocalSocket::readyRead, this, [this, client] { answer(client); });
            connect(client, &QLocalSocket::disconnected, client, &QObject::deleteLater);
        });
    }

    QByteArray rows;
    QList<QByteArray> requests;
    int connections = 0;
    bool silent = false;
    bool breaksOff = false;
    bool greetsFirst = false; ///< version 2: says its version before it closes on a stranger

private:
    void answer(QLocalSocket *client)
    {
        const QByteArray request = client->readAll();
        requests.append(request);
        if (silent)
            return;
        if (breaksOff) {
            client->write(rows.left(rows.size() / 2));
            client->disconnectFromServer();
            return;
        }
        if (m_version == 1) {
            if (request == "VERSION\tanvil\t1\t0\nCONNECT-DUMP\n") {
                // In two parts, cut inside a row.
                client->write(rows.left(7));
                client->flush();
                client->write(rows.mid(7) + "\n");
            } else {
                client->disconnectFromServer();
            }
            return;
        }
        if (request == "VERSION\tanvil-client\t2\t0\n\nCONNECT-DUMP\n") {
            client->write("VERSION\tanvil-server\t2\t0\n" + QByteArray("alt_user\n") + rows + "\n");
        } else {
            if (greetsFirst)
                client->write("VERSION\tanvil-server\t2\t0\n");
            client->disconnectFromServer();
        }
    }

    const int m_version;
    QLocalServer m_server;
};

const QByteArray Rows1 = "imap/127.0.0.1/user2@lab.test\t12128\t1\nsieve/127.0.0.1/user3@lab.test\t12131\t1\n"
                         "submission/2001:db8::17/user1@lab.test\t12122\t2\nlmtp/user@x\t9\t1\n";
const QByteArray Rows2
    = "12128\tuser2@lab.test\timap\t127.0.0.1\t0123456789abcdef0123456789abcdef\t127.0.0.1\n"
      "12131\tuser3@lab.test\tmanagesieve\t127.0.0.1\t1123456789abcdef0123456789abcdef\t127.0.0.1\talias\n";

} // namespace

class TestAnvil : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_path;

    QList<AnvilEntry> ask(AnvilReader &reader)
    {
        QList<AnvilEntry> got;
        QSignalSpy finished(&reader, &AnvilReader::finished);
        const auto connection
            = connect(&reader, &AnvilReader::entries, this, [&](const QList<AnvilEntry> &entries) { got = entries; });
        reader.read();
        if (finished.isEmpty())
            finished.wait();
        disconnect(connection);
        return got;
    }

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_path = m_dir->filePath(QStringLiteral("anvil"));
    }

    void rowsOfTheOldDialect()
    {
        const QList<AnvilEntry> twice = parseAnvilRow1("submission/2001:db8::17/user1@lab.test\t12122\t2");
        QCOMPARE(twice.size(), 2);
        QCOMPARE(twice.first().protocol, QByteArray("smtp"));
        QCOMPARE(twice.first().address.toText(), QByteArray("2001:db8::17"));
        QCOMPARE(twice.first().pid, 12122);
        // Only two slashes divide; TABs in a name are escaped.
        QCOMPARE(parseAnvilRow1("imap/127.0.0.1/a/b\001tc\t1\t1").first().user, QByteArray("a/b\tc"));
        for (const char *bad : { "", "imap/127.0.0.1/a", "imap/127.0.0.1/a\t1", "imap/x/a\t1\t1", "lmtp/a\t1\t1",
                 "imap/127.0.0.1/a\tx\t1", "imap/127.0.0.1/a\t1\t99999999", "doveadm/127.0.0.1/a\t1\t1" })
            QVERIFY2(parseAnvilRow1(bad).isEmpty(), bad);
        QCOMPARE(anvilUnescape("a\0010\001"), QByteArray("a\0\001", 3));
    }

    void theOldDialectIsSpoken()
    {
        FakeAnvil fake(m_path, 1);
        fake.rows = Rows1;
        AnvilReader reader(QFile::encodeName(m_path));
        const QList<AnvilEntry> got = ask(reader);
        QCOMPARE(got.size(), 4);
        QCOMPARE(got.at(0).user, QByteArray("user2@lab.test"));
        QCOMPARE(got.at(1).protocol, QByteArray("sieve"));
        QCOMPARE(reader.dialect(), 1);
        QCOMPARE(reader.status().state, SourceStatus::State::Ok);
        fake.rows.clear();
        QCOMPARE(ask(reader).size(), 0);
        QCOMPARE(reader.status().state, SourceStatus::State::Ok);
        QCOMPARE(fake.connections, 2);
    }

    void theNewDialectIsFoundAndRemembered_data()
    {
        QTest::addColumn<bool>("greets");
        QTest::newRow("closes") << false;
        QTest::newRow("says its version, then closes") << true;
    }
    void theNewDialectIsFoundAndRemembered()
    {
        QFETCH(bool, greets);
        FakeAnvil fake(m_path, 2);
        fake.rows = Rows2;
        fake.greetsFirst = greets;
        AnvilReader reader(QFile::encodeName(m_path));
        const QList<AnvilEntry> got = ask(reader);
        QCOMPARE(got.size(), 2);
        QCOMPARE(got.at(0).connectionGuid, QByteArray("0123456789abcdef0123456789abcdef"));
        QCOMPARE(got.at(1).protocol, QByteArray("sieve"));
        QCOMPARE(reader.dialect(), 2);
        QCOMPARE(fake.connections, 2);
        QCOMPARE(ask(reader).size(), 2);
        QCOMPARE(fake.connections, 3);
    }

    void aDumpThatIsNotCompleteIsNone()
    {
        FakeAnvil fake(m_path, 1);
        fake.rows = Rows1;
        AnvilReader reader(QFile::encodeName(m_path));
        QCOMPARE(ask(reader).size(), 4);
        fake.breaksOff = true;
        QCOMPARE(ask(reader).size(), 0);
        QCOMPARE(reader.status().state, SourceStatus::State::Down);
        fake.breaksOff = false;
        fake.silent = true;
        reader.setDeadline(50);
        QCOMPARE(ask(reader).size(), 0);
        QVERIFY(reader.status().detail.contains("in time"));
        fake.silent = false;
        reader.setDeadline(5000);
        QCOMPARE(ask(reader).size(), 4);
        QCOMPARE(reader.status().state, SourceStatus::State::Ok);
    }

    void itMayEndInTheMiddleOfADump()
    {
        FakeAnvil fake(m_path, 1);
        fake.silent = true;
        int told = 0;
        {
            AnvilReader reader(QFile::encodeName(m_path));
            connect(&reader, &AnvilReader::statusChanged, this, [&] { ++told; });
            connect(&reader, &AnvilReader::finished, this, [&] { ++told; });
            reader.read();
            QTRY_COMPARE(fake.connections, 1);
            QVERIFY(reader.isBusy());
        }
        QCOMPARE(told, 0);
    }

    void whatIsMissingIsNamed()
    {
        AnvilReader reader(QFile::encodeName(m_path));
        ask(reader);
        QVERIFY(reader.status().detail.contains("does not exist"));

        FakeAnvil fake(m_path, 1);
        fake.rows = Rows1;
        QCOMPARE(::chmod(QFile::encodeName(m_path).constData(), 0600), 0);
        QCOMPARE(::chmod(QFile::encodeName(m_dir->path()).constData(), 0755), 0);
        if (::geteuid() == 0) { // root may open everything: be somebody else for this
            QCOMPARE(::seteuid(65534), 0);
            ask(reader);
            QCOMPARE(::seteuid(0), 0);
            QVERIFY(reader.status().detail.contains("may not be opened"));
            QVERIFY(reader.status().mend.contains("unix_listener anvil {\n    mode = 0660\n    group = mailhelm"));
        }
        QCOMPARE(ask(reader).size(), 4);
    }
};

QTEST_GUILESS_MAIN(TestAnvil)
#include "tst_anvil.moc"
