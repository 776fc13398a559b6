/*
 * btms-inform - sends notifications to one manager as SNMP informs, for btms-agentx, which starts
 * it. The only file that knows libnetsnmp, whose discovery of engines blocks and whose tables are
 * those of a whole process.
 *
 * Straight on: read one notification, send it, wait for the manager, answer. Whatever fails ends
 * the process, and the agent starts another one with the next attempt: so every attempt after a
 * failure looks the name up anew, discovers the engine anew, and knows nothing of clocks, boots and
 * keys of before. It keeps no file and reads none, and what it is told comes through a socket and
 * not by its command line or environment, where others could see it.
 */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include "inform_wire.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* One attempt: a lost datagram costs TIMEOUT_US, an absent manager three of them. */
enum { TIMEOUT_US = 2000000, RETRIES = 2 };
enum { BAD_MESSAGE = 3 }; /* exit status */

/* ---- the library ------------------------------------------------------------------------- */

/* No MIB files, no configuration, no persistent files, no log. */
static void start_library(void)
{
    static const int off[] = {NETSNMP_DS_LIB_DONT_READ_CONFIGS, NETSNMP_DS_LIB_DONT_PERSIST_STATE,
                              NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD,
                              NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE,
                              NETSNMP_DS_LIB_ALARM_DONT_USE_SIG};

    setenv("MIBS", "", 1);
    setenv("MIBDIRS", "/dev/null", 1);
    setenv("SNMPCONFPATH", "/dev/null", 1);
    for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++)
        netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, off[i], 1);
    snmp_disable_log();
    init_snmp("btms-inform");
    snmp_disable_log();
}

/* What the library says of a session, or of opening one. */
static void explain(netsnmp_session *s, char *ret, size_t size)
{
    char *text = NULL;
    int system, code;

    snmp_error(s, &system, &code, &text);
    if (code == SNMPERR_TIMEOUT)
        snprintf(ret, size, "no answer");
    else
        snprintf(ret, size, "%s", text != NULL ? text : "unknown error");
    free(text);
}

static bool set_auth(netsnmp_session *s, const struct receiver *r)
{
    size_t n = 0;
    oid *name = sc_get_auth_oid(usm_lookup_auth_type(r->auth), &n);

    if (name == NULL)
        return false;
    s->securityLevel = SNMP_SEC_LEVEL_AUTHNOPRIV;
    s->securityAuthProto = snmp_duplicate_objid(name, n);
    s->securityAuthProtoLen = n;
    s->securityAuthKeyLen = USM_AUTH_KU_LEN;
    return generate_Ku(name, (u_int)n, (const u_char *)r->auth_pass, strlen(r->auth_pass),
                       s->securityAuthKey, &s->securityAuthKeyLen) == SNMPERR_SUCCESS;
}

/* The key of privacy is made with the hash of authentication (RFC 3414, 2.6). */
static bool set_priv(netsnmp_session *s, const struct receiver *r)
{
    size_t n = 0;
    oid *name = sc_get_priv_oid(usm_lookup_priv_type(r->priv), &n);

    if (name == NULL)
        return false;
    s->securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
    s->securityPrivProto = snmp_duplicate_objid(name, n);
    s->securityPrivProtoLen = n;
    s->securityPrivKeyLen = USM_PRIV_KU_LEN;
    return generate_Ku(s->securityAuthProto, (u_int)s->securityAuthProtoLen,
                       (const u_char *)r->priv_pass, strlen(r->priv_pass), s->securityPrivKey,
                       &s->securityPrivKeyLen) == SNMPERR_SUCCESS;
}

static bool set_security(netsnmp_session *s, struct receiver *r)
{
    if (r->version == 2) {
        s->version = SNMP_VERSION_2c;
        s->community = (u_char *)r->community;
        s->community_len = strlen(r->community);
        return true;
    }
    s->version = SNMP_VERSION_3;
    s->securityModel = SNMP_SEC_MODEL_USM;
    s->securityName = r->user;
    s->securityNameLen = strlen(r->user);
    s->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
    return (*r->auth == '\0' || set_auth(s, r)) && (*r->priv == '\0' || set_priv(s, r));
}

/* Looks the name up and discovers the engine, so it may take a while. NULL and `why`. */
static netsnmp_session *open_session(struct receiver *r, char *why, size_t size)
{
    netsnmp_session wanted, *s;

    snmp_sess_init(&wanted);
    wanted.peername = r->peer;
    wanted.timeout = TIMEOUT_US;
    wanted.retries = RETRIES;
    if (!set_security(&wanted, r)) {
        snprintf(why, size, "the SNMP library cannot do %s %s", r->auth, r->priv);
        return NULL;
    }
    s = snmp_open(&wanted);
    if (s == NULL)
        explain(&wanted, why, size);
    return s;
}

