// SPDX-License-Identifier: GPL-2.0-only
/*
 * A servicing task whose device goes and comes back (APP-8): a new claim takes the place of the
 * old one, and what was opened before stays dead (PRO-10).
 */
#include <fcntl.h>
#include <linux/hidraw.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"

#include "app.h"
#include "blocked.h"
#include "clock.h"
#include "scene.h"
#include "worker.h"

#define HID_INDEX 1	/* of three devices */
#define REPORT (1 + HID_REPORT)

FIXTURE(a_device)
{
	struct scene scene;
	struct worker *worker;
};

FIXTURE_SETUP(a_device)
{
	ASSERT_EQ(0, scene_open(&self->scene, SCENE_HID));
}

FIXTURE_TEARDOWN(a_device)
{
	scene_close(&self->scene);
}

static int event(struct scene *s, enum devtask_event_kind kind, struct event *e)
{
	return helper_event_wait(&s->ear, s->cage.task, kind, e, 5000);
}

/* A running task with three devices, the HID device between two that stay. */
static int begin(struct scene *s, enum devtask_type type)
{
	struct task_wish wish = { .type = type, .io_interval_ns = 3600 * NSEC_PER_SEC };

	return cage_make(&s->cage, &s->helper, &wish) ?: cage_claim(&s->cage, "/dev/zero") ?:
	       cage_claim(&s->cage, s->hid.node) ?: cage_claim(&s->cage, "/dev/null") ?:
	       cage_start(&s->cage);
}

/* Out and in again, with the claims' part of it. 0 or -errno. */
static int reboot_device(struct scene *s)
{
	struct claim_facts claim;
	uint32_t *id = &s->cage.claim[HID_INDEX];
	int err;

	hid_unplug(&s->hid);
	if (!clock_wait(!helper_claim_get(&s->helper, *id, &claim) &&
			claim.state == DEVTASK_CLAIM_STATE_DETACHED, 5000))
		return -ETIME;
	err = hid_plug(&s->hid);
	if (err)
		return err;
	/* That the loss is there can be seen before it has been told. */
	clock_wait((err = helper_claim_replace(&s->helper, s->cage.task, s->hid.node, *id, id)) !=
		   -EBUSY, 200);
	return err;
}

static int open_it(struct worker *w)
{
	int fd = app_open_claim(w->door, w->arg, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		w->fd[w->count++] = fd;
	return fd < 0 ? fd : w->count - 1;
}

static int write_it(struct worker *w)
{
	unsigned char report[REPORT] = { 0 };

	return write(w->fd[w->arg], report, sizeof(report)) < 0 ? -errno : 0;
}

static int close_all(struct worker *w)
{
	while (w->count)
		close(w->fd[--w->count]);
	return 0;
}

static int count_devices(struct worker *w)
{
	struct devtask_app_details details;

	return app_details(w->door, &details, NULL, NULL) ?: (int)details.claims;
}

/* What kind of file is it? */
static int minor_of(struct worker *w)
{
	struct stat st;

	return fstat(w->fd[w->arg], &st) ? -errno : (int)(st.st_rdev & 0xff);
}

/* APP-8, ADM-3 */
TEST_F_TIMEOUT(a_device, that_comes_back_has_its_number_and_its_counts_again, 120)
{
	struct event detached, attached;
	struct scene *s = &self->scene;
	struct claim_facts claim;
	struct task_facts task;
	struct worker *w;
	uint32_t old;

	ASSERT_EQ(0, begin(s, DEVTASK_TYPE_SERVICING));
	w = worker_hire(&s->cage);
	ASSERT_TRUE(w);
	old = s->cage.claim[HID_INDEX];
	ASSERT_EQ(0, worker_do(w, open_it, HID_INDEX));
	ASSERT_EQ(0, worker_do(w, write_it, 0));
	ASSERT_EQ(0, worker_do(w, write_it, 0));
	ASSERT_EQ(0, reboot_device(s));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_DETACHED, &detached));
	EXPECT_EQ(old, detached.claim_id);
	EXPECT_FALSE(detached.has_reason);
	EXPECT_EQ(2, detached.ops);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_ATTACHED, &attached));
	EXPECT_EQ(s->cage.claim[HID_INDEX], attached.claim_id);
	EXPECT_NE(old, attached.claim_id);
	EXPECT_EQ(2, attached.ops);
	ASSERT_EQ(0, helper_claim_get(&s->helper, attached.claim_id, &claim));
	EXPECT_EQ(DEVTASK_CLAIM_STATE_LIVE, claim.state);
	EXPECT_EQ(DEVTASK_KIND_HID, claim.kind);
	EXPECT_EQ(old, claim.replaces);
	EXPECT_EQ(0, claim.ops);
	EXPECT_EQ(-ENOENT, helper_claim_get(&s->helper, old, &claim));
	EXPECT_EQ(3, helper_claim_count(&s->helper));
	/* For the task nothing has changed but that it opens it anew. */
	EXPECT_EQ(3, worker_do(w, count_devices, 0));
	ASSERT_EQ(1, worker_do(w, open_it, HID_INDEX));
	EXPECT_EQ(0, worker_do(w, write_it, 1));
	ASSERT_EQ(2, worker_do(w, open_it, 0));
	EXPECT_EQ(5, worker_do(w, minor_of, 2)) TH_LOG("the first device is not /dev/zero any more");
	ASSERT_EQ(3, worker_do(w, open_it, 2));
	EXPECT_EQ(3, worker_do(w, minor_of, 3)) TH_LOG("the third one is not /dev/null any more");
	EXPECT_EQ(-ENXIO, worker_do(w, open_it, 3));
	ASSERT_EQ(0, helper_task_get(&s->helper, s->cage.task, &task));
	EXPECT_EQ(DEVTASK_STATE_RUNNING, task.state);
	EXPECT_EQ(3, task.ops);
	EXPECT_EQ(3 * REPORT, task.bytes);
}

