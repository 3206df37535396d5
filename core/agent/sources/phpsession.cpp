// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/phpsession.h"

#include "core/base/safetext.h"

namespace mailhelm
{

namespace
{

constexpr int MaxDepth = 100;
constexpr qsizetype MaxUser = 320; // RFC 3696, errata 1690: 254; Roundcube's column holds 128
constexpr qint64 Second = 1'000'000;
constexpr qint64 LatestTime = qint64(253'402'300'799); // end of the year 9999

/// Reads front to back and stops for good at the first thing that PHP would not have written.
class Walker
{
public:
    explicit Walker(QByteArrayView bytes)
        : m_bytes(bytes)
    {
    }

    PhpSession walk()
    {
        if (isOneArray())
            value(Where::Top, {}, 0);
        else
            while (m_at < m_bytes.size() && m_found.read == PhpSession::Read::Whole)
                variable();
        return m_found;
    }

private:
    /// What a name means depends on where it stands.
    enum class Where { Top, PostfixAdmin, Elsewhere };

    struct Scalar {
        char type = 0;
        QByteArrayView text; ///< of a string
        qint64 number = 0; ///< of an integer
    };

    bool stop(PhpSession::Read why)
    {
        if (m_found.read == PhpSession::Read::Whole)
            m_found.read = why;
        return false;
    }

    [[nodiscard]] qsizetype left() const { return m_bytes.size() - m_at; }

    bool expect(char wanted)
    {
        if (left() == 0)
            return stop(PhpSession::Read::Cut);
        return m_bytes[m_at++] == wanted || stop(PhpSession::Read::Broken);
    }

    /// php_serialize: the whole is `a:N:{…`. With the other handler no variable can be called so: a name ends at the
    /// first `|`, and PHP refuses to write one that holds it.
    [[nodiscard]] bool isOneArray() const
    {
        if (!m_bytes.startsWith("a:"))
            return false;
        qsizetype at = 2;
        while (at < m_bytes.size() && m_bytes[at] >= '0' && m_bytes[at] <= '9')
            ++at;
        return at > 2 && m_bytes.sliced(at).startsWith(":{");
    }

    /// name|value, or !name| for one that is not set.
    void variable()
    {
        const bool unset = m_bytes[m_at] == '!';
        const qsizetype from = m_at + (unset ? 1 : 0);
        const qsizetype bar = m_bytes.indexOf('|', from);
        if (bar < 0) {
            stop(PhpSession::Read::Cut);
            return;
        }
        const QByteArrayView name = m_bytes.sliced(from, bar - from);
        m_at = bar + 1;
        if (unset)
            return;
        const Where inside = name == "sessid" ? Where::PostfixAdmin : Where::Elsewhere;
        Scalar scalar;
        if (value(inside, &scalar, 0))
            take(Where::Top, name, scalar);
    }

    bool number(char end, qint64 *result, bool mayBeNegative)
    {
        const bool negative = mayBeNegative && left() > 0 && (m_bytes[m_at] == '-' || m_bytes[m_at] == '+');
        const bool minus = negative && m_bytes[m_at] == '-';
        if (negative)
            ++m_at;
        quint64 sum = 0;
        int digits = 0;
        for (; left() > 0 && m_bytes[m_at] >= '0' && m_bytes[m_at] <= '9'; ++m_at, ++digits) {
            if (digits >= 19)
                return stop(PhpSession::Read::Broken);
            sum = 10 * sum + quint64(m_bytes[m_at] - '0');
        }
        if (left() > 0 && digits == 0)
            return stop(PhpSession::Read::Broken);
        if (!expect(end))
            return false;
        *result = minus ? qint64(0 - sum) : qint64(sum & quint64(std::numeric_limits<qint64>::max()));
        return true;
    }

    /// LENGTH:"BYTES", with `end` after it.
    bool counted(QByteArrayView *bytes, char end)
    {
        qint64 length = 0;
        if (!number(':', &length, false) || !expect('"'))
            return false;
        if (length > left())
            return stop(PhpSession::Read::Cut);
        *bytes = m_bytes.sliced(m_at, qsizetype(length));
        m_at += qsizetype(length);
        return expect('"') && expect(end);
    }

    /// COUNT:{key value …}
    bool entries(Where where, int depth)
    {
        qint64 count = 0;
        if (!number(':', &count, false) || !expect('{'))
            return false;
        for (; count > 0; --count) { // each takes bytes, of which there is an end
            Scalar key;
            if (!value(Where::Elsewhere, &key, depth + 1))
                return false;
            if (key.type != 's' && key.type != 'i')
                return stop(PhpSession::Read::Broken);
            const bool admin = where == Where::Top && key.type == 's' && key.text == "sessid";
            Scalar scalar;
            if (!value(admin ? Where::PostfixAdmin : Where::Elsewhere, &scalar, depth + 1))
                return false;
            if (key.type == 's')
                take(where, key.text, scalar);
        }
        return expect('}');
    }

    /// One serialised value. `where` is what its own entries mean, if it has any.
    bool value(Where where, Scalar *result, int depth)
    {
        Scalar own;
        if (result == nullptr)
            result = &own;
        if (depth > MaxDepth)
            return stop(PhpSession::Read::Broken);
        if (left() == 0)
            return stop(PhpSession::Read::Cut);
        const char type = m_bytes[m_at++];
        result->type = type;
        if (type == 'N')
            return expect(';');
        if (!expect(':'))
            return false;
        QByteArrayView name;
        switch (type) {
        case 'b':
        case 'i':
        case 'r': // references to an earlier value
        case 'R':
            return number(';', &result->number, type == 'i');
        case 'd':
            return decimal();
        case 's':
            return counted(&result->text, ';');
        case 'E': // a case of an enumeration
            return counted(&name, ';');
        case 'a':
            return entries(where, depth);
        case 'O':
            return counted(&name, ':') && entries(Where::Elsewhere, depth);
        case 'C':
            return counted(&name, ':') && raw();
        default:
            return stop(PhpSession::Read::Broken);
        }
    }

    /// 0.5, 1.0E+25, INF, -INF, NAN
    bool decimal()
    {
        const qsizetype end = m_bytes.indexOf(';', m_at);
        if (end < 0)
            return stop(PhpSession::Read::Cut);
        for (; m_at < end; ++m_at) {
            const char c = m_bytes[m_at];
            if (!((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || (c >= 'A' && c <= 'Z')
                    || (c >= 'a' && c <= 'z')))
                return stop(PhpSession::Read::Broken);
        }
        return expect(';');
    }

    /// LENGTH:{BYTES}: what a class made of itself.
    bool raw()
    {
        qint64 length = 0;
        if (!number(':', &length, false) || !expect('{'))
            return false;
        if (length > left())
            return stop(PhpSession::Read::Cut);
        m_at += qsizetype(length);
        return expect('}');
    }

    void take(Where where, QByteArrayView name, const Scalar &scalar)
    {
        if (where == Where::Elsewhere)
            return;
        if (name == "username" && scalar.type == 's')
            m_found.user = validUtf8(scalar.text, MaxUser);
        if (where != Where::Top)
            return;
        if (name == "login_time" && scalar.type == 'i' && scalar.number > 0 && scalar.number <= LatestTime)
            m_found.loginTime = scalar.number * Second;
        else if ((name == "storage_host" || name == "imap_host") && scalar.type == 's')
            m_found.host = validUtf8(scalar.text, MaxUser);
        else if (name == "__IP" && scalar.type == 's')
            m_found.address = Address::parse(scalar.text).value_or(Address());
    }

    const QByteArrayView m_bytes;
    qsizetype m_at = 0;
    PhpSession m_found;
};

} // namespace

std::optional<QByteArray> PhpSession::whoIsLoggedIn() const
{
    if (user && !user->isEmpty())
        return user;
    return read == Read::Whole ? std::optional(QByteArray("")) : std::nullopt;
}

PhpSession readPhpSession(QByteArrayView bytes)
{
    return Walker(bytes).walk();
}

} // namespace mailhelm
