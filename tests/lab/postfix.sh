# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# A private Postfix: queue, data and log below the lab's folder, no chroot, delivery into the same Maildirs.

postfix_configure()
{
    POSTFIX_CONFIG_DIR=$LAB_DIR/postfix
    POSTFIX_LOG=$LAB_DIR/log/postfix.log
    mkdir -p "$POSTFIX_CONFIG_DIR" "$LAB_DIR/spool" "$LAB_DIR/postfix-data"
    chown postfix "$LAB_DIR/postfix-data"
    : >>"$POSTFIX_LOG"
    chmod 640 "$POSTFIX_LOG"
    chgrp adm "$POSTFIX_LOG"
    local name
    for name in post-install postfix-files postfix-files.d postfix-script makedefs.out dynamicmaps.cf dynamicmaps.cf.d; do
        if [ -e "/etc/postfix/$name" ]; then
            cp -rL "/etc/postfix/$name" "$POSTFIX_CONFIG_DIR/"
        fi
    done
    postfix_main_config >"$POSTFIX_CONFIG_DIR/main.cf"
    postfix_master_config >"$POSTFIX_CONFIG_DIR/master.cf"
    # Makes the queue's folders, without which the master ends silently. Slow the first time: runs beside the rest.
    postfix -c "$POSTFIX_CONFIG_DIR" check </dev/null >>"$LAB_DIR/log/postfix.out" 2>&1 &
    POSTFIX_CHECK=$!
    printf 'dbpath = %s\nquery = %s\n' "$ACCOUNTS_DB" \
        "SELECT domain FROM domain WHERE domain = '%s' AND active = 1" >"$POSTFIX_CONFIG_DIR/domains.cf"
    printf 'dbpath = %s\nquery = %s\n' "$ACCOUNTS_DB" \
        "SELECT maildir || 'Maildir/' FROM mailbox WHERE username = '%s' AND active = 1" >"$POSTFIX_CONFIG_DIR/mailboxes.cf"
    printf 'dbpath = %s\nquery = %s\n' "$ACCOUNTS_DB" \
        "SELECT goto FROM alias WHERE address = '%s' AND active = 1" >"$POSTFIX_CONFIG_DIR/aliases.cf"
}

postfix_main_config()
{
    cat <<END
compatibility_level = 3.6
myhostname = mail.$DOMAIN
mydestination =
inet_interfaces = loopback-only
inet_protocols = all
mynetworks = 127.0.0.0/8 [::1]/128
queue_directory = $LAB_DIR/spool
data_directory = $LAB_DIR/postfix-data
meta_directory = $POSTFIX_CONFIG_DIR
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = $POSTFIX_LOG
maillog_file_prefixes = $LAB_DIR
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = sqlite:$POSTFIX_CONFIG_DIR/domains.cf
virtual_mailbox_maps = sqlite:$POSTFIX_CONFIG_DIR/mailboxes.cf
virtual_alias_maps = sqlite:$POSTFIX_CONFIG_DIR/aliases.cf
virtual_mailbox_base = $LAB_DIR/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
smtpd_tls_cert_file = $CERT
smtpd_tls_key_file = $KEY
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:$AUTH_PORT
smtpd_relay_restrictions = permit_sasl_authenticated, permit_mynetworks, reject_unauth_destination
# Nothing leaves the lab.
default_transport = error:the lab sends no mail to the outside
relay_transport = error:the lab sends no mail to the outside
biff = no
disable_dns_lookups = yes
smtp_host_lookup = native
default_process_limit = $((LARGE ? 2500 : 600))
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_timeout = 300s
in_flow_delay = 0
END
    if [ $POSTFIX_DEFAULT_LOGGING = 0 ]; then
        echo "smtpd_client_port_logging = yes"
        echo "smtpd_tls_loglevel = 1"
    fi
}

postfix_master_config()
{
    postfix_listener "$SMTP_PORT"
    postfix_listener "$SMTPS_PORT" -o syslog_name=postfix/smtps -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes
    postfix_listener "$POSTFIX_SUBMISSION_PORT" -o syslog_name=postfix/submission -o smtpd_sasl_auth_enable=yes
    postfix_listener "$RELAY_PORT" -o syslog_name=postfix/relay
    if [ $WITH_HAPROXY = 1 ]; then
        postfix_listener "$BACKEND_SMTP_PORT" -o smtpd_upstream_proxy_protocol=haproxy
        postfix_listener "$BACKEND_POSTFIX_SUBMISSION_PORT" -o syslog_name=postfix/submission \
            -o smtpd_sasl_auth_enable=yes -o smtpd_upstream_proxy_protocol=haproxy
    fi
    cat <<'END'
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
smtp      unix  -       -       n       -       -       smtp
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
virtual   unix  -       n       n       -       -       virtual
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
END
}

# postfix_listener PORT [OPTIONS]: on both loopback addresses.
postfix_listener()
{
    local address port=$1
    shift
    for address in 127.0.0.1 '[::1]'; do
        echo "$address:$port inet n - n - - smtpd $*"
    done
}

postfix_start()
{
    local out=$LAB_DIR/log/postfix.out
    if [ -n "${POSTFIX_CHECK-}" ]; then
        wait "$POSTFIX_CHECK" || fail "postfix check: $(tail -n 5 "$out" "$POSTFIX_LOG")"
    fi
    spawn "$out" /usr/lib/postfix/sbin/master -c "$POSTFIX_CONFIG_DIR" -d
    set_env POSTFIX_PID "$SPAWNED"
    wait_for_ports "$POSTFIX_LOG" "$SMTP_PORT" "$SMTPS_PORT" "$POSTFIX_SUBMISSION_PORT" "$RELAY_PORT"
}
