CREATE TABLE domain (domain varchar(255) NOT NULL PRIMARY KEY, description varchar(255), quota bigint NOT NULL, active tinyint(1) NOT NULL DEFAULT 1);
CREATE TABLE mailbox (username varchar(255) NOT NULL PRIMARY KEY, password varchar(255) NOT NULL, name varchar(255), description text,
  mailbox_path_prefix varchar(150) DEFAULT '/var/vmail/', quota bigint NOT NULL DEFAULT 102400, local_part varchar(255) NOT NULL,
  domain varchar(255) NOT NULL, attributes JSON, custom_attributes JSON NOT NULL DEFAULT '{}', kind varchar(100) NOT NULL DEFAULT '',
  multiple_bookings int NOT NULL DEFAULT -1, authsource enum('mailcow','keycloak','generic-oidc','ldap') DEFAULT 'mailcow',
  created datetime(0) NOT NULL DEFAULT NOW(0), modified datetime ON UPDATE CURRENT_TIMESTAMP, active tinyint(1) NOT NULL DEFAULT 1);
CREATE TABLE alias (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, address varchar(255) NOT NULL UNIQUE, goto text NOT NULL, domain varchar(255) NOT NULL,
  created datetime(0) NOT NULL DEFAULT NOW(0), modified datetime ON UPDATE CURRENT_TIMESTAMP, private_comment text, sogo_visible tinyint(1) NOT NULL DEFAULT 1,
  active tinyint(1) NOT NULL DEFAULT 1);
CREATE TABLE spamalias (address varchar(255) NOT NULL PRIMARY KEY, goto text NOT NULL, validity int(11));
CREATE TABLE quota2 (username varchar(255) NOT NULL PRIMARY KEY, bytes bigint NOT NULL DEFAULT 0, messages bigint NOT NULL DEFAULT 0);
CREATE TABLE domain_admins (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, username varchar(255) NOT NULL, domain varchar(255) NOT NULL,
  created datetime(0) NOT NULL DEFAULT NOW(0), active tinyint(1) NOT NULL DEFAULT 1);
CREATE TABLE sender_acl (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, logged_in_as varchar(255) NOT NULL, send_as varchar(255) NOT NULL, external tinyint(1) NOT NULL DEFAULT 0);
CREATE TABLE user_acl (username varchar(255) NOT NULL PRIMARY KEY, spam_alias tinyint(1) NOT NULL DEFAULT 1,
  FOREIGN KEY (username) REFERENCES mailbox (username) ON DELETE CASCADE);
CREATE TABLE sieve_filters (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, username varchar(255) NOT NULL, script_desc varchar(255) NOT NULL,
  script_name enum('active','inactive'), script_data text NOT NULL, filter_type enum('postfilter','prefilter'), created datetime(0) NOT NULL DEFAULT NOW(0),
  FOREIGN KEY (username) REFERENCES mailbox (username) ON DELETE CASCADE);
CREATE TABLE app_passwd (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(255) NOT NULL, mailbox varchar(255) NOT NULL, password varchar(255) NOT NULL,
  created datetime(0) NOT NULL DEFAULT NOW(0), active tinyint(1) NOT NULL DEFAULT 1, FOREIGN KEY (mailbox) REFERENCES mailbox (username) ON DELETE CASCADE);
CREATE TABLE fido2 (username varchar(255) NOT NULL, friendlyName varchar(255), rpId varchar(255) NOT NULL, AAGUID blob, credentialId blob NOT NULL);
CREATE TABLE sasl_log (service varchar(32) NOT NULL DEFAULT '', app_password int, username varchar(255) NOT NULL, real_rip varchar(64) NOT NULL,
  datetime datetime(0) NOT NULL DEFAULT NOW(0), PRIMARY KEY (service, real_rip, username));
INSERT INTO domain VALUES ('x.test', NULL, 0, 1);
INSERT INTO mailbox (username, password, name, quota, local_part, domain, attributes, created, modified, active) VALUES
  ('anna@x.test', '{BLF-CRYPT}a', 'Anna ''Ä'' 李', 104857600, 'anna', 'x.test', '{"imap_access":"1", "x":  2}', '2025-02-03 04:05:06', NULL, 1),
  ('bob@x.test', '{BLF-CRYPT}b', 'Bob', 0, 'bob', 'x.test', NULL, '2025-02-03 04:05:06', NULL, 1),
  ('o''brien"; DROP TABLE mailbox; --@x.test', 'x', NULL, 0, 'o', 'x.test', NULL, '2025-02-03 04:05:06', NULL, 0);
INSERT INTO mailbox (username, password, local_part, domain, kind) VALUES ('room@x.test', '', 'room', 'x.test', 'location');
INSERT INTO alias (address, goto, domain, created, active) VALUES ('anna@x.test', 'anna@x.test', 'x.test', '2025-02-03 04:05:06', 1),
  ('a.long.name@x.test', 'anna@x.test', 'x.test', '2025-02-03 04:05:06', 1), ('staff@x.test', 'anna@x.test,bob@x.test', 'x.test', '2025-02-03 04:05:06', 1),
  ('bob@x.test', 'bob@x.test', 'x.test', '2025-02-03 04:05:06', 1),
  ('o''brien"; DROP TABLE mailbox; --@x.test', 'o''brien"; DROP TABLE mailbox; --@x.test', 'x.test', '2025-02-03 04:05:06', 0);
INSERT INTO spamalias VALUES ('tmp1@x.test', 'anna@x.test', 1900000000);
INSERT INTO quota2 VALUES ('anna@x.test', 4711, 12), ('bob@x.test', 0, 0);
INSERT INTO domain_admins (username, domain) VALUES ('anna@x.test', 'x.test');
INSERT INTO sender_acl (logged_in_as, send_as) VALUES ('anna@x.test', 'staff@x.test');
INSERT INTO user_acl VALUES ('anna@x.test', 0), ('bob@x.test', 1);
INSERT INTO sieve_filters (username, script_desc, script_name, script_data, filter_type) VALUES ('anna@x.test', 'd', 'active', 'keep; # ''?''', 'prefilter');
INSERT INTO app_passwd (name, mailbox, password) VALUES ('phone', 'anna@x.test', '{SSHA}x');
INSERT INTO fido2 VALUES ('anna@x.test', 'key', 'x.test', X'00010203ff', X'00ff00c328');
INSERT INTO sasl_log (service, username, real_rip, datetime) VALUES ('imap', 'anna@x.test', '192.0.2.1', FROM_UNIXTIME(1690000000)),
  ('pop3', 'anna@x.test', '2001:db8::7', FROM_UNIXTIME(1700000000)), ('smtp', 'anna@x.test', '192.0.2.2', FROM_UNIXTIME(1680000000));
