// SPDX-License-Identifier: GPL-2.0-only
/* logger-sync: fetches all records of the data logger and writes their payloads to a file. An
 * ordinary libusb program: it has never heard of devtask, and is the same in all acts of the
 * demo.
 */
#include <endian.h>
#include <getopt.h>
#include <inttypes.h>
#include <libusb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "logger/crc.h"
#include "logger/protocol.h"

#define CONTROL_TIMEOUT_MS 2000
#define NO_TIMEOUT 0
#define RECORDS_PER_REQUEST 16
#define TRY_AGAIN_NS 10000000

/* Exit statuses. */
enum outcome {
	OUTCOME_DONE = 0,
	OUTCOME_USAGE = 2,
	OUTCOME_NO_DEVICE = 3,    /* not there, or not free */
	OUTCOME_LOST_DEVICE = 4,  /* a transfer failed */
	OUTCOME_BAD_DATA = 5,     /* a record was not what it should be */
	OUTCOME_STOPPED = 6,      /* by SIGTERM, after the transfer in hand */
	OUTCOME_NO_FILE = 7,
};

struct sync {
	libusb_device_handle *device;
	FILE *file;
	uint32_t records;
	uint32_t fetched;
	bool stubborn;
	bool repeated; /* not the first time: progress is no news */
};

static const char usage[] =
	"logger-sync [OPTIONS]    fetch all records of a USB data logger\n"
	"\n"
	"  --device VVVV:PPPP     which logger (1209:0001)\n"
	"  --output FILE          where the payloads go (nowhere)\n"
	"  --stubborn             ignore SIGTERM and every error, and never end\n"
	"\n"
	"Exit status: 0 all records are there, 2 wrong usage, 3 no device to be had, 4 the device\n"
	"was lost, 5 bad data, 6 stopped by SIGTERM, 7 the file cannot be written.\n";

static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int signal)
{
	(void)signal;
	stop_asked = 1;
}

static void say_error(const char *what, int error)
{
	printf("%s: %s (%s)\n", what, libusb_error_name(error), libusb_strerror(error));
}

static int control(struct sync *sync, uint8_t direction, uint8_t request, void *data, uint16_t size)
{
	return libusb_control_transfer(sync->device,
				       direction | LIBUSB_REQUEST_TYPE_VENDOR |
					       LIBUSB_RECIPIENT_INTERFACE,
				       request, 0, 0, data, size, CONTROL_TIMEOUT_MS);
}

static enum outcome begin(struct sync *sync)
{
	struct logger_begin message = { .clock_s = htole64((uint64_t)time(NULL)) };
	struct logger_count count;
	int result;

	result = control(sync, LIBUSB_ENDPOINT_OUT, LOGGER_BEGIN, &message, sizeof(message));
	if (result >= 0)
		result = control(sync, LIBUSB_ENDPOINT_IN, LOGGER_COUNT, &count, sizeof(count));
	if (result < 0) {
		say_error("the logger does not answer", result);
		return OUTCOME_LOST_DEVICE;
	}
	if (result != sizeof(count)) {
		puts("the logger's count is cut short");
		return OUTCOME_BAD_DATA;
	}
	sync->records = le32toh(count.records);
	if (!sync->repeated)
		printf("the logger has %" PRIu32 " records of %" PRIu32 " bytes\n",
		       sync->records, le32toh(count.payload_bytes));
	return OUTCOME_DONE;
}

/* True if @record, @size bytes from the wire, is record @index and undamaged. */
static bool record_is_good(const uint8_t *record, int size, uint32_t index)
{
	const uint8_t *payload = record + sizeof(struct logger_header);
	struct logger_header header;
	uint32_t wanted, crc;

	if (size < (int)sizeof(header))
		return false;
	memcpy(&header, record, sizeof(header));
	if (le32toh(header.magic) != LOGGER_RECORD_MAGIC || le32toh(header.index) != index ||
	    le32toh(header.payload_bytes) != (uint32_t)size - sizeof(header))
		return false;
	wanted = le32toh(header.crc);
	header.crc = 0;
	crc = logger_crc(0, &header, sizeof(header));
	return logger_crc(crc, payload, (uint32_t)size - sizeof(header)) == wanted;
}

static enum outcome fetch_record(struct sync *sync, uint32_t index)
{
	uint8_t record[LOGGER_RECORD_MAX + LOGGER_PACKET];
	int size, error;
	char what[40];

	error = libusb_bulk_transfer(sync->device, LOGGER_EP_IN, record, sizeof(record), &size,
				     NO_TIMEOUT);
	snprintf(what, sizeof(what), "record %" PRIu32, index);
	if (error) {
		say_error(what, error);
		return OUTCOME_LOST_DEVICE;
	}
	if (!record_is_good(record, size, index)) {
		printf("%s: wrong number, size or check sum\n", what);
		return OUTCOME_BAD_DATA;
	}
	size -= (int)sizeof(struct logger_header);
	if (sync->file && fwrite(record + sizeof(struct logger_header), 1, (size_t)size,
				 sync->file) != (size_t)size) {
		printf("%s: cannot be written to the file\n", what);
		return OUTCOME_NO_FILE;
	}
	return OUTCOME_DONE;
}

