// SPDX-License-Identifier: GPL-2.0-only
/* Manifests as Windows has them, and what is wrong with others: REG-1, REG-3, REG-4, INI-1. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "manifest.h"
#include "unit.h"

#define NS2010	"http://schemas.microsoft.com/appx/2010/manifest"
#define NS2013	"http://schemas.microsoft.com/appx/2013/manifest"
#define NS10	"http://schemas.microsoft.com/appx/manifest/foundation/windows10"
#define OWN	"urn:devtask:manifest:1"
#define IDENTITY "<Identity Name=\"Maker.App\" Publisher=\"CN=Maker\" Version=\"1.2.3.4\"/>"

static struct devtask_mistakes mistakes;
static struct devtask_app *app;
static char *name;

static int parse_size(const char *text, size_t size)
{
	devtask_app_destroy(app);
	free(name);
	devtask_mistakes_clear(&mistakes);
	return devtask_manifest_parse("x", text, size, &app, &name, &mistakes);
}

static int parse(const char *text)
{
	return parse_size(text, strlen(text));
}

static int forget(void **state)
{
	(void)state;
	devtask_app_destroy(app);
	free(name);
	devtask_mistakes_clear(&mistakes);
	app = NULL;
	name = NULL;
	return 0;
}

/* The only mistake in @text is @wanted, "x:LINE:COLUMN: ...". */
static void assert_mistake(const char *text, const char *wanted)
{
	char is[1024];

	assert_int_equal(parse(text), -EINVAL);
	assert_null(app);
	assert_int_equal(mistakes.count, 1);
	assert_string_equal(devtask_mistake_print(&mistakes.list[0], "x", is, sizeof(is)), wanted);
}

/* The only thing odd in @text is @wanted; it can be used. */
static void assert_warning(const char *text, const char *wanted)
{
	char is[1024];

	assert_int_equal(parse(text), 0);
	assert_int_equal(mistakes.errors, 0);
	assert_int_equal(mistakes.count, 1);
	assert_string_equal(devtask_mistake_print(&mistakes.list[0], "x", is, sizeof(is)), wanted);
}

static const char whole[] =
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	"<Package xmlns=\"" NS2010 "\" xmlns:m2=\"" NS2013 "\">\n"
	"  " IDENTITY "\n"
	"  <Properties><DisplayName> Logger \xc2\xa9 &amp; Co </DisplayName><Logo>a.png</Logo></Properties>\n"
	"  <Applications><Application Id=\"App\" Executable=\"app.exe\" EntryPoint=\"Logger.App\">\n"
	"    <Extensions>\n"
	"      <Extension Category=\"windows.autoPlayDevice\"><Task Type=\"deviceUse\"/></Extension>\n"
	"      <Extension Category=\"windows.backgroundTasks\" EntryPoint=\"Tasks.Sync\">\n"
	"        <BackgroundTasks><m2:Task Type=\"deviceUse\"/><Task Type=\"timer\"/></BackgroundTasks>\n"
	"      </Extension>\n"
	"      <Extension Category=\"windows.backgroundTasks\" Executable=\"/usr/bin/flash\"\n"
	"                 EntryPoint=\"Tasks.Flash\">\n"
	"        <BackgroundTasks><m2:Task Type=\"deviceServicing\"/></BackgroundTasks>\n"
	"      </Extension>\n"
	"    </Extensions>\n"
	"  </Application></Applications>\n"
	"  <Capabilities><Capability Name=\"internetClient\"/>\n"
	"    <m2:DeviceCapability Name=\"usb\"><m2:Device Id=\"vidpid:1D6B 0104\">\n"
	"      <m2:Function Type=\"classId:ff * *\"/></m2:Device></m2:DeviceCapability>\n"
	"    <DeviceCapability Name=\"location\"/></Capabilities>\n"
	"</Package>\n";

