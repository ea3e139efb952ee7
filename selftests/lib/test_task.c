// SPDX-License-Identifier: GPL-2.0-only
/*
 * The task's side of libdevtask, on a host without the module.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <devtask.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"

static int open_task(void **state)
{
	fake_reset();
	fake.is_task = 1;
	return devtask_task_open((struct devtask_task **)state);
}

static int close_task(void **state)
{
	devtask_task_close(*state);
	return 0;
}

static void an_ordinary_process_is_no_task(void **state)
{
	struct devtask_task *task;

	(void)state;
	fake_reset();
	assert_int_equal(devtask_task_open(&task), -ESRCH);
	assert_non_null(strstr(devtask_sentence(), "no running task"));
	fake.open_err = -ENOENT;
	assert_int_equal(devtask_task_open(&task), -ENOENT);
	devtask_task_close(NULL);
	devtask_details_free(NULL);
}

/* APP-2, RUN-10 */
static void the_details_are_told_with_every_member(void **state)
{
	struct devtask_details *details;
	char arguments[4097] = "";

	memset(arguments, 0xc3, 4096);
	fake.device = "usb:1209:0001";
	fake.arguments = arguments;
	fake.details = (struct devtask_app_details){
		.type = DEVTASK_TYPE_USE, .state = DEVTASK_STATE_CANCELING, .claims = 2,
		.estimate_ns = 3, .elapsed_ns = 4, .remaining_ns = 5, .since_io_ns = 6,
		.io_interval_ns = 7, .reason = DEVTASK_REASON_TERMINATING,
		.detail = DEVTASK_DETAIL_APP_EXITED,
		.measured = 8, .required = 9,
		.trigger = "0f0e0d0c-0b0a-4908-8706-050403020100",
	};
	assert_int_equal(devtask_task_details(*state, &details), 0);
	assert_int_equal(details->type, DEVTASK_TYPE_USE);
	assert_int_equal(details->state, DEVTASK_STATE_CANCELING);
	assert_int_equal(details->devices, 2);
	assert_int_equal(details->estimate_ns, 3);
	assert_int_equal(details->elapsed_ns, 4);
	assert_int_equal(details->remaining_ns, 5);
	assert_int_equal(details->since_io_ns, 6);
	assert_int_equal(details->io_interval_ns, 7);
	assert_true(details->canceled);
	assert_int_equal(details->reason, DEVTASK_REASON_TERMINATING);
	assert_int_equal(details->detail, DEVTASK_DETAIL_APP_EXITED);
	assert_int_equal(details->measured, 8);
	assert_int_equal(details->required, 9);
	assert_string_equal(details->trigger, "0f0e0d0c-0b0a-4908-8706-050403020100");
	assert_string_equal(details->device, "usb:1209:0001");
	assert_string_equal(details->arguments, arguments);
	devtask_details_free(details);
}

/* END-1 */
static void the_cancellation_is_a_descriptor_and_a_reason(void **state)
{
	enum devtask_reason reason = DEVTASK_REASON_ABORT;
	struct pollfd fd = { .fd = devtask_task_fd(*state), .events = POLLIN };

	assert_int_equal(poll(&fd, 1, 0), 0);
	assert_int_equal(devtask_task_is_canceled(*state, &reason, NULL), 0);
	fake.details.reason = DEVTASK_REASON_IDLE_TASK;
	fake.details.detail = DEVTASK_DETAIL_NO_IO;
	fake_event(&(struct devtask_app_event){ .kind = DEVTASK_APP_EVENT_CANCELED }, NULL);
	assert_int_equal(poll(&fd, 1, 0), 1);
	assert_int_equal(devtask_task_is_canceled(*state, &reason, NULL), 1);
	assert_int_equal(reason, DEVTASK_REASON_IDLE_TASK);
	assert_int_equal(devtask_task_is_canceled(*state, NULL, NULL), 1);
	fake.err = -EIO;
	assert_int_equal(devtask_task_is_canceled(*state, NULL, NULL), -EIO);
}

