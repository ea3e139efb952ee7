// SPDX-License-Identifier: GPL-2.0-only
/* Who holds the helper's role; see helper.h. */
#include <linux/compiler.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#include "helper.h"

static DEFINE_SPINLOCK(lock);
static u32 holder_portid;		/* 0 = nobody; under lock */
static struct pid *holder;		/* its process; under lock, referenced */

/**
 * devtask_helper_bind() - give the role to the calling process and this socket of its
 * @portid: netlink address of the socket, not 0
 *
 * Return: 0, or -EBUSY while somebody holds the role.
 */
int devtask_helper_bind(u32 portid)
{
	struct pid *pid = get_task_pid(current, PIDTYPE_TGID);

	spin_lock(&lock);
	if (!holder_portid) {
		holder_portid = portid;
		swap(holder, pid);
		pid = NULL;
	}
	spin_unlock(&lock);
	if (!pid)
		return 0;
	put_pid(pid);
	return -EBUSY;
}

/**
 * devtask_helper_is_current() - does this message come from the helper itself?
 * @portid: sender
 *
 * The socket alone proves nothing: a child may have inherited it.
 */
bool devtask_helper_is_current(u32 portid)
{
	bool is;

	spin_lock(&lock);
	is = holder_portid && holder_portid == portid && holder == task_tgid(current);
	spin_unlock(&lock);
	return is;
}

/**
 * devtask_helper_release() - this socket is gone
 * @portid: netlink address of the socket
 *
 * Return: true if it held the role.
 */
bool devtask_helper_release(u32 portid)
{
	struct pid *pid = NULL;

	spin_lock(&lock);
	if (holder_portid && holder_portid == portid) {
		holder_portid = 0;
		swap(holder, pid);
	}
	spin_unlock(&lock);
	put_pid(pid);
	return pid;
}

/**
 * devtask_helper_pid() - process id of the helper in the initial namespace, 0 if there is none
 */
pid_t devtask_helper_pid(void)
{
	pid_t nr;

	spin_lock(&lock);
	nr = pid_nr(holder);
	spin_unlock(&lock);
	return nr;
}

/**
 * devtask_helper_portid() - netlink address of the helper's socket, 0 if there is none
 */
u32 devtask_helper_portid(void)
{
	return READ_ONCE(holder_portid);
}

/**
 * devtask_helper_exit() - forget the holder; nobody asks any more
 */
void devtask_helper_exit(void)
{
	put_pid(holder);
	holder = NULL;
	holder_portid = 0;
}
