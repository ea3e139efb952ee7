// SPDX-License-Identifier: GPL-2.0-only
/* Orders to a running logger, over a unix socket: one word each, answered when it has been done,
 * so that whoever gave it need not guess when. Knows no order.
 */
#include "remote.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_MAX 1024

static int name_socket(const char *path, struct sockaddr_un *name)
{
	*name = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(name->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(name->sun_path, path);
	return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

int logger_remote_listen(const char *path)
{
	struct sockaddr_un name;
	int listener = name_socket(path, &name);

	if (listener < 0)
		return -1;
	unlink(path);
	if (bind(listener, (struct sockaddr *)&name, sizeof(name)) || listen(listener, 4))
		return -1;
	return listener;
}

int logger_remote_take(int listener, char *order, size_t size)
{
	int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	ssize_t length;

	if (client < 0)
		return -1;
	length = recv(client, order, size - 1, 0);
	if (length <= 0) {
		close(client);
		return -1;
	}
	order[length] = '\0';
	return client;
}

void logger_remote_reply(int client, const char *text)
{
	/* Who asked may be gone: nothing to be done about that. */
	(void)!send(client, text, strlen(text), MSG_NOSIGNAL);
	close(client);
}

int logger_remote_tell(const char *path, const char *order)
{
	char answer[ANSWER_MAX];
	struct sockaddr_un name;
	ssize_t length = -1;
	int logger = name_socket(path, &name);

	if (logger >= 0 && !connect(logger, (struct sockaddr *)&name, sizeof(name)) &&
	    send(logger, order, strlen(order), MSG_NOSIGNAL) > 0)
		length = recv(logger, answer, sizeof(answer) - 1, 0);
	if (length <= 0) {
		fprintf(stderr, "devtask-logger: no logger answers on %s: %s\n", path,
			length ? strerror(errno) : "it has ended");
		return 1;
	}
	answer[length] = '\0';
	puts(answer);
	return strstr(answer, "\"error\"") ? 1 : 0;
}
