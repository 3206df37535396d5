// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot.h"

#include "core/base/safetext.h"
#include "views/spokenplot.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <array>
#include <cmath>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 Minute = 60'000'000;
constexpr qint64 Day = 1440 * Minute;

} // namespace

QColor Plot::colour(qsizetype series)
{
    // Near those of Okabe and Ito: told apart by people with any kind of colour blindness, on light and dark.
    static constexpr std::array<QRgb, 7> Colours { 0xff0055a1, 0xffe7a000, 0xff009466, 0xffbf68a8, 0xff60bbf1,
        0xffd05805, 0xffb4afaf };
    return QColor::fromRgb(Colours[size_t(series) % Colours.size()]);
}

Plot::Plot(QWidget *parent)
    : QWidget(parent)
{
    letPlotsSpeak();
    setObjectName(u"plot"_s);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Connections over time"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

QSize Plot::minimumSizeHint() const
{
    return { 280, fontMetrics().height() * 9 };
}

void Plot::setSeries(const ProtocolCounts &series)
{
    m_series = series;
    if (m_moment >= m_series.moments())
        setMoment(m_series.moments() - 1);
    update();
}

void Plot::setUtcOffset(std::optional<int> seconds)
{
    m_offset = seconds;
    update();
}

void Plot::setMoment(qsizetype moment)
{
    moment = std::clamp<qsizetype>(moment, -1, m_series.moments() - 1);
    if (moment == m_moment)
        return;
    m_moment = moment;
    // What is under the pointer, for those who do not see it.
    setAccessibleDescription(moment < 0 ? QString() : textAt(moment));
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
    update();
    Q_EMIT momentChanged(moment);
}

QDateTime Plot::timeOf(qint64 us) const
{
    return m_offset ? QDateTime::fromMSecsSinceEpoch(us / 1000, Qt::OffsetFromUTC, *m_offset)
                    : QDateTime::fromMSecsSinceEpoch(us / 1000);
}

QString Plot::title() const
{
    return tr("Connections over time, by protocol");
}

QString Plot::spanText() const
{
    const QDateTime from = timeOf(m_series.fromUs);
    const QDateTime to = timeOf(m_series.fromUs + spanUs());
    const QString whole = u"yyyy-MM-dd HH:mm"_s;
    return tr("%1 – %2").arg(from.toString(whole), to.toString(from.date() == to.date() ? u"HH:mm"_s : whole));
}

QString Plot::textAt(qsizetype moment) const
{
    const QString clock = m_series.stepUs % Minute == 0 ? u"HH:mm"_s : u"HH:mm:ss"_s;
    const QString time = timeOf(timeAt(moment)).toString(spanUs() >= Day ? u"yyyy-MM-dd "_s + clock : clock);
    if (!m_series.isWatched(moment))
        return tr("%1: nobody watched").arg(time);
    const QLocale locale;
    qint64 sum = 0;
    QStringList parts;
    for (qsizetype i = 0; i < m_series.names.size(); ++i) {
        const qint32 count = m_series.counts[i][moment];
        sum += count;
        if (count > 0)
            parts.append(
                tr("%1 %2").arg(safeText(QByteArrayView(m_series.names[i]), 40).toUpper(), locale.toString(count)));
    }
    return parts.isEmpty() ? tr("%1: no connection").arg(time)
                           : tr("%1: %2 (%3)").arg(time, locale.toString(sum), parts.join(u", "_s));
}

void Plot::drawGrid(QPainter &painter, const Layout &layout, const QPalette &palette) const
{
    const QFontMetricsF metrics(painter.font());
    const QRectF &plot = layout.plot;
    QColor line = palette.color(QPalette::Text);
    line.setAlphaF(0.14F);
    QColor text = palette.color(QPalette::Text);
    text.setAlphaF(0.75F);
    for (qint64 count = 0; count <= layout.top; count += layout.step) {
        const qreal y = plot.bottom() - plot.height() * double(count) / double(layout.top);
        painter.setPen(QPen(line, 1));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        painter.setPen(text);
        painter.drawText(QRectF(plot.left() - 206, y - metrics.height() / 2, 200, metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter, QLocale().toString(count));
    }
    for (const Mark &mark : layout.marks) {
        painter.setPen(QPen(line, 1));
        painter.drawLine(QPointF(mark.x, plot.bottom()), QPointF(mark.x, plot.bottom() + 4));
        painter.setPen(text);
        if (!mark.place.isEmpty())
            painter.drawText(mark.place, Qt::AlignCenter | Qt::TextDontClip, mark.text);
    }
}

void Plot::drawAreas(QPainter &painter, const Layout &layout, const QPalette &palette) const
{
    const QRectF &plot = layout.plot;
    const qsizetype moments = m_series.moments();
    if (moments < 2)
        return;
    const auto x = [&](qreal moment) { return plot.left() + plot.width() * moment / qreal(moments - 1); };
    const auto y = [&](double value) { return plot.bottom() - plot.height() * value / double(layout.top); };
    QList<double> below(moments, 0);
    for (qsizetype series = 0; series < m_series.counts.size(); ++series) {
        const QList<qint32> &counts = m_series.counts[series];
        QColor fill = colour(series);
        fill.setAlphaF(0.75F);
        for (qsizetype from = 0; from < moments;) {
            if (counts[from] == ProtocolCounts::NotWatched) {
                ++from;
                continue;
            }
            qsizetype to = from;
            while (to + 1 < moments && counts[to + 1] != ProtocolCounts::NotWatched)
                ++to;
            QPolygonF area;
            for (qsizetype i = from; i <= to; ++i)
                area.append(QPointF(x(qreal(i)), y(below[i] + counts[i])));
            // A single moment between two gaps is as wide as a moment.
            if (from == to)
                area.append(QPointF(std::min(x(qreal(to) + 0.5), plot.right()), y(below[to] + counts[to])));
            const QPolygonF edge = area;
            if (from == to)
                area.append(QPointF(area.last().x(), y(below[to])));
            for (qsizetype i = to; i >= from; --i)
                area.append(QPointF(x(qreal(i)), y(below[i])));
            painter.setPen(Qt::NoPen);
            painter.setBrush(fill);
            painter.drawPolygon(area);
            // Edges tell the layers apart without colour.
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(palette.color(QPalette::Base), 1)); // a wider one is not drawn Qt's quick way
            painter.drawPolyline(edge);
            from = to + 1;
        }
        for (qsizetype i = 0; i < moments; ++i)
            below[i] += std::max(0, counts[i]);
    }
}

void Plot::drawGaps(QPainter &painter, const QRectF &plot, const QPalette &palette) const
{
    const qsizetype moments = m_series.moments();
    const auto x = [&](qreal moment) { return plot.left() + plot.width() * moment / qreal(moments - 1); };
    for (qsizetype from = 0; moments >= 2 && from < moments;) {
        if (m_series.isWatched(from)) {
            ++from;
            continue;
        }
        qsizetype to = from;
        while (to + 1 < moments && !m_series.isWatched(to + 1))
            ++to;
        QColor hatch = palette.color(QPalette::Text);
        hatch.setAlphaF(0.25F);
        const QRectF gap(QPointF(x(std::max<qreal>(0, qreal(from) - 0.5)), plot.top()),
            QPointF(x(std::min<qreal>(qreal(moments - 1), qreal(to) + 0.5)), plot.bottom()));
        // Lines, not a pattern: not every program that shows SVG knows patterns.
        painter.save();
        painter.setClipRect(gap);
        painter.setPen(QPen(hatch, 1));
        for (qreal offset = -gap.height(); offset < gap.width(); offset += 7)
            painter.drawLine(
                QPointF(gap.left() + offset, gap.bottom()), QPointF(gap.left() + offset + gap.height(), gap.top()));
        painter.restore();
        const QFontMetricsF metrics(painter.font());
        const QString text = tr("nobody watched");
        if (metrics.horizontalAdvance(text) + 8 < gap.width()) {
            painter.setPen(palette.color(QPalette::Text));
            painter.drawText(gap, Qt::AlignCenter, text);
        }
        from = to + 1;
    }
}

void Plot::drawLegend(QPainter &painter, const Layout &layout, const QPalette &palette) const
{
    const QFontMetricsF metrics(painter.font());
    const qreal side = metrics.height() * 0.7;
    for (qsizetype i = 0; i < layout.legend.size(); ++i) {
        const QRectF &place = layout.legend[i].place;
        const bool mirrored = isRightToLeft();
        const QRectF box(mirrored ? place.right() - side : place.left(), place.center().y() - side / 2, side, side);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour(i));
        painter.drawRect(box);
        painter.setPen(palette.color(QPalette::Text));
        painter.drawText(place.adjusted(mirrored ? 0 : side + 6, 0, mirrored ? -side - 6 : 0, 0),
            Qt::AlignCenter | Qt::TextDontClip, layout.legend[i].text);
    }
}

