// SPDX-License-Identifier: GPL-2.0-only
/* follow - see follow.h. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "follow.h"
#include "genl.h"
#include "query.h"

/* How often a silent module is asked whether it is still there. */
#define LOOK_INTERVAL_MS 5000

struct devtask_follow {
	struct devtask_genl *queries;
	struct devtask_genl *events;
	uint64_t last;
};

struct delivery {
	struct devtask_follow *follow;
	devtask_follow_fn *fn;
	void *context;
	bool over;
	bool hole;	/* found one: stop, fetch from the ring */
	bool from_ring;
};

static int deliver(const struct nlattr *attributes, int length, void *context)
{
	struct delivery *delivery = context;
	struct devtask_follow *follow = delivery->follow;
	struct devtask_event event;
	int ret = devtask_proto_unpack(&devtask_event_shape, &event, attributes, length);

	if (ret)
		return ret;
	if (delivery->over || delivery->hole || event.seq <= follow->last)
		return 0;
	/* The ring may have forgotten the oldest; what it hands out is all there is. */
	if (!delivery->from_ring && event.seq != follow->last + 1) {
		delivery->hole = true;
		return 0;
	}
	follow->last = event.seq;
	delivery->over = delivery->fn(&event, delivery->context);
	return 0;
}

int devtask_follow_open(struct devtask_follow **follow, struct devtask_genl *genl,
			uint64_t since, struct devtask_error *error)
{
	struct devtask_follow *self = calloc(1, sizeof(*self));
	struct devtask_info info;
	int ret;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->queries = genl;
	self->last = since;
	ret = devtask_genl_open(&self->events, error);
	if (!ret)
		ret = devtask_genl_listen(self->events, error);
	if (!ret && since == UINT64_MAX) {
		ret = devtask_query_info(genl, &info, error);
		self->last = ret ? 0 : info.event_seq;
	}
	if (ret) {
		devtask_follow_close(self);
		return ret;
	}
	*follow = self;
	return 0;
}

void devtask_follow_close(struct devtask_follow *follow)
{
	if (!follow)
		return;
	devtask_genl_close(follow->events);
	free(follow);
}

int devtask_follow_replay(struct devtask_follow *follow, devtask_follow_fn *fn, void *context,
			  struct devtask_error *error)
{
	struct delivery delivery = { .follow = follow, .fn = fn, .context = context,
				     .from_ring = true };
	struct devtask_event since = { .since = follow->last };
	int ret;

	devtask_set(&since, DEVTASK_A_EVENT_SINCE);
	ret = devtask_genl_call(follow->queries, DEVTASK_CMD_EVENT_GET, true,
				&devtask_event_shape, &since, deliver, &delivery, error);
	return ret ? ret : delivery.over;
}

/* Takes what has arrived. */
static int take(struct devtask_follow *follow, devtask_follow_fn *fn, void *context,
		struct devtask_error *error)
{
	struct delivery delivery = { .follow = follow, .fn = fn, .context = context };
	int ret = devtask_genl_receive(follow->events, deliver, &delivery);

	if (delivery.over)
		return 1;
	if (delivery.hole || ret == -ENOBUFS)
		return devtask_follow_replay(follow, fn, context, error);
	if (ret)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
					 "cannot read the module's events: %s", strerror(-ret));
	return 0;
}

/* Also finds the end of a stream whose last event was lost. */
static int look(struct devtask_follow *follow, devtask_follow_fn *fn, void *context,
		struct devtask_error *error)
{
	int ret = devtask_follow_replay(follow, fn, context, error);

	if (ret >= 0)
		return ret;
	return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -ENOENT,
		"the kernel module has been unloaded; load it with: modprobe " DEVTASK_MODULE);
}

int devtask_follow_wait(struct devtask_follow *follow, int other, devtask_follow_fn *fn,
			void *context, struct devtask_error *error)
{
	struct pollfd fds[] = {
		{ .fd = devtask_genl_descriptor(follow->events), .events = POLLIN },
		{ .fd = other, .events = POLLIN },
	};
	int ret;

	for (;;) {
		ret = poll(fds, 2, LOOK_INTERVAL_MS);
		if (ret < 0 && errno != EINTR)
			return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -errno,
						 "cannot wait for events: %s", strerror(errno));
		if (!ret)
			ret = look(follow, fn, context, error);
		else if (ret > 0)
			ret = fds[0].revents ? take(follow, fn, context, error) : 0;
		else
			ret = 0;
		if (ret)
			return ret;
		if (fds[1].revents)
			return 0;
	}
}
