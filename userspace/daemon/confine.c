// SPDX-License-Identifier: GPL-2.0-only
/* confine - see confine.h. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/ioprio.h>
#include <linux/keyctl.h>
#include <linux/securebits.h>

#include "confine.h"
#include "names.h"
#include "numbers.h"
#include "user.h"

/*
 * Root without capabilities still owns these files. A user-mode helper named in one of
 * them would run outside of the task with everything.
 */
static const char *const knobs[] = {
	"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs",
};

static int make_readonly(const char *path)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	return mount_setattr(AT_FDCWD, path, AT_RECURSIVE, &attr, sizeof(attr)) ? -errno : 0;
}

static int cover_knob(const char *path)
{
	if (mount(path, path, NULL, MS_BIND | MS_REC, NULL))
		return errno == ENOENT ? 0 : -errno;
	return make_readonly(path);
}

/* /sys is a mount of its own everywhere; cgroups are mounted below it. */
static int cover_kernel(void)
{
	int ret = make_readonly("/sys");

	for (size_t i = 0; !ret && i < sizeof(knobs) / sizeof(*knobs); i++)
		ret = cover_knob(knobs[i]);
	return ret;
}

/*
 * A namespace with the task's cgroup as root, and a view of no more than it. On a hierarchy
 * mounted with nsdelegate the kernel lets nobody out of the namespace, not even root with
 * clone3(CLONE_INTO_CGROUP), which minds no read-only mount.
 */
static int close_cgroup(void)
{
	if (unshare(CLONE_NEWCGROUP))
		return -errno;
	/* The same file system is not mounted on top of itself. */
	if (umount2(DEVTASK_PATH_CGROUP_ROOT, MNT_DETACH))
		return -errno;
	if (mount("cgroup2", DEVTASK_PATH_CGROUP_ROOT, "cgroup2",
		  MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return -errno;
	return 0;
}

static int hide_helper(void)
{
	if (mount("devtask-nothing", DEVTASK_PATH_RUN, "tmpfs",
		  MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0555,size=4k"))
		return errno == ENOENT ? 0 : -errno;
	return 0;
}

int devtask_confine_mounts(void)
{
	int ret;

	/* A slave still sees what the host mounts later, and tells the host nothing. */
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		return -errno;
	ret = close_cgroup();
	if (!ret)
		ret = cover_kernel();
	return ret ? ret : hide_helper();
}

int devtask_confine_guard(uint32_t claim, const char *path)
{
	char options[32];

	snprintf(options, sizeof(options), "claim=%u", claim);
	if (mount("none", path, DEVTASK_FILESYSTEM, MS_NOSUID | MS_NOEXEC, options))
		return -errno;
	return 0;
}

void devtask_confine_priority(void)
{
	setpriority(PRIO_PROCESS, 0, DEVTASK_NICE);
	syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0,
		IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, IOPRIO_NR_LEVELS - 1));
}

static int drop_bounding_set(void)
{
	for (int cap = 0; cap < 64; cap++) {
		int has = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);

		if (has < 0)
			break;
		if (has && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0))
			return -errno;
	}
	return 0;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof(none));
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		return -errno;
	return syscall(SYS_capset, &header, none) ? -errno : 0;
}

/*
 * The helper's session keyring is common to all that it starts: keys of one task would be keys of
 * the others. A kernel without keys has none to share.
 */
static int leave_keyring(void)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS)
		return -errno;
	return 0;
}

int devtask_confine_user(const struct devtask_user *user)
{
	unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED |
			     SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
			     SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
	int ret;

	if (setgroups((size_t)user->group_count, user->groups) ||
	    setresgid(user->gid, user->gid, user->gid))
		return -errno;
	ret = drop_bounding_set();
	if (ret)
		return ret;
	if (prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) ||
	    setresuid(user->uid, user->uid, user->uid))
		return -errno;
	/* As the user, whose keyring it so becomes. */
	ret = leave_keyring();
	if (!ret)
		ret = drop_capabilities();
	if (ret)
		return ret;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : 0;
}