static void assert_whole(void)
{
	struct devtask_error error;
	const struct devtask_entry_point *entry;

	assert_int_equal(mistakes.count, 0);
	assert_string_equal(app->name, "Maker.App");
	assert_string_equal(app->publisher, "CN=Maker");
	assert_string_equal(app->version, "1.2.3.4");
	assert_string_equal(app->display_name, "Logger \xc2\xa9 & Co");
	assert_int_equal(app->application_count, 1);
	assert_string_equal(app->applications[0].program.executable, "app.exe");
	assert_int_equal(app->entry_point_count, 2);
	entry = devtask_app_entry_point(app, "Tasks.Sync", DEVTASK_TYPE_USE, &error);
	assert_non_null(entry);
	assert_string_equal(entry->others, "timer");
	assert_int_equal(entry->line, 8);
	entry = devtask_app_entry_point(app, "Tasks.Flash", DEVTASK_TYPE_SERVICING, &error);
	assert_non_null(entry);
	assert_string_equal(entry->program.executable, "/usr/bin/flash");
	assert_int_equal(app->capability_count, 2);
	assert_string_equal(app->capabilities[0].function, "classId:ff * *");
	assert_int_equal(app->capabilities[1].kind, DEVTASK_CAPABILITY_OTHER);
}

/* REG-1 */
static void a_manifest_of_windows_parses(void **state)
{
	(void)state;
	assert_int_equal(parse(whole), 0);
	assert_whole();
}

/* REG-1 */
static void byte_order_mark_and_crlf_make_no_difference(void **state)
{
	char text[2 * sizeof(whole) + 3] = "\xef\xbb\xbf", *to = text + 3;

	(void)state;
	for (const char *from = whole; *from; from++) {
		if (*from == '\n')
			*to++ = '\r';
		*to++ = *from;
	}
	assert_int_equal(parse(text), 0);
	assert_whole();
}

/* REG-1 */
static void elements_count_by_namespace_and_not_by_prefix(void **state)
{
	(void)state;
	assert_int_equal(parse("<a:Package xmlns:a=\"" NS10 "\" xmlns:b=\"" NS2013 "\">"
		"<a:Identity Name=\"Maker.App\" Publisher=\"CN=M\" Version=\"1.0.0.0\"/>"
		"<c:Capabilities xmlns:c=\"http://schemas.microsoft.com/appx/2014/manifest\">"
		"<b:DeviceCapability Name=\"one\"/>"
		"<d:DeviceCapability xmlns:d=\"" NS10 "/restrictedcapabilities\" Name=\"two\"/>"
		"<m2:DeviceCapability xmlns:m2=\"urn:somebody\" Name=\"usb\"/>"
		"<DeviceCapability Name=\"usb\"/></c:Capabilities></a:Package>"), 0);
	assert_int_equal(app->capability_count, 2);
	assert_string_equal(app->capabilities[0].name, "one");
	assert_string_equal(app->capabilities[1].name, "two");
}

/* INI-1 */
static void an_entry_point_must_be_declared_with_its_type(void **state)
{
	struct devtask_error error;

	(void)state;
	assert_int_equal(parse(whole), 0);
	assert_null(devtask_app_entry_point(app, "Tasks.Sync", DEVTASK_TYPE_SERVICING, &error));
	assert_int_equal(error.err, -ENOTSUP);
	assert_string_equal(error.text, "entry point Tasks.Sync of app Maker.App is not declared for "
			    "Task Type=\"deviceServicing\"; add it to x, line 8");
	assert_null(devtask_app_entry_point(app, "tasks.sync", DEVTASK_TYPE_USE, &error));
	assert_int_equal(error.err, -ENOENT);
	assert_string_equal(error.text, "app Maker.App has no entry point tasks.sync; declare it in x as "
			    "an Extension with Category=\"windows.backgroundTasks\"");
}

/* REG-1 */
static void one_entry_point_in_two_extensions_has_both_types(void **state)
{
	static const char two[] = "<Package xmlns=\"" NS2010 "\">" IDENTITY
		"<Applications><Application><Extensions>"
		"<Extension Category=\"windows.backgroundTasks\" EntryPoint=\"E\"><BackgroundTasks>"
		"<Task Type=\"deviceUse\"/></BackgroundTasks></Extension>\n"
		"<Extension Category=\"windows.backgroundTasks\" EntryPoint=\"E\"%s><BackgroundTasks>"
		"<Task Type=\"deviceServicing\"/></BackgroundTasks></Extension>"
		"</Extensions></Application></Applications></Package>";
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text), two, "");
	assert_int_equal(parse(text), 0);
	assert_int_equal(app->entry_point_count, 1);
	assert_int_equal(app->entry_points[0].types, DEVTASK_TYPE_BIT(DEVTASK_TYPE_USE) |
			 DEVTASK_TYPE_BIT(DEVTASK_TYPE_SERVICING));
	snprintf(text, sizeof(text), two, " Executable=\"/usr/bin/x\"");
	assert_mistake(text, "x:2:1: entry point E has another Executable in line 1; write the same one");
}

