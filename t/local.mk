# Tests that need a server, and the guards; t/unit/local.mk has those that do not.
# Everything is written below the build directory or /tmp: the sources may be read-only. Several of these
# can be made at once in one build directory.
#
#   make check            unit tests, guards, the functional suite
#   make check-mpms       what asks one server, under each of httpd's three ways to work; MPMS="event"
#                         for one
#   make check-stores     the same on each store and cache; STORES="pgsql sqlite+redis" for these two
#   make check-load       concurrency, kill -9, graceful restart, databases that fail: about six
#                         minutes
#   make check-load-stores  the load on each store
#   make check-quickstart ./quickstart on servers that run already; in a tree whose build is in build/
#   make check-sso        signing on with OpenID Connect, SAML, Kerberos and LDAP, by a real browser; installs
#                         packages of npm below the build directory
#   make check-asan       all but the guards, the load shortened, with AddressSanitizer and UBSan
#                         (needs configure --enable-sanitizers)
#   make check-valgrind   the functional suite under memcheck
#   make check-slow-sync  unit tests, the functional suite and the load, where each fsync takes 30 ms
#   make check-fuzz       each fuzz target of t/fuzz for FUZZ_SECONDS (3); FUZZ_TARGETS="json time" for
#                         these two (needs clang and its run-time libraries)
#
# One test: make check-functional TESTS_TO_RUN=t/30-booking.t, or make check-load
# LOAD_TESTS=t/load/30-mixed.t; BOOKABLE_LOAD_SECONDS=10 in the environment shortens the latter.
# BOOKABLE_STORE and BOOKABLE_CACHE choose the store of either: t/lib/Bookable/Store.pm has the names.

# One program for each reader of bytes that others send.
FUZZ_FILES = \
    t/fuzz/fuzz_cache_entry.c \
    t/fuzz/fuzz_calendar.c \
    t/fuzz/fuzz_credentials.c \
    t/fuzz/fuzz_csv.c \
    t/fuzz/fuzz_cursor.c \
    t/fuzz/fuzz_etag.c \
    t/fuzz/fuzz_fold.c \
    t/fuzz/fuzz_hours.c \
    t/fuzz/fuzz_idempotency_key.c \
    t/fuzz/fuzz_json.c \
    t/fuzz/fuzz_json_input.c \
    t/fuzz/fuzz_json_number.c \
    t/fuzz/fuzz_map.c \
    t/fuzz/fuzz_name.c \
    t/fuzz/fuzz_policy_input.c \
    t/fuzz/fuzz_query.c \
    t/fuzz/fuzz_record.c \
    t/fuzz/fuzz_redis_reply.c \
    t/fuzz/fuzz_redis_url.c \
    t/fuzz/fuzz_route.c \
    t/fuzz/fuzz_space_id.c \
    t/fuzz/fuzz_time.c \
    t/fuzz/fuzz_zone.c