static int open_between(struct worker *w)
{
	return app_open_claim(w->door, w->arg, O_RDWR | O_CLOEXEC);
}

static int try_all(struct worker *w)
{
	unsigned char buf[REPORT] = { 0 };
	struct pollfd p = { .fd = w->fd[w->arg], .events = POLLIN };
	char path[64];

	if (write(p.fd, buf, REPORT) != -1 || errno != ENODEV)
		return 1;
	if (read(p.fd, buf, REPORT) != -1 || errno != ENODEV)
		return 2;
	if (ioctl(p.fd, HIDIOCSFEATURE(REPORT), buf) != -1 || errno != ENODEV)
		return 3;
	if (poll(&p, 1, 0) != 1 || (p.revents & (POLLERR | POLLHUP)) != (POLLERR | POLLHUP))
		return 4;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", p.fd);
	return open(path, O_RDWR | O_CLOEXEC) != -1 || errno != ENODEV ? 5 : 0;
}

/* PRO-10: an old descriptor leads nowhere, though the new device has the old one's number. */
TEST_F_TIMEOUT(a_device, that_comes_back_is_not_reached_by_old_descriptors, 120)
{
	struct scene *s = &self->scene;
	char node[32];
	struct event e;
	struct worker *w;

	ASSERT_EQ(0, begin(s, DEVTASK_TYPE_SERVICING));
	w = worker_hire(&s->cage);
	ASSERT_TRUE(w);
	ASSERT_EQ(0, worker_do(w, open_it, HID_INDEX));
	strcpy(node, s->hid.node);
	hid_unplug(&s->hid);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_DETACHED, &e));
	EXPECT_EQ(0, worker_do(w, try_all, 0));
	EXPECT_EQ(-ENODEV, worker_do(w, open_between, HID_INDEX));
	ASSERT_EQ(0, hid_plug(&s->hid));
	ASSERT_STREQ(node, s->hid.node) TH_LOG("the test needs the same number again");
	EXPECT_EQ(-ENODEV, worker_do(w, open_between, HID_INDEX));
	ASSERT_EQ(0, helper_claim_replace(&s->helper, s->cage.task, s->hid.node, e.claim_id,
					  &s->cage.claim[HID_INDEX])) TH_LOG("%s", s->helper.sentence);
	EXPECT_EQ(0, worker_do(w, try_all, 0));
	EXPECT_EQ(0, hid_traffic(&s->hid));
	ASSERT_EQ(1, worker_do(w, open_it, HID_INDEX));
	EXPECT_EQ(0, worker_do(w, write_it, 1));
	EXPECT_TRUE(clock_wait(hid_traffic(&s->hid) == 1, 2000));
}

#define EXPECT_REFUSED(want, task, old) do {					\
	uint32_t __id;								\
	EXPECT_EQ(want, helper_claim_replace(&s->helper, task, s->hid.node, old, &__id)); \
	EXPECT_NE('\0', s->helper.sentence[0]);					\
} while (0)

