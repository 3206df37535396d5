// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inactiveline.h"

#include "views/inactivetexts.h"
#include "views/menubutton.h"
#include "views/viewtext.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

namespace mailhelm
{

using namespace Qt::StringLiterals;

InactiveLine::InactiveLine(QMenu *timeframes, QWidget *parent)
    : QWidget(parent)
    , m_head(plainLabel(QString(), this))
    , m_timeframe(new MenuButton(this))
    , m_bytes(plainLabel(QString(), this))
    , m_unjudged(new QToolButton(this))
    , m_inactiveOnly(new QToolButton(this))
{
    setObjectName(u"inactiveLine"_s);
    m_head->setObjectName(u"inactiveHead"_s);
    m_timeframe->setObjectName(u"timeframeButton"_s);
    m_timeframe->setMenu(timeframes);
    m_timeframe->setToolTip(tr("For how long nobody must have logged in"));
    QFont bold = m_timeframe->font();
    bold.setBold(true);
    m_timeframe->setFont(bold);
    m_bytes->setObjectName(u"inactiveBytes"_s);
    m_bytes->setToolTip(tr("What the mailboxes hold: of the selected rows, else of all that are shown"));
    m_unjudged->setObjectName(u"unjudgedButton"_s);
    m_unjudged->setCheckable(true);
    m_unjudged->setAutoRaise(true);
    m_unjudged->setFocusPolicy(Qt::TabFocus);
    m_unjudged->setToolTip(tr("No login of theirs was seen, but nobody watched for long enough: show them"));
    m_inactiveOnly->setObjectName(u"inactiveOnlyButton"_s);
    m_inactiveOnly->setText(tr("· Only the inactive ones ▸"));
    m_inactiveOnly->setAccessibleName(tr("Only the inactive ones"));
    m_inactiveOnly->setAutoRaise(true);
    m_inactiveOnly->setFocusPolicy(Qt::TabFocus);
    m_inactiveOnly->setToolTip(tr("Back to the accounts that nobody logged in to for the timeframe"));
    m_inactiveOnly->hide();
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 2, 6, 4);
    layout->setSpacing(4);
    layout->addWidget(m_head);
    layout->addWidget(m_timeframe);
    layout->addWidget(m_bytes);
    layout->addWidget(m_unjudged);
    layout->addWidget(m_inactiveOnly);
    layout->addStretch(1);
    connect(m_unjudged, &QToolButton::toggled, this, &InactiveLine::unjudgedToggled);
    connect(m_inactiveOnly, &QToolButton::clicked, this, &InactiveLine::inactiveOnlyRequested);
}

void InactiveLine::say(const InactiveSummary &summary, const Timeframe &timeframe, const QString &bytes, qint64 nowUs)
{
    m_head->setText(
        m_all ? tr("Shown of %Ln account(s):", nullptr, int(summary.accounts)) : InactiveTexts::head(summary));
    m_timeframe->setText(m_all ? tr("all, inactive or not") : InactiveTexts::orMore(timeframe));
    m_inactiveOnly->setVisible(m_all);
    m_timeframe->setAccessibleName(tr("Timeframe: %1").arg(m_timeframe->text()));
    m_bytes->setText(bytes.isEmpty() ? QString() : u"· "_s + bytes);
    const QString unjudged = InactiveTexts::unjudged(summary, nowUs);
    // A toggle that is on has to stay, or there is no way back.
    m_unjudged->setVisible(!m_all && (!unjudged.isEmpty() || m_unjudged->isChecked()));
    m_unjudged->setText(u"· "_s
        + (m_unjudged->isChecked()   ? tr("%1: these are shown ▾").arg(unjudged.isEmpty() ? tr("None") : unjudged)
                : unjudged.isEmpty() ? QString()
                                     : tr("%1 ▸").arg(unjudged)));
    m_unjudged->setAccessibleName(m_unjudged->text());
}

void InactiveLine::setAllShown(bool shown)
{
    m_all = shown;
}

void InactiveLine::setUnjudgedShown(bool shown)
{
    m_unjudged->setChecked(shown);
}

QString InactiveLine::text() const
{
    QStringList parts { m_head->text(), m_timeframe->text() };
    if (!m_bytes->text().isEmpty())
        parts.append(m_bytes->text());
    if (!m_unjudged->isHidden())
        parts.append(m_unjudged->text());
    if (!m_inactiveOnly->isHidden())
        parts.append(m_inactiveOnly->text());
    return parts.join(u' ');
}

} // namespace mailhelm
