// SPDX-License-Identifier: GPL-2.0-only
/*
 * probe - tries one thing and prints how it went: "ok" or the errno's name. Run as a task, it
 * tries the walls from the inside; run outside, the guard from the outside.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/keyctl.h>
#include <linux/sched.h>

static int number(const char *text)
{
	return atoi(text);
}

static int try_open(char **argv)
{
	return open(argv[0], O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static int try_read(char **argv)
{
	char byte;
	int fd = open(argv[0], O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -1 : (int)read(fd, &byte, 1);
}

static int try_write(char **argv)
{
	int fd = open(argv[0], O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -1 : (int)write(fd, argv[1], strlen(argv[1]));
}

static int try_mknod(char **argv)
{
	return mknod(argv[0], S_IFCHR | 0666,
		     makedev((unsigned int)number(argv[1]), (unsigned int)number(argv[2])));
}

static int try_ptrace(char **argv)
{
	return (int)ptrace(PTRACE_SEIZE, number(argv[0]), NULL, NULL);
}

static int try_kill(char **argv)
{
	return kill(number(argv[0]), 0);
}

/* getfd PID FD [read]: take the descriptor of another process, and use it. */
static int try_getfd(char **argv)
{
	char byte[8] = "";
	int pidfd = (int)syscall(SYS_pidfd_open, number(argv[0]), 0);
	int fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, number(argv[1]), 0);

	if (fd < 0 || !argv[2])
		return fd;
	return (int)write(fd, byte, sizeof(byte));
}

/* keep-fd PID FD: take it, say so, and have it until somebody ends us. */
static int try_keep_fd(char **argv)
{
	if (try_getfd((char *[]){ argv[0], argv[1], NULL }) < 0)
		return -1;
	puts("kept");
	fflush(stdout);
	return pause();
}

static int try_mount(char **argv)
{
	return mount("none", argv[0], argv[1], 0, argv[2]);
}

/* mount-write DIRECTORY TYPE FILE TEXT: mount, then write into a file of it. */
static int try_mount_write(char **argv)
{
	char path[4096];
	int fd;

	if (mount("none", argv[0], argv[1], 0, NULL))
		return -1;
	snprintf(path, sizeof(path), "%s/%s", argv[0], argv[2]);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd < 0 ? -1 : (int)write(fd, argv[3], strlen(argv[3]));
}

static int try_remount(char **argv)
{
	return mount(NULL, argv[0], NULL, MS_REMOUNT | MS_BIND, NULL);
}

static int try_umount(char **argv)
{
	return umount2(argv[0], MNT_DETACH);
}

static int try_setns(char **argv)
{
	int fd = open(argv[0], O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : setns(fd, CLONE_NEWNS);
}

static int try_connect(char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", argv[0]);
	return connect(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0),
		       (struct sockaddr *)&address, sizeof(address));
}

static int try_setuid(char **argv)
{
	return setresuid((uid_t)number(argv[0]), (uid_t)number(argv[0]), (uid_t)number(argv[0]));
}

static int try_chown(char **argv)
{
	return chown(argv[0], 1, 1);
}

/* clone3 into another cgroup. */
static int try_clone_into(char **argv)
{
	struct clone_args args = { .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD };
	int fd = open(argv[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long pid;

	if (fd < 0)
		return -1;
	args.cgroup = (uint64_t)fd;
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid)
		_exit(0);
	return (int)pid;
}

/* echo PATH|FD: eight bytes there and back. */
static int try_echo(char **argv)
{
	char sent[9] = "\0echoing", got[8];
	int fd = argv[0][0] == '/' ? open(argv[0], O_RDWR | O_CLOEXEC) : number(argv[0]);

	if (fd < 0 || write(fd, sent, 9) < 0 || read(fd, got, 8) < 0)
		return -1;
	errno = EILSEQ;
	return memcmp(sent + 1, got, 8) ? -1 : 0;
}

/* echo-on PATH|FD: ten times a second, until it fails. */
static int try_echo_on(char **argv)
{
	while (!try_echo(argv))
		usleep(100000);
	return -1;
}

static int add_key(const char *name)
{
	return (int)syscall(SYS_add_key, "user", name, "x", 1, KEY_SPEC_SESSION_KEYRING);
}

static int try_add_key(char **argv)
{
	return add_key(argv[0]);
}

static int try_find_key(char **argv)
{
	return (int)syscall(SYS_request_key, "user", argv[0], NULL, 0);
}

/* with-key NAME COMMAND...: COMMAND has a new session keyring with a key in it. */
static int try_with_key(char **argv)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 || add_key(argv[0]) < 0)
		return -1;
	return execvp(argv[1], argv + 1);
}

/* In user and mount namespaces of its own, where it is root with all capabilities. */
static int enter_userns(void)
{
	char map[64];
	int uid = (int)getuid(), fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP))
		return -1;
	snprintf(map, sizeof(map), "0 %d 1", uid);
	fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, map, strlen(map)) < 0)
		return -1;
	close(fd);
	return 0;
}

static const struct attempt {
	const char *name;
	int words;
	int (*go)(char **argv);
} attempts[] = {
	{ "open", 1, try_open },	{ "read", 1, try_read },
	{ "write", 2, try_write },	{ "mknod", 3, try_mknod },
	{ "ptrace", 1, try_ptrace },	{ "kill", 1, try_kill },
	{ "getfd", 2, try_getfd },	{ "keep-fd", 2, try_keep_fd },
	{ "mount", 2, try_mount },
	{ "remount", 1, try_remount },	{ "umount", 1, try_umount },
	{ "mount-write", 4, try_mount_write },
	{ "setns", 1, try_setns },	{ "connect", 1, try_connect },
	{ "setuid", 1, try_setuid },	{ "chown", 1, try_chown },
	{ "clone-into", 1, try_clone_into }, { "echo", 1, try_echo },
	{ "echo-on", 1, try_echo_on },	{ "add-key", 1, try_add_key },
	{ "find-key", 1, try_find_key }, { "with-key", 2, try_with_key },
};

int main(int argc, char **argv)
{
	argv++, argc--;
	if (argc && !strcmp(argv[0], "userns")) {
		if (enter_userns()) {
			printf("no userns: %s\n", strerrorname_np(errno));
			return 0;
		}
		argv++, argc--;
	}
	for (size_t i = 0; argc && i < sizeof(attempts) / sizeof(*attempts); i++) {
		if (strcmp(argv[0], attempts[i].name) || argc - 1 < attempts[i].words)
			continue;
		errno = 0;
		printf("%s\n", attempts[i].go(argv + 1) < 0 ? strerrorname_np(errno) : "ok");
		return 0;
	}
	fprintf(stderr, "usage: probe [userns] ATTEMPT WORD...\n");
	return 2;
}
