// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/messages.h"

#include <QPointer>

#include <functional>
#include <map>

namespace mailhelm
{

/// What a request's answer is given to.
template<typename T>
using Answer = std::function<void(Result<T>)>;

/// The requests of one link that wait for their answers. Single-threaded; a plain part of Link.
class Requests
{
public:
    /// Takes the answer, or the reason why there is none.
    using Take = std::function<void(Result<Message>)>;

    void add(quint32 id, qint64 deadlineUs, QObject *context, Take take);
    [[nodiscard]] bool contains(quint32 id) const { return m_open.count(id) > 0; }
    /// Gives the answer to whoever asked, if they are still there; nothing for an id that is not open.
    void settle(quint32 id, const Result<Message> &answer);
    void cancel(quint32 id) { m_open.erase(id); }
    /// Something of the answer came: the rest has time until then.
    void extend(quint32 id, qint64 deadlineUs);
    /// Settles with `error` all those whose time is up (monotonic µs), or all.
    void expire(qint64 nowUs, const Error &error);
    void failAll(const Error &error);

private:
    struct Open {
        qint64 deadlineUs = 0;
        QPointer<QObject> context;
        Take take;
    };
    std::map<quint32, Open> m_open;
};

} // namespace mailhelm
