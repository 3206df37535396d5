// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/historypage.h"

#include "core/base/safetext.h"
#include "views/columnstate.h"
#include "views/icons.h"
#include "views/messageline.h"
#include "views/pagetexts.h"
#include "views/plot.h"
#include "views/plotpicture.h"
#include "views/preferences.h"
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
constexpr qint64 Second = 1'000'000;
constexpr qint64 OldestUs = 3660 * 24 * HourUs; // as long as a history is ever kept

/// Rows that were there at that moment: begun by then, and not over.
QString termAt(qint64 us)
{
    const auto text = [](qint64 at) {
        return QDateTime::fromMSecsSinceEpoch(at / 1000, Qt::UTC).toString(u"yyyy-MM-ddTHH:mm:ss'Z'"_s);
    };
    return u"(since<\"%1\" | since=?) (ended>\"%2\" | ended=?)"_s.arg(text(us + Second), text(us));
}

} // namespace

HistoryPage::HistoryPage(Backend &backend, QSettings &settings, QWidget *parent)
    : TablePage(backend, TableId::History, settings, parent)
    , m_save(new QAction(icon(Symbol::Export), tr("Save Picture of the Cur&ve…"), this))
    , m_span(new QComboBox(this))
    , m_time(new QDateTimeEdit(this))
    , m_all(new QToolButton(this))
    , m_line(plainLabel(QString(), this))
    , m_plot(new Plot(this))
    , m_readUs(backend.clock().nowUs())
{
    view().setAccessibleName(tr("Who was connected"));
    columns().setDefaults({ "since", "ended", "lasted", "service", "secure", "address", "user", "info", "server" },
        "since", Qt::DescendingOrder);
    m_save->setObjectName(u"savePictureAction"_s);
    connect(m_save, &QAction::triggered, this,
        [this] { PlotPicture::choose(this, u"history.png"_s, [this](const QString &file) { savePicture(file); }); });
    m_span->setObjectName(u"historySpan"_s);
    m_span->setAccessibleName(tr("Span of the history"));
    m_span->addItem(tr("One hour"), HourUs);
    m_span->addItem(tr("One day"), 24 * HourUs);
    m_span->addItem(tr("7 days"), 7 * 24 * HourUs);
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
    auto *save = new QToolButton(bar);
    save->setObjectName(u"savePicture"_s);
    save->setDefaultAction(m_save);
    save->setAutoRaise(true);
    save->setToolTip(tr("Save the curve as PNG or SVG"));
    save->setAccessibleName(tr("Save picture"));
    row->addWidget(save);
    layout->addLayout(row);
    layout->addWidget(m_plot);
    pageLayout()->insertWidget(1, bar);

    connect(m_span, &QComboBox::currentIndexChanged, this, [this](int index) {
        this->settings().setValue(u"history/span"_s, index);
        setMoment(std::nullopt);
        read();
    });
    connect(m_time, &QDateTimeEdit::dateTimeChanged, this, [this] { setMoment(chosenTime()); });
    connect(m_all, &QToolButton::clicked, this, [this] { setMoment(std::nullopt); });
    connect(m_plot, &Plot::momentActivated, this, [this](qint64 us) { setMoment(us); });
    connect(viewActions().constFirst(), &QAction::triggered, this, &HistoryPage::read);
    connect(&backend, &Backend::serverChanged, this, [this](quint16 number) {
        // Whoever could not be asked before can be now.
        for (const ServerStatus &status : shownServers())
            if (m_incomplete && isVisible() && status.number == number && status.state == LinkState::Live)
                read();
    });
    connect(this, &Page::countsChanged, this, &HistoryPage::updateLine);
    updateLine();
}

void HistoryPage::applyPreferences(const Preferences &preferences)
{
    TablePage::applyPreferences(preferences);
    model().setMarks(0, 0); // what is over neither comes nor goes
    m_serverTimes = preferences.values().serverTimes;
    m_plot->setUtcOffset(utcOffset());
    showTime(m_moment.value_or(m_readUs));
}

std::optional<int> HistoryPage::utcOffset() const
{
    const QList<ServerStatus> shown = shownServers();
    return m_serverTimes && shown.size() == 1 ? shown.first().utcOffset : std::nullopt;
}

/// Of what comes nobody can be asked yet: never rounded up.
qint64 HistoryPage::nowUs() const
{
    return backend().clock().nowUs() / Second * Second;
}

void HistoryPage::showTime(qint64 us)
{
    const std::optional<int> offset = utcOffset();
    const auto wall = [&](qint64 at) {
        return offset ? QDateTime::fromMSecsSinceEpoch(at / 1000 + *offset * 1000LL, Qt::UTC)
                      : QDateTime::fromMSecsSinceEpoch(at / 1000);
    };
    const QSignalBlocker quiet(m_time);
    m_time->setTimeSpec(offset ? Qt::UTC : Qt::LocalTime);
    m_time->setDateTimeRange(wall(nowUs() - OldestUs), wall(nowUs()));
    m_time->setDateTime(wall(us));
}

qint64 HistoryPage::chosenTime() const
{
    return m_time->dateTime().toMSecsSinceEpoch() * 1000 - qint64(utcOffset().value_or(0)) * Second;
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
    m_incomplete = false;
    const qint64 span = m_span->currentData().toLongLong();
    const qint64 step = span / Moments;
    const qint64 now = nowUs();
    m_readUs = m_moment && *m_moment < now - span ? std::min(now, *m_moment + span / 2) : now;
    m_elsewhere = m_readUs != now;
    m_plot->setUtcOffset(utcOffset());
    m_plot->setSubject(PageTexts::subject(shownServers()));
    showTime(m_moment.value_or(m_readUs));
    m_line->setText(tr("Reading…"));
    backend().readHistory(server(), m_readUs - span, step, Moments + 1, this,
        [this](const Result<HistoryAnswer> &answer) { onRead(answer); });
}

void HistoryPage::onRead(const Result<HistoryAnswer> &answer)
{
    m_reading = false;
    if (!answer) {
        warn(tr("The history cannot be read: %1").arg(safeText(answer.error().detail)));
    } else {
        m_plot->setSeries(answer.value().counts);
        m_incomplete = !answer.value().problem.isEmpty();
        if (m_incomplete)
            warn(tr("Not all of the history could be read: %1").arg(safeText(answer.value().problem)));
        else
            message().clear();
    }
    model().flush();
    updateLine();
    if (std::exchange(m_again, false))
        read();
}

void HistoryPage::savePicture(const QString &file)
{
    const bool saved = PlotPicture::save(*m_plot, file);
    message().say(
        PlotPicture::outcome(file, saved), saved ? MessageLine::Kind::Information : MessageLine::Kind::Warning);
}

void HistoryPage::setMoment(std::optional<qint64> us)
{
    m_moment = us;
    if (us)
        showTime(*us);
    // What is not in the curve has to be read; without a moment, the curve ends now again.
    const qint64 span = m_span->currentData().toLongLong();
    if (m_wasRead && (us ? *us < m_readUs - span || *us > m_readUs : m_elsewhere))
        read();
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
