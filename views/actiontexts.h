// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>

#include "views/backend.h"
#include "views/confirmdialog.h"
#include "views/messageline.h"

namespace mailhelm
{

/// What is said about an action before, while and after it is done: one table for all of them.
class ActionTexts
{
    Q_DECLARE_TR_FUNCTIONS(mailhelm::ActionTexts)

public:
    /// Question, button and symbol of the action; everything else is the caller's to fill.
    [[nodiscard]] static ConfirmWords confirm(RowAction action);
    /// "Disable 3 accounts on mx1?", "Disable 3 accounts".
    [[nodiscard]] static QString question(RowAction action, qsizetype count, const QString &where);
    [[nodiscard]] static QString button(RowAction action, qsizetype count);
    /// "Disabling 3 accounts": of the window that shows how far it is.
    [[nodiscard]] static QString progress(RowAction action, qsizetype count);
    [[nodiscard]] static QString hint(RowAction action); ///< for the tooltip of what starts it
    [[nodiscard]] static Symbol symbol(RowAction action);

    struct Summary {
        QString text; ///< "2 dropped, 1 had already ended"; safe
        bool trouble = false; ///< something was not done
        [[nodiscard]] MessageLine::Kind kind() const
        {
            return trouble ? MessageLine::Kind::Warning : MessageLine::Kind::Information;
        }
    };
    /// With up to three different reasons.
    [[nodiscard]] static Summary summary(RowAction action, const QList<RowOutcome> &outcomes);
    /// The same, and of several servers each by itself: "mx1: 2 dropped; mx2: 1 not dropped: not connected".
    [[nodiscard]] static Summary summary(
        RowAction action, const QList<RowOutcome> &outcomes, const QList<ServerStatus> &servers);
    /// Of one row: "disabled", "is there no more", or why not.
    [[nodiscard]] static QString outcome(RowAction action, const RowOutcome &outcome);
};

} // namespace mailhelm
