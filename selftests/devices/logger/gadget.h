/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_LOGGER_GADGET_H
#define SELFTESTS_LOGGER_GADGET_H

#include <stdint.h>

struct logger_gadget_names {
	const char *udc; /* the device controller, a name in /sys/class/udc */
	uint16_t vendor;
	uint16_t product;
	const char *serial; /* unique in the system; names the gadget too */
};

/* Make the gadget with one FunctionFS function and mount it; not plugged in yet. Returns the
 * mount point, to be used until logger_gadget_destroy(); or NULL, having said why on stderr.
 */
const char *logger_gadget_create(const struct logger_gadget_names *names);

/* Connect to, or disconnect from, the host. Needs the descriptors to have been written. A
 * second plug or unplug does nothing. Returns 0, or -1 with errno.
 */
int logger_gadget_plug(void);
int logger_gadget_unplug(void);

/* Undo logger_gadget_create(). The files of the mount point must be closed. */
void logger_gadget_destroy(void);

#endif
