// SPDX-License-Identifier: GPL-2.0-only
/* Installed apps, whom they trust, and how changes are noticed: REG-2, REG-4, RUN-8. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <systemd/sd-event.h>

#include "registry.h"
#include "unit.h"

#define SECOND_US 1000000

/* Two drop-in folders and a root of task directories, in a folder of the test's own. */
static char base[64];
static char folders[256], roots[256];
static struct devtask_registry *registry;

static const char *at(const char *name)
{
	static char paths[4][512];
	static int next;

	next = (next + 1) % 4;
	snprintf(paths[next], sizeof(paths[next]), "%s/%s", base, name);
	return paths[next];
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

/* As a package manager does: never a half-written file under its own name. */
static void replace_file(const char *path, const char *text, mode_t mode)
{
	char new[600];

	snprintf(new, sizeof(new), "%s.new", path);
	write_file(new, text, mode);
	assert_int_equal(rename(new, path), 0);
}

/* A manifest of app @name whose entry point E is for use; @more goes into Application. */
static const char *manifest(const char *name, const char *version, const char *attributes,
			    const char *more)
{
	static char text[4096];

	snprintf(text, sizeof(text),
		 "<Package xmlns=\"http://schemas.microsoft.com/appx/2010/manifest\" "
		 "xmlns:l=\"urn:devtask:manifest:1\">\n"
		 "<Identity Name=\"%s\" Publisher=\"CN=M\" Version=\"%s\"/><Applications><Application %s>%s"
		 "<Extensions><Extension Category=\"windows.backgroundTasks\" EntryPoint=\"Tasks.E\">"
		 "<BackgroundTasks><Task Type=\"deviceUse\"/></BackgroundTasks></Extension></Extensions>"
		 "</Application></Applications></Package>", name, version, attributes, more);
	return text;
}

static int set_up(void **state)
{
	(void)state;
	strcpy(base, "/tmp/devtask-registry-XXXXXX");
	assert_non_null(mkdtemp(base));
	snprintf(folders, sizeof(folders), "%s/vendor:%s/admin", base, base);
	snprintf(roots, sizeof(roots), "%s/local:%s/libexec", base, base);
	assert_int_equal(mkdir(at("vendor"), 0755), 0);
	assert_int_equal(mkdir(at("admin"), 0755), 0);
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	devtask_registry_destroy(registry);
	registry = NULL;
	snprintf(command, sizeof(command), "rm -rf %s", base);
	return system(command);
}

static void load(void)
{
	devtask_registry_destroy(registry);
	assert_int_equal(devtask_registry_create(&registry, folders, roots, geteuid(), NULL), 0);
}

static void assert_broken(size_t which, const char *file, const char *wanted)
{
	const struct devtask_broken *broken;
	char text[1024];
	size_t count;

	broken = devtask_registry_broken(registry, &count);
	assert_true(count > which);
	snprintf(text, sizeof(text), "%s:%s", at(file), wanted);
	assert_string_equal(broken[which].text, text);
}

static size_t count_broken(void)
{
	size_t count;

	devtask_registry_broken(registry, &count);
	return count;
}

/* REG-4 */
static void the_administrators_manifest_wins(void **state)
{
	(void)state;
	write_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "1.0.0.0", "", ""), 0644);
	write_file(at("vendor/b.xml"), manifest("Maker.Other", "1.0.0.0", "", ""), 0644);
	write_file(at("vendor/README"), "not looked at", 0644);
	write_file(at("admin/z.appxmanifest"), manifest("Maker.App", "2.0.0.0", "", ""), 0644);
	load();
	assert_string_equal(devtask_registry_by_name(registry, "Maker.App")->version, "2.0.0.0");
	assert_non_null(devtask_registry_by_name(registry, "Maker.Other"));
	assert_null(devtask_registry_by_name(registry, "Maker.Third"));
	assert_int_equal(count_broken(), 0);
}

