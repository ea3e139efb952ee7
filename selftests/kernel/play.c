// SPDX-License-Identifier: GPL-2.0-only
/*
 * App and helper in one, see play.h. Must not know which events they expect.
 */
#include <errno.h>
#include <pthread.h>

#include "app.h"
#include "ask.h"
#include "play.h"

struct registering {
	int fd, result;
	enum devtask_type type;
	const char *name;
};

static void *register_it(void *arg)
{
	struct registering *r = arg;

	r->result = app_register(r->fd, r->type, r->name, "Example.Sync", NULL);
	return NULL;
}

int play_register(struct wire *helper, int fd, enum devtask_type type, const char *name,
		  const char *app)
{
	struct registering r = { .fd = fd, .type = type, .name = name };
	struct ask ask;
	pthread_t thread;
	int err;

	if (pthread_create(&thread, NULL, register_it, &r))
		return -EAGAIN;
	err = ask_wait(helper, DEVTASK_ASK_KIND_REGISTER, &ask, 5000);
	if (!err)
		err = ask_answer(helper, &(struct ask_reply) { .id = ask.id,
							       .app = app ?: APP_NAME });
	pthread_join(thread, NULL);
	return err ?: r.result;
}

int play_prepare(struct wire *helper, int fd, uint32_t registration, struct cage *cage,
		 const char *path, uint64_t *ask_id)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_USE, .arguments = "all of it" };
	struct ask ask;
	int err;

	err = app_request(fd, registration, "test:device", "all of it", 0, NULL);
	if (!err)
		err = ask_wait(helper, DEVTASK_ASK_KIND_REQUEST, &ask, 5000);
	if (err)
		return err;
	wish.type = ask.type;
	wish.ask_id = *ask_id = ask.id;
	wish.uid = ask.uid;
	/* No rule of its own is tested with this one. */
	wish.io_interval_ns = 3600 * 1000000000ull;
	err = cage_make(cage, helper, &wish);
	if (!err && path)
		err = cage_claim(cage, path);
	return err ?: cage_mount(cage);
}

int play_run(struct wire *helper, int fd, uint32_t registration, struct cage *cage,
	     const char *path)
{
	uint64_t id;
	int err = play_prepare(helper, fd, registration, cage, path, &id);

	return err ?: ask_allow(helper, id) ?: cage_start(cage);
}
