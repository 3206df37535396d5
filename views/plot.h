// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QWidget>

#include "models/protocolcounts.h"

namespace mailhelm
{

/// Connections over time, stacked by protocol. The values of a moment are shown under the pointer, and by the arrow
/// keys; what nobody watched is hatched. Time runs from left to right in every language. Draws itself into pictures and
/// SVG too.
class Plot : public QWidget
{
    Q_OBJECT
public:
    explicit Plot(QWidget *parent);

    struct Mark {
        qreal x = 0;
        QRectF place; ///< of the text; empty: there is no room for it
        QString text;
    };
    struct Entry {
        QRectF place;
        QString text;
    };
    /// Where everything goes: by the font alone, so that it is right at any size.
    struct Layout {
        QRectF caption;
        QList<Entry> legend;
        QRectF plot;
        qint64 top = 1; ///< count at the upper end
        qint64 step = 1; ///< between the lines
        QList<Mark> marks; ///< on the time axis
    };
    [[nodiscard]] Layout layoutNow() const; ///< as it is on the screen

    void setSeries(const ProtocolCounts &series);
    [[nodiscard]] const ProtocolCounts &series() const { return m_series; }
    /// Times on the axis: seconds to add to UTC; nullopt: those of this place.
    void setUtcOffset(std::optional<int> seconds);
    /// Whose connections these are, for those who see the picture alone.
    void setSubject(const QString &subject) { m_subject = subject; }

    /// The moment under the pointer or the keyboard's; -1: none.
    [[nodiscard]] qsizetype moment() const { return m_moment; }
    void setMoment(qsizetype moment);
    [[nodiscard]] QString textAt(qsizetype moment) const; ///< "14:05 · 812: IMAP 601, POP3 211"
    /// With its legend. `caption`: and with what it shows, of whom and of when, such as for a file.
    void draw(QPainter &painter, const QRectF &area, const QPalette &palette, bool caption = false) const;
    [[nodiscard]] QString title() const; ///< "Connections over time, by protocol"
    [[nodiscard]] QString spanText() const; ///< "2026-11-27 14:05 – 15:05"

    QSize sizeHint() const override { return { 700, 260 }; }
    QSize minimumSizeHint() const override;
    /// Colours that colour-blind people tell apart, in the order of the stack.
    [[nodiscard]] static QColor colour(qsizetype series);

Q_SIGNALS:
    void momentChanged(qsizetype moment);
    void momentActivated(qint64 timeUs); ///< click or Enter

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    [[nodiscard]] Layout layoutOf(const QRectF &area, const QFontMetricsF &metrics, bool caption) const;
    [[nodiscard]] QList<Entry> legendOf(const QRectF &area, const QFontMetricsF &metrics) const;
    [[nodiscard]] QList<Mark> marksOf(const QRectF &area, const QRectF &plot, const QFontMetricsF &metrics) const;
    [[nodiscard]] QDateTime timeOf(qint64 us) const;
    [[nodiscard]] qint64 timeAt(qsizetype moment) const { return m_series.fromUs + moment * m_series.stepUs; }
    [[nodiscard]] qint64 spanUs() const { return std::max<qsizetype>(0, m_series.moments() - 1) * m_series.stepUs; }
    [[nodiscard]] qint64 most() const;
    void drawGrid(QPainter &painter, const Layout &layout, const QPalette &palette) const;
    void drawAreas(QPainter &painter, const Layout &layout, const QPalette &palette) const;
    void drawGaps(QPainter &painter, const QRectF &plot, const QPalette &palette) const;
    void drawLegend(QPainter &painter, const Layout &layout, const QPalette &palette) const;
    void drawMoment(QPainter &painter, const QRectF &plot, const QPalette &palette) const;

    ProtocolCounts m_series;
    std::optional<int> m_offset;
    QString m_subject;
    qsizetype m_moment = -1;
};

} // namespace mailhelm
