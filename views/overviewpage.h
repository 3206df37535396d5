// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "models/overview.h"
#include "views/backend.h"
#include "views/page.h"

class QComboBox;
class QLabel;
class QSettings;
class QStackedWidget;

namespace mailhelm
{

class EmptyState;
class Figure;
class MessageLine;
class Plot;
class TopList;

/// What an administrator wants to see first: how many are connected and were, how well secured, who has most, who is
/// near a limit, how the sources are. Every figure leads to its rows. Counted on another thread, only while it is
/// shown.
class OverviewPage : public Page
{
    Q_OBJECT
public:
    /// Both outlive the page.
    OverviewPage(Backend &backend, QSettings &settings, QWidget *parent);

    [[nodiscard]] QString key() const override;
    [[nodiscard]] QString title() const override;
    void setServer(std::optional<quint16> server) override;
    [[nodiscard]] QList<QAction *> viewActions() const override;
    [[nodiscard]] QList<QAction *> rowActions() override;
    void applyPreferences(const Preferences &preferences) override;
    void warn(const QString &text) override;
    void takeFocus() override;

    [[nodiscard]] Plot &plot() const { return *m_plot; }
    /// PNG, or SVG where the file's name says so.
    void savePicture(const QString &file);

Q_SIGNALS:
    /// Somebody wants to see who was connected then.
    void timeRequested(qint64 timeUs);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void makeFigures(QLayout *layout);
    void updateSoon();
    void countRows();
    void show(const Overview &overview);
    void showLimits(const Overview &overview);
    [[nodiscard]] static QString limitNote(const QStringList &unknown); ///< services whose limit nobody said
    void showSources();
    void askSeries();
    void updateServers();
    void openSaveDialog();
    void refresh();
    [[nodiscard]] QList<ServerStatus> shownServers() const;
    [[nodiscard]] QString nameOf(quint16 server) const;
    [[nodiscard]] qint64 spanUs() const;

    Backend &m_backend;
    QSettings &m_settings;
    std::optional<quint16> m_server;
    bool m_serverTimes = false;
    QTimer m_timer;
    bool m_counting = false;
    bool m_again = false; ///< another server was chosen meanwhile
    QAction *m_refresh;
    QAction *m_save;

    MessageLine *m_stale;
    MessageLine *m_message;
    QStackedWidget *m_stack;
    EmptyState *m_empty;
    Figure *m_connections;
    Figure *m_secured;
    Figure *m_users;
    Figure *m_webmail;
    QComboBox *m_span;
    Plot *m_plot;
    TopList *m_topUsers;
    TopList *m_topAddresses;
    TopList *m_near;
    QLabel *m_nearNote;
    TopList *m_sources;
};

} // namespace mailhelm
