// SPDX-License-Identifier: GPL-3.0-or-later
// Where everything of a Plot goes.
#include "core/base/safetext.h"
#include "views/plot.h"
#include "views/plotaxis.h"

#include <QLocale>

#include <algorithm>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr int MostLines = 6; // of the grid
constexpr qint64 Minute = 60'000'000;
constexpr qint64 HalfADay = 720 * Minute;
constexpr qreal Margin = 10;

} // namespace

qint64 Plot::most() const
{
    qint64 most = 0;
    for (qsizetype moment = 0; moment < m_series.moments(); ++moment) {
        qint64 sum = 0;
        for (const QList<qint32> &counts : m_series.counts)
            sum += std::max(0, counts[moment]);
        most = std::max(most, sum);
    }
    return most;
}

Plot::Layout Plot::layoutNow() const
{
    return layoutOf(rect(), QFontMetricsF(font()), false);
}

Plot::Layout Plot::layoutOf(const QRectF &area, const QFontMetricsF &metrics, bool caption) const
{
    Layout layout;
    qreal y = area.top() + Margin / 2;
    if (caption) {
        layout.caption = QRectF(area.left() + Margin, y, area.width() - 2 * Margin, metrics.height() * 1.4);
        y = layout.caption.bottom();
    }
    layout.legend = legendOf(QRectF(area.left() + Margin, y, area.width() - 2 * Margin, area.height() / 3), metrics);
    if (!layout.legend.isEmpty())
        y = layout.legend.constLast().place.bottom();
    y += metrics.height() * 0.6; // half of the uppermost number
    const qreal bottom = area.bottom() - metrics.height() - Margin;
    const int lines = std::clamp(int((bottom - y) / (metrics.height() * 1.6)), 1, MostLines);
    layout.step = countStep(most(), lines);
    layout.top = countTop(most(), layout.step);
    const qreal left = metrics.horizontalAdvance(QLocale().toString(layout.top)) + 14;
    layout.plot = QRectF(QPointF(area.left() + left, y), QPointF(area.right() - 12, std::max(y + 1, bottom)));
    layout.marks = marksOf(area, layout.plot, metrics);
    return layout;
}

/// Line by line, from the side where reading begins; what has no room in three lines is not named.
QList<Plot::Entry> Plot::legendOf(const QRectF &area, const QFontMetricsF &metrics) const
{
    QList<Entry> entries;
    const qreal side = metrics.height() * 0.7;
    QPointF at = area.topLeft();
    for (const QByteArray &each : m_series.names) {
        const QString name = metrics.elidedText(
            safeText(QByteArrayView(each), 40).toUpper(), Qt::ElideRight, std::max(0.0, area.width() - side - 6));
        const QSizeF size(side + 6 + metrics.horizontalAdvance(name), metrics.height() + 2);
        if (at.x() > area.left() && at.x() + size.width() > area.right())
            at = QPointF(area.left(), at.y() + size.height());
        if (at.y() > area.top() && at.y() + size.height() > area.bottom())
            break;
        QRectF place(at, size);
        if (isRightToLeft())
            place.moveRight(area.left() + area.right() - at.x());
        entries.append({ place, name });
        at.rx() += size.width() + 16;
    }
    return entries;
}

QList<Plot::Mark> Plot::marksOf(const QRectF &area, const QRectF &plot, const QFontMetricsF &metrics) const
{
    QList<Mark> marks;
    if (spanUs() <= 0 || plot.width() <= 0)
        return marks;
    const QLocale locale;
    // Days by name where there is more than one; else only the clock.
    const bool days = spanUs() >= HalfADay;
    const qreal widest = std::max(metrics.horizontalAdvance(u"00:00"_s),
        days ? metrics.horizontalAdvance(locale.toString(timeOf(m_series.fromUs), u"ddd 00"_s)) : 0.0);
    const qint64 step = timeStep(m_series.fromUs, m_series.fromUs + spanUs(), int(plot.width() / (widest * 1.4)));
    qreal last = area.left();
    for (const qint64 us : timeTicks(m_series.fromUs, m_series.fromUs + spanUs(), std::max(Minute, step), m_offset)) {
        const QDateTime time = timeOf(us);
        const bool midnight = days && time.time().msecsSinceStartOfDay() == 0;
        Mark mark { plot.left() + plot.width() * double(us - m_series.fromUs) / double(spanUs()), {},
            midnight ? locale.toString(time, u"ddd d"_s) : time.toString(u"HH:mm"_s) };
        const qreal width = metrics.horizontalAdvance(mark.text);
        QRectF place(mark.x - width / 2, plot.bottom() + 5, width + 1, metrics.height());
        if (place.right() > area.right())
            place.moveRight(area.right());
        if (place.left() >= last) {
            mark.place = place;
            last = place.right() + metrics.averageCharWidth();
        }
        marks.append(mark);
    }
    return marks;
}

} // namespace mailhelm
