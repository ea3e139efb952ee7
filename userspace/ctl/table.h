/* SPDX-License-Identifier: GPL-2.0-only */
/* table - rows of text in aligned columns. Must not know what they say. */
#ifndef DEVTASK_CTL_TABLE_H
#define DEVTASK_CTL_TABLE_H

#include <stddef.h>
#include <stdio.h>

struct devtask_column {
	const char *head;
	char align;	/* 'l' or 'r' */
};

struct devtask_table;

struct devtask_table *devtask_table_create(const struct devtask_column *columns, size_t count);

/* The next cell, row by row. Lack of memory leaves a cell empty. */
void devtask_table_add(struct devtask_table *table, const char *text);

/* To stdout, the head in bold on a terminal; frees the table. */
void devtask_table_print(struct devtask_table *table);

/* The same, plain, to @to. */
void devtask_table_write(struct devtask_table *table, FILE *to);

/* Frees a table that is not wanted any more. */
void devtask_table_destroy(struct devtask_table *table);

#endif
