// SPDX-License-Identifier: GPL-2.0-only
/* A process that does as it is told, see worker.h. */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "app.h"
#include "clock.h"
#include "worker.h"

static int work(void *arg)
{
	int (*job)(struct worker *worker);
	struct worker *worker = arg;

	worker->door = app_open(O_CLOEXEC | O_NONBLOCK);
	atomic_store(&worker->up, 1);
	for (;;) {
		unsigned int orders = atomic_load(&worker->orders);

		job = atomic_load(&worker->job);
		if (!job) {
			syscall(SYS_futex, &worker->orders, FUTEX_WAIT, orders, NULL, NULL, 0);
			continue;
		}
		worker->result = job(worker);
		atomic_store(&worker->job, NULL);
	}
	return 0;
}

struct worker *worker_hire(struct cage *cage)
{
	struct worker *worker = cage_share(sizeof(*worker));

	worker->pid = cage_spawn(cage, work, worker);
	if (worker->pid < 0 || !clock_wait(atomic_load(&worker->up), 5000))
		return NULL;
	return worker;
}

void worker_begin(struct worker *worker, int (*job)(struct worker *worker), int arg)
{
	worker->arg = arg;
	atomic_store(&worker->job, job);
	atomic_fetch_add(&worker->orders, 1);
	syscall(SYS_futex, &worker->orders, FUTEX_WAKE, 1, NULL, NULL, 0);
}

int worker_do(struct worker *worker, int (*job)(struct worker *worker), int arg)
{
	worker_begin(worker, job, arg);
	return clock_wait(!atomic_load(&worker->job), 10000) ? worker->result : -ETIME;
}
