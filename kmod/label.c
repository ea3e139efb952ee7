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

static size_t size_of(const struct devtask_label *names)
{
	return strlen(names->trigger) + strlen(names->program) + strlen(names->device) +
	       strlen(names->arguments) + strlen(names->app) + strlen(names->registration) + 6;
}

/**
 * devtask_label_create() - copy the names of a task into one object
 * @names: type, user and texts
 *
 * May sleep. Return: a label with one reference, or NULL without memory.
 */
struct devtask_label *devtask_label_create(const struct devtask_label *names)
{
	struct devtask_label *label;
	char *at;

	label = kmalloc(struct_size(label, text, size_of(names)), GFP_KERNEL_ACCOUNT);
	if (!label)
		return NULL;
	kref_init(&label->ref);
	label->task_id = 0;
	label->type = names->type;
	label->uid = names->uid;
	at = label->text;
	label->trigger = append(&at, names->trigger);
	label->program = append(&at, names->program);
	label->device = append(&at, names->device);
	label->arguments = append(&at, names->arguments);
	label->app = append(&at, names->app);
	label->registration = append(&at, names->registration);
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
