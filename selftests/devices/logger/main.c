// SPDX-License-Identifier: GPL-2.0-only
/* devtask-logger: an emulated USB data logger, on any device controller that the kernel has
 * (dummy_hcd in the tests). Runs the loop between the control pipe and the orders that it is
 * given.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "bulk.h"
#include "control.h"
#include "gadget.h"
#include "options.h"
#include "record.h"
#include "remote.h"
#include "report.h"

static bool unplug(void)
{
	char totals[160];

	logger_report_event("unplugging");
	if (logger_gadget_unplug())
		return false;
	logger_control_forget();
	logger_report_format(totals, sizeof(totals));
	logger_report_say("unplugged", ", %s", totals);
	return true;
}

static bool plug(void)
{
	if (logger_gadget_plug())
		return false;
	logger_report_event("plugged");
	return true;
}

static bool stall(void)
{
	logger_bulk_stall();
	logger_report_event("stalled");
	return true;
}

static bool resume(void)
{
	logger_bulk_resume();
	logger_report_event("resumed-answering");
	return true;
}

static bool die(void)
{
	logger_control_hold(true);
	return true;
}

static bool revive(void)
{
	logger_control_hold(false);
	return true;
}

static bool count(void)
{
	return true;
}

static const struct order {
	const char *word;
	bool (*obey)(void);
} orders[] = {
	{ "plug", plug },
	{ "unplug", unplug },
	{ "stall", stall },
	{ "resume", resume },
	{ "dead", die },
	{ "alive", revive },
	{ "counts", count },
};

static const struct order *find_order(const char *word)
{
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (!strcmp(orders[i].word, word))
			return &orders[i];
	return NULL;
}

static void obey(int listener)
{
	char word[32], totals[160], answer[256];
	const struct order *order;
	int client = logger_remote_take(listener, word, sizeof(word));

	if (client < 0)
		return;
	order = find_order(word);
	if (!order) {
		snprintf(answer, sizeof(answer), "{\"error\": \"no such order: %s\"}", word);
	} else if (!order->obey()) {
		snprintf(answer, sizeof(answer), "{\"order\": \"%s\", \"error\": \"%s\"}", word,
			 strerror(errno));
	} else {
		logger_report_format(totals, sizeof(totals));
		snprintf(answer, sizeof(answer), "{\"order\": \"%s\", %s}", word, totals);
	}
	logger_remote_reply(client, answer);
}

static int watch_for_end(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void run(int ep0, int listener, int end)
{
	struct pollfd wait[] = {
		{ .fd = end, .events = POLLIN },
		{ .fd = listener, .events = POLLIN },
		{ .fd = ep0, .events = POLLIN },
	};

	while (!wait[0].revents) {
		if (poll(wait, 3, -1) < 0 && errno != EINTR)
			return;
		if (wait[2].revents && !logger_control_serve())
			wait[2].fd = -1;
		if (wait[1].revents) {
			obey(listener);
			/* The order may have ended what kept ep0 from being polled. */
			wait[2].fd = ep0;
		}
	}
}

static int write_image(const struct logger_options *options)
{
	FILE *file = fopen(options->image, "we");
	int result;

	if (!file)
		return -1;
	result = logger_record_image(file, options->manner.records, options->manner.payload_bytes);
	return fclose(file) || result ? -1 : 0;
}

static int fail(const char *what)
{
	fprintf(stderr, "devtask-logger: %s: %s\n", what, strerror(errno));
	return 1;
}

static int be_logger(const struct logger_options *options, const char *mount_point)
{
	int end = watch_for_end(), listener = -1, ep0, status = 0;

	if (options->control && (listener = logger_remote_listen(options->control)) < 0)
		return fail(options->control);
	ep0 = logger_control_start(mount_point, &options->manner);
	if (ep0 < 0)
		return fail("cannot describe the device to FunctionFS");
	logger_control_hold(options->dead);
	if (logger_bulk_start(mount_point, &options->manner))
		return fail("cannot open the bulk endpoints");
	if (plug())
		run(ep0, listener, end);
	else
		status = fail("cannot plug in (is the controller free? see /sys/class/udc)");
	unplug();
	logger_bulk_stop();
	logger_control_stop();
	if (options->control)
		unlink(options->control);
	return status;
}

int main(int argc, char **argv)
{
	struct logger_options options = logger_options_read(argc, argv);
	const char *mount_point;
	int status;

	if (options.tell)
		return logger_remote_tell(options.tell, options.order);
	if (logger_report_open(options.log, options.log_transfers))
		return fail(options.log);
	if (options.image && write_image(&options))
		return fail(options.image);
	mount_point = logger_gadget_create(&options.names);
	if (!mount_point)
		return 1;
	status = be_logger(&options, mount_point);
	logger_gadget_destroy();
	return status;
}
