/* What those who administer users and groups need of the store in a database, on SQLite and on
 * PostgreSQL. */
#include "both_fixture.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "user_groups.h"

static const user_store_verbs_t *const base = &user_store_dbd;
static const user_people_verbs_t *const people = &user_people_dbd;
static const user_groups_verbs_t *const groups = &user_groups_dbd;

static bk_db_t *open_store(apr_pool_t *p)
{
    bk_db_t *db;

    assert_int_equal(both_attach(&db, &user_store_dbd_schema, p), APR_SUCCESS);
    return db;
}

static apr_status_t add(bk_db_t *db, apr_int64_t id, const char *login, int is_admin,
                        const char *const *in, apr_pool_t *p)
{
    user_v1_t account = {.id = id,
                         .name = login,
                         .password_hash = "",
                         .login = login,
                         .is_admin = is_admin,
                         .created = 7,
                         .changed = 7};

    assert_int_equal(user_store_v1_key(&account.login_key, login, p), APR_SUCCESS);
    return people->add(db, &account, in);
}

static const char *const nowhere[] = {NULL};

static user_person_t find(bk_db_t *db, apr_int64_t id, apr_pool_t *p)
{
    user_person_t person = {{0}};

    assert_int_equal(people->find(db, id, &person, p), APR_SUCCESS);
    return person;
}

static apr_status_t make_group(bk_db_t *db, const char *name, const apr_int64_t *members, int count)
{
    user_group_t group = {.name = name, .changed = 9};
    apr_int64_t missing;

    return groups->put(db, &group, members, count, &missing);
}

/* ---- people -------------------------------------------------------------------------------------
 */

static void test_add(void **state)
{
    static const char *const staff[] = {"staff", NULL}, *const none[] = {"nobody", NULL};
    bk_db_t *db = open_store(*state);
    user_person_t person;

    assert_int_equal(make_group(db, "staff", NULL, 0), APR_SUCCESS);
    assert_int_equal(add(db, 1, "Ann", 0, staff, *state), APR_SUCCESS);
    person = find(db, 1, *state);
    assert_string_equal(person.account.login, "Ann");
    assert_string_equal(person.local_groups, "staff");
    assert_null(person.sso_groups);
    assert_int_equal(person.account.version, 1);
    assert_int_equal(add(db, 2, "ANN", 0, nowhere, *state), USER_LOGIN_TAKEN);
    assert_int_equal(add(db, 1, "bob", 0, nowhere, *state), APR_EEXIST);
    assert_int_equal(add(db, 3, "cid", 0, none, *state), USER_NO_GROUP);
    assert_int_equal(people->find(db, 3, &person, *state), APR_NOTFOUND);
    assert_int_equal(add(db, 3, "cid", 0, nowhere, *state), APR_SUCCESS);
    assert_null(find(db, 3, *state).local_groups);
}

static void test_change(void **state)
{
    static const char *const two[] = {"staff", "students", NULL}, *const one[] = {"staff", NULL};
    bk_db_t *db = open_store(*state);
    user_person_t person;
    user_group_t group;
    user_t user;

    assert_int_equal(make_group(db, "staff", NULL, 0), APR_SUCCESS);
    assert_int_equal(make_group(db, "students", NULL, 0), APR_SUCCESS);
    assert_int_equal(add(db, 1, "ann", 0, nowhere, *state), APR_SUCCESS);
    assert_int_equal(add(db, 2, "bob", 0, nowhere, *state), APR_SUCCESS);
    person = find(db, 1, *state);
    person.account.email = "ann@example.org";
    person.account.is_auditor = 1;
    assert_int_equal(people->change(db, &person.account, two, 1), APR_SUCCESS);
    assert_int_equal(people->change(db, &person.account, two, 1), USER_VERSION_MISMATCH);
    person = find(db, 1, *state);
    assert_int_equal(person.account.version, 2);
    assert_string_equal(person.account.email, "ann@example.org");
    assert_true(person.account.is_auditor && !person.account.is_admin);
    assert_string_equal(person.local_groups, "staff,students");
    assert_int_equal(groups->find(db, "staff", &group, *state), APR_SUCCESS);
    assert_int_equal(group.version, 2);
    assert_int_equal(group.members, 1);
    assert_int_equal(people->change(db, &person.account, one, 1), APR_SUCCESS);
    assert_int_equal(groups->find(db, "staff", &group, *state), APR_SUCCESS);
    assert_int_equal(group.version, 2);
    assert_int_equal(groups->find(db, "students", &group, *state), APR_SUCCESS);
    assert_int_equal(group.version, 3);
    assert_int_equal(group.members, 0);
    person = find(db, 1, *state);
    person.account.login_key = person.account.login = "bob";
    assert_int_equal(people->change(db, &person.account, NULL, 1), USER_LOGIN_TAKEN);
    person = find(db, 1, *state);
    assert_string_equal(person.local_groups, "staff");
    person.account.is_disabled = 1;
    assert_int_equal(people->change(db, &person.account, NULL, 1), APR_SUCCESS);
    assert_int_equal(base->find(db, 1, &user, *state), APR_SUCCESS);
    assert_true(user.is_disabled && user.session_end == 0);
}

