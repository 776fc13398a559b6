/* line.h: a serial line with string masters: a PTY, with libmodbus as the server behind it. */
#ifndef SIM_LINE_H
#define SIM_LINE_H

#include <stdbool.h>

struct gateway;
struct line;
struct text;

/* Puts the strings of GW on a new line as string masters with the units 1.. . PATH becomes a symbolic
 * link to the device that a client opens. False with the reason in WHY. */
bool line_open(struct gateway *gw, const char *path, struct text *why);

/* Takes the line away. NULL is fine. */
void line_free(struct line *l);

/* Pulls the adapter: the device hangs up, its link is gone. */
void line_unplug(struct line *l);

/* Puts it back: the link leads to a device of another number. */
bool line_plug(struct line *l, struct text *why);

/* Another master's question to UNIT is heard on the line. */
void line_foreign(struct line *l, unsigned unit);

/* Bytes that mean nothing are heard. */
void line_noise(struct line *l);

/* Appends the link and the device. */
void line_print(const struct line *l, struct text *t);

#endif
