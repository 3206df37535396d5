# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# A private Dovecot 2.3. Its configuration language wants every { at the end of a line.

# listener NAME PORT [haproxy|ssl|haproxy-ssl]
dovecot_listener()
{
    echo "  inet_listener $1 {"
    echo "    port = $2"
    case ${3-} in *ssl) echo "    ssl = yes" ;; esac
    case ${3-} in haproxy*) echo "    haproxy = yes" ;; esac
    echo "  }"
}

dovecot_login_service()
{
    local limit=1
    echo "service $1 {"
    # chroot is the default; an empty one works below any folder.
    echo "  chroot ="
    if [ $SERVICE_COUNT_0 = 1 ]; then
        echo "  service_count = 0"
        [ $LARGE = 0 ] || limit=2
        echo "  process_limit = $limit"
        echo "  client_limit = $((LARGE ? 4000 : 1000))"
    else
        echo "  process_limit = $((LARGE ? 3000 : 600))"
    fi
}

dovecot_proxied()
{
    [ $WITH_HAPROXY = 0 ] || dovecot_listener "$@"
}

# A listener whose socket comes from v4mapped.pl; the address must be the socket's own for Dovecot to take it.
dovecot_mapped()
{
    [ $V4_MAPPED = 0 ] || dovecot_listener "$@" | sed 's/^    port/    address = ::ffff:127.0.0.1\n    port/'
}

dovecot_configure()
{
    DOVECOT_CONFIG=$LAB_DIR/dovecot/dovecot.conf
    DOVECOT_BASE_DIR=$LAB_DIR/run
    DOVECOT_LOG=$LAB_DIR/log/dovecot.log
    mkdir -p "$LAB_DIR/dovecot" "$DOVECOT_BASE_DIR" "$LAB_DIR/state"
    : >>"$DOVECOT_LOG"
    chmod 640 "$DOVECOT_LOG"
    chgrp adm "$DOVECOT_LOG"
    dovecot_sql_config >"$LAB_DIR/dovecot/sql.conf"
    dovecot_main_config >"$DOVECOT_CONFIG"
}

dovecot_sql_config()
{
    cat <<END
driver = sqlite
connect = $ACCOUNTS_DB
password_query = SELECT username AS user, password FROM mailbox WHERE username = '%u' AND active = 1
user_query = SELECT '$LAB_DIR/mail/' || maildir AS home, '*:bytes=' || quota AS quota_rule FROM mailbox \\
  WHERE username = '%u' AND active = 1
iterate_query = SELECT username AS user FROM mailbox WHERE active = 1
END
}

