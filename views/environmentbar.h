// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>
#include <QWidget>

namespace mailhelm
{

/// A narrow upright bar in the colours of the environments that something is about, one below the other; so that
/// production looks like production. Takes no room where none has a colour.
class EnvironmentBar : public QWidget
{
    Q_OBJECT
public:
    EnvironmentBar(const QList<QColor> &colours, QWidget *parent);

    [[nodiscard]] const QList<QColor> &colours() const { return m_colours; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QList<QColor> m_colours; ///< valid ones, each once
};

} // namespace mailhelm
