/*
 * client - a link_tcp with a list of requests as its user, and what became of each.
 */
#ifndef TESTS_CLIENT_H
#define TESTS_CLIENT_H

#include "link/link_tcp.h"

enum { CLIENT_MAX = 512 };

struct client {
    struct link_tcp *link;
    int wake_fd;
    struct link_request request[CLIENT_MAX]; /* tag: its own index */
    int requests, next;
    int done[CLIENT_MAX]; /* how often */
    enum link_result result[CLIENT_MAX];
    uint8_t exception[CLIENT_MAX];
    uint16_t word[CLIENT_MAX]; /* the first one of the answer */
    int order[CLIENT_MAX];     /* tags as they were answered */
    int answers;
};

void client_init(struct client *c, const char *host, int port, int timeout_ms, int window);
void client_done(struct client *c);

/* Adds a read of one register at `address` of `unit`; returns its tag. */
int client_add(struct client *c, uint8_t unit, uint16_t address);
void client_add_many(struct client *c, int n);

enum link_run client_run(struct client *c);

/* Opens and runs, `connections` times at most, until idle. The last result. */
enum link_run client_run_on(struct client *c, int connections);

void client_drop(struct client *c);

/* Fails unless every request added was answered exactly once. */
void client_check_each_once(const struct client *c);
int client_count(const struct client *c, enum link_result result);

#endif
