/* server.h: the network side of one gateway: its listener and its connections. */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include "loop.h"

#include <sys/socket.h>

struct conn;
struct gateway;
struct text;

struct server {
    struct watch watch; /* the listener, fd -1 while refusing */
    struct gateway *gateway;
    struct sockaddr_storage address; /* with the real port once it listened */
    socklen_t address_length;
    struct conn *conns;
    int64_t busy_until; /* service=serial: when the gateway is done with what it has */
};

/* Takes "127.0.0.1:15020" or "[::1]:0" and opens the listener. False with the reason in WHY. */
bool server_open(struct server *s, struct gateway *gw, const char *address, struct text *why);

/* To be called when the faults have changed: opens or closes the listener and connections as they
 * demand. False with the reason in WHY when the listener cannot be opened. */
bool server_update(struct server *s, struct text *why);

/* To be called when the number of connections has changed while there are faults. */
void server_counted(struct server *s);

/* Closes the listener and every connection. */
void server_close(struct server *s);

/* Appends address and real port in the notation server_open() takes. */
void server_print(const struct server *s, struct text *t);

#endif
