# shellcheck shell=bash disable=SC2154 # W, ROOT ... are set by lib.sh
# Several collectd in one test: each has a directory below $W, with the name of its process.

STORE=192.0.2.10 # and the central collectd, at the other end of the way

# way up|down: without the address there is no route to it, what is open stalls
way() {
    ip link show wan >/dev/null 2>&1 || ip link add wan type bridge || ip link add wan type dummy
    ip link set wan up
    case $1 in
    up) ip addr add "$STORE/32" dev wan ;;
    down) ip addr del "$STORE/32" dev wan ;;
    esac
}

# within NAME COMMAND...: with the directory and the log of that collectd
within() {
    local collectd_log=$W/$1.log W=$W/$1
    shift
    "$@"
}
rc_of() {
    local v
    v=$(var RC "$1")
    echo "${!v}"
}
answers() { # NAME
    alive "$1" && collectdctl -s "$W/$1/collectd.sock" listval
}
settle() { # NAME: it is up, or dead
    answers "$1" >/dev/null 2>&1 || ! alive "$1"
}
launch() { # NAME: collectd with the configuration of its directory
    bg "$1" env ${SAN_PRELOAD:+"LD_PRELOAD=$SAN_PRELOAD"} collectd -f -C "$W/$1/collectd.conf"
    wait_until 20 settle "$1"
    answers "$1" >/dev/null 2>&1 || {
        bad "$1 did not come up"
        return 1
    }
}
listens() { # ADDRESS PORT
    (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null
}

# --- the store, the central collectd, the pollers --------------------------------------------------------

store_start() {
    bg store "$VICTORIA/victoria-metrics" -storageDataPath="$W/store" -httpListenAddr=$STORE:8428 \
        -graphiteListenAddr=$STORE:2003 -memory.allowedPercent=5 -search.latencyOffset=0s
    wait_until 20 listens $STORE 2003 || bad "the store did not come up"
}
graphite() { # NODE HOST PORT [LINE...]
    printf '<Node "%s">\nHost "%s"\nPort "%d"\nProtocol "tcp"\nUseTags true\nStoreRates false\n' "$1" "$2" "$3"
    shift 3
    printf '%s\n' "$@" '</Node>'
}
central_start() {
    mkdir -p "$W/central"
    ln -sf ../sim.sock "$W/central/sim.sock"
    echo 'btms: right' >"$W/central/users"
    WRITER=csv within central collectd_conf "TypesDB \"/usr/share/collectd/types.db\" \"$ROOT/contrib/types.db\""
    cp /usr/lib/collectd/{network,write_graphite}.so "$W/central/plugins/"
    cat >>"$W/central/collectd.conf" <<EOF
LoadPlugin network
<Plugin network>
  <Listen "$STORE" "25826">
    SecurityLevel "Encrypt"
    AuthFile "$W/central/users"
  </Listen>
</Plugin>
LoadPlugin write_graphite
<Plugin write_graphite>
$(graphite store $STORE 2003 'Prefix "central."')
</Plugin>
EOF
    launch central
}

# poller NAME GATEWAY...: with vmagent beside it, if that does not run
poller() {
    local name=$1 n blocks=()
    shift
    alive "vmagent_$name" || vmagent_start "$name" || return
    for n; do
        blocks+=("$(gateway "g$n" "500$n" 'Interval 1')")
    done
    mkdir -p "$W/$name"
    WRITER=csv within "$name" btms_conf "${blocks[@]}"
    sed -i "s/^Hostname .*/Hostname \"$name\"/" "$W/$name/collectd.conf"
    cp /usr/lib/collectd/{network,write_graphite}.so "$W/$name/plugins/"
    {
        printf 'LoadPlugin network\n<Plugin network>\n<Server "%s" "25826">\nSecurityLevel "Encrypt"\n' $STORE
        printf 'Username "btms"\nPassword "right"\n</Server>\n</Plugin>\n'
        printf 'LoadPlugin write_graphite\n<Plugin write_graphite>\n%s\n' "$(graphite vmagent 127.0.0.1 "$(port "$name")")"
        [ -z "${EXTRA:-}" ] || graphite hanging 127.0.0.1 2999
        printf '</Plugin>\n'
    } >>"$W/$name/collectd.conf"
    [ -z "${EXTRA:-}" ] || sed -i '1i WriteQueueLimitHigh 200\nWriteQueueLimitLow 100' "$W/$name/collectd.conf"
    launch "$name"
}
port() { # NAME: of its vmagent, for Graphite's protocol
    echo "210${1#p}"
}
vmagent_start() { # POLLER
    bg "vmagent_$1" "$VICTORIA/vmagent" -remoteWrite.url=http://$STORE:8428/api/v1/write \
        -remoteWrite.tmpDataPath="$W/queue_$1" -graphiteListenAddr="127.0.0.1:$(port "$1")" \
        -httpListenAddr="127.0.0.1:$(($(port "$1") + 100))" -memory.allowedPercent=5
    wait_until 20 listens 127.0.0.1 "$(port "$1")" || bad "vmagent of $1 did not come up"
}

# never_reads: a server that accepts, and whose buffers are small
never_reads() {
    echo '4096 4096 4096' >/proc/sys/net/ipv4/tcp_wmem
    bg hanging /usr/bin/python3 -uc 'import socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
s.bind(("127.0.0.1", 2999))
s.listen(8)
kept = []
while True:
    kept.append(s.accept())'
    wait_until 10 listens 127.0.0.1 2999
}

# --- what is where -----------------------------------------------------------------------------------------

ctl() {
    "$BUILD/btmsctl" -s "$W/state" -d "$W/data" "$@"
}
standing() { # N PATTERN
    ctl alarms | matching "$@"
}
said_some() { # PATTERN
    grep -vF 'Notification: ' "$collectd_log" | grep -qE -- "$1"
}
index_of() { # GATEWAY
    sqlite3 -readonly -cmd '.timeout 5000' "$W/data/btms.db" "SELECT idx FROM device WHERE name = '$1'"
}
store_id() {
    sqlite3 -readonly -cmd '.timeout 5000' "$W/data/btms.db" "SELECT value FROM meta WHERE key = 'storeId'"
}
served() { # the gateways that its agent would show
    "$BUILD/btms-agentx" -s "$W/state" -d "$W/data" --dump | grep -oE '"g[1-9]"' | sort -u | tr -d '"' | xargs
}
snapshot() { # POLLER GATEWAY: its file, which is replaced each time
    stat -c '%i %Y %Z' "$W/$1/state/dev-$(within "$1" index_of "$2").snap"
}
newer() { # POLLER GATEWAY BEFORE
    differ "$(snapshot "$1" "$2")" "$3"
}
differ() {
    [ -n "$1" ] && [ "$1" != "$2" ]
}
waiting() { # POLLER: bytes that vmagent could not send yet
    http 127.0.0.1 "$(($(port "$1") + 100))" /metrics |
        awk '/^vmagent_remotewrite_pending_data_bytes/ { n += $NF } END { exit n == 0 }'
}
queued() { # POLLER
    [ "$(cat "$W/queue_$1"/persistent-queue/*/0* | wc -c)" -gt 0 ]
}
http() { # ADDRESS PORT PATH
    exec 4<>"/dev/tcp/$1/$2" && printf 'GET %s HTTP/1.0\r\n\r\n' "$3" >&4 && sed '1,/^\r$/d' <&4
}

# The store is read by tests/e2e/pollers.py, which knows nothing of how values came there.
in_store() {
    /usr/bin/python3 "$ROOT/tests/e2e/pollers.py" "http://$STORE:8428" "$@"
}
stored() { # GATEWAY...
    local g
    for g; do
        dump_values "$g" | in_store latest '' || return
    done
}
forwarded() {
    local g
    for g; do
        dump_values "$g" | in_store latest central. || return
    done
}
complete() { # UNTIL POLLER...: every row that was written beside what was sent
    local until=$1 p
    shift
    for p; do
        in_store complete "$until" "$W/$p/csv" || return
    done
}
holds() { # HOST OBJECT TYPE INSTANCE VALUE
    in_store holds "$@"
}
silent() { # the query of README, with 5 s instead of 120
    in_store silent 5
}
same_words() { # COMMAND EXPECTED
    same "$("$1")" "$2"
}
series_of() { # HOST
    in_store series "$1"
}
gap() { # FROM TO: the central one has no row of the time between, but for what waited to fill a packet
    local rows
    [ $(($2 - $1)) -ge 8 ] || {
        echo "only $(($2 - $1)) s to look at"
        return 1
    }
    rows=$(cat "$W"/central/csv/g*/btms-gateway/bool-reachable-* | awk -F, -v from=$(($1 + 1)) -v to=$(($2 - 4)) \
        '$1 > from && $1 < to')
    [ -z "$rows" ] || {
        echo "$rows"
        return 1
    }
}