/* APP-8: only what has gone, only once, only for a running servicing task. */
TEST_F_TIMEOUT(a_device, takes_no_place_that_is_not_free, 120)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_SERVICING };
	struct scene *s = &self->scene;
	struct cage other;
	struct event e;
	uint32_t old, id;

	ASSERT_EQ(0, begin(s, DEVTASK_TYPE_SERVICING));
	ASSERT_EQ(0, cage_make(&other, &s->helper, &wish));
	old = s->cage.claim[HID_INDEX];
	EXPECT_REFUSED(-EBUSY, s->cage.task, old);
	EXPECT_REFUSED(-EBUSY, s->cage.task, s->cage.claim[0]);
	EXPECT_REFUSED(-EINVAL, other.task, old);		/* it has not started */
	ASSERT_EQ(0, cage_start(&other));
	EXPECT_REFUSED(-EINVAL, other.task, old);
	EXPECT_REFUSED(-ESTALE, s->cage.task, old + 1000);
	EXPECT_EQ(-ERANGE, helper_claim_replace(&s->helper, s->cage.task, "/dev/null", 0, &id));
	hid_unplug(&s->hid);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_DETACHED, &e));
	ASSERT_EQ(0, hid_plug(&s->hid));
	EXPECT_REFUSED(-EINVAL, other.task, old);
	ASSERT_EQ(0, helper_claim_replace(&s->helper, s->cage.task, s->hid.node, old, &id));
	EXPECT_REFUSED(-ESTALE, s->cage.task, old);		/* replaced before */
	EXPECT_REFUSED(-EBUSY, s->cage.task, id);
	hid_unplug(&s->hid);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_DETACHED, &e));
	EXPECT_EQ(id, e.claim_id);
	ASSERT_EQ(0, hid_plug(&s->hid));
	ASSERT_EQ(0, helper_task_abort(&s->helper, s->cage.task));
	EXPECT_REFUSED(-ECANCELED, s->cage.task, id);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &e));
	cage_close(&other);
}

/* RUN-2, APP-8 */
TEST_F_TIMEOUT(a_device, of_a_use_task_does_not_come_back, 120)
{
	struct scene *s = &self->scene;
	struct event e;
	uint32_t old;

	ASSERT_EQ(0, begin(s, DEVTASK_TYPE_USE));
	old = s->cage.claim[HID_INDEX];
	EXPECT_REFUSED(-EINVAL, s->cage.task, old);
	hid_unplug(&s->hid);
	ASSERT_EQ(0, hid_plug(&s->hid));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &e));
	EXPECT_EQ(DEVTASK_DETAIL_DEVICE_DETACHED, e.detail);
	EXPECT_REFUSED(-EINVAL, s->cage.task, old);
}

/* APP-8: it may be away for longer than it was there; the task goes on. */
TEST_F_TIMEOUT(a_device, may_stay_away_and_the_helper_says_for_how_long, 120)
{
	struct scene *s = &self->scene;
	struct task_facts task;
	struct event e;

	ASSERT_EQ(0, begin(s, DEVTASK_TYPE_SERVICING));
	hid_unplug(&s->hid);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_DETACHED, &e));
	clock_sleep_until(e.time_ns + 60 * NSEC_PER_SEC);
	ASSERT_EQ(0, helper_task_get(&s->helper, s->cage.task, &task));
	EXPECT_EQ(DEVTASK_STATE_RUNNING, task.state);
	ASSERT_EQ(0, helper_task_cancel(&s->helper, s->cage.task, DEVTASK_REASON_CONDITION_LOSS,
					DEVTASK_DETAIL_DEVICE_NOT_RETURNED));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &e));
	EXPECT_EQ(DEVTASK_DETAIL_DEVICE_NOT_RETURNED, e.detail);
}

/* APP-8: a device that comes and goes for ever leaves nothing behind. */
TEST_F_TIMEOUT(a_device, may_go_and_come_forty_times, 300)
{
	struct scene *s = &self->scene;
	struct task_facts task;
	struct worker *w;
	int n = 0, err = 0;

	ASSERT_EQ(0, begin(s, DEVTASK_TYPE_SERVICING));
	w = worker_hire(&s->cage);
	ASSERT_TRUE(w);
	for (; n < 40 && !err; n++) {
		err = worker_do(w, open_it, HID_INDEX) ?: worker_do(w, write_it, 0) ?:
		      worker_do(w, close_all, 0) ?: reboot_device(s);
		ASSERT_EQ(3, helper_claim_count(&s->helper));
	}
	EXPECT_EQ(0, err) TH_LOG("reboot %d: %s", n, s->helper.sentence);
	ASSERT_EQ(0, helper_task_get(&s->helper, s->cage.task, &task));
	EXPECT_EQ(40, task.ops);
}

