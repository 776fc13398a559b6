/* settings.h: the key=value words behind `gateway` and `options`, kept in one table. */
#ifndef SIM_SETTINGS_H
#define SIM_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

struct text;

enum gaps { GAPS_REFUSE, GAPS_ZERO, GAPS_PACK, GAPS_SHORT };
enum absent_units { ABSENT_EXCEPTION, ABSENT_ZERO, ABSENT_SILENT };
enum service { SERVICE_OVERLAP, SERVICE_CONNECTION, SERVICE_SERIAL };
enum word_order { WORDS_BIG, WORDS_LITTLE };
enum functions { FUNCTIONS_3, FUNCTIONS_4, FUNCTIONS_BOTH };

struct settings {
    /* What the installation consists of: fixed once the gateway exists. */
    int ups;
    int strings;
    int cells;    /* per string */
    int celltype; /* V: 2, 6 or 12 */
    double capacity;
    int seed;
    /* How the gateway serves it: may change at run time. */
    int gaps; /* enum gaps, and so on: int, because one table sets them all */
    int absent;
    int service;
    int64_t latency_ns;
    int functions;
    int version;
    int word_order;
    int soh;
    int alarm;
    int noise;
};

/* One UPS, four strings of 40 cells of 12 V. */
void settings_init(struct settings *s);

/* Takes one "key=value". RUNNING refuses the keys that cannot change any more. Returns false and
 * appends the reason to WHY when the word is refused; S is then unchanged. */
bool settings_parse(struct settings *s, const char *word, bool running, struct text *why);

/* Appends " key=value" for every key; RUNNING: for those that can change. */
void settings_print(const struct settings *s, bool running, struct text *t);

/* Milliseconds with an optional fraction; -1 if TEXT is no such number. */
int64_t parse_ms(const char *text);

/* A whole decimal number in LEAST..MOST; false if TEXT is none. */
bool parse_count(const char *text, long least, long most, long *ret);

/* A finite decimal number; false if TEXT is none. */
bool parse_number(const char *text, double *ret);

#endif
