// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/filter.h"
#include "core/table/filternode.h"

/// Inside of the filter.
namespace mailhelm::filterdetail
{

/// One text, parsed by descent. Used once.
class Parser
{
    Q_DECLARE_TR_FUNCTIONS(mailhelm::Filter)

public:
    Parser(const QString &text, const Schema &schema)
        : m_text(text)
        , m_schema(schema)
    {
    }
    /// nullptr for a text without a term, and where error() says why.
    [[nodiscard]] NodePtr parse();
    [[nodiscard]] const FilterError *error() const { return m_error ? &*m_error : nullptr; }

    static constexpr qsizetype MaxLength = 8192;
    static constexpr int MaxDepth = 100;

private:
    struct Written {
        QString text;
        bool quoted = false;
        qsizetype position = 0;
        qsizetype length = 0;
    };

    NodePtr parseOr();
    NodePtr parseAnd();
    NodePtr parseTerm();
    NodePtr parseWord();
    NodePtr parseComparison(const QString &key, qsizetype at);
    std::optional<Written> readValue();
    std::optional<Written> readQuoted();
    QString keyHere() const;
    qsizetype endOfRaw() const;

    NodePtr compare(int column, Op op, const Written &value);
    NodePtr compareText(Node node, const Written &value);
    NodePtr compareAddress(Node node, const Written &value);
    NodePtr compareNumber(Node node, const Written &value);
    NodePtr compareTime(Node node, const Written &value);
    NodePtr compareFlag(Node node, const Written &value);

    NodePtr fail(qsizetype position, qsizetype length, const QString &message);
    QString unknownKey(const QString &key) const;
    void skipSpace();
    bool atEnd() const { return m_at >= m_text.size(); }
    QChar here() const { return m_at < m_text.size() ? m_text[m_at] : QChar(); }

    const QString &m_text;
    const Schema &m_schema;
    qsizetype m_at = 0;
    int m_depth = 0; ///< of everything that nests: the stack is finite
    int m_groups = 0; ///< open parentheses
    std::optional<FilterError> m_error;
};

/// Whether only hex digits, colons, dots and one slash with at least two colons: an IPv6 address, or a part of one.
[[nodiscard]] bool looksLikeIpv6(QStringView text);
/// Whether only characters of written addresses, folded.
[[nodiscard]] bool inAddresses(QByteArrayView text);

} // namespace mailhelm::filterdetail
