// SPDX-License-Identifier: GPL-2.0-only
/* kernel - see kernel.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "genl.h"
#include "kernel.h"

/* What came in and has not been handed over. */
struct note {
	struct note *next;
	bool gone;
	struct devtask_ask ask;
};

struct devtask_kernel {
	struct devtask_genl *commands;	/* its socket holds the helper's role */
	struct devtask_genl *events;
	struct note *notes, **last_note;
	bool lost_notes;
};

struct dump {
	devtask_kernel_task_fn *fn;
	void *context;
};

struct receive {
	devtask_kernel_event_fn *fn;
	void *context;
};

static int take_info(const struct nlattr *attributes, int length, void *context)
{
	return devtask_proto_unpack(&devtask_info_shape, context, attributes, length);
}

static int take_task(const struct nlattr *attributes, int length, void *context)
{
	return devtask_proto_unpack(&devtask_task_shape, context, attributes, length);
}

static int take_claim(const struct nlattr *attributes, int length, void *context)
{
	return devtask_proto_unpack(&devtask_claim_shape, context, attributes, length);
}

/* Called in the middle of other things: keeps the note, no more. */
static void keep_note(int command, const struct nlattr *attributes, int length, void *context)
{
	struct devtask_kernel *kernel = context;
	struct note *note;

	if (command != DEVTASK_CMD_ASK_NTF && command != DEVTASK_CMD_ASK_GONE_NTF)
		return;
	note = calloc(1, sizeof(*note));
	if (!note || devtask_proto_unpack(&devtask_ask_shape, &note->ask, attributes, length)) {
		kernel->lost_notes = true;
		free(note);
		return;
	}
	note->gone = command == DEVTASK_CMD_ASK_GONE_NTF;
	*kernel->last_note = note;
	kernel->last_note = &note->next;
}

static void drop_notes(struct devtask_kernel *kernel)
{
	struct note *note;

	while ((note = kernel->notes)) {
		kernel->notes = note->next;
		free(note);
	}
	kernel->last_note = &kernel->notes;
}

static int tell_busy(struct devtask_genl *genl, struct devtask_error *error)
{
	struct devtask_info info = { 0 };

	devtask_genl_call(genl, DEVTASK_CMD_INFO_GET, false, NULL, NULL, take_info, &info, NULL);
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EBUSY,
		"a devtaskd is running already (pid %u); stop it first: systemctl stop devtaskd",
		info.helper_pid);
}

static int bind_helper(struct devtask_genl *genl, struct devtask_error *error)
{
	struct devtask_helper helper = { .abi_version = DEVTASK_PROGRAM_ABI };
	int ret;

	devtask_set(&helper, DEVTASK_A_HELPER_ABI_VERSION);
	ret = devtask_genl_call(genl, DEVTASK_CMD_HELPER_BIND, false, &devtask_helper_shape,
				&helper, NULL, NULL, error);
	if (ret == -EBUSY)
		return tell_busy(genl, error);
	if (ret == -EPERM)
		return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, ret,
			"devtaskd must run as root; start it with: systemctl start devtaskd");
	return ret;
}

static int connect_both(struct devtask_kernel *kernel, struct devtask_error *error)
{
	int ret = devtask_genl_connect(&kernel->commands, error);

	if (!ret)
		ret = bind_helper(kernel->commands, error);
	if (!ret)
		ret = devtask_genl_open(&kernel->events, error);
	if (!ret)
		ret = devtask_genl_listen(kernel->events, error);
	return ret;
}

static void disconnect_both(struct devtask_kernel *kernel)
{
	devtask_genl_close(kernel->events);
	devtask_genl_close(kernel->commands);
	kernel->events = NULL;
	kernel->commands = NULL;
}

int devtask_kernel_open(struct devtask_kernel **kernel, struct devtask_error *error)
{
	struct devtask_kernel *self = calloc(1, sizeof(*self));
	int ret;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->last_note = &self->notes;
	ret = connect_both(self, error);
	if (ret) {
		devtask_kernel_close(self);
		return ret;
	}
	devtask_genl_on_note(self->commands, keep_note, self);
	*kernel = self;
	return 0;
}

int devtask_kernel_ensure(struct devtask_kernel *kernel, struct devtask_error *error)
{
	struct devtask_kernel fresh = { 0 };
	struct devtask_info info = { 0 };
	int ret;

	ret = devtask_genl_call(kernel->commands, DEVTASK_CMD_INFO_GET, false, NULL, NULL,
				take_info, &info, NULL);
	if (!ret && devtask_has(&info, DEVTASK_A_INFO_HELPER_PID))
		return 0;
	ret = connect_both(&fresh, error);
	if (ret) {
		disconnect_both(&fresh);
		return ret;
	}
	disconnect_both(kernel);
	drop_notes(kernel);	/* of a module that is gone */
	kernel->commands = fresh.commands;
	kernel->events = fresh.events;
	devtask_genl_on_note(kernel->commands, keep_note, kernel);
	return 1;
}

