-- Mailu 1.9 and later: https://github.com/Mailu/Mailu
-- How such a file is written: docs/adding-a-preset.md
--
-- enabled: whether the user may log in. Nothing in the database keeps mail from arriving.

-- name: list sqlite
SELECT u.email AS "user",
       CASE WHEN u.enabled = 1 THEN 'active' ELSE 'blocked' END AS state,
       u.global_admin = 1 OR m.user_email IS NOT NULL AS domain_admin,
       CAST(strftime('%s', u.created_at) AS INTEGER) AS created,
       u.quota_bytes_used AS mailbox_bytes,
       CASE WHEN u.quota_bytes > 0 THEN u.quota_bytes ELSE 0 END AS quota_bytes
  FROM "user" u
  LEFT JOIN (SELECT DISTINCT user_email FROM manager) m ON m.user_email = u.email

-- name: list postgresql
SELECT u.email AS "user",
       CASE WHEN u.enabled THEN 'active' ELSE 'blocked' END AS state,
       u.global_admin OR m.user_email IS NOT NULL AS domain_admin,
       CAST(EXTRACT(EPOCH FROM u.created_at) AS bigint) AS created,
       u.quota_bytes_used AS mailbox_bytes,
       CASE WHEN u.quota_bytes > 0 THEN u.quota_bytes ELSE 0 END AS quota_bytes
  FROM "user" u
  LEFT JOIN (SELECT DISTINCT user_email FROM manager) m ON m.user_email = u.email

-- name: list mysql
SELECT u.email AS "user",
       CASE WHEN u.enabled = 1 THEN 'active' ELSE 'blocked' END AS state,
       u.global_admin = 1 OR m.user_email IS NOT NULL AS domain_admin,
       UNIX_TIMESTAMP(u.created_at) AS created,
       u.quota_bytes_used AS mailbox_bytes,
       CASE WHEN u.quota_bytes > 0 THEN u.quota_bytes ELSE 0 END AS quota_bytes
  FROM `user` u
  LEFT JOIN (SELECT DISTINCT user_email FROM manager) m ON m.user_email = u.email

-- name: active sqlite
UPDATE "user" SET enabled = 1 WHERE email = :user
-- name: active postgresql
UPDATE "user" SET enabled = true WHERE email = :user
-- name: active mysql
UPDATE `user` SET enabled = 1 WHERE email = :user

-- name: blocked sqlite
UPDATE "user" SET enabled = 0 WHERE email = :user
-- name: blocked postgresql
UPDATE "user" SET enabled = false WHERE email = :user
-- name: blocked mysql
UPDATE `user` SET enabled = 0 WHERE email = :user

-- name: cannot-disable
Mailu's database cannot keep mail from arriving for an account: block its login, or delete it.

-- name: rows user (email)
email = :user
-- name: rows token? (id)
user_email = :user
-- name: rows fetch? (id)
user_email = :user
-- name: rows manager? (domain_name, user_email)
user_email = :user

-- name: taken
SELECT 'the table alias has an alias of that address by now' FROM alias WHERE email = :user;
SELECT 'its domain is no longer in the table domain' FROM (SELECT 1 AS one) o
 WHERE NOT EXISTS (SELECT 1 FROM domain WHERE name = :domain)
