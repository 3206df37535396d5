// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/fakebackend.h"
#include "views/mainwindow.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;
using namespace Qt::StringLiterals;

class TestMainWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void showsRows()
    {
        QTemporaryDir home;
        QSettings settings(home.filePath(u"console.ini"_s), QSettings::IniFormat);
        SystemClock clock;
        FakeBackend backend(clock);
        backend.addLive(u"mx1"_s);
        backend.fill(480);
        MainWindow window(backend, settings);
        window.show();
        QTRY_VERIFY(QTest::qWaitForWindowExposed(&window));
        QTest::qWait(400);
        if (qEnvironmentVariableIsSet("MAILHELM_SHOT"))
            window.grab().save(qEnvironmentVariable("MAILHELM_SHOT"));
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
