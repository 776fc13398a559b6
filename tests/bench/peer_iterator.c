/*
 * A subagent on libnetsnmpagent with its table_iterator helper, as mib2c's iterate template has it:
 * the library looks at every row for every value.
 */
#include "peer.h"

static netsnmp_variable_list *put_index(void **context, netsnmp_variable_list *index, size_t i)
{
    netsnmp_variable_list *at = index;

    if (i >= peer_row_count)
        return NULL;
    for (int n = 0; n < 3; n++, at = at->next_variable)
        snmp_set_var_typed_integer(at, ASN_UNSIGNED, (long)peer_rows[i].index[n]);
    *context = &peer_rows[i];
    return index;
}

static netsnmp_variable_list *first(void **loop, void **data, netsnmp_variable_list *index,
                                    netsnmp_iterator_info *info)
{
    (void)info;
    *loop = peer_rows;
    return put_index(data, index, 0);
}

static netsnmp_variable_list *next(void **loop, void **data, netsnmp_variable_list *index,
                                   netsnmp_iterator_info *info)
{
    struct row *row = (struct row *)*loop + 1;

    (void)info;
    *loop = row;
    return put_index(data, index, (size_t)(row - peer_rows));
}

static int handle(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
                  netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
    (void)handler, (void)registration, (void)info;
    for (; requests != NULL; requests = requests->next) {
        const struct row *row = netsnmp_extract_iterator_context(requests);
        netsnmp_table_request_info *table = netsnmp_extract_table_info(requests);

        if (!requests->processed && row != NULL && table != NULL)
            peer_set(requests->requestvb, row, (int)table->colnum);
    }
    return SNMP_ERR_NOERROR;
}

static void enlist(const oid *name, size_t size)
{
    netsnmp_iterator_info *iterator = SNMP_MALLOC_TYPEDEF(netsnmp_iterator_info);
    netsnmp_table_registration_info *info = SNMP_MALLOC_TYPEDEF(netsnmp_table_registration_info);

    netsnmp_table_helper_add_indexes(info, ASN_UNSIGNED, ASN_UNSIGNED, ASN_UNSIGNED, 0);
    info->min_column = COLUMN_STATUS;
    info->max_column = COLUMN_BEYOND;
    iterator->get_first_data_point = first;
    iterator->get_next_data_point = next;
    iterator->table_reginfo = info;
    netsnmp_register_table_iterator2(
        netsnmp_create_handler_registration("cells", handle, name, size - 1, HANDLER_CAN_RONLY),
        iterator);
}

int main(int argc, char **argv)
{
    return peer_main(argc, argv, "peer_iterator", enlist);
}