/* REG-4 */
static void a_broken_manifest_never_stops_the_others(void **state)
{
	(void)state;
	write_file(at("vendor/a.appxmanifest"), "<Package>\n", 0644);
	write_file(at("vendor/b.appxmanifest"), manifest("Maker.App", "1.0.0.0", "", ""), 0644);
	write_file(at("vendor/c.appxmanifest"), manifest("Maker.App", "1.0.0.0", "", ""), 0644);
	write_file(at("vendor/d.appxmanifest"), "", 0644);
	load();
	assert_non_null(devtask_registry_by_name(registry, "Maker.App"));
	assert_int_equal(count_broken(), 3);
	assert_broken(0, "vendor/a.appxmanifest", "1:1: Package is of namespace \"\"; write xmlns=\""
		      "http://schemas.microsoft.com/appx/2010/manifest\" or that of 2013, 2014 or "
		      "foundation/windows10 (more: devtaskctl lint)");
	assert_broken(2, "vendor/d.appxmanifest", "1:1: the file is empty; write a Package element");
}

/* REG-4 */
static void two_files_of_one_folder_cannot_be_one_app(void **state)
{
	char wanted[300];

	(void)state;
	write_file(at("vendor/b.appxmanifest"), manifest("Maker.App", "1.0.0.0", "", ""), 0644);
	write_file(at("vendor/c.appxmanifest"), manifest("Maker.App", "2.0.0.0", "", ""), 0644);
	load();
	assert_string_equal(devtask_registry_by_name(registry, "Maker.App")->version, "1.0.0.0");
	snprintf(wanted, sizeof(wanted),
		 "1:1: app Maker.App is in %s already; remove one of the two",
		 at("vendor/b.appxmanifest"));
	assert_broken(0, "vendor/c.appxmanifest", wanted);
}

/* REG-4: an override that is broken grants nothing. */
static void a_broken_override_withholds_the_vendors_manifest(void **state)
{
	char wanted[400];

	(void)state;
	write_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "1.0.0.0", "", ""), 0644);
	write_file(at("vendor/b.appxmanifest"), manifest("Maker.Other", "1.0.0.0", "", ""), 0644);
	write_file(at("admin/x.appxmanifest"), manifest("Maker.App", "1.0.0", "", ""), 0644);
	write_file(at("admin/b.appxmanifest"), "<oops>", 0644);
	load();
	assert_null(devtask_registry_by_name(registry, "Maker.App"));
	assert_null(devtask_registry_by_name(registry, "Maker.Other"));
	assert_int_equal(count_broken(), 4);
	snprintf(wanted, sizeof(wanted), "1:1: app Maker.Other is not used, for %s overrides it and is "
		 "broken; correct or remove that file", at("admin/b.appxmanifest"));
	assert_broken(1, "vendor/b.appxmanifest", wanted);
}

/* REG-4 */
static void a_file_that_others_can_write_is_refused(void **state)
{
	char wanted[400];

	(void)state;
	write_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "1.0.0.0", "", ""), 0664);
	assert_int_equal(symlink("a.appxmanifest", at("vendor/b.appxmanifest")), 0);
	assert_int_equal(mkdir(at("vendor/c.appxmanifest"), 0755), 0);
	load();
	assert_null(devtask_registry_by_name(registry, "Maker.App"));
	assert_int_equal(count_broken(), 3);
	snprintf(wanted, sizeof(wanted), "1:1: others than root can write to %s; chmod go-w %s",
		 at("vendor/a.appxmanifest"), at("vendor/a.appxmanifest"));
	assert_broken(0, "vendor/a.appxmanifest", wanted);
	snprintf(wanted, sizeof(wanted), "1:1: %s is a symbolic link; put the file itself there",
		 at("vendor/b.appxmanifest"));
	assert_broken(1, "vendor/b.appxmanifest", wanted);
	snprintf(wanted, sizeof(wanted), "1:1: %s is not a regular file; put one there",
		 at("vendor/c.appxmanifest"));
	assert_broken(2, "vendor/c.appxmanifest", wanted);
}

