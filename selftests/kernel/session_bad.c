// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hostile arguments at /dev/devtask: sizes, flags, bytes behind the structure, texts, memory that
 * is not there; and a 32-bit caller, who is none.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "kselftest_harness.h"

#include "app.h"
#include "ask.h"
#include "clock.h"
#include "play.h"
#include "scene.h"

FIXTURE(bad)
{
	struct scene scene;
	int fd;
};

FIXTURE_SETUP(bad)
{
	ASSERT_EQ(0, scene_open(&self->scene, 0));
	self->fd = app_open(O_CLOEXEC | O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(1, play_register(&self->scene.helper, self->fd, DEVTASK_TYPE_USE, "sync", NULL));
}

FIXTURE_TEARDOWN(bad)
{
	close(self->fd);
	scene_close(&self->scene);
}

static int call(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) < 0 ? -errno : 0;
}

static const struct {
	unsigned long cmd;
	uint32_t size;
} calls[] = {
	{ DEVTASK_APP_INFO, sizeof(struct devtask_app_info) },
	{ DEVTASK_APP_REGISTER, sizeof(struct devtask_app_register) },
	{ DEVTASK_APP_UNREGISTER, sizeof(struct devtask_app_unregister) },
	{ DEVTASK_APP_REQUEST, sizeof(struct devtask_app_request) },
	{ DEVTASK_APP_CANCEL, sizeof(struct devtask_app_cancel) },
	{ DEVTASK_APP_STATUS, sizeof(struct devtask_app_status) },
	{ DEVTASK_APP_REPLAY, sizeof(struct devtask_app_replay) },
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

/* REG-5, APP-1: every call knows its size. */
TEST_F(bad, a_size_that_is_wrong_is_refused)
{
	char *buf = calloc(1, 8192);

	for (size_t i = 0; i < CALLS; i++) {
		uint32_t *size = (uint32_t *)buf;

		memset(buf, 0, 8192);
		for (uint32_t s = 0; s < calls[i].size; s++) {
			*size = s;
			EXPECT_EQ(-EINVAL, call(self->fd, calls[i].cmd, buf));
		}
		*size = 4097;
		EXPECT_EQ(-E2BIG, call(self->fd, calls[i].cmd, buf));
		*size = 0xffffffff;
		EXPECT_EQ(-E2BIG, call(self->fd, calls[i].cmd, buf));
		*size = calls[i].size + 8;
		buf[calls[i].size + 7] = 1;
		EXPECT_EQ(-E2BIG, call(self->fd, calls[i].cmd, buf));
	}
	free(buf);
}

/* APP-1: a structure of a later header, with nothing new in it. */
TEST_F(bad, unknown_bytes_that_are_zero_are_accepted)
{
	struct {
		struct devtask_app_info info;
		char later[64];
	} grown = { .info = { .size = sizeof(grown) } };
	struct {
		struct devtask_app_status status;
		char later[64];
	} more = { .status = { .size = sizeof(more), .registration = 1 } };

	EXPECT_EQ(0, call(self->fd, DEVTASK_APP_INFO, &grown));
	EXPECT_EQ(sizeof(grown), grown.info.size);
	EXPECT_EQ(DEVTASK_ABI_VERSION, grown.info.abi_version);
	/* as its own macro would say it: another size in the number of the call */
	EXPECT_EQ(0, call(self->fd, _IOC(_IOC_READ | _IOC_WRITE, 0xDB, 5, sizeof(more)), &more));
	EXPECT_EQ(4, more.status.name_size);
}

/* APP-1 */
TEST_F(bad, memory_that_is_not_there_is_refused)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_EQ(0, mprotect(page + 4096, 4096, PROT_NONE));
	for (size_t i = 0; i < CALLS; i++) {
		uint32_t *edge = (uint32_t *)(page + 4096 - 8);

		EXPECT_EQ(-EFAULT, call(self->fd, calls[i].cmd, NULL));
		EXPECT_EQ(-EFAULT, call(self->fd, calls[i].cmd, (void *)-8));
		EXPECT_EQ(-EFAULT, call(self->fd, calls[i].cmd, page + 4096));
		*edge = calls[i].size;
		if (calls[i].size > 8) {
			EXPECT_EQ(-EFAULT, call(self->fd, calls[i].cmd, edge));
		}
	}
}