/* REG-1 */
static void the_name_of_an_app_stands_in_for_a_key_of_texts(void **state)
{
	(void)state;
	assert_int_equal(parse("<Package xmlns=\"" NS2010 "\">" IDENTITY "<Properties><DisplayName>"
			       "ms-resource:AppName</DisplayName></Properties></Package>"), 0);
	assert_string_equal(app->display_name, "Maker.App");
}

/* REG-1: what is shown to a person cannot feign other text. */
static void a_display_name_is_cleaned(void **state)
{
	(void)state;
	assert_int_equal(parse("<Package xmlns=\"" NS2010 "\">" IDENTITY "<Properties><DisplayName>"
			       "a&#10;b&#x202e;c&#x9b;d</DisplayName></Properties></Package>"), 0);
	assert_string_equal(app->display_name, "a b   c  d");
}

/* REG-2, REG-4 */
static void devtasks_own_elements_name_linux_programs_and_senders(void **state)
{
	(void)state;
	assert_int_equal(parse("<Package xmlns=\"" NS10 "\" xmlns:l=\"" OWN "\">" IDENTITY
		"<Applications><Application l:Executable=\"/usr/bin/logger\" Executable=\"a.exe\">"
		"<l:Sender Flatpak=\"org.maker.Logger\"/><l:Sender Snap=\"logger\" Service=\"loggerd\"/>"
		"<Extensions><Extension Category=\"windows.backgroundTasks\" EntryPoint=\"E\""
		" l:Executable=\"bin/sync\"><BackgroundTasks><Task Type=\"deviceUse\"/></BackgroundTasks>"
		"</Extension></Extensions></Application></Applications></Package>"), 0);
	assert_int_equal(mistakes.count, 0);
	assert_string_equal(app->applications[0].program.native, "/usr/bin/logger");
	assert_string_equal(app->applications[0].program.executable, "a.exe");
	assert_string_equal(app->entry_points[0].program.native, "bin/sync");
	assert_int_equal(app->source_count, 3);
	assert_int_equal(app->sources[0].kind, DEVTASK_SOURCE_FLATPAK);
	assert_string_equal(app->sources[0].id, "org.maker.Logger");
	assert_int_equal(app->sources[1].kind, DEVTASK_SOURCE_SNAP);
	assert_int_equal(app->sources[2].kind, DEVTASK_SOURCE_SERVICE);
}

#define PACKAGE(inside) "<Package xmlns=\"" NS2010 "\" xmlns:l=\"" OWN "\">\n" inside "</Package>"
#define INSIDE(what)	PACKAGE(IDENTITY "\n" what)
#define APPLICATION(what) \
	INSIDE("<Applications>\n<Application" what "</Application></Applications>")
#define EXTENSION(what) APPLICATION("><Extensions>\n<Extension" what "</Extension></Extensions>")
#define CAPABILITY(what) INSIDE("<Capabilities>\n" what "</Capabilities>")

