# collectd-btms: one file, no recursion but for `demo` and `bench` (they install what is missing
# first). Objects go to $(B). Settings of your own: config.mak, the environment or the command line.
-include config.mak
VERSION    := 0.1.0
PREFIX     ?= /usr
MANDIR     ?= $(PREFIX)/share/man
BINDIR     ?= $(PREFIX)/bin
SBINDIR    ?= $(PREFIX)/sbin
MIBDIR     ?= $(PREFIX)/share/snmp/mibs
PLUGINDIR  ?= $(PREFIX)/lib/collectd
DATADIR    ?= $(PREFIX)/share/btms
DOCDIR     ?= $(PREFIX)/share/doc/collectd-btms
CFLAGS     ?= -O2 -g
PKG_CONFIG ?= pkg-config
INSTALL    ?= install
B          ?= build
# btmsRoot: net-snmp's playpen, until there is an enterprise number (see mibs/BTMS-REG-MIB.txt).
PLAYPEN    := 1.3.6.1.4.1.8072.9999.9999
MIB_ROOT   ?= $(PLAYPEN)

WARN := -std=gnu11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla \
        -Wpointer-arith -Wwrite-strings -Wno-missing-field-initializers
SANF  = $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer $(if $(findstring undefined,$(SAN)),-fno-sanitize-recover=undefined))
CMD   = $(CC) $(WARN) -fPIC -pthread -fvisibility=hidden -D_GNU_SOURCE -DBTMS_VERSION='"$(VERSION)"' \
        -DBTMS_MIB_ROOT='"$(MIB_ROOT)"' \
        -Iplugin -Isnmp-agent $(SANF) $(CPPFLAGS) $(CFLAGS)
say   = $(if $(V),,@printf '  %-5s %s\n' $(1) $@;)
comma := ,
obj   = $(patsubst %.c,$(B)/%.o,$(wildcard $(1)))

# collectd ships no .pc file; its headers want config.h and these directories.
COLLECTD_INC ?= /usr/include/collectd
COLLECTD_CPP  = -DHAVE_CONFIG_H -isystem $(COLLECTD_INC) -isystem $(COLLECTD_INC)/core \
                -isystem $(COLLECTD_INC)/core/daemon
MODBUS_LIBS   = $(shell $(PKG_CONFIG) --libs libmodbus)
CMOCKA_LIBS   = $(shell $(PKG_CONFIG) --libs cmocka)
SQLITE_LIBS   = $(shell $(PKG_CONFIG) --libs sqlite3)
# For btms-inform and the benchmarks' peers: where install-deps unpacks libsnmp-dev if it is not
# installed.
NETSNMP      ?= build/netsnmp

GLUE  := $(call obj,plugin/btms_collectd.c)
CORE  := $(call obj,plugin/core/*.c)
CTL   := $(call obj,plugin/btmsctl.c plugin/ctl/*.c)
LIB   := $(filter-out $(GLUE) $(CTL),$(call obj,plugin/*.c plugin/link/*.c plugin/core/*.c))
INFORM := $(B)/snmp-agent/inform.o
# Only durable informs need libsnmp-dev: without it all the rest is built, and that is said.
HAVE_NETSNMP := $(firstword $(wildcard $(addsuffix /net-snmp/net-snmp-config.h,/usr/include $(NETSNMP)/include)))
INFORMER := $(if $(HAVE_NETSNMP),$(B)/btms-inform)
AGENT := $(filter-out $(B)/snmp-agent/main.o $(INFORM),$(call obj,snmp-agent/*.c))
SIM   := $(call obj,tests/sim/*.c)
# Files that tell btmsRoot: in the source with the default, in $(B) with MIB_ROOT.
ROOTED := $(addprefix $(B)/,mibs/BTMS-REG-MIB.txt contrib/snmpd.conf)
AID   := $(call obj,tests/support/*.c)
UNITS := $(patsubst %.o,%,$(call obj,tests/unit/test_*.c tests/unit/*/test_*.c))
# A month without sockets: the simulator's batteries behind a link by a fake clock.
MONTH := $(B)/tests/unit/test_quiet_month
# Where allocations are counted, of the plugin's threads by a fake clock: what the linker replaces.
STEADY   := $(B)/tests/unit/test_steady
ANSWERS  := $(B)/tests/unit/snmp-agent/test_answer_steady
COUNTED  := malloc calloc realloc free strdup strndup asprintf vasprintf fopen fdopen open_memstream \
            opendir fdopendir getaddrinfo getline pthread_create qsort
