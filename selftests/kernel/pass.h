/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A descriptor through a socket (SCM_RIGHTS). Must not know devtask.
 */
#ifndef KTEST_PASS_H
#define KTEST_PASS_H

int pass_send(int sock, int fd);	/* 0 or -errno */
int pass_receive(int sock);		/* the descriptor or -errno */

#endif