/* APP-1: done and not told is not done. */
TEST_F(bad, a_result_that_cannot_be_written_undoes_the_call)
{
	struct devtask_app_request *call_in = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
						   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct app_event e;
	struct ask ask;

	*call_in = (struct devtask_app_request) {
		.size = sizeof(*call_in), .registration = 1,
		.device = (uintptr_t)"usb:1:1", .device_size = 7,
	};
	ASSERT_EQ(0, mprotect(call_in, 4096, PROT_READ));
	EXPECT_EQ(-EFAULT, call(self->fd, DEVTASK_APP_REQUEST, call_in));
	EXPECT_EQ(0, ask_list(&self->scene.helper, &ask, 1));
	EXPECT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_COMPLETED, &e));
	EXPECT_EQ(DEVTASK_DETAIL_BY_APP, e.head.detail);
	EXPECT_EQ(0, app_request(self->fd, 1, "usb:1:1", NULL, 0, NULL));
}

static struct devtask_app_register good_register(void)
{
	return (struct devtask_app_register) {
		.size = sizeof(struct devtask_app_register), .type = DEVTASK_TYPE_SERVICING,
		.name = (uintptr_t)"name", .name_size = 4,
		.entry_point = (uintptr_t)"Entry", .entry_point_size = 5,
	};
}

/* REG-5 */
TEST_F(bad, names_and_flags_of_a_registration_are_checked)
{
	static char long_name[300];
	struct devtask_app_register c;

	memset(long_name, 'n', sizeof(long_name));
#define EXPECT_BAD(err, ...) do {						\
	c = good_register();							\
	__VA_ARGS__;								\
	EXPECT_EQ(err, call(self->fd, DEVTASK_APP_REGISTER, &c));		\
} while (0)
	EXPECT_BAD(-EINVAL, c.flags = 1);
	EXPECT_BAD(-EINVAL, c.type = 2);
	EXPECT_BAD(-EINVAL, c.type = 0xffffffff);
	EXPECT_BAD(-EINVAL, c.name_size = 0);
	EXPECT_BAD(-EINVAL, c.name = (uintptr_t)long_name, c.name_size = 256);
	EXPECT_BAD(-EINVAL, c.name_size = 0xffffffff);
	EXPECT_BAD(-EINVAL, c.name = (uintptr_t)"a\0b", c.name_size = 3);
	EXPECT_BAD(-EINVAL, c.name_size = 5);
	EXPECT_BAD(-EFAULT, c.name = 0);
	EXPECT_BAD(-EFAULT, c.name = ~0ull);
	EXPECT_BAD(-EINVAL, c.entry_point_size = 0);
	EXPECT_BAD(-EFAULT, c.entry_point = 8);
	EXPECT_BAD(-EFAULT, c.conditions = 1, c.sentence = 8, c.sentence_size = 100);
	EXPECT_BAD(-EOPNOTSUPP, c.conditions = 1, c.sentence = 8, c.sentence_size = 0);
	EXPECT_BAD(-EOPNOTSUPP, c.conditions = 0xffffffff);
#undef EXPECT_BAD
}

/* REG-6: cut, and always with a NUL. */
TEST_F(bad, a_sentence_is_cut_to_its_buffer)
{
	struct devtask_app_register c;
	char buf[16];

	for (uint32_t size = 1; size < 12; size++) {
		memset(buf, 'x', sizeof(buf));
		c = good_register();
		c.conditions = 1;
		c.sentence = (uintptr_t)buf;
		c.sentence_size = size;
		EXPECT_EQ(-EOPNOTSUPP, call(self->fd, DEVTASK_APP_REGISTER, &c));
		EXPECT_EQ(size - 1, strlen(buf));
		EXPECT_EQ('x', buf[size]);
	}
}

/* APP-2 */
TEST_F(bad, device_and_arguments_of_a_request_are_checked)
{
	static char much[5000];
	const struct devtask_app_request good = {
		.size = sizeof(good), .registration = 1,
		.device = (uintptr_t)"usb:1:1", .device_size = 7,
	};
	struct devtask_app_request c;
	struct ask ask;

	memset(much, 0xc3, sizeof(much));
#define EXPECT_BAD(err, ...) do {						\
	c = good;								\
	__VA_ARGS__;								\
	EXPECT_EQ(err, call(self->fd, DEVTASK_APP_REQUEST, &c));		\
} while (0)
	EXPECT_BAD(-EINVAL, c.flags = 2);
	EXPECT_BAD(-EINVAL, c.reserved = 1);
	EXPECT_BAD(-ENOENT, c.registration = 0);
	EXPECT_BAD(-ENOENT, c.registration = 2);
	EXPECT_BAD(-ENOENT, c.registration = 0xffffffff);
	EXPECT_BAD(-EINVAL, c.device_size = 0);
	EXPECT_BAD(-EINVAL, c.device_size = 8);
	EXPECT_BAD(-EFAULT, c.device = 0);
	EXPECT_BAD(-EINVAL, c.arguments = (uintptr_t)much, c.arguments_size = 4097);
	EXPECT_BAD(-EFAULT, c.arguments = 0, c.arguments_size = 1);
	EXPECT_BAD(-EINVAL, c.arguments = (uintptr_t)"a\0b", c.arguments_size = 3);
	EXPECT_BAD(0, c.arguments = (uintptr_t)much, c.arguments_size = 4096, c.estimate_ns = ~0ull);
