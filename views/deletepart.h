// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;

namespace mailhelm
{

/// What has to be said before accounts are deleted: the warning, the reason, and above ten the typed number.
class DeletePart : public QWidget
{
    Q_OBJECT
public:
    DeletePart(int count, QWidget *parent);

    void setCount(int count); ///< some went meanwhile
    [[nodiscard]] QString reason() const;
    [[nodiscard]] bool isReady() const;

Q_SIGNALS:
    void readyChanged(bool ready);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void check();

    int m_count;
    QLineEdit *m_reason;
    QLabel *m_typedLabel;
    QLineEdit *m_typed;
};

} // namespace mailhelm
