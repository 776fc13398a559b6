# shellcheck shell=bash
# What every end-to-end test begins with:  . "$(dirname "$0")/lib.sh"
#
# The script runs again inside namespaces of its own: no network but loopback, so that ports never
# collide and nothing a program does by default can leave the machine; its own process numbers, so
# that nothing outlives the test, however it ends.
#
#   $ROOT  the source tree            $BUILD  the build under test (default: build)
#   $W     a private directory, removed at the end unless KEEP=1, or KEEP_FAILED=1 and a check failed
#   $SLOW  1, or more under a sanitizer: every bound given to the functions here is multiplied by it
#
# A test that needs SNMP sets NEEDS_MIBS=1 before: the modules that ours import are looked for, and
# perhaps downloaded, while there still is a network.
#
# Marker lines in a script, for tests/run: "# also: plain", "# also: tsan", "# limit: SECONDS", "# takes: SECONDS"
set -u
export LC_ALL=C
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=$(cd "$ROOT" && realpath -m -- "${BUILD:-build}")
export ROOT BUILD

here=$(readlink /proc/self/ns/net)
MIBS_BASE=$ROOT/build/mibs-base
if [ -n "${NEEDS_MIBS:-}" ] && [ ! -d "$MIBS_BASE" ]; then
    "$ROOT/tests/lint/mib" >/dev/null # what it says of our modules is for tests/lint
    [ -d "$MIBS_BASE" ] || echo "$MIBS_BASE is not there, and could not be made"
fi
if [ "${E2E_OUTSIDE:-$here}" = "$here" ]; then
    map=()
    [ "$(id -u)" = 0 ] || map=(--map-root-user)
    E2E_OUTSIDE=$here exec unshare "${map[@]}" --net --mount --pid --fork --kill-child \
        --mount-proc -- bash "$0" "$@"
fi

# --- the network, the directory ------------------------------------------------------------------

ip link set lo up
# getaddrinfo's AI_ADDRCONFIG, which collectd asks for, does not count loopback: with lo alone not
# even "127.0.0.1" resolves. An address on a bridge without ports counts, and leads nowhere.
ip link add e2e0 type bridge 2>/dev/null || ip link add e2e0 type dummy || exit 1
ip addr add 192.0.2.77/32 dev e2e0 && ip link set e2e0 up || exit 1
if [ -n "$(ip route show; ip -6 route show default)" ]; then
    echo "this network namespace has a route out: refusing to run"
    exit 1
fi
W=$(mktemp -d "${TMPDIR:-/tmp}/btms-e2e.XXXXXX") && chmod 755 "$W" && : >"$W/.results" || exit 1
export W

CC_OF_BUILD=$(cut -d' ' -f1 "$BUILD/.flags" 2>/dev/null)
SAN_PRELOAD=
SLOW=1
case $(cat "$BUILD/.flags" 2>/dev/null) in
*-fsanitize=address*)
    SLOW=2
    SAN_PRELOAD="$("$CC_OF_BUILD" -print-file-name=libasan.so)"
    SAN_PRELOAD+=" $("$CC_OF_BUILD" -print-file-name=libubsan.so)"
    ;;
*-fsanitize=thread*)
    SLOW=4
    SAN_PRELOAD="$("$CC_OF_BUILD" -print-file-name=libtsan.so)"
    ;;
esac
# collectd itself leaks at exit; leaks of ours are looked for in the unit tests.
export ASAN_OPTIONS=detect_leaks=0:strict_string_checks=1:exitcode=86
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=0:second_deadlock_stack=1:exitcode=0:log_path=$W/tsan

# --- checks --------------------------------------------------------------------------------------
# Results are lines of a file, so that a check inside a subshell or a pipeline counts as well.

started=$EPOCHREALTIME

# say TEXT: a line with the time since the start.
say() {
    local us=$((${EPOCHREALTIME/./} - ${started/./}))
    printf '[%3d.%02d] %s\n' $((us / 1000000)) $((us / 10000 % 100)) "$*"
}

ok() {
    echo ok >>"$W/.results"
    say "ok    $*"
}

# bad TEXT: a failure; for the first few, what the background processes said last.
bad() {
    local log
    echo bad >>"$W/.results"
    say "FAIL  $*"
    [ "$(grep -c bad "$W/.results")" -le 3 ] || return 0
    for log in "$W"/*.log; do
        [ -s "$log" ] && printf '    --- %s\n' "${log##*/}" && tail -n 15 "$log" | sed 's/^/    | /'
    done
    return 0
}