void devtask_kernel_close(struct devtask_kernel *kernel)
{
	if (!kernel)
		return;
	disconnect_both(kernel);
	drop_notes(kernel);
	free(kernel);
}

int devtask_kernel_task_create(struct devtask_kernel *kernel, const struct devtask_task *task,
			       uint32_t *id, struct devtask_error *error)
{
	struct devtask_task *created = calloc(1, sizeof(*created));
	int ret;

	if (!created)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	ret = devtask_genl_call(kernel->commands, DEVTASK_CMD_TASK_CREATE, false,
				&devtask_task_shape, task, take_task, created, error);
	if (!ret && !devtask_has(created, DEVTASK_A_TASK_ID))
		ret = devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EBADMSG,
					"the module made a task without telling its number");
	*id = created->id;
	free(created);
	return ret;
}

static int command_on_task(struct devtask_kernel *kernel, int command, uint32_t id,
			   const int *status, struct devtask_error *error)
{
	struct devtask_task *task = calloc(1, sizeof(*task));
	int ret;

	if (!task)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	task->id = id;
	devtask_set(task, DEVTASK_A_TASK_ID);
	if (status) {
		task->exit_status = (uint32_t)*status;
		devtask_set(task, DEVTASK_A_TASK_EXIT_STATUS);
	}
	ret = devtask_genl_call(kernel->commands, command, false, &devtask_task_shape, task,
				NULL, NULL, error);
	free(task);
	return ret;
}

int devtask_kernel_task_start(struct devtask_kernel *kernel, uint32_t id,
			      struct devtask_error *error)
{
	return command_on_task(kernel, DEVTASK_CMD_TASK_START, id, NULL, error);
}

int devtask_kernel_task_end(struct devtask_kernel *kernel, uint32_t id, const int *status,
			    struct devtask_error *error)
{
	return command_on_task(kernel, DEVTASK_CMD_TASK_END, id, status, error);
}

int devtask_kernel_task_cancel(struct devtask_kernel *kernel, uint32_t id,
			       enum devtask_reason reason, enum devtask_detail detail,
			       uint64_t measured_ns, uint64_t required_ns,
			       struct devtask_error *error)
{
	struct devtask_task *task = calloc(1, sizeof(*task));
	int ret;

	if (!task)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	task->id = id;
	devtask_set(task, DEVTASK_A_TASK_ID);
	task->reason = reason;
	devtask_set(task, DEVTASK_A_TASK_REASON);
	task->detail = detail;
	devtask_set(task, DEVTASK_A_TASK_DETAIL);
	task->measured_ns = measured_ns;
	devtask_set(task, DEVTASK_A_TASK_MEASURED_NS);
	task->required_ns = required_ns;
	devtask_set(task, DEVTASK_A_TASK_REQUIRED_NS);
	ret = devtask_genl_call(kernel->commands, DEVTASK_CMD_TASK_CANCEL, false,
				&devtask_task_shape, task, NULL, NULL, error);
	free(task);
	return ret;
}

static int take_dumped_task(const struct nlattr *attributes, int length, void *context)
{
	struct devtask_task *task = calloc(1, sizeof(*task));
	struct dump *dump = context;
	int ret;

	if (!task)
		return -ENOMEM;
	ret = devtask_proto_unpack(&devtask_task_shape, task, attributes, length);
	if (!ret)
		dump->fn(task, dump->context);
	free(task);
	return ret;
}

int devtask_kernel_task_dump(struct devtask_kernel *kernel, devtask_kernel_task_fn *fn,
			     void *context, struct devtask_error *error)
{
	struct dump dump = { .fn = fn, .context = context };

	return devtask_genl_call(kernel->commands, DEVTASK_CMD_TASK_GET, true, NULL, NULL,
				 take_dumped_task, &dump, error);
}

static int create_claim(struct devtask_kernel *kernel, uint32_t task, const char *node,
			const char *hardware_id, const uint32_t *replaces, uint32_t *claim,
			struct devtask_error *error)
{
	struct devtask_claim *request = calloc(2, sizeof(*request));
	int ret;

	if (!request)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	request->task_id = task;
	devtask_set(request, DEVTASK_A_CLAIM_TASK_ID);
	snprintf(request->path, sizeof(request->path), "%s", node);
	devtask_set(request, DEVTASK_A_CLAIM_PATH);
	snprintf(request->hardware_id, sizeof(request->hardware_id), "%s", hardware_id);
	devtask_set(request, DEVTASK_A_CLAIM_HARDWARE_ID);
	if (replaces) {
		request->replaces = *replaces;
		devtask_set(request, DEVTASK_A_CLAIM_REPLACES);
	}
	ret = devtask_genl_call(kernel->commands, DEVTASK_CMD_CLAIM_CREATE, false,
				&devtask_claim_shape, request, take_claim, request + 1, error);
	if (!ret && !devtask_has(request + 1, DEVTASK_A_CLAIM_ID))
		ret = devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EBADMSG,
					"the module made a claim without telling its number");
	*claim = request[1].id;
	free(request);
	return ret;
}

