// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/guitest.h"

#include "app/console/texts.h"
#include "views/detailspane.h"
#include "views/overviewpage.h"
#include "views/serverspanel.h"
#include "views/viewtext.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QProcess>
#include <QStyle>
#include <QStyleOptionButton>
#include <QTabBar>
#include <QTabWidget>
#include <QXmlStreamReader>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

/// Texts of a file of translations that are not translated, or that do not take all of their arguments.
QStringList troubles(const QString &file)
{
    QFile source(file);
    if (!source.open(QIODevice::ReadOnly))
        return { file };
    QXmlStreamReader xml(&source);
    QStringList found;
    QString text;
    const auto places = [](const QString &of) {
        QStringList all;
        static const QRegularExpression place(u"%(\\d|L?n)"_s);
        for (auto match = place.globalMatch(of); match.hasNext();)
            all.append(match.next().captured());
        all.sort();
        all.removeDuplicates();
        return all;
    };
    static const QRegularExpression number(u"%L?n"_s);
    while (!xml.atEnd()) {
        xml.readNext();
        if (!xml.isStartElement())
            continue;
        if (xml.name() == u"source"_s) {
            text = xml.readElementText();
        } else if (xml.name() == u"translation"_s) {
            const bool unfinished = xml.attributes().value(u"type"_s) == u"unfinished"_s;
            QStringList forms;
            QString plain;
            while (!(xml.isEndElement() && xml.name() == u"translation"_s) && !xml.atEnd()) {
                xml.readNext();
                if (xml.isStartElement() && xml.name() == u"numerusform"_s)
                    forms.append(xml.readElementText());
                else if (xml.isCharacters())
                    plain += xml.text();
            }
            if (forms.isEmpty())
                forms.append(plain);
            for (const QString &form : std::as_const(forms)) {
                if (unfinished || form.trimmed().isEmpty() != text.trimmed().isEmpty())
                    found.append(u"not translated: "_s + text);
                else if (text.contains(number) && !form.contains(number))
                    continue; // "1 day"
                else if (places(form) != places(text))
                    found.append(u"other arguments: %1 / %2"_s.arg(text, form));
            }
        }
    }
    return found;
}

} // namespace

