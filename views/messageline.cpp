// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/messageline.h"

#include "views/icons.h"
#include "views/viewtext.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QStyle>
#include <QToolButton>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qsizetype MostChars = 600;

} // namespace

MessageLine::MessageLine(bool closable, QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_text(plainLabel(QString(), this))
    , m_close(new QToolButton(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 4, 4, 4);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_close, 0, Qt::AlignTop);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setObjectName(u"messageText"_s);
    m_close->setAutoRaise(true);
    m_close->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
    m_close->setToolTip(tr("Close this line"));
    m_close->setAccessibleName(tr("Close this line"));
    m_close->setVisible(closable);
    connect(m_close, &QToolButton::clicked, this, &MessageLine::clear);
    hide();
}

void MessageLine::say(const QString &text, Kind kind, const QString &more)
{
    m_kind = kind;
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize);
    m_icon->setPixmap(kind == Kind::Warning
            ? tinted(Symbol::Warning, side, tints(palette()).warning, devicePixelRatioF())
            : icon(Symbol::About).pixmap(side, side));
    // It wraps, and is laid out anew at every width: what nobody reads in a line is left out.
    const QString shown = text.size() > MostChars ? text.left(MostChars) + u'…' : text;
    if (m_text->text() != shown)
        m_text->setText(shown);
    m_text->setToolTip(plainToolTip(more));
    setAccessibleName(shown);
    show();
    update();
}

void MessageLine::clear()
{
    hide();
    m_text->setText(QString());
}

QString MessageLine::text() const
{
    return m_text->text();
}

void MessageLine::paintEvent(QPaintEvent *)
{
    QColor back = m_kind == Kind::Warning ? tints(palette()).warning : palette().color(QPalette::Highlight);
    back.setAlpha(36);
    QPainter(this).fillRect(rect(), back);
}

void MessageLine::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && !m_close->isHidden())
        clear();
    else
        QWidget::keyPressEvent(event);
}

} // namespace mailhelm
