// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/gui/peopletest.h"

#include <functional>

namespace mailhelm
{

/// A way round the console: a window with rows on every page, and every dialog there is by its name. For what must be
/// true of all of them.
struct Tour : PeopleTest {
    /// Opens the window. `text`, where it is not empty, stands in every text of every row beside the usual ones, in
    /// what the servers say and in what is answered.
    void begin(const QByteArray &text = {});
    [[nodiscard]] QStringList pages() const; ///< keys, as the tabs stand
    /// Shows that page with the keyboard in it and, where it has rows, one of them chosen.
    Page *goTo(const QString &key);

    struct Stop {
        const char *name;
        std::function<void(Tour &)> open;
        const char *object; ///< of the dialog
    };
    [[nodiscard]] static const QList<Stop> &dialogs();
    /// The open dialog; null where it did not open.
    QWidget *show(const Stop &stop);
    void closeAll();

    struct Menu {
        QString name;
        QMenu *menu;
    };
    /// The menus of that page as they are now: of the menu bar, behind its buttons, of a row; with those within.
    [[nodiscard]] QList<Menu> menusOf(const QString &page);

    static constexpr RowKey Row { 1, 900'001 }; ///< with `text` in it, in every table
};

} // namespace mailhelm
