// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/pairinglink.h"

#include <QSet>
#include <QTest>

#include <random>

using namespace mailhelm;

static const QByteArray PinText("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
static const QByteArray TokenText("AAECAwQFBgcICQoLDA0ODw");

static QByteArray link(const QByteArray &host)
{
    return "mailhelm://" + host + "/?pin=" + PinText + "&token=" + TokenText;
}

/// The line that `mailhelmd enroll` prints and that a person pastes: taken whole and exact, or refused with the reason.
class TestPairingLink : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTrip_data();
    void roundTrip();
    void refused_data();
    void refused();
    void blanksAroundAreForgiven();
    void errorsNeverTellTheToken();
    void everyCutAndEveryChangeOfOneByteIsHandled();
    void tokensDiffer();
    void pinsReadAndWrite();
};

void TestPairingLink::roundTrip_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("port");
    QTest::newRow("name") << QByteArray("mx1.example.org:6245") << QByteArray("mx1.example.org") << 6245;
    QTest::newRow("IPv4") << QByteArray("203.0.113.7:1") << QByteArray("203.0.113.7") << 1;
    QTest::newRow("IPv6") << QByteArray("[2001:db8::17]:65535") << QByteArray("2001:db8::17") << 65535;
    QTest::newRow("one label") << QByteArray("localhost:6245") << QByteArray("localhost") << 6245;
    QTest::newRow("punycode") << QByteArray("xn--mnchen-3ya.example:6245") << QByteArray("xn--mnchen-3ya.example")
                              << 6245;
}

void TestPairingLink::roundTrip()
{
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, name);
    QFETCH(int, port);
    const auto parsed = PairingLink::parse(link(host));
    QVERIFY2(parsed.ok(), parsed.ok() ? "" : qUtf8Printable(parsed.error().detail));
    QCOMPARE(parsed.value().agent.host, name);
    QCOMPARE(int(parsed.value().agent.port), port);
    QCOMPARE(parsed.value().pin.toText(), PinText);
    QCOMPARE(parsed.value().token.toText(), TokenText);
    QCOMPARE(parsed.value().toText(), link(host));
}

void TestPairingLink::refused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char *name, const QByteArray &text, const char *reason) {
        QTest::newRow(name) << text << QString::fromUtf8(reason);
    };
    const QByteArray both = "?pin=" + PinText + "&token=" + TokenText;
    row("empty", "", "mailhelm://");
    row("other scheme", "https://mx1.example.org:6245/" + both, "mailhelm://");
    row("scheme in capitals", "MAILHELM://mx1.example.org:6245/" + both, "mailhelm://");
    row("no port", link("mx1.example.org"), "port");
    row("no port IPv6", link("[2001:db8::1]"), "port");
    row("port 0", link("mx1.example.org:0"), "port 0");
    row("port too large", link("mx1.example.org:65536"), "65535");
    row("port with zero", link("mx1.example.org:06245"), "65535");
    row("port with sign", link("mx1.example.org:+6245"), "65535");
    row("port with blank", link("mx1.example.org: 6245"), "65535");
    row("no host", link(":6245"), "neither a name nor an address");
    row("IPv6 without brackets", link("2001:db8::1:6245"), "brackets");
    row("IPv6 with zone", link("[fe80::1%eth0]:6245"), "IPv6");
    row("IPv4 in brackets", link("[203.0.113.7]:6245"), "IPv6");
    row("IPv4 with leading zero", link("203.0.113.07:6245"), "neither");
    row("short IPv4", link("127.1:6245"), "neither");
    row("user info", link("root@mx1.example.org:6245"), "neither");
    row("blank in host", link("mx1 example.org:6245"), "neither");
    row("escape in host", link("mx1%2eexample.org:6245"), "neither");
    row("path", "mailhelm://mx1.example.org:6245/x" + both, "?pin=");
    row("international", link("m\xc3\xbcnchen.example:6245"), "ASCII");
    row("dash first", link("-oProxyCommand.example:6245"), "neither");
    row("empty label", link("mx1..example.org:6245"), "neither");
    row("no parameters", "mailhelm://mx1.example.org:6245/?", "unknown part");
    row("no pin", "mailhelm://mx1.example.org:6245/?token=" + TokenText, "pin is missing");
    row("no token", "mailhelm://mx1.example.org:6245/?pin=" + PinText, "token is missing");
    row("two pins", link("mx1.example.org:6245") + "&pin=" + PinText, "two pins");
    row("two tokens", link("mx1.example.org:6245") + "&token=" + TokenText, "two tokens");
    row("unknown part", link("mx1.example.org:6245") + "&role=owner", "unknown part “role”");
    row("ampersand at the end", link("mx1.example.org:6245") + "&", "unknown part");
    row("fragment", link("mx1.example.org:6245") + "#x", "token");
    row("padding", link("mx1.example.org:6245") + "==", "token");
    row("short pin", "mailhelm://mx1.example.org:6245/?pin=" + PinText.chopped(1) + "&token=" + TokenText,
        "pin is cut");
    row("stray bits in pin", "mailhelm://mx1.example.org:6245/?pin=" + PinText.chopped(1) + "9&token=" + TokenText,
        "pin is cut");
    row("stray bits in token", link("mx1.example.org:6245").chopped(1) + "x", "token is cut");
    row("base64 instead of base64url",
        "mailhelm://mx1.example.org:6245/?pin=" + QByteArray(42, '+') + "A&token=" + TokenText, "pin is cut");
    row("line break inside", link("mx1.example.org:6245").insert(60, '\n'), "");
    row("too long", link(QByteArray(2000, 'a') + ":6245"), "longer");
    row("NUL", link(QByteArray("mx1\0.example.org:6245", 21)), "neither");
}

