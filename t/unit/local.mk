# Unit tests of lib/: one program for each file, named after it, and one script for bookable-admin.
#
#   make check-unit            these alone: half a minute at most
#   make check-unit-valgrind   the programs, under memcheck: but for one, which steps through
#                              instructions and would step through memcheck's
#
# One test: make check-TESTS TESTS=t/unit/test_time; what it said is in t/unit/test_time.log.

# bookable-admin, command by command: the longest first, for they run side by side.
ADMIN_TESTS = t/unit/test_admin_passwords.sh t/unit/test_admin_people.sh t/unit/test_admin_terminal.sh \
    t/unit/test_admin_options.sh t/unit/test_admin_policies.sh t/unit/test_admin_prune.sh t/unit/test_admin.sh t/unit/test_admin_groups.sh \
    t/unit/test_admin_services.sh t/unit/test_admin_tokens.sh

if HAVE_CMOCKA

check_PROGRAMS = \
    t/unit/test_address \
    t/unit/test_authority \
    t/unit/test_booking_dbd \
    t/unit/test_booking_events \
    t/unit/test_booking_series \
    t/unit/test_booking_prune \
    t/unit/test_booking_list \
    t/unit/test_booking_shm \
    t/unit/test_booking_spaces_kept \
    t/unit/test_booking_plans \
    t/unit/test_booking_taken \
    t/unit/test_background \
    t/unit/test_breaker \
    t/unit/test_breaker_crowd \
    t/unit/test_breaker_model \
    t/unit/test_cache_entry \
    t/unit/test_calendar \
    t/unit/test_credentials \
    t/unit/test_csv \
    t/unit/test_cursor \
    t/unit/test_db \
    t/unit/test_db_copy \
    t/unit/test_db_crowd \
    t/unit/test_db_digest \
    t/unit/test_db_error \
    t/unit/test_db_fields \
    t/unit/test_db_fill \
    t/unit/test_db_keys \
    t/unit/test_db_migration \
    t/unit/test_db_pgsql \
    t/unit/test_error \
    t/unit/test_etag \
    t/unit/test_fault \
    t/unit/test_fields \
    t/unit/test_fold \
    t/unit/test_free \
    t/unit/test_gate \
    t/unit/test_hash \
    t/unit/test_hours \
    t/unit/test_csv_text \
    t/unit/test_ics \
    t/unit/test_idempotency_key \
    t/unit/test_input \
    t/unit/test_json \
    t/unit/test_json_alone \
    t/unit/test_json_canonical \
    t/unit/test_json_fields \
    t/unit/test_json_input \
    t/unit/test_json_jansson \
    t/unit/test_json_text \
    t/unit/test_key_file \
    t/unit/test_layout \
    t/unit/test_lock \
    t/unit/test_map \
    t/unit/test_map_crowd \
    t/unit/test_map_steps \
    t/unit/test_memo \
    t/unit/test_name \
    t/unit/test_opening \
    t/unit/test_password \
    t/unit/test_pgsql \
    t/unit/test_password_list \
    t/unit/test_policy \
    t/unit/test_policy_input \
    t/unit/test_queue \
    t/unit/test_problem \
    t/unit/test_prometheus \
    t/unit/test_query \
    t/unit/test_quota \
    t/unit/test_random \
    t/unit/test_record \
    t/unit/test_recurrence \
    t/unit/test_redis \
    t/unit/test_redis_url \
    t/unit/test_route \
    t/unit/test_search \
    t/unit/test_slab \
    t/unit/test_space_dbd \
    t/unit/test_space_id \
    t/unit/test_space_marks \
    t/unit/test_space_words \
    t/unit/test_text \
    t/unit/test_throttle \
    t/unit/test_time \
    t/unit/test_token \
    t/unit/test_user_dbd \
    t/unit/test_user_people \
    t/unit/test_user_shm \
    t/unit/test_user_sign_on \
    t/unit/test_user_sso \
    t/unit/test_user_v1_dbd \
    t/unit/test_versions \
    t/unit/test_zone

TESTS = $(ADMIN_TESTS) $(check_PROGRAMS) t/unit/test_opening_year.sh t/unit/test_recurrence_dates.sh

# What programs are made with that say nothing else: these here.
AM_CPPFLAGS += $(CMOCKA_CFLAGS)
AM_LDFLAGS = $(SAN_LDFLAGS)
LDADD = t/unit/libfixture.la lib/libbookable.la $(CMOCKA_LIBS)

check_LTLIBRARIES = t/unit/libfixture.la
t_unit_libfixture_la_SOURCES = t/unit/db_fixture.c t/unit/pg_fixture.c

