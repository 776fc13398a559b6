/*
 * See overheard.h. A frame is found by its checksum, from whatever byte it begins at: noise may stand
 * before it. Only functions 1 to 6 are looked for; who uses others uses these as well.
 */
#include "link/overheard.h"

#include <string.h>

enum { REQUEST = 8, CHECKSUM = 2, HEAD = 3, EXCEPTION = 5 };

uint16_t overheard_crc(const uint8_t *byte, size_t n)
{
    uint16_t crc = 0xffff;

    for (size_t i = 0; i < n; i++) {
        crc ^= byte[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? (uint16_t)(crc >> 1 ^ 0xa001) : crc >> 1;
    }
    return crc;
}

void overheard_add(struct overheard *o, const uint8_t *byte, size_t n)
{
    size_t keep;

    if (n > OVERHEARD_MAX) {
        byte += n - OVERHEARD_MAX;
        n = OVERHEARD_MAX;
    }
    keep = o->bytes < OVERHEARD_MAX - n ? o->bytes : OVERHEARD_MAX - n;
    memmove(o->byte, o->byte + o->bytes - keep, keep);
    memcpy(o->byte + keep, byte, n);
    o->bytes = keep + n;
}

static bool is_frame(const uint8_t *p, size_t left, size_t size)
{
    uint16_t crc;

    if (size > left)
        return false;
    crc = overheard_crc(p, size - CHECKSUM);
    return p[size - 2] == (crc & 0xff) && p[size - 1] == crc >> 8;
}

/* The size of the answer at `p`; 0: it is none. */
static size_t answer_at(const uint8_t *p, size_t left)
{
    size_t size;

    if (left < EXCEPTION || p[0] < 1 || p[0] > 247)
        return 0;
    size = p[1] & 0x80 ? EXCEPTION : (size_t)HEAD + p[2] + CHECKSUM;
    if ((p[1] & 0x7f) < 1 || (p[1] & 0x7f) > 4)
        return 0;
    return is_frame(p, left, size) ? size : 0;
}

/* Of a question, or of the answer to a write, which looks the same. */
static size_t question_at(const uint8_t *p, size_t left)
{
    if (left < REQUEST || p[0] > 247 || p[1] < 1 || p[1] > 6)
        return 0;
    return is_frame(p, left, REQUEST) ? REQUEST : 0;
}

int overheard_judge(struct overheard *o)
{
    int foreign = 0;
    size_t size;

    for (size_t at = 0; at<o->bytes; at += size> 0 ? size : 1) {
        const uint8_t *p = o->byte + at;

        size = answer_at(p, o->bytes - at);
        if (size > 0 && o->owes[p[0]])
            o->owes[p[0]] = false;
        else if (size > 0)
            foreign++;
        else if ((size = question_at(p, o->bytes - at)) > 0)
            foreign++;
    }
    o->bytes = 0;
    return foreign;
}
