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
        <source>%n days</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::ActionLog</name>
    <message numerus="yes">
        <source>%n account(s) as before</source>
        <translation>
            <numerusform>%n account as before</numerusform>
            <numerusform>%n accounts as before</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mailhelm::ConnectionsPage</name>
    <message numerus="yes">
        <source>%n clients have connected again</source>
        <translation>
            <numerusform>%n client has connected again</numerusform>
            <numerusform>%n clients have connected again</numerusform>
        </translation>
    </message>
</context>
</TS>
