/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_LOGGER_DESCRIPTORS_H
#define SELFTESTS_LOGGER_DESCRIPTORS_H

/* Tell FunctionFS, through its open ep0, which interface and endpoints the logger has.
 * Returns 0, or -1 with errno.
 */
int logger_descriptors_write(int ep0);

#endif
