// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing is cut off: every page, dialog and state in English and German, at usual fonts and at such of twice the size.
#include "app/console/screenshots.h"
#include "app/console/texts.h"
#include "tests/gui/stage.h"
#include "views/contraststyle.h"
#include "views/icons.h"
#include "views/viewtext.h"

#include <QApplication>
#include <QCheckBox>
#include <QDialog>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QStyleOptionButton>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

constexpr QSize Screen { 1280, 800 };

QString nameOf(const QWidget *widget)
{
    QStringList names;
    for (const QWidget *each = widget; each && names.size() < 3; each = each->parentWidget())
        if (!each->objectName().isEmpty() && !each->objectName().startsWith("qt_"_L1))
            names.prepend(each->objectName());
    return u"%1 (%2)"_s.arg(QString::fromLatin1(widget->metaObject()->className()), names.join(u'/'));
}

/// What a text needs without its mnemonic.
QSize roomFor(const QFontMetrics &metrics, const QString &text)
{
    return metrics.size(Qt::TextShowMnemonic, text);
}

/// Empty: all of the label can be read.
QString cutLabel(const QLabel &label)
{
    const QString text = label.text();
    if (text.isEmpty())
        return {};
    // Those that give way on purpose say all in a tooltip.
    if (label.sizePolicy().horizontalPolicy() == QSizePolicy::Ignored)
        return {};
    const QSize has = label.contentsRect().size();
    if (label.wordWrap())
        return label.heightForWidth(label.width()) <= label.height() ? QString() : u"lines are cut"_s;
    const QSize needs = roomFor(label.fontMetrics(), text);
    return needs.width() <= has.width() && needs.height() <= has.height() ? QString() : u"the text is cut"_s;
}

QString cutButton(const QAbstractButton &button)
{
    if (const auto *tool = qobject_cast<const QToolButton *>(&button);
        tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly)
        return {};
    if (button.text().isEmpty())
        return {};
    return button.width() >= button.minimumSizeHint().width()
            && button.height() >= button.minimumSizeHint().height() - 1
            && button.width() >= roomFor(button.fontMetrics(), button.text()).width()
        ? QString()
        : u"the text is cut"_s;
}

QString cutHeader(const QHeaderView &header)
{
    if (header.orientation() != Qt::Horizontal || header.isHidden())
        return {};
    for (int section = 0; section < header.count(); ++section) {
        if (header.isSectionHidden(section))
            continue;
        const QString title = header.model()->headerData(section, Qt::Horizontal).toString();
        if (header.fontMetrics().horizontalAdvance(title) + 4 > header.sectionSize(section))
            return u"the title “%1” is cut"_s.arg(title);
    }
    return {};
}

QString cutTabs(const QTabBar &tabs)
{
    for (int i = 0; i < tabs.count(); ++i)
        if (tabs.fontMetrics().horizontalAdvance(tabs.tabText(i)) > tabs.tabRect(i).width())
            return u"the tab “%1” is cut"_s.arg(tabs.tabText(i));
    return {};
}

QString cut(const QWidget &widget)
{
    if (const auto *label = qobject_cast<const QLabel *>(&widget))
        return cutLabel(*label);
    if (const auto *button = qobject_cast<const QAbstractButton *>(&widget))
        return cutButton(*button);
    if (const auto *header = qobject_cast<const QHeaderView *>(&widget))
        return cutHeader(*header);
    if (const auto *tabs = qobject_cast<const QTabBar *>(&widget))
        return cutTabs(*tabs);
    return {};
}

/// Inside of a widget that scrolls, all can be reached.
bool scrolls(const QWidget *widget, const QWidget *until)
{
    for (const QWidget *each = widget; each && each != until; each = each->parentWidget())
        if (qobject_cast<const QAbstractScrollArea *>(each))
            return true;
    return false;
}

} // namespace

class TestLook : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void nothingIsCut_data();
    void nothingIsCut();
    void findsWhatIsCut();
    void everyTextCanBeRead_data();
    void everyTextCanBeRead();

private:
    QFont m_font;
};

void TestLook::initTestCase()
{
    QApplication::setStyle(new ContrastStyle);
    m_font = QApplication::font();
}

void TestLook::cleanup()
{
    QApplication::setFont(m_font);
    Texts().choose(u"en"_s);
}

void TestLook::nothingIsCut_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<int>("percent");
    for (const char *language : { "en", "de" })
        for (const int percent : { 100, 200 })
            QTest::addRow("%s %d %%", language, percent) << QString::fromLatin1(language) << percent;
}

