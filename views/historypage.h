// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/tablepage.h"

class QComboBox;
class QDateTimeEdit;
class QLabel;
class QToolButton;

namespace mailhelm
{

class Plot;

/// Who was connected: what is over as the agents keep it, and what is still there. The curve is the slider: a moment
/// chosen on it, or typed, shows the table as it was then; with a filter by user it is that user's timeline.
class HistoryPage : public TablePage
{
    Q_OBJECT
public:
    HistoryPage(Backend &backend, QSettings &settings, QWidget *parent);

    void setServer(std::optional<quint16> server) override;
    void applyPreferences(const Preferences &preferences) override;
    [[nodiscard]] std::optional<qsizetype> count() const override { return std::nullopt; }
    [[nodiscard]] Plot &plot() const { return *m_plot; }
    /// The table as it was then; nullopt: all of the span. µs since 1970 UTC.
    void setMoment(std::optional<qint64> us);
    [[nodiscard]] std::optional<qint64> moment() const { return m_moment; }
    void read();

protected:
    void showEvent(QShowEvent *event) override;
    [[nodiscard]] EmptyState::Content nothingThere() const override;

private:
    void updateLine();

    QComboBox *m_span;
    QDateTimeEdit *m_time;
    QToolButton *m_all;
    QLabel *m_line;
    Plot *m_plot;
    std::optional<qint64> m_moment;
    bool m_reading = false;
    bool m_again = false;
    bool m_wasRead = false;
};

} // namespace mailhelm
