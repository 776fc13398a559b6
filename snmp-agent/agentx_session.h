/*
 * agentx_session - what passes between master and subagent once there is a connection: requests of
 * our own and their answers, the master's requests, notifications. For agentx.c only, which makes
 * and loses connections and looks at the clock.
 */
#ifndef BTMS_AGENTX_SESSION_H
#define BTMS_AGENTX_SESSION_H

#include "agentx.h"
#include "agentx_conn.h"

enum agentx_ask {
    AGENTX_ASK_NOTHING,
    AGENTX_ASK_CONNECT,
    AGENTX_ASK_OPEN,
    AGENTX_ASK_REGISTER,
    AGENTX_ASK_UNREGISTER,
    AGENTX_ASK_CLOSE
};

/* Longer than snmpd is known to be away with its own affairs. */
enum { AGENTX_ASK_MS = 10000 };

struct agentx {
    /* settings */
    char *description;
    struct oid id;
    uint8_t timeout_s;
    struct agentx_regions regions;
    void *ctx;
    void (*notified)(void *ctx, uint32_t tag, int result);

    /* the connection */
    struct agentx_conn conn;
    enum agentx_state state;
    int64_t now, retry_at, retry_ms, running_since;
    uint32_t session, packet;
    enum agentx_ask ask;
    uint32_t ask_packet;
    int64_t ask_until;
    size_t asked; /* the region that is being registered or given back */
    bool pinging;
    uint32_t ping_packet;
    int64_t ping_at, heard;
    bool has_uptime;
    uint32_t uptime;
    int64_t uptime_at;

    struct agentx_replier replier;
    int64_t pins_due;
    struct agentx_notice {
        uint32_t packet, tag;
        bool answered;
        uint16_t error;
    } window[AGENTX_WINDOW]; /* a ring: `under_way` from `oldest` on */
    unsigned oldest, under_way;

    struct agentx_counts counts;
    char error[256];
};

/* ---- agentx.c ---------------------------------------------------------------------------- */

/* Back to no connection, in this state. */
void agentx_hang_up(struct agentx *a, enum agentx_state state);

/* The connection is of no use any more: why is agentx_error() from now on. */
void agentx_lose(struct agentx *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- agentx_session.c -------------------------------------------------------------------- */

bool agentx_has_session(const struct agentx *a);

/* One request of our own at a time; returns its packet id. */
uint32_t agentx_ask(struct agentx *a, enum agentx_ask what, int64_t patience_ms);
void agentx_ask_open(struct agentx *a);
/* The next registration that is due, if nothing else is being asked. */
void agentx_ask_region(struct agentx *a);
void agentx_ask_close(struct agentx *a, int64_t patience_ms);
void agentx_send_ping(struct agentx *a);

/* Handles what has come. True where it stopped because too much waits to be sent. */
bool agentx_serve(struct agentx *a);

/* Reports the oldest notifications that have an answer; `lost`: all of them. */
void agentx_report(struct agentx *a, bool lost);

#endif
