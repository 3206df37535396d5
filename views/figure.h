// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace mailhelm
{

/// A large number with a word below it; a link.
class Figure : public QAbstractButton
{
    Q_OBJECT
public:
    Figure(const QString &label, QWidget *parent);

    void setValue(const QString &value);
    [[nodiscard]] QString value() const { return m_value; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    [[nodiscard]] QFont largeFont() const;

    QString m_label;
    QString m_value;
};

} // namespace mailhelm