# skip TEXT: something that cannot be tested here. Seen in the totals, never counted as passed.
skip() {
    echo skip >>"$W/.results"
    say "skip  $*"
}

# check TEXT COMMAND...: passes if the command succeeds; else its output is shown.
# Returns what the command said, so that a script can stop early:  check ... || exit 1
check() {
    local text=$1 out
    shift
    if out=$("$@" 2>&1); then
        ok "$text"
    else
        bad "$text"
        printf '    $ %s\n' "$*"
        [ -z "$out" ] || head -n 30 <<<"$out" | sed 's/^/    > /'
        return 1
    fi
}

# check_not TEXT COMMAND...: passes if the command fails.
check_not() {
    local text=$1
    shift
    check "$text" not "$@"
}

not() {
    ! "$@"
}

# same WHAT EXPECTED: for  check TEXT same "$got" "$wanted"
same() {
    [ "$1" = "$2" ] || {
        printf 'got      "%s"\nexpected "%s"\n' "$1" "$2"
        return 1
    }
}

# matching N PATTERN: of the input so many match (extended expression); else the first of them are shown.
matching() {
    local match n
    match=$(grep -E -- "$2")
    n=$(grep -c . <<<"$match")
    same "$n" "$1" || {
        [ "$n" = 0 ] || head -n 5 <<<"$match" | sed 's/^/... line: /'
        return 1
    }
}

# wait_until SECONDS COMMAND...: try again until it succeeds. What it said the last time is shown if
# it never does. The command runs in a subshell: it cannot set variables.
wait_until() {
    local out end=$((${EPOCHREALTIME/./} + $1 * SLOW * 1000000))
    shift
    until out=$("$@" 2>&1); do
        if [ "${EPOCHREALTIME/./}" -ge "$end" ]; then
            [ -z "$out" ] || echo "$out"
            return 1
        fi
        sleep 0.1
    done
}

# --- processes -----------------------------------------------------------------------------------

BG=()
STOPPED_AFTER=
# Assigned by bg and stop through their names; here for those who read, and for shellcheck.
# shellcheck disable=SC2034
PID_collectd='' RC_collectd='' PID_sim='' RC_sim='' PID_agentx='' RC_agentx=''

# var PREFIX NAME: the name of the variable that belongs to a background process.
var() {
    echo "$1_${2//[!A-Za-z0-9]/_}"
}

# bg NAME COMMAND...: start in the background, in a session of its own, output to $W/NAME.log (what
# an earlier process of that name wrote is kept in NAME.log.old), number in PID_<NAME>.
bg() {
    local name=$1 log=$W/$1.log
    shift
    if [ -e "$log" ]; then
        no_reports
        cat "$log" >>"$log.old"
        rm -f "$log.told"
        : >"$log" # now, not when the process gets that far: whoever waits for a line means a new one
    fi
    setsid "$@" >"$log" 2>&1 </dev/null &
    printf -v "$(var PID "$name")" %s $!
    BG+=("$name:$!")
}