RIGGED   := clock_gettime pthread_cond_timedwait poll socket connect send recv
# Where the agent's looks at files are counted.
LOOKS    := $(B)/tests/unit/snmp-agent/test_view_looks
wrap      = $(patsubst %,-Wl$(comma)--wrap=%,$(1))
PEERS := $(patsubst %.o,%,$(call obj,tests/bench/peer_*.c))
BENCHES := $(addprefix $(B)/tests/bench/,make_snapshots bare_responder client poll_client dispatcher.so steady) $(PEERS)
FUZZ  := $(patsubst %.o,%,$(call obj,tests/fuzz/fuzz_*.c))

all: $(B)/btms.so $(B)/btms-agentx $(INFORMER) $(B)/btmsctl mibs ## build the plugin, the SNMP agent and btmsctl

$(B)/btms.so: $(GLUE) $(LIB)
	$(call say,LINK)$(CC) -shared -pthread $(SANF) $(LDFLAGS) -o $@ $^ $(SQLITE_LIBS) $(MODBUS_LIBS) $(LDLIBS)
$(B)/btms-agentx: $(B)/snmp-agent/main.o $(AGENT) $(CORE)
	$(call say,LINK)$(CC) -pthread $(SANF) $(LDFLAGS) -o $@ $^ $(SQLITE_LIBS) $(LDLIBS)
ifeq ($(HAVE_NETSNMP),)
all: without-inform
$(INFORM): without-inform
	@exit 1
without-inform:
	@echo "btms-inform, for durable informs, is left out: it needs libsnmp-dev, or its headers from contrib/install-deps build"
endif
$(B)/btms-inform: $(INFORM) $(addprefix $(B)/,snmp-agent/inform_wire.o snmp-agent/agentx_pdu.o snmp-agent/oid.o plugin/core/wire.o)
	$(call say,LINK)$(CC) -pthread $(SANF) -L$(NETSNMP)/lib $(LDFLAGS) -o $@ $^ -lnetsnmp $(LDLIBS)
$(B)/btmsctl: $(CTL) $(CORE)
	$(call say,LINK)$(CC) -pthread $(SANF) $(LDFLAGS) -o $@ $^ $(SQLITE_LIBS) $(LDLIBS)
$(B)/btms-sim: $(SIM)
	$(call say,LINK)$(CC) -pthread $(SANF) $(LDFLAGS) -o $@ $^ $(MODBUS_LIBS) -lm $(LDLIBS)
$(MONTH): $(B)/tests/unit/month_gateway.o $(patsubst %,$(B)/tests/sim/%.o,battery gateway map object refresh text th unit)
$(MONTH): $(B)/%: $(B)/%.o $(B)/tests/support/capture.o $(filter-out %/link_tcp.o,$(LIB))
	$(call say,LINK)$(CC) -pthread $(SANF) $(LDFLAGS) -o $@ $^ $(CMOCKA_LIBS) $(SQLITE_LIBS) $(MODBUS_LIBS) -lm $(LDLIBS)
$(STEADY): $(B)/%: $(B)/%.o $(addprefix $(B)/tests/unit/,counted.o steady_rig.o) $(LIB)
	$(call say,LINK)$(CC) -pthread $(SANF) $(call wrap,$(COUNTED) $(RIGGED)) $(LDFLAGS) -o $@ $^ $(CMOCKA_LIBS) $(SQLITE_LIBS) $(MODBUS_LIBS) $(LDLIBS)
$(B)/tests/bench/steady: %: %.o $(addprefix $(B)/tests/unit/,counted.o steady_rig.o) $(LIB)
	$(call say,LINK)$(CC) -pthread $(SANF) $(call wrap,$(COUNTED) $(RIGGED)) $(LDFLAGS) -o $@ $^ $(SQLITE_LIBS) $(MODBUS_LIBS) $(LDLIBS)
$(ANSWERS): $(B)/%: $(B)/%.o $(B)/tests/unit/counted.o $(AID) $(LIB) $(AGENT)
	$(call say,LINK)$(CC) -pthread $(SANF) $(call wrap,$(COUNTED)) $(LDFLAGS) -o $@ $^ $(CMOCKA_LIBS) $(SQLITE_LIBS) $(MODBUS_LIBS) $(LDLIBS)
$(filter-out $(MONTH) $(STEADY) $(ANSWERS),$(UNITS)): $(B)/%: $(B)/%.o $(AID) $(LIB) $(AGENT)
	$(call say,LINK)$(CC) -pthread $(SANF) $(LDFLAGS) -o $@ $^ $(CMOCKA_LIBS) $(SQLITE_LIBS) $(MODBUS_LIBS) -lm $(LDLIBS)
