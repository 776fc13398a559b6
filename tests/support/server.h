/*
 * server - a scripted Modbus TCP peer: one thread, one connection at a time, port 0 of loopback.
 *
 * Requests are handed to the test's handler as they come out of one recv(): what a client sends
 * at once arrives at once. What the handler puts is sent when it returns.
 */
#ifndef TESTS_SERVER_H
#define TESTS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct server;

struct server_request {
    uint16_t transaction;
    uint8_t unit, function;
    uint16_t address, count;
};

/* `n` requests that came together; `connection` counts from 1. Called in the server's thread. */
typedef void server_handler(void *ctx, struct server *s, int connection,
                            const struct server_request *r, int n);

/* `family` AF_INET or AF_INET6. NULL when this machine cannot (no IPv6). */
struct server *server_start(int family, server_handler *handler, void *ctx);
void server_stop(struct server *s);

int server_port(const struct server *s);

/* Connections accepted and requests received until now. */
int server_connections(const struct server *s);
int server_requests(const struct server *s);

/* While off, what comes is not read; a connection that is there is reset. */
void server_online(struct server *s, bool on);

/* For the handler: raw bytes; a good reply with the request's transaction; an exception. */
void server_put(struct server *s, const void *data, size_t size);
void server_put_words(struct server *s, const struct server_request *r, const uint16_t *words);
void server_put_exception(struct server *s, const struct server_request *r, uint8_t code);

/* For the handler: sends what was put, now. */
void server_flush(struct server *s);

/* For the handler: after what was put is sent, end the connection by RST, or by FIN. */
void server_reset(struct server *s);
void server_close(struct server *s);

/* A port of 127.0.0.1 where nobody listens (any more). */
int server_dead_port(void);

#endif
