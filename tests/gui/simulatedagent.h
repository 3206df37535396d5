// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

namespace mailhelm
{

/// A real agent, mailhelmd, that shows a mail host which is not there. Ends with this.
class SimulatedAgent
{
public:
    SimulatedAgent() = default;
    ~SimulatedAgent() { stop(); }
    Q_DISABLE_COPY_MOVE(SimulatedAgent)

    [[nodiscard]] static QString program() { return QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelmd"); }
    /// Empty where one can run here; else why not, for QSKIP.
    [[nodiscard]] static QString whyNotHere()
    {
        return QFile::exists(program()) ? QString()
                                        : QStringLiteral("needs the agent: build the target mailhelmd (Linux only)");
    }
    [[nodiscard]] bool isRunning() const { return m_process.state() != QProcess::NotRunning; }

    void start(int rows = 200)
    {
        if (!QFile::exists(config()))
            writeConfig();
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(program(),
            { QStringLiteral("--config"), config(), QStringLiteral("serve"), QStringLiteral("--simulate"),
                QString::number(rows) });
        QByteArray said;
        QTRY_VERIFY2((said += m_process.readAll()).contains("listening on"), said.constData());
    }
    void stop()
    {
        if (!isRunning())
            return;
        m_process.terminate();
        QVERIFY(m_process.waitForFinished(10'000));
    }
    /// A pairing link; the daemon hears of it a moment later.
    [[nodiscard]] QString enrol(const QString &name, const QString &role)
    {
        QProcess enroll;
        enroll.start(program(),
            { QStringLiteral("--config"), config(), QStringLiteral("enroll"), name, QStringLiteral("--role"), role });
        if (!enroll.waitForFinished())
            return {};
        static const QRegularExpression link(QStringLiteral("mailhelm://\\S+"));
        return link.match(QString::fromUtf8(enroll.readAllStandardOutput())).captured();
    }

private:
    [[nodiscard]] QString config() const { return m_folder.filePath(QStringLiteral("agent.toml")); }
    void writeConfig()
    {
        quint16 port = 0;
        {
            QTcpServer probe; // a port that is free right now
            for (port = 9740; port < 9780 && !probe.listen(QHostAddress::LocalHost, port); ++port) { }
        }
        QFile file(config());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QStringLiteral("[agent]\nlisten = [\"127.0.0.1:%1\"]\nadvertise = \"127.0.0.1:%1\"\nstate = "
                                  "\"%2\"\n[services]\nIMAPS = [993]\n")
                       .arg(QString::number(port), m_folder.filePath(QStringLiteral("state")))
                       .toUtf8());
    }

    QTemporaryDir m_folder;
    QProcess m_process;
};

} // namespace mailhelm
