// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/roundcubequery.h"
#include "core/agent/sources/sqlworker.h"
#include "core/agent/sources/webmailpoll.h"

#include <memory>

namespace mailhelm
{

/// Roundcube's sessions, from its database. Only sessions that changed are read again, a few hundred in one go, so that
/// a webmail with 100,000 sessions costs a list of them. Roundcube writes a session anew that a long request had open
/// when it was deleted: for a while after a session was ended it is therefore looked for, and ended again.
class RoundcubeSource final : public WebmailPoll
{
    Q_OBJECT
public:
    struct Settings {
        QByteArray component;
        DatabaseUrl database;
        QByteArray tablePrefix;
        qint64 lifetimeMs = 0;
    };

    RoundcubeSource(const Settings &settings, const Clock &clock, QObject *parent = nullptr);
    ~RoundcubeSource() override;

    void end(const QList<QByteArray> &ids, std::function<void(const QList<EndResult> &)> done) override;
    [[nodiscard]] QByteArray endRefusal() const override { return m_endRefusal; }

protected:
    void beginLook() override;

private:
    struct Ended {
        RoundcubeQuery::Row row;
        qint64 until = 0; ///< monotonic: so long it may come back
    };
    /// A request to end sessions, some of them at a time.
    struct Ending {
        QList<RoundcubeQuery::Row> rows;
        QList<EndResult> results;
        std::function<void(const QList<EndResult> &)> done;
    };

    void onListing(const Result<RoundcubeQuery::Listing> &listing);
    void readNext();
    void onRead(const Result<RoundcubeQuery::Rows> &read);
    void tell();
    void fail(const Error &error);
    void endNext(const Ending &ending);
    void endAgain();

    const std::shared_ptr<const RoundcubeQuery> m_query; ///< shared with jobs
    const Clock &m_clock;
    std::shared_ptr<const RoundcubeQuery::Rows> m_known; ///< of the last look; jobs may still read it
    std::shared_ptr<const RoundcubeQuery::Rows> m_old; ///< the next job frees it: that takes long for many
    RoundcubeQuery::Rows m_rows; ///< of the look that is under way
    QList<QByteArray> m_unread;
    qint64 m_time = 0;
    QByteArray m_endRefusal;
    QHash<QByteArray, Ended> m_ended; ///< by id
    std::unique_ptr<SqlWorker> m_worker;
};

} // namespace mailhelm