FUNCTIONAL_TESTS = \
    t/10-user.t \
    t/11-session.t \
    t/12-tokens.t \
    t/13-users-v1.t \
    t/14-sso.t \
    t/15-auth.t \
    t/16-passwords.t \
    t/17-accounts.t \
    t/18-limits.t \
    t/18-names.t \
    t/19-audit.t \
    t/20-space.t \
    t/21-spaces-v1.t \
    t/22-search.t t/23-site.t \
    t/22-policies.t \
    t/24-idempotency.t \
    t/30-booking.t \
    t/31-booking-length.t \
    t/32-rules.t \
    t/33-bookings-v1.t \
    t/33-changes.t \
    t/33-lists.t \
    t/33-names.t \
    t/34-availability.t \
    t/35-series.t \
    t/36-archive.t \
    t/36-archive-killed.t \
    t/36-closures.t \
    t/37-approval.t \
    t/38-events.t \
    t/39-exports.t \
    t/40-product.t \
    t/50-bad-input.t \
    t/56-api-v1.t \
    t/57-routes-v1.t \
    t/58-conditions.t \
    t/59-caching.t \
    t/60-modules.t \
    t/63-slow-clients.t \
    t/61-mapping.t \
    t/61-subrequests.t \
    t/62-pages.t \
    t/63-challenge.t \
    t/64-origin.t \
    t/65-configtest.t \
    t/66-breaker-config.t \
    t/66-version.t \
    t/67-conf.t \
    t/67-ha.t \
    t/68-metrics.t \
    t/69-alerts.t \
    t/69-conf-defines.t \
    t/69-watching.t \
    t/70-store.t \
    t/71-restarts.t \
    t/71-rotation.t \
    t/71-store-groups.t \
    t/72-slow-body.t \
    t/72-unread.t \
    t/73-postgresql.t \
    t/74-standby.t \
    t/75-cache.t \
    t/76-redis.t \
    t/77-shm.t \
    t/78-backup.t \
    t/78-copy.t \
    t/79-forged-cache.t \
    t/79-pgbouncer.t \
    t/79-postgresql-tls.t \
    t/79-unknown.t \
    t/79-cancelled.t \
    t/79-hosts.t \
    t/79-memory.t \
    t/79-migration.t \
    t/79-failover.t \
    t/79-upgrade.t \
    t/80-conflicts.t \
    t/84-refusals.t \
    t/85-callcost.t \
    t/85-calls-v1.t \
    t/85-calls.t \
    t/86-breakers.t \
    t/87-retries.t \
    t/88-back.t \
    t/90-matrix-v1.t \
    t/90-members-v1.t \
    t/99-log.t

# Those that ask the suite's own server, and so see the MPM that it runs, and the store.
MPM_TESTS = t/10-user.t t/15-auth.t t/20-space.t t/30-booking.t t/31-booking-length.t t/40-product.t t/50-bad-input.t \
    t/80-conflicts.t t/99-log.t
MPMS = worker event prefork

# Stores, each without a cache or, after a +, with one.
STORES = pgsql standby+shmcb shm sqlite+redis
LOAD_STORES = pgsql standby shm

# Where SQL of one database alone decides, besides: names that are given once, the last administrator.
PGSQL_TESTS = t/17-accounts.t t/18-names.t t/21-spaces-v1.t t/22-policies.t t/22-search.t t/23-site.t t/32-rules.t t/33-bookings-v1.t t/33-changes.t t/33-lists.t t/33-names.t t/34-availability.t t/35-series.t t/36-archive.t t/36-closures.t t/37-approval.t t/39-exports.t

# Under memcheck: what handles requests, on PostgreSQL, and what starts a server of its own, on SQLite.
# Configtest ends before a child begins, and calls with a deadline would have to wait for it.
VALGRIND_PGSQL_TESTS = $(MPM_TESTS)
VALGRIND_TESTS = t/68-metrics.t t/70-store.t t/75-cache.t t/76-redis.t t/86-breakers.t \
    t/87-retries.t

# With sanitizers: all but what is about files of conf/, compiles modules of its own without them, or measures memory.
SANITIZER_TESTS = $(filter-out t/67-conf.t t/69-alerts.t t/69-conf-defines.t t/71-rotation.t t/71-store-groups.t \
    t/79-hosts.t t/79-upgrade.t t/85-callcost.t, $(FUNCTIONAL_TESTS))

# Of the load what one httpd can show, under one MPM; the functional suite runs under another.
SANITIZER_LOAD_TESTS = t/load/20-identical.t t/load/30-mixed.t \
    t/load/40-killed.t t/load/50-storm.t

# On each store; children are killed where a store is in memory that they share.
STORE_LOAD_TESTS = t/load/20-identical.t t/load/30-mixed.t
SHM_LOAD_TESTS = t/load/40-killed.t

# The longest first.
LOAD_TESTS = \
    t/load/80-postgresql.t \
    t/load/81-normal-again.t \
    t/load/75-primary.t \
    t/load/70-cluster.t \
    t/load/35-house.t \
    t/load/40-killed.t \
    t/load/20-identical.t \
    t/load/30-mixed.t \
    t/load/85-consistency.t \
    t/load/60-breaker.t \
    t/load/50-storm.t \
    t/load/90-redis.t \
    t/load/10-checker.t

