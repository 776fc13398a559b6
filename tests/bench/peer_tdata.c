/* A subagent on libnetsnmpagent with its tdata helper, as mib2c's table_data template has it. */
#include "peer.h"

static int handle(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
                  netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
    (void)handler, (void)registration, (void)info;
    for (; requests != NULL; requests = requests->next) {
        const struct row *row = netsnmp_tdata_extract_entry(requests);
        netsnmp_table_request_info *table = netsnmp_extract_table_info(requests);

        if (!requests->processed && row != NULL && table != NULL)
            peer_set(requests->requestvb, row, (int)table->colnum);
    }
    return SNMP_ERR_NOERROR;
}

static void add_row(netsnmp_tdata *table, struct row *r)
{
    netsnmp_tdata_row *row = netsnmp_tdata_create_row();

    for (int i = 0; i < 3; i++) {
        long number = (long)r->index[i];

        netsnmp_tdata_row_add_index(row, ASN_UNSIGNED, &number, sizeof(number));
    }
    row->data = r;
    netsnmp_tdata_add_row(table, row);
}

static void enlist(const oid *name, size_t size)
{
    netsnmp_tdata *table = netsnmp_tdata_create_table("cells", 0);
    netsnmp_table_registration_info *info = SNMP_MALLOC_TYPEDEF(netsnmp_table_registration_info);

    netsnmp_table_helper_add_indexes(info, ASN_UNSIGNED, ASN_UNSIGNED, ASN_UNSIGNED, 0);
    info->min_column = COLUMN_STATUS;
    info->max_column = COLUMN_BEYOND;
    for (size_t i = 0; i < peer_row_count; i++)
        add_row(table, &peer_rows[i]);
    /* the table is what precedes the entry, .1 */
    netsnmp_tdata_register(
        netsnmp_create_handler_registration("cells", handle, name, size - 1, HANDLER_CAN_RONLY),
        table, info);
}

int main(int argc, char **argv)
{
    return peer_main(argc, argv, "peer_tdata", enlist);
}
