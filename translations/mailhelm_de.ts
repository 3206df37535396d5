<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>QPlatformTheme</name>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>&amp;Yes</source>
        <translation>&amp;Ja</translation>
    </message>
    <message>
        <source>&amp;No</source>
        <translation>&amp;Nein</translation>
    </message>
</context>
<context>
    <name>QShortcut</name>
    <message>
        <source>Ctrl</source>
        <translation>Strg</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Umschalt</translation>
    </message>
    <message>
        <source>Alt</source>
        <translation>Alt</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>Eingabe</translation>
    </message>
</context>
<context>
    <name>mailhelm</name>
    <message numerus="yes">
        <source>%n s</source>
        <translation>
            <numerusform>%n s</numerusform>
            <numerusform>%n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min</source>
        <translation>
            <numerusform>%n min</numerusform>
            <numerusform>%n min</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h</source>
        <translation>
            <numerusform>%n Std.</numerusform>
            <numerusform>%n Std.</numerusform>
        </translation>
    </message>
    <message>
        <source>The file is larger than 256 MiB.</source>
        <translation>Die Datei ist größer als 256 MiB.</translation>
    </message>
    <message>
        <source>The file is in UTF-16.</source>
        <translation>Die Datei ist in UTF-16.</translation>
    </message>
    <message>
        <source>This is no text: save it as CSV, in UTF-8.</source>
        <translation>Das ist kein Text: Speichern Sie es als CSV, in UTF-8.</translation>
    </message>
    <message>
        <source>The file is not in UTF-8; it was read as Latin-1.</source>
        <translation>Die Datei ist nicht in UTF-8; sie wurde als Latin-1 gelesen.</translation>
    </message>
    <message>
        <source>There is no column “%1”. The first line has: %2. A number from 1 to %3 will do, too.</source>
        <translation>Es gibt keine Spalte „%1“. Die erste Zeile hat: %2. Eine Nummer von 1 bis %3 geht auch.</translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tage</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::AboutDialog</name>
    <message>
        <source>About Mailhelm</source>
        <translation>Über Mailhelm</translation>
    </message>
    <message>
        <source>Mailhelm&apos;s icon</source>
        <translation>Das Symbol von Mailhelm</translation>
    </message>
    <message>
        <source>Mailhelm %1</source>
        <translation>Mailhelm %1</translation>
    </message>
    <message>
        <source>Who is on the mail server, right now: see every connection, and end any one of them.</source>
        <translation>Wer gerade auf dem Mailserver ist: jede Verbindung sehen und jede einzelne beenden.</translation>
    </message>
    <message>
        <source>Qt %1
Free software under the GNU General Public License, version 3 or later.
It comes without any warranty.</source>
        <translation>Qt %1
Freie Software unter der GNU General Public License, Version 3 oder später.
Sie kommt ohne jede Gewährleistung.</translation>
    </message>
</context>
<context>
    <name>mailhelm::AccountActions</name>
    <message>
        <source>Accounts</source>
        <translation>Konten</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Gelöscht</translation>
    </message>
    <message>
        <source>Mailbox</source>
        <translation>Postfach</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Accounts and mail come back as they were. Where an address was taken meanwhile, it is refused.</source>
        <translation>Konten und Post kommen zurück, wie sie waren. Wo eine Adresse inzwischen vergeben wurde, wird es abgelehnt.</translation>
    </message>
    <message>
        <source>Last login</source>
        <translation>Letzte Anmeldung</translation>
    </message>
    <message>
        <source>Live now</source>
        <translation>Jetzt online</translation>
    </message>
    <message>
        <source>Enabled</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Nobody can log in to them any more; mail still arrives.</source>
        <translation>Niemand kann sich dort mehr anmelden; Post kommt weiter an.</translation>
    </message>
    <message>
        <source>Nobody can log in to them any more, and no mail arrives. Nothing is deleted.</source>
        <translation>Niemand kann sich dort mehr anmelden, und es kommt keine Post an. Nichts wird gelöscht.</translation>
    </message>
    <message>
        <source>Their mailboxes hold %1.</source>
        <translation>Ihre Postfächer enthalten %1.</translation>
    </message>
    <message>
        <source>Their mailboxes hold %1, without %2 whose size is not known.</source>
        <translation>Ihre Postfächer enthalten %1, ohne %2, deren Größe nicht bekannt ist.</translation>
    </message>
    <message>
        <source>None of them is online.</source>
        <translation>Keines davon ist online.</translation>
    </message>
    <message>
        <source>Ended with it: %1.</source>
        <translation>Damit enden: %1.</translation>
    </message>
    <message>
        <source>Accounts and mail can be restored until %1, on the page Deleted.</source>
        <translation>Konten und Post lassen sich bis %1 wiederherstellen, auf der Seite „Gelöscht“.</translation>
    </message>
    <message>
        <source>Accounts and mail can be restored for 7 days, unless the agent&apos;s configuration says otherwise, on the page Deleted.</source>
        <translation>Konten und Post lassen sich 7 Tage lang wiederherstellen, sofern die Konfiguration des Agenten nichts anderes sagt, auf der Seite „Gelöscht“.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln connection(s)</source>
        <translation>
            <numerusform>%Ln Verbindung</numerusform>
            <numerusform>%Ln Verbindungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln WebMail session(s)</source>
        <translation>
            <numerusform>%Ln WebMail-Sitzung</numerusform>
            <numerusform>%Ln WebMail-Sitzungen</numerusform>
        </translation>
    </message>
    <message>
        <source>d MMMM yyyy</source>
        <comment>a date within a sentence, as QDateTime::toString() takes it</comment>
        <translation>d. MMMM yyyy</translation>
    </message>
</context>
<context>
    <name>mailhelm::ActionLog</name>
    <message>
        <source>Drop connections</source>
        <translation>Verbindungen trennen</translation>
    </message>
    <message>
        <source>End sessions</source>
        <translation>Sitzungen beenden</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>Aktivieren</translation>
    </message>
    <message>
        <source>Block login</source>
        <translation>Anmeldung sperren</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>Deaktivieren</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 und %2 weitere</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln account(s) as before</source>
        <translation>
            <numerusform>%Ln Konto wie zuvor</numerusform>
            <numerusform>%Ln Konten wie zuvor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %Ln account(s) as before: %2</source>
        <translation>
            <numerusform>%1 von %Ln Konto wie zuvor: %2</numerusform>
            <numerusform>%1 von %Ln Konten wie zuvor: %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::ActionLogDialog</name>
    <message>
        <source>My actions</source>
        <translation>Meine Aktionen</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Since Mailhelm was started. Enabling, blocking and disabling can be taken back; the audit of each server keeps all of it.</source>
        <translation>Seit Mailhelm gestartet wurde. Aktivieren, Sperren und Deaktivieren lassen sich zurücknehmen; das Protokoll jedes Servers bewahrt alles auf.</translation>
    </message>
    <message>
        <source>at work</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>undone</source>
        <translation>zurückgenommen</translation>
    </message>
    <message>
        <source>%1 done, %2 failed</source>
        <translation>%1 erledigt, %2 misslungen</translation>
    </message>
    <message>
        <source>%1 done</source>
        <translation>%1 erledigt</translation>
    </message>
</context>
<context>
    <name>mailhelm::ActionProgress</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>What was not done, and why</source>
        <translation>Was nicht getan wurde, und warum</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>%1: %2 of %3</source>
        <translation>%1: %2 von %3</translation>
    </message>
    <message>
        <source>Cancelled; waiting for what is under way</source>
        <translation>Abgebrochen; was schon läuft, wird noch fertig</translation>
    </message>
    <message>
        <source>The first %1 of %2 are listed.</source>
        <translation>Die ersten %1 von %2 sind aufgeführt.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>mailhelm::ActionTexts</name>
    <message>
        <source>dropped</source>
        <translation>getrennt</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>beendet</translation>
    </message>
    <message>
        <source>enabled</source>
        <translation>aktiviert</translation>
    </message>
    <message>
        <source>login blocked</source>
        <translation>Anmeldung gesperrt</translation>
    </message>
    <message>
        <source>disabled</source>
        <translation>deaktiviert</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>gelöscht</translation>
    </message>
    <message>
        <source>restored</source>
        <translation>wiederhergestellt</translation>
    </message>
    <message>
        <source>is there no more</source>
        <translation>ist nicht mehr da</translation>
    </message>
    <message>
        <source>cancelled before its turn</source>
        <translation>abgebrochen, bevor es an der Reihe war</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>End exactly these connections</source>
        <translation>Genau diese Verbindungen beenden</translation>
    </message>
    <message>
        <source>End exactly these WebMail sessions</source>
        <translation>Genau diese WebMail-Sitzungen beenden</translation>
    </message>
    <message>
        <source>Mail arrives and logging in works again</source>
        <translation>Post kommt an, und man kann sich wieder anmelden</translation>
    </message>
    <message>
        <source>Nobody can log in any more; mail still arrives</source>
        <translation>Niemand kann sich mehr anmelden; Post kommt weiter an</translation>
    </message>
    <message>
        <source>Nobody can log in any more, and no mail arrives; nothing is deleted</source>
        <translation>Niemand kann sich mehr anmelden, und es kommt keine Post an; nichts wird gelöscht</translation>
    </message>
    <message>
        <source>Take the accounts out of the mail server; they can be restored for a while</source>
        <translation>Die Konten vom Mailserver nehmen; eine Zeit lang lassen sie sich wiederherstellen</translation>
    </message>
    <message>
        <source>Bring accounts and mail back as they were</source>
        <translation>Konten und Post zurückbringen, wie sie waren</translation>
    </message>
    <message numerus="yes">
        <source>%Ln had already ended</source>
        <translation>
            <numerusform>%Ln war schon beendet</numerusform>
            <numerusform>%Ln waren schon beendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln are there no more</source>
        <translation>
            <numerusform>%Ln ist nicht mehr da</numerusform>
            <numerusform>%Ln sind nicht mehr da</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln connection(s) on %1?</source>
        <translation>
            <numerusform>%Ln Verbindung auf %1 trennen?</numerusform>
            <numerusform>%Ln Verbindungen auf %1 trennen?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln connection(s)</source>
        <translation>
            <numerusform>%Ln Verbindung trennen</numerusform>
            <numerusform>%Ln Verbindungen trennen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Dropping %Ln connection(s)</source>
        <translation>
            <numerusform>%Ln Verbindung wird getrennt</numerusform>
            <numerusform>%Ln Verbindungen werden getrennt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln dropped</source>
        <translation>
            <numerusform>%Ln getrennt</numerusform>
            <numerusform>%Ln getrennt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not dropped</source>
        <translation>
            <numerusform>%Ln nicht getrennt</numerusform>
            <numerusform>%Ln nicht getrennt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>End %Ln WebMail session(s) on %1?</source>
        <translation>
            <numerusform>%Ln WebMail-Sitzung auf %1 beenden?</numerusform>
            <numerusform>%Ln WebMail-Sitzungen auf %1 beenden?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>End %Ln session(s)</source>
        <translation>
            <numerusform>%Ln Sitzung beenden</numerusform>
            <numerusform>%Ln Sitzungen beenden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Ending %Ln session(s)</source>
        <translation>
            <numerusform>%Ln Sitzung wird beendet</numerusform>
            <numerusform>%Ln Sitzungen werden beendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln ended</source>
        <translation>
            <numerusform>%Ln beendet</numerusform>
            <numerusform>%Ln beendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not ended</source>
        <translation>
            <numerusform>%Ln nicht beendet</numerusform>
            <numerusform>%Ln nicht beendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Enable %Ln account(s) on %1?</source>
        <translation>
            <numerusform>%Ln Konto auf %1 aktivieren?</numerusform>
            <numerusform>%Ln Konten auf %1 aktivieren?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Enable %Ln account(s)</source>
        <translation>
            <numerusform>%Ln Konto aktivieren</numerusform>
            <numerusform>%Ln Konten aktivieren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Enabling %Ln account(s)</source>
        <translation>
            <numerusform>%Ln Konto wird aktiviert</numerusform>
            <numerusform>%Ln Konten werden aktiviert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln enabled</source>
        <translation>
            <numerusform>%Ln aktiviert</numerusform>
            <numerusform>%Ln aktiviert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not enabled</source>
        <translation>
            <numerusform>%Ln nicht aktiviert</numerusform>
            <numerusform>%Ln nicht aktiviert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Block the login of %Ln account(s) on %1?</source>
        <translation>
            <numerusform>Anmeldung von %Ln Konto auf %1 sperren?</numerusform>
            <numerusform>Anmeldung von %Ln Konten auf %1 sperren?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Block %Ln login(s)</source>
        <translation>
            <numerusform>%Ln Anmeldung sperren</numerusform>
            <numerusform>%Ln Anmeldungen sperren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Blocking the login of %Ln account(s)</source>
        <translation>
            <numerusform>Anmeldung von %Ln Konto wird gesperrt</numerusform>
            <numerusform>Anmeldung von %Ln Konten wird gesperrt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln blocked</source>
        <translation>
            <numerusform>%Ln gesperrt</numerusform>
            <numerusform>%Ln gesperrt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not blocked</source>
        <translation>
            <numerusform>%Ln nicht gesperrt</numerusform>
            <numerusform>%Ln nicht gesperrt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Disable %Ln account(s) on %1?</source>
        <translation>
            <numerusform>%Ln Konto auf %1 deaktivieren?</numerusform>
            <numerusform>%Ln Konten auf %1 deaktivieren?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Disable %Ln account(s)</source>
        <translation>
            <numerusform>%Ln Konto deaktivieren</numerusform>
            <numerusform>%Ln Konten deaktivieren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Disabling %Ln account(s)</source>
        <translation>
            <numerusform>%Ln Konto wird deaktiviert</numerusform>
            <numerusform>%Ln Konten werden deaktiviert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln disabled</source>
        <translation>
            <numerusform>%Ln deaktiviert</numerusform>
            <numerusform>%Ln deaktiviert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not disabled</source>
        <translation>
            <numerusform>%Ln nicht deaktiviert</numerusform>
            <numerusform>%Ln nicht deaktiviert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln account(s) on %1?</source>
        <translation>
            <numerusform>%Ln Konto auf %1 löschen?</numerusform>
            <numerusform>%Ln Konten auf %1 löschen?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln account(s)</source>
        <translation>
            <numerusform>%Ln Konto löschen</numerusform>
            <numerusform>%Ln Konten löschen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Deleting %Ln account(s)</source>
        <translation>
            <numerusform>%Ln Konto wird gelöscht</numerusform>
            <numerusform>%Ln Konten werden gelöscht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln deleted</source>
        <translation>
            <numerusform>%Ln gelöscht</numerusform>
            <numerusform>%Ln gelöscht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not deleted</source>
        <translation>
            <numerusform>%Ln nicht gelöscht</numerusform>
            <numerusform>%Ln nicht gelöscht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Restore %Ln account(s) on %1?</source>
        <translation>
            <numerusform>%Ln Konto auf %1 wiederherstellen?</numerusform>
            <numerusform>%Ln Konten auf %1 wiederherstellen?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Restore %Ln account(s)</source>
        <translation>
            <numerusform>%Ln Konto wiederherstellen</numerusform>
            <numerusform>%Ln Konten wiederherstellen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Restoring %Ln account(s)</source>
        <translation>
            <numerusform>%Ln Konto wird wiederhergestellt</numerusform>
            <numerusform>%Ln Konten werden wiederhergestellt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln restored</source>
        <translation>
            <numerusform>%Ln wiederhergestellt</numerusform>
            <numerusform>%Ln wiederhergestellt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not restored</source>
        <translation>
            <numerusform>%Ln nicht wiederhergestellt</numerusform>
            <numerusform>%Ln nicht wiederhergestellt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cannot be restored any more</source>
        <translation>
            <numerusform>%Ln kann nicht mehr wiederhergestellt werden</numerusform>
            <numerusform>%Ln können nicht mehr wiederhergestellt werden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln left alone, as you cancelled</source>
        <translation>
            <numerusform>%Ln unberührt, da Sie abgebrochen haben</numerusform>
            <numerusform>%Ln unberührt, da Sie abgebrochen haben</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::AddServerDialog</name>
    <message>
        <source>Add server</source>
        <translation>Server hinzufügen</translation>
    </message>
    <message>
        <source>On the mail host, run this and paste the link that it prints:</source>
        <translation>Führen Sie dies auf dem Mailserver aus und fügen Sie den Link ein, den es ausgibt:</translation>
    </message>
    <message>
        <source>Command to run on the mail host</source>
        <translation>Befehl, der auf dem Mailserver auszuführen ist</translation>
    </message>
    <message>
        <source>Pairing link</source>
        <translation>Kopplungslink</translation>
    </message>
    <message>
        <source>What the link says</source>
        <translation>Was der Link sagt</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>as the server calls itself</source>
        <translation>wie der Server sich selbst nennt</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>such as production or test</source>
        <translation>etwa Produktion oder Test</translation>
    </message>
    <message>
        <source>Environment colour</source>
        <translation>Farbe der Umgebung</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Pairing &amp;link:</source>
        <translation>Kopplungs&amp;link:</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Name:</translation>
    </message>
    <message>
        <source>&amp;Group:</source>
        <translation>&amp;Gruppe:</translation>
    </message>
    <message>
        <source>Environment &amp;colour:</source>
        <translation>&amp;Farbe der Umgebung:</translation>
    </message>
    <message>
        <source>A link works once and for ten minutes.</source>
        <translation>Ein Link gilt einmal und zehn Minuten lang.</translation>
    </message>
    <message>
        <source>Host %1, port %2
