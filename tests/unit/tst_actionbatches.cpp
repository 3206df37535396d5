// SPDX-License-Identifier: GPL-3.0-or-later
// What is done to many rows: batch after batch, answered as a whole, whatever happens in between.
#include "core/client/actionbatches.h"

#include <QTest>

#include <vector>

using namespace mailhelm;

namespace
{

/// Asks nobody: the test answers, one batch after the other.
struct World {
    struct Asked {
        QList<RowId> ids;
        Answer<Outcomes> answer;
    };
    std::vector<Asked> asked;
    ActionBatches batches { [this](const Message &batch, const Answer<Outcomes> &answer) {
        asked.push_back({ std::get<Drop>(batch).ids, answer });
    } };
    QObject context;
    QList<Result<Outcomes>> answers;
    QList<qsizetype> progress; ///< outcomes at each

    ActionBatches::Job job(int ids, qsizetype batchSize = 10)
    {
        ActionBatches::Job job;
        for (int i = 1; i <= ids; ++i)
            job.ids.append(RowId(i));
        job.batchSize = batchSize;
        job.message = [](const QList<RowId> &batch) { return Drop { batch }; };
        job.context = &context;
        job.answer = [this](const Result<Outcomes> &answer) { answers.append(answer); };
        job.progress = [this](const Outcomes &soFar) { progress.append(soFar.targets.size()); };
        return job;
    }
    static Outcomes done(const QList<RowId> &ids)
    {
        Outcomes outcomes;
        for (const RowId id : ids)
            outcomes.targets.append({ id, Outcomes::Code::Done, {} });
        return outcomes;
    }
    /// The oldest batch that is not answered.
    void answerDone() { answer(done(asked[m_answered].ids)); }
    void answer(const Result<Outcomes> &result)
    {
        const Answer<Outcomes> answer = asked[m_answered++].answer; // it may ask for more
        answer(result);
    }

private:
    size_t m_answered = 0;
};

} // namespace

class TestActionBatches : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAsAWhole();
    void asksOneAfterTheOther();
    void asksForNothingToo();
    void aBatchThatFailsIsRefusedWithTheReason();
    void anErrorWhereNothingWasDone();
    void stopsAfterTheBatchUnderWay();
    void stopsFromItsProgress();
    void cancelledItSaysNothing();
    void nobodyIsAnsweredWhoIsGone();
    void jobsAreApart();
    void whoIsAnsweredMayAskAgain();
};

void TestActionBatches::answersAsAWhole()
{
    World world;
    world.batches.start(1, world.job(25));
    for (int i = 0; i < 3; ++i)
        world.answerDone();
    QCOMPARE(world.asked.size(), size_t(3));
    QCOMPARE(world.asked[2].ids, QList<RowId>({ 21, 22, 23, 24, 25 }));
    QCOMPARE(world.answers.size(), 1);
    QVERIFY(world.answers[0].ok());
    QCOMPARE(world.answers[0].value().targets.size(), 25);
    QCOMPARE(world.answers[0].value().targets.last().id, RowId(25));
    QCOMPARE(world.progress, QList<qsizetype>({ 10, 20 })); // the last batch is the answer
}

void TestActionBatches::asksOneAfterTheOther()
{
    World world;
    world.batches.start(1, world.job(25));
    QCOMPARE(world.asked.size(), size_t(1));
    world.answerDone();
    QCOMPARE(world.asked.size(), size_t(2));
}

void TestActionBatches::asksForNothingToo()
{
    World world;
    world.batches.start(1, world.job(0));
    QCOMPARE(world.asked.size(), size_t(1)); // whether one may is the agent's to say
    world.answer(Error { ErrorCode::PermissionDenied, QStringLiteral("not you") });
    QCOMPARE(world.answers[0].error().code, ErrorCode::PermissionDenied);
}

