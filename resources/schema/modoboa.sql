-- Modoboa 1.10 and later: https://github.com/modoboa/modoboa
-- How such a file is written: docs/adding-a-preset.md
--
-- An account is a core_user with an admin_mailbox; its e-mail is the address. Tables of extensions that are not named here
-- and refer to the account keep it from being deleted: the database says which.

-- name: list sqlite
SELECT u.email AS "user",
       CASE WHEN u.is_active = 1 THEN 'active' ELSE 'disabled' END AS state,
       u.is_superuser = 1 OR g.user_id IS NOT NULL AS domain_admin,
       CAST(strftime('%s', u.date_joined) AS INTEGER) AS created,
       CAST(strftime('%s', u.last_login) AS INTEGER) AS last_login,
       q.bytes AS mailbox_bytes,
       m.quota * 1048576 AS quota_bytes
  FROM admin_mailbox m
  JOIN core_user u ON u.id = m.user_id
  LEFT JOIN admin_quota q ON q.username = u.email
  LEFT JOIN (SELECT DISTINCT ug.user_id FROM core_user_groups ug JOIN auth_group g ON g.id = ug.group_id
              WHERE g.name IN ('DomainAdmins', 'Resellers', 'SuperAdmins')) g ON g.user_id = u.id

-- name: list mysql
SELECT u.email AS "user",
       CASE WHEN u.is_active = 1 THEN 'active' ELSE 'disabled' END AS state,
       u.is_superuser = 1 OR g.user_id IS NOT NULL AS domain_admin,
       TIMESTAMPDIFF(SECOND, '1970-01-01', u.date_joined) AS created,
       TIMESTAMPDIFF(SECOND, '1970-01-01', u.last_login) AS last_login,
       q.bytes AS mailbox_bytes,
       m.quota * 1048576 AS quota_bytes
  FROM admin_mailbox m
  JOIN core_user u ON u.id = m.user_id
  LEFT JOIN admin_quota q ON q.username = u.email
  LEFT JOIN (SELECT DISTINCT ug.user_id FROM core_user_groups ug JOIN auth_group g ON g.id = ug.group_id
              WHERE g.name IN ('DomainAdmins', 'Resellers', 'SuperAdmins')) g ON g.user_id = u.id

-- name: list postgresql
SELECT u.email AS "user",
       CASE WHEN u.is_active THEN 'active' ELSE 'disabled' END AS state,
       u.is_superuser OR g.user_id IS NOT NULL AS domain_admin,
       CAST(EXTRACT(EPOCH FROM u.date_joined) AS bigint) AS created,
       CAST(EXTRACT(EPOCH FROM u.last_login) AS bigint) AS last_login,
       q.bytes AS mailbox_bytes,
       CAST(m.quota AS bigint) * 1048576 AS quota_bytes
  FROM admin_mailbox m
  JOIN core_user u ON u.id = m.user_id
  LEFT JOIN admin_quota q ON q.username = u.email
  LEFT JOIN (SELECT DISTINCT ug.user_id FROM core_user_groups ug JOIN auth_group g ON g.id = ug.group_id
              WHERE g.name IN ('DomainAdmins', 'Resellers', 'SuperAdmins')) g ON g.user_id = u.id

-- name: active sqlite mysql
UPDATE core_user SET is_active = 1 WHERE email = :user;
UPDATE admin_alias SET enabled = 1 WHERE address = :user AND internal = 1

-- name: active postgresql
UPDATE core_user SET is_active = true WHERE email = :user;
UPDATE admin_alias SET enabled = true WHERE address = :user AND internal

-- name: disabled sqlite mysql
UPDATE core_user SET is_active = 0 WHERE email = :user;
UPDATE admin_alias SET enabled = 0 WHERE address = :user AND internal = 1

-- name: disabled postgresql
UPDATE core_user SET is_active = false WHERE email = :user;
UPDATE admin_alias SET enabled = false WHERE address = :user AND internal

-- name: cannot-block
Modoboa has one flag for logins and mail alike: disable the account.

