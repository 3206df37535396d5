// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/dispatcher.h"

#include "samplemessages.h"

#include <QSet>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;

namespace
{

class FakeActions : public Actions
{
public:
    void refresh(TableId, std::function<void()> done) override
    {
        called.append("refresh");
        done();
    }
    QList<Outcomes::Target> drop(const QList<RowId> &ids, const Admin &by, const Endpoint &) override
    {
        called.append("drop");
        droppedBy = by;
        pendingInStore = store->newest(10'000).value().size();
        QList<Outcomes::Target> targets;
        for (const RowId id : ids)
            targets.append({ id, Outcomes::Code(id % 3), id % 3 == 2 ? QByteArray("why") : QByteArray() });
        return targets;
    }
    void endSessions(const QList<RowId> &ids, Answered answered) override { answer("end", ids, answered); }
    void setAccounts(AccountChange, const QList<RowId> &ids, Answered answered) override
    {
        answer("set", ids, answered);
    }
    void deleteAccounts(const QList<RowId> &ids, const QByteArray &, const Admin &by, Answered answered) override
    {
        deletedBy = by;
        answer("delete", ids, answered);
    }
    void restoreAccounts(const QList<RowId> &ids, Answered answered) override { answer("restore", ids, answered); }
    [[nodiscard]] QByteArray describe(TableId, RowId id) const override { return "row " + QByteArray::number(id); }
    void journal(RowId, std::function<void(Result<QList<QByteArray>>)> done) override
    {
        called.append("journal");
        done(Error { ErrorCode::NotFound, QStringLiteral("nothing") });
    }
    [[nodiscard]] StatusReport status() const override
    {
        called.append("status");
        return {};
    }

    void answer(const QByteArray &action, const QList<RowId> &ids, const Answered &answered)
    {
        called.append(action);
        pendingInStore = store->newest(10'000).value().size();
        QList<Outcomes::Target> targets;
        for (const RowId id : ids)
            targets.append({ id, Outcomes::Code::Done, {} });
        if (later)
            waiting = [answered, targets] { answered(targets); };
        else
            answered(targets);
    }

    mutable QList<QByteArray> called;
    bool later = false; ///< answer when `waiting` is called
    std::function<void()> waiting;
    Admin droppedBy;
    Admin deletedBy;
    qsizetype pendingInStore = 0;
    Store *store = nullptr;
};

/// Every type of message that there is, the ones for clients included.
QList<Message> everyMessage()
{
    QList<Message> messages;
    for (const Envelope &envelope : sampleMessages())
        messages.append(envelope.message);
    messages.append(ChangeSet());
    QSet<size_t> kinds;
    for (const Message &message : std::as_const(messages))
        kinds.insert(message.index());
    if (kinds.size() != qsizetype(std::variant_size_v<Message>))
        qFatal("a message has no sample: add one, and its right below");
    return messages;
}

/// The rights as the design has them, written down a second time: by what a message does.
std::optional<Role> expectedRole(const Message &message)
{
    if (std::holds_alternative<Enrol>(message))
        return Role::None;
    if (std::holds_alternative<Hello>(message) || std::holds_alternative<Subscribe>(message)
        || std::holds_alternative<Unsubscribe>(message) || std::holds_alternative<Refresh>(message)
        || std::holds_alternative<Journal>(message) || std::holds_alternative<Status>(message)
        || std::holds_alternative<History>(message) || std::holds_alternative<Ping>(message))
        return Role::Viewer;
    if (std::holds_alternative<Drop>(message) || std::holds_alternative<End>(message))
        return Role::Operator;
    if (std::holds_alternative<SetAccount>(message))
        return Role::Manager;
    if (std::holds_alternative<Delete>(message) || std::holds_alternative<Restore>(message))
        return Role::Owner;
    return std::nullopt;
}

QByteArray nameOf(const Message &message)
{
    const auto names = { "Welcome", "Hello", "Enrol", "Subscribe", "Unsubscribe", "Refresh", "Drop", "End",
        "SetAccount", "Delete", "Restore", "History", "Journal", "Status", "Ping", "Done", "Outcomes", "Failed",
        "JournalLines", "StatusReport", "Pong", "Farewell", "HistoryDone", "ChangeSet" };
    return *(names.begin() + message.index());
}

} // namespace

/// The one place where a request meets a right.
class TestDispatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void theMatrix_data();
    void theMatrix();
    void refusedActionsAreAudited();
    void dropsAreAudited();
    void whatTakesItsTimeIsAuditedBeforeAndAfter();
    void eachChangeOfAnAccountHasItsName();
    void noAuditNoDrop();
    void howManyAtOnce();

private:
    Admin admin(Role role) const { return { "erika", role, {}, 0 }; }
    /// The one answer.
    Message ask(const Message &message, Role role)
    {
        QList<Message> answers;
        m_dispatcher->handle(message, admin(role), {}, [&](const Message &answer) { answers.append(answer); });
        if (answers.size() != 1)
            qFatal("%d answers", int(answers.size()));
        return answers.first();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    ManualClock m_clock;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<Registry> m_registry;
    std::unique_ptr<Audit> m_audit;
    std::unique_ptr<FakeActions> m_actions;
    std::unique_ptr<Dispatcher> m_dispatcher;
};

void TestDispatcher::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_store = std::make_unique<Store>();
    QVERIFY(m_store->open(m_folder->path()));
    m_registry = std::make_unique<Registry>(7, RowIds("boot", QByteArray(32, 'k')));
    m_audit = std::make_unique<Audit>(*m_store, *m_registry, m_clock);
    m_actions = std::make_unique<FakeActions>();
    m_actions->store = m_store.get();
    m_dispatcher = std::make_unique<Dispatcher>(*m_actions, *m_audit);
}

void TestDispatcher::theMatrix_data()
{
    QTest::addColumn<int>("message");
    QTest::addColumn<int>("role");
    const QList<Message> messages = everyMessage();
    for (qsizetype i = 0; i < messages.size(); ++i)
        for (const Role role : { Role::None, Role::Viewer, Role::Operator, Role::Manager, Role::Owner })
            QTest::addRow("%s, %s", nameOf(messages[i]).constData(), roleName(role).data()) << int(i) << int(role);
}

void TestDispatcher::theMatrix()
{
    QFETCH(int, message);
    QFETCH(int, role);
    const Message sent = everyMessage()[message];
    const std::optional<Role> least = expectedRole(sent);
    QCOMPARE(Dispatcher::leastRole(sent), least);
    const Message answer = ask(sent, Role(role));
    const auto *failed = std::get_if<Failed>(&answer);
    const bool isAction = std::holds_alternative<Refresh>(sent) || std::holds_alternative<Journal>(sent)
        || std::holds_alternative<Status>(sent) || (least && *least >= Role::Operator);
    if (!least) {
        QVERIFY(failed);
        QCOMPARE(failed->code, ErrorCode::Refused);
    } else if (Role(role) < *least) {
        QVERIFY(failed);
        QCOMPARE(failed->code, ErrorCode::PermissionDenied);
        QVERIFY2(failed->why.contains(roleName(*least).toByteArray()), failed->why.constData());
    } else if (!isAction) {
        QVERIFY(failed); // the conversation itself is the peer's; here it has no meaning
        QCOMPARE(failed->code, ErrorCode::InvalidArgument);
    }
    const bool allowed = isAction && least && Role(role) >= *least;
    QCOMPARE(m_actions->called.size(), allowed ? 1 : 0);
    if (allowed)
        QVERIFY(!failed || failed->code == ErrorCode::NotFound); // the fake journal
}

void TestDispatcher::refusedActionsAreAudited()
{
    QVERIFY(std::holds_alternative<Failed>(ask(Drop { { 4 } }, Role::Viewer)));
    QVERIFY(std::holds_alternative<Failed>(ask(Drop { { 4, 5, 6 } }, Role::Viewer)));
    QVERIFY(std::holds_alternative<Failed>(ask(Refresh { TableId::Connections }, Role::None)));
    const QList<AuditEntry> entries = m_store->newest(10).value();
    QCOMPARE(entries.size(), 2); // looking is no action
    QCOMPARE(entries[0].admin, QByteArray("erika"));
    QCOMPARE(entries[0].action, QByteArray("drop"));
    QCOMPARE(entries[0].outcome, QByteArray("refused"));
    QVERIFY2(entries[0].target.contains("row 4"), entries[0].target.constData());
    QVERIFY(entries[0].detail.contains("operator"));
    QVERIFY2(
        entries[1].target.contains("row 4") && entries[1].target.contains("2 more"), entries[1].target.constData());
}

void TestDispatcher::dropsAreAudited()
{
    const Message answer = ask(Drop { { 3, 4, 5 } }, Role::Operator);
    const auto *outcomes = std::get_if<Outcomes>(&answer);
    QVERIFY(outcomes);
    QCOMPARE(outcomes->targets.size(), 3);
    QCOMPARE(m_actions->pendingInStore, 3); // written ahead
    const QList<AuditEntry> entries = m_store->newest(10).value();
    QCOMPARE(entries.size(), 3);
    const QList<QByteArray> expected { "done", "gone", "refused" };
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(entries[i].outcome, expected[i]);
        QVERIFY(entries[i].target.startsWith(rowIdToText(RowId(3 + i))));
        QVERIFY(entries[i].target.contains("row " + QByteArray::number(3 + i)));
    }
    QCOMPARE(entries[2].detail, QByteArray("why"));
}