# Sign-on with real identity providers, real modules of httpd and a real browser.
SSO_TESTS = t/sso/10-openidc.t t/sso/20-saml.t t/sso/30-kerberos.t t/sso/40-ldap.t \
    t/sso/50-certificate.t
SSO_NODE_FILES = t/sso/browser.mjs t/sso/oidc-provider.mjs t/sso/saml-provider.mjs
SSO_LOCKED = t/sso/package.json t/sso/package-lock.json

# The page, in a browser.
WEB_TESTS = t/web/10-sign-in.t t/web/20-house.t t/web/30-booking.t t/web/40-find.t t/web/41-repeat.t t/web/50-requests.t t/web/51-calendar.t \
    t/web/52-today.t t/web/53-log.t t/web/54-cross-site.t t/web/55-gateway.t t/web/56-screens.t t/web/57-forms.t
WEB_NODE_FILES = t/web/harness.mjs t/web/sign-in.mjs t/web/house.mjs t/web/booking.mjs t/web/find.mjs t/web/repeat.mjs t/web/requests.mjs \
    t/web/calendar.mjs t/web/today.mjs t/web/log.mjs t/web/cross-site.mjs \
    t/web/gateway.mjs t/web/screens.mjs t/web/forms.mjs t/web/pictures.mjs
WEB_LOCKED = t/web/package.json t/web/package-lock.json

QUICKSTART_TESTS = t/quickstart/10-database.t t/quickstart/20-cache.t t/quickstart/30-lock.t

GUARDS = \
    t/guards/floors.sh \
    t/guards/exported-symbols.sh \
    t/guards/names.sh \
    t/guards/hardening.sh \
    t/guards/directives.sh \
    t/guards/registration.sh \
    t/guards/self-contained.sh \
    t/guards/format.sh \
    t/guards/log-ids.sh \
    t/guards/api.sh \
    t/guards/links.sh \
    t/guards/man.sh \
    t/guards/packages.sh \
    t/guards/migrations.sh \
    t/guards/version.sh

EXTRA_DIST += \
    t/calendar/read_icalendar.py t/calendar/read_libical.c \
    .clang-format \
    t/TEST t/rules.yml \
    t/conf/extra.conf.in \
    t/lib/Bookable/Backend.pm \
    t/lib/Bookable/Browser.pm \
    t/lib/Bookable/Certificate.pm \
    t/lib/Bookable/Client.pm \
    t/lib/Bookable/Cluster.pm \
    t/lib/Bookable/Configtest.pm \
    t/lib/Bookable/Daemon.pm \
    t/lib/Bookable/Earlier.pm \
    t/lib/Bookable/File.pm \
    t/lib/Bookable/Held.pm \
    t/lib/Bookable/History.pm \
    t/lib/Bookable/House.pm \
    t/lib/Bookable/HouseHistory.pm \
    t/lib/Bookable/HouseLoad.pm \
    t/lib/Bookable/Kerberos.pm \
    t/lib/Bookable/Ldap.pm \
    t/lib/Bookable/Load.pm \
    t/lib/Bookable/OtherBuild.pm \
    t/lib/Bookable/Page.pm \
    t/lib/Bookable/Pgbouncer.pm \
    t/lib/Bookable/Postgres.pm \
    t/lib/Bookable/Process.pm \
    t/lib/Bookable/Quickstart.pm \
    t/lib/Bookable/Redis.pm \
    t/lib/Bookable/Rooms.pm \
    t/lib/Bookable/Routes.pm \
    t/lib/Bookable/Said.pm \
    t/lib/Bookable/Server.pm \
    t/lib/Bookable/SignOn.pm \
    t/lib/Bookable/Store.pm \
    t/lib/Bookable/Visitor.pm \
    t/lib/behind.c \
    t/lib/held.c \
    t/lib/refused.c \
    t/lib/slow_sync.c \
    t/bin/httpd-asan \
    t/bin/httpd-valgrind \
    t/lsan.supp \
    t/valgrind.supp \
    t/guards/places.sh t/guards/migrations.txt \
    t/fuzz/fuzz.h t/fuzz/run t/fuzz/corpus $(FUZZ_FILES) \
    $(GUARDS) $(FUNCTIONAL_TESTS) $(LOAD_TESTS) $(QUICKSTART_TESTS) \
    $(SSO_TESTS) $(SSO_NODE_FILES) $(SSO_LOCKED) \
    $(WEB_TESTS) $(WEB_NODE_FILES) $(WEB_LOCKED)