# pid_of NAME, alive NAME
pid_of() {
    local v
    v=$(var PID "$1")
    echo "${!v:-}"
}
alive() {
    local pid
    pid=$(pid_of "$1")
    [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && ! grep -q '^State:.*Z' "/proc/$pid/status"
}

# ended NAME BOUND: wait until a process has ended by itself; its exit code goes to RC_<NAME>, the
# seconds waited to STOPPED_AFTER. Having to kill it is a failed check, and returns 1.
ended() {
    local name=$1 pid rc killed=0 from=${EPOCHREALTIME/./}
    pid=$(pid_of "$name")
    if ! wait_until "$2" not alive "$name"; then
        kill -KILL "$pid" 2>/dev/null
        bad "$name (process $pid) did not end within $(($2 * SLOW)) s and was killed"
        killed=1
    fi
    wait "$pid" 2>/dev/null
    rc=$?
    from=$(((${EPOCHREALTIME/./} - from) / 1000))
    STOPPED_AFTER=$((from / 1000)).$(printf %03d $((from % 1000)))
    printf -v "$(var RC "$name")" %s "$rc"
    printf -v "$(var PID "$name")" %s ""
    return "$killed"
}

# stop NAME [SIGNAL [BOUND]]: signal a process by its number and wait for its end, as `ended` does.
stop() {
    local pid
    pid=$(pid_of "$1")
    if [ -z "$pid" ]; then
        bad "stop $1: it was not started, or was stopped already"
        return 1
    fi
    kill -s "${2:-TERM}" "$pid" 2>/dev/null
    ended "$1" "${3:-10}"
}

cleanup() {
    local rc=$? i pid passed failed skipped
    trap - EXIT
    trap '' INT TERM
    if [ "$rc" != 0 ] && ! grep -q bad "$W/.results"; then
        bad "the script itself ended with exit status $rc"
    elif [ "$rc" -gt 128 ]; then
        say "the script was ended by a signal ($rc)"
    fi
    for ((i = ${#BG[@]} - 1; i >= 0; i--)); do
        pid=${BG[i]##*:}
        kill -TERM "$pid" 2>/dev/null && wait_until 5 not kill -0 "$pid"
    done
    for i in "${BG[@]}"; do # whatever a process of ours left behind in its session
        kill -KILL -- "-${i##*:}" 2>/dev/null
    done
    wait 2>/dev/null
    no_reports
    passed=$(grep -c ok "$W/.results")
    failed=$(grep -c bad "$W/.results")
    skipped=$(grep -c skip "$W/.results")
    if [ -n "${KEEP:-}" ] || { [ -n "${KEEP_FAILED:-}" ] && [ "$failed" != 0 ]; }; then
        echo "kept: $W"
    else
        awk -v w="$W/" 'index($2, w) == 1 { print $2 }' /proc/mounts | xargs -r umount -l
        rm -rf "$W"
    fi
    [ "$skipped" = 0 ] && skipped='' || skipped=", $skipped skipped"
    echo "$passed passed, $failed failed$skipped"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ] || exit 1
    exit 0
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# no_reports: a failed check for every file with sanitizer reports that was not yet told.
no_reports() {
    local f text found=0
    for f in "$W"/*.log "$W"/tsan.*; do
        if [ ! -f "$f" ] || [ -e "$f.told" ]; then continue; fi
        text=$(reports "$f")
        [ -n "$text" ] || continue
        bad "sanitizer report in ${f##*/}"
        head -n 60 <<<"$text" | sed 's/^/    > /'
        : >"$f.told"
        found=1
    done
    return "$found"
}

# reports FILE: the sanitizer reports in it. Races within collectd are not ours: TSan's count only
# where a stack touches our code.
reports() {
    case $1 in
    */tsan.*)
        awk '/WARNING: ThreadSanitizer/ { r = "" } { r = r $0 "\n" }
             /^SUMMARY: ThreadSanitizer/ && r ~ /\(btms(\.so|-sim|-agentx)\+/ { printf "%s", r }' "$1"
        ;;
    *) grep -E -A 50 '(ERROR|WARNING): [A-Za-z]+Sanitizer|runtime error:' "$1" ;;
    esac
}

# --- collectd ------------------------------------------------------------------------------------

# collectd_conf [LINE...]: write $W/collectd.conf; LINEs are global options. Then append to it:
#   cat >>"$W/collectd.conf" <<EOF
#   LoadPlugin btms
#   <Plugin btms> ... </Plugin>
#   EOF
# collectd wants a write plugin, or it logs a line for every value. csv is loaded but values end in
# a chain that drops them after the cache, unless WRITER=csv: then they go to $W/csv. One write thread:
# of several, one that is held up between queue and cache is overtaken, and its value is refused as
# too old (collectd issue 987).
collectd_conf() {
    local p
    mkdir -p "$W/plugins"
    for p in logfile unixsock csv; do # collectd refuses symbolic links
        cp -f "/usr/lib/collectd/$p.so" "$W/plugins/" || exit 1
    done
    cp -f "$BUILD/btms.so" "$W/plugins/" || exit 1
    cat >"$W/collectd.conf" <<EOF
BaseDir "$W"
PIDFile "$W/collectd.pid"
PluginDir "$W/plugins"
Hostname "e2e"
FQDNLookup false
Interval 1
WriteThreads 1
$(printf '%s\n' "$@")
LoadPlugin logfile
<Plugin logfile>
  LogLevel info
  File stderr
  Timestamp false
  PrintSeverity true
</Plugin>
LoadPlugin unixsock
<Plugin unixsock>
  SocketFile "$W/collectd.sock"
  SocketGroup "$(id -gn)"
  SocketPerms "0660"
  DeleteSocket true
</Plugin>
LoadPlugin csv
<Plugin csv>
  DataDir "$W/csv"
</Plugin>
EOF
    [ "${WRITER:-}" = csv ] || cat >>"$W/collectd.conf" <<EOF
PostCacheChain "PostCache"
<Chain "PostCache">
  Target "stop"
</Chain>
EOF
}

# collectd_launch: start the daemon and wait for nothing; for configurations that it must refuse:
#   collectd_launch; ended collectd 10; check "refused" same "$RC_collectd" 1
collectd_launch() {
    bg collectd env ${SAN_PRELOAD:+"LD_PRELOAD=$SAN_PRELOAD"} collectd -f -C "$W/collectd.conf"
}

# collectd_start: start the daemon and wait until its socket answers. Not being up in time is a
# failed check, and returns 1.
collectd_start() {
    collectd_launch
    wait_until 15 collectd_up_or_dead
    if ! collectd_up; then
        bad "collectd did not come up"
        return 1
    fi
}
collectd_up() {
    alive collectd && collectdctl -s "$W/collectd.sock" listval
} >/dev/null 2>&1
collectd_up_or_dead() {
    collectd_up || ! alive collectd
}

# collectd_stop [BOUND]: two checks: it ends in time with exit status 0, and no sanitizer reported.
collectd_stop() {
    stop collectd TERM "${1:-5}" || return
    check "collectd ended in $STOPPED_AFTER s with exit status $RC_collectd" [ "$RC_collectd" = 0 ]
    [ -z "$SAN_PRELOAD" ] || { no_reports && ok "no sanitizer report"; }
}

collectd_log=$W/collectd.log

# listval: every identifier in collectd's cache.
listval() {
    collectdctl -s "$W/collectd.sock" listval
}

# getval ID: the number, "nan" for one without a value; nothing and status 1 if there is none.
getval() {
    local out
    out=$(collectdctl -s "$W/collectd.sock" getval "$1" 2>/dev/null) || return 1
    awk -F= 'NR == 1 { if ($2 ~ /[nN]a[nN]/) print "nan"; else printf "%.10g\n", $2 }' <<<"$out"
}

# value_is ID EXPECTED: equal to within what collectd prints (seven digits).
value_is() {
    local got
    got=$(getval "$1") || {
        echo "$1: no such value"
        return 1
    }
    awk -v g="$got" -v e="$2" -v id="$1" 'BEGIN {
        d = g - e; if (d < 0) d = -d; m = e < 0 ? -e : e
        if (g != "nan" && d <= 1e-6 * m) exit 0
        print id ": got " g ", expected " e; exit 1 }'
}

# log_count PATTERN, notification_count PATTERN: how many lines match (extended expression).
# collectd's own complaint about a client of its socket that was too quick is left out.
log_count() {
    grep -vF 'set_thread_name("unixsock conn")' "$collectd_log" | grep -cE -- "$1" || true
}
notification_count() {
    notifications | grep -cE -- "$1" || true
}
notifications() {
    grep -E '(^|\] )Notification: ' "$collectd_log"
}

# --- the gateway simulator -----------------------------------------------------------------------

# sim_start [ARGUMENT...]: start it and wait until it says "ready".
sim_start() {
    bg sim "$BUILD/btms-sim" -C "$W/sim.sock" "$@"
    wait_until 10 sim_ready_or_dead
    if ! sim_ready; then
        bad "the simulator did not come up"
        return 1
    fi
}
sim_ready() {
    alive sim && grep -q '^ready' "$W/sim.log"
}
sim_ready_or_dead() {
    sim_ready || ! alive sim
}

# sim COMMAND...: one command to the running simulator; prints its answer.
sim() {
    "$BUILD/btms-sim" -C "$W/sim.sock" -e "$*"
}

# sim_stat GW NAME: one of the simulator's counters; "unit=N" is the requests to a unit.
sim_stat() {
    case $2 in
    unit=*) sim stats "$1" "$2" ;;
    *) sim stats "$1" ;;
    esac | awk -v name="${2/unit=*/requests}" '$1 == name { print $2 }'
}

