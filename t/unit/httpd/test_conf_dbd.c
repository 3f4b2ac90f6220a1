#include "service.h"

#include <apr_strings.h>
#include <http_config.h>

#include "bk_conf_dbd.h"

/* ---- a configuration as httpd has parsed it -----------------------------------------------------
 */

static ap_directive_t *make(const char *name, const char *args, int line)
{
    ap_directive_t *made = apr_pcalloc(service_server->process->pool, sizeof(*made));

    made->directive = name;
    made->args = args;
    made->filename = "httpd.conf";
    made->line_num = line;
    return made;
}

/* A level: directives one behind the other. */
static ap_directive_t *level(ap_directive_t *first, ...)
{
    ap_directive_t *last = first, *next;
    va_list others;

    va_start(others, first);
    while ((next = va_arg(others, ap_directive_t *))) {
        last->next = next;
        last = next;
    }
    va_end(others);
    return first;
}

static ap_directive_t *section(const char *name, int line, ap_directive_t *first)
{
    ap_directive_t *made = make(name, "", line);

    made->first_child = first;
    return made;
}

#define LINE(name, args) make(name, args, 0)

static server_rec *host_of_line(unsigned int line)
{
    server_rec *s = stub_ap_add_host("other.example.org", 80);

    s->defn_name = "httpd.conf";
    s->defn_line_number = line;
    return s;
}

static bk_conf_dbd_t read_of(const server_rec *s)
{
    bk_conf_dbd_t conf;

    bk_conf_dbd(&conf, s, service_server->process->pool);
    return conf;
}

static int end(void **state)
{
    ap_conftree = NULL;
    return service_end(state);
}

#define cmocka_unit_test_dbd(test) cmocka_unit_test_setup_teardown(test, service_begin, end)

/* ---- reading ------------------------------------------------------------------------------------
 */

static void test_what_nobody_said_is_mod_dbds_default(void **state)
{
    bk_conf_dbd_t conf = read_of(service_server);

    assert_null(conf.driver);
    assert_null(conf.params);
    assert_int_equal(conf.max, 10);
    assert_int_equal(conf.keep, 2);
    assert_int_equal(conf.expiry, apr_time_from_sec(300));
    assert_int_equal(conf.init->nelts, 0);
    assert_false(conf.is_own);
}

static void test_the_main_servers_directives_are_read(void **state)
{
    bk_conf_dbd_t conf;

    ap_conftree =
        level(LINE("Listen", "80"), LINE("DBDriver", "pgsql"),
              LINE("dbdparams", "\"host=db user=a\""), LINE("DBDMax", "7"), LINE("DBDKeep", "3"),
              LINE("DBDExptime", "60"), LINE("DBDInitSQL", "\"SET a\""),
              LINE("DBDInitSQL", "\"SET b\""), LINE("DBDMin", "1"), NULL);
    conf = read_of(service_server);
    assert_string_equal(conf.driver, "pgsql");
    assert_string_equal(conf.params, "host=db user=a");
    assert_int_equal(conf.max, 7);
    assert_int_equal(conf.keep, 3);
    assert_int_equal(conf.expiry, apr_time_from_sec(60));
    assert_int_equal(conf.init->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(conf.init, 1, const char *), "SET b");
    assert_false(conf.is_own);
}

static void test_directives_within_sections_are_read(void **state)
{
    ap_conftree = level(
        section("<IfModule", 1, level(section("<IfDefine", 2, LINE("DBDriver", "pgsql")), NULL)),
        NULL);
    assert_string_equal(read_of(service_server).driver, "pgsql");
}

static void test_a_virtual_host_has_its_own_over_the_main_servers(void **state)
{
    server_rec *host = host_of_line(5);
    bk_conf_dbd_t conf;

    ap_conftree = level(LINE("DBDriver", "pgsql"), LINE("DBDMax", "7"),
                        section("<VirtualHost", 4, LINE("DBDParams", "of-another")),
                        section("<VirtualHost", 5, LINE("DBDParams", "its-own")), NULL);
    conf = read_of(host);
    assert_true(conf.is_own);
    assert_string_equal(conf.driver, "pgsql");
    assert_string_equal(conf.params, "its-own");
    assert_int_equal(conf.max, 7);
    assert_null(read_of(service_server).params);
}

