// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink down to the bytes, see wire.h. Must not know what the commands mean.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <linux/devtask.h>

#include "wire.h"

#define PATIENCE_S 60

static void parse(const void *data, int len, struct wire_attrs *attrs)
{
	const struct nlattr *a = data;

	memset(attrs, 0, sizeof(*attrs));
	while (len >= NLA_HDRLEN && a->nla_len >= NLA_HDRLEN && a->nla_len <= len) {
		uint16_t type = a->nla_type & NLA_TYPE_MASK;

		if (type < WIRE_MAX_ATTR)
			attrs->of[type] = a;
		len -= NLA_ALIGN(a->nla_len);
		a = (const void *)((const char *)a + NLA_ALIGN(a->nla_len));
	}
}

void wire_parse(const struct wire_msg *m, struct wire_attrs *attrs)
{
	parse(m->body, (int)m->nl.nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, attrs);
}

bool wire_has(const struct wire_attrs *a, uint16_t type)
{
	return a->of[type];
}

static size_t payload(const struct nlattr *a)
{
	return a ? a->nla_len - NLA_HDRLEN : 0;
}

uint32_t wire_u32(const struct wire_attrs *a, uint16_t type)
{
	uint32_t v = 0;

	if (payload(a->of[type]) == sizeof(v))
		memcpy(&v, a->of[type] + 1, sizeof(v));
	return v;
}

uint64_t wire_u64(const struct wire_attrs *a, uint16_t type)
{
	uint64_t v = 0;

	if (payload(a->of[type]) == sizeof(v))
		memcpy(&v, a->of[type] + 1, sizeof(v));
	return v;
}

const char *wire_str(const struct wire_attrs *a, uint16_t type)
{
	size_t n = payload(a->of[type]);
	const char *s = n ? (const char *)(a->of[type] + 1) : "";

	return !n || s[n - 1] ? "" : s;
}

void wire_begin(const struct wire *w, struct wire_msg *m, uint8_t cmd)
{
	memset(m, 0, sizeof(*m));
	m->nl.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN;
	m->nl.nlmsg_type = w->family;
	m->nl.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	m->genl.cmd = cmd;
	m->genl.version = DEVTASK_FAMILY_VERSION;
}

void wire_put(struct wire_msg *m, uint16_t type, const void *data, size_t len)
{
	struct nlattr *a = (void *)((char *)m + NLMSG_ALIGN(m->nl.nlmsg_len));

	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + len;
	memcpy(a + 1, data, len);
	m->nl.nlmsg_len = NLMSG_ALIGN(m->nl.nlmsg_len) + NLA_ALIGN(a->nla_len);
}

void wire_put_u32(struct wire_msg *m, uint16_t type, uint32_t value)
{
	wire_put(m, type, &value, sizeof(value));
}

void wire_put_u64(struct wire_msg *m, uint16_t type, uint64_t value)
{
	wire_put(m, type, &value, sizeof(value));
}

void wire_put_str(struct wire_msg *m, uint16_t type, const char *value)
{
	wire_put(m, type, value, strlen(value) + 1);
}

/* Of an answer NLMSG_ERROR or NLMSG_DONE: the errno, and the extack beside it. */
static int verdict(struct wire *w, const struct nlmsghdr *h)
{
	const struct nlmsgerr *e = NLMSG_DATA(h);
	size_t skip = h->nlmsg_type == NLMSG_DONE ? sizeof(int) : sizeof(*e);
	struct wire_attrs attrs;

	w->sentence[0] = 0;
	w->pointed = false;
	if (h->nlmsg_type == NLMSG_ERROR && !(h->nlmsg_flags & NLM_F_CAPPED) && e->error)
		skip += NLMSG_ALIGN(e->msg.nlmsg_len) - NLMSG_HDRLEN;
	if (h->nlmsg_flags & NLM_F_ACK_TLVS) {
		parse((const char *)NLMSG_DATA(h) + skip,
		      (int)(h->nlmsg_len - NLMSG_HDRLEN - skip), &attrs);
		snprintf(w->sentence, sizeof(w->sentence), "%s", wire_str(&attrs, NLMSGERR_ATTR_MSG));
		w->pointed = wire_has(&attrs, NLMSGERR_ATTR_OFFS);
	}
	return e->error;
}

