// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/logging.h"

Q_LOGGING_CATEGORY(lcTable, "mailhelm.table", QtInfoMsg)
Q_LOGGING_CATEGORY(lcNet, "mailhelm.net", QtInfoMsg)
Q_LOGGING_CATEGORY(lcAgent, "mailhelm.agent", QtInfoMsg)
Q_LOGGING_CATEGORY(lcSource, "mailhelm.source", QtInfoMsg)
Q_LOGGING_CATEGORY(lcClient, "mailhelm.client", QtInfoMsg)
Q_LOGGING_CATEGORY(lcViews, "mailhelm.views", QtInfoMsg)
