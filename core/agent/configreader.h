// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/config.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace mailhelm
{

/// Reads tables of one TOML file; keeps the first thing that is wrong, with its line. For the parts of Config::parse()
/// alone.
class ConfigReader
{
public:
    explicit ConfigReader(QByteArray file)
        : m_file(std::move(file))
    {
    }

    [[nodiscard]] bool failed() const { return m_error.has_value(); }
    [[nodiscard]] const Error &error() const { return *m_error; }
    void fail(const toml::source_region &where, const QString &what);

    void allowOnly(const toml::table &table, const QByteArray &name, const QList<QByteArray> &keys);
    QByteArray text(const toml::table &table, const char *key, const QByteArray &fallback = {});
    /// One of `choices`; the empty text where the key is not there.
    QByteArray choice(const toml::table &table, const char *key, const QList<QByteArray> &choices);
    bool flag(const toml::table &table, const char *key, bool fallback);
    QList<QByteArray> texts(const toml::table &table, const char *key, const QList<QByteArray> &fallback = {});
    /// A text like "30m" (s, m, h, d) as ms.
    qint64 span(const toml::table &table, const char *key, qint64 fallbackMs);
    /// A text like "512M" or "1G" (powers of 1024) as bytes.
    qint64 bytes(const toml::table &table, const char *key, qint64 fallback);
    /// A whole number from 0 to `most`; nothing where the key is not there.
    std::optional<qint64> count(const toml::table &table, const char *key, qint64 most);
    /// nullptr where the table is not there, or is something else (which fails).
    const toml::table *table(const toml::table &in, const char *key);
    /// The tables of [[key]]; empty where there are none, or it is something else (which fails).
    QList<const toml::table *> tables(const toml::table &in, const char *key);
    /// Paths are taken from the root: a daemon's working folder is nobody's business. `example`: with %1 for the name.
    void requirePaths(const toml::table &table, const char *key, const QList<QByteArray> &values, const char *example);

private:
    QByteArray m_file;
    std::optional<Error> m_error;
};

/// The sections webmail, accounts, logins and history: configpeople.cpp.
void readPeople(ConfigReader &reader, const toml::table &root, Config &config);

} // namespace mailhelm
