// SPDX-License-Identifier: GPL-2.0-only
/*
 * holdfilter - see holdfilter.h. Two maps: the nodes that are shut, and a ring of those who
 * were turned away. The program is made by hand, as that of devfilter.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "holdfilter.h"

#define NODES_MAX	256
#define RING_BYTES	4096u		/* a page, as the ring wants it */
#define ROOT		"/sys/fs/cgroup"

struct key {
	uint32_t type;			/* BPF_DEVCG_DEV_* */
	uint32_t major;
	uint32_t minor;
};

struct value {
	uint64_t cgroup;
	uint64_t task;
};

struct devtask_holdfilter {
	int root;
	int nodes;
	int ring;
	int program;
	int link;			/* -1 while no node is shut */
	unsigned int shut;
	unsigned long *consumer;	/* a page that is ours */
	unsigned char *producer;	/* a page of the kernel's, then the ring, twice */
};

static int bpf(enum bpf_cmd command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int make_map(uint32_t type, uint32_t key, uint32_t value, uint32_t entries)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key;
	attr.value_size = value;
	attr.max_entries = entries;
	strcpy(attr.map_name, "devtask_hold");
	return bpf(BPF_MAP_CREATE, &attr);
}

#define INSN(op, d, s, o, i) \
	{ .code = (op), .dst_reg = BPF_REG_##d, .src_reg = (s), .off = (int16_t)(o), .imm = (int32_t)(i) }
#define MOVE(d, s)		INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, BPF_REG_##s, 0, 0)
#define SET(d, value)		INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, value)
#define ADD(d, value)		INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, value)
#define AND(d, value)		INSN(BPF_ALU64 | BPF_AND | BPF_K, d, 0, 0, value)
#define SHIFT_RIGHT(d, bits)	INSN(BPF_ALU64 | BPF_RSH | BPF_K, d, 0, 0, bits)
#define LOAD(size, d, s, off)	INSN(BPF_LDX | BPF_MEM | (size), d, BPF_REG_##s, off, 0)
#define STORE(size, d, off, s)	INSN(BPF_STX | BPF_MEM | (size), d, BPF_REG_##s, off, 0)
#define SKIP_IF(op, d, value, n) INSN(BPF_JMP | (op) | BPF_K, d, 0, n, value)
#define SKIP_SAME(d, s, n)	INSN(BPF_JMP | BPF_JEQ | BPF_X, d, BPF_REG_##s, n, 0)
#define SKIP(n)			INSN(BPF_JMP | BPF_JA, 0, 0, n, 0)
#define CALL(helper)		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_##helper)
#define EXIT			INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define MAP(d, fd)		INSN(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_MAP_FD, 0, fd), \
				INSN(0, 0, 0, 0, 0)
#define ANSWER(verdict)		SET(0, verdict), EXIT

#define RECORD		((int)sizeof(struct devtask_holdfilter_record))
#define KEY		((int)sizeof(struct key))
#define IN_RECORD(what)	(-RECORD + (int)offsetof(struct devtask_holdfilter_record, what))
#define IN_KEY(what)	(-KEY + (int)offsetof(struct key, what))
#define IN_CONTEXT(what) offsetof(struct bpf_cgroup_dev_ctx, what)

/* 1 lets the open go on (the task's own filter still judges its members), 0 is EPERM. */
static int load(const struct devtask_holdfilter *filter)
{
	const struct bpf_insn code[] = {
		MOVE(6, 1),
		/* Nodes may be made: only reading and writing is talking to the device. */
		LOAD(BPF_W, 2, 6, IN_CONTEXT(access_type)),
		MOVE(3, 2),
		SHIFT_RIGHT(3, 16),
		AND(3, BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE),
		SKIP_IF(BPF_JNE, 3, 0, 2),
		ANSWER(1),
		AND(2, 0xffff),
		STORE(BPF_W, 10, IN_KEY(type), 2),
		LOAD(BPF_W, 2, 6, IN_CONTEXT(major)),
		STORE(BPF_W, 10, IN_KEY(major), 2),
		LOAD(BPF_W, 2, 6, IN_CONTEXT(minor)),
		STORE(BPF_W, 10, IN_KEY(minor), 2),
		MAP(1, filter->nodes),
		MOVE(2, 10),
		ADD(2, -KEY),
		CALL(map_lookup_elem),
		SKIP_IF(BPF_JNE, 0, 0, 2),
		ANSWER(1),
		MOVE(7, 0),
		CALL(get_current_cgroup_id),
		LOAD(BPF_DW, 1, 7, offsetof(struct value, cgroup)),
		SKIP_SAME(0, 1, 4),
		CALL(get_current_pid_tgid),
		SHIFT_RIGHT(0, 32),
		MOVE(8, 0),
		SKIP_IF(BPF_JNE, 8, getpid(), 2),
		ANSWER(1),
		/* The node's key and the record share the stack: what is kept goes over first. */
		LOAD(BPF_W, 1, 6, IN_CONTEXT(major)),
		STORE(BPF_W, 10, IN_RECORD(major), 1),
		LOAD(BPF_W, 1, 6, IN_CONTEXT(minor)),
		STORE(BPF_W, 10, IN_RECORD(minor), 1),
		LOAD(BPF_DW, 1, 7, offsetof(struct value, task)),
		STORE(BPF_W, 10, IN_RECORD(task), 1),
		STORE(BPF_W, 10, IN_RECORD(pid), 8),
		MOVE(1, 10),
		ADD(1, IN_RECORD(name)),
		SET(2, 16),
		CALL(get_current_comm),
		MAP(1, filter->ring),
		MOVE(2, 10),
		ADD(2, -RECORD),
		SET(3, RECORD),
		SET(4, 0),
		CALL(ringbuf_output),
		ANSWER(0),
	};
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attr.insns = (uintptr_t)code;
	attr.insn_cnt = sizeof(code) / sizeof(*code);
	attr.license = (uintptr_t)"GPL";
	strcpy(attr.prog_name, "devtask_hold");
	return bpf(BPF_PROG_LOAD, &attr);
}

/* The ring's own pages come after the kernel's word of how far it has written. */
static int map_ring(struct devtask_holdfilter *filter)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *at;

	at = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, filter->ring, 0);
	if (at == MAP_FAILED)
		return -1;
	filter->consumer = at;
	at = mmap(NULL, page + 2 * RING_BYTES, PROT_READ, MAP_SHARED, filter->ring, (off_t)page);
	if (at == MAP_FAILED)
		return -1;
	filter->producer = at;
	return 0;
}

