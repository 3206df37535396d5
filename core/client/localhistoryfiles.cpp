// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/localhistoryfiles.h"

#include "core/protocol/codec.h"

#include <QDir>

namespace mailhelm
{

using namespace Qt::StringLiterals;

LocalHistoryFiles::LocalHistoryFiles(QString folder, qint64 maxBytes, const Clock &clock)
    : m_folder(std::move(folder))
    , m_clock(clock)
{
    m_limits.maxBytes = maxBytes;
    m_limits.doubtsClock = false; // a console is not started for weeks, and what is old by then goes
}

LocalHistoryFiles::~LocalHistoryFiles() = default;

QString LocalHistoryFiles::fileOf(const QByteArray &pin) const
{
    return m_folder + u'/' + QString::fromLatin1(pin) + u".db"_s;
}

QList<QByteArray> LocalHistoryFiles::pinsOnDisk() const
{
    QList<QByteArray> pins;
    for (const QString &name : QDir(m_folder).entryList({ u"*.db"_s }, QDir::Files))
        pins.append(name.chopped(3).toLatin1());
    return pins;
}

LocalHistoryFiles::File &LocalHistoryFiles::open(const QByteArray &pin)
{
    File &file = m_files[pin];
    if (!QDir(m_folder).exists() && QDir().mkpath(m_folder))
        QFile::setPermissions(m_folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    if (file.store)
        return file;
    file.clock = std::make_unique<ShiftedClock>(m_clock);
    file.store = std::make_unique<HistoryStore>(fileOf(pin), m_limits, *file.clock);
    HistoryStore *const store = file.store.get();
    connect(store, &HistoryStore::written, this, [this, pin](bool ok, bool lost) { Q_EMIT written(pin, ok, lost); });
    connect(store, &HistoryStore::part, this,
        [this](quint64 query, const HistoryPart &part) { onPart(quint32(query), part); });
    connect(store, &HistoryStore::statusChanged, this, [this](const SourceStatus &status) {
        if (!status.detail.isEmpty())
            Q_EMIT problem(u"The history of this computer: %1."_s.arg(QString::fromUtf8(status.detail)));
    });
    store->open(false);
    return file;
}

void LocalHistoryFiles::keepOnly(const QList<QByteArray> &pins)
{
    for (const QByteArray &pin : pinsOnDisk())
        if (!pins.contains(pin))
            remove(pin);
}

void LocalHistoryFiles::setKeep(qint64 ms)
{
    m_limits.keepMs = ms;
    for (const QByteArray &pin : pinsOnDisk())
        open(pin).store->setKeep(ms);
}

void LocalHistoryFiles::write(const QByteArray &pin, qint64 offsetUs, const std::shared_ptr<HistoryBatch> &batch)
{
    File &file = open(pin);
    file.clock->offsetUs = offsetUs;
    file.store->write(batch);
}

void LocalHistoryFiles::read(quint32 request, const QByteArray &pin, qint64 offsetUs, HistoryDone::Span span)
{
    if (m_files.count(pin) == 0 && !QFile::exists(fileOf(pin))) {
        Q_EMIT answered(request, true, { span }, {}); // nothing was ever kept
        return;
    }
    m_readings[request] = { pin, {} };
    File &file = open(pin);
    file.clock->offsetUs = offsetUs;
    file.store->openQuery(request, 0, span);
    next(request);
}

/// One part at a time, so that what ends meanwhile is written.
void LocalHistoryFiles::next(quint32 request)
{
    QMetaObject::invokeMethod(
        this,
        [this, request] {
            const auto reading = m_readings.find(request);
            if (reading == m_readings.end())
                return;
            if (const auto file = m_files.find(reading->second.pin); file != m_files.end())
                file->second.store->nextPart(request);
        },
        Qt::QueuedConnection);
}

void LocalHistoryFiles::onPart(quint32 request, const HistoryPart &part)
{
    const auto reading = m_readings.find(request);
    if (reading == m_readings.end())
        return;
    const auto end = [&](bool ok, const QString &why) {
        m_files[reading->second.pin].store->closeQuery(request);
        m_readings.erase(reading);
        Q_EMIT answered(request, ok, part.unwatched, why);
    };
    if (part.error) {
        end(false, part.error->detail);
        return;
    }
    const Result<FrameHead> head = peekHead(part.payload);
    const Result<ChangeSet> rows = head ? reading->second.decoder.decode(head.value().body, schemaOf(TableId::History))
                                        : Result<ChangeSet>(head.error());
    if (!rows) {
        end(false, rows.error().detail);
        return;
    }
    if (!rows.value().groups.isEmpty())
        Q_EMIT this->part(request, rows.value());
    if (part.last)
        end(true, {});
    else
        next(request);
}

/// Also what was put beside it.
bool LocalHistoryFiles::remove(const QByteArray &pin)
{
    for (auto reading = m_readings.begin(); reading != m_readings.end();) {
        if (reading->second.pin != pin) {
            ++reading;
            continue;
        }
        const quint32 request = reading->first;
        reading = m_readings.erase(reading);
        Q_EMIT answered(request, false, {}, u"what it asked for was deleted meanwhile"_s);
    }
    if (const auto file = m_files.find(pin); file != m_files.end()) {
        file->second.store->close();
        m_files.erase(file);
    }
    bool gone = true;
    for (const QFileInfo &each :
        QDir(m_folder).entryInfoList({ QString::fromLatin1(pin) + u".db*"_s }, QDir::Files | QDir::Hidden))
        gone = QFile::remove(each.filePath()) && gone;
    return gone;
}

void LocalHistoryFiles::forget(const QByteArray &pin)
{
    if (!remove(pin))
        Q_EMIT problem(u"%1 cannot be deleted."_s.arg(QDir::toNativeSeparators(fileOf(pin))));
}

void LocalHistoryFiles::purge(quint32 request)
{
    QList<QByteArray> pins = pinsOnDisk();
    for (const auto &[pin, file] : m_files) // what could not be written is in memory
        pins.append(pin);
    for (const QByteArray &pin : std::as_const(pins))
        remove(pin);
    for (const QFileInfo &each : QDir(m_folder).entryInfoList(QDir::Files | QDir::Hidden)) // such as a journal alone
        QFile::remove(each.filePath());
    measure(request);
}

void LocalHistoryFiles::measure(quint32 request)
{
    qint64 bytes = 0;
    for (const QFileInfo &each : QDir(m_folder).entryInfoList(QDir::Files | QDir::Hidden))
        bytes += each.size();
    Q_EMIT measured(request, bytes);
}

void LocalHistoryFiles::close()
{
    for (const auto &[pin, file] : m_files)
        file.store->close();
    m_files.clear();
    m_readings.clear();
}

} // namespace mailhelm
