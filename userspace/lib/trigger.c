// SPDX-License-Identifier: LGPL-2.1-or-later
/* trigger - see trigger.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/devtask_app.h>

#include "sentence.h"
#include "trigger.h"

int devtask_trigger_check_text(const char *what, const char *text, size_t min, size_t max)
{
	size_t size;

	if (!text)
		return devtask_sentence_set(-EINVAL, "%s: there is none (NULL)", what);
	size = strlen(text);
	if (size < min)
		return devtask_sentence_set(-EINVAL, "%s: it is empty", what);
	if (size > max)
		return devtask_sentence_set(-EINVAL, "%s: %zu bytes, at most %zu are allowed", what,
					    size, max);
	return 0;
}

/* Puts a copy of @text in place of what was there. */
static int replace(char **place, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return devtask_sentence_set(-ENOMEM, "no memory left");
	free(*place);
	*place = copy;
	return 0;
}

int devtask_trigger_create(enum devtask_type type, const char *device,
			   struct devtask_trigger **trigger)
{
	struct devtask_trigger *fresh;
	int err;

	err = devtask_trigger_check_text("the device's name", device, 1, DEVTASK_APP_NAME_MAX);
	if (err)
		return err;
	if ((unsigned int)type > DEVTASK_TYPE_MAX)
		return devtask_sentence_set(-EINVAL, "there is no operation type %u", type);
	fresh = calloc(1, sizeof(*fresh));
	if (!fresh)
		return devtask_sentence_set(-ENOMEM, "no memory left");
	fresh->type = type;
	err = replace(&fresh->device, device);
	if (err)
		free(fresh);
	else
		*trigger = fresh;
	return err;
}

int devtask_trigger_set_arguments(struct devtask_trigger *trigger, const char *arguments)
{
	int err = devtask_trigger_check_text("the arguments", arguments, 0,
					     DEVTASK_APP_ARGUMENTS_MAX);

	return err ? err : replace(&trigger->arguments, arguments);
}

void devtask_trigger_set_estimate_ns(struct devtask_trigger *trigger, uint64_t estimate_ns)
{
	trigger->estimate_ns = estimate_ns;
}

void devtask_trigger_destroy(struct devtask_trigger *trigger)
{
	if (!trigger)
		return;
	free(trigger->device);
	free(trigger->arguments);
	free(trigger);
}
