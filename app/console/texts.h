// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTranslator>

namespace mailhelm
{

/// The console's texts in the language that was chosen, and Qt's own with them. Lives as long as the application.
class Texts
{
public:
    /// "de"; empty: that of the desktop, as far as there are texts of it. English needs a file too: for its plurals.
    bool choose(const QString &language);

private:
    QTranslator m_own;
    QTranslator m_qt;
};

} // namespace mailhelm
