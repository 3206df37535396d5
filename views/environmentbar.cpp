// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/environmentbar.h"

#include <QPainter>

namespace mailhelm
{

EnvironmentBar::EnvironmentBar(const QList<QColor> &colours, QWidget *parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("environment"));
    for (const QColor &colour : colours)
        if (colour.isValid() && !m_colours.contains(colour))
            m_colours.append(colour);
    setFixedWidth(m_colours.isEmpty() ? 0 : 6);
}

void EnvironmentBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const qreal part = qreal(height()) / qreal(std::max<qsizetype>(1, m_colours.size()));
    for (qsizetype i = 0; i < m_colours.size(); ++i)
        painter.fillRect(QRectF(0, part * qreal(i), width(), part), m_colours[i]);
}

} // namespace mailhelm