/* Who is disabled loses the tokens that there are, by whatever verb it is done. */
static void test_disabled(void **state)
{
    static const unsigned char digest[BK_TOKEN_DIGEST] = "digest";
    bk_db_t *db = open_store(*state);
    user_t user = {.id = 1, .name = "ann", .password_hash = "hash"};
    user_person_t person;

    assert_int_equal(base->insert(db, &user), APR_SUCCESS);
    assert_int_equal(base->log_in(db, 1, "hash", 10, 200, digest), APR_SUCCESS);
    person = find(db, 1, *state);
    person.account.is_disabled = 1;
    assert_int_equal(people->change(db, &person.account, NULL, 1), APR_SUCCESS);
    person = find(db, 1, *state);
    person.account.is_disabled = 0;
    assert_int_equal(people->change(db, &person.account, NULL, 1), APR_SUCCESS);
    assert_int_equal(base->find_token(db, digest, 20, &user, *state), APR_NOTFOUND);
}

static void test_last_admin(void **state)
{
    bk_db_t *db = open_store(*state);
    user_person_t person;

    assert_int_equal(add(db, 1, "ann", 1, nowhere, *state), APR_SUCCESS);
    assert_int_equal(add(db, 2, "bob", 0, nowhere, *state), APR_SUCCESS);
    person = find(db, 1, *state);
    person.account.is_admin = 0;
    assert_int_equal(people->change(db, &person.account, NULL, 1), USER_LAST_ADMIN);
    person.account.is_admin = person.account.is_disabled = 1;
    assert_int_equal(people->change(db, &person.account, NULL, 1), USER_LAST_ADMIN);
    assert_int_equal(people->remove(db, 1, 1, 1), USER_LAST_ADMIN);
    assert_int_equal(people->remove(db, 2, 7, 1), USER_VERSION_MISMATCH);
    assert_int_equal(people->remove(db, 9, 0, 1), APR_NOTFOUND);
    assert_int_equal(people->remove(db, 2, 1, 1), APR_SUCCESS);
    assert_int_equal(people->find(db, 2, &person, *state), APR_NOTFOUND);
    assert_int_equal(find(db, 1, *state).account.version, 1);
}

/* Nothing is left of who is gone, in groups neither; and their groups have new versions. */
static void test_removed(void **state)
{
    static const char *const staff[] = {"staff", NULL};
    bk_db_t *db = open_store(*state);
    user_group_t group;

    assert_int_equal(make_group(db, "staff", NULL, 0), APR_SUCCESS);
    assert_int_equal(add(db, 1, "ann", 0, staff, *state), APR_SUCCESS);
    assert_int_equal(add(db, 2, "bob", 0, staff, *state), APR_SUCCESS);
    assert_int_equal(people->remove(db, 1, 1, 1), APR_SUCCESS);
    assert_int_equal(groups->find(db, "staff", &group, *state), APR_SUCCESS);
    assert_int_equal(group.version, 4);
    assert_int_equal(group.members, 1);
    /* By the base's verb, too. */
    assert_int_equal(base->remove(db, 2, 1), APR_SUCCESS);
    assert_int_equal(groups->find(db, "staff", &group, *state), APR_SUCCESS);
    assert_int_equal(group.version, 5);
    assert_int_equal(group.members, 0);
    assert_int_equal(add(db, 1, "ann", 0, nowhere, *state), APR_EEXIST);
    assert_int_equal(add(db, 3, "ann", 0, nowhere, *state), APR_SUCCESS);
}

