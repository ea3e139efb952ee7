// SPDX-License-Identifier: GPL-2.0-only
/* The wire between an emulated device and the kernel's virtual host controller, vhci_hcd: USB/IP on
 * a socket pair, one end of which the kernel takes. Knows the protocol's messages, no device.
 */
#include "usbip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ATTACH "/sys/devices/platform/vhci_hcd.0/attach"
#define SPEED_HIGH 3 /* enum usb_device_speed */

#define COMMAND_SUBMIT 1
#define COMMAND_UNLINK 2
#define ANSWER_SUBMIT 3
#define ANSWER_UNLINK 4

/* Each message begins with this; numbers are big-endian. */
struct message {
	uint32_t command;
	uint32_t number;
	uint32_t device;
	uint32_t is_in;
	uint32_t endpoint;
	union {
		struct {
			uint32_t flags;
			uint32_t length;
			uint32_t start_frame;
			uint32_t packets;
			uint32_t interval;
			struct usb_ctrlrequest setup;
		} submit;
		struct {
			uint32_t number;
		} unlink;
		struct {
			uint32_t status;
			uint32_t length;
			uint32_t start_frame;
			uint32_t packets;
			uint32_t errors;
			uint8_t padding[8];
		} answer;
	};
} __attribute__((packed));

_Static_assert(sizeof(struct message) == 48, "size of a USB/IP header");

int usbip_plug(unsigned int port)
{
	int ends[2], attach, written, error;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -1;
	attach = open(ATTACH, O_WRONLY | O_CLOEXEC);
	/* Any number of a device will do: nobody else is at the other end. */
	written = attach < 0 ? -1 : dprintf(attach, "%u %d %u %d", port, ends[1], port + 1,
					    SPEED_HIGH);
	error = errno;
	if (attach >= 0)
		close(attach);
	close(ends[1]);
	if (written > 0)
		return ends[0];
	close(ends[0]);
	errno = error;
	return -1;
}

static int take_bytes(int wire, void *data, size_t length)
{
	/* Asked for nothing it would wait for something. */
	return !length || recv(wire, data, length, MSG_WAITALL) == (ssize_t)length ? 0 : -1;
}

static int give_bytes(int wire, const void *data, size_t length)
{
	return send(wire, data, length, MSG_NOSIGNAL) == (ssize_t)length ? 0 : -1;
}

/* A transfer that is not answered yet is given back as cancelled; answers are given whole before
 * the next message is taken, so another one has been answered.
 */
static int answer_unlink(int wire, const struct message *asked)
{
	const struct message answer = {
		.command = htonl(ANSWER_UNLINK),
		.number = asked->number,
		.answer.status = htonl((uint32_t)-ECONNRESET),
	};

	return give_bytes(wire, &answer, sizeof(answer));
}

enum usbip_event usbip_take(int wire, struct usbip_transfer *transfer)
{
	struct message message;

	if (take_bytes(wire, &message, sizeof(message)))
		return USBIP_GONE;
	if (ntohl(message.command) == COMMAND_UNLINK) {
		transfer->number = ntohl(message.unlink.number);
		return answer_unlink(wire, &message) ? USBIP_GONE : USBIP_UNLINKED;
	}
	transfer->number = ntohl(message.number);
	transfer->endpoint = ntohl(message.endpoint);
	transfer->is_in = ntohl(message.is_in);
	transfer->length = ntohl(message.submit.length);
	transfer->setup = message.submit.setup;
	if (ntohl(message.command) != COMMAND_SUBMIT || transfer->length > USBIP_DATA_MAX)
		return USBIP_GONE;
	if (!transfer->is_in && take_bytes(wire, transfer->data, transfer->length))
		return USBIP_GONE;
	return USBIP_TRANSFER;
}

int usbip_answer(int wire, const struct usbip_transfer *transfer, int result)
{
	const struct message answer = {
		.command = htonl(ANSWER_SUBMIT),
		.number = htonl(transfer->number),
		.answer = {
			.status = htonl(result < 0 ? (uint32_t)result : 0),
			.length = htonl(result < 0 ? 0 : (uint32_t)result),
		},
	};

	if (give_bytes(wire, &answer, sizeof(answer)))
		return -1;
	return transfer->is_in && result > 0 ? give_bytes(wire, transfer->data, (size_t)result) : 0;
}
