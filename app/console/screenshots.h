// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QObject>
#include <QTimer>

#include <functional>
#include <vector>

namespace mailhelm
{

class Backend;
class MainWindow;

/// Renders the window and its dialogs in their states to PNG files, in a light and a dark palette: for the
/// documentation, and for machines without a display. Presses no button that would change anything on a server.
class Screenshots : public QObject
{
    Q_OBJECT
public:
    /// Both outlive it. `directory` is made where it is missing.
    Screenshots(Backend &backend, MainWindow &window, const QString &directory, QObject *parent = nullptr);

    void start();

Q_SIGNALS:
    void finished(int saved, int failed);

private:
    void waitForRows();
    void next();
    using With = std::function<void(const QString &name, std::function<void()> prepare)>;
    void makeSteps();
    void makePeopleSteps(const With &with);
    void save(const QString &name);
    void closeDialogs();

    Backend &m_backend;
    MainWindow &m_window;
    const QDir m_directory;
    std::vector<std::function<void()>> m_steps;
    std::size_t m_step = 0;
    int m_waited = 0;
    int m_saved = 0;
    int m_failed = 0;
    QString m_mode;
    QTimer m_timer;
};

/// The light or the dark palette of the pictures.
void applyPalette(bool dark);

} // namespace mailhelm
