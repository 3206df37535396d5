// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>
#include <utility>
#include <variant>

namespace mailhelm
{

/// What kind of thing went wrong: for code to branch on. The text for people is made from `detail`.
enum class ErrorCode {
    InvalidArgument, ///< the caller, a file or a peer said something that cannot be understood
    NotFound,
    PermissionDenied,
    Unavailable, ///< the thing exists but cannot be reached now
    TimedOut,
    Corrupt, ///< data that ought to be ours is damaged
    Conflict, ///< it contradicts what is there
    Io,
    Unsupported,
    Refused, ///< a peer understood and said no
};

/// A failure: a code, and one sentence that says what, where, and how to mend it.
struct Error {
    ErrorCode code = ErrorCode::InvalidArgument;
    QString detail;
};

/// Either a value or an Error (std::expected is not in GCC 12). Look before you take: value() of an
/// error is a programming mistake and throws std::bad_variant_access.
template<typename T>
class [[nodiscard]] Result
{
public:
    Result(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    Result(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    [[nodiscard]] bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }
    [[nodiscard]] const T &value() const & { return std::get<0>(m_state); }
    [[nodiscard]] T &value() & { return std::get<0>(m_state); }
    [[nodiscard]] T value() && { return std::get<0>(std::move(m_state)); }
    [[nodiscard]] const Error &error() const { return std::get<1>(m_state); }

private:
    std::variant<T, Error> m_state;
};

template<>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Error error)
        : m_error(std::move(error))
    {
    }

    [[nodiscard]] bool ok() const { return !m_error; }
    explicit operator bool() const { return ok(); }
    [[nodiscard]] const Error &error() const { return *m_error; }

private:
    std::optional<Error> m_error;
};

} // namespace mailhelm
