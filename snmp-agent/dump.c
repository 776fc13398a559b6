/* See dump.h. The form is that of `snmpwalk -On`, so that the two can be compared. */
#include "dump.h"

#include <ctype.h>

static bool printable(const uint8_t *data, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isprint(data[i]))
            return false;
    return true;
}

static void print_octets(const struct agentx_octets *o, FILE *to)
{
    const uint8_t *data = o->data;

    if (printable(data, o->size)) {
        fprintf(to, o->size > 0 ? "STRING: \"%.*s\"" : "\"\"", (int)o->size, (const char *)data);
        return;
    }
    fputs("Hex-STRING:", to);
    for (size_t i = 0; i < o->size; i++)
        fprintf(to, " %02X", data[i]);
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
    struct oid at, next = {.len = 0};
    struct agentx_value value;
    char text[OID_TEXT_SIZE];
    const struct oid no_end = {.len = 0};

    oid_copy(&at, &m->objects);
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