/* REG-4: each kind of mistake, with its place and what to change. */
static void each_mistake_in_the_identity_has_its_sentence(void **state)
{
	(void)state;
	assert_mistake(PACKAGE(""),
		"x:1:1: Package has no Identity; add <Identity Name=\"Maker.App\" "
		"Publisher=\"CN=Maker\" Version=\"1.0.0.0\"/>");
	assert_mistake(PACKAGE("<Identity Publisher=\"CN=M\" Version=\"1.0.0.0\"/>"),
		"x:2:1: Identity has no Name; add Name=\"Maker.App\"");
	assert_mistake(PACKAGE("<Identity Name=\"abc\" Version=\"1.0.0.0\"/>"),
		"x:2:1: Identity has no Publisher; add Publisher=\"CN=Maker\"");
	assert_mistake(PACKAGE("<Identity Name=\"abc\" Publisher=\"CN=M\"/>"),
		"x:2:1: Identity has no Version; add Version=\"1.0.0.0\"");
	assert_mistake(PACKAGE("<Identity Name=\"a/../b\" Publisher=\"CN=M\" Version=\"1.0.0.0\"/>"),
		"x:2:17: Identity Name \"a/../b\" is not 3 to 50 letters, digits, dots and hyphens; "
		"choose such a name");
	assert_mistake(PACKAGE("<Identity Name=\"ab\" Publisher=\"CN=M\" Version=\"1.0.0.0\"/>"),
		"x:2:17: Identity Name \"ab\" is not 3 to 50 letters, digits, dots and hyphens; "
		"choose such a name");
	assert_mistake(PACKAGE("<Identity Name=\"abc\" Publisher=\"\" Version=\"1.0.0.0\"/>"),
		"x:2:33: Publisher is empty; write the maker's name, such as CN=Maker");
	assert_mistake(PACKAGE("<Identity Name=\"abc\" Publisher=\"M\" Version=\"1.0.0.65536\"/>"),
		"x:2:45: Version \"1.0.0.65536\" is not four numbers up to 65535; write one such as "
		"1.0.0.0");
	assert_mistake(PACKAGE("<Identity Name=\"abc\" Publisher=\"M&#10;\" Version=\"1.0.0.0\"/>"),
		"x:2:33: Publisher of Identity has a control character in it; remove it");
	assert_mistake(PACKAGE(IDENTITY "\n\t" IDENTITY),
		"x:3:2: there is a second Identity; remove one of them");
}

/* REG-4 */
static void each_mistake_in_an_entry_point_has_its_sentence(void **state)
{
	(void)state;
	assert_mistake(EXTENSION(" EntryPoint=\"E\">"),
		"x:5:1: Extension has no Category; add Category=\"windows.backgroundTasks\"");
	assert_mistake(EXTENSION(" Category=\"windows.backgroundTasks\"><BackgroundTasks>"
				 "<Task Type=\"deviceUse\"/></BackgroundTasks>"),
		"x:5:1: Extension declares a device task but no EntryPoint; add EntryPoint=\"NAME\"");
	assert_mistake(EXTENSION(" Category=\"windows.backgroundTasks\" EntryPoint=\"\">"
				 "<BackgroundTasks><Task Type=\"deviceUse\"/></BackgroundTasks>"),
		"x:5:59: EntryPoint has 0 bytes; write 1 to 255");
	assert_mistake(EXTENSION(" Category=\"windows.backgroundTasks\" EntryPoint=\"E\">"
				 "<BackgroundTasks><Task/></BackgroundTasks>"),
		"x:5:79: Task has no Type; add Type=\"deviceUse\"");
	assert_mistake(APPLICATION(" l:Executable=\"../x\">"),
		"x:4:28: devtask's Executable \"../x\" is no program; write an absolute path, or a path "
		"below the app's task directory without ..");
	assert_mistake(APPLICATION(" l:Exectuable=\"/usr/bin/x\">"),
		"x:4:28: there is no attribute Exectuable of devtask's here; the only one is Executable");
	assert_mistake(APPLICATION(">\n  <l:Sneder Snap=\"x\"/>"),
		"x:5:3: there is no element Sneder of devtask's here; the only one is Sender, in "
		"Application");
	assert_mistake(APPLICATION(">\n  <l:Sender/>"),
		"x:5:3: Sender names nobody; add Flatpak, Snap, Scope or Service and the name there");
	assert_mistake(APPLICATION(">\n  <l:Sender snap=\"x\"/>"),
		"x:5:19: Sender snap=\"x\" names nobody; write Flatpak, Snap, Scope or Service and the "
		"name there");
}