# only_reads: no simulated gateway ever got anything but well-formed reads.
only_reads() {
    sim stats '*' | awk '/^(fc_other|writes|bad_requests) [1-9]/ { print; bad = 1 } END { exit bad }'
}

# --- the plugin, and what it gave to collectd ------------------------------------------------------

# gateway NAME PORT [LINE...]: a <Gateway> block for the simulator's address, polled quickly. A LINE
# takes the place of the default of its key; one that begins with "<" is a block.
gateway() {
    local line lines='' key
    local -A set=([Address]='"127.0.0.1"' [Port]=$2 [Interval]=0.5 [CellInterval]=1
        [CellIntervalDischarge]=1 [Timeout]=0.3)
    echo "<Gateway \"$1\">"
    shift 2
    for line; do
        case $line in
        '<'*) lines+=$line$'\n' ;;
        *) set[${line%% *}]=${line#* } ;;
        esac
    done
    for key in "${!set[@]}"; do
        echo "  $key ${set[$key]}"
    done
    printf '%s</Gateway>\n' "$lines"
}

# no_delays: what is lost or reports an error is told at once, and nothing is damped. In btms_conf's
# configurations but for DELAYS=default.
DELAYS=none
no_delays() {
    local kind
    printf '<Limits>\nFlapRaises 0\n'
    for kind in {gateway,ups,string,cell}CommLost stringCellsLost {string,cell}Error; do
        printf '<Alarm "%s">\nRaiseDelay 0\n</Alarm>\n' "$kind"
    done
    printf '</Limits>\n'
}

