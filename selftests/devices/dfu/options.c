// SPDX-License-Identifier: GPL-2.0-only
/* The command line of devtask-dfu, and its help. Does nothing but read. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] =
	"devtask-dfu --firmware FILE [OPTION...]     be a USB device with firmware, until SIGTERM\n"
	"\n"
	"  --firmware FILE      its flash: read at the start, written when new firmware is in force\n"
	"  --id VVVV:PPPP       vendor and product in run time (1209:db01)\n"
	"  --dfu-id VVVV:PPPP   and in DFU mode (1209:db02)\n"
	"  --serial TEXT        serial number (DFU0001)\n"
	"  --port N             port of the virtual host controller (0)\n"
	"  --log FILE           JSON lines of what happens to it (standard output)\n"
	"  --dfu-mode           be in DFU mode from the start\n"
	"\n"
	"On its way to DFU mode it\n"
	"  --away-ms N          is away that long (300)\n"
	"  --return-port N      comes back at that port (the same)\n"
	"  --never-returns\n"
	"  --needs-reset        goes at a reset of the bus only\n"
	"\n"
	"Of the firmware\n"
	"  --transfer-bytes N   are in one transfer at most (1024)\n"
	"  --block-ms N         it takes for each of them (10)\n"
	"  --manifest-ms N      it takes to make it the one that runs (200)\n"
	"  --fail-at-block N    block N, counted from 1, cannot be written\n"
	"  --hang-at-block N    block N is never answered\n"
	"\n"
	"When its new firmware is in force it starts anew by itself, and is away for a moment; or\n"
	"  --stays              goes on answering in DFU mode\n"
	"  --awaits-reset       waits in DFU mode for a reset of the bus\n";

enum option_value {
	OPTION_FIRMWARE = 1,
	OPTION_ID,
	OPTION_DFU_ID,
	OPTION_SERIAL,
	OPTION_PORT,
	OPTION_LOG,
	OPTION_DFU_MODE,
	OPTION_AWAY,
	OPTION_RETURN_PORT,
	OPTION_NEVER_RETURNS,
	OPTION_NEEDS_RESET,
	OPTION_TRANSFER,
	OPTION_BLOCK,
	OPTION_MANIFEST,
	OPTION_FAIL,
	OPTION_HANG,
	OPTION_STAYS,
	OPTION_AWAITS_RESET,
	OPTION_HELP,
};

static const struct option long_options[] = {
	{ "firmware", required_argument, NULL, OPTION_FIRMWARE },
	{ "id", required_argument, NULL, OPTION_ID },
	{ "dfu-id", required_argument, NULL, OPTION_DFU_ID },
	{ "serial", required_argument, NULL, OPTION_SERIAL },
	{ "port", required_argument, NULL, OPTION_PORT },
	{ "log", required_argument, NULL, OPTION_LOG },
	{ "dfu-mode", no_argument, NULL, OPTION_DFU_MODE },
	{ "away-ms", required_argument, NULL, OPTION_AWAY },
	{ "return-port", required_argument, NULL, OPTION_RETURN_PORT },
	{ "never-returns", no_argument, NULL, OPTION_NEVER_RETURNS },
	{ "needs-reset", no_argument, NULL, OPTION_NEEDS_RESET },
	{ "transfer-bytes", required_argument, NULL, OPTION_TRANSFER },
	{ "block-ms", required_argument, NULL, OPTION_BLOCK },
	{ "manifest-ms", required_argument, NULL, OPTION_MANIFEST },
	{ "fail-at-block", required_argument, NULL, OPTION_FAIL },
	{ "hang-at-block", required_argument, NULL, OPTION_HANG },
	{ "stays", no_argument, NULL, OPTION_STAYS },
	{ "awaits-reset", no_argument, NULL, OPTION_AWAITS_RESET },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ NULL, 0, NULL, 0 },
};

static void leave_with_usage(const char *wrong)
{
	if (!wrong) {
		fputs(usage, stdout);
		exit(0);
	}
	fprintf(stderr, "devtask-dfu: %s; see devtask-dfu --help\n", wrong);
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

static void read_id(const char *text, uint16_t *vendor, uint16_t *product)
{
	unsigned int first, second;
	int length = 0;

	if (sscanf(text, "%4x:%4x%n", &first, &second, &length) != 2 || text[length])
		leave_with_usage("an id is VVVV:PPPP, two numbers of four hexadecimal digits");
	*vendor = (uint16_t)first;
	*product = (uint16_t)second;
}

static void take_flag(struct dfu_options *options, int option)
{
	switch ((enum option_value)option) {
	case OPTION_DFU_MODE:
		options->in_dfu_mode = true;
		break;
	case OPTION_NEVER_RETURNS:
		options->never_returns = true;
		break;
	case OPTION_NEEDS_RESET:
		options->manner.will_detach = false;
		break;
	case OPTION_STAYS:
		options->restarts = false;
		break;
	case OPTION_AWAITS_RESET:
		options->manner.is_tolerant = false;
		options->restarts = false;
		break;
	case OPTION_HELP:
		leave_with_usage(NULL);
		break;
	default:
		leave_with_usage("there is no such option");
	}
}

/* Where the number of an option goes, or NULL if it has none. */
static uint32_t *number_of(struct dfu_options *options, int option)
{
	switch ((enum option_value)option) {
	case OPTION_PORT:
		return &options->port;
	case OPTION_RETURN_PORT:
		return &options->return_port;
	case OPTION_AWAY:
		return &options->away_ms;
	case OPTION_TRANSFER:
		return &options->manner.transfer_bytes;
	case OPTION_BLOCK:
		return &options->manner.block_ms;
	case OPTION_MANIFEST:
		return &options->manner.manifest_ms;
	case OPTION_FAIL:
		return &options->manner.fail_at_block;
	case OPTION_HANG:
		return &options->hang_at_block;
	default:
		return NULL;
	}
}

static bool take_text(struct dfu_options *options, int option, const char *text)
{
	struct dfu_identity *identity = &options->identity;

	switch ((enum option_value)option) {
	case OPTION_FIRMWARE:
		options->firmware = text;
		return true;
	case OPTION_ID:
		read_id(text, &identity->vendor, &identity->product);
		return true;
	case OPTION_DFU_ID:
		read_id(text, &identity->dfu_vendor, &identity->dfu_product);
		return true;
	case OPTION_SERIAL:
		identity->serial = text;
		return true;
	case OPTION_LOG:
		options->log = text;
		return true;
	default:
		return false;
	}
}

struct dfu_options dfu_options_read(int argc, char **argv)
{
	struct dfu_options options = {
		.identity = {
			.vendor = 0x1209,
			.product = 0xdb01,
			.dfu_vendor = 0x1209,
			.dfu_product = 0xdb02,
			.serial = "DFU0001",
		},
		.manner = {
			.transfer_bytes = 1024,
			.block_ms = 10,
			.manifest_ms = 200,
			.will_detach = true,
			.is_tolerant = true,
		},
		.return_port = UINT32_MAX,
		.away_ms = 300,
		.restarts = true,
	};
	uint32_t *place;
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		place = number_of(&options, option);
		if (place)
			*place = number(optarg);
		else if (!take_text(&options, option, optarg))
			take_flag(&options, option);
	}
	if (optind < argc || !options.firmware)
		leave_with_usage("it wants options, --firmware among them");
	if (!options.manner.transfer_bytes || options.manner.transfer_bytes > 4096)
		leave_with_usage("--transfer-bytes is 1 to 4096");
	if (options.return_port == UINT32_MAX)
		options.return_port = options.port;
	return options;
}
