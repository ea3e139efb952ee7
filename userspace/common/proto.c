// SPDX-License-Identifier: GPL-2.0-only
/* proto - see proto.h. */
#include <errno.h>
#include <string.h>

#include <netlink/attr.h>

#include "proto.h"

#define FIELD(object, upper, member, NAME, kind, table) {				\
	.name = #member,								\
	.attr = DEVTASK_A_##upper##_##NAME,						\
	.type = DEVTASK_FIELD_##kind,							\
	.names = table,									\
	.offset = offsetof(struct devtask_##object, member),				\
	.size = sizeof(((struct devtask_##object *)0)->member),				\
}

#define SHAPE(object)									\
	const struct devtask_shape devtask_##object##_shape = {				\
		.fields = object##_fields,						\
		.count = sizeof(object##_fields) / sizeof(*object##_fields),		\
		.size = sizeof(struct devtask_##object),				\
	}

#define F(member, NAME, kind)		FIELD(info, INFO, member, NAME, kind, NULL)
static const struct devtask_field info_fields[] = {
	F(abi_version, ABI_VERSION, U32),
	F(module_version, MODULE_VERSION, STRING),
	F(helper_pid, HELPER_PID, U32),
	F(tasks, TASKS, U32),
	F(event_seq, EVENT_SEQ, U64),
};
SHAPE(info);
#undef F

static const struct devtask_field helper_fields[] = {
	FIELD(helper, HELPER, abi_version, ABI_VERSION, U32, NULL),
};
SHAPE(helper);

#define F(member, NAME, kind)		FIELD(task, TASK, member, NAME, kind, NULL)
#define E(member, NAME, table)		FIELD(task, TASK, member, NAME, U32, &devtask_##table##_names)
static const struct devtask_field task_fields[] = {
	F(id, ID, U32),
	E(type, TYPE, type),
	E(state, STATE, state),
	F(trigger, TRIGGER, STRING),
	F(program, PROGRAM, STRING),
	F(arguments, ARGUMENTS, STRING),
	F(device, DEVICE, STRING),
	F(uid, UID, U32),
	F(cgroup_fd, CGROUP_FD, U32),
	F(cgroup_id, CGROUP_ID, U64),
	F(deadline_ns, DEADLINE_NS, U64),
	F(io_interval_ns, IO_INTERVAL_NS, U64),
	F(grace_ns, GRACE_NS, U64),
	F(elapsed_ns, ELAPSED_NS, U64),
	F(remaining_ns, REMAINING_NS, U64),
	F(since_io_ns, SINCE_IO_NS, U64),
	F(ops, OPS, U64),
	F(bytes, BYTES, U64),
	E(reason, REASON, reason),
	E(detail, DETAIL, detail),
	F(measured_ns, MEASURED_NS, U64),
	F(required_ns, REQUIRED_NS, U64),
	F(exit_status, EXIT_STATUS, U32),
	F(app, APP, STRING),
	F(app_pid, APP_PID, U32),
	F(registration, REGISTRATION, STRING),
	F(ask_id, ASK_ID, U64),
	F(progress, PROGRESS, U32),
	F(report_only, REPORT_ONLY, U32),
	F(unsafe, UNSAFE, U32),
	F(confirmed, CONFIRMED, U32),
	F(warning_ns, WARNING_NS, U64),
};
SHAPE(task);
#undef E
#undef F

#define F(member, NAME, kind)		FIELD(claim, CLAIM, member, NAME, kind, NULL)
#define E(member, NAME, table)		FIELD(claim, CLAIM, member, NAME, U32, &devtask_##table##_names)
static const struct devtask_field claim_fields[] = {
	F(id, ID, U32),
	F(task_id, TASK_ID, U32),
	E(kind, KIND, kind),
	E(state, STATE, claim_state),
	F(path, PATH, STRING),
	F(hardware_id, HARDWARE_ID, STRING),
	F(major, MAJOR, U32),
	F(minor, MINOR, U32),
	F(guards, GUARDS, U32),
	F(ops, OPS, U64),
	F(bytes, BYTES, U64),
	F(replaces, REPLACES, U32),
};
SHAPE(claim);
#undef E
#undef F

#define F(member, NAME, kind)		FIELD(event, EVENT, member, NAME, kind, NULL)
#define E(member, NAME, table)		FIELD(event, EVENT, member, NAME, U32, &devtask_##table##_names)
static const struct devtask_field event_fields[] = {
	F(since, SINCE, U64),
	F(seq, SEQ, U64),
	E(kind, KIND, event_kind),
	F(time_ns, TIME_NS, U64),
	F(task_id, TASK_ID, U32),
	E(type, TYPE, type),
	F(trigger, TRIGGER, STRING),
	F(program, PROGRAM, STRING),
	F(device, DEVICE, STRING),
	E(reason, REASON, reason),
	E(detail, DETAIL, detail),
	F(measured_ns, MEASURED_NS, U64),
	F(required_ns, REQUIRED_NS, U64),
	F(exit_status, EXIT_STATUS, U32),
	F(ops, OPS, U64),
	F(bytes, BYTES, U64),
	F(duration_ns, DURATION_NS, U64),
	F(app, APP, STRING),
	F(uid, UID, U32),
	F(claim_id, CLAIM_ID, U32),
	F(unsafe, UNSAFE, U32),
};
SHAPE(event);
#undef E
#undef F

#define F(member, NAME, kind)		FIELD(ask, ASK, member, NAME, kind, NULL)
#define E(member, NAME, table)		FIELD(ask, ASK, member, NAME, U32, &devtask_##table##_names)
static const struct devtask_field ask_fields[] = {
	F(id, ID, U64),
	E(kind, KIND, ask_kind),
	F(session, SESSION, U64),
	F(pid, PID, U32),
	F(uid, UID, U32),
	F(gid, GID, U32),
	F(cgroup_id, CGROUP_ID, U64),
	F(cgroup, CGROUP, STRING),
	F(executable, EXECUTABLE, STRING),
	F(executable_major, EXECUTABLE_MAJOR, U32),
	F(executable_minor, EXECUTABLE_MINOR, U32),
	F(executable_inode, EXECUTABLE_INODE, U64),
	F(app, APP, STRING),
	F(registration, REGISTRATION, STRING),
	F(entry_point, ENTRY_POINT, STRING),
	E(type, TYPE, type),
	F(device, DEVICE, STRING),
	F(arguments, ARGUMENTS, STRING),
	F(estimate_ns, ESTIMATE_NS, U64),
	E(verdict, VERDICT, verdict),
	F(reasons, REASONS, U64),
	F(measured, MEASURED, U64),
	F(required, REQUIRED, U64),
	F(sentence, SENTENCE, STRING),
	F(trigger, TRIGGER, STRING),
};
SHAPE(ask);
#undef E
#undef F

static const struct devtask_field *find_field(const struct devtask_shape *shape, int attr)
{
	for (size_t i = 0; i < shape->count; i++)
		if ((int)shape->fields[i].attr == attr)
			return &shape->fields[i];
	return NULL;
}

static int unpack_field(const struct devtask_field *field, void *member, const struct nlattr *attr)
{
	size_t length = (size_t)nla_len(attr);
	const char *data = nla_data(attr);

	switch (field->type) {
	case DEVTASK_FIELD_U32:
	case DEVTASK_FIELD_U64:
		if (length != field->size)
			return -EBADMSG;
		memcpy(member, data, length);
		return 0;
	case DEVTASK_FIELD_STRING:
		if (!length || length > field->size || data[length - 1] ||
		    memchr(data, '\0', length - 1))
			return -EBADMSG;
		memcpy(member, data, length);
		return 0;
	}
	return -EBADMSG;
}

int devtask_proto_pack(const struct devtask_shape *shape, const void *object,
		       struct nl_msg *message)
{
	uint64_t present;

	memcpy(&present, object, sizeof(present));
	for (size_t i = 0; i < shape->count; i++) {
		const struct devtask_field *field = &shape->fields[i];
		const char *member = (const char *)object + field->offset;
		size_t length = field->size;

		if (!(present >> field->attr & 1))
			continue;
		if (field->type == DEVTASK_FIELD_STRING)
			length = strnlen(member, field->size - 1) + 1;
		if (nla_put(message, (int)field->attr, (int)length, member) < 0)
			return -EMSGSIZE;
	}
	return 0;
}

int devtask_proto_unpack(const struct devtask_shape *shape, void *object,
			 const struct nlattr *attributes, int length)
{
	const struct nlattr *attr = attributes;
	uint64_t present = 0;

	memset(object, 0, shape->size);
	for (; nla_ok(attr, length); attr = nla_next(attr, &length)) {
		const struct devtask_field *field = find_field(shape, nla_type(attr));

		if (!field)
			continue;
		if (unpack_field(field, (char *)object + field->offset, attr))
			return -EBADMSG;
		present |= UINT64_C(1) << field->attr;
	}
	if (length > 0)
		return -EBADMSG;
	memcpy(object, &present, sizeof(present));
	return 0;
}
