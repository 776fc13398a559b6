/* See th_decode.h. */
#include "core/th_decode.h"

#include "core/decode.h"
#include "core/th_registers.h"

static const struct decode words_of_16_bits;

void th_decode_sensor(const uint16_t *words, size_t n, struct th_sensor *ret)
{
    decode_rows(&words_of_16_bits, th_registers_sensor, TH_QUANTITIES, words, n, ret->value,
                ret->validity);
    if (ret->value[TH_STATUS] != TH_STATUS_NONE && ret->value[TH_STATUS] != TH_STATUS_ERROR)
        return;
    for (int q = TH_STATUS + 1; q < TH_QUANTITIES; q++)
        ret->validity[q] = VALIDITY_ABSENT;
}

void th_decode_counts(const uint16_t *words, size_t n, struct th_controller *ret)
{
    decode_rows(&words_of_16_bits, th_registers_count, TH_COUNTS, words, n, ret->count,
                ret->count_validity);
}

bool th_sensor_there(const struct th_sensor *s)
{
    return validity_usable(s->validity[TH_STATUS]) && s->value[TH_STATUS] != TH_STATUS_NONE;
}
