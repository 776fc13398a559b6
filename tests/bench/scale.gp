# The picture of tests/bench/scale: CPU and memory against the number of gateways. `data` has lines of
# "CPU|memory GATEWAYS HOW NUMBER", `out` is to be written.
set terminal svg size 860,360 font "sans-serif,12" background "white"
set output out
set multiplot layout 1,2
set key top left Left reverse samplen 2
set grid lc rgb "#dddddd"
set border 3
set tics nomirror
set xrange [0:105]
set yrange [0:*]
set xlabel "gateways of 3,840 cells"
of(what, how) = sprintf("< awk '$1 == \"%s\" && $3 == \"%s\"' %s", what, how, data)
set style line 1 lw 2 pt 7 ps 0.7 lc rgb "#0072b2"
set style line 2 lw 2 pt 5 ps 0.7 lc rgb "#d55e00"
set style line 3 lw 2 pt 9 ps 0.7 lc rgb "#009e73"
set style line 4 lw 2 pt 4 ps 0.7 lc rgb "#888888"
set title "CPU, CellInterval 60"
set ylabel "% of one core"
plot of("CPU", "all") using 2:4 with linespoints ls 1 title "CellMetrics all", \
     of("CPU", "summary") using 2:4 with linespoints ls 2 title "summary", \
     of("CPU", "none") using 2:4 with linespoints ls 3 title "none", \
     of("CPU", "btms-agentx") using 2:4 with linespoints ls 4 title "btms-agentx"
set title "Resident memory"
set ylabel "MiB"
plot of("memory", "all") using 2:4 with linespoints ls 1 title "CellMetrics all", \
     of("memory", "summary") using 2:4 with linespoints ls 2 title "summary", \
     of("memory", "none") using 2:4 with linespoints ls 3 title "none", \
     of("memory", "btms-agentx") using 2:4 with linespoints ls 4 title "btms-agentx"
unset multiplot
