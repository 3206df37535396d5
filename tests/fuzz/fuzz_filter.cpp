// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever is typed as a filter: an error points into the text, a completion replaces a part of it, and a filter that
// is understood says the same of a row alone and of all rows, and the opposite where it is negated.
#include "core/table/filter.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/faketable.h"

using namespace mailhelm;

namespace
{

/// Every kind of cell, known and not, in few rows: the filter is what varies.
const FakeTable &rows()
{
    static const FakeTable *table = [] {
        auto *made = new FakeTable;
        std::mt19937 random(6245);
        for (RowId id = 1; id <= 40; ++id)
            made->addRandom({ quint16(id % 3), id }, random);
        return made;
    }();
    return *table;
}

void checkCompletion(const QString &text, qsizetype cursor)
{
    const FilterCompletion completion = Filter::complete(text, cursor, rows().table().schema());
    FUZZ_CHECK(completion.from >= 0 && completion.length >= 0);
    FUZZ_CHECK(completion.choices.isEmpty() || completion.from + completion.length <= text.size());
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QString text = QString::fromUtf8(reinterpret_cast<const char *>(data), qsizetype(size));
    const Table &table = rows().table();
    for (const qsizetype cursor : { qsizetype(0), text.size() / 2, text.size() })
        checkCompletion(text, cursor);

    FilterError where;
    const Result<Filter> filter = Filter::parse(text, table.schema(), &where);
    if (!filter) {
        FUZZ_CHECK(!filter.error().detail.isEmpty() && !where.message.isEmpty());
        FUZZ_CHECK(where.position >= 0 && where.length >= 1 && where.position + where.length <= text.size() + 1);
        return 0;
    }
    const FilterRun run(filter.value(), table.view(), rows().filterTime());
    const std::vector<quint8> all = run.all();
    FUZZ_CHECK(all.size() == table.slotEnd());
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
        FUZZ_CHECK(run.matches(slot) == (all[slot] != 0));
    const std::optional<qint64> flip = run.nextFlip();
    FUZZ_CHECK(!flip || *flip > run.time().nowUs);

    // Outside of groups a ) inside a word is a letter of it; in the group that negates, it would end that group.
    if (text.contains(u')'))
        return 0;
    const Result<Filter> opposite = Filter::parse(QStringLiteral("!(%1)").arg(text), table.schema());
    if (!opposite) // an empty filter has nothing to negate, and what is near the bound on depth is beyond it now
        return 0;
    const FilterRun negated(opposite.value(), table.view(), rows().filterTime());
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
        FUZZ_CHECK(negated.matches(slot) != run.matches(slot));
    return 0;
}
