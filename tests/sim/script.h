/* script.h: commands from a file, some of them at a time. */
#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include <stdbool.h>

struct text;

/* Reads a script: lines without a time before the first timed one run at once, the others when
 * their time has come, counted from now. False with the reason when the file cannot be read, a time
 * is bad or a command fails that runs at once. A line that fails later is reported on stderr; so is
 * the output of later lines if VERBOSE. */
bool script_run(const char *path, bool verbose, struct text *out, struct text *why);

/* Forgets the lines that have not run. */
void script_done(void);

#endif
