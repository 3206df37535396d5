// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QFile>
#include <QString>

#include <functional>

namespace mailhelm::ctl
{

/// The standard streams. One of it, made in main() and handed on.
class Terminal
{
public:
    Terminal();

    [[nodiscard]] QFile &out() { return m_out; }
    /// Writes and flushes; false where nobody reads any more.
    bool print(const QByteArray &text);
    bool print(const QString &text) { return print(text.toUtf8()); }
    /// One line on stdout. The text may hold what others chose.
    bool say(const QString &text);
    /// "mailhelmctl: …" on stderr. The text may hold what others chose.
    void complain(const QString &text);

    /// A line on stderr that is no complaint.
    void remark(const QString &text);
    /// How far it is, on stderr: on a terminal the line before is written over, elsewhere it is a line where
    /// `worthALine` says so.
    void progress(const QString &text, bool worthALine);
    /// Before anything else is written.
    void endProgress();

    [[nodiscard]] bool outIsTerminal() const;
    [[nodiscard]] bool errIsTerminal() const;
    [[nodiscard]] bool inIsTerminal() const;
    [[nodiscard]] int width() const; ///< cells; 0 = not a terminal

    /// The next line of stdin, without waiting for it in here; "" at its end. `context` as in QObject::connect().
    void readLine(QObject *context, std::function<void(QString)> then);

private:
    QFile m_out;
    bool m_inProgress = false; ///< the cursor stands behind a progress line
};

} // namespace mailhelm::ctl