dovecot_main_config()
{
    local clients=$((LARGE ? 20000 : 4000)) sessions=$((LARGE ? 3000 : 600)) submission=''
    [ "$WITH_POSTFIX" = 0 ] || submission=submission
    cat <<END
base_dir = $DOVECOT_BASE_DIR
state_dir = $LAB_DIR/state
instance_name = dovecot-lab-$LAB_OFFSET
log_path = $DOVECOT_LOG
protocols = imap pop3 sieve $submission
listen = 127.0.0.1, ::1
ssl = yes
ssl_cert = <$CERT
ssl_key = <$KEY
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_cache_size = 4M
auth_failure_delay = 1 secs
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = $USER_ADDRESS_LIMIT
mail_fsync = never
default_process_limit = $sessions
default_client_limit = $clients
default_vsz_limit = 1G
verbose_proctitle = yes
login_trusted_networks =
haproxy_trusted_networks = 127.0.0.0/8 ::1
passdb {
  driver = sql
  args = $LAB_DIR/dovecot/sql.conf
}
userdb {
  driver = sql
  args = $LAB_DIR/dovecot/sql.conf
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
service anvil {
  chroot =
  unix_listener anvil {
    mode = 0660
    group = adm
  }
}
service stats {
  chroot =
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = $AUTH_PORT
  }
}
END
    if [ $LARGE = 1 ]; then
        # 1,024 by itself, whatever default_process_limit says
        echo "service imap {"
        echo "  process_limit = $sessions"
        echo "}"
    fi
    dovecot_login_service imap-login
    dovecot_listener imap "$IMAP_PORT"
    dovecot_listener imaps "$IMAPS_PORT" ssl
    dovecot_mapped imap-mapped "$MAPPED_IMAP_PORT"
    dovecot_mapped imaps-mapped "$MAPPED_IMAPS_PORT" ssl
    dovecot_proxied imap-proxied "$BACKEND_IMAP_PORT" haproxy
    dovecot_proxied imaps-proxied "$BACKEND_IMAPS_PORT" haproxy-ssl
    echo "}"
    dovecot_login_service pop3-login
    dovecot_listener pop3 "$POP3_PORT"
    dovecot_listener pop3s "$POP3S_PORT" ssl
    dovecot_proxied pop3s-proxied "$BACKEND_POP3S_PORT" haproxy-ssl
    echo "}"
    dovecot_login_service managesieve-login
    dovecot_listener sieve "$SIEVE_PORT"
    dovecot_proxied sieve-proxied "$BACKEND_SIEVE_PORT" haproxy
    echo "}"
    if [ "$WITH_POSTFIX" = 1 ]; then
        dovecot_login_service submission-login
        dovecot_listener submission "$SUBMISSION_PORT"
        dovecot_proxied submission-proxied "$BACKEND_SUBMISSION_PORT" haproxy
        echo "}"
        echo "submission_relay_host = 127.0.0.1"
        echo "submission_relay_port = $RELAY_PORT"
    fi
    if [ $DOVECOT_FORMAT = rich ]; then
        cat <<'END'
login_log_format_elements = user=<%u> method=%m rip=%r rport=%b lip=%l lport=%a mpid=%e tls=<%c> cipher=<%k> pid=%p session=<%{session}> sni=<%{local_name}> listener=%{listener} auth_user=<%{auth_user}> realrip=%{real_rip} realrport=%{real_rport}
imap_id_log = *
END
    fi
    if [ $EVENTS = 1 ]; then
        cat <<'END'
event_exporter mailhelm {
  format = json
  format_args = time-rfc3339
  transport = log
}
metric mailhelm_folder {
  exporter = mailhelm
  filter = event=imap_command_finished AND (cmd_name=SELECT OR cmd_name=EXAMINE OR cmd_name=CLOSE OR cmd_name=UNSELECT)
}
END
    fi
    if [ "$USER_ADDRESS_LIMIT" != 0 ]; then
        echo "protocol imap {"
        echo "  mail_max_userip_connections = $((USER_ADDRESS_LIMIT + 1))"
        echo "}"
    fi
    if [ $HIBERNATE = 1 ]; then
        cat <<'END'
imap_hibernate_timeout = 2 secs
service imap {
  unix_listener imap-master {
    user = $default_internal_user
  }
  extra_groups = $default_internal_group
}
service imap-hibernate {
  unix_listener imap-hibernate {
    mode = 0660
    group = $default_internal_group
  }
}
END
    fi
}

dovecot_start()
{
    local ports=("$IMAP_PORT" "$IMAPS_PORT" "$POP3_PORT" "$POP3S_PORT" "$SIEVE_PORT" "$AUTH_PORT")
    local out=$LAB_DIR/log/dovecot.out
    # Not removed by Dovecot itself where its process id lingers as a zombie.
    rm -f "$DOVECOT_BASE_DIR/master.pid"
    [ "$WITH_POSTFIX" = 0 ] || ports+=("$SUBMISSION_PORT")
    [ "$WITH_HAPROXY" = 0 ] || ports+=("$BACKEND_IMAP_PORT" "$BACKEND_IMAPS_PORT")
    [ "$V4_MAPPED" = 0 ] || ports+=("$MAPPED_IMAP_PORT" "$MAPPED_IMAPS_PORT")
    ulimit -n "$(ulimit -Hn)"
    local command=(/usr/sbin/dovecot -F -c "$DOVECOT_CONFIG")
    [ "$V4_MAPPED" = 0 ] || command=("$here/v4mapped.pl" "$MAPPED_IMAP_PORT,$MAPPED_IMAPS_PORT" "${command[@]}")
    spawn "$out" "${command[@]}"
    set_env DOVECOT_PID "$SPAWNED"
    wait_for_ports "$out" "${ports[@]}"
}
