// SPDX-License-Identifier: GPL-2.0-only
/* The control pipe: events of FunctionFS (the host came, the host went) and the host's requests.
 * A request in the wrong direction is how FunctionFS is told to refuse one.
 */
#include "control.h"

#include <endian.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/usb/functionfs.h>
#include <stdio.h>
#include <unistd.h>

#include "bulk.h"
#include "descriptors.h"
#include "protocol.h"
#include "report.h"

static const struct logger_manner *manner;
static int ep0 = -1;
static bool hold;
static bool waiting; /* for hold to end, with @unanswered */
static struct usb_ctrlrequest unanswered;

static void refuse(const struct usb_ctrlrequest *setup)
{
	uint8_t byte = 0;

	logger_report_say("refused", ", \"request\": %u", setup->bRequest);
	/* Always an error: EL2HLT, or EIDRM when the host does not wait any more. */
	if (setup->bRequestType & USB_DIR_IN)
		(void)!read(ep0, &byte, 0);
	else
		(void)!write(ep0, &byte, 0);
}

static void tell_count(const struct usb_ctrlrequest *setup)
{
	const struct logger_count answer = {
		.records = htole32(manner->records),
		.payload_bytes = htole32(manner->payload_bytes),
	};
	size_t size = le16toh(setup->wLength);
	ssize_t written;

	written = write(ep0, &answer, size < sizeof(answer) ? size : sizeof(answer));
	if (written >= 0)
		logger_report_transfer(LOGGER_PIPE_CONTROL, (uint64_t)written);
}

static void begin(const struct usb_ctrlrequest *setup)
{
	struct logger_begin message;
	ssize_t size;

	if (le16toh(setup->wLength) != sizeof(message)) {
		refuse(setup);
		return;
	}
	/* Before the acknowledgement: afterwards the host may send requests at once. */
	logger_bulk_abandon();
	size = read(ep0, &message, sizeof(message));
	if (size != sizeof(message))
		return;
	logger_report_transfer(LOGGER_PIPE_CONTROL, (uint64_t)size);
	logger_report_say("begun", ", \"clock_s\": %" PRIu64, le64toh(message.clock_s));
}

static void answer(const struct usb_ctrlrequest *setup)
{
	bool in = setup->bRequestType & USB_DIR_IN;

	if (setup->bRequest == LOGGER_COUNT && in)
		tell_count(setup);
	else if (setup->bRequest == LOGGER_BEGIN && !in)
		begin(setup);
	else
		refuse(setup);
}

int logger_control_start(const char *mount_point, const struct logger_manner *how)
{
	char path[PATH_MAX];

	manner = how;
	snprintf(path, sizeof(path), "%s/ep0", mount_point);
	ep0 = open(path, O_RDWR | O_CLOEXEC);
	if (ep0 < 0 || logger_descriptors_write(ep0))
		return -1;
	return ep0;
}

bool logger_control_serve(void)
{
	static const char *const names[] = {
		[FUNCTIONFS_BIND] = "bound",
		[FUNCTIONFS_UNBIND] = "unbound",
		[FUNCTIONFS_ENABLE] = "configured",
		[FUNCTIONFS_DISABLE] = "deconfigured",
		[FUNCTIONFS_SETUP] = "setup",
		[FUNCTIONFS_SUSPEND] = "suspended",
		[FUNCTIONFS_RESUME] = "resumed",
	};
	struct usb_functionfs_event event;

	/* A read would be taken as the answer to the request that waits. */
	if (waiting)
		return false;
	/* EIDRM: the host took a request back; the next read is about what came then. */
	if (read(ep0, &event, sizeof(event)) != sizeof(event))
		return true;
	if (event.type != FUNCTIONFS_SETUP) {
		logger_report_event(names[event.type]);
		return true;
	}
	if (hold) {
		unanswered = event.u.setup;
		waiting = true;
		logger_report_say("unanswered", ", \"request\": %u", unanswered.bRequest);
		return false;
	}
	answer(&event.u.setup);
	return true;
}

void logger_control_hold(bool on)
{
	hold = on;
	if (on || !waiting)
		return;
	waiting = false;
	/* Not answered: if the host has given up, an answer would wait for it for ever. */
	refuse(&unanswered);
}

void logger_control_forget(void)
{
	waiting = false;
}

void logger_control_stop(void)
{
	close(ep0);
}
