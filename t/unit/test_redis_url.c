#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bk_redis_url.h"

static int same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void test_right(void **state)
{
    static const struct {
        const char *text, *host;
        int port;
        const char *socket, *user, *password;
        int db;
        const char *shown;
    } rows[] = {
        {NULL, "127.0.0.1", 6379, NULL, NULL, NULL, 0, "redis://127.0.0.1:6379/0"},
        {"", "127.0.0.1", 6379, NULL, NULL, NULL, 0, "redis://127.0.0.1:6379/0"},
        {"//cache", "cache", 6379, NULL, NULL, NULL, 0, "redis://cache:6379/0"},
        {"//cache/", "cache", 6379, NULL, NULL, NULL, 0, "redis://cache:6379/0"},
        {"//10.0.0.7:6380/15", "10.0.0.7", 6380, NULL, NULL, NULL, 15, "redis://10.0.0.7:6380/15"},
        {"//[::1]", "::1", 6379, NULL, NULL, NULL, 0, "redis://[::1]:6379/0"},
        {"//[fe80::1%25eth0]:1/1", "fe80::1%25eth0", 1, NULL, NULL, NULL, 1,
         "redis://[fe80::1%25eth0]:1/1"},
        {"//:secret@cache:65535/2", "cache", 65535, NULL, NULL, "secret", 2,
         "redis://cache:65535/2"},
        {"//ann:secret@cache", "cache", 6379, NULL, "ann", "secret", 0, "redis://cache:6379/0"},
        {"//:a%2Fb%40c%3a%25@cache", "cache", 6379, NULL, NULL, "a/b@c:%", 0,
         "redis://cache:6379/0"},
        {"//:a@b@cache", "cache", 6379, NULL, NULL, "a@b", 0, "redis://cache:6379/0"},
        {"//:a:b@cache", "cache", 6379, NULL, NULL, "a:b", 0, "redis://cache:6379/0"},
        {"///run/redis.sock", NULL, 6379, "/run/redis.sock", NULL, NULL, 0,
         "redis:///run/redis.sock?db=0"},
        {"///run/redis.sock?db=3", NULL, 6379, "/run/redis.sock", NULL, NULL, 3,
         "redis:///run/redis.sock?db=3"},
        {"//:secret@/run/a%3Fb", NULL, 6379, "/run/a?b", NULL, "secret", 0,
         "redis:///run/a?b?db=0"},
        {"//cache?db=9", "cache", 6379, NULL, NULL, NULL, 9, "redis://cache:6379/9"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_redis_url_t url;
        const char *wrong = bk_redis_url_parse(&url, rows[i].text, *state);

        assert_that(!wrong, "%s: %s", rows[i].text, wrong);
        assert_that(same(url.host, rows[i].host) && url.port == rows[i].port &&
                        same(url.socket, rows[i].socket) && same(url.user, rows[i].user) &&
                        same(url.password, rows[i].password) && url.db == rows[i].db,
                    "%s was read as %s", rows[i].text, url.shown);
        assert_string_equal(url.shown, rows[i].shown);
        assert_string_equal(url.prefix, "");
        assert_int_equal(url.connect_timeout, 100000);
        assert_int_equal(url.timeout, 50000);
    }
}

static void test_wrong(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"cache", "must be redis://"},
        {"/cache", "must be redis://"},
        {"localhost:6379", "must be redis://"},
        {"//", "must be redis://"},
        {"///", "must be redis://"},
        {"//?db=1", "must be redis://"},
        {"//:secret@", "must be redis://"},
        {"//:secret@/", "must be redis://"},
        {"///run/%zz", "must be redis://"},
        {"//ca che", "the host must be"},
        {"//cache#1", "the host must be"},
        {"//[::1", "the host must be"},
        {"//[]", "the host must be"},
        {"//:6379", "the host must be"},
        {"//cache:", "from 1 to 65535"},
        {"//cache:0", "from 1 to 65535"},
        {"//cache:65536", "from 1 to 65535"},
        {"//cache:http", "from 1 to 65535"},
        {"//[::1]6379", "from 1 to 65535"},
        {"//cache/one", "from 0 to 65535"},
        {"//cache/-1", "from 0 to 65535"},
        {"//cache/65536", "from 0 to 65535"},
        {"//cache/1/", "from 0 to 65535"},
        {"//cache/1?db=2", "given once"},
        {"//@cache", "[user]:password"},
        {"//:@cache", "[user]:password"},
        {"//ann:@cache", "[user]:password"},
        {"//:secret%2@cache", "[user]:password"},
        {"//:secret%00@cache", "[user]:password"},
        {"//ann@cache", "must come with a password"},
        {"//cache?timeout=50", "from 1ms to 60s"},
        {"//cache?timeout=0ms", "from 1ms to 60s"},
        {"//cache?timeout=61s", "from 1ms to 60s"},
        {"//cache?timeout=60001ms", "from 1ms to 60s"},
        {"//cache?connect_timeout=soon", "from 1ms to 60s"},
        {"//cache?connect_timeout=-1s", "from 1ms to 60s"},
        {"//cache?connect_timeout=1min", "from 1ms to 60s"},
        {"//cache?timeouts=50ms", "must be connect_timeout, timeout, password_file, prefix or db"},
        {"//cache?timeout", "must be written timeout=value"},
        {"//cache?prefix=", "must be written prefix=value"},
        {"//cache?prefix=%0", "must be written prefix=value"},
        {"//cache?password_file=/nowhere/at/all", "cannot be read"},
        {"//:secret@cache?password_file=/dev/null", "the password must be given once"},
        {"//cache?password_file=/dev/null", "cannot be read"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_redis_url_t url;
        const char *wrong = bk_redis_url_parse(&url, rows[i].text, *state);

        assert_that(wrong != NULL, "%s was accepted", rows[i].text);
        assert_that(strstr(wrong, rows[i].says) != NULL, "%s: %s", rows[i].text, wrong);
        assert_that(!strstr(wrong, "secret"), "%s: the password is shown: %s", rows[i].text, wrong);
    }
}

