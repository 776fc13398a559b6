/*
 * replacements - which cells were replaced, and when, as persons have told.
 */
#ifndef BTMS_REPLACEMENTS_H
#define BTMS_REPLACEMENTS_H

#include <stdbool.h>

/* Prints all of them that are in the store; the exit code. */
int replacements_show(const char *data_dir, bool json);

#endif
