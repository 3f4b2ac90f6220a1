# Benchmarks that are compiled: built by bench/cost, never installed.
EXTRA_PROGRAMS = bench/cost/breaker_cost bench/cost/db_verbs
bench_cost_breaker_cost_SOURCES = bench/cost/breaker_cost.c
bench_cost_breaker_cost_CFLAGS = $(AM_CFLAGS) -pthread
bench_cost_breaker_cost_LDADD = lib/libbookable.la

bench_cost_db_verbs_SOURCES = bench/cost/db_verbs.c
bench_cost_db_verbs_CFLAGS = $(AM_CFLAGS) -pthread
bench_cost_db_verbs_LDADD = lib/libbookable.la

EXTRA_LTLIBRARIES = bench/cost/mod_callcost.la
bench_cost_mod_callcost_la_SOURCES = bench/cost/mod_callcost.c
bench_cost_mod_callcost_la_CPPFLAGS = $(MODULE_CPPFLAGS)
bench_cost_mod_callcost_la_LDFLAGS = $(MODULE_LDFLAGS) -rpath $(moduledir) \
    -export-symbols-regex '^callcost_module$$'
bench_cost_mod_callcost_la_LIBADD = $(MODULE_LIBADD)

CLEANFILES += $(EXTRA_PROGRAMS) $(EXTRA_LTLIBRARIES)

bench-cost: all $(EXTRA_PROGRAMS) $(EXTRA_LTLIBRARIES)
	BOOKABLE_BUILDDIR='$(abs_top_builddir)' BOOKABLE_APXS='$(APXS)' BOOKABLE_HTTPD='$(HTTPD)' \
	    $(PERL) -I'$(srcdir)/t/lib' '$(srcdir)/bench/cost/calls.pl'
	$(abs_top_builddir)/bench/cost/breaker_cost
	$(abs_top_builddir)/bench/cost/db_verbs
.PHONY: bench-cost

EXTRA_DIST += bench/cost/calls.pl
