// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/rowid.h"
#include "core/protocol/cbor.h"

#include <QList>

namespace mailhelm
{

/// A CborReader with what the bodies of messages need: texts and lists under their limits, and an error that names the
/// field.
class BodyReader : public CborReader
{
public:
    explicit BodyReader(QByteArrayView body)
        : CborReader(body)
    {
    }

    /// A text without NUL of at most `maxBytes`.
    QByteArray readLimitedText(qsizetype maxBytes = limits::TextBytes);
    /// A typed array of row ids, each within 1 .. MaxRowId.
    QList<RowId> readIds(qsizetype max);
    /// An array of at most `max` things, each read by `one`.
    template<typename T, typename ReadOne>
    QList<T> readList(qsizetype max, ReadOne one)
    {
        QList<T> out;
        const qsizetype count = enterArray(max);
        out.reserve(count);
        for (qsizetype i = 0; i < count && ok(); ++i)
            out.append(one());
        if (ok())
            leave();
        return out;
    }

    /// Keeps the first, which is the innermost.
    void noteField(const char *name);
    /// "Subscribe: field `in_view`, byte 12: a number is too large."; only after a failure.
    [[nodiscard]] Error error(QByteArrayView message) const;

private:
    const char *m_field = nullptr;
};

/// Goes through a map with unsigned keys, ascending, each once. Key n is called names[n - 1]; those above are a newer
/// peer's, and the caller skips them.
///
///     for (FieldLoop field(body, names, required); field.next();) switch (field.key()) { … default: body.skip(); }
///
/// After the last one it checks that those in `required` (bit n - 1 for key n) were there.
class FieldLoop
{
public:
    template<size_t N>
    FieldLoop(BodyReader &body, const char *const (&names)[N], quint64 required)
        : m_body(body)
        , m_names(names)
        , m_required(required)
        , m_start(body.offset())
        , m_left(body.enterMap(limits::MapEntries))
    {
    }
    bool next();
    [[nodiscard]] quint64 key() const { return m_key; }

private:
    [[nodiscard]] const char *name() const
    {
        return m_key > 0 && m_key <= m_names.size() ? m_names[m_key - 1] : nullptr;
    }

    BodyReader &m_body;
    std::span<const char *const> m_names;
    quint64 m_required;
    qsizetype m_start;
    qsizetype m_left;
    quint64 m_key = 0;
};

} // namespace mailhelm
