# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034  # the ports are read by the other files and through DIR/env
# Ports of the lab: each is a multiple of ten plus the offset (0 to 9), so ten labs stand side by side, and all are
# below 10000, so that none is ever the local port of a client.

LAB_PORTS=(IMAP_PORT IMAPS_PORT POP3_PORT POP3S_PORT SUBMISSION_PORT SIEVE_PORT AUTH_PORT
    SMTP_PORT SMTPS_PORT POSTFIX_SUBMISSION_PORT RELAY_PORT
    BACKEND_IMAP_PORT BACKEND_IMAPS_PORT BACKEND_POP3S_PORT BACKEND_SUBMISSION_PORT BACKEND_SIEVE_PORT
    BACKEND_SMTP_PORT BACKEND_POSTFIX_SUBMISSION_PORT
    PROXY_IMAP_PORT PROXY_IMAPS_PORT PROXY_POP3S_PORT PROXY_SUBMISSION_PORT PROXY_SIEVE_PORT
    PROXY_SMTP_PORT PROXY_POSTFIX_SUBMISSION_PORT
    MAPPED_IMAP_PORT MAPPED_IMAPS_PORT AGENT_PORT WEB_PORT ROUNDCUBE_PORT)

set_ports()
{
    LAB_OFFSET=$1
    # Dovecot
    IMAP_PORT=$((5140 + $1)) IMAPS_PORT=$((5990 + $1)) POP3_PORT=$((5110 + $1)) POP3S_PORT=$((5950 + $1))
    SUBMISSION_PORT=$((5580 + $1)) SIEVE_PORT=$((5410 + $1)) AUTH_PORT=$((5120 + $1))
    # Postfix. RELAY_PORT is where Dovecot's submission service hands mail on: a connection of its own for each session
    SMTP_PORT=$((5250 + $1)) SMTPS_PORT=$((5460 + $1)) POSTFIX_SUBMISSION_PORT=$((5870 + $1)) RELAY_PORT=$((5260 + $1))
    # Listeners that speak the PROXY protocol, and HAProxy's own in front of them
    BACKEND_IMAP_PORT=$((7140 + $1)) BACKEND_IMAPS_PORT=$((7990 + $1)) BACKEND_POP3S_PORT=$((7950 + $1))
    BACKEND_SUBMISSION_PORT=$((7580 + $1)) BACKEND_SIEVE_PORT=$((7410 + $1))
    BACKEND_SMTP_PORT=$((7250 + $1)) BACKEND_POSTFIX_SUBMISSION_PORT=$((7870 + $1))
    PROXY_IMAP_PORT=$((8140 + $1)) PROXY_IMAPS_PORT=$((8990 + $1)) PROXY_POP3S_PORT=$((8950 + $1))
    PROXY_SUBMISSION_PORT=$((8580 + $1)) PROXY_SIEVE_PORT=$((8410 + $1))
    PROXY_SMTP_PORT=$((8250 + $1)) PROXY_POSTFIX_SUBMISSION_PORT=$((8870 + $1))
    MAPPED_IMAP_PORT=$((9140 + $1)) MAPPED_IMAPS_PORT=$((9990 + $1))
    # Not used by the lab: free for a test's agent and web server beside it
    AGENT_PORT=$((6250 + $1)) WEB_PORT=$((8080 + $1))
    # Roundcube on PHP's own web server
    ROUNDCUBE_PORT=$((6080 + $1))
}

# listening PORT…: whether every one of them has a listener. Asks the kernel: a connect would leave traces in the logs.
listening()
{
    local open port
    open=$(ss -Hltn | awk '{ n = split($4, a, ":"); print a[n] }')
    for port; do
        grep -qx "$port" <<<"$open" || return 1
    done
}

ports_are_free()
{
    local open key
    open=$(ss -Hltn | awk '{ n = split($4, a, ":"); print a[n] }')
    for key in "${LAB_PORTS[@]}"; do
        ! grep -qx "${!key}" <<<"$open" || return 1
    done
}

# lock_slot OFFSET: keeps others from choosing the same ports between our look at them and the servers' start. The files are
# those of tests/support/lab.cpp (QLockFile: process id, program, host). Where the caller names the offset, he has the lock.
lock_slot()
{
    local file=/tmp/mhlab-slot-$1.lock holder=''
    if [ -e "$file" ]; then
        read -r holder <"$file" || true
        if [ -n "$holder" ] && alive "$holder"; then
            return 1
        fi
        rm -f "$file"
    fi
    (set -o noclobber && printf '%s\n' $$ lab "$(uname -n)" >"$file") 2>/dev/null || return 1
    SLOT_LOCK=$file
}

unlock_slot()
{
    [ -z "${SLOT_LOCK-}" ] || rm -f "$SLOT_LOCK"
    SLOT_LOCK=''
}

# choose_ports [OFFSET]
choose_ports()
{
    local offset
    if [ -n "$1" ]; then
        set_ports "$1"
        ports_are_free || fail "a port of offset $1 is taken: choose another with --offset" 3
        return
    fi
    for offset in 0 1 2 3 4 5 6 7 8 9; do
        set_ports $offset
        lock_slot $offset || continue
        if ports_are_free; then
            return
        fi
        unlock_slot
    done
    fail "the ports of all ten offsets are taken" 3
}

# wait_for_ports LOGFILE PORT…
wait_for_ports()
{
    local log=$1 i
    shift
    for ((i = 0; i < 200; i++)); do
        if listening "$@"; then
            return
        fi
        sleep 0.05
    done
    fail "not every port of $* was opened within 10 s; the end of $log: $(tail -n 5 "$log" 2>/dev/null)"
}
