# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The account database: PostfixAdmin 3.3's tables (as its upgrade script leaves them on SQLite), user1 … userN.

make_accounts()
{
    mkdir -p "$LAB_DIR/db" "$LAB_DIR/mail/$DOMAIN"
    rm -f "$ACCOUNTS_DB"
    accounts_sql | sqlite3 -batch "$ACCOUNTS_DB" >/dev/null || fail "sqlite3 could not make $ACCOUNTS_DB"
    chmod 644 "$ACCOUNTS_DB"
    chown nobody:nogroup "$LAB_DIR/mail" "$LAB_DIR/mail/$DOMAIN"
}

accounts_sql()
{
    cat <<END
PRAGMA synchronous = OFF;
BEGIN;
CREATE TABLE admin (username varchar(255) NOT NULL PRIMARY KEY, password varchar(255) NOT NULL,
  created datetime NOT NULL DEFAULT '2000-01-01', modified datetime NOT NULL DEFAULT '2000-01-01',
  active tinyint(1) NOT NULL DEFAULT '1', superadmin tinyint(1) NOT NULL DEFAULT '0', phone varchar(30) NOT NULL DEFAULT '',
  email_other varchar(255) NOT NULL DEFAULT '', token varchar(255) NOT NULL DEFAULT '',
  token_validity datetime NOT NULL DEFAULT '2000-01-01');
CREATE TABLE domain (domain varchar(255) NOT NULL PRIMARY KEY, description varchar(255) NOT NULL,
  aliases int(10) NOT NULL DEFAULT '0', mailboxes int(10) NOT NULL DEFAULT '0', maxquota bigint(20) NOT NULL DEFAULT '0',
  quota bigint(20) NOT NULL DEFAULT '0', transport varchar(255) DEFAULT NULL, backupmx tinyint(1) NOT NULL DEFAULT '0',
  created datetime NOT NULL DEFAULT '2000-01-01', modified datetime NOT NULL DEFAULT '2000-01-01',
  active tinyint(1) NOT NULL DEFAULT '1', password_expiry int DEFAULT '0');
CREATE TABLE mailbox (username varchar(255) NOT NULL PRIMARY KEY, password varchar(255) NOT NULL,
  name varchar(255) NOT NULL, maildir varchar(255) NOT NULL, quota bigint(20) NOT NULL DEFAULT '0',
  local_part varchar(255) NOT NULL, domain varchar(255) NOT NULL, created datetime NOT NULL DEFAULT '2000-01-01',
  modified datetime NOT NULL DEFAULT '2000-01-01', active tinyint(1) NOT NULL DEFAULT '1',
  phone varchar(30) NOT NULL DEFAULT '', email_other varchar(255) NOT NULL DEFAULT '',
  token varchar(255) NOT NULL DEFAULT '', token_validity datetime NOT NULL DEFAULT '2000-01-01',
  password_expiry datetime NOT NULL DEFAULT '2000-01-01');
CREATE INDEX mailbox_domain_idx ON mailbox(domain);
CREATE TABLE alias (address varchar(255) NOT NULL PRIMARY KEY, goto text NOT NULL, domain varchar(255) NOT NULL,
  created datetime NOT NULL DEFAULT '2000-01-01', modified datetime NOT NULL DEFAULT '2000-01-01',
  active tinyint(1) NOT NULL DEFAULT '1');
CREATE INDEX alias_domain_idx ON alias(domain);
CREATE TABLE alias_domain (alias_domain varchar(255) NOT NULL PRIMARY KEY, target_domain varchar(255) NOT NULL,
  created datetime NOT NULL DEFAULT '2000-01-01', modified datetime NOT NULL DEFAULT '2000-01-01',
  active tinyint(1) NOT NULL DEFAULT '1');
CREATE TABLE domain_admins (username varchar(255) NOT NULL, domain varchar(255) NOT NULL,
  created datetime NOT NULL DEFAULT '2000-01-01', active tinyint(1) NOT NULL DEFAULT '1', id integer PRIMARY KEY);
CREATE TABLE quota (username varchar(255) NOT NULL, path varchar(100) NOT NULL, current bigint(20) NOT NULL DEFAULT '0',
  PRIMARY KEY (username, path));
CREATE TABLE quota2 (username varchar(100) NOT NULL PRIMARY KEY, bytes bigint(20) NOT NULL DEFAULT '0',
  messages int(11) NOT NULL DEFAULT '0');
CREATE TABLE vacation (email varchar(255) NOT NULL PRIMARY KEY, subject varchar(255) NOT NULL, body text NOT NULL,
  activefrom datetime NOT NULL DEFAULT '2000-01-01', activeuntil datetime NOT NULL DEFAULT '2038-01-18',
  cache text NOT NULL DEFAULT '', domain varchar(255) NOT NULL, interval_time int NOT NULL DEFAULT '0',
  created datetime NOT NULL DEFAULT '2000-01-01', modified datetime NOT NULL DEFAULT '2000-01-01',
  active tinyint(1) NOT NULL DEFAULT '1');
CREATE TABLE log (timestamp datetime NOT NULL DEFAULT '2000-01-01', username varchar(255) NOT NULL,
  domain varchar(255) NOT NULL, action varchar(255) NOT NULL, data text NOT NULL, id integer PRIMARY KEY);
INSERT INTO domain (domain, description, aliases, mailboxes, maxquota, transport, created, modified) VALUES
  ('ALL', '', 0, 0, 0, '', '2024-01-01', '2024-01-01'),
  ('$DOMAIN', 'The lab', 100, $ACCOUNTS, 1024, 'virtual', '2024-01-01 09:00:00', '2024-01-01 09:00:00');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $ACCOUNTS)
INSERT INTO mailbox (username, password, name, maildir, quota, local_part, domain, created, modified)
  SELECT 'user' || i || '@$DOMAIN', '{PLAIN}$PASSWORD', 'User ' || i, '$DOMAIN/user' || i || '/', 104857600,
    'user' || i, '$DOMAIN', datetime('now', '-' || (i * 9) || ' days'), datetime('now', '-' || i || ' days') FROM n;
INSERT INTO alias (address, goto, domain, created, modified)
  SELECT username, username, domain, created, modified FROM mailbox;
INSERT INTO alias (address, goto, domain) VALUES ('postmaster@$DOMAIN', 'user1@$DOMAIN', '$DOMAIN');
INSERT INTO quota2 (username, bytes, messages)
  SELECT username, (rowid * 7919 % 1000) * 65536 * (1 + rowid % 13), rowid * 31 % 500 FROM mailbox;
-- Some life: accounts without a limit, one that is full, one that is switched off, one that is away.
UPDATE mailbox SET quota = 0 WHERE rowid % 11 = 7;
UPDATE quota2 SET bytes = 104857600 WHERE username = 'user9@$DOMAIN';
INSERT INTO vacation (email, subject, body, domain)
  SELECT username, 'Away', 'Back on Monday.', domain FROM mailbox WHERE rowid = 12;
INSERT INTO admin (username, password, superadmin) VALUES ('admin@$DOMAIN', '{PLAIN}$PASSWORD', 1),
  ('user1@$DOMAIN', '{PLAIN}$PASSWORD', 0);
INSERT INTO domain_admins (username, domain) VALUES ('admin@$DOMAIN', 'ALL'), ('user1@$DOMAIN', '$DOMAIN');
COMMIT;
END
}
