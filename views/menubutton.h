// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QToolButton>

namespace mailhelm
{

/// A flat button that opens a menu at once. Its arrow stands beside the text, where the style would put a speck into
/// the corner; a button that is an icon alone has none, its icon says that there is more.
class MenuButton : public QToolButton
{
    Q_OBJECT
public:
    explicit MenuButton(QWidget *parent);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void initStyleOption(QStyleOptionToolButton *option) const override;
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] int arrowWidth() const;
};

} // namespace mailhelm
