// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/accountpreset.h"

#include <QFile>

#include <map>

// Resources of a static library are not registered by themselves; Qt wants this outside of any namespace.
static void initSchema()
{
    Q_INIT_RESOURCE(schema);
}

namespace mailhelm
{

namespace
{

using Kind = DatabaseUrl::Kind;
using Statement = AccountPreset::Statement;

constexpr qsizetype MaxFileBytes = 1 << 20;

QByteArray dialectName(Kind kind)
{
    switch (kind) {
    case Kind::Sqlite:
        return "sqlite";
    case Kind::PostgreSql:
        return "postgresql";
    case Kind::MariaDb:
        return "mysql";
    }
    return {};
}

bool isDialect(const QByteArray &word)
{
    return word == "sqlite" || word == "postgresql" || word == "mysql";
}

bool isWordByte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// A part as it stands in the file.
struct Part {
    QByteArray name;
    QByteArray table; ///< of `rows`
    QList<QByteArray> key;
    bool optional = false;
    bool live = false;
    bool forDialect = false;
    QByteArray text;
    int line = 0;
};

class Parser
{
public:
    Parser(const QByteArray &file, Kind kind)
        : m_file(file)
        , m_kind(kind)
    {
    }

    Result<AccountPreset> parse(QByteArrayView text);

private:
    /// The first thing that is wrong is the one that is told.
    void fail(int line, const QString &what)
    {
        if (!m_error)
            m_error = Error { ErrorCode::InvalidArgument,
                QStringLiteral("%1:%2: %3").arg(QString::fromUtf8(m_file)).arg(line).arg(what) };
    }
    std::optional<Part> header(const QByteArray &rest, int line);
    void keep(const Part &part);
    QList<Statement> statements(const Part &part);
    Statement one(const Part &part);
    void take(AccountPreset &preset, const Part &part);

