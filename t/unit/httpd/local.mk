# Unit tests of the adapter, lib/httpd: one program for each file, named after it, on real APR and a
# stub of httpd in place of a server. They are run with those of t/unit/local.mk.

if HAVE_CMOCKA

check_LTLIBRARIES += t/unit/httpd/libstub_ap.la t/unit/httpd/libservice.la
HTTPD_TEST_CPPFLAGS = $(lib_libbookable_httpd_la_CPPFLAGS) $(CMOCKA_CFLAGS)
HTTPD_TEST_LIBS = t/unit/httpd/libservice.la lib/libbookable_httpd.la t/unit/httpd/libstub_ap.la $(LDADD)
HTTPD_TEST_H = t/unit/unit.h t/unit/httpd/service.h t/unit/httpd/stub_ap.h t/unit/httpd/user_service.h

t_unit_httpd_libstub_ap_la_SOURCES = t/unit/httpd/stub_ap.c t/unit/httpd/stub_ap.h \
    t/unit/httpd/stub_ap_config.c t/unit/httpd/stub_ap_filter.c t/unit/httpd/stub_ap_hooks.c \
    t/unit/httpd/stub_ap_private.h t/unit/httpd/stub_ap_process.c \
    t/unit/httpd/stub_ap_subrequest.c t/unit/httpd/stub_ap_text.c
t_unit_httpd_libstub_ap_la_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_libservice_la_SOURCES = t/unit/httpd/service.c t/unit/httpd/user_service.c $(HTTPD_TEST_H)
t_unit_httpd_libservice_la_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)

check_PROGRAMS += \
    t/unit/httpd/test_again \
    t/unit/httpd/test_answer \
    t/unit/httpd/test_answer_v1 \
    t/unit/httpd/test_audit \
    t/unit/httpd/test_body \
    t/unit/httpd/test_breakers_page \
    t/unit/httpd/test_cache \
    t/unit/httpd/test_cache_check \
    t/unit/httpd/test_call \
    t/unit/httpd/test_caller \
    t/unit/httpd/test_challenge \
    t/unit/httpd/test_conf \
    t/unit/httpd/test_conf_dbd \
    t/unit/httpd/test_consistency \
    t/unit/httpd/test_deadline \
    t/unit/httpd/test_directives \
    t/unit/httpd/test_dispatch \
    t/unit/httpd/test_error_page \
    t/unit/httpd/test_health \
    t/unit/httpd/test_host \
    t/unit/httpd/test_intake \
    t/unit/httpd/test_list \
    t/unit/httpd/test_mapping \
    t/unit/httpd/test_metrics \
    t/unit/httpd/test_origin \
    t/unit/httpd/test_read \
    t/unit/httpd/test_server \
    t/unit/httpd/test_settle \
    t/unit/httpd/test_store_shm \
    t/unit/httpd/test_value

