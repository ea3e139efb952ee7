// SPDX-License-Identifier: GPL-2.0-only
/* genl - see genl.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include <linux/genetlink.h>

#include "genl.h"
#include "proto.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

#define EVENT_BUFFER_BYTES	(1 << 20)

struct devtask_genl {
	struct nl_sock *socket;
	int family;
	devtask_genl_note_fn *on_note;
	void *note_context;
};

/* What one command gathers while its answer arrives. */
struct call {
	struct devtask_genl *genl;
	devtask_genl_fn *fn;
	void *context;
	int err;
	bool done;
	char sentence[256];
};

static int error_number(int nl_error)
{
	switch (-nl_error) {
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_OBJ_NOTFOUND:
		return -ENOENT;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_AGAIN:
		return -EAGAIN;
	default:
		return -EIO;
	}
}

static void ignore_error_prints(struct nl_sock *socket)
{
	nl_socket_disable_seq_check(socket);
	nl_socket_disable_auto_ack(socket);
}

static int on_valid(struct nl_msg *message, void *context)
{
	struct nlmsghdr *header = nlmsg_hdr(message);
	struct call *call = context;
	struct genlmsghdr *genl;

	if (header->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return NL_SKIP;
	genl = genlmsg_hdr(header);
	/* Only what nobody asked for has no number. */
	if (call->genl->on_note && !header->nlmsg_seq) {
		call->genl->on_note(genl->cmd, genlmsg_attrdata(genl, 0), genlmsg_attrlen(genl, 0),
				    call->genl->note_context);
		return NL_OK;
	}
	if (call->fn && !call->err)
		call->err = call->fn(genlmsg_attrdata(genl, 0), genlmsg_attrlen(genl, 0),
				     call->context);
	return NL_OK;
}

static int on_end(struct nl_msg *message, void *context)
{
	(void)message;
	((struct call *)context)->done = true;
	return NL_STOP;
}

/* The sentence of the module follows the error as attributes (NETLINK_CAP_ACK is on). */
static int on_error(struct sockaddr_nl *from, struct nlmsgerr *nlerr, void *context)
{
	struct nlmsghdr *header = (struct nlmsghdr *)(void *)((char *)nlerr - NLMSG_HDRLEN);
	int length = (int)header->nlmsg_len - NLMSG_HDRLEN - (int)sizeof(*nlerr);
	struct call *call = context;
	struct nlattr *attr;

	(void)from;
	call->err = nlerr->error ? nlerr->error : -EIO;
	call->done = true;
	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS) || length <= 0)
		return NL_STOP;
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		return NL_STOP;
	attr = nla_find((struct nlattr *)(nlerr + 1), length, NLMSGERR_ATTR_MSG);
	if (attr)
		nla_strlcpy(call->sentence, attr, sizeof(call->sentence));
	return NL_STOP;
}

int devtask_genl_open(struct devtask_genl **genl, struct devtask_error *error)
{
	struct devtask_genl *self;
	int on = 1, ret;

	self = calloc(1, sizeof(*self));
	if (self)
		self->socket = nl_socket_alloc();
	if (!self || !self->socket) {
		free(self);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	}
	ret = genl_connect(self->socket);
	if (ret < 0) {
		devtask_genl_close(self);
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, error_number(ret),
					 "cannot open a netlink socket: %s", nl_geterror(ret));
	}
	ret = genl_ctrl_resolve(self->socket, DEVTASK_FAMILY_NAME);
	if (ret < 0) {
		devtask_genl_close(self);
		if (ret == -NLE_OBJ_NOTFOUND)
			return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -ENOENT,
				"the kernel module is not loaded; load it with: modprobe "
				DEVTASK_MODULE);
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, error_number(ret),
					 "cannot ask the kernel for the module: %s",
					 nl_geterror(ret));
	}
	self->family = ret;
	ignore_error_prints(self->socket);
	nl_socket_set_msg_buf_size(self->socket, 65536);
	setsockopt(nl_socket_get_fd(self->socket), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(nl_socket_get_fd(self->socket), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	*genl = self;
	return 0;
}

void devtask_genl_close(struct devtask_genl *genl)
{
	if (!genl)
		return;
	nl_socket_free(genl->socket);
	free(genl);
}

static int send_command(struct devtask_genl *genl, int command, int flags,
			const struct devtask_shape *shape, const void *request)
{
	struct nl_msg *message = nlmsg_alloc_size(16384);
	int ret = -ENOMEM;

	if (!message)
		return ret;
	if (genlmsg_put(message, NL_AUTO_PORT, NL_AUTO_SEQ, genl->family, 0,
			NLM_F_REQUEST | flags, (uint8_t)command, DEVTASK_FAMILY_VERSION))
		ret = request ? devtask_proto_pack(shape, request, message) : 0;
	if (!ret) {
		ret = nl_send_auto(genl->socket, message);
		ret = ret < 0 ? error_number(ret) : 0;
	}
	nlmsg_free(message);
	return ret;
}

static int tell(struct devtask_error *error, int err, const char *sentence)
{
	enum devtask_exit code = DEVTASK_EXIT_FAILURE;

	if (err == -EPERM || err == -EACCES)
		code = DEVTASK_EXIT_PERMISSION;
	else if (err == -EPROTO)
		code = DEVTASK_EXIT_ABI;
	else if (err == -ENOENT || err == -ESRCH || err == -ENODEV)
		code = DEVTASK_EXIT_NOT_THERE;

	if (*sentence)
		return devtask_error_set(error, code, err, "%s", sentence);
	if (err == -EPERM)
		return devtask_error_set(error, code, err,
					 "the kernel refuses this to your user; run it as root");
	return devtask_error_set(error, code, err, "the kernel module refuses: %s",
				 strerror(-err));
}

int devtask_genl_call(struct devtask_genl *genl, int command, bool dump,
		      const struct devtask_shape *shape, const void *request,
		      devtask_genl_fn *fn, void *context, struct devtask_error *error)
{
	struct call call = { .genl = genl, .fn = fn, .context = context };
	struct nl_cb *cb;
	int ret;

	cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!cb)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, &call);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, &call);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, &call);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, &call);

	ret = send_command(genl, command, dump ? NLM_F_DUMP : NLM_F_ACK, shape, request);
	while (!ret && !call.done) {
		ret = nl_recvmsgs(genl->socket, cb);
		ret = ret < 0 && !call.done ? error_number(ret) : 0;
	}
	nl_cb_put(cb);
	if (!ret)
		ret = call.err;
	return ret ? tell(error, ret, call.sentence) : 0;
}

