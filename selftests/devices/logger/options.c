// SPDX-License-Identifier: GPL-2.0-only
/* The command line of devtask-logger, and its help. Does nothing but read. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol.h"

static const char usage[] =
	"devtask-logger [OPTIONS]                 be a USB data logger until SIGTERM\n"
	"devtask-logger --tell SOCKET ORDER       give an order to a running one\n"
	"\n"
	"  --udc NAME           device controller (dummy_udc.0), see /sys/class/udc\n"
	"  --id VVVV:PPPP       vendor and product (1209:0001)\n"
	"  --serial TEXT        serial number (LOG0001)\n"
	"  --records N          how many it holds (200)\n"
	"  --payload BYTES      of each record (968)\n"
	"  --every-ms N         one record in N ms (0: as fast as it can)\n"
	"  --stall-after K      stop answering on the bulk pipes after K records\n"
	"  --dead               leave control requests unanswered from the start\n"
	"  --log FILE           JSON lines of what it sees (standard output)\n"
	"  --no-transfers       leave the transfers out of the log, not out of the counts\n"
	"  --image FILE         write what a reader should have in the end\n"
	"  --control SOCKET     where it takes orders\n"
	"\n"
	"Orders: plug, unplug, stall, resume, dead, alive, counts. The answer is one JSON line,\n"
	"given when the order has been done.\n";

enum option_value {
	OPTION_UDC = 1,
	OPTION_ID,
	OPTION_SERIAL,
	OPTION_RECORDS,
	OPTION_PAYLOAD,
	OPTION_EVERY,
	OPTION_STALL,
	OPTION_DEAD,
	OPTION_LOG,
	OPTION_NO_TRANSFERS,
	OPTION_IMAGE,
	OPTION_CONTROL,
	OPTION_TELL,
	OPTION_HELP,
};

static const struct option long_options[] = {
	{ "udc", required_argument, NULL, OPTION_UDC },
	{ "id", required_argument, NULL, OPTION_ID },
	{ "serial", required_argument, NULL, OPTION_SERIAL },
	{ "records", required_argument, NULL, OPTION_RECORDS },
	{ "payload", required_argument, NULL, OPTION_PAYLOAD },
	{ "every-ms", required_argument, NULL, OPTION_EVERY },
	{ "stall-after", required_argument, NULL, OPTION_STALL },
	{ "dead", no_argument, NULL, OPTION_DEAD },
	{ "log", required_argument, NULL, OPTION_LOG },
	{ "no-transfers", no_argument, NULL, OPTION_NO_TRANSFERS },
	{ "image", required_argument, NULL, OPTION_IMAGE },
	{ "control", required_argument, NULL, OPTION_CONTROL },
	{ "tell", required_argument, NULL, OPTION_TELL },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ NULL, 0, NULL, 0 },
};

static void leave_with_usage(const char *wrong)
{
	if (!wrong) {
		fputs(usage, stdout);
		exit(0);
	}
	fprintf(stderr, "devtask-logger: %s; see devtask-logger --help\n", wrong);
	exit(2);
}

static uint32_t number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || end == text || value > 100000000)
		leave_with_usage("an option needs a plain number");
	return (uint32_t)value;
}

static void read_id(const char *text, struct logger_gadget_names *names)
{
	unsigned int vendor, product;
	int length = 0;

	if (sscanf(text, "%4x:%4x%n", &vendor, &product, &length) != 2 || text[length])
		leave_with_usage("--id wants VVVV:PPPP, two numbers of four hexadecimal digits");
	names->vendor = (uint16_t)vendor;
	names->product = (uint16_t)product;
}

static void check(const struct logger_options *options)
{
	uint32_t payload = options->manner.payload_bytes;

	if (!payload || payload > LOGGER_PAYLOAD_MAX)
		leave_with_usage("--payload is out of range");
	if ((payload + sizeof(struct logger_header)) % LOGGER_PACKET == 0)
		leave_with_usage("--payload would make records end with a full packet");
	if (strlen(options->names.serial) > 20 || strpbrk(options->names.serial, "/ .\n"))
		leave_with_usage("--serial wants up to 20 letters and digits");
}

struct logger_options logger_options_read(int argc, char **argv)
{
	struct logger_options options = {
		.names = {
			.udc = "dummy_udc.0",
			.vendor = LOGGER_VENDOR,
			.product = LOGGER_PRODUCT,
			.serial = "LOG0001",
		},
		.log_transfers = true,
		.manner = { .records = 200, .payload_bytes = 968 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (option) {
		case OPTION_UDC:
			options.names.udc = optarg;
			break;
		case OPTION_ID:
			read_id(optarg, &options.names);
			break;
		case OPTION_SERIAL:
			options.names.serial = optarg;
			break;
		case OPTION_RECORDS:
			options.manner.records = number(optarg);
			break;
		case OPTION_PAYLOAD:
			options.manner.payload_bytes = number(optarg);
			break;
		case OPTION_EVERY:
			options.manner.every_ms = number(optarg);
			break;
		case OPTION_STALL:
			options.manner.stall_after = number(optarg);
			break;
		case OPTION_DEAD:
			options.dead = true;
			break;
		case OPTION_LOG:
			options.log = optarg;
			break;
		case OPTION_NO_TRANSFERS:
			options.log_transfers = false;
			break;
		case OPTION_IMAGE:
			options.image = optarg;
			break;
		case OPTION_CONTROL:
			options.control = optarg;
			break;
		case OPTION_TELL:
			options.tell = optarg;
			break;
		case OPTION_HELP:
			leave_with_usage(NULL);
			break;
		default:
			exit(2);
		}
	}
	options.order = options.tell ? argv[optind] : NULL;
	if (optind + (options.tell ? 1 : 0) != argc)
		leave_with_usage(options.tell ? "--tell wants one order" : "unexpected argument");
	check(&options);
	return options;
}
