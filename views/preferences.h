// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

class QSettings;

namespace mailhelm
{

/// What an administrator decided for the whole console. Reads and writes the settings at once; tells who shows it.
/// GUI thread.
class Preferences : public QObject
{
    Q_OBJECT
public:
    static constexpr int LongestMarkMs = 10'000;
    static constexpr int MostHistoryDays = 3650;

    struct Values {
        int freshMs = 2000; ///< how long new rows are marked; 0: not
        int goneMs = 2000; ///< how long rows stay that are gone; 0: not
        bool resolveNames = false; ///< addresses are looked up in the DNS
        bool serverTimes = false; ///< times as the server's clock on the wall shows them, not as ours
        bool tray = false; ///< an icon in the desktop's tray
        bool notices = false; ///< with messages of what went wrong
        int historyDays = 30; ///< how long the console itself keeps what is over; 0: not at all
        QString language; ///< "de"; empty: that of the desktop
        friend bool operator==(const Values &, const Values &) = default;
    };

    /// `settings` outlive it.
    explicit Preferences(QSettings &settings, QObject *parent = nullptr);

    [[nodiscard]] const Values &values() const { return m_values; }
    void setValues(const Values &values);

Q_SIGNALS:
    void changed();

private:
    QSettings &m_settings;
    Values m_values;
};

} // namespace mailhelm
