// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/actiontexts.h"

#include "core/base/safetext.h"

#include <QLocale>

#include <array>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

/// What is said of one row and of many: %1 is the number, then the place; of one, the place alone.
struct Counted {
    const char *one;
    const char *many;
};

struct Texts {
    RowAction action;
    Symbol symbol;
    Counted question;
    Counted button;
    Counted progress;
    const char *done;
    const char *notDone;
    Counted gone;
    const char *outcome;
};

// clang-format off
constexpr Counted HadEnded { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "1 had already ended"),
    QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 had already ended") };
constexpr Counted NoMore { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "1 is there no more"),
    QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 are there no more") };

constexpr std::array<Texts, 7> All { {
    { RowAction::Drop, Symbol::Drop,
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Drop 1 connection on %1?"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Drop %1 connections on %2?") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Drop 1 connection"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Drop %1 connections") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Dropping 1 connection"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Dropping %1 connections") },
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 dropped"),
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 not dropped"),
        HadEnded,
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "dropped") },
    { RowAction::End, Symbol::Drop,
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "End 1 WebMail session on %1?"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "End %1 WebMail sessions on %2?") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "End 1 session"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "End %1 sessions") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Ending 1 session"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Ending %1 sessions") },
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 ended"),
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 not ended"),
        HadEnded,
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "ended") },
    { RowAction::Enable, Symbol::Enable,
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Enable 1 account on %1?"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Enable %1 accounts on %2?") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Enable 1 account"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Enable %1 accounts") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Enabling 1 account"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Enabling %1 accounts") },
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 enabled"),
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 not enabled"),
        NoMore,
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "enabled") },
    { RowAction::Block, Symbol::Block,
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Block the login of 1 account on %1?"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Block the login of %1 accounts on %2?") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Block 1 login"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Block %1 logins") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Blocking the login of 1 account"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Blocking the login of %1 accounts") },
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 blocked"),
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 not blocked"),
        NoMore,
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "login blocked") },
    { RowAction::Disable, Symbol::Disable,
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Disable 1 account on %1?"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Disable %1 accounts on %2?") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Disable 1 account"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Disable %1 accounts") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Disabling 1 account"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Disabling %1 accounts") },
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 disabled"),
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 not disabled"),
        NoMore,
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "disabled") },
    { RowAction::Delete, Symbol::Remove,
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Delete 1 account on %1?"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Delete %1 accounts on %2?") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Delete 1 account"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Delete %1 accounts") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Deleting 1 account"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Deleting %1 accounts") },
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 deleted"),
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 not deleted"),
        NoMore,
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "deleted") },
    { RowAction::Restore, Symbol::Reset,
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Restore 1 account on %1?"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Restore %1 accounts on %2?") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Restore 1 account"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Restore %1 accounts") },
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Restoring 1 account"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "Restoring %1 accounts") },
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 restored"),
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 not restored"),
        { QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "1 cannot be restored any more"),
            QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "%1 cannot be restored any more") },
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "restored") },
} };
// clang-format on

const Texts &textsOf(RowAction action)
{
    return *std::find_if(All.begin(), All.end(), [action](const Texts &texts) { return texts.action == action; });
}

/// A place that the text has besides is left for the caller to fill.
QString say(const Counted &text, qsizetype count)
{
    return count == 1 ? ActionTexts::tr(text.one) : ActionTexts::tr(text.many).arg(QLocale().toString(count));
}

} // namespace

QString ActionTexts::question(RowAction action, qsizetype count, const QString &where)
{
    return say(textsOf(action).question, count).arg(where);
}

QString ActionTexts::button(RowAction action, qsizetype count)
{
    return say(textsOf(action).button, count);
}

QString ActionTexts::progress(RowAction action, qsizetype count)
{
    return say(textsOf(action).progress, count);
}

QString ActionTexts::hint(RowAction action)
{
    switch (action) {
    case RowAction::Drop:
        return tr("End exactly these connections");
    case RowAction::End:
        return tr("End exactly these WebMail sessions");
    case RowAction::Enable:
        return tr("Mail arrives and logging in works again");
    case RowAction::Block:
        return tr("Nobody can log in any more; mail still arrives");
    case RowAction::Disable:
        return tr("Nobody can log in any more, and no mail arrives; nothing is deleted");
    case RowAction::Delete:
        return tr("Take the accounts out of the mail server; they can be restored for a while");
    case RowAction::Restore:
        return tr("Bring accounts and mail back as they were");
    }
    return {};
}

Symbol ActionTexts::symbol(RowAction action)
{
    return textsOf(action).symbol;
}

ConfirmWords ActionTexts::confirm(RowAction action)
{
    ConfirmWords words;
    words.question = [action](int count, const QString &where) { return question(action, count, where); };
    words.button = [action](int count) { return button(action, count); };
    words.symbol = symbol(action);
    return words;
}

QString ActionTexts::outcome(RowAction action, const RowOutcome &outcome)
{
    switch (outcome.code) {
    case RowOutcome::Code::Done:
        return tr(textsOf(action).outcome);
    case RowOutcome::Code::Gone:
        return tr("is there no more");
    case RowOutcome::Code::NotTried:
        return tr("cancelled before its turn");
    case RowOutcome::Code::Refused:
    case RowOutcome::Code::NotReached:
        break;
    }
    return safeText(outcome.why, 300);
}

ActionTexts::Summary ActionTexts::summary(RowAction action, const QList<RowOutcome> &outcomes)
{
    const Texts &texts = textsOf(action);
    int done = 0;
    int gone = 0;
    int refused = 0;
    int notTried = 0;
    QStringList reasons;
    for (const RowOutcome &outcome : outcomes) {
        switch (outcome.code) {
        case RowOutcome::Code::Done:
            ++done;
            break;
        case RowOutcome::Code::Gone:
            ++gone;
            break;
        case RowOutcome::Code::NotTried:
            ++notTried;
            break;
        case RowOutcome::Code::Refused:
        case RowOutcome::Code::NotReached:
            ++refused;
            const QString why = safeText(outcome.why, 300);
            if (!why.isEmpty() && !reasons.contains(why) && reasons.size() < 3)
                reasons.append(why);
            break;
        }
    }
    const QLocale locale;
    QStringList parts;
    if (done > 0)
        parts.append(tr(texts.done).arg(locale.toString(done)));
    if (gone > 0)
        parts.append(say(texts.gone, gone));
    if (notTried > 0)
        parts.append(tr("%1 left alone, as you cancelled").arg(locale.toString(notTried)));
    if (refused > 0) {
        const QString count = tr(texts.notDone).arg(locale.toString(refused));
        parts.append(reasons.isEmpty() ? count : tr("%1: %2").arg(count, reasons.join(u"; "_s)));
    }
    return { parts.join(u", "_s), refused > 0 };
}

} // namespace mailhelm
