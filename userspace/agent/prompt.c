// SPDX-License-Identifier: GPL-2.0-only
/* prompt - see prompt.h. */
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "duration.h"
#include "prompt.h"

#define NAME_MAX_BYTES	72	/* of a name on the screen; a line has 80 */
#define NS_PER_MINUTE	60000000000ull

void devtask_prompt_begin(struct devtask_prompt *prompt, unsigned int random)
{
	memset(prompt, 0, sizeof(*prompt));
	snprintf(prompt->number, sizeof(prompt->number), "%u", 1000 + random % 9000);
}

/* How many bytes the character at @p has if it is well-formed UTF-8 beyond ASCII, else 0. */
static size_t character_at(const unsigned char *p)
{
	size_t length = p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;

	if (p[0] >= 0xf5)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

/* A name of a stranger, such that it is only a name: one line, no commands to the terminal. */
static void write_name(const char *name, bool utf8, char to[static NAME_MAX_BYTES + 4])
{
	char copy[NAME_MAX_BYTES + 1];
	size_t used = 0;

	snprintf(copy, sizeof(copy), "%s", name);
	devtask_clean(copy);
	for (const unsigned char *p = (const unsigned char *)copy; *p;) {
		size_t length = *p < 0x80 ? 1 : utf8 ? character_at(p) : 0;

		if (!length) {
			to[used++] = '?';
			/* One mark for one character, not for each byte. */
			p += *p >= 0x80 && character_at(p) ? character_at(p) : 1;
			continue;
		}
		memcpy(to + used, p, length);
		used += length;
		p += length;
	}
	to[used] = 0;
	if (strlen(name) > NAME_MAX_BYTES)
		strcpy(to + used, "...");
	else if (!used)
		strcpy(to, "?");
}

/* Rounded up: an update that takes longer than was said is worse than the other way round. */
static void write_estimate(uint64_t estimate_ns, char *to, size_t size)
{
	unsigned long long minutes = estimate_ns / NS_PER_MINUTE + !!(estimate_ns % NS_PER_MINUTE);

	to[0] = 0;
	if (estimate_ns)
		snprintf(to, size, "It can take up to %llu minute%s.\r\n", minutes,
			 minutes == 1 ? "" : "s");
}

void devtask_prompt_write(const struct devtask_prompt *prompt,
			  const struct devtask_question *question, unsigned int seconds, bool utf8,
			  char text[static DEVTASK_PROMPT_TEXT_MAX])
{
	char app[NAME_MAX_BYTES + 4], app_name[NAME_MAX_BYTES + 4], device[NAME_MAX_BYTES + 4];
	char model[NAME_MAX_BYTES + 4], estimate[64];
	bool servicing = question->type == DEVTASK_TYPE_SERVICING;
	size_t used;

	write_name(question->app, utf8, app);
	write_name(question->app_name, utf8, app_name);
	write_name(question->device, utf8, device);
	write_name(question->model, utf8, model);
	write_estimate(question->estimate_ns, estimate, sizeof(estimate));
	used = (size_t)snprintf(text, DEVTASK_PROMPT_TEXT_MAX,
		"\r\n\a---- devtask asks ----\r\n"
		"%s\r\n%s\r\n%s?\r\n\r\n"
		"  app     %s\r\n  device  %s\r\n\r\n",
		servicing ? "Do you want to let this app update or change settings of your device:" :
			    "Do you want to let this app use your device in the background:",
		app, device, app_name, model);
	if (servicing)
		used += (size_t)snprintf(text + used, DEVTASK_PROMPT_TEXT_MAX - used,
			"%sUntil it is done, keep the device connected and switched on, and this\r\n"
			"computer plugged in or well charged. You are asked every time.\r\n", estimate);
	else
		used += (size_t)snprintf(text + used, DEVTASK_PROMPT_TEXT_MAX - used,
			"Your answer is kept; \"devtaskctl consent\" shows and changes it.\r\n");
	snprintf(text + used, DEVTASK_PROMPT_TEXT_MAX - used,
		 "To allow it type %s and press Enter. Anything else, and no answer within\r\n"
		 "%u s, is no.\r\nAllow? [no] ", prompt->number, seconds);
}

enum devtask_prompt_state devtask_prompt_type(struct devtask_prompt *prompt, unsigned char byte,
					      char *echo)
{
	*echo = 0;
	if (byte == '\r' || byte == '\n')
		return prompt->length == strlen(prompt->number) &&
		       !strcmp(prompt->typed, prompt->number) ?
		       DEVTASK_PROMPT_YES : DEVTASK_PROMPT_NO;
	if (byte == '\b' || byte == 0x7f) {
		if (!prompt->length)
			return DEVTASK_PROMPT_OPEN;
		prompt->length--;
		if (prompt->length < sizeof(prompt->typed) - 1)
			prompt->typed[prompt->length] = 0;
		*echo = '\b';
		return DEVTASK_PROMPT_OPEN;
	}
	/* Esc, Ctrl-C, Ctrl-D, Ctrl-Z, Ctrl-\ and every other command of a keyboard. */
	if (byte < ' ')
		return DEVTASK_PROMPT_NO;
	if (prompt->length < sizeof(prompt->typed) - 1)
		prompt->typed[prompt->length] = (char)byte;
	prompt->length++;
	*echo = byte < 0x7f ? (char)byte : '?';
	return DEVTASK_PROMPT_OPEN;
}
