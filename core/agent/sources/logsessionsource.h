// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/logsource.h"
#include "core/agent/sources/sessionsource.h"

#include <memory>

namespace mailhelm
{

/// A LogSource as the agent uses its sources: its state as bytes. Lives in the agent's thread; owns the LogSource.
class LogSessionSource final : public SessionSource
{
    Q_OBJECT
public:
    LogSessionSource(QByteArray name, std::unique_ptr<LogSource> source, QObject *parent = nullptr);

    [[nodiscard]] QByteArray name() const override { return m_name; }
    void start(const QByteArray &state) override;
    [[nodiscard]] QByteArray saveState() const override;
    void stopReadBack() override { m_stop = true; }
    void forget(const QByteArray &key) override { m_source->forget(key); }
    [[nodiscard]] LogCoverage coverage() const override { return m_source->coverage(); }
    [[nodiscard]] QList<QByteArray> logFiles() const override { return m_source->logFiles(); }

private:
    QByteArray m_name;
    std::unique_ptr<LogSource> m_source;
    bool m_stop = false;
};

} // namespace mailhelm
