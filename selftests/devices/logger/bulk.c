// SPDX-License-Identifier: GPL-2.0-only
/* The bulk pair: one thread takes a request, sends its records, takes the next. FunctionFS
 * blocks in read and write until the host has done its part; a signal takes the transfer back,
 * and that is how the thread is called off. Knows nothing of the control pipe.
 */
#include "bulk.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "protocol.h"
#include "record.h"
#include "report.h"

#define CALL_OFF_SIGNAL SIGUSR1
#define CALL_OFF_AGAIN_MS 5

static const struct logger_manner *manner;
static int in = -1, out = -1;
static pthread_t thread;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* protects all below */
static pthread_cond_t changed;
static unsigned int generation; /* grows when what is in hand is to be dropped */
static unsigned int seen;       /* the generation that the thread works in */
static bool stalled;
static bool stall_is_due; /* once, when manner->stall_after records have been sent */
static bool stopping;
static uint32_t sent;

static void wake_up_only(int signal)
{
	(void)signal;
}

static struct timespec after_ms(clockid_t clock, uint32_t delay_ms)
{
	struct timespec then;

	clock_gettime(clock, &then);
	then.tv_sec += delay_ms / 1000;
	then.tv_nsec += (long)(delay_ms % 1000) * 1000000;
	if (then.tv_nsec >= 1000000000) {
		then.tv_sec++;
		then.tv_nsec -= 1000000000;
	}
	return then;
}

/* Wait for the time of the next record and for the end of a stall. False: dropped. */
static bool wait_for_turn(unsigned int mine)
{
	struct timespec then = after_ms(CLOCK_MONOTONIC, manner->every_ms);
	bool go;

	pthread_mutex_lock(&lock);
	if (stall_is_due && sent == manner->stall_after) {
		stalled = true;
		stall_is_due = false;
		logger_report_say("stalled", ", \"records\": %" PRIu32, sent);
	}
	while (manner->every_ms && mine == generation &&
	       pthread_cond_timedwait(&changed, &lock, &then) != ETIMEDOUT)
		;
	while (stalled && mine == generation)
		pthread_cond_wait(&changed, &lock);
	go = mine == generation;
	pthread_mutex_unlock(&lock);
	return go;
}

/* False: dropped, or the host is gone. */
static bool send_record(unsigned int mine, uint32_t index)
{
	uint8_t record[LOGGER_RECORD_MAX];
	size_t size = logger_record_make(record, index, manner->payload_bytes);

	if (!wait_for_turn(mine))
		return false;
	if (write(in, record, size) != (ssize_t)size)
		return false;
	logger_report_record(index, size);
	pthread_mutex_lock(&lock);
	sent++;
	pthread_mutex_unlock(&lock);
	return true;
}

static void serve(unsigned int mine, const struct logger_request *request)
{
	uint32_t first = le32toh(request->first), count = le32toh(request->count);

	if (le32toh(request->magic) != LOGGER_REQUEST_MAGIC || first > manner->records ||
	    count > manner->records - first) {
		logger_report_say("bad-request", ", \"first\": %" PRIu32 ", \"count\": %" PRIu32,
				  first, count);
		return;
	}
	for (uint32_t i = first; i < first + count; i++)
		if (!send_record(mine, i))
			return;
}

/* Nothing is in hand. True: go on, in generation @mine. */
static bool enter_generation(unsigned int *mine)
{
	bool go;

	pthread_mutex_lock(&lock);
	seen = generation;
	pthread_cond_broadcast(&changed);
	*mine = generation;
	go = !stopping;
	pthread_mutex_unlock(&lock);
	return go;
}

static void *serve_requests(void *unused)
{
	uint8_t packet[LOGGER_PACKET];
	struct logger_request request;
	unsigned int mine;
	ssize_t size;

	(void)unused;
	while (enter_generation(&mine)) {
		/* Waits for the host to come, too. */
		size = read(out, packet, sizeof(packet));
		if (size < 0)
			continue;
		logger_report_transfer(LOGGER_PIPE_OUT, (uint64_t)size);
		if (size != sizeof(request))
			continue;
		memcpy(&request, packet, sizeof(request));
		serve(mine, &request);
	}
	return NULL;
}

static int open_endpoint(const char *mount_point, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", mount_point, name);
	return open(path, O_RDWR | O_CLOEXEC);
}

int logger_bulk_start(const char *mount_point, const struct logger_manner *how)
{
	const struct sigaction action = { .sa_handler = wake_up_only };
	pthread_condattr_t attributes;

	manner = how;
	stall_is_due = manner->stall_after != 0;
	in = open_endpoint(mount_point, "ep1");
	out = open_endpoint(mount_point, "ep2");
	if (in < 0 || out < 0 || sigaction(CALL_OFF_SIGNAL, &action, NULL))
		return -1;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&changed, &attributes);
	pthread_condattr_destroy(&attributes);
	errno = pthread_create(&thread, NULL, serve_requests, NULL);
	return errno ? -1 : 0;
}

/* The signal may arrive just before the thread blocks, so it is sent again until it was heard. */
void logger_bulk_abandon(void)
{
	struct timespec then;

	pthread_mutex_lock(&lock);
	generation++;
	pthread_cond_broadcast(&changed);
	while (seen != generation) {
		pthread_kill(thread, CALL_OFF_SIGNAL);
		then = after_ms(CLOCK_MONOTONIC, CALL_OFF_AGAIN_MS);
		pthread_cond_timedwait(&changed, &lock, &then);
	}
	pthread_mutex_unlock(&lock);
}

void logger_bulk_stall(void)
{
	pthread_mutex_lock(&lock);
	stalled = true;
	pthread_mutex_unlock(&lock);
}

void logger_bulk_resume(void)
{
	pthread_mutex_lock(&lock);
	stalled = false;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

void logger_bulk_stop(void)
{
	struct timespec then;

	pthread_mutex_lock(&lock);
	stopping = true;
	pthread_mutex_unlock(&lock);
	logger_bulk_abandon();
	do {
		pthread_kill(thread, CALL_OFF_SIGNAL);
		then = after_ms(CLOCK_REALTIME, CALL_OFF_AGAIN_MS);
	} while (pthread_timedjoin_np(thread, NULL, &then) == ETIMEDOUT);
	close(in);
	close(out);
}
