// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/accountprobe.h"

#include <QHash>
#include <QUrl>
#include <QUrlQuery>

namespace mailhelm
{

namespace
{

/// "key = value" lines; a backslash at the end goes on in the next line.
QHash<QByteArray, QByteArray> settingsOf(const QByteArray &text)
{
    QHash<QByteArray, QByteArray> settings;
    QByteArray open;
    for (const QByteArray &raw : text.split('\n')) {
        QByteArray line = open + raw.trimmed();
        open.clear();
        if (line.startsWith('#'))
            continue;
        if (line.endsWith('\\')) {
            open = line.chopped(1) + ' ';
            continue;
        }
        if (const qsizetype equals = line.indexOf('='); equals > 0)
            settings.insert(line.first(equals).trimmed(), line.mid(equals + 1).trimmed());
    }
    return settings;
}

/// "host=localhost dbname='mail' user=x password=y", as libpq and Dovecot's MySQL driver have it.
QHash<QByteArray, QByteArray> connectOf(const QByteArray &connect)
{
    QHash<QByteArray, QByteArray> values;
    qsizetype at = 0;
    while (at < connect.size()) {
        const qsizetype equals = connect.indexOf('=', at);
        if (equals < 0)
            break;
        const QByteArray key = connect.mid(at, equals - at).trimmed();
        qsizetype end = equals + 1;
        QByteArray value;
        if (end < connect.size() && (connect.at(end) == '\'' || connect.at(end) == '"')) {
            const qsizetype close = connect.indexOf(connect.at(end), end + 1);
            if (close < 0)
                break;
            value = connect.mid(end + 1, close - end - 1);
            end = close + 1;
        } else {
            while (end < connect.size() && connect.at(end) != ' ' && connect.at(end) != '\t')
                ++end;
            value = connect.mid(equals + 1, end - equals - 1);
        }
        if (!values.contains(key)) // of several hosts, the first
            values.insert(key, value);
        at = end;
    }
    return values;
}

/// By the tables and columns that only one of them has.
QByteArray presetOf(const QByteArray &queries)
{
    const auto has = [&](const char *word) { return queries.contains(word); };
    if (has("admin_mailbox") || has("core_user"))
        return "modoboa";
    if (has("enable%ls") || has("enableimap") || has("used_quota") || has("storagebasedirectory"))
        return "iredmail";
    if (has("access_restriction") || has("homedir"))
        return "vimbadmin";
    if (has("mailbox_path_prefix") || has("json_value") || has("json_unquote") || has("json_extract"))
        return "mailcow";
    if (has("quota_bytes"))
        return "mailu";
    if (has("mailbox"))
        return "postfixadmin";
    return "queries";
}

QByteArray quoted(const QByteArray &text)
{
    QByteArray out = text;
    out.replace('\\', "\\\\").replace('"', "\\\"");
    return '"' + out + '"';
}

} // namespace

QList<ProbedAuth> parseAuth(const QByteArray &doveconf)
{
    QList<ProbedAuth> found;
    QList<QByteArray> sections;
    QHash<QByteArray, QByteArray> values;
    for (const QByteArray &raw : doveconf.split('\n')) {
        const QByteArray line = raw.trimmed();
        if (line.endsWith('{')) {
            sections.append(line.chopped(1).trimmed());
            values.clear();
        } else if (line == "}" && !sections.isEmpty()) {
            const QByteArray section = sections.takeLast();
            if (sections.isEmpty() && (section == "passdb" || section == "userdb") && values.value("deny") != "yes"
                && values.value("master") != "yes")
                found.append({ values.value("driver"), values.value("args") });
        } else if (const qsizetype equals = line.indexOf('='); equals > 0 && sections.size() == 1) {
            values.insert(line.first(equals).trimmed(), line.mid(equals + 1).trimmed());
        }
    }
    return found;
}

std::optional<ProbedAccounts> accountsOfSql(const QByteArray &text)
{
    const QHash<QByteArray, QByteArray> settings = settingsOf(text);
    const QByteArray driver = settings.value("driver");
    const QByteArray connect = settings.value("connect");
    ProbedAccounts accounts;
    accounts.kind = presetOf(
        (settings.value("password_query") + ' ' + settings.value("user_query") + ' ' + settings.value("iterate_query"))
            .toLower());
    if (driver == "sqlite") {
        const QByteArray file = connect.split(' ').value(0);
        if (!file.startsWith('/'))
            return std::nullopt;
        QUrl url;
        url.setScheme(QStringLiteral("sqlite"));
        url.setHost(QString());
        url.setPath(QString::fromUtf8(file));
        accounts.database = "sqlite://" + url.path(QUrl::FullyEncoded).toUtf8();
        return accounts;
    }
    if (driver != "pgsql" && driver != "mysql")
        return std::nullopt;
    const QHash<QByteArray, QByteArray> values = connectOf(connect);
    const QString name = QString::fromUtf8(values.value("dbname"));
    if (name.isEmpty())
        return std::nullopt;
    QUrl url;
    url.setScheme(driver == "pgsql" ? QStringLiteral("postgresql") : QStringLiteral("mysql"));
    url.setPath(QLatin1Char('/') + name);
    url.setUserName(QString::fromUtf8(values.value("user")), QUrl::DecodedMode);
    if (const QByteArray password = values.value("password"); !password.isEmpty()) {
        url.setPassword(QString::fromUtf8(password), QUrl::DecodedMode);
        accounts.secret = true;
    }
    const QByteArray host = values.value("host");
    if (host.startsWith('/')) {
        QUrlQuery query;
        query.addQueryItem(QStringLiteral("host"), QString::fromUtf8(host));
        url.setQuery(query);
    } else {
        url.setHost(host.isEmpty() ? QStringLiteral("localhost") : QString::fromUtf8(host), QUrl::DecodedMode);
    }
    bool number = false;
    if (const int port = values.value("port").toInt(&number); number && port > 0 && port < 65536)
        url.setPort(port);
    accounts.database = url.toEncoded();
    return accounts;
}

std::optional<ProbedAccounts> findAccounts(
    const QList<ProbedAuth> &auth, const std::function<QByteArray(const QByteArray &)> &read)
{
    for (const ProbedAuth &each : auth) {
        const QByteArray file = each.args.split(' ').last(); // the options of a passwd-file stand before it
        if (!file.startsWith('/'))
            continue;
        if (each.driver == "sql") {
            if (const auto accounts = accountsOfSql(read(file)))
                return accounts;
        } else if (each.driver == "passwd-file" && !file.contains('%')) { // a file for each domain is not one of people
            return ProbedAccounts { "passwd-file", {}, file, false };
        }
    }
    return std::nullopt;
}

QByteArray writeAccounts(const ProbedAccounts &accounts)
{
    QByteArray out = "\n[accounts] # who there is\n";
    if (accounts.kind == "queries")
        out += "# No preset fits the tables that Dovecot asks: write the queries (docs/adding-a-preset.md) and name "
               "the "
               "file, or set kind.\n# kind = \"queries\"\n# queries = \"/etc/mailhelm/accounts.sql\"\n# database = "
            + quoted(accounts.database) + '\n';
    else if (accounts.kind == "passwd-file")
        out += "kind = \"passwd-file\"\npath = " + quoted(accounts.path) + '\n';
    else
        out += "kind = " + quoted(accounts.kind)
            + " # which tables there are: postfixadmin, iredmail, mailcow, modoboa, vimbadmin, mailu\ndatabase = "
            + quoted(accounts.database)
            + " # Dovecot's own user may only read: to disable and delete, name one that may write\n";
    out += "exclude = [\"postmaster@*\", \"abuse@*\", \"root@*\"] # these cannot be deleted\n"
           "# archive = \"/srv/archive\" # where the mail of deleted accounts goes; without it nothing is deleted\n";
    // A section without its kind would not be accepted.
    if (accounts.kind == "queries")
        return "\n#" + out.mid(1).replace("\n", "\n# ").replace("\n# # ", "\n# ").chopped(2);
    return out;
}

} // namespace mailhelm
