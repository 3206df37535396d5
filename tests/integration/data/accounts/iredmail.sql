CREATE TABLE domain (domain varchar(255) NOT NULL PRIMARY KEY, description text, settings text, created @STAMP@ NOT NULL,
  expired @STAMP@ NOT NULL, active @INT@ NOT NULL);
CREATE TABLE alias (address varchar(255) NOT NULL PRIMARY KEY, name varchar(255) NOT NULL DEFAULT '', accesspolicy varchar(30) NOT NULL DEFAULT '',
  domain varchar(255) NOT NULL, active @INT@ NOT NULL DEFAULT 1);
CREATE TABLE maillists (id @ID@, address varchar(255) NOT NULL UNIQUE, domain varchar(255) NOT NULL, active @INT@ NOT NULL DEFAULT 1);
CREATE TABLE forwardings (id @ID@, address varchar(255) NOT NULL, forwarding varchar(255) NOT NULL, domain varchar(255) NOT NULL,
  dest_domain varchar(255) NOT NULL, is_maillist @INT@ NOT NULL DEFAULT 0, is_list @INT@ NOT NULL DEFAULT 0,
  is_forwarding @INT@ NOT NULL DEFAULT 0, is_alias @INT@ NOT NULL DEFAULT 0, active @INT@ NOT NULL DEFAULT 1, UNIQUE (address, forwarding));
CREATE TABLE domain_admins (username varchar(255) NOT NULL, domain varchar(255) NOT NULL, created @STAMP@ NOT NULL,
  active @INT@ NOT NULL DEFAULT 1, PRIMARY KEY (username, domain));
CREATE TABLE mailbox (username varchar(255) NOT NULL PRIMARY KEY, password varchar(255) NOT NULL, name varchar(255) NOT NULL DEFAULT '',
  storagebasedirectory varchar(255) NOT NULL DEFAULT '/var/vmail', storagenode varchar(255) NOT NULL DEFAULT 'vmail1',
  maildir varchar(255) NOT NULL, quota bigint NOT NULL DEFAULT 0, domain varchar(255) NOT NULL, isadmin @INT@ NOT NULL DEFAULT 0,
  isglobaladmin @INT@ NOT NULL DEFAULT 0, enablesmtp @INT@ NOT NULL DEFAULT 1, enablesmtpsecured @INT@ NOT NULL DEFAULT 1,
  enablepop3 @INT@ NOT NULL DEFAULT 1, enablepop3secured @INT@ NOT NULL DEFAULT 1, enablepop3tls @INT@ NOT NULL DEFAULT 1,
  enableimap @INT@ NOT NULL DEFAULT 1, enableimapsecured @INT@ NOT NULL DEFAULT 1, enableimaptls @INT@ NOT NULL DEFAULT 1,
  enabledeliver @INT@ NOT NULL DEFAULT 1, enablelda @INT@ NOT NULL DEFAULT 1, enablemanagesieve @INT@ NOT NULL DEFAULT 1,
  enablemanagesievesecured @INT@ NOT NULL DEFAULT 1, @Q@enablelib-storage@Q@ @INT@ NOT NULL DEFAULT 1, enablelmtp @INT@ NOT NULL DEFAULT 1,
  enablesogo @INT@ NOT NULL DEFAULT 1, allow_nets text, settings text, created @STAMP@ NOT NULL, modified @STAMP@ NOT NULL,
  expired @STAMP@ NOT NULL, active @INT@ NOT NULL DEFAULT 1);
CREATE TABLE used_quota (username varchar(255) NOT NULL PRIMARY KEY, bytes bigint NOT NULL, messages bigint NOT NULL, domain varchar(255) NOT NULL);
CREATE TABLE last_login (username varchar(255) NOT NULL PRIMARY KEY, domain varchar(255) NOT NULL, imap int, pop3 int, lda int);
CREATE TABLE sender_bcc_user (username varchar(255) NOT NULL PRIMARY KEY, bcc_address varchar(255) NOT NULL, domain varchar(255) NOT NULL);
CREATE TABLE share_folder (from_user varchar(255) NOT NULL, to_user varchar(255) NOT NULL, dummy char(1), PRIMARY KEY (from_user, to_user));
INSERT INTO domain VALUES ('x.test', NULL, '', '2024-01-01 00:00:00', '9999-12-31 00:00:00', 1);
INSERT INTO mailbox (username, password, maildir, quota, domain, isadmin, enablepop3, settings, created, modified, expired, active) VALUES
  ('anna@x.test', '{SSHA512}a', 'x.test/a/anna/', 100, 'x.test', 1, 0, 'a:b;c', '2025-02-03 04:05:06', '2025-02-03 04:05:06', '9999-12-31 00:00:00', 1),
  ('bob@x.test', '{SSHA512}b', 'x.test/b/bob/', 0, 'x.test', 0, 1, NULL, '1970-01-01 01:01:01', '2025-02-03 04:05:06', '9999-12-31 00:00:00', 1),
  ('o''brien"; DROP TABLE mailbox; --@x.test', 'x', 'x.test/o/', 0, 'x.test', 0, 1, NULL, '2025-02-03 04:05:06', '2025-02-03 04:05:06', '9999-12-31 00:00:00', 0);
INSERT INTO forwardings (address, forwarding, domain, dest_domain, is_forwarding, is_alias, is_list, active) VALUES
  ('anna@x.test', 'anna@x.test', 'x.test', 'x.test', 1, 0, 0, 1), ('anna@x.test', 'elsewhere@y.test', 'x.test', 'y.test', 1, 0, 0, 1),
  ('a.long.name@x.test', 'anna@x.test', 'x.test', 'x.test', 0, 1, 0, 1), ('staff@x.test', 'anna@x.test', 'x.test', 'x.test', 0, 0, 1, 1),
  ('bob@x.test', 'bob@x.test', 'x.test', 'x.test', 1, 0, 0, 1),
  ('o''brien"; DROP TABLE mailbox; --@x.test', 'o''brien"; DROP TABLE mailbox; --@x.test', 'x.test', 'x.test', 1, 0, 0, 0);
INSERT INTO used_quota VALUES ('anna@x.test', 4711, 12, 'x.test'), ('bob@x.test', 0, 0, 'x.test');
INSERT INTO last_login VALUES ('anna@x.test', 'x.test', 1700000000, 1600000000, 1790000000), ('bob@x.test', 'x.test', NULL, NULL, 1790000000);
INSERT INTO sender_bcc_user VALUES ('anna@x.test', 'archive@y.test', 'x.test');
INSERT INTO share_folder VALUES ('anna@x.test', 'bob@x.test', '1');
INSERT INTO domain_admins VALUES ('anna@x.test', 'x.test', '2025-01-01 00:00:00', 1);
