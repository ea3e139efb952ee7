// SPDX-License-Identifier: GPL-2.0-only
/*
 * One request at a time through io_uring, see uring.h. Must not know devtask.
 */
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "uring.h"

#define ENTRIES 4

struct ring {
	int fd;
	void *sq, *cq;
	size_t sq_size, cq_size;
	struct io_uring_sqe *sqes;
	struct io_uring_params p;
};

static int ring_open(struct ring *r)
{
	memset(r, 0, sizeof(*r));
	r->fd = syscall(SYS_io_uring_setup, ENTRIES, &r->p);
	if (r->fd < 0)
		return -errno;
	r->sq_size = r->p.sq_off.array + ENTRIES * sizeof(uint32_t);
	r->cq_size = r->p.cq_off.cqes + r->p.cq_entries * sizeof(struct io_uring_cqe);
	r->sq = mmap(NULL, r->sq_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd,
		     IORING_OFF_SQ_RING);
	r->cq = mmap(NULL, r->cq_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd,
		     IORING_OFF_CQ_RING);
	r->sqes = mmap(NULL, ENTRIES * sizeof(*r->sqes), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQES);
	if (r->sq == MAP_FAILED || r->cq == MAP_FAILED || r->sqes == MAP_FAILED)
		return -ENOMEM;
	return 0;
}

static void ring_close(struct ring *r)
{
	munmap(r->sqes, ENTRIES * sizeof(*r->sqes));
	munmap(r->cq, r->cq_size);
	munmap(r->sq, r->sq_size);
	close(r->fd);
}

/* Submit what is in sqes[0] and wait until it has completed. */
static int ring_do(struct ring *r)
{
	uint32_t *tail = r->sq + r->p.sq_off.tail, *array = r->sq + r->p.sq_off.array;
	uint32_t *head = r->cq + r->p.cq_off.head;
	struct io_uring_cqe *cqe = r->cq + r->p.cq_off.cqes;
	long done, submit = 1;

	array[0] = 0;
	__atomic_store_n(tail, 1, __ATOMIC_RELEASE);
	do {
		done = syscall(SYS_io_uring_enter, r->fd, submit, 1, IORING_ENTER_GETEVENTS, NULL, 0);
		if (done > 0)
			submit = 0;
	} while (__atomic_load_n((uint32_t *)(r->cq + r->p.cq_off.tail), __ATOMIC_ACQUIRE) == *head &&
		 (done >= 0 || errno == EINTR));
	return done < 0 && errno != EINTR ? -errno : cqe[0].res;
}

int uring_read(int fd, void *buf, size_t len, bool worker)
{
	struct ring r;
	int ret = ring_open(&r);

	if (ret)
		return ret;
	memset(&r.sqes[0], 0, sizeof(r.sqes[0]));
	r.sqes[0].opcode = IORING_OP_READ;
	r.sqes[0].flags = worker ? IOSQE_ASYNC : 0;
	r.sqes[0].fd = fd;
	r.sqes[0].addr = (uintptr_t)buf;
	r.sqes[0].len = len;
	ret = ring_do(&r);
	ring_close(&r);
	return ret;
}

int uring_poll(int fd, short events)
{
	struct ring r;
	int ret = ring_open(&r);

	if (ret)
		return ret;
	memset(&r.sqes[0], 0, sizeof(r.sqes[0]));
	r.sqes[0].opcode = IORING_OP_POLL_ADD;
	r.sqes[0].fd = fd;
	r.sqes[0].poll_events = events;
	ret = ring_do(&r);
	ring_close(&r);
	return ret;
}
