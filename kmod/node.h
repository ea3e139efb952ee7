/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guarded node: a file system of one inode that stands in for the raw device node in
 * the task's mount namespace. Knows claims; what opening it means is the kind's business.
 */
#ifndef DEVTASK_NODE_H
#define DEVTASK_NODE_H

struct devtask_claim;
struct devtask_guard_kind;
struct file;
struct inode;

int devtask_node_init(const struct devtask_guard_kind *(*kind_of)(const struct devtask_claim *));
void devtask_node_exit(void);
struct file *devtask_node_open(struct devtask_claim *claim, unsigned int flags);
struct devtask_claim *devtask_node_claim(const struct inode *inode);
const struct devtask_guard_kind *devtask_node_kind(const struct inode *inode);

#endif
