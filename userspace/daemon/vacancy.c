// SPDX-License-Identifier: GPL-2.0-only
/* vacancy - see vacancy.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <libudev.h>

#include "device.h"
#include "duration.h"
#include "hold.h"
#include "job.h"
#include "kernel.h"
#include "log.h"
#include "metadata.h"
#include "numbers.h"
#include "settings.h"
#include "supervisor.h"
#include "vacancy.h"
#include "visit.h"

#define TIMER_SLACK_US	1000

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * DEVTASK_NSEC_PER_SEC + (uint64_t)now.tv_nsec;
}

static uint64_t return_ns(const struct devtask_vacancy *vacancy)
{
	return vacancy->kept->return_ns ? vacancy->kept->return_ns :
	       vacancy->rooms->settings->return_ns;
}

void devtask_vacancy_remember(struct devtask_vacancy *vacancy,
			      const struct devtask_device *device, uint32_t claim)
{
	struct devtask_keepsake_device *kept = vacancy->kept;
	struct devtask_metadata metadata;
	struct devtask_error error;
	struct udev *udev = udev_new();
	struct udev_device *found = udev ? udev_device_new_from_devnum(udev, 'c', device->number) :
				    NULL;

	kept->claim = claim;
	if (found) {
		devtask_port_read(&kept->known.port, found);
		udev_device_unref(found);
	}
	if (udev)
		udev_unref(udev);
	if (devtask_metadata_read(device, &metadata, &error))
		devtask_log(LOG_WARNING, vacancy->job->trigger,
			    "%s; if the device goes away it is waited for under its own id only",
			    error.text);
	if (metadata.return_is_said)
		kept->return_ns = metadata.return_ns;
	for (size_t i = 0; i < metadata.companion_count; i++) {
		kept->known.companions[i].vendor = metadata.companions[i].vendor;
		kept->known.companions[i].product = metadata.companions[i].product;
	}
	kept->known.companion_count = metadata.companion_count;
}

bool devtask_vacancy_is_away(const struct devtask_vacancy *vacancy)
{
	return vacancy->kept->away_ns;
}

static void cancel(const struct devtask_vacancy *vacancy, enum devtask_detail detail,
		   uint64_t measured, uint64_t required)
{
	devtask_supervisor_cancel(vacancy->rooms->supervisor, vacancy->job,
				  DEVTASK_REASON_CONDITION_LOSS, detail, measured, required);
}

static int on_late(sd_event_source *source, uint64_t usec, void *context)
{
	struct devtask_vacancy *vacancy = context;

	(void)source;
	(void)usec;
	vacancy->on_late = sd_event_source_disable_unref(vacancy->on_late);
	/* In developer mode the task goes on, and may still get its device. */
	cancel(vacancy, DEVTASK_DETAIL_DEVICE_NOT_RETURNED, now_ns() - vacancy->kept->away_ns,
	       return_ns(vacancy));
	return 0;
}

static bool wait_for(struct devtask_vacancy *vacancy)
{
	const struct devtask_port *port = &vacancy->kept->known.port;
	uint64_t end_ns = vacancy->kept->away_ns + return_ns(vacancy);
	char span[32];

	devtask_log(LOG_NOTICE, vacancy->job->trigger,
		    "the device %04x:%04x of task %u is gone; it is waited for at %s, for %s",
		    port->vendor, port->product, vacancy->job->id, port->place,
		    devtask_duration_format(return_ns(vacancy), span, sizeof(span)));
	/* Never early. */
	return sd_event_add_time(vacancy->loop, &vacancy->on_late, CLOCK_BOOTTIME,
				 (end_ns + 999) / 1000, TIMER_SLACK_US, on_late, vacancy) >= 0;
}

bool devtask_vacancy_begin(struct devtask_vacancy *vacancy, uint64_t since_ns)
{
	if (vacancy->on_late)
		return true;
	vacancy->kept->away_ns = since_ns ? since_ns : now_ns();
	vacancy->keep(vacancy->context);
	if (!*vacancy->kept->known.port.place)
		devtask_log(LOG_NOTICE, vacancy->job->trigger,
			    "the device of task %u is gone, and if it came back it could not be told "
			    "from others: it is part of no USB device and says no address of its own",
			    vacancy->job->id);
	else if (wait_for(vacancy))
		return true;
	devtask_vacancy_end(vacancy);
	cancel(vacancy, DEVTASK_DETAIL_DEVICE_DETACHED, 0, 0);
	return false;
}

void devtask_vacancy_end(struct devtask_vacancy *vacancy)
{
	vacancy->on_late = sd_event_source_disable_unref(vacancy->on_late);
	vacancy->kept->away_ns = 0;
	vacancy->told_count = 0;
}

void devtask_vacancy_clear(struct devtask_vacancy *vacancy)
{
	sd_event_source_disable_unref(vacancy->on_late);
	devtask_visit_cancel(vacancy->visit);
}

