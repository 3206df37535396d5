// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/statusline.h"

#include "core/base/safetext.h"
#include "views/icons.h"
#include "views/viewtext.h"

#include <QLabel>
#include <QLocale>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

bool isDown(const ServerStatus &server)
{
    return server.state == LinkState::Stale || server.state == LinkState::Refused;
}

} // namespace

StatusLine::StatusLine(QWidget *parent)
    : QStatusBar(parent)
    , m_state(new QLabel(this))
    , m_link(plainLabel(QString(), this))
    , m_counts(plainLabel(QString(), this))
    , m_selected(plainLabel(QString(), this))
    , m_age(plainLabel(QString(), this))
{
    setObjectName(u"statusLine"_s);
    m_link->setObjectName(u"link"_s);
    m_link->setAccessibleName(tr("Connection to the server"));
    m_counts->setObjectName(u"countsByService"_s);
    m_counts->setAccessibleName(tr("Connections shown, by protocol"));
    m_selected->setObjectName(u"selected"_s);
    m_age->setObjectName(u"age"_s);
    m_age->setAccessibleName(tr("Age of the data"));
    setSizeGripEnabled(true);
    m_state->setContentsMargins(6, 0, 0, 0);
    addWidget(m_state);
    addWidget(m_link, 1);
    // A long text gives way instead of widening the window.
    m_link->setMinimumWidth(120);
    m_link->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_counts->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    for (QLabel *label : { m_counts, m_selected, m_age })
        label->setContentsMargins(10, 0, 0, 0);
    addPermanentWidget(m_counts);
    addPermanentWidget(m_selected);
    addPermanentWidget(m_age);
}

void StatusLine::showServers(const QList<ServerStatus> &servers, const Clock &clock)
{
    QPalette colours = palette();
    const qint64 now = clock.monotonicUs();
    LinkState worst = LinkState::Live;
    QString text;
    QStringList troubles;
    qint64 oldest = 0;
    int live = 0;
    for (const ServerStatus &server : servers) {
        live += server.state == LinkState::Live ? 1 : 0;
        if (server.state != LinkState::Live && !(isDown(server) && worst == LinkState::Refused))
            worst = isDown(server) || worst == LinkState::Live ? server.state : worst;
        if (server.updatedUs != 0 && (oldest == 0 || server.updatedUs < oldest))
            oldest = server.updatedUs;
        if (!isDown(server))
            continue;
        QString trouble;
        const QString why = safeText(server.error, 200);
        if (server.state == LinkState::Refused)
            trouble = tr("refused: %1").arg(why);
        else if (server.lostUs != 0)
            trouble = tr("connection lost %1 ago: %2").arg(spanText(now - server.lostUs), why);
        else
            trouble = tr("not connected: %1").arg(why);
        if (server.nextTryUs > now)
            trouble = tr("%1; next try in %2").arg(trouble, spanText(server.nextTryUs - now + 999'999));
        troubles.append(servers.size() == 1 ? trouble : tr("%1: %2").arg(safeText(server.name, 80), trouble));
    }
    if (servers.isEmpty()) {
        text = tr("no server");
    } else if (!troubles.isEmpty()) {
        text = troubles.join(u" · "_s);
        colours.setColor(QPalette::WindowText, tints(colours).bad);
    } else if (servers.size() == 1) {
        const ServerStatus &server = servers.first();
        if (server.state == LinkState::Connecting)
            text = tr("connecting to %1…").arg(safeText(server.address, 120));
        else
            text = tr("%1 as %2 (%3) · %4")
                       .arg(safeText(server.address, 120), safeText(server.admin, 120), safeText(server.role, 40),
                           safeText(server.security, 80));
    } else {
        text = tr("%1 of %2 servers live").arg(QString::number(live), QString::number(servers.size()));
    }
    // What is wrong needs the room, and the counts are of old rows.
    if (m_trouble == troubles.isEmpty()) {
        m_trouble = !troubles.isEmpty();
        fitCounts();
    }
    m_state->setVisible(!servers.isEmpty());
    m_link->setIndent(servers.isEmpty() ? 6 : 0);
    m_state->setPixmap(linkStateIcon(worst, palette(), devicePixelRatioF()).pixmap(14, 14));
    m_link->setPalette(colours);
    if (m_link->text() != text) {
        m_link->setText(text);
        m_link->setToolTip(plainToolTip(text));
        fitCounts();
    }
    const qint64 ageUs = clock.nowUs() - oldest;
    const QString age = oldest == 0 ? QString()
        : ageUs < 1'000'000         ? tr("updated just now")
                                    : tr("updated %1 ago").arg(spanText(ageUs));
    if (m_age->text() != age)
        m_age->setText(age);
}

QString StatusLine::countsText(qsizetype most) const
{
    const QLocale locale;
    QStringList parts;
    qsizetype others = 0;
    for (qsizetype i = 0; i < m_byService.size(); ++i) {
        if (i < most)
            parts.append(tr("%1: %2").arg(m_byService[i].first, locale.toString(m_byService[i].second)));
        else
            others += m_byService[i].second;
    }
    if (others > 0)
        parts.append(tr("others: %1").arg(locale.toString(others)));
    return parts.join(u" · "_s);
}

void StatusLine::fitCounts()
{
    constexpr qsizetype Most = 6;
    if (m_trouble || m_byService.isEmpty()) {
        m_counts->hide();
        return;
    }
    int taken = m_link->sizeHint().width() + 40;
    for (const QWidget *other : { m_state, m_selected, m_age })
        taken += other->isHidden() ? 0 : other->sizeHint().width() + 8;
    const auto fits = [&](const QString &text) {
        const QMargins around = m_counts->contentsMargins();
        return fontMetrics().horizontalAdvance(text) + around.left() + around.right() + taken <= width();
    };
    qsizetype most = std::min(Most, m_byService.size());
    while (most > 0 && !fits(countsText(most)))
        --most;
    const QString text = most > 0 ? countsText(most) : QString();
    if (m_counts->text() != text)
        m_counts->setText(text);
    m_counts->setVisible(most > 0);
}

void StatusLine::resizeEvent(QResizeEvent *event)
{
    QStatusBar::resizeEvent(event);
    fitCounts();
}

void StatusLine::showCounts(const QList<std::pair<QString, qsizetype>> &byService, qsizetype selected)
{
    m_byService = byService;
    m_selected->setText(tr("%1 selected").arg(QLocale().toString(selected)));
    m_selected->setVisible(selected > 0);
    m_counts->setToolTip(plainToolTip(countsText(byService.size()).replace(u" · "_s, u"\n"_s)));
    fitCounts();
}

} // namespace mailhelm
