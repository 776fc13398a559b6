/*
 * mangle.c: damages finished reply frames.
 *
 * One function per fault, applied in the order of the table: first what a confused server would
 * encode, then what happens to the bytes on their way. Every function gets a well-formed frame or
 * what an earlier one made of it, and must cope with both.
 */
#include "mangle.h"

#include "fault.h"

#include <string.h>

/* Offsets in an MBAP frame. */
enum { TID = 0, LENGTH = 4, UNIT = 6, FUNCTION = 7, BYTE_COUNT = 8, DATA = 9 };

enum { GARBAGE = 11 };

static void add_length(uint8_t *frame, int more)
{
    int length = (frame[LENGTH] << 8 | frame[LENGTH + 1]) + more;

    frame[LENGTH] = (uint8_t)(length >> 8);
    frame[LENGTH + 1] = (uint8_t)length;
}

/* The high bit: transaction ids of clients count up from 0, so nobody waits for this one. */
static size_t wrong_tid(const struct plan *plan, uint8_t *frame, size_t length)
{
    (void)plan;
    frame[TID] ^= 0x80;
    return length;
}

/* The next unit: the most plausible wrong answer there is. */
static size_t wrong_unit(const struct plan *plan, uint8_t *frame, size_t length)
{
    (void)plan;
    frame[UNIT]++;
    return length;
}

static size_t zero_registers(const struct plan *plan, uint8_t *frame, size_t length)
{
    (void)plan;
    if (length <= DATA)
        return length;
    add_length(frame, DATA - (int)length);
    frame[BYTE_COUNT] = 0;
    return DATA;
}

/* Two registers that nobody asked for, all counts adjusted to them. */
static size_t overlong(const struct plan *plan, uint8_t *frame, size_t length)
{
    (void)plan;
    memset(frame + length, 0x5a, 4);
    add_length(frame, 4);
    if (!(frame[FUNCTION] & 0x80))
        frame[BYTE_COUNT] = (uint8_t)(frame[BYTE_COUNT] + 4);
    return length + 4;
}

/* The last two bytes never come. */
static size_t cut_short(const struct plan *plan, uint8_t *frame, size_t length)
{
    (void)plan;
    (void)frame;
    return length - 2;
}

static size_t half(const struct plan *plan, uint8_t *frame, size_t length)
{
    (void)plan;
    (void)frame;
    return length / 2;
}

static size_t duplicate(const struct plan *plan, uint8_t *frame, size_t length)
{
    (void)plan;
    if (2 * length + GARBAGE > MANGLED_MAX)
        return length;
    memcpy(frame + length, frame, length);
    return 2 * length;
}

/* Bytes with the high bit set can never pass for the protocol id 0 of a frame. */
static size_t garbage(const struct plan *plan, uint8_t *frame, size_t length)
{
    static uint32_t random = 0x2545f491;
    size_t at = plan->where == WHERE_BEFORE ? 0 : plan->where == WHERE_IN ? length / 2 : length;

    memmove(frame + at + GARBAGE, frame + at, length - at);
    for (int i = 0; i < GARBAGE; i++) {
        random = random * 1664525 + 1013904223;
        frame[at + (size_t)i] = (uint8_t)(random >> 24 | 0x80);
    }
    return length + GARBAGE;
}

static const struct {
    enum fault_kind kind;
    size_t (*apply)(const struct plan *plan, uint8_t *frame, size_t length);
} steps[] = {
    {FAULT_WRONG_TID,      wrong_tid     },
    {FAULT_WRONG_UNIT,     wrong_unit    },
    {FAULT_ZERO_REGISTERS, zero_registers},
    {FAULT_OVERLONG,       overlong      },
    {FAULT_DUPLICATE,      duplicate     },
    {FAULT_GARBAGE,        garbage       },
    {FAULT_SHORT,          cut_short     },
    {FAULT_RESET,          half          },
};

size_t mangle(const struct plan *plan, uint8_t frame[MANGLED_MAX], size_t length)
{
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (plan_has(plan, steps[i].kind))
            length = steps[i].apply(plan, frame, length);
    return length;
}