# Modules with sanitizers load only into an httpd that has their libraries.
if SANITIZERS
TEST_HTTPD = $(abs_top_srcdir)/t/bin/httpd-asan
else
TEST_HTTPD = $(HTTPD)
endif

TEST_ENV = BOOKABLE_BUILDDIR='$(abs_top_builddir)' BOOKABLE_APXS='$(APXS)' \
    BOOKABLE_HTTPD='$(TEST_HTTPD)' HTTPD='$(HTTPD)' CC='$(CC)' PERL='$(PERL)' \
    HARDENING='$(HARDEN_CFLAGS) $(HARDEN_LDFLAGS) $(PIE_LDFLAGS)'

TEST_ARGS =
TESTS_TO_RUN = $(FUNCTIONAL_TESTS)

# These tests (2), and the server that they ask, in this folder (1): those of two runs know nothing of
# each other, so that they can go on at once.
run_suite = mkdir -p $(1)/t && { test $(1) = . || cp t/base.conf $(1)/t; } && cd $(1) && \
    $(TEST_ENV) $(PERL) $(abs_top_srcdir)/t/TEST -httpd $(TEST_HTTPD) -apxs $(APXS) $(TEST_ARGS) $(2)
# Two at a time: much of what they do is to wait, and none of them is about how fast something is.
LOAD_JOBS = 2
RUN_LOAD = cd $(srcdir) && $(TEST_ENV) $(PROVE) --timer -j $(LOAD_JOBS)

# Most of what a test does is to wait: so these targets are made at once, and what each says is shown
# when it has ended.
AT_ONCE = $(MAKE) $(AM_MAKEFLAGS) -j4 --output-sync --keep-going

# The stem of a target's name: a store, without a cache or with one.
ON_STORE = echo "store: $*"; BOOKABLE_STORE=$(firstword $(subst +, ,$*)) \
    BOOKABLE_CACHE=$(or $(word 2,$(subst +, ,$*)),none); export BOOKABLE_STORE BOOKABLE_CACHE;

check-local: check-guards check-functional

EXTRA_PROGRAMS += t/guards/migrations
t_guards_migrations_SOURCES = t/guards/migrations.c mod_product/product_fields.c mod_product/product_store_dbd.c
t_guards_migrations_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_user -I$(srcdir)/mod_space -I$(srcdir)/mod_booking \
    -I$(srcdir)/mod_product
t_guards_migrations_LDADD = mod_user/libuser_store.la mod_space/libspace_store.la mod_booking/libbooking_store.la \
    lib/libbookable_name.la lib/libbookable_zone.la lib/libbookable.la

# Adds the digests of new steps to those that the guard holds the steps against, and changes none.
record-migrations: t/guards/migrations
	@t/guards/migrations | awk '!seen[$$1, $$2, $$3]++' $(srcdir)/t/guards/migrations.txt - | \
	    LC_ALL=C sort -k1,1 -k2,2n -k3,3 > t/guards/migrations.new
	@mv t/guards/migrations.new $(srcdir)/t/guards/migrations.txt

check-guards: all t/guards/migrations
	@failed=0; for guard in $(GUARDS); do \
	    $(TEST_ENV) SRCDIR='$(abs_top_srcdir)' BUILDDIR='$(abs_top_builddir)' \
	        $(SHELL) $(srcdir)/$$guard; \
	    case $$? in \
	    0) echo "PASS: $$guard" ;; \
	    77) echo "SKIP: $$guard" ;; \
	    *) echo "FAIL: $$guard"; failed=1 ;; \
	    esac; \
	done; exit $$failed

check-functional: all bench/cost/mod_callcost.la
	$(call run_suite,.,$(TESTS_TO_RUN))

check-mpms: all
	$(AT_ONCE) $(MPMS:%=check-mpm-%)

check-mpm-%:
	MPM=$*; export MPM; $(call run_suite,t/suites/$*,$(MPM_TESTS))

