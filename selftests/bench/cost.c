// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guarded call costs: instructions of the same call with and without a guard, both
 * measured in one run. Runs in virtual time (-icount shift=0: one instruction is one
 * nanosecond), as the helper, without devtaskd. Exit status 1 above the limit.
 *
 * The gate, the membership check, the counting and the time stamp are all on: there is no
 * guard without them.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/hidraw.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"
#include "clock.h"
#include "scene.h"

#define CALLS 20000
#define WARM_UP 500
#define PASSES 5
#define LIMIT 150		/* above it the bench fails */
#define LOOP 1000000

struct row {
	const char *name;
	const char *path;	/* NULL: the emulated HID device's node */
	bool (*call)(int fd);
	int goal;
};

static bool read_byte(int fd)
{
	char byte;

	return read(fd, &byte, 1) == 1;
}

static bool write_byte(int fd)
{
	return write(fd, "", 1) == 1;
}

static bool ask_hidraw(int fd)
{
	struct hidraw_devinfo info;

	return !ioctl(fd, HIDIOCGRAWINFO, &info);
}

static bool poll_once(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLOUT };

	return poll(&one, 1, 0) == 1;
}

static const struct row rows[] = {
	{ "read", "/dev/zero", read_byte, 100 },
	{ "write", "/dev/null", write_byte, 100 },
	{ "ioctl", NULL, ask_hidraw, 100 },
	{ "poll", NULL, poll_once, 40 },
};

#define ROWS (sizeof(rows) / sizeof(*rows))

struct sheet {
	char hidraw[64];
	int error;
	double loop;		/* instructions of a loop of two */
	double cost[ROWS];	/* per call, the least of all passes */
};

static double count_loop(void)
{
	uint64_t begin = clock_now_ns();
	unsigned int n = LOOP;

	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n));
	return (double)(clock_now_ns() - begin) / LOOP;
}

static double count_calls(const struct row *row, int fd)
{
	uint64_t begin;

	for (int i = 0; i < WARM_UP; i++)
		if (!row->call(fd))
			return -1;
	begin = clock_now_ns();
	for (int i = 0; i < CALLS; i++)
		if (!row->call(fd))
			return -1;
	return (double)(clock_now_ns() - begin) / CALLS;
}

/* Fills in the sheet; in the task the same paths lead to guarded nodes. */
static int measure(void *arg)
{
	struct sheet *sheet = arg;

	sheet->loop = count_loop();
	for (size_t i = 0; i < ROWS; i++) {
		int fd = open(rows[i].path ?: sheet->hidraw, O_RDWR | O_CLOEXEC);

		if (fd < 0)
			return sheet->error = errno;
		for (int pass = 0; pass < PASSES; pass++) {
			double cost = count_calls(&rows[i], fd);

			if (cost < 0)
				return sheet->error = errno ?: EIO;
			if (!pass || cost < sheet->cost[i])
				sheet->cost[i] = cost;
		}
		close(fd);
	}
	return 0;
}

static bool wait_for(pid_t pid)
{
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

static bool measure_direct(struct sheet *sheet)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		_exit(measure(sheet));
	return wait_for(pid);
}

/* Reads and writes are I/O; were the node not guarded, nothing would be added, and wrongly so. */
static bool every_call_was_counted(struct wire *helper, uint32_t task)
{
	struct task_facts facts;

	return !helper_task_get(helper, task, &facts) &&
	       facts.ops == 2ULL * PASSES * (WARM_UP + CALLS) && facts.bytes == facts.ops;
}

static bool measure_guarded(struct scene *scene, struct sheet *sheet)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_SERVICING, .program = "/bin/true" };
	struct cage *cage = &scene->cage;

	if (cage_make(cage, &scene->helper, &wish) || cage_claim(cage, sheet->hidraw) ||
	    cage_claim(cage, "/dev/zero") || cage_claim(cage, "/dev/null") || cage_start(cage))
		return false;
	return wait_for(cage_spawn(cage, measure, sheet)) &&
	       every_call_was_counted(&scene->helper, cage->task);
}

static bool print_table(const struct sheet *direct, const struct sheet *guarded)
{
	struct utsname kernel;
	bool good = true;

	uname(&kernel);
	printf("Instructions per call, Linux %s (a loop of two instructions: %.2f)\n\n",
	       kernel.release, direct->loop);
	printf("  %-8s %8s %9s %7s %6s  %s\n", "call", "direct", "guarded", "added", "goal", "");
	for (size_t i = 0; i < ROWS; i++) {
		double added = guarded->cost[i] - direct->cost[i];

		printf("  %-8s %8.0f %9.0f %+7.0f %6d  %s\n", rows[i].name, direct->cost[i],
		       guarded->cost[i], added, rows[i].goal,
		       added > LIMIT ? "ABOVE THE LIMIT" :
		       added > rows[i].goal ? "within the limit" : "goal reached");
		good &= added <= LIMIT;
	}
	printf("\nThe limit is %d. %s\n", LIMIT, good ? "It is kept." : "It is not kept.");
	return good;
}

static void write_json(const struct sheet *direct, const struct sheet *guarded)
{
	const char *dir = getenv("OUT");
	struct utsname kernel;
	char path[4096];
	FILE *file;

	if (!dir)
		return;
	snprintf(path, sizeof(path), "%s/cost.json", dir);
	file = fopen(path, "w");
	if (!file) {
		perror(path);
		return;
	}
	uname(&kernel);
	fprintf(file, "{\"kernel\":\"%s\",\"limit\":%d,\"calls\":[", kernel.release, LIMIT);
	for (size_t i = 0; i < ROWS; i++)
		fprintf(file, "%s{\"call\":\"%s\",\"direct\":%.1f,\"guarded\":%.1f,\"goal\":%d}",
			i ? "," : "", rows[i].name, direct->cost[i], guarded->cost[i],
			rows[i].goal);
	fprintf(file, "]}\n");
	fclose(file);
}

int main(void)
{
	struct sheet *direct = cage_share(sizeof(*direct)), *guarded = cage_share(sizeof(*guarded));
	struct scene scene;
	bool good;

	if (!direct || !guarded || scene_open(&scene, SCENE_HID)) {
		fprintf(stderr, "bench: the devices cannot be set up; is the module loaded?\n");
		return 1;
	}
	strcpy(direct->hidraw, scene.hid.node);
	strcpy(guarded->hidraw, scene.hid.node);
	good = measure_direct(direct) && measure_guarded(&scene, guarded);
	if (good) {
		good = print_table(direct, guarded);
		write_json(direct, guarded);
	} else {
		fprintf(stderr, "bench: cannot measure: %s\n",
			strerror(direct->error ?: guarded->error ?: EIO));
	}
	scene_close(&scene);
	return good ? 0 : 1;
}
