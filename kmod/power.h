/* SPDX-License-Identifier: GPL-2.0-only */
/* While a firmware is being written the system does not go to sleep (APP-9). Holds no state. */
#ifndef DEVTASK_POWER_H
#define DEVTASK_POWER_H

int devtask_power_init(void);
void devtask_power_exit(void);

#endif
