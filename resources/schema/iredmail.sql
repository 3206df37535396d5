-- iRedMail 1.x, its database vmail on MariaDB or PostgreSQL: https://github.com/iredmail/iRedMail
-- How such a file is written: docs/adding-a-preset.md
--
-- A blocked account has the flags of the services that log in switched off, and those of delivery left on. Flags that were
-- 1 become 2, which Dovecot's and SOGo's queries (… = 1) take for off, so that enabling gives back those and no others.

-- name: list mysql
SELECT m.username AS "user",
       CASE WHEN m.active <> 1 OR m.expired < NOW() THEN 'disabled'
            WHEN m.enableimap <> 1 AND m.enableimapsecured <> 1 AND m.enablepop3 <> 1 AND m.enablepop3secured <> 1
                 AND m.enablesmtp <> 1 AND m.enablesmtpsecured <> 1 THEN 'blocked'
            ELSE 'active' END AS state,
       m.isadmin = 1 OR m.isglobaladmin = 1 OR a.username IS NOT NULL AS domain_admin,
       CASE WHEN m.created > '1970-01-02' THEN UNIX_TIMESTAMP(m.created) END AS created,
       GREATEST(COALESCE(l.imap, 0), COALESCE(l.pop3, 0)) AS last_login,
       CASE WHEN COALESCE(l.imap, 0) >= COALESCE(l.pop3, 0) THEN 'imap' ELSE 'pop3' END AS last_login_service,
       q.bytes AS mailbox_bytes,
       CASE WHEN m.quota > 0 THEN m.quota * 1048576 ELSE 0 END AS quota_bytes
  FROM mailbox m
  LEFT JOIN used_quota q ON q.username = m.username
  LEFT JOIN last_login l ON l.username = m.username
  LEFT JOIN (SELECT DISTINCT username FROM domain_admins WHERE active = 1) a ON a.username = m.username

-- name: list postgresql
SELECT m.username AS "user",
       CASE WHEN m.active <> 1 OR m.expired < LOCALTIMESTAMP THEN 'disabled'
            WHEN m.enableimap <> 1 AND m.enableimapsecured <> 1 AND m.enablepop3 <> 1 AND m.enablepop3secured <> 1
                 AND m.enablesmtp <> 1 AND m.enablesmtpsecured <> 1 THEN 'blocked'
            ELSE 'active' END AS state,
       m.isadmin = 1 OR m.isglobaladmin = 1 OR a.username IS NOT NULL AS domain_admin,
       CASE WHEN m.created > '1970-01-02'
            THEN CAST(EXTRACT(EPOCH FROM m.created AT TIME ZONE current_setting('TimeZone')) AS bigint) END AS created,
       GREATEST(COALESCE(l.imap, 0), COALESCE(l.pop3, 0)) AS last_login,
       CASE WHEN COALESCE(l.imap, 0) >= COALESCE(l.pop3, 0) THEN 'imap' ELSE 'pop3' END AS last_login_service,
       q.bytes AS mailbox_bytes,
       CASE WHEN m.quota > 0 THEN m.quota * 1048576 ELSE 0 END AS quota_bytes
  FROM mailbox m
  LEFT JOIN used_quota q ON q.username = m.username
  LEFT JOIN last_login l ON l.username = m.username
  LEFT JOIN (SELECT DISTINCT username FROM domain_admins WHERE active = 1) a ON a.username = m.username

-- name: records
imap pop3

-- name: active
UPDATE mailbox SET active = 1,
    expired = CASE WHEN expired < CURRENT_TIMESTAMP THEN '9999-12-31 00:00:00' ELSE expired END,
    enableimap = CASE enableimap WHEN 2 THEN 1 ELSE enableimap END,
    enableimapsecured = CASE enableimapsecured WHEN 2 THEN 1 ELSE enableimapsecured END,
    enableimaptls = CASE enableimaptls WHEN 2 THEN 1 ELSE enableimaptls END,
    enablepop3 = CASE enablepop3 WHEN 2 THEN 1 ELSE enablepop3 END,
    enablepop3secured = CASE enablepop3secured WHEN 2 THEN 1 ELSE enablepop3secured END,
    enablepop3tls = CASE enablepop3tls WHEN 2 THEN 1 ELSE enablepop3tls END,
    enablesmtp = CASE enablesmtp WHEN 2 THEN 1 ELSE enablesmtp END,
    enablesmtpsecured = CASE enablesmtpsecured WHEN 2 THEN 1 ELSE enablesmtpsecured END,
    enablemanagesieve = CASE enablemanagesieve WHEN 2 THEN 1 ELSE enablemanagesieve END,
    enablemanagesievesecured = CASE enablemanagesievesecured WHEN 2 THEN 1 ELSE enablemanagesievesecured END,
    enablesogo = CASE enablesogo WHEN 2 THEN 1 ELSE enablesogo END
 WHERE username = :user;
