// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/toolrow.h"

#include "views/filterfield.h"
#include "views/icons.h"
#include "views/menubutton.h"
#include "views/viewtext.h"

#include <QAction>
#include <QActionGroup>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 Off = -1;

} // namespace

ToolRow::ToolRow(QAction *refresh, QAction *pause, QWidget *parent)
    : QWidget(parent)
    , m_intervalButton(new MenuButton(this))
    , m_intervalMenu(new QMenu(tr("Refresh by &itself"), this))
    , m_intervals(new QActionGroup(this))
    , m_waiting(plainLabel(QString(), this))
    , m_filter(new FilterField(this))
    , m_error(plainLabel(QString(), this))
    , m_counts(plainLabel(QString(), this))
    , m_filtersMenu(new QMenu(tr("&Named Filters"), this))
    , m_menu(new QMenu(this))
{
    const auto button = [this](QAction *action, Qt::ToolButtonStyle style) {
        auto *made = new QToolButton(this);
        made->setDefaultAction(action);
        made->setToolButtonStyle(style);
        made->setAutoRaise(true);
        made->setFocusPolicy(Qt::TabFocus);
        made->setAccessibleName(action->iconText());
        return made;
    };
    QToolButton *refreshButton = button(refresh, Qt::ToolButtonTextBesideIcon);
    refreshButton->setObjectName(u"refreshButton"_s);
    QToolButton *pauseButton = button(pause, Qt::ToolButtonIconOnly);
    pauseButton->setObjectName(u"pauseButton"_s);

    const std::pair<QString, qint64> choices[] = {
        { tr("Live"), 0 },
        { tr("Every second"), 1000 },
        { tr("Every 2 s"), 2000 },
        { tr("Every 5 s"), 5000 },
        { tr("Every 10 s"), 10'000 },
        { tr("Every 30 s"), 30'000 },
        { tr("Every minute"), 60'000 },
        { tr("Off"), Off },
    };
    for (const auto &[text, ms] : choices) {
        QAction *action = m_intervalMenu->addAction(text);
        action->setCheckable(true);
        action->setData(ms);
        m_intervals->addAction(action);
    }
    m_intervals->actions().constFirst()->setChecked(true);
    m_intervalButton->setObjectName(u"intervalButton"_s);
    m_intervalButton->setText(tr("Live"));
    m_intervalButton->setToolTip(tr("How often the table is brought up to date"));
    m_intervalButton->setAccessibleName(tr("Refresh by itself: %1").arg(tr("Live")));
    m_intervalButton->setMenu(m_intervalMenu);
    connect(m_intervals, &QActionGroup::triggered, this, &ToolRow::chosen);

    m_waiting->setObjectName(u"waiting"_s);
    m_waiting->hide();
    m_counts->setObjectName(u"counts"_s);
    m_counts->setAccessibleName(tr("Rows shown"));
    m_error->setObjectName(u"filterError"_s);
    m_error->setAccessibleName(tr("What is wrong with the filter"));
    m_error->setWordWrap(true);
    m_error->hide();

    auto *more = new MenuButton(this);
    more->setObjectName(u"moreButton"_s);
    more->setIcon(icon(Symbol::Menu));
    more->setToolTip(tr("More: columns, export"));
    more->setAccessibleName(tr("More"));
    more->setMenu(m_menu);

    auto *filters = new MenuButton(this);
    filters->setObjectName(u"filtersButton"_s);
    filters->setIcon(icon(Symbol::Filter));
    filters->setToolTip(tr("Filters that were given a name"));
    filters->setAccessibleName(tr("Named filters"));
    filters->setMenu(m_filtersMenu);

    auto *row = new QHBoxLayout;
    row->setContentsMargins(6, 5, 6, 5);
    row->setSpacing(4);
    row->addWidget(refreshButton);
    row->addWidget(m_intervalButton);
    row->addWidget(pauseButton);
    row->addWidget(m_waiting);
    row->addSpacing(6);
    row->addWidget(m_filter, 1);
    row->addWidget(filters);
    row->addSpacing(6);
    row->addWidget(m_counts);
    row->addWidget(more);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(row);
    layout->addWidget(m_error);
    m_error->setContentsMargins(12, 0, 12, 5);
    // Tab goes as the eye does.
    const QList<QWidget *> order { refreshButton, m_intervalButton, pauseButton, m_filter, filters, more };
    for (qsizetype i = 1; i < order.size(); ++i)
        setTabOrder(order[i - 1], order[i]);
}

void ToolRow::chosen(QAction *action)
{
    const qint64 ms = action->data().toLongLong();
    m_interval = ms == Off ? std::nullopt : std::optional<qint64>(ms);
    m_intervalButton->setText(action->text());
    m_intervalButton->setAccessibleName(tr("Refresh by itself: %1").arg(action->text()));
    Q_EMIT intervalChanged(m_interval);
}

void ToolRow::setInterval(std::optional<qint64> ms)
{
    const qint64 wanted = ms.value_or(Off);
    for (QAction *action : m_intervals->actions()) {
        if (action->data().toLongLong() == wanted) {
            action->setChecked(true);
            chosen(action);
            return;
        }
    }
    setInterval(0);
}

void ToolRow::setIntervalFixed(const QString &why)
{
    m_intervalButton->setText(tr("Live"));
    m_intervalButton->setEnabled(false);
    m_intervalButton->setToolTip(why);
    m_intervalMenu->setEnabled(false);
    m_intervalMenu->menuAction()->setEnabled(false);
}

void ToolRow::setCounts(qsizetype shown, qsizetype total, bool filtered)
{
    const QLocale locale;
    const QString all = locale.toString(total);
    m_counts->setText(filtered ? tr("%1 of %2").arg(locale.toString(shown), all) : all);
    m_counts->setToolTip(
        filtered ? tr("The filter lets %1 of %2 rows through.").arg(locale.toString(shown), all) : QString());
}

void ToolRow::setWaiting(bool paused, qsizetype changes)
{
    m_waiting->setVisible(paused);
    m_waiting->setText(changes == 0 ? tr("paused") : tr("%Ln change(s) waiting", nullptr, int(changes)));
}

void ToolRow::setFilterError(const QString &message, int position, int length)
{
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, tints(colours).bad);
    m_error->setPalette(colours);
    m_error->setText(message);
    m_error->setVisible(!message.isEmpty());
    m_filter->setWrong(position, message.isEmpty() ? 0 : length);
}

} // namespace mailhelm