/* REG-4 */
static void a_folder_that_others_can_write_is_refused(void **state)
{
	char wanted[400];

	(void)state;
	write_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "1.0.0.0", "", ""), 0644);
	assert_int_equal(chmod(at("vendor"), 0757), 0);
	load();
	assert_null(devtask_registry_by_name(registry, "Maker.App"));
	snprintf(wanted, sizeof(wanted), "1:1: others than root can write to %s; chmod go-w %s",
		 at("vendor"), at("vendor"));
	assert_broken(0, "vendor", wanted);
}

/* REG-4: needs root, to give a file away. */
static void a_file_of_somebody_else_is_refused(void **state)
{
	char wanted[400];

	(void)state;
	write_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "1.0.0.0", "", ""), 0644);
	if (geteuid()) {
		print_message("# only root can give files away: seen from the other side\n");
		assert_int_equal(devtask_registry_create(&registry, folders, roots, 0, NULL), 0);
		snprintf(wanted, sizeof(wanted),
			 "1:1: %s belongs to user %u, not to root; chown root %s", base,
			 (unsigned int)geteuid(), base);
		assert_broken(0, "vendor", wanted);
		return;
	}
	assert_int_equal(chown(at("vendor/a.appxmanifest"), 65534, 0), 0);
	load();
	assert_null(devtask_registry_by_name(registry, "Maker.App"));
	snprintf(wanted, sizeof(wanted), "1:1: %s belongs to user 65534, not to root; chown root %s",
		 at("vendor/a.appxmanifest"), at("vendor/a.appxmanifest"));
	assert_broken(0, "vendor/a.appxmanifest", wanted);
}

static const char *program(const char *app, struct devtask_error *error)
{
	const struct devtask_app *found = devtask_registry_by_name(registry, app);

	assert_non_null(found);
	return devtask_registry_program(registry, found, &found->entry_points[0], error);
}

/* REG-2 */
static void an_entry_point_is_a_file_of_its_name_in_the_task_directory(void **state)
{
	struct devtask_error error;
	char wanted[400];

	(void)state;
	write_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "1.0.0.0", "", ""), 0644);
	load();
	assert_null(program("Maker.App", &error));
	assert_int_equal(error.err, -ENOENT);
	snprintf(wanted, sizeof(wanted), "entry point Tasks.E of app Maker.App has no program; put it at "
		 "%s/Maker.App/Tasks.E, or name it with Executable, see devtask-manifest(5)",
		 at("libexec"));
	assert_string_equal(error.text, wanted);
	assert_int_equal(mkdir(at("libexec"), 0755), 0);
	assert_int_equal(mkdir(at("libexec/Maker.App"), 0755), 0);
	write_file(at("libexec/Maker.App/Tasks.E"), "", 0644);
	load();
	assert_null(program("Maker.App", &error));
	snprintf(wanted, sizeof(wanted), "%s is not a program; chmod +x it, or name another one",
		 at("libexec/Maker.App/Tasks.E"));
	assert_string_equal(error.text, wanted);
	assert_int_equal(chmod(at("libexec/Maker.App/Tasks.E"), 0755), 0);
	load();
	assert_string_equal(program("Maker.App", &error), at("libexec/Maker.App/Tasks.E"));
	/* The administrator's is looked for first. */
	assert_int_equal(mkdir(at("local"), 0755), 0);
	assert_int_equal(mkdir(at("local/Maker.App"), 0755), 0);
	write_file(at("local/Maker.App/Tasks.E"), "", 0755);
	load();
	assert_string_equal(program("Maker.App", &error), at("local/Maker.App/Tasks.E"));
}

/* REG-2 */
static void a_program_that_others_can_write_is_refused(void **state)
{
	struct devtask_error error;
	char wanted[400];

	(void)state;
	write_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "1.0.0.0", "", ""), 0644);
	assert_int_equal(mkdir(at("libexec"), 0755), 0);
	assert_int_equal(mkdir(at("libexec/Maker.App"), 0755), 0);
	write_file(at("libexec/Maker.App/Tasks.E"), "", 0775);
	load();
	assert_null(program("Maker.App", &error));
	assert_int_equal(error.err, -EPERM);
	snprintf(wanted, sizeof(wanted), "others than root can write to %s; chmod go-w %s",
		 at("libexec/Maker.App/Tasks.E"), at("libexec/Maker.App/Tasks.E"));
	assert_string_equal(error.text, wanted);
}

