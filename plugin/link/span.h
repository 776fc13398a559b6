/*
 * span - may two cells be read with one request? Learned, never assumed. Pure.
 *
 * Two cells lie 100 registers apart, so one request that covers both crosses registers the vendor
 * does not list. Gateways may refuse that, or answer with something that looks right and is not:
 * zeros, or the mapped registers packed together. So two neighbouring cells are read singly, then
 * as one, and only if every mapped register agrees are spans used; the proof is repeated daily and
 * after a reconnect. A refusal, or disagreement three times in a row, ends it for good.
 */
#ifndef BTMS_SPAN_H
#define BTMS_SPAN_H

#include "core/registers.h"

enum { SPAN_WORDS_MAX = REG_READ_MAX - REG_CELL_STRIDE };

enum span_state { SPAN_UNKNOWN, SPAN_YES, SPAN_NO };
enum span_step { SPAN_FIRST, SPAN_SECOND, SPAN_BOTH };

struct span {
    enum span_state state;
    bool stale; /* SPAN_YES, but to be proved again before use */
    bool asked; /* the request of `step` is under way */
    enum span_step step;
    uint8_t string, cell; /* the pair looked at: cell and cell + 1, from 0 */
    uint8_t disagreements;
    int64_t proved_ms;
    uint16_t cell_words; /* registers read of a cell; rows beyond are not compared */
    uint16_t words[2][SPAN_WORDS_MAX];
};

/* Spans that `cell` (its map) is too long for, or that are not `wanted`, are SPAN_NO at once. */
void span_init(struct span *s, const struct reg_map *cell, bool wanted);

/* May spans be used now? */
bool span_usable(const struct span *s);

/* Is there something to prove now? */
bool span_open(const struct span *s, int64_t now);

/* After a reconnect: the proof is to be repeated. */
void span_doubt(struct span *s);

/* The answer of the step asked for: `words` from the first cell's offset 0 on, or NULL, and then
 * `refused` tells a clear no from silence. Returns true when the pair is of no use (a cell is
 * missing): the caller names another. */
bool span_answer(struct span *s, const struct reg_map *cell, int64_t now, const uint16_t *words,
                 bool refused);

#endif
