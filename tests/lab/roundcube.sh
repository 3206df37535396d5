# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Roundcube as Debian packages it, with a configuration and a SQLite database of its own, on PHP's built-in web server.

roundcube_configure()
{
    local home=$LAB_DIR/roundcube
    [ -r /usr/share/roundcube/index.php ] || fail "Roundcube is not installed: apt-get install roundcube-core roundcube-sqlite3"
    ROUNDCUBE_DB=$home/db/roundcube.db ROUNDCUBE_LOG=$home/log/server.out
    mkdir -p "$home/config" "$home/db" "$home/log" "$home/temp"
    cp /etc/roundcube/defaults.inc.php /etc/roundcube/mimetypes.php "$home/config/"
    cat >"$home/config/config.inc.php" <<END
<?php
\$config = [];
\$config['db_dsnw'] = 'sqlite:///$ROUNDCUBE_DB?mode=0640';
\$config['imap_host'] = '127.0.0.1:$IMAP_PORT';
\$config['smtp_host'] = '127.0.0.1:$POSTFIX_SUBMISSION_PORT';
\$config['des_key'] = '$(head -c 18 /dev/urandom | base64 | tr '+/' 'ab')';
\$config['session_lifetime'] = 10; // minutes
\$config['log_dir'] = '$home/log/';
\$config['temp_dir'] = '$home/temp/';
\$config['log_logins'] = true;
\$config['plugins'] = [];
// So that the lab's browsers can come from anywhere: X-Forwarded-For.
\$config['proxy_whitelist'] = ['127.0.0.1'];
END
    rm -f "$ROUNDCUBE_DB"
    sqlite3 "$ROUNDCUBE_DB" </usr/share/roundcube/SQL/sqlite.initial.sql
    chmod -R a+rX "$home"
    chown -R nobody:nogroup "$home/db" "$home/log" "$home/temp"
}

roundcube_start()
{
    # Several workers, since a browser asks for the next thing while it waits for the first.
    spawn "$ROUNDCUBE_LOG" env ROUNDCUBE_CONFIG_DIR="$LAB_DIR/roundcube/config" PHP_CLI_SERVER_WORKERS=3 \
        setpriv --reuid=nobody --regid=nogroup --clear-groups \
        php -d error_log="$LAB_DIR/roundcube/log/php.log" -S "127.0.0.1:$ROUNDCUBE_PORT" -t /usr/share/roundcube
    set_env ROUNDCUBE_PID "$SPAWNED"
    wait_for_ports "$ROUNDCUBE_LOG" "$ROUNDCUBE_PORT"
}
