/*
 * check - what `btms-agentx -t` finds: the collector's files, the store's directory, the master,
 * the managers for durable informs.
 *
 * One line for each thing, good or not. Changes nothing, and asks nobody but the master, whose
 * socket is connected and left again.
 */
#ifndef BTMS_CHECK_H
#define BTMS_CHECK_H

#include "view.h"

#include <stdbool.h>
#include <stdio.h>

/* Each: is it fine? */
bool check_files(const struct view *v, FILE *to);
bool check_data_dir(const char *path, FILE *to);
bool check_master(const char *address, FILE *to);
bool check_receivers(const char *path, const char *program, FILE *to);

#endif