DB_FIXTURE = t/unit/db_fixture.h t/unit/db_arguments.h
BOTH_FIXTURE = t/unit/both_fixture.h t/unit/pg_fixture.h $(DB_FIXTURE)
BOOKING_FIXTURE = t/unit/booking_fixture.h $(BOTH_FIXTURE)
SPACE_FIXTURE = t/unit/space_fixture.h $(BOTH_FIXTURE)
MAP_FIXTURE = t/unit/map_fixture.h t/unit/crowd.h

t_unit_test_booking_shm_SOURCES = t/unit/test_booking_shm.c t/unit/unit.h $(MAP_FIXTURE) \
    mod_booking/booking_fields.c mod_booking/booking_store.h mod_booking/booking_store_shm.c
t_unit_test_booking_shm_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_booking
t_unit_test_booking_dbd_SOURCES = t/unit/test_booking_dbd.c t/unit/unit.h $(BOOKING_FIXTURE)
t_unit_test_booking_dbd_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_booking
t_unit_test_booking_dbd_LDADD = mod_booking/libbooking_store.la lib/libbookable_zone.la $(LDADD)
t_unit_test_booking_prune_SOURCES = t/unit/test_booking_prune.c t/unit/unit.h $(BOOKING_FIXTURE)
t_unit_test_booking_prune_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_booking
t_unit_test_booking_prune_LDADD = mod_booking/libbooking_store.la lib/libbookable_zone.la $(LDADD)
t_unit_test_booking_list_SOURCES = t/unit/test_booking_list.c t/unit/unit.h $(BOOKING_FIXTURE)
t_unit_test_booking_list_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_booking
t_unit_test_booking_list_LDADD = mod_booking/libbooking_store.la lib/libbookable_zone.la $(LDADD)
t_unit_test_booking_events_SOURCES = t/unit/test_booking_events.c t/unit/unit.h $(BOOKING_FIXTURE)
t_unit_test_booking_events_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_booking
t_unit_test_booking_events_LDADD = mod_booking/libbooking_store.la lib/libbookable_zone.la $(LDADD)
t_unit_test_booking_series_SOURCES = t/unit/test_booking_series.c t/unit/unit.h $(BOOKING_FIXTURE)
t_unit_test_booking_series_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_booking
t_unit_test_booking_series_LDADD = mod_booking/libbooking_store.la lib/libbookable_zone.la $(LDADD)
t_unit_test_booking_spaces_kept_SOURCES = t/unit/test_booking_spaces_kept.c t/unit/unit.h \
    mod_booking/booking_spaces_kept.c mod_booking/booking_spaces_kept.h
t_unit_test_booking_spaces_kept_CPPFLAGS = $(MODULE_CPPFLAGS) $(CMOCKA_CFLAGS) -I$(srcdir)/mod_booking
t_unit_test_booking_plans_SOURCES = t/unit/test_booking_plans.c t/unit/unit.h $(BOTH_FIXTURE)
t_unit_test_booking_plans_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_booking
t_unit_test_booking_plans_LDADD = mod_booking/libbooking_store.la lib/libbookable_zone.la $(LDADD)