void TestPairingLink::refused()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, reason);
    const auto parsed = PairingLink::parse(text);
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(parsed.error().detail.contains(reason), qUtf8Printable(parsed.error().detail));
}

void TestPairingLink::blanksAroundAreForgiven()
{
    const auto parsed = PairingLink::parse("  \t" + link("mx1.example.org:6245") + "\r\n");
    QVERIFY(parsed.ok());
    QCOMPARE(parsed.value().toText(), link("mx1.example.org:6245"));
}

void TestPairingLink::errorsNeverTellTheToken()
{
    for (const QByteArray &text : { link("mx1.example.org"), link("mx1.example.org:6245") + "&x=1",
             link("mx1.example.org:6245") + "A", link("mx1.example.org:6245") + "&token=" + TokenText }) {
        const auto parsed = PairingLink::parse(text);
        QVERIFY(!parsed);
        QVERIFY2(
            !parsed.error().detail.contains(QString::fromLatin1(TokenText)), qUtf8Printable(parsed.error().detail));
    }
}

void TestPairingLink::everyCutAndEveryChangeOfOneByteIsHandled()
{
    const QByteArray whole = link("mx1.example.org:6245");
    for (qsizetype length = 0; length < whole.size(); ++length)
        QVERIFY(!PairingLink::parse(whole.first(length)));
    // A changed byte is either refused or gives another link, and that is written as it was read.
    std::mt19937 random(5);
    for (qsizetype at = 0; at < whole.size(); ++at) {
        for (int round = 0; round < 40; ++round) {
            QByteArray changed = whole;
            changed[at] = char(random());
            const auto parsed = PairingLink::parse(changed);
            if (parsed)
                QCOMPARE(parsed.value().toText().toLower(), changed.trimmed().toLower());
        }
    }
}

void TestPairingLink::tokensDiffer()
{
    QSet<QByteArray> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto token = PairingToken::random();
        QCOMPARE(token.toText().size(), 22);
        const auto parsed = PairingToken::parse(token.toText());
        QVERIFY(parsed && *parsed == token);
        QCOMPARE(token.digest().size(), 32);
        seen.insert(token.toText());
    }
    QCOMPARE(seen.size(), 1000);
}

void TestPairingLink::pinsReadAndWrite()
{
    const auto pin = Pin::parse(PinText);
    QVERIFY(pin);
    QCOMPARE(pin->toText(), PinText);
    QCOMPARE(pin->display(),
        QStringLiteral("0001 0203 0405 0607 0809 0a0b 0c0d 0e0f 1011 1213 1415 1617 1819 1a1b 1c1d 1e1f"));
    QVERIFY(!pin->isNull());
    QVERIFY(Pin().isNull());
    for (const QByteArray &wrong : { QByteArray(), PinText + "=", PinText + "A", PinText.chopped(1), PinText + " " })
        QVERIFY(!Pin::parse(wrong));
}

QTEST_GUILESS_MAIN(TestPairingLink)
#include "tst_pairinglink.moc"
