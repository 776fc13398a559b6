/*
 * A gateway of three strings in one UPS, healthy and in float, and its judge: turns every 10 s, sweeps
 * every 60 s, by a clock of our own. What is told is kept.
 */
#ifndef TESTS_JUDGE_FIXTURE_H
#define TESTS_JUDGE_FIXTURE_H

#include "../../support/check.h"
#include "core/judge.h"

#include <stdio.h>
#include <string.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, STRINGS = 3, CELLS = 40 };

static struct gateway gateway;
static struct judge judge;
static struct judge_settings settings;
static int64_t now;
static struct verdict told[4096];
static char told_note[4096][96];
static int tolds;
static void (*before_turn)(void); /* may change values; NULL = nothing */

static void keep(void *ctx, const struct verdict *v)
{
    assert_ptr_equal(ctx, &tolds);
    assert_true(tolds < (int)COUNT(told));
    snprintf(told_note[tolds], sizeof(told_note[0]), "%s", v->note);
    told[tolds++] = *v;
}

static inline void healthy_string(int s)
{
    struct string *is = &gateway.string[s];

    memset(is->validity, VALIDITY_GOOD, sizeof(is->validity));
    is->presence = PRESENCE_HERE;
    is->cells = CELLS;
    is->value[STRING_UPS_ID] = 1;
    is->value[STRING_STATUS] = STATUS_OK;
    is->value[STRING_VOLTAGE] = 54000;
    is->value[STRING_CURRENT] = 5;
    is->value[STRING_SOC] = 100;
    is->value[STRING_CELL_COUNT] = CELLS;
    is->value[STRING_AMBIENT_TEMPERATURE] = 220;
    is->value[STRING_AMBIENT_HUMIDITY] = 450;
    is->value[STRING_RELAY] = 1;
    for (int c = 0; c < CELLS; c++) {
        struct cell *cell = &is->cell[c];

        memset(cell->validity, VALIDITY_GOOD, sizeof(cell->validity));
        cell->seen = true;
        cell->outcome = OUTCOME_READ;
        cell->value[CELL_STATUS] = STATUS_OK;
        cell->value[CELL_VOLTAGE] = 13500;
        cell->value[CELL_RESISTANCE] = 5000;
        cell->value[CELL_TEMPERATURE] = 230;
        cell->value[CELL_SOC] = cell->value[CELL_SOH] = 100;
    }
}

static inline void start(void)
{
    judge_free(&judge);
    judge_init(&judge, &gateway, &settings, keep, &tolds);
    tolds = 0;
}

/* Nothing is configured but 12 V cells and Hall sensors of 200 A. */
static inline int healthy(void **state)
{
    (void)state;
    memset(&gateway, 0, sizeof(gateway));
    memset(&settings, 0, sizeof(settings));
    snprintf(gateway.name, sizeof(gateway.name), "gw-a");
    gateway.health.reachable = true;
    gateway.ups[0].presence = PRESENCE_HERE;
    memset(gateway.ups[0].validity, VALIDITY_GOOD, UPS_QUANTITIES);
    gateway.ups[0].value[UPS_STATUS] = STATUS_OK;
    gateway.ups[0].value[UPS_VOLTAGE] = 54000;
    gateway.ups[0].value[UPS_SOC] = 100;
    for (int s = 0; s < STRINGS; s++) {
        settings.string[s].cell_type = CELL_TYPE_12V;
        settings.string[s].hall_a = 200;
        healthy_string(s);
    }
    now = HOUR;
    before_turn = NULL;
    start();
    return 0;
}

static inline int done(void **state)
{
    (void)state;
    judge_free(&judge);
    return 0;
}

/* The last digits of something always move. */
static inline void stir(void)
{
    for (int s = 0; s < STRINGS; s++)
        gateway.string[s].value[STRING_BALANCE] = (int32_t)(now / SECOND % 1000);
}

static inline void sweep(int s)
{
    for (int c = 0; c < CELLS; c++)
        judge_cell(&judge, s, c, now);
    judge_sweep(&judge, s, now);
}

static inline void turn(void)
{
    stir();
    if (before_turn != NULL)
        before_turn();
    judge_ups(&judge, 0, now);
    for (int s = 0; s < STRINGS; s++)
        judge_string(&judge, s, now);
    for (int s = 0; s < STRINGS && now % MINUTE == 0; s++)
        sweep(s);
    judge_turn(&judge, now);
}

/* Turns from now until so much later; the last one is at that time. */
static inline void run(int64_t ms)
{
    for (int64_t until = now + ms; now < until;) {
        now += 10 * SECOND;
        turn();
    }
}

/* In float, and settled; nothing was told. */
static inline void settle(void)
{
    run(20 * MINUTE);
    assert_int_equal(tolds, 0);
    assert_int_equal(judge_mode(&judge, 0), MODE_FLOAT);
}

/* How often a kind was told so, of any object. */
static inline int count(int kind, enum condition_news news)
{
    int n = 0;

    for (int i = 0; i < tolds; i++)
        n += alarm_kinds[told[i].row].number == kind && told[i].news == news;
    return n;
}

static inline const struct verdict *last(int kind)
{
    for (int i = tolds; i-- > 0;)
        if (alarm_kinds[told[i].row].number == kind)
            return &told[i];
    fail_msg("kind %d was not told", kind);
    return NULL;
}

static inline const char *note_of_last(int kind)
{
    return told_note[last(kind) - told];
}

static inline void check_last(int kind, enum condition_news news, enum alarm_severity severity)
{
    assert_int_equal(last(kind)->news, news);
    assert_int_equal(last(kind)->severity, severity);
}

static inline void show_told(void)
{
    for (int i = 0; i < tolds; i++)
        print_message("%s news %d index %d cell %d severity %d value %d\n",
                      alarm_kinds[told[i].row].name, told[i].news, told[i].object.index,
                      told[i].object.cell, told[i].severity, (int)told[i].value);
}

#endif
