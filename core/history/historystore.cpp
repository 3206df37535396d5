// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historystore.h"

#include "core/history/historyspans.h"
#include "core/protocol/codec.h"
#include "core/table/historyrow.h"

#include <QFile>
#include <QLoggingCategory>

#include <algorithm>
#include <limits>

namespace mailhelm
{

using namespace std::chrono_literals;

static Q_LOGGING_CATEGORY(lcHistory, "mailhelm.history")

    namespace
{

    constexpr qint64 Second = 1'000'000;
    constexpr qint64 Day = 86'400 * Second;
    /// Up to these, a row is of the kind. A request for an hour then touches few pieces that begin long before it.
    constexpr std::array<qint64, HistoryStore::Kinds> Longest { 600 * Second, 7200 * Second, Day,
        std::numeric_limits<qint64>::max() };
    constexpr qint64 OldestInRecent = Day; // then they become a piece, few as they are: age is judged by the piece
    constexpr qint64 Slack = 64 * 1024; // beside the rows: indices, what is rounded up to pages
    constexpr auto MaintainEvery = 60s;
    constexpr auto NextSlice = 100ms;
    int kindOf(qint64 since, qint64 ended)
    {
        int kind = 0;
        while (ended - since > Longest[size_t(kind)])
            ++kind;
        return kind;
    }

    QList<quint32> slotsOf(const Table &table)
    {
        QList<quint32> slots;
        for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
            if (table.isLive(slot))
                slots.append(slot);
        return slots;
    }

    /// A row of one table `history` into another; NoSlot where it is there already, and now as in `from`.
    Table::Slot copyRow(Table & to, const Table &from, Table::Slot row)
    {
        const Table::Slot there = to.slotOf(from.keyAt(row));
        const Table::Slot slot = there == Table::NoSlot ? to.insert(from.keyAt(row)) : there;
        for (int column = 0; column < to.schema().columnCount(); ++column)
            to.column(column).copyCell(slot, from.column(column), row);
        return there == Table::NoSlot ? slot : Table::NoSlot;
    }

    qint64 cell(const Table &table, int column, Table::Slot slot, qint64 otherwise)
    {
        return table.column(column).isKnown(slot) ? table.column(column).number(slot) : otherwise;
    }

    qint64 endedOf(const Table &table, Table::Slot slot)
    {
        return cell(table, history::Ended, slot, 0);
    }

