/*
 * receivers - the file that names managers for durable informs.
 *
 * One line for each, words between blanks; a word may be in double quotes, and must be if it has
 * blanks. '#' begins a comment.
 *
 *   heartbeat 3600
 *   inform "noc" 192.0.2.10:162 v3 user btms auth SHA-256 "..." priv AES "..." replay all
 *   inform "old" nms.example.net v2c community "..." replay active
 *
 * It holds passphrases, so a file that others may read is refused.
 */
#ifndef BTMS_RECEIVERS_H
#define BTMS_RECEIVERS_H

#include <stdbool.h>
#include <stddef.h>

enum { RECEIVERS_MAX = 32, RECEIVER_NAME_SIZE = 33, RECEIVER_WORD_SIZE = 256 };

struct receiver {
    char name[RECEIVER_NAME_SIZE];
    char peer[RECEIVER_WORD_SIZE + 16]; /* "udp:host:port", "udp6:[address]:port" */
    int version;                        /* 2 or 3 */
    char community[RECEIVER_WORD_SIZE];
    char user[RECEIVER_NAME_SIZE];
    char auth[12], auth_pass[RECEIVER_WORD_SIZE]; /* "": none */
    char priv[12], priv_pass[RECEIVER_WORD_SIZE];
    bool only_active; /* replay active */
};

struct receivers {
    struct receiver r[RECEIVERS_MAX];
    size_t n;
    int heartbeat_s; /* 0 = none */
};

/* Are two receivers, both as receivers_read() made them, the same in everything? */
bool receiver_same(const struct receiver *a, const struct receiver *b);

/* Reads `path` and says each mistake in a line of its own ("PATH: line 3: ..."), without values
 * that may be secret. What is wrong is left out of `ret`. Returns how many mistakes. */
unsigned receivers_read(const char *path, struct receivers *ret,
                        void (*say)(void *ctx, const char *text), void *ctx);

#endif
