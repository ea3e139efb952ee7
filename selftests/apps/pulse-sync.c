// SPDX-License-Identifier: GPL-2.0-only
/*
 * pulse-sync: the entry point Pulse.Sync. Sends a HID device a report and reads its echo, as often
 * and for as long as its arguments say, NAME=VALUE each:
 *
 *   every-ms    from one echo to the next (1000)
 *   count       so many, then end (no limit); with idle=1: then only wait
 *   for-ms      end so long after the start
 *   spin-us     CPU time that each one takes beside itself
 *   linger-ms   from the cancellation to the end; 0 (default) ends at once, -1 never
 *   log         a file; what happens is appended to it, with the time on CLOCK_BOOTTIME
 *
 * Its first echo is its progress. Ends with 0, with 3 if it was cancelled, with 4 if the device failed before that.
 */
#include <devtask.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NSEC_PER_MSEC	1000000ll
#define HASTE_NS	(100 * NSEC_PER_MSEC)	/* from echo to echo once it is cancelled */

struct sync {
	struct devtask_task *task;
	int device;
	FILE *log;
	int64_t every_ns, count, end_ns, spin_ns, linger_ns;
	bool idle;
	int64_t canceled_ns;		/* 0 = it is not */
};

static int64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec;
}

static int64_t now_ns(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

static void must(const char *what, bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", what, devtask_sentence());
	exit(1);
}

/* The value of NAME in the arguments; @otherwise if it is not there. */
static int64_t number_of(const char *arguments, const char *name, int64_t otherwise)
{
	const char *found = strstr(arguments, name);

	return found ? strtoll(found + strlen(name), NULL, 10) : otherwise;
}

static void read_orders(struct sync *sync)
{
	struct devtask_details *details;
	const char *arguments, *log;
	int64_t duration_ms;
	char path[256] = "/dev/null";

	must("details", !devtask_task_details(sync->task, &details));
	arguments = details->arguments;
	sync->every_ns = number_of(arguments, "every-ms=", 1000) * NSEC_PER_MSEC;
	sync->count = number_of(arguments, "count=", -1);
	sync->idle = number_of(arguments, "idle=", 0);
	sync->spin_ns = number_of(arguments, "spin-us=", 0) * 1000;
	sync->linger_ns = number_of(arguments, "linger-ms=", 0) * NSEC_PER_MSEC;
	duration_ms = number_of(arguments, "for-ms=", -1);
	sync->end_ns = duration_ms < 0 ? INT64_MAX :
		now_ns() - (int64_t)details->elapsed_ns + duration_ms * NSEC_PER_MSEC;
	log = strstr(arguments, "log=");
	if (log)
		sscanf(log, "log=%255s", path);
	sync->log = fopen(path, "ae");
	must("log", sync->log);
	setvbuf(sync->log, NULL, _IOLBF, 0);
	devtask_details_free(details);
}

/* Takes the word of one who may be cut off meanwhile. */
static int echo(struct sync *sync)
{
	struct pollfd fd = { .fd = sync->device, .events = POLLIN };
	unsigned char report[9] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 }, answer[8];

	if (write(sync->device, report, sizeof(report)) != sizeof(report))
		return -errno;
	if (poll(&fd, 1, 2000) != 1)
		return -ETIMEDOUT;
	return read(sync->device, answer, sizeof(answer)) == sizeof(answer) ? 0 : -errno;
}

static void spin(const struct sync *sync)
{
	int64_t end = read_clock(CLOCK_PROCESS_CPUTIME_ID) + sync->spin_ns;

	while (sync->spin_ns && read_clock(CLOCK_PROCESS_CPUTIME_ID) < end)
		;
}

static void note_time_left(const struct sync *sync)
{
	struct devtask_details *details;

	must("details", !devtask_task_details(sync->task, &details));
	fprintf(sync->log, "deadline %" PRId64 "\n", now_ns() + (int64_t)details->remaining_ns);
	devtask_details_free(details);
}

static void note_cancellation(struct sync *sync)
{
	struct devtask_details *details;

	sync->canceled_ns = now_ns();
	must("details", !devtask_task_details(sync->task, &details));
	fprintf(sync->log, "canceled %s, %s %" PRIu64 " of %" PRIu64 " at %" PRId64 "\n",
		devtask_reason_name(details->reason), devtask_detail_name(details->detail),
		details->measured, details->required, sync->canceled_ns);
	must("result", !devtask_task_set_result(sync->task, "stopped cleanly"));
	devtask_details_free(details);
}

/* Until @until_ns, or until it is cancelled. */
static void rest(struct sync *sync, int64_t until_ns)
{
	struct pollfd stop = { .fd = sync->canceled_ns ? -1 : devtask_task_fd(sync->task),
			       .events = POLLIN };
	struct timespec left = { 0 };
	int64_t left_ns = until_ns == INT64_MAX ? -1 : until_ns - now_ns();

	if (until_ns != INT64_MAX && left_ns < 0)
		left_ns = 0;
	left.tv_sec = left_ns / 1000000000;
	left.tv_nsec = left_ns % 1000000000;
	if (ppoll(&stop, 1, until_ns == INT64_MAX ? NULL : &left, NULL) == 1)
		note_cancellation(sync);
}

/* When there is something to do again. */
static int64_t next_ns(const struct sync *sync, int64_t last_ns, int64_t done)
{
	int64_t next = last_ns + sync->every_ns;

	if (sync->idle && done == sync->count)
		next = INT64_MAX;
	if (sync->canceled_ns && sync->linger_ns)
		return now_ns() + HASTE_NS;
	return next < sync->end_ns ? next : sync->end_ns;
}

static bool is_over(const struct sync *sync, int64_t done)
{
	if (sync->canceled_ns)
		return sync->linger_ns >= 0 &&
		       now_ns() >= sync->canceled_ns + sync->linger_ns;
	return (done == sync->count && !sync->idle) || now_ns() >= sync->end_ns;
}

int main(void)
{
	struct sync sync = { 0 };
	int64_t last_ns;
	int err;

	signal(SIGTERM, SIG_IGN);
	must("task", !devtask_task_open(&sync.task));
	read_orders(&sync);
	sync.device = devtask_task_open_device(sync.task, 0, O_RDWR | O_CLOEXEC);
	must("device", sync.device >= 0);
	for (int64_t done = 1; ; done++) {
		err = echo(&sync);
		last_ns = now_ns();
		fprintf(sync.log, "%s %d at %" PRId64 "\n", err ? "failed" : "echo", -err, last_ns);
		/* Perhaps the cancellation is only just on its way. */
		if (err && !sync.canceled_ns)
			rest(&sync, last_ns + HASTE_NS);
		if (err && !sync.canceled_ns)
			return 4;
		note_time_left(&sync);
		if (done == 1)
			must("progress", !devtask_task_set_progress(sync.task, 1));
		spin(&sync);
		if (!is_over(&sync, done))
			rest(&sync, next_ns(&sync, last_ns, done));
		if (is_over(&sync, done))
			return sync.canceled_ns ? 3 : 0;
	}
}
