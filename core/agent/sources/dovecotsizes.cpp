// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/dovecotsizes.h"

#include <QFileInfo>
#include <QProcessEnvironment>

#include <algorithm>

namespace mailhelm
{

namespace
{

constexpr qsizetype LookedInOneGo = 1000; ///< accounts, for one that is due
constexpr qsizetype LargestOutput = 64 << 10;
constexpr qsizetype LongestName = 320;
constexpr int NoUser = 67; ///< EX_NOUSER of sysexits.h
constexpr int FailuresInSuccession = 3; ///< until it is not the account that is at fault
constexpr qint64 MostKib = qint64(1) << 50;

std::optional<qint64> digits(const QByteArray &text)
{
    if (text.isEmpty() || text.size() > 18
        || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    return text.toLongLong();
}

/// The columns are Quota name, Type, Value, Limit, %; STORAGE is counted in KiB. Of several quotas the first one.
std::optional<MeasuredSize> parseQuota(const QByteArray &output)
{
    for (const QByteArray &line : output.split('\n')) {
        const QList<QByteArray> fields = line.split('\t');
        if (fields.size() != 5 || fields.at(1) != "STORAGE")
            continue;
        const std::optional<qint64> value = digits(fields.at(2));
        const std::optional<qint64> limit = fields.at(3) == "-" ? 0 : digits(fields.at(3));
        if (!value || !limit || *value > MostKib || *limit > MostKib)
            return std::nullopt;
        return MeasuredSize { *value * 1024, *limit * 1024 };
    }
    return std::nullopt;
}

/// "vsize", and the sum.
std::optional<MeasuredSize> parseSum(const QByteArray &output)
{
    const QList<QByteArray> lines = output.split('\n');
    const std::optional<qint64> bytes = lines.value(0) == "vsize" ? digits(lines.value(1)) : std::nullopt;
    return bytes ? std::optional(MeasuredSize { *bytes, {} }) : std::nullopt;
}

} // namespace

DovecotSizes::DovecotSizes(Settings settings, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_clock(clock)
    , m_kept(m_settings.file)
{
    m_timer.setInterval(m_settings.unwatchedEvery);
    connect(&m_timer, &QTimer::timeout, this, &DovecotSizes::next);
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(m_settings.deadline);
    connect(&m_deadline, &QTimer::timeout, this, [this] { m_process->kill(); });
}

DovecotSizes::~DovecotSizes()
{
    if (!m_process)
        return;
    m_process->disconnect(this);
    m_process->kill();
}

void DovecotSizes::start(std::function<bool(const QByteArray &)> wants)
{
    m_wants = std::move(wants);
    m_kept.load();
    m_timer.start();
}

void DovecotSizes::setAccounts(const QList<QByteArray> &users)
{
    if (m_accounts == users)
        return;
    m_accounts = users;
    m_kept.keepOnly(users); // somebody else may get the address
    if (m_failed.size() > users.size())
        m_failed.clear();
}

void DovecotSizes::setWatched(bool watched)
{
    const auto every = watched ? m_settings.watchedEvery : m_settings.unwatchedEvery;
    if (m_timer.intervalAsDuration() != every)
        m_timer.setInterval(every);
}

bool DovecotSizes::canAsk(const QByteArray &user)
{
    // doveadm takes * and ? for a mask of many users.
    return !user.isEmpty() && user.size() <= LongestName && !user.startsWith('-')
        && std::none_of(
            user.begin(), user.end(), [](char c) { return uchar(c) < ' ' || c == 0x7f || c == '*' || c == '?'; });
}

bool DovecotSizes::isDue(const QByteArray &user) const
{
    if (!canAsk(user) || !m_wants(user))
        return false;
    if (const auto failed = m_failed.constFind(user);
        failed != m_failed.cend() && m_clock.monotonicUs() - *failed < m_settings.again.count())
        return false;
    const qint64 age = m_clock.nowUs() - m_kept.timeOf(user);
    return age < 0 || age >= m_settings.again.count(); // the clock may have been set back
}

void DovecotSizes::next()
{
    if (m_process || m_clock.monotonicUs() < m_pausedUntil)
        return;
    const qsizetype looked = std::min(m_accounts.size(), LookedInOneGo);
    for (qsizetype n = 0; n < looked; ++n) {
        m_at = m_at < m_accounts.size() ? m_at : 0;
        const QByteArray &user = m_accounts.at(m_at++);
        if (!isDue(user))
            continue;
        m_user = user;
        ask(m_clock.monotonicUs() < m_noQuotaUntil ? Question::Sum : Question::Quota);
        return;
    }
}

void DovecotSizes::ask(Question question)
{
    m_question = question;
    m_out.clear();
    m_err.clear();
    m_tooMuch = false;
    const QString user = QString::fromUtf8(m_user);
    QStringList arguments { QStringLiteral("-c"), QFile::decodeName(m_settings.config), QStringLiteral("-f"),
        QStringLiteral("tab") };
    if (question == Question::Quota)
        arguments += { QStringLiteral("quota"), QStringLiteral("get"), QStringLiteral("-u"), user };
    else
        arguments += { QStringLiteral("mailbox"), QStringLiteral("status"), QStringLiteral("-u"), user,
            QStringLiteral("-t"), QStringLiteral("vsize"), QStringLiteral("*") };
    QProcessEnvironment environment; // nothing of ours
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C"));
    m_process = std::make_unique<QProcess>();
    m_process->setProgram(QFile::decodeName(m_settings.program));
    m_process->setArguments(arguments);
    m_process->setProcessEnvironment(environment);
    m_process->setWorkingDirectory(QStringLiteral("/"));
    m_process->setStandardInputFile(QProcess::nullDevice());
    connect(
        m_process.get(), &QProcess::readyReadStandardOutput, this, [this] { take(QProcess::StandardOutput, m_out); });
    connect(m_process.get(), &QProcess::readyReadStandardError, this, [this] { take(QProcess::StandardError, m_err); });
    // Queued: nothing of it may be deleted while it speaks.
    connect(
        m_process.get(), &QProcess::finished, this,
        [this](int, QProcess::ExitStatus status) { onFinished(status == QProcess::NormalExit); }, Qt::QueuedConnection);
    connect(
        m_process.get(), &QProcess::errorOccurred, this,
        [this](QProcess::ProcessError error) {
            if (error == QProcess::FailedToStart)
                cannotStart();
        },
        Qt::QueuedConnection);
    m_deadline.start();
    m_process->start(QIODevice::ReadOnly);
}

void DovecotSizes::take(QProcess::ProcessChannel channel, QByteArray &into)
{
    m_process->setReadChannel(channel);
    into += m_process->read(LargestOutput + 1 - into.size());
    if (into.size() <= LargestOutput || std::exchange(m_tooMuch, true))
        return;
    m_process->closeReadChannel(channel);
    m_process->kill();
}

void DovecotSizes::cannotStart()
{
    m_deadline.stop();
    m_process.reset();
    const QByteArray &program = m_settings.program;
    if (!QFileInfo::exists(QFile::decodeName(program)))
        stopFor(m_settings.again, "Mailboxes are not measured: there is no " + program,
            "apt install dovecot-core, or sizes = false in [accounts]");
    else
        stopFor(m_settings.again, "Mailboxes are not measured: this agent may not run " + program,
            "let Dovecot write a quota table that [accounts] reads, or sizes = false in [accounts]");
}

void DovecotSizes::onFinished(bool whole)
{
    m_deadline.stop();
    const bool exited = whole && !m_tooMuch;
    const int code = m_process->exitCode();
    if (exited) {
        take(QProcess::StandardOutput, m_out);
        take(QProcess::StandardError, m_err);
    }
    m_process.reset();
    if (exited && !m_tooMuch && code == 0)
        onAnswer();
    else
        onFailure(exited && !m_tooMuch, code);
}

void DovecotSizes::onAnswer()
{
    const std::optional<MeasuredSize> size = m_question == Question::Quota ? parseQuota(m_out) : parseSum(m_out);
    if (!size && m_question == Question::Quota) {
        ask(Question::Sum); // this user has no quota
        return;
    }
    if (!size) {
        onFailure(true, 0);
        return;
    }
    m_kept.set(m_user, *size, m_clock.nowUs());
    m_failed.remove(m_user);
    m_failures = 0;
    m_succeeded = true;
    tell({ Name, SourceStatus::State::Ok, {}, {} });
    Q_EMIT measured(m_user);
}

void DovecotSizes::onFailure(bool exited, int code)
{
    // What it says may hold the name, which may say anything.
    const QByteArray said = m_err.replace(m_user, QByteArray());
    if (exited && m_question == Question::Quota && said.contains("Unknown command")) {
        m_noQuotaUntil = m_clock.monotonicUs() + m_settings.again.count(); // the plugin is not loaded
        ask(Question::Sum);
        return;
    }
    if (exited && code == NoUser) { // disabled, or of another server
        m_failed.insert(m_user, m_clock.monotonicUs());
        return;
    }
    // Once it may be one mailbox that is not readable.
    if (exited && !m_succeeded && (said.contains("Permission denied") || said.contains("not permitted"))) {
        stopFor(m_settings.again,
            "Mailboxes are not measured: Dovecot lets only root look into them, and this agent is not",
            "let Dovecot write a quota table that [accounts] reads, or sizes = false in [accounts]");
        return;
    }
    if (exited && (said.contains("Connection refused") || said.contains("No such file or directory"))) {
        stopFor(m_settings.pause, "Mailboxes cannot be measured now: Dovecot is not there, or its configuration is not",
            "systemctl start dovecot, and config in [dovecot]; to see more: doveadm -c " + m_settings.config + " who");
        return;
    }
    m_failed.insert(m_user, m_clock.monotonicUs());
    if (++m_failures >= FailuresInSuccession)
        stopFor(m_settings.pause,
            "Mailboxes cannot be measured: doveadm fails, is silent for too long or says nonsense",
            "to see why: doveadm -c " + m_settings.config + " -f tab mailbox status -u USER -t vsize '*'");
}

void DovecotSizes::stopFor(std::chrono::microseconds span, const QByteArray &detail, const QByteArray &mend)
{
    m_pausedUntil = m_clock.monotonicUs() + span.count();
    tell({ Name, SourceStatus::State::Degraded, detail, mend });
}

void DovecotSizes::tell(const SourceStatus &status)
{
    if (m_told == status)
        return;
    m_told = status;
    Q_EMIT statusChanged(status);
}

} // namespace mailhelm
