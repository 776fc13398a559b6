# shellcheck shell=bash disable=SC2154 # W is set by lib.sh, OUT and CONDITIONS by the script
# How the benchmarks tell what they measured: lines of $W/report become a table, and $OUT as JSON.

# part TEXT COMMAND...: as check does, but not in a subshell, so that it can start servers.
part() {
    local text=$1
    shift
    if "$@" >"$W/said" 2>&1; then
        ok "$text"
    else
        bad "$text"
        sed 's/^/    > /' "$W/said"
        return 1
    fi
}

# pause SECONDS: what is measured goes on meanwhile.
pause() {
    [ -p "$W/never" ] || mkfifo "$W/never"
    read -rt "$1" <>"$W/never" || true
}

noted() { # NAME [NUMBER]: the series of numbers behind it in $W/noted
    awk -v name="$1${2:+.$2}" '$1 == name { print $2 }' "$W/noted" | xargs
}
divided() { # A B: the quotients of two series
    paste <(tr ' ' '\n' <<<"$1") <(tr ' ' '\n' <<<"$2") | awk '$2 > 0 { printf "%s%.6g", s, $1 / $2; s = " " }'
}
middle() { # SERIES: median, smallest, largest
    tr ' ' '\n' <<<"$1" | sort -g | awk '{ v[NR] = $1 } END {
        print NR == 0 ? "- - -" : (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 " " v[1] " " v[NR] }'
}

# numbers SERIES: there are some, and nothing else
numbers() {
    awk '{ n += NF; for (i = 1; i <= NF; i++) if ($i !~ /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/) bad++ }
        END { exit n == 0 || bad > 0 }' <<<"$1"
}

# report NAME UNIT SERIES [PEER SERIES_OF_PEER [GOAL]]: a line of the result. GOAL, ">=N" or "<=N",
# is for the ratio, or for the value where PEER is "". A measurement without a number is a failure.
report() {
    local value ratio='- - -' judged
    if ! numbers "$3" || { [ -n "${4:-}" ] && ! numbers "${5:-}"; }; then
        bad "$1: not all numbers: \"$3\", \"${5:-}\""
    fi
    value=$(middle "$3")
    [ -z "${5:-}" ] || ratio=$(middle "$(divided "$3" "$5")")
    judged=${value%% *}
    [ -z "${5:-}" ] || judged=${ratio%% *}
    echo "$1|$2|${value// /|}|${4:-}|${ratio// /|}|${6:-}|$(met "$judged" "${6:-}")" >>"$W/report"
}
met() { # NUMBER GOAL
    [ -z "$2" ] || awk -v v="$1" -v op="${2:0:2}" -v goal="${2:2}" \
        'BEGIN { print (op == ">=" ? v >= goal : v <= goal) ? "yes" : "no" }'
}

table() {
    awk -F'|' 'function short(x) { return x == "-" ? "" : sprintf(x >= 1000 ? "%.0f" : "%.3g", x) }
        BEGIN { f = "%-50s %8s %-19s %-11s %-19s %6s %-13s %-6s %s\n"
            printf f, "what", "median", "[min-max]", "unit", "beside", "ratio", "[min-max]", "goal", "met" }
        { printf f, $1, short($3), $4 == $5 ? "" : "[" short($4) "-" short($5) "]", $2, $6, short($7),
            $7 == "-" ? "" : "[" short($8) "-" short($9) "]", $10, $11 }' "$W/report" | sed 's/ *$//'
}
json() {
    awk -F'|' -v conditions="$CONDITIONS" '
        function number(x) { return x == "-" ? "null" : x }
        function text(x) { gsub(/[\\"]/, "\\\\&", x); return x == "" ? "null" : "\"" x "\"" }
        BEGIN { print "[" }
        { printf "%s  {\"name\": %s, \"value\": %s, \"min\": %s, \"max\": %s, \"unit\": %s, ", (NR > 1 ? ",\n" : ""),
              text($1), number($3), number($4), number($5), text($2)
          printf "\"peer\": %s, \"ratio\": %s, \"ratio_min\": %s, \"ratio_max\": %s, ", text($6),
              number($7), number($8), number($9)
          if ($10 != "")
              printf "\"goal\": %s, \"met\": %s, ", text($10), $11 == "yes" ? "true" : "false"
          printf "\"conditions\": %s}", text(conditions) }
        END { print "\n]" }' "$W/report"
}

# data_right: what was written is what it is promised to be.
data_right() {
    /usr/bin/python3 - "$OUT" <<'EOF'
import json, sys

rows = json.load(open(sys.argv[1]))
assert rows, "empty"
for r in rows:
    keys = set(r) - {"min", "max", "ratio_min", "ratio_max", "goal", "met"}
    assert keys == {"name", "value", "unit", "peer", "ratio", "conditions"}, r
    assert ("goal" in r) == ("met" in r) and isinstance(r.get("met", True), bool), r
    assert r["name"] and r["conditions"] and isinstance(r["value"], (int, float)), r
    assert r["ratio"] is None or (r["peer"] and isinstance(r["ratio"], (int, float))), r
EOF
}

# finish TEXT: the table, and the data
finish() {
    mkdir -p "${OUT%/*}"
    json >"$OUT" || bad "cannot write $OUT"
    data_right >"$W/said" 2>&1 || bad "$OUT: $(tail -n 1 "$W/said")"
    table
    echo
    fold -s -w 110 <<<"$CONDITIONS"
    echo "$1Goals are told, not enforced. As data: ${OUT#"$ROOT"/}"
}
