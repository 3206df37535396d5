// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace mailhelm
{

/// What stands where a table would be: why there is nothing, and what to do next. Texts are shown as they are, never as
/// HTML; what came from outside has to be safe already.
class EmptyState : public QWidget
{
    Q_OBJECT
public:
    explicit EmptyState(QWidget *parent);

    struct Content {
        QString title;
        QString text;
        QString command; ///< in a fixed font, with a Copy button; may be empty
        QString action; ///< the button; empty = none
        friend bool operator==(const Content &, const Content &) = default;
    };
    void setContent(const Content &content);
    [[nodiscard]] const Content &content() const { return m_content; }
    [[nodiscard]] QWidget *control() const; ///< where the keyboard goes; null where nothing can be done here

Q_SIGNALS:
    void actionTriggered();

private:
    Content m_content;
    QLabel *m_title;
    QLabel *m_text;
    QWidget *m_commandRow;
    QLabel *m_command;
    QPushButton *m_copy;
    QPushButton *m_action;
};

} // namespace mailhelm
