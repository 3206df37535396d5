// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/identity.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSet>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace mailhelm;

static int modeOf(const QString &path)
{
    struct stat status {
    };
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 ? int(status.st_mode & 07777) : -1;
}

/// Runs OpenSSL's own tool; gives what it wrote.
static QByteArray openssl(const QStringList &arguments, const QByteArray &input = {})
{
    QProcess process;
    process.start(QStringLiteral("openssl"), arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(20'000) || process.exitCode() != 0)
        return {};
    return process.readAllStandardOutput();
}

static Identity made(const char *name = "test")
{
    auto identity = Identity::make(QString::fromUtf8(name));
    if (!identity)
        qFatal("%s", qUtf8Printable(identity.error().detail));
    return identity.value();
}

static QByteArray keyPart(const Identity &identity)
{
    return identity.pem().first(identity.pem().indexOf("-----BEGIN CERTIFICATE"));
}

static QByteArray certificatePart(const Identity &identity)
{
    return identity.pem().sliced(identity.pem().indexOf("-----BEGIN CERTIFICATE"));
}

/// Keys and certificates: made here, held safe on disk, named by a pin that other programs compute alike.
class TestIdentity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(m_folder.isValid()); }
    void madeKeyIsP256AndSelfSigned();
    void pinIsWhatOpensslSays();
    void pinNamesTheKeyNotTheCertificate();
    void everyIdentityDiffers();
    void savedFileIsPrivateUnderAnyUmask_data();
    void savedFileIsPrivateUnderAnyUmask();
    void savingReplacesInOneStep();
    void savingThatFailsLeavesTheOldFile();
    void loadsWhatItSaved();
    void loadOrMakeMakesOnce();
    void readableByOthersIsRefused();
    void unusableFilesAreRefused_data();
    void unusableFilesAreRefused();

private:
    [[nodiscard]] QString path(const char *name) const { return m_folder.filePath(QString::fromUtf8(name)); }

    QTemporaryDir m_folder;
};

void TestIdentity::madeKeyIsP256AndSelfSigned()
{
    const Identity identity = made("mx1 – Empfang");
    QCOMPARE(identity.key().algorithm(), QSsl::Ec);
    QCOMPARE(identity.key().length(), 256);
    QVERIFY(identity.certificate().isSelfSigned());
    QCOMPARE(identity.certificate().subjectInfo(QSslCertificate::CommonName),
        QStringList { QStringLiteral("mx1 – Empfang") });
    QVERIFY(identity.certificate().effectiveDate() < QDateTime::currentDateTimeUtc());
    QVERIFY(identity.certificate().expiryDate() > QDateTime::currentDateTimeUtc().addYears(50));
    const QByteArray text = openssl(
        { QStringLiteral("x509"), QStringLiteral("-noout"), QStringLiteral("-text") }, certificatePart(identity));
    QVERIFY2(text.contains("prime256v1") && text.contains("ecdsa-with-SHA256"), text.constData());
}

