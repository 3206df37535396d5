-- mailcow: dockerized, its MariaDB: https://github.com/mailcow/mailcow-dockerized
-- How such a file is written: docs/adding-a-preset.md
--
-- active: 1 = yes, 2 = may not log in but receives mail, 0 = neither.

-- name: list mysql
SELECT m.username AS "user",
       CASE m.active WHEN 1 THEN 'active' WHEN 2 THEN 'blocked' ELSE 'disabled' END AS state,
       a.username IS NOT NULL AS domain_admin,
       UNIX_TIMESTAMP(m.created) AS created,
       l.at AS last_login,
       l.service AS last_login_service,
       l.address AS last_login_address,
       q.bytes AS mailbox_bytes,
       CASE WHEN m.quota > 0 THEN m.quota ELSE 0 END AS quota_bytes
  FROM mailbox m
  LEFT JOIN quota2 q ON q.username = m.username
  LEFT JOIN (SELECT DISTINCT username FROM domain_admins WHERE active = 1) a ON a.username = m.username
  LEFT JOIN (SELECT username, UNIX_TIMESTAMP(MAX(datetime)) AS at,
                    SUBSTRING_INDEX(GROUP_CONCAT(service ORDER BY datetime DESC), ',', 1) AS service,
                    SUBSTRING_INDEX(GROUP_CONCAT(real_rip ORDER BY datetime DESC), ',', 1) AS address
               FROM sasl_log GROUP BY username) l ON l.username = m.username
 WHERE m.kind = ''

-- name: records
imap pop3 smtp sieve

-- name: active
UPDATE mailbox SET active = 1 WHERE username = :user;
UPDATE alias SET active = 1 WHERE address = :user

-- name: blocked
UPDATE mailbox SET active = 2 WHERE username = :user;
UPDATE alias SET active = 1 WHERE address = :user

-- name: disabled
UPDATE mailbox SET active = 0 WHERE username = :user;
UPDATE alias SET active = 0 WHERE address = :user

-- name: rows mailbox (username)
username = :user
-- The mailbox's own alias, and aliases that lead to it alone. Those with further targets are left alone; so is SOGo's data.
-- name: rows alias (id)
address = :user OR goto = :user
-- name: rows quota2? (username) live
username = :user
-- name: rows quota2replica? (username) live
username = :user
-- name: rows sender_acl? (logged_in_as, send_as)
logged_in_as = :user
-- name: rows user_acl? (username)
username = :user
-- name: rows user_attributes? (username)
username = :user
-- name: rows spamalias? (address)
goto = :user
-- name: rows sieve_filters? (id)
username = :user
-- name: rows filterconf? (prefid)
object = :user
-- name: rows imapsync? (id)
user2 = :user
-- name: rows bcc_maps? (id)
local_dest = :user
-- name: rows app_passwd? (id)
mailbox = :user
-- name: rows pushover? (username)
username = :user
-- name: rows tfa? (id)
username = :user
-- name: rows fido2? (username, credentialId)
username = :user
-- name: rows sasl_log? (service, real_rip, username) live
username = :user
-- name: rows domain_admins? (username, domain)
username = :user

-- name: taken
SELECT 'the table spamalias has a temporary alias of that address by now' FROM spamalias WHERE address = :user;
SELECT 'the table alias has an alias of that address by now' FROM alias WHERE address = :user;
SELECT 'its domain is no longer in the table domain' FROM (SELECT 1 AS one) o
 WHERE NOT EXISTS (SELECT 1 FROM domain WHERE domain = :domain)

-- name: mail
SELECT CONCAT(mailbox_path_prefix, domain, '/', local_part, '/') FROM mailbox WHERE username = :user
