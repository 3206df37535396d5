// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/historypage.h"

#include "core/base/safetext.h"
#include "views/icons.h"
#include "views/messageline.h"
#include "views/plot.h"
#include "views/rowsview.h"
#include "views/viewtext.h"

#include <QAction>
#include <QComboBox>
#include <QDateTime>
#include <QDateTimeEdit>
#include <QLabel>
#include <QLocale>
#include <QSettings>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 HourUs = 3'600'000'000;
constexpr int Moments = 360;

/// Rows that were there at that moment: begun by then, and not over.
QString termAt(qint64 us)
{
    const auto text = [](qint64 at) {
        return QDateTime::fromMSecsSinceEpoch(at / 1000, Qt::UTC).toString(u"yyyy-MM-ddTHH:mm:ss'Z'"_s);
    };
    return u"(since<\"%1\" | since=?) (ended>\"%2\" | ended=?)"_s.arg(text(us + 1'000'000), text(us));
}

} // namespace

HistoryPage::HistoryPage(Backend &backend, QSettings &settings, QWidget *parent)
    : TablePage(backend, TableId::History, settings, parent)
    , m_span(new QComboBox(this))
    , m_time(new QDateTimeEdit(this))
    , m_all(new QToolButton(this))
    , m_line(plainLabel(QString(), this))
    , m_plot(new Plot(this))
{
    view().setAccessibleName(tr("Who was connected"));
    m_span->setObjectName(u"historySpan"_s);
    m_span->setAccessibleName(tr("Span of the history"));
    m_span->addItem(tr("Last hour"), HourUs);
    m_span->addItem(tr("Last day"), 24 * HourUs);
    m_span->addItem(tr("Last 7 days"), 7 * 24 * HourUs);
    m_span->setCurrentIndex(std::clamp(settings.value(u"history/span"_s, 1).toInt(), 0, 2));
    m_time->setObjectName(u"historyTime"_s);
    m_time->setAccessibleName(tr("Who was connected at"));
    m_time->setDisplayFormat(u"yyyy-MM-dd HH:mm:ss"_s);
    m_time->setCalendarPopup(true);
    m_all->setObjectName(u"historyAll"_s);
    m_all->setText(tr("All of the span"));
    m_all->setToolTip(tr("Shows everybody who was there at any time of it"));
    m_all->setAutoRaise(true);
    m_line->setObjectName(u"historyLine"_s);
    m_plot->setFixedHeight(fontMetrics().height() * 9);
    m_plot->setAccessibleName(tr("Connections over time; Enter shows who was there"));

    auto *bar = new QWidget(this);
    auto *layout = new QVBoxLayout(bar);
    layout->setContentsMargins(8, 2, 8, 4);
    layout->setSpacing(2);
    auto *row = new QHBoxLayout;
    QLabel *label = plainLabel(tr("Who was connected at:"), bar);
    label->setBuddy(m_time);
    row->addWidget(m_span);
    row->addSpacing(10);
    row->addWidget(label);
    row->addWidget(m_time);
    row->addWidget(m_all);
    row->addSpacing(10);
    row->addWidget(m_line, 1);
    layout->addLayout(row);
    layout->addWidget(m_plot);
    pageLayout()->insertWidget(1, bar);

    connect(m_span, &QComboBox::currentIndexChanged, this, [this](int index) {
        this->settings().setValue(u"history/span"_s, index);
        setMoment(std::nullopt);
        read();
    });
    connect(m_time, &QDateTimeEdit::dateTimeChanged, this,
        [this](const QDateTime &time) { setMoment(time.toMSecsSinceEpoch() * 1000); });
    connect(m_all, &QToolButton::clicked, this, [this] { setMoment(std::nullopt); });
    connect(m_plot, &Plot::momentActivated, this, [this](qint64 us) { setMoment(us); });
    connect(viewActions().constFirst(), &QAction::triggered, this, &HistoryPage::read);
    connect(this, &Page::countsChanged, this, &HistoryPage::updateLine);
    updateLine();
}

void HistoryPage::applyPreferences(const Preferences &preferences)
{
    TablePage::applyPreferences(preferences);
    model().setMarks(0, 0); // what is over neither comes nor goes
}

void HistoryPage::setServer(std::optional<quint16> server)
{
    TablePage::setServer(server);
    if (isVisible())
        read();
    else
        m_wasRead = false;
}

void HistoryPage::showEvent(QShowEvent *event)
{
    TablePage::showEvent(event);
    if (!m_wasRead)
        read();
}

void HistoryPage::read()
{
    if (m_reading) {
        m_again = true;
        return;
    }
    m_reading = m_wasRead = true;
    const qint64 span = m_span->currentData().toLongLong();
    const qint64 step = span / Moments;
    const qint64 to = backend().clock().nowUs() / step * step + step;
    if (!m_moment) {
        const QSignalBlocker quiet(m_time);
        m_time->setDateTimeRange(
            QDateTime::fromMSecsSinceEpoch((to - 31 * 24 * HourUs) / 1000), QDateTime::fromMSecsSinceEpoch(to / 1000));
        m_time->setDateTime(QDateTime::fromMSecsSinceEpoch(to / 1000));
    }
    m_line->setText(tr("Reading…"));
    backend().readHistory(server(), to - span, step, Moments + 1, this, [this](const Result<HistoryAnswer> &answer) {
        m_reading = false;
        if (!answer) {
            warn(tr("The history cannot be read: %1").arg(safeText(answer.error().detail)));
        } else {
            m_plot->setSeries(answer.value().counts);
            if (answer.value().problem.isEmpty())
                message().clear();
            else
                warn(tr("Not all of the history could be read: %1").arg(safeText(answer.value().problem)));
        }
        model().flush();
        updateLine();
        if (std::exchange(m_again, false))
            read();
    });
}

void HistoryPage::setMoment(std::optional<qint64> us)
{
    m_moment = us;
    if (us) {
        const QSignalBlocker quiet(m_time);
        m_time->setDateTime(QDateTime::fromMSecsSinceEpoch(*us / 1000));
    }
    const Result<Filter> filter = Filter::parse(us ? termAt(*us) : QString(), model().schema());
    setPageFilter(filter ? filter.value() : Filter());
    updateLine();
}

void HistoryPage::updateLine()
{
    const QString rows = QLocale().toString(model().rowCount());
    m_all->setEnabled(m_moment.has_value());
    m_line->setText(m_moment ? tr("At that moment: %1").arg(rows) : tr("In all of the span: %1").arg(rows));
}

EmptyState::Content HistoryPage::nothingThere() const
{
    if (m_moment)
        return { tr("Nobody was connected then"), tr("Or nobody watched: such spans are hatched in the curve."), {},
            {} };
    return { tr("Nobody was connected"), tr("Or nobody watched: such spans are hatched in the curve."), {}, {} };
}

} // namespace mailhelm
