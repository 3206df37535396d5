// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/spokenplot.h"

#include "views/plot.h"

#include <QAccessibleWidget>

namespace mailhelm
{

namespace
{

/// Its value is what was counted at the moment that was chosen; the last one where none was.
class SpokenPlot : public QAccessibleWidget
{
public:
    explicit SpokenPlot(Plot *plot)
        : QAccessibleWidget(plot, QAccessible::Chart)
    {
    }

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        const auto *plot = static_cast<const Plot *>(widget());
        if (kind != QAccessible::Value)
            return QAccessibleWidget::text(kind);
        const qsizetype moment = plot->moment() < 0 ? plot->series().moments() - 1 : plot->moment();
        return moment < 0 ? QString() : plot->textAt(moment);
    }
};

QAccessibleInterface *spoken(const QString &, QObject *object)
{
    auto *plot = qobject_cast<Plot *>(object);
    return plot ? new SpokenPlot(plot) : nullptr;
}

} // namespace

void letPlotsSpeak()
{
    QAccessible::installFactory(spoken); // the same one again changes nothing
}

} // namespace mailhelm