void TestActionBatches::aBatchThatFailsIsRefusedWithTheReason()
{
    World world;
    world.batches.start(1, world.job(30));
    world.answerDone();
    world.answer(Error { ErrorCode::TimedOut, QStringLiteral("no answer") });
    world.answerDone(); // the others are tried all the same
    QCOMPARE(world.answers.size(), 1);
    const QList<Outcomes::Target> targets = world.answers[0].value().targets;
    QCOMPARE(targets.size(), 30);
    for (int i = 0; i < 30; ++i) {
        QCOMPARE(targets[i].id, RowId(i + 1));
        QCOMPARE(targets[i].code, i / 10 == 1 ? Outcomes::Code::Refused : Outcomes::Code::Done);
        QCOMPARE(targets[i].why, i / 10 == 1 ? QByteArray("no answer") : QByteArray());
    }
}

void TestActionBatches::anErrorWhereNothingWasDone()
{
    World world;
    world.batches.start(1, world.job(20));
    world.answer(Error { ErrorCode::TimedOut, QStringLiteral("no answer") });
    world.answer(Error { ErrorCode::Unavailable, QStringLiteral("gone") });
    QCOMPARE(world.answers.size(), 1);
    QCOMPARE(world.answers[0].error().code, ErrorCode::Unavailable);
    QCOMPARE(world.progress, QList<qsizetype>({ 10 })); // refused ones are outcomes
}

void TestActionBatches::stopsAfterTheBatchUnderWay()
{
    World world;
    world.batches.start(1, world.job(100));
    world.answerDone();
    world.batches.stop(1);
    QVERIFY(world.answers.isEmpty());
    world.answerDone();
    QCOMPARE(world.asked.size(), size_t(2));
    QCOMPARE(world.answers.size(), 1);
    QCOMPARE(world.answers[0].value().targets.size(), 20);
    world.batches.stop(1); // over: nothing
    world.batches.stop(7);
}

void TestActionBatches::stopsFromItsProgress()
{
    World world;
    ActionBatches::Job job = world.job(100);
    job.progress = [&](const Outcomes &) { world.batches.stop(1); };
    world.batches.start(1, job);
    world.answerDone();
    QCOMPARE(world.asked.size(), size_t(1));
    QCOMPARE(world.answers.size(), 1);
    QCOMPARE(world.answers[0].value().targets.size(), 10);

    World other;
    job = other.job(100);
    job.progress = [&](const Outcomes &) { other.batches.cancel(1); };
    other.batches.start(1, job);
    other.answerDone();
    QCOMPARE(other.asked.size(), size_t(1));
    QVERIFY(other.answers.isEmpty());
}

void TestActionBatches::cancelledItSaysNothing()
{
    World world;
    world.batches.start(1, world.job(30));
    world.answerDone();
    world.batches.cancel(1);
    world.answerDone();
    QCOMPARE(world.asked.size(), size_t(2));
    QVERIFY(world.answers.isEmpty());
    QCOMPARE(world.progress.size(), 1);
}

void TestActionBatches::nobodyIsAnsweredWhoIsGone()
{
    World world;
    auto context = std::make_unique<QObject>();
    ActionBatches::Job job = world.job(30);
    job.context = context.get();
    world.batches.start(1, job);
    context.reset();
    for (int i = 0; i < 3; ++i)
        world.answerDone(); // what was agreed to is done
    QVERIFY(world.answers.isEmpty());
    QVERIFY(world.progress.isEmpty());
}

void TestActionBatches::jobsAreApart()
{
    World world;
    world.batches.start(1, world.job(20));
    world.batches.start(2, world.job(5));
    world.answerDone(); // of the first
    world.answerDone(); // of the second, which is done
    QCOMPARE(world.answers.size(), 1);
    QCOMPARE(world.answers[0].value().targets.size(), 5);
    world.answerDone();
    QCOMPARE(world.answers.size(), 2);
    QCOMPARE(world.answers[1].value().targets.size(), 20);
}

void TestActionBatches::whoIsAnsweredMayAskAgain()
{
    World world;
    ActionBatches::Job job = world.job(5);
    job.answer = [&](const Result<Outcomes> &) { world.batches.start(1, world.job(7)); };
    world.batches.start(1, job);
    world.answerDone();
    world.answerDone();
    QCOMPARE(world.answers.size(), 1);
    QCOMPARE(world.answers[0].value().targets.size(), 7);
}

QTEST_GUILESS_MAIN(TestActionBatches)
#include "tst_actionbatches.moc"
