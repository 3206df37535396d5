CREATE TABLE admin (username varchar(255) NOT NULL PRIMARY KEY, password varchar(255) NOT NULL, created @TIME@ NOT NULL,
  modified @TIME@ NOT NULL, active @BOOL@ NOT NULL, superadmin @BOOL@ NOT NULL, phone varchar(30) NOT NULL DEFAULT '',
  email_other varchar(255) NOT NULL DEFAULT '', token varchar(255) NOT NULL DEFAULT '', token_validity @TIME@ NULL);
CREATE TABLE domain (domain varchar(255) NOT NULL PRIMARY KEY, description varchar(255) NOT NULL, aliases int NOT NULL,
  mailboxes int NOT NULL, maxquota bigint NOT NULL, quota bigint NOT NULL, transport varchar(255), backupmx @BOOL@ NOT NULL,
  created @TIME@ NOT NULL, modified @TIME@ NOT NULL, active @BOOL@ NOT NULL, password_expiry int DEFAULT 0);
CREATE TABLE mailbox (username varchar(255) NOT NULL PRIMARY KEY, password varchar(255) NOT NULL, name varchar(255) NOT NULL,
  maildir varchar(255) NOT NULL, quota bigint NOT NULL, local_part varchar(255) NOT NULL, domain varchar(255) NOT NULL,
  created @TIME@ NOT NULL, modified @TIME@ NOT NULL, active @BOOL@ NOT NULL, phone varchar(30) NOT NULL DEFAULT '',
  email_other varchar(255) NOT NULL DEFAULT '', token varchar(255) NOT NULL DEFAULT '', token_validity @TIME@ NULL,
  password_expiry @TIME@ NULL);
CREATE TABLE alias (address varchar(255) NOT NULL PRIMARY KEY, goto text NOT NULL, domain varchar(255) NOT NULL,
  created @TIME@ NOT NULL, modified @TIME@ NOT NULL, active @BOOL@ NOT NULL);
CREATE TABLE domain_admins (id @ID@, username varchar(255) NOT NULL, domain varchar(255) NOT NULL, created @TIME@ NOT NULL,
  active @BOOL@ NOT NULL);
CREATE TABLE quota (username varchar(255) NOT NULL, path varchar(100) NOT NULL, current bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (username, path));
CREATE TABLE quota2 (username varchar(100) NOT NULL PRIMARY KEY, bytes bigint NOT NULL DEFAULT 0, messages int NOT NULL DEFAULT 0);
CREATE TABLE vacation (email varchar(255) NOT NULL PRIMARY KEY, subject varchar(255) NOT NULL, body text NOT NULL,
  cache text NOT NULL, domain varchar(255) NOT NULL, created @TIME@ NOT NULL, active @BOOL@ NOT NULL);
CREATE TABLE vacation_notification (on_vacation varchar(255) NOT NULL, notified varchar(255) NOT NULL,
  notified_at @TIME@ NOT NULL, PRIMARY KEY (on_vacation, notified));
CREATE TABLE fetchmail (id @ID@, mailbox varchar(255) NOT NULL, src_server varchar(255) NOT NULL, src_password varchar(255) NOT NULL,
  poll_time int NOT NULL, returned_text text);
INSERT INTO domain VALUES ('x.test', 'a domain', 10, 10, 0, 0, 'virtual', @F@, '2024-01-01 00:00:00', '2024-01-01 00:00:00', @T@, 0);
INSERT INTO mailbox (username, password, name, maildir, quota, local_part, domain, created, modified, active) VALUES
  ('anna@x.test', '{CRYPT}$6$a''b', 'Anna ''Ä'' 李', 'x.test/anna/', 104857600, 'anna', 'x.test', '2025-02-03 04:05:06', '2025-02-03 04:05:06', @T@),
  ('bob@x.test', '{CRYPT}$6$c', 'Bob', 'x.test/bob/', 0, 'bob', 'x.test', '2000-01-01 00:00:00', '2025-02-03 04:05:06', @T@),
  ('o''brien"; DROP TABLE mailbox; --@x.test', 'x', 'O''Brien', 'x.test/o/', -1, 'o', 'x.test', '2025-02-03 04:05:06', '2025-02-03 04:05:06', @F@);
INSERT INTO alias VALUES
  ('anna@x.test', 'anna@x.test,elsewhere@y.test', 'x.test', '2025-02-03 04:05:06', '2025-02-03 04:05:06', @T@),
  ('bob@x.test', 'bob@x.test', 'x.test', '2025-02-03 04:05:06', '2025-02-03 04:05:06', @T@),
  ('o''brien"; DROP TABLE mailbox; --@x.test', 'o@x.test', 'x.test', '2025-02-03 04:05:06', '2025-02-03 04:05:06', @F@),
  ('staff@x.test', 'anna@x.test,bob@x.test', 'x.test', '2025-02-03 04:05:06', '2025-02-03 04:05:06', @T@);
INSERT INTO admin (username, password, created, modified, active, superadmin) VALUES
  ('anna@x.test', 'p', '2025-01-01 00:00:00', '2025-01-01 00:00:00', @T@, @F@);
INSERT INTO domain_admins (username, domain, created, active) VALUES ('anna@x.test', 'x.test', '2025-01-01 00:00:00', @T@),
  ('other@y.test', 'y.test', '2025-01-01 00:00:00', @T@);
INSERT INTO quota2 VALUES ('anna@x.test', 4711, 12), ('bob@x.test', 0, 0);
INSERT INTO quota VALUES ('anna@x.test', 'quota/storage', 4711);
INSERT INTO vacation VALUES ('anna@x.test', 'away', 'Gone; ''til ? Monday', '', 'x.test', '2025-06-01 00:00:00', @T@);
INSERT INTO vacation_notification VALUES ('anna@x.test', 'boss@y.test', '2025-06-02 00:00:00');
INSERT INTO fetchmail (mailbox, src_server, src_password, poll_time, returned_text) VALUES
  ('anna@x.test', 'pop.y.test', 'cGFzcw==', 10, NULL), ('bob@x.test', 'pop.y.test', 'cGFzcw==', 10, 'ok');