static int take_info(const struct nlattr *attributes, int length, void *context)
{
	return devtask_proto_unpack(&devtask_info_shape, context, attributes, length);
}

int devtask_genl_check(struct devtask_genl *genl, struct devtask_error *error)
{
	struct devtask_info info = { 0 };
	int ret;

	ret = devtask_genl_call(genl, DEVTASK_CMD_INFO_GET, false, NULL, NULL, take_info, &info,
				error);
	if (ret)
		return ret;
	if (info.abi_version == DEVTASK_PROGRAM_ABI)
		return 0;
	return devtask_error_set(error, DEVTASK_EXIT_ABI, -EPROTO,
		"wrong ABI version: the module has %u, this program needs %u; install module and "
		"programs of one release, then: modprobe -r " DEVTASK_MODULE " && modprobe "
		DEVTASK_MODULE, info.abi_version, (unsigned int)DEVTASK_PROGRAM_ABI);
}

int devtask_genl_connect(struct devtask_genl **genl, struct devtask_error *error)
{
	int ret = devtask_genl_open(genl, error);

	if (ret)
		return ret;
	ret = devtask_genl_check(*genl, error);
	if (ret) {
		devtask_genl_close(*genl);
		*genl = NULL;
	}
	return ret;
}

int devtask_genl_listen(struct devtask_genl *genl, struct devtask_error *error)
{
	int group, ret;

	group = genl_ctrl_resolve_grp(genl->socket, DEVTASK_FAMILY_NAME, DEVTASK_MCGRP_EVENTS);
	ret = group < 0 ? group : nl_socket_add_membership(genl->socket, group);
	if (ret < 0)
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, error_number(ret),
					 "cannot listen to the module's events: %s",
					 nl_geterror(ret));
	nl_socket_set_buffer_size(genl->socket, EVENT_BUFFER_BYTES, 0);
	nl_socket_set_nonblocking(genl->socket);
	return 0;
}

int devtask_genl_descriptor(const struct devtask_genl *genl)
{
	return nl_socket_get_fd(genl->socket);
}

/* Everything that waits, without waiting for more. */
static int receive_waiting(struct devtask_genl *genl, struct call *call)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int ret;

	if (!cb)
		return -ENOMEM;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, call);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, call);
	do {
		errno = 0;
		ret = nl_recvmsgs(genl->socket, cb);
	} while (ret >= 0 && !call->err);
	nl_cb_put(cb);
	if (call->err)
		return call->err;
	if (ret == -NLE_AGAIN)
		return 0;
	/* libnl folds ENOBUFS into NLE_NOMEM. */
	return ret == -NLE_NOMEM ? -ENOBUFS : error_number(ret);
}

int devtask_genl_receive(struct devtask_genl *genl, devtask_genl_fn *fn, void *context)
{
	struct call call = { .genl = genl, .fn = fn, .context = context };

	return receive_waiting(genl, &call);
}

void devtask_genl_on_note(struct devtask_genl *genl, devtask_genl_note_fn *fn, void *context)
{
	genl->on_note = fn;
	genl->note_context = context;
	nl_socket_set_buffer_size(genl->socket, EVENT_BUFFER_BYTES, 0);
}

int devtask_genl_notes(struct devtask_genl *genl)
{
	struct call call = { .genl = genl };
	int fd = nl_socket_get_fd(genl->socket);
	int flags = fcntl(fd, F_GETFL);
	int ret;

	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	ret = receive_waiting(genl, &call);
	fcntl(fd, F_SETFL, flags);
	return ret;
}
