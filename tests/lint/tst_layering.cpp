// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lint/sources.h"

#include <map>

/// Who may include whom: docs/ARCHITECTURE.md in a form that fails. A folder may include itself and what is listed.
class LayeringTest : public QObject
{
    Q_OBJECT

    struct Rule {
        QStringList own; ///< our folders
        QByteArrayList qt; ///< Qt modules beyond Core
    };

    static const std::map<QString, Rule> &rules()
    {
        using L = QStringList;
        static const std::map<QString, Rule> all {
            { QStringLiteral("core/base"), { L {}, {} } },
            { QStringLiteral("core/table"), { L { QStringLiteral("core/base") }, {} } },
            { QStringLiteral("core/protocol"),
                { L { QStringLiteral("core/base"), QStringLiteral("core/table") }, {} } },
            { QStringLiteral("core/history"),
                { L { QStringLiteral("core/base"), QStringLiteral("core/table"), QStringLiteral("core/protocol") },
                    { "Sql" } } },
            { QStringLiteral("core/net"),
                { L { QStringLiteral("core/base"), QStringLiteral("core/protocol") }, { "Network" } } },
            { QStringLiteral("core/mail"), { L { QStringLiteral("core/base"), QStringLiteral("core/protocol") }, {} } },
            { QStringLiteral("core/agent/sources"),
                { L { QStringLiteral("core/base"), QStringLiteral("core/agent/observations.h") },
                    { "Network", "Sql" } } },
            { QStringLiteral("core/agent"),
                { L { QStringLiteral("core/base"), QStringLiteral("core/table"), QStringLiteral("core/protocol"),
                      QStringLiteral("core/history"), QStringLiteral("core/net"), QStringLiteral("core/mail"),
                      QStringLiteral("core/agent/sources") },
                    { "Network", "Sql" } } },
            { QStringLiteral("core/client"),
                { L { QStringLiteral("core/base"), QStringLiteral("core/table"), QStringLiteral("core/protocol"),
                      QStringLiteral("core/history"), QStringLiteral("core/net") },
                    { "Network", "Sql" } } },
            { QStringLiteral("models"),
                { L { QStringLiteral("core/base"), QStringLiteral("core/table") }, { "Gui" } } },
            { QStringLiteral("views"),
                { L { QStringLiteral("core/base"), QStringLiteral("core/table"), QStringLiteral("models") },
                    { "Gui", "Widgets", "Svg" } } },
            { QStringLiteral("app/common"), { L {}, {} } },
            { QStringLiteral("app/agent"),
                { L { QStringLiteral("core"), QStringLiteral("app/common") }, { "Network" } } },
            { QStringLiteral("app/mail"),
                { L { QStringLiteral("core/base"), QStringLiteral("core/protocol"), QStringLiteral("core/mail") },
                    {} } },
            { QStringLiteral("app/ctl"),
                { L { QStringLiteral("core/base"), QStringLiteral("core/table"), QStringLiteral("core/protocol"),
                      QStringLiteral("core/net"), QStringLiteral("core/client"), QStringLiteral("app/common") },
                    { "Network", "Sql" } } },
            { QStringLiteral("app/console"),
                { L { QStringLiteral("core/base"), QStringLiteral("core/table"), QStringLiteral("core/protocol"),
                      QStringLiteral("core/net"), QStringLiteral("core/client"), QStringLiteral("models"),
                      QStringLiteral("views"), QStringLiteral("app/common") },
                    { "Gui", "Widgets", "Network", "Sql", "Svg" } } },
        };
        return all;
    }

    static QString layerOf(const QString &file)
    {
        QString best;
        for (const auto &rule : rules())
            if (file.startsWith(rule.first + QLatin1Char('/')) && rule.first.size() > best.size())
                best = rule.first;
        return best;
    }

    /// Where a Qt class lives, by asking the include folders that the compiler is given.
    static QByteArray qtModuleOf(const QByteArray &header)
    {
        for (const char *module : { "Network", "Sql", "Gui", "Widgets", "Svg", "Test", "Concurrent", "Xml", "DBus" })
            if (QFile::exists(QStringLiteral(MAILHELM_QT_INCLUDE "/Qt%1/%2")
                                  .arg(QString::fromLatin1(module), QString::fromLatin1(header))))
                return module;
        return {};
    }

private Q_SLOTS:
    void everyFileHasALayer()
    {
        for (const QString &file : sourceFiles(
                 { QStringLiteral("core"), QStringLiteral("models"), QStringLiteral("views"), QStringLiteral("app") }))
            QVERIFY2(!layerOf(file).isEmpty(), qPrintable(file));
    }

    void includesKeepTheLayers()
    {
        QStringList broken;
        int seen = 0;
        for (const QString &file : sourceFiles({ QStringLiteral("core"), QStringLiteral("models"),
                 QStringLiteral("views"), QStringLiteral("app") })) {
            const QString layer = layerOf(file);
            const Rule &rule = rules().at(layer);
            for (const QByteArray &line : linesOf(file)) {
                if (!line.startsWith("#include "))
                    continue;
                ++seen;
                const QByteArray header = line.mid(10, line.lastIndexOf(line.contains('<') ? '>' : '"') - 10);
                if (line.contains('"')) {
                    const QString target = QString::fromUtf8(header);
                    const QString targetLayer = layerOf(target);
                    const bool allowed = targetLayer == layer
                        || std::any_of(rule.own.begin(), rule.own.end(), [&](const QString &may) {
                               return target == may || target.startsWith(may + QLatin1Char('/'));
                           });
                    // core/agent may be meant by "core/agent/observations.h" alone.
                    if (!allowed && (target.contains(QLatin1Char('/'))))
                        broken.append(file + QStringLiteral(" includes ") + target);
                } else if (header.startsWith('Q')) {
                    const QByteArray module = qtModuleOf(header);
                    if (!module.isEmpty() && !rule.qt.contains(module))
                        broken.append(
                            file + QStringLiteral(" includes ") + QString::fromUtf8(header + " of Qt" + module));
                }
            }
        }
        QVERIFY(seen > 500);
        QVERIFY2(broken.isEmpty(), qPrintable(QLatin1Char('\n') + broken.join(QLatin1Char('\n'))));
    }

    void aWrongIncludeWouldBeSeen()
    {
        QCOMPARE(qtModuleOf("QSslSocket"), QByteArray("Network"));
        QCOMPARE(qtModuleOf("QWidget"), QByteArray("Widgets"));
        QCOMPARE(qtModuleOf("QByteArray"), QByteArray());
        QCOMPARE(layerOf(QStringLiteral("core/agent/sources/x.h")), QStringLiteral("core/agent/sources"));
        QVERIFY(!rules().at(QStringLiteral("core/client")).own.contains(QStringLiteral("core/agent")));
    }
};

QTEST_GUILESS_MAIN(LayeringTest)
#include "tst_layering.moc"
