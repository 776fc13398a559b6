"""What a VictoriaMetrics has, for tests/e2e/170-pollers: pollers.py URL COMMAND ARGUMENT...

latest PREFIX        "IDENTIFIER VALUE" lines on stdin: each is there, and its newest value is that
complete UNTIL DIR   every row of collectd's csv files up to that time is there, with its second
holds HOST OBJECT TYPE INSTANCE VALUE    that value was there once
silent SECONDS       hosts that were heard of and are not any more
series HOST          how many series it has, and a sum over their names
"""
import collections
import csv
import glob
import hashlib
import json
import os
import sys
import urllib.parse
import urllib.request

URL, COMMAND, *ARGUMENTS = sys.argv[1:]
PAIR = "plugin_instance", "type_instance"


def get(path, **query):
    return urllib.request.urlopen(f"{URL}{path}?{urllib.parse.urlencode(query)}", timeout=10).read().decode()


def identifier(metric):
    plugin, kind = (metric[k] + "-" + metric[i] for k, i in zip(("plugin", "type"), PAIR))
    return f"{metric['host']}/{plugin}/{kind}"


def exported(match):
    for line in get("/api/v1/export", **{"match[]": match}).splitlines():
        series = json.loads(line)
        yield identifier(series["metric"]), list(zip(series["timestamps"], series["values"]))


def close(a, b):
    return abs(a - b) <= 1e-6 * abs(b)


def latest(prefix):
    wanted = dict(line.split() for line in sys.stdin)
    host = next(iter(wanted)).split("/")[0]
    got = {i: max(rows) for i, rows in exported(f'{{__name__=~"{prefix}btms[.].*",host="{host}"}}')}
    wrong = [i for i, v in wanted.items() if i not in got or not close(got[i][1], float(v))]
    return [f"{i}: {got.get(i)}, expected {wanted[i]}" for i in wrong] or (not wanted and ["nothing is wanted"])


def complete(until, directory):
    got = collections.defaultdict(set)
    for name, rows in exported('{__name__=~"btms[.].*"}'):
        got[name].update((ms // 1000, f"{v:.6f}") for ms, v in rows)
    missing, seen = [], 0
    for path in glob.glob(f"{directory}/*/btms-*/*"):
        name = os.path.relpath(path, directory)[:-len("-2026-01-01")]
        for row in csv.reader(open(path)):
            if row[0] == "epoch" or float(row[0]) > float(until):
                continue
            seen += 1
            second, value = int(float(row[0])), f"{float(row[1]):.6f}"
            if (second, value) not in got[name] and (second + 1, value) not in got[name]:  # rounded
                missing.append(f"{name}: {row} is not there")
    return missing or (seen < 100 and [f"only {seen} rows to compare"])


def holds(host, plugin, kind, instance, value):
    match = f'{{__name__="btms.{kind}",host="{host}",plugin_instance="{plugin}",type_instance="{instance}"}}'
    return not any(close(v, float(value)) for _, rows in exported(match) for _, v in rows) and ["not there"]


def silent(seconds):
    query = 'lag({__name__="btms.bool",type_instance="reachable"}[1d]) > ' + seconds
    answer = json.loads(get("/api/v1/query", query=query))["data"]["result"]
    print(*sorted(r["metric"]["host"] for r in answer))


def series(host):
    answer = json.loads(get("/api/v1/series", **{"match[]": f'{{__name__=~"btms[.].*",host="{host}"}}'}))["data"]
    names = sorted(identifier(m) for m in answer)
    print(len(names), hashlib.sha1("\n".join(names).encode()).hexdigest())


get("/internal/force_flush")  # what has come is found; or a name that is new is not, for seconds
wrong = globals()[COMMAND](*ARGUMENTS)
if wrong:
    sys.exit("\n".join(wrong[:10]))
