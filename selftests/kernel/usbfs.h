/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * usbfs as a raw program uses it: one function per request, the result or -errno. Must not
 * know devtask. Compiled for 64 and for 32 bits.
 */
#ifndef KTEST_USBFS_H
#define KTEST_USBFS_H

#include <linux/usbdevice_fs.h>
#include <stddef.h>

int usbfs_claim(int fd);	/* interface 0 */
int usbfs_release(int fd);
/* @timeout_ms 0: for ever */
int usbfs_bulk(int fd, unsigned char ep, void *buf, unsigned int len, unsigned int timeout_ms);
int usbfs_control(int fd, unsigned char request, void *buf, unsigned int len,
		  unsigned int timeout_ms);
/* @urb and @buf stay with the kernel until reaped. */
int usbfs_submit(int fd, struct usbdevfs_urb *urb, unsigned char ep, void *buf, unsigned int len);
/* The reaped URB in @urb. */
int usbfs_reap(int fd, struct usbdevfs_urb **urb);
int usbfs_reap_now(int fd, struct usbdevfs_urb **urb);
int usbfs_discard(int fd, struct usbdevfs_urb *urb);
int usbfs_capabilities(int fd);

#endif