static struct devtask_sender sender(const char *path, const char *cgroup)
{
	struct devtask_sender made = { .pid = 1, .executable = path, .cgroup = cgroup };
	struct stat st;

	if (!stat(path, &st)) {
		made.executable_dev = st.st_dev;
		made.executable_inode = st.st_ino;
	}
	return made;
}

static void install_app(void)
{
	char attribute[400];

	write_file(at("program"), "one", 0755);
	snprintf(attribute, sizeof(attribute), "l:Executable=\"%s\"", at("program"));
	write_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "1.0.0.0", attribute, ""), 0644);
}

/* REG-4 */
static void a_sender_is_the_app_whose_executable_it_runs(void **state)
{
	struct devtask_sender one, other;
	struct devtask_error error;

	(void)state;
	install_app();
	write_file(at("another"), "one", 0755);
	load();
	one = sender(at("program"), "/");
	assert_string_equal(devtask_registry_find(registry, &one, &error)->name, "Maker.App");
	/* It is the file that counts, not its name. */
	other = sender(at("another"), "/");
	assert_null(devtask_registry_find(registry, &other, &error));
	assert_int_equal(error.err, -ENOENT);
	other.executable = at("program");
	assert_null(devtask_registry_find(registry, &other, &error));
	assert_int_equal(error.err, -ESTALE);
}

/* REG-4, RUN-8 */
static void a_process_of_the_replaced_program_is_no_longer_the_app(void **state)
{
	struct devtask_error error;
	struct devtask_sender old, new;
	char path[300], wanted[500];

	(void)state;
	install_app();
	load();
	old = sender(at("program"), "/");
	replace_file(at("program"), "two", 0755);
	snprintf(path, sizeof(path), "%s (deleted)", at("program"));
	new = sender(at("program"), "/");
	/* The new one is found before the registry was told. */
	assert_non_null(devtask_registry_find(registry, &new, &error));
	old.executable = path;
	assert_null(devtask_registry_find(registry, &old, &error));
	snprintf(wanted, sizeof(wanted), "%s of app Maker.App was replaced since this process was started; "
		 "start the app again", path);
	assert_string_equal(error.text, wanted);
}

/* REG-4 */
static void one_executable_is_one_app(void **state)
{
	const struct devtask_installed *apps;
	struct devtask_error error;
	struct devtask_sender one;
	char attribute[400];
	size_t count;

	(void)state;
	install_app();
	snprintf(attribute, sizeof(attribute), "Executable=\"%s\"", at("program"));
	write_file(at("vendor/b.appxmanifest"), manifest("Maker.Other", "1.0.0.0", attribute, ""), 0644);
	load();
	one = sender(at("program"), "/");
	assert_string_equal(devtask_registry_find(registry, &one, &error)->name, "Maker.App");
	apps = devtask_registry_apps(registry, &count);
	assert_int_equal(count, 2);
	assert_null(apps[1].executables[0].path);
	assert_non_null(strstr(apps[1].executables[0].error.text,
			       "is the executable of app Maker.App already; name another one"));
}

/* REG-4: only what the manifest opts in to. */
static void launchers_count_only_if_the_manifest_says_so(void **state)
{
	static const char scope[] = "/user.slice/user-1000.slice/user@1000.service/app.slice/"
				    "app-flatpak-org.maker.Logger-4711.scope";
	struct devtask_error error;
	struct devtask_sender one;

	(void)state;
	write_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "1.0.0.0", "", ""), 0644);
	load();
	one = sender("/nowhere", scope);
	assert_null(devtask_registry_find(registry, &one, &error));
	write_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "1.0.0.0", "",
		   "<l:Sender Flatpak=\"org.maker.Logger\"/>"), 0644);
	load();
	assert_string_equal(devtask_registry_find(registry, &one, &error)->name, "Maker.App");
	one.cgroup = "/user.slice/app-flatpak-org.maker.Logger2-4711.scope";
	assert_null(devtask_registry_find(registry, &one, &error));
}

