// SPDX-License-Identifier: GPL-2.0-only
/*
 * power-cut NS DIRECTORY: so many nanoseconds from now the file system of DIRECTORY loses its
 * power: nothing is written to its disk any more, not what is in the page cache and not its own
 * journal (FS_IOC_SHUTDOWN without a flush, as the file systems' own tests do it). What had been
 * synchronised before is on the disk; all else is lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>

/* Of ext4, xfs and f2fs alike; not in the headers of every kernel. */
#define FS_IOC_SHUTDOWN		_IOR('X', 125, uint32_t)
#define WITHOUT_FLUSH		2

int main(int argc, char **argv)
{
	long long ns = argc == 3 ? atoll(argv[1]) : -1;
	struct timespec wait = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
	uint32_t how = WITHOUT_FLUSH;
	int fd;

	if (ns < 0)
		return 64;
	fd = open(argv[2], O_RDONLY | O_DIRECTORY);
	if (fd < 0) {
		perror(argv[2]);
		return 1;
	}
	while (nanosleep(&wait, &wait) && errno == EINTR)
		;
	if (ioctl(fd, FS_IOC_SHUTDOWN, &how)) {
		perror("FS_IOC_SHUTDOWN");
		return 1;
	}
	return 0;
}
