// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/configreader.h"

namespace mailhelm
{

void ConfigReader::fail(const toml::source_region &where, const QString &what)
{
    if (!m_error)
        m_error = Error { ErrorCode::InvalidArgument,
            QStringLiteral("%1, line %2: %3").arg(QString::fromUtf8(m_file), QString::number(where.begin.line), what) };
}

void ConfigReader::allowOnly(const toml::table &table, const QByteArray &name, const QList<QByteArray> &keys)
{
    for (auto &&[key, node] : table) {
        const QByteArray text(key.data(), qsizetype(key.length()));
        if (!keys.contains(text))
            fail(key.source(),
                QStringLiteral("[%1] has no key “%2”. It knows: %3.")
                    .arg(QString::fromUtf8(name), QString::fromUtf8(text), QString::fromUtf8(keys.join(", "))));
    }
}

QByteArray ConfigReader::text(const toml::table &table, const char *key, const QByteArray &fallback)
{
    const toml::node *node = table.get(key);
    if (!node)
        return fallback;
    if (const auto *value = node->as_string())
        return QByteArray::fromStdString(value->get());
    fail(node->source(), QStringLiteral("%1 is a text: %1 = \"…\"").arg(QString::fromLatin1(key)));
    return fallback;
}

QByteArray ConfigReader::choice(const toml::table &table, const char *key, const QList<QByteArray> &choices)
{
    const QByteArray value = text(table, key);
    if (!value.isEmpty() && !choices.contains(value))
        fail(table.get(key)->source(),
            QStringLiteral("%1 is one of: %2.").arg(QString::fromLatin1(key), QString::fromUtf8(choices.join(", "))));
    return value;
}

bool ConfigReader::flag(const toml::table &table, const char *key, bool fallback)
{
    const toml::node *node = table.get(key);
    if (!node)
        return fallback;
    if (const auto *value = node->as_boolean())
        return value->get();
    fail(node->source(), QStringLiteral("%1 is true or false").arg(QString::fromLatin1(key)));
    return fallback;
}

QList<QByteArray> ConfigReader::texts(const toml::table &table, const char *key, const QList<QByteArray> &fallback)
{
    const toml::node *node = table.get(key);
    if (!node)
        return fallback;
    QList<QByteArray> out;
    const auto *array = node->as_array();
    if (!array) {
        fail(
            node->source(), QStringLiteral("%1 is a list of texts: %1 = [\"…\", \"…\"]").arg(QString::fromLatin1(key)));
        return out;
    }
    for (const toml::node &each : *array) {
        if (const auto *value = each.as_string())
            out.append(QByteArray::fromStdString(value->get()));
        else
            fail(each.source(),
                QStringLiteral("%1 is a list of texts; this is something else.").arg(QString::fromLatin1(key)));
    }
    return out;
}

namespace
{

/// "30m" with the factor of its unit; nullopt: it is no number with one of `units` behind it.
template<size_t N>
std::optional<qint64> scaled(const QByteArray &text, const std::pair<char, qint64> (&units)[N])
{
    bool ok = false;
    const qint64 number = text.chopped(std::min<qsizetype>(text.size(), 1)).toLongLong(&ok);
    if (ok && number >= 0 && number <= 1'000'000)
        for (const auto &[unit, factor] : units)
            if (text.back() == unit)
                return number * factor;
    return std::nullopt;
}

} // namespace

qint64 ConfigReader::span(const toml::table &table, const char *key, qint64 fallbackMs)
{
    static constexpr std::pair<char, qint64> Units[] { { 's', 1000 }, { 'm', 60'000 }, { 'h', 3'600'000 },
        { 'd', 86'400'000 } };
    const QByteArray value = text(table, key);
    if (value.isEmpty())
        return fallbackMs;
    const std::optional<qint64> ms = scaled(value, Units);
    if (!ms)
        fail(table.get(key)->source(),
            QStringLiteral("%1 is a number with s, m, h or d: \"30m\".").arg(QString::fromLatin1(key)));
    return ms.value_or(fallbackMs);
}

qint64 ConfigReader::bytes(const toml::table &table, const char *key, qint64 fallback)
{
    static constexpr std::pair<char, qint64> Units[] { { 'K', 1 << 10 }, { 'M', 1 << 20 }, { 'G', 1 << 30 },
        { 'T', qint64(1) << 40 } };
    const QByteArray value = text(table, key);
    if (value.isEmpty())
        return fallback;
    const std::optional<qint64> size = scaled(value, Units);
    if (!size)
        fail(table.get(key)->source(),
            QStringLiteral("%1 is a number with K, M, G or T: \"1G\".").arg(QString::fromLatin1(key)));
    return size.value_or(fallback);
}

std::optional<qint64> ConfigReader::count(const toml::table &table, const char *key, qint64 most)
{
    const toml::node *node = table.get(key);
    if (!node)
        return std::nullopt;
    const std::optional<int64_t> number = node->is_integer() ? node->value<int64_t>() : std::nullopt;
    if (!number || *number < 0 || *number > most) {
        fail(node->source(), QStringLiteral("%1 is a number from 0 on: %1 = 10.").arg(QString::fromLatin1(key)));
        return std::nullopt;
    }
    return qint64(*number);
}

const toml::table *ConfigReader::table(const toml::table &in, const char *key)
{
    const toml::node *node = in.get(key);
    if (!node)
        return nullptr;
    if (!node->is_table())
        fail(node->source(), QStringLiteral("%1 is a section: [%1]").arg(QString::fromLatin1(key)));
    return node->as_table();
}

QList<const toml::table *> ConfigReader::tables(const toml::table &in, const char *key)
{
    const toml::node *node = in.get(key);
    if (!node)
        return {};
    QList<const toml::table *> out;
    if (const toml::array *array = node->as_array())
        for (const toml::node &each : *array)
            if (const toml::table *table = each.as_table())
                out.append(table);
    if (out.isEmpty() || size_t(out.size()) != node->as_array()->size())
        fail(node->source(), QStringLiteral("%1 is a list of sections: [[%1]]").arg(QString::fromLatin1(key)));
    return out;
}

void ConfigReader::requirePaths(
    const toml::table &table, const char *key, const QList<QByteArray> &values, const char *example)
{
    for (const QByteArray &value : values)
        if (!value.startsWith('/') && !(value == "journal" && qstrcmp(key, "log") == 0))
            fail(table.get(key)->source(),
                QStringLiteral("“%1” is no path from the root: %2 = [\"%3\"].")
                    .arg(QString::fromUtf8(value), QString::fromLatin1(key),
                        QString::fromLatin1(example).arg(QString::fromUtf8(value))));
}

} // namespace mailhelm
