// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/logsource.h"
#include "core/agent/sources/sessionsource.h"
#include "core/base/clock.h"

#include <memory>

namespace mailhelm {

/// A LogSource as the agent uses its sources: keeps the bytes of its state, tells stored sessions again at start, and knows how far
/// back the log speaks. Lives in the agent's thread; owns the LogSource; `clock` outlives it.
class LogSessionSource final : public SessionSource
{
    Q_OBJECT
public:
    LogSessionSource(QByteArray name, std::unique_ptr<LogSource> source, QList<QByteArray> logFiles, const Clock &clock,
                     QObject *parent = nullptr);

    [[nodiscard]] QByteArray name() const override { return m_name; }
    void start(const QByteArray &state) override;
    [[nodiscard]] QByteArray saveState() const override;
    void stopReadBack() override { m_stop = true; }
    [[nodiscard]] LogCoverage coverage() const override { return m_coverage; }
    [[nodiscard]] QList<QByteArray> logFiles() const override { return m_files; }

private:
    void updateLive(const SourceStatus &status);

    QByteArray m_name;
    std::unique_ptr<LogSource> m_source;
    QList<QByteArray> m_files;
    const Clock &m_clock;
    LogCoverage m_coverage;
    qint64 m_started = 0;
    bool m_readBackDone = false;
    bool m_stop = false;
};

} // namespace mailhelm