Key %3</source>
        <translation>Host %1, Port %2
Schlüssel %3</translation>
    </message>
    <message>
        <source>Connecting to %1:%2 and checking its key…</source>
        <translation>Verbinden mit %1:%2, und Prüfen des Schlüssels …</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Rot</translation>
    </message>
    <message>
        <source>Orange</source>
        <translation>Orange</translation>
    </message>
    <message>
        <source>Yellow</source>
        <translation>Gelb</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Grün</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Blau</translation>
    </message>
    <message>
        <source>Violet</source>
        <translation>Violett</translation>
    </message>
    <message>
        <source>As now</source>
        <translation>Wie bisher</translation>
    </message>
</context>
<context>
    <name>mailhelm::AddressList</name>
    <message>
        <source>The file is empty.</source>
        <translation>Die Datei ist leer.</translation>
    </message>
    <message>
        <source>No column holds mail addresses; say which one is meant by its title or its number.</source>
        <translation>Keine Spalte enthält Mailadressen; sagen Sie durch Titel oder Nummer, welche gemeint ist.</translation>
    </message>
</context>
<context>
    <name>mailhelm::ColumnFormat</name>
    <message>
        <source>Active</source>
        <translation>Aktiv</translation>
    </message>
    <message>
        <source>Login blocked</source>
        <translation>Anmeldung gesperrt</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>Deaktiviert</translation>
    </message>
    <message>
        <source>Being deleted</source>
        <translation>Wird gelöscht</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 d</source>
        <translation>%1 d</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 d %2 h</translation>
    </message>
    <message>
        <source>%1 B</source>
        <translation>%1 B</translation>
    </message>
    <message>
        <source>Anonymous</source>
        <translation>Anonym</translation>
    </message>
    <message>
        <source>expired</source>
        <translation>abgelaufen</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>never seen</source>
        <translation>nie gesehen</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>Nicht bekannt</translation>
    </message>
    <message>
        <source>Nobody: known not to be logged in</source>
        <translation>Niemand: nachweislich nicht angemeldet</translation>
    </message>
    <message>
        <source>%1 or earlier; the start was not seen</source>
        <translation>%1 oder früher; der Beginn wurde nicht gesehen</translation>
    </message>
    <message>
        <source>%1, %2 ago</source>
        <translation>%1, vor %2</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Byte</translation>
    </message>
    <message>
        <source>No login was seen since %1, when watching began</source>
        <translation>Seit %1, als die Beobachtung begann, wurde keine Anmeldung gesehen</translation>
    </message>
    <message>
        <source>No login was seen, and since when one would have been is not known</source>
        <translation>Es wurde keine Anmeldung gesehen, und seit wann eine zu sehen gewesen wäre, ist nicht bekannt</translation>
    </message>
    <message>
        <source>%1: not known</source>
        <translation>%1: nicht bekannt</translation>
    </message>
    <message>
        <source>%1: nobody</source>
        <translation>%1: niemand</translation>
    </message>
    <message>
        <source>%1: empty</source>
        <translation>%1: leer</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>in %1</translation>
    </message>
    <message>
        <source>at least %1 ago</source>
        <translation>vor mindestens %1</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>vor %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>No WebMail session</source>
        <translation>Keine WebMail-Sitzung</translation>
    </message>
    <message>
        <source>%1: none</source>
        <translation>%1: keine</translation>
    </message>
    <message>
        <source>still there</source>
        <translation>noch da</translation>
    </message>
    <message>
        <source>Last seen at %1; nobody saw when it ended</source>
        <translation>Zuletzt gesehen um %1; wann es endete, hat niemand gesehen</translation>
    </message>
    <message>
        <source>%1 or longer; the start was not seen</source>
        <translation>%1 oder länger; der Beginn wurde nicht gesehen</translation>
    </message>
    <message>
        <source>It was still there when the history was read</source>
        <translation>War noch da, als der Verlauf gelesen wurde</translation>
    </message>
    <message>
        <source>at least %1</source>
        <translation>mindestens %1</translation>
    </message>
    <message>
        <source>%1 or earlier</source>
        <translation>%1 oder früher</translation>
    </message>
    <message>
        <source>%1 or later</source>
        <translation>%1 oder später</translation>
    </message>
    <message>
        <source>%1, in %2</source>
        <translation>%1, in %2</translation>
    </message>
    <message>
        <source>secured</source>
        <translation>gesichert</translation>
    </message>
    <message>
        <source>not secured</source>
        <translation>nicht gesichert</translation>
    </message>
</context>
<context>
    <name>mailhelm::ColumnState</name>
    <message>
        <source>Show or hide this column</source>
        <translation>Diese Spalte zeigen oder verbergen</translation>
    </message>
    <message>
        <source>&amp;Fit widths to what is shown</source>
        <translation>&amp;Breiten dem Gezeigten anpassen</translation>
    </message>
    <message>
        <source>&amp;Reset columns</source>
        <translation>Spalten &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>Columns for %1 &amp;only</source>
        <translation>Spalten &amp;nur für %1</translation>
    </message>
    <message>
        <source>This server&apos;s columns, widths and order are its own; off: as for all servers</source>
        <translation>Spalten, Breiten und Sortierung gelten nur für diesen Server; aus: wie bei allen Servern</translation>
    </message>
    <message>
        <source>Turns the order round</source>
        <translation>Kehrt die Reihenfolge um</translation>
    </message>
    <message>
        <source>Sorts by this column</source>
        <translation>Sortiert nach dieser Spalte</translation>
    </message>
</context>
<context>
    <name>mailhelm::CompareDialog</name>
    <message>
        <source>&amp;Compare</source>
        <translation>&amp;Vergleichen</translation>
    </message>
    <message>
        <source>Compare with a list</source>
        <translation>Mit einer Liste vergleichen</translation>
    </message>
    <message>
        <source>&amp;File of addresses (CSV or one a line), such as a billing system&apos;s:</source>
        <translation>Da&amp;tei mit Adressen (CSV oder eine je Zeile), etwa aus der Abrechnung:</translation>
    </message>
    <message>
        <source>Bro&amp;wse…</source>
        <translation>D&amp;urchsuchen …</translation>
    </message>
    <message>
        <source>On the server, not in the list</source>
        <translation>Auf dem Server, nicht in der Liste</translation>
    </message>
    <message>
        <source>In the list, not on the server</source>
        <translation>In der Liste, nicht auf dem Server</translation>
    </message>
    <message>
        <source>In both</source>
        <translation>In beiden</translation>
    </message>
    <message>
        <source>&amp;Block Login…</source>
        <translation>Anmeldung &amp;sperren …</translation>
    </message>
    <message>
        <source>&amp;Disable…</source>
        <translation>&amp;Deaktivieren …</translation>
    </message>
    <message>
        <source>De&amp;lete…</source>
        <translation>&amp;Löschen …</translation>
    </message>
    <message>
        <source>C&amp;opy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren …</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>Vergleichen mit</translation>
    </message>
    <message>
        <source>Lists (*.csv *.txt);;All files (*)</source>
        <translation>Listen (*.csv *.txt);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>On the server, not in the list  %1</source>
        <translation>Auf dem Server, nicht in der Liste  %1</translation>
    </message>
    <message>
        <source>In the list, not on the server  %1</source>
        <translation>In der Liste, nicht auf dem Server  %1</translation>
    </message>
    <message>
        <source>In both  %1</source>
        <translation>In beiden  %1</translation>
    </message>
    <message>
        <source>%1 is not connected</source>
        <translation>%1 ist nicht verbunden</translation>
    </message>
    <message>
        <source>The selected accounts; all of the list where none is selected</source>
        <translation>Die gewählten Konten; ist keines gewählt, alle der Liste</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>Written to %1.</source>
        <translation>Nach %1 geschrieben.</translation>
    </message>
    <message>
        <source>Cannot write %1: %2.</source>
        <translation>%1 kann nicht geschrieben werden: %2.</translation>
    </message>
