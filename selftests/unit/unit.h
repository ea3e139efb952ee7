/* SPDX-License-Identifier: GPL-2.0-only */
/* unit - what every unit test needs: cmocka and the headers that it wants before it. */
#ifndef DEVTASK_UNIT_H
#define DEVTASK_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
