/* th.c: the registers of a temperature and humidity controller. */
#include "th.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

struct th *th_new(int count, bool holes)
{
    struct th *th = calloc(1, sizeof(*th));

    if (!th)
        err(2, "TH controller");
    th->sensors = count;
    th->holes = holes;
    for (int n = 1; n <= count; n++)
        th_place(th, n);
    return th;
}

void th_place(struct th *th, int number)
{
    uint16_t *word = th->word[number];

    memset(word, 0, sizeof(th->word[0]));
    word[TH_INDEX] = (uint16_t)number;
    word[TH_STATUS] = 1;
    word[TH_TEMPERATURE] = (uint16_t)(200 + number);
    word[TH_HUMIDITY] = (uint16_t)(400 + 2 * number);
}

void th_take_away(struct th *th, int number)
{
    memset(th->word[number], 0, sizeof(th->word[0]));
}

const char *th_move(struct th *th, int from, int to)
{
    if (!th->word[from][TH_STATUS])
        return "there is no sensor of the first number";
    if (th->word[to][TH_STATUS])
        return "there is a sensor of the second number already";
    memcpy(th->word[to], th->word[from], sizeof(th->word[0]));
    th->word[to][TH_INDEX] = (uint16_t)to;
    th_take_away(th, from);
    return NULL;
}

static bool has_alarm(const uint16_t *word)
{
    return word[TH_TEMPERATURE_HIGH] || word[TH_TEMPERATURE_LOW] || word[TH_HUMIDITY_HIGH] ||
           word[TH_HUMIDITY_LOW];
}

/* th_count_all, _ok, _err, _alarm. */
static uint16_t count(const struct th *th, unsigned which)
{
    uint16_t n = 0;

    if (th->held[which])
        return th->count[which];
    for (int i = 1; i <= TH_MAX; i++) {
        const uint16_t *word = th->word[i];
        const bool counts[TH_COUNTS] = {word[TH_STATUS] != 0, word[TH_STATUS] == 1,
                                        word[TH_STATUS] == 2, has_alarm(word)};

        n = (uint16_t)(n + counts[which]);
    }
    return n;
}

bool th_register(const struct th *th, unsigned address, uint16_t *ret)
{
    unsigned number = address / TH_WORDS, offset = address % TH_WORDS;

    if (address >= TH_STATISTICS + TH_COUNTS)
        return false;
    if (address >= TH_STATISTICS) {
        *ret = count(th, address - TH_STATISTICS);
        return true;
    }
    *ret = offset < TH_VALUES ? th->word[number][offset] : 0;
    return !th->holes || number == 0 || th->word[number][TH_STATUS] != 0;
}
