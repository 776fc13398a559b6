/*
 * Registers into the model. Byte 0: word order and cell type; bytes 1 to 3: offsets of the
 * unpublished cell rows; byte 4: Hall rating; the rest: words. Bytes 1 to 4 are an added register, too. What is usable must be possible.
 */
#include "core/decode.h"
#include "core/quantity.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct reg *row, size_t rows, const int32_t *value, const uint8_t *validity)
{
    for (size_t i = 0; i < rows; i++) {
        int32_t v = value[row[i].quantity];

        if (validity_usable(validity[row[i].quantity]) &&
            (v < row[i].possible.min || v > row[i].possible.max))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum cell_type types[] = {CELL_TYPE_UNKNOWN, CELL_TYPE_2V, CELL_TYPE_6V,
                                           CELL_TYPE_12V};
    static const struct reg_added added[] = {
        {.quantity = STRING_INSULATION, .type = REG_U16, .scale = 1                  },
        {.quantity = STRING_INSULATION, .type = REG_I16, .scale = 1e-6               },
        {.quantity = STRING_INSULATION,
         .type = REG_U32,
         .low_word_first = REG_AS_GATEWAY,
         .scale = 1},
        {.quantity = STRING_INSULATION,                             .type = REG_I32,                .scale = 1e9}
    };
    int16_t offset[CELL_QUANTITIES] = {0};
    struct quantity_def def = {
        .possible = {0, INT32_MAX}
    };
    struct quantity quantity = {.is = &def};
    struct string string = {0};
    struct decode d = {0};
    struct cell cell = {0};
    struct ups ups = {0};
    uint16_t two[2], *words;
    size_t n;

    if (size < 5)
        return 0;
    for (int i = 0; i < 3; i++)
        offset[CELL_SOC + i] = (int16_t)(data[1 + i] % 104 - 1);
    if (registers_cell_map(offset, &d.cell) != NULL)
        return 0;
    d.low_word_first = data[0] & 1;
    string.hall_a = (uint16_t)(data[4] * 4);
    two[0] = (uint16_t)(data[1] << 8 | data[2]);
    two[1] = (uint16_t)(data[3] << 8 | data[4]);
    n = (size - 5) / 2 > 125 ? 125 : (size - 5) / 2;
    words = malloc(n > 0 ? n * sizeof(*words) : 1);
    if (words == NULL)
        abort();
    for (size_t i = 0; i < n; i++)
        words[i] = (uint16_t)(data[5 + 2 * i] << 8 | data[6 + 2 * i]);
    decode_ups(&d, words, n, &ups);
    decode_string(&d, words, n, &string);
    decode_added(&d, &added[data[0] >> 3 & 3], two, &string);
    quantity_set_scale(&def, added[data[0] >> 3 & 3].scale);
    decode_quantity(&d, &added[data[0] >> 3 & 3], two, &quantity);
    if (quantity.validity == VALIDITY_GOOD && quantity_value(&def, quantity.raw) < 0)
        abort();
    decode_cell(&d, types[data[0] >> 1 & 3], words, n, &cell);
    check(registers_ups, UPS_QUANTITIES, ups.value, ups.validity);
    check(registers_string, STRING_QUANTITIES, string.value, string.validity);
    check(registers_cell, CELL_QUANTITIES, cell.value, cell.validity);
    free(words);
    return 0;
}
