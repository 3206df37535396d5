// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/addserverdialog.h"

#include "core/base/safetext.h"
#include "views/icons.h"
#include "views/viewtext.h"

#include <QClipboard>
#include <QComboBox>
#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPixmap>
#include <QPushButton>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

QList<NamedColour> environmentColours()
{
    return { { AddServerDialog::tr("None"), QColor() }, { AddServerDialog::tr("Red"), QColor(0xd1, 0x3c, 0x3c) },
        { AddServerDialog::tr("Orange"), QColor(0xcd, 0x70, 0x15) },
        { AddServerDialog::tr("Yellow"), QColor(0xdb, 0xb0, 0x28) },
        { AddServerDialog::tr("Green"), QColor(0x3a, 0x95, 0x57) },
        { AddServerDialog::tr("Blue"), QColor(0x4a, 0x95, 0xed) },
        { AddServerDialog::tr("Violet"), QColor(0x8a, 0x56, 0xb8) } };
}

void fillColourBox(QComboBox *box, const QColor &current)
{
    for (const NamedColour &named : environmentColours()) {
        QPixmap pixmap(14, 14);
        pixmap.fill(named.colour.isValid() ? named.colour : QColor(Qt::transparent));
        box->addItem(QIcon(pixmap), named.name, named.colour);
        if (named.colour == current)
            box->setCurrentIndex(box->count() - 1);
    }
    if (!current.isValid() || box->currentData().value<QColor>() == current)
        return;
    // One that is offered no more stays what it is.
    QPixmap pixmap(14, 14);
    pixmap.fill(current);
    box->addItem(QIcon(pixmap), AddServerDialog::tr("As now"), current);
    box->setCurrentIndex(box->count() - 1);
}

AddServerDialog::AddServerDialog(Backend &backend, QWidget *parent)
    : QDialog(parent)
    , m_backend(backend)
    , m_link(new QLineEdit(this))
    , m_found(plainLabel(QString(), this))
    , m_name(new QLineEdit(this))
    , m_group(new QComboBox(this))
    , m_colour(new QComboBox(this))
    , m_message(plainLabel(QString(), this))
{
    setObjectName(u"addServerDialog"_s);
    setWindowTitle(tr("Add server"));
    setMinimumWidth(sizeInText(*this, 84, 0).width());

    auto *intro = plainLabel(tr("On the mail host, run this and paste the link that it prints:"), this);
    auto *command = plainLabel(u"mailhelmd enroll NAME --role ROLE"_s, this);
    command->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    command->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    command->setContentsMargins(16, 2, 0, 6);
    command->setLayoutDirection(Qt::LeftToRight);
    command->setAccessibleName(tr("Command to run on the mail host"));

    m_link->setObjectName(u"link"_s);
    m_link->setAccessibleName(tr("Pairing link"));
    m_link->setLayoutDirection(Qt::LeftToRight);
    m_link->setPlaceholderText(u"mailhelm://…"_s);
    m_link->setClearButtonEnabled(true);
    m_found->setObjectName(u"found"_s);
    m_found->setAccessibleName(tr("What the link says"));
    m_found->setWordWrap(true);
    m_found->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_name->setObjectName(u"name"_s);
    m_name->setAccessibleName(tr("Name"));
    m_name->setMaxLength(64);
    m_name->setPlaceholderText(tr("as the server calls itself"));
    m_group->setObjectName(u"group"_s);
    m_group->setAccessibleName(tr("Group"));
    m_group->setEditable(true);
    m_group->lineEdit()->setAccessibleName(tr("Group"));
    m_group->lineEdit()->setMaxLength(64);
    m_group->lineEdit()->setPlaceholderText(tr("such as production or test"));
    QStringList groups;
    for (const ServerStatus &server : backend.servers())
        if (const QString group = safeText(server.group, 64); !group.isEmpty() && !groups.contains(group))
            groups.append(group);
    m_group->addItems(groups);
    m_group->setCurrentText(QString());
    m_colour->setObjectName(u"colour"_s);
    m_colour->setAccessibleName(tr("Environment colour"));
    fillColourBox(m_colour, QColor());
    m_message->setObjectName(u"message"_s);
    m_message->setAccessibleName(tr("Result"));
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto *form = new QFormLayout;
    form->addRow(tr("Pairing &link:"), m_link);
    form->addRow(QString(), m_found);
    form->addRow(tr("&Name:"), m_name);
    form->addRow(tr("&Group:"), m_group);
    form->addRow(tr("Environment &colour:"), m_colour);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_add = buttons->addButton(tr("Add server"), QDialogButtonBox::AcceptRole);
    m_add->setObjectName(u"add"_s);
    m_add->setDefault(true);

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(intro);
    layout->addWidget(command);
    layout->addLayout(form);
    layout->addWidget(m_message);
    layout->addStretch();
    layout->addWidget(buttons);

    connect(m_link, &QLineEdit::textChanged, this, &AddServerDialog::readLink);
    connect(m_add, &QPushButton::clicked, this, &AddServerDialog::pair);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    readLink();

    const QString pasted = QGuiApplication::clipboard()->text().trimmed();
    if (pasted.startsWith(u"mailhelm://"_s) && pasted.size() < 2048)
        setLink(pasted);
}

void AddServerDialog::setLink(const QString &link)
{
    m_link->setText(link);
    m_link->setCursorPosition(0);
}

void AddServerDialog::readLink()
{
    showError(QString());
    m_add->setEnabled(false);
    const QString link = m_link->text().trimmed();
    if (link.isEmpty()) {
        m_found->setText(tr("A link works once and for ten minutes."));
        return;
    }
    const Result<PairingPreview> preview = m_backend.readLink(link);
    if (!preview) {
        m_found->setText(QString());
        showError(safeText(preview.error().detail));
        return;
    }
    m_preview = preview.value();
    m_found->setText(
        tr("Host %1, port %2\nKey %3")
            .arg(safeText(m_preview.host), QString::number(m_preview.port), pinLines(safeText(m_preview.pin))));
    growToFit(*this);
    m_add->setEnabled(!m_busy);
}

void AddServerDialog::pair()
{
    if (m_busy)
        return;
    setBusy(true);
    m_message->setPalette(palette());
    m_message->setText(
        tr("Connecting to %1:%2 and checking its key…").arg(safeText(m_preview.host), QString::number(m_preview.port)));
    const QColor colour = m_colour->currentData().value<QColor>();
    m_backend.addServer(m_link->text().trimmed(), m_name->text().trimmed(), m_group->currentText().trimmed(), colour,
        this, [this](const Result<ServerStatus> &result) {
            setBusy(false);
            if (!result) {
                showError(safeText(result.error().detail));
                m_link->setFocus(); // where it can be mended, and where Enter tries again
                return;
            }
            Q_EMIT added(result.value());
            accept();
        });
}

void AddServerDialog::setBusy(bool busy)
{
    m_busy = busy;
    for (QWidget *widget : std::initializer_list<QWidget *> { m_link, m_name, m_group, m_colour, m_add })
        widget->setEnabled(!busy);
}

void AddServerDialog::showError(const QString &text)
{
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, tints(colours).bad);
    m_message->setPalette(colours);
    m_message->setText(text);
    growToFit(*this);
}

} // namespace mailhelm
