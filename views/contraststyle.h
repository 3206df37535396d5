// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace mailhelm
{

/// Fusion with what nobody sees on a dark window mended: it draws the frames of check boxes and radio buttons in the
/// window's colour darkened, and the grips of splitters as a few dots. All else is Fusion's.
class ContrastStyle : public QProxyStyle
{
    Q_OBJECT
public:
    ContrastStyle();

    void drawPrimitive(
        PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const override;
    void drawControl(
        ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const override;
};

} // namespace mailhelm