    qint64 sinceOf(const Table &table, Table::Slot slot)
    {
        return cell(table, connections::Since, slot, endedOf(table, slot));
    }

} // namespace

HistoryStore::HistoryStore(QString file, HistoryLimits limits, const Clock &clock)
    : m_fileName(std::move(file))
    , m_limits(limits)
    , m_clock(clock)
    , m_live(m_file)
    , m_retention(m_file, limits, clock)
    , m_recent { Table(schemaOf(TableId::History)), Table(schemaOf(TableId::History)),
        Table(schemaOf(TableId::History)), Table(schemaOf(TableId::History)) }
    , m_unwritten(schemaOf(TableId::History))
{
}

HistoryStore::~HistoryStore() = default;

void HistoryStore::open(bool anew)
{
    if (anew)
        for (const char *suffix : { "", "-wal", "-journal" })
            QFile::remove(m_fileName + QLatin1String(suffix));
    if (Result<void> opened = openFile(); !opened)
        m_error = opened.error().detail;
    m_maintenance = std::make_unique<QTimer>();
    m_maintenance->setSingleShot(true);
    connect(m_maintenance.get(), &QTimer::timeout, this, &HistoryStore::maintain);
    m_maintenance->start(MaintainEvery);
    tell();
}

Result<void> HistoryStore::openFile()
{
    if (m_file.isOpen())
        return {};
    if (m_given)
        return Error { ErrorCode::Unavailable, m_error };
    for (int attempt = 0; attempt < 2; ++attempt) {
        Result<void> opened = m_file.open(m_fileName, m_limits.maxBytes);
        if (opened)
            opened = load();
        if (opened)
            return {};
        m_file.close();
        m_given = opened.error().code == ErrorCode::Unsupported;
        if (opened.error().code != ErrorCode::Corrupt)
            return opened;
        setAside(opened.error());
    }
    return Error { ErrorCode::Io, QStringLiteral("it is damaged and cannot be put aside") };
}

/// What has to be in memory while the file is open.
Result<void> HistoryStore::load()
{
    const Result<QList<HistoryFile::Piece>> recents = m_file.recents();
    if (!recents)
        return recents.error();
    for (Table &recent : m_recent)
        recent = Table(recent.schema());
    for (const HistoryFile::Piece &piece : recents.value()) {
        const Result<ChangeSet> rows = unpack(piece.packed, piece.shape);
        if (!rows || piece.kind < 0 || piece.kind >= Kinds)
            return rows ? Error { ErrorCode::Corrupt, QStringLiteral("a piece of no kind") } : rows.error();
        ChangeSet more = rows.value();
        more.reset = false;
        applyTo(m_recent[size_t(piece.kind)], more);
    }
    return m_retention.begin();
}

/// A damaged file is kept for whoever wants to look at it, and a new one begun.
void HistoryStore::setAside(const Error &error)
{
    m_file.close();
    const QString aside = m_fileName + QStringLiteral(".damaged");
    for (const char *suffix : { "", "-wal" }) {
        QFile::remove(aside + QLatin1String(suffix));
        QFile::rename(m_fileName + QLatin1String(suffix), aside + QLatin1String(suffix));
    }
    m_damage = error.detail;
    m_live.forget();
    for (Table &recent : m_recent)
        recent = Table(recent.schema());
    qCWarning(lcHistory, "%s was damaged (%s) and is kept as %s", qUtf8Printable(m_fileName), qUtf8Printable(m_damage),
        qUtf8Printable(aside));
}

void HistoryStore::write(const std::shared_ptr<HistoryBatch> &batch)
{
    m_retention.followClock();
    for (const quint32 slot : slotsOf(m_unwritten))
        copyRow(batch->ended, m_unwritten, slot);
    QList<Added> added;
    QList<int> sealed;
    Result<void> done = openFile();
    if (done)
        done = m_file.inTransaction([&] { return store(*batch, added, sealed); });
    const bool hadLost = m_lost;
    if (done) {
        for (const int kind : sealed)
            m_recent[size_t(kind)] = Table(schemaOf(TableId::History));
        m_unwritten = Table(schemaOf(TableId::History));
        m_lost = false;
        m_error.clear();
        for (const HistoryBatch::Live &live : batch->live)
            if (Result<void> compacted = m_live.compact(live.table); !compacted)
                qCWarning(lcHistory, "%s: %s", qUtf8Printable(m_fileName), qUtf8Printable(compacted.error().detail));
    } else {
        for (const Added &each : added)
            m_recent[size_t(each.kind)].remove(each.slot);
        m_live.forget();
        if (done.error().code == ErrorCode::Corrupt)
            setAside(done.error());
        m_error = done.error().detail;
        m_unwritten = std::move(batch->ended);
        QList<quint32> slots = slotsOf(m_unwritten);
        for (qsizetype i = 0; i < slots.size() - MostUnwritten; ++i) {
            m_unwritten.remove(slots[i]);
            m_lost = true;
        }
    }
    tell();
    Q_EMIT written(done.ok(), hadLost || m_lost);
}

HistoryFile::Piece HistoryStore::pieceOf(int kind, const QList<quint32> &slots) const
{
    const Table &rows = m_recent[size_t(kind)];
    HistoryFile::Piece piece;
    piece.kind = kind;
    piece.since = piece.firstEnd = LiveEnd;
    for (const quint32 slot : slots) {
        piece.since = std::min(piece.since, sinceOf(rows, slot));
        piece.firstEnd = std::min(piece.firstEnd, endedOf(rows, slot));
        piece.lastEnd = std::max(piece.lastEnd, endedOf(rows, slot));
    }
    piece.packed = deflated(payloadOf(rows, std::span(slots.constData(), size_t(slots.size()))));
    return piece;
}

Result<void> HistoryStore::store(HistoryBatch &batch, QList<Added> &added, QList<int> &sealed)
{
    if (Result<void> live = m_live.store(batch); !live)
        return live;
    std::array<QList<quint32>, Kinds> fresh;
    for (const quint32 slot : slotsOf(batch.ended)) {
        const int kind = kindOf(sinceOf(batch.ended, slot), endedOf(batch.ended, slot));
        const Table::Slot at = copyRow(m_recent[size_t(kind)], batch.ended, slot);
        if (at == Table::NoSlot)
            continue;
        fresh[size_t(kind)].append(at);
        added.append({ kind, at });
    }
    QList<HistoryFile::Piece> pieces;
    QList<HistoryFile::Piece> recents;
    qint64 bytes = Slack;
    for (int kind = 0; kind < Kinds; ++kind) {
        const Table &rows = m_recent[size_t(kind)];
        const QList<quint32> slots = slotsOf(rows);
        const bool old = std::any_of(slots.begin(), slots.end(),
            [&](quint32 slot) { return endedOf(rows, slot) < m_clock.nowUs() - OldestInRecent; });
        if (slots.size() >= RowsPerPiece || old) {
            const qsizetype count = std::max<qsizetype>(1, slots.size() / RowsPerPiece);
            for (qsizetype i = 0; i < count; ++i) {
                const qsizetype from = slots.size() * i / count;
                pieces.append(pieceOf(kind, slots.mid(from, slots.size() * (i + 1) / count - from)));
                bytes += pieces.last().packed.data.size() + Slack / 8;
            }
            sealed.append(kind);
        } else if (!fresh[size_t(kind)].isEmpty()) {
            recents.append(pieceOf(kind, fresh[size_t(kind)]));
            bytes += recents.last().packed.data.size();
        }
    }
    Result<void> done = m_retention.makeRoom(bytes, 4 * HistoryRetention::PiecesPerSlice);
    for (const int kind : std::as_const(sealed))
        if (done)
            done = m_file.removeRecents(kind);
    for (const HistoryFile::Piece &piece : std::as_const(pieces))
        if (done)
            done = m_file.addPiece(piece);
    for (const HistoryFile::Piece &piece : std::as_const(recents))
        if (done)
            done = m_file.addRecent(piece);
    if (done && batch.watchedSince != 0)
        done = m_file.setWatched(batch.watchedSince, std::max(batch.watchedSince, batch.time));
    return done;
}

void HistoryStore::maintain()
{
    m_retention.followClock();
    bool more = false;
    if (m_file.isOpen()) {
        QList<Added> added;
        QList<int> sealed;
        HistoryBatch nothing;
        const Result<void> done = m_file.inTransaction([&]() -> Result<void> {
            if (Result<void> stored = store(nothing, added, sealed); !stored) // days that are over become pieces
                return stored;
            const Result<bool> forgotten = m_retention.forgetOld();
            if (!forgotten)
                return forgotten.error();
            more = forgotten.value();
            return m_retention.makeRoom(0, HistoryRetention::PiecesPerSlice);
        });
        if (done)
            for (const int kind : std::as_const(sealed))
                m_recent[size_t(kind)] = Table(schemaOf(TableId::History));
        else if (done.error().code == ErrorCode::Corrupt)
            setAside(done.error());
        const Result<qint64> excess = m_file.isOpen() ? m_file.excess(0) : Result<qint64>(0);
        const Result<bool> shrunk = m_file.isOpen() ? m_file.shrink() : Result<bool>(false);
        if (m_file.isOpen())
            (void)m_file.settle(); // what cannot be written will be said when rows are
        more = done && (more || (excess && excess.value() > 0) || (shrunk && shrunk.value()));
        tell();
    }
    m_maintenance->start(more ? std::chrono::milliseconds(NextSlice) : std::chrono::milliseconds(MaintainEvery));
}

void HistoryStore::setKeep(qint64 ms)
{
    m_retention.setKeep(ms);
    if (m_maintenance)
        maintain();
}

void HistoryStore::answer(quint64 query, Error error)
{
    m_queries.erase(query);
    HistoryPart out;
    out.error = std::move(error);
    Q_EMIT part(query, out);
}

void HistoryStore::openQuery(quint64 query, quint32 request, HistoryDone::Span span)
{
    // Whoever cannot open it hears so with the first part.
    auto cursor = std::make_unique<HistoryCursor>(request, span, m_retention.keepSince());
    for (const Table &recent : m_recent)
        cursor->add(HistoryRows::of(recent.view()));
    cursor->add(HistoryRows::of(m_unwritten.view()));
    if (m_file.isOpen())
        if (const Result<QList<qint64>> pieces = m_file.piecesWithin(span.fromUs, span.toUs))
            cursor->setPieces(pieces.value());
    m_queries[query] = std::move(cursor);
}

void HistoryStore::nextPart(quint64 query)
{
    const auto found = m_queries.find(query);
    if (found == m_queries.end())
        return;
    if (!m_file.isOpen()) {
        answer(query, { ErrorCode::Unavailable, QStringLiteral("The history cannot be read: %1.").arg(m_error) });
        return;
    }
    std::optional<Error> broken;
    HistoryCursor &cursor = *found->second;
    HistoryPart out = cursor.next([&](qint64 number) -> std::optional<HistoryRows> {
        const Result<std::optional<HistoryFile::Piece>> piece = m_file.piece(number);
        if (!piece)
            broken = piece.error();
        if (!piece || !piece.value())
            return std::nullopt;
        const Result<ChangeSet> rows = unpack(piece.value()->packed, piece.value()->shape);
        if (rows)
            return HistoryRows::of(rows.value());
        ++m_unreadable;
        cursor.addUnreadable({ piece.value()->firstEnd, piece.value()->lastEnd });
        return std::nullopt;
    });
    if (out.last) {
        Result<QList<HistoryDone::Span>> watched = m_file.watched(cursor.span().fromUs);
        const Result<qint64> horizon = m_file.horizon();
        if (!watched || !horizon) {
            broken = watched ? horizon.error() : watched.error();
        } else {
            // Rows from before these had to go: nobody can tell any more.
            const qint64 told = std::max(horizon.value(), m_retention.keepSince());
            for (HistoryDone::Span &span : watched.value())
                span.fromUs = std::max(span.fromUs, told);
            out.unwatched = unwatchedSpans(
                cursor.readable(watched.value()), cursor.span().fromUs, std::min(cursor.span().toUs, m_clock.nowUs()));
        }
    }
    if (broken) {
        if (broken->code == ErrorCode::Corrupt)
            setAside(*broken);
        answer(query, { ErrorCode::Corrupt, QStringLiteral("The history cannot be read: %1.").arg(broken->detail) });
    } else {
        Q_EMIT part(query, out);
    }
    tell();
}

void HistoryStore::tell()
{
    SourceStatus status;
    status.source = "history";
    const QByteArray file = m_fileName.toUtf8();
    QByteArrayList details;
    if (!m_error.isEmpty()) {
        status.state = m_given ? SourceStatus::State::Down : SourceStatus::State::Degraded;
        details.append(file + " cannot be written (" + m_error.toUtf8() + "): what ends now "
            + (m_lost ? "is lost in part" : "waits in memory"));
        status.mend = m_given
            ? QByteArray("install the newer Mailhelm again, or put the file aside: mv " + file + ' ' + file + ".newer")
            : "df " + file + "; ls -l " + file;
    }
    if (!m_damage.isEmpty()) {
        status.state = std::max(status.state, SourceStatus::State::Degraded);
        details.append("it was damaged (" + m_damage.toUtf8() + ") and is kept as " + file
            + ".damaged: what it held cannot be asked for");
        if (status.mend.isEmpty())
            status.mend = "rm " + file + ".damaged*";
    }
    if (m_unreadable > 0) {
        status.state = std::max(status.state, SourceStatus::State::Degraded);
        details.append(QByteArray::number(m_unreadable) + " pieces of " + file + " could not be read");
    }
    status.detail = details.join("; ");
    if (status == m_told)
        return;
    m_told = status;
    Q_EMIT statusChanged(status);
}

void HistoryStore::close()
{
    m_maintenance.reset();
    m_queries.clear();
    m_file.close();
}

} // namespace mailhelm
