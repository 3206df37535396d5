// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSpinBox>
#include <QWidget>

class QLabel;
class QPushButton;

namespace mailhelm
{

class Backend;

/// How long this computer keeps what is over, how much that takes, and its deletion: a part of the preferences. The
/// number of days is for the dialog to apply; the deletion is done at once, when it was confirmed.
class HistoryPreference : public QWidget
{
    Q_OBJECT
public:
    /// `backend` outlives it.
    HistoryPreference(Backend &backend, int days, QWidget *parent);

    [[nodiscard]] int days() const { return m_days->value(); } ///< 0: nothing is kept
    [[nodiscard]] QSpinBox *editor() const { return m_days; }

private:
    void measure();
    void showBytes(qint64 bytes);
    void updateNote();
    void askDelete();

    Backend &m_backend;
    QSpinBox *m_days;
    QLabel *m_size;
    QPushButton *m_delete;
    QLabel *m_note;
};

} // namespace mailhelm
