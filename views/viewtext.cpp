// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/viewtext.h"

#include "core/base/safetext.h"

#include "views/icons.h"

#include <QCoreApplication>
#include <QEvent>
#include <QLabel>
#include <QLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

QString plainToolTip(const QString &text)
{
    if (!Qt::mightBeRichText(text))
        return text;
    return u"<div style=\"white-space:pre-wrap\">%1</div>"_s.arg(text.toHtmlEscaped());
}

QLabel *plainLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    return label;
}

namespace
{

/// Keeps its shade when the palette becomes another. The palette's own role for placeholders would be too faint to
/// read.
class NoteLabel : public QLabel
{
public:
    explicit NoteLabel(QWidget *parent)
        : QLabel(parent)
    {
        setForegroundRole(QPalette::PlaceholderText);
        setShade();
    }

protected:
    void changeEvent(QEvent *event) override
    {
        QLabel::changeEvent(event);
        if (event->type() == QEvent::PaletteChange)
            setShade();
    }

private:
    void setShade()
    {
        QColor shade = palette().color(QPalette::WindowText);
        shade.setAlphaF(FaintAlpha + 0.09F);
        if (palette().color(QPalette::PlaceholderText) == shade)
            return;
        QPalette changed = palette();
        changed.setColor(QPalette::PlaceholderText, shade);
        setPalette(changed);
    }
};

} // namespace

QLabel *noteLabel(const QString &text, QWidget *parent)
{
    auto *label = new NoteLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    label->setWordWrap(true);
    return label;
}

QSize sizeInText(const QWidget &widget, int characters, int lines)
{
    const QFontMetrics metrics = widget.fontMetrics();
    return { metrics.averageCharWidth() * characters, metrics.lineSpacing() * lines };
}

void growToFit(QWidget &window)
{
    QLayout *layout = window.layout();
    layout->activate();
    const int needed
        = layout->hasHeightForWidth() ? layout->totalHeightForWidth(window.width()) : layout->totalSizeHint().height();
    if (needed > window.height())
        window.resize(window.width(), needed);
}

QString safeTitle(const QString &text)
{
    return safeText(text, 120).replace("[*]"_L1, "[*][*]"_L1);
}

QString isolatedUser(const QString &text)
{
    if (!text.isRightToLeft() && std::none_of(text.begin(), text.end(), [](QChar c) {
            return c.direction() == QChar::DirR || c.direction() == QChar::DirAL || c.direction() == QChar::DirAN;
        }))
        return text;
    const QChar begin(0x2068); // first strong isolate
    const QChar end(0x2069);
    const qsizetype at = text.lastIndexOf(u'@');
    if (at < 0)
        return begin + text + end;
    return begin + text.left(at) + end + u'@' + begin + text.mid(at + 1) + end;
}

QString spanText(qint64 us)
{
    const auto say = [](const char *text, int n) { return QCoreApplication::translate("mailhelm", text, nullptr, n); };
    const qint64 seconds = std::max<qint64>(0, us / 1'000'000);
    if (seconds < 60)
        return say(QT_TRANSLATE_N_NOOP("mailhelm", "%n s"), int(seconds));
    const qint64 minutes = seconds / 60;
    if (minutes < 60)
        return say(QT_TRANSLATE_N_NOOP("mailhelm", "%n min"), int(minutes));
    const qint64 hours = minutes / 60;
    if (hours < 24) {
        const QString whole = say(QT_TRANSLATE_N_NOOP("mailhelm", "%n h"), int(hours));
        if (minutes % 60 == 0)
            return whole;
        return u"%1 %2"_s.arg(whole, say(QT_TRANSLATE_N_NOOP("mailhelm", "%n min"), int(minutes % 60)));
    }
    const int days = int(std::min<qint64>(hours / 24, 1'000'000));
    return say(QT_TRANSLATE_N_NOOP("mailhelm", "%n day(s)"), days);
}

QString groupedPin(const QString &hex)
{
    QString out;
    for (qsizetype i = 0; i < hex.size(); i += 4) {
        if (i > 0)
            out += QLatin1Char(' ');
        out += QStringView(hex).mid(i, 4);
    }
    return out;
}

QString pinLines(const QString &hex)
{
    QString grouped = groupedPin(hex);
    if (grouped.size() == 79) // sixteen groups and the blanks between
        grouped[39] = u'\n';
    return grouped;
}

} // namespace mailhelm
