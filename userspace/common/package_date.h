/* SPDX-License-Identifier: GPL-2.0-only */
/* package_date - points in time as XML writes them. Pure. */
#ifndef DEVTASK_PACKAGE_DATE_H
#define DEVTASK_PACKAGE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * "2013-05-30T00:24:50.4628641Z", also with "+02:00", or without a zone for UTC, to units of 100 ns
 * since 1970, which is what Windows counts in. False if it is none, or before 1601 or after 9998.
 */
bool devtask_package_date_parse(const char *text, int64_t *date);

/* As "20130530T002450.4628641Z": UTC, and the order of texts is the order in time. */
#define DEVTASK_PACKAGE_DATE_SIZE 32
const char *devtask_package_date_print(int64_t date, char text[DEVTASK_PACKAGE_DATE_SIZE]);

#endif
