// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bad input at the netlink door: each refused with an errno and a sentence, none does
 * anything, and after any number of them the module still answers.
 */
#include <fcntl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "scene.h"

#define MUTATIONS 20000

FIXTURE(bad_input)
{
	struct scene scene;
	char dir[96];
	int dir_fd;
	uint32_t task;
};

FIXTURE_SETUP(bad_input)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_SERVICING };

	ASSERT_EQ(0, scene_open(&self->scene, 0));
	snprintf(self->dir, sizeof(self->dir), "/sys/fs/cgroup/ktest-bad-%d", getpid());
	ASSERT_EQ(0, mkdir(self->dir, 0755));
	self->dir_fd = open(self->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_EQ(0, cage_make(&self->scene.cage, &self->scene.helper, &wish));
	self->task = self->scene.cage.task;
}

FIXTURE_TEARDOWN(bad_input)
{
	scene_close(&self->scene);
	close(self->dir_fd);
	rmdir(self->dir);
}

/* A good task-create but for what follows: attribute @skip is left out. */
static void good_create(const struct wire *w, struct wire_msg *m, int dir_fd, int skip)
{
	wire_begin(w, m, DEVTASK_CMD_TASK_CREATE);
	if (skip != DEVTASK_A_TASK_TYPE)
		wire_put_u32(m, DEVTASK_A_TASK_TYPE, DEVTASK_TYPE_USE);
	if (skip != DEVTASK_A_TASK_TRIGGER)
		wire_put_str(m, DEVTASK_A_TASK_TRIGGER, HELPER_TRIGGER);
	if (skip != DEVTASK_A_TASK_PROGRAM)
		wire_put_str(m, DEVTASK_A_TASK_PROGRAM, "/bin/true");
	if (skip != DEVTASK_A_TASK_UID)
		wire_put_u32(m, DEVTASK_A_TASK_UID, 0);
	if (skip != DEVTASK_A_TASK_CGROUP_FD)
		wire_put_u32(m, DEVTASK_A_TASK_CGROUP_FD, dir_fd);
}

static void expect_refused(struct __test_metadata *_metadata, struct wire *w, struct wire_msg *m,
			   const char *what)
{
	int err = wire_ask(w, m, NULL);

	EXPECT_GT(0, err) TH_LOG("%s was accepted", what);
	EXPECT_NE(-ETIMEDOUT, err) TH_LOG("%s: no answer", what);
	EXPECT_STRNE("", w->sentence) TH_LOG("%s: errno %d without a sentence", what, -err);
}

TEST_F(bad_input, as_an_unknown_attribute_is_refused_by_every_command)
{
	struct wire *w = &self->scene.helper;
	struct wire_msg m;
	char what[64];

	for (int cmd = DEVTASK_CMD_INFO_GET; cmd < DEVTASK_CMD_EVENT_NTF; cmd++) {
		for (int attr = 24; attr <= 0x3fff; attr = attr * 2 + 1) {
			if (cmd == DEVTASK_CMD_EVENT_GET)
				continue;	/* a dump only */
			if (cmd == DEVTASK_CMD_TASK_CREATE)
				good_create(w, &m, self->dir_fd, 0);
			else
				wire_begin(w, &m, cmd);
			if (cmd == DEVTASK_CMD_TASK_START || cmd == DEVTASK_CMD_TASK_CANCEL ||
			    cmd == DEVTASK_CMD_TASK_END || cmd == DEVTASK_CMD_TASK_GET)
				wire_put_u32(&m, DEVTASK_A_TASK_ID, self->task);
			wire_put_u32(&m, attr, 0);
			snprintf(what, sizeof(what), "command %d with attribute %d", cmd, attr);
			expect_refused(_metadata, w, &m, what);
		}
	}
}

TEST_F(bad_input, as_an_unknown_attribute_is_refused_by_every_dump)
{
	static const int dumps[] = { DEVTASK_CMD_TASK_GET, DEVTASK_CMD_CLAIM_GET,
				     DEVTASK_CMD_EVENT_GET };
	struct wire *w = &self->scene.helper;
	struct wire_msg m;

	for (int i = 0; i < 3; i++) {
		wire_begin(w, &m, dumps[i]);
		wire_put_u32(&m, 33, 0);
		EXPECT_GT(0, wire_dump(w, &m, NULL, NULL)) TH_LOG("dump %d", dumps[i]);
		/* An attribute of the object that the request of a dump does not have. */
		wire_begin(w, &m, dumps[i]);
		wire_put_u32(&m, DEVTASK_A_EVENT_TASK_ID, 0);
		EXPECT_GT(0, wire_dump(w, &m, NULL, NULL)) TH_LOG("dump %d", dumps[i]);
	}
}