# btms_conf [TEXT...]: a new collectd.conf with these lines in <Plugin btms>. StateDir and DataDir
# are in $W: tests that run beside each other must not meet in those of the machine.
btms_conf() {
    collectd_conf
    {
        printf 'LoadPlugin btms\n<Plugin btms>\n'
        [ "$DELAYS" = default ] || no_delays
        printf 'StateDir "%s"\nDataDir "%s"\n' "$W/state" "$W/data"
        # Alarms of a new gateway are told at once, unless a test says otherwise.
        [[ "$*" == *Commissioning* ]] || printf 'Commissioning 0\n'
        printf '%s\n' "$@"
        printf '</Plugin>\n'
    } >>"$W/collectd.conf"
}

# said N PATTERN, notified N PATTERN: that many lines of the log, or notifications, match. What the
# logfile plugin writes of a notification is none of the lines.
said() {
    grep -v 'Notification: ' "$collectd_log" | matching "$@"
}
notified() {
    notifications | matching "$@"
}

# readable GW: what a client can read of a simulated gateway, as "LEVEL NUMBER CELL NAME RAW" lines (CELL
# is 0 for what is no cell's): all but for what is disabled, an environment that reads 0 degrees and
# 0 percent, and cell registers without a published place unless CELL_REGISTERS names them ("soh alarm").
readable() {
    sim dump "$1" | awk -v extra=" ${CELL_REGISTERS:-} " '
        {
            object[NR] = $1 " " $2
            cell[NR] = NF == 7 ? $4 : 0
            name[NR] = $(NF - 2)
            raw[NR] = $(NF - 1)
            if (name[NR] ~ /_status$/ && name[NR] !~ /relay|aux/)
                off[object[NR], cell[NR]] = raw[NR] == 0
            if (name[NR] ~ /_ambient_/)
                ambient[object[NR]] += raw[NR] != 0
        }
        END {
            for (i = 1; i <= NR; i++) {
                if (name[i] ~ /^cell_(soh|alarm)$/ && !index(extra, " " substr(name[i], 6) " "))
                    continue
                if ((off[object[i], cell[i]] || off[object[i], 0]) && name[i] !~ \
                    (!cell[i] ? "^(ups|string)_(status|ups_id|cell_count)$" : "^cell_status$"))
                    continue
                if ((off[object[i], 0] && cell[i]) || (name[i] ~ /_ambient_/ && !ambient[object[i]]))
                    continue
                print object[i], cell[i], name[i], raw[i]
            }
        }'
}

# dump_values GW [HOST]: what collectd must have of a simulated gateway, as "IDENTIFIER VALUE" lines.
dump_values() {
    readable "$1" | awk -v host="${2:-$1}" '
        BEGIN {
            n = split("ups_status gauge-status 0  ups_voltage voltage-ups 2 " \
                "ups_current current-ups 2  ups_soc percent-soc 0 " \
                "string_ups_id gauge-ups 0  string_status gauge-status 0 " \
                "string_voltage voltage-string 2  string_current current-string 2 " \
                "string_soc percent-soc 0  string_balance percent-balance 2 " \
                "string_state gauge-state 0  string_alarm gauge-alarm 0 " \
                "string_cell_count count-cells 0 " \
                "string_ambient_temperature temperature-ambient 1 " \
                "string_ambient_humidity humidity-ambient 1 " \
                "string_relay_status gauge-relay 0  string_aux_input_status gauge-aux_input 0 " \
                "cell_status gauge-status- 0  cell_voltage voltage- 3 " \
                "cell_resistance resistance- 6  cell_temperature temperature- 1 " \
                "cell_soc percent-soc- 0  cell_soh percent-soh- 0  cell_alarm gauge-alarm- 0", w)
            for (i = 1; i < n; i += 3) {
                id[w[i]] = w[i + 1]
                scale[w[i]] = 10 ^ w[i + 2]
            }
        }
        {
            printf "%s/btms-%s%02d/%s%s %.10g\n", host, $1, $2, id[$4],
                $3 ? sprintf("cell%03d", $3) : "", $5 / scale[$4]
        }'
}

