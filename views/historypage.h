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
    [[nodiscard]] QList<QAction *> pageActions() const override { return { m_save }; }

private:
    void onRead(const Result<HistoryAnswer> &answer);
    void updateLine();
    /// The field shows times as the table does: by the server's clock on the wall, where that is chosen.
    [[nodiscard]] std::optional<int> utcOffset() const;
    [[nodiscard]] qint64 nowUs() const;
    void showTime(qint64 us);
    [[nodiscard]] qint64 chosenTime() const;
    void savePicture(const QString &file);

    QAction *m_save;
    QComboBox *m_span;
    QDateTimeEdit *m_time;
    QToolButton *m_all;
    QLabel *m_line;
    Plot *m_plot;
    std::optional<qint64> m_moment;
    qint64 m_readUs; ///< the curve's end
    bool m_reading = false;
    bool m_again = false;
    bool m_wasRead = false;
    bool m_elsewhere = false; ///< the curve does not end now, but around the moment
    bool m_incomplete = false; ///< some server could not be asked
    bool m_serverTimes = false;
};

} // namespace mailhelm