void Plot::drawMoment(QPainter &painter, const QRectF &plot, const QPalette &palette) const
{
    if (m_moment < 0 || m_series.moments() < 2)
        return;
    const qreal x = plot.left() + plot.width() * qreal(m_moment) / qreal(m_series.moments() - 1);
    painter.setPen(QPen(palette.color(QPalette::Text), 1, Qt::DashLine));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    const QString text = textAt(m_moment);
    const QFontMetricsF metrics(painter.font());
    const qreal width = std::min(metrics.horizontalAdvance(text) + 12, qreal(this->width() - 8));
    QRectF box(x + 6, plot.top() + 2, width, metrics.height() + 6);
    if (box.right() > plot.right())
        box.moveRight(x - 6);
    if (box.left() < 4)
        box.moveLeft(4);
    painter.setPen(palette.color(QPalette::Mid));
    painter.setBrush(palette.color(QPalette::ToolTipBase));
    painter.drawRect(box);
    painter.setPen(palette.color(QPalette::ToolTipText));
    painter.drawText(box.adjusted(6, 0, -4, 0), Qt::AlignVCenter | Qt::AlignLeft,
        metrics.elidedText(text, Qt::ElideRight, box.width() - 10));
}

void Plot::draw(QPainter &painter, const QRectF &area, const QPalette &palette, bool caption) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setLayoutDirection(Qt::LeftToRight); // or what stands right of something would stand left of it
    painter.fillRect(area, palette.color(QPalette::Base));
    const Layout layout = layoutOf(area, QFontMetricsF(painter.font()), caption);
    drawGrid(painter, layout, palette);
    drawAreas(painter, layout, palette);
    drawGaps(painter, layout.plot, palette);
    drawLegend(painter, layout, palette);
    if (!caption)
        return;
    const QString text = (QStringList { title() } + (m_subject.isEmpty() ? QStringList() : QStringList { m_subject })
        + QStringList { spanText() })
                             .join(u" · "_s);
    painter.setPen(palette.color(QPalette::Text));
    painter.drawText(layout.caption, (isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter,
        QFontMetricsF(painter.font()).elidedText(text, Qt::ElideMiddle, layout.caption.width()));
}