void TestDispatcher::whatTakesItsTimeIsAuditedBeforeAndAfter()
{
    m_actions->later = true;
    QList<Message> answers;
    m_dispatcher->handle(Delete { { 3, 4 }, "left in May" }, admin(Role::Owner), {},
        [&](const Message &answer) { answers.append(answer); });
    QVERIFY(answers.isEmpty());
    QCOMPARE(m_actions->deletedBy.name, QByteArray("erika"));
    QCOMPARE(m_actions->pendingInStore, 2);
    for (const AuditEntry &entry : m_store->newest(10).value())
        QCOMPARE(entry.outcome, QByteArray("pending"));
    m_actions->waiting();
    QCOMPARE(answers.size(), 1);
    QCOMPARE(std::get<Outcomes>(answers.first()).targets.size(), 2);
    for (const AuditEntry &entry : m_store->newest(10).value()) {
        QCOMPARE(entry.action, QByteArray("delete"));
        QCOMPARE(entry.outcome, QByteArray("done"));
        QCOMPARE(entry.detail, QByteArray("reason: left in May"));
    }
}

void TestDispatcher::eachChangeOfAnAccountHasItsName()
{
    for (const AccountChange change : { AccountChange::Enable, AccountChange::Block, AccountChange::Disable })
        ask(SetAccount { change, { 3 } }, Role::Manager);
    QList<QByteArray> actions;
    for (const AuditEntry &entry : m_store->newest(10).value())
        actions.append(entry.action);
    QCOMPARE(actions, (QList<QByteArray> { "enable", "block", "disable" }));
}

