// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/arguments.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace mailhelm
{

using namespace Qt::StringLiterals;

Result<Arguments> Arguments::parse(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate("main", "Administration console for mail servers"));
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    const QCommandLineOption connectTo(
        u"connect"_s, QCoreApplication::translate("main", "Show the server called NAME."), u"NAME"_s);
    const QCommandLineOption tab(
        u"tab"_s, QCoreApplication::translate("main", "Show the page TAB: overview, connections, webmail …"), u"TAB"_s);
    const QCommandLineOption filter(
        u"filter"_s, QCoreApplication::translate("main", "Filter the rows of that page by EXPR."), u"EXPR"_s);
    const QCommandLineOption exportTo(u"export"_s,
        QCoreApplication::translate(
            "main", "Write the rows of that page to FILE: JSON where its name says so, else CSV."),
        u"FILE"_s);
    const QCommandLineOption quit(
        u"quit"_s, QCoreApplication::translate("main", "Quit, after what else was asked for; also the one that runs."));
    const QCommandLineOption screenshots(u"screenshots"_s,
        QCoreApplication::translate(
            "main", "Save pictures of the window and its dialogs in DIR, light and dark, and quit."),
        u"DIR"_s);
    const QCommandLineOption language(
        u"language"_s, QCoreApplication::translate("main", "Speak LANG this time: en, de."), u"LANG"_s);
    parser.addOptions({ connectTo, tab, filter, exportTo, quit, language, screenshots });
    if (!parser.parse(arguments))
        return Error { ErrorCode::InvalidArgument, parser.errorText() };
    if (!parser.positionalArguments().isEmpty())
        return Error { ErrorCode::InvalidArgument,
            QCoreApplication::translate("main", "“%1” is no option; --help lists them.")
                .arg(parser.positionalArguments().constFirst()) };
    Arguments out;
    out.help = parser.isSet(help) || parser.isSet(u"help-all"_s);
    out.helpText = parser.helpText();
    out.version = parser.isSet(version);
    out.connectTo = parser.value(connectTo);
    out.tab = parser.value(tab);
    out.filter = parser.value(filter);
    if (parser.isSet(exportTo))
        out.exportTo = QFileInfo(parser.value(exportTo)).absoluteFilePath();
    out.quit = parser.isSet(quit);
    out.language = parser.value(language);
    out.screenshots = parser.value(screenshots);
    return out;
}

QStringList Arguments::toList() const
{
    QStringList list { u"mailhelm"_s };
    const auto add = [&](const QString &name, const QString &value) {
        if (!value.isEmpty())
            list.append(u"--%1=%2"_s.arg(name, value));
    };
    add(u"connect"_s, connectTo);
    add(u"tab"_s, tab);
    add(u"filter"_s, filter);
    add(u"export"_s, exportTo);
    if (quit)
        list.append(u"--quit"_s);
    return list;
}

} // namespace mailhelm