</context>
<context>
    <name>mailhelm::ConfirmDialog</name>
    <message>
        <source>%1 as %2 · key %3 …</source>
        <translation>%1 als %2 · Schlüssel %3 …</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>beendet</translation>
    </message>
    <message>
        <source>… and %1 more.</source>
        <translation>… und %1 weitere.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln server(s)</source>
        <translation>
            <numerusform>%Ln Server</numerusform>
            <numerusform>%Ln Server</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::ConnectionsPage</name>
    <message>
        <source>&amp;Drop Connection…</source>
        <translation>Verbindung &amp;trennen …</translation>
    </message>
    <message>
        <source>Drop All from This &amp;Address…</source>
        <translation>Alle von dieser &amp;Adresse trennen …</translation>
    </message>
    <message>
        <source>Active connections</source>
        <translation>Aktive Verbindungen</translation>
    </message>
    <message>
        <source>Drop the selected connections (Del)</source>
        <translation>Die gewählten Verbindungen trennen (Entf)</translation>
    </message>
    <message>
        <source>Drop every connection of the user of this row</source>
        <translation>Jede Verbindung des Benutzers dieser Zeile trennen</translation>
    </message>
    <message>
        <source>Drop every connection from the address of this row</source>
        <translation>Jede Verbindung von der Adresse dieser Zeile trennen</translation>
    </message>
    <message>
        <source>Drop All from &amp;Address %1…</source>
        <translation>Alle von &amp;Adresse %1 trennen …</translation>
    </message>
    <message>
        <source>%1
%2 ends a connection after %3 without data.</source>
        <translation>%1
%2 beendet eine Verbindung nach %3 ohne Daten.</translation>
    </message>
    <message>
        <source>%1
%2 ends a connection after %3 without data; %4 of it are left.</source>
        <translation>%1
%2 beendet eine Verbindung nach %3 ohne Daten; davon bleiben %4.</translation>
    </message>
    <message>
        <source>%1
%2 ends a connection after %3 without data; that time is over.</source>
        <translation>%1
%2 beendet eine Verbindung nach %3 ohne Daten; diese Zeit ist um.</translation>
    </message>
    <message>
        <source>All quiet</source>
        <translation>Alles ruhig</translation>
    </message>
    <message>
        <source>Nobody is connected right now.</source>
        <translation>Gerade ist niemand verbunden.</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Drop %Ln Connection(s)…</source>
        <translation>
            <numerusform>%Ln Verbindung &amp;trennen …</numerusform>
            <numerusform>%Ln Verbindungen &amp;trennen …</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop A&amp;ll of This User…</source>
        <translation>Alle dieses &amp;Benutzers trennen …</translation>
    </message>
    <message>
        <source>Sho&amp;w This User</source>
        <translation>Diesen Benutzer &amp;zeigen</translation>
    </message>
    <message>
        <source>Drop A&amp;ll of User %1…</source>
        <translation>Alle des &amp;Benutzers %1 trennen …</translation>
    </message>
</context>
<context>
    <name>mailhelm::ConsoleBackend</name>
    <message>
        <source>TLS 1.3, pinned</source>
        <translation>TLS 1.3, Schlüssel bekannt</translation>
    </message>
    <message>
        <source>Your role on %1 is %2; this needs %3.</source>
        <translation>Ihre Rolle auf %1 ist %2; das erfordert %3.</translation>
    </message>
    <message>
        <source>%1 is not in the list any more.</source>
        <translation>%1 steht nicht mehr in der Liste.</translation>
    </message>
    <message>
        <source>The server is not in the list any more.</source>
        <translation>Der Server steht nicht mehr in der Liste.</translation>
    </message>
</context>
<context>
    <name>mailhelm::ConsoleHistory</name>
    <message>
        <source>another span was asked for meanwhile</source>
        <translation>inzwischen wurde nach einem anderen Zeitraum gefragt</translation>
    </message>
    <message>
        <source>%1 does not tell all (%2): shown is what came, and what this console saw itself</source>
        <translation>%1 sagt nicht alles (%2): gezeigt wird, was kam und was diese Konsole selbst gesehen hat</translation>
    </message>
    <message>
        <source>%1 is not connected: shown is what this console saw itself</source>
        <translation>%1 ist nicht verbunden: gezeigt wird, was diese Konsole selbst gesehen hat</translation>
    </message>
    <message>
        <source>what this console saw itself of %1: %2</source>
        <translation>was diese Konsole selbst von %1 gesehen hat: %2</translation>
    </message>
</context>
<context>
    <name>mailhelm::DeletePart</name>
    <message>
        <source>Agree with the administrator of the domain first. Deleting takes the account out of the mail server: mail to it is refused, nobody can log in, and its address can be given to somebody else. To find out whether it is still used, disable it instead.</source>
        <translation>Sprechen Sie es zuerst mit dem Verwalter der Domain ab. Löschen nimmt das Konto vom Mailserver: Post dorthin wird abgewiesen, niemand kann sich anmelden, und die Adresse kann neu vergeben werden. Um herauszufinden, ob es noch benutzt wird, deaktivieren Sie es lieber.</translation>
    </message>
    <message>
        <source>who agreed, or why; kept in the audit</source>
        <translation>wer zugestimmt hat, oder warum; steht im Protokoll</translation>
    </message>
    <message>
        <source>&amp;Reason:</source>
        <translation>&amp;Grund:</translation>
    </message>
    <message>
        <source>&amp;Type %1 to confirm:</source>
        <translation>Zur Bestätigung %1 &amp;eingeben:</translation>
    </message>
    <message>
        <source>The number of accounts, to confirm</source>
        <translation>Die Zahl der Konten, zur Bestätigung</translation>
    </message>
</context>
<context>
    <name>mailhelm::DeletedPage</name>
    <message>
        <source>&amp;Restore…</source>
        <translation>&amp;Wiederherstellen …</translation>
    </message>
    <message>
        <source>Deleted accounts</source>
        <translation>Gelöschte Konten</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Restore %Ln Account(s)…</source>
        <translation>
            <numerusform>%Ln Konto &amp;wiederherstellen …</numerusform>
            <numerusform>%Ln Konten &amp;wiederherstellen …</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::DetailsPane</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>Felder</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Log lines of this session</source>
        <translation>Protokollzeilen dieser Sitzung</translation>
    </message>
    <message>
        <source>Choose a row to see all of it</source>
        <translation>Wählen Sie eine Zeile, um alles von ihr zu sehen</translation>
    </message>
    <message>
        <source>It is over: this is what was last known</source>
        <translation>Vorbei: Das war zuletzt bekannt</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Connections and sessions have log lines: choose one of them on its page.</source>
        <translation>Verbindungen und Sitzungen haben Protokollzeilen: Wählen Sie eine davon auf ihrer Seite.</translation>
    </message>
    <message>
        <source>The log lines cannot be had: %1</source>
        <translation>Die Protokollzeilen sind nicht zu bekommen: %1</translation>
    </message>
    <message>
        <source>No line of the log belongs to this session yet.</source>
        <translation>Noch gehört keine Zeile des Protokolls zu dieser Sitzung.</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>&amp;Alles wählen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln selected; shown is %1</source>
        <translation>
            <numerusform>%Ln ausgewählt; gezeigt wird %1</numerusform>
            <numerusform>%Ln ausgewählt; gezeigt wird %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Connections and WebMail sessions have log lines; there is none of this user now.</source>
        <translation>Protokollzeilen haben Verbindungen und WebMail-Sitzungen; von diesem Benutzer ist gerade keine da.</translation>
    </message>
    <message>
        <source>Log of %1</source>
        <translation>Protokoll von %1</translation>
    </message>
</context>
<context>
    <name>mailhelm::EditServerDialog</name>
    <message>
        <source>Edit server</source>
        <translation>Server bearbeiten</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Environment colour</source>
        <translation>Farbe der Umgebung</translation>
    </message>
    <message>
        <source>%1
key %2</source>
        <translation>%1
Schlüssel %2</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Name:</translation>
    </message>
    <message>
        <source>&amp;Group:</source>
        <translation>&amp;Gruppe:</translation>
    </message>
    <message>
        <source>Environment &amp;colour:</source>
        <translation>&amp;Farbe der Umgebung:</translation>
    </message>
    <message>
        <source>Server:</source>
        <translation>Server:</translation>
    </message>
</context>
<context>
    <name>mailhelm::EmptyState</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the line</source>
        <translation>Die Zeile kopieren</translation>
    </message>
</context>
<context>
    <name>mailhelm::ExportDialog</name>
    <message>
        <source>First line holds the column &amp;names</source>
        <translation>Die erste Zeile enthält die Spalten&amp;namen</translation>
    </message>
    <message>
        <source>&amp;Protect against formulas</source>
        <translation>Vor Formeln &amp;schützen</translation>
    </message>
    <message>
        <source>&amp;Byte order mark (for Excel)</source>
        <translation>&amp;Bytereihenfolge-Marke (für Excel)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>&amp;All rows (%1)</source>
        <translation>&amp;Alle Zeilen (%1)</translation>
    </message>
    <message>
        <source>&amp;Filtered rows (%1)</source>
        <translation>Ge&amp;filterte Zeilen (%1)</translation>
    </message>
    <message>
        <source>&amp;Selected rows (%1)</source>
        <translation>Ge&amp;wählte Zeilen (%1)</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Visible columns (%1)</source>
        <translation>Sichtbare Spalten (%1)</translation>
    </message>
    <message>
        <source>All columns (%1)</source>
        <translation>Alle Spalten (%1)</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>CSV, separated by commas</source>
        <translation>CSV, mit Kommas getrennt</translation>
    </message>
    <message>
        <source>CSV, separated by semicolons</source>
        <translation>CSV, mit Semikolons getrennt</translation>
    </message>
    <message>
        <source>CSV, separated by tabs</source>
        <translation>CSV, mit Tabulatoren getrennt</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Cells that a spreadsheet would run as a formula get an apostrophe in front.
Mail users choose some of these texts: leave this on for spreadsheets.</source>
        <translation>Zellen, die eine Tabellenkalkulation als Formel ausführen würde, bekommen ein Hochkomma davor.
Manche dieser Texte wählen Mailbenutzer: Lassen Sie dies für Tabellenkalkulationen an.</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Zeiten</translation>
    </message>
    <message>
        <source>UTC (2026-11-22T13:05:00Z)</source>
        <translation>UTC (2026-11-22T13:05:00Z)</translation>
    </message>
    <message>
        <source>Local time (2026-11-22 14:05:00)</source>
        <translation>Ortszeit (2026-11-22 14:05:00)</translation>
    </message>
    <message>
        <source>Preview of the first lines</source>
        <translation>Vorschau der ersten Zeilen</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Bro&amp;wse…</source>
        <translation>D&amp;urchsuchen …</translation>
    </message>
    <message>
        <source>Rows:</source>
        <translation>Zeilen:</translation>
    </message>
    <message>
        <source>&amp;Columns:</source>
        <translation>Spal&amp;ten:</translation>
    </message>
    <message>
        <source>Fo&amp;rmat:</source>
        <translation>Fo&amp;rmat:</translation>
    </message>
    <message>
        <source>&amp;Times:</source>
        <translation>&amp;Zeiten:</translation>
    </message>
    <message>
        <source>F&amp;ile:</source>
        <translation>&amp;Datei:</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>The first lines will be:</source>
        <translation>Die ersten Zeilen werden sein:</translation>
    </message>
    <message>
        <source>This file exists already and will be replaced.</source>
        <translation>Diese Datei gibt es schon; sie wird ersetzt.</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>Cannot write %1: %2. Choose another folder or file.</source>
        <translation>%1 lässt sich nicht schreiben: %2. Wählen Sie einen anderen Ordner oder eine andere Datei.</translation>
    </message>
    <message>
        <source>Cannot write %1: %2.</source>
        <translation>%1 lässt sich nicht schreiben: %2.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>cancelled; the file was not changed</source>
        <translation>abgebrochen; die Datei wurde nicht verändert</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) written to %1.</source>
        <translation>
            <numerusform>%Ln Zeile nach %1 geschrieben.</numerusform>
            <numerusform>%Ln Zeilen nach %1 geschrieben.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::Exporter</name>
    <message>
        <source>%1 is not connected</source>
        <translation>%1 ist nicht verbunden</translation>
    </message>
    <message>
        <source>cannot write %1: %2</source>
        <translation>%1 lässt sich nicht schreiben: %2</translation>
    </message>
