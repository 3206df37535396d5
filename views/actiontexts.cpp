// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/actiontexts.h"

#include "core/base/safetext.h"

#include <array>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

/// What is said of so many rows, in the language's plural forms; %1 in a question is the place.
struct Texts {
    RowAction action;
    Symbol symbol;
    const char *question;
    const char *button;
    const char *progress;
    const char *done;
    const char *notDone;
    const char *gone;
    const char *outcome;
};

// clang-format off
constexpr const char *HadEnded = QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln had already ended");
constexpr const char *NoMore = QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln are there no more");

constexpr std::array<Texts, 7> All { {
    { RowAction::Drop, Symbol::Drop,
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Drop %Ln connection(s) on %1?"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Drop %Ln connection(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Dropping %Ln connection(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln dropped"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln not dropped"),
        HadEnded,
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "dropped") },
    { RowAction::End, Symbol::Drop,
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "End %Ln WebMail session(s) on %1?"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "End %Ln session(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Ending %Ln session(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln ended"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln not ended"),
        HadEnded,
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "ended") },
    { RowAction::Enable, Symbol::Enable,
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Enable %Ln account(s) on %1?"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Enable %Ln account(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Enabling %Ln account(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln enabled"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln not enabled"),
        NoMore,
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "enabled") },
    { RowAction::Block, Symbol::Block,
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Block the login of %Ln account(s) on %1?"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Block %Ln login(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Blocking the login of %Ln account(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln blocked"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln not blocked"),
        NoMore,
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "login blocked") },
    { RowAction::Disable, Symbol::Disable,
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Disable %Ln account(s) on %1?"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Disable %Ln account(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Disabling %Ln account(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln disabled"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln not disabled"),
        NoMore,
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "disabled") },
    { RowAction::Delete, Symbol::Remove,
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Delete %Ln account(s) on %1?"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Delete %Ln account(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Deleting %Ln account(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln deleted"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln not deleted"),
        NoMore,
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "deleted") },
    { RowAction::Restore, Symbol::Reset,
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Restore %Ln account(s) on %1?"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Restore %Ln account(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "Restoring %Ln account(s)"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln restored"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln not restored"),
        QT_TRANSLATE_N_NOOP("mailhelm::ActionTexts", "%Ln cannot be restored any more"),
        QT_TRANSLATE_NOOP("mailhelm::ActionTexts", "restored") },
} };
// clang-format on

const Texts &textsOf(RowAction action)
{
    return *std::find_if(All.begin(), All.end(), [action](const Texts &texts) { return texts.action == action; });
}

QString say(const char *text, qsizetype count)
{
    return ActionTexts::tr(text, nullptr, int(count));
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
    QStringList parts;
    if (done > 0)
        parts.append(say(texts.done, done));
    if (gone > 0)
        parts.append(say(texts.gone, gone));
    if (notTried > 0)
        parts.append(tr("%Ln left alone, as you cancelled", nullptr, notTried));
    if (refused > 0) {
        const QString count = say(texts.notDone, refused);
        parts.append(reasons.isEmpty() ? count : tr("%1: %2").arg(count, reasons.join(u"; "_s)));
    }
    return { parts.join(u", "_s), refused > 0 };
}

ActionTexts::Summary ActionTexts::summary(
    RowAction action, const QList<RowOutcome> &outcomes, const QList<ServerStatus> &servers)
{
    std::map<quint16, QList<RowOutcome>> byServer;
    for (const RowOutcome &outcome : outcomes)
        byServer[outcome.row.server].append(outcome);
    if (byServer.size() < 2)
        return summary(action, outcomes);
    Summary whole;
    QStringList parts;
    for (const ServerStatus &server : servers) {
        const auto found = byServer.find(server.number);
        if (found == byServer.end())
            continue;
        const Summary part = summary(action, found->second);
        parts.append(tr("%1: %2").arg(safeText(server.name, 60), part.text));
        whole.trouble = whole.trouble || part.trouble;
    }
    whole.text = parts.join(u"; "_s);
    return whole;
}

} // namespace mailhelm
