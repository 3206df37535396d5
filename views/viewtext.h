// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

class QLabel;
class QWidget;

namespace mailhelm
{

/// Text that Qt shows as it is, where Qt would guess at HTML (tooltips, What's This): lines stay lines, markup stays
/// visible. The parts must have gone through safeText().
[[nodiscard]] QString plainToolTip(const QString &text);

/// A label that never takes its text for HTML.
[[nodiscard]] QLabel *plainLabel(const QString &text, QWidget *parent);

/// One that steps back a little, as for what explains a choice; it wraps.
[[nodiscard]] QLabel *noteLabel(const QString &text, QWidget *parent);

/// So many characters wide and lines high, in the widget's font: sizes of windows, which grow with the letters.
[[nodiscard]] QSize sizeInText(const QWidget &widget, int characters, int lines);

/// Makes the window as high as its texts need at its width, if it is not.
void growToFit(QWidget &window);

/// A window's title: "[*]" is not taken for the mark of a changed document.
[[nodiscard]] QString safeTitle(const QString &text);

/// An address of a mail user whose letters run from right to left, for a line that runs from left to right: local part
/// and domain are isolated from each other, so that the domain stays at the end. Other texts stay as they are.
[[nodiscard]] QString isolatedUser(const QString &text);

/// A span of time in words, rounded down: "4 s", "3 min", "2 h 5 min", "12 days".
[[nodiscard]] QString spanText(qint64 us);

/// "9f86 d081 …": a fingerprint in groups of four.
[[nodiscard]] QString groupedPin(const QString &hex);
/// The same on two lines of equal length, to be compared group by group.
[[nodiscard]] QString pinLines(const QString &hex);

/// Cuts the local part of an e-mail address in its middle so that `fits` says yes; the domain is never cut unless it
/// alone does not fit, then at the end. Other texts are cut at the end.
template<typename Fits>
[[nodiscard]] QString elidedUser(const QString &text, Fits fits)
{
    if (fits(text))
        return text;
    const qsizetype at = text.lastIndexOf(QLatin1Char('@'));
    const QString local = at < 0 ? QString() : text.left(at);
    const QString domain = at < 0 ? QString() : text.mid(at);
    const QChar dots(0x2026);
    const auto shorter
        = [&](qsizetype keep) { return local.left((keep + 1) / 2) + dots + local.right(keep / 2) + domain; };
    qsizetype fitting = 0;
    for (qsizetype tooMany = local.size(); tooMany - fitting > 1;) {
        const qsizetype keep = (fitting + tooMany) / 2;
        (fits(shorter(keep)) ? fitting : tooMany) = keep;
    }
    return fitting > 0 ? shorter(fitting) : QString();
}

} // namespace mailhelm
