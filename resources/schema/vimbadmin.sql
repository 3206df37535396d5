-- ViMbAdmin 3.x: https://github.com/opensolutions/ViMbAdmin
-- How such a file is written: docs/adding-a-preset.md
--
-- access_restriction is ALL or a list of protocols, which Dovecot's password_query has to look at. A blocked account has
-- NONE: and its former restriction after it, spelt so that no protocol is found in it.

-- name: list mysql
SELECT m.username AS "user",
       CASE WHEN m.active <> 1 THEN 'disabled' WHEN m.access_restriction LIKE 'NONE%' THEN 'blocked' ELSE 'active' END AS state,
       a.username IS NOT NULL AS domain_admin,
       UNIX_TIMESTAMP(m.created) AS created,
       m.maildir_size AS mailbox_bytes,
       CASE WHEN m.quota > 0 THEN m.quota ELSE 0 END AS quota_bytes
  FROM mailbox m
  LEFT JOIN (SELECT DISTINCT a.username FROM admin a LEFT JOIN domain_admins d ON d.Admin_id = a.id
              WHERE a.active = 1 AND (a.super = 1 OR d.Admin_id IS NOT NULL)) a ON a.username = m.username

-- name: list postgresql
SELECT m.username AS "user",
       CASE WHEN NOT m.active THEN 'disabled' WHEN m.access_restriction LIKE 'NONE%' THEN 'blocked' ELSE 'active' END AS state,
       a.username IS NOT NULL AS domain_admin,
       CAST(EXTRACT(EPOCH FROM m.created AT TIME ZONE current_setting('TimeZone')) AS bigint) AS created,
       m.maildir_size AS mailbox_bytes,
       CASE WHEN m.quota > 0 THEN m.quota ELSE 0 END AS quota_bytes
  FROM mailbox m
  LEFT JOIN (SELECT DISTINCT a.username FROM admin a LEFT JOIN domain_admins d ON d.Admin_id = a.id
              WHERE a.active AND (a.super OR d.Admin_id IS NOT NULL)) a ON a.username = m.username

-- name: list sqlite
SELECT m.username AS "user",
       CASE WHEN m.active <> 1 THEN 'disabled' WHEN m.access_restriction LIKE 'NONE%' THEN 'blocked' ELSE 'active' END AS state,
       a.username IS NOT NULL AS domain_admin,
       CAST(strftime('%s', m.created) AS INTEGER) AS created,
       m.maildir_size AS mailbox_bytes,
       CASE WHEN m.quota > 0 THEN m.quota ELSE 0 END AS quota_bytes
  FROM mailbox m
  LEFT JOIN (SELECT DISTINCT a.username FROM admin a LEFT JOIN domain_admins d ON d.Admin_id = a.id
              WHERE a.active = 1 AND (a.super = 1 OR d.Admin_id IS NOT NULL)) a ON a.username = m.username

-- name: active mysql sqlite
UPDATE mailbox SET active = 1 WHERE username = :user;
UPDATE mailbox SET access_restriction = REPLACE(REPLACE(REPLACE(REPLACE(SUBSTR(access_restriction, 6),
    'I_M_A_P', 'IMAP'), 'P_O_P_3', 'POP3'), 'S_M_T_P', 'SMTP'), 'S_I_E_V_E', 'SIEVE')
 WHERE username = :user AND access_restriction LIKE 'NONE:_%';
UPDATE mailbox SET access_restriction = 'ALL' WHERE username = :user AND access_restriction LIKE 'NONE%';
UPDATE alias SET active = 1 WHERE address = :user

-- name: active postgresql
UPDATE mailbox SET active = true WHERE username = :user;
UPDATE mailbox SET access_restriction = REPLACE(REPLACE(REPLACE(REPLACE(SUBSTR(access_restriction, 6),
    'I_M_A_P', 'IMAP'), 'P_O_P_3', 'POP3'), 'S_M_T_P', 'SMTP'), 'S_I_E_V_E', 'SIEVE')
 WHERE username = :user AND access_restriction LIKE 'NONE:_%';
UPDATE mailbox SET access_restriction = 'ALL' WHERE username = :user AND access_restriction LIKE 'NONE%';
UPDATE alias SET active = true WHERE address = :user

-- name: blocked mysql
UPDATE mailbox SET active = 1 WHERE username = :user;
UPDATE alias SET active = 1 WHERE address = :user;
UPDATE mailbox SET access_restriction = CONCAT('NONE:', REPLACE(REPLACE(REPLACE(REPLACE(access_restriction,
    'IMAP', 'I_M_A_P'), 'POP3', 'P_O_P_3'), 'SMTP', 'S_M_T_P'), 'SIEVE', 'S_I_E_V_E'))
 WHERE username = :user AND access_restriction NOT LIKE 'NONE%'

-- name: blocked sqlite
UPDATE mailbox SET active = 1 WHERE username = :user;
UPDATE alias SET active = 1 WHERE address = :user;
UPDATE mailbox SET access_restriction = 'NONE:' || REPLACE(REPLACE(REPLACE(REPLACE(access_restriction,
    'IMAP', 'I_M_A_P'), 'POP3', 'P_O_P_3'), 'SMTP', 'S_M_T_P'), 'SIEVE', 'S_I_E_V_E')
 WHERE username = :user AND access_restriction NOT LIKE 'NONE%'

-- name: blocked postgresql
UPDATE mailbox SET active = true WHERE username = :user;
UPDATE alias SET active = true WHERE address = :user;
UPDATE mailbox SET access_restriction = 'NONE:' || REPLACE(REPLACE(REPLACE(REPLACE(access_restriction,
    'IMAP', 'I_M_A_P'), 'POP3', 'P_O_P_3'), 'SMTP', 'S_M_T_P'), 'SIEVE', 'S_I_E_V_E')
 WHERE username = :user AND access_restriction NOT LIKE 'NONE%'

-- name: disabled mysql sqlite
UPDATE mailbox SET active = 0 WHERE username = :user;
UPDATE alias SET active = 0 WHERE address = :user

-- name: disabled postgresql
UPDATE mailbox SET active = false WHERE username = :user;
UPDATE alias SET active = false WHERE address = :user

-- name: rows mailbox (id)
username = :user
-- name: rows mailbox_pref? (id)
Mailbox_id IN (SELECT id FROM mailbox WHERE username = :user)
-- name: rows directory_entry? (id)
mailbox_id IN (SELECT id FROM mailbox WHERE username = :user)
-- name: rows alias? (id)
address = :user
-- name: rows alias_pref? (id)
Alias_id IN (SELECT id FROM alias WHERE address = :user)

-- name: removed
UPDATE domain SET mailbox_count = mailbox_count - 1 WHERE domain = :domain AND mailbox_count > 0
-- name: restored
UPDATE domain SET mailbox_count = mailbox_count + 1 WHERE domain = :domain

-- name: taken
SELECT 'the table mailbox has a mailbox of that address by now' FROM mailbox WHERE username = :user;
SELECT 'the table alias has an alias of that address by now' FROM alias WHERE address = :user;
SELECT 'its domain is no longer in the table domain' FROM (SELECT 1 AS one) o
 WHERE NOT EXISTS (SELECT 1 FROM domain WHERE domain = :domain)

-- name: mail
SELECT homedir FROM mailbox WHERE username = :user