check-stores: all
	$(AT_ONCE) $(STORES:%=check-store-%)

check-store-%:
	$(ON_STORE) $(call run_suite,t/suites/$(subst +,-,$*),$(MPM_TESTS) $(if $(filter pgsql,$*),$(PGSQL_TESTS)))

check-load: all
	$(RUN_LOAD) $(LOAD_TESTS)

# One store after the other: each keeps all cores busy.
check-load-stores: all
	$(MAKE) $(AM_MAKEFLAGS) -j1 $(LOAD_STORES:%=check-load-store-%)

check-load-store-%:
	$(ON_STORE) $(RUN_LOAD) $(STORE_LOAD_TESTS) $(if $(filter shm%,$*),$(SHM_LOAD_TESTS))

check-quickstart: all
	cd $(srcdir) && $(TEST_ENV) $(PROVE) --timer $(QUICKSTART_TESTS)

# The packages are those of the lock file, with its digests; nothing of theirs is run to install them.
t/%/node_modules/.package-lock.json: $(srcdir)/t/%/package.json $(srcdir)/t/%/package-lock.json
	$(MKDIR_P) t/$*
	test '$(srcdir)' = . || cp '$(srcdir)'/t/$*/package.json '$(srcdir)'/t/$*/package-lock.json t/$*
	cd t/$* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

# Programs (2) of a folder of t (1), beside the packages that they use, where node looks for them.
beside_packages = test '$(srcdir)' = . || cp $(patsubst %,'$(srcdir)'/%,$(2)) t/$(1)

check-sso: all t/sso/node_modules/.package-lock.json
	$(call beside_packages,sso,$(SSO_NODE_FILES))
	cd $(srcdir) && $(TEST_ENV) $(PROVE) --timer -It/lib -j2 $(SSO_TESTS)

check-web: all t/web/node_modules/.package-lock.json
	$(call beside_packages,web,$(WEB_NODE_FILES))
	cd $(srcdir) && $(TEST_ENV) $(PROVE) --timer -It/lib -j2 $(WEB_TESTS)

# Pictures of each screen, in the build folder: the good ones are copied to docs/web.
web-pictures: all t/web/node_modules/.package-lock.json
	$(call beside_packages,web,$(WEB_NODE_FILES))
	rm -rf /tmp/bookable-pictures && cd $(srcdir) && $(TEST_ENV) $(PERL) -It/lib -MBookable::Page -e \
	    'Bookable::Page->new(environment => { PICTURES => "/tmp/bookable-pictures" })->run("pictures.mjs")'
	rm -rf web/pictures && cp -R /tmp/bookable-pictures web/pictures

# A test passes although the server reported something: so the reports are read too. They are in
# files of their own and, some of them, in the servers' logs. The directory for both is in /tmp, for
# the user that httpd changes to may be kept out of this one; it stays where something was found.
WITH_REPORTS = reports=`mktemp -d /tmp/bookable-reports-XXXXXX` && chmod 1777 $$reports && \
    SANLOG=$$reports BOOKABLE_LOGS=$$reports && export SANLOG BOOKABLE_LOGS

MEMCHECK = (definitely lost|Invalid |uninitialised|overlap in|Process terminating)
# It looked for leaks and could not.
BLIND = Sanitizer has encountered a fatal error
CRASH = exit signal (Segmentation|Abort|Bus|Illegal|Trap|Floating)

if SANITIZERS
check-asan: all
	@$(WITH_REPORTS) && failed=0; \
	BOOKABLE_PATIENCE=4; export BOOKABLE_PATIENCE; \
	$(MAKE) $(AM_MAKEFLAGS) -j2 $(check_PROGRAMS) && $(MAKE) $(AM_MAKEFLAGS) -j2 check-TESTS && \
	    $(AT_ONCE) asan-functional asan-load || failed=1; \
	cp t/logs/error_log $$reports/functional; \
	if grep -rE -A12 'ERROR: [A-Z][a-z]+Sanitizer|$(BLIND)|runtime error:|$(CRASH)' $$reports; then \
	    echo "check-asan: reports, in $$reports" >&2; exit 1; \
	fi; \
	test $$failed = 0 && rm -rf $$reports

