// SPDX-License-Identifier: GPL-2.0-only
/*
 * conf - see conf.h. libinih takes the lines apart; the reader in front of it counts them, so
 * that each mistake has its place, and withholds what libinih would take for something else
 * (a continued line, half a line).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <ini.h>
#include <systemd/sd-daemon.h>

#include "conf.h"
#include "conf_value.h"
#include "log.h"

#define FILE_NAME	"devtask.conf"
#define DROP_IN_NAME	"devtask.conf.d"
#define BYTE_ORDER_MARK	"\xef\xbb\xbf"

typedef void mistake_fn(const char *line, void *context);

struct devtask_conf {
	struct devtask_conf_source source;
	char *directory;
	struct devtask_settings settings;
	sd_event_source *on_hangup;
	devtask_conf_fn *fn;
	void *context;
};

/* One reading of all files. */
struct reading {
	const struct devtask_conf_source *source;
	struct devtask_settings *settings;
	mistake_fn *mistake;
	void *context;
	unsigned int mistakes;
};

struct input {
	struct reading *reading;
	const char *path;
	FILE *stream;
	unsigned int line;
	char *text;
	size_t size;
};

static void __attribute__((format(printf, 4, 5)))
blame(struct reading *reading, const char *path, unsigned int line, const char *format, ...)
{
	char text[1024];
	va_list args;
	int length;

	length = line ? snprintf(text, sizeof(text), "%s:%u: ", path, line) :
		 snprintf(text, sizeof(text), "%s: ", path);
	va_start(args, format);
	if (length >= 0 && (size_t)length < sizeof(text))
		vsnprintf(text + length, sizeof(text) - (size_t)length, format, args);
	va_end(args);
	reading->mistakes++;
	reading->mistake(text, reading->context);
}

/* What is wrong with the shape of this line, or NULL. */
static const char *malformed(const char *line, size_t length, size_t room)
{
	if (memchr(line, '\0', length))
		return "has a NUL byte; is this a text file?";
	if (length >= room)
		return "is too long; several lines with the same key add up where a list is meant";
	if (!line[strspn(line, " \t\r\n")] || strchr("#;", line[strspn(line, " \t")]))
		return NULL;
	if (strchr(" \t", *line))
		return "begins with a blank; begin every key at the left edge";
	if (*line == '[')
		return strchr(line, ']') ? NULL : "has no ] behind the section's name";
	return strchr(line, '=') ? NULL : "is neither [section] nor key = value";
}

/* As fgets(3), for libinih. A malformed line is blamed and read as an empty one. */
static char *next_line(char *to, int room, void *context)
{
	struct input *input = context;
	ssize_t length = getline(&input->text, &input->size, input->stream);
	const char *line = input->text, *wrong;

	if (length < 0)
		return NULL;
	if (!input->line++ && !strncmp(line, BYTE_ORDER_MARK, 3)) {
		line += 3;
		length -= 3;
	}
	wrong = malformed(line, (size_t)length, (size_t)room);
	if (wrong)
		blame(input->reading, input->path, input->line, "the line %s", wrong);
	snprintf(to, (size_t)room, "%s", wrong ? "\n" : line);
	return to;
}

static int take_value(void *context, const char *section, const char *name, const char *value)
{
	struct input *input = context;
	char text[512];

	if (devtask_conf_value_set(input->reading->settings, section, name, value, text,
				   sizeof(text)))
		blame(input->reading, input->path, input->line, "%s", text);
	return 1;
}

/* Who can write a file or a folder decides what stands in it. */
static bool is_trusted(struct reading *reading, const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st)) {
		blame(reading, path, 0, "cannot be looked at: %s", strerror(errno));
		return false;
	}
	if (st.st_uid != reading->source->owner) {
		blame(reading, path, 0, "ignored: it belongs to user %u; give it to user %u with chown",
		      st.st_uid, reading->source->owner);
		return false;
	}
	if (st.st_mode & (S_IWGRP | S_IWOTH)) {
		blame(reading, path, 0, "ignored: others can write it; chmod go-w %s", path);
		return false;
	}
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		blame(reading, path, 0, "ignored: it is no ordinary file");
		return false;
	}
	return true;
}

static void read_file(struct reading *reading, int directory, const char *name, const char *path)
{
	struct input input = { .reading = reading, .path = path };
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		if (errno != ENOENT)
			blame(reading, path, 0, "cannot be read: %s", strerror(errno));
		return;
	}
	if (!is_trusted(reading, path, fd) || !(input.stream = fdopen(fd, "r"))) {
		close(fd);
		return;
	}
	ini_parse_stream(next_line, &input, take_value, &input);
	if (ferror(input.stream))
		blame(reading, path, 0, "cannot be read to its end; is it a folder?");
	fclose(input.stream);
	free(input.text);
}

static int is_drop_in(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 5 && !strcmp(entry->d_name + length - 5, ".conf");
}

