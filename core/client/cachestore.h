// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/changeset.h"

#include <QObject>
#include <QSet>
#include <QString>

namespace mailhelm
{

/// Rows of a table that lie in one range of slots: what the cache writes at a time.
constexpr quint32 SlotsPerChunk = 1024;

/// One table of one server, to be brought up to date on disk.
struct CacheSave {
    QByteArray pin;
    quint16 server = 0; ///< whose rows of `view` are meant
    TableId table = TableId::None;
    Schema schema; ///< of the view, with the server's column
    int serverColumn = 0;
    TableView view;
    ResumeToken token;
    qint64 asOfUs = 0;
    bool all = false; ///< replaces every chunk, not only `chunks`
    QSet<quint32> chunks;
};

/// One chunk read back, as a part of a snapshot.
struct CachedPart {
    QByteArray pin;
    Schema schema; ///< without the server's column
    ChangeSet part;
    qint64 asOfUs = 0;
};

/// The cache's file: SQLite through QSqlDatabase. Two tables: `tables` (server's pin, table, columns, token, time) and
/// `chunks` (rows as payloads of ChangesEncoder). Everything runs on the thread that it was moved to. Only Cache uses
/// it.
class CacheStore : public QObject
{
    Q_OBJECT

public:
    explicit CacheStore(const QString &file);
    ~CacheStore() override;

    void load(const QList<QByteArray> &pins);
    void save(const QList<CacheSave> &saves);
    using Minutes = QList<std::pair<qint64, QByteArray>>;
    /// Of a server's CountSeries; minutes of more than a day before the last go.
    void saveMinutes(const QByteArray &pin, const Minutes &minutes);
    /// What was deleted or written over is not in the file any more.
    void scrub();
    void forget(const QByteArray &pin);
    void close();

Q_SIGNALS:
    void read(const mailhelm::CachedPart &part);
    /// Before loaded().
    void minutesRead(const QByteArray &pin, const QList<std::pair<qint64, QByteArray>> &minutes);
    void loaded();
    void saved(bool ok);
    void problem(const QString &what);
    /// The file was damaged or of another version and is empty now.
    void rebuilt();

private:
    enum class Step { Fine, Busy, Damaged, Failed };

    [[nodiscard]] bool open();
    [[nodiscard]] Step prepare();
    [[nodiscard]] Step write(const QList<CacheSave> &saves);
    [[nodiscard]] Step writeOne(const CacheSave &save);
    void readMinutes(const QByteArray &pin);
    [[nodiscard]] Step readTable(const QByteArray &pin, TableId table);
    [[nodiscard]] bool rebuild(const QString &why);
    void tell(const QString &what);

    const QString m_file;
    const QString m_connection; ///< QSqlDatabase's name for it
    bool m_open = false;
    bool m_given = false; ///< up: in use elsewhere, or not to be opened
    QSet<QString> m_told;
    QString m_lastError;
};

} // namespace mailhelm

Q_DECLARE_METATYPE(mailhelm::CachedPart)