static enum outcome request_records(struct sync *sync, uint32_t first, uint32_t count)
{
	struct logger_request request = {
		.magic = htole32(LOGGER_REQUEST_MAGIC),
		.first = htole32(first),
		.count = htole32(count),
	};
	int size, error;

	error = libusb_bulk_transfer(sync->device, LOGGER_EP_OUT, (unsigned char *)&request,
				     sizeof(request), &size, NO_TIMEOUT);
	if (!error)
		return OUTCOME_DONE;
	say_error("request", error);
	return OUTCOME_LOST_DEVICE;
}

static void say_progress(const struct sync *sync)
{
	uint32_t step = sync->records / 4;

	if (!sync->repeated && step &&
	    (sync->fetched % step == 0 || sync->fetched == sync->records))
		printf("%" PRIu32 " of %" PRIu32 " records, all check sums right\n",
		       sync->fetched, sync->records);
}

static enum outcome fetch_all(struct sync *sync)
{
	enum outcome outcome;
	uint32_t count;

	while (sync->fetched < sync->records) {
		count = sync->records - sync->fetched;
		if (count > RECORDS_PER_REQUEST)
			count = RECORDS_PER_REQUEST;
		outcome = request_records(sync, sync->fetched, count);
		for (; count && outcome == OUTCOME_DONE; count--) {
			outcome = fetch_record(sync, sync->fetched);
			if (outcome != OUTCOME_DONE)
				break;
			sync->fetched++;
			say_progress(sync);
			if (stop_asked)
				return OUTCOME_STOPPED;
		}
		if (outcome != OUTCOME_DONE)
			return outcome;
	}
	return OUTCOME_DONE;
}

static enum outcome sync_once(struct sync *sync)
{
	enum outcome outcome;

	sync->fetched = 0;
	outcome = begin(sync);
	if (outcome == OUTCOME_DONE)
		outcome = fetch_all(sync);
	if (outcome == OUTCOME_STOPPED)
		printf("asked to stop: %" PRIu32 " records are safe\n", sync->fetched);
	return outcome;
}

/* Fetch for ever, whatever happens. */
static void __attribute__((noreturn)) sync_stubbornly(struct sync *sync)
{
	const struct timespec pause = { .tv_nsec = TRY_AGAIN_NS };
	bool quiet = false;

	for (;; sync->repeated = true) {
		if (sync_once(sync) == OUTCOME_DONE)
			continue;
		nanosleep(&pause, NULL);
		if (quiet)
			continue;
		puts("ignoring that, trying again and again");
		/* Said once; the rest of the noise helps nobody. */
		if (!freopen("/dev/null", "w", stdout))
			abort();
		quiet = true;
	}
}

static enum outcome open_device(struct sync *sync, uint16_t vendor, uint16_t product)
{
	int error;

	sync->device = libusb_open_device_with_vid_pid(NULL, vendor, product);
	if (!sync->device) {
		printf("no logger %04x:%04x that can be opened\n", vendor, product);
		return OUTCOME_NO_DEVICE;
	}
	error = libusb_claim_interface(sync->device, 0);
	if (!error)
		return OUTCOME_DONE;
	say_error("the logger's interface cannot be claimed", error);
	return OUTCOME_NO_DEVICE;
}

static enum outcome run(struct sync *sync, uint16_t vendor, uint16_t product)
{
	enum outcome outcome;
	int error = libusb_init(NULL);

	if (error) {
		say_error("libusb", error);
		return OUTCOME_NO_DEVICE;
	}
	outcome = open_device(sync, vendor, product);
	if (outcome == OUTCOME_DONE && sync->stubborn)
		sync_stubbornly(sync);
	if (outcome == OUTCOME_DONE)
		outcome = sync_once(sync);
	if (sync->device) {
		libusb_release_interface(sync->device, 0);
		libusb_close(sync->device);
	}
	libusb_exit(NULL);
	return outcome;
}

static void watch_for_stop(bool stubborn)
{
	const struct sigaction action = { .sa_handler = stubborn ? SIG_IGN : ask_to_stop };

	sigaction(SIGTERM, &action, NULL);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "device", required_argument, NULL, 'd' },
		{ "output", required_argument, NULL, 'o' },
		{ "stubborn", no_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	unsigned int vendor = LOGGER_VENDOR, product = LOGGER_PRODUCT;
	struct sync sync = { 0 };
	enum outcome outcome;
	int option;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			if (sscanf(optarg, "%4x:%4x", &vendor, &product) == 2)
				break;
			fputs("logger-sync: --device wants VVVV:PPPP\n", stderr);
			return OUTCOME_USAGE;
		case 'o':
			sync.file = fopen(optarg, "we");
			if (sync.file)
				break;
			perror(optarg);
			return OUTCOME_NO_FILE;
		case 's':
			sync.stubborn = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return OUTCOME_DONE;
		default:
			return OUTCOME_USAGE;
		}
	}
	watch_for_stop(sync.stubborn);
	outcome = run(&sync, (uint16_t)vendor, (uint16_t)product);
	if (sync.file && fclose(sync.file) && outcome == OUTCOME_DONE) {
		puts("the file cannot be written");
		outcome = OUTCOME_NO_FILE;
	}
	return (int)outcome;
}