class TestTexts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_locale = QLocale(); }
    void init()
    {
        m_gui = std::make_unique<GuiTest>();
        m_gui->backend.addLive(u"mx1"_s);
        m_gui->backend.fill(30);
    }
    void cleanup()
    {
        m_gui.reset();
        m_texts.choose(u"en"_s);
        QLocale::setDefault(m_locale);
        QGuiApplication::setLayoutDirection(Qt::LeftToRight);
    }

    void everyTextIsTranslated_data()
    {
        QTest::addColumn<QString>("language");
        QTest::newRow("German") << u"de"_s;
        QTest::newRow("English plurals") << u"en"_s;
    }
    void everyTextIsTranslated()
    {
        QFETCH(QString, language);
        const QString kept = u"%1/translations/mailhelm_%2.ts"_s.arg(QStringLiteral(MAILHELM_SOURCE_DIR), language);
        // The sources as they are now: what is new in them shows as not translated.
        const QString file = m_gui->home.filePath(u"texts_%1.ts"_s.arg(language));
        QVERIFY(QFile::copy(kept, file));
        QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner);
        QProcess gather;
        gather.setWorkingDirectory(QStringLiteral(MAILHELM_SOURCE_DIR));
        QStringList arguments { u"-silent"_s, u"-no-obsolete"_s, u"-locations"_s, u"none"_s, u"-I"_s, u"."_s,
            u"core/base"_s, u"core/table"_s, u"core/net"_s, u"core/client"_s, u"models"_s, u"views"_s, u"app/console"_s,
            u"-ts"_s, file };
        if (language == u"en"_s)
            arguments.prepend(u"-pluralonly"_s);
        gather.start(QStringLiteral(MAILHELM_LUPDATE), arguments);
        if (!gather.waitForFinished(120'000))
            QSKIP("needs Qt's lupdate (qt6-l10n-tools)");
        const QStringList found = troubles(file);
        QVERIFY2(found.isEmpty(), qPrintable(u'\n' + found.join(u'\n')));
    }
    void everyColumnHasItsTitle()
    {
        // models/schematexts.cpp says the titles once more, for lupdate: both must be alike.
        QFile file(QStringLiteral(MAILHELM_SOURCE_DIR) + u"/models/schematexts.cpp"_s);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray said = file.readAll();
        for (const TableId id : allTables())
            for (const ColumnSpec &spec : schemaOf(id).columns())
                QVERIFY2(said.contains('"' + spec.title + '"'), spec.title.constData());
        QVERIFY(m_texts.choose(u"de"_s));
        QCOMPARE(QCoreApplication::translate("mailhelm::Schema", "Last login"), u"Letzte Anmeldung"_s);
    }
    void pluralsAreRight()
    {
        QVERIFY(m_texts.choose(u"en"_s));
        QCOMPARE(spanText(2 * 86'400'000'000), u"2 days"_s);
        QCOMPARE(spanText(86'400'000'000), u"1 day"_s);
        QVERIFY(m_texts.choose(u"de"_s));
        QCOMPARE(spanText(2 * 86'400'000'000), u"2 Tage"_s);
        QCOMPARE(spanText(86'400'000'000), u"1 Tag"_s);
        QCOMPARE(spanText(3'600'000'000), u"1 Std."_s);
    }
    void anUnknownLanguageIsEnglish()
    {
        QVERIFY(m_texts.choose(u"xx"_s));
        QCOMPARE(spanText(2 * 86'400'000'000), u"2 days"_s);
    }
    void germanIsNowhereCut()
    {
        QVERIFY(m_texts.choose(u"de"_s));
        m_gui->open();
        QCOMPARE(m_gui->child<QLabel>("counts")->accessibleName(), u"Gezeigte Zeilen"_s);
        const auto look = [](QWidget *window) {
            QCoreApplication::processEvents();
            QStringList cut;
            for (QWidget *widget : window->findChildren<QWidget *>()) {
                if (!widget->isVisible() || widget->width() <= 0)
                    continue;
                QString text;
                if (auto *button = qobject_cast<QAbstractButton *>(widget))
                    text = button->text();
                else if (auto *label = qobject_cast<QLabel *>(widget);
                         label && !label->wordWrap() && label->sizePolicy().horizontalPolicy() != QSizePolicy::Ignored)
                    text = label->text();
                else if (auto *choice = qobject_cast<QComboBox *>(widget))
                    text = choice->currentText();
                if (!text.isEmpty() && widget->width() < widget->sizeHint().width() - 2
                    && widget->width() < widget->minimumSizeHint().width())
                    cut.append(text);
            }
            return cut;
        };
        QStringList cut = look(m_gui->window.get());
        m_gui->page()->selection().selectOnly(0);
        m_gui->page()->askDrop(m_gui->page()->selection().inOrder());
        m_gui->page()->openExport();
        m_gui->window->openAddServer();
        m_gui->window->openPreferences();
        m_gui->window->openActionLog();
        m_gui->window->openAbout();
        int dialogs = 0;
        for (QWidget *top : QApplication::topLevelWidgets()) {
            if (!top->isVisible() || !qobject_cast<QDialog *>(top))
                continue;
            ++dialogs;
            cut += look(top);
        }
        QVERIFY(dialogs >= 6);
        QVERIFY2(cut.isEmpty(), qPrintable(cut.join(u'\n')));
        for (QWidget *top : QApplication::topLevelWidgets())
            if (qobject_cast<QDialog *>(top))
                top->close();
    }
    void screenReadersFindANameForEveryControl()
    {
        QAccessible::setActive(true);
        m_gui->open();
        m_gui->window->detailsPane()->show();
        auto *tabs = m_gui->child<QTabWidget>("tabs");
        QStringList nameless;
        int seen = 0;
        const auto look = [&](QWidget *window) {
            for (QWidget *widget : window->findChildren<QWidget *>()) {
                // The field within a spin box is spoken of as the box.
                if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus)
                    || widget->objectName() == u"qt_spinbox_lineedit"_s)
                    continue;
                QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(widget);
                ++seen;
                const QString what = QLatin1StringView(widget->metaObject()->className()) + u' ' + widget->objectName();
                if (!spoken || spoken->role() == QAccessible::NoRole)
                    nameless.append(u"no role: "_s + what);
                else if (spoken->text(QAccessible::Name).isEmpty() && spoken->text(QAccessible::Value).isEmpty())
                    nameless.append(u"no name: "_s + what);
            }
        };
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            m_gui->window->detailsPane()->show();
            QCoreApplication::processEvents();
            look(m_gui->window.get());
        }
        m_gui->window->chooseTab(u"connections"_s);
        m_gui->page()->openExport();
        m_gui->window->openAddServer();
        m_gui->window->openPreferences();
        m_gui->window->openActionLog();
        for (QWidget *top : QApplication::topLevelWidgets())
            if (top->isVisible() && qobject_cast<QDialog *>(top))
                look(top);
        for (QWidget *top : QApplication::topLevelWidgets())
            if (qobject_cast<QDialog *>(top))
                top->close();
        nameless.removeDuplicates();
        QVERIFY(seen > 40);
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
    }
    void fromRightToLeftEverythingMirrors()
    {
        QGuiApplication::setLayoutDirection(Qt::RightToLeft);
        m_gui->open();
        QHeaderView *header = m_gui->view().horizontalHeader();
        QVERIFY(
            header->sectionViewportPosition(connections::Service) > header->sectionViewportPosition(connections::User));
        // Panels on the left are on the right.
        m_gui->window->serversPanel()->show();
        QCoreApplication::processEvents();
        QVERIFY(m_gui->window->serversPanel()->mapTo(m_gui->window.get(), QPoint()).x()
            > m_gui->page()->mapTo(m_gui->window.get(), QPoint()).x());
        QVERIFY(!m_gui->window->grab().isNull());
        QTest::keyClick(m_gui->window.get(), Qt::Key_F4);
        QCoreApplication::processEvents();
        m_gui->window->chooseTab(u"overview"_s);
        QVERIFY(!m_gui->window->grab().isNull());
    }

private:
    QLocale m_locale;
    Texts m_texts;
    std::unique_ptr<GuiTest> m_gui;
};

QTEST_MAIN(TestTexts)
#include "tst_texts.moc"
