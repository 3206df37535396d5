// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/texts.h"
#include "views/backend.h"

#include <QObject>
#include <QTemporaryDir>

#include <memory>

class QSettings;

namespace mailhelm
{

class MainWindow;
class TablePage;

/// The mail host behind a KeyboardRun: made up, or a real one.
class KeyboardWorld
{
public:
    virtual ~KeyboardWorld() = default;
    virtual void start() = 0; ///< fails the test where it cannot
    virtual void stop() { }
    virtual QString whyNotHere() { return {}; }
    [[nodiscard]] virtual Backend &backend() = 0;
    [[nodiscard]] virtual QString pairingLink() = 0; ///< of somebody who may do everything
    [[nodiscard]] virtual QString user() const = 0; ///< has two connections
    [[nodiscard]] virtual int connectionsOfUser() = 0; ///< as the host itself says
    [[nodiscard]] virtual QString webmailUser() const = 0; ///< has one session
    [[nodiscard]] virtual bool isInWebmail() = 0;
    [[nodiscard]] virtual QStringList asleep() const = 0; ///< accounts that nobody used for 12 months; four and more
    [[nodiscard]] virtual QString stateOf(const QString &account) = 0; ///< "active" …, as the host itself says
};

/// An administrator's first hour without a mouse: nothing but keys, from a console that knows no server to the export
/// of those who sleep. Each step is what the one before left.
class KeyboardRun : public QObject
{
    Q_OBJECT
public:
    explicit KeyboardRun(KeyboardWorld &world);
    ~KeyboardRun() override;

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void startsWithoutAServer();
    void addsTheServer();
    void findsTheConnectionsOfAUser();
    void dropsExactlyOne();
    void readsAndCopiesTheDetails();
    void endsAWebmailSession();
    void choosesAYear();
    void disablesThree();
    void bringsThemBack();
    void exportsTheList();
    void quits();
    void cleanupTestCase();

private:
    [[nodiscard]] TablePage *page() const;
    [[nodiscard]] QString said() const; ///< in the line below the table
    [[nodiscard]] QStringList usersShown() const; ///< in the order of the page; without those that are gone
    [[nodiscard]] QWidget *dialog(const char *name) const; ///< the one in front
    void focusIsSeen();
    void focusIsInTheTable();
    void confirm(const char *name, const QString &button);

    KeyboardWorld &m_world;
    Texts m_texts;
    QTemporaryDir m_home;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
    QStringList m_chosen; ///< the accounts that were disabled
    bool m_failed = false;
};

} // namespace mailhelm
