// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/passwdfile.h"

#include "core/agent/sources/maillocation.h"
#include "core/agent/sources/passwdlines.h"
#include "core/agent/sources/replacefile.h"

#include <QMetaObject>

namespace mailhelm
{

PasswdFile::PasswdFile(Settings settings, const Clock &clock, QObject *parent)
    : AccountSource(parent)
    , m_settings(std::move(settings))
    , m_clock(clock)
{
    m_thread.setMaxThreadCount(1);
    m_timer.setInterval(UnwatchedEveryMs);
    connect(&m_timer, &QTimer::timeout, this, [this] { list([] {}); });
}

PasswdFile::~PasswdFile()
{
    m_thread.clear();
    m_thread.waitForDone();
}

template<typename T>
void PasswdFile::run(std::function<Result<T>()> job, std::function<void(const Result<T> &)> done)
{
    m_thread.start([this, job = std::move(job), done = std::move(done)] {
        // Posted to this: thrown away where the source is destroyed before.
        QMetaObject::invokeMethod(
            this, [result = job(), done] { done(result); }, Qt::QueuedConnection);
    });
}

void PasswdFile::start()
{
    m_timer.start();
    list([] {});
}

void PasswdFile::setWatched(bool watched)
{
    const int every = watched ? WatchedEveryMs : UnwatchedEveryMs;
    if (m_timer.interval() == every)
        return;
    m_timer.setInterval(every);
    if (watched)
        list([] {});
}

void PasswdFile::look(std::function<void()> done)
{
    list(done);
}

void PasswdFile::list(const std::function<void()> &done)
{
    const QByteArray path = m_settings.path;
    run<passwdlines::Listing>(
        [path]() -> Result<passwdlines::Listing> {
            const Result<QByteArray> text = readWholeFile(path);
            if (!text)
                return text.error();
            return passwdlines::list(text.value());
        },
        [this, done](const Result<passwdlines::Listing> &listing) {
            SourceStatus status { "accounts", SourceStatus::State::Ok, {}, {} };
            if (!listing) {
                status = { "accounts", SourceStatus::State::Down, listing.error().detail.toUtf8(),
                    listing.error().code == ErrorCode::Refused
                        ? "setfacl -m u:mailhelm:r " + m_settings.path
                        : "path in [accounts] must name the passwd-file that Dovecot reads" };
            } else {
                Q_EMIT scanned({ m_clock.nowUs(), listing.value().accounts });
                if (listing.value().leftOut > 0) {
                    status.state = SourceStatus::State::Degraded;
                    status.detail = QByteArray::number(listing.value().leftOut)
                        + " lines are left out, whose names are no addresses (too long, or not UTF-8)";
                }
            }
            if (m_told != status) {
                m_told = status;
                Q_EMIT statusChanged(status);
            }
            done();
        });
}

QByteArray PasswdFile::changeRefusal() const
{
    return editRefusal(m_settings.path);
}

void PasswdFile::edit(std::function<Result<QByteArray>(const QByteArray &)> how, const Answer<void> &answer)
{
    const QByteArray path = m_settings.path;
    run<void>([path, how = std::move(how)] { return editWholeFile(path, how); },
        [this, answer](const Result<void> &done) {
            if (done)
                list([] {});
            answer(done);
        });
}

void PasswdFile::setState(const QByteArray &user, AccountState state, Answer<void> answer)
{
    edit([user, state](const QByteArray &text) { return passwdlines::withState(text, user, state); }, answer);
}

void PasswdFile::read(const QByteArray &user, Answer<AccountRows> answer)
{
    const Settings settings = m_settings;
    run<AccountRows>(
        [settings, user]() -> Result<AccountRows> {
            const Result<QByteArray> text = readWholeFile(settings.path);
            if (!text)
                return text.error();
            Result<AccountRows> rows = passwdlines::read(text.value(), user, settings.path);
            if (rows)
                rows.value().mail = mailLocation(user, rows.value().mail, settings.mail, settings.mailRoots);
            return rows;
        },
        [answer = std::move(answer)](const Result<AccountRows> &rows) { answer(rows); });
}

void PasswdFile::revert(const AccountRows &rows, AccountState before, Answer<void> answer)
{
    edit([rows, before](const QByteArray &text) { return passwdlines::reverted(text, rows, before); }, answer);
}

void PasswdFile::remove(const AccountRows &rows, Answer<void> answer)
{
    edit([rows](const QByteArray &text) { return passwdlines::without(text, rows); }, answer);
}

void PasswdFile::restore(const AccountRows &rows, Answer<void> answer)
{
    edit([rows](const QByteArray &text) { return passwdlines::with(text, rows); }, answer);
}

} // namespace mailhelm
