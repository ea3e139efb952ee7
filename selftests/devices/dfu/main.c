// SPDX-License-Identifier: GPL-2.0-only
/* devtask-dfu: an emulated USB device whose firmware can be updated, on the kernel's virtual host
 * controller. It leaves the bus when it is detached and comes back in DFU mode, as another device;
 * a new firmware, and a reset, bring it back. Runs the loop between the wire and the clock.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "core.h"
#include "options.h"
#include "report.h"
#include "usbip.h"

#define NS_PER_MS 1000000u
#define RETRY_MS 5
#define RETRIES 2000
#define BLOCKS_PER_REPORT 16
#define RESTART_MS 300
#define LEAVE_MS 20 /* from the answer that says so until it goes, as devices have it */

enum course {
	COURSE_GO_ON,
	COURSE_LEAVE, /* the bus, and come back */
	COURSE_END,
};

static struct dfu_options options;
static struct dfu_core core;
static struct dfu_control control = { .identity = &options.identity, .core = &core };
static struct usbip_transfer transfer;
static uint8_t flash[1u << 20];
static int wire = -1;
static int end = -1; /* readable when it is to end */

static int fail(const char *what)
{
	fprintf(stderr, "devtask-dfu: %s: %s\n", what, strerror(errno));
	return 1;
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

/* Wait so long, and return whether it is to end. */
static bool ends_within(uint64_t ms)
{
	struct pollfd wait = { .fd = end, .events = POLLIN };
	struct timespec left = {
		.tv_sec = (time_t)(ms / 1000),
		.tv_nsec = (long)(ms % 1000) * NS_PER_MS,
	};

	return ppoll(&wait, 1, &left, NULL) > 0;
}

static size_t read_flash(void)
{
	FILE *file = fopen(options.firmware, "re");
	size_t length;

	if (!file)
		return 0;
	length = fread(flash, 1, sizeof(flash), file);
	fclose(file);
	return length;
}

static int write_flash(void)
{
	FILE *file = fopen(options.firmware, "we");
	size_t written;

	if (!file)
		return -1;
	written = fwrite(flash, 1, core.length, file);
	return fclose(file) || written != core.length ? -1 : 0;
}

/* A port that was pulled out is free when the kernel has let go of the device. */
static int plug(unsigned int port)
{
	const struct dfu_identity *who = &options.identity;
	bool is_boot_loader = dfu_core_in_dfu_mode(&core);

	for (int i = 0; i < RETRIES; i++) {
		wire = usbip_plug(port);
		if (wire >= 0 || errno != EBUSY || ends_within(RETRY_MS))
			break;
	}
	if (wire < 0)
		return -1;
	control.is_configured = false;
	dfu_report("plugged", ", \"port\": %u, \"id\": \"%04x:%04x\"", port,
		   is_boot_loader ? who->dfu_vendor : who->vendor,
		   is_boot_loader ? who->dfu_product : who->product);
	return 0;
}

/* Say what a request has changed, as others see it. */
static int notice(enum dfu_state before, bool was_whole)
{
	if (was_whole && !core.is_whole)
		dfu_report("erased", "%s", "");
	if (core.state != before && core.state == DFU_ERROR)
		dfu_report("failed", ", \"status\": %d", core.status);
	if (core.state != before && core.state == DFU_MANIFEST)
		dfu_report("manifesting", ", \"bytes\": %zu", core.length);
	if (!was_whole && core.is_whole) {
		dfu_report("manifested", ", \"bytes\": %zu", core.length);
		return write_flash();
	}
	return 0;
}

static void notice_block(void)
{
	if (transfer.length && core.blocks % BLOCKS_PER_REPORT == 0)
		dfu_report("block", ", \"number\": %u, \"bytes\": %zu", core.blocks, core.length);
}

static bool hangs_now(void)
{
	return options.hang_at_block && dfu_control_is(&transfer, DFU_DNLOAD) &&
	       transfer.length && core.blocks + 1 == options.hang_at_block;
}

static enum course lead_away(enum dfu_state before)
{
	if (core.state == DFU_APP_DETACH && before == DFU_APP_IDLE) {
		dfu_report("detach", "%s", "");
		return core.manner.will_detach ? COURSE_LEAVE : COURSE_GO_ON;
	}
	/* The host has heard that its firmware is in force. */
	if (core.state == DFU_IDLE && before == DFU_MANIFEST && options.restarts)
		return COURSE_LEAVE;
	return COURSE_GO_ON;
}

static enum course serve(void)
{
	enum dfu_state before = core.state;
	bool was_whole = core.is_whole;
	int result;

	if (hangs_now()) {
		dfu_report("hangs", "%s", "");
		return COURSE_GO_ON;
	}
	result = dfu_control_obey(&control, &transfer, dfu_report_now_ns());
	if (notice(before, was_whole)) {
		fail(options.firmware);
		return COURSE_END;
	}
	if (result >= 0 && dfu_control_is(&transfer, DFU_DNLOAD))
		notice_block();
	if (usbip_answer(wire, &transfer, result))
		return COURSE_END;
	return lead_away(before);
}

/* Be on the bus, until something leads away from it. */
static enum course stay(void)
{
	struct pollfd wait[] = {
		{ .fd = end, .events = POLLIN },
		{ .fd = wire, .events = POLLIN },
	};
	enum course course = COURSE_GO_ON;

	while (course == COURSE_GO_ON) {
		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			return COURSE_END;
		if (wait[0].revents)
			return COURSE_END;
		switch (usbip_take(wire, &transfer)) {
		case USBIP_GONE:
			dfu_report("let-go", "%s", "");
			return COURSE_END;
		case USBIP_TRANSFER:
			course = serve();
			break;
		case USBIP_UNLINKED:
			break;
		}
	}
	return course;
}

static uint64_t away_ms(void)
{
	if (!dfu_core_in_dfu_mode(&core))
		return RESTART_MS;
	/* Longer than any test. */
	return options.never_returns ? UINT32_MAX : options.away_ms;
}

static int be_device(void)
{
	unsigned int port = options.port;

	for (;;) {
		if (plug(port))
			return fail("cannot plug in (is the module vhci_hcd loaded?)");
		if (stay() == COURSE_END || ends_within(LEAVE_MS))
			return 0;
		close(wire);
		wire = -1;
		dfu_core_reset(&core, dfu_report_now_ns());
		dfu_report("away", "%s", "");
		if (ends_within(away_ms()))
			return 0;
		port = options.return_port;
	}
}

int main(int argc, char **argv)
{
	int status;

	options = dfu_options_read(argc, argv);
	end = watch_for_end();
	if (dfu_report_open(options.log))
		return fail(options.log);
	options.manner.flash_bytes = sizeof(flash);
	dfu_core_start(&core, &options.manner, flash, read_flash(), options.in_dfu_mode);
	status = be_device();
	if (wire >= 0)
		close(wire);
	return status;
}
