/* SPDX-License-Identifier: GPL-2.0-only */
/* human - numbers as people read them. Pure, but for the clock's offset. */
#ifndef DEVTASK_CTL_HUMAN_H
#define DEVTASK_CTL_HUMAN_H

#include <stddef.h>
#include <stdint.h>

struct json_object;

/* "512 B", "3.4 KiB", "17 MiB". Returns @text, as all of them. */
const char *devtask_human_bytes(uint64_t bytes, char *text, size_t size);

/* "1,234,567" */
const char *devtask_human_count(uint64_t count, char *text, size_t size);

/* A time of CLOCK_BOOTTIME as local time of day: "13:45:02.125". */
const char *devtask_human_clock(uint64_t boottime_ns, char *text, size_t size);

/* A uid as the user's name, or as the number if it has none. */
const char *devtask_human_user(uint32_t uid, char *text, size_t size);

/* A time of CLOCK_REALTIME as local date and time: "2026-11-22 13:45:02". */
const char *devtask_human_date(uint64_t realtime_ns, char *text, size_t size);

/*
 * The text under @key, or "", fit for a terminal: it may come from an app. Owned by @object,
 * which is changed.
 */
const char *devtask_human_member(struct json_object *object, const char *key);

#endif
