// SPDX-License-Identifier: GPL-2.0-only
/* cmd_doctor - whether everything that devtask needs is there, and what to do if not. */
#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <inttypes.h>
#include <mntent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <json-c/json.h>
#include <linux/bpf.h>
#include <linux/magic.h>

#include "client.h"
#include "genl.h"
#include "output.h"
#include "power.h"
#include "query.h"
#include "simple.h"
#include "verb.h"

/* As in userspace/data/devtask.sysusers and devtask.tmpfiles. */
#define AGENT_GROUP	"devtask-agent"
#define STATE_DIRECTORY	"/var/lib/devtask"

enum health { HEALTH_OK, HEALTH_NOTE, HEALTH_PROBLEM };

struct finding {
	enum health health;
	char text[600];
};

struct check {
	const char *name;
	void (*look)(struct finding *finding);
};

static const char *const health_names[] = { "ok", "note", "problem" };

static void __attribute__((format(printf, 3, 4)))
found(struct finding *finding, enum health health, const char *format, ...)
{
	va_list args;

	finding->health = health;
	va_start(args, format);
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
}

static void look_at_kernel(struct finding *finding)
{
	struct utsname name;
	int major = 0, minor = 0;

	uname(&name);
	sscanf(name.release, "%d.%d", &major, &minor);
	if (major > 6 || (major == 6 && minor >= 1))
		found(finding, HEALTH_OK, "Linux %s", name.release);
	else
		found(finding, HEALTH_PROBLEM, "Linux %s is too old; boot 6.1 or newer",
		      name.release);
}

static int ask_module(struct devtask_info *info, struct devtask_error *error)
{
	struct devtask_genl *genl;
	int ret = devtask_genl_open(&genl, error);

	if (ret)
		return ret;
	ret = devtask_query_info(genl, info, error);
	devtask_genl_close(genl);
	return ret;
}

static void look_at_module(struct finding *finding)
{
	struct devtask_error error;
	struct devtask_info info;

	if (ask_module(&info, &error))
		found(finding, HEALTH_PROBLEM, "%s", error.text);
	else
		found(finding, HEALTH_OK, "version %s is loaded, %" PRIu32 " tasks",
		      *info.module_version ? info.module_version : "unknown", info.tasks);
}

static void look_at_abi(struct finding *finding)
{
	struct devtask_error error;
	struct devtask_genl *genl;

	if (devtask_genl_connect(&genl, &error)) {
		found(finding, HEALTH_PROBLEM, "%s", error.text);
		return;
	}
	devtask_genl_close(genl);
	found(finding, HEALTH_OK, "module and programs have version %u",
	      (unsigned int)DEVTASK_PROGRAM_ABI);
}

static void look_at_helper(struct finding *finding)
{
	struct devtask_error error;
	struct devtask_info info = { 0 };
	int fd;

	if (!ask_module(&info, &error) && !devtask_has(&info, DEVTASK_A_INFO_HELPER_PID)) {
		found(finding, HEALTH_PROBLEM,
		      "devtaskd is not running; start it with: systemctl start devtaskd");
		return;
	}
	fd = devtask_client_connect(&error);
	if (fd >= 0)
		close(fd);
	if (fd >= 0)
		found(finding, HEALTH_OK, "devtaskd is running (pid %" PRIu32 ")",
		      info.helper_pid);
	else if (fd == -EACCES && info.helper_pid)
		found(finding, HEALTH_NOTE, "devtaskd is running (pid %" PRIu32
		      "); only root may ask it to run programs", info.helper_pid);
	else
		found(finding, HEALTH_PROBLEM, "%s", error.text);
}

static bool mounted_with_nsdelegate(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	bool with = false;
	struct mntent *entry;

	while (mounts && (entry = getmntent(mounts)))
		if (!strcmp(entry->mnt_dir, DEVTASK_PATH_CGROUP_ROOT))
			with = hasmntopt(entry, "nsdelegate");
	if (mounts)
		endmntent(mounts);
	return with;
}

