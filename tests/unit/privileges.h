// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <linux/capability.h>
#include <sys/syscall.h>

#include <unistd.h>

namespace mailhelm
{

/// Takes one capability out of the calling thread's effective set while it lives, and puts it back.
class WithoutCapability
{
public:
    explicit WithoutCapability(unsigned capability)
    {
        read(m_before);
        __user_cap_data_struct without[2] = { m_before[0], m_before[1] };
        without[capability / 32].effective &= ~(1u << capability % 32);
        write(without);
    }
    ~WithoutCapability() { write(m_before); }
    Q_DISABLE_COPY_MOVE(WithoutCapability)

    [[nodiscard]] static bool has(unsigned capability)
    {
        __user_cap_data_struct now[2] = {};
        read(now);
        return (now[capability / 32].effective & 1u << capability % 32) != 0;
    }

private:
    static void read(__user_cap_data_struct *data)
    {
        __user_cap_header_struct header { _LINUX_CAPABILITY_VERSION_3, 0 };
        if (syscall(SYS_capget, &header, data) != 0) {
            qFatal("capget failed");
        }
    }
    static void write(const __user_cap_data_struct *data)
    {
        __user_cap_header_struct header { _LINUX_CAPABILITY_VERSION_3, 0 };
        if (syscall(SYS_capset, &header, data) != 0) {
            qFatal("capset failed");
        }
    }

    __user_cap_data_struct m_before[2] = {};
};

} // namespace mailhelm
