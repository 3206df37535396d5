CREATE TABLE domain (id @ID@, domain varchar(255) NOT NULL UNIQUE, alias_count bigint NOT NULL, mailbox_count bigint NOT NULL, active @BOOL@ NOT NULL);
CREATE TABLE admin (id @ID@, username varchar(255) UNIQUE, password varchar(255) NOT NULL, super @BOOL@ NOT NULL, active @BOOL@ NOT NULL, created @STAMP@ NOT NULL);
CREATE TABLE domain_admins (Admin_id bigint NOT NULL, Domain_id bigint NOT NULL);
CREATE TABLE mailbox (id @ID@, username varchar(255) NOT NULL UNIQUE, password varchar(255) NOT NULL, name varchar(255), alt_email varchar(255), quota bigint NOT NULL,
  local_part varchar(255) NOT NULL, active @BOOL@ NOT NULL, access_restriction varchar(100) NOT NULL, homedir varchar(255), maildir varchar(255), uid bigint, gid bigint,
  homedir_size bigint, maildir_size bigint, size_at @STAMP@ NULL, delete_pending @BOOL@, created @STAMP@ NOT NULL, modified @STAMP@ NULL, Domain_id bigint);
CREATE TABLE mailbox_pref (id @ID@, attribute varchar(255) NOT NULL, ix int NOT NULL, op varchar(2) NOT NULL, value text NOT NULL, expire bigint NOT NULL, Mailbox_id bigint);
CREATE TABLE alias (id @ID@, address varchar(255) NOT NULL UNIQUE, goto text NOT NULL, active @BOOL@ NOT NULL, created @STAMP@ NOT NULL, modified @STAMP@ NULL, Domain_id bigint);
CREATE TABLE alias_pref (id @ID@, attribute varchar(255) NOT NULL, value text NOT NULL, Alias_id bigint);
INSERT INTO domain (domain, alias_count, mailbox_count, active) VALUES ('x.test', 1, 3, @T@);
INSERT INTO admin (username, password, super, active, created) VALUES ('anna@x.test', 'p', @F@, @T@, '2025-01-01 00:00:00');
INSERT INTO domain_admins VALUES (1, 1);
INSERT INTO mailbox (username, password, name, quota, local_part, active, access_restriction, homedir, maildir, maildir_size, created, Domain_id) VALUES
  ('anna@x.test', 'a', 'Anna ''Ä'' 李', 104857600, 'anna', @T@, 'IMAP,SMTP', '/srv/vmail/x.test/anna', 'maildir:/srv/vmail/x.test/anna/mail:LAYOUT=fs', 4711, '2025-02-03 04:05:06', 1),
  ('bob@x.test', 'b', NULL, 0, 'bob', @T@, 'ALL', NULL, NULL, NULL, '2025-02-03 04:05:06', 1),
  ('o''brien"; DROP TABLE mailbox; --@x.test', 'x', NULL, 0, 'o', @F@, 'ALL', NULL, NULL, NULL, '2025-02-03 04:05:06', 1);
INSERT INTO mailbox_pref (attribute, ix, op, value, expire, Mailbox_id) VALUES ('a', 0, ':=', 'v ''?', 0, 1), ('a', 0, ':=', 'w', 0, 2);
INSERT INTO alias (address, goto, active, created, Domain_id) VALUES ('anna@x.test', 'anna@x.test', @T@, '2025-02-03 04:05:06', 1), ('bob@x.test', 'bob@x.test', @T@, '2025-02-03 04:05:06', 1),
  ('staff@x.test', 'anna@x.test,bob@x.test', @T@, '2025-02-03 04:05:06', 1);
INSERT INTO alias_pref (attribute, value, Alias_id) VALUES ('x', 'y', 1);
