/*
 * orders - between the store and the steward: what persons have asked for, and what is expected.
 */
#ifndef BTMS_ORDERS_H
#define BTMS_ORDERS_H

#include "config.h"
#include "core/store.h"
#include "steward.h"

enum { ORDERS_MOST = 16 };

/* Served, but not answered yet: that is done when what they did can be seen. */
struct orders {
    struct store_request asked[ORDERS_MOST]; /* room to read them into */
    size_t n;
    struct {
        uint32_t id;
        enum store_answer state;
        char text[EVENT_TEXT_SIZE];
    } of[ORDERS_MOST];
};

/* Does what waits in the store, at most ORDERS_MOST; what is for the agent goes on waiting. */
void orders_serve(struct orders *ret, struct store *store, struct steward *s, struct moment t);

/* False: the store fails, and they will be served once more, which does no harm. */
bool orders_answer(const struct orders *o, struct store *store);

/* What is expected of a device. It is forgotten when its configuration, and so its mark, changes: with
 * another address or other strings, other things are there. False: it could not be kept; there is
 * none. */
uint32_t orders_mark(const struct gateway_config *g);
uint32_t orders_mark_th(const struct th_config *th);
bool orders_expect(struct store *store, uint32_t device, uint32_t mark, const struct census *c);
bool orders_expected(struct store *store, uint32_t device, uint32_t mark, struct census *ret);

#endif
