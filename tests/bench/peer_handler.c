/*
 * A subagent on libnetsnmpagent with a handler of its own: one registration, rows by binary search.
 * The best that the library allows.
 */
#include "peer.h"

static oid entry[MAX_OID_LEN];
static size_t entry_size;

/* The first row that is after the `n` numbers at `index`, or (`exact`) equal to them. */
static const struct row *search(const oid *index, size_t n, bool exact)
{
    size_t low = 0, high = peer_row_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = snmp_oid_compare(peer_rows[middle].index, 3, index, n);

        if (order < 0 || (order == 0 && !exact))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == peer_row_count ||
        (exact && snmp_oid_compare(peer_rows[low].index, 3, index, n) != 0))
        return NULL;
    return &peer_rows[low];
}

static void answer(netsnmp_variable_list *to, const struct row *row, oid column)
{
    oid name[MAX_OID_LEN];

    memcpy(name, entry, entry_size * sizeof(oid));
    name[entry_size] = column;
    memcpy(name + entry_size + 1, row->index, sizeof(row->index));
    snmp_set_var_objid(to, name, entry_size + 4);
    peer_set(to, row, (int)column);
}

static void get_next(netsnmp_variable_list *to)
{
    bool inside = snmp_oidtree_compare(to->name, to->name_length, entry, entry_size) == 0;
    oid column = inside && to->name_length > entry_size ? to->name[entry_size] : 0;
    const oid *index = to->name + entry_size + 1;
    size_t n = to->name_length > entry_size + 1 ? to->name_length - entry_size - 1 : 0;

    if (column < COLUMN_STATUS) {
        column = COLUMN_STATUS;
        n = 0;
    }
    for (; column < COLUMN_END; column++, n = 0) {
        const struct row *row = n == 0 ? peer_rows : search(index, n, false);

        if (row != NULL) {
            answer(to, row, column);
            return;
        }
    }
}

static void get(netsnmp_request_info *request)
{
    netsnmp_variable_list *to = request->requestvb;
    const struct row *row = NULL;
    oid column = to->name_length == entry_size + 4 ? to->name[entry_size] : 0;

    if (column >= COLUMN_STATUS && column < COLUMN_END)
        row = search(to->name + entry_size + 1, 3, true);
    if (row != NULL)
        peer_set(to, row, (int)column);
    else
        netsnmp_set_request_error(NULL, request, SNMP_NOSUCHINSTANCE);
}

static int handle(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
                  netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
    (void)handler, (void)registration;
    for (; requests != NULL; requests = requests->next) {
        if (requests->processed)
            continue;
        if (info->mode == MODE_GETNEXT)
            get_next(requests->requestvb);
        else
            get(requests);
    }
    return SNMP_ERR_NOERROR;
}

static void enlist(const oid *name, size_t size)
{
    memcpy(entry, name, size * sizeof(oid));
    entry_size = size;
    netsnmp_register_handler(
        netsnmp_create_handler_registration("cells", handle, name, size, HANDLER_CAN_RONLY));
}

int main(int argc, char **argv)
{
    return peer_main(argc, argv, "peer_handler", enlist);
}
