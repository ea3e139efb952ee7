// SPDX-License-Identifier: GPL-2.0-only
/*
 * kill-at NS PID COMMAND...: start COMMAND, and kill -9 process PID so many nanoseconds later; with
 * PID 0 kill nobody. Prints the nanoseconds that COMMAND took, ends with its status. In virtual
 * time the moment is one instruction or another of PID.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000LL

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * NS_PER_S + time.tv_nsec;
}

static void sleep_until(long long ns)
{
	struct timespec time = { .tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
		;
}

int main(int argc, char **argv)
{
	pid_t victim, child;
	long long begin;
	int status;

	if (argc < 4) {
		fprintf(stderr, "usage: kill-at NS PID COMMAND...\n");
		return 64;
	}
	victim = (pid_t)atoi(argv[2]);
	/* The default slack of 50 us is many instructions. */
	prctl(PR_SET_TIMERSLACK, 1);
	begin = now();
	child = fork();
	if (child < 0)
		return 1;
	if (!child) {
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (victim) {
		sleep_until(begin + atoll(argv[1]));
		kill(victim, SIGKILL);
	}
	if (waitpid(child, &status, 0) != child)
		return 1;
	fprintf(stderr, "ns %lld\n", now() - begin);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
