// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/guitest.h"

#include "models/rowselection.h"
#include "views/addserverdialog.h"
#include "views/exportdialog.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>

using namespace mailhelm;
using namespace Qt::StringLiterals;

class TestDialogs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_gui.reset(); }
    void addsAServerByOnePaste();
    void showsErrorsInPlace();
    void takesALinkFromTheClipboard();
    void firstStartTakesAPastedLink();
    void tellsOfAChangedKeyOnce();
    void exportsTheChosenRows_data();
    void exportsTheChosenRows();
    void exportProtectsAgainstFormulas();
    void exportPreviewIsWhatIsWritten();
    void exportsJson();
    void exportSaysWhatIsWrong();
    void exportCanBeCancelled();

private:
    ExportDialog *openExport();
    QByteArray written(ExportDialog *dialog);
    std::unique_ptr<GuiTest> m_gui;
};

void TestDialogs::init()
{
    // The off-screen platform says so of window managers' affairs.
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    QApplication::clipboard()->clear();
    m_gui = std::make_unique<GuiTest>();
    m_gui->backend.addLive(u"mx1"_s);
    m_gui->backend.fill(50);
    m_gui->open();
}

void TestDialogs::addsAServerByOnePaste()
{
    QTest::keyClick(m_gui->window.get(), Qt::Key_N, Qt::ControlModifier);
    auto *dialog = m_gui->opened<AddServerDialog>("addServerDialog");
    QVERIFY(dialog);
    auto *add = m_gui->child<QPushButton>("add", dialog);
    QVERIFY(!add->isEnabled());
    m_gui->child<QLineEdit>("link", dialog)->setText(u"  mailhelm://mx1.example.org:6245/?pin=x&token=y "_s);
    const QString found = m_gui->child<QLabel>("found", dialog)->text();
    QVERIFY(found.contains(u"mx1.example.org"_s));
    QVERIFY(found.contains(u"6245"_s));
    QVERIFY(found.contains(u"9f86 d081 884c"_s));
    m_gui->child<QLineEdit>("name", dialog)->setText(u"second"_s);
    QTest::mouseClick(add, Qt::LeftButton);
    QVERIFY(!add->isEnabled()); // while it is under way
    QTRY_VERIFY(!m_gui->opened<AddServerDialog>("addServerDialog"));
    QCOMPARE(m_gui->backend.m_added, QStringList { u"mailhelm://mx1.example.org:6245/?pin=x&token=y"_s });
    QCOMPARE(m_gui->page()->server(), std::optional<quint16>(2)); // it is shown at once
}

void TestDialogs::showsErrorsInPlace()
{
    m_gui->window->openAddServer();
    auto *dialog = m_gui->opened<AddServerDialog>("addServerDialog");
    auto *message = m_gui->child<QLabel>("message", dialog);
    m_gui->child<QLineEdit>("link", dialog)->setText(u"https://mx1.example.org"_s);
    QCOMPARE(message->text(), u"This is no pairing link: it starts with mailhelm://."_s);
    QVERIFY(!m_gui->child<QPushButton>("add", dialog)->isEnabled());
    m_gui->backend.m_addError = Error { ErrorCode::Refused, u"This link was <b>used</b> already."_s };
    dialog->setLink(u"mailhelm://mx1"_s);
    QCOMPARE(message->text(), QString());
    m_gui->child<QPushButton>("add", dialog)->click();
    QTRY_COMPARE(message->text(), u"This link was <b>used</b> already."_s);
    QCOMPARE(message->textFormat(), Qt::PlainText);
    QVERIFY(dialog->isVisible());
    QVERIFY(m_gui->child<QPushButton>("add", dialog)->isEnabled());
}

void TestDialogs::firstStartTakesAPastedLink()
{
    m_gui = std::make_unique<GuiTest>();
    m_gui->open();
    auto *field = m_gui->child<QLineEdit>("emptyField", m_gui->page());
    QTRY_VERIFY(field->isVisible());
    field->setFocus();
    QApplication::clipboard()->setText(u"mailhelm://mx1.example.org:6245/?pin=x&token=y"_s);
    QTest::keyClick(field, Qt::Key_V, Qt::ControlModifier);
    auto *dialog = m_gui->opened<AddServerDialog>("addServerDialog");
    QVERIFY(dialog);
    QVERIFY(m_gui->child<QLabel>("found", dialog)->text().contains(u"mx1.example.org"_s));
    QVERIFY(m_gui->child<QPushButton>("add", dialog)->isEnabled());
    QVERIFY(field->text().isEmpty());
    dialog->close();
}

