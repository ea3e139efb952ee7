/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * proto - the objects of the netlink protocol as C structs, each with one table of fields
 * (a "shape") from which packing, unpacking and printing follow. Must not know sockets.
 */
#ifndef DEVTASK_PROTO_H
#define DEVTASK_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names.h"

struct nl_msg;
struct nlattr;

enum devtask_field_type {
	DEVTASK_FIELD_U32,
	DEVTASK_FIELD_U64,
	DEVTASK_FIELD_STRING,
};

struct devtask_field {
	const char *name;	/* attribute's name with "_" for "-": the key in JSON */
	unsigned int attr;
	enum devtask_field_type type;
	const struct devtask_names *names;	/* of an enum, or NULL */
	size_t offset;
	size_t size;
};

struct devtask_shape {
	const struct devtask_field *fields;
	size_t count;
	size_t size;	/* of the struct, whose first member is "present" */
};

struct devtask_info {
	uint64_t present;	/* bit N: attribute N was sent; so in each object */
	uint32_t abi_version;
	char module_version[64];
	uint32_t helper_pid;
	uint32_t tasks;
	uint64_t event_seq;
};

struct devtask_helper {
	uint64_t present;
	uint32_t abi_version;
};

struct devtask_task {
	uint64_t present;
	uint32_t id;
	uint32_t type;
	uint32_t state;
	char trigger[37];
	char program[4096];
	char arguments[4097];
	char device[256];
	uint32_t uid;
	uint32_t cgroup_fd;
	uint64_t cgroup_id;
	uint64_t deadline_ns;
	uint64_t io_interval_ns;
	uint64_t grace_ns;
	uint64_t elapsed_ns;
	uint64_t remaining_ns;
	uint64_t since_io_ns;
	uint64_t ops;
	uint64_t bytes;
	uint32_t reason;
	uint32_t detail;
	uint64_t measured_ns;
	uint64_t required_ns;
	uint32_t exit_status;
	char app[256];
	uint32_t app_pid;
	char registration[256];
	uint64_t ask_id;
	uint32_t progress;
	uint32_t report_only;
	uint32_t unsafe;
	uint32_t confirmed;
	uint64_t warning_ns;
};

struct devtask_claim {
	uint64_t present;
	uint32_t id;
	uint32_t task_id;
	uint32_t kind;
	uint32_t state;
	char path[4096];
	char hardware_id[256];
	uint32_t major;
	uint32_t minor;
	uint32_t guards;
	uint64_t ops;
	uint64_t bytes;
	uint32_t replaces;
};

struct devtask_event {
	uint64_t present;
	uint64_t since;
	uint64_t seq;
	uint32_t kind;
	uint64_t time_ns;
	uint32_t task_id;
	uint32_t type;
	char trigger[37];
	char program[4096];
	char device[256];
	uint32_t reason;
	uint32_t detail;
	uint64_t measured_ns;
	uint64_t required_ns;
	uint32_t exit_status;
	uint64_t ops;
	uint64_t bytes;
	uint64_t duration_ns;
	char app[256];
	uint32_t uid;
	uint32_t claim_id;
	uint32_t unsafe;
};

struct devtask_ask {
	uint64_t present;
	uint64_t id;
	uint32_t kind;
	uint64_t session;
	uint32_t pid;
	uint32_t uid;
	uint32_t gid;
	uint64_t cgroup_id;
	char cgroup[4096];
	char executable[4096];
	uint32_t executable_major;
	uint32_t executable_minor;
	uint64_t executable_inode;
	char app[256];
	char registration[256];
	char entry_point[256];
	uint32_t type;
	char device[256];
	char arguments[4097];
	uint64_t estimate_ns;
	uint32_t verdict;
	uint64_t reasons;
	uint64_t measured;
	uint64_t required;
	char sentence[1024];
	char trigger[37];
};

extern const struct devtask_shape devtask_info_shape;
extern const struct devtask_shape devtask_helper_shape;
extern const struct devtask_shape devtask_task_shape;
extern const struct devtask_shape devtask_claim_shape;
extern const struct devtask_shape devtask_event_shape;
extern const struct devtask_shape devtask_ask_shape;

/* Says that a member has been set; @object is any struct of this header. */
#define devtask_set(object, attr)	((object)->present |= UINT64_C(1) << (attr))
#define devtask_has(object, attr)	((object)->present >> (attr) & 1)

/* Appends each present member. Returns 0 or -EMSGSIZE. */
int devtask_proto_pack(const struct devtask_shape *shape, const void *object,
		       struct nl_msg *message);

/*
 * Fills @object from @length bytes of attributes. Unknown attributes are passed over (a
 * newer module); a known one of wrong size, a string that is too long or lacks its end, or
 * a torn message is -EBADMSG.
 */
int devtask_proto_unpack(const struct devtask_shape *shape, void *object,
			 const struct nlattr *attributes, int length);

#endif
