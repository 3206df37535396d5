// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/overviewpage.h"

#include "core/base/safetext.h"
#include "core/table/filter.h"
#include "core/table/livetable.h"
#include "views/emptystate.h"
#include "views/figure.h"
#include "views/icons.h"
#include "views/messageline.h"
#include "views/pagetexts.h"
#include "views/plot.h"
#include "views/plotpicture.h"
#include "views/preferences.h"
#include "views/toplist.h"
#include "views/viewtext.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPointer>
#include <QScrollArea>
#include <QSettings>
#include <QStackedWidget>
#include <QThreadPool>
#include <QToolButton>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr qint64 MinuteUs = 60'000'000;
constexpr qint64 CountedUs = 35'000'000; // each minute is counted in its middle: before, nothing is known of it
constexpr qint64 HourUs = 3'600'000'000;
constexpr int Moments = 360;
constexpr int Columns = 3;

} // namespace

OverviewPage::OverviewPage(Backend &backend, QSettings &settings, QWidget *parent)
    : Page(parent)
    , m_backend(backend)
    , m_settings(settings)
    , m_refresh(new QAction(icon(Symbol::Refresh), tr("&Refresh now"), this))
    , m_save(new QAction(icon(Symbol::Export), tr("&Save Picture…"), this))
    , m_stale(new MessageLine(false, this))
    , m_message(new MessageLine(true, this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(m_stack))
    , m_connections(new Figure(tr("connections"), this))
    , m_secured(new Figure(tr("secured"), this))
    , m_users(new Figure(tr("users"), this))
    , m_webmail(new Figure(tr("WebMail sessions"), this))
    , m_span(new QComboBox(this))
    , m_plot(new Plot(this))
    , m_topUsers(new TopList(tr("Users with most connections"), this))
    , m_topAddresses(new TopList(tr("Addresses with most connections"), this))
    , m_near(new TopList(tr("Near the limit of connections"), this))
    , m_nearNote(noteLabel(QString(), this))
    , m_sources(new TopList(tr("Sources"), this))
{
    setObjectName(u"overview"_s);
    m_refresh->setShortcut(QKeySequence(Qt::Key_F5));
    m_refresh->setIconText(tr("Refresh"));
    m_save->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_E));
    m_save->setObjectName(u"savePictureAction"_s);
    addActions({ m_refresh, m_save });
    connect(m_refresh, &QAction::triggered, this, &OverviewPage::refresh);
    connect(m_save, &QAction::triggered, this, &OverviewPage::openSaveDialog);
    m_stale->setObjectName(u"staleLine"_s);
    m_message->setObjectName(u"messageLine"_s);

    m_topUsers->setObjectName(u"topUsers"_s);
    m_topAddresses->setObjectName(u"topAddresses"_s);
    m_near->setObjectName(u"nearLimit"_s);
    m_sources->setObjectName(u"sourceStates"_s);
    m_nearNote->setObjectName(u"nearNote"_s);
    m_nearNote->setText(limitNote({})); // the page is laid out for it from the first
    m_span->setObjectName(u"span"_s);
    m_span->setAccessibleName(tr("Span of the plot"));
    m_span->addItem(tr("Last hour"), HourUs);
    m_span->addItem(tr("Last day"), 24 * HourUs);
    m_span->setCurrentIndex(settings.value(u"overview/span"_s, 0).toInt() == 1 ? 1 : 0);
    connect(m_span, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_settings.setValue(u"overview/span"_s, index);
        askSeries();
    });

    auto *scroll = new QScrollArea(m_stack);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *content = new QWidget(scroll);
    auto *layout = new QGridLayout(content);
    layout->setContentsMargins(14, 8, 14, 12);
    layout->setHorizontalSpacing(28);
    layout->setVerticalSpacing(6);
    auto *figures = new QHBoxLayout;
    for (Figure *figure : { m_connections, m_secured, m_users, m_webmail })
        figures->addWidget(figure);
    layout->addLayout(figures, 0, 0, 1, Columns);
    auto *plotRow = new QHBoxLayout;
    const auto heading = [content](const QString &text, QWidget *of) {
        auto *label = plainLabel(text, content);
        QFont bold = label->font();
        bold.setBold(true);
        label->setFont(bold);
        label->setForegroundRole(QPalette::Text);
        label->setBuddy(of);
        return label;
    };
    auto *plotTitle = heading(m_plot->title(), m_plot);
    auto *save = new QToolButton(content);
    save->setObjectName(u"savePicture"_s);
    save->setDefaultAction(m_save);
    save->setAutoRaise(true);
    save->setToolTip(tr("Save the plot as PNG or SVG (Ctrl+E)"));
    save->setAccessibleName(tr("Save picture"));
    plotRow->addWidget(plotTitle);
    plotRow->addStretch();
    plotRow->addWidget(m_span);
    plotRow->addWidget(save);
    layout->addLayout(plotRow, 1, 0, 1, Columns);
    m_plot->setMinimumHeight(fontMetrics().height() * 12);
    layout->addWidget(m_plot, 2, 0, 1, Columns);
    layout->setRowMinimumHeight(3, 6);
    // Three columns, so that everything stands on a small screen; what needs care comes last and first of it.
    const auto column = [&](int place) {
        auto *made = new QVBoxLayout;
        made->setSpacing(4);
        layout->addLayout(made, 4, place);
        layout->setColumnStretch(place, 1);
        return made;
    };
    QVBoxLayout *users = column(0);
    users->addWidget(heading(m_topUsers->accessibleName(), m_topUsers));
    users->addWidget(m_topUsers);
    users->addStretch();
    QVBoxLayout *addresses = column(1);
    addresses->addWidget(heading(m_topAddresses->accessibleName(), m_topAddresses));
    addresses->addWidget(m_topAddresses);
    addresses->addStretch();
    QVBoxLayout *care = column(2);
    care->addWidget(heading(m_near->accessibleName(), m_near));
    care->addWidget(m_near);
    care->addWidget(m_nearNote);
    care->addSpacing(8);
    care->addWidget(heading(m_sources->accessibleName(), m_sources));
    care->addWidget(m_sources);
    care->addStretch();
    layout->setRowStretch(2, 1);
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    scroll->setWidget(content);
    m_stack->addWidget(scroll);
    m_stack->addWidget(m_empty);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(m_stale);
    outer->addWidget(m_stack, 1);
    outer->addWidget(m_message);

    const auto leads = [this](QAbstractButton *button, TableId table, const QString &filter) {
        connect(
            button, &QAbstractButton::clicked, this, [this, table, filter] { Q_EMIT showRequested(table, filter); });
    };
    leads(m_connections, TableId::Connections, QString());
    leads(m_secured, TableId::Connections, u"secure=no"_s);
    leads(m_users, TableId::OnlineUsers, QString());
    leads(m_webmail, TableId::Webmail, QString());
    m_secured->setToolTip(tr("Shows those that are not secured"));
    for (TopList *list : { m_topUsers, m_topAddresses, m_near })
        connect(list, &TopList::lineActivated, this,
            [this](const QString &filter) { Q_EMIT showRequested(TableId::Connections, filter); });
    connect(m_sources, &TopList::lineActivated, this,
        [this](const QString &filter) { Q_EMIT showRequested(TableId::Sources, filter); });
    connect(m_plot, &Plot::momentActivated, this, &OverviewPage::timeRequested);
    connect(m_empty, &EmptyState::actionTriggered, this, &Page::addServerRequested);
    m_timer.setInterval(2s);
    connect(&m_timer, &QTimer::timeout, this, &OverviewPage::updateSoon);
    m_timer.start();
    connect(&m_backend, &Backend::serverChanged, this, &OverviewPage::updateServers);
    connect(&m_backend, &Backend::serversChanged, this, &OverviewPage::updateServers);
    updateServers();
}