-- name: rows core_user (id)
email = :user
-- name: rows core_user_groups? (id)
user_id IN (SELECT id FROM core_user WHERE email = :user)
-- name: rows core_user_user_permissions? (id)
user_id IN (SELECT id FROM core_user WHERE email = :user)
-- name: rows admin_mailbox (id)
user_id IN (SELECT id FROM core_user WHERE email = :user)
-- name: rows admin_quota? (username) live
username = :user
-- name: rows admin_senderaddress? (id)
mailbox_id IN (SELECT m.id FROM admin_mailbox m JOIN core_user u ON u.id = m.user_id WHERE u.email = :user)
-- name: rows admin_mailboxoperation? (id)
mailbox_id IN (SELECT m.id FROM admin_mailbox m JOIN core_user u ON u.id = m.user_id WHERE u.email = :user)
-- name: rows admin_alias? (id) sqlite mysql
address = :user AND internal = 1
-- name: rows admin_alias? (id) postgresql
address = :user AND internal
-- name: rows modoboa_admin_aliasrecipient? (id) sqlite mysql
alias_id IN (SELECT id FROM admin_alias WHERE address = :user AND internal = 1)
 OR r_mailbox_id IN (SELECT m.id FROM admin_mailbox m JOIN core_user u ON u.id = m.user_id WHERE u.email = :user)
-- name: rows modoboa_admin_aliasrecipient? (id) postgresql
alias_id IN (SELECT id FROM admin_alias WHERE address = :user AND internal)
 OR r_mailbox_id IN (SELECT m.id FROM admin_mailbox m JOIN core_user u ON u.id = m.user_id WHERE u.email = :user)
-- What it may manage, and who may manage it.
-- name: rows core_objectaccess? (id)
user_id IN (SELECT id FROM core_user WHERE email = :user)
 OR (content_type_id IN (SELECT id FROM django_content_type WHERE app_label = 'core' AND model = 'user')
     AND object_id IN (SELECT id FROM core_user WHERE email = :user))
 OR (content_type_id IN (SELECT id FROM django_content_type WHERE app_label = 'admin' AND model = 'mailbox')
     AND object_id IN (SELECT m.id FROM admin_mailbox m JOIN core_user u ON u.id = m.user_id WHERE u.email = :user))
-- name: rows postfix_autoreply_armessage? (id)
mbox_id IN (SELECT m.id FROM admin_mailbox m JOIN core_user u ON u.id = m.user_id WHERE u.email = :user)
-- name: rows postfix_autoreply_arhistoric? (id) live
armessage_id IN (SELECT r.id FROM postfix_autoreply_armessage r JOIN admin_mailbox m ON m.id = r.mbox_id
                   JOIN core_user u ON u.id = m.user_id WHERE u.email = :user)
-- name: rows limits_userobjectlimit? (id)
user_id IN (SELECT id FROM core_user WHERE email = :user)
-- name: rows authtoken_token? (key)
user_id IN (SELECT id FROM core_user WHERE email = :user)
-- name: rows django_admin_log? (id)
user_id IN (SELECT id FROM core_user WHERE email = :user)
-- name: rows otp_totp_totpdevice? (id)
user_id IN (SELECT id FROM core_user WHERE email = :user)
-- name: rows otp_static_staticdevice? (id)
user_id IN (SELECT id FROM core_user WHERE email = :user)
-- name: rows otp_static_statictoken? (id)
device_id IN (SELECT d.id FROM otp_static_staticdevice d JOIN core_user u ON u.id = d.user_id WHERE u.email = :user)

-- name: taken
SELECT 'the table core_user has an account of that address by now' FROM core_user WHERE email = :user OR username = :user;
SELECT 'the table admin_alias has an alias of that address by now' FROM admin_alias WHERE address = :user;
SELECT 'its domain is no longer in the table admin_domain' FROM (SELECT 1 AS one) o
 WHERE NOT EXISTS (SELECT 1 FROM admin_domain WHERE name = :domain)
