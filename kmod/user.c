// SPDX-License-Identifier: GPL-2.0-only
/* User memory of the calls; see user.h. */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "user.h"

/**
 * devtask_user_read() - read a structure that begins with its size
 * @to: the structure
 * @size: bytes of it; no caller may have a smaller one
 * @arg: the caller's
 * @user_size: out: bytes that the caller has
 *
 * Return: 0, -EINVAL too small, -E2BIG more than a page or unknown bytes that are not 0, -EFAULT.
 */
int devtask_user_read(void *to, size_t size, const void __user *arg, u32 *user_size)
{
	if (get_user(*user_size, (const u32 __user *)arg))
		return -EFAULT;
	if (*user_size < size)
		return -EINVAL;
	if (*user_size > PAGE_SIZE)
		return -E2BIG;
	return copy_struct_from_user(to, size, arg, *user_size);
}

/**
 * devtask_user_write() - give a structure back
 * @arg: the caller's
 * @from: the structure
 * @size: bytes of it
 * @user_size: from devtask_user_read()
 *
 * Its size says what it said before, whatever another thread has made of it. Return: 0, -EFAULT.
 */
int devtask_user_write(void __user *arg, const void *from, size_t size, u32 user_size)
{
	if (put_user(user_size, (u32 __user *)arg) ||
	    copy_to_user(arg + sizeof(u32), from + sizeof(u32), size - sizeof(u32)))
		return -EFAULT;
	return 0;
}

/**
 * devtask_user_text() - read a text
 * @address: of its first byte
 * @size: bytes, without a NUL
 * @min: the fewest that are allowed
 * @max: the most
 *
 * Return: a copy with a NUL, for the caller to kfree(), or an ERR_PTR: -EINVAL its size or a NUL
 * in it, -EFAULT, -ENOMEM.
 */
char *devtask_user_text(u64 address, u32 size, u32 min, u32 max)
{
	char *text;

	if (size < min || size > max)
		return ERR_PTR(-EINVAL);
	text = memdup_user_nul(u64_to_user_ptr(address), size);
	if (!IS_ERR(text) && strlen(text) != size) {
		kfree(text);
		return ERR_PTR(-EINVAL);
	}
	return text;
}

/**
 * devtask_user_put_text() - write a text without its NUL, if the caller wants it
 * @address: of the caller's buffer, 0 = not wanted
 * @size: in: of that buffer, out: of the text
 * @text: it
 *
 * Return: 0, -ENOSPC, -EFAULT.
 */
int devtask_user_put_text(u64 address, u32 *size, const char *text)
{
	u32 room = *size;

	*size = strlen(text);
	if (!address)
		return 0;
	if (room < *size)
		return -ENOSPC;
	return copy_to_user(u64_to_user_ptr(address), text, *size) ? -EFAULT : 0;
}

/**
 * devtask_user_put_sentence() - write a sentence with its NUL, cut to the room there is
 * @address: of the caller's buffer, 0 = not wanted
 * @size: of that buffer
 * @sentence: it
 *
 * Return: 0 or -EFAULT.
 */
int devtask_user_put_sentence(u64 address, u32 size, const char *sentence)
{
	char __user *to = u64_to_user_ptr(address);
	size_t length;

	if (!address || !size)
		return 0;
	length = min_t(size_t, strlen(sentence), size - 1);
	if (copy_to_user(to, sentence, length) || put_user(0, to + length))
		return -EFAULT;
	return 0;
}
