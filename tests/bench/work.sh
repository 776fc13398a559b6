# shellcheck shell=bash disable=SC2154 # W, BUILD are set by lib.sh, the rest by the script
# What callgrind counts, and what our own code allocates, for tests/bench/dispatch: neither depends on
# how fast the machine is, or how busy.

BIN=$BUILD/tests/bench
KNOWN=$ROOT/tests/bench/instructions

# counted NAME: the number after it in $W/steady, which a program or stages.py has written
counted() {
    awk -v name="$1" '$1 == name { print $2 }' "$W/steady"
}

# --- memory ----------------------------------------------------------------------------------------

settled() { # GATEWAYS: what they need, in $W/steady
    rm -rf "$W/rig"
    mkdir "$W/rig" && "$BIN/steady" "$W/rig" memory "$1" >"$W/steady"
}
memory() {
    local one_a one_r
    settled 1 || return
    one_a=$(counted allocated) one_r=$(counted resident)
    settled 3 || return
    report "memory of each cell, allocated by our code" bytes/cell \
        "$((($(counted allocated) - one_a) / 2 / 3840))" "" "" '<=400'
    report "resident, with the stacks of threads" bytes/cell "$((($(counted resident) - one_r) / 2 / 3840))"
    report "of the site and its log, however many cells" KiB \
        "$(((one_a - ($(counted allocated) - one_a) / 2) / 1024))"
}

# --- instructions ----------------------------------------------------------------------------------

CALLGRIND=(valgrind -q --tool=callgrind --instr-atstart=no)

# known NAME: the goal, a tenth above what is known of this compiler and flags; "" for others
known() {
    local is
    grep -q -- ' -O2 -g$' "$BUILD/.flags" || return 0
    is="gcc $(gcc -dumpversion) $(uname -m)"
    awk -F'\t' -v name="$1" -v is="$is" '$1 == "compiler" && $2 != is { exit }
        $1 == name && $2 > 0 { printf "<=%.0f", 1.1 * $2 }' "$KNOWN"
}
# instructions TEXT NAME UNIT COUNT
instructions() {
    report "$1" "$3" "$4" "" "" "$(known "$2")"
}
plugin_work() {
    local stage n cells=$((3840 * MINUTES)) ours=0
    rm -rf "$W/rig"
    mkdir "$W/rig" && "${CALLGRIND[@]}" --callgrind-out-file="$W/plugin.cg" \
        "$BIN/steady" "$W/rig" work "$MINUTES" >"$W/done" || return
    python3 "$ROOT/tests/bench/stages.py" "$W/plugin.cg.1" "$ROOT/tests/bench/stages" >"$W/steady" || return
    # each cell was read and told: voltage, temperature, SOC and status of each, every minute
    awk -v cells=$cells '$1 == "values" { good = $2 >= 4 * cells } END { exit !good }' "$W/done" || return
    while read -r stage n; do
        ((n /= cells))
        [ "$stage" = SQLite ] || ((ours += n))
        instructions "instructions, $stage" "$stage" instr/cell $n
    done <"$W/steady"
    report "instructions, all of ours" instr/cell $ours
    [ "$ours" -gt 1000 ] # or what was counted is something else
}

# --- the agent -------------------------------------------------------------------------------------

AGENT_AT=16171 DUMPS=0

agent_has() {
    MIBS='' snmp snmpgetnext -v2c -c public -r 0 -t 1 -On "127.0.0.1:$AGENT_AT" "$AGENT_BASE.2.1.1.5.1.1.3" |
        grep -q "^\.$AGENT_BASE\.2\.1\.1\.5\.1\.1\.3\.1\.1\.1 "
}
agent_starts() {
    AGENT_BASE=$(<"$BUILD/.root")
    mkdir -p "$W/snmp" "$W/data.agent"
    printf '%s\n' "agentaddress udp:127.0.0.1:$AGENT_AT" "rocommunity public 127.0.0.1" "master agentx" \
        "agentXSocket $W/agentx" "agentXTimeout 20" "agentXRetries 0" >"$W/snmp/snmpd.conf"
    "$BIN/make_snapshots" "$W/state.agent" 100 >"$W/made" || return
    SNMPCONFPATH=$W/snmp SNMP_PERSISTENT_DIR=$W/snmp/state MIBS='' \
        bg snmpd snmpd -f -C -c "$W/snmp/snmpd.conf" -Lo -I -smux
    wait_until 10 test -S "$W/agentx" || return
    bg agent "${CALLGRIND[@]}" --callgrind-out-file="$W/agent.cg" "$BUILD/btms-agentx" \
        -s "$W/state.agent" -d "$W/data.agent" -x "$W/agentx"
    wait_until 30 agent_has
}
# window NAME COMMAND...: what the agent does meanwhile, into $W/NAME.sum
window() {
    local name=$1
    shift
    order instrumentation on && order zero && "$@" >"$W/$name" && order dump "$name" || return
    order instrumentation off
    awk '/^totals: / { print $2 }' "$W/agent.cg.$((++DUMPS))" >"$W/$name.sum"
}
order() {
    vgdb --pid="$(pid_of agent)" "$@" >>"$W/vgdb" 2>&1
}
asked() { # COLUMNS REPETITIONS
    local first=3
    [ "$1" = 1 ] || first=2
    echo "agent cells $AGENT_BASE 384000 $first $1 $2 1 $(pid_of agent)" |
        "$BIN/client" run "$AGENT_AT" "$(pid_of snmpd)" 1 1 "$SLOT_MS"
}
nothing() {
    pause "$IDLE_S"
    true
}
agent_work() {
    local n
    agent_starts || return
    asked 1 50 >"$W/done" || return # the first request after a start makes what others find
    for n in 1 10; do
        window "walk-$n" asked $n $((n == 1 ? 50 : 10)) || return
        instructions "instructions of the agent, $n varbind$([ $n = 1 ] || echo s) a request" "varbind-$n" \
            instr/varbind "$(($(<"$W/walk-$n.sum") / $(awk '{ print $3 }' "$W/walk-$n")))"
    done
    window idle nothing || return
    report "instructions of the agent, nothing to do" instr/s "$(($(<"$W/idle.sum") / IDLE_S))"
    stop agent && stop snmpd
}
