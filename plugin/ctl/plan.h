/*
 * plan - btmsctl plan: what a site needs, from words or from what runs.
 */
#ifndef BTMS_CTL_PLAN_H
#define BTMS_CTL_PLAN_H

#include "core/bom.h"

/* Arguments after the word `plan`. Returns the exit status. */
int plan_run(const char *state_dir, bool json, int argc, char **argv);

/* ---- what plan*.c share -------------------------------------------------------------------- */

/* Fills a `why`, and returns false. */
enum { PLAN_WHY_SIZE = 320 };
bool plan_wrong(char *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What the command line asks for. */
struct plan_words {
    struct bom_group *group;
    size_t groups;
    uint32_t strings;        /* of all groups */
    struct bom_group common; /* cells, voltage and current of those that do not tell them */
    bool th, gs, io;
    uint32_t sensors;
    struct bom_options options;
    struct topo_consumption consumption[TOPO_DEVICES];
};

/* Each reads one value of an option. False: `why` says what is wrong with it. */
bool plan_read_number(const char *text, uint32_t least, uint32_t most, uint32_t *ret, char *why);
bool plan_read_ups(const char *text, struct plan_words *w, char *why);
bool plan_read_consumption(const char *text, struct plan_words *w, char *why);

enum { PLAN_CELLS_MOST = 9999, PLAN_VOLTS_MOST = 1000, PLAN_AMPERES_MOST = 100000 };

/* Values that are common go to groups without them. False: a group has no cells. */
bool plan_complete(struct plan_words *w, char *why);

/* The site that the snapshots in `dir` tell of. False: `why` says why there is none. */
bool plan_find(const char *dir, struct bom_site *ret, char *why);

/* ---- the outcome ----------------------------------------------------------------------------- */

struct plan_outcome {
    const struct topo_site *site;
    struct bom bom;
    struct topo_finding *finding;
    size_t findings;
};

void plan_print_text(const struct plan_outcome *o);
void plan_print_csv(const struct plan_outcome *o);
void plan_print_json(const struct plan_outcome *o);

#endif