/* APP-8: descriptors that the task keeps cost memory, and there is an end to it. */
TEST_F_TIMEOUT(a_device, does_not_come_back_to_a_task_that_keeps_eighty_dead_ones, 300)
{
	struct scene *s = &self->scene;
	struct worker *w;
	int n = 0, err = 0;

	ASSERT_EQ(0, begin(s, DEVTASK_TYPE_SERVICING));
	w = worker_hire(&s->cage);
	ASSERT_TRUE(w);
	while (!err && ++n < WORKER_FDS) {
		ASSERT_EQ(n - 1, worker_do(w, open_it, HID_INDEX));
		err = reboot_device(s);
	}
	EXPECT_EQ(-EBUSY, err);
	EXPECT_TRUE(strstr(s->helper.sentence, "close"));
	/* 80 are alive: two that stay, the newest, and those that are held. */
	EXPECT_EQ(78, n);
	EXPECT_EQ(3, helper_claim_count(&s->helper));
	ASSERT_EQ(0, worker_do(w, close_all, 0));
	/* What is closed is freed a moment later. */
	EXPECT_TRUE(clock_wait(!helper_claim_replace(&s->helper, s->cage.task, s->hid.node,
						     s->cage.claim[HID_INDEX],
						     &s->cage.claim[HID_INDEX]), 2000))
		TH_LOG("%s", s->helper.sentence);
	EXPECT_EQ(0, worker_do(w, open_it, HID_INDEX));
	EXPECT_EQ(0, worker_do(w, write_it, 0));
}

/* Memory that never comes: who reads it in the kernel stays there until SIGKILL. */
static void *missing_page(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	reg.range.start = (uintptr_t)page;
	reg.range.len = 4096;
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &reg))
		return NULL;
	return page;
}

static int open_terminal(struct worker *w)
{
	int zero = 0, number;

	w->fd[0] = open("/dev/ptmx", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (w->fd[0] < 0 || ioctl(w->fd[0], TIOCSPTLCK, &zero) || ioctl(w->fd[0], TIOCGPTN, &number))
		return -errno;
	return number;
}

static atomic_int *writer;	/* its thread id, shared */

static int write_missing_page(struct worker *w)
{
	void *page = missing_page();

	if (!page)
		return -errno;
	atomic_store(writer, gettid());
	return write(w->fd[0], page, 100) < 0 ? -errno : 0;
}

/* END-2: what was replaced and is not out of its driver yet is waited for like the new one. */
TEST_F_TIMEOUT(a_device, that_was_replaced_is_revoked_with_the_new_one, 120)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_SERVICING };
	struct scene *s = &self->scene;
	struct claim_facts claim;
	struct event e, revoked;
	struct worker *w;
	char slave[64];
	uint32_t old;
	int number;

	writer = cage_share(sizeof(*writer));
	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &wish));
	ASSERT_EQ(0, cage_claim(&s->cage, "/dev/ptmx"));
	ASSERT_EQ(0, cage_mount(&s->cage));
	ASSERT_EQ(0, cage_start(&s->cage));
	w = worker_hire(&s->cage);
	ASSERT_TRUE(w);
	number = worker_do(w, open_terminal, 0);
	ASSERT_LE(0, number) TH_LOG("%s", strerror(-number));
	worker_begin(w, write_missing_page, 0);
	ASSERT_TRUE(clock_wait(atomic_load(writer) &&
			       blocked_thread_asleep(atomic_load(writer), SYS_write), 5000));
	/* The other side hangs up: for the guard the device is gone. */
	snprintf(slave, sizeof(slave), "/dev/pts/%d", number);
	close(open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_DETACHED, &e));
	old = s->cage.claim[0];
	ASSERT_EQ(0, helper_claim_replace(&s->helper, s->cage.task, s->hid.node, old, &old));
	ASSERT_EQ(0, helper_claim_get(&s->helper, s->cage.claim[0], &claim));
	EXPECT_EQ(DEVTASK_CLAIM_STATE_DETACHED, claim.state);
	EXPECT_EQ(1, claim.guards);
	ASSERT_EQ(0, cage_cut(&s->cage));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_REVOKED, &revoked));
	EXPECT_LE(500 * NSEC_PER_MSEC, revoked.measured_ns)
		TH_LOG("revoked while a call was in the old driver");
	EXPECT_TRUE(clock_wait(cage_is_empty(&s->cage), 1000));
	ASSERT_EQ(0, helper_claim_get(&s->helper, s->cage.claim[0], &claim));
	EXPECT_EQ(DEVTASK_CLAIM_STATE_REVOKED, claim.state);
	ASSERT_EQ(0, helper_task_end(&s->helper, s->cage.task, SIGKILL));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_ENDED, &e));
	EXPECT_EQ(0, helper_claim_count(&s->helper));
}

TEST_HARNESS_MAIN
