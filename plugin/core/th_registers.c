/* The rows of th_registers.h. The measuring ranges are those of the vendor's ambient sensor (BM-TH):
 * none is published for these. */
#include "core/th_registers.h"

#define WORD_RANGE                                                                                 \
    {                                                                                              \
        0, UINT16_MAX                                                                              \
    }
#define NAMES(list) .names = (list), .name_count = sizeof(list) / sizeof((list)[0])

static const char *const status_names[] = {"no sensor", "OK", "error"};
static const char *const alarm_names[] = {"idle", "alarm"};

/* clang-format off */
const struct reg th_registers_sensor[TH_QUANTITIES] = {
    {.name = "si", .address = 0, .quantity = TH_INDEX, .type = REG_U16, .unit = "",
     .sensor = WORD_RANGE, .possible = WORD_RANGE, .published = true},
    {.name = "th_status", .address = 1, .quantity = TH_STATUS, .type = REG_U16, .unit = "",
     .sensor = WORD_RANGE, .possible = WORD_RANGE, NAMES(status_names), .published = true},
    {.name = "th_temperature", .address = 2, .quantity = TH_TEMPERATURE, .type = REG_I16,
     .decimals = 1, .unit = "degC", .sensor = {-400, 800}, .possible = {-600, 1500}, .published = true},
    {.name = "th_humidity", .address = 3, .quantity = TH_HUMIDITY, .type = REG_I16,
     .decimals = 1, .unit = "%RH", .sensor = {0, 1000}, .possible = {0, 1000}, .published = true},
    {.name = "th_temperature_alarm_hi", .address = 4, .quantity = TH_ALARM_TEMPERATURE_HIGH, .type = REG_U16,
     .unit = "", .sensor = WORD_RANGE, .possible = WORD_RANGE, NAMES(alarm_names), .published = true},
    {.name = "th_temperature_alarm_lo", .address = 5, .quantity = TH_ALARM_TEMPERATURE_LOW, .type = REG_U16,
     .unit = "", .sensor = WORD_RANGE, .possible = WORD_RANGE, NAMES(alarm_names), .published = true},
    {.name = "th_humidity_alarm_hi", .address = 6, .quantity = TH_ALARM_HUMIDITY_HIGH, .type = REG_U16,
     .unit = "", .sensor = WORD_RANGE, .possible = WORD_RANGE, NAMES(alarm_names), .published = true},
    {.name = "th_humidity_alarm_lo", .address = 7, .quantity = TH_ALARM_HUMIDITY_LOW, .type = REG_U16,
     .unit = "", .sensor = WORD_RANGE, .possible = WORD_RANGE, NAMES(alarm_names), .published = true},
};

const struct reg th_registers_count[TH_COUNTS] = {
    {.name = "th_count_all", .address = 0, .quantity = TH_COUNT_ALL, .type = REG_U16, .unit = "",
     .sensor = {0, TH_SENSOR_MAX}, .possible = {0, 1 + TH_SENSOR_MAX}, .published = true},
    {.name = "th_count_ok", .address = 1, .quantity = TH_COUNT_OK, .type = REG_U16, .unit = "",
     .sensor = {0, TH_SENSOR_MAX}, .possible = {0, 1 + TH_SENSOR_MAX}, .published = true},
    {.name = "th_count_err", .address = 2, .quantity = TH_COUNT_ERROR, .type = REG_U16, .unit = "",
     .sensor = {0, TH_SENSOR_MAX}, .possible = {0, 1 + TH_SENSOR_MAX}, .published = true},
    {.name = "th_count_alarm", .address = 3, .quantity = TH_COUNT_ALARM, .type = REG_U16, .unit = "",
     .sensor = {0, TH_SENSOR_MAX}, .possible = {0, 1 + TH_SENSOR_MAX}, .published = true},
};
/* clang-format on */
