// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that know nothing of devtask: whatever they print with the device itself they
 * must print behind a guard, byte by byte.
 */
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "kselftest_harness.h"

#include "blocked.h"
#include "clock.h"
#include "scene.h"
#include "usbfs.h"

#define OUTPUT_MAX 65536

struct run {
	char node[64], here[PATH_MAX], out[64];
	char *argv[8];
};

FIXTURE(a_program)
{
	struct scene scene;
	struct run *r;
	int *result;
};

FIXTURE_SETUP(a_program)
{
	char path[PATH_MAX] = "";

	ASSERT_EQ(0, scene_open(&self->scene, SCENE_USB | SCENE_HID));
	self->r = cage_share(sizeof(*self->r));
	self->result = cage_share(64 * sizeof(int));
	ASSERT_LT(0, readlink("/proc/self/exe", path, sizeof(path) - 1));
	snprintf(self->r->here, sizeof(self->r->here), "%s", dirname(path));
}

FIXTURE_TEARDOWN(a_program)
{
	scene_close(&self->scene);
}

static int exec_it(void *arg)
{
	struct run *r = arg;
	int fd = open(r->out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	dup2(fd, 1);
	dup2(fd, 2);
	signal(SIGTERM, SIG_DFL);
	execvp(r->argv[0], r->argv);
	return 127;
}

static int finish(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static char *read_all(const char *path)
{
	char *text = calloc(1, OUTPUT_MAX);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, OUTPUT_MAX - 1) < 0)
		strcpy(text, "(no output)");
	close(fd);
	return text;
}

/* Run argv with the raw node, then as a task with the guarded one; both must say the same. */
static void expect_same(struct __test_metadata *_metadata, struct scene *s, struct run *r,
			const char *node, unsigned int least_ops)
{
	char *direct, *guarded;
	struct task_facts facts;
	pid_t pid;

	strcpy(r->out, "/tmp/ktest-direct");
	pid = fork();
	if (!pid)
		_exit(exec_it(r));
	EXPECT_EQ(0, finish(pid));
	direct = read_all(r->out);
	strcpy(r->out, "/tmp/ktest-guarded");
	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, node));
	pid = cage_spawn(&s->cage, exec_it, r);
	ASSERT_LT(0, pid);
	EXPECT_EQ(0, finish(pid));
	guarded = read_all(r->out);
	EXPECT_LT(20, strlen(direct));
	EXPECT_STREQ(direct, guarded);
	ASSERT_EQ(0, helper_task_get(&s->helper, s->cage.task, &facts));
	EXPECT_LE(least_ops, facts.ops);
	free(direct);
	free(guarded);
}

/* PRO-1, PRO-9 */
TEST_F_TIMEOUT(a_program, of_usbutils_prints_the_same_behind_a_guard, 120)
{
	static char where[16];
	struct run *r = self->r;
	int bus, dev;

	ASSERT_EQ(2, sscanf(self->scene.usb.node, "/dev/bus/usb/%d/%d", &bus, &dev));
	snprintf(where, sizeof(where), "%d:%d", bus, dev);
	r->argv[0] = "lsusb";
	r->argv[1] = "-v";
	r->argv[2] = "-s";
	r->argv[3] = where;
	expect_same(_metadata, &self->scene, r, self->scene.usb.node, 1);
}

/* PRO-1, PRO-9 */
TEST_F_TIMEOUT(a_program, of_libusb_sync_and_async_runs_the_same_behind_a_guard, 120)
{
	static char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/stock_usb", self->r->here);
	self->r->argv[0] = path;
	expect_same(_metadata, &self->scene, self->r, self->scene.usb.node, 6);
}

/* PRO-2, PRO-9 */
TEST_F_TIMEOUT(a_program, of_hidapi_runs_the_same_behind_a_guard, 120)
{
	static char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/stock_hid", self->r->here);
	self->r->argv[0] = path;
	self->r->argv[1] = self->scene.hid.node;
	expect_same(_metadata, &self->scene, self->r, self->scene.hid.node, 12);
}

static char task_node[64];	/* set before the task is forked */
static volatile sig_atomic_t sigios;

static void on_sigio(int sig)
{
	(void)sig;
	sigios++;
}

/* O_NONBLOCK as it is at each call, set by open(2) or fcntl(2), on the file or a duplicate. */
static int toggle_nonblock(void *arg)
{
	int *result = arg;
	unsigned char out[9] = { 0 }, in[64];
	int fd = open(task_node, O_RDWR | O_CLOEXEC | O_NONBLOCK), copy = dup(fd);

	result[0] = read(fd, in, sizeof(in)) < 0 ? -errno : 0;
	fcntl(fd, F_SETFL, O_RDWR);
	write(fd, out, sizeof(out));
	result[1] = read(copy, in, sizeof(in));
	fcntl(copy, F_SETFL, O_RDWR | O_NONBLOCK);
	result[2] = read(fd, in, sizeof(in)) < 0 ? -errno : 0;
	result[3] = fcntl(fd, F_GETFL) & O_NONBLOCK;
	fcntl(fd, F_SETFL, O_RDWR);
	result[4] = gettid();
	result[5] = read(fd, in, sizeof(in));
	result[6] = 1;
	for (;;)
		pause();
	return 0;
}

