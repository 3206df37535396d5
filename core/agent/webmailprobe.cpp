// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/webmailprobe.h"

#include <QFile>
#include <QHash>
#include <QUrl>

namespace mailhelm
{

namespace
{

constexpr char SystemFolder[] = "/etc/roundcube";
constexpr qint64 MostBytes = 1024 * 1024;

/// The value of one line `… = 'text';`, `… = "text";` or `… = 10;`; nullopt for anything that PHP would have to
/// compute.
std::optional<QByteArray> literal(QByteArrayView text)
{
    const QByteArray value = text.trimmed().toByteArray();
    if (value.isEmpty())
        return std::nullopt;
    const char quote = value.front();
    if (quote != '\'' && quote != '"') {
        const qsizetype end = value.indexOf(';');
        return end > 0 ? std::optional(value.first(end).trimmed()) : std::nullopt;
    }
    QByteArray out;
    for (qsizetype i = 1; i < value.size(); ++i) {
        if (value[i] == quote)
            return out;
        if (quote == '"' && value[i] == '$')
            return std::nullopt;
        if (value[i] == '\\' && i + 1 < value.size() && (value[i + 1] == quote || value[i + 1] == '\\'))
            ++i;
        out += value[i];
    }
    return std::nullopt;
}

/// Name → value of `$name = …;` and `$config['name'] = …;`, a line each; the last one counts.
QHash<QByteArray, QByteArray> assignments(const QByteArray &php)
{
    QHash<QByteArray, QByteArray> found;
    for (const QByteArray &raw : php.split('\n')) {
        const QByteArray line = raw.trimmed();
        const qsizetype equals = line.indexOf('=');
        if (!line.startsWith('$') || equals < 0)
            continue;
        QByteArray name = line.mid(1, equals - 1).trimmed();
        for (const char *array : { "config[", "rcmail_config[" })
            if (name.startsWith(array) && name.endsWith(']'))
                name = name.mid(qsizetype(qstrlen(array)) + 1).chopped(2); // with its quotation marks
        if (const std::optional<QByteArray> value = literal(QByteArrayView(line).sliced(equals + 1)))
            found.insert(name, *value);
    }
    return found;
}

QByteArray encoded(const QByteArray &text)
{
    return QUrl::toPercentEncoding(QString::fromUtf8(text));
}

/// Where Debian's package keeps it: /usr/share/dbconfig-common.
QByteArray databaseOfDebian(const QHash<QByteArray, QByteArray> &db)
{
    const QByteArray type = db.value("dbtype");
    if (type.startsWith("sqlite"))
        return "sqlite://" + (db.value("basepath").startsWith('/') ? QByteArray() : QByteArray("/"))
            + db.value("basepath") + '/' + db.value("dbname");
    const QByteArray server = db.value("dbserver").isEmpty() ? QByteArray("localhost") : db.value("dbserver");
    QByteArray url = (type == "pgsql" ? "postgresql://" : "mysql://") + encoded(db.value("dbuser")) + ':'
        + encoded(db.value("dbpass")) + '@' + server;
    if (!db.value("dbport").isEmpty())
        url += ':' + db.value("dbport");
    return url + '/' + encoded(db.value("dbname"));
}

QByteArray quoted(const QByteArray &text)
{
    QByteArray out = text;
    out.replace('\\', "\\\\").replace('"', "\\\"");
    return '"' + out + '"';
}

QByteArray readFile(const QByteArray &name)
{
    QFile file(QFile::decodeName(name));
    return file.open(QIODevice::ReadOnly) ? file.read(MostBytes) : QByteArray();
}

} // namespace

QByteArray databaseOfDsn(const QByteArray &dsn)
{
    const qsizetype colon = dsn.indexOf("://");
    const QByteArray kind = dsn.first(std::max<qsizetype>(0, colon));
    QByteArray rest = dsn.mid(colon + 3);
    if (kind == "sqlite") {
        rest = rest.first(rest.indexOf('?') < 0 ? rest.size() : rest.indexOf('?'));
        while (rest.startsWith("//"))
            rest.remove(0, 1);
        return rest.startsWith('/') ? "sqlite://" + rest : QByteArray();
    }
    const QByteArray scheme = kind == "pgsql" || kind == "postgres" ? "postgresql"
        : kind == "mysql" || kind == "mysqli"                       ? "mysql"
                                                                    : "";
    if (scheme.isEmpty())
        return {};
    if (const qsizetype socket = rest.indexOf("@unix("); socket >= 0) {
        const qsizetype end = rest.indexOf(')', socket);
        if (end < 0)
            return {};
        const QByteArray path = rest.mid(socket + 6, end - socket - 6);
        return scheme + "://" + rest.first(socket + 1) + rest.mid(end + 1) + "?host=" + path;
    }
    return scheme + "://" + rest;
}

std::optional<ProbedWebmail> parseRoundcube(const QByteArray &config, const QByteArray &debianDb)
{
    const QHash<QByteArray, QByteArray> settings = assignments(config);
    ProbedWebmail webmail;
    webmail.tablePrefix = settings.value("db_prefix");
    if (const int minutes = settings.value("session_lifetime").toInt(); minutes > 0)
        webmail.lifetime = QByteArray::number(minutes) + 'm';
    webmail.storage = settings.value("session_storage", "db");
    if (settings.contains("db_dsnw"))
        webmail.database = databaseOfDsn(settings.value("db_dsnw"));
    else if (config.contains("debian-db") && !debianDb.isEmpty())
        webmail.database = databaseOfDebian(assignments(debianDb));
    else
        return std::nullopt;
    if (webmail.storage != "db")
        webmail.database.clear();
    return webmail;
}

QByteArray writeWebmail(const ProbedWebmail &webmail)
{
    if (webmail.database.isEmpty())
        return "\n# Roundcube keeps its sessions in \"" + webmail.storage
            + "\". The agent sees them in its database (session_storage = 'db'), or as PHP's files:\n"
              "# [[webmail]]\n# kind = \"php-files\"\n# path = \"/var/lib/php/sessions\"\n";
    QByteArray out
        = "\n[[webmail]]\nkind = \"roundcube\"\ncomponent = \"HTTP/WebMail\"\ndatabase = " + quoted(webmail.database)
        + " # Roundcube's own user; better one that may only SELECT and DELETE in session (docs/ADMIN_GUIDE.md)\n";
    if (!webmail.tablePrefix.isEmpty())
        out += "table_prefix = " + quoted(webmail.tablePrefix) + '\n';
    return out + "lifetime = " + quoted(webmail.lifetime)
        + "\nhosts = [\"127.0.0.1\", \"::1\"] # from where it connects to IMAP\n";
}

std::optional<ProbedWebmail> probeRoundcube(const QByteArray &folder)
{
    const QByteArray where = folder.isEmpty() ? QByteArray(SystemFolder) : folder;
    const QByteArray config = readFile(where + "/config.inc.php");
    return config.isEmpty() ? std::nullopt : parseRoundcube(config, readFile(where + "/debian-db.php"));
}

} // namespace mailhelm
