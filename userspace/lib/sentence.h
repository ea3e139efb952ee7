/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sentence - what went wrong, for a person: one text per thread, as errno is one number per
 * thread. Must not know what the calls do.
 */
#ifndef LIBDEVTASK_SENTENCE_H
#define LIBDEVTASK_SENTENCE_H

#include <stddef.h>

/* Keeps the sentence and returns @err, a negative errno. */
int devtask_sentence_set(int err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* For a refusal by /dev/devtask without a sentence of its own: who is refused and what to do. */
int devtask_sentence_of_errno(int err, const char *doing);

/* The buffer itself, for the kernel to write to, and its size; made empty. */
char *devtask_sentence_buffer(size_t *size);

#endif
