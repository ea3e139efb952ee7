// SPDX-License-Identifier: GPL-2.0-only
/* What a task is called; see label.h. */
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "label.h"

static const char *append(char **at, const char *text)
{
	size_t size = strlen(text) + 1;
	const char *copy = *at;

	memcpy(*at, text, size);
	*at += size;
	return copy;
}

/**
 * devtask_label_create() - copy the names of a task into one object
 * @type: operation type
 * @uid: the user that the task runs as
 * @trigger: GUID of the request
 * @program: path of the entry point
 * @device: the device as the request named it
 * @arguments: the app's opaque string
 *
 * May sleep. Return: a label with one reference, or NULL without memory.
 */
struct devtask_label *devtask_label_create(enum devtask_type type, kuid_t uid,
					   const char *trigger, const char *program,
					   const char *device, const char *arguments)
{
	size_t size = strlen(trigger) + strlen(program) + strlen(device) + strlen(arguments) + 4;
	struct devtask_label *label;
	char *at;

	label = kmalloc(struct_size(label, text, size), GFP_KERNEL_ACCOUNT);
	if (!label)
		return NULL;
	kref_init(&label->ref);
	label->task_id = 0;
	label->type = type;
	label->uid = uid;
	at = label->text;
	label->trigger = append(&at, trigger);
	label->program = append(&at, program);
	label->device = append(&at, device);
	label->arguments = append(&at, arguments);
	return label;
}

static void free_label(struct kref *ref)
{
	kfree(container_of(ref, struct devtask_label, ref));
}

void devtask_label_get(struct devtask_label *label)
{
	kref_get(&label->ref);
}

void devtask_label_put(struct devtask_label *label)
{
	kref_put(&label->ref, free_label);
}
