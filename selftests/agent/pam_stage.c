// SPDX-License-Identifier: GPL-2.0-only
/*
 * pam_stage - what a display manager does when somebody has logged in: opens a session of PAM's, so
 * that logind knows of it, and runs a program in it as that user:
 *   pam_stage SERVICE USER DISPLAY COMMAND...
 * DISPLAY is that of the session, or "-". The environment goes to PAM (XDG_SESSION_TYPE and so on).
 * Ends with the program.
 */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <security/pam_appl.h>

extern char **environ;

static int say_nothing(int count, const struct pam_message **messages,
		       struct pam_response **responses, void *context)
{
	(void)messages;
	(void)context;
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int check(pam_handle_t *pam, int ret, const char *what)
{
	if (ret == PAM_SUCCESS)
		return 0;
	fprintf(stderr, "%s: %s\n", what, pam_strerror(pam, ret));
	return 1;
}

static void become(const struct passwd *user, pam_handle_t *pam, char **command)
{
	environ = pam_getenvlist(pam);
	if (initgroups(user->pw_name, user->pw_gid) || setgid(user->pw_gid) || setuid(user->pw_uid))
		_exit(1);
	execvp(command[0], command);
	_exit(127);
}

int main(int argc, char **argv)
{
	const struct pam_conv talk = { .conv = say_nothing };
	const struct passwd *user;
	pam_handle_t *pam;
	int status;
	pid_t pid;

	if (argc < 5)
		return 64;
	user = getpwnam(argv[2]);
	if (!user || check(NULL, pam_start(argv[1], argv[2], &talk, &pam), "start"))
		return 1;
	for (char **word = environ; *word; word++)
		if (check(pam, pam_putenv(pam, *word), *word))
			return 1;
	if (strcmp(argv[3], "-") &&
	    (check(pam, pam_set_item(pam, PAM_XDISPLAY, argv[3]), "display") ||
	     check(pam, pam_set_item(pam, PAM_TTY, argv[3]), "terminal")))
		return 1;
	if (check(pam, pam_setcred(pam, PAM_ESTABLISH_CRED), "credentials") ||
	    check(pam, pam_open_session(pam, 0), "session"))
		return 1;
	pid = fork();
	if (!pid)
		become(user, pam, argv + 4);
	if (waitpid(pid, &status, 0) != pid)
		return 1;
	pam_close_session(pam, 0);
	pam_end(pam, PAM_SUCCESS);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
