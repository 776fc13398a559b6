/* See mode.h. */
#include "core/mode.h"

enum {
    FLAT_MS = 30 * 60 * 1000,            /* no rise for so long: charged */
    RECHARGE_MOST_MS = 24 * 3600 * 1000, /* then it is judged, charged or not */
    FULL_PERCENT = 95,
    RISE_PERMILLE = 2,   /* less is noise */
    BOOST_PERMILLE = 20, /* above float voltage: what more than its temperature makes of it */
};

const char *mode_name(enum mode m)
{
    static const char *const names[] = {"unknown",  "float", "equalize", "discharge",
                                        "recharge", "idle",  "settling", "abnormal"};

    return names[m];
}

static enum mode told(const struct string *s)
{
    switch (s->value[STRING_STATE]) {
    case STATE_FLOAT:
        return MODE_FLOAT;
    case STATE_EQUALIZE:
        return MODE_EQUALIZE;
    case STATE_DISCHARGE:
        return MODE_DISCHARGE;
    case STATE_IDLE:
        return MODE_IDLE;
    case STATE_ABNORMAL:
        return MODE_ABNORMAL;
    default:
        return MODE_UNKNOWN;
    }
}

static void note_rise(struct mode_state *m, const struct string *s, int64_t now)
{
    int32_t v = s->value[STRING_VOLTAGE];

    if (!validity_usable(s->validity[STRING_VOLTAGE]) ||
        v - m->risen <= m->risen / 1000 * RISE_PERMILLE)
        return;
    m->risen = v;
    m->risen_ms = now;
}

/* A charger holds its boost voltage long after the current has become too little to be measured. */
static bool boosted(const struct mode_state *m, const struct string *s)
{
    return m->floated > 0 && validity_usable(s->validity[STRING_VOLTAGE]) &&
           s->value[STRING_VOLTAGE] - m->floated > m->floated / 1000 * BOOST_PERMILLE;
}

static bool charged(const struct mode_state *m, const struct string *s, int32_t trickle,
                    int64_t now)
{
    bool flows = validity_usable(s->validity[STRING_CURRENT]) && s->value[STRING_CURRENT] > trickle;
    bool full = !validity_usable(s->validity[STRING_SOC]) || s->value[STRING_SOC] >= FULL_PERCENT;

    return now - m->charging_ms >= RECHARGE_MOST_MS ||
           (!flows && full && !boosted(m, s) && now - m->risen_ms >= FLAT_MS);
}

/* ---- what nobody saw --------------------------------------------------------------------- */

enum {
    UNSEEN_MS = 10 * 60 * 1000, /* a discharge that matters has room in it */
    PROOF_MS = 3600 * 1000,     /* what recharges shows it within, by so much: */
    PROOF_PERCENT = 2,
    PROOF_PERMILLE = 10,
};

static bool not_full(const struct string *s)
{
    return validity_usable(s->validity[STRING_SOC]) && s->value[STRING_SOC] < FULL_PERCENT;
}

/* Nobody saw what was before. A state of charge tells most: a full string with a current through it
 * is no recharge, and may be a thermal runaway. */
static bool unseen_discharge(const struct mode_state *m, const struct string *s, int32_t trickle,
                             int64_t now)
{
    if (m->seen_ms == 0)
        return not_full(s) ||
               (!validity_usable(s->validity[STRING_SOC]) &&
                validity_usable(s->validity[STRING_CURRENT]) && s->value[STRING_CURRENT] > trickle);
    return now - m->seen_ms > UNSEEN_MS && not_full(s) &&
           m->seen_soc - s->value[STRING_SOC] >= PROOF_PERCENT;
}

static void look_back(struct mode_state *m, const struct string *s, int32_t trickle, int64_t now)
{
    if (!m->discharged && unseen_discharge(m, s, trickle, now))
        m->discharged = m->assumed = true;
    m->seen_ms = now;
    if (validity_usable(s->validity[STRING_SOC]))
        m->seen_soc = s->value[STRING_SOC];
}

/* Has it risen by so much since it was first seen? By more than noise: it is recharged indeed. */
static bool rises(const struct string *s, int q, int32_t *from, int32_t least)
{
    if (!validity_usable(s->validity[q]))
        return false;
    if (*from == 0)
        *from = s->value[q];
    return s->value[q] - *from >= least;
}

static void prove(struct mode_state *m, const struct string *s)
{
    if (rises(s, STRING_SOC, &m->from_soc, PROOF_PERCENT) ||
        rises(s, STRING_VOLTAGE, &m->from_voltage, m->from_voltage / 1000 * PROOF_PERMILLE + 1))
        m->assumed = false;
}

/* ---- the mode ---------------------------------------------------------------------------- */

/* True while a charging string is still being recharged. */
static bool recharging(struct mode_state *m, const struct string *s, int32_t trickle, int64_t now)
{
    bool charging = m->target == MODE_FLOAT || m->target == MODE_EQUALIZE;

    if (m->target == MODE_DISCHARGE) {
        m->discharged = true;
        m->assumed = false;
    }
    if (!m->discharged || !charging) {
        m->charging_ms = 0;
        return false;
    }
    if (m->charging_ms == 0) {
        m->charging_ms = m->risen_ms = now;
        m->risen = m->from_soc = m->from_voltage = 0;
    }
    prove(m, s);
    note_rise(m, s, now);
    if (!charged(m, s, trickle, now) && !(m->assumed && now - m->charging_ms >= PROOF_MS))
        return true;
    m->discharged = m->assumed = false;
    m->charging_ms = 0;
    m->target_ms = now; /* float begins now, and settles */
    return false;
}

bool mode_follow(struct mode_state *m, const struct string *s, int64_t settling_ms, int32_t trickle,
                 int64_t now)
{
    enum mode was = m->mode, is;

    if (!validity_usable(s->validity[STRING_STATE]))
        return false;
    look_back(m, s, trickle, now);
    if (told(s) != m->target || m->target_ms == 0) {
        m->target = told(s);
        m->target_ms = now;
    }
    is = m->target;
    if (recharging(m, s, trickle, now))
        is = MODE_RECHARGE;
    else if ((is == MODE_FLOAT || is == MODE_EQUALIZE || is == MODE_IDLE) &&
             now - m->target_ms < settling_ms)
        is = MODE_SETTLING;
    if (is == MODE_FLOAT && validity_usable(s->validity[STRING_VOLTAGE]))
        m->floated = s->value[STRING_VOLTAGE];
    m->mode = is;
    if (is != was || m->since_ms == 0)
        m->since_ms = now;
    return is != was;
}
