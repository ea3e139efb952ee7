// SPDX-License-Identifier: GPL-2.0-only
/* logger-sync: the entry point Logger.Sync. Fetches the records into the file named by the app. */
#include <devtask.h>
#include <endian.h>
#include <fcntl.h>
#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include "protocol.h"

static int must(const char *what, int result)
{
	if (result >= 0)
		return result;
	fprintf(stderr, "%s: %d (%s)\n", what, result, devtask_sentence());
	exit(1);
}

static int control(libusb_device_handle *logger, int direction, uint8_t request, void *data,
		   uint16_t size)
{
	return libusb_control_transfer(logger, (uint8_t)(direction | LIBUSB_REQUEST_TYPE_VENDOR |
				       LIBUSB_RECIPIENT_INTERFACE), request, 0, 0, data, size, 2000);
}

static int fetch(libusb_device_handle *logger, uint32_t index, FILE *file)
{
	struct logger_request request = { htole32(LOGGER_REQUEST_MAGIC), htole32(index), htole32(1), 0 };
	unsigned char record[LOGGER_RECORD_MAX + LOGGER_PACKET];
	int size = 0, err;

	err = libusb_bulk_transfer(logger, LOGGER_EP_OUT, (void *)&request, sizeof(request), &size, 0);
	if (!err)
		err = libusb_bulk_transfer(logger, LOGGER_EP_IN, record, sizeof(record), &size, 0);
	size -= (int)sizeof(struct logger_header);
	if (!err && (size < 1 || !fwrite(record + sizeof(struct logger_header), (size_t)size, 1, file)))
		err = LIBUSB_ERROR_IO;
	return err;
}

int main(void)
{
	struct logger_begin begin = { 0 };
	struct devtask_details *details;
	libusb_device_handle *logger;
	struct logger_count count;
	struct devtask_task *task;
	char result[40];
	FILE *file;

	must("task", devtask_task_open(&task));
	must("details", devtask_task_details(task, &details));
	file = fopen(details->arguments, "we");
	must("file", file ? 0 : -1);
	libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY);
	must("libusb", libusb_init(NULL));
	must("wrap", libusb_wrap_sys_device(NULL, must("device", devtask_task_open_device(task, 0,
					    O_RDWR | O_CLOEXEC)), &logger));
	must("interface", libusb_claim_interface(logger, 0));
	must("begin", control(logger, LIBUSB_ENDPOINT_OUT, LOGGER_BEGIN, &begin, sizeof(begin)));
	must("count", control(logger, LIBUSB_ENDPOINT_IN, LOGGER_COUNT, &count, sizeof(count)));
	for (uint32_t i = 0, n = le32toh(count.records); i < n; i++) {
		must("record", fetch(logger, i, file));
		must("progress", devtask_task_set_progress(task, 100 * (i + 1) / n));
	}
	snprintf(result, sizeof(result), "%u records", le32toh(count.records));
	must("result", devtask_task_set_result(task, result));
	return must("file", fclose(file));
}