# cached ID...: "IDENTIFIER VALUE" lines for those that collectd has, asked for over one connection.
cached() {
    printf '%s\n' "$@" >"$W/cached.ids"
    printf 'GETVAL "%s"\n' "$@" | socat -t 30 - "UNIX-CONNECT:$W/collectd.sock" |
        awk 'NR == FNR { id[NR] = $0; next }
             { n++ }
             $1 > 0 { getline; split($0, v, "="); print id[n], v[2] }' "$W/cached.ids" -
}

# dump_matches GW [HOST]: collectd has every value of dump_values, and it is right.
dump_matches() {
    local expected ids
    expected=$(dump_values "$@")
    mapfile -t ids < <(cut -d' ' -f1 <<<"$expected")
    [ "${#ids[@]}" -gt 1 ] || return 1
    awk '!wanted { got[$1] = $2; next }
         !($1 in got) { print $1 ": missing, expected " $2; bad++; next }
         { d = got[$1] - $2; m = $2; if (d < 0) d = -d; if (m < 0) m = -m }
         got[$1] ~ /nan/ || d > 1e-6 * m { print $1 ": got " got[$1] ", expected " $2; bad++ }
         END { exit bad > 0 }' <(cached "${ids[@]}") wanted=1 - <<<"$expected"
}

# nothing_else GW [HOST]: collectd has no UPS, string or cell that a client cannot read; what the
# plugin computes over a string is left out.
nothing_else() {
    local more
    more=$(listval | grep -E "^${2:-$1}/btms-(ups|string)" |
        grep -vE '/(duration-data_age|gauge-maintenance|count-cells_|(voltage|resistance|temperature)-cell_m)' |
        grep -vxFf <(dump_values "$@" | cut -d' ' -f1))
    [ -z "$more" ] || {
        echo "$more"
        return 1
    }
}

# With WRITER=csv every value can be seen, and counters as they are (the cache has their rates).
# csv_rows ID: "TIME,VALUE" lines; csv_count ID; csv_last ID: the value; csv_time ID: the time.
csv_rows() {
    cat "$W/csv/$1"-[0-9][0-9][0-9][0-9]-* 2>/dev/null | grep -v '^epoch'
}
csv_count() {
    csv_rows "$1" | wc -l
}
csv_last() {
    csv_rows "$1" | tail -n 1 | cut -d, -f2
}
csv_is() {
    same "$(csv_last "$1" | awk '{ printf "%.10g", $1 }')" "$2"
}
csv_least() { # ID NUMBER: the last value is at least that
    awk -v v="$(csv_last "$1")" -v id="$1" -v n="$2" \
        'BEGIN { if (v == "" || v + 0 < n) { print id ": got \"" v "\", not at least " n; exit 1 } }'
}
csv_more() { # ID COUNT: there are more than COUNT
    local now
    now=$(csv_count "$1")
    [ "$now" -gt "$2" ] || {
        echo "$1: $now values, not more than $2"
        return 1
    }
}

# errors HOST KIND: how many of timeout, exception or mismatch the plugin has counted.
errors() {
    printf %.0f "$(csv_last "$1/btms-gateway/errors-$2")"
}

# turns HOST N: wait until a gateway's health went out N more times. Its interval is the clock of
# tests that must see that something does not happen, or goes on.
turns() {
    local id=$1/btms-gateway/bool-reachable
    wait_until $(($2 * 3 + 10)) csv_more "$id" $(($(csv_count "$id") + $2 - 1))
}

# goes_on ID [N]: N more values of it arrive.
goes_on() {
    wait_until $((${2:-2} * 3 + 10)) csv_more "$1" $(($(csv_count "$1") + ${2:-2} - 1))
}

. "$ROOT/tests/e2e/snmp.sh"