static int attach(struct devtask_holdfilter *filter)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (uint32_t)filter->program;
	attr.link_create.target_fd = (uint32_t)filter->root;
	attr.link_create.attach_type = BPF_CGROUP_DEVICE;
	filter->link = bpf(BPF_LINK_CREATE, &attr);
	return filter->link;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

int devtask_holdfilter_create(struct devtask_holdfilter **filter, const char *cgroup,
			      struct devtask_error *error)
{
	struct devtask_holdfilter *self = calloc(1, sizeof(*self));
	int err;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->nodes = self->ring = self->program = self->link = -1;
	self->root = open(cgroup ? cgroup : ROOT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (self->root >= 0)
		self->nodes = make_map(BPF_MAP_TYPE_HASH, sizeof(struct key),
				       sizeof(struct value), NODES_MAX);
	if (self->nodes >= 0)
		self->ring = make_map(BPF_MAP_TYPE_RINGBUF, 0, 0, RING_BYTES);
	if (self->ring >= 0 && !map_ring(self))
		self->program = load(self);
	if (self->program >= 0) {
		*filter = self;
		return 0;
	}
	err = -errno;
	devtask_holdfilter_destroy(self);
	return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, err,
		"the kernel refuses the filter that keeps a device to one task (%s); it needs "
		"CONFIG_CGROUP_BPF and CAP_BPF", strerror(-err));
}

void devtask_holdfilter_destroy(struct devtask_holdfilter *filter)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (!filter)
		return;
	if (filter->consumer)
		munmap(filter->consumer, page);
	if (filter->producer)
		munmap(filter->producer, page + 2 * RING_BYTES);
	close_if_open(filter->link);
	close_if_open(filter->program);
	close_if_open(filter->ring);
	close_if_open(filter->nodes);
	close_if_open(filter->root);
	free(filter);
}

static struct key key_of(bool is_block, dev_t number)
{
	return (struct key) {
		.type = is_block ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR,
		.major = major(number),
		.minor = minor(number),
	};
}

static int change(const struct devtask_holdfilter *filter, enum bpf_cmd command,
		  const struct key *key, struct value *value, uint64_t flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)filter->nodes;
	attr.key = (uintptr_t)key;
	attr.value = (uintptr_t)value;
	attr.flags = flags;
	return bpf(command, &attr);
}

int devtask_holdfilter_shut(struct devtask_holdfilter *filter,
			    const struct devtask_holdfilter_node *node,
			    struct devtask_error *error)
{
	const struct key key = key_of(node->is_block, node->number);
	struct value value = { .cgroup = node->cgroup, .task = node->task };
	bool is_new = !change(filter, BPF_MAP_UPDATE_ELEM, &key, &value, BPF_NOEXIST);

	if (!is_new && (errno != EEXIST ||
			change(filter, BPF_MAP_UPDATE_ELEM, &key, &value, BPF_ANY)))
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -errno,
			"cannot keep the device to the task: %s", strerror(errno));
	filter->shut += is_new;
	if (filter->link >= 0 || attach(filter) >= 0)
		return 0;
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -errno,
		"cannot keep the device to the task: no device filter on the root cgroup: %s",
		strerror(errno));
}

void devtask_holdfilter_open(struct devtask_holdfilter *filter, bool is_block, dev_t number)
{
	const struct key key = key_of(is_block, number);

	if (change(filter, BPF_MAP_DELETE_ELEM, &key, NULL, 0) || --filter->shut)
		return;
	close_if_open(filter->link);
	filter->link = -1;
}

int devtask_holdfilter_descriptor(const struct devtask_holdfilter *filter)
{
	return filter->ring;
}

void devtask_holdfilter_receive(struct devtask_holdfilter *filter,
				void (*fn)(const struct devtask_holdfilter_record *record,
					   void *context), void *context)
{
	const unsigned long *written = (const unsigned long *)filter->producer;
	const unsigned char *ring = filter->producer + sysconf(_SC_PAGESIZE);
	unsigned long read = *filter->consumer;
	struct devtask_holdfilter_record record;
	uint32_t length;

	while (read < __atomic_load_n(written, __ATOMIC_ACQUIRE)) {
		const unsigned char *at = ring + (read & (RING_BYTES - 1));

		length = __atomic_load_n((const uint32_t *)at, __ATOMIC_ACQUIRE);
		if (length & BPF_RINGBUF_BUSY_BIT)
			break;
		if (length == sizeof(record)) {
			memcpy(&record, at + BPF_RINGBUF_HDR_SZ, sizeof(record));
			record.name[sizeof(record.name) - 1] = '\0';
			fn(&record, context);
		}
		length &= ~(uint32_t)BPF_RINGBUF_DISCARD_BIT;
		read += (BPF_RINGBUF_HDR_SZ + length + 7) & ~7ul;
		__atomic_store_n(filter->consumer, read, __ATOMIC_RELEASE);
	}
}