static void look_at_cgroup(struct finding *finding)
{
	char controllers[256] = "";
	struct statfs fs;
	FILE *file;

	if (statfs(DEVTASK_PATH_CGROUP_ROOT, &fs) || fs.f_type != CGROUP2_SUPER_MAGIC) {
		found(finding, HEALTH_PROBLEM, "cgroup v2 is not mounted on "
		      DEVTASK_PATH_CGROUP_ROOT "; boot with systemd.unified_cgroup_hierarchy=1");
		return;
	}
	if (!mounted_with_nsdelegate()) {
		found(finding, HEALTH_PROBLEM, "without nsdelegate a task of root can leave its "
		      "cgroup; do: mount -o remount,nsdelegate " DEVTASK_PATH_CGROUP_ROOT);
		return;
	}
	file = fopen(DEVTASK_PATH_CGROUP_ROOT "/cgroup.controllers", "re");
	if (file) {
		if (!fgets(controllers, sizeof(controllers), file))
			controllers[0] = '\0';
		fclose(file);
	}
	if (strstr(controllers, "cpu "))
		found(finding, HEALTH_OK, "v2 on " DEVTASK_PATH_CGROUP_ROOT
		      ", tasks run at reduced weight");
	else
		found(finding, HEALTH_NOTE,
		      "v2 on " DEVTASK_PATH_CGROUP_ROOT ", but without the cpu controller: tasks "
		      "are only niced; see cgroup_disable= on the kernel command line");
}

/* The tasks' filter is a program of this type; asking the root cgroup loads none. */
static void look_at_filter(struct finding *finding)
{
	union bpf_attr attr;
	FILE *root = fopen(DEVTASK_PATH_CGROUP_ROOT, "re");
	int err = 0;

	if (!root) {
		found(finding, HEALTH_PROBLEM, "cannot see the cgroups: %s", strerror(errno));
		return;
	}
	memset(&attr, 0, sizeof(attr));
	attr.query.target_fd = (uint32_t)fileno(root);
	attr.query.attach_type = BPF_CGROUP_DEVICE;
	if (syscall(SYS_bpf, BPF_PROG_QUERY, &attr, sizeof(attr)))
		err = errno;
	fclose(root);
	if (!err)
		found(finding, HEALTH_OK, "the kernel filters device nodes per cgroup");
	else if (err == EPERM)
		found(finding, HEALTH_NOTE, "only root can see this; use sudo");
	else
		found(finding, HEALTH_PROBLEM, "the kernel does not filter device nodes (%s); it "
		      "needs CONFIG_CGROUP_BPF", strerror(err));
}

static void look_at_udev(struct finding *finding)
{
	if (!access("/run/udev/control", F_OK))
		found(finding, HEALTH_OK, "running");
	else
		found(finding, HEALTH_PROBLEM,
		      "udev is not running, devices get no names; start it with: systemctl start "
		      "systemd-udevd");
}

static void look_at_door(struct finding *finding)
{
	struct stat st;

	if (access(DEVTASK_PATH_MODULE, F_OK))
		found(finding, HEALTH_NOTE, DEVTASK_PATH_DOOR " comes with the module");
	else if (stat(DEVTASK_PATH_DOOR, &st) || !S_ISCHR(st.st_mode))
		found(finding, HEALTH_PROBLEM, "the module is loaded, but there is no device "
		      DEVTASK_PATH_DOOR "; do: udevadm trigger --name-match=devtask");
	else if ((st.st_mode & 0666) != 0666)
		found(finding, HEALTH_PROBLEM, "only some users may open " DEVTASK_PATH_DOOR
		      " (mode %04o); do: chmod 666 " DEVTASK_PATH_DOOR ", and look for a udev rule "
		      "that says otherwise", st.st_mode & 07777);
	else
		found(finding, HEALTH_OK, "apps may open " DEVTASK_PATH_DOOR);
}

static void look_at_socket(struct finding *finding)
{
	struct stat st;

	if (stat(DEVTASK_PATH_CONTROL, &st) || !S_ISSOCK(st.st_mode))
		found(finding, HEALTH_NOTE, "there is no " DEVTASK_PATH_CONTROL
		      "; the helper starts on demand after: systemctl start devtaskd.socket");
	else if ((st.st_mode & 0666) != 0666 || st.st_uid)
		found(finding, HEALTH_PROBLEM, "only some users may connect to "
		      DEVTASK_PATH_CONTROL " (mode %04o, user %u); do: systemctl restart "
		      "devtaskd.socket", st.st_mode & 07777, st.st_uid);
	else
		found(finding, HEALTH_OK, "every user may connect to " DEVTASK_PATH_CONTROL);
}

