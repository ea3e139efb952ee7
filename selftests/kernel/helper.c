// SPDX-License-Identifier: GPL-2.0-only
/*
 * The helper's role, played by the tests, see helper.h. Must not know cgroups, mounts or
 * devices.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "helper.h"

struct list {
	void *to;
	int max, n;
};

int helper_bind_abi(struct wire *w, uint32_t abi)
{
	struct wire_msg m;

	wire_begin(w, &m, DEVTASK_CMD_HELPER_BIND);
	wire_put_u32(&m, DEVTASK_A_HELPER_ABI_VERSION, abi);
	return wire_ask(w, &m, NULL);
}

int helper_bind(struct wire *w)
{
	return helper_bind_abi(w, DEVTASK_ABI_VERSION);
}

int helper_task_create(struct wire *w, const struct task_wish *wish, uint32_t *id)
{
	struct wire_msg m, reply;
	struct wire_attrs attrs;
	int err;

	wire_begin(w, &m, DEVTASK_CMD_TASK_CREATE);
	wire_put_u32(&m, DEVTASK_A_TASK_TYPE, wish->type);
	wire_put_str(&m, DEVTASK_A_TASK_TRIGGER, HELPER_TRIGGER);
	wire_put_str(&m, DEVTASK_A_TASK_PROGRAM, wish->program ?: "/usr/bin/ktest");
	if (wish->arguments)
		wire_put_str(&m, DEVTASK_A_TASK_ARGUMENTS, wish->arguments);
	wire_put_str(&m, DEVTASK_A_TASK_DEVICE, wish->device ?: "test:device");
	wire_put_u32(&m, DEVTASK_A_TASK_UID, wish->uid);
	wire_put_u32(&m, DEVTASK_A_TASK_CGROUP_FD, wish->cgroup_fd);
	if (wish->deadline_ns)
		wire_put_u64(&m, DEVTASK_A_TASK_DEADLINE_NS, wish->deadline_ns);
	if (wish->io_interval_ns)
		wire_put_u64(&m, DEVTASK_A_TASK_IO_INTERVAL_NS, wish->io_interval_ns);
	if (wish->grace_ns)
		wire_put_u64(&m, DEVTASK_A_TASK_GRACE_NS, wish->grace_ns);
	if (wish->app)
		wire_put_str(&m, DEVTASK_A_TASK_APP, wish->app);
	if (wish->ask_id)
		wire_put_u64(&m, DEVTASK_A_TASK_ASK_ID, wish->ask_id);
	if (wish->report_only)
		wire_put_u32(&m, DEVTASK_A_TASK_REPORT_ONLY, 1);
	if (wish->warning_ns || wish->no_warning)
		wire_put_u64(&m, DEVTASK_A_TASK_WARNING_NS, wish->warning_ns);
	err = wire_ask(w, &m, &reply);
	if (err)
		return err;
	wire_parse(&reply, &attrs);
	*id = wire_u32(&attrs, DEVTASK_A_TASK_ID);
	return 0;
}

static int create_claim(struct wire *w, uint32_t task, const char *path, const uint32_t *old,
			uint32_t *id)
{
	struct wire_msg m, reply;
	struct wire_attrs attrs;
	int err;

	wire_begin(w, &m, DEVTASK_CMD_CLAIM_CREATE);
	wire_put_u32(&m, DEVTASK_A_CLAIM_TASK_ID, task);
	wire_put_str(&m, DEVTASK_A_CLAIM_PATH, path);
	wire_put_str(&m, DEVTASK_A_CLAIM_HARDWARE_ID, "test:1209:0001");
	if (old)
		wire_put_u32(&m, DEVTASK_A_CLAIM_REPLACES, *old);
	err = wire_ask(w, &m, &reply);
	if (err)
		return err;
	wire_parse(&reply, &attrs);
	*id = wire_u32(&attrs, DEVTASK_A_CLAIM_ID);
	return 0;
}

int helper_claim_create(struct wire *w, uint32_t task, const char *path, uint32_t *id)
{
	return create_claim(w, task, path, NULL, id);
}

int helper_claim_replace(struct wire *w, uint32_t task, const char *path, uint32_t old,
			 uint32_t *id)
{
	return create_claim(w, task, path, &old, id);
}

static int about_task(struct wire *w, uint8_t cmd, uint32_t id)
{
	struct wire_msg m;

	wire_begin(w, &m, cmd);
	wire_put_u32(&m, DEVTASK_A_TASK_ID, id);
	return wire_ask(w, &m, NULL);
}

int helper_task_start(struct wire *w, uint32_t id)
{
	return about_task(w, DEVTASK_CMD_TASK_START, id);
}

int helper_task_abort(struct wire *w, uint32_t id)
{
	return about_task(w, DEVTASK_CMD_TASK_CANCEL, id);
}

int helper_task_abort_confirmed(struct wire *w, uint32_t id)
{
	struct wire_msg m;

	wire_begin(w, &m, DEVTASK_CMD_TASK_CANCEL);
	wire_put_u32(&m, DEVTASK_A_TASK_ID, id);
	wire_put_u32(&m, DEVTASK_A_TASK_CONFIRMED, 1);
	return wire_ask(w, &m, NULL);
}

int helper_task_end(struct wire *w, uint32_t id, int exit_status)
{
	struct wire_msg m;

	wire_begin(w, &m, DEVTASK_CMD_TASK_END);
	wire_put_u32(&m, DEVTASK_A_TASK_ID, id);
	wire_put_u32(&m, DEVTASK_A_TASK_EXIT_STATUS, exit_status);
	return wire_ask(w, &m, NULL);
}

int helper_task_cancel(struct wire *w, uint32_t id, enum devtask_reason reason,
		       enum devtask_detail detail)
{
	struct wire_msg m;

	wire_begin(w, &m, DEVTASK_CMD_TASK_CANCEL);
	wire_put_u32(&m, DEVTASK_A_TASK_ID, id);
	wire_put_u32(&m, DEVTASK_A_TASK_REASON, reason);
	wire_put_u32(&m, DEVTASK_A_TASK_DETAIL, detail);
	return wire_ask(w, &m, NULL);
}

static void copy(char *to, size_t size, const struct wire_attrs *a, uint16_t type)
{
	snprintf(to, size, "%s", wire_str(a, type));
}

int helper_task_get(struct wire *w, uint32_t id, struct task_facts *f)
{
	struct wire_msg m, reply;
	struct wire_attrs a;
	int err;

	wire_begin(w, &m, DEVTASK_CMD_TASK_GET);
	wire_put_u32(&m, DEVTASK_A_TASK_ID, id);
	err = wire_ask(w, &m, &reply);
	if (err)
		return err;
	wire_parse(&reply, &a);
	*f = (struct task_facts) {
		.id = wire_u32(&a, DEVTASK_A_TASK_ID),
		.type = wire_u32(&a, DEVTASK_A_TASK_TYPE),
		.state = wire_u32(&a, DEVTASK_A_TASK_STATE),
		.uid = wire_u32(&a, DEVTASK_A_TASK_UID),
		.canceled = wire_has(&a, DEVTASK_A_TASK_REASON),
		.told_arguments = wire_has(&a, DEVTASK_A_TASK_ARGUMENTS),
		.progressed = wire_has(&a, DEVTASK_A_TASK_PROGRESS),
		.progress = wire_u32(&a, DEVTASK_A_TASK_PROGRESS),
		.app_pid = wire_u32(&a, DEVTASK_A_TASK_APP_PID),
		.report_only = wire_u32(&a, DEVTASK_A_TASK_REPORT_ONLY),
		.unsafe = wire_u32(&a, DEVTASK_A_TASK_UNSAFE),
		.warning_ns = wire_u64(&a, DEVTASK_A_TASK_WARNING_NS),
		.reason = wire_u32(&a, DEVTASK_A_TASK_REASON),
		.detail = wire_u32(&a, DEVTASK_A_TASK_DETAIL),
		.cgroup_id = wire_u64(&a, DEVTASK_A_TASK_CGROUP_ID),
		.deadline_ns = wire_u64(&a, DEVTASK_A_TASK_DEADLINE_NS),
		.io_interval_ns = wire_u64(&a, DEVTASK_A_TASK_IO_INTERVAL_NS),
		.grace_ns = wire_u64(&a, DEVTASK_A_TASK_GRACE_NS),
		.elapsed_ns = wire_u64(&a, DEVTASK_A_TASK_ELAPSED_NS),
		.remaining_ns = wire_u64(&a, DEVTASK_A_TASK_REMAINING_NS),
		.since_io_ns = wire_u64(&a, DEVTASK_A_TASK_SINCE_IO_NS),
		.ops = wire_u64(&a, DEVTASK_A_TASK_OPS),
		.bytes = wire_u64(&a, DEVTASK_A_TASK_BYTES),
		.measured_ns = wire_u64(&a, DEVTASK_A_TASK_MEASURED_NS),
		.required_ns = wire_u64(&a, DEVTASK_A_TASK_REQUIRED_NS),
	};
	copy(f->trigger, sizeof(f->trigger), &a, DEVTASK_A_TASK_TRIGGER);
	copy(f->program, sizeof(f->program), &a, DEVTASK_A_TASK_PROGRAM);
	copy(f->arguments, sizeof(f->arguments), &a, DEVTASK_A_TASK_ARGUMENTS);
	copy(f->device, sizeof(f->device), &a, DEVTASK_A_TASK_DEVICE);
	copy(f->app, sizeof(f->app), &a, DEVTASK_A_TASK_APP);
	copy(f->registration, sizeof(f->registration), &a, DEVTASK_A_TASK_REGISTRATION);
	return 0;
}

int helper_claim_get(struct wire *w, uint32_t id, struct claim_facts *f)
{
	struct wire_msg m, reply;
	struct wire_attrs a;
	int err;

	wire_begin(w, &m, DEVTASK_CMD_CLAIM_GET);
	wire_put_u32(&m, DEVTASK_A_CLAIM_ID, id);
	err = wire_ask(w, &m, &reply);
	if (err)
		return err;
	wire_parse(&reply, &a);
	*f = (struct claim_facts) {
		.id = wire_u32(&a, DEVTASK_A_CLAIM_ID),
		.task_id = wire_u32(&a, DEVTASK_A_CLAIM_TASK_ID),
		.kind = wire_u32(&a, DEVTASK_A_CLAIM_KIND),
		.state = wire_u32(&a, DEVTASK_A_CLAIM_STATE),
		.major = wire_u32(&a, DEVTASK_A_CLAIM_MAJOR),
		.minor = wire_u32(&a, DEVTASK_A_CLAIM_MINOR),
		.guards = wire_u32(&a, DEVTASK_A_CLAIM_GUARDS),
		.replaces = wire_u32(&a, DEVTASK_A_CLAIM_REPLACES),
		.ops = wire_u64(&a, DEVTASK_A_CLAIM_OPS),
		.bytes = wire_u64(&a, DEVTASK_A_CLAIM_BYTES),
	};
	copy(f->path, sizeof(f->path), &a, DEVTASK_A_CLAIM_PATH);
	copy(f->hardware_id, sizeof(f->hardware_id), &a, DEVTASK_A_CLAIM_HARDWARE_ID);
	return 0;
}

int helper_info_get(struct wire *w, uint64_t *newest_event, uint32_t *tasks)
{
	struct wire_msg m, reply;
	struct wire_attrs a;
	int err;

	wire_begin(w, &m, DEVTASK_CMD_INFO_GET);
	err = wire_ask(w, &m, &reply);
	if (err)
		return err;
	wire_parse(&reply, &a);
	*newest_event = wire_u64(&a, DEVTASK_A_INFO_EVENT_SEQ);
	*tasks = wire_u32(&a, DEVTASK_A_INFO_TASKS);
	return 0;
}

static void add_task(const struct wire_msg *one, void *arg)
{
	struct list *list = arg;
	struct wire_attrs a;

	wire_parse(one, &a);
	if (list->n < list->max)
		((uint32_t *)list->to)[list->n] = wire_u32(&a, DEVTASK_A_TASK_ID);
	list->n++;
}

int helper_task_list(struct wire *w, uint32_t *ids, int max)
{
	struct list list = { .to = ids, .max = max };
	struct wire_msg m;
	int err;

	wire_begin(w, &m, DEVTASK_CMD_TASK_GET);
	err = wire_dump(w, &m, add_task, &list);
	return err ?: list.n;
}

static void count_one(const struct wire_msg *one, void *arg)
{
	(void)one;
	++*(int *)arg;
}

int helper_claim_count(struct wire *w)
{
	struct wire_msg m;
	int count = 0, err;

	wire_begin(w, &m, DEVTASK_CMD_CLAIM_GET);
	err = wire_dump(w, &m, count_one, &count);
	return err ?: count;
}

static void read_event(const struct wire_msg *one, struct event *e)
{
	struct wire_attrs a;

	wire_parse(one, &a);
	memset(e, 0, sizeof(*e));
	e->seq = wire_u64(&a, DEVTASK_A_EVENT_SEQ);
	e->kind = wire_u32(&a, DEVTASK_A_EVENT_KIND);
	e->time_ns = wire_u64(&a, DEVTASK_A_EVENT_TIME_NS);
	e->task_id = wire_u32(&a, DEVTASK_A_EVENT_TASK_ID);
	e->type = wire_u32(&a, DEVTASK_A_EVENT_TYPE);
	e->has_reason = wire_has(&a, DEVTASK_A_EVENT_REASON);
	e->reason = wire_u32(&a, DEVTASK_A_EVENT_REASON);
	e->detail = wire_u32(&a, DEVTASK_A_EVENT_DETAIL);
	e->measured_ns = wire_u64(&a, DEVTASK_A_EVENT_MEASURED_NS);
	e->required_ns = wire_u64(&a, DEVTASK_A_EVENT_REQUIRED_NS);
	e->has_exit_status = wire_has(&a, DEVTASK_A_EVENT_EXIT_STATUS);
	e->exit_status = wire_u32(&a, DEVTASK_A_EVENT_EXIT_STATUS);
	e->ops = wire_u64(&a, DEVTASK_A_EVENT_OPS);
	e->bytes = wire_u64(&a, DEVTASK_A_EVENT_BYTES);
	e->duration_ns = wire_u64(&a, DEVTASK_A_EVENT_DURATION_NS);
	copy(e->trigger, sizeof(e->trigger), &a, DEVTASK_A_EVENT_TRIGGER);
	copy(e->program, sizeof(e->program), &a, DEVTASK_A_EVENT_PROGRAM);
	copy(e->device, sizeof(e->device), &a, DEVTASK_A_EVENT_DEVICE);
	copy(e->app, sizeof(e->app), &a, DEVTASK_A_EVENT_APP);
	e->uid = wire_u32(&a, DEVTASK_A_EVENT_UID);
	e->claim_id = wire_u32(&a, DEVTASK_A_EVENT_CLAIM_ID);
	e->unsafe = wire_u32(&a, DEVTASK_A_EVENT_UNSAFE);
}

static void add_event(const struct wire_msg *one, void *arg)
{
	struct list *list = arg;

	if (list->n < list->max)
		read_event(one, (struct event *)list->to + list->n);
	list->n++;
}

int helper_event_list(struct wire *w, uint64_t since, struct event *events, int max)
{
	struct list list = { .to = events, .max = max };
	struct wire_msg m;
	int err;

	wire_begin(w, &m, DEVTASK_CMD_EVENT_GET);
	wire_put_u64(&m, DEVTASK_A_EVENT_SINCE, since);
	err = wire_dump(w, &m, add_event, &list);
	return err ?: list.n;
}

int helper_event_next(struct wire *ear, struct event *event, int ms)
{
	struct wire_msg m;
	int err = wire_hear(ear, &m, ms * clock_slow());

	if (!err)
		read_event(&m, event);
	return err;
}

int helper_event_wait(struct wire *ear, uint32_t task, enum devtask_event_kind kind,
		      struct event *event, int ms)
{
	uint64_t end = clock_now_ns() + ms * NSEC_PER_MSEC * clock_slow();
	int err = -ETIMEDOUT;

	while (clock_now_ns() < end) {
		err = helper_event_next(ear, event, (end - clock_now_ns()) / NSEC_PER_MSEC / clock_slow() + 1);
		if (err || (event->task_id == task && event->kind == kind))
			break;
		err = -ETIMEDOUT;
	}
	return err;
}
