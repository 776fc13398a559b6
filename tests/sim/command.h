/* command.h: the one command language of the command line, the script and the control socket. */
#ifndef SIM_COMMAND_H
#define SIM_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

struct gateway;
struct text;

enum { WORDS_MAX = 32 };

/* One command being carried out. */
struct call {
    struct gateway *gw;    /* the gateway it is for, NULL for the commands without one */
    int count;             /* words behind the name and the gateway */
    char *word[WORDS_MAX]; /* count of them, then NULL */
    struct text *out;      /* output lines */
    struct text *why;      /* reason of a failure */
};

struct command {
    const char *name;
    bool (*run)(struct call *c);
    bool for_gateway; /* the second word is a gateway, or a pattern of several */
    bool changes;     /* values may differ afterwards */
    int least, most;  /* number of words, not counting name and gateway */
    const char *usage;
};

/* The tables, one per file; each ends in a row without a name. */
extern const struct command installation_commands[];
extern const struct command value_commands[];
extern const struct command battery_commands[];
extern const struct command fault_commands[];
extern const struct command line_commands[];
extern const struct command th_commands[];

/* Seeds all gateways made from now on. */
void command_seed(uint64_t seed);

/* Carries out one line. Returns true, or false with "what, where, why" in WHY. OUT gets the output
 * lines in both cases. An empty line and a comment do nothing. */
bool command_run(const char *line, struct text *out, struct text *why);

/* Seed given with command_seed(). */
uint64_t command_get_seed(void);

#endif
