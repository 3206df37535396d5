// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/filterparser.h"

#include "core/base/safetext.h"
#include "core/table/filtervalues.h"

namespace mailhelm::filterdetail
{

namespace
{

bool isKeyChar(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'_';
}

bool isOperatorChar(QChar c)
{
    return c == u':' || c == u'=' || c == u'<' || c == u'>';
}

NodePtr join(Node::Kind kind, std::vector<NodePtr> parts)
{
    if (parts.size() == 1)
        return parts.front();
    Node node;
    node.kind = kind;
    node.children = std::move(parts);
    return share(std::move(node));
}

NodePtr negated(NodePtr child)
{
    Node node;
    node.kind = Node::Kind::Not;
    node.children.push_back(std::move(child));
    return share(std::move(node));
}

} // namespace

bool inAddresses(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(),
        [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '.' || c == ':'; });
}

bool looksLikeIpv6(QStringView text)
{
    const auto fits = [](QChar c) {
        return (c >= u'0' && c <= u'9') || (c.toLower() >= u'a' && c.toLower() <= u'f') || c == u':' || c == u'.'
            || c == u'/';
    };
    return text.count(u':') >= 2 && std::all_of(text.begin(), text.end(), fits);
}

NodePtr Parser::fail(qsizetype position, qsizetype length, const QString &message)
{
    if (!m_error)
        m_error = FilterError { position, std::max<qsizetype>(1, length), message };
    return nullptr;
}

void Parser::skipSpace()
{
    while (!atEnd() && here().isSpace())
        ++m_at;
}

NodePtr Parser::parse()
{
    if (m_text.size() > MaxLength)
        return fail(MaxLength, m_text.size() - MaxLength, tr("longer than %1 characters. Shorten it.").arg(MaxLength));
    skipSpace();
    if (atEnd())
        return nullptr;
    NodePtr node = parseOr();
    if (node && !atEnd()) // only a ) stops parseOr() before the end
        return fail(m_at, 1, tr("this ) closes nothing. Remove it, or put it in \"quotes\"."));
    return node;
}

NodePtr Parser::parseOr()
{
    std::vector<NodePtr> parts;
    for (;;) {
        NodePtr part = parseAnd();
        if (!part)
            return nullptr;
        parts.push_back(std::move(part));
        if (here() != u'|')
            break;
        ++m_at;
    }
    return join(Node::Kind::Or, std::move(parts));
}

NodePtr Parser::parseAnd()
{
    std::vector<NodePtr> parts;
    for (;;) {
        skipSpace();
        if (atEnd() || here() == u'|' || here() == u')')
            break;
        NodePtr part = parseTerm();
        if (!part)
            return nullptr;
        parts.push_back(std::move(part));
    }
    if (!parts.empty())
        return join(Node::Kind::And, std::move(parts));
    if (here() == u'|')
        return fail(
            m_at, 1, tr("there is nothing before this |. Write a term on both sides of it, or put it in \"quotes\"."));
    if (here() == u')')
        return fail(m_at, 1, tr("there is nothing before this ). Write a term, or put it in \"quotes\"."));
    return fail(m_text.size(), 1, tr("a term is missing at the end. Write one, or remove the last | or (."));
}

NodePtr Parser::parseTerm()
{
    if (++m_depth > MaxDepth)
        return fail(m_at, 1, tr("nested more than %1 deep. Write it flatter.").arg(MaxDepth));
    NodePtr node;
    if (here() == u'!') {
        const qsizetype at = m_at++;
        if (atEnd() || here().isSpace() || here() == u'|' || here() == u')')
            return fail(
                at, 1, tr("! negates the term that follows it directly. Remove the space, or put ! in \"quotes\"."));
        if (NodePtr child = parseTerm())
            node = negated(std::move(child));
    } else if (here() == u'(') {
        const qsizetype at = m_at++;
        ++m_groups;
        node = parseOr();
        if (node && here() != u')')
            return fail(at, 1, tr("this ( is never closed. Add a ), or put it in \"quotes\"."));
        ++m_at;
        --m_groups;
    } else if (const QString key = keyHere(); !key.isEmpty()) {
        const qsizetype at = m_at;
        m_at += key.size();
        node = parseComparison(key, at);
    } else {
        node = parseWord();
    }
    --m_depth;
    return node;
}

QString Parser::keyHere() const
{
    qsizetype end = m_at;
    while (end < m_text.size() && isKeyChar(m_text[end]))
        ++end;
    if (end == m_at || end == m_text.size() || m_text[m_at].isDigit())
        return {};
    const bool isNot = m_text[end] == u'!' && end + 1 < m_text.size() && m_text[end + 1] == u'=';
    if (!isNot && !isOperatorChar(m_text[end]))
        return {};
    const QString key = m_text.mid(m_at, end - m_at);
    // fe80::1 is an address, not a question to a column fe80.
    if (m_schema.indexOf(key.toLatin1().toLower()) < 0
        && looksLikeIpv6(QStringView(m_text).sliced(m_at, endOfRaw() - m_at)))
        return {};
    return key;
}