void TestDispatcher::noAuditNoDrop()
{
    m_store = std::make_unique<Store>(); // never opened: nothing can be written
    m_audit = std::make_unique<Audit>(*m_store, *m_registry, m_clock);
    m_dispatcher = std::make_unique<Dispatcher>(*m_actions, *m_audit);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("QSqlQuery|QSqlDatabase")));
    const Message answer = ask(Drop { { 3 } }, Role::Owner);
    const auto *failed = std::get_if<Failed>(&answer);
    QVERIFY(failed);
    QCOMPARE(failed->code, ErrorCode::Io);
    QVERIFY2(failed->why.startsWith("Nothing was done"), failed->why.constData());
    QVERIFY(m_actions->called.isEmpty());
}

void TestDispatcher::howManyAtOnce()
{
    QList<RowId> ids;
    for (RowId id = 1; id <= 1000; ++id)
        ids.append(id);
    QVERIFY(std::holds_alternative<Outcomes>(ask(Drop { ids }, Role::Operator)));
    ids.append(1001);
    for (const QList<RowId> &wrong : { ids, QList<RowId>() }) {
        m_actions->called.clear();
        const Message answer = ask(Drop { wrong }, Role::Operator);
        QVERIFY(std::holds_alternative<Failed>(answer));
        QCOMPARE(std::get<Failed>(answer).code, ErrorCode::InvalidArgument);
        QVERIFY(m_actions->called.isEmpty());
    }
}

QTEST_GUILESS_MAIN(TestDispatcher)
#include "tst_dispatcher.moc"