static int tell(struct wire *w, struct wire_msg *m)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	m->nl.nlmsg_seq = ++w->seq;
	if (sendto(w->fd, m, m->nl.nlmsg_len, 0, (void *)&kernel, sizeof(kernel)) < 0)
		return -errno;
	return 0;
}

static int converse(struct wire *w, struct wire_msg *m,
		    void (*each)(const struct wire_msg *one, void *arg), void *arg)
{
	static __thread char buf[65536] __attribute__((aligned(8)));
	int err = tell(w, m);

	while (!err) {
		ssize_t n = recv(w->fd, buf, sizeof(buf), 0);
		struct nlmsghdr *h = (void *)buf;

		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		for (; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
			if (h->nlmsg_seq != w->seq)
				continue;
			if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE)
				return verdict(w, h);
			if (each)
				each((void *)h, arg);
		}
	}
	return err;
}

static void keep(const struct wire_msg *one, void *arg)
{
	memcpy(arg, one, one->nl.nlmsg_len < sizeof(*one) ? one->nl.nlmsg_len : sizeof(*one));
}

int wire_ask(struct wire *w, struct wire_msg *m, struct wire_msg *reply)
{
	return converse(w, m, reply ? keep : NULL, reply);
}

int wire_dump(struct wire *w, struct wire_msg *m,
	      void (*each)(const struct wire_msg *one, void *arg), void *arg)
{
	m->nl.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	return converse(w, m, each, arg);
}

int wire_listen(struct wire *w)
{
	int group = w->group;

	return setsockopt(w->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) ?
	       -errno : 0;
}

int wire_hear(struct wire *w, struct wire_msg *m, int ms)
{
	struct pollfd p = { .fd = w->fd, .events = POLLIN };

	if (poll(&p, 1, ms) <= 0)
		return -ETIMEDOUT;
	return recv(w->fd, m, sizeof(*m), 0) < 0 ? -errno : 0;
}

/* The one group of the family is the second attribute level of its description. */
static uint32_t find_group(const struct nlattr *groups)
{
	struct wire_attrs list, group;

	if (!groups)
		return 0;
	parse(groups + 1, payload(groups), &list);
	for (int i = 0; i < WIRE_MAX_ATTR; i++) {
		if (!list.of[i])
			continue;
		parse(list.of[i] + 1, payload(list.of[i]), &group);
		if (!strcmp(wire_str(&group, CTRL_ATTR_MCAST_GRP_NAME), DEVTASK_MCGRP_EVENTS))
			return wire_u32(&group, CTRL_ATTR_MCAST_GRP_ID);
	}
	return 0;
}

static int find_family(struct wire *w)
{
	struct wire_msg m, reply;
	struct wire_attrs attrs;
	int err;

	wire_begin(w, &m, CTRL_CMD_GETFAMILY);
	m.nl.nlmsg_type = GENL_ID_CTRL;
	wire_put_str(&m, CTRL_ATTR_FAMILY_NAME, DEVTASK_FAMILY_NAME);
	err = wire_ask(w, &m, &reply);
	if (err)
		return err;
	wire_parse(&reply, &attrs);
	if (payload(attrs.of[CTRL_ATTR_FAMILY_ID]) != sizeof(w->family))
		return -EPROTO;
	memcpy(&w->family, attrs.of[CTRL_ATTR_FAMILY_ID] + 1, sizeof(w->family));
	w->group = find_group(attrs.of[CTRL_ATTR_MCAST_GROUPS]);
	return 0;
}

int wire_open(struct wire *w)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	struct timeval patience = { .tv_sec = PATIENCE_S };
	int one = 1, err;

	memset(w, 0, sizeof(*w));
	w->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (w->fd < 0)
		return -errno;
	setsockopt(w->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(w->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(w->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (bind(w->fd, (void *)&any, sizeof(any)))
		err = -errno;
	else
		err = find_family(w);
	if (err)
		wire_close(w);
	return err;
}

void wire_close(struct wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}