qsizetype Parser::endOfRaw() const
{
    qsizetype end = m_at;
    while (
        end < m_text.size() && !m_text[end].isSpace() && m_text[end] != u'|' && !(m_groups > 0 && m_text[end] == u')'))
        ++end;
    return end;
}

std::optional<Parser::Written> Parser::readQuoted()
{
    Written out;
    out.quoted = true;
    out.position = m_at;
    for (++m_at; !atEnd(); ++m_at) {
        if (here() == u'"') {
            ++m_at;
            out.length = m_at - out.position;
            if (!atEnd() && endOfRaw() != m_at) {
                fail(m_at, endOfRaw() - m_at,
                    tr("put a space after the closing quote; a quote within quotes is written \\\"."));
                return std::nullopt;
            }
            return out;
        }
        const bool escaped
            = here() == u'\\' && m_at + 1 < m_text.size() && (m_text[m_at + 1] == u'"' || m_text[m_at + 1] == u'\\');
        if (escaped)
            ++m_at;
        out.text += here();
    }
    fail(out.position, m_text.size() - out.position,
        tr("the quote that opens here is never closed. Add a \" at the end."));
    return std::nullopt;
}

std::optional<Parser::Written> Parser::readValue()
{
    if (here() == u'"')
        return readQuoted();
    Written out;
    out.position = m_at;
    out.length = endOfRaw() - m_at;
    out.text = m_text.mid(m_at, out.length);
    if (const qsizetype quote = out.text.indexOf(u'"'); quote >= 0) {
        fail(m_at + quote, 1,
            tr("a quote in the middle. Put the whole value in quotes, and write \\\" for a quote in it."));
        return std::nullopt;
    }
    m_at += out.length;
    return out;
}

NodePtr Parser::parseWord()
{
    if (isOperatorChar(here()) && !looksLikeIpv6(QStringView(m_text).sliced(m_at, endOfRaw() - m_at)))
        return fail(m_at, 1,
            tr("a column is missing before %1. Write for example user%1…, or put it in \"quotes\".").arg(here()));
    const std::optional<Written> word = readValue();
    if (!word)
        return nullptr;
    if (word->text.isEmpty())
        return fail(word->position, word->length, tr("an empty word finds nothing. Write a word between the quotes."));
    Node node;
    node.kind = Node::Kind::Word;
    node.text = foldedUtf8(word->text.toUtf8());
    node.mayBeAddress = inAddresses(node.text);
    node.network = parseNetwork(node.text, true);
    return share(std::move(node));
}

NodePtr Parser::parseComparison(const QString &key, qsizetype at)
{
    struct Sign {
        QLatin1String text;
        Op op;
        bool negate;
    };
    static const Sign signs[] = {
        { QLatin1String("!="), Op::Equals, true },
        { QLatin1String(">="), Op::GreaterEqual, false },
        { QLatin1String("<="), Op::LessEqual, false },
        { QLatin1String(">"), Op::Greater, false },
        { QLatin1String("<"), Op::Less, false },
        { QLatin1String("="), Op::Equals, false },
        { QLatin1String(":"), Op::Contains, false },
    };
    const auto sign = std::find_if(std::begin(signs), std::end(signs),
        [&](const Sign &s) { return QStringView(m_text).sliced(m_at).startsWith(s.text); });
    Q_ASSERT(sign != std::end(signs)); // keyHere() saw one
    const int column = m_schema.indexOf(key.toLatin1().toLower());
    if (column < 0)
        return fail(at, key.size(), unknownKey(key));
    const qsizetype signAt = m_at;
    m_at += sign->text.size();
    const std::optional<Written> value = readValue();
    if (!value)
        return nullptr;
    if (value->text.isEmpty() && !value->quoted)
        return fail(signAt, sign->text.size(),
            tr("a value is missing after %1. Write %2%1value; %2=? for what is not known; %2=\"\" for what is known to "
               "be empty.")
                .arg(sign->text, key));
    NodePtr node = compare(column, sign->op, *value);
    return node && sign->negate ? negated(std::move(node)) : node;
}

QString Parser::unknownKey(const QString &key) const
{
    QStringList keys;
    QString nearest;
    int distance = 3; // farther than that it is another word
    for (const ColumnSpec &spec : m_schema.columns()) {
        keys.append(QString::fromUtf8(spec.key));
        const int d
            = keys.last().startsWith(key.toLower()) && key.size() >= 2 ? 1 : editDistance(key.toLower(), keys.last());
        if (d < distance && d < key.size()) {
            distance = d;
            nearest = keys.last();
        }
    }
    QString message = tr("there is no column \"%1\".").arg(safeText(key, 40));
    if (!nearest.isEmpty())
        message += QLatin1Char(' ') + tr("Did you mean %1?").arg(nearest);
    message += QLatin1Char(' ')
        + tr("Columns are %1. To search for the text itself, put it in \"quotes\".")
              .arg(keys.join(QLatin1String(", ")));
    return message;
}

} // namespace mailhelm::filterdetail
