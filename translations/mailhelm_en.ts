<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
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
            <numerusform>%n h</numerusform>
            <numerusform>%n h</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::AccountActions</name>
    <message numerus="yes">
        <source>%Ln connection(s)</source>
        <translation>
            <numerusform>%Ln connection</numerusform>
            <numerusform>%Ln connections</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln WebMail session(s)</source>
        <translation>
            <numerusform>%Ln WebMail session</numerusform>
            <numerusform>%Ln WebMail sessions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::ActionLog</name>
    <message numerus="yes">
        <source>%Ln account(s) as before</source>
        <translation>
            <numerusform>%Ln account as before</numerusform>
            <numerusform>%Ln accounts as before</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %Ln account(s) as before: %2</source>
        <translation>
            <numerusform>%1 of %Ln account as before: %2</numerusform>
            <numerusform>%1 of %Ln accounts as before: %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::ActionTexts</name>
    <message numerus="yes">
        <source>%Ln had already ended</source>
        <translation>
            <numerusform>%Ln had already ended</numerusform>
            <numerusform>%Ln had already ended</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln are there no more</source>
        <translation>
            <numerusform>%Ln is there no more</numerusform>
            <numerusform>%Ln are there no more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln connection(s) on %1?</source>
        <translation>
            <numerusform>Drop %Ln connection on %1?</numerusform>
            <numerusform>Drop %Ln connections on %1?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln connection(s)</source>
        <translation>
            <numerusform>Drop %Ln connection</numerusform>
            <numerusform>Drop %Ln connections</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Dropping %Ln connection(s)</source>
        <translation>
            <numerusform>Dropping %Ln connection</numerusform>
            <numerusform>Dropping %Ln connections</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln dropped</source>
        <translation>
            <numerusform>%Ln dropped</numerusform>
            <numerusform>%Ln dropped</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not dropped</source>
        <translation>
            <numerusform>%Ln not dropped</numerusform>
            <numerusform>%Ln not dropped</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>End %Ln WebMail session(s) on %1?</source>
        <translation>
            <numerusform>End %Ln WebMail session on %1?</numerusform>
            <numerusform>End %Ln WebMail sessions on %1?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>End %Ln session(s)</source>
        <translation>
            <numerusform>End %Ln session</numerusform>
            <numerusform>End %Ln sessions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Ending %Ln session(s)</source>
        <translation>
            <numerusform>Ending %Ln session</numerusform>
            <numerusform>Ending %Ln sessions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln ended</source>
        <translation>
            <numerusform>%Ln ended</numerusform>
            <numerusform>%Ln ended</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not ended</source>
        <translation>
            <numerusform>%Ln not ended</numerusform>
            <numerusform>%Ln not ended</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Enable %Ln account(s) on %1?</source>
        <translation>
            <numerusform>Enable %Ln account on %1?</numerusform>
            <numerusform>Enable %Ln accounts on %1?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Enable %Ln account(s)</source>
        <translation>
            <numerusform>Enable %Ln account</numerusform>
            <numerusform>Enable %Ln accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Enabling %Ln account(s)</source>
        <translation>
            <numerusform>Enabling %Ln account</numerusform>
            <numerusform>Enabling %Ln accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln enabled</source>
        <translation>
            <numerusform>%Ln enabled</numerusform>
            <numerusform>%Ln enabled</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not enabled</source>
        <translation>
            <numerusform>%Ln not enabled</numerusform>
            <numerusform>%Ln not enabled</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Block the login of %Ln account(s) on %1?</source>
        <translation>
            <numerusform>Block the login of %Ln account on %1?</numerusform>
            <numerusform>Block the login of %Ln accounts on %1?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Block %Ln login(s)</source>
        <translation>
            <numerusform>Block %Ln login</numerusform>
            <numerusform>Block %Ln logins</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Blocking the login of %Ln account(s)</source>
        <translation>
            <numerusform>Blocking the login of %Ln account</numerusform>
            <numerusform>Blocking the login of %Ln accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln blocked</source>
        <translation>
            <numerusform>%Ln blocked</numerusform>
            <numerusform>%Ln blocked</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not blocked</source>
        <translation>
            <numerusform>%Ln not blocked</numerusform>
            <numerusform>%Ln not blocked</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Disable %Ln account(s) on %1?</source>
        <translation>
            <numerusform>Disable %Ln account on %1?</numerusform>
            <numerusform>Disable %Ln accounts on %1?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Disable %Ln account(s)</source>
        <translation>
            <numerusform>Disable %Ln account</numerusform>
            <numerusform>Disable %Ln accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Disabling %Ln account(s)</source>
        <translation>
            <numerusform>Disabling %Ln account</numerusform>
            <numerusform>Disabling %Ln accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln disabled</source>
        <translation>
            <numerusform>%Ln disabled</numerusform>
            <numerusform>%Ln disabled</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not disabled</source>
        <translation>
            <numerusform>%Ln not disabled</numerusform>
            <numerusform>%Ln not disabled</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln account(s) on %1?</source>
        <translation>
            <numerusform>Delete %Ln account on %1?</numerusform>
            <numerusform>Delete %Ln accounts on %1?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln account(s)</source>
        <translation>
            <numerusform>Delete %Ln account</numerusform>
            <numerusform>Delete %Ln accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Deleting %Ln account(s)</source>
        <translation>
            <numerusform>Deleting %Ln account</numerusform>
            <numerusform>Deleting %Ln accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln deleted</source>
        <translation>
            <numerusform>%Ln deleted</numerusform>
            <numerusform>%Ln deleted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not deleted</source>
        <translation>
            <numerusform>%Ln not deleted</numerusform>
            <numerusform>%Ln not deleted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Restore %Ln account(s) on %1?</source>
        <translation>
            <numerusform>Restore %Ln account on %1?</numerusform>
            <numerusform>Restore %Ln accounts on %1?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Restore %Ln account(s)</source>
        <translation>
            <numerusform>Restore %Ln account</numerusform>
            <numerusform>Restore %Ln accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Restoring %Ln account(s)</source>
        <translation>
            <numerusform>Restoring %Ln account</numerusform>
            <numerusform>Restoring %Ln accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln restored</source>
        <translation>
            <numerusform>%Ln restored</numerusform>
            <numerusform>%Ln restored</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not restored</source>
        <translation>
            <numerusform>%Ln not restored</numerusform>
            <numerusform>%Ln not restored</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cannot be restored any more</source>
        <translation>
            <numerusform>%Ln cannot be restored any more</numerusform>
            <numerusform>%Ln cannot be restored any more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln left alone, as you cancelled</source>
        <translation>
            <numerusform>%Ln left alone, as you cancelled</numerusform>
            <numerusform>%Ln left alone, as you cancelled</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::ConfirmDialog</name>
    <message numerus="yes">
        <source>%Ln server(s)</source>
        <translation>
            <numerusform>%Ln server</numerusform>
            <numerusform>%Ln servers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::ConnectionsPage</name>
    <message numerus="yes">
        <source>&amp;Drop %Ln Connection(s)…</source>
        <translation>
            <numerusform>&amp;Drop %Ln Connection…</numerusform>
            <numerusform>&amp;Drop %Ln Connections…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::DeletedPage</name>
    <message numerus="yes">
        <source>&amp;Restore %Ln Account(s)…</source>
        <translation>
            <numerusform>&amp;Restore %Ln Account…</numerusform>
            <numerusform>&amp;Restore %Ln Accounts…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::DetailsPane</name>
    <message numerus="yes">
        <source>%Ln selected; shown is %1</source>
        <translation>
            <numerusform>%Ln selected; shown is %1</numerusform>
            <numerusform>%Ln selected; shown is %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::ExportDialog</name>
    <message numerus="yes">
        <source>%Ln row(s) written to %1.</source>
        <translation>
            <numerusform>%Ln row written to %1.</numerusform>
            <numerusform>%Ln rows written to %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::HistoryPreference</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::InactiveLine</name>
    <message numerus="yes">
        <source>Shown of %Ln account(s):</source>
        <translation>
            <numerusform>Shown of %Ln account:</numerusform>
            <numerusform>Shown of %Ln accounts:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::InactivePage</name>
    <message numerus="yes">
        <source>&amp;Enable %Ln Account(s)…</source>
        <translation>
            <numerusform>&amp;Enable %Ln Account…</numerusform>
            <numerusform>&amp;Enable %Ln Accounts…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Block %Ln Login(s)…</source>
        <translation>
            <numerusform>&amp;Block %Ln Login…</numerusform>
            <numerusform>&amp;Block %Ln Logins…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Disable %Ln Account(s)…</source>
        <translation>
            <numerusform>&amp;Disable %Ln Account…</numerusform>
            <numerusform>&amp;Disable %Ln Accounts…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>De&amp;lete %Ln Account(s)…</source>
        <translation>
            <numerusform>De&amp;lete %Ln Account…</numerusform>
            <numerusform>De&amp;lete %Ln Accounts…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln day(s)</source>
        <translation>
            <numerusform>%Ln day</numerusform>
            <numerusform>%Ln days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln month(s)</source>
        <translation>
            <numerusform>%Ln month</numerusform>
            <numerusform>%Ln months</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of %1 account(s) have not authenticated for</source>
        <translation>
            <numerusform>%Ln of %1 accounts has not authenticated for</numerusform>
            <numerusform>%Ln of %1 accounts have not authenticated for</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln account(s)</source>
        <translation>
            <numerusform>%Ln account</numerusform>
            <numerusform>%Ln accounts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::LinkLosses</name>
    <message numerus="yes">
        <source>Connection lost %Ln time(s) since the start, last at %1, for %2</source>
        <translation>
            <numerusform>Connection lost %Ln time since the start, last at %1, for %2</numerusform>
            <numerusform>Connection lost %Ln times since the start, last at %1, for %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::ListComparer</name>
    <message numerus="yes">
        <source>… and %Ln line(s) more.</source>
        <translation>
            <numerusform>… and %Ln line more.</numerusform>
            <numerusform>… and %Ln lines more.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::LiveDrop</name>
    <message numerus="yes">
        <source>Drop %Ln connection(s) and session(s) on %1?</source>
        <translation>
            <numerusform>Drop %Ln connection or session on %1?</numerusform>
            <numerusform>Drop %Ln connections and sessions on %1?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop all %Ln</source>
        <translation>
            <numerusform>Drop all %Ln</numerusform>
            <numerusform>Drop all %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln client(s) have connected again</source>
        <translation>
            <numerusform>%Ln client has connected again</numerusform>
            <numerusform>%Ln clients have connected again</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::RelatedRows</name>
    <message numerus="yes">
        <source>and %Ln more…</source>
        <translation>
            <numerusform>and %Ln more…</numerusform>
            <numerusform>and %Ln more…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Drop %Ln Connection(s) and Session(s)…</source>
        <translation>
            <numerusform>&amp;Drop %Ln Connection and Session…</numerusform>
            <numerusform>&amp;Drop %Ln Connections and Sessions…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;End %Ln Session(s)…</source>
        <translation>
            <numerusform>&amp;End %Ln Session…</numerusform>
            <numerusform>&amp;End %Ln Sessions…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Drop %Ln Connection(s)…</source>
        <translation>
            <numerusform>&amp;Drop %Ln Connection…</numerusform>
            <numerusform>&amp;Drop %Ln Connections…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::RowsView</name>
    <message numerus="yes">
        <source>%Ln row(s) selected</source>
        <translation>
            <numerusform>%Ln row selected</numerusform>
            <numerusform>%Ln rows selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::TablePage</name>
    <message numerus="yes">
        <source>The filter hides all %Ln rows</source>
        <translation>
            <numerusform>The filter hides all %Ln rows</numerusform>
            <numerusform>The filter hides all %Ln rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::ToolRow</name>
    <message numerus="yes">
        <source>%Ln change(s) waiting</source>
        <translation>
            <numerusform>%Ln change waiting</numerusform>
            <numerusform>%Ln changes waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::WebmailPage</name>
    <message numerus="yes">
        <source>&amp;End %Ln Session(s)…</source>
        <translation>
            <numerusform>&amp;End %Ln Session…</numerusform>
            <numerusform>&amp;End %Ln Sessions…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>There are %Ln session(s) that are not logged in; the menu ⋮ shows them.</source>
        <translation>
            <numerusform>There is %Ln session that is not logged in; the menu ⋮ shows it.</numerusform>
            <numerusform>There are %Ln sessions that are not logged in; the menu ⋮ shows them.</numerusform>
        </translation>
    </message>
</context>
</TS>
