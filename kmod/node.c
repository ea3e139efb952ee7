// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guarded node; see node.h.
 *
 * mount -t devtask -o claim=ID none /dev/bus/usb/001/002
 *
 * One superblock per mount, its root is the node. i_rdev is 0, so that the device cgroup,
 * which refuses the raw node to the task, does not mind this one; ->getattr shows the real
 * number, by which hidapi finds the device in sysfs.
 */
#include <linux/cred.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/fs_parser.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/slab.h>

#include "claim.h"
#include "guard.h"
#include "label.h"
#include "node.h"
#include "task.h"

#define NODE_MAGIC 0x64746b31		/* "dtk1" */

static const struct devtask_guard_kind *(*choose_kind)(const struct devtask_claim *claim);

struct devtask_claim *devtask_node_claim(const struct inode *inode)
{
	return inode->i_sb->s_fs_info;
}

const struct devtask_guard_kind *devtask_node_kind(const struct inode *inode)
{
	return inode->i_private;
}

static int node_getattr(struct mnt_idmap *idmap, const struct path *path, struct kstat *stat,
			u32 request_mask, unsigned int query_flags)
{
	struct inode *inode = d_inode(path->dentry);

	generic_fillattr(idmap, request_mask, inode, stat);
	stat->rdev = devtask_node_claim(inode)->devt;
	return 0;
}

static const struct inode_operations node_inode_ops = {
	.getattr = node_getattr,
};

static const struct super_operations node_super_ops = {
	.statfs = simple_statfs,
};

/* The claim's reference has moved from the context to the superblock (s_fs_info). */
static int fill_super(struct super_block *sb, struct fs_context *fc)
{
	struct devtask_claim *claim = sb->s_fs_info;
	const struct devtask_guard_kind *kind = choose_kind(claim);
	struct inode *inode;

	sb->s_magic = NODE_MAGIC;
	sb->s_op = &node_super_ops;
	sb->s_iflags |= SB_I_NOEXEC;
	inode = new_inode(sb);
	if (!inode)
		return -ENOMEM;
	inode->i_ino = 1;
	inode->i_mode = S_IFCHR | 0600;
	inode->i_uid = claim->task->label->uid;
	inode->i_gid = GLOBAL_ROOT_GID;
	simple_inode_init_ts(inode);
	inode->i_op = &node_inode_ops;
	inode->i_fop = kind->fops;
	inode->i_private = (void *)kind;
	sb->s_root = d_make_root(inode);
	return sb->s_root ? 0 : -ENOMEM;
}

enum { OPT_CLAIM };

static const struct fs_parameter_spec node_params[] = {
	fsparam_u32("claim", OPT_CLAIM),
	{}
};

static int parse_param(struct fs_context *fc, struct fs_parameter *param)
{
	struct fs_parse_result result;
	struct devtask_claim *claim;
	int opt = fs_parse(fc, node_params, param, &result);

	if (opt < 0)
		return opt;
	if (fc->s_fs_info)
		return invalfc(fc, "one claim per mount");
	claim = devtask_claim_find(result.uint_32);
	if (!claim)
		return invalfc(fc, "no claim %u", result.uint_32);
	fc->s_fs_info = claim;
	return 0;
}

static int get_tree(struct fs_context *fc)
{
	if (!fc->s_fs_info)
		return invalfc(fc, "say which claim: -o claim=ID");
	return get_tree_nodev(fc, fill_super);
}

static void free_context(struct fs_context *fc)
{
	if (fc->s_fs_info)
		devtask_claim_put(fc->s_fs_info);
}

static const struct fs_context_operations context_ops = {
	.parse_param = parse_param,
	.get_tree = get_tree,
	.free = free_context,
};

static int init_context(struct fs_context *fc)
{
	fc->ops = &context_ops;
	return 0;
}

static void kill_super(struct super_block *sb)
{
	struct devtask_claim *claim = sb->s_fs_info;

	kill_anon_super(sb);
	if (claim)
		devtask_claim_put(claim);
}

/* No FS_USERNS_MOUNT: who mounts a claim has CAP_SYS_ADMIN in the initial user namespace. */
static struct file_system_type node_type = {
	.owner = THIS_MODULE,
	.name = "devtask",
	.init_fs_context = init_context,
	.kill_sb = kill_super,
};
MODULE_ALIAS_FS("devtask");

/**
 * devtask_node_open() - open the guarded node of a claim without a place in a name space
 * @claim: the claim
 * @flags: O_RDONLY, O_WRONLY or O_RDWR, with O_NONBLOCK
 *
 * May sleep. The mount is the file's alone and goes with it. Return: a guarded file, as if it had
 * been opened by its path, or an ERR_PTR: -ENODEV revoked or gone, what devtask_guard_open() says.
 */
struct file *devtask_node_open(struct devtask_claim *claim, unsigned int flags)
{
	struct vfsmount *mnt;
	struct file *file;
	struct path path;
	char option[24];

	snprintf(option, sizeof(option), "claim=%u", claim->id);
	mnt = vfs_kern_mount(&node_type, SB_KERNMOUNT, node_type.name, option);
	/* The claim is there, so if it is not found it has just been given up. */
	if (IS_ERR(mnt))
		return mnt == ERR_PTR(-EINVAL) ? ERR_PTR(-ENODEV) : ERR_CAST(mnt);
	path.mnt = mnt;
	path.dentry = mnt->mnt_root;
	file = dentry_open(&path, flags | O_LARGEFILE, current_cred());
	mntput(mnt);
	return file;
}

/**
 * devtask_node_init() - make the file system type known
 * @kind_of: says how a claim's files are guarded
 */
int devtask_node_init(const struct devtask_guard_kind *(*kind_of)(const struct devtask_claim *))
{
	choose_kind = kind_of;
	return register_filesystem(&node_type);
}

void devtask_node_exit(void)
{
	unregister_filesystem(&node_type);
}
