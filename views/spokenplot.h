// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mailhelm
{

/// Lets screen readers take every Plot for a chart that has a value in words. To be called once or more, in the GUI
/// thread.
void letPlotsSpeak();

} // namespace mailhelm
