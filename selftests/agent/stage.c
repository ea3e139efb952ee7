// SPDX-License-Identifier: GPL-2.0-only
/*
 * stage - parts of a login without a person:
 *   stage login TTY UID COMMAND...  what login(1) does: the terminal becomes the user's and the
 *                                   controlling one of a new session, in which COMMAND runs
 *   stage type TTY TEXT             root's keyboard: pushes TEXT into the terminal's input
 *   stage push TEXT                 the same by the user, into the own terminal
 *   stage show NUMBER               switches to a virtual terminal; returns when it is shown
 *   stage attach                    says to the helper that it is an agent; prints the answer
 *   stage ptrace PID                tries to trace PID; prints "ok" or the errno's name
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/devtask.h>
#include <linux/vt.h>

static int fail(const char *what)
{
	printf("%s: %s\n", what, strerrorname_np(errno));
	return 1;
}

static int begin_session(const char *terminal, uid_t uid, char **command)
{
	int fd;

	setsid();
	if (chown(terminal, uid, 0) || chmod(terminal, 0600))
		return fail("chown");
	fd = open(terminal, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 1))
		return fail(terminal);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
	if (setgroups(0, NULL) || setgid(uid) || setuid(uid))
		return fail("setuid");
	setenv("TERM", "linux", 1);
	execvp(command[0], command);
	return fail(command[0]);
}

static int login(const char *terminal, uid_t uid, char **command)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(begin_session(terminal, uid, command));
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 1;
	return WEXITSTATUS(status);
}

static int push(const char *terminal, const char *text)
{
	int fd = open(terminal, O_RDWR | O_NOCTTY);

	if (fd < 0)
		return fail(terminal);
	for (; *text; text++)
		if (ioctl(fd, TIOCSTI, text))
			return fail("TIOCSTI");
	puts("ok");
	return 0;
}

static int show(int number)
{
	int fd = open("/dev/tty0", O_RDWR | O_NOCTTY);

	if (fd < 0 || ioctl(fd, VT_ACTIVATE, number) || ioctl(fd, VT_WAITACTIVE, number))
		return fail("/dev/tty0");
	return 0;
}

static int attach(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/run/devtask/control" };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	char text[4096];
	ssize_t length;

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fail("connect");
	length = snprintf(text, sizeof(text),
			  "{\"verb\":\"agent-attach\",\"abi_version\":%d,\"kind\":\"terminal\"}",
			  DEVTASK_ABI_VERSION);
	if (send(fd, text, (size_t)length, 0) != length)
		return fail("send");
	length = recv(fd, text, sizeof(text), 0);
	printf("%.*s\n", (int)(length > 0 ? length : 0), text);
	return 0;
}

static int trace(pid_t pid)
{
	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL))
		return fail("ptrace");
	puts("ok");
	return 0;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	if (argc > 4 && !strcmp(argv[1], "login"))
		return login(argv[2], (uid_t)atoi(argv[3]), argv + 4);
	if (argc == 4 && !strcmp(argv[1], "type"))
		return push(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "push"))
		return push("/dev/tty", argv[2]);
	if (argc == 3 && !strcmp(argv[1], "show"))
		return show(atoi(argv[2]));
	if (argc == 2 && !strcmp(argv[1], "attach"))
		return attach();
	if (argc == 3 && !strcmp(argv[1], "ptrace"))
		return trace(atoi(argv[2]));
	fprintf(stderr, "see the head of selftests/agent/stage.c\n");
	return 64;
}