/* Bytewise, so that the order is the same in every language. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_drop_ins(struct reading *reading, int directory, const char *path)
{
	int fd = openat(directory, DROP_IN_NAME, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **list = NULL;
	char file[PATH_MAX + NAME_MAX + 2];
	int count;

	if (fd < 0) {
		if (errno != ENOENT)
			blame(reading, path, 0, "cannot be read: %s", strerror(errno));
		return;
	}
	count = is_trusted(reading, path, fd) ? scandirat(fd, ".", &list, is_drop_in, by_name) : 0;
	if (count < 0)
		blame(reading, path, 0, "cannot be read: %s", strerror(errno));
	for (int i = 0; i < count; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, list[i]->d_name);
		read_file(reading, fd, list[i]->d_name, file);
		free(list[i]);
	}
	free(list);
	close(fd);
}

/* Fills @settings from nothing. Returns the number of mistakes, each handed to @mistake. */
static unsigned int read_all(const struct devtask_conf_source *source,
			     struct devtask_settings *settings, mistake_fn *mistake, void *context)
{
	struct reading reading = { .source = source, .settings = settings, .mistake = mistake,
				   .context = context };
	char path[PATH_MAX];
	int fd;

	devtask_conf_value_defaults(settings);
	fd = open(source->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		if (errno != ENOENT)
			blame(&reading, source->directory, 0, "cannot be read: %s", strerror(errno));
		return reading.mistakes;
	}
	if (is_trusted(&reading, source->directory, fd)) {
		snprintf(path, sizeof(path), "%s/" FILE_NAME, source->directory);
		read_file(&reading, fd, FILE_NAME, path);
		snprintf(path, sizeof(path), "%s/" DROP_IN_NAME, source->directory);
		read_drop_ins(&reading, fd, path);
	}
	close(fd);
	return reading.mistakes;
}

static void log_mistake(const char *line, void *context)
{
	(void)context;
	log_warning("%s", line);
}

static void print_mistake(const char *line, void *context)
{
	fprintf(context, "%s\n", line);
}

static const struct devtask_conf_source usual_source = { DEVTASK_CONF_DIRECTORY, 0 };

unsigned int devtask_conf_reload(struct devtask_conf *conf)
{
	bool was_on = conf->settings.developer_mode;
	unsigned int mistakes = read_all(&conf->source, &conf->settings, log_mistake, NULL);

	if (conf->settings.developer_mode)
		log_warning("developer mode is on: rules are reported, not enforced; "
			    "switch it off with mode = no in [developer] of %s/" FILE_NAME,
			    conf->directory);
	else if (was_on)
		log_info("developer mode is off: rules are enforced again");
	return mistakes;
}

int devtask_conf_create(struct devtask_conf **conf, const struct devtask_conf_source *source,
			struct devtask_error *error)
{
	struct devtask_conf *self = calloc(1, sizeof(*self));

	source = source ? source : &usual_source;
	if (!self || !(self->directory = strdup(source->directory))) {
		free(self);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	}
	self->source.directory = self->directory;
	self->source.owner = source->owner;
	devtask_conf_reload(self);
	*conf = self;
	return 0;
}

void devtask_conf_destroy(struct devtask_conf *conf)
{
	if (!conf)
		return;
	sd_event_source_disable_unref(conf->on_hangup);
	free(conf->directory);
	free(conf);
}

const struct devtask_settings *devtask_conf_settings(const struct devtask_conf *conf)
{
	return &conf->settings;
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
	struct devtask_conf *conf = context;
	unsigned int mistakes;
	struct timespec now;

	(void)source;
	(void)info;
	clock_gettime(CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld",
		   (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	mistakes = devtask_conf_reload(conf);
	log_info("read %s anew, %u mistakes", conf->directory, mistakes);
	if (conf->fn)
		conf->fn(&conf->settings, mistakes, conf->context);
	sd_notify(0, "READY=1");
	return 0;
}

int devtask_conf_watch(struct devtask_conf *conf, sd_event *loop, devtask_conf_fn *fn,
		       void *context)
{
	sigset_t set;
	int ret;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	conf->fn = fn;
	conf->context = context;
	ret = sd_event_add_signal(loop, &conf->on_hangup, SIGHUP, on_hangup, conf);
	return ret < 0 ? ret : 0;
}

int devtask_conf_check(const struct devtask_conf_source *source, FILE *good, FILE *bad)
{
	struct devtask_settings settings;
	unsigned int mistakes = read_all(source ? source : &usual_source, &settings, print_mistake,
					 bad);

	devtask_conf_value_print(&settings, good);
	return mistakes ? DEVTASK_EXIT_FAILURE : DEVTASK_EXIT_OK;
}

static bool fits(int pattern, int value)
{
	return pattern == DEVTASK_CONF_ANY || pattern == value;
}

bool devtask_conf_blocks_class(const struct devtask_settings *settings, int class, int subclass,
			       int protocol)
{
	for (unsigned int i = 0; i < settings->blocked_count; i++) {
		const struct devtask_conf_class *blocked = &settings->blocked[i];

		if (!blocked->is_usage && fits(blocked->value[0], class) &&
		    fits(blocked->value[1], subclass) && fits(blocked->value[2], protocol))
			return true;
	}
	return false;
}

bool devtask_conf_blocks_usage(const struct devtask_settings *settings, int page, int usage)
{
	for (unsigned int i = 0; i < settings->blocked_count; i++) {
		const struct devtask_conf_class *blocked = &settings->blocked[i];

		if (blocked->is_usage && fits(blocked->value[0], page) &&
		    fits(blocked->value[1], usage))
			return true;
	}
	return false;
}
