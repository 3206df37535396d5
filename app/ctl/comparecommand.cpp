// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/comparecommand.h"

#include "app/ctl/writerows.h"

#include <algorithm>
#include <array>

namespace mailhelm::ctl
{

CompareCommand::CompareCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent)
    : Command(parent)
    , m_options(options)
    , m_session(session)
    , m_terminal(terminal)
{
}

Result<AddressList> CompareCommand::readList() const
{
    const QString name = m_options.targets.first();
    QFile file(name);
    const bool opened = name == u"-" ? file.open(0, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!opened)
        return Error { ErrorCode::NotFound, QStringLiteral("%1: %2.").arg(name, file.errorString()) };
    auto list = AddressList::read(file.read(AddressList::MostBytes + 1), m_options.column);
    if (!list)
        return Error { list.error().code, QStringLiteral("%1: %2").arg(name, list.error().detail) };
    return list;
}

void CompareCommand::start()
{
    auto list = readList();
    if (!list) {
        m_terminal.complain(list.error().detail);
        Q_EMIT finished(exitcode::Usage);
        return;
    }
    m_list = list.value();
    const Comparison nothing(m_session.table(TableId::Users), {}); // for its columns
    if (const auto selection = Selection::make(m_options, nothing, false); !selection) {
        m_terminal.complain(selection.error().detail);
        Q_EMIT finished(exitcode::Usage);
        return;
    }
    m_session.subscribe(TableId::Users);
    connect(&m_session, &Session::settled, this, &CompareCommand::print);
    m_session.start();
}

/// Those first for which something is to be done; by user in each.
static Order grouped(const Order &byUser, const Column &list)
{
    static constexpr std::array Groups { "only_server", "only_list", "both" };
    Order rows = byUser;
    const auto rank
        = [&](Table::Slot slot) { return std::find(Groups.begin(), Groups.end(), list.text(slot)) - Groups.begin(); };
    std::stable_sort(rows.begin(), rows.end(), [&](Table::Slot a, Table::Slot b) { return rank(a) < rank(b); });
    return rows;
}

void CompareCommand::print()
{
    int code = m_session.exitCode();
    if (m_session.up().isEmpty()) {
        Q_EMIT finished(code);
        return;
    }
    if (!m_session.allOffer(TableId::Users))
        code = exitcode::Part;
    const Comparison comparison(m_session.table(TableId::Users), m_list);
    Selection selection = Selection::make(m_options, comparison, m_session.links().size() > 1).value();
    if (m_options.columns.isEmpty()) { // what it is about comes first
        selection.columns.removeAll(comparison.listColumn());
        selection.columns.prepend(comparison.listColumn());
    }
    Order rows;
    if (m_options.sort.isEmpty()) {
        selection.order = { users::User, false };
        rows = grouped(selection.rows(comparison), comparison.table().column(comparison.listColumn()));
    } else {
        rows = selection.rows(comparison);
    }
    if (!writeRows(m_options, m_terminal, comparison, selection, rows))
        code = exitcode::Part;
    summarise(comparison);
    if (m_list.count(AddressList::Remark::Kind::Invalid) > 0)
        code = exitcode::Part;
    Q_EMIT finished(code);
}

void CompareCommand::summarise(const Comparison &comparison)
{
    const QString name = m_options.targets.first();
    for (const QString &note : m_list.notes)
        m_terminal.complain(QStringLiteral("%1: %2").arg(name, note));
    for (const AddressList::Remark &remark : m_list.remarks)
        m_terminal.complain(QStringLiteral("%1:%2: %3").arg(name, QString::number(remark.line), remark.text));
    if (m_session.up().size() < qsizetype(m_session.links().size()))
        m_terminal.complain(QStringLiteral(
            "Not every server could be asked: “only in the list” may be accounts of those that could not."));
    const Comparison::Counts &counts = comparison.counts();
    const QString column = m_list.title.isEmpty() ? QString::number(m_list.column + 1)
                                                  : QStringLiteral("“%1”").arg(m_list.title.left(100));
    m_terminal.remark(
        QStringLiteral("%1 addresses in column %2, %3 accounts: %4 only on the server, %5 only in the "
                       "list, %6 in both. %7 duplicates and %8 invalid lines were left out.")
            .arg(QString::number(m_list.entries.size()), column, QString::number(counts.onlyServer + counts.both),
                QString::number(counts.onlyServer), QString::number(counts.onlyList), QString::number(counts.both),
                QString::number(m_list.count(AddressList::Remark::Kind::Duplicate)),
                QString::number(m_list.count(AddressList::Remark::Kind::Invalid))));
}

} // namespace mailhelm::ctl
