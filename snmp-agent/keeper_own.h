/*
 * keeper_own - what the files of keeper share: keeper.c has the thread, its store and its orders,
 * keeper_places.c keeps how far the receivers are, keeper_requests.c what persons want.
 */
#ifndef BTMS_KEEPER_OWN_H
#define BTMS_KEEPER_OWN_H

#include "core/store.h"
#include "keeper.h"

#include <pthread.h>

/* A receiver's orders. Its answers are in the news. */
struct line {
    char name[PLACE_NAME_SIZE]; /* "": there is none */
    unsigned generation;        /* raised when it becomes another one */
    bool known;                 /* `place` is one: of the file, of the store, or set */
    struct store_place place;   /* to be saved */
    bool fetch;
    uint32_t fetch_after;
};

/* What the thread has done for a receiver. */
struct done {
    unsigned generation;
    bool settled;                    /* the store was asked for its place */
    struct store_place saved, filed; /* in the store; in the file beside it */
};

struct keeper {
    const char *dir;
    struct line line[KEEPER_RECEIVERS];
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t orders;
    int fd;
    bool stop;
    bool append, forget;
    struct event to_append;
    bool ask, asking; /* an order; one of which the result was not taken yet */
    struct store_request request;
    struct alarm watched;     /* the agent's own alarm that stands; id 0 = none */
    struct store_floor floor; /* the highest numbers seen elsewhere */
    struct keeper_news news;
    /* the thread's own */
    struct done done[KEEPER_RECEIVERS];
    struct places kept; /* as the file was at the start */
    uint64_t store_id;  /* of the store that was open last; 0: none was */
    struct store *store;
    bool refile; /* the file has more than it should */
    bool said;   /* that the store cannot be opened */
    bool stuck,
        unfiled;   /* a place could not be saved, in the store, in the file: not at once again */
    bool unread;   /* that events could not be read is said */
    bool unstored; /* that an event could not be stored is said */
};

/* Orders taken together: what came in meanwhile is for the next round. */
struct round {
    bool stop, append, ask, forget;
    struct event event;
    struct store_request request;
    struct line line[KEEPER_RECEIVERS];
};

/* ---- keeper.c ---------------------------------------------------------------------------- */

/* There is news. */
void keeper_tell(struct keeper *k);

/* It failed: it is opened anew, after a while. */
void keeper_give_up_store(struct keeper *k);

/* The store raises its numbers in the transaction that opens it. That they are too low is rare: it
 * is new, and files of the time before were published again after it was opened. */
void keeper_apply_floor(struct keeper *k, const struct round *r);

/* ---- keeper_places.c --------------------------------------------------------------------- */

/* Places of the round: into the file beside the store; into the store. */
void keeper_file_places(struct keeper *k, const struct round *r);
void keeper_save_places(struct keeper *k, const struct round *r);

/* With the lock held: is there one that can and must be kept? */
bool keeper_wants_saving(const struct keeper *k, size_t i);

/* Those of receivers that are in the round no more. */
void keeper_forget_places(struct keeper *k, const struct round *r);

/* ---- keeper_requests.c ------------------------------------------------------------------- */

/* Leaves a request of SNMP to whoever serves it. */
void keeper_ask_store(struct keeper *k, struct store_request r);

/* Serves what persons want of the agent's own alarm. */
void keeper_serve_requests(struct keeper *k, const struct round *round);

#endif
