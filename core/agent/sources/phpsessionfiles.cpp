// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/phpsessionfiles.h"

namespace mailhelm
{

namespace
{

constexpr int DeadlineMs = 5'000;
constexpr unsigned long ExitWaitMs = 500;

} // namespace

QByteArray phpFilesMend(ErrorCode code, const QByteArray &path)
{
    if (code == ErrorCode::PermissionDenied)
        return "setfacl -m u:mailhelm:rwx " + path + " && setfacl -d -m u:mailhelm:r " + path;
    return "path of [[webmail]] must be what php -r 'echo session_save_path();' prints for the web server";
}

PhpSessionFiles::PhpSessionFiles(
    const QByteArray &component, const QByteArray &path, qint64 lifetimeMs, const Clock &clock, QObject *parent)
    : WebmailPoll(component, clock, parent)
    , m_path(path)
    , m_folder(new PhpSessionFolder(path, lifetimeMs, clock))
    , m_thread(new QThread)
{
    m_thread->setObjectName(QStringLiteral("sessions"));
    m_folder->moveToThread(m_thread);
    connect(m_thread, &QThread::finished, m_folder, &QObject::deleteLater);
    connect(m_folder, &PhpSessionFolder::looked, this, &PhpSessionFiles::onLooked);
    connect(m_folder, &PhpSessionFolder::ended, this, [this](quint64 number, const QList<EndResult> &results) {
        if (const auto done = m_ending.take(number))
            done(results);
    });
    m_deadline.setSingleShot(true);
    // The look goes on: its answer ends it, whenever that comes.
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        setStatus({ {}, SourceStatus::State::Down, m_path + " does not answer: its disk or its file server hangs",
            "df " + m_path });
    });
    m_thread->start();
}

PhpSessionFiles::~PhpSessionFiles()
{
    m_thread->quit();
    if (m_thread->wait(ExitWaitMs))
        delete m_thread;
    // else the disk hangs: leave the thread to it rather than hang too
}

void PhpSessionFiles::beginLook()
{
    m_deadline.start(DeadlineMs);
    QMetaObject::invokeMethod(m_folder, &PhpSessionFolder::look);
}

void PhpSessionFiles::onLooked(const PhpSessionFolder::Look &look)
{
    m_deadline.stop();
    if (look.error) {
        setStatus(
            { {}, SourceStatus::State::Down, look.error->detail.toUtf8(), phpFilesMend(look.error->code, m_path) });
        finishLook();
        return;
    }
    m_endRefusal.clear();
    if (!look.mayEnd)
        m_endRefusal = "The agent may not delete files in " + m_path
            + ". To mend it: " + phpFilesMend(ErrorCode::PermissionDenied, m_path);
    SourceStatus status;
    if (look.illegible != 0) {
        status.state = SourceStatus::State::Degraded;
        status.detail = QByteArray::number(look.illegible) + " of " + QByteArray::number(look.scan.sessions.size())
            + " session files cannot be read: whose they are is not known";
        status.mend = phpFilesMend(ErrorCode::PermissionDenied, m_path);
    }
    setStatus(status);
    Q_EMIT scanned(look.scan);
    finishLook();
}

void PhpSessionFiles::end(const QList<QByteArray> &ids, std::function<void(const QList<EndResult> &)> done)
{
    m_ending.insert(++m_lastEnd, std::move(done));
    QMetaObject::invokeMethod(m_folder, [folder = m_folder, number = m_lastEnd, ids] { folder->end(number, ids); });
}

} // namespace mailhelm
