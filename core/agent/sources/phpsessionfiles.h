// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/phpsessionfolder.h"
#include "core/agent/sources/webmailpoll.h"

#include <QThread>

namespace mailhelm
{

/// What mends a folder that cannot be used so.
[[nodiscard]] QByteArray phpFilesMend(ErrorCode code, const QByteArray &path);

/// The sessions of a webmail that leaves them to PHP, as files in a folder. Files are read on a thread of its own; a
/// folder that does not answer within 5 s is down.
class PhpSessionFiles final : public WebmailPoll
{
    Q_OBJECT
public:
    PhpSessionFiles(const QByteArray &component, const QByteArray &path, qint64 lifetimeMs, const Clock &clock,
        QObject *parent = nullptr);
    ~PhpSessionFiles() override;

    void end(const QList<QByteArray> &ids, std::function<void(const QList<EndResult> &)> done) override;
    [[nodiscard]] QByteArray endRefusal() const override { return m_endRefusal; }

protected:
    void beginLook() override;

private:
    void onLooked(const PhpSessionFolder::Look &look);

    const QByteArray m_path;
    PhpSessionFolder *m_folder; ///< on m_thread
    QThread *m_thread;
    QTimer m_deadline;
    QByteArray m_endRefusal;
    quint64 m_lastEnd = 0;
    QHash<quint64, std::function<void(const QList<EndResult> &)>> m_ending;
};

} // namespace mailhelm
