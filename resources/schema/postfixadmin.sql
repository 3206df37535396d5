-- PostfixAdmin 3.x: https://github.com/postfixadmin/postfixadmin
-- How such a file is written: docs/adding-a-preset.md

-- name: list sqlite
SELECT m.username AS "user",
       CASE WHEN m.active = 1 THEN 'active' ELSE 'disabled' END AS state,
       a.username IS NOT NULL AS domain_admin,
       CASE WHEN m.created > '2000-01-02' THEN CAST(strftime('%s', m.created) AS INTEGER) END AS created,
       q.bytes AS mailbox_bytes,
       CASE WHEN m.quota > 0 THEN m.quota ELSE 0 END AS quota_bytes
  FROM mailbox m
  LEFT JOIN quota2 q ON q.username = m.username
  LEFT JOIN (SELECT username FROM domain_admins WHERE active = 1
             UNION SELECT username FROM admin WHERE active = 1 AND superadmin = 1) a ON a.username = m.username

-- name: list mysql
SELECT m.username AS "user",
       CASE WHEN m.active = 1 THEN 'active' ELSE 'disabled' END AS state,
       a.username IS NOT NULL AS domain_admin,
       CASE WHEN m.created > '2000-01-02' THEN UNIX_TIMESTAMP(m.created) END AS created,
       q.bytes AS mailbox_bytes,
       CASE WHEN m.quota > 0 THEN m.quota ELSE 0 END AS quota_bytes
  FROM mailbox m
  LEFT JOIN quota2 q ON q.username = m.username
  LEFT JOIN (SELECT username FROM domain_admins WHERE active = 1
             UNION SELECT username FROM admin WHERE active = 1 AND superadmin = 1) a ON a.username = m.username

-- name: list postgresql
SELECT m.username AS "user",
       CASE WHEN m.active THEN 'active' ELSE 'disabled' END AS state,
       a.username IS NOT NULL AS domain_admin,
       CASE WHEN m.created > '2000-01-02' THEN CAST(EXTRACT(EPOCH FROM m.created) AS bigint) END AS created,
       q.bytes AS mailbox_bytes,
       CASE WHEN m.quota > 0 THEN m.quota ELSE 0 END AS quota_bytes
  FROM mailbox m
  LEFT JOIN quota2 q ON q.username = m.username
  LEFT JOIN (SELECT username FROM domain_admins WHERE active
             UNION SELECT username FROM admin WHERE active AND superadmin) a ON a.username = m.username

-- name: active sqlite mysql
UPDATE mailbox SET active = 1 WHERE username = :user;
UPDATE alias SET active = 1 WHERE address = :user

-- name: active postgresql
UPDATE mailbox SET active = true WHERE username = :user;
UPDATE alias SET active = true WHERE address = :user

-- name: disabled sqlite mysql
UPDATE mailbox SET active = 0 WHERE username = :user;
UPDATE alias SET active = 0 WHERE address = :user

-- name: disabled postgresql
UPDATE mailbox SET active = false WHERE username = :user;
UPDATE alias SET active = false WHERE address = :user

-- name: cannot-block
PostfixAdmin has one flag for logins and mail alike: disable the account.

-- name: rows mailbox (username)
username = :user
-- The mailbox's own alias: without it no mail arrives. Aliases that name it among other targets are left alone.
-- name: rows alias (address)
address = :user
-- name: rows quota2? (username) live
username = :user
-- name: rows quota? (username, path) live
username = :user
-- name: rows vacation? (email)
email = :user
-- name: rows vacation_notification? (on_vacation, notified) live
on_vacation = :user
-- name: rows fetchmail? (id)
mailbox = :user
-- name: rows mailbox_app_password? (id)
username = :user
-- name: rows totp_exception_address? (id)
username = :user
-- name: rows domain_admins? (username, domain)
username = :user
-- name: rows admin? (username)
username = :user

-- name: taken
SELECT 'its domain is no longer in the table domain' FROM (SELECT 1 AS one) o
 WHERE NOT EXISTS (SELECT 1 FROM domain WHERE domain = :domain)

-- name: mail
SELECT maildir FROM mailbox WHERE username = :user