int devtask_kernel_claim_create(struct devtask_kernel *kernel, uint32_t task, const char *node,
				const char *hardware_id, uint32_t *claim,
				struct devtask_error *error)
{
	return create_claim(kernel, task, node, hardware_id, NULL, claim, error);
}

int devtask_kernel_claim_replace(struct devtask_kernel *kernel, uint32_t task, const char *node,
				 const char *hardware_id, uint32_t replaces, uint32_t *claim,
				 struct devtask_error *error)
{
	return create_claim(kernel, task, node, hardware_id, &replaces, claim, error);
}

struct claim_dump {
	devtask_kernel_claim_fn *fn;
	void *context;
};

static int take_dumped_claim(const struct nlattr *attributes, int length, void *context)
{
	struct devtask_claim *claim = calloc(1, sizeof(*claim));
	struct claim_dump *dump = context;
	int ret;

	if (!claim)
		return -ENOMEM;
	ret = devtask_proto_unpack(&devtask_claim_shape, claim, attributes, length);
	if (!ret)
		dump->fn(claim, dump->context);
	free(claim);
	return ret;
}

int devtask_kernel_claim_dump(struct devtask_kernel *kernel, devtask_kernel_claim_fn *fn,
			      void *context, struct devtask_error *error)
{
	struct claim_dump dump = { .fn = fn, .context = context };

	return devtask_genl_call(kernel->commands, DEVTASK_CMD_CLAIM_GET, true, NULL, NULL,
				 take_dumped_claim, &dump, error);
}

int devtask_kernel_descriptor(const struct devtask_kernel *kernel)
{
	return devtask_genl_descriptor(kernel->events);
}

static int take_event(const struct nlattr *attributes, int length, void *context)
{
	struct receive *receive = context;
	struct devtask_event event;

	/* A torn event is not worth the helper's life: the dump of tasks has the truth. */
	if (!devtask_proto_unpack(&devtask_event_shape, &event, attributes, length))
		receive->fn(&event, receive->context);
	return 0;
}

int devtask_kernel_event_dump(struct devtask_kernel *kernel, devtask_kernel_event_fn *fn,
			      void *context, struct devtask_error *error)
{
	struct receive receive = { .fn = fn, .context = context };

	return devtask_genl_call(kernel->commands, DEVTASK_CMD_EVENT_GET, true, NULL, NULL,
				 take_event, &receive, error);
}

int devtask_kernel_receive(struct devtask_kernel *kernel, devtask_kernel_event_fn *fn,
			   void *context)
{
	struct receive receive = { .fn = fn, .context = context };

	return devtask_genl_receive(kernel->events, take_event, &receive);
}

int devtask_kernel_ask_descriptor(const struct devtask_kernel *kernel)
{
	return devtask_genl_descriptor(kernel->commands);
}

int devtask_kernel_asks(struct devtask_kernel *kernel, devtask_kernel_ask_fn *ask,
			devtask_kernel_gone_fn *gone, void *context)
{
	int ret = devtask_genl_notes(kernel->commands);
	struct note *note;

	/* The callee may command the module, and so let more notes in. */
	while ((note = kernel->notes)) {
		kernel->notes = note->next;
		if (!kernel->notes)
			kernel->last_note = &kernel->notes;
		if (note->gone)
			gone(note->ask.id, context);
		else
			ask(&note->ask, context);
		free(note);
	}
	if (kernel->lost_notes)
		ret = -ENOBUFS;
	kernel->lost_notes = false;
	return ret;
}

static int take_dumped_ask(const struct nlattr *attributes, int length, void *context)
{
	struct note ***end = context;
	struct note *note = calloc(1, sizeof(*note));
	int ret;

	if (!note)
		return -ENOMEM;
	ret = devtask_proto_unpack(&devtask_ask_shape, &note->ask, attributes, length);
	if (ret) {
		free(note);
		return ret;
	}
	**end = note;
	*end = &note->next;
	return 0;
}

/* Handed over when the dump is through: the callee commands the module on the same socket. */
int devtask_kernel_ask_dump(struct devtask_kernel *kernel, devtask_kernel_ask_fn *fn,
			    void *context, struct devtask_error *error)
{
	struct note *notes = NULL, **end = &notes, *note;
	int ret = devtask_genl_call(kernel->commands, DEVTASK_CMD_ASK_GET, true, NULL, NULL,
				    take_dumped_ask, &end, error);

	while ((note = notes)) {
		notes = note->next;
		fn(&note->ask, context);
		free(note);
	}
	return ret;
}

int devtask_kernel_ask_answer(struct devtask_kernel *kernel, const struct devtask_ask *answer,
			      struct devtask_error *error)
{
	return devtask_genl_call(kernel->commands, DEVTASK_CMD_ASK_ANSWER, false,
				 &devtask_ask_shape, answer, NULL, NULL, error);
}