t_unit_test_booking_taken_SOURCES = t/unit/test_booking_taken.c t/unit/unit.h $(BOTH_FIXTURE)
t_unit_test_booking_taken_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_booking
t_unit_test_booking_taken_LDADD = mod_booking/libbooking_store.la lib/libbookable_zone.la $(LDADD)
t_unit_test_address_SOURCES = t/unit/test_address.c t/unit/unit.h
t_unit_test_authority_SOURCES = t/unit/test_authority.c t/unit/unit.h
t_unit_test_background_SOURCES = t/unit/test_background.c t/unit/unit.h
t_unit_test_breaker_SOURCES = t/unit/test_breaker.c t/unit/unit.h t/unit/breaker.h t/unit/crowd.h
t_unit_test_breaker_crowd_SOURCES = t/unit/test_breaker_crowd.c t/unit/unit.h t/unit/breaker.h t/unit/crowd.h
t_unit_test_breaker_model_SOURCES = t/unit/test_breaker_model.c t/unit/unit.h t/unit/breaker.h t/unit/crowd.h
t_unit_test_cache_entry_SOURCES = t/unit/test_cache_entry.c t/unit/unit.h
t_unit_test_calendar_SOURCES = t/unit/test_calendar.c t/unit/unit.h $(MAP_FIXTURE)
t_unit_test_credentials_SOURCES = t/unit/test_credentials.c t/unit/unit.h
t_unit_test_csv_SOURCES = t/unit/test_csv.c t/unit/unit.h
t_unit_test_csv_text_SOURCES = t/unit/test_csv_text.c t/unit/unit.h
t_unit_test_cursor_SOURCES = t/unit/test_cursor.c t/unit/unit.h
t_unit_test_db_SOURCES = t/unit/test_db.c t/unit/db_arguments.h t/unit/unit.h $(DB_FIXTURE)
t_unit_test_db_copy_SOURCES = t/unit/test_db_copy.c t/unit/unit.h $(DB_FIXTURE)
t_unit_test_db_crowd_SOURCES = t/unit/test_db_crowd.c t/unit/unit.h $(DB_FIXTURE) t/unit/crowd.h
t_unit_test_db_digest_SOURCES = t/unit/test_db_digest.c t/unit/unit.h
t_unit_test_db_error_SOURCES = t/unit/test_db_error.c t/unit/unit.h $(BOTH_FIXTURE)
t_unit_test_db_fields_SOURCES = t/unit/test_db_fields.c t/unit/thing.h t/unit/unit.h $(DB_FIXTURE)
t_unit_test_db_fill_SOURCES = t/unit/test_db_fill.c t/unit/unit.h $(BOTH_FIXTURE)
t_unit_test_db_keys_SOURCES = t/unit/test_db_keys.c t/unit/unit.h $(DB_FIXTURE) t/unit/pg_fixture.h
t_unit_test_db_migration_SOURCES = t/unit/test_db_migration.c t/unit/unit.h $(DB_FIXTURE) t/unit/crowd.h
t_unit_test_db_pgsql_SOURCES = t/unit/test_db_pgsql.c t/unit/unit.h t/unit/pg_fixture.h \
    t/unit/db_arguments.h t/unit/crowd.h
