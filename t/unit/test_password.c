#include "unit.h"

#include <inttypes.h>

#include <ctype.h>
#include <pthread.h>
#include <time.h>

#include <apr_strings.h>

#include "bk_password.h"
#include "generator.h"

/* The lowest cost, so that a hundred hashes take no longer than one at the default. */
#define CHEAP BK_PASSWORD_COST_MIN

static const char *hash_of(const char *password, int cost, apr_pool_t *p)
{
    const char *hash = NULL;

    assert_int_equal(bk_password_hash(&hash, password, cost, p), APR_SUCCESS);
    assert_non_null(hash);
    return hash;
}

static void test_form(void **state)
{
    int cost;

    for (cost = CHEAP; cost <= 8; cost++) {
        const char *hash = hash_of("secret", cost, *state);
        assert_int_equal(strlen(hash), 60);
        assert_memory_equal(hash, apr_psprintf(*state, "$2y$%02d$", cost), 7);
        assert_int_equal(bk_password_cost(hash), cost);
        assert_true(bk_password_matches("secret", hash));
        assert_null(strstr(hash, "secret"));
    }
}

static void test_matches(void **state)
{
    static const char *const passwords[] = {
        "x",
        "secret",
        " ",
        "pass word ",
        "gr\xc3\xbc\xc3\x9f",
        "\xff\xfe\x80",
        "$2y$04$",
        "0123456789012345678901234567890123456789012345678901234567890123456789_1", /* 72 bytes */
        "0123456789012345678901234567890123456789012345678901234567890123456789_2", /* another */
        "01234567890123456789012345678901234567890123456789012345678901234567890",  /* 71 */
    };
    size_t i, j;

    for (i = 0; i < UNIT_ROWS(passwords); i++) {
        const char *hash = hash_of(passwords[i], CHEAP, *state);
        for (j = 0; j < UNIT_ROWS(passwords); j++) {
            assert_that(bk_password_matches(passwords[j], hash) == (i == j),
                        "'%s' against the hash of '%s'", passwords[j], passwords[i]);
        }
    }
}

/* bcrypt reads no further than 72 bytes: what is longer is no match, though those are the same. */
static void test_too_long(void **state)
{
    char password[BK_PASSWORD_BYTES + 2];
    const char *hash;

    memset(password, 'x', sizeof(password));
    password[BK_PASSWORD_BYTES] = '\0';
    hash = hash_of(password, CHEAP, *state);
    assert_true(bk_password_matches(password, hash));
    password[BK_PASSWORD_BYTES] = 'x';
    password[BK_PASSWORD_BYTES + 1] = '\0';
    assert_false(bk_password_matches(password, hash));
}

static void test_near_misses(void **state)
{
    static const char *const others[] = {"",        "Secret",   "secre",   "secret ",
                                         " secret", "secret\n", "secrets", "SECRET"};
    const char *hash = hash_of("secret", CHEAP, *state);
    size_t i;

    assert_true(bk_password_matches("secret", hash));
    for (i = 0; i < UNIT_ROWS(others); i++) {
        assert_that(!bk_password_matches(others[i], hash), "'%s' matches", others[i]);
    }
}

