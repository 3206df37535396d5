// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAbstractScrollArea;

namespace mailhelm
{

/// A line around a list or a text while the keyboard is in it. Styles show the focus at the current item only, and not
/// at all where there is none. Belongs to the area.
class FocusEdge : public QWidget
{
public:
    explicit FocusEdge(QAbstractScrollArea *area);

    bool eventFilter(QObject *watched, QEvent *event) override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// Lets the focus be seen in every window while keys are what was used last, also where a key opened the window: styles
/// that spare mouse users the sight of it begin to show it with the first Tab only. Watches the application; belongs to
/// its parent.
class FocusFromKeys : public QObject
{
public:
    explicit FocusFromKeys(QObject *parent);

    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    bool m_keys = false;
};

} // namespace mailhelm