QString OverviewPage::key() const
{
    return u"overview"_s;
}

QString OverviewPage::title() const
{
    return tr("Overview");
}

QList<QAction *> OverviewPage::viewActions() const
{
    return { m_refresh };
}

QList<QAction *> OverviewPage::rowActions()
{
    return { m_save };
}

void OverviewPage::applyPreferences(const Preferences &preferences)
{
    m_serverTimes = preferences.values().serverTimes;
    updateServers();
}

void OverviewPage::setServer(std::optional<quint16> server)
{
    m_server = server;
    updateServers();
    updateSoon();
}

void OverviewPage::warn(const QString &text)
{
    m_message->say(text, MessageLine::Kind::Warning);
}

void OverviewPage::takeFocus()
{
    QWidget *const wanted = m_backend.servers().isEmpty() ? m_empty->control() : m_connections;
    wanted->setFocus(Qt::OtherFocusReason);
}

QList<ServerStatus> OverviewPage::shownServers() const
{
    QList<ServerStatus> shown;
    for (const ServerStatus &server : m_backend.servers())
        if (!m_server || server.number == *m_server)
            shown.append(server);
    return shown;
}

void OverviewPage::updateServers()
{
    const QList<ServerStatus> shown = shownServers();
    m_plot->setUtcOffset(m_serverTimes && shown.size() == 1 ? shown.first().utcOffset : std::nullopt);
    m_plot->setSubject(PageTexts::subject(shown));
    const bool none = m_backend.servers().isEmpty();
    if (none)
        m_empty->setContent(PageTexts::noServer());
    if (const int wanted = none ? 1 : 0; m_stack->currentIndex() != wanted) {
        const bool had = m_stack->isAncestorOf(QApplication::focusWidget());
        m_stack->setCurrentIndex(wanted);
        if (had)
            takeFocus();
    }
    const QString text = PageTexts::stale(shown, m_backend.clock().nowUs());
    if (text.isEmpty() || none)
        m_stale->clear();
    else
        m_stale->say(text, MessageLine::Kind::Warning);
}

void OverviewPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    updateSoon();
}

void OverviewPage::updateSoon()
{
    if (!isVisible() || m_backend.servers().isEmpty())
        return;
    updateServers();
    countRows();
    showSources();
    askSeries();
}

void OverviewPage::countRows()
{
    if (m_counting) {
        m_again = true;
        return;
    }
    m_counting = true;
    const TableView rows = Overview::needed(m_backend.table(TableId::Connections).table());
    QThreadPool::globalInstance()->start(
        [rows, limits = m_backend.userAddressLimits(), server = m_server, page = QPointer<OverviewPage>(this)] {
            const Overview overview = Overview::of(rows, server, limits);
            QMetaObject::invokeMethod(
                qApp,
                [page, overview, server] {
                    if (!page)
                        return;
                    page->m_counting = false;
                    if (page->m_server == server)
                        page->show(overview);
                    if (std::exchange(page->m_again, false))
                        page->countRows();
                },
                Qt::QueuedConnection);
        });
}

void OverviewPage::show(const Overview &overview)
{
    const QLocale locale;
    m_connections->setValue(locale.toString(overview.total));
    m_secured->setValue(overview.secureKnown == 0
            ? u"–"_s
            : tr("%1 %").arg(locale.toString(double(overview.secured) * 100 / double(overview.secureKnown), 'f',
                overview.secured == overview.secureKnown ? 0 : 1)));
    m_users->setValue(locale.toString(overview.users));
    m_webmail->setValue(locale.toString(m_backend.rowCount(TableId::Webmail, m_server)));

    QList<TopList::Line> lines;
    const auto part
        = [](qsizetype count, qsizetype most) { return double(count) / double(std::max<qsizetype>(1, most)); };
    for (const Overview::ByUser &one : overview.topUsers)
        lines.append({ safeText(QByteArrayView(one.user), 120), locale.toString(one.count),
            part(one.count, overview.topUsers.constFirst().count),
            Filter::quoted("user", Value(one.user), ColumnType::Text), TopList::Kind::Plain });
    m_topUsers->setLines(lines, tr("No user is known to be connected"));
    lines.clear();
    for (const Overview::ByAddress &one : overview.topAddresses)
        lines.append({ QString::fromLatin1(one.address.toText()), locale.toString(one.count),
            part(one.count, overview.topAddresses.constFirst().count),
            Filter::quoted("address", Value(one.address), ColumnType::Address), TopList::Kind::Plain });
    m_topAddresses->setLines(lines, tr("Nobody is connected"));
    showLimits(overview);
}

