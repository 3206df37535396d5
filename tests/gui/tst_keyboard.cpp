// SPDX-License-Identifier: GPL-3.0-or-later
// The run by keys alone over a made-up host. tst_keyboardlab does it over a real one.
#include "tests/gui/fakebackend.h"
#include "tests/gui/keyboardrun.h"

#include <QTest>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 Day = 86'400'000'000;

class FakeWorld : public KeyboardWorld
{
public:
    void start() override
    {
        m_backend.m_outcome = [this](RowKey row) {
            become(m_backend.m_acts.last().action, row);
            return RowOutcome { row, RowOutcome::Code::Done, {} };
        };
        QObject::connect(&m_backend, &Backend::serversChanged, &m_backend, [this] {
            if (!std::exchange(m_filled, true))
                fill();
        });
    }
    Backend &backend() override { return m_backend; }
    QString pairingLink() override { return u"mailhelm://mx1.example.org:6245/?pin=x&token=y"_s; }
    QString user() const override { return u"zoe@example.org"_s; }
    int connectionsOfUser() override
    {
        const Table &table = m_backend.rows(TableId::Connections).table();
        return int(table.slotOf({ 1, 9001 }) != Table::NoSlot) + int(table.slotOf({ 1, 9002 }) != Table::NoSlot);
    }
    QString webmailUser() const override { return u"user2@example.org"_s; }
    bool isInWebmail() override { return m_backend.rows(TableId::Webmail).table().slotOf({ 1, 3 }) != Table::NoSlot; }
    QStringList asleep() const override
    {
        return { u"asleep1@example.org"_s, u"asleep2@example.org"_s, u"asleep3@example.org"_s,
            u"asleep4@example.org"_s };
    }
    QString stateOf(const QString &account) override
    {
        const Table &table = m_backend.rows(TableId::Users).table();
        for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
            if (table.isLive(slot) && table.column(users::User).text(slot) == QByteArrayView(account.toUtf8()))
                return QString::fromUtf8(table.column(users::Enabled).text(slot).toByteArray());
        return {};
    }

private:
    void fill()
    {
        m_backend.fill(200);
        FakeTable &live = m_backend.rows(TableId::Connections);
        for (const RowId id : { 9001, 9002 })
            live.put({ 1, id },
                { { connections::User, QByteArray("zoe@example.org") }, { connections::Service, QByteArray("IMAPS") },
                    { connections::Protocol, QByteArray("imap") }, { connections::Secure, true },
                    { connections::Since, m_clock.nowUs() - qint64(id) * 1'000'000 } });
        live.publish();
        m_backend.fillSessions(20);
        FakeTable &accounts = m_backend.rows(TableId::Users);
        for (int i = 0; i < 30; ++i) {
            const bool sleeps = i % 7 == 1 && i < 28;
            const QByteArray name = sleeps ? "asleep" + QByteArray::number(i / 7 + 1) : "user" + QByteArray::number(i);
            accounts.put({ 1, RowId(i + 1) },
                { { users::User, name + "@example.org" }, { users::Enabled, QByteArray("active") },
                    { users::Created, m_clock.nowUs() - 900 * Day },
                    { users::WatchedSince, m_clock.nowUs() - 800 * Day },
                    { users::LastLogin, m_clock.nowUs() - (sleeps ? 400 + i : 1 + 11 * i) * Day } });
        }
        accounts.publish();
    }
    /// What a host does.
    void become(RowAction action, RowKey row)
    {
        FakeTable &rows = m_backend.rows(action == RowAction::Drop ? TableId::Connections
                : action == RowAction::End                         ? TableId::Webmail
                                                                   : TableId::Users);
        if (action == RowAction::Drop || action == RowAction::End)
            rows.remove(row);
        else
            rows.put(row, { { users::Enabled, QByteArray(action == RowAction::Enable ? "active" : "disabled") } });
        rows.publish();
    }

    ManualClock m_clock;
    FakeBackend m_backend { m_clock };
    bool m_filled = false;
};

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    FakeWorld world;
    KeyboardRun run(world);
    return QTest::qExec(&run, argc, argv);
}