/* REG-3, REG-4 */
static void each_mistake_in_a_capability_has_its_sentence(void **state)
{
	(void)state;
	assert_mistake(CAPABILITY("<DeviceCapability/>"),
		"x:4:1: DeviceCapability has no Name; add Name=\"usb\"");
	assert_mistake(CAPABILITY("<DeviceCapability Name=\"usb\"><Device/></DeviceCapability>"),
		"x:4:30: Device has no Id; add Id=\"any\"");
	assert_mistake(CAPABILITY("<DeviceCapability Name=\"usb\">\n <Device Id=\"vidpid:12 34\"/>"
				  "</DeviceCapability>"),
		"x:5:14: Device Id \"vidpid:12 34\" is not vidpid:VVVV PPPP; write four hex digits, a "
		"blank, four hex digits, and perhaps a blank and usb or bluetooth");
	assert_mistake(CAPABILITY("<DeviceCapability Name=\"usb\"><Device Id=\"any\">\n\xc3\xa9 <Function "
				  "Type = 'classId:fg'/></Device></DeviceCapability>"),
		"x:5:21: Function Type \"classId:fg\" is not classId:cc ss pp; write class, subclass and "
		"protocol as two hex digits each, or * for any");
	assert_mistake(CAPABILITY("<DeviceCapability Name=\"usb\"><Device Id=\"any\"><Function/>"
				  "</Device></DeviceCapability>"),
		"x:4:47: Function has no Type; add Type=\"classId:ff * *\"");
}

/* REG-3 */
static void what_is_odd_but_windows_takes_is_a_warning(void **state)
{
	(void)state;
	assert_warning(CAPABILITY("<DeviceCapability Name=\"USB\"/>"),
		"x:4:25: warning: DeviceCapability \"USB\" is not known; write \"usb\"");
	assert_warning(CAPABILITY("<DeviceCapability Name=\"usb\"/>"),
		"x:4:1: warning: DeviceCapability usb has no Device and so covers nothing; add "
		"<Device Id=\"...\"> with a Function");
	assert_warning(CAPABILITY("<DeviceCapability Name=\"usb\"><Device Id=\"any\"/></DeviceCapability>"),
		"x:4:30: warning: Device has no Function and so covers nothing; add "
		"<Function Type=\"...\"/>");
	assert_warning(CAPABILITY("<DeviceCapability Name=\"usb\"><Device Id=\"any\"><Function "
				  "Type=\"name:x\"/></Device></DeviceCapability>"),
		"x:4:63: warning: Function Type \"name:x\" is not a name of a USB class; write "
		"cdcControl, physical, personalHealthcare, activeSync, palmSync, deviceFirmwareUpdate, "
		"irda, measurement or vendorSpecific");
	assert_warning(EXTENSION(" Category=\"windows.backgroundTasks\" EntryPoint=\"E\">"),
		"x:5:1: warning: Extension declares no Task; add BackgroundTasks with "
		"<Task Type=\"deviceUse\"/>");
	assert_warning(EXTENSION(" Category=\"windows.backgroundTasks\" EntryPoint=\"E\">"
				 "<BackgroundTasks><Task Type=\"DeviceUse\"/></BackgroundTasks>"),
		"x:5:91: warning: Task Type \"DeviceUse\" is not known; write \"deviceUse\"");
	assert_string_equal(app->entry_points[0].others, "DeviceUse");
	assert_int_equal(app->entry_points[0].types, 0);
}

/* REG-1, REG-4 */
static void what_is_no_manifest_is_refused_with_its_place(void **state)
{
	char *cut;

	(void)state;
	assert_mistake("", "x:1:1: the file is empty; write a Package element");
	assert_mistake("\xef\xbb\xbf", "x:1:1: the file is empty; write a Package element");
	assert_mistake("<a/>", "x:1:1: the root element is a; a manifest is a Package element");
	assert_mistake("\n<Package/>",
		"x:2:1: Package is of namespace \"\"; write xmlns=\"" NS2010 "\" or that of 2013, 2014 or "
		"foundation/windows10");
	assert_mistake("<Package xmlns=\"" NS2010 "\">\n<a>\n</b></Package>",
		"x:3:5: Opening and ending tag mismatch: a line 2 and b; correct the XML here");
	assert_mistake("<Package xmlns=\"" NS2010 "\">\n  \xe9</Package>",
		"x:2:3: here is a character that is not UTF-8 or not XML; save the file as UTF-8");
	/* Cut off in its first tag, and without a NUL behind it. */
	cut = malloc(3);
	assert_non_null(cut);
	assert_int_equal(parse_size(memcpy(cut, "<ab", 3), 3), -EINVAL);
	free(cut);
	assert_int_equal(parse_size("\xff\xfe<\0", 4), -EINVAL);
	assert_string_equal(mistakes.list[0].text, "the file is UTF-16; save the file as UTF-8");
	assert_int_equal(parse_size("<\0a\0/\0>\0", 8), -EINVAL);
	assert_string_equal(mistakes.list[0].text, "the file is UTF-16; save the file as UTF-8");
	assert_int_equal(parse_size("\0<\0a\0/\0>", 8), -EINVAL);
	assert_string_equal(mistakes.list[0].text, "the file is UTF-16; save the file as UTF-8");
	/* EBCDIC */
	assert_int_equal(parse_size("\x4c\x6f\xa7\x94\x93", 5), -EINVAL);
	assert_int_equal(mistakes.list[0].column, 1);
}

