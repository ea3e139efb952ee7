// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who reaches what: the guard is for the processes of its task only, by whatever way another
 * one comes by it, and a task reaches the device by nothing but a live guard.
 *
 *	                        open the node   use a descriptor
 *	in the task's cgroup         yes              yes
 *	in a sub-cgroup              yes              yes
 *	outside, even root           EACCES           EACCES
 *	moved out                    EACCES           EACCES
 */
#include <fcntl.h>
#include <linux/hidraw.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "pass.h"
#include "scene.h"

#define OWNER 1000

struct talk {
	char path[64], dir[96];
	int sock;		/* the task's end */
	atomic_int ready, go, done;
	int fd;			/* its number in the task */
	int result[6];
};

FIXTURE(a_guard)
{
	struct scene scene;
	struct talk *t;
	int sock;		/* our end */
	pid_t pid;
};

FIXTURE_SETUP(a_guard)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_SERVICING, .uid = OWNER };
	struct scene *s = &self->scene;
	int sock[2];

	ASSERT_EQ(0, scene_open(s, SCENE_HID));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sock));
	self->t = cage_share(sizeof(*self->t));
	strcpy(self->t->path, s->hid.node);
	self->t->sock = sock[0];
	self->sock = sock[1];
	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &wish));
	strcpy(self->t->dir, s->cage.dir);
	ASSERT_EQ(0, cage_claim(&s->cage, s->hid.node));
	ASSERT_EQ(0, cage_mount(&s->cage)) TH_LOG("mount of the guarded node");
	ASSERT_EQ(0, cage_start(&s->cage));
}

FIXTURE_TEARDOWN(a_guard)
{
	scene_close(&self->scene);
}

static int result(long ret)
{
	return ret < 0 ? -errno : 0;
}

/* What a process can do with descriptor @fd: read, write, ioctl, mmap. */
static void use(int fd, int *r)
{
	unsigned char buf[64] = { 0 };
	struct hidraw_devinfo info;

	r[0] = result(read(fd, buf, sizeof(buf)));
	r[1] = result(write(fd, buf, 9));
	r[2] = result(ioctl(fd, HIDIOCGRAWINFO, &info));
	r[3] = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? -errno : 0;
}

#define EXPECT_REFUSED(r) do {			\
	EXPECT_EQ(-EACCES, (r)[0]);		\
	EXPECT_EQ(-EACCES, (r)[1]);		\
	EXPECT_EQ(-EACCES, (r)[2]);		\
	EXPECT_GT(0, (r)[3]);			\
} while (0)

static int open_and_pass(void *arg)
{
	struct talk *t = arg;

	t->fd = open(t->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	t->result[0] = t->fd < 0 ? -errno : pass_send(t->sock, t->fd);
	atomic_store(&t->ready, 1);
	while (!atomic_load(&t->go))
		clock_pause();
	use(t->fd, t->result);
	atomic_store(&t->done, 1);
	pause();
	return 0;
}

static int begin(struct __test_metadata *_metadata, struct scene *s, struct talk *t)
{
	pid_t pid = cage_spawn_with(&s->cage, open_and_pass, t, t->sock);

	EXPECT_LT(0, pid);
	EXPECT_TRUE(clock_wait(atomic_load(&t->ready), 5000));
	EXPECT_EQ(0, t->result[0]);
	return pid;
}

/* END-2, PRO-10: a descriptor that leaks out of the task is worth nothing, even to root. */
TEST_F_TIMEOUT(a_guard, passed_to_a_process_outside_is_refused_there, 60)
{
	int fd, r[4];

	begin(_metadata, &self->scene, self->t);
	fd = pass_receive(self->sock);
	ASSERT_LE(0, fd);
	use(fd, r);
	EXPECT_REFUSED(r);
	EXPECT_EQ(0, hid_traffic(&self->scene.hid));
	/* And the task itself goes on. */
	atomic_store(&self->t->go, 1);
	ASSERT_TRUE(clock_wait(atomic_load(&self->t->done), 2000));
	EXPECT_EQ(-EAGAIN, self->t->result[0]);
	EXPECT_EQ(0, self->t->result[1]);
	EXPECT_EQ(0, self->t->result[2]);
	close(fd);
}

/* PRO-10 */
TEST_F_TIMEOUT(a_guard, taken_by_pidfd_getfd_is_refused, 60)
{
	pid_t pid = begin(_metadata, &self->scene, self->t);
	int pidfd = syscall(SYS_pidfd_open, pid, 0), fd, r[4];

	ASSERT_LE(0, pidfd);
	fd = syscall(SYS_pidfd_getfd, pidfd, self->t->fd, 0);
	ASSERT_LE(0, fd);
	use(fd, r);
	EXPECT_REFUSED(r);
	close(fd);
	close(pidfd);
}

/* PRO-10 */
TEST_F_TIMEOUT(a_guard, reopened_by_proc_pid_fd_from_outside_is_refused, 60)
{
	pid_t pid = begin(_metadata, &self->scene, self->t);
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, self->t->fd);
	EXPECT_EQ(-EACCES, result(open(path, O_RDWR | O_CLOEXEC)));
}