static bool is_from(enum devtask_source_kind kind, const char *id, const char *cgroup)
{
	struct devtask_sender one = { .cgroup = cgroup };

	return devtask_sender_is_from(&one, kind, id);
}

/* REG-4 */
static void units_are_named_as_their_launchers_name_them(void **state)
{
	(void)state;
	assert_true(is_from(DEVTASK_SOURCE_FLATPAK, "a-b", "/x/app-flatpak-a\\x2db-1.scope"));
	assert_false(is_from(DEVTASK_SOURCE_FLATPAK, "a-b", "/x/app-flatpaks-a\\x2db-1.scope"));
	assert_false(is_from(DEVTASK_SOURCE_FLATPAK, "a", "/x/app-gnome-a-1.scope"));
	assert_true(is_from(DEVTASK_SOURCE_SNAP, "logger", "/s/snap.logger.main-77.scope"));
	assert_true(is_from(DEVTASK_SOURCE_SNAP, "logger", "/system.slice/snap.logger.d.service"));
	assert_false(is_from(DEVTASK_SOURCE_SNAP, "log", "/s/snap.logger.main-77.scope"));
	assert_true(is_from(DEVTASK_SOURCE_SCOPE, "org.maker.Logger", "/x/app-gnome-org.maker.Logger-1.scope"));
	assert_true(is_from(DEVTASK_SOURCE_SCOPE, "org.maker.Logger", "/x/app-org.maker.Logger-1.scope"));
	assert_true(is_from(DEVTASK_SOURCE_SCOPE, "logger", "/x/app-gnome-logger@1.service"));
	assert_false(is_from(DEVTASK_SOURCE_SCOPE, "logger", "/x/logger-1.scope"));
	assert_true(is_from(DEVTASK_SOURCE_SERVICE, "loggerd", "/system.slice/loggerd.service"));
	assert_true(is_from(DEVTASK_SOURCE_SERVICE, "loggerd.service", "/system.slice/loggerd.service/a"));
	/* A user's manager may name its services so as well. */
	assert_false(is_from(DEVTASK_SOURCE_SERVICE, "loggerd",
			     "/user.slice/user@1000.service/system.slice/loggerd.service"));
	assert_false(is_from(DEVTASK_SOURCE_SERVICE, "", "/system.slice/.service"));
}

static char told[256];

static void hear(void *context, const char *app, enum devtask_registry_change change)
{
	(void)context;
	snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s%s %s", *told ? ", " : "", app,
		 change == DEVTASK_REGISTRY_UPDATED ? "updated" : "removed");
}

static sd_event *watch(void)
{
	sd_event *event;

	assert_true(sd_event_new(&event) >= 0);
	load();
	assert_int_equal(devtask_registry_watch(registry, event, hear, NULL, NULL), 0);
	*told = '\0';
	return event;
}

/* Runs the loop until something is told. */
static const char *hear_of_it(sd_event *event)
{
	*told = '\0';
	for (int turn = 0; turn < 50 && !*told; turn++)
		if (sd_event_run(event, 5 * SECOND_US) <= 0)
			break;
	return told;
}

/* Runs the loop until there is nothing more to do, and nothing was told. */
static const char *hear_nothing(sd_event *event)
{
	*told = '\0';
	while (sd_event_run(event, 0) > 0)
		;
	return told;
}

static void done(sd_event *event)
{
	devtask_registry_destroy(registry);
	registry = NULL;
	sd_event_unref(event);
}