/* Hashes that others made (Openwall's crypt_blowfish has these as its tests). */
static void test_known_hashes(void **state)
{
    static const struct {
        const char *password;
        const char *hash;
    } rows[] = {
        {"U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
        {"U*U*", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"},
        {"U*U*U", "$2y$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"},
        {"\xa3", "$2y$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_true(bk_password_matches(rows[i].password, rows[i].hash));
        assert_false(bk_password_matches("other", rows[i].hash));
        assert_int_equal(bk_password_cost(rows[i].hash), 5);
    }
}

/* What is no bcrypt hash matches nothing, least of all itself as a plain password. */
static void test_other_hashes(void **state)
{
    static const char *const rows[] = {
        "",
        "secret",
        "$",
        "$2y$",
        "$2y",
        "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
        "$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/",
        "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
        "$6$salt$"
        "IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g.",
        "saBFDKUGJgFMM", /* crypt(3) of old */
        "*0",
        "*1",
        "$2y$05$",
        "$2y$05$CCCCCCCCCCCCCCCCCCCCC.",
        "$2y$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2y$xx$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2y$-5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        " $2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
        "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWx",
    };
    static const char *const passwords[] = {"", "secret", "U*U", "*0", "*1"};
    size_t i, j;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(!bk_password_matches(rows[i], rows[i]), "'%s' matches itself", rows[i]);
        for (j = 0; j < UNIT_ROWS(passwords); j++) {
            assert_that(!bk_password_matches(passwords[j], rows[i]), "'%s' matches '%s'",
                        passwords[j], rows[i]);
        }
    }
}

static void test_cost(void **state)
{
    static const struct {
        const char *hash;
        int cost;
    } rows[] = {
        {"$2y$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 4},
        {"$2y$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 12},
        {"$2y$17$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 17},
        {"", 0},
        {"secret", 0},
        {"12", 0},
        {"$2y$", 0},
        {"$2y$xx$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 0},
        {"$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/", 0},
        {"{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", 0},
        {"2y$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 0},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(bk_password_cost(rows[i].hash) == rows[i].cost, "'%s'", rows[i].hash);
    }
}

/* Sixteen drawn bytes make the salt: the same password never has the same hash twice. */
static void test_salt(void **state)
{
    static const char salt[] = "0123456789abcdef";
    const char *one, *other;

    generator_script(salt, 16);
    one = hash_of("secret", CHEAP, *state);
    assert_int_equal(generator.len, 0);
    generator_script(salt, 16);
    assert_string_equal(hash_of("secret", CHEAP, *state), one);
    generator_true();
    other = hash_of("secret", CHEAP, *state);
    assert_string_not_equal(one, other);
    assert_memory_not_equal(one + 7, other + 7, 22);
    assert_true(bk_password_matches("secret", other));
}

static void test_failures(void **state)
{
    const char *hash = NULL;

    generator_script("", 0);
    assert_int_equal(bk_password_hash(&hash, "secret", CHEAP, *state), APR_EGENERAL);
    assert_int_equal(bk_password_check("secret", NULL, CHEAP), 0);
    generator_true();
    assert_int_not_equal(bk_password_hash(&hash, "secret", BK_PASSWORD_COST_MIN - 1, *state),
                         APR_SUCCESS);
    assert_int_not_equal(bk_password_hash(&hash, "secret", -1, *state), APR_SUCCESS);
    assert_null(hash);
}

/* Microseconds of work, by whatever thread: what else the machine does changes little. */
static int64_t worked(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* A wrong password costs the same, whatever its hash was made at, and where there is none. The
 * quickest of several tries, and a wide margin: one cost more is twice as much. */
static void test_wrong_cost(void **state)
{
    enum { COST = 8, TRIES = 7, KINDS = 4 };
    const char *hashes[KINDS] = {NULL, hash_of("secret", COST, *state),
                                 hash_of("secret", COST - 1, *state), "no hash of bcrypt"};
    int64_t least[KINDS] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
    int i, kind;

    for (i = 0; i < TRIES; i++) {
        for (kind = 0; kind < KINDS; kind++) {
            int64_t start = worked();
            assert_int_equal(bk_password_check("wrong", hashes[kind], COST), 0);
            start = worked() - start;
            least[kind] = start < least[kind] ? start : least[kind];
        }
    }
    for (kind = 1; kind < KINDS; kind++) {
        assert_that(least[kind] * 2 < least[0] * 3 && least[0] * 2 < least[kind] * 3,
                    "%" PRId64 " and %" PRId64 " us", least[0], least[kind]);
    }
    assert_int_equal(bk_password_check("secret", hashes[1], COST), 1);
    assert_int_equal(bk_password_check("secret", hashes[2], COST), 1);
    assert_int_equal(bk_password_check("secret", hashes[1], COST - 1), 1);
}

static void *hash_and_check(void *data)
{
    char password[32];
    apr_pool_t *p;
    intptr_t wrong = 0;
    int i;

    apr_pool_create(&p, NULL);
    for (i = 0; i < 20; i++) {
        const char *hash;
        apr_snprintf(password, sizeof(password), "%d of thread %d", i, *(int *)data);
        wrong += bk_password_hash(&hash, password, CHEAP, p) != APR_SUCCESS ||
                 !bk_password_matches(password, hash) || bk_password_matches("other", hash);
    }
    apr_pool_destroy(p);
    return (void *)wrong;
}

static void test_threads(void **state)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    int numbers[THREADS], i;
    void *wrong;

    for (i = 0; i < THREADS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, hash_and_check, &numbers[i]), 0);
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),         cmocka_unit_test(test_matches),
        cmocka_unit_test(test_too_long),     cmocka_unit_test(test_near_misses),
        cmocka_unit_test(test_known_hashes), cmocka_unit_test(test_other_hashes),
        cmocka_unit_test(test_cost),         cmocka_unit_test(test_salt),
        cmocka_unit_test(test_failures),     cmocka_unit_test(test_wrong_cost),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests_name("bk_password", tests, unit_pool_open, unit_pool_close);
}
