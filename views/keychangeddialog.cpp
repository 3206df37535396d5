// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/keychangeddialog.h"

#include "core/base/safetext.h"
#include "views/backend.h"
#include "views/icons.h"
#include "views/rowcopy.h"
#include "views/viewtext.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

KeyChangedDialog::KeyChangedDialog(const ServerStatus &server, QWidget *parent)
    : QDialog(parent)
{
    setObjectName(u"keyChangedDialog"_s);
    setWindowTitle(tr("The key has changed"));
    const QString name = safeText(server.name, 80);
    auto *sign = new QLabel(this);
    const int side = style()->pixelMetric(QStyle::PM_MessageBoxIconSize);
    sign->setPixmap(tinted(Symbol::Warning, side, tints(palette()).warning, devicePixelRatioF()));
    auto *title = plainLabel(tr("Another key answers at %1 than the one that was paired").arg(name), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.2);
    large.setBold(true);
    title->setFont(large);
    title->setWordWrap(true);
    title->setObjectName(u"title"_s);
    auto *place = plainLabel(safeText(server.address), this);
    auto *text
        = plainLabel(tr("The connection was ended before anything was sent. Either the agent was installed anew and "
                        "made itself a new key, or somebody stands between you and the server and reads along."),
            this);
    text->setWordWrap(true);
    auto *advice
        = plainLabel(tr("Ask whoever looks after the host, by another way than mail. If the key is really new: remove "
                        "the server here, run this there, and add it again with the link that it prints."),
            this);
    advice->setWordWrap(true);

    auto *keys = new QGridLayout;
    keys->setHorizontalSpacing(12);
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    int row = 0;
    const auto addLine = [&](const QString &what, const QString &line, const char *objectName) {
        auto *value = plainLabel(line, this);
        value->setFont(fixed);
        value->setObjectName(QLatin1StringView(objectName));
        value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        value->setAccessibleName(what);
        keys->addWidget(plainLabel(what, this), row, 0, Qt::AlignTop);
        keys->addWidget(value, row++, 1);
    };
    addLine(tr("Paired:"), pinLines(safeText(server.pin)), "pairedKey");
    addLine(tr("Answers now:"), pinLines(safeText(server.seenPin)), "seenKey");
    keys->setColumnStretch(1, 1);
    auto *command = plainLabel(u"mailhelmd enroll NAME --role ROLE"_s, this);
    command->setFont(fixed);
    command->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    command->setContentsMargins(16, 0, 0, 0);

    auto *buttons = new QDialogButtonBox(this);
    QPushButton *copy = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    copy->setObjectName(u"copy"_s);
    copy->setIcon(icon(Symbol::Copy));
    copy->setAutoDefault(false);
    QPushButton *remove = buttons->addButton(tr("&Remove server…"), QDialogButtonBox::DestructiveRole);
    remove->setObjectName(u"remove"_s);
    remove->setAutoDefault(false);
    QPushButton *close = buttons->addButton(QDialogButtonBox::Close);
    close->setObjectName(u"close"_s);
    close->setDefault(true);
    close->setFocus();

    auto *words = new QVBoxLayout;
    words->addWidget(title);
    words->addWidget(place);
    auto *head = new QHBoxLayout;
    head->addWidget(sign, 0, Qt::AlignTop);
    head->addSpacing(6);
    head->addLayout(words, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addLayout(head);
    layout->addLayout(keys);
    layout->addWidget(text);
    layout->addWidget(advice);
    layout->addWidget(command);
    layout->addStretch();
    layout->addWidget(buttons);
    resize(sizeInText(*this, 86, 0));
    growToFit(*this);

    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(remove, &QPushButton::clicked, this, [this] {
        Q_EMIT removeRequested();
        reject();
    });
    connect(copy, &QPushButton::clicked, this, [server] {
        copyToClipboard(
            tr("%1 (%2)\nPaired: %3\nAnswers now: %4")
                .arg(safeText(server.name), safeText(server.address), safeText(server.pin), safeText(server.seenPin)));
    });
}

} // namespace mailhelm
