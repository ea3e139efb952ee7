// SPDX-License-Identifier: GPL-2.0-only
/*
 * Consent agents and their questions, over a real socket: CON-3 (time-out and a dead prompt are
 * no), CON-6 (only a witnessed agent, no agent means no). The agents are other ends of the
 * socket; that a process is a real agent is the system tests' matter.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <json-c/json.h>
#include <systemd/sd-event.h>

#include "agent.h"
#include "message.h"
#include "numbers.h"
#include "unit.h"

#define PATH	"/tmp/devtask-test-agent"

static sd_event *loop;
static struct devtask_control *control;
static struct devtask_agents *agents;
static char path[64];
static bool genuine = true, active = true;
static char told[256];		/* answers, in their order */

static int witness(const char *program, const struct ucred *who, int pidfd,
		   struct devtask_error *error)
{
	assert_string_equal(program, "/agent");
	assert_int_equal(who->pid, getpid());
	(void)pidfd;
	return genuine ? 0 : devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM, "no agent");
}

static bool is_active(pid_t pid)
{
	(void)pid;
	return active;
}

static const struct devtask_question question = {
	.app = "Sync", .app_name = "org.sync", .device = "Watch", .model = "usb:1234:5678",
	.type = DEVTASK_TYPE_SERVICING, .estimate_ns = 60,
};

static int set_up(void **state)
{
	struct devtask_agent_ways ways = { witness, is_active };

	(void)state;
	told[0] = 0;
	genuine = active = true;
	snprintf(path, sizeof(path), PATH "-%d", getpid());
	assert_true(sd_event_new(&loop) >= 0);
	assert_int_equal(devtask_control_create(&control, loop, path, NULL), 0);
	assert_int_equal(devtask_agents_create(&agents, loop, "/agent", NULL, &ways, NULL), 0);
	assert_int_equal(devtask_control_add(control, devtask_agent_verbs, agents), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	devtask_control_destroy(control);
	devtask_agents_destroy(agents);
	sd_event_unref(loop);
	return 0;
}

/* Turns the loop until there is nothing to do. */
static void settle(void)
{
	while (sd_event_run(loop, 0) > 0)
		;
}

static int dial(const char *text)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (text)
		assert_int_equal(send(fd, text, strlen(text), 0), strlen(text));
	settle();
	return fd;
}

static void say(int fd, json_object *json)
{
	const char *text = json_object_to_json_string(json);

	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
	json_object_put(json);
	settle();
}

/* The next packet, or NULL if there is none now, or the end. */
static json_object *hear(int fd)
{
	char text[4096];
	ssize_t length = recv(fd, text, sizeof(text), MSG_DONTWAIT);

	return length > 0 ? devtask_message_parse(text, (size_t)length, NULL) : NULL;
}

