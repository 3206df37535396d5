// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace mailhelm
{

/// The mail addresses of a CSV file that somebody else made: a staff list, an export of a billing system. Any thread.
///
/// Takes what spreadsheets write: comma, semicolon or TAB (found by content, or told by a first line "sep=;"), quoted
/// fields (RFC 4180), any line ends, with or without byte order mark and header; UTF-8, UTF-16 with its mark, else
/// Latin-1. Where the addresses are is found by content, or told by the column's title or number. "Name <address>" and
/// "mailto:" are taken apart. Addresses are compared ignoring case. Where there is no address at all, one column of
/// plain names is taken as users' names.
///
/// Nothing gets lost: each record is an entry, or has a remark, or is blank.
struct AddressList {
    struct Entry {
        QByteArray address; ///< UTF-8, as it is written there
        qsizetype line = 0; ///< where its record begins, from 1
    };
    struct Remark {
        enum class Kind { Invalid, Duplicate };
        Kind kind = Kind::Invalid;
        qsizetype line = 0;
        QString text; ///< a sentence; may hold what the file holds
    };
    QList<Entry> entries; ///< each address once, in the file's order
    QList<Remark> remarks; ///< by line
    QStringList notes; ///< about the file as a whole: its encoding
    char delimiter = ',';
    int column = 0; ///< from 0
    QString title; ///< of that column; empty where there is no header

    [[nodiscard]] qsizetype count(Remark::Kind kind) const;

    static constexpr qsizetype MostBytes = 256 * 1024 * 1024;

    /// `column`: a title, ignoring case, or a number from 1; empty = found by content. InvalidArgument with what is
    /// wrong and how to mend it.
    [[nodiscard]] static Result<AddressList> read(const QByteArray &file, const QString &column = {});
};

} // namespace mailhelm