/* ---- lists --------------------------------------------------------------------------------------
 */

typedef struct found_t {
    const char *ids;
    const char *key;
    apr_int64_t id;
    apr_pool_t *p;
} found_t;

static apr_status_t note(void *baton, const user_person_t *person)
{
    found_t *found = baton;

    found->id = person->account.id;
    found->key = apr_pstrdup(found->p, person->account.sort_key);
    found->ids =
        apr_psprintf(found->p, "%s%s%d", found->ids, *found->ids ? " " : "", (int)found->id);
    return APR_SUCCESS;
}

/* The ids of the people of a list. */
static const char *ids_of(bk_db_t *db, user_people_filter_t filter, const char *words,
                          apr_pool_t *p)
{
    found_t found = {"", "", 0, p};

    assert_int_equal(user_search_patterns(filter.patterns, words, p), APR_SUCCESS);
    filter.after_key = filter.after_key ? filter.after_key : "";
    assert_int_equal(people->list(db, &filter, 100, note, &found, p), APR_SUCCESS);
    return found.ids;
}

#define ANYBODY           \
    {                     \
        .is_disabled = -1 \
    }

static void test_list(void **state)
{
    static const struct {
        const char *words, *ids;
    } rows[] = {
        {"", "3 2 1 4"}, {"ann", "1"},       {"ANN smith", "1"}, {"smith ann", "1"},
        {"nn", ""},      {"example", "1 4"}, {"jorg", "3"},      {"JÖRG", "3"},
        {"boB", "2"},    {"100%", ""},       {"_", "3 2 1 4"},   {"ann@example.org", "1"},
        {"ann bob", ""},
    };
    static const struct {
        apr_int64_t id;
        const char *login, *display, *email;
    } all[] = {{1, "ann", "Zoë Smith", "ann@example.org"},
               {2, "bob", NULL, NULL},
               {3, "jorg", "Ärne Jörgsen", NULL},
               {4, "zz", NULL, "x@example.com"}};
    static const user_people_filter_t anybody = ANYBODY;
    bk_db_t *db = open_store(*state);
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(all); i++) {
        user_v1_t account = {.id = all[i].id,
                             .name = all[i].login,
                             .login = all[i].login,
                             .login_key = all[i].login,
                             .password_hash = "",
                             .display_name = all[i].display,
                             .email = all[i].email};

        assert_int_equal(people->add(db, &account, nowhere), APR_SUCCESS);
    }
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_string_equal(ids_of(db, anybody, rows[i].words, *state), rows[i].ids);
    }
}

/* What the base's verbs make and rename is found, too, and what they delete is not. */
static void test_list_base(void **state)
{
    static const user_people_filter_t anybody = ANYBODY;
    bk_db_t *db = open_store(*state);
    user_t user = {.id = 1, .name = "Ann", .email = "a@example.org", .password_hash = "hash"};

    assert_int_equal(base->insert(db, &user), APR_SUCCESS);
    user = (user_t){.id = 2, .name = "Cid", .password_hash = "hash"};
    assert_int_equal(base->insert_unique(db, &user), APR_SUCCESS);
    assert_string_equal(ids_of(db, anybody, "", *state), "1 2");
    assert_string_equal(ids_of(db, anybody, "ann example", *state), "1");
    assert_int_equal(base->rename(db, 1, "Dora", 0), APR_SUCCESS);
    assert_string_equal(ids_of(db, anybody, "", *state), "2 1");
    assert_string_equal(ids_of(db, anybody, "dora example", *state), "1");
    assert_int_equal(base->rename(db, 1, "Bea", 1), APR_SUCCESS);
    assert_string_equal(ids_of(db, anybody, "", *state), "1 2");
    assert_string_equal(ids_of(db, anybody, "dora", *state), "");
    assert_int_equal(base->remove(db, 1, 1), APR_SUCCESS);
    assert_string_equal(ids_of(db, anybody, "", *state), "2");
}