t_unit_httpd_test_again_SOURCES = t/unit/httpd/test_again.c $(HTTPD_TEST_H)
t_unit_httpd_test_again_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_again_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_answer_SOURCES = t/unit/httpd/test_answer.c $(HTTPD_TEST_H)
t_unit_httpd_test_answer_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_answer_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_answer_v1_SOURCES = t/unit/httpd/test_answer_v1.c $(HTTPD_TEST_H)
t_unit_httpd_test_answer_v1_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_answer_v1_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_audit_SOURCES = t/unit/httpd/test_audit.c $(HTTPD_TEST_H)
t_unit_httpd_test_audit_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_audit_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_body_SOURCES = t/unit/httpd/test_body.c $(HTTPD_TEST_H)
t_unit_httpd_test_body_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_body_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_breakers_page_SOURCES = t/unit/httpd/test_breakers_page.c $(HTTPD_TEST_H)
t_unit_httpd_test_breakers_page_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_breakers_page_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_cache_SOURCES = t/unit/httpd/test_cache.c $(HTTPD_TEST_H)
t_unit_httpd_test_cache_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_cache_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_cache_check_SOURCES = t/unit/httpd/test_cache_check.c $(HTTPD_TEST_H)
t_unit_httpd_test_cache_check_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_cache_check_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_call_SOURCES = t/unit/httpd/test_call.c $(HTTPD_TEST_H)
t_unit_httpd_test_call_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_call_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_caller_SOURCES = t/unit/httpd/test_caller.c $(HTTPD_TEST_H)
t_unit_httpd_test_caller_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_caller_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_challenge_SOURCES = t/unit/httpd/test_challenge.c $(HTTPD_TEST_H)
t_unit_httpd_test_challenge_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_challenge_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_conf_SOURCES = t/unit/httpd/test_conf.c $(HTTPD_TEST_H)
t_unit_httpd_test_conf_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_conf_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_conf_dbd_SOURCES = t/unit/httpd/test_conf_dbd.c $(HTTPD_TEST_H)
t_unit_httpd_test_conf_dbd_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_conf_dbd_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_consistency_SOURCES = t/unit/httpd/test_consistency.c $(HTTPD_TEST_H)
t_unit_httpd_test_consistency_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_consistency_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_deadline_SOURCES = t/unit/httpd/test_deadline.c $(HTTPD_TEST_H)
t_unit_httpd_test_deadline_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_deadline_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_directives_SOURCES = t/unit/httpd/test_directives.c $(HTTPD_TEST_H)
t_unit_httpd_test_directives_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_directives_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_dispatch_SOURCES = t/unit/httpd/test_dispatch.c $(HTTPD_TEST_H)
t_unit_httpd_test_dispatch_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_dispatch_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_error_page_SOURCES = t/unit/httpd/test_error_page.c $(HTTPD_TEST_H)
t_unit_httpd_test_error_page_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_error_page_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_health_SOURCES = t/unit/httpd/test_health.c $(HTTPD_TEST_H)
t_unit_httpd_test_health_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_health_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_host_SOURCES = t/unit/httpd/test_host.c $(HTTPD_TEST_H)
t_unit_httpd_test_host_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_host_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_intake_SOURCES = t/unit/httpd/test_intake.c $(HTTPD_TEST_H)
t_unit_httpd_test_intake_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_intake_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_list_SOURCES = t/unit/httpd/test_list.c $(HTTPD_TEST_H)
t_unit_httpd_test_list_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_list_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_mapping_SOURCES = t/unit/httpd/test_mapping.c $(HTTPD_TEST_H)
t_unit_httpd_test_mapping_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_mapping_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_metrics_SOURCES = t/unit/httpd/test_metrics.c $(HTTPD_TEST_H)
t_unit_httpd_test_metrics_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_metrics_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_origin_SOURCES = t/unit/httpd/test_origin.c $(HTTPD_TEST_H)
t_unit_httpd_test_origin_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_origin_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_read_SOURCES = t/unit/httpd/test_read.c $(HTTPD_TEST_H)
t_unit_httpd_test_read_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_read_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_server_SOURCES = t/unit/httpd/test_server.c $(HTTPD_TEST_H)
t_unit_httpd_test_server_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_server_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_settle_SOURCES = t/unit/httpd/test_settle.c $(HTTPD_TEST_H)
t_unit_httpd_test_settle_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_settle_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_store_shm_SOURCES = t/unit/httpd/test_store_shm.c $(HTTPD_TEST_H)
t_unit_httpd_test_store_shm_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_store_shm_LDADD = $(HTTPD_TEST_LIBS)
t_unit_httpd_test_value_SOURCES = t/unit/httpd/test_value.c $(HTTPD_TEST_H)
t_unit_httpd_test_value_CPPFLAGS = $(HTTPD_TEST_CPPFLAGS)
t_unit_httpd_test_value_LDADD = $(HTTPD_TEST_LIBS)

endif
