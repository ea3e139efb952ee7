// SPDX-License-Identifier: GPL-2.0-only
/* table - see table.h. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "table.h"

struct devtask_table {
	const struct devtask_column *columns;
	size_t width;
	char **cells;
	size_t count;
};

struct devtask_table *devtask_table_create(const struct devtask_column *columns, size_t count)
{
	struct devtask_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->columns = columns;
	table->width = count;
	return table;
}

void devtask_table_add(struct devtask_table *table, const char *text)
{
	char **grown;

	if (!table)
		return;
	grown = reallocarray(table->cells, table->count + 1, sizeof(*grown));
	if (!grown)
		return;
	table->cells = grown;
	table->cells[table->count++] = strdup(text);
}

static const char *cell(const struct devtask_table *table, size_t row, size_t column)
{
	const char *text = table->cells[row * table->width + column];

	return text ? text : "";
}

static size_t column_width(const struct devtask_table *table, size_t column)
{
	size_t widest = strlen(table->columns[column].head);

	for (size_t row = 0; row < table->count / table->width; row++)
		if (strlen(cell(table, row, column)) > widest)
			widest = strlen(cell(table, row, column));
	return widest;
}

static void print_cell(const struct devtask_table *table, size_t column, const char *text,
		       FILE *to)
{
	bool last = column + 1 == table->width;
	int width = (int)column_width(table, column);

	if (table->columns[column].align == 'r')
		fprintf(to, "%*s%s", width, text, last ? "\n" : "  ");
	else if (last)
		fprintf(to, "%s\n", text);
	else
		fprintf(to, "%-*s  ", width, text);
}

static bool bold_wanted(void)
{
	return isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
}

void devtask_table_destroy(struct devtask_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
	free(table);
}

static void print_head(const struct devtask_table *table, FILE *to)
{
	for (size_t column = 0; column < table->width; column++)
		print_cell(table, column, table->columns[column].head, to);
}

static void print_rows(const struct devtask_table *table, FILE *to)
{
	for (size_t row = 0; row < table->count / table->width; row++)
		for (size_t column = 0; column < table->width; column++)
			print_cell(table, column, cell(table, row, column), to);
}

void devtask_table_write(struct devtask_table *table, FILE *to)
{
	if (!table)
		return;
	print_head(table, to);
	print_rows(table, to);
	devtask_table_destroy(table);
}

void devtask_table_print(struct devtask_table *table)
{
	if (!table)
		return;
	if (bold_wanted())
		fputs("\033[1m", stdout);
	print_head(table, stdout);
	if (bold_wanted())
		fputs("\033[0m", stdout);
	print_rows(table, stdout);
	devtask_table_destroy(table);
}