/* ---- one notification -------------------------------------------------------------------- */

static size_t to_library(const struct oid *from, oid *ret)
{
    for (size_t i = 0; i < from->len; i++)
        ret[i] = from->sub[i];
    return from->len;
}

/* AgentX numbers types as SNMP does. */
static bool add_varbind(netsnmp_pdu *pdu, const struct agentx_varbind *vb)
{
    oid name[MAX_OID_LEN], value[MAX_OID_LEN];
    size_t n = to_library(&vb->name, name);
    const struct agentx_value *v = &vb->value;
    u_char type = (u_char)v->kind;
    long number;

    switch (v->kind) {
    case AGENTX_INTEGER32:
        number = v->integer;
        return snmp_pdu_add_variable(pdu, name, n, type, &number, sizeof(number)) != NULL;
    case AGENTX_GAUGE32:
    case AGENTX_COUNTER32:
    case AGENTX_TIME_TICKS:
        number = v->number;
        return snmp_pdu_add_variable(pdu, name, n, type, &number, sizeof(number)) != NULL;
    case AGENTX_OCTET_STRING:
        return snmp_pdu_add_variable(pdu, name, n, type, v->octets.data, v->octets.size) != NULL;
    case AGENTX_OBJECT_IDENTIFIER:
        return snmp_pdu_add_variable(pdu, name, n, type, value,
                                     to_library(&v->oid, value) * sizeof(oid)) != NULL;
    default:
        return false;
    }
}

static netsnmp_pdu *make_pdu(struct agentx_in *list)
{
    netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_INFORM);
    struct agentx_varbind vb;
    bool good = pdu != NULL;

    while (good && list->pos < list->size) {
        agentx_read_varbind(list, &vb);
        good = !list->bad && add_varbind(pdu, &vb);
    }
    if (!good)
        snmp_free_pdu(pdu);
    return good ? pdu : NULL;
}

static bool send_inform(netsnmp_session *s, netsnmp_pdu *pdu, char *why, size_t size)
{
    netsnmp_pdu *answer = NULL;
    int rc = snmp_synch_response(s, pdu, &answer); /* frees pdu */
    bool taken = rc == STAT_SUCCESS && answer != NULL && answer->command == SNMP_MSG_RESPONSE &&
                 answer->errstat == SNMP_ERR_NOERROR;

    if (rc == STAT_TIMEOUT)
        snprintf(why, size, "no answer");
    else if (rc != STAT_SUCCESS || answer == NULL)
        explain(s, why, size);
    else if (!taken)
        snprintf(why, size, "answered with %s", snmp_errstring((int)answer->errstat));
    if (answer != NULL)
        snmp_free_pdu(answer);
    return taken;
}

/* ---- the agent --------------------------------------------------------------------------- */

/* The agent is gone: then so are we. */
static size_t next_message(uint8_t *buf, size_t size)
{
    ssize_t n = recv(INFORM_FD, buf, size, 0);

    if (n <= 0)
        _exit(0);
    return (size_t)n;
}

static void answer(const struct inform_answer *a)
{
    uint8_t buf[INFORM_MESSAGE_MAX];
    size_t n = inform_put_answer(buf, sizeof(buf), a);

    if (send(INFORM_FD, buf, n, MSG_NOSIGNAL) < 0 || !a->taken)
        _exit(0);
}

static void serve(struct receiver *r)
{
    static uint8_t buf[INFORM_MESSAGE_MAX];
    netsnmp_session *s = NULL;

    for (;;) {
        struct inform_answer a = {.taken = false};
        struct agentx_in list;
        size_t n = next_message(buf, sizeof(buf));
        netsnmp_pdu *pdu;

        if (!inform_get_notification(buf, n, &a.id, &list) || (pdu = make_pdu(&list)) == NULL)
            _exit(BAD_MESSAGE);
        if (s == NULL)
            s = open_session(r, a.why, sizeof(a.why));
        if (s != NULL)
            a.taken = send_inform(s, pdu, a.why, sizeof(a.why));
        answer(&a);
    }
}

/* A person who tries it at a terminal. */
static bool is_child(void)
{
    int type = 0;
    socklen_t size = sizeof(type);

    return getsockopt(INFORM_FD, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

int main(void)
{
    uint8_t buf[INFORM_MESSAGE_MAX];
    struct receiver r;
    size_t n;

    if (!is_child()) {
        fprintf(stderr, "btms-inform is started by btms-agentx; see btms-agentx(8)\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* also while it waits for a manager */
    prctl(PR_SET_DUMPABLE, 0);        /* it has secrets */
    signal(SIGPIPE, SIG_IGN);
    n = next_message(buf, sizeof(buf));
    if (!inform_get_receiver(buf, n, &r))
        return BAD_MESSAGE;
    explicit_bzero(buf, sizeof(buf));
    start_library();
    serve(&r);
}