TEST_F(bad_input, as_an_attribute_of_the_reply_is_refused)
{
	static const int answers[] = { DEVTASK_A_TASK_ID, DEVTASK_A_TASK_STATE,
				       DEVTASK_A_TASK_REASON, DEVTASK_A_TASK_EXIT_STATUS };
	struct wire *w = &self->scene.helper;
	struct wire_msg m;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		good_create(w, &m, self->dir_fd, 0);
		wire_put_u32(&m, answers[i], 1);
		expect_refused(_metadata, w, &m, "an attribute of the reply");
	}
}

TEST_F(bad_input, as_a_number_of_the_wrong_length_is_refused)
{
	static const int u32s[] = { DEVTASK_A_TASK_TYPE, DEVTASK_A_TASK_UID,
				    DEVTASK_A_TASK_CGROUP_FD };
	static const int u64s[] = { DEVTASK_A_TASK_DEADLINE_NS, DEVTASK_A_TASK_IO_INTERVAL_NS,
				    DEVTASK_A_TASK_GRACE_NS };
	struct wire *w = &self->scene.helper;
	char zero[16] = { 0 };
	struct wire_msg m;

	for (int len = 0; len <= 16; len++) {
		for (int i = 0; i < 3 && len != 4; i++) {
			good_create(w, &m, self->dir_fd, u32s[i]);
			wire_put(&m, u32s[i], zero, len);
			expect_refused(_metadata, w, &m, "a 32-bit number of another length");
		}
		for (int i = 0; i < 3 && len != 8; i++) {
			good_create(w, &m, self->dir_fd, 0);
			wire_put(&m, u64s[i], zero, len);
			expect_refused(_metadata, w, &m, "a 64-bit number of another length");
		}
	}
}

TEST_F(bad_input, as_a_number_out_of_its_enum_is_refused)
{
	static const uint32_t bad[] = { DEVTASK_DETAIL_MAX + 1, 100, 0x7fffffff, 0x80000000, 0xffffffff };
	struct wire *w = &self->scene.helper;
	struct wire_msg m;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		good_create(w, &m, self->dir_fd, DEVTASK_A_TASK_TYPE);
		wire_put_u32(&m, DEVTASK_A_TASK_TYPE, bad[i]);
		expect_refused(_metadata, w, &m, "a type");
		EXPECT_GT(0, helper_task_cancel(w, self->task, bad[i], DEVTASK_DETAIL_BY_APP));
		EXPECT_STRNE("", w->sentence);
		EXPECT_GT(0, helper_task_cancel(w, self->task, DEVTASK_REASON_ABORT, bad[i]));
		EXPECT_STRNE("", w->sentence);
	}
	good_create(w, &m, self->dir_fd, DEVTASK_A_TASK_TYPE);
	wire_put_u32(&m, DEVTASK_A_TASK_TYPE, 2);
	expect_refused(_metadata, w, &m, "a type");
	/* "none" is for tasks that were not cancelled. */
	EXPECT_GT(0, helper_task_cancel(w, self->task, DEVTASK_REASON_ABORT, DEVTASK_DETAIL_NONE));
}

TEST_F(bad_input, as_a_string_without_an_end_or_too_long_is_refused)
{
	static const struct {
		int attr;
		int max;
	} strings[] = {
		{ DEVTASK_A_TASK_TRIGGER, 36 }, { DEVTASK_A_TASK_PROGRAM, 4095 },
		{ DEVTASK_A_TASK_ARGUMENTS, 4096 }, { DEVTASK_A_TASK_DEVICE, 255 },
	};
	static char text[6000];
	struct wire *w = &self->scene.helper;
	struct wire_msg m;

	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		int max = strings[i].max;

		good_create(w, &m, self->dir_fd, strings[i].attr);
		wire_put(&m, strings[i].attr, text, 10);
		expect_refused(_metadata, w, &m, "a string without its end");
		good_create(w, &m, self->dir_fd, strings[i].attr);
		wire_put(&m, strings[i].attr, text, 0);
		expect_refused(_metadata, w, &m, "a string without a byte");
		text[max + 1] = 0;
		good_create(w, &m, self->dir_fd, strings[i].attr);
		wire_put(&m, strings[i].attr, text, max + 2);
		expect_refused(_metadata, w, &m, "a string one too long");
		text[max + 1] = 'a';
	}
}