static void test_filters(void **state)
{
    static const char *const staff[] = {"staff", NULL};
    bk_db_t *db = open_store(*state);
    user_people_filter_t filter = ANYBODY;
    user_person_t person;

    assert_int_equal(make_group(db, "staff", NULL, 0), APR_SUCCESS);
    assert_int_equal(add(db, 1, "ann", 1, nowhere, *state), APR_SUCCESS);
    assert_int_equal(add(db, 2, "bob", 0, staff, *state), APR_SUCCESS);
    assert_int_equal(add(db, 3, "cid", 0, nowhere, *state), APR_SUCCESS);
    person = find(db, 3, *state);
    person.account.is_auditor = person.account.is_disabled = 1;
    assert_int_equal(people->change(db, &person.account, NULL, 1), APR_SUCCESS);
    filter.role = "admin";
    assert_string_equal(ids_of(db, filter, "", *state), "1");
    filter.role = "auditor";
    assert_string_equal(ids_of(db, filter, "", *state), "3");
    filter.role = "member";
    assert_string_equal(ids_of(db, filter, "", *state), "2");
    filter = (user_people_filter_t){.is_disabled = 1};
    assert_string_equal(ids_of(db, filter, "", *state), "3");
    filter.is_disabled = 0;
    assert_string_equal(ids_of(db, filter, "", *state), "1 2");
    filter = (user_people_filter_t){.is_disabled = -1, .group = "staff"};
    assert_string_equal(ids_of(db, filter, "", *state), "2");
}

/* Page by page, everybody comes once, also where several have one name. */
static void test_pages(void **state)
{
    enum { CROWD = 25 };
    bk_db_t *db = open_store(*state);
    user_people_filter_t filter = {.is_disabled = -1, .after_key = ""};
    found_t found = {"", "", 0, *state};
    int seen[CROWD + 1] = {0}, i, pages = 0, before;

    for (i = 1; i <= CROWD; i++) {
        user_t user = {.id = i, .name = i % 3 ? "Ann" : "Bob", .password_hash = "hash"};

        assert_int_equal(base->insert(db, &user), APR_SUCCESS);
    }
    assert_int_equal(user_search_patterns(filter.patterns, "", *state), APR_SUCCESS);
    do {
        before = (int)strlen(found.ids);
        assert_int_equal(people->list(db, &filter, 4, note, &found, *state), APR_SUCCESS);
        filter.after_key = found.key;
        filter.after_id = found.id;
    } while ((int)strlen(found.ids) > before && ++pages < 20);
    for (const char *at = found.ids; *at; at += strcspn(at, " "), at += *at == ' ') {
        seen[atoi(at)]++;
    }
    for (i = 1; i <= CROWD; i++) {
        assert_int_equal(seen[i], 1);
    }
    assert_int_equal(pages, 7);
}

/* ---- groups -------------------------------------------------------------------------------------
 */

static void test_group(void **state)
{
    static const apr_int64_t both[] = {1, 2}, second[] = {2}, stranger[] = {2, 9};
    bk_db_t *db = open_store(*state);
    user_group_t group = {.name = "staff", .description = "All who work here", .changed = 5};
    apr_int64_t missing = 0;

    assert_int_equal(add(db, 1, "ann", 0, nowhere, *state), APR_SUCCESS);
    assert_int_equal(add(db, 2, "bob", 0, nowhere, *state), APR_SUCCESS);
    assert_int_equal(groups->put(db, &group, both, 2, &missing), APR_SUCCESS);
    assert_int_equal(groups->put(db, &group, both, 2, &missing), USER_VERSION_MISMATCH);
    assert_int_equal(groups->find(db, "staff", &group, *state), APR_SUCCESS);
    assert_string_equal(group.description, "All who work here");
    assert_true(group.version == 1 && group.members == 2 && group.created == 5);
    assert_int_equal(find(db, 1, *state).account.version, 2);
    assert_int_equal(groups->put(db, &group, second, 1, &missing), APR_SUCCESS);
    assert_int_equal(groups->put(db, &group, second, 1, &missing), USER_VERSION_MISMATCH);
    assert_int_equal(find(db, 1, *state).account.version, 3);
    assert_null(find(db, 1, *state).local_groups);
    /* Who stays in a group is as before. */
    assert_int_equal(find(db, 2, *state).account.version, 2);
    group.version = 2;
    assert_int_equal(groups->put(db, &group, stranger, 2, &missing), USER_NO_MEMBER);
    assert_int_equal(missing, 9);
    assert_int_equal(groups->find(db, "staff", &group, *state), APR_SUCCESS);
    assert_true(group.version == 2 && group.members == 1);
    assert_int_equal(groups->remove(db, "staff", 1), USER_VERSION_MISMATCH);
    assert_int_equal(groups->remove(db, "staff", 2), APR_SUCCESS);
    assert_int_equal(groups->find(db, "staff", &group, *state), APR_NOTFOUND);
    assert_null(find(db, 2, *state).local_groups);
    assert_int_equal(find(db, 2, *state).account.version, 3);
}

