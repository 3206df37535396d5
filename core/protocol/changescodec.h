// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/table/changeset.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>
#include <vector>

namespace mailhelm
{

class BodyReader;
class CborWriter;

/// Parts of ChangeSets to payloads: columns in bulk, texts that recur as codes of a dictionary which both sides build
/// up as they go. docs/PROTOCOL.md has the CDDL.
///
/// One per subscription, in the agent; belongs to the peer's thread. What it encodes must reach the one decoder whole
/// and in order, and all of it must come from one table: the dictionary is keyed by the serials of the table's string
/// pools.
class ChangesEncoder
{
public:
    /// `schema` as it was announced in Welcome.
    explicit ChangesEncoder(Schema schema)
        : m_schema(std::move(schema))
        , m_dictionaries(size_t(m_schema.columnCount()))
    {
    }

    /// A frame's payload. `request` is 0 unless the changes answer one.
    [[nodiscard]] QByteArray encode(quint32 request, const ChangeSet &part);
    /// Entries of all columns: for tests and figures.
    [[nodiscard]] qsizetype dictionarySize() const;

private:
    struct Dictionary {
        struct Slot {
            quint64 serial = 0; ///< of the pool's text; 0 = never sent
            quint32 code = 0; ///< what it has on the wire
        };
        QList<Slot> byPoolCode;
        quint32 size = 0;
        qsizetype bytes = 0;
        qsizetype live = 0; ///< texts in the pool when it was last seen
    };

    [[nodiscard]] bool outgrown(const ChangeSet &part);
    void writeColumn(CborWriter &out, int index, const Column &column);
    void writeDictionaryColumn(CborWriter &out, int index, const Column &column);

    Schema m_schema;
    std::vector<Dictionary> m_dictionaries; ///< by column
    QList<quint32> m_codes; ///< scratch
};

/// The other end: one per subscription, in the client; belongs to the link's thread. Copyable.
class ChangesDecoder
{
public:
    /// `body` is FrameHead::body of a Changes message, `agentSchema` the table's as announced in Welcome. Columns come
    /// back with the indices of that schema. What is returned keeps every rule of ChangeSet: ids are valid and occur
    /// once, columns ascend, every column has a cell for each id, texts are UTF-8 without NUL. After an error the
    /// dictionary is not to be trusted: close the connection; every further call gives the same error.
    [[nodiscard]] Result<ChangeSet> decode(QByteArrayView body, const Schema &agentSchema);

private:
    struct Dictionary {
        QList<StringPool::Code> codes; ///< by code on the wire
        qsizetype bytes = 0;
        StringPool pool;
    };

    [[nodiscard]] ChangeSet readPart(BodyReader &body, const Schema &schema);
    RowGroup readGroup(BodyReader &body, const Schema &schema);
    Column readColumn(BodyReader &body, const Schema &schema, qsizetype rows, int &index);
    Column readDictionaryColumn(
        BodyReader &body, ColumnType type, Dictionary &dictionary, QList<quint64> known, qsizetype rows, bool hasTexts);
    void clearDictionaries();
    [[nodiscard]] bool haveIdsTwice(const ChangeSet &part);

    std::vector<Dictionary> m_dictionaries; ///< by column
    std::vector<quint64> m_seen; ///< scratch: a hash set of ids
    quint64 m_multiplier = 0; ///< odd; 0 before the first part
    std::optional<Error> m_broken;
};

} // namespace mailhelm