/* APP-2: a NUL inside would cut the text; it is refused, not cut. */
TEST_F(bad_input, as_a_nul_inside_a_string_is_refused)
{
	struct wire *w = &self->scene.helper;
	struct wire_msg m;

	good_create(w, &m, self->dir_fd, 0);
	wire_put(&m, DEVTASK_A_TASK_ARGUMENTS, "one\0two", 8);
	expect_refused(_metadata, w, &m, "arguments with a NUL inside");
	good_create(w, &m, self->dir_fd, DEVTASK_A_TASK_PROGRAM);
	wire_put(&m, DEVTASK_A_TASK_PROGRAM, "/bin/true\0evil", 15);
	expect_refused(_metadata, w, &m, "program with a NUL inside");
}

TEST_F(bad_input, as_a_trigger_that_is_no_guid_is_refused)
{
	static const char * const bad[] = {
		"", "x", "0f0e0d0c-0b0a-4908-8706-05040302010", "0f0e0d0c_0b0a-4908-8706-050403020100",
		"{f0e0d0c-0b0a-4908-8706-05040302010}", "zf0e0d0c-0b0a-4908-8706-050403020100",
		"0f0e0d0c0b0a490887060504030201000000",
	};
	struct wire *w = &self->scene.helper;
	struct wire_msg m;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		good_create(w, &m, self->dir_fd, DEVTASK_A_TASK_TRIGGER);
		wire_put_str(&m, DEVTASK_A_TASK_TRIGGER, bad[i]);
		expect_refused(_metadata, w, &m, bad[i]);
	}
}

TEST_F(bad_input, as_an_attribute_that_runs_over_the_message_is_refused)
{
	struct wire *w = &self->scene.helper;
	struct nlattr *last;
	struct wire_msg m;

	for (int len = 0; len < 65536; len = len * 3 + 1) {
		good_create(w, &m, self->dir_fd, 0);
		last = (void *)((char *)&m + m.nl.nlmsg_len);
		wire_put_str(&m, DEVTASK_A_TASK_DEVICE, "abc");
		if (len == last->nla_len)
			continue;
		last->nla_len = len;
		EXPECT_GT(0, wire_ask(w, &m, NULL)) TH_LOG("length %d", len);
	}
}

TEST_F(bad_input, as_bytes_behind_the_last_attribute_is_refused)
{
	struct wire *w = &self->scene.helper;
	struct wire_msg m;

	wire_begin(w, &m, DEVTASK_CMD_TASK_GET);
	wire_put_u32(&m, DEVTASK_A_TASK_ID, self->task);
	m.nl.nlmsg_len += 3;
	expect_refused(_metadata, w, &m, "three more bytes");
}

TEST_F(bad_input, as_a_nested_flag_on_a_plain_attribute_is_refused)
{
	struct wire *w = &self->scene.helper;
	struct wire_msg m;

	wire_begin(w, &m, DEVTASK_CMD_TASK_GET);
	wire_put_u32(&m, DEVTASK_A_TASK_ID | NLA_F_NESTED, self->task);
	expect_refused(_metadata, w, &m, "NLA_F_NESTED");
}

/* What the header reserves for later must be zero now, or it can never be used. */
TEST_F(bad_input, as_a_reserved_field_of_the_header_is_refused)
{
	struct wire *w = &self->scene.helper;
	struct wire_msg m;

	wire_begin(w, &m, DEVTASK_CMD_INFO_GET);
	m.genl.reserved = 1;
	EXPECT_EQ(-EINVAL, wire_ask(w, &m, NULL));
}

TEST_F(bad_input, as_an_unknown_command_is_refused)
{
	struct wire *w = &self->scene.helper;
	struct wire_msg m;

	for (int cmd = 0; cmd < 256; cmd++) {
		if ((cmd >= DEVTASK_CMD_INFO_GET && cmd < DEVTASK_CMD_EVENT_NTF) ||
		    cmd == DEVTASK_CMD_ASK_GET || cmd == DEVTASK_CMD_ASK_ANSWER)
			continue;
		wire_begin(w, &m, cmd);
		EXPECT_EQ(-EOPNOTSUPP, wire_ask(w, &m, NULL)) TH_LOG("command %d", cmd);
	}
	/* A dump of what is no list, a question to what is only a dump. */
	wire_begin(w, &m, DEVTASK_CMD_TASK_START);
	EXPECT_EQ(-EOPNOTSUPP, wire_dump(w, &m, NULL, NULL));
	wire_begin(w, &m, DEVTASK_CMD_EVENT_GET);
	EXPECT_EQ(-EOPNOTSUPP, wire_ask(w, &m, NULL));
}