void Plot::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    draw(painter, rect(), palette());
    drawMoment(painter, layoutNow().plot, palette());
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(palette().color(QPalette::Highlight));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void Plot::mouseMoveEvent(QMouseEvent *event)
{
    const QRectF plot = layoutNow().plot;
    const qsizetype moments = m_series.moments();
    if (moments < 2 || plot.width() <= 0)
        return;
    setMoment(std::clamp<qsizetype>(
        qsizetype(std::lround((event->position().x() - plot.left()) / plot.width() * qreal(moments - 1))), 0,
        moments - 1));
}

void Plot::mousePressEvent(QMouseEvent *event)
{
    mouseMoveEvent(event);
    if (event->button() == Qt::LeftButton && m_moment >= 0)
        Q_EMIT momentActivated(timeAt(m_moment));
}

void Plot::leaveEvent(QEvent *)
{
    if (!hasFocus())
        setMoment(-1);
}

void Plot::keyPressEvent(QKeyEvent *event)
{
    const qsizetype last = m_series.moments() - 1;
    const qsizetype step = event->modifiers().testFlag(Qt::ControlModifier) ? std::max<qsizetype>(1, last / 10) : 1;
    switch (event->key()) {
    case Qt::Key_Left:
        setMoment(m_moment < 0 ? last : std::max<qsizetype>(0, m_moment - step));
        break;
    case Qt::Key_Right:
        setMoment(m_moment < 0 ? last : std::min(last, m_moment + step));
        break;
    case Qt::Key_Home:
        setMoment(0);
        break;
    case Qt::Key_End:
        setMoment(last);
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_moment >= 0)
            Q_EMIT momentActivated(timeAt(m_moment));
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    event->accept();
}

void Plot::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void Plot::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    setMoment(-1);
    update();
}

} // namespace mailhelm