void TestIdentity::pinIsWhatOpensslSays()
{
    QVERIFY2(
        !QStandardPaths::findExecutable(QStringLiteral("openssl")).isEmpty(), "this test needs the openssl program");
    const Identity identity = made();
    const QByteArray publicKey = openssl(
        { QStringLiteral("x509"), QStringLiteral("-pubkey"), QStringLiteral("-noout") }, certificatePart(identity));
    const QByteArray der = openssl(
        { QStringLiteral("pkey"), QStringLiteral("-pubin"), QStringLiteral("-outform"), QStringLiteral("DER") },
        publicKey);
    const QByteArray digest = openssl({ QStringLiteral("dgst"), QStringLiteral("-sha256"), QStringLiteral("-r") }, der);
    QCOMPARE(digest.first(64), QByteArray(identity.pin().display().remove(u' ').toLatin1()));
    // A kind of key that Qt itself cannot read has a pin all the same.
    openssl({ QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"), QStringLiteral("ed25519"),
        QStringLiteral("-nodes"), QStringLiteral("-subj"), QStringLiteral("/CN=x"), QStringLiteral("-keyout"),
        path("ed.key"), QStringLiteral("-out"), path("ed.crt") });
    QFile file(path("ed.crt"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!spkiPin(QSslCertificate(file.readAll())).isNull());
    QVERIFY(spkiPin(QSslCertificate()).isNull());
}

void TestIdentity::pinNamesTheKeyNotTheCertificate()
{
    const Identity identity = made("first name");
    QVERIFY(identity.save(path("same.pem")));
    const QByteArray renewed
        = openssl({ QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-key"), path("same.pem"),
            QStringLiteral("-subj"), QStringLiteral("/CN=another"), QStringLiteral("-days"), QStringLiteral("1") });
    QVERIFY(!renewed.isEmpty());
    const auto second = Identity::fromPem(keyPart(identity) + renewed);
    QVERIFY(second.ok());
    QVERIFY(second.value().certificate() != identity.certificate());
    QCOMPARE(second.value().pin(), identity.pin());
}

void TestIdentity::everyIdentityDiffers()
{
    QSet<QByteArray> pins;
    QSet<QByteArray> serials;
    for (int i = 0; i < 50; ++i) {
        const Identity identity = made("same name");
        pins.insert(identity.pin().toText());
        serials.insert(identity.certificate().serialNumber());
    }
    QCOMPARE(pins.size(), 50);
    QCOMPARE(serials.size(), 50);
}

void TestIdentity::savedFileIsPrivateUnderAnyUmask_data()
{
    QTest::addColumn<uint>("mask");
    QTest::newRow("000") << 0000u;
    QTest::newRow("022") << 0022u;
    QTest::newRow("077") << 0077u;
    QTest::newRow("777") << 0777u;
}

void TestIdentity::savedFileIsPrivateUnderAnyUmask()
{
    QFETCH(uint, mask);
    const Identity identity = made();
    const mode_t before = ::umask(mode_t(mask));
    const auto saved = identity.save(path("umask.pem"));
    ::umask(before);
    QVERIFY(saved.ok());
    QCOMPARE(modeOf(path("umask.pem")), 0600);
}

void TestIdentity::savingReplacesInOneStep()
{
    const Identity first = made();
    const Identity second = made();
    QVERIFY(first.save(path("replace.pem")));
    QFile old(path("replace.pem"));
    QVERIFY(old.open(QIODevice::ReadOnly));
    QVERIFY(second.save(path("replace.pem")));
    QCOMPARE(old.readAll(), first.pem()); // who had it open still reads the whole old one
    QCOMPARE(Identity::load(path("replace.pem")).value().pin(), second.pin());
    QCOMPARE(QDir(m_folder.path()).entryList({ QStringLiteral("replace.pem*") }, QDir::Files | QDir::Hidden),
        QStringList { QStringLiteral("replace.pem") });
}

void TestIdentity::savingThatFailsLeavesTheOldFile()
{
    const auto nowhere = made().save(path("no-such-folder/identity.pem"));
    QVERIFY(!nowhere);
    QCOMPARE(nowhere.error().code, ErrorCode::Io);
    QVERIFY2(
        nowhere.error().detail.contains(path("no-such-folder/identity.pem")), qUtf8Printable(nowhere.error().detail));

    // The name is taken by a folder: the rename fails, and nothing is left behind.
    QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("taken.pem/inside")));
    QVERIFY(!made().save(path("taken.pem")));
    QCOMPARE(
        QDir(m_folder.path()).entryList({ QStringLiteral("taken.pem.*") }, QDir::Files | QDir::Hidden), QStringList());
}

void TestIdentity::loadsWhatItSaved()
{
    const Identity identity = made();
    QVERIFY(identity.save(path("load.pem")));
    const auto loaded = Identity::load(path("load.pem"));
    QVERIFY(loaded.ok());
    QCOMPARE(loaded.value().pin(), identity.pin());
    QCOMPARE(loaded.value().certificate(), identity.certificate());
    QCOMPARE(loaded.value().key(), identity.key());
    const auto swapped = Identity::fromPem(certificatePart(identity) + keyPart(identity));
    QVERIFY(swapped.ok());
    QCOMPARE(swapped.value().pem(), identity.pem());
}

