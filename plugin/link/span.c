/* See span.h. The words compared are the mapped ones only: what a gateway puts between is its own. */
#include "link/span.h"

#include <string.h>

enum { DISAGREEMENTS_MAX = 3 };
static const int64_t PROOF_MS = 24 * 3600 * 1000LL;

void span_init(struct span *s, const struct reg_map *cell, bool wanted)
{
    *s = (struct span){.cell_words = cell->words,
                       .state = wanted && cell->words <= SPAN_WORDS_MAX ? SPAN_UNKNOWN : SPAN_NO};
}

bool span_usable(const struct span *s)
{
    return s->state == SPAN_YES && !s->stale;
}

bool span_open(const struct span *s, int64_t now)
{
    if (s->asked || s->state == SPAN_NO)
        return false;
    return s->state == SPAN_UNKNOWN || s->stale || now - s->proved_ms >= PROOF_MS;
}

void span_doubt(struct span *s)
{
    s->stale = true;
    s->asked = false;
    s->step = SPAN_FIRST;
}

static bool agrees(const struct span *s, const struct reg_map *cell, const uint16_t *words)
{
    for (const struct reg *r = cell->row; r < cell->row + cell->count; r++)
        for (int half = 0; half < 2; half++)
            if (r->address + registers_words(r->type) <= s->cell_words &&
                memcmp(&s->words[half][r->address], &words[half * REG_CELL_STRIDE + r->address],
                       registers_words(r->type) * sizeof(*words)) != 0)
                return false;
    return true;
}

static void judge(struct span *s, const struct reg_map *cell, int64_t now, const uint16_t *words,
                  bool refused)
{
    if (words != NULL && agrees(s, cell, words)) {
        s->state = SPAN_YES;
        s->stale = false;
        s->proved_ms = now;
        s->disagreements = 0;
    } else if (refused || ++s->disagreements == DISAGREEMENTS_MAX) {
        s->state = SPAN_NO; /* values that moved between the reads get two more chances */
    }
}

bool span_answer(struct span *s, const struct reg_map *cell, int64_t now, const uint16_t *words,
                 bool refused)
{
    s->asked = false;
    if (s->step == SPAN_BOTH) {
        judge(s, cell, now, words, refused);
        s->step = SPAN_FIRST;
        return false;
    }
    if (words == NULL || words[0] == STATUS_DISABLED) { /* zeros would prove nothing */
        s->step = SPAN_FIRST;
        return true;
    }
    memcpy(s->words[s->step], words, s->cell_words * sizeof(*words));
    s->step++;
    return false;
}