/* PRO-10 */
TEST_F_TIMEOUT(a_guard, node_opened_by_proc_pid_root_from_outside_is_refused, 60)
{
	pid_t pid = begin(_metadata, &self->scene, self->t);
	char path[128];

	snprintf(path, sizeof(path), "/proc/%d/root%s", pid, self->t->path);
	EXPECT_EQ(-EACCES, result(open(path, O_RDWR | O_CLOEXEC)));
}

/* PRO-10: who only enters the task's mount namespace is no member of it. */
TEST_F_TIMEOUT(a_guard, node_opened_in_the_tasks_namespace_from_outside_is_refused, 60)
{
	int *r = cage_share(sizeof(*r));
	pid_t pid;

	begin(_metadata, &self->scene, self->t);
	pid = fork();
	if (!pid) {
		*r = setns(self->scene.cage.ns_fd, CLONE_NEWNS) ? 1 :
		     result(open(self->t->path, O_RDWR | O_CLOEXEC));
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	EXPECT_EQ(-EACCES, *r);
}

static int move_to(const char *dir)
{
	char path[160];
	int fd, err;

	snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = result(write(fd, "0", 1));
	close(fd);
	return err;
}

static int in_sub_cgroup(void *arg)
{
	struct talk *t = arg;
	char dir[128];
	int fd = open(t->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	snprintf(dir, sizeof(dir), "%s/inner", t->dir);
	mkdir(dir, 0755);
	if (!fork()) {
		t->result[5] = move_to(dir);
		use(fd, t->result);
		t->result[4] = result(open(t->path, O_RDWR | O_CLOEXEC));
		atomic_store(&t->done, 1);
		_exit(0);
	}
	wait(NULL);
	rmdir(dir);
	return 0;
}

/* APP-5: children belong to the task wherever they put themselves below it. */
TEST_F_TIMEOUT(a_guard, is_usable_by_a_child_in_a_sub_cgroup, 60)
{
	ASSERT_LT(0, cage_spawn(&self->scene.cage, in_sub_cgroup, self->t));
	ASSERT_TRUE(clock_wait(atomic_load(&self->t->done), 5000));
	EXPECT_EQ(0, self->t->result[5]);
	EXPECT_EQ(-EAGAIN, self->t->result[0]);
	EXPECT_EQ(0, self->t->result[1]);
	EXPECT_EQ(0, self->t->result[2]);
	EXPECT_EQ(0, self->t->result[4]);
}

static int moved_out(void *arg)
{
	struct talk *t = arg;
	int fd = open(t->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	t->result[5] = move_to("/sys/fs/cgroup");
	use(fd, t->result);
	t->result[4] = result(open(t->path, O_RDWR | O_CLOEXEC));
	atomic_store(&t->done, 1);
	return 0;
}

/* PRO-10: membership is asked at each call, not at the opening. */
TEST_F_TIMEOUT(a_guard, is_refused_to_a_process_that_has_left_the_cgroup, 60)
{
	ASSERT_LT(0, cage_spawn(&self->scene.cage, moved_out, self->t));
	ASSERT_TRUE(clock_wait(atomic_load(&self->t->done), 5000));
	EXPECT_EQ(0, self->t->result[5]);
	EXPECT_REFUSED(self->t->result);
	EXPECT_EQ(-EACCES, self->t->result[4]);
}

static int as_user(struct talk *t, uid_t uid)
{
	struct stat st = { 0 };

	if (setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		return 1;
	t->result[0] = result(open(t->path, O_RDWR | O_CLOEXEC));
	t->result[1] = result(stat(t->path, &st));
	t->result[2] = st.st_uid;
	t->result[3] = st.st_mode;
	t->result[4] = st.st_rdev;
	atomic_store(&t->done, 1);
	return 0;
}

static int as_owner(void *arg)
{
	return as_user(arg, OWNER);
}

static int as_other(void *arg)
{
	return as_user(arg, OWNER + 1);
}

/* APP-5, PRO-9: the node belongs to the task's user, and its number is the device's. */
TEST_F_TIMEOUT(a_guard, node_is_the_tasks_users_with_the_number_of_the_device, 60)
{
	struct stat st;

	ASSERT_EQ(0, stat(self->scene.hid.node, &st));
	ASSERT_LT(0, cage_spawn(&self->scene.cage, as_owner, self->t));
	ASSERT_TRUE(clock_wait(atomic_load(&self->t->done), 5000));
	EXPECT_EQ(0, self->t->result[0]);
	EXPECT_EQ(0, self->t->result[1]);
	EXPECT_EQ(OWNER, self->t->result[2]);
	EXPECT_EQ(S_IFCHR | 0600, self->t->result[3]);
	EXPECT_EQ((int)st.st_rdev, self->t->result[4]);
}

/* APP-5 */
TEST_F_TIMEOUT(a_guard, node_is_refused_to_another_user_of_the_task, 60)
{
	ASSERT_LT(0, cage_spawn(&self->scene.cage, as_other, self->t));
	ASSERT_TRUE(clock_wait(atomic_load(&self->t->done), 5000));
	EXPECT_EQ(-EACCES, self->t->result[0]);
}

static int in_user_namespace(void *arg)
{
	struct talk *t = arg;
	char option[32];

	if (setresgid(OWNER, OWNER, OWNER) || setresuid(OWNER, OWNER, OWNER))
		return 1;
	t->result[1] = result(unshare(CLONE_NEWUSER | CLONE_NEWNS));
	snprintf(option, sizeof(option), "claim=%d", t->fd);
	t->result[0] = result(mount("none", "/proc", "devtask", 0, option));
	atomic_store(&t->done, 1);
	return 0;
}

/* PRO-10: a claim is mounted by the administrator only. */
TEST_F_TIMEOUT(a_guard, node_cannot_be_mounted_in_a_user_namespace, 60)
{
	self->t->fd = self->scene.cage.claim[0];
	ASSERT_LT(0, cage_spawn(&self->scene.cage, in_user_namespace, self->t));
	ASSERT_TRUE(clock_wait(atomic_load(&self->t->done), 5000));
	EXPECT_EQ(-EPERM, self->t->result[0]);
}

/* PRO-10: bad options of mount are refused, each of them. */
TEST_F_TIMEOUT(a_guard, node_is_mounted_with_exactly_one_known_claim, 60)
{
	const char *bad[] = { "", "claim=", "claim=x", "claim=0", "claim=4000000000", "claim=-1",
			      "claim=99999999999999999999", "claim", "clam=1", "claim=1,more" };
	char twice[64];

	snprintf(twice, sizeof(twice), "claim=%u,claim=%u", self->scene.cage.claim[0],
		 self->scene.cage.claim[0]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_EQ(-EINVAL, result(mount("none", "/mnt", "devtask", 0, bad[i])))
			TH_LOG("option \"%s\"", bad[i]);
	}
	EXPECT_EQ(-EINVAL, result(mount("none", "/mnt", "devtask", 0, twice)));
	EXPECT_EQ(-EINVAL, result(mount("none", "/mnt", "devtask", 0, NULL)));
}

/* PRO-10 */
TEST_F_TIMEOUT(a_guard, polled_from_outside_shows_no_readiness, 60)
{
	struct pollfd p = { .events = POLLIN | POLLOUT };

	begin(_metadata, &self->scene, self->t);
	p.fd = pass_receive(self->sock);
	ASSERT_LE(0, p.fd);
	EXPECT_EQ(1, poll(&p, 1, 0));
	EXPECT_EQ(0, p.revents & (POLLIN | POLLOUT));
	EXPECT_EQ(POLLERR, p.revents & POLLERR);
	close(p.fd);
}

TEST_HARNESS_MAIN