/* REG-4 */
static void document_types_and_entities_are_refused(void **state)
{
	(void)state;
	assert_mistake("<!DOCTYPE Package SYSTEM \"file:///etc/passwd\">\n" PACKAGE(IDENTITY),
		"x:1:46: a document type (DOCTYPE) is refused, for it can name other files; remove it");
	assert_mistake("<!DOCTYPE Package [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>\n" PACKAGE("&a;"),
		"x:1:19: a document type (DOCTYPE) is refused, for it can name other files; remove it");
	assert_mistake(PACKAGE(IDENTITY "<Properties><DisplayName>&a;</DisplayName></Properties>"),
		"x:2:96: Entity 'a' not defined; correct the XML here");
}

/* REG-4 */
static void a_manifest_that_is_too_large_is_refused(void **state)
{
	char path[] = "/tmp/devtask-large-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ftruncate(fd, DEVTASK_MANIFEST_SIZE_MAX + 1), 0);
	forget(NULL);
	assert_int_equal(devtask_manifest_read(fd, "x", &app, &name, &mistakes), -EINVAL);
	close(fd);
	assert_string_equal(mistakes.list[0].text,
			    "the file is larger than 1 MiB; a manifest is a few KiB");
}

/* REG-4: so that a broken file of the administrator's is known to be about this app. */
static void a_broken_manifest_tells_its_name_if_it_can(void **state)
{
	(void)state;
	assert_int_equal(parse(PACKAGE(IDENTITY "<oops>")), -EINVAL);
	assert_null(app);
	assert_string_equal(name, "Maker.App");
	assert_int_equal(parse("<oops>"), -EINVAL);
	assert_null(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_manifest_of_windows_parses, forget),
		cmocka_unit_test_teardown(byte_order_mark_and_crlf_make_no_difference, forget),
		cmocka_unit_test_teardown(elements_count_by_namespace_and_not_by_prefix, forget),
		cmocka_unit_test_teardown(an_entry_point_must_be_declared_with_its_type, forget),
		cmocka_unit_test_teardown(one_entry_point_in_two_extensions_has_both_types, forget),
		cmocka_unit_test_teardown(the_name_of_an_app_stands_in_for_a_key_of_texts, forget),
		cmocka_unit_test_teardown(a_display_name_is_cleaned, forget),
		cmocka_unit_test_teardown(devtasks_own_elements_name_linux_programs_and_senders, forget),
		cmocka_unit_test_teardown(each_mistake_in_the_identity_has_its_sentence, forget),
		cmocka_unit_test_teardown(each_mistake_in_an_entry_point_has_its_sentence, forget),
		cmocka_unit_test_teardown(each_mistake_in_a_capability_has_its_sentence, forget),
		cmocka_unit_test_teardown(what_is_odd_but_windows_takes_is_a_warning, forget),
		cmocka_unit_test_teardown(what_is_no_manifest_is_refused_with_its_place, forget),
		cmocka_unit_test_teardown(document_types_and_entities_are_refused, forget),
		cmocka_unit_test_teardown(a_manifest_that_is_too_large_is_refused, forget),
		cmocka_unit_test_teardown(a_broken_manifest_tells_its_name_if_it_can, forget),
	};

	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