static void test_too_many(void **state)
{
    static const apr_int64_t one[] = {1};
    const char *names[USER_PEOPLE_GROUPS + 2] = {NULL};
    bk_db_t *db = open_store(*state);
    user_group_t group = {.name = "one-more"};
    user_person_t person;
    apr_int64_t missing = 0;
    int i;

    assert_int_equal(add(db, 1, "ann", 0, nowhere, *state), APR_SUCCESS);
    assert_int_equal(make_group(db, "one-more", NULL, 0), APR_SUCCESS);
    for (i = 0; i < USER_PEOPLE_GROUPS; i++) {
        names[i] = apr_psprintf(*state, "g%d", i);
        assert_int_equal(make_group(db, names[i], one, 1), APR_SUCCESS);
    }
    group.version = 1;
    assert_int_equal(groups->put(db, &group, one, 1, &missing), USER_TOO_MANY_GROUPS);
    assert_int_equal(missing, 1);
    names[USER_PEOPLE_GROUPS] = "one-more";
    person = find(db, 1, *state);
    assert_int_equal(people->change(db, &person.account, names, 1), USER_TOO_MANY_GROUPS);
    assert_int_equal(add(db, 2, "bob", 0, names, *state), USER_TOO_MANY_GROUPS);
}

/* ---- at once ------------------------------------------------------------------------------------
 */

enum { THREADS = 8, ROUNDS = 25 };

typedef struct racer_t {
    pthread_t thread;
    bk_db_t *db;
    apr_pool_t *p;
    int number;
    int done, refused;
    apr_status_t failed;
} racer_t;

static void race(void **state, racer_t *racers, void *(*run)(void *))
{
    int i;

    for (i = 0; i < THREADS; i++) {
        racers[i] = (racer_t){.number = i, .db = open_store(*state)};
        assert_int_equal(apr_pool_create(&racers[i].p, NULL), APR_SUCCESS);
    }
    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&racers[i].thread, NULL, run, &racers[i]), 0);
    }
    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(racers[i].thread, NULL), 0);
        assert_int_equal(racers[i].failed, APR_SUCCESS);
        apr_pool_destroy(racers[i].p);
    }
}

/* Change the account, again and again, until it was done as often as it is to be. */
static void *count_up(void *baton)
{
    racer_t *racer = baton;
    user_person_t person;
    apr_status_t rv = APR_SUCCESS;

    while (racer->done < ROUNDS && rv == APR_SUCCESS) {
        memset(&person, 0, sizeof(person));
        rv = people->find(racer->db, 1, &person, racer->p);
        if (rv == APR_SUCCESS) {
            person.account.time_zone = apr_itoa(
                racer->p, atoi(person.account.time_zone ? person.account.time_zone : "0") + 1);
            rv = people->change(racer->db, &person.account, NULL, 1);
            racer->done += rv == APR_SUCCESS;
            rv = rv == USER_VERSION_MISMATCH ? APR_SUCCESS : rv;
        }
    }
    racer->failed = rv;
    return NULL;
}

static void test_no_change_is_lost(void **state)
{
    racer_t racers[THREADS];
    bk_db_t *db = open_store(*state);
    user_person_t person;

    assert_int_equal(add(db, 1, "ann", 0, nowhere, *state), APR_SUCCESS);
    race(state, racers, count_up);
    person = find(db, 1, *state);
    assert_int_equal(atoi(person.account.time_zone), THREADS * ROUNDS);
    assert_int_equal(person.account.version, 1 + THREADS * ROUNDS);
}

