# shellcheck shell=bash disable=SC2154 # RC_<name> and STOPPED_AFTER are set by lib.sh
# The SNMP half of lib.sh, which sources it: snmpd, snmptrapd, the agent, what they say.
#
# snmpd, snmptrapd and the tools know nothing of the machine's configuration: $W/snmp has all. The
# agent is a program, so under a sanitizer it needs no preload; leaks are looked for when it ends.

if [ -n "${NEEDS_MIBS:-}" ]; then
    ROOT_OID=.$(<"$BUILD/.root") # btmsRoot
    export ROOT_OID
fi
SNMP_AT=udp:127.0.0.1:16161
TRAPS_AT=udp:127.0.0.1:16162
agent_log=$W/agentx.log
# shellcheck disable=SC2034 # for those who read it
traps=$W/snmptrapd.log

# snmp_prepare: what snmp_start needs. Lines for snmpd.conf may be added to $W/snmp/snmpd.conf then.
snmp_prepare() {
    mkdir -p "$W/snmp/mibs" "$W/snmp/state"
    cp "$MIBS_BASE"/* "$BUILD"/mibs/*.txt "$W/snmp/mibs/" || exit 1
    export SNMPCONFPATH=$W/snmp SNMP_PERSISTENT_DIR=$W/snmp/state MIBDIRS=$W/snmp/mibs
    export MIBS=BTMS-REG-MIB:BTMS-MIB
    cat >"$W/snmp/snmpd.conf" <<EOF
agentaddress $SNMP_AT
rocommunity public 127.0.0.1
rwcommunity writer 127.0.0.1
trap2sink 127.0.0.1:${TRAPS_AT##*:} public
master agentx
agentXSocket $W/agentx
agentXTimeout 5
agentXRetries 0
dontLogTCPWrappersConnects yes
EOF
    printf 'disableAuthorization yes\ndoNotRetainNotificationLogs yes\n' >"$W/snmp/snmptrapd.conf"
}

# snmp_start [ARGUMENT...]: snmptrapd, unless it runs, and snmpd, which may have been stopped before.
snmp_start() {
    [ -d "$W/snmp" ] || snmp_prepare
    alive snmptrapd || trapd_start || return
    snmpd_start "$@"
}
snmpd_start() {
    bg snmpd snmpd -f -C -c "$W/snmp/snmpd.conf" -Lo -I -smux "$@"
    if ! wait_until 10 snmp_up; then
        bad "snmpd did not come up"
        return 1
    fi
}
snmp_up() {
    alive snmpd && snmp snmpget -v2c -c public -r 0 -t 0.3 -Ovq "$SNMP_AT" .1.3.6.1.2.1.1.3.0
} >/dev/null 2>&1

# trapd_start [NAME ADDRESS]: one notification is one line, "TRAP SECONDS NAME = VALUE|..." in $traps, or
# in $W/NAME.log of one more manager; the seconds are those since 1970 when it came.
trapd_start() {
    local name=${1:-snmptrapd}
    bg "$name" snmptrapd -f -C -c "$W/snmp/snmptrapd.conf" -Lo -OQUs -n -F 'TRAP %t %V|%v\n' \
        "${2:-$TRAPS_AT}"
    if ! wait_until 10 grep -q 'NET-SNMP version' "$W/$name.log"; then
        bad "$name did not come up"
        return 1
    fi
}

# manager NAME: an snmptrapd for durable informs at AT[NAME], with the engine ENGINE[NAME] and what
# MANAGER_USERS has of createUser. What one that was killed has written is kept in its old log.
declare -A AT ENGINE
manager() {
    local dir=$W/snmp/$1
    mkdir -p "$dir"
    cat >"$dir/trapd.conf" <<END
disableAuthorization yes
doNotRetainNotificationLogs yes
exactEngineID ${ENGINE[$1]}
$MANAGER_USERS
END
    SNMP_PERSISTENT_DIR=$dir bg "manager-$1" snmptrapd -f -C -c "$dir/trapd.conf" -Lo -OQUs -n \
        -F 'TRAP%P|%t|%V|%v\n' "${AT[$1]}"
    wait_until 10 grep -q 'NET-SNMP version' "$W/manager-$1.log" || bad "manager $1 did not come up"
}

# agent_start [ARGUMENT...]: start the agent, and wait until the master serves its tree.
agent_start() {
    agent_launch "$@"
    if ! wait_until 10 grep -q 'the master at .* serves' "$agent_log"; then
        bad "the agent did not get through to snmpd"
        return 1
    fi
}

# agent_launch: only start it. Put words before the command, such as setpriv, into AGENT_BY.
AGENT_BY=()
agent_launch() {
    bg agentx env "ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=1" "${AGENT_BY[@]}" \
        "$BUILD/btms-agentx" -s "$W/state" -d "$W/data" -x "$W/agentx" "$@"
}

# agent_stop: it ends in time, with status 0, and leaks nothing.
agent_stop() {
    stop agentx TERM 5 || return
    check "the agent ended in $STOPPED_AFTER s with exit status $RC_agentx" [ "$RC_agentx" = 0 ]
}

# agent_children: "PID COMMAND" of the agent's processes; inform_of NAME: the one for that receiver
agent_children() {
    local pid
    cat "/proc/$PID_agentx/task/"*/children | tr ' ' '\n' | while read -r pid; do
        echo "$pid $(tr '\0' ' ' <"/proc/$pid/cmdline")"
    done
} 2>/dev/null
inform_of() {
    agent_children | awk -v name="$1" '$3 == name { print $1 }'
}

