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

divided() { # A B: the quotients of two series
    paste <(tr ' ' '\n' <<<"$1") <(tr ' ' '\n' <<<"$2") | awk '$2 > 0 { printf "%s%.6g", s, $1 / $2; s = " " }'
}
middle() { # SERIES: median, smallest, largest
    tr ' ' '\n' <<<"$1" | sort -g | awk '{ v[NR] = $1 } END {
        print NR == 0 ? "- - -" : (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 " " v[1] " " v[NR] }'
}

# report NAME UNIT SERIES [PEER SERIES_OF_PEER [GOAL]]: a line of the result. GOAL, ">=N" or "<=N",
# is for the ratio, or for the value where PEER is "".
report() {
    local value ratio='- - -' judged
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
        function text(x) { return x == "" ? "null" : "\"" x "\"" }
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

# finish TEXT: the table, and the data
finish() {
    mkdir -p "${OUT%/*}"
    json >"$OUT" || bad "cannot write $OUT"
    table
    echo
    fold -s -w 110 <<<"$CONDITIONS"
    echo "$1Goals are told, not enforced. As data: ${OUT#"$ROOT"/}"
}