/* It is not: says so once. */
static void tell_other(struct devtask_vacancy *vacancy, struct udev_device *udev,
		       const struct devtask_port *seen, enum devtask_port_verdict verdict)
{
	const struct devtask_port *port = &vacancy->kept->known.port;
	dev_t number = udev_device_get_devnum(udev);

	for (unsigned int i = 0; i < vacancy->told_count && i < DEVTASK_VACANCY_TOLD; i++)
		if (vacancy->told[i] == number)
			return;
	vacancy->told[vacancy->told_count++ % DEVTASK_VACANCY_TOLD] = number;
	devtask_log(LOG_NOTICE, vacancy->job->trigger,
		    "task %u waits for the device %04x:%04x at %s; %04x:%04x at %s is not taken for "
		    "it: %s", vacancy->job->id, port->vendor, port->product, port->place,
		    seen->vendor, seen->product, seen->place,
		    verdict == DEVTASK_PORT_LOOKALIKE ? "that is another port" :
		    "the metadata of the device do not name that id");
}

static void on_mounted(int result, void *context)
{
	struct devtask_vacancy *vacancy = context;

	vacancy->visit = NULL;
	if (!result)
		devtask_log(LOG_INFO, vacancy->job->trigger,
			    "the device of task %u is back in its place", vacancy->job->id);
	else if (result != -ESRCH)
		devtask_log(LOG_WARNING, vacancy->job->trigger,
			    "the node of the device that is back could not be put into task %u (%s); "
			    "the task can still open it through /dev/devtask", vacancy->job->id,
			    strerror(-result));
}

void devtask_vacancy_mount(struct devtask_vacancy *vacancy, const char *node)
{
	struct devtask_error error;

	devtask_visit_cancel(vacancy->visit);
	vacancy->visit = NULL;
	if (devtask_visit_start(&vacancy->visit, vacancy->loop, vacancy->job->cgroup,
				vacancy->kept->claim, node, on_mounted, vacancy, &error))
		devtask_log(LOG_WARNING, vacancy->job->trigger, "%s", error.text);
}

static void hold_new(const struct devtask_vacancy *vacancy, const char *node)
{
	struct devtask_error error;
	int ret = devtask_hold_move(vacancy->rooms->hold, vacancy->job->id, node, &error);

	if (ret && ret != -ENOENT)
		devtask_log(LOG_WARNING, vacancy->job->trigger, "%s", error.text);
}

/* The access follows the device. The order is the meaning, see absence.c. */
static int follow(struct devtask_vacancy *vacancy, const struct devtask_device *device)
{
	uint32_t old = vacancy->kept->claim, claim;
	struct devtask_error error;
	int ret;

	ret = devtask_kernel_claim_replace(vacancy->rooms->kernel, vacancy->job->id, device->node,
					   device->hardware_id, old, &claim, &error);
	if (ret) {
		devtask_log(LOG_NOTICE, vacancy->job->trigger,
			    "%s is back, but task %u cannot have it yet: %s", device->node,
			    vacancy->job->id, error.text);
		return ret;
	}
	vacancy->kept->claim = claim;
	devtask_vacancy_end(vacancy);
	devtask_vacancy_mount(vacancy, device->node);
	vacancy->keep(vacancy->context);
	devtask_supervisor_move(vacancy->rooms->supervisor, vacancy->job->id, old, claim,
				device->number, device->hardware_id);
	hold_new(vacancy, device->node);
	return 0;
}

static bool come_back(struct devtask_vacancy *vacancy, struct udev_device *udev)
{
	char spec[DEVTASK_SPEC_MAX + 8];
	struct devtask_device device;
	struct devtask_error error;
	int ret;

	snprintf(spec, sizeof(spec), "path:%s", udev_device_get_devnode(udev));
	ret = devtask_device_find(spec, &device, &error);
	/* The name may be another device's by now. */
	if (!ret && device.number != udev_device_get_devnum(udev))
		ret = -ENODEV;
	if (!ret)
		ret = follow(vacancy, &device);
	if (ret == -ECANCELED)
		devtask_vacancy_end(vacancy);
	return !ret || ret == -ECANCELED;
}

bool devtask_vacancy_consider(struct devtask_vacancy *vacancy, struct udev_device *udev,
			      const struct devtask_port *seen)
{
	enum devtask_port_verdict verdict;

	if (!devtask_vacancy_is_away(vacancy))
		return true;
	verdict = devtask_port_judge(&vacancy->kept->known, seen);
	switch (verdict) {
	case DEVTASK_PORT_OTHER:
		break;
	case DEVTASK_PORT_SAME:
		return come_back(vacancy, udev);
	case DEVTASK_PORT_STRANGER:
	case DEVTASK_PORT_LOOKALIKE:
		tell_other(vacancy, udev, seen, verdict);
	}
	return true;
}
