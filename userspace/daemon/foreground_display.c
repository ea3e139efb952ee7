// SPDX-License-Identifier: GPL-2.0-only
/*
 * foreground_display - see foreground_display.h. Of two servers is known that they show what the
 * person sees:
 *
 *  root's      and logind has its name as the display of this session: a display manager
 *              started it, and said so.
 *  any other   is in the session, holds its virtual terminal, and runs a program that only
 *              root can have written: what startx and rootless display managers start.
 *
 * The latter runs as the user, as a rule, and so is no more to be trusted than a program of the
 * user that takes pains: it tells apart what is there by accident, not by malice.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <systemd/sd-login.h>

#include "foreground_display.h"

#define SOCKETS		"/tmp/.X11-unix/X"
/* From Documentation/admin-guide/devices.txt */
#define MAJOR_VIRTUAL	4

typedef int session_fn(const char *id, char **text);

/* What sd-login's @get says of session @id; "" if it cannot tell. */
static void read_word(session_fn *get, const char *id, char *to, size_t size)
{
	char *text = NULL;

	if (get(id, &text) < 0)
		return;
	snprintf(to, size, "%s", text);
	free(text);
}

/*
 * What the user's own manager starts, as desktops have it do with whatever starts with them,
 * is in no session; then it is the user's graphical one.
 */
static char *find_session(const struct ucred *who)
{
	char *id = NULL;
	uid_t owner;

	if (sd_pid_get_session(who->pid, &id) >= 0)
		return id;
	if (sd_pid_get_owner_uid(who->pid, &owner) >= 0 && owner == who->uid &&
	    sd_uid_get_display(who->uid, &id) >= 0)
		return id;
	return NULL;
}

static void look_at_session(const char *id, struct devtask_display_session *session)
{
	snprintf(session->id, sizeof(session->id), "%s", id);
	read_word(sd_session_get_type, id, session->type, sizeof(session->type));
	read_word(sd_session_get_class, id, session->class, sizeof(session->class));
	read_word(sd_session_get_display, id, session->display, sizeof(session->display));
	read_word(sd_session_get_seat, id, session->seat, sizeof(session->seat));
	session->is_remote = sd_session_is_remote(id);
	if (sd_session_get_vt(id, &session->terminal) < 0)
		session->terminal = 0;
	/* ":0.0" is a screen of display ":0". */
	if (*session->display == ':')
		session->display[strcspn(session->display, ".")] = 0;
}

/* ":7" for a connection to /tmp/.X11-unix/X7, be it a file or an abstract name. */
static void find_name(int fd, char *name, size_t size)
{
	struct sockaddr_un address = { 0 };
	socklen_t length = sizeof(address);
	const char *path, *number;

	if (getpeername(fd, (struct sockaddr *)&address, &length) ||
	    address.sun_family != AF_UNIX || length >= sizeof(address))
		return;
	path = address.sun_path + !address.sun_path[0];
	number = path + strlen(SOCKETS);
	if (strncmp(path, SOCKETS, strlen(SOCKETS)) || !*number || strlen(number) > 5 ||
	    strspn(number, "0123456789") != strlen(number))
		return;
	snprintf(name, size, ":%s", number);
}

static bool is_inside(pid_t server, const char *session)
{
	char *id = NULL;
	bool is_same = sd_pid_get_session(server, &id) >= 0 && !strcmp(id, session);

	free(id);
	return is_same;
}

static bool has_terminal(pid_t server, unsigned int terminal)
{
	const dev_t wanted = makedev(MAJOR_VIRTUAL, terminal);
	struct dirent *entry;
	bool found = false;
	struct stat file;
	char path[64];
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/fd", server);
	folder = terminal ? opendir(path) : NULL;
	while (folder && !found && (entry = readdir(folder)))
		found = !fstatat(dirfd(folder), entry->d_name, &file, 0) &&
			S_ISCHR(file.st_mode) && file.st_rdev == wanted;
	if (folder)
		closedir(folder);
	return found;
}

static bool is_roots(pid_t server)
{
	struct stat file;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/exe", server);
	return !stat(path, &file) && !file.st_uid && !(file.st_mode & 022);
}

int devtask_display_look(int fd, const struct ucred *who, struct devtask_display_facts *facts)
{
	struct ucred server;
	socklen_t size = sizeof(server);
	char *id = find_session(who);

	memset(facts, 0, sizeof(*facts));
	facts->user = who->uid;
	facts->server_user = (uid_t)-1;
	if (id)
		look_at_session(id, &facts->session);
	free(id);
	find_name(fd, facts->name, sizeof(facts->name));
	if (!*facts->name || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &server, &size) ||
	    server.pid <= 0)
		return 0;
	facts->server_user = server.uid;
	facts->server_is_inside = is_inside(server.pid, facts->session.id);
	facts->server_has_terminal = has_terminal(server.pid, facts->session.terminal);
	facts->server_is_roots = is_roots(server.pid);
	return 0;
}

#define REFUSE(error, ...) \
	devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM, __VA_ARGS__)

static int judge_session(const struct devtask_display_session *session,
			 struct devtask_error *error)
{
	if (strcmp(session->class, "user"))
		return REFUSE(error, "login session %s is of class %s; only in one of class user does "
			      "a display tell of the foreground", session->id, session->class);
	if (session->is_remote || !*session->seat)
		return REFUSE(error, "login session %s is at no seat: nobody sits before its display; "
			      "log in at the machine itself", session->id);
	if (strcmp(session->type, "x11") && strcmp(session->type, "tty"))
		return REFUSE(error, "login session %s is of type %s; its X display shows only some of "
			      "the windows", session->id, session->type);
	return 0;
}

static bool is_sessions(const struct devtask_display_facts *facts)
{
	if (!facts->server_user && !strcmp(facts->session.display, facts->name))
		return true;
	return (!facts->server_user || facts->server_user == facts->user) &&
	       facts->server_is_inside && facts->server_has_terminal && facts->server_is_roots;
}

int devtask_display_judge(const struct devtask_display_facts *facts, bool without_login,
			  struct devtask_error *error)
{
	const struct devtask_display_session *session = &facts->session;

	if (!*facts->name || facts->server_user == (uid_t)-1)
		return REFUSE(error, "this is no display of this machine; its clients cannot be told "
			      "apart");
	if (!*session->id && without_login)
		return 0;
	if (!*session->id)
		return REFUSE(error, "user %u has no login session here that logind knows, so nobody can "
			      "tell whether display %s is before a person; the administrator may let it "
			      "count: display-without-login in devtask.conf", facts->user, facts->name);
	if (judge_session(session, error))
		return -EPERM;
	if (*session->display && strcmp(session->display, facts->name))
		return REFUSE(error, "display %s is not that of login session %s, which is %s",
			      facts->name, session->id, session->display);
	if (!is_sessions(facts))
		return REFUSE(error, "the X server of display %s is not the one that login session %s "
			      "shows: any program can start a server of its own", facts->name,
			      session->id);
	return 0;
}