/* Each administrator gives up the role, by one of three ways: all but one of them can. */
static void *give_up(void *baton)
{
    racer_t *racer = baton;
    apr_int64_t id = 1 + racer->number;
    user_person_t person = {{0}};
    apr_status_t rv = people->find(racer->db, id, &person, racer->p);

    if (rv == APR_SUCCESS) {
        person.account.is_admin = racer->number % 3 == 1;
        person.account.is_disabled = racer->number % 3 == 1;
        rv = racer->number % 3 == 2 ? people->remove(racer->db, id, 1, 1)
                                    : people->change(racer->db, &person.account, NULL, 1);
    }
    racer->refused = rv == USER_LAST_ADMIN;
    racer->failed = racer->refused ? APR_SUCCESS : rv;
    return NULL;
}

static void test_one_admin_stays(void **state)
{
    racer_t racers[THREADS];
    bk_db_t *db = open_store(*state);
    int i, refused = 0;

    for (i = 0; i < THREADS; i++) {
        assert_int_equal(add(db, 1 + i, apr_itoa(*state, 100 + i), 1, nowhere, *state),
                         APR_SUCCESS);
    }
    race(state, racers, give_up);
    for (i = 0; i < THREADS; i++) {
        refused += racers[i].refused;
    }
    assert_int_equal(refused, 1);
}

/* Half of them change who is in the groups, the other half in which groups somebody is: nobody
 * waits for somebody who waits for them, for then the database would end one of both. */
static void *join_and_leave(void *baton)
{
    static const char *const names[] = {"one", "two", NULL};
    static const apr_int64_t ids[] = {1, 2};
    racer_t *racer = baton;
    apr_status_t rv = APR_SUCCESS;
    apr_int64_t missing;
    int i;

    for (i = 0; i < ROUNDS && rv == APR_SUCCESS; i++) {
        int which = (racer->number + i) % 2;
        user_person_t person = {{0}};
        user_group_t group;

        if (racer->number % 2) {
            rv = people->find(racer->db, 1 + which, &person, racer->p);
            rv = rv == APR_SUCCESS
                     ? people->change(racer->db, &person.account, i % 3 ? names : nowhere, 1)
                     : rv;
        }
        else {
            rv = groups->find(racer->db, names[which], &group, racer->p);
            rv = rv == APR_SUCCESS ? groups->put(racer->db, &group, ids, i % 3, &missing) : rv;
        }
        rv = rv == USER_VERSION_MISMATCH ? APR_SUCCESS : rv;
    }
    racer->failed = rv;
    return NULL;
}

static void test_no_deadlock(void **state)
{
    racer_t racers[THREADS];
    bk_db_t *db = open_store(*state);

    assert_int_equal(add(db, 1, "ann", 0, nowhere, *state), APR_SUCCESS);
    assert_int_equal(add(db, 2, "bob", 0, nowhere, *state), APR_SUCCESS);
    assert_int_equal(make_group(db, "one", NULL, 0), APR_SUCCESS);
    assert_int_equal(make_group(db, "two", NULL, 0), APR_SUCCESS);
    race(state, racers, join_and_leave);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_add, both_renew),
        cmocka_unit_test_setup(test_change, both_renew),
        cmocka_unit_test_setup(test_disabled, both_renew),
        cmocka_unit_test_setup(test_last_admin, both_renew),
        cmocka_unit_test_setup(test_removed, both_renew),
        cmocka_unit_test_setup(test_list, both_renew),
        cmocka_unit_test_setup(test_list_base, both_renew),
        cmocka_unit_test_setup(test_filters, both_renew),
        cmocka_unit_test_setup(test_pages, both_renew),
        cmocka_unit_test_setup(test_group, both_renew),
        cmocka_unit_test_setup(test_too_many, both_renew),
        cmocka_unit_test_setup(test_no_change_is_lost, both_renew),
        cmocka_unit_test_setup(test_one_admin_stays, both_renew),
        cmocka_unit_test_setup(test_no_deadlock, both_renew),
    };

    return both_run("people and groups", tests);
}