$(LOOKS): override LDFLAGS += $(call wrap,fstatat)
$(FUZZ): $(B)/%: $(B)/%.o $(B)/tests/fuzz/main.o $(LIB) $(AGENT)
	$(call say,LINK)$(CC) -pthread $(SANF) $(LDFLAGS) -o $@ $^ $(SQLITE_LIBS) $(MODBUS_LIBS) $(LDLIBS)
$(B)/tests/bench/make_snapshots: %: %.o $(CORE)
	$(call say,LINK)$(CC) -pthread $(SANF) $(LDFLAGS) -o $@ $^ $(SQLITE_LIBS) $(LDLIBS)
$(B)/tests/bench/bare_responder: %: %.o
	$(call say,LINK)$(CC) $(SANF) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(B)/tests/bench/client: $(addprefix $(B)/tests/bench/,client.o target.o ber.o)
	$(call say,LINK)$(CC) $(SANF) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(B)/tests/bench/poll_client: %: %.o
	$(call say,LINK)$(CC) $(SANF) $(LDFLAGS) -o $@ $^ $(MODBUS_LIBS) $(LDLIBS)
$(B)/tests/bench/dispatcher.so: $(B)/tests/bench/dispatcher.o
	$(call say,LINK)$(CC) -shared -pthread $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(B)/tests/bench/dispatcher.o: CPPFLAGS += $(COLLECTD_CPP)
$(PEERS): %: %.o $(B)/tests/bench/peer.o
	$(call say,LINK)$(CC) $(SANF) -L$(NETSNMP)/lib $(LDFLAGS) -o $@ $^ -lnetsnmpagent -lnetsnmp $(LDLIBS)
$(PEERS:=.o) $(B)/tests/bench/peer.o: CPPFLAGS += -isystem $(NETSNMP)/include
$(GLUE): CPPFLAGS += $(COLLECTD_CPP)
$(INFORM): CPPFLAGS += -isystem $(NETSNMP)/include
$(B)/%.o: %.c $(B)/.flags
	@mkdir -p $(@D)
	$(call say,CC)$(CMD) -MMD -MP -c -o $@ $<
$(B)/.flags: FORCE
	@mkdir -p $(B); echo '$(CMD)' | cmp -s - $@ || echo '$(CMD)' >$@

# In SMI each number between `enterprises` and the last one needs a name of its own.
ARCS   = $(subst ., ,$(patsubst 1.3.6.1.4.1.%,%,$(MIB_ROOT)))
VALUE  = $(strip enterprises $(foreach a,$(wordlist 2,$(words $(ARCS)),0 $(ARCS)),btmsArc$(a)($(a))) $(lastword $(ARCS)))
$(ROOTED): $(B)/%: % $(B)/.root
	@mkdir -p $(@D)
	$(call say,ROOT)sed -e 's/$(subst .,\.,$(PLAYPEN))/$(MIB_ROOT)/g' \
	    $(if $(filter-out $(PLAYPEN),$(MIB_ROOT)),-e 's/{ enterprises netSnmp(8072) .* }/{ $(VALUE) }/') $< >$@
$(B)/mibs/BTMS-MIB.txt: mibs/BTMS-MIB.txt
	@mkdir -p $(@D)
	$(call say,COPY)cp $< $@
$(B)/.root: FORCE
	@echo '$(MIB_ROOT)' | grep -qE '^1\.3\.6\.1\.4\.1(\.[0-9]+)+$$' || \
	    { echo 'MIB_ROOT=$(MIB_ROOT): must be an OID below 1.3.6.1.4.1'; exit 1; }
	@mkdir -p $(B); echo '$(MIB_ROOT)' | cmp -s - $@ || echo '$(MIB_ROOT)' >$@

mibs: $(ROOTED) $(B)/mibs/BTMS-MIB.txt ## write the files that tell btmsRoot (MIB_ROOT=1.3.6.1.4.1.N) to build/
sim: $(B)/btms-sim ## build the gateway simulator
tests: all sim $(UNITS) $(FUZZ) ## build everything the tests need

demo: ## install what is missing, build, show the whole thing working (DEMO=once ends by itself)
	contrib/install-deps demo
	$(MAKE) all sim
	contrib/demo $(B) $(DEMO)

check: ## install what is missing, run every test, end in "N passed, N failed"
	contrib/install-deps check
	tests/run

soak-alarm: ## kill and hang everything KILLS (1000) times while alarms come and go (SEED: as then)
	contrib/install-deps check
	$(MAKE) all sim
	KILLS=$(or $(KILLS),1000) BUILD=$(B) tests/e2e/078-kill

# One after the other, also under -j: they would measure each other.
MEASURED := poll dispatch snmp alarm scale discharge isolation wide
bench: ## install what is missing, run every benchmark into build/bench (BENCH=short: quick, BENCH=long: thorough)
	contrib/install-deps bench
	$(MAKE) all sim $(BENCHES)
	for part in $(MEASURED); do tests/bench/$$part $(B) $(BENCH) || exit; done
	tests/bench/goals $(MEASURED:%=$(B)/bench/%.json)