void TestDialogs::tellsOfAChangedKeyOnce()
{
    const QString other = u"3c1b290208a58a3877ad1f0c6a0b6c9de4f1725540c1a8f2b09d6e3a517c88fe"_s;
    const auto answers = [this](LinkState state, const QString &pin) {
        QList<ServerStatus> servers = m_gui->backend.servers();
        servers[0].state = state;
        servers[0].seenPin = pin;
        m_gui->backend.setServers(servers);
    };
    answers(LinkState::Refused, other);
    auto *dialog = m_gui->opened<QDialog>("keyChangedDialog");
    QVERIFY(dialog);
    // Both keys can be compared; nothing takes the new one, and Enter closes.
    QVERIFY(m_gui->child<QLabel>("pairedKey", dialog)->text().startsWith(u"9f86 d081"_s));
    QVERIFY(m_gui->child<QLabel>("seenKey", dialog)->text().startsWith(u"3c1b 2902"_s));
    QVERIFY(m_gui->child<QPushButton>("close", dialog)->isDefault());
    QTest::keyClick(dialog, Qt::Key_Return);
    QVERIFY(!m_gui->opened<QDialog>("keyChangedDialog"));
    QCOMPARE(m_gui->backend.servers().size(), 1);
    answers(LinkState::Refused, other);
    QVERIFY(!m_gui->opened<QDialog>("keyChangedDialog")); // that was told
    answers(LinkState::Live, {});
    answers(LinkState::Refused, other);
    dialog = m_gui->opened<QDialog>("keyChangedDialog");
    QVERIFY(dialog);
    m_gui->child<QPushButton>("remove", dialog)->click();
    auto *box = m_gui->opened<QDialog>("removeServerBox"); // asked about like everything that goes
    QVERIFY(box);
    box->close();
}

void TestDialogs::takesALinkFromTheClipboard()
{
    QApplication::clipboard()->setText(u"mailhelm://mx1.example.org:6245/?pin=x&token=y\n"_s);
    m_gui->window->openAddServer();
    auto *dialog = m_gui->opened<AddServerDialog>("addServerDialog");
    QVERIFY(m_gui->child<QLineEdit>("link", dialog)->text().startsWith(u"mailhelm://mx1"_s));
    QVERIFY(m_gui->child<QPushButton>("add", dialog)->isEnabled());
}

ExportDialog *TestDialogs::openExport()
{
    QTest::keyClick(m_gui->window.get(), Qt::Key_E, Qt::ControlModifier);
    auto *dialog = m_gui->opened<ExportDialog>("exportDialog");
    m_gui->child<QComboBox>("format", dialog)->setCurrentIndex(0);
    m_gui->child<QLineEdit>("file", dialog)->setText(m_gui->home.filePath(u"rows.csv"_s));
    return dialog;
}