static void a_device_is_opened_as_it_was_asked_for(void **state)
{
	int fd = devtask_task_open_device(*state, 0, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	assert_true(fd > 2);
	close(fd);
	assert_int_equal(fake.open_flags, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	fake.err = -ENXIO;
	assert_int_equal(devtask_task_open_device(*state, 1, O_RDWR), -ENXIO);
	assert_non_null(strstr(devtask_sentence(), "no such device"));
	fake.err = -ENODEV;
	assert_int_equal(devtask_task_open_device(*state, 0, O_RDWR), -ENODEV);
	assert_non_null(strstr(devtask_sentence(), "taken back"));
}

/* APP-3, END-4 */
static void progress_and_result_go_through_unchanged(void **state)
{
	char result[4098] = "";

	assert_int_equal(devtask_task_set_progress(*state, UINT32_MAX), 0);
	assert_int_equal(fake.progress, UINT32_MAX);
	assert_int_equal(devtask_task_set_result(*state, ""), 0);
	assert_string_equal(fake.last_result, "");
	memset(result, 'r', 4097);
	assert_int_equal(devtask_task_set_result(*state, result), -EINVAL);
	result[4096] = '\0';
	assert_int_equal(devtask_task_set_result(*state, result), 0);
	assert_string_equal(fake.last_result, result);
	assert_int_equal(devtask_task_set_result(*state, NULL), -EINVAL);
}

/* APP-9 */
static void an_unsafe_phase_begins_and_ends_or_is_refused(void **state)
{
	assert_int_equal(devtask_task_set_unsafe(*state, true), 0);
	assert_int_equal(fake.unsafe, 1);
	assert_int_equal(devtask_task_set_unsafe(*state, false), 0);
	assert_int_equal(fake.unsafe, 0);
	fake.err = -ECANCELED;
	assert_int_equal(devtask_task_set_unsafe(*state, true), -ECANCELED);
	assert_non_null(strstr(devtask_sentence(), "do not begin"));
	fake.err = -ENOTTY;
	assert_int_equal(devtask_task_set_unsafe(*state, true), -ENOTTY);
	assert_non_null(strstr(devtask_sentence(), "older"));
}

/* APP-8, APP-9, RUN-1 */
static void what_happens_to_a_task_is_told_with_every_member(void **state)
{
	struct devtask_event *event;

	assert_int_equal(devtask_task_next(*state, 0, &event), -EAGAIN);
	assert_int_equal(devtask_task_next(*state, 1, &event), -ETIMEDOUT);
	fake_event(&(struct devtask_app_event){ .kind = DEVTASK_APP_EVENT_DEVICE, .seq = 1,
						.claim = 3 }, NULL);
	fake_event(&(struct devtask_app_event){ .kind = DEVTASK_APP_EVENT_DEVICE, .seq = 2,
						.claim = 3, .lost = 4,
						.flags = DEVTASK_APP_EVENT_HAS_DEVICE }, NULL);
	fake_event(&(struct devtask_app_event){ .kind = DEVTASK_APP_EVENT_WARNING, .seq = 3,
						.measured = 1740, .required = 1800 }, NULL);
	fake_event(&(struct devtask_app_event){ .kind = DEVTASK_APP_EVENT_CANCELED, .seq = 4,
						.reason = DEVTASK_REASON_EXECUTION_TIME_EXCEEDED,
						.detail = DEVTASK_DETAIL_WALL_CLOCK,
						.flags = DEVTASK_APP_EVENT_HAS_REASON |
							 DEVTASK_APP_EVENT_UNSAFE }, NULL);
	assert_int_equal(devtask_task_next(*state, -1, &event), 0);
	assert_int_equal(event->kind, DEVTASK_SESSION_EVENT_DEVICE);
	assert_string_equal(devtask_event_name(event->kind), "device");
	assert_int_equal(event->device, 3);
	assert_false(event->attached);
	devtask_event_free(event);
	assert_int_equal(devtask_task_next(*state, 1000, &event), 0);
	assert_true(event->attached);
	assert_int_equal(event->lost, 4);
	devtask_event_free(event);
	assert_int_equal(devtask_task_next(*state, 0, &event), 0);
	assert_int_equal(event->kind, DEVTASK_SESSION_EVENT_WARNING);
	assert_string_equal(devtask_event_name(event->kind), "warning");
	assert_int_equal(event->measured, 1740);
	assert_int_equal(event->required, 1800);
	assert_false(event->unsafe);
	devtask_event_free(event);
	assert_int_equal(devtask_task_next(*state, 0, &event), 0);
	assert_int_equal(event->kind, DEVTASK_SESSION_EVENT_CANCELED);
	assert_true(event->canceled);
	assert_true(event->unsafe);
	devtask_event_free(event);
	close(fake.kernel);
	fake.kernel = 0;
	assert_int_equal(devtask_task_next(*state, -1, &event), -ECANCELED);
}

#define WITH_TASK(test) cmocka_unit_test_setup_teardown(test, open_task, close_task)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ordinary_process_is_no_task),
		WITH_TASK(the_details_are_told_with_every_member),
		WITH_TASK(the_cancellation_is_a_descriptor_and_a_reason),
		WITH_TASK(a_device_is_opened_as_it_was_asked_for),
		WITH_TASK(progress_and_result_go_through_unchanged),
		WITH_TASK(an_unsafe_phase_begins_and_ends_or_is_refused),
		WITH_TASK(what_happens_to_a_task_is_told_with_every_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