void OverviewPage::showLimits(const Overview &overview)
{
    const bool severalServers = !m_server && m_backend.servers().size() > 1;
    QList<TopList::Line> lines;
    for (const Overview::Near &one : overview.nearLimit) {
        QString text = tr("%1 from %2, %3")
                           .arg(safeText(QByteArrayView(one.user), 80), QString::fromLatin1(one.address.toText()),
                               safeText(QByteArrayView(one.protocol), 20).toUpper());
        QStringList terms { Filter::quoted("user", Value(one.user), ColumnType::Text),
            Filter::quoted("address", Value(one.address), ColumnType::Address),
            Filter::quoted("protocol", Value(one.protocol), ColumnType::Choice) };
        if (severalServers) {
            const QString name = nameOf(one.server);
            text = tr("%1: %2").arg(safeText(name, 40), text);
            terms.prepend(Filter::quoted("server", Value(name.toUtf8()), ColumnType::Text));
        }
        const QString count = QLocale().toString(one.count);
        const QString limit = QLocale().toString(one.limit);
        lines.append({ text, one.isFull() ? tr("%1 of %2: full").arg(count, limit) : tr("%1 of %2").arg(count, limit),
            std::min(1.0, double(one.count) / double(one.limit)), terms.join(u' '),
            one.isFull() ? TopList::Kind::Bad : TopList::Kind::Warning });
    }
    const QList<UserAddressLimit> limits = m_backend.userAddressLimits();
    bool known = false;
    bool limited = false;
    for (const UserAddressLimit &each : limits) {
        if (m_server && each.server != *m_server)
            continue;
        known = known || each.most.has_value();
        limited = limited || each.most.value_or(0) > 0;
    }
    m_near->setLines(lines,
        limited                                         ? tr("Nobody is near it")
            : known && overview.unknownLimits.isEmpty() ? tr("There is no limit")
                                                        : tr("No limit is known"));

    QStringList unknown;
    for (const auto &[number, service] : overview.unknownLimits) {
        const QString name = safeText(QByteArrayView(service), 40);
        unknown.append(severalServers ? tr("%1 on %2").arg(name, safeText(nameOf(number), 40)) : name);
    }
    m_nearNote->setText(limitNote(unknown));
}

QString OverviewPage::limitNote(const QStringList &unknown)
{
    const QString note = tr("Counted for each user, address and protocol against what the mail server allows "
                            "(mail_max_userip_connections).");
    return unknown.isEmpty() ? note
                             : tr("%1 Not known for: %2. There, “mailhelmd doctor” names the line that tells it.")
                                   .arg(note, QLocale().createSeparatedList(unknown));
}

QString OverviewPage::nameOf(quint16 server) const
{
    for (const ServerStatus &status : m_backend.servers())
        if (status.number == server)
            return status.name;
    return {};
}

void OverviewPage::showSources()
{
    const Table &table = m_backend.table(TableId::Sources).table();
    const auto text = [&](Table::Slot slot, int column) {
        const Column &cells = table.column(column);
        return cells.isKnown(slot) ? cells.text(slot).toByteArray() : QByteArray();
    };
    QList<TopList::Line> bad;
    QList<TopList::Line> good;
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot) {
        if (!table.isLive(slot) || (m_server && table.keyAt(slot).server != *m_server))
            continue;
        const QByteArray state = text(slot, sources::State);
        const bool ok = state == "ok";
        QString server;
        if (!m_server && m_backend.servers().size() > 1)
            server = safeText(nameOf(table.keyAt(slot).server), 40) + u": "_s;
        const QString name = server + safeText(QByteArrayView(text(slot, sources::Source)), 60);
        const QString detail = safeText(QByteArrayView(text(slot, sources::Detail)), 160);
        (ok ? good : bad)
            .append(
                { ok || detail.isEmpty() ? name : tr("%1: %2").arg(name, detail), safeText(QByteArrayView(state), 20),
                    0, Filter::quoted("source", Value(text(slot, sources::Source)), ColumnType::Text),
                    ok                    ? TopList::Kind::Plain
                        : state == "down" ? TopList::Kind::Bad
                                          : TopList::Kind::Warning });
    }
    m_sources->setLines(bad + good, tr("No source is known yet"));
}

qint64 OverviewPage::spanUs() const
{
    return m_span->currentData().toLongLong();
}

void OverviewPage::askSeries()
{
    if (!isVisible())
        return;
    const qint64 step = std::max(MinuteUs, spanUs() / Moments); // counted once a minute
    const qint64 to = (m_backend.clock().nowUs() - CountedUs) / step * step;
    m_backend.countSeries(
        m_server, to - spanUs(), step, int(spanUs() / step) + 1, this, [this](const Result<ProtocolCounts> &series) {
            if (series)
                m_plot->setSeries(series.value());
        });
}

void OverviewPage::refresh()
{
    m_refresh->setEnabled(false);
    m_backend.refresh(TableId::Connections, this, [this](const Result<void> &result) {
        m_refresh->setEnabled(true);
        updateSoon();
        if (!result)
            warn(tr("Cannot refresh: %1").arg(safeText(result.error().detail)));
    });
}

void OverviewPage::openSaveDialog()
{
    PlotPicture::choose(this, u"connections.png"_s, [this](const QString &file) { savePicture(file); });
}

void OverviewPage::savePicture(const QString &file)
{
    const bool saved = PlotPicture::save(*m_plot, file);
    m_message->say(
        PlotPicture::outcome(file, saved), saved ? MessageLine::Kind::Information : MessageLine::Kind::Warning);
}

} // namespace mailhelm