/* RUN-8, REG-4 */
static void a_manifest_that_changes_or_goes_is_told(void **state)
{
	sd_event *event;

	(void)state;
	install_app();
	event = watch();
	assert_string_equal(hear_nothing(event), "");
	replace_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "2.0.0.0", "", ""), 0644);
	assert_string_equal(hear_of_it(event), "Maker.App removed");
	assert_string_equal(devtask_registry_by_name(registry, "Maker.App")->version, "2.0.0.0");
	replace_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "3.0.0.0", "", ""), 0644);
	assert_string_equal(hear_of_it(event), "Maker.App updated");
	replace_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "3.0.0", "", ""), 0644);
	assert_string_equal(hear_of_it(event), "Maker.App updated");
	assert_null(devtask_registry_by_name(registry, "Maker.App"));
	replace_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "3.0.0.0", "", ""), 0644);
	assert_string_equal(hear_nothing(event), "");
	assert_non_null(devtask_registry_by_name(registry, "Maker.App"));
	assert_int_equal(unlink(at("vendor/a.appxmanifest")), 0);
	assert_string_equal(hear_of_it(event), "Maker.App removed");
	assert_null(devtask_registry_by_name(registry, "Maker.App"));
	done(event);
}

/* RUN-8 */
static void a_program_that_changes_or_goes_is_told(void **state)
{
	sd_event *event;

	(void)state;
	install_app();
	event = watch();
	replace_file(at("program"), "two", 0755);
	assert_string_equal(hear_of_it(event), "Maker.App updated");
	write_file(at("neighbour"), "", 0755);
	assert_string_equal(hear_nothing(event), "");
	/* The task directory does not exist yet. */
	assert_int_equal(mkdir(at("libexec"), 0755), 0);
	assert_string_equal(hear_nothing(event), "");
	assert_int_equal(mkdir(at("libexec/Maker.App"), 0755), 0);
	assert_string_equal(hear_nothing(event), "");
	write_file(at("libexec/Maker.App/Tasks.E"), "one", 0755);
	assert_string_equal(hear_of_it(event), "Maker.App updated");
	assert_non_null(program("Maker.App", NULL));
	replace_file(at("libexec/Maker.App/Tasks.E"), "two", 0755);
	assert_string_equal(hear_of_it(event), "Maker.App updated");
	assert_int_equal(unlink(at("program")), 0);
	assert_string_equal(hear_of_it(event), "Maker.App removed");
	done(event);
}

/* REG-4 */
static void a_folder_that_comes_later_is_read(void **state)
{
	sd_event *event;

	(void)state;
	assert_int_equal(rmdir(at("admin")), 0);
	write_file(at("vendor/a.appxmanifest"), manifest("Maker.App", "1.0.0.0", "", ""), 0644);
	event = watch();
	assert_int_equal(mkdir(at("admin"), 0755), 0);
	write_file(at("admin/a.appxmanifest"), manifest("Maker.App", "2.0.0.0", "", ""), 0644);
	assert_string_equal(hear_of_it(event), "Maker.App updated");
	assert_string_equal(devtask_registry_by_name(registry, "Maker.App")->version, "2.0.0.0");
	assert_int_equal(rename(at("admin"), at("elsewhere")), 0);
	assert_string_equal(hear_of_it(event), "Maker.App updated");
	assert_string_equal(devtask_registry_by_name(registry, "Maker.App")->version, "1.0.0.0");
	done(event);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_administrators_manifest_wins),
		TEST(a_broken_manifest_never_stops_the_others),
		TEST(two_files_of_one_folder_cannot_be_one_app),
		TEST(a_broken_override_withholds_the_vendors_manifest),
		TEST(a_file_that_others_can_write_is_refused),
		TEST(a_folder_that_others_can_write_is_refused),
		TEST(a_file_of_somebody_else_is_refused),
		TEST(an_entry_point_is_a_file_of_its_name_in_the_task_directory),
		TEST(a_program_that_others_can_write_is_refused),
		TEST(a_sender_is_the_app_whose_executable_it_runs),
		TEST(a_process_of_the_replaced_program_is_no_longer_the_app),
		TEST(one_executable_is_one_app),
		TEST(launchers_count_only_if_the_manifest_says_so),
		TEST(units_are_named_as_their_launchers_name_them),
		TEST(a_manifest_that_changes_or_goes_is_told),
		TEST(a_program_that_changes_or_goes_is_told),
		TEST(a_folder_that_comes_later_is_read),
	};

	umask(022);
	return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
