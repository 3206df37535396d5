// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QStringList>

namespace mailhelm
{

/// What the console was asked for on its command line. A second start hands them to the one that runs.
struct Arguments {
    QString connectTo; ///< name of a server; empty: as it is
    QString tab; ///< key of a page
    QString filter;
    QString exportTo; ///< absolute; the rows of the page go there
    bool quit = false; ///< afterwards
    QString language; ///< code; of this start alone
    QString screenshots; ///< folder
    bool version = false;
    bool help = false;
    QString helpText;

    /// `arguments` begin with the program. What there is not is an error with a sentence.
    [[nodiscard]] static Result<Arguments> parse(const QStringList &arguments);
    /// So that parse() gives the same in another process, wherever that runs.
    [[nodiscard]] QStringList toList() const;
};

} // namespace mailhelm
