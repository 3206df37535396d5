// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/aboutdialog.h"

#include "views/icons.h"
#include "views/viewtext.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

AboutDialog::AboutDialog(QWidget *parent)
    : QDialog(parent)
{
    setObjectName(u"aboutDialog"_s);
    setWindowTitle(tr("About Mailhelm"));
    auto *picture = new QLabel(this);
    picture->setPixmap(applicationIcon().pixmap(64, 64));
    picture->setAccessibleName(tr("Mailhelm's icon"));
    auto *title = plainLabel(tr("Mailhelm %1").arg(QStringLiteral(MAILHELM_VERSION)), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.4);
    large.setBold(true);
    title->setFont(large);
    auto *text
        = plainLabel(tr("Who is on the mail server, right now: see every connection, and end any one of them."), this);
    text->setWordWrap(true);
    auto *details = plainLabel(tr("Qt %1\nFree software under the GNU General Public License, version 3 or later.\n"
                                  "It comes without any warranty.")
                                   .arg(QLatin1StringView(qVersion())),
        this);
    details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    details->setWordWrap(true);
    auto *words = new QVBoxLayout;
    words->addWidget(title);
    words->addWidget(text);
    words->addWidget(details);
    auto *head = new QHBoxLayout;
    head->addWidget(picture, 0, Qt::AlignTop);
    head->addSpacing(12);
    head->addLayout(words, 1);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(head);
    layout->addSpacing(8);
    layout->addWidget(buttons);
    setMinimumWidth(sizeInText(*this, 68, 0).width());
    resize(minimumWidth(), 0);
    growToFit(*this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

} // namespace mailhelm