-- Blocked by hand, all of them 0: nobody knows which were on.
UPDATE mailbox SET enableimap = 1, enableimapsecured = 1, enableimaptls = 1, enablepop3 = 1, enablepop3secured = 1,
    enablepop3tls = 1, enablesmtp = 1, enablesmtpsecured = 1, enablemanagesieve = 1, enablemanagesievesecured = 1
 WHERE username = :user AND enableimap <> 1 AND enableimapsecured <> 1 AND enablepop3 <> 1 AND enablepop3secured <> 1
   AND enablesmtp <> 1 AND enablesmtpsecured <> 1;
UPDATE forwardings SET active = 1 WHERE address = :user AND forwarding = :user

-- name: blocked
UPDATE mailbox SET active = 1,
    expired = CASE WHEN expired < CURRENT_TIMESTAMP THEN '9999-12-31 00:00:00' ELSE expired END,
    enableimap = CASE enableimap WHEN 1 THEN 2 ELSE enableimap END,
    enableimapsecured = CASE enableimapsecured WHEN 1 THEN 2 ELSE enableimapsecured END,
    enableimaptls = CASE enableimaptls WHEN 1 THEN 2 ELSE enableimaptls END,
    enablepop3 = CASE enablepop3 WHEN 1 THEN 2 ELSE enablepop3 END,
    enablepop3secured = CASE enablepop3secured WHEN 1 THEN 2 ELSE enablepop3secured END,
    enablepop3tls = CASE enablepop3tls WHEN 1 THEN 2 ELSE enablepop3tls END,
    enablesmtp = CASE enablesmtp WHEN 1 THEN 2 ELSE enablesmtp END,
    enablesmtpsecured = CASE enablesmtpsecured WHEN 1 THEN 2 ELSE enablesmtpsecured END,
    enablemanagesieve = CASE enablemanagesieve WHEN 1 THEN 2 ELSE enablemanagesieve END,
    enablemanagesievesecured = CASE enablemanagesievesecured WHEN 1 THEN 2 ELSE enablemanagesievesecured END,
    enablesogo = CASE enablesogo WHEN 1 THEN 2 ELSE enablesogo END
 WHERE username = :user;
UPDATE forwardings SET active = 1 WHERE address = :user AND forwarding = :user

-- name: disabled
UPDATE mailbox SET active = 0 WHERE username = :user;
UPDATE forwardings SET active = 0 WHERE address = :user AND forwarding = :user

-- name: rows mailbox (username)
username = :user
-- Its own forwarding to itself, its forwardings elsewhere, and its other addresses.
-- name: rows forwardings (address, forwarding)
address = :user OR (forwarding = :user AND is_alias = 1)
-- name: rows used_quota? (username) live
username = :user
-- name: rows last_login? (username) live
username = :user
-- name: rows sender_bcc_user? (username)
username = :user
-- name: rows recipient_bcc_user? (username)
username = :user
-- name: rows sender_relayhost? (id)
account = :user
-- name: rows share_folder? (from_user, to_user)
from_user = :user OR to_user = :user
-- name: rows anyone_shares? (from_user)
from_user = :user
-- name: rows moderators? (address, moderator)
moderator = :user
-- name: rows maillist_owners? (address, owner)
owner = :user
-- name: rows domain_admins? (username, domain)
username = :user

-- name: taken
SELECT 'the table alias has a mail alias of that address by now' FROM alias WHERE address = :user;
SELECT 'the table maillists has a mailing list of that address by now' FROM maillists WHERE address = :user;
SELECT 'the table forwardings has other targets of that address by now' FROM forwardings
 WHERE address = :user AND (is_list = 1 OR is_maillist = 1 OR is_alias = 1);
SELECT 'its domain is no longer in the table domain' FROM (SELECT 1 AS one) o
 WHERE NOT EXISTS (SELECT 1 FROM domain WHERE domain = :domain)

-- name: mail mysql
SELECT CONCAT(storagebasedirectory, '/', storagenode, '/', maildir) FROM mailbox WHERE username = :user
-- name: mail postgresql
SELECT storagebasedirectory || '/' || storagenode || '/' || maildir FROM mailbox WHERE username = :user
