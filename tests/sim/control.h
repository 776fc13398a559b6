/* control.h: the control socket, both ends. */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include <stdbool.h>

struct text;

/* Listens on a unix socket. A socket left behind by a process that is gone is replaced. False with
 * the reason. */
bool control_open(const char *path, struct text *why);

/* Closes the control socket and removes it from the file system. */
void control_close(void);

/* The client: sends COUNT commands to the simulator at PATH and prints what they output. Returns
 * the exit status: 0, or 1 with a message on stderr. */
int control_client(const char *path, char *const *commands, int count);

#endif
