CREATE TABLE domain (created_at date NOT NULL, updated_at date, comment varchar(255), name varchar(80) NOT NULL PRIMARY KEY, max_users int NOT NULL);
CREATE TABLE @Q@user@Q@ (created_at date NOT NULL, updated_at date, comment varchar(255), localpart varchar(80) NOT NULL, password varchar(255) NOT NULL,
  quota_bytes bigint NOT NULL, quota_bytes_used bigint NOT NULL, global_admin @BOOL@ NOT NULL, enabled @BOOL@ NOT NULL, enable_imap @BOOL@ NOT NULL,
  enable_pop @BOOL@ NOT NULL, forward_enabled @BOOL@ NOT NULL, forward_destination varchar(255), reply_body text, displayed_name varchar(160) NOT NULL,
  domain_name varchar(80) NOT NULL REFERENCES domain (name), email varchar(255) NOT NULL PRIMARY KEY);
CREATE TABLE alias (created_at date NOT NULL, localpart varchar(80) NOT NULL, destination varchar(1023) NOT NULL, wildcard @BOOL@ NOT NULL,
  domain_name varchar(80) NOT NULL, email varchar(255) NOT NULL PRIMARY KEY);
CREATE TABLE token (created_at date NOT NULL, id @ID@, user_email varchar(255) NOT NULL REFERENCES @Q@user@Q@ (email), password varchar(255) NOT NULL, ip varchar(255));
CREATE TABLE @Q@fetch@Q@ (created_at date NOT NULL, id @ID@, user_email varchar(255) NOT NULL REFERENCES @Q@user@Q@ (email), protocol varchar(4) NOT NULL,
  host varchar(255) NOT NULL, last_check @STAMP@ NULL);
CREATE TABLE manager (domain_name varchar(80), user_email varchar(255) REFERENCES @Q@user@Q@ (email));
INSERT INTO domain VALUES ('2024-01-01', NULL, NULL, 'x.test', -1);
INSERT INTO @Q@user@Q@ VALUES
  ('2025-02-03', NULL, 'it''s "Ä" 李', 'anna', '$bcrypt', 104857600, 4711, @F@, @T@, @T@, @F@, @T@, 'elsewhere@y.test', 'Gone ?', 'Anna', 'x.test', 'anna@x.test'),
  ('2025-02-03', '2025-03-01', NULL, 'bob', '$bcrypt', 0, 0, @F@, @T@, @T@, @T@, @F@, NULL, NULL, '', 'x.test', 'bob@x.test'),
  ('2025-02-03', NULL, NULL, 'o', 'x', 0, 0, @F@, @F@, @T@, @T@, @F@, NULL, NULL, '', 'x.test', 'o''brien"; DROP TABLE mailbox; --@x.test');
INSERT INTO alias VALUES ('2025-01-01', 'staff', 'anna@x.test,bob@x.test', @F@, 'x.test', 'staff@x.test');
INSERT INTO token (created_at, user_email, password, ip) VALUES ('2025-01-01', 'anna@x.test', '$pbkdf2', NULL), ('2025-01-01', 'bob@x.test', '$pbkdf2', NULL);
INSERT INTO @Q@fetch@Q@ (created_at, user_email, protocol, host, last_check) VALUES ('2025-01-01', 'anna@x.test', 'imap', 'y.test', '2025-01-01 01:02:03');
INSERT INTO manager VALUES ('x.test', 'anna@x.test'), ('x.test', 'anna@x.test');