asan-functional:
	$(call run_suite,.,$(SANITIZER_TESTS))

asan-load:
	BOOKABLE_MPMS=event BOOKABLE_LOAD_SECONDS=12 BOOKABLE_LOAD_ROUNDS=10; \
	export BOOKABLE_MPMS BOOKABLE_LOAD_SECONDS BOOKABLE_LOAD_ROUNDS; \
	$(RUN_LOAD) $(SANITIZER_LOAD_TESTS)
else
check-asan:
	@echo 'check-asan: configure with --enable-sanitizers first' >&2; exit 1
endif

check-valgrind: all
	@$(WITH_REPORTS) && failed=0; \
	VALGRIND='$(VALGRIND)' BOOKABLE_PATIENCE=10; export VALGRIND BOOKABLE_PATIENCE; \
	$(AT_ONCE) valgrind-pgsql valgrind-sqlite TEST_HTTPD='$(abs_top_srcdir)/t/bin/httpd-valgrind' || failed=1; \
	ls $$reports/valgrind.* > /dev/null || failed=1; \
	if grep -rE -A12 '^==[0-9]+== .*$(MEMCHECK)|$(CRASH)' $$reports; then \
	    echo "check-valgrind: reports, in $$reports" >&2; exit 1; \
	fi; \
	test $$failed = 0 && rm -rf $$reports

# What the suite's server logged is read as well.
valgrind-pgsql:
	BOOKABLE_STORE=pgsql; export BOOKABLE_STORE; failed=0; \
	( $(call run_suite,t/suites/$@,$(VALGRIND_PGSQL_TESTS)) ) || failed=1; \
	cp t/suites/$@/t/logs/error_log $$BOOKABLE_LOGS/$@; exit $$failed

valgrind-sqlite:
	$(call run_suite,t/suites/$@,$(VALGRIND_TESTS))

check-slow-sync: all $(check_PROGRAMS)
	$(CC) -shared -fPIC -o t/slow_sync.so '$(srcdir)/t/lib/slow_sync.c' -ldl
	LD_PRELOAD='$(abs_top_builddir)/t/slow_sync.so'; export LD_PRELOAD; \
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS && $(MAKE) $(AM_MAKEFLAGS) check-functional && \
	    $(MAKE) $(AM_MAKEFLAGS) check-load

FUZZ_SECONDS = 3
FUZZ_TARGETS =

check-fuzz:
	@CPPFLAGS='$(AM_CPPFLAGS) $(HIREDIS_CFLAGS) $(ICU_CFLAGS) $(GLIB_CFLAGS)' \
	LIBS='$(APR_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS) $(SQLITE_LIBS) $(LIBPQ_LIBS) $(HIREDIS_LIBS) $(ICU_LIBS) $(GLIB_LIBS)' \
	    $(srcdir)/t/fuzz/run . $(FUZZ_SECONDS) $(FUZZ_TARGETS)

clean-local:
	-rm -rf deb deb-check
	-rm -rf t/fuzz/o t/fuzz/lib.a t/fuzz/fuzz_* t/fuzz/corpus-* t/fuzz/found-* t/fuzz/*.log
	-rm -rf t/sso/node_modules t/web/node_modules
	-test '$(srcdir)' = . || rm -rf t/web web/made
	-rm -f web/made.stamp
	-test '$(srcdir)' = . || rm -rf t/sso
	-rm -rf t/logs t/htdocs t/cgi-bin t/store t/state t/suites t/slow_sync.so t/initdb-* t/unit/initdb-*
	-cd t/conf 2>/dev/null && rm -rf httpd.conf extra.conf modules.conf store.conf mime.types ssl apache_test_config.pm
	-test '$(srcdir)' = . || find t -maxdepth 2 -type l -exec rm -f {} +

.PHONY: record-migrations check-guards check-functional check-mpms check-stores check-load check-load-stores check-quickstart check-sso check-web web-pictures \
    check-slow-sync check-asan asan-functional asan-load check-valgrind valgrind-pgsql valgrind-sqlite check-fuzz