$(MEASURED:%=bench-%): bench-%: # one of them
	contrib/install-deps bench
	$(MAKE) all sim $(BENCHES)
	tests/bench/$* $(B) $(BENCH)

lint: ## the checks of tests/lint alone
	tests/run lint

format: ## apply .clang-format to every C file
	clang-format -i $(shell git ls-files '*.c' '*.h')

install: all ## install under DESTDIR and PREFIX
	$(INSTALL) -D -m 644 $(B)/btms.so $(DESTDIR)$(PLUGINDIR)/btms.so
	$(INSTALL) -D -m 755 $(B)/btms-agentx $(DESTDIR)$(SBINDIR)/btms-agentx
	$(if $(INFORMER),$(INSTALL) -D -m 755 $(INFORMER) $(DESTDIR)$(SBINDIR)/btms-inform)
	$(INSTALL) -D -m 755 $(B)/btmsctl $(DESTDIR)$(BINDIR)/btmsctl
	$(INSTALL) -D -m 644 plugin/btmsctl.1 $(DESTDIR)$(MANDIR)/man1/btmsctl.1
	$(INSTALL) -D -m 644 $(B)/mibs/BTMS-REG-MIB.txt $(DESTDIR)$(MIBDIR)/BTMS-REG-MIB.txt
	$(INSTALL) -D -m 644 mibs/BTMS-MIB.txt $(DESTDIR)$(MIBDIR)/BTMS-MIB.txt
	$(INSTALL) -D -m 644 $(B)/contrib/snmpd.conf $(DESTDIR)$(DOCDIR)/examples/snmpd.conf
	$(INSTALL) -D -m 640 contrib/receivers.conf $(DESTDIR)$(DOCDIR)/examples/receivers.conf
	$(INSTALL) -D -m 644 snmp-agent/btms-agentx.8 $(DESTDIR)$(MANDIR)/man8/btms-agentx.8
	$(INSTALL) -D -m 644 contrib/types.db $(DESTDIR)$(DATADIR)/types.db
	$(INSTALL) -D -m 644 contrib/collectd.conf $(DESTDIR)$(DOCDIR)/examples/collectd.conf
	$(INSTALL) -D -m 644 contrib/collectd-gateway.conf $(DESTDIR)$(DOCDIR)/examples/collectd-gateway.conf
	$(INSTALL) -D -m 644 contrib/collectd-datacentre.conf $(DESTDIR)$(DOCDIR)/examples/collectd-datacentre.conf
	$(INSTALL) -D -m 644 contrib/collectd-serial.conf $(DESTDIR)$(DOCDIR)/examples/collectd-serial.conf
	$(INSTALL) -D -m 644 contrib/collectd-poller.conf $(DESTDIR)$(DOCDIR)/examples/collectd-poller.conf
	$(INSTALL) -D -m 644 contrib/collectd-central.conf $(DESTDIR)$(DOCDIR)/examples/collectd-central.conf
	$(INSTALL) -D -m 644 plugin/collectd-btms.5 $(DESTDIR)$(MANDIR)/man5/collectd-btms.5

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PLUGINDIR)/btms.so $(DESTDIR)$(MANDIR)/man5/collectd-btms.5 \
	      $(DESTDIR)$(SBINDIR)/btms-agentx $(DESTDIR)$(SBINDIR)/btms-inform \
	      $(DESTDIR)$(MANDIR)/man8/btms-agentx.8 \
	      $(DESTDIR)$(BINDIR)/btmsctl $(DESTDIR)$(MANDIR)/man1/btmsctl.1 \
	      $(DESTDIR)$(MIBDIR)/BTMS-REG-MIB.txt $(DESTDIR)$(MIBDIR)/BTMS-MIB.txt
	rm -rf $(DESTDIR)$(DATADIR) $(DESTDIR)$(DOCDIR)

clean: ## remove $(B)
	rm -rf $(B)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

.PHONY: all mibs sim tests demo check soak-alarm bench $(MEASURED:%=bench-%) lint format install uninstall clean without-inform help FORCE
.SECONDARY:
-include $(patsubst %.o,%.d,$(LIB) $(GLUE) $(CTL) $(AGENT) $(INFORM) $(B)/snmp-agent/main.o $(SIM) $(AID)) $(UNITS:=.d) $(addprefix $(B)/tests/unit/,month_gateway.d counted.d steady_rig.d) \
         $(FUZZ:=.d) $(patsubst %.c,$(B)/%.d,$(wildcard tests/bench/*.c))