static void test_a_virtual_host_within_a_section_is_found(void **state)
{
    server_rec *host = host_of_line(5);

    ap_conftree = section("<IfModule", 4, section("<virtualhost", 5, LINE("DBDriver", "pgsql")));
    assert_true(read_of(host).is_own);
    assert_string_equal(read_of(host).driver, "pgsql");
}

static void test_a_virtual_host_that_says_nothing_shares_the_main_servers(void **state)
{
    server_rec *host = host_of_line(5);

    ap_conftree = level(LINE("DBDriver", "pgsql"),
                        section("<VirtualHost", 5, LINE("ServerName", "a.example")), NULL);
    assert_false(read_of(host).is_own);
    assert_string_equal(read_of(host).driver, "pgsql");
}

/* ---- what mod_dbd is to read --------------------------------------------------------------------
 */

static void test_mod_dbd_opens_no_connection_to_postgresql_by_itself(void **state)
{
    ap_directive_t *driver = LINE("DBDriver", "\"pgsql\"");

    ap_conftree = level(driver, LINE("DBDMax", "7"), NULL);
    bk_conf_dbd_pre_config(service_server->process->pool);
    assert_string_equal(driver->next->directive, "DBDMin");
    assert_string_equal(driver->next->args, "0");
    assert_string_equal(driver->next->next->directive, "DBDMax");
    assert_null(driver->next->next->next);
}

/* The last of several holds. */
static void test_another_least_number_of_connections_goes(void **state)
{
    ap_directive_t *least = LINE("dbdmin", "4");

    ap_conftree = level(LINE("DBDriver", "pgsql"), LINE("DBDMax", "7"), least, NULL);
    bk_conf_dbd_pre_config(service_server->process->pool);
    assert_string_equal(least->args, "0");
}

static void test_a_driver_within_a_section_is_treated_alike(void **state)
{
    ap_directive_t *driver = LINE("DBDriver", "pgsql");

    ap_conftree = section("<VirtualHost", 5, driver);
    bk_conf_dbd_pre_config(service_server->process->pool);
    assert_non_null(driver->next);
    assert_string_equal(driver->next->directive, "DBDMin");
}

static void test_each_module_says_it_and_it_is_said_once(void **state)
{
    ap_directive_t *driver = LINE("DBDriver", "pgsql");

    ap_conftree = driver;
    bk_conf_dbd_pre_config(service_server->process->pool);
    bk_conf_dbd_pre_config(service_server->process->pool);
    assert_null(driver->next->next);
}

static void test_other_drivers_are_left_alone(void **state)
{
    ap_directive_t *least = LINE("DBDMin", "4");

    ap_conftree = level(LINE("DBDriver", "sqlite3"), least, NULL);
    bk_conf_dbd_pre_config(service_server->process->pool);
    assert_ptr_equal(ap_conftree->next, least);
    assert_string_equal(least->args, "4");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_dbd(test_what_nobody_said_is_mod_dbds_default),
        cmocka_unit_test_dbd(test_the_main_servers_directives_are_read),
        cmocka_unit_test_dbd(test_directives_within_sections_are_read),
        cmocka_unit_test_dbd(test_a_virtual_host_has_its_own_over_the_main_servers),
        cmocka_unit_test_dbd(test_a_virtual_host_within_a_section_is_found),
        cmocka_unit_test_dbd(test_a_virtual_host_that_says_nothing_shares_the_main_servers),
        cmocka_unit_test_dbd(test_mod_dbd_opens_no_connection_to_postgresql_by_itself),
        cmocka_unit_test_dbd(test_another_least_number_of_connections_goes),
        cmocka_unit_test_dbd(test_a_driver_within_a_section_is_treated_alike),
        cmocka_unit_test_dbd(test_each_module_says_it_and_it_is_said_once),
        cmocka_unit_test_dbd(test_other_drivers_are_left_alone),
    };

    return cmocka_run_group_tests_name("bk_conf_dbd", tests, service_open, service_close);
}
