// SPDX-License-Identifier: GPL-2.0-only
/*
 * The word size of a program does not change what is counted: the same client, built for 32
 * and for 64 bits, does the same transfers, and the kernel must count the same for both.
 */
#include <libgen.h>
#include <limits.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "scene.h"

#define TIMES 5
/* Before the first I/O: many ticks, so that the stamp of the start is told from that of an I/O. */
#define PAUSE_MS 200

struct order {
	char program[PATH_MAX], kind[16], node[64], in[8], out[8];
	unsigned int pause_ms;
};

FIXTURE(an_io)
{
	struct scene scene;
	struct order *o;
};

FIXTURE_VARIANT(an_io)
{
	const char *kind;
	int device;
	int ops;	/* per round */
	int bytes;
};

#define VARIANT(name, k, d, n, b)					\
	FIXTURE_VARIANT_ADD(an_io, name) {				\
		.kind = k, .device = d, .ops = n, .bytes = b,		\
	}

VARIANT(by_usb_bulk, "bulk", SCENE_USB, 2, GADGET_RECORD + 100);
VARIANT(by_usb_control, "control", SCENE_USB, 2, 16 + 24);
VARIANT(by_usb_submit_and_reap, "reap", SCENE_USB, 1, GADGET_RECORD);
VARIANT(by_usb_submit_and_reap_now, "reap-now", SCENE_USB, 1, GADGET_RECORD);
VARIANT(by_hid_reports, "hid", SCENE_HID, 2, 9 + 8);
VARIANT(by_hid_features, "feature", SCENE_HID, 2, 9 + 9);

FIXTURE_SETUP(an_io)
{
	struct scene *s = &self->scene;

	ASSERT_EQ(0, scene_open(s, variant->device));
	self->o = cage_share(sizeof(*self->o));
	strcpy(self->o->kind, variant->kind);
	strcpy(self->o->node, variant->device == SCENE_USB ? s->usb.node : s->hid.node);
	snprintf(self->o->in, sizeof(self->o->in), "%#x", s->usb.source);
	snprintf(self->o->out, sizeof(self->o->out), "%#x", s->usb.sink);
}

FIXTURE_TEARDOWN(an_io)
{
	scene_close(&self->scene);
}

static int client(void *arg)
{
	struct order *o = arg;
	char times[8];

	snprintf(times, sizeof(times), "%d", TIMES);
	usleep(o->pause_ms * 1000);
	execl(o->program, basename(o->program), o->kind, o->node, times, o->in, o->out, NULL);
	return 127;
}

/* Run the client of @bits beside this program as a task; its exit status, and the facts. */
static int count(struct scene *s, struct order *o, int bits, struct task_facts *facts)
{
	char self_path[PATH_MAX] = "";
	int status = -1, err;
	pid_t pid;

	if (readlink("/proc/self/exe", self_path, sizeof(self_path) - 1) < 0)
		return -errno;
	snprintf(o->program, sizeof(o->program), "%.4000s/client%d", dirname(self_path), bits);
	err = cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, o->node);
	if (err)
		return err;
	pid = cage_spawn(&s->cage, client, o);
	if (pid < 0)
		return pid;
	if (waitpid(pid, &status, 0) != pid)
		return -errno;
	err = helper_task_get(&s->helper, s->cage.task, facts);
	cage_close(&s->cage);
	return err ?: WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

/* RUN-3, PRO-1, PRO-2, PRO-9 */
TEST_F_TIMEOUT(an_io, of_a_32_bit_program_counts_like_that_of_a_64_bit_one, 120)
{
	struct task_facts wide = { 0 }, narrow = { 0 };

	ASSERT_EQ(0, count(&self->scene, self->o, 64, &wide));
	EXPECT_EQ(TIMES * variant->ops, wide.ops);
	EXPECT_EQ(TIMES * variant->bytes, wide.bytes);
	ASSERT_EQ(0, count(&self->scene, self->o, 32, &narrow));
	EXPECT_EQ(wide.ops, narrow.ops);
	EXPECT_EQ(wide.bytes, narrow.bytes);
	EXPECT_GE(wide.elapsed_ns, wide.since_io_ns);
	EXPECT_GE(narrow.elapsed_ns, narrow.since_io_ns);
}

/* RUN-3: the last I/O is remembered for both, so that both are cancelled in time. */
TEST_F_TIMEOUT(an_io, of_a_32_bit_program_is_remembered, 120)
{
	struct scene *s = &self->scene;
	struct task_facts facts = { 0 };

	self->o->pause_ms = PAUSE_MS;
	ASSERT_EQ(0, count(s, self->o, 32, &facts));
	EXPECT_LT(facts.since_io_ns + PAUSE_MS * NSEC_PER_MSEC / 2, facts.elapsed_ns);
	EXPECT_GT(NSEC_PER_SEC * clock_slow(), facts.since_io_ns);
}

TEST_HARNESS_MAIN
