// SPDX-License-Identifier: LGPL-2.1-or-later
/* sentence - see sentence.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <linux/devtask_app.h>

#include "include/devtask.h"
#include "sentence.h"

static __thread char sentence[DEVTASK_APP_SENTENCE_MAX];

int devtask_sentence_set(int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	return err;
}

/* What an errno of the door means, where strerror() would not help. */
static const struct {
	int err;
	const char *meaning;
} meanings[] = {
	{ -EPERM, "another process opened this session; after fork() open one of your own" },
	{ -EBUSY, "a request of this registration waits or its task runs; let it end or cancel it" },
	{ -ESRCH, "nothing of this registration waits or runs" },
	{ -EALREADY, "it has been cancelled before; wait for \"completed\"" },
	{ -ENOBUFS, "too many completed runs are unread; read the events" },
	{ -EHOSTDOWN, "devtaskd does not run; systemctl start devtaskd" },
	{ -EDQUOT, "this session has too many registrations; unregister one" },
	{ -EACCES, "refused" },
	{ -ENXIO, "the task has no such device" },
	{ -ENODEV, "the device is gone or has been taken back" },
	{ -ENOTTY, "the module does not know this call; it is older than the library" },
};

int devtask_sentence_of_errno(int err, const char *doing)
{
	const char *meaning = NULL;

	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (meanings[i].err == err)
			meaning = meanings[i].meaning;
	if (!meaning)
		meaning = strerrordesc_np(-err);
	return devtask_sentence_set(err, "%s: %s", doing, meaning ? meaning : "unknown error");
}

char *devtask_sentence_buffer(size_t *size)
{
	sentence[0] = '\0';
	*size = sizeof(sentence);
	return sentence;
}

const char *devtask_sentence(void)
{
	return sentence;
}