</context>
<context>
    <name>mailhelm::Figure</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>mailhelm::Filter</name>
    <message>
        <source>The filter is wrong at character %1: %2</source>
        <translation>Der Filter ist beim Zeichen %1 falsch: %2</translation>
    </message>
    <message>
        <source>what is not known compares with nothing. Write %1=?</source>
        <translation>was nicht bekannt ist, lässt sich mit nichts vergleichen. Schreiben Sie %1=?</translation>
    </message>
    <message>
        <source>this column cannot be filtered.</source>
        <translation>nach dieser Spalte lässt sich nicht filtern.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; occurs in no address. Write a part of one (10.0.), or a network (10.0.0.0/8, 2001:db8::/32).</source>
        <translation>„%1“ kommt in keiner Adresse vor. Schreiben Sie einen Teil einer Adresse (10.0.) oder ein Netz (10.0.0.0/8, 2001:db8::/32).</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither an address nor a network. Write 192.0.2.1, 2001:db8::1, 10.0.0.0/8 or 2001:db8::/32.</source>
        <translation>„%1“ ist weder eine Adresse noch ein Netz. Schreiben Sie 192.0.2.1, 2001:db8::1, 10.0.0.0/8 oder 2001:db8::/32.</translation>
    </message>
    <message>
        <source>a network cannot be compared by size. Use = or :</source>
        <translation>ein Netz lässt sich nicht der Größe nach vergleichen. Nehmen Sie = oder :</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no size. Write a number with k, M, G, T (powers of 1000) or Ki, Mi, Gi, Ti (of 1024), such as 1.5M.</source>
        <translation>„%1“ ist keine Größe. Schreiben Sie eine Zahl mit k, M, G, T (Potenzen von 1000) oder Ki, Mi, Gi, Ti (von 1024), etwa 1.5M.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no whole number. Write one, such as 993.</source>
        <translation>„%1“ ist keine ganze Zahl. Schreiben Sie eine, etwa 993.</translation>
    </message>
    <message>
        <source>no number is beyond that one.</source>
        <translation>keine Zahl liegt jenseits von dieser.</translation>
    </message>
    <message>
        <source>no time is beyond that one.</source>
        <translation>keine Zeit liegt jenseits von dieser.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither a span (90s, 5m, 1h30m, 7d, 2w, 6mo, 1y) nor a date (2026-11-01, or with a time &quot;2026-11-01 09:30&quot;).</source>
        <translation>„%1“ ist weder eine Spanne (90s, 5m, 1h30m, 7d, 2w, 6mo, 1y) noch ein Datum (2026-11-01, oder mit Uhrzeit &quot;2026-11-01 09:30&quot;).</translation>
    </message>
    <message>
        <source>an age is never exactly a span. Write %1&gt;%2 for older than that, %1&lt;%2 for younger.</source>
        <translation>ein Alter ist nie genau eine Spanne. Schreiben Sie %1&gt;%2 für älter, %1&lt;%2 für jünger.</translation>
    </message>
    <message>
        <source>yes and no have no order. Use = here.</source>
        <translation>Ja und Nein haben keine Reihenfolge. Nehmen Sie hier =.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither yes nor no. Write yes, no, true, false, or ? for not known.</source>
        <translation>„%1“ ist weder Ja noch Nein. Schreiben Sie yes, no, true, false, oder ? für nicht bekannt.</translation>
    </message>
    <message>
        <source>longer than %1 characters. Shorten it.</source>
        <translation>länger als %1 Zeichen. Kürzen Sie ihn.</translation>
    </message>
    <message>
        <source>this ) closes nothing. Remove it, or put it in &quot;quotes&quot;.</source>
        <translation>diese ) schließt nichts. Entfernen Sie sie, oder setzen Sie sie in &quot;Anführungszeichen&quot;.</translation>
    </message>
    <message>
        <source>there is nothing before this |. Write a term on both sides of it, or put it in &quot;quotes&quot;.</source>
        <translation>vor diesem | steht nichts. Schreiben Sie auf beide Seiten einen Ausdruck, oder setzen Sie es in &quot;Anführungszeichen&quot;.</translation>
    </message>
    <message>
        <source>there is nothing before this ). Write a term, or put it in &quot;quotes&quot;.</source>
        <translation>vor dieser ) steht nichts. Schreiben Sie einen Ausdruck, oder setzen Sie sie in &quot;Anführungszeichen&quot;.</translation>
    </message>
    <message>
        <source>a term is missing at the end. Write one, or remove the last | or (.</source>
        <translation>am Ende fehlt ein Ausdruck. Schreiben Sie einen, oder entfernen Sie das letzte | oder (.</translation>
    </message>
    <message>
        <source>nested more than %1 deep. Write it flatter.</source>
        <translation>tiefer als %1 verschachtelt. Schreiben Sie es flacher.</translation>
    </message>
    <message>
        <source>! negates the term that follows it directly. Remove the space, or put ! in &quot;quotes&quot;.</source>
        <translation>! verneint den Ausdruck, der ihm unmittelbar folgt. Entfernen Sie das Leerzeichen, oder setzen Sie ! in &quot;Anführungszeichen&quot;.</translation>
    </message>
    <message>
        <source>this ( is never closed. Add a ), or put it in &quot;quotes&quot;.</source>
        <translation>diese ( wird nie geschlossen. Fügen Sie ) hinzu, oder setzen Sie sie in &quot;Anführungszeichen&quot;.</translation>
    </message>
    <message>
        <source>put a space after the closing quote; a quote within quotes is written \&quot;.</source>
        <translation>setzen Sie ein Leerzeichen hinter das schließende Anführungszeichen; innerhalb von Anführungszeichen schreibt man eines als \&quot;.</translation>
    </message>
    <message>
        <source>the quote that opens here is never closed. Add a &quot; at the end.</source>
        <translation>das Anführungszeichen, das hier öffnet, wird nie geschlossen. Setzen Sie &quot; ans Ende.</translation>
    </message>
    <message>
        <source>a quote in the middle. Put the whole value in quotes, and write \&quot; for a quote in it.</source>
        <translation>ein Anführungszeichen mittendrin. Setzen Sie den ganzen Wert in Anführungszeichen, und schreiben Sie darin \&quot; für eines.</translation>
    </message>
    <message>
        <source>a column is missing before %1. Write for example user%1…, or put it in &quot;quotes&quot;.</source>
        <translation>vor %1 fehlt eine Spalte. Schreiben Sie zum Beispiel user%1…, oder setzen Sie es in &quot;Anführungszeichen&quot;.</translation>
    </message>
    <message>
        <source>an empty word finds nothing. Write a word between the quotes.</source>
        <translation>ein leeres Wort findet nichts. Schreiben Sie ein Wort zwischen die Anführungszeichen.</translation>
    </message>
    <message>
        <source>a value is missing after %1. Write %2%1value; %2=? for what is not known; %2=&quot;&quot; for what is known to be empty.</source>
        <translation>nach %1 fehlt ein Wert. Schreiben Sie %2%1Wert; %2=? für nicht bekannt; %2=&quot;&quot; für bekanntlich leer.</translation>
    </message>
    <message>
        <source>there is no column &quot;%1&quot;.</source>
        <translation>es gibt keine Spalte „%1“.</translation>
    </message>
    <message>
        <source>Did you mean %1?</source>
        <translation>Meinten Sie %1?</translation>
    </message>
    <message>
        <source>Columns are %1. To search for the text itself, put it in &quot;quotes&quot;.</source>
        <translation>Spalten sind %1. Um nach dem Text selbst zu suchen, setzen Sie ihn in &quot;Anführungszeichen&quot;.</translation>
    </message>
</context>
<context>
    <name>mailhelm::FilterField</name>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Filter: words, user:alice, since&gt;1h …</source>
        <translation>Filter: Wörter, user:alice, since&gt;1h …</translation>
    </message>
    <message>
        <source>Words search every text. More exactly:
user:alice   contains        service=IMAPS   is
address:10.0.0.0/8   network      user=?   not known
since&gt;1h   longer than an hour     bytes_out&gt;1M
Space means and, | means or, ! means not, &quot;quotes&quot; keep blanks.</source>
        <translation>Wörter suchen in jedem Text. Genauer:
user:alice   enthält        service=IMAPS   ist
address:10.0.0.0/8   Netz      user=?   nicht bekannt
since&gt;1h   länger als eine Stunde     bytes_out&gt;1M
Leerzeichen heißt und, | heißt oder, ! heißt nicht, &quot;Anführungszeichen&quot; halten zusammen.</translation>
    </message>
    <message>
        <source>Columns to filter by</source>
        <translation>Spalten, nach denen gefiltert werden kann</translation>
    </message>
</context>
<context>
    <name>mailhelm::HistoryPage</name>
    <message>
        <source>Who was connected</source>
        <translation>Wer verbunden war</translation>
    </message>
    <message>
        <source>Span of the history</source>
        <translation>Zeitraum des Verlaufs</translation>
    </message>
    <message>
        <source>Who was connected at</source>
        <translation>Wer war verbunden um</translation>
    </message>
    <message>
        <source>All of the span</source>
        <translation>Der ganze Zeitraum</translation>
    </message>
    <message>
        <source>Shows everybody who was there at any time of it</source>
        <translation>Zeigt alle, die irgendwann darin da waren</translation>
    </message>
    <message>
        <source>Connections over time; Enter shows who was there</source>
        <translation>Verbindungen im Lauf der Zeit; die Eingabetaste zeigt, wer da war</translation>
    </message>
    <message>
        <source>Who was connected at:</source>
        <translation>Wer war verbunden um:</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Lesen …</translation>
    </message>
    <message>
        <source>The history cannot be read: %1</source>
        <translation>Der Verlauf ist nicht lesbar: %1</translation>
    </message>
    <message>
        <source>Not all of the history could be read: %1</source>
        <translation>Nicht der ganze Verlauf war lesbar: %1</translation>
    </message>
    <message>
        <source>At that moment: %1</source>
        <translation>In diesem Augenblick: %1</translation>
    </message>
    <message>
        <source>In all of the span: %1</source>
        <translation>Im ganzen Zeitraum: %1</translation>
    </message>
    <message>
        <source>Nobody was connected then</source>
        <translation>Niemand war da verbunden</translation>
    </message>
    <message>
        <source>Or nobody watched: such spans are hatched in the curve.</source>
        <translation>Oder niemand hat zugesehen: Solche Zeiten sind in der Kurve schraffiert.</translation>
    </message>
    <message>
        <source>Nobody was connected</source>
        <translation>Niemand war verbunden</translation>
    </message>
    <message>
        <source>Save Picture of the Cur&amp;ve…</source>
        <translation>Bild der Kur&amp;ve speichern …</translation>
    </message>
    <message>
        <source>One hour</source>
        <translation>Eine Stunde</translation>
    </message>
    <message>
        <source>One day</source>
        <translation>Ein Tag</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 Tage</translation>
    </message>
    <message>
        <source>Save the curve as PNG or SVG</source>
        <translation>Die Kurve als PNG oder SVG speichern</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>Bild speichern</translation>
    </message>
</context>
<context>
    <name>mailhelm::HistoryPreference</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep what is over on this computer for</source>
        <translation>Auf diesem Rechner behalten, was vorbei ist, für</translation>
    </message>
    <message>
        <source>Not at all</source>
        <translation>Gar nicht</translation>
    </message>
    <message>
        <source>Nothing is kept now</source>
        <translation>Derzeit ist nichts gespeichert</translation>
    </message>
    <message>
        <source>%1 now</source>
        <translation>derzeit %1</translation>
    </message>
    <message>
        <source>Nothing more will be kept. What is kept already stays until you delete it.</source>
        <translation>Es kommt nichts mehr hinzu. Was schon gespeichert ist, bleibt, bis Sie es löschen.</translation>
    </message>
    <message>
        <source>Who was connected, when and from where: for the History, also while a server is away. Only you can read it. What is older is deleted.</source>
        <translation>Wer wann von wo verbunden war: für den Verlauf, auch wenn ein Server nicht erreichbar ist. Nur Sie können es lesen. Was älter ist, wird gelöscht.</translation>
    </message>
    <message>
        <source>Delete the history</source>
        <translation>Den Verlauf löschen</translation>
    </message>
    <message>
        <source>Delete all that this computer keeps of what is over, of every server?</source>
        <translation>Alles löschen, was dieser Rechner von Vergangenem gespeichert hat, von jedem Server?</translation>
    </message>
    <message>
        <source>This cannot be undone. What the servers keep themselves stays there.</source>
        <translation>Das lässt sich nicht rückgängig machen. Was die Server selbst speichern, bleibt dort.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Deleting…</source>
        <translation>Wird gelöscht …</translation>
    </message>
    <message>
        <source>%1 could not be deleted</source>
        <translation>%1 ließen sich nicht löschen</translation>
    </message>
    <message>
        <source>&amp;Delete It Now…</source>
        <translation>&amp;Jetzt löschen …</translation>
    </message>
</context>
<context>
    <name>mailhelm::InactiveLine</name>
    <message>
        <source>For how long nobody must have logged in</source>
        <translation>Wie lange sich niemand angemeldet haben darf</translation>
    </message>
    <message>
        <source>What the mailboxes hold: of the selected rows, else of all that are shown</source>
        <translation>Was die Postfächer enthalten: der gewählten Zeilen, sonst aller gezeigten</translation>
    </message>
    <message>
        <source>No login of theirs was seen, but nobody watched for long enough: show them</source>
        <translation>Keine Anmeldung wurde gesehen, aber niemand sah lange genug hin: anzeigen</translation>
    </message>
    <message>
        <source>Timeframe: %1</source>
        <translation>Zeitraum: %1</translation>
    </message>
    <message>
        <source>%1: these are shown ▾</source>
        <translation>%1: diese werden gezeigt ▾</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>%1 ▸</source>
        <translation>%1 ▸</translation>
    </message>
    <message>
        <source>· Only the inactive ones ▸</source>
        <translation>· Nur die inaktiven ▸</translation>
    </message>
    <message>
        <source>Only the inactive ones</source>
        <translation>Nur die inaktiven</translation>
    </message>
    <message>
        <source>Back to the accounts that nobody logged in to for the timeframe</source>
        <translation>Zurück zu den Konten, an denen sich im Zeitraum niemand angemeldet hat</translation>
    </message>
    <message numerus="yes">
        <source>Shown of %Ln account(s):</source>
        <translation>
            <numerusform>Von %Ln Konto werden gezeigt:</numerusform>
            <numerusform>Von %Ln Konten werden gezeigt:</numerusform>
        </translation>
    </message>
    <message>
        <source>all, inactive or not</source>
        <translation>alle, inaktiv oder nicht</translation>
    </message>
</context>
<context>
    <name>mailhelm::InactivePage</name>
    <message>
        <source>&amp;Timeframe</source>
        <translation>&amp;Zeitraum</translation>
    </message>
    <message>
        <source>Inactive accounts</source>
        <translation>Inaktive Konten</translation>
    </message>
    <message>
        <source>&amp;Enable</source>
        <translation>Ak&amp;tivieren</translation>
    </message>
    <message>
        <source>&amp;Block Login…</source>
        <translation>Anmeldung &amp;sperren …</translation>
    </message>
    <message>
        <source>&amp;Disable…</source>
        <translation>&amp;Deaktivieren …</translation>
    </message>
    <message>
        <source>De&amp;lete…</source>
        <translation>&amp;Löschen …</translation>
    </message>
    <message>
        <source>Show those that cannot be &amp;judged yet</source>
        <translation>Die noch nicht be&amp;urteilbaren zeigen</translation>
    </message>
    <message>
        <source>Export &amp;All to CSV…</source>
        <translation>&amp;Alle als CSV exportieren …</translation>
    </message>
    <message>
        <source>The whole list with all that is known, whatever the filter and the selection</source>
        <translation>Die ganze Liste mit allem, was bekannt ist, gleich was gefiltert oder gewählt ist</translation>
    </message>
    <message>
        <source>&amp;Compare with a List…</source>
        <translation>Mit einer Liste &amp;vergleichen …</translation>
    </message>
    <message>
        <source>With the addresses of a CSV file, such as a billing system&apos;s</source>
        <translation>Mit den Adressen einer CSV-Datei, etwa aus der Abrechnung</translation>
    </message>
    <message>
        <source>&amp;Other…</source>
        <translation>&amp;Anderer …</translation>
    </message>
    <message>
        <source>&amp;Other (%1)…</source>
        <translation>&amp;Anderer (%1) …</translation>
    </message>
    <message>
        <source>No accounts</source>
        <translation>Keine Konten</translation>
    </message>
    <message>
        <source>The account database has none.</source>
        <translation>Die Kontendatenbank hat keine.</translation>
    </message>
    <message>
        <source>All accounts can be judged</source>
        <translation>Alle Konten lassen sich beurteilen</translation>
    </message>
    <message>
        <source>Somebody watched for long enough.</source>
        <translation>Es wurde lange genug hingesehen.</translation>
    </message>
    <message>
        <source>Nobody is inactive</source>
        <translation>Niemand ist inaktiv</translation>
    </message>
    <message>
        <source>Every account was used within the last %1, or cannot be judged yet.</source>
        <translation>Jedes Konto wurde in der letzten Zeit benutzt (%1) oder ist noch nicht zu beurteilen.</translation>
    </message>
    <message>
        <source>%1 or more</source>
        <translation>%1 oder länger</translation>
    </message>
    <message>
        <source>The only account has not authenticated for</source>
        <translation>Das einzige Konto ohne Anmeldung:</translation>
    </message>
    <message>
        <source>0 of 1 account has not authenticated for</source>
        <translation>0 von 1 Konto ohne Anmeldung:</translation>
    </message>
    <message>
        <source>size not known</source>
        <translation>Größe nicht bekannt</translation>
    </message>
    <message>
        <source>at least %1</source>
        <translation>mindestens %1</translation>
    </message>
    <message>
        <source>%1 in %2 selected</source>
        <translation>%1 in %2 gewählten</translation>
    </message>
    <message>
        <source>d MMMM</source>
        <translation>d. MMMM</translation>
    </message>
    <message>
        <source>d MMMM yyyy</source>
        <translation>d. MMMM yyyy</translation>
    </message>
    <message>
        <source>%1 cannot be judged yet</source>
        <translation>%1 noch nicht zu beurteilen</translation>
    </message>
    <message>
        <source>%1 cannot be judged before %2</source>
        <translation>%1 nicht vor dem %2 zu beurteilen</translation>
    </message>
    <message>
        <source>The last login was on %1</source>
        <translation>Die letzte Anmeldung war am %1</translation>
    </message>
    <message>
        <source>%1 by %2</source>
        <translation>%1 über %2</translation>
    </message>
    <message>
        <source>%1 from %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Inactive: its silence counts since %1.</source>
        <translation>Inaktiv: die Stille zählt seit %1.</translation>
    </message>
    <message>
        <source>Inactive.</source>
        <translation>Inaktiv.</translation>
    </message>
    <message>
        <source>Cannot be judged before %1: nobody watched for long enough.</source>
        <translation>Nicht vor %1 zu beurteilen: es wurde nicht lange genug hingesehen.</translation>
    </message>
    <message>
        <source>Cannot be judged: too little is known of it.</source>
        <translation>Nicht zu beurteilen: zu wenig ist bekannt.</translation>
    </message>
    <message>
        <source>Not inactive before %1.</source>
        <translation>Nicht vor %1 inaktiv.</translation>
    </message>
    <message>
        <source>Not inactive.</source>
        <translation>Nicht inaktiv.</translation>
    </message>
    <message>
        <source>It is being deleted.</source>
        <translation>Es wird gerade gelöscht.</translation>
    </message>
    <message>
        <source>No login was seen.</source>
        <translation>Keine Anmeldung wurde gesehen.</translation>
    </message>
    <message>
        <source>Created on %1.</source>
        <translation>Angelegt am %1.</translation>
    </message>
    <message>
        <source>When it was created is not known.</source>
        <translation>Wann es angelegt wurde, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>All its logins would have been seen since %1.</source>
        <translation>Seit %1 wäre jede Anmeldung gesehen worden.</translation>
    </message>
    <message>
        <source>Since when all its logins would have been seen is not known.</source>
        <translation>Seit wann jede Anmeldung gesehen worden wäre, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>The rule: no login by any service for %1 or more. An account&apos;s first 30 days do not count, nor does time that nobody watched. Mail that arrives is no activity.</source>
        <translation>Die Regel: keine Anmeldung über irgendeinen Dienst, %1 oder länger. Die ersten 30 Tage eines Kontos zählen nicht, auch nicht Zeit, in der niemand hinsah. Post, die ankommt, ist keine Aktivität.</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Enable %Ln Account(s)…</source>
        <translation>
            <numerusform>%Ln Konto ak&amp;tivieren …</numerusform>
            <numerusform>%Ln Konten ak&amp;tivieren …</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Block %Ln Login(s)…</source>
        <translation>
            <numerusform>%Ln Anmeldung &amp;sperren …</numerusform>
            <numerusform>%Ln Anmeldungen &amp;sperren …</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Disable %Ln Account(s)…</source>
        <translation>
            <numerusform>%Ln Konto &amp;deaktivieren …</numerusform>
            <numerusform>%Ln Konten &amp;deaktivieren …</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>De&amp;lete %Ln Account(s)…</source>
        <translation>
            <numerusform>%Ln Konto &amp;löschen …</numerusform>
            <numerusform>%Ln Konten &amp;löschen …</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln day(s)</source>
        <translation>
            <numerusform>%Ln Tag</numerusform>
            <numerusform>%Ln Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln month(s)</source>
        <translation>
            <numerusform>%Ln Monat</numerusform>
            <numerusform>%Ln Monate</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of %1 account(s) have not authenticated for</source>
        <translation>
            <numerusform>%Ln von %1 Konten ohne Anmeldung:</numerusform>
            <numerusform>%Ln von %1 Konten ohne Anmeldung:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln account(s)</source>
        <translation>
            <numerusform>%Ln Konto</numerusform>
            <numerusform>%Ln Konten</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;All accounts, inactive or not</source>
        <translation>Alle &amp;Konten, inaktiv oder nicht</translation>
    </message>
    <message>
        <source>There is none on this server.</source>
        <translation>Auf diesem Server gibt es keine.</translation>
    </message>
</context>
<context>
    <name>mailhelm::KeyChangedDialog</name>
    <message>
        <source>The key has changed</source>
        <translation>Der Schlüssel ist ein anderer</translation>
    </message>
    <message>
        <source>Another key answers at %1 than the one that was paired</source>
        <translation>Bei %1 antwortet ein anderer Schlüssel als der gekoppelte</translation>
    </message>
    <message>
        <source>The connection was ended before anything was sent. Either the agent was installed anew and made itself a new key, or somebody stands between you and the server and reads along.</source>
        <translation>Die Verbindung wurde beendet, bevor etwas gesendet wurde. Entweder wurde der Agent neu installiert und hat sich einen neuen Schlüssel erzeugt, oder jemand steht zwischen Ihnen und dem Server und liest mit.</translation>
    </message>
    <message>
        <source>Ask whoever looks after the host, by another way than mail. If the key is really new: remove the server here, run this there, and add it again with the link that it prints.</source>
        <translation>Fragen Sie, wer den Host betreut, auf einem anderen Weg als per Mail. Ist der Schlüssel wirklich neu: Entfernen Sie den Server hier, führen Sie dies dort aus und fügen Sie ihn mit dem ausgegebenen Link wieder hinzu.</translation>
    </message>
    <message>
        <source>Paired:</source>
        <translation>Gekoppelt:</translation>
    </message>
    <message>
        <source>Answers now:</source>
        <translation>Antwortet jetzt:</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Remove server…</source>
        <translation>Server &amp;entfernen …</translation>
    </message>
    <message>
        <source>%1 (%2)
Paired: %3
Answers now: %4</source>
        <translation>%1 (%2)
Gekoppelt: %3
Antwortet jetzt: %4</translation>
    </message>
</context>
<context>
    <name>mailhelm::LinkLosses</name>
    <message numerus="yes">
        <source>Connection lost %Ln time(s) since the start, last at %1, for %2</source>
        <translation>
            <numerusform>Verbindung seit dem Start %Ln-mal verloren, zuletzt %1, für %2</numerusform>
            <numerusform>Verbindung seit dem Start %Ln-mal verloren, zuletzt %1, für %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::ListComparer</name>
    <message>
        <source>Line %1: %2</source>
        <translation>Zeile %1: %2</translation>
    </message>
    <message>
        <source>Cannot read %1: %2.</source>
        <translation>%1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>%1 is too large for a list of addresses.</source>
        <translation>%1 ist zu groß für eine Liste von Adressen.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message numerus="yes">
        <source>… and %Ln line(s) more.</source>
        <translation>
            <numerusform>… und %Ln weitere Zeile.</numerusform>
            <numerusform>… und %Ln weitere Zeilen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::LiveDrop</name>
    <message>
        <source>not connected</source>
        <translation>nicht verbunden</translation>
    </message>
    <message>
        <source>%1 is not connected</source>
        <translation>%1 ist nicht verbunden</translation>
    </message>
    <message>
        <source>WebMail sessions on %1 stay: %2</source>
        <translation>WebMail-Sitzungen auf %1 bleiben: %2</translation>
    </message>
    <message>
        <source>Connections on %1 stay: %2</source>
        <translation>Verbindungen auf %1 bleiben: %2</translation>
    </message>
    <message>
        <source>Drop connections</source>
        <translation>Verbindungen trennen</translation>
    </message>
    <message>
        <source>Connections and WebMail sessions to drop</source>
        <translation>Zu trennende Verbindungen und WebMail-Sitzungen</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln connection(s) and session(s) on %1?</source>
        <translation>
            <numerusform>%Ln Verbindung oder Sitzung auf %1 trennen?</numerusform>
            <numerusform>%Ln Verbindungen und Sitzungen auf %1 trennen?</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop it</source>
        <translation>Trennen</translation>
    </message>
    <message numerus="yes">
        <source>Drop all %Ln</source>
        <translation>
            <numerusform>Alle %Ln trennen</numerusform>
            <numerusform>Alle %Ln trennen</numerusform>
        </translation>
    </message>
    <message>
        <source>End WebMail sessions</source>
        <translation>WebMail-Sitzungen beenden</translation>
    </message>
    <message>
        <source>Sessions to end</source>
        <translation>Zu beendende Sitzungen</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>Komponente</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Connections to drop</source>
        <translation>Zu trennende Verbindungen</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Mail programs connect again by themselves: to keep somebody out, block their account.</source>
        <translation>Mailprogramme verbinden sich von selbst wieder: Um jemanden auszusperren, sperren Sie das Konto.</translation>
    </message>
    <message>
        <source>The next click in that browser leads to the login page; what was typed and not saved is lost.</source>
        <translation>Der nächste Klick in jenem Browser führt zur Anmeldeseite; was getippt und nicht gespeichert wurde, geht verloren.</translation>
    </message>
    <message>
        <source>This is your own connection to the agent: it is not dropped from here.</source>
        <translation>Das ist Ihre eigene Verbindung zum Agenten: Sie wird von hier aus nicht getrennt.</translation>
    </message>
    <message>
        <source>Nothing of that is there any more.</source>
        <translation>Davon ist nichts mehr da.</translation>
    </message>
    <message>
        <source>Your own connection to the agent is spared.</source>
        <translation>Ihre eigene Verbindung zum Agenten wird verschont.</translation>
    </message>
    <message>
        <source>WebMail sessions: %1</source>
        <translation>WebMail-Sitzungen: %1</translation>
    </message>
    <message>
        <source>Connections: %1</source>
        <translation>Verbindungen: %1</translation>
    </message>
    <message>
        <source>%1; %2</source>
        <translation>%1; %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln client(s) have connected again</source>
        <translation>
            <numerusform>%Ln Programm hat sich wieder verbunden</numerusform>
            <numerusform>%Ln Programme haben sich wieder verbunden</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::MainMenus</name>
    <message>
        <source>Names instead of &amp;addresses</source>
        <translation>Namen statt &amp;Adressen</translation>
    </message>
    <message>
        <source>&amp;Times of the server&apos;s zone</source>
        <translation>&amp;Zeiten der Zeitzone des Servers</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;My Actions…</source>
        <translation>&amp;Meine Aktionen …</translation>
    </message>
    <message>
        <source>Ne&amp;xt pane</source>
        <translation>Nä&amp;chster Bereich</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Actions</source>
        <translation>A&amp;ktionen</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <source>&amp;Add server…</source>
        <translation>Server &amp;hinzufügen …</translation>
    </message>
    <message>
        <source>&amp;Connect now</source>
        <translation>Jetzt &amp;verbinden</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>Bea&amp;rbeiten …</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>&amp;Entfernen …</translation>
    </message>
    <message>
        <source>&amp;Preferences…</source>
        <translation>E&amp;instellungen …</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;About Mailhelm</source>
        <translation>Ü&amp;ber Mailhelm</translation>
    </message>
    <message>
        <source>Looks the addresses on the screen up in the DNS, whose servers learn of it</source>
        <translation>Schlägt die Adressen auf dem Bildschirm im DNS nach, dessen Server davon erfahren</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>&amp;Einzelheiten</translation>
    </message>
    <message>
        <source>&amp;Undo %1</source>
        <translation>&amp;Rückgängig: %1</translation>
    </message>
    <message>
        <source>Brings the accounts back to the state of before (Ctrl+Z)</source>
        <translation>Bringt die Konten in den Zustand von zuvor (Strg+Z)</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>Ser&amp;ver</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>Zurüc&amp;k</translation>
    </message>
    <message>
        <source>To the page that the last jump came from (Alt+Left)</source>
        <translation>Zu der Seite, von der der letzte Sprung kam (Alt+Links)</translation>
    </message>
</context>
<context>
    <name>mailhelm::MainWindow</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>There is no server called “%1”. Those that there are stand in the list; Ctrl+N adds one.</source>
        <translation>Es gibt keinen Server namens „%1“. Die es gibt, stehen in der Liste; Strg+N fügt einen hinzu.</translation>
    </message>
    <message>
        <source>There is no page called “%1”. There are: %2.</source>
        <translation>Es gibt keine Seite namens „%1“. Es gibt: %2.</translation>
    </message>
    <message>
        <source>Mailhelm</source>
        <translation>Mailhelm</translation>
    </message>
    <message>
        <source>%1 – Mailhelm</source>
        <translation>%1 – Mailhelm</translation>
    </message>
    <message>
        <source>%1 was added; your role there is %2.</source>
        <translation>%1 wurde hinzugefügt; Ihre Rolle dort ist %2.</translation>
    </message>
</context>
<context>
    <name>mailhelm::MessageLine</name>
    <message>
        <source>Close this line</source>
        <translation>Diese Zeile schließen</translation>
    </message>
</context>
<context>
    <name>mailhelm::NamedFilters</name>
    <message>
        <source>&amp;Keep This Filter…</source>
        <translation>Diesen Filter &amp;behalten …</translation>
    </message>
    <message>
        <source>&amp;Forget</source>
        <translation>&amp;Vergessen</translation>
    </message>
    <message>
        <source>Keep filter</source>
        <translation>Filter behalten</translation>
    </message>
    <message>
        <source>Name of the filter:</source>
        <translation>Name des Filters:</translation>
    </message>
</context>
<context>
    <name>mailhelm::OnlinePage</name>
    <message>
        <source>&amp;Drop Connections…</source>
        <translation>Verbindungen &amp;trennen …</translation>
    </message>
    <message>
        <source>Show &amp;WebMail Sessions</source>
        <translation>&amp;WebMail-Sitzungen zeigen</translation>
    </message>
    <message>
        <source>Online users</source>
        <translation>Benutzer online</translation>
    </message>
    <message>
        <source>Follows the connections and the WebMail sessions</source>
        <translation>Folgt den Verbindungen und den WebMail-Sitzungen</translation>
    </message>
    <message>
        <source>End every connection and WebMail session of the selected users (Del)</source>
        <translation>Jede Verbindung und WebMail-Sitzung der gewählten Benutzer beenden (Entf)</translation>
    </message>
    <message>
        <source>Show C&amp;onnections	Enter</source>
        <translation>&amp;Verbindungen zeigen	Eingabe</translation>
    </message>
</context>
<context>
    <name>mailhelm::OverviewPage</name>
    <message>
        <source>&amp;Refresh now</source>
        <translation>&amp;Jetzt aktualisieren</translation>
    </message>
    <message>
        <source>&amp;Save Picture…</source>
        <translation>Bild &amp;speichern …</translation>
    </message>
    <message>
        <source>connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>secured</source>
        <translation>gesichert</translation>
    </message>
    <message>
        <source>users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>WebMail sessions</source>
        <translation>WebMail-Sitzungen</translation>
    </message>
    <message>
        <source>Users with most connections</source>
        <translation>Benutzer mit den meisten Verbindungen</translation>
    </message>
    <message>
        <source>Addresses with most connections</source>
        <translation>Adressen mit den meisten Verbindungen</translation>
    </message>
    <message>
        <source>Near the limit of connections</source>
        <translation>Nahe der Grenze der Verbindungen</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Span of the plot</source>
        <translation>Zeitraum der Kurve</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>Letzte Stunde</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Letzter Tag</translation>
    </message>
    <message>
        <source>Save the plot as PNG or SVG (Ctrl+E)</source>
        <translation>Die Kurve als PNG oder SVG speichern (Strg+E)</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>Shows those that are not secured</source>
        <translation>Zeigt die ungesicherten</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>No user is known to be connected</source>
        <translation>Von keinem Benutzer ist eine Verbindung bekannt</translation>
    </message>
    <message>
        <source>Nobody is connected</source>
        <translation>Niemand ist verbunden</translation>
    </message>
    <message>
        <source>%1 from %2, %3</source>
        <translation>%1 von %2, %3</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Nobody is near it</source>
        <translation>Niemand ist in ihrer Nähe</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>No source is known yet</source>
        <translation>Noch ist keine Quelle bekannt</translation>
    </message>
    <message>
        <source>Cannot refresh: %1</source>
        <translation>Aktualisieren ist nicht möglich: %1</translation>
    </message>
    <message>
        <source>%1 of %2: full</source>
        <translation>%1 von %2: voll</translation>
    </message>
    <message>
        <source>There is no limit</source>
        <translation>Es gibt keine Grenze</translation>
    </message>
    <message>
        <source>No limit is known</source>
        <translation>Keine Grenze ist bekannt</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 auf %2</translation>
    </message>
    <message>
        <source>Counted for each user, address and protocol against what the mail server allows (mail_max_userip_connections).</source>
        <translation>Gezählt je Benutzer, Adresse und Protokoll, gemessen an dem, was der Mailserver erlaubt (mail_max_userip_connections).</translation>
    </message>
    <message>
        <source>%1 Not known for: %2. There, “mailhelmd doctor” names the line that tells it.</source>
        <translation>%1 Nicht bekannt für: %2. Dort nennt „mailhelmd doctor“ die Zeile, die es mitteilt.</translation>
    </message>
</context>
<context>
    <name>mailhelm::Plot</name>
    <message>
        <source>Connections over time</source>
        <translation>Verbindungen im Lauf der Zeit</translation>
    </message>
    <message>
        <source>%1: nobody watched</source>
        <translation>%1: niemand hat zugesehen</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1: no connection</source>
        <translation>%1: keine Verbindung</translation>
    </message>
    <message>
        <source>%1: %2 (%3)</source>
        <translation>%1: %2 (%3)</translation>
    </message>
    <message>
        <source>nobody watched</source>
        <translation>niemand hat zugesehen</translation>
    </message>
    <message>
        <source>Connections over time, by protocol</source>
        <translation>Verbindungen im Lauf der Zeit, nach Protokoll</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <translation>%1 – %2</translation>
    </message>
</context>
<context>
    <name>mailhelm::PlotPicture</name>
    <message>
        <source>Save the plot</source>
        <translation>Die Kurve speichern</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG-Bild (*.png)</translation>
    </message>
    <message>
        <source>SVG drawing (*.svg)</source>
        <translation>SVG-Zeichnung (*.svg)</translation>
    </message>
    <message>
        <source>The plot is in %1.</source>
        <translation>Die Kurve steht in %1.</translation>
    </message>
    <message>
        <source>Cannot write %1. Choose another folder or file.</source>
        <translation>%1 lässt sich nicht schreiben. Wählen Sie einen anderen Ordner oder eine andere Datei.</translation>
    </message>
</context>
<context>
    <name>mailhelm::PreferencesDialog</name>
    <message>
        <source>Show an &amp;icon in the tray</source>
        <translation>Ein S&amp;ymbol im Infobereich zeigen</translation>
    </message>
    <message>
        <source>&amp;Tell there when a server or source is lost or back</source>
        <translation>Dort &amp;melden, wenn ein Server oder eine Quelle verloren geht oder zurück ist</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>Not at all</source>
        <translation>Gar nicht</translation>
    </message>
    <message>
        <source>Of this computer&apos;s time zone</source>
        <translation>In der Zeitzone dieses Rechners</translation>
    </message>
    <message>
        <source>Of the server&apos;s time zone</source>
        <translation>In der Zeitzone des Servers</translation>
    </message>
    <message>
        <source>That of the desktop</source>
        <translation>Die der Arbeitsumgebung</translation>
    </message>
    <message>
        <source>Mark &amp;new rows for:</source>
        <translation>&amp;Neue Zeilen kennzeichnen für:</translation>
    </message>
    <message>
        <source>&amp;Keep rows that are gone for:</source>
        <translation>Verschwundene Zeilen &amp;behalten für:</translation>
    </message>
    <message>
        <source>Date&amp;s and times:</source>
        <translation>&amp;Datum und Uhrzeit:</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>&amp;Sprache:</translation>
    </message>
    <message>
        <source>The language is another when Mailhelm starts the next time.</source>
        <translation>Die Sprache wechselt, wenn Mailhelm das nächste Mal startet.</translation>
    </message>
    <message>
        <source>Name servers of others learn then which addresses are connected.</source>
        <translation>Nameserver anderer erfahren dann, welche Adressen verbunden sind.</translation>
    </message>
    <message>
        <source>Show names instead of &amp;addresses</source>
        <translation>Namen statt &amp;Adressen zeigen</translation>
    </message>
    <message>
        <source>Keep what is over on this comp&amp;uter:</source>
        <translation>Auf diesem &amp;Rechner behalten, was vorbei ist:</translation>
    </message>
</context>
<context>
    <name>mailhelm::RelatedRows</name>
    <message>
        <source>&amp;Drop Connection…</source>
        <translation>Verbindung &amp;trennen …</translation>
    </message>
    <message>
        <source>What else there is of this user</source>
        <translation>Was es sonst von diesem Benutzer gibt</translation>
    </message>
    <message>
        <source>Of the same user</source>
        <translation>Vom selben Benutzer</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Last activity</source>
        <translation>Letzte Aktivität</translation>
    </message>
    <message>
        <source>Info</source>
        <translation>Info</translation>
    </message>
    <message>
        <source>Counted in this row</source>
        <translation>In dieser Zeile gezählt</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 (this one)</source>
        <translation>%1 (diese)</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more…</source>
        <translation>
            <numerusform>und %Ln weitere …</numerusform>
            <numerusform>und %Ln weitere …</numerusform>
        </translation>
    </message>
    <message>
        <source>Shows all of them on their page</source>
        <translation>Zeigt alle auf ihrer Seite</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Konto</translation>
    </message>
    <message>
        <source>Account: %1</source>
        <translation>Konto: %1</translation>
    </message>
    <message>
        <source>created %1</source>
        <translation>angelegt %1</translation>
    </message>
    <message>
        <source>no login was seen</source>
        <translation>keine Anmeldung gesehen</translation>
    </message>
    <message>
        <source>last login %1 by %2</source>
        <translation>letzte Anmeldung %1 über %2</translation>
    </message>
    <message>
        <source>last login %1</source>
        <translation>letzte Anmeldung %1</translation>
    </message>
    <message>
        <source>%1 from %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Drop %Ln Connection(s) and Session(s)…</source>
        <translation>
            <numerusform>%Ln Verbindung und Sitzung &amp;trennen …</numerusform>
            <numerusform>%Ln Verbindungen und Sitzungen &amp;trennen …</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;End %Ln Session(s)…</source>
        <translation>
            <numerusform>%Ln Sitzung &amp;beenden …</numerusform>
            <numerusform>%Ln Sitzungen &amp;beenden …</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;End Session…</source>
        <translation>Sitzung &amp;beenden …</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Drop %Ln Connection(s)…</source>
        <translation>
            <numerusform>%Ln Verbindung &amp;trennen …</numerusform>
            <numerusform>%Ln Verbindungen &amp;trennen …</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop what is selected (Del)</source>
        <translation>Das Gewählte trennen (Entf)</translation>
    </message>
    <message>
        <source>&amp;Show on Its Page</source>
        <translation>Auf seiner Seite &amp;zeigen</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
</context>
<context>
    <name>mailhelm::RowJobs</name>
    <message>
        <source>The server is not in the list any more.</source>
        <translation>Der Server steht nicht mehr in der Liste.</translation>
    </message>
</context>
<context>
    <name>mailhelm::RowsView</name>
    <message>
        <source>Column titles</source>
        <translation>Spaltentitel</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) selected</source>
        <translation>
            <numerusform>%Ln Zeile gewählt</numerusform>
            <numerusform>%Ln Zeilen gewählt</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::Schema</name>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>Familie</translation>
    </message>
    <message>
        <source>Extension</source>
        <translation>Erweiterung</translation>
    </message>
    <message>
        <source>Secure</source>
        <translation>Gesichert</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Start seen</source>
        <translation>Beginn gesehen</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>Last activity</source>
        <translation>Letzte Tätigkeit</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Peer</source>
        <translation>Gegenstelle</translation>
    </message>
    <message>
        <source>Peer port</source>
        <translation>Port der Gegenstelle</translation>
    </message>
    <message>
        <source>Via</source>
        <translation>Über</translation>
    </message>
    <message>
        <source>Local address</source>
        <translation>Lokale Adresse</translation>
    </message>
    <message>
        <source>Local port</source>
        <translation>Lokaler Port</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Host</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Info</source>
        <translation>Info</translation>
    </message>
    <message>
        <source>In</source>
        <translation>Ein</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>End seen</source>
        <translation>Ende gesehen</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>Komponente</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>Läuft ab</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Gesamt</translation>
    </message>
    <message>
        <source>WebMail</source>
        <translation>WebMail</translation>
    </message>
    <message>
        <source>SMTP</source>
        <translation>SMTP</translation>
    </message>
    <message>
        <source>IMAP</source>
        <translation>IMAP</translation>
    </message>
    <message>
        <source>POP</source>
        <translation>POP</translation>
    </message>
    <message>
        <source>XMPP</source>
        <translation>XMPP</translation>
    </message>
    <message>
        <source>EAS</source>
        <translation>EAS</translation>
    </message>
    <message>
        <source>MAPI/EWS</source>
        <translation>MAPI/EWS</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Andere</translation>
    </message>
    <message>
        <source>WebMail from</source>
        <translation>WebMail von</translation>
    </message>
    <message>
        <source>WebMail for</source>
        <translation>WebMail seit</translation>
    </message>
    <message>
        <source>Enabled</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Domain administration</source>
        <translation>Domainverwaltung</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Angelegt</translation>
    </message>
    <message>
        <source>Last login</source>
        <translation>Letzte Anmeldung</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>Login from</source>
        <translation>Anmeldung von</translation>
    </message>
    <message>
        <source>Watched since</source>
        <translation>Beobachtet seit</translation>
    </message>
    <message>
        <source>Mailbox</source>
        <translation>Postfach</translation>
    </message>
    <message>
        <source>Quota</source>
        <translation>Kontingent</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Gelöscht</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Durch</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Mail lies in</source>
        <translation>Mail liegt in</translation>
    </message>
    <message>
        <source>Can be restored until</source>
        <translation>Wiederherstellbar bis</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>Einzelheit</translation>
    </message>
    <message>
        <source>To mend it</source>
        <translation>Abhilfe</translation>
    </message>
    <message>
        <source>Administrator</source>
        <translation>Administrator</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Lasted</source>
        <translation>Dauer</translation>
    </message>
</context>
<context>
    <name>mailhelm::ServerDialogs</name>
    <message>
        <source>Remove server</source>
        <translation>Server entfernen</translation>
    </message>
    <message>
        <source>Remove %1 (%2) from the list?</source>
        <translation>%1 (%2) aus der Liste entfernen?</translation>
    </message>
    <message>
        <source>The server itself is not changed. To come back you need a new pairing link, or an administrator who keeps your key there.</source>
        <translation>Der Server selbst wird nicht verändert. Um zurückzukommen, brauchen Sie einen neuen Kopplungslink oder jemanden, der Ihren Schlüssel dort behält.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
</context>
<context>
    <name>mailhelm::ServersPanel</name>
    <message>
        <source>live</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>verbindet</translation>
    </message>
    <message>
        <source>connection lost</source>
        <translation>Verbindung verloren</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgewiesen</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Add a server by its pairing link (Ctrl+N)</source>
        <translation>Einen Server mit seinem Kopplungslink hinzufügen (Strg+N)</translation>
    </message>
    <message>
        <source>Add server</source>
        <translation>Server hinzufügen</translation>
    </message>
    <message>
        <source>All servers</source>
        <translation>Alle Server</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>as %1 (%2)</source>
        <translation>als %1 (%2)</translation>
    </message>
    <message>
        <source>key %1</source>
        <translation>Schlüssel %1</translation>
    </message>
    <message>
        <source>%1 stale</source>
        <translation>%1 veraltet</translation>
    </message>
    <message>
        <source>&amp;Connect now</source>
        <translation>Jetzt &amp;verbinden</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>&amp;Bearbeiten …</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>&amp;Entfernen …</translation>
    </message>
    <message>
        <source>&amp;Add server…</source>
        <translation>Server &amp;hinzufügen …</translation>
    </message>
</context>
<context>
    <name>mailhelm::SingleInstance</name>
    <message>
        <source>it does not answer</source>
        <translation>es antwortet nicht</translation>
    </message>
</context>
<context>
    <name>mailhelm::StatusLine</name>
    <message>
        <source>Connection to the server</source>
        <translation>Verbindung zum Server</translation>
    </message>
    <message>
        <source>Connections shown, by protocol</source>
        <translation>Gezeigte Verbindungen nach Protokoll</translation>
    </message>
    <message>
        <source>Age of the data</source>
        <translation>Alter der Daten</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <translation>abgewiesen: %1</translation>
    </message>
    <message>
        <source>connection lost %1 ago: %2</source>
        <translation>Verbindung vor %1 verloren: %2</translation>
    </message>
    <message>
        <source>not connected: %1</source>
        <translation>nicht verbunden: %1</translation>
    </message>
    <message>
        <source>%1; next try in %2</source>
        <translation>%1; nächster Versuch in %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>no server</source>
        <translation>kein Server</translation>
    </message>
    <message>
        <source>connecting to %1…</source>
        <translation>Verbinden mit %1 …</translation>
    </message>
    <message>
        <source>%1 as %2 (%3) · %4</source>
        <translation>%1 als %2 (%3) · %4</translation>
    </message>
    <message>
        <source>%1 of %2 servers live</source>
        <translation>%1 von %2 Servern verbunden</translation>
    </message>
    <message>
        <source>updated %1 ago</source>
        <translation>vor %1 aktualisiert</translation>
    </message>
    <message>
        <source>others: %1</source>
        <translation>andere: %1</translation>
    </message>
    <message>
        <source>%1 selected</source>
        <translation>%1 gewählt</translation>
    </message>
    <message>
        <source>updated just now</source>
        <translation>gerade aktualisiert</translation>
    </message>
</context>
<context>
    <name>mailhelm::TableModel</name>
    <message>
        <source>%1
Name in the DNS: %2</source>
        <translation>%1
Name im DNS: %2</translation>
    </message>
    <message>
        <source>gone, %1</source>
        <translation>verschwunden, %1</translation>
    </message>
    <message>
        <source>new, %1</source>
        <translation>neu, %1</translation>
    </message>
    <message>
        <source>%1: in the filter %2</source>
        <translation>%1: im Filter %2</translation>
    </message>
</context>
<context>
    <name>mailhelm::TablePage</name>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>WebMail</source>
        <translation>WebMail</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>Online</translation>
    </message>
    <message>
        <source>Inactive</source>
        <translation>Inaktiv</translation>
    </message>
    <message>
        <source>Logins</source>
        <translation>Anmeldungen</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Gelöscht</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>Audit</translation>
    </message>
    <message>
        <source>No server yet</source>
        <translation>Noch kein Server</translation>
    </message>
    <message>
        <source>Run this on the mail host. It prints a pairing link, which is pasted here.</source>
        <translation>Führen Sie dies auf dem Mailserver aus. Es gibt einen Kopplungslink aus, der hier eingefügt wird.</translation>
    </message>
    <message>
        <source>The filter hides the only row</source>
        <translation>Der Filter verbirgt die einzige Zeile</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>Filter leeren</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbinden …</translation>
    </message>
    <message>
        <source>Not connected to %1</source>
        <translation>Nicht mit %1 verbunden</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Nicht verbunden</translation>
    </message>
    <message>
        <source>No sources</source>
        <translation>Keine Quellen</translation>
    </message>
    <message>
        <source>The agent has nothing to read from. Run this on the mail host:</source>
        <translation>Der Agent hat nichts, woraus er lesen kann. Führen Sie dies auf dem Mailserver aus:</translation>
    </message>
    <message>
        <source>Nobody is in the WebMail</source>
        <translation>Niemand ist im WebMail</translation>
    </message>
    <message>
        <source>Whoever logs in there is listed here at once.</source>
        <translation>Wer sich dort anmeldet, steht sofort hier.</translation>
    </message>
    <message>
        <source>Nobody is online</source>
        <translation>Niemand ist online</translation>
    </message>
    <message>
        <source>Whoever connects or logs in to the WebMail is listed here at once.</source>
        <translation>Wer sich verbindet oder im WebMail anmeldet, steht sofort hier.</translation>
    </message>
    <message>
        <source>Nothing to restore</source>
        <translation>Nichts wiederherzustellen</translation>
    </message>
    <message>
        <source>Accounts that were deleted stay here until they are purged.</source>
        <translation>Gelöschte Konten bleiben hier, bis sie endgültig entfernt werden.</translation>
    </message>
    <message>
        <source>Nothing done yet</source>
        <translation>Noch nichts getan</translation>
    </message>
    <message>
        <source>What administrators do on this server is listed here.</source>
        <translation>Was Administratoren auf diesem Server tun, steht hier.</translation>
    </message>
    <message>
        <source>Nothing here</source>
        <translation>Nichts da</translation>
    </message>
    <message>
        <source>The connections cannot be read</source>
        <translation>Die Verbindungen sind nicht lesbar</translation>
    </message>
    <message>
        <source>The WebMail sessions cannot be read</source>
        <translation>Die WebMail-Sitzungen sind nicht lesbar</translation>
    </message>
    <message>
        <source>No WebMail is configured</source>
        <translation>Kein WebMail ist eingerichtet</translation>
    </message>
    <message>
        <source>The accounts cannot be read</source>
        <translation>Die Konten sind nicht lesbar</translation>
    </message>
    <message>
        <source>No account database is configured</source>
        <translation>Keine Kontendatenbank ist eingerichtet</translation>
    </message>
    <message>
        <source>In the agent&apos;s configuration on the mail host:</source>
        <translation>In der Konfiguration des Agenten auf dem Mailserver:</translation>
    </message>
    <message>
        <source>%1: as of %2, %3 ago</source>
        <translation>%1: Stand %2, vor %3</translation>
    </message>
    <message>
        <source>Not live. %1.</source>
        <translation>Nicht aktuell. %1.</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>&amp;Refresh now</source>
        <translation>&amp;Jetzt aktualisieren</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation>&amp;Filter</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>An&amp;halten</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles wählen</translation>
    </message>
    <message>
        <source>C&amp;lear filter</source>
        <translation>Filter &amp;leeren</translation>
    </message>
    <message>
        <source>C&amp;olumns</source>
        <translation>S&amp;palten</translation>
    </message>
    <message>
        <source>Cannot refresh: %1</source>
        <translation>Aktualisieren ist nicht möglich: %1</translation>
    </message>
    <message>
        <source>Go on (Space)</source>
        <translation>Weiter (Leertaste)</translation>
    </message>
    <message>
        <source>Pause (Space)</source>
        <translation>Anhalten (Leertaste)</translation>
    </message>
    <message>
        <source>%1 is not connected</source>
        <translation>%1 ist nicht verbunden</translation>
    </message>
    <message>
        <source>&amp;Filter by This Value</source>
        <translation>Nach diesem Wert &amp;filtern</translation>
    </message>
    <message>
        <source>Show only the rows that have this value</source>
        <translation>Nur die Zeilen mit diesem Wert zeigen</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Rows	Ctrl+C</source>
        <translation>&amp;Zeilen	Strg+C</translation>
    </message>
    <message>
        <source>Rows as CS&amp;V</source>
        <translation>Zeilen als CS&amp;V</translation>
    </message>
    <message>
        <source>C&amp;ell</source>
        <translation>Z&amp;elle</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>&amp;Adresse</translation>
    </message>
    <message>
        <source>These are the last known rows. %1 on %2 is down: %3</source>
        <translation>Dies sind die letzten bekannten Zeilen. %1 auf %2 ist ausgefallen: %3</translation>
    </message>
    <message numerus="yes">
        <source>The filter hides all %Ln rows</source>
        <translation>
            <numerusform>Der Filter verbirgt alle %Ln Zeilen</numerusform>
            <numerusform>Der Filter verbirgt alle %Ln Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>E&amp;xport…</source>
        <translation>E&amp;xportieren …</translation>
    </message>
    <message>
        <source>Cop&amp;y rows</source>
        <translation>Zeilen &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Select all</source>
        <translation>Alles wä&amp;hlen</translation>
    </message>
    <message>
        <source>All servers</source>
        <translation>Alle Server</translation>
    </message>
    <message>
        <source>Add server…</source>
        <translation>Server hinzufügen …</translation>
    </message>
    <message>
        <source>Paste the pairing link: mailhelm://…</source>
        <translation>Kopplungslink einfügen: mailhelm://…</translation>
    </message>
    <message>
        <source>Sort &amp;by</source>
        <translation>Sortie&amp;ren nach</translation>
    </message>
</context>
<context>
    <name>mailhelm::Taker</name>
    <message>
        <source>There is no address.</source>
        <translation>Es ist keine Adresse da.</translation>
    </message>
    <message>
        <source>A quote is not closed: “%1”.</source>
        <translation>Ein Anführungszeichen ist nicht geschlossen: „%1“.</translation>
    </message>
    <message>
        <source>“%1” is no user&apos;s name.</source>
        <translation>„%1“ ist kein Benutzername.</translation>
    </message>
    <message>
        <source>“%1” is no mail address.</source>
        <translation>„%1“ ist keine Mailadresse.</translation>
    </message>
    <message>
        <source>%1 is in line %2 already.</source>
        <translation>%1 steht schon in Zeile %2.</translation>
    </message>
</context>
<context>
    <name>mailhelm::TimeframeDialog</name>
    <message>
        <source>Timeframe</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>Wie viele</translation>
    </message>
    <message>
        <source>Of what</source>
        <translation>Wovon</translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>weeks</source>
        <translation>Wochen</translation>
    </message>
    <message>
        <source>calendar months</source>
        <translation>Kalendermonate</translation>
    </message>
    <message>
        <source>years</source>
        <translation>Jahre</translation>
    </message>
    <message>
        <source>&amp;No login for so long, or longer:</source>
        <translation>&amp;Keine Anmeldung so lange oder länger:</translation>
    </message>
</context>
<context>
    <name>mailhelm::ToolRow</name>
    <message>
        <source>Refresh by &amp;itself</source>
        <translation>Automati&amp;sch aktualisieren</translation>
    </message>
    <message>
        <source>&amp;Named Filters</source>
        <translation>&amp;Benannte Filter</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Every second</source>
        <translation>Jede Sekunde</translation>
    </message>
    <message>
        <source>Every 2 s</source>
        <translation>Alle 2 s</translation>
    </message>
    <message>
        <source>Every 5 s</source>
        <translation>Alle 5 s</translation>
    </message>
    <message>
        <source>Every 10 s</source>
        <translation>Alle 10 s</translation>
    </message>
    <message>
        <source>Every 30 s</source>
        <translation>Alle 30 s</translation>
    </message>
    <message>
        <source>Every minute</source>
        <translation>Jede Minute</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>How often the table is brought up to date</source>
        <translation>Wie oft die Tabelle aktualisiert wird</translation>
    </message>
    <message>
        <source>Refresh by itself: %1</source>
        <translation>Automatisch aktualisieren: %1</translation>
    </message>
    <message>
        <source>Rows shown</source>
        <translation>Gezeigte Zeilen</translation>
    </message>
    <message>
        <source>What is wrong with the filter</source>
        <translation>Was am Filter nicht stimmt</translation>
    </message>
    <message>
        <source>More: columns, export</source>
        <translation>Mehr: Spalten, Exportieren</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Filters that were given a name</source>
        <translation>Filter, die einen Namen bekommen haben</translation>
    </message>
    <message>
        <source>Named filters</source>
        <translation>Benannte Filter</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>The filter lets %1 of %2 rows through.</source>
        <translation>Der Filter lässt %1 von %2 Zeilen durch.</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message numerus="yes">
        <source>%Ln change(s) waiting</source>
        <translation>
            <numerusform>%Ln Änderung wartet</numerusform>
            <numerusform>%Ln Änderungen warten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::TrayIcon</name>
    <message>
        <source>&amp;Show Mailhelm</source>
        <translation>Mailhelm &amp;zeigen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Mailhelm</source>
        <translation>Mailhelm</translation>
    </message>
    <message>
        <source>%1: connection lost</source>
        <translation>%1: Verbindung verloren</translation>
    </message>
    <message>
        <source>%1: connection lost: %2</source>
        <translation>%1: Verbindung verloren: %2</translation>
    </message>
    <message>
        <source>%1 is back</source>
        <translation>%1 ist zurück</translation>
    </message>
    <message>
        <source>The source %1 cannot be read: %2</source>
        <translation>Die Quelle %1 ist nicht lesbar: %2</translation>
    </message>
    <message>
        <source>The source %1 is read again</source>
        <translation>Die Quelle %1 wird wieder gelesen</translation>
    </message>
</context>
<context>
    <name>mailhelm::UserMeaning</name>
    <message>
        <source>Known not to be logged in. Usually a login page is open and nobody has logged in yet, or a monitoring service looks whether it answers; on SMTP, other mail servers bring mail.</source>
        <translation>Nachweislich nicht angemeldet. Meist ist eine Anmeldeseite offen, an der sich noch niemand angemeldet hat, oder ein Überwachungsdienst sieht nach, ob sie antwortet; bei SMTP bringen andere Mailserver Post.</translation>
    </message>
    <message>
        <source>Nobody said whose these are.</source>
        <translation>Niemand sagt, wem diese gehören.</translation>
    </message>
    <message>
        <source>%1: %2 To mend it: %3</source>
        <translation>%1: %2 Abhilfe: %3</translation>
    </message>
</context>
<context>
    <name>mailhelm::WebmailPage</name>
    <message>
        <source>&amp;End Session…</source>
        <translation>Sitzung &amp;beenden …</translation>
    </message>
    <message>
        <source>The login page was opened and nobody logged in: somebody who left it open, or a monitoring service</source>
        <translation>Die Anmeldeseite wurde geöffnet, und niemand hat sich angemeldet: jemand, der sie offen ließ, oder eine Überwachung</translation>
    </message>
    <message>
        <source>WebMail sessions</source>
        <translation>WebMail-Sitzungen</translation>
    </message>
    <message>
        <source>End the selected WebMail sessions (Del)</source>
        <translation>Die gewählten WebMail-Sitzungen beenden (Entf)</translation>
    </message>
    <message>
        <source>%1
The WebMail ends a session after %2 without activity.</source>
        <translation>%1
Das WebMail beendet eine Sitzung nach %2 ohne Tätigkeit.</translation>
    </message>
    <message numerus="yes">
        <source>&amp;End %Ln Session(s)…</source>
        <translation>
            <numerusform>%Ln Sitzung &amp;beenden …</numerusform>
            <numerusform>%Ln Sitzungen &amp;beenden …</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>There are %Ln session(s) that are not logged in; the menu ⋮ shows them.</source>
        <translation>
            <numerusform>Es gibt %Ln Sitzung, die nicht angemeldet ist; das Menü ⋮ zeigt sie.</numerusform>
            <numerusform>Es gibt %Ln Sitzungen, die nicht angemeldet sind; das Menü ⋮ zeigt sie.</numerusform>
        </translation>
    </message>
    <message>
        <source>Sho&amp;w This User</source>
        <translation>Diesen Benutzer &amp;zeigen</translation>
    </message>
    <message>
        <source>Show sessions that are not logged &amp;in</source>
        <translation>Sitzungen zeigen, die &amp;nicht angemeldet sind</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Administration console for mail servers</source>
        <translation>Verwaltungskonsole für Mailserver</translation>
    </message>
    <message>
        <source>Show the server called NAME.</source>
        <translation>Den Server namens NAME zeigen.</translation>
    </message>
    <message>
        <source>Show the page TAB: overview, connections, webmail …</source>
        <translation>Die Seite TAB zeigen: overview, connections, webmail …</translation>
    </message>
    <message>
        <source>Filter the rows of that page by EXPR.</source>
        <translation>Die Zeilen dieser Seite nach EXPR filtern.</translation>
    </message>
    <message>
        <source>Write the rows of that page to FILE: JSON where its name says so, else CSV.</source>
        <translation>Die Zeilen dieser Seite nach FILE schreiben: als JSON, wenn der Name es sagt, sonst als CSV.</translation>
    </message>
    <message>
        <source>Quit, after what else was asked for; also the one that runs.</source>
        <translation>Beenden, nach allem anderen, was verlangt ist; auch das laufende.</translation>
    </message>
    <message>
        <source>Save pictures of the window and its dialogs in DIR, light and dark, and quit.</source>
        <translation>Bilder des Fensters und seiner Dialoge in DIR speichern, hell und dunkel, und beenden.</translation>
    </message>
    <message>
        <source>“%1” is no option; --help lists them.</source>
        <translation>„%1“ ist keine Option; --help nennt sie.</translation>
    </message>
    <message>
        <source>another Mailhelm runs, and cannot be asked: %1</source>
        <translation>ein anderes Mailhelm läuft und lässt sich nicht fragen: %1</translation>
    </message>
    <message>
        <source>Speak LANG this time: en, de.</source>
        <translation>Dieses Mal LANG sprechen: en, de.</translation>
    </message>
</context>
</TS>
