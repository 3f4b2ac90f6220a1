# Benchmarks that are compiled: built by make bench-cost, never installed.
EXTRA_PROGRAMS += bench/cost/breaker_cost bench/cost/db_verbs bench/cost/map_verbs
bench_cost_breaker_cost_SOURCES = bench/cost/breaker_cost.c
bench_cost_breaker_cost_CFLAGS = $(AM_CFLAGS) -pthread
bench_cost_breaker_cost_LDADD = lib/libbookable.la

bench_cost_db_verbs_SOURCES = bench/cost/db_verbs.c
bench_cost_db_verbs_CFLAGS = $(AM_CFLAGS) -pthread
bench_cost_db_verbs_LDADD = lib/libbookable.la

bench_cost_map_verbs_SOURCES = bench/cost/map_verbs.c \
    mod_booking/booking_fields.c mod_booking/booking_store_shm.c \
    mod_product/product_fields.c mod_product/product_store_shm.c \
    mod_space/space_fields.c mod_space/space_store_shm.c \
    mod_user/user_fields.c mod_user/user_names_shm.c mod_user/user_shm.c mod_user/user_store_shm.c
bench_cost_map_verbs_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_booking -I$(srcdir)/mod_product \
    -I$(srcdir)/mod_space -I$(srcdir)/mod_user
bench_cost_map_verbs_CFLAGS = $(AM_CFLAGS) -pthread
bench_cost_map_verbs_LDADD = lib/libbookable.la

EXTRA_LTLIBRARIES = bench/cost/mod_callcost.la bench/cost/mod_trivial.la
bench_cost_mod_callcost_la_SOURCES = bench/cost/mod_callcost.c
bench_cost_mod_callcost_la_CPPFLAGS = $(MODULE_CPPFLAGS)
bench_cost_mod_callcost_la_LDFLAGS = $(MODULE_LDFLAGS) -rpath $(moduledir) \
    -export-symbols-regex '^callcost_module$$'
bench_cost_mod_callcost_la_LIBADD = $(MODULE_LIBADD)

bench_cost_mod_trivial_la_SOURCES = bench/cost/mod_trivial.c
bench_cost_mod_trivial_la_CPPFLAGS = $(MODULE_CPPFLAGS)
bench_cost_mod_trivial_la_LDFLAGS = $(MODULE_LDFLAGS) -rpath $(moduledir) \
    -export-symbols-regex '^trivial_module$$'

CLEANFILES += $(EXTRA_PROGRAMS) $(EXTRA_LTLIBRARIES)

bench-cost: all $(EXTRA_PROGRAMS) $(EXTRA_LTLIBRARIES)
	BOOKABLE_BUILDDIR='$(abs_top_builddir)' BOOKABLE_APXS='$(APXS)' BOOKABLE_HTTPD='$(HTTPD)' \
	    $(PERL) -I'$(srcdir)/bench/lib' -I'$(srcdir)/t/lib' '$(srcdir)/bench/cost/calls.pl'
	$(abs_top_builddir)/bench/cost/breaker_cost
	$(abs_top_builddir)/bench/cost/db_verbs
	$(abs_top_builddir)/bench/cost/map_verbs
.PHONY: bench-cost

EXTRA_DIST += \
    bench/availability \
    bench/booking.py \
    bench/capacity \
    bench/cluster \
    bench/compare \
    bench/cost/calls.pl \
    bench/demo \
    bench/each.py \
    bench/experiments \
    bench/ha \
    bench/ledger.py \
    bench/lists \
    bench/migration \
    bench/postgres \
    bench/product.py \
    bench/profile \
    bench/report \
    bench/restarts \
    bench/results \
    bench/run \
    bench/search \
    bench/session \
    bench/setting.py \
    bench/space.py \
    bench/lib/Bench/Capacity.pm \
    bench/lib/Bench/Cluster.pm \
    bench/lib/Bench/Costs.pm \
    bench/lib/Bench/Experiment.pm \
    bench/lib/Bench/Fill.pm \
    bench/lib/Bench/Growth.pm \
    bench/lib/Bench/Ha/Conf.pm \
    bench/lib/Bench/Ha/Etcd.pm \
    bench/lib/Bench/Ha/Faults.pm \
    bench/lib/Bench/Ha/Haproxy.pm \
    bench/lib/Bench/Ha/Patroni.pm \
    bench/lib/Bench/Ha/Pgbouncer.pm \
    bench/lib/Bench/Ha/Redis.pm \
    bench/lib/Bench/Ha/Site.pm \
    bench/lib/Bench/Ha/Timeline.pm \
    bench/lib/Bench/Host.pm \
    bench/lib/Bench/Locust.pm \
    bench/lib/Bench/Packages.pm \
    bench/lib/Bench/Peers.pm \
    bench/lib/Bench/Pgbench.pm \
    bench/lib/Bench/Plot.pm \
    bench/lib/Bench/Profile.pm \
    bench/lib/Bench/Program.pm \
    bench/lib/Bench/Progress.pm \
    bench/lib/Bench/Reads.pm \
    bench/lib/Bench/Results.pm \
    bench/lib/Bench/Rooms.pm \
    bench/lib/Bench/Rows.pm \
    bench/lib/Bench/Site.pm \
    bench/lib/Bench/Store.pm \
    bench/lib/Bench/Stores.pm \
    bench/lib/Bench/Table.pm \
    bench/lib/Bench/Targets.pm \
    bench/lib/Bench/Turns.pm \
    bench/lib/Bench/Usage.pm \
    bench/lib/Bench/Wrk.pm \
    bench/lib/Bench/Experiment/Breaker.pm \
    bench/lib/Bench/Experiment/Bursts.pm \
    bench/lib/Bench/Experiment/Cache.pm \
    bench/lib/Bench/Experiment/Consistency.pm \
    bench/lib/Bench/Experiment/Errors.pm \
    bench/lib/Bench/Experiment/Killed.pm \
    bench/lib/Bench/Experiment/Latency.pm \
    bench/lib/Bench/Experiment/Product.pm \
    bench/lib/Bench/Experiment/Resources.pm \
    bench/lib/Bench/Experiment/Spaces.pm \
    bench/peers/README.md \
    bench/peers/booking.go \
    bench/peers/product.go \
    bench/peers/space.go \
    bench/peers/trio.go \
    bench/peers/user.go \
    bench/wrk/load.lua
