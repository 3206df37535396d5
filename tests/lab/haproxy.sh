# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# HAProxy in front of Dovecot and Postfix: plain TCP, PROXY protocol v2 to the listeners that expect it.

haproxy_configure()
{
    HAPROXY_CONFIG=$LAB_DIR/haproxy.cfg
    HAPROXY_LOG=$LAB_DIR/log/haproxy.out
    {
        cat <<END
global
    maxconn 4000
defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
END
        haproxy_forward imap "$PROXY_IMAP_PORT" "$BACKEND_IMAP_PORT"
        haproxy_forward imaps "$PROXY_IMAPS_PORT" "$BACKEND_IMAPS_PORT"
        haproxy_forward pop3s "$PROXY_POP3S_PORT" "$BACKEND_POP3S_PORT"
        haproxy_forward sieve "$PROXY_SIEVE_PORT" "$BACKEND_SIEVE_PORT"
        if [ $WITH_POSTFIX = 1 ]; then
            haproxy_forward submission "$PROXY_SUBMISSION_PORT" "$BACKEND_SUBMISSION_PORT"
            haproxy_forward smtp "$PROXY_SMTP_PORT" "$BACKEND_SMTP_PORT"
            haproxy_forward postfix-submission "$PROXY_POSTFIX_SUBMISSION_PORT" "$BACKEND_POSTFIX_SUBMISSION_PORT"
        fi
    } >"$HAPROXY_CONFIG"
}

haproxy_forward()
{
    cat <<END
listen $1
    bind 127.0.0.1:$2
    bind ::1:$2
    server lab 127.0.0.1:$3 send-proxy-v2
END
}

haproxy_start()
{
    spawn "$HAPROXY_LOG" /usr/sbin/haproxy -db -f "$HAPROXY_CONFIG"
    set_env HAPROXY_PID "$SPAWNED"
    wait_for_ports "$HAPROXY_LOG" "$PROXY_IMAP_PORT" "$PROXY_IMAPS_PORT" "$PROXY_POP3S_PORT" "$PROXY_SIEVE_PORT"
}
