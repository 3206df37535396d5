// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/filter.h"

#include <QLineEdit>
#include <QTimer>

#include <functional>

class QCompleter;
class QStringListModel;

namespace mailhelm
{

/// The filter field: tells a new text a moment after the last key, offers the keys of the columns as they are typed,
/// and underlines what cannot be understood. Esc empties it.
class FilterField : public QLineEdit
{
    Q_OBJECT
public:
    explicit FilterField(QWidget *parent);

    /// What to offer while a text is typed: Filter::complete() of the page's table.
    using Complete = std::function<FilterCompletion(const QString &text, qsizetype cursor)>;
    void setCompletion(Complete complete) { m_complete = std::move(complete); }
    /// Underlines `length` characters from `position`; length 0 takes the mark away.
    void setWrong(int position, int length);
    /// Tells filterChanged() for a text that was typed but not told yet.
    void flush();

Q_SIGNALS:
    void filterChanged(const QString &text);
    void leave(); ///< Esc in an empty field, or Enter, or Down: the table wants the focus

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void offer();
    void take(const QString &choice);

    QTimer m_delay;
    QCompleter *m_completer;
    QStringListModel *m_choices;
    Complete m_complete;
    FilterCompletion m_offered;
    int m_wrongAt = 0;
    int m_wrongLength = 0;
};

} // namespace mailhelm
