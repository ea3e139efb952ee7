// SPDX-License-Identifier: GPL-2.0-only
/* APP-8: what is kept of devices outlives the helper, whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keepsake.h"
#include "scratch.h"
#include "unit.h"

#define TRIGGER	"6b7a4a0c-1d3e-4f5a-8b9c-0d1e2f3a4b5c"
#define OTHER	"00000000-1d3e-4f5a-8b9c-0d1e2f3a4b5c"

static struct scratch scratch;
static struct devtask_error failure;
static int directory;

static int make(void **state)
{
	(void)state;
	scratch_make(&scratch);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	scratch_clear(&scratch);
	directory = devtask_keepsake_open(scratch.directory, &failure);
	return directory < 0;
}

static int tear_down(void **state)
{
	(void)state;
	return close(directory);
}

static struct devtask_keepsake example(void)
{
	struct devtask_keepsake keepsake = { .trigger = TRIGGER, .count = 2 };
	struct devtask_keepsake_device *device = keepsake.devices;

	device->claim = 7;
	device->return_ns = 90000000000ull;
	device->away_ns = 123456789012345ull;
	strcpy(device->known.port.place, "/devices/pci0000:00/0000:00:14.0/usb1/1-2");
	strcpy(device->known.port.peer, "/devices/pci0000:00/0000:00:14.0/usb2/2-2");
	strcpy(device->known.port.subsystem, "usb");
	device->known.port.interface = -1;
	device->known.port.vendor = 0x1209;
	device->known.port.product = 0xdb01;
	device->known.companion_count = 16;
	for (uint16_t i = 0; i < 16; i++) {
		device->known.companions[i].vendor = 0xffff;
		device->known.companions[i].product = (uint16_t)(0xfff0 + i);
	}
	device++;
	device->claim = 4294967295u;
	/* A device names itself: blanks and all. */
	strcpy(device->known.port.place, "hid:5:00:11 22/input0:end device");
	strcpy(device->known.port.subsystem, "hidraw");
	device->known.port.interface = 3;
	return keepsake;
}

/* APP-8 */
static void all_of_it_comes_back(void **state)
{
	struct devtask_keepsake kept = example(), read;

	(void)state;
	assert_int_equal(devtask_keepsake_write(directory, &kept, &failure), 0);
	assert_int_equal(devtask_keepsake_read(directory, TRIGGER, &read, &failure), 0);
	assert_memory_equal(&read, &kept, sizeof(kept));
	kept.devices[0].away_ns = 0;
	kept.count = 1;
	memset(&kept.devices[1], 0, sizeof(kept.devices[1]));
	assert_int_equal(devtask_keepsake_write(directory, &kept, &failure), 0);
	assert_int_equal(devtask_keepsake_read(directory, TRIGGER, &read, &failure), 0);
	assert_memory_equal(&read, &kept, sizeof(kept));
}

/* APP-8 */
static void nobody_but_root_reads_it(void **state)
{
	struct devtask_keepsake kept = example();
	struct stat st;

	(void)state;
	assert_int_equal(devtask_keepsake_write(directory, &kept, &failure), 0);
	assert_int_equal(fstat(directory, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(fstatat(directory, TRIGGER, &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* APP-8 */
static void what_is_not_whole_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "end", "device\nclaim 7\n", "claim 7\nend\n", "device\nclaim seven\nend\n",
		"device\nclaim 7\nend\nend\n", "device\ncolour 7\nend\n", "device\nid 1209\nend\n",
		"device\nid 1209:00012\nend\n", "device\nplace \nend\n", "device\nclaim 7 8\nend\n",
		"end\ndevice\n",
	};
	struct devtask_keepsake read;

	(void)state;
	assert_int_equal(devtask_keepsake_read(directory, TRIGGER, &read, &failure), -ENOENT);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		unlinkat(directory, TRIGGER, 0);
		scratch_write(&scratch, TRIGGER, 0, texts[i], strlen(texts[i]));
		/* "end" alone is a task without devices. */
		if (!strcmp(texts[i], "end"))
			assert_int_equal(devtask_keepsake_read(directory, TRIGGER, &read, &failure), 0);
		else
			assert_int_equal(devtask_keepsake_read(directory, TRIGGER, &read, &failure),
					 -EBADMSG);
	}
}

/* APP-8 */
static void too_many_of_anything_are_refused(void **state)
{
	struct devtask_keepsake read;
	char text[4096] = "device\n";

	(void)state;
	for (int i = 0; i < 17; i++)
		strcat(text, "companion 1209:0001\n");
	strcat(text, "end\n");
	scratch_write(&scratch, TRIGGER, 0, text, strlen(text));
	assert_int_equal(devtask_keepsake_read(directory, TRIGGER, &read, &failure), -EBADMSG);
	unlinkat(directory, TRIGGER, 0);
	*text = '\0';
	for (int i = 0; i < DEVTASK_MESSAGE_DEVICES + 1; i++)
		strcat(text, "device\n");
	strcat(text, "end\n");
	scratch_write(&scratch, TRIGGER, 0, text, strlen(text));
	assert_int_equal(devtask_keepsake_read(directory, TRIGGER, &read, &failure), -EBADMSG);
}

static bool is_trigger(const char *trigger, void *context)
{
	(void)context;
	return !strcmp(trigger, TRIGGER);
}

/* APP-8 */
static void what_no_task_wants_is_swept_away(void **state)
{
	struct devtask_keepsake kept = example();

	(void)state;
	assert_int_equal(devtask_keepsake_write(directory, &kept, &failure), 0);
	strcpy(kept.trigger, OTHER);
	assert_int_equal(devtask_keepsake_write(directory, &kept, &failure), 0);
	/* Of a helper that was killed while it wrote. */
	scratch_write(&scratch, "." TRIGGER, 0, "dev", 3);
	scratch_write(&scratch, "else", 0, "x", 1);
	devtask_keepsake_sweep(directory, is_trigger, NULL);
	assert_int_equal(faccessat(directory, TRIGGER, F_OK, 0), 0);
	assert_int_equal(faccessat(directory, "else", F_OK, 0), 0);
	assert_int_equal(faccessat(directory, OTHER, F_OK, 0), -1);
	assert_int_equal(faccessat(directory, "." TRIGGER, F_OK, 0), -1);
	devtask_keepsake_remove(directory, TRIGGER);
	assert_int_equal(faccessat(directory, TRIGGER, F_OK, 0), -1);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_of_it_comes_back),
		TEST(nobody_but_root_reads_it),
		TEST(what_is_not_whole_is_refused),
		TEST(too_many_of_anything_are_refused),
		TEST(what_no_task_wants_is_swept_away),
	};

	return cmocka_run_group_tests_name("keepsake", tests, make, drop);
}
