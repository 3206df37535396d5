// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>

#include "core/table/table.h"

class QAction;

namespace mailhelm
{

class Preferences;

/// What stands behind a tab of the window.
class Page : public QWidget
{
    Q_OBJECT
public:
    using QWidget::QWidget;

    [[nodiscard]] virtual QString key() const = 0; ///< what --tab calls it: "connections"
    [[nodiscard]] virtual QString title() const = 0; ///< of its tab
    [[nodiscard]] virtual std::optional<qsizetype> count() const { return std::nullopt; } ///< beside the title
    /// Shows one server's rows; nullopt: everybody's.
    virtual void setServer(std::optional<quint16> server) = 0;
    /// For the window's menus; the page's own, with their shortcuts.
    [[nodiscard]] virtual QList<QAction *> viewActions() const { return {}; }
    [[nodiscard]] virtual QList<QAction *> rowActions() { return {}; }
    /// At first and whenever one is changed.
    virtual void applyPreferences(const Preferences &) { }
    virtual void saveState() { }
    virtual void warn(const QString &text) = 0; ///< in the page's message line
    virtual void takeFocus() = 0;

Q_SIGNALS:
    void countsChanged(); ///< at most every 250 ms
    void addServerRequested(const QString &link = {}); ///< with the pairing link, where it was given already
    /// Somebody wants to see these rows on their page.
    void showRequested(mailhelm::TableId table, const QString &filter);
};

} // namespace mailhelm