static bool is_ended(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

static void assert_member(json_object *json, const char *key, const char *want)
{
	assert_non_null(json);
	assert_string_equal(devtask_message_string(json, key), want);
}

static int attach(void)
{
	json_object *json = devtask_message_request("agent-attach");
	int fd = dial(NULL);

	json_object_object_add(json, "kind", json_object_new_string("terminal"));
	say(fd, json);
	json = hear(fd);
	assert_member(json, "event", "attached");
	json_object_put(json);
	return fd;
}

/* What the agent is asked now: its number, or 0. */
static uint64_t asked(int fd)
{
	struct devtask_question got;
	uint64_t number, timeout;
	json_object *json = hear(fd);

	if (!json)
		return 0;
	assert_member(json, "event", "ask");
	assert_int_equal(devtask_question_unpack(json, &got, &number, &timeout), 0);
	assert_string_equal(got.app, "Sync");
	assert_string_equal(got.device, "Watch");
	assert_int_equal(got.type, DEVTASK_TYPE_SERVICING);
	assert_int_equal(got.estimate_ns, 60);
	json_object_put(json);
	return number;
}

static void tell(enum devtask_answer answer, void *context)
{
	strcat(strcat(strcat(told, context), devtask_name_of(&devtask_answer_names, answer)), " ");
}

static struct devtask_asking *ask(const char *name)
{
	return devtask_agent_ask(agents, getuid(), &question, tell, (void *)name);
}

/* CON-3 */
static void an_answer_is_told_once(void **state)
{
	int fd = attach();
	uint64_t number;

	(void)state;
	assert_true(devtask_agent_is_there(agents, getuid()));
	assert_non_null(ask("a:"));
	number = asked(fd);
	assert_string_equal(told, "");
	say(fd, devtask_answer_pack(DEVTASK_ANSWER_YES, number));
	assert_string_equal(told, "a:yes ");
	say(fd, devtask_answer_pack(DEVTASK_ANSWER_NO, number));
	assert_string_equal(told, "a:yes ");
	ask("b:");
	say(fd, devtask_answer_pack(DEVTASK_ANSWER_NO, asked(fd)));
	assert_string_equal(told, "a:yes b:no ");
	close(fd);
}

/* CON-6 */
static void without_an_agent_the_answer_is_no(void **state)
{
	int fd;

	(void)state;
	assert_null(ask("a:"));
	assert_string_equal(told, "a:no-agent ");
	assert_false(devtask_agent_is_there(agents, getuid()));
	fd = attach();
	assert_null(devtask_agent_ask(agents, getuid() + 1, &question, tell, "other:"));
	assert_string_equal(told, "a:no-agent other:no-agent ");
	close(fd);
}

/* CON-6 */
static void who_is_no_agent_is_turned_away(void **state)
{
	json_object *json = devtask_message_request("agent-attach");
	int fd = dial(NULL);

	(void)state;
	genuine = false;
	json_object_object_add(json, "kind", json_object_new_string("terminal"));
	say(fd, json);
	json = hear(fd);
	assert_member(json, "error", "no agent");
	json_object_put(json);
	assert_true(is_ended(fd));
	assert_null(ask("a:"));
	assert_string_equal(told, "a:no-agent ");
	close(fd);
}

/* CON-3 */
static void silence_is_no_and_the_question_is_taken_back(void **state)
{
	json_object *json;
	uint64_t number, begin, end;
	int fd = attach();

	(void)state;
	devtask_agents_configure(agents, 30 * 1000 * 1000, false);
	sd_event_now(loop, CLOCK_MONOTONIC, &begin);
	ask("a:");
	ask("b:");
	number = asked(fd);
	while (!*told)
		assert_true(sd_event_run(loop, UINT64_MAX) > 0);
	sd_event_now(loop, CLOCK_MONOTONIC, &end);
	assert_true(end - begin >= 30000);
	assert_string_equal(told, "a:timeout ");
	json = hear(fd);
	assert_member(json, "event", "withdraw");
	json_object_put(json);
	/* Too late; and not an answer to the next one. */
	assert_int_equal(asked(fd), number + 1);
	say(fd, devtask_answer_pack(DEVTASK_ANSWER_YES, number));
	assert_string_equal(told, "a:timeout ");
	say(fd, devtask_answer_pack(DEVTASK_ANSWER_YES, number + 1));
	assert_string_equal(told, "a:timeout b:yes ");
	close(fd);
}

/* CON-3 */
static void a_dead_prompt_is_no(void **state)
{
	int fd = attach();

	(void)state;
	ask("a:");
	ask("b:");
	assert_true(asked(fd));
	close(fd);
	settle();
	assert_string_equal(told, "a:dead b:no-agent ");
}

/* CON-3 */
static void one_question_at_a_time_in_their_order(void **state)
{
	uint64_t number;
	int fd = attach();

	(void)state;
	ask("a:");
	ask("b:");
	ask("c:");
	number = asked(fd);
	assert_int_equal(asked(fd), 0);
	say(fd, devtask_answer_pack(DEVTASK_ANSWER_NO, number));
	number = asked(fd);
	assert_int_equal(asked(fd), 0);
	say(fd, devtask_answer_pack(DEVTASK_ANSWER_YES, number));
	say(fd, devtask_answer_pack(DEVTASK_ANSWER_NO, asked(fd)));
	assert_string_equal(told, "a:no b:yes c:no ");
	close(fd);
}

/* CON-3: what was shown ends with its agent, what waits moves on. */
static void the_newest_agent_is_asked_and_the_older_one_inherits(void **state)
{
	int old = attach(), new = attach();

	(void)state;
	ask("a:");
	ask("b:");
	assert_true(asked(new));
	assert_int_equal(asked(old), 0);
	close(new);
	settle();
	assert_string_equal(told, "a:dead ");
	say(old, devtask_answer_pack(DEVTASK_ANSWER_YES, asked(old)));
	assert_string_equal(told, "a:dead b:yes ");
	close(old);
}

/* CON-3 */
static void a_withdrawn_question_vanishes(void **state)
{
	struct devtask_asking *first, *second;
	json_object *json;
	int fd = attach();

	(void)state;
	first = ask("a:");
	second = ask("b:");
	ask("c:");
	assert_true(asked(fd));
	devtask_agent_withdraw(second);
	devtask_agent_withdraw(first);
	json = hear(fd);
	assert_member(json, "event", "withdraw");
	json_object_put(json);
	say(fd, devtask_answer_pack(DEVTASK_ANSWER_YES, asked(fd)));
	assert_string_equal(told, "c:yes ");
	close(fd);
}

/* CON-3 */
static void too_many_questions_are_not_shown(void **state)
{
	int fd = attach();

	(void)state;
	for (int i = 0; i < 8; i++)
		assert_non_null(ask("x:"));
	assert_null(ask("last:"));
	assert_string_equal(told, "last:timeout ");
	close(fd);
}

/* CON-6 */
static void an_agent_that_talks_nonsense_is_put_out(void **state)
{
	static const char *const nonsense[] = {
		"{}", "[]", "{\"verb\":\"answer\"}", "{\"verb\":\"answer\",\"question\":-1,\"answer\":\"no\"}",
		"{\"verb\":\"answer\",\"question\":1,\"answer\":\"perhaps\"}", "{\"verb\":\"rule\"}",
		"{\"verb\":\"answer\",\"question\":1,\"answer\":\"no-agent\"}", "{", "\xff",
		"{\"verb\":\"foreground\"}", "{\"verb\":\"foreground\",\"pid\":\"1\"}",
		"{\"verb\":\"foreground\",\"pid\":99999999999}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(*nonsense); i++) {
		int fd = attach();

		told[0] = 0;
		ask("a:");
		assert_true(asked(fd));
		send(fd, nonsense[i], strlen(nonsense[i]), 0);
		settle();
		assert_true(is_ended(fd));
		assert_string_equal(told, "a:dead ");
		close(fd);
	}
}

/* CON-6, ADM-1: hostile requests end with a sentence. */
static void a_hostile_request_is_answered_with_a_sentence(void **state)
{
	static const char *const requests[] = {
		"{", "[]", "{}", "{\"verb\":\"agent-attach\"}", "{\"verb\":7,\"abi_version\":1}",
		"{\"verb\":\"agent-attach\",\"abi_version\":4711}", "\xff\xff",
		"{\"verb\":\"a\\u0000b\",\"abi_version\":1}", "[[[[[[[[[[[[[[[[[[[[[[[[",
		"{\"verb\":\"no-such\",\"abi_version\":1}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		int fd = dial(requests[i]);
		json_object *json = hear(fd), *ok;

		assert_non_null(json);
		assert_true(json_object_object_get_ex(json, "ok", &ok));
		assert_false(json_object_get_boolean(ok));
		assert_non_null(devtask_message_string(json, "error"));
		json_object_put(json);
		assert_true(is_ended(fd));
		close(fd);
	}
}

static bool bars(pid_t pid, void *context)
{
	return pid == getpid() && !context;
}

/* CON-6 */
static void a_member_of_a_task_may_nothing(void **state)
{
	int fd;
	json_object *json;

	(void)state;
	devtask_control_bar(control, bars, NULL);
	fd = dial(NULL);
	say(fd, devtask_message_request("agent-attach"));
	json = hear(fd);
	assert_non_null(json);
	assert_non_null(strstr(devtask_message_string(json, "error"), "a task may ask"));
	json_object_put(json);
	close(fd);
}

/* ADM-1: one user's programs take neither the others' places nor root's. */
static void too_many_clients_of_one_user_are_told_so(void **state)
{
	int fds[DEVTASK_CLIENTS_PER_USER], fd;
	json_object *json;

	(void)state;
	if (!getuid())
		assert_int_equal(seteuid(65534), 0);
	for (int i = 0; i < DEVTASK_CLIENTS_PER_USER; i++)
		fds[i] = dial(NULL);
	fd = dial(NULL);
	json = hear(fd);
	assert_non_null(json);
	assert_non_null(strstr(devtask_message_string(json, "error"), "too many programs"));
	json_object_put(json);
	assert_true(is_ended(fd));
	close(fd);
	/* A place that is left is free again. */
	close(fds[0]);
	settle();
	fds[0] = dial("{}");
	json = hear(fds[0]);
	assert_non_null(json);
	assert_non_null(strstr(devtask_message_string(json, "error"), "\"verb\""));
	json_object_put(json);
	assert_int_equal(seteuid(getuid()), 0);
	if (!getuid()) {
		fd = dial("{}");
		json = hear(fd);
		assert_non_null(json);
		assert_non_null(strstr(devtask_message_string(json, "error"), "\"verb\""));
		json_object_put(json);
		close(fd);
	}
	for (int i = 0; i < DEVTASK_CLIENTS_PER_USER; i++)
		close(fds[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(an_answer_is_told_once),
		TEST(without_an_agent_the_answer_is_no),
		TEST(who_is_no_agent_is_turned_away),
		TEST(silence_is_no_and_the_question_is_taken_back),
		TEST(a_dead_prompt_is_no),
		TEST(one_question_at_a_time_in_their_order),
		TEST(the_newest_agent_is_asked_and_the_older_one_inherits),
		TEST(a_withdrawn_question_vanishes),
		TEST(too_many_questions_are_not_shown),
		TEST(an_agent_that_talks_nonsense_is_put_out),
		TEST(a_hostile_request_is_answered_with_a_sentence),
		TEST(a_member_of_a_task_may_nothing),
		TEST(too_many_clients_of_one_user_are_told_so),
	};

	return cmocka_run_group_tests_name("agent", tests, NULL, NULL);
}
