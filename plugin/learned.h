/*
 * learned - when is what was learned about a gateway worth a line of the log? Pure.
 *
 * Once when it has settled, and at once where it got worse. A window that was halved by an accident
 * grows again, and is no news.
 */
#ifndef BTMS_LEARNED_H
#define BTMS_LEARNED_H

#include <stddef.h>

struct learned_state {
    int window;  /* requests under way at once, over all connections */
    int ceiling; /* of each connection */
    int connections;
    int cells; /* per request */
};

enum learned_news { LEARNED_NOTHING, LEARNED_SETTLED, LEARNED_WORSE };
enum { LEARNED_TURNS = 5, LEARNED_SIZE = 96 };

/* All zero: nothing was told. */
struct learned {
    struct learned_state last, told;
    int turns; /* since `last` has changed */
};

/* After each turn. What there is to tell is `told` then. */
enum learned_news learned_turn(struct learned *l, struct learned_state is);

/* "16 requests under way at once, over 1 connection, two cells per request" */
void learned_write(const struct learned_state *s, char ret[LEARNED_SIZE]);

#endif