void TestIdentity::loadOrMakeMakesOnce()
{
    const auto first = Identity::loadOrMake(path("once.pem"), QStringLiteral("agent"));
    QVERIFY(first.ok());
    const auto second = Identity::loadOrMake(path("once.pem"), QStringLiteral("agent"));
    QVERIFY(second.ok());
    QCOMPARE(second.value().pin(), first.value().pin());
    // A damaged file is an error, never a reason to become somebody else.
    QFile file(path("once.pem"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("damaged");
    file.close();
    const auto third = Identity::loadOrMake(path("once.pem"), QStringLiteral("agent"));
    QVERIFY(!third);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("damaged"));
}

void TestIdentity::readableByOthersIsRefused()
{
    QVERIFY(made().save(path("open.pem")));
    for (const mode_t mode : { 0644, 0640, 0604, 0620, 0666 }) {
        QCOMPARE(::chmod(QFile::encodeName(path("open.pem")).constData(), mode), 0);
        const auto loaded = Identity::load(path("open.pem"));
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().code, ErrorCode::PermissionDenied);
        QVERIFY2(loaded.error().detail.contains(QStringLiteral("chmod 600")), qUtf8Printable(loaded.error().detail));
    }
    QCOMPARE(::chmod(QFile::encodeName(path("open.pem")).constData(), 0400), 0);
    QVERIFY(Identity::load(path("open.pem")));
}

void TestIdentity::unusableFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("pem");
    QTest::addColumn<QString>("reason");
    const Identity one = made();
    const Identity other = made();
    const auto tool = [](const QStringList &arguments) { return openssl(arguments); };
    const QByteArray rsa = tool({ QStringLiteral("genpkey"), QStringLiteral("-algorithm"), QStringLiteral("RSA"),
        QStringLiteral("-pkeyopt"), QStringLiteral("rsa_keygen_bits:2048") });
    const QByteArray p384 = tool({ QStringLiteral("genpkey"), QStringLiteral("-algorithm"), QStringLiteral("EC"),
        QStringLiteral("-pkeyopt"), QStringLiteral("ec_paramgen_curve:P-384") });
    const QByteArray sealed = openssl({ QStringLiteral("pkcs8"), QStringLiteral("-topk8"), QStringLiteral("-passout"),
                                          QStringLiteral("pass:secret") },
        keyPart(one));
    QVERIFY(!rsa.isEmpty() && !p384.isEmpty() && !sealed.isEmpty());
    QTest::newRow("empty") << QByteArray() << QStringLiteral("private key");
    QTest::newRow("text") << QByteArray("hello\n") << QStringLiteral("private key");
    QTest::newRow("no certificate") << keyPart(one) << QStringLiteral("certificate");
    QTest::newRow("no key") << certificatePart(one) << QStringLiteral("private key");
    QTest::newRow("other key") << keyPart(one) + certificatePart(other) << QStringLiteral("another key");
    QTest::newRow("RSA") << rsa + certificatePart(one) << QStringLiteral("P-256");
    QTest::newRow("P-384") << p384 + certificatePart(one) << QStringLiteral("P-256");
    QTest::newRow("passphrase") << sealed + certificatePart(one) << QStringLiteral("passphrase");
    QTest::newRow("cut") << one.pem().chopped(60) << QStringLiteral("certificate");
    QTest::newRow("huge") << QByteArray(100'000, 'x') << QStringLiteral("larger");
}

void TestIdentity::unusableFilesAreRefused()
{
    QFETCH(QByteArray, pem);
    QFETCH(QString, reason);
    const QString name = path("bad.pem");
    QFile file(name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
    QCOMPARE(file.write(pem), pem.size());
    file.close();
    const auto loaded = Identity::load(name);
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(loaded.error().detail.contains(reason) && loaded.error().detail.contains(name),
        qUtf8Printable(loaded.error().detail));
}

QTEST_GUILESS_MAIN(TestIdentity)
#include "tst_identity.moc"