void TestLook::nothingIsCut()
{
    QFETCH(const QString, language);
    QFETCH(const int, percent);
    Texts texts;
    QVERIFY(texts.choose(language));
    QFont font = m_font;
    font.setPointSizeF(font.pointSizeF() * percent / 100);
    QApplication::setFont(font);
    QStringList flaws;
    for (const Scene &scene : scenes()) {
        // Other rows or a menu above the same window.
        if (QByteArrayView(scene.name) == "many-rows" || QByteArrayView(scene.name).startsWith("menu")
            || QByteArrayView(scene.name) == "tooltip")
            continue;
        // At twice the size as on a screen of twice as many dots.
        Stage stage(Screen * (percent / 100));
        scene.prepare(stage);
        stage.settle();
        QWidget *shown = stage.shown();
        const auto flaw = [&](const QWidget *widget, const QString &what) {
            const QString line = u"%1: %2: %3"_s.arg(QString::fromLatin1(scene.name), nameOf(widget), what);
            if (!flaws.contains(line))
                flaws.append(line);
        };
        const QSize least = shown->minimumSizeHint().expandedTo(shown->minimumSize());
        if (least.width() > Screen.width() * percent / 100 || least.height() > Screen.height() * percent / 100)
            flaw(shown, u"needs %1 × %2"_s.arg(least.width()).arg(least.height()));
        for (const QWidget *widget : shown->findChildren<QWidget *>()) {
            if (!widget->isVisible() || widget->window() != shown || widget->width() == 0)
                continue;
            if (const QString why = cut(*widget); !why.isEmpty())
                flaw(widget,
                    u"%1: “%2”, %3 × %4"_s.arg(why, widget->property("text").toString().left(80))
                        .arg(widget->width())
                        .arg(widget->height()));
            const QWidget *parent = widget->parentWidget();
            if (!parent->rect().contains(widget->geometry()) && !scrolls(parent, shown))
                flaw(widget, u"stands outside of its parent"_s);
        }
    }
    for (const QString &flaw : std::as_const(flaws))
        qWarning("%s", qUtf8Printable(flaw));
    QCOMPARE(flaws.size(), 0);
}

void TestLook::findsWhatIsCut()
{
    QWidget parent;
    parent.resize(300, 100);
    QLabel label(u"A text that is longer than its label"_s, &parent);
    label.resize(60, 20);
    QVERIFY(!cut(label).isEmpty());
    label.resize(290, 30);
    QVERIFY(cut(label).isEmpty());
    label.setWordWrap(true);
    label.resize(60, 20);
    QVERIFY(!cut(label).isEmpty());
    QPushButton button(u"A &button with many words"_s, &parent);
    button.resize(50, 24);
    QVERIFY(!cut(button).isEmpty());
    button.resize(button.sizeHint());
    QVERIFY(cut(button).isEmpty());
}

namespace
{

double luminance(const QColor &colour)
{
    const auto part
        = [](double value) { return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(colour.redF()) + 0.7152 * part(colour.greenF()) + 0.0722 * part(colour.blueF());
}

/// WCAG's, of a colour that may be transparent on an opaque one.
double contrast(const QColor &text, const QColor &on)
{
    const auto mixed = [&](float top, float below) {
        return std::clamp(top * text.alphaF() + below * (1 - text.alphaF()), 0.F, 1.F);
    };
    const QColor seen = QColor::fromRgbF(
        mixed(text.redF(), on.redF()), mixed(text.greenF(), on.greenF()), mixed(text.blueF(), on.blueF()));
    const double a = luminance(seen);
    const double b = luminance(on);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

} // namespace

void TestLook::everyTextCanBeRead_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addRow("light") << false;
    QTest::addRow("dark") << true;
}

void TestLook::everyTextCanBeRead()
{
    constexpr double Least = 4.5; // WCAG 2.1, level AA
    QFETCH(const bool, dark);
    const QPalette before = QApplication::palette();
    applyPalette(dark);
    const QPalette palette = QApplication::palette();
    const Tints colours = tints(palette);
    const QColor base = palette.color(QPalette::Base);
    QVERIFY(contrast(palette.color(QPalette::Text), base) > 10);
    // What a colour means in a cell, on both stripes.
    for (const QColor &ground : { base, palette.color(QPalette::AlternateBase) })
        for (const QColor &colour : { colours.good, colours.warning, colours.bad, colours.faint })
            QVERIFY2(contrast(colour, ground) >= Least,
                qPrintable(
                    u"%1 on %2: %3"_s.arg(colour.name(QColor::HexArgb), ground.name()).arg(contrast(colour, ground))));
    // The status line's and the dialogs' troubles stand on the window.
    QVERIFY(contrast(colours.bad, palette.color(QPalette::Window)) >= Least);
    QWidget window;
    const std::unique_ptr<QLabel> note(noteLabel(u"A note"_s, &window));
    QVERIFY(contrast(note->palette().color(note->foregroundRole()), palette.color(QPalette::Window)) >= Least);
    // Frames of check boxes need less than letters, but something.
    QCheckBox box(&window);
    box.resize(40, 40);
    const QImage picture = box.grab().toImage();
    double most = 0;
    for (int x = 0; x < 12; ++x)
        most = std::max(most, contrast(picture.pixelColor(x, 20), palette.color(QPalette::Window)));
    QVERIFY2(most >= 2, qPrintable(QString::number(most)));
    QApplication::setPalette(before);
}

QTEST_MAIN(TestLook)
#include "tst_look.moc"