/* Its group is how the helper tells it from the user's own programs (CON-6). */
static void look_at_agent(struct finding *finding)
{
	const struct group *group = getgrnam(AGENT_GROUP);
	struct stat st;

	if (stat(DEVTASK_PATH_AGENT, &st))
		found(finding, HEALTH_NOTE, "no consent agent at " DEVTASK_PATH_AGENT
		      ": nobody can be asked, so apps are denied; do: make install");
	else if (!group)
		found(finding, HEALTH_PROBLEM, "there is no group " AGENT_GROUP
		      ", so no agent is trusted; do: systemd-sysusers devtask.conf && "
		      "systemd-tmpfiles --create devtask.conf");
	else if (st.st_gid != group->gr_gid || !(st.st_mode & S_ISGID) || st.st_uid ||
		 st.st_mode & 0022)
		found(finding, HEALTH_PROBLEM, DEVTASK_PATH_AGENT " is not setgid " AGENT_GROUP
		      " and writable by root only (mode %04o), so it is not trusted; do: "
		      "systemd-tmpfiles --create devtask.conf", st.st_mode & 07777);
	else
		found(finding, HEALTH_OK, DEVTASK_PATH_AGENT " may ask users");
}

static void look_at_state(struct finding *finding)
{
	struct stat st;

	if (stat(STATE_DIRECTORY, &st))
		found(finding, HEALTH_NOTE, STATE_DIRECTORY " is made when the helper starts");
	else if (!S_ISDIR(st.st_mode) || st.st_uid || st.st_mode & 0077)
		found(finding, HEALTH_PROBLEM, STATE_DIRECTORY " is not a directory of root alone "
		      "(mode %04o, user %u); do: chown root: " STATE_DIRECTORY " && chmod 700 "
		      STATE_DIRECTORY, st.st_mode & 07777, st.st_uid);
	else
		found(finding, HEALTH_OK, "answers and history are kept in " STATE_DIRECTORY);
}

/* What servicing would find (INI-9); how full it must be is the helper's to say. */
static void look_at_power(struct finding *finding)
{
	struct devtask_power power;
	char text[512];

	devtask_power_read(&power, NULL);
	found(finding, *power.problem ? HEALTH_NOTE : HEALTH_OK, "%s",
	      devtask_power_describe(&power, text, sizeof(text)));
}

static const struct check checks[] = {
	{ "kernel", look_at_kernel },
	{ "module", look_at_module },
	{ "abi", look_at_abi },
	{ "helper", look_at_helper },
	{ "cgroup", look_at_cgroup },
	{ "device-filter", look_at_filter },
	{ "udev", look_at_udev },
	{ "door", look_at_door },
	{ "socket", look_at_socket },
	{ "agent", look_at_agent },
	{ "state", look_at_state },
	{ "power", look_at_power },
};

static void tell(const struct check *check, const struct finding *finding, json_object *list)
{
	json_object *one;

	if (!list) {
		printf("%-8s %-14s %s\n", health_names[finding->health], check->name,
		       finding->text);
		return;
	}
	one = json_object_new_object();
	json_object_object_add(one, "check", json_object_new_string(check->name));
	json_object_object_add(one, "health",
			       json_object_new_string(health_names[finding->health]));
	json_object_object_add(one, "text", json_object_new_string(finding->text));
	json_object_array_add(list, one);
}

static int cmd_doctor(int argc, char **argv)
{
	json_object *list = NULL;
	struct finding finding;
	bool json;
	int code = devtask_simple_parse(&devtask_verb_doctor, argc, argv, 0, &json);

	if (code)
		return code;
	if (json)
		list = json_object_new_array();
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		checks[i].look(&finding);
		tell(&checks[i], &finding, list);
		if (finding.health == HEALTH_PROBLEM)
			code = DEVTASK_EXIT_UNAVAILABLE;
	}
	if (list)
		devtask_output_json(stdout, list);
	return code;
}

const struct devtask_verb devtask_verb_doctor = {
	.name = "doctor",
	.arguments = "[--json]",
	.summary = "Check that everything devtask needs is there",
	.help =
	"Each line is ok, a note, or a problem with the way out. Exit status 69 if there is a\n"
	"problem.\n\n"
	"      --json   one array of objects\n",
	.run = cmd_doctor,
};