QByteArray TestDialogs::written(ExportDialog *dialog)
{
    const QString name = m_gui->child<QLineEdit>("file", dialog)->text();
    QTest::mouseClick(m_gui->child<QPushButton>("export", dialog), Qt::LeftButton);
    auto *message = m_gui->child<QLabel>("message", dialog);
    if (!QTest::qWaitFor([message] { return message->text().contains(u" written to "_s); }))
        return message->text().toUtf8();
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void TestDialogs::exportsTheChosenRows_data()
{
    QTest::addColumn<QString>("button");
    QTest::addColumn<int>("format");
    QTest::addColumn<int>("rows");
    QTest::addColumn<char>("delimiter");
    QTest::newRow("all, comma") << u"all"_s << 0 << 50 << ',';
    QTest::newRow("filtered, semicolon") << u"filtered"_s << 1 << -1 << ';';
    QTest::newRow("selected, tab") << u"selected"_s << 2 << 2 << '\t';
}

void TestDialogs::exportsTheChosenRows()
{
    QFETCH(QString, button);
    QFETCH(int, format);
    QFETCH(int, rows);
    QFETCH(char, delimiter);
    m_gui->page()->setFilterText(u"service=IMAPS | service=SMTP"_s);
    const int filtered = m_gui->model().rowCount();
    QVERIFY(filtered > 2 && filtered < 50);
    m_gui->click(0, connections::User);
    m_gui->click(1, connections::User, Qt::ControlModifier);
    ExportDialog *dialog = openExport();
    dialog->findChild<QRadioButton *>(button)->setChecked(true);
    m_gui->child<QComboBox>("format", dialog)->setCurrentIndex(format);
    m_gui->child<QCheckBox>("mark", dialog)->setChecked(format == 1);
    const QByteArray bytes = written(dialog);
    QCOMPARE(bytes.startsWith("\xEF\xBB\xBF"), format == 1);
    QList<QByteArray> lines = bytes.split('\n');
    QCOMPARE(lines.takeLast(), QByteArray());
    QCOMPARE(lines.size() - 1, rows < 0 ? filtered : rows);
    QCOMPARE(lines[1].count(delimiter), 5); // the six visible columns
    QVERIFY(lines[0].contains("service"));
}

void TestDialogs::exportProtectsAgainstFormulas()
{
    FakeTable &rows = m_gui->backend.rows(TableId::Connections);
    rows.put({ 1, 900'001 }, { { connections::User, QByteArray("=HYPERLINK(\"http://evil.example\")") } });
    rows.publish();
    m_gui->page()->setFilterText(u"hyperlink"_s);
    ExportDialog *dialog = openExport();
    QVERIFY(m_gui->child<QCheckBox>("guard", dialog)->isChecked());
    QVERIFY(written(dialog).contains("\"'=HYPERLINK"));
    m_gui->child<QCheckBox>("guard", dialog)->setChecked(false);
    m_gui->child<QLineEdit>("file", dialog)->setText(m_gui->home.filePath(u"raw.csv"_s));
    QVERIFY(written(dialog).contains("\"=HYPERLINK"));
}

void TestDialogs::exportPreviewIsWhatIsWritten()
{
    ExportDialog *dialog = openExport();
    m_gui->child<QComboBox>("columns", dialog)->setCurrentIndex(1);
    const QStringList preview = m_gui->child<QPlainTextEdit>("preview", dialog)->toPlainText().split(u'\n');
    QCOMPARE(preview.size(), 6); // the titles and five rows
    const QStringList lines = QString::fromUtf8(written(dialog)).remove(u'\r').split(u'\n');
    for (int i = 0; i < 6; ++i)
        QCOMPARE(preview[i], lines[i].left(400));
}

void TestDialogs::exportsJson()
{
    ExportDialog *dialog = openExport();
    m_gui->child<QComboBox>("format", dialog)->setCurrentIndex(3);
    QVERIFY(m_gui->child<QLineEdit>("file", dialog)->text().endsWith(u".json"_s));
    QVERIFY(!m_gui->child<QCheckBox>("guard", dialog)->isEnabled());
    const QJsonDocument document = QJsonDocument::fromJson(written(dialog));
    QCOMPARE(document.array().size(), 50);
    QVERIFY(document.array().first().toObject().contains(u"user"_s));
    QCOMPARE(document.array().first().toObject().value(u"server"_s).toString(), u"mx1"_s);
}

void TestDialogs::exportSaysWhatIsWrong()
{
    ExportDialog *dialog = openExport();
    m_gui->child<QLineEdit>("file", dialog)->setText(m_gui->home.filePath(u"no/such/folder/rows.csv"_s));
    m_gui->child<QPushButton>("export", dialog)->click();
    const QString text = m_gui->child<QLabel>("message", dialog)->text();
    QVERIFY2(text.startsWith(u"Cannot write "_s), qPrintable(text));
    QVERIFY(dialog->isVisible());
    QVERIFY(m_gui->child<QPushButton>("export", dialog)->isEnabled());
}

void TestDialogs::exportCanBeCancelled()
{
    m_gui->backend.fill(20'000);
    ExportDialog *dialog = openExport();
    const QString name = m_gui->home.filePath(u"rows.csv"_s);
    QFile before(name);
    QVERIFY(before.open(QIODevice::WriteOnly));
    before.write("what was there");
    before.close();
    m_gui->child<QPushButton>("export", dialog)->click();
    QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
    m_gui->child<QPushButton>("cancel", dialog)->click();
    const QString text = m_gui->child<QLabel>("message", dialog)->text();
    QVERIFY2(text.contains(u"cancelled"_s), qPrintable(text));
    QVERIFY(dialog->isVisible());
    QVERIFY(before.open(QIODevice::ReadOnly));
    QCOMPARE(before.readAll(), QByteArray("what was there"));
}

QTEST_MAIN(TestDialogs)
#include "tst_dialogs.moc"