TEST_F(bad_input, that_is_cut_short_is_survived)
{
	struct wire *w = &self->scene.helper;
	struct wire_msg m;
	uint32_t tasks;
	uint64_t seq;
	uint32_t full;

	good_create(w, &m, self->dir_fd, 0);
	full = m.nl.nlmsg_len;
	for (uint32_t len = 0; len < full - 3; len++) {
		struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

		m.nl.nlmsg_len = len < NLMSG_HDRLEN ? len : full;	/* lies, or tells the truth */
		sendto(w->fd, &m, len, 0, (void *)&kernel, sizeof(kernel));
		m.nl.nlmsg_len = len;
		sendto(w->fd, &m, len, 0, (void *)&kernel, sizeof(kernel));
	}
	EXPECT_EQ(0, helper_info_get(w, &seq, &tasks));
	EXPECT_EQ(1, tasks);
}

/* A good message of each command with an id that exists, to be damaged. */
static void good_message(struct wire *w, struct wire_msg *m, unsigned int which, uint32_t task,
			 int dir_fd)
{
	static const uint8_t with_id[] = { DEVTASK_CMD_TASK_START, DEVTASK_CMD_TASK_CANCEL,
					   DEVTASK_CMD_TASK_END, DEVTASK_CMD_TASK_GET,
					   DEVTASK_CMD_CLAIM_GET };

	if (which % 8 == 0) {
		good_create(w, m, dir_fd, 0);
		wire_put_str(m, DEVTASK_A_TASK_ARGUMENTS, "some arguments");
		wire_put_u64(m, DEVTASK_A_TASK_DEADLINE_NS, 60 * NSEC_PER_SEC);
	} else if (which % 8 == 1) {
		wire_begin(w, m, DEVTASK_CMD_CLAIM_CREATE);
		wire_put_u32(m, DEVTASK_A_CLAIM_TASK_ID, task);
		wire_put_str(m, DEVTASK_A_CLAIM_PATH, "/dev/zero");
		wire_put_str(m, DEVTASK_A_CLAIM_HARDWARE_ID, "chardev:1:5");
	} else if (which % 8 == 2) {
		wire_begin(w, m, DEVTASK_CMD_EVENT_GET);
		wire_put_u64(m, DEVTASK_A_EVENT_SINCE, 0);
		m->nl.nlmsg_flags |= NLM_F_DUMP;
	} else {
		wire_begin(w, m, with_id[which % 5]);
		wire_put_u32(m, DEVTASK_A_TASK_ID, task);
	}
}

static void end_all(struct wire *w)
{
	uint32_t ids[256];
	int n = helper_task_list(w, ids, 256);

	for (int i = 0; i < n && i < 256; i++)
		helper_task_end(w, ids[i], 0);
}

/*
 * Good messages with some bytes changed behind the netlink header; its address (the family)
 * stays, so that no other subsystem is hit. With DEVTASK_SEED the same run again.
 */
TEST_F_TIMEOUT(bad_input, at_random_is_survived, 600)
{
	const char *env = getenv("DEVTASK_SEED");
	struct wire *w = &self->scene.helper;
	unsigned int seed, accepted = 0;
	struct wire_msg m;
	uint32_t tasks;
	uint64_t seq;

	if (env)
		seed = strtoul(env, NULL, 0);
	else if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = 1;
	TH_LOG("seed: DEVTASK_SEED=%u", seed);
	srandom(seed);
	for (int i = 0; i < MUTATIONS; i++) {
		unsigned char *body = (unsigned char *)&m + NLMSG_HDRLEN;
		int room, hits;

		good_message(w, &m, random(), self->task, self->dir_fd);
		room = m.nl.nlmsg_len - NLMSG_HDRLEN;
		for (hits = random() % 4; hits >= 0; hits--) {
			int at = random() % room;

			switch (random() % 4) {
			case 0:
				body[at] ^= 1 << (random() % 8);
				break;
			case 1:
				body[at] = random();
				break;
			case 2:
				body[at] = random() & 1 ? 0 : 0xff;
				break;
			case 3:
				m.nl.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN +
						 random() % (room - GENL_HDRLEN + 1);
				break;
			}
		}
		if (m.nl.nlmsg_flags & NLM_F_DUMP)
			accepted += !wire_dump(w, &m, NULL, NULL);
		else
			accepted += !wire_ask(w, &m, NULL);
		if (i % 100 == 99)
			end_all(w);
	}
	end_all(w);
	TH_LOG("%u of %d were still good", accepted, MUTATIONS);
	EXPECT_EQ(0, helper_info_get(w, &seq, &tasks));
	EXPECT_TRUE(clock_wait(!helper_info_get(w, &seq, &tasks) && !tasks, 3000));
}

TEST_HARNESS_MAIN