t_unit_test_error_SOURCES = t/unit/test_error.c t/unit/unit.h
t_unit_test_etag_SOURCES = t/unit/test_etag.c t/unit/unit.h
t_unit_test_fault_SOURCES = t/unit/test_fault.c t/unit/unit.h t/unit/faults.h
t_unit_test_fields_SOURCES = t/unit/test_fields.c t/unit/thing.h t/unit/unit.h
t_unit_test_fold_LDADD = lib/libbookable_name.la $(LDADD)
t_unit_test_fold_SOURCES = t/unit/test_fold.c t/unit/unit.h
t_unit_test_gate_SOURCES = t/unit/test_gate.c t/unit/unit.h t/unit/crowd.h
t_unit_test_hash_SOURCES = t/unit/test_hash.c t/unit/unit.h
t_unit_test_hours_SOURCES = t/unit/test_hours.c t/unit/unit.h
t_unit_test_idempotency_key_SOURCES = t/unit/test_idempotency_key.c t/unit/unit.h
t_unit_test_input_SOURCES = t/unit/test_input.c t/unit/unit.h
t_unit_test_json_SOURCES = t/unit/test_json.c t/unit/unit.h t/unit/json_fixture.h
t_unit_test_json_alone_SOURCES = t/unit/test_json_alone.c t/unit/unit.h
t_unit_test_json_canonical_SOURCES = t/unit/test_json_canonical.c t/unit/unit.h t/unit/json_read.h
t_unit_test_json_fields_SOURCES = t/unit/test_json_fields.c t/unit/thing.h t/unit/unit.h
t_unit_test_json_input_SOURCES = t/unit/test_json_input.c t/unit/unit.h t/unit/faults.h
t_unit_test_json_jansson_SOURCES = t/unit/test_json_jansson.c t/unit/unit.h t/unit/json_fixture.h
t_unit_test_json_text_SOURCES = t/unit/test_json_text.c t/unit/unit.h
t_unit_test_key_file_SOURCES = t/unit/test_key_file.c t/unit/unit.h
t_unit_test_layout_SOURCES = t/unit/test_layout.c t/unit/unit.h
t_unit_test_lock_SOURCES = t/unit/test_lock.c t/unit/unit.h t/unit/crowd.h
t_unit_test_map_SOURCES = t/unit/test_map.c t/unit/unit.h $(MAP_FIXTURE)
t_unit_test_map_crowd_SOURCES = t/unit/test_map_crowd.c t/unit/unit.h $(MAP_FIXTURE)
t_unit_test_map_steps_SOURCES = t/unit/test_map_steps.c t/unit/unit.h $(MAP_FIXTURE)
t_unit_test_memo_SOURCES = t/unit/test_memo.c t/unit/unit.h t/unit/crowd.h
t_unit_test_name_SOURCES = t/unit/test_name.c t/unit/unit.h
t_unit_test_name_LDADD = lib/libbookable_name.la $(LDADD)
t_unit_test_password_SOURCES = t/unit/test_password.c t/unit/unit.h t/unit/generator.h
t_unit_test_pgsql_SOURCES = t/unit/test_pgsql.c t/unit/unit.h t/unit/pg_fixture.h
t_unit_test_password_list_SOURCES = t/unit/test_password_list.c t/unit/unit.h
t_unit_test_password_list_LDADD = lib/libbookable_name.la $(LDADD)
t_unit_test_policy_input_SOURCES = t/unit/test_policy_input.c t/unit/unit.h t/unit/faults.h t/unit/json_read.h
t_unit_test_policy_input_LDADD = lib/libbookable_zone.la $(LDADD)
t_unit_test_queue_SOURCES = t/unit/test_queue.c t/unit/unit.h t/unit/crowd.h
t_unit_test_problem_SOURCES = t/unit/test_problem.c t/unit/unit.h
t_unit_test_prometheus_SOURCES = t/unit/test_prometheus.c t/unit/unit.h
t_unit_test_query_SOURCES = t/unit/test_query.c t/unit/unit.h t/unit/faults.h
t_unit_test_random_SOURCES = t/unit/test_random.c t/unit/unit.h t/unit/generator.h
t_unit_test_redis_SOURCES = t/unit/test_redis.c t/unit/unit.h t/unit/crowd.h
t_unit_test_redis_LDADD = lib/libbookable_redis.la $(CMOCKA_LIBS)
t_unit_test_redis_url_SOURCES = t/unit/test_redis_url.c t/unit/unit.h
t_unit_test_redis_url_LDADD = lib/libbookable_redis.la $(CMOCKA_LIBS)
t_unit_test_record_SOURCES = t/unit/test_record.c t/unit/unit.h
t_unit_test_route_SOURCES = t/unit/test_route.c t/unit/unit.h
t_unit_test_search_SOURCES = t/unit/test_search.c t/unit/unit.h
t_unit_test_search_LDADD = lib/libbookable_name.la $(LDADD)
t_unit_test_space_dbd_SOURCES = t/unit/test_space_dbd.c t/unit/unit.h $(SPACE_FIXTURE)
t_unit_test_space_dbd_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_space
t_unit_test_space_dbd_LDADD = mod_space/libspace_store.la lib/libbookable_name.la lib/libbookable_zone.la $(LDADD)
t_unit_test_space_marks_SOURCES = t/unit/test_space_marks.c t/unit/unit.h $(SPACE_FIXTURE)
t_unit_test_space_marks_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_space
t_unit_test_space_marks_LDADD = mod_space/libspace_store.la lib/libbookable_name.la lib/libbookable_zone.la $(LDADD)
t_unit_test_space_words_SOURCES = t/unit/test_space_words.c t/unit/unit.h $(SPACE_FIXTURE)
t_unit_test_space_words_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_space
t_unit_test_space_words_LDADD = mod_space/libspace_store.la lib/libbookable_name.la lib/libbookable_zone.la $(LDADD)
t_unit_test_slab_SOURCES = t/unit/test_slab.c t/unit/unit.h $(MAP_FIXTURE)
t_unit_test_space_id_SOURCES = t/unit/test_space_id.c t/unit/unit.h
t_unit_test_text_SOURCES = t/unit/test_text.c t/unit/unit.h
t_unit_test_throttle_SOURCES = t/unit/test_throttle.c t/unit/unit.h t/unit/crowd.h
t_unit_test_time_SOURCES = t/unit/test_time.c t/unit/unit.h
t_unit_test_token_SOURCES = t/unit/test_token.c t/unit/unit.h t/unit/generator.h
t_unit_test_versions_SOURCES = t/unit/test_versions.c t/unit/unit.h t/unit/crowd.h
t_unit_test_user_dbd_SOURCES = t/unit/test_user_dbd.c t/unit/user_accounts_test.h t/unit/user_decided.h \
    t/unit/unit.h $(DB_FIXTURE)
t_unit_test_user_dbd_LDADD = mod_user/libuser_store.la lib/libbookable_name.la $(LDADD)
t_unit_test_user_dbd_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_user
t_unit_test_user_sign_on_SOURCES = t/unit/test_user_sign_on.c t/unit/unit.h $(BOTH_FIXTURE)
t_unit_test_user_sign_on_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_user
t_unit_test_user_sign_on_LDADD = mod_user/libuser_store.la lib/libbookable_name.la $(LDADD)
t_unit_test_user_sso_SOURCES = t/unit/test_user_sso.c t/unit/unit.h \
    mod_user/user_rules.c mod_user/user_rules.h mod_user/user_store.h \
    mod_user/user_sso_groups.c mod_user/user_sso_groups.h mod_user/user_sso_return.c mod_user/user_sso_return.h
