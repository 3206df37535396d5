// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a fuzz target over its corpus once: what was ever found stays found. Usage: replay DIRECTORY
#include "tests/fuzz/fuzz.h"

#include <QDirIterator>
#include <QFile>

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s CORPUS-DIRECTORY\n", argv[0]);
        return 2;
    }
    int files = 0;
    QDirIterator it(QString::fromLocal8Bit(argv[1]), QDir::Files);
    while (it.hasNext()) {
        QFile file(it.next());
        if (!file.open(QIODevice::ReadOnly)) {
            std::fprintf(stderr, "cannot read %s\n", qPrintable(file.fileName()));
            return 1;
        }
        const QByteArray bytes = file.readAll();
        std::fprintf(stderr, "%s\n", qPrintable(file.fileName()));
        // A copy of just that size, so that a sanitizer sees every read beyond it.
        auto *exact = static_cast<uint8_t *>(std::malloc(size_t(bytes.size()) + (bytes.isEmpty() ? 1 : 0)));
        std::copy(bytes.begin(), bytes.end(), exact);
        LLVMFuzzerTestOneInput(exact, size_t(bytes.size()));
        std::free(exact);
        ++files;
    }
    if (files == 0)
        std::fprintf(stderr, "the corpus %s is empty\n", argv[1]);
    return files == 0 ? 1 : 0;
}
