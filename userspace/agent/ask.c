// SPDX-License-Identifier: GPL-2.0-only
/* ask - see ask.h. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "prompt.h"
#include "terminal.h"

#define NS_PER_S	1000000000ull
#define NS_PER_MS	1000000ull

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static int ms_until(uint64_t end_ns)
{
	uint64_t now = now_ns();

	return now >= end_ns ? 0 : (int)((end_ns - now) / NS_PER_MS + 1);
}

/* What was typed, byte by byte. Bytes behind Enter do not count. */
static enum devtask_prompt_state take_keys(const struct devtask_terminal *terminal,
					   struct devtask_prompt *prompt, bool *is_dead)
{
	enum devtask_prompt_state state = DEVTASK_PROMPT_OPEN;
	unsigned char keys[64];
	ssize_t count = read(terminal->fd, keys, sizeof(keys));

	/* Gone, or no longer in the foreground: nobody answers here any more. */
	*is_dead = count <= 0 && errno != EINTR && errno != EAGAIN;
	for (ssize_t i = 0; i < count && state == DEVTASK_PROMPT_OPEN; i++) {
		char echo, text[4] = "";

		state = devtask_prompt_type(prompt, keys[i], &echo);
		if (echo)
			snprintf(text, sizeof(text), echo == '\b' ? "\b \b" : "%c", echo);
		devtask_terminal_write(terminal, text);
	}
	return state;
}

static struct devtask_ask_outcome wait_for_answer(const struct devtask_terminal *terminal,
						  struct devtask_prompt *prompt, uint64_t end_ns,
						  const struct devtask_ask_events *events)
{
	struct pollfd list[] = {
		{ .fd = events->link, .events = POLLIN },
		{ .fd = events->signals, .events = POLLIN },
		{ .fd = terminal->fd, .events = POLLIN },
	};

	for (;;) {
		enum devtask_prompt_state state;
		bool is_dead;
		int count = poll(list, 3, ms_until(end_ns));

		if (count < 0 && errno != EINTR)
			return (struct devtask_ask_outcome){ .answer = DEVTASK_ANSWER_DEAD };
		if (count > 0 && (list[0].revents || list[1].revents))
			return (struct devtask_ask_outcome){ DEVTASK_ANSWER_DEAD, true };
		if (now_ns() >= end_ns)
			return (struct devtask_ask_outcome){ .answer = DEVTASK_ANSWER_TIMEOUT };
		if (count <= 0)
			continue;
		state = take_keys(terminal, prompt, &is_dead);
		if (is_dead)
			return (struct devtask_ask_outcome){ .answer = DEVTASK_ANSWER_DEAD };
		if (state != DEVTASK_PROMPT_OPEN)
			return (struct devtask_ask_outcome){
				.answer = state == DEVTASK_PROMPT_YES ? DEVTASK_ANSWER_YES :
									DEVTASK_ANSWER_NO };
	}
}

static const char *last_word(const struct devtask_ask_outcome *outcome)
{
	if (outcome->is_interrupted)
		return "\r\nThe question is no longer open.\r\n";
	switch (outcome->answer) {
	case DEVTASK_ANSWER_YES:
		return "\r\nAllowed.\r\n";
	case DEVTASK_ANSWER_NO:
		return "\r\nNot allowed.\r\n";
	case DEVTASK_ANSWER_TIMEOUT:
		return "\r\nNo answer came in time: not allowed.\r\n";
	case DEVTASK_ANSWER_DEAD:
	case DEVTASK_ANSWER_NO_AGENT:
		break;
	}
	return "\r\n";
}

struct devtask_ask_outcome devtask_ask(struct devtask_terminal *terminal,
				       const struct devtask_question *question,
				       uint64_t timeout_ns, const struct devtask_ask_events *events)
{
	struct devtask_ask_outcome outcome = { .answer = DEVTASK_ANSWER_DEAD };
	uint64_t end_ns = now_ns() + timeout_ns;
	char text[DEVTASK_PROMPT_TEXT_MAX];
	struct devtask_prompt prompt;
	unsigned int random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random) ||
	    devtask_terminal_enter(terminal))
		return outcome;
	devtask_prompt_begin(&prompt, random);
	devtask_prompt_write(&prompt, question, (unsigned int)(timeout_ns / NS_PER_S),
			     terminal->is_utf8, text);
	devtask_terminal_write(terminal, text);
	outcome = wait_for_answer(terminal, &prompt, end_ns, events);
	devtask_terminal_write(terminal, last_word(&outcome));
	devtask_terminal_exit(terminal);
	return outcome;
}
