// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/sources/sqldatabase.h"
#include "core/base/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QSet>
#include <QString>
#include <QVariantList>

#include <optional>

namespace mailhelm
{

/// How the accounts of one kind of mail server lie in its database: named queries, read from a file, not code. Those
/// that come with Mailhelm are in resources/schema/, embedded; an administrator's own (kind = "queries") are written
/// alike.
///
/// The file is UTF-8. A line `-- name: PART [sqlite] [postgresql] [mysql]` begins a part, for the databases that it
/// names or for all; it ends where the next begins. Other lines that begin with -- are comments. `:user` stands for the
/// address of the account and `:domain` for what follows its @, always bound, never pasted. docs/adding-a-preset.md
/// tells the parts.
///
/// A plain value: read it on one thread, use it on another.
struct AccountPreset {
    struct Statement {
        QString sql; ///< with a question mark for each parameter
        enum class Parameter { User, Domain };
        QList<Parameter> parameters {};
        [[nodiscard]] QVariantList values(const QByteArray &user) const;
    };
    /// The rows of one table that belong to an account.
    struct Rows {
        QByteArray table;
        QList<QByteArray> key; ///< the columns that tell its rows apart
        bool optional = false; ///< "table?": not every version or installation has it
        bool live = false; ///< "live": the server writes there by itself, so that rows may come and change meanwhile
        Statement where; ///< the condition alone
    };

    QByteArray name; ///< "postfixadmin", or the path of the file
    DatabaseUrl::Kind kind = DatabaseUrl::Kind::Sqlite;
    /// Gives `user` and, as far as they are known, state (active, blocked, disabled), domain_admin, created, last_login
    /// (in s since 1970), last_login_service, last_login_address, mailbox_bytes, quota_bytes. NULL: not known.
    Statement list;
    QList<Statement> active;
    QList<Statement> blocked; ///< empty: cannotBlock says why
    QList<Statement> disabled; ///< empty: cannotDisable says why
    QByteArray cannotBlock;
    QByteArray cannotDisable;
    /// The statements that put an account into that state; none: stateRefusal() says why.
    [[nodiscard]] const QList<Statement> &statementsFor(AccountState state) const;
    [[nodiscard]] QByteArray stateRefusal(AccountState state) const;
    QList<Rows> rows; ///< in the order in which they are put back; the first holds one row for each account
    QList<Statement> taken; ///< each row that one gives is a reason why the account cannot be put back
    QList<Statement> removed; ///< run after the rows were taken out, in the same transaction: counters
    QList<Statement> restored; ///< likewise after they were put back
    QSet<QByteArray> records; ///< the services whose logins `list` knows: imap, pop3, submission, smtp, sieve, webmail
    std::optional<Statement> mail; ///< gives where the mail lies, absolute or below the mail root

    /// The error names the file and the line.
    static Result<AccountPreset> parse(QByteArrayView text, const QByteArray &file, DatabaseUrl::Kind kind);
    /// One of builtInNames(). Unsupported: such a mail server does not keep its accounts in this kind of database.
    static Result<AccountPreset> builtIn(const QByteArray &name, DatabaseUrl::Kind kind);
    static Result<AccountPreset> read(const QByteArray &file, DatabaseUrl::Kind kind);
    static QList<QByteArray> builtInNames();
};

} // namespace mailhelm
