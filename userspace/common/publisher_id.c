// SPDX-License-Identifier: GPL-2.0-only
/* publisher_id - see publisher_id.h. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sha2.h>

#include "publisher_id.h"
#include "utf8.h"

/* Takes one character of valid UTF-8. */
static uint32_t next_character(const unsigned char **text)
{
	const unsigned char *at = *text;
	uint32_t character = *at++;
	int more = character >= 0xf0 ? 3 : character >= 0xe0 ? 2 : character >= 0xc0 ? 1 : 0;

	if (more)
		character &= 0x3fu >> more;
	while (more--)
		character = character << 6 | (*at++ & 0x3f);
	*text = at;
	return character;
}

static unsigned char *put(unsigned char *to, uint32_t unit)
{
	*to++ = unit & 0xff;
	*to++ = unit >> 8 & 0xff;
	return to;
}

/* To UTF-16LE, which is at most twice as long. Returns its end. */
static unsigned char *widen(const char *text, unsigned char *to)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at) {
		uint32_t character = next_character(&at);

		if (character >= 0x10000) {
			to = put(to, 0xd800 + ((character - 0x10000) >> 10));
			character = 0xdc00 + ((character - 0x10000) & 0x3ff);
		}
		to = put(to, character);
	}
	return to;
}

/* The first 64 bits of the hash and a zero, in 13 digits of Crockford's base 32. */
static void spell(const uint8_t *hash, char *id)
{
	static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

	for (unsigned int i = 0; i < DEVTASK_PUBLISHER_ID_LENGTH; i++) {
		unsigned int bit = i * 5, value = hash[bit / 8] << 8;

		value |= bit / 8 + 1 < 8 ? hash[bit / 8 + 1] : 0;
		id[i] = digits[value >> (11 - bit % 8) & 31];
	}
	id[DEVTASK_PUBLISHER_ID_LENGTH] = '\0';
}

bool devtask_publisher_id(const char *publisher, char id[DEVTASK_PUBLISHER_ID_LENGTH + 1])
{
	uint8_t hash[SHA256_DIGEST_LENGTH];
	unsigned char *wide;
	SHA2_CTX context;

	*id = '\0';
	if (!devtask_utf8_is_valid(publisher))
		return false;
	wide = malloc(2 * strlen(publisher) + 1);
	if (!wide)
		return false;
	SHA256Init(&context);
	SHA256Update(&context, wide, (size_t)(widen(publisher, wide) - wide));
	SHA256Final(hash, &context);
	free(wide);
	spell(hash, id);
	return true;
}

bool devtask_publisher_id_matches(const char *listed, const char *publisher)
{
	char id[DEVTASK_PUBLISHER_ID_LENGTH + 1];

	if (strchr(listed, '='))
		return !strcmp(listed, publisher);
	return devtask_publisher_id(publisher, id) && !strcmp(listed, id);
}