static void test_options(void **state)
{
    bk_redis_url_t url;

    assert_null(
        bk_redis_url_parse(&url, "//cache/3?connect_timeout=1s&timeout=1ms&prefix=a%3Ab:", *state));
    assert_int_equal(url.connect_timeout, 1000000);
    assert_int_equal(url.timeout, 1000);
    assert_string_equal(url.prefix, "a:b:");
    assert_null(bk_redis_url_parse(&url, "//cache?timeout=60s&connect_timeout=60000ms", *state));
    assert_int_equal(url.timeout, 60000000);
    assert_int_equal(url.connect_timeout, 60000000);
}

/* The first line, without its end; that of a user, too. */
static void test_password_file(void **state)
{
    static const struct {
        const char *content, *password;
    } rows[] = {{"secret", "secret"},
                {"secret\n", "secret"},
                {"secret\r\nmore\n", "secret"},
                {" sec ret @/:%\n", " sec ret @/:%"},
                {"\n", NULL},
                {"", NULL}};
    char path[] = "/tmp/bookable-password-XXXXXX", text[128];
    int fd = mkstemp(path);
    size_t i;

    assert_true(fd >= 0);
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_redis_url_t url;
        const char *wrong;

        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, rows[i].content, strlen(rows[i].content), 0),
                         strlen(rows[i].content));
        snprintf(text, sizeof(text), "//ann@cache?password_file=%s", path);
        wrong = bk_redis_url_parse(&url, text, *state);
        assert_that(!wrong == (rows[i].password != NULL), "'%s': %s", rows[i].content, wrong);
        if (rows[i].password) {
            assert_string_equal(url.password, rows[i].password);
            assert_string_equal(url.user, "ann");
        }
    }
    close(fd);
    unlink(path);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_password_file),
    };

    return cmocka_run_group_tests_name("bk_redis_url", tests, unit_pool_open, unit_pool_close);
}