    const QByteArray m_file;
    const Kind m_kind;
    QList<Part> m_parts;
    std::optional<Error> m_error;
};

/// What follows "-- name:". nullopt: it is for another kind of database, or wrong.
std::optional<Part> Parser::header(const QByteArray &rest, int line)
{
    QByteArray text = rest;
    Part part;
    part.line = line;
    if (const qsizetype open = text.indexOf('('); open >= 0) {
        const qsizetype close = text.indexOf(')', open);
        if (close < 0) {
            fail(line, QStringLiteral("a bracket is not closed: -- name: rows TABLE (KEY, KEY)"));
            return std::nullopt;
        }
        for (const QByteArray &column : text.mid(open + 1, close - open - 1).split(','))
            part.key.append(column.trimmed());
        text.remove(open, close - open + 1);
    }
    QByteArrayList words = text.simplified().split(' ');
    part.name = words.takeFirst();
    static const QByteArrayList known { "list", "active", "blocked", "disabled", "cannot-block", "cannot-disable",
        "rows", "taken", "removed", "restored", "mail", "records" };
    if (!known.contains(part.name)) {
        fail(line,
            QStringLiteral("“%1” is no part; there are %2")
                .arg(QString::fromUtf8(part.name), QString::fromUtf8(known.join(", "))));
        return std::nullopt;
    }
    if (part.name == "rows") {
        if (words.isEmpty() || part.key.isEmpty() || part.key.contains(QByteArray())) {
            fail(line,
                QStringLiteral(
                    "rows names a table and the columns that tell its rows apart: -- name: rows mailbox (username)"));
            return std::nullopt;
        }
        part.table = words.takeFirst();
        part.optional = part.table.endsWith('?');
        if (part.optional)
            part.table.chop(1);
        part.live = words.removeOne("live");
        for (const QByteArray &name : QList<QByteArray> { part.table } + part.key)
            if (!std::all_of(name.begin(), name.end(), [](char c) { return isWordByte(c) || c == '-' || c == '$'; })) {
                fail(line, QStringLiteral("“%1” is no name of a table or column").arg(QString::fromUtf8(name)));
                return std::nullopt;
            }
    } else if (!part.key.isEmpty()) {
        fail(line, QStringLiteral("only rows has columns in brackets"));
        return std::nullopt;
    }
    bool ours = words.isEmpty();
    for (const QByteArray &word : std::as_const(words)) {
        if (!isDialect(word)) {
            fail(line,
                QStringLiteral("“%1” is no kind of database; there are sqlite, postgresql and mysql")
                    .arg(QString::fromUtf8(word)));
            return std::nullopt;
        }
        ours = ours || word == dialectName(m_kind);
    }
    part.forDialect = !words.isEmpty();
    if (!ours)
        return std::nullopt;
    return part;
}

/// The one that names the kind of database goes before the one for all.
void Parser::keep(const Part &part)
{
    for (Part &other : m_parts) {
        if (other.name != part.name || other.table != part.table)
            continue;
        if (other.forDialect == part.forDialect)
            fail(part.line,
                QStringLiteral("the part %1 is there already, in line %2")
                    .arg(QString::fromUtf8((part.name + ' ' + part.table).trimmed()))
                    .arg(other.line));
        else if (part.forDialect)
            other = part;
        return;
    }
    m_parts.append(part);
}

/// Split at semicolons, with :user and :domain made question marks; what is in quotes stays.
QList<Statement> Parser::statements(const Part &part)
{
    QList<Statement> found;
    Statement statement;
    QByteArray sql;
    char quote = 0;
    int line = part.line;
    const auto end = [&] {
        statement.sql = QString::fromUtf8(sql.trimmed());
        if (!statement.sql.isEmpty())
            found.append(statement);
        statement = {};
        sql.clear();
    };
    for (qsizetype i = 0; i < part.text.size(); ++i) {
        const char c = part.text.at(i);
        line += c == '\n';
        if (quote != 0) {
            if (c == quote)
                quote = 0;
        } else if (c == '\'' || c == '"' || c == '`') {
            quote = c;
        } else if (c == ';') {
            end();
            continue;
        } else if (c == '?') {
            fail(line,
                QStringLiteral("a question mark stands for a parameter that nobody binds; write :user or :domain"));
        } else if (c == ':' && i + 1 < part.text.size() && isWordByte(part.text.at(i + 1))
            && (i == 0 || part.text.at(i - 1) != ':')) {
            qsizetype to = i + 1;
            while (to < part.text.size() && isWordByte(part.text.at(to)))
                ++to;
            const QByteArray name = part.text.mid(i + 1, to - i - 1);
            if (name == "user")
                statement.parameters.append(Statement::Parameter::User);
            else if (name == "domain")
                statement.parameters.append(Statement::Parameter::Domain);
            else
                fail(line,
                    QStringLiteral("“:%1” is no parameter; there are :user and :domain").arg(QString::fromUtf8(name)));
            sql += '?';
            i = to - 1;
            continue;
        }
        sql += c;
    }
    if (quote != 0)
        fail(part.line, QStringLiteral("a quote of the part %1 is not closed").arg(QString::fromUtf8(part.name)));
    end();
    return found;
}

Statement Parser::one(const Part &part)
{
    const QList<Statement> found = statements(part);
    if (found.size() != 1)
        fail(part.line,
            QStringLiteral("the part %1 is one statement, not %2").arg(QString::fromUtf8(part.name)).arg(found.size()));
    return found.value(0);
}

void Parser::take(AccountPreset &preset, const Part &part)
{
    if (part.name == "cannot-block" || part.name == "cannot-disable") {
        (part.name == "cannot-block" ? preset.cannotBlock : preset.cannotDisable) = part.text.simplified();
        return;
    }
    if (part.name == "records") {
        for (const QByteArray &service : part.text.simplified().split(' '))
            preset.records.insert(service);
        preset.records.remove({});
        return;
    }
    if (part.name == "list") {
        preset.list = one(part);
        if (!preset.list.parameters.isEmpty())
            fail(part.line, QStringLiteral("the part list is of all accounts: it has no :user and no :domain"));
        return;
    }
    if (part.name == "mail") {
        preset.mail = one(part);
        return;
    }
    if (part.name == "rows") {
        preset.rows.append({ part.table, part.key, part.optional, part.live, one(part) });
        if (preset.rows.last().where.parameters.isEmpty())
            fail(part.line,
                QStringLiteral("the condition of rows %1 does not name :user: it would be of everybody's rows")
                    .arg(QString::fromUtf8(part.table)));
        return;
    }
    const std::map<QByteArray, QList<Statement> AccountPreset::*> lists {
        { "active", &AccountPreset::active },
        { "blocked", &AccountPreset::blocked },
        { "disabled", &AccountPreset::disabled },
        { "taken", &AccountPreset::taken },
        { "removed", &AccountPreset::removed },
        { "restored", &AccountPreset::restored },
    };
    QList<Statement> &list = preset.*lists.at(part.name);
    list = statements(part);
    if (list.isEmpty())
        fail(part.line, QStringLiteral("the part %1 is empty").arg(QString::fromUtf8(part.name)));
    for (const Statement &statement : std::as_const(list))
        if (statement.parameters.isEmpty())
            fail(part.line,
                QStringLiteral("a statement of the part %1 does not name :user: it would change everybody")
                    .arg(QString::fromUtf8(part.name)));
}

Result<AccountPreset> Parser::parse(QByteArrayView text)
{
    std::optional<Part> part;
    bool other = false; ///< within a part for another kind of database
    bool anyList = false;
    int number = 0;
    for (const QByteArray &line : text.toByteArray().split('\n')) {
        ++number;
        const QByteArray trimmed = line.trimmed();
        if (trimmed.startsWith("-- name:")) {
            if (part)
                keep(*part);
            const QByteArray rest = trimmed.mid(int(qstrlen("-- name:"))).trimmed();
            anyList = anyList || rest == "list" || rest.startsWith("list ");
            part = header(rest, number);
            other = !part;
            continue;
        }
        if (trimmed.startsWith("--")) {
            if (part)
                part->text += '\n'; // so that lines count
            continue;
        }
        if (part)
            part->text += '\n' + line;
        else if (!trimmed.isEmpty() && !other)
            fail(number, QStringLiteral("this belongs to no part: a part begins with a line -- name: PART"));
    }
    if (part)
        keep(*part);

    AccountPreset preset;
    preset.name = m_file;
    preset.kind = m_kind;
    for (const Part &each : std::as_const(m_parts))
        take(preset, each);
    if (!m_error && preset.list.sql.isEmpty()) {
        if (anyList)
            return Error { ErrorCode::Unsupported,
                QStringLiteral("%1: there is no query for this kind of database: a part -- name: list %2 is missing")
                    .arg(QString::fromUtf8(m_file), QString::fromUtf8(dialectName(m_kind))) };
        fail(number, QStringLiteral("the part list is missing: -- name: list"));
    }
    if (!m_error && !preset.rows.isEmpty() && (preset.rows.first().optional || preset.rows.first().live))
        fail(number, QStringLiteral("the first rows is the account itself: its table is neither optional nor live"));
    const bool changes = !preset.active.isEmpty() || !preset.blocked.isEmpty() || !preset.disabled.isEmpty();
    if (!m_error && changes && preset.rows.isEmpty())
        fail(number, QStringLiteral("accounts are changed, but no part rows tells where they are"));
    if (m_error)
        return *m_error;
    if (preset.cannotBlock.isEmpty())
        preset.cannotBlock = "no query tells how a login is blocked (-- name: blocked)";
    if (preset.cannotDisable.isEmpty())
        preset.cannotDisable = "no query tells how an account is disabled (-- name: disabled)";
    return preset;
}

} // namespace

QVariantList AccountPreset::Statement::values(const QByteArray &user) const
{
    QVariantList values;
    for (const Parameter parameter : parameters)
        values.append(QString::fromUtf8(parameter == Parameter::User ? user : user.mid(user.lastIndexOf('@') + 1)));
    return values;
}

const QList<Statement> &AccountPreset::statementsFor(AccountState state) const
{
    switch (state) {
    case AccountState::Active:
        return active;
    case AccountState::Blocked:
        return blocked;
    case AccountState::Disabled:
        break;
    }
    return disabled;
}

QByteArray AccountPreset::stateRefusal(AccountState state) const
{
    if (!statementsFor(state).isEmpty())
        return {};
    if (state == AccountState::Active)
        return "no query tells how an account is enabled (-- name: active)";
    return state == AccountState::Blocked ? cannotBlock : cannotDisable;
}

Result<AccountPreset> AccountPreset::parse(QByteArrayView text, const QByteArray &file, DatabaseUrl::Kind kind)
{
    return Parser(file, kind).parse(text);
}

Result<AccountPreset> AccountPreset::builtIn(const QByteArray &name, DatabaseUrl::Kind kind)
{
    initSchema();
    QFile file(QStringLiteral(":/schema/%1.sql").arg(QString::fromUtf8(name)));
    if (!builtInNames().contains(name) || !file.open(QIODevice::ReadOnly))
        return Error { ErrorCode::NotFound,
            QStringLiteral("“%1” is no kind of account database; there are %2")
                .arg(QString::fromUtf8(name), QString::fromUtf8(builtInNames().join(", "))) };
    return parse(file.readAll(), name, kind);
}

Result<AccountPreset> AccountPreset::read(const QByteArray &name, DatabaseUrl::Kind kind)
{
    QFile file(QFile::decodeName(name));
    if (!file.open(QIODevice::ReadOnly))
        return Error { ErrorCode::Unavailable,
            QStringLiteral("The queries of [accounts] cannot be read: %1: %2")
                .arg(QString::fromUtf8(name), file.errorString()) };
    const QByteArray text = file.read(MaxFileBytes + 1);
    if (text.size() > MaxFileBytes)
        return Error { ErrorCode::InvalidArgument,
            QStringLiteral("%1 is larger than 1 MiB: that is no file of queries").arg(QString::fromUtf8(name)) };
    return parse(text, name, kind);
}

QList<QByteArray> AccountPreset::builtInNames()
{
    return { "postfixadmin", "iredmail", "mailcow", "modoboa", "vimbadmin", "mailu" };
}

} // namespace mailhelm
