CREATE TABLE django_content_type (id @ID@, app_label varchar(100) NOT NULL, model varchar(100) NOT NULL);
CREATE TABLE auth_group (id @ID@, name varchar(150) NOT NULL UNIQUE);
CREATE TABLE core_user (id @ID@, password varchar(256) NOT NULL, last_login @TIME@ NULL, is_superuser @BOOL@ NOT NULL, username varchar(254) NOT NULL UNIQUE,
  first_name varchar(30) NOT NULL, last_name varchar(30) NOT NULL, email varchar(254) NOT NULL, is_staff @BOOL@ NOT NULL, is_active @BOOL@ NOT NULL,
  date_joined @TIME@ NOT NULL, is_local @BOOL@ NOT NULL, master_user @BOOL@ NOT NULL, _parameters text NOT NULL);
CREATE TABLE core_user_groups (id @ID@, user_id bigint NOT NULL, group_id bigint NOT NULL, UNIQUE (user_id, group_id));
CREATE TABLE admin_domain (id @ID@, name varchar(100) NOT NULL UNIQUE, quota bigint NOT NULL, enabled @BOOL@ NOT NULL);
CREATE TABLE admin_mailbox (id @ID@, address varchar(252) NOT NULL, quota int NOT NULL, use_domain_quota @BOOL@ NOT NULL, message_limit int,
  domain_id bigint NOT NULL, user_id bigint NOT NULL UNIQUE);
CREATE TABLE admin_quota (username varchar(254) NOT NULL PRIMARY KEY, bytes bigint NOT NULL, messages int NOT NULL);
CREATE TABLE admin_alias (id @ID@, address varchar(254) NOT NULL, enabled @BOOL@ NOT NULL, internal @BOOL@ NOT NULL, description text NOT NULL, expire_at @TIME@ NULL,
  domain_id bigint, UNIQUE (address, internal));
CREATE TABLE modoboa_admin_aliasrecipient (id @ID@, address varchar(254) NOT NULL, alias_id bigint NOT NULL, r_alias_id bigint, r_mailbox_id bigint);
CREATE TABLE admin_senderaddress (id @ID@, address varchar(254) NOT NULL, mailbox_id bigint NOT NULL);
CREATE TABLE core_objectaccess (id @ID@, object_id int NOT NULL, is_owner @BOOL@ NOT NULL, content_type_id bigint NOT NULL, user_id bigint NOT NULL);
INSERT INTO django_content_type (app_label, model) VALUES ('core', 'user'), ('admin', 'mailbox'), ('admin', 'domain');
INSERT INTO auth_group (name) VALUES ('SimpleUsers'), ('DomainAdmins'), ('SuperAdmins');
INSERT INTO admin_domain (name, quota, enabled) VALUES ('x.test', 0, @T@);
INSERT INTO core_user (password, last_login, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined, is_local, master_user, _parameters) VALUES
  ('root', NULL, @T@, 'admin', '', '', '', @T@, @T@, '2024-01-01 00:00:00', @T@, @F@, '{}'),
  ('{SHA512}a', '2023-11-14 22:13:20', @F@, 'anna@x.test', 'Anna ''Ä''', '李', 'anna@x.test', @F@, @T@, '2025-02-03 04:05:06', @T@, @F@, '{"a": ["?"]}'),
  ('{SHA512}b', NULL, @F@, 'bob@x.test', '', '', 'bob@x.test', @F@, @T@, '2025-02-03 04:05:06', @T@, @F@, '{}'),
  ('x', NULL, @F@, 'o''brien"; DROP TABLE mailbox; --@x.test', '', '', 'o''brien"; DROP TABLE mailbox; --@x.test', @F@, @F@, '2025-02-03 04:05:06', @T@, @F@, '{}');
INSERT INTO core_user_groups (user_id, group_id) VALUES (2, 2), (3, 1), (4, 1), (1, 3);
INSERT INTO admin_mailbox (address, quota, use_domain_quota, message_limit, domain_id, user_id) VALUES ('anna', 100, @F@, NULL, 1, 2), ('bob', 0, @F@, 5, 1, 3), ('o', 0, @F@, NULL, 1, 4);
INSERT INTO admin_quota VALUES ('anna@x.test', 4711, 12), ('bob@x.test', 0, 0);
INSERT INTO admin_alias (address, enabled, internal, description, expire_at, domain_id) VALUES ('anna@x.test', @T@, @T@, '', NULL, 1), ('bob@x.test', @T@, @T@, '', NULL, 1),
  ('staff@x.test', @T@, @F@, 'both', NULL, 1), ('o''brien"; DROP TABLE mailbox; --@x.test', @F@, @T@, '', NULL, 1);
INSERT INTO modoboa_admin_aliasrecipient (address, alias_id, r_alias_id, r_mailbox_id) VALUES ('anna@x.test', 1, NULL, 1), ('bob@x.test', 2, NULL, 2),
  ('anna@x.test', 3, NULL, 1), ('bob@x.test', 3, NULL, 2);
INSERT INTO admin_senderaddress (address, mailbox_id) VALUES ('sales@x.test', 1);
INSERT INTO core_objectaccess (object_id, is_owner, content_type_id, user_id) VALUES (1, @T@, 3, 2), (2, @T@, 1, 1), (1, @T@, 2, 1), (3, @T@, 1, 1), (2, @T@, 2, 1);
