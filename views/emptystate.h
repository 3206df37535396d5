// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
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
        QString field {}; ///< what a field before the button asks for; empty = no field
        friend bool operator==(const Content &, const Content &) = default;
    };
    void setContent(const Content &content);
    [[nodiscard]] const Content &content() const { return m_content; }
    [[nodiscard]] QWidget *control() const; ///< where the keyboard goes; null where nothing can be done here

Q_SIGNALS:
    /// The button, or what was entered or pasted into the field.
    void actionTriggered(const QString &entered);

private:
    void act();

    Content m_content;
    qsizetype m_entered = 0; ///< characters in the field
    QLabel *m_title;
    QLabel *m_text;
    QWidget *m_commandRow;
    QLabel *m_command;
    QPushButton *m_copy;
    QLineEdit *m_field;
    QPushButton *m_action;
};

} // namespace mailhelm
