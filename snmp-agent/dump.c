/*
 * See dump.h. The form is that of `snmpwalk -On` with no MIB at hand (net-snmp 5.9.3), so that the
 * two can be compared: what snmpwalk takes for text, escapes and breaks, is taken so here.
 */
#include "dump.h"

#include <ctype.h>

enum { HEX_A_LINE = 16 };

static bool is_text(const uint8_t *data, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isprint(data[i]) && !isspace(data[i]))
            return false;
    return true;
}

static void print_text(const uint8_t *data, size_t n, FILE *to)
{
    fputc('"', to);
    for (size_t i = 0; i < n; i++) {
        if (data[i] == '"' || data[i] == '\\')
            fputc('\\', to);
        fputc(data[i], to);
    }
    fputc('"', to);
}

static void print_hex(const uint8_t *data, size_t n, FILE *to)
{
    for (size_t i = 0; i < n; i++)
        fprintf(to, "%s%02X ", i > 0 && i % HEX_A_LINE == 0 ? "\n" : "", data[i]);
}

static void print_octets(const struct agentx_octets *o, FILE *to)
{
    if (is_text(o->data, o->size)) {
        fputs(o->size > 0 ? "STRING: " : "", to);
        print_text(o->data, o->size, to);
    } else {
        fputs("Hex-STRING: ", to);
        print_hex(o->data, o->size, to);
    }
}

static void print_value(const struct agentx_value *v, FILE *to)
{
    char text[OID_TEXT_SIZE];

    switch (v->kind) {
    case AGENTX_INTEGER32:
        fprintf(to, "INTEGER: %d", v->integer);
        break;
    case AGENTX_GAUGE32:
        fprintf(to, "Gauge32: %u", v->number);
        break;
    case AGENTX_COUNTER32:
        fprintf(to, "Counter32: %u", v->number);
        break;
    case AGENTX_TIME_TICKS:
        fprintf(to, "Timeticks: (%u)", v->number);
        break;
    case AGENTX_OCTET_STRING:
        print_octets(&v->octets, to);
        break;
    case AGENTX_OBJECT_IDENTIFIER:
        fprintf(to, "OID: .%s", oid_print(&v->oid, text));
        break;
    default:
        fprintf(to, "kind %d", v->kind);
        break;
    }
}

int dump(struct mib *m, FILE *to)
{
    struct oid at = {.len = 0}, next = {.len = 0};
    struct agentx_value value;
    char text[OID_TEXT_SIZE];
    const struct oid no_end = {.len = 0};

    while (mib_getnext(m, &at, false, &no_end, &next, &value)) {
        if (oid_compare(&next, &at) <= 0)
            return 1;
        fprintf(to, ".%s = ", oid_print(&next, text));
        print_value(&value, to);
        fputc('\n', to);
        oid_copy(&at, &next);
    }
    return fflush(to) == 0 ? 0 : 1;
}
