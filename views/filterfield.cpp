// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/filterfield.h"

#include "views/icons.h"

#include <QAbstractItemView>
#include <QAction>
#include <QCompleter>
#include <QKeyEvent>
#include <QPainter>
#include <QStringListModel>
#include <QStyleOptionFrame>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

FilterField::FilterField(QWidget *parent)
    : QLineEdit(parent)
    , m_completer(new QCompleter(this))
    , m_choices(new QStringListModel(this))
{
    setObjectName(u"filter"_s);
    setAccessibleName(tr("Filter"));
    setPlaceholderText(tr("Filter: words, user:alice, since>1h …"));
    setToolTip(tr("Words search every text. More exactly:\n"
                  "user:alice   contains        service=IMAPS   is\n"
                  "address:10.0.0.0/8   network      user=?   not known\n"
                  "since>1h   longer than an hour     bytes_out>1M\n"
                  "Space means and, | means or, ! means not, \"quotes\" keep blanks."));
    setMaxLength(1000);
    setClearButtonEnabled(true);
    addAction(icon(Symbol::Search), QLineEdit::LeadingPosition);
    m_completer->setModel(m_choices);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->setWidget(this);
    m_completer->popup()->setAccessibleName(tr("Columns to filter by"));
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this, &FilterField::take);

    m_delay.setSingleShot(true);
    m_delay.setInterval(120ms);
    connect(&m_delay, &QTimer::timeout, this, [this] { Q_EMIT filterChanged(text()); });
    connect(this, &QLineEdit::textChanged, this, [this] {
        setWrong(0, 0);
        m_delay.start();
    });
    connect(this, &QLineEdit::textEdited, this, &FilterField::offer);
}

void FilterField::setWrong(int position, int length)
{
    m_wrongAt = position;
    m_wrongLength = length;
    update();
}

void FilterField::flush()
{
    if (m_delay.isActive()) {
        m_delay.stop();
        Q_EMIT filterChanged(text());
    }
}

void FilterField::keyPressEvent(QKeyEvent *event)
{
    const bool offering = m_completer->popup()->isVisible();
    switch (event->key()) {
    case Qt::Key_Escape:
        if (text().isEmpty())
            Q_EMIT leave();
        clear();
        flush();
        event->accept();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (offering) {
            event->ignore(); // the list takes it
            return;
        }
        flush();
        Q_EMIT leave();
        event->accept();
        return;
    case Qt::Key_Down:
        if (!offering) {
            flush();
            Q_EMIT leave();
            event->accept();
            return;
        }
        break;
    default:
        break;
    }
    QLineEdit::keyPressEvent(event);
}

void FilterField::offer()
{
    m_offered = m_complete ? m_complete(text(), cursorPosition()) : FilterCompletion();
    // One letter would cover the table with a list for every word that is typed.
    const bool typing = cursorPosition() == text().size() && text().trimmed().size() >= 2;
    const bool complete = m_offered.choices.size() == 1 && m_offered.choices.first().size() == m_offered.length;
    if (!typing || m_offered.choices.isEmpty() || complete) {
        m_completer->popup()->hide();
        return;
    }
    m_choices->setStringList(m_offered.choices);
    QRect place = cursorRect();
    place.setWidth(fontMetrics().horizontalAdvance(u'm') * 18);
    m_completer->complete(place);
}

void FilterField::take(const QString &choice)
{
    QString changed = text();
    changed.replace(m_offered.from, m_offered.length, choice);
    setText(changed);
    setCursorPosition(int(m_offered.from + choice.size()));
}

void FilterField::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    if (m_wrongLength <= 0)
        return;
    // The whole of a wrong text that fits is underlined from the wrong place on; QLineEdit offers no formats of its
    // own.
    QStyleOptionFrame option;
    initStyleOption(&option);
    const QRect contents = style()->subElementRect(QStyle::SE_LineEditContents, &option, this);
    const int cursorX = cursorRect().center().x();
    const QFontMetrics metrics = fontMetrics();
    const auto advance = [&](int upTo) { return metrics.horizontalAdvance(text().left(upTo)); };
    const int origin = cursorX - advance(cursorPosition());
    const int left = std::max(contents.left(), origin + advance(m_wrongAt));
    const int right = std::min(contents.right(), origin + advance(m_wrongAt + m_wrongLength));
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(tints(palette()).bad, 1.2));
    const qreal y = contents.center().y() + metrics.ascent() / 2.0 + 3;
    QPolygonF wave;
    for (int x = left, i = 0; x <= std::max(right, left + 6); x += 2, ++i)
        wave.append(QPointF(x, y + (i % 2 == 0 ? 0 : 1.8)));
    painter.drawPolyline(wave);
}

} // namespace mailhelm
