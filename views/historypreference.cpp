// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/historypreference.h"

#include "models/columnformat.h"
#include "views/backend.h"
#include "views/preferences.h"
#include "views/viewtext.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

/// "30 days", in the plural forms of the language.
class DaysBox : public QSpinBox
{
public:
    using QSpinBox::QSpinBox;

protected:
    [[nodiscard]] QString textFromValue(int days) const override
    {
        return HistoryPreference::tr("%n day(s)", nullptr, days);
    }
    [[nodiscard]] int valueFromText(const QString &text) const override { return digitsOf(text).toInt(); }
    QValidator::State validate(QString &text, int &) const override
    {
        if (!specialValueText().isEmpty() && text == specialValueText())
            return QValidator::Acceptable;
        const QString digits = digitsOf(text);
        if (digits.isEmpty())
            return QValidator::Intermediate;
        return digits.size() <= 4 && digits.toInt() <= maximum() ? QValidator::Acceptable : QValidator::Invalid;
    }

private:
    static QString digitsOf(const QString &text)
    {
        QString digits;
        for (const QChar each : text)
            if (each.isDigit())
                digits.append(QString::number(each.digitValue()));
        return digits;
    }
};

} // namespace

HistoryPreference::HistoryPreference(Backend &backend, int days, QWidget *parent)
    : QWidget(parent)
    , m_backend(backend)
    , m_days(new DaysBox(this))
    , m_size(plainLabel(QString(), this))
    , m_delete(new QPushButton(tr("&Delete It Now…"), this))
    , m_note(noteLabel(QString(), this))
{
    m_days->setObjectName(u"historyDays"_s);
    m_days->setAccessibleName(tr("Keep what is over on this computer for"));
    m_days->setRange(0, Preferences::MostHistoryDays);
    m_days->setSpecialValueText(tr("Not at all"));
    m_days->setValue(days);
    m_size->setObjectName(u"historySize"_s);
    m_delete->setObjectName(u"historyDelete"_s);
    m_delete->setAutoDefault(false);
    m_delete->setEnabled(false);
    m_note->setObjectName(u"historyNote"_s);

    auto *row = new QHBoxLayout;
    row->addWidget(m_days);
    row->addWidget(m_size);
    row->addStretch();
    row->addWidget(m_delete);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addWidget(m_note);
    connect(m_days, &QSpinBox::valueChanged, this, &HistoryPreference::updateNote);
    connect(m_delete, &QPushButton::clicked, this, &HistoryPreference::askDelete);
    updateNote();
    measure();
}

void HistoryPreference::measure()
{
    m_backend.measureHistory(this, [this](qint64 bytes) { showBytes(bytes); });
}

void HistoryPreference::showBytes(qint64 bytes)
{
    m_size->setText(bytes == 0 ? tr("Nothing is kept now") : tr("%1 now").arg(ColumnFormat::bytes(bytes)));
    m_delete->setEnabled(bytes > 0);
}

void HistoryPreference::updateNote()
{
    m_note->setText(m_days->value() == 0
            ? tr("Nothing more will be kept. What is kept already stays until you delete it.")
            : tr("Who was connected, when and from where: for the History, also while a server is away. Only you can "
                 "read it. What is older is deleted."));
}

void HistoryPreference::askDelete()
{
    auto *box = new QMessageBox(QMessageBox::Question, tr("Delete the history"), QString(), QMessageBox::Cancel, this);
    box->setObjectName(u"historyDeleteBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setText(tr("Delete all that this computer keeps of what is over, of every server?"));
    box->setInformativeText(tr("This cannot be undone. What the servers keep themselves stays there."));
    QPushButton *sure = box->addButton(tr("Delete"), QMessageBox::DestructiveRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(sure, &QPushButton::clicked, this, [this] {
        m_delete->setEnabled(false);
        m_size->setText(tr("Deleting…"));
        m_backend.deleteHistory(this, [this](qint64 left) {
            showBytes(left);
            if (left > 0)
                m_size->setText(tr("%1 could not be deleted").arg(ColumnFormat::bytes(left)));
        });
    });
    box->open();
}

} // namespace mailhelm
