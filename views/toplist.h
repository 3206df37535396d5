// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTreeWidget>

namespace mailhelm
{

/// A short list of what there is most of, each with a bar; a line is a link. Parts from outside have to be safe
/// already.
class TopList : public QTreeWidget
{
    Q_OBJECT
public:
    enum class Kind { Plain, Warning, Bad };
    struct Line {
        QString text;
        QString value;
        double part = 0; ///< of the bar, 0 to 1
        QString filter; ///< what it leads to
        Kind kind = Kind::Plain;
        friend bool operator==(const Line &, const Line &) = default;
    };

    TopList(const QString &title, QWidget *parent);

    /// Changes what differs; the current line stays. `nothing`: what to say where there is no line.
    void setLines(const QList<Line> &lines, const QString &nothing);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void lineActivated(const QString &filter); ///< Enter or click

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    QList<Line> m_lines;
};

} // namespace mailhelm
