/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A conversation with the module over generic netlink, down to the bytes: the tests must be
 * able to say things that a decent library refuses to say, and must not share a mistake with
 * the programs under test. Must not know what the commands mean.
 */
#ifndef KTEST_WIRE_H
#define KTEST_WIRE_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_MAX_ATTR 64

struct wire {
	int fd;
	uint16_t family;
	uint32_t group;		/* multicast group "events" */
	uint32_t seq;
	char sentence[256];	/* of the last refusal; "" if it had none */
	bool pointed;		/* the last refusal named the attribute at fault */
};

struct wire_msg {
	struct nlmsghdr nl;
	struct genlmsghdr genl;
	unsigned char body[12288];
};

/* The attributes of one message; the payloads belong to the message. */
struct wire_attrs {
	const struct nlattr *of[WIRE_MAX_ATTR];
};

/* 0, -ENOENT if the family is not there (module not loaded), or another -errno. */
int wire_open(struct wire *w);
void wire_close(struct wire *w);

void wire_begin(const struct wire *w, struct wire_msg *m, uint8_t cmd);
void wire_put(struct wire_msg *m, uint16_t type, const void *data, size_t len);
void wire_put_u32(struct wire_msg *m, uint16_t type, uint32_t value);
void wire_put_u64(struct wire_msg *m, uint16_t type, uint64_t value);
void wire_put_str(struct wire_msg *m, uint16_t type, const char *value);

/*
 * Send @m and wait for the verdict: 0 or -errno, and w->sentence. The answer, if there is
 * one, goes to @reply (may be NULL).
 */
int wire_ask(struct wire *w, struct wire_msg *m, struct wire_msg *reply);

/* As wire_ask() for a dump; @each is called once per object. */
int wire_dump(struct wire *w, struct wire_msg *m,
	      void (*each)(const struct wire_msg *one, void *arg), void *arg);

/* Join the group "events". */
int wire_listen(struct wire *w);

/* Next multicast message within @ms: 0, -ETIMEDOUT, -ENOBUFS (some were lost). */
int wire_hear(struct wire *w, struct wire_msg *m, int ms);

void wire_parse(const struct wire_msg *m, struct wire_attrs *attrs);
bool wire_has(const struct wire_attrs *a, uint16_t type);
uint32_t wire_u32(const struct wire_attrs *a, uint16_t type);	/* 0 if absent */
uint64_t wire_u64(const struct wire_attrs *a, uint16_t type);	/* 0 if absent */
const char *wire_str(const struct wire_attrs *a, uint16_t type); /* "" if absent */

#endif