/* PRO-9 */
TEST_F_TIMEOUT(a_program, sets_and_clears_o_nonblock_as_it_likes, 60)
{
	volatile int *result = self->result;
	struct scene *s = &self->scene;

	strcpy(task_node, s->hid.node);
	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, s->hid.node));
	ASSERT_LT(0, cage_spawn(&s->cage, toggle_nonblock, self->result));
	ASSERT_TRUE(clock_wait(result[4] && blocked_thread_asleep(result[4], SYS_read), 5000));
	EXPECT_EQ(-EAGAIN, result[0]);
	EXPECT_EQ(8, result[1]);
	EXPECT_EQ(-EAGAIN, result[2]);
	EXPECT_EQ(O_NONBLOCK, result[3]);
	ASSERT_EQ(0, hid_input(&s->hid, 1));
	ASSERT_TRUE(clock_wait(result[6], 2000));
	EXPECT_EQ(8, result[5]);
}

static int await_sigio(void *arg)
{
	volatile int *result = arg;
	struct stat st = { 0 };
	unsigned char in[64];
	int fd = open(task_node, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	signal(SIGIO, on_sigio);
	fstat(fd, &st);
	result[0] = st.st_rdev;
	result[1] = S_ISCHR(st.st_mode);
	fcntl(fd, F_SETOWN, getpid());
	result[2] = fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK | O_ASYNC);
	result[3] = 1;
	while (!sigios)
		clock_pause();
	result[4] = read(fd, in, sizeof(in));
	fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
	result[5] = sigios;
	result[6] = 1;
	while (!result[7])
		clock_pause();
	result[8] = sigios;
	result[9] = 1;
	for (;;)
		pause();
	return 0;
}

/* PRO-9: SIGIO comes while O_ASYNC is set, and fstat tells the device's number. */
TEST_F_TIMEOUT(a_program, gets_sigio_and_sees_the_number_of_its_device, 60)
{
	volatile int *result = self->result;
	struct scene *s = &self->scene;
	struct stat st;

	strcpy(task_node, s->hid.node);
	ASSERT_EQ(0, stat(s->hid.node, &st));
	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, s->hid.node));
	ASSERT_LT(0, cage_spawn(&s->cage, await_sigio, self->result));
	ASSERT_TRUE(clock_wait(result[3], 5000));
	EXPECT_EQ((int)st.st_rdev, result[0]);
	EXPECT_EQ(1, result[1]);
	EXPECT_EQ(0, result[2]);
	ASSERT_EQ(0, hid_input(&s->hid, 1));
	ASSERT_TRUE(clock_wait(result[6], 2000)) TH_LOG("no SIGIO");
	EXPECT_EQ(8, result[4]);
	ASSERT_EQ(0, hid_input(&s->hid, 2));
	clock_sleep_until(clock_now_ns() + 100 * NSEC_PER_MSEC);
	result[7] = 1;
	ASSERT_TRUE(clock_wait(result[9], 2000));
	EXPECT_EQ(result[5], result[8]) TH_LOG("SIGIO after O_ASYNC was cleared");
}

static int seek_and_vector(void *arg)
{
	int *result = arg;
	unsigned char a[4] = { 0 }, b[14] = { 0 };
	struct iovec v[2] = { { a, 4 }, { b, 14 } };
	int fd = open(task_node, O_RDONLY | O_CLOEXEC);

	result[0] = readv(fd, v, 2);
	result[1] = a[1];		/* USB_DT_DEVICE */
	result[2] = lseek(fd, 0, SEEK_CUR);
	result[3] = lseek(fd, 8, SEEK_SET);
	result[4] = read(fd, b, 4) == 4 ? b[0] | b[1] << 8 : -errno;	/* idVendor */
	result[5] = pread(fd, b, 2, 10) == 2 ? b[0] | b[1] << 8 : -errno;
	result[6] = lseek(fd, 0, SEEK_CUR);
	result[7] = 1;
	return 0;
}

/* PRO-9: what usbfs can beyond read is there, too; libusb and lsusb rely on it. */
TEST_F_TIMEOUT(a_program, reads_descriptors_with_readv_lseek_and_pread, 60)
{
	volatile int *result = self->result;
	struct scene *s = &self->scene;

	strcpy(task_node, s->usb.node);
	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, s->usb.node));
	ASSERT_LT(0, cage_spawn(&s->cage, seek_and_vector, self->result));
	ASSERT_TRUE(clock_wait(result[7], 5000));
	EXPECT_EQ(18, result[0]);
	EXPECT_EQ(1, result[1]);
	EXPECT_EQ(18, result[2]);
	EXPECT_EQ(8, result[3]);
	EXPECT_EQ(GADGET_VENDOR, result[4]);
	EXPECT_EQ(GADGET_PRODUCT, result[5]);
	EXPECT_EQ(12, result[6]);
}

static int poll_readiness(void *arg)
{
	int *result = arg;
	int fd = open(task_node, O_RDWR | O_CLOEXEC);
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT };
	unsigned char out[9] = { 0 }, in[64];

	result[0] = poll(&p, 1, 0);
	result[1] = p.revents;
	write(fd, out, sizeof(out));
	p.events = POLLIN;
	result[2] = poll(&p, 1, 2000);
	result[3] = p.revents;
	read(fd, in, sizeof(in));
	result[4] = poll(&p, 1, 50);
	result[5] = 1;
	return 0;
}

/* PRO-9 */
TEST_F_TIMEOUT(a_program, polls_as_it_would_without_a_guard, 60)
{
	volatile int *result = self->result;
	struct scene *s = &self->scene;

	strcpy(task_node, s->hid.node);
	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, s->hid.node));
	ASSERT_LT(0, cage_spawn(&s->cage, poll_readiness, self->result));
	ASSERT_TRUE(clock_wait(result[5], 5000));
	EXPECT_EQ(1, result[0]);
	EXPECT_EQ(POLLOUT, result[1]);
	EXPECT_EQ(1, result[2]);
	EXPECT_EQ(POLLIN, result[3] & POLLIN);
	EXPECT_EQ(0, result[4]);
}

TEST_HARNESS_MAIN