t_unit_test_user_sso_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_user
t_unit_test_user_sso_LDADD = lib/libbookable_name.la $(LDADD)
t_unit_test_user_shm_SOURCES = t/unit/test_user_shm.c t/unit/user_accounts_test.h t/unit/user_decided.h \
    t/unit/unit.h $(MAP_FIXTURE) \
    mod_user/user_fields.c mod_user/user_store.h mod_user/user_store_shm.c mod_user/user_store_shm_private.h \
    mod_user/user_names_shm.c mod_user/user_shm.c
t_unit_test_user_shm_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_user
t_unit_test_user_people_SOURCES = t/unit/test_user_people.c t/unit/unit.h $(BOTH_FIXTURE)
t_unit_test_user_people_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_user
t_unit_test_user_people_LDADD = mod_user/libuser_store.la lib/libbookable_name.la $(LDADD)
t_unit_test_user_v1_dbd_SOURCES = t/unit/test_user_v1_dbd.c t/unit/unit.h $(BOTH_FIXTURE)
t_unit_test_user_v1_dbd_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/mod_user
t_unit_test_user_v1_dbd_LDADD = mod_user/libuser_store.la lib/libbookable_name.la $(LDADD)
t_unit_test_free_SOURCES = t/unit/test_free.c t/unit/unit.h t/unit/zone_fixture.h
t_unit_test_free_LDADD = lib/libbookable_zone.la lib/libbookable.la $(LDADD)
t_unit_test_opening_SOURCES = t/unit/test_opening.c t/unit/unit.h t/unit/zone_fixture.h
t_unit_test_opening_LDADD = lib/libbookable_zone.la $(LDADD)
t_unit_test_ics_SOURCES = t/unit/test_ics.c t/unit/unit.h t/unit/zone_fixture.h
t_unit_test_ics_LDADD = lib/libbookable_zone.la $(LDADD)
t_unit_test_policy_SOURCES = t/unit/test_policy.c t/unit/unit.h t/unit/zone_fixture.h
t_unit_test_policy_LDADD = lib/libbookable_zone.la $(LDADD)
t_unit_test_quota_SOURCES = t/unit/test_quota.c t/unit/unit.h t/unit/zone_fixture.h
t_unit_test_quota_LDADD = lib/libbookable_zone.la $(LDADD)
t_unit_test_recurrence_SOURCES = t/unit/test_recurrence.c t/unit/unit.h t/unit/zone_fixture.h
t_unit_test_recurrence_LDADD = lib/libbookable_zone.la $(LDADD)
t_unit_test_zone_SOURCES = t/unit/test_zone.c t/unit/unit.h t/unit/zone_fixture.h t/unit/crowd.h
t_unit_test_zone_LDADD = lib/libbookable_zone.la $(LDADD)

else

check_DATA = cmocka-is-missing
cmocka-is-missing:
	@echo 'make check: configure found no cmocka; install libcmocka-dev and configure again' >&2; exit 1

endif

# Asked by a script.
EXTRA_PROGRAMS = t/unit/opening_spans t/unit/recurrence_dates
t_unit_opening_spans_SOURCES = t/unit/opening_spans.c
t_unit_opening_spans_LDADD = lib/libbookable_zone.la lib/libbookable.la
t_unit_recurrence_dates_SOURCES = t/unit/recurrence_dates.c
t_unit_recurrence_dates_LDADD = lib/libbookable_zone.la lib/libbookable.la

EXTRA_DIST += $(ADMIN_TESTS) t/unit/admin.sh t/unit/test_opening_year.sh t/unit/test_recurrence_dates.sh
TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = $(SHELL)
$(ADMIN_TESTS:.sh=.log): bookable-admin
t/unit/test_opening_year.log: t/unit/opening_spans
t/unit/test_recurrence_dates.log: t/unit/recurrence_dates

check-unit: all
	$(MAKE) $(AM_MAKEFLAGS) $(check_PROGRAMS) $(check_DATA)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS

check-unit-valgrind: all
	$(MAKE) $(AM_MAKEFLAGS) $(check_PROGRAMS) $(check_DATA)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS \
	    TESTS='$(check_PROGRAMS:t/unit/test_map_steps=)' LOG_COMPILER='$(VALGRIND) -q \
	    --error-exitcode=99 --leak-check=full --child-silent-after-fork=yes --fair-sched=yes'

.PHONY: check-unit check-unit-valgrind
