// SPDX-License-Identifier: GPL-2.0-only
/*
 * The example of examples/logger, both programs as they are built, with the emulated data logger and
 * the loaded module. The helper's role is played in a thread.
 */
#include <dirent.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "modules.h"
#include "role.h"
#include "scene.h"

#define PATIENCE_MS 30000
#define USB_DEVICES "/sys/bus/usb/devices"

FIXTURE(the_example)
{
	struct scene scene;
	struct role role;
	pid_t logger;
	char build[PATH_MAX - 64], dir[64], node[64];
	char sync[PATH_MAX];
};

static long number_of(const char *device, const char *file, int base)
{
	char path[400], text[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), USB_DEVICES "/%s/%s", device, file);
	f = fopen(path, "re");
	if (!f)
		return -1;
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	return strtol(text, NULL, base);
}

static bool find_node(char *node, size_t size)
{
	DIR *all = opendir(USB_DEVICES);
	struct dirent *one;
	bool found = false;

	while (all && !found && (one = readdir(all))) {
		if (number_of(one->d_name, "idVendor", 16) != 0x1209 ||
		    number_of(one->d_name, "idProduct", 16) != 1)
			continue;
		snprintf(node, size, "/dev/bus/usb/%03ld/%03ld", number_of(one->d_name, "busnum", 10),
			 number_of(one->d_name, "devnum", 10));
		found = !access(node, R_OK | W_OK);
	}
	if (all)
		closedir(all);
	return found;
}

static int sync_program(void *arg)
{
	/* The laboratory's tasks ignore it; a task of devtaskd does not. */
	signal(SIGTERM, SIG_DFL);
	execl(arg, "logger-sync", NULL);
	return 127;
}

static pid_t spawn_logger(const char *build, const char *dir)
{
	pid_t pid = fork();
	char program[PATH_MAX], image[128], control[128], log[128];

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	snprintf(program, sizeof(program), "%s/selftests/devices/devtask-logger", build);
	snprintf(image, sizeof(image), "%s/image", dir);
	snprintf(control, sizeof(control), "%s/control", dir);
	snprintf(log, sizeof(log), "%s/log", dir);
	execl(program, "devtask-logger", "--records", "40", "--image", image, "--control", control,
	      "--log", log, NULL);
	_exit(127);
}

FIXTURE_SETUP(the_example)
{
	char self_path[PATH_MAX] = "";

	ASSERT_LT(0, readlink("/proc/self/exe", self_path, sizeof(self_path) - 1));
	snprintf(self->build, sizeof(self->build), "%.4000s", dirname(dirname(dirname(self_path))));
	snprintf(self->sync, sizeof(self->sync), "%s/examples/logger/logger-sync", self->build);
	strcpy(self->dir, "/tmp/live-example.XXXXXX");
	ASSERT_TRUE(mkdtemp(self->dir));
	load_modules("dummy_hcd libcomposite usb_f_fs");
	self->logger = spawn_logger(self->build, self->dir);
	ASSERT_TRUE(clock_wait(find_node(self->node, sizeof(self->node)), PATIENCE_MS));
	ASSERT_EQ(0, scene_open(&self->scene, 0));
	self->role.node = self->node;
	self->role.program = sync_program;
	self->role.arg = self->sync;
	ASSERT_EQ(0, role_start(&self->role, &self->scene.helper));
}

FIXTURE_TEARDOWN(the_example)
{
	role_stop(&self->role);
	EXPECT_EQ(0, self->role.err) TH_LOG("%s", self->scene.helper.sentence);
	scene_close(&self->scene);
	kill(self->logger, SIGTERM);
	waitpid(self->logger, NULL, 0);
}

/* What the app prints goes to @said; its exit status. */
static int run_app(const char *build, const char *file, char *said, size_t size)
{
	char command[2 * PATH_MAX];
	size_t got = 0;
	ssize_t n;
	FILE *app;

	snprintf(command, sizeof(command), "'%s/examples/logger/logger-app' '%s' 2>&1", build, file);
	app = popen(command, "re");
	if (!app)
		return -1;
	/* No fread(): the other thread forks, which flushes every stream that nobody holds. */
	while ((n = read(fileno(app), said + got, size - 1 - got)) > 0)
		got += (size_t)n;
	said[got] = '\0';
	return WEXITSTATUS(pclose(app));
}

static size_t slurp(const char *dir, const char *name, char *to, size_t size)
{
	char path[128];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "re");
	if (!f)
		return 0;
	n = fread(to, 1, size, f);
	fclose(f);
	return n;
}

/* APP-1, APP-2, APP-3, END-4, PRO-1, PRO-9 */
TEST_F_TIMEOUT(the_example, fetches_all_records_and_says_how_it_goes, 120)
{
	static char said[4096], got[100000], image[100000];
	char file[128];
	size_t n;

	snprintf(file, sizeof(file), "%s/got", self->dir);
	EXPECT_EQ(0, run_app(self->build, file, said, sizeof(said)));
	EXPECT_EQ(0, strncmp(said, "verdict allowed\nstarted\n", 24)) TH_LOG("%s", said);
	EXPECT_TRUE(strstr(said, "\nprogress ")) TH_LOG("%s", said);
	EXPECT_TRUE(strstr(said, "\ncompleted: 40 records\n")) TH_LOG("%s", said);
	n = slurp(self->dir, "got", got, sizeof(got));
	EXPECT_LT(40 * 900, n);
	EXPECT_EQ(n, slurp(self->dir, "image", image, sizeof(image)));
	EXPECT_EQ(0, memcmp(got, image, n));
	EXPECT_STREQ("usb:1209:0001", self->role.request.device);
	EXPECT_STREQ("Logger.Sync", self->role.request.entry_point);
	EXPECT_STREQ(file, self->role.request.arguments);
}

/* APP-1 */
TEST_F_TIMEOUT(the_example, says_why_it_was_refused, 120)
{
	char said[4096];

	self->role.answer = ROLE_REFUSE;
	EXPECT_EQ(2, run_app(self->build, "/dev/null", said, sizeof(said)));
	EXPECT_STREQ("verdict low-battery: " ROLE_SENTENCE "\n", said);
}

TEST_HARNESS_MAIN