#undef EXPECT_BAD
	ASSERT_EQ(0, ask_wait(&self->scene.helper, DEVTASK_ASK_KIND_REQUEST, &ask, 1000));
	EXPECT_EQ(4096, strlen(ask.arguments));
	EXPECT_EQ(0, memcmp(much, ask.arguments, 4096));
	EXPECT_EQ(~0ull, ask.estimate_ns);
}

/* END-3, APP-1, APP-4 */
TEST_F(bad, reserved_words_must_be_zero)
{
	struct devtask_app_unregister u = { .size = sizeof(u), .registration = 1, .flags = 2 };
	struct devtask_app_status s = { .size = sizeof(s), .registration = 1, .next = 2 };
	struct devtask_app_replay r = { .size = sizeof(r), .reserved = 1 };

	EXPECT_EQ(-EINVAL, call(self->fd, DEVTASK_APP_UNREGISTER, &u));
	u.flags = 0;
	u.reserved = 1;
	EXPECT_EQ(-EINVAL, call(self->fd, DEVTASK_APP_UNREGISTER, &u));
	EXPECT_EQ(-EINVAL, call(self->fd, DEVTASK_APP_STATUS, &s));
	EXPECT_EQ(-EINVAL, call(self->fd, DEVTASK_APP_REPLAY, &r));
	s = (struct devtask_app_status) { .size = sizeof(s), .registration = 1, .name = 8,
					  .name_size = 10 };
	EXPECT_EQ(-EFAULT, call(self->fd, DEVTASK_APP_STATUS, &s));
	s = (struct devtask_app_status) { .size = sizeof(s), .registration = 1,
					  .name = (uintptr_t)&s, .name_size = 3 };
	EXPECT_EQ(-ENOSPC, call(self->fd, DEVTASK_APP_STATUS, &s));
	EXPECT_EQ(4, s.name_size);
}

/* APP-1 */
TEST_F(bad, calls_that_there_are_not_are_refused)
{
	char buf[4096] = { 8 };

	for (int nr = 0; nr < 256; nr++) {
		if (nr <= 6 || (nr >= 0x20 && nr <= 0x24))
			continue;
		EXPECT_EQ(-ENOTTY, call(self->fd, _IOWR(0xDB, nr, struct devtask_app_info), buf));
	}
	EXPECT_EQ(-ENOTTY, call(self->fd, _IOWR(0xDC, 0, struct devtask_app_info), buf));
	EXPECT_EQ(-ENOTTY, call(self->fd, _IO(0xDB, 0), buf));
	for (int nr = 0x20; nr <= 0x24; nr++)
		EXPECT_EQ(-EPERM, call(self->fd, _IOWR(0xDB, nr, struct devtask_app_info), buf));
	EXPECT_EQ(-1, write(self->fd, buf, 8));
	EXPECT_EQ(-1, lseek(self->fd, 0, SEEK_SET));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ, MAP_SHARED, self->fd, 0));
}

/* PRO-9, APP-1: the structures are the same for both word sizes. */
TEST_F(bad, a_32_bit_app_is_an_app)
{
	struct wire *w = &self->scene.helper;
	char path[512];
	struct ask ask;
	int status;
	pid_t pid;

	ASSERT_LT(0, readlink("/proc/self/exe", path, sizeof(path) - 20));
	strcpy(strrchr(path, '/'), "/session_client32");
	pid = fork();
	if (!pid) {
		execl(path, path, NULL);
		_exit(98);
	}
	ASSERT_EQ(0, ask_wait(w, DEVTASK_ASK_KIND_REGISTER, &ask, 5000));
	EXPECT_STREQ("narrow", ask.registration);
	ASSERT_EQ(0, ask_answer(w, &(struct ask_reply) { .id = ask.id, .app = "Narrow.App" }));
	ASSERT_EQ(0, ask_wait(w, DEVTASK_ASK_KIND_EXPLAIN, &ask, 5000));
	EXPECT_STREQ("usb:1209:0032", ask.device);
	EXPECT_STREQ("thirty-two", ask.arguments);
	ASSERT_EQ(0, ask_refuse(w, ask.id, "narrow no"));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
