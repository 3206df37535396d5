// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "models/protocolcounts.h"

namespace mailhelm
{

/// Connections over time, stacked by protocol. The values of a moment are shown under the pointer, and by the arrow
/// keys; what nobody watched is hatched. Draws itself into pictures and SVG too.
class Plot : public QWidget
{
    Q_OBJECT
public:
    explicit Plot(QWidget *parent);

    void setSeries(const ProtocolCounts &series);
    [[nodiscard]] const ProtocolCounts &series() const { return m_series; }
    /// Times on the axis: seconds to add to UTC; nullopt: those of this place.
    void setUtcOffset(std::optional<int> seconds);

    /// The moment under the pointer or the keyboard's; -1: none.
    [[nodiscard]] qsizetype moment() const { return m_moment; }
    void setMoment(qsizetype moment);
    [[nodiscard]] QString textAt(qsizetype moment) const; ///< "14:05 · 812: IMAP 601, POP3 211"
    /// The whole, with its legend, such as for a file.
    void draw(QPainter &painter, const QRectF &area, const QPalette &palette) const;
    [[nodiscard]] bool savePng(const QString &file) const;
    [[nodiscard]] bool saveSvg(const QString &file) const;

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
    [[nodiscard]] QRectF inner(const QRectF &area, const QFontMetricsF &metrics) const;
    [[nodiscard]] QString timeText(qint64 us, bool date) const;
    [[nodiscard]] qint64 timeAt(qsizetype moment) const { return m_series.fromUs + moment * m_series.stepUs; }
    void drawGrid(QPainter &painter, const QRectF &plot, const QPalette &palette, double top) const;
    void drawAreas(QPainter &painter, const QRectF &plot, const QPalette &palette, double top) const;
    void drawLegend(QPainter &painter, const QRectF &area, const QPalette &palette) const;
    void drawMoment(QPainter &painter, const QRectF &plot, const QPalette &palette) const;
    [[nodiscard]] double top() const;

    ProtocolCounts m_series;
    std::optional<int> m_offset;
    qsizetype m_moment = -1;
};

/// A round number that is not less, for the end of an axis: 1, 2 or 5 times a power of ten.
[[nodiscard]] double niceTop(double value);

} // namespace mailhelm
