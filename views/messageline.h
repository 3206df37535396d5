// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QToolButton;

namespace mailhelm
{

/// One line across a page that says something without stopping anybody: what an action came to, or that rows are stale.
/// Hidden while it has nothing to say. Plain text; parts from outside have to be safe already.
class MessageLine : public QWidget
{
    Q_OBJECT
public:
    enum class Kind { Information, Warning };

    /// `closable`: with a button that takes it away.
    MessageLine(bool closable, QWidget *parent);

    void say(const QString &text, Kind kind = Kind::Information, const QString &more = {});
    void clear();
    [[nodiscard]] QString text() const;

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QLabel *m_icon;
    QLabel *m_text;
    QToolButton *m_close;
    Kind m_kind = Kind::Information;
};

} // namespace mailhelm