# informs N: so many of them at most, whose child they are or were
informs() {
    [ "$(cat /proc/[0-9]*/comm 2>/dev/null | grep -cx btms-inform)" -le "$1" ]
}

# agent_said N PATTERN: that many lines of the agent's log match.
agent_said() {
    matching "$@" <"$agent_log"
}

# snmp TOOL ARGUMENT...: without what the tools say of the directories they would like to have.
snmp() {
    "$@" 2> >(grep -vE 'cert_indexes|Cannot find module|MIB search path' >&2)
}

# walk COLUMN...: "NAME.INDEX VALUE" lines; enumerations as numbers.
walk() {
    local column
    for column; do
        snmp snmpbulkwalk -v2c -c public -r 1 -t 10 -Cr50 -OQUes "$SNMP_AT" "BTMS-MIB::$column" |
            grep -vE ' = No (more variables|Such )' | sed 's/ = / /'
    done
    return 0
}

# get NAME: the value, through the MIB: "alarm", "54024"; "No Such Instance..." where there is none.
get() {
    snmp snmpget -v2c -c public -r 1 -t 10 -OQUvs "$SNMP_AT" "BTMS-MIB::$1"
}
get_is() { # NAME VALUE [NAME VALUE]...
    while [ $# -gt 0 ]; do
        same "$(get "$1")" "$2" || {
            echo "... is $1"
            return 1
        }
        shift 2
    done
}
absent() { # NAME...: none of them has an instance
    local name
    for name; do
        [[ $(get "$name") == *"No Such Instance"* ]] || {
            echo "$name: $(get "$name")"
            return 1
        }
    done
}

# all_traps: every notification of ours that came, in order, also before snmptrapd was restarted.
# With TRAPD=NAME before it, or before what is built on it: those of that manager.
all_traps() {
    cat "$W/${TRAPD:-snmptrapd}.log.old" "$W/${TRAPD:-snmptrapd}.log" 2>/dev/null |
        grep -E '^TRAP.*\|snmpModules\.[0-9.]+ = btmsAlarm(Raised|Cleared|Changed)\|'
}

# told_of: notifications of alarms, from stdin, as "NUMBER SEQUENCE ALARM WHAT", WHAT being that of
# the store.
told_of() {
    awk -F'|' '
        BEGIN {
            n = split("Raised Cleared changed acknowledged shelved unshelved", w, " ")
            for (i = 1; i <= n; i++)
                what[w[i]] = i
        }
        match($0, / = btmsAlarm(Raised|Cleared|Changed)\|/) {
            type = substr($0, RSTART + 12, RLENGTH - 13)
            for (i = 1; i <= NF; i++) {
                split($i, v, / = /)
                name = v[1]
                sub(/\.[0-9]+$/, "", name)
                value[name] = v[2]
                if (name == "btmsAlarmText")
                    id = substr(v[1], length(name) + 2)
            }
            print value["btmsNotifySequence"], value["btmsNotifyLogSequence"], id, \
                what[type == "Changed" ? value["btmsAlarmLogEvent"] : type]
        }'
}

# trap_count PATTERN: how many notifications match (extended expression over the whole line).
trap_count() {
    all_traps | grep -cE -- "$1" || true
}
trapped() { # N PATTERN
    all_traps | matching "$@"
}

# trap_field NAME [PATTERN]: the values of an object, one line per notification that matches.
trap_field() {
    all_traps | grep -E -- "${2:-.}" | sed -nE "s/.*\|$1\.[0-9]+ = ([^|]*)(\|.*)?\$/\1/p"
}

# trap_has PATTERN [NAME VALUE]...: one notification matches, and has these values.
trap_has() {
    local pattern=$1
    shift
    trapped 1 "$pattern" || return
    while [ $# -gt 0 ]; do
        same "$(trap_field "$1" "$pattern")" "$2" || {
            echo "... is $1"
            return 1
        }
        shift 2
    done
}

# in_order: the sequences of the notifications, but for repeats, rise by one from the first.
in_order() {
    trap_field btmsNotifySequence | awk '
        NR == 1 { due = $1 }
        $1 == due { due++; next }
        $1 > due { print "after " due - 1 " came " $1; bad = 1; due = $1 + 1 }
        END { exit bad || NR == 0 }'
}

# site_values GW INDEX: what SNMP must have of a simulated gateway, as walk prints it, in any order.
# Switches are 0 and 1 in the registers, 2 and 3 in the MIB, where 1 is unknown.
site_values() {
    readable "$1" | awk -v gw="$2" '
        BEGIN {
            n = split("ups_status UpsStatusRaw ups_voltage UpsVoltage ups_current UpsCurrent " \
                "ups_soc UpsStateOfCharge string_ups_id StringUpsIndex " \
                "string_status StringStatusRaw string_voltage StringVoltage " \
                "string_current StringCurrent string_soc StringStateOfCharge " \
                "string_balance StringBalance string_state StringStateRaw " \
                "string_alarm StringAlarmRaw string_cell_count StringCellCountRaw " \
                "string_ambient_temperature StringAmbientTemperature " \
                "string_ambient_humidity StringAmbientHumidity " \
                "string_relay_status StringRelay string_aux_input_status StringAuxInput " \
                "cell_status CellStatusRaw cell_voltage CellVoltage " \
                "cell_resistance CellResistance cell_temperature CellTemperature " \
                "cell_soc CellStateOfCharge cell_soh CellStateOfHealth " \
                "cell_alarm CellAlarmRaw", w)
            for (i = 1; i < n; i += 2)
                column[w[i]] = w[i + 1]
        }
        {
            printf "btms%s.%s.%s%s %d\n", column[$4], gw, $2, $3 ? "." $3 : "",
                $5 + ($4 ~ /_(relay|aux_input)_status$/ ? 2 : 0)
        }'
}

# The columns that site_values speaks of.
SITE_COLUMNS=(btmsUps{StatusRaw,Voltage,Current,StateOfCharge}
    btmsString{UpsIndex,StatusRaw,StateRaw,AlarmRaw,Voltage,Current,StateOfCharge,Balance}
    btmsString{AmbientTemperature,AmbientHumidity,Relay,AuxInput,CellCountRaw}
    btmsCell{Voltage,Resistance,Temperature,StateOfCharge,StateOfHealth,StatusRaw,AlarmRaw})

# site_matches "GW INDEX"...: SNMP has the values of these gateways, all of them and no other.
site_matches() {
    local g gw index
    for g; do
        read -r gw index <<<"$g"
        site_values "$gw" "$index"
    done | sort >"$W/site.expected"
    walk "${SITE_COLUMNS[@]}" | sort >"$W/site.got"
    [ -s "$W/site.expected" ] && diff "$W/site.expected" "$W/site.got"
}
