/* See peer.h. The order of the calls is that of net-snmp's own example of a subagent. */
#include "peer.h"

#include <signal.h>
#include <stdlib.h>

struct row *peer_rows;
size_t peer_row_count;

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
    (void)number;
    ended = 1;
}

static void fill(struct row *r, struct place p)
{
    r->index[0] = p.gateway;
    r->index[1] = p.string;
    r->index[2] = p.cell;
    for (int c = COLUMN_STATUS; c < COLUMN_END; c++)
        r->number[c] = value_number(p, c, 0);
    r->name_size = value_name(p, r->name, sizeof(r->name));
}

static void make_rows(uint32_t gateways)
{
    peer_row_count = (size_t)gateways * CELLS_PER_GATEWAY;
    peer_rows = calloc(peer_row_count, sizeof(*peer_rows));
    if (peer_rows == NULL)
        exit(1);
    for (size_t i = 0; i < peer_row_count; i++)
        fill(&peer_rows[i], place_of((uint32_t)i));
}

void peer_set(netsnmp_variable_list *to, const struct row *row, int column)
{
    if (column == COLUMN_NAME)
        snmp_set_var_typed_value(to, ASN_OCTET_STR, row->name, (size_t)row->name_size);
    else
        snmp_set_var_typed_integer(to, value_signed(column) ? ASN_INTEGER : ASN_UNSIGNED,
                                   row->number[column]);
}

static void start_agent(const char *what, const char *master)
{
    setenv("MIBS", "", 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, master);
    netsnmp_enable_subagent();
    snmp_enable_stderrlog();
    init_agent(what);
}

int peer_main(int argc, char **argv, const char *what, void (*enlist)(const oid *name, size_t size))
{
    static const oid entry[] = {2, 1, 1, 5, 1, 1};
    oid name[MAX_OID_LEN];
    size_t size = MAX_OID_LEN - sizeof(entry) / sizeof(entry[0]);

    if (argc != 4) {
        fprintf(stderr, "usage: %s SOCKET BASE GATEWAYS\n", what);
        return 2;
    }
    start_agent(what, argv[1]);
    if (read_objid(argv[2], name, &size) == 0)
        return 2;
    memcpy(name + size, entry, sizeof(entry));
    make_rows((uint32_t)strtoul(argv[3], NULL, 10));
    enlist(name, size + sizeof(entry) / sizeof(entry[0]));
    init_snmp(what);
    signal(SIGTERM, on_signal);
    puts("serving");
    fflush(stdout);
    while (!ended)
        agent_check_and_process(1);
    snmp_shutdown(what);
    return 0;
}
