// SPDX-License-Identifier: GPL-2.0-only
/*
 * devfilter - see devfilter.h. The program is made from the table below, by hand: it is
 * thirty instructions, and a compiler and a loader library would be more to trust.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "devfilter.h"

#define ANY_MINOR	(-1)
#define PROGRAM_MAX	128

static const struct allowed {
	int major;
	int minor;
} allowed[] = {
	{ 1, 3 },		/* null */
	{ 1, 5 },		/* zero */
	{ 1, 7 },		/* full */
	{ 1, 8 },		/* random */
	{ 1, 9 },		/* urandom */
	{ 5, 0 },		/* tty: the controlling one, a task has none */
	{ 5, 2 },		/* ptmx */
	{ 136, ANY_MINOR },	/* pts, of as many majors as there can be */
	{ 137, ANY_MINOR },
	{ 138, ANY_MINOR },
	{ 139, ANY_MINOR },
	{ 140, ANY_MINOR },
	{ 141, ANY_MINOR },
	{ 142, ANY_MINOR },
	{ 143, ANY_MINOR },
};

#define ALLOWED_COUNT (sizeof(allowed) / sizeof(*allowed))

struct program {
	struct bpf_insn code[PROGRAM_MAX];
	size_t length;
};

static void emit(struct program *program, uint8_t code, uint8_t dst, uint8_t src, int16_t off,
		 int32_t imm)
{
	program->code[program->length++] = (struct bpf_insn){
		.code = code, .dst_reg = dst & 0xf, .src_reg = src & 0xf, .off = off, .imm = imm,
	};
}

static void load_member(struct program *program, uint8_t reg, size_t offset)
{
	emit(program, BPF_LDX | BPF_MEM | BPF_W, reg, BPF_REG_1, (int16_t)offset, 0);
}

static void answer(struct program *program, int verdict)
{
	emit(program, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, verdict);
	emit(program, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* Two instructions further: past one answer. */
static void unless(struct program *program, uint8_t reg, int32_t value)
{
	emit(program, BPF_JMP | BPF_JNE | BPF_K, reg, 0, 2, value);
}

/* One row: both numbers, or any minor. */
static void allow(struct program *program, int major, int minor)
{
	const uint8_t major_reg = BPF_REG_4, minor_reg = BPF_REG_5;

	if (minor == ANY_MINOR) {
		unless(program, major_reg, major);
	} else {
		emit(program, BPF_JMP | BPF_JNE | BPF_K, major_reg, 0, 3, major);
		unless(program, minor_reg, minor);
	}
	answer(program, 1);
}

/* /dev/devtask: the number is the module's, given when it was loaded. */
static bool find_door(int *major, int *minor)
{
	FILE *file = fopen(DEVTASK_PATH_DOOR_NUMBER, "re");
	bool found = file && fscanf(file, "%d:%d", major, minor) == 2;

	if (file)
		fclose(file);
	return found;
}

static void build(struct program *program)
{
	int door_major, door_minor;
	const uint8_t access = BPF_REG_2, type = BPF_REG_3, major = BPF_REG_4, minor = BPF_REG_5;

	program->length = 0;
	load_member(program, access, offsetof(struct bpf_cgroup_dev_ctx, access_type));
	load_member(program, major, offsetof(struct bpf_cgroup_dev_ctx, major));
	load_member(program, minor, offsetof(struct bpf_cgroup_dev_ctx, minor));
	emit(program, BPF_ALU64 | BPF_MOV | BPF_X, type, access, 0, 0);
	emit(program, BPF_ALU64 | BPF_AND | BPF_K, type, 0, 0, 0xffff);
	emit(program, BPF_ALU64 | BPF_RSH | BPF_K, access, 0, 0, 16);

	emit(program, BPF_JMP | BPF_JEQ | BPF_K, type, 0, 2, BPF_DEVCG_DEV_CHAR);
	answer(program, 0);
	emit(program, BPF_ALU64 | BPF_AND | BPF_K, access, 0, 0, BPF_DEVCG_ACC_MKNOD);
	unless(program, access, BPF_DEVCG_ACC_MKNOD);
	answer(program, 0);

	for (size_t i = 0; i < ALLOWED_COUNT; i++)
		allow(program, allowed[i].major, allowed[i].minor);
	if (find_door(&door_major, &door_minor))
		allow(program, door_major, door_minor);
	answer(program, 0);
}

int devtask_devfilter_load(struct devtask_error *error)
{
	struct program program;
	union bpf_attr attr;
	int fd;

	_Static_assert(16 + 4 * (ALLOWED_COUNT + 1) <= PROGRAM_MAX, "program is too long");
	build(&program);
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attr.insns = (uintptr_t)program.code;
	attr.insn_cnt = (uint32_t)program.length;
	attr.license = (uintptr_t)"GPL";
	strcpy(attr.prog_name, "devtask_nodes");
	fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -errno,
			"the kernel refuses the device filter of tasks (%s); it needs "
			"CONFIG_CGROUP_BPF and CAP_BPF", strerror(errno));
	return fd;
}

int devtask_devfilter_attach(int program, int cgroup, struct devtask_error *error)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.target_fd = (uint32_t)cgroup;
	attr.attach_bpf_fd = (uint32_t)program;
	attr.attach_type = BPF_CGROUP_DEVICE;
	attr.attach_flags = BPF_F_ALLOW_MULTI;
	if (syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof(attr)) < 0)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -errno,
			"cannot put the device filter on the task: %s", strerror(errno));
	return 0;
}
