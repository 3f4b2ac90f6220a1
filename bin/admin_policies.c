#include "admin_policies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_file_io.h>
#include <apr_strings.h>

#include "admin.h"
#include "admin_database.h"
#include "bk_json.h"
#include "bk_time.h"
#include "space_policy.h"
#include "space_policy_store.h"

#define FILE_MOST (16 * 1024 * 1024) /* bytes */

apr_status_t admin_policies_zone(const bk_zone_t **zone, const char *name)
{
    static bk_zone_cache_t *zones;
    apr_status_t rv = APR_SUCCESS;

    if (!zones) {
        apr_pool_t *p;

        rv = apr_pool_create(&p, NULL);
        if (rv == APR_SUCCESS) {
            rv = bk_zone_cache_make(&zones, p);
        }
    }
    return rv == APR_SUCCESS ? bk_zone_open(zone, zones, name) : rv;
}

/* ---- import -------------------------------------------------------------------------------------
 */

static const char *name_of(const char *path)
{
    return path ? path : "standard input";
}

/* @param path  NULL: standard input */
static int read_file(const char *path, const char **data, apr_size_t *len, apr_pool_t *p)
{
    apr_file_t *file;
    char *buffer = apr_palloc(p, FILE_MOST + 1), why[200];
    apr_status_t rv = path ? apr_file_open(&file, path, APR_FOPEN_READ, APR_OS_DEFAULT, p)
                           : apr_file_open_stdin(&file, p);

    if (rv == APR_SUCCESS) {
        rv = apr_file_read_full(file, buffer, FILE_MOST + 1, len);
    }
    if (rv != APR_SUCCESS && rv != APR_EOF) {
        return admin_fail(name_of(path), apr_strerror(rv, why, sizeof(why)));
    }
    *data = buffer;
    return *len > FILE_MOST ? admin_fail(name_of(path), "it is larger than 16 MiB") : EXIT_SUCCESS;
}

/* All faults of a policy, a line each. */
static int show_faults(const char *id, const bk_faults_t *faults)
{
    int i;

    for (i = 0; i < bk_fault_count(faults); i++) {
        const bk_fault_t *fault = bk_fault_at(faults, i);

        fprintf(stderr, "bookable-admin: %s: %s %s\n", id, fault->pointer, fault->detail);
    }
    return EXIT_FAILURE;
}

/* Read one of a file's policies. */
static int read_policy(const bk_json_value_t *value, apr_size_t number, space_policy_t *policy,
                       apr_pool_t *p)
{
    const char *where = apr_psprintf(p, "policy %" APR_SIZE_T_FMT " of the file", number + 1);
    const char *wrong;
    bk_faults_t faults;

    if (value->kind != BK_JSON_OBJECT ||
        bk_json_string(value->nested, "id", &policy->id, NULL) != BK_JSON_OK) {
        return admin_fail(where, "must be an object with an \"id\"");
    }
    wrong = space_policy_id_wrong(policy->id, p);
    if (wrong) {
        return admin_fail(where, apr_pstrcat(p, "its id ", wrong, NULL));
    }
    bk_fault_none(&faults, p);
    return space_policy_read(policy, value->nested, admin_policies_zone, &faults, p)
               ? EXIT_SUCCESS
               : show_faults(policy->id, &faults);
}

static int is_twice(const apr_array_header_t *policies, const char *id)
{
    int i, count = 0;

    for (i = 0; i < policies->nelts; i++) {
        count += strcmp(APR_ARRAY_IDX(policies, i, space_policy_t).id, id) == 0;
    }
    return count > 1;
}

/* Read all policies of a file. The faults of each of them are printed; with any fault, the whole
 * file is refused. */
static int read_policies(const char *path, apr_array_header_t *policies, apr_pool_t *p)
{
    const bk_json_t *object;
    const bk_json_value_t *list;
    const char *data = "", *why;
    apr_size_t len = 0, i;
    int result = read_file(path, &data, &len, p);

    if (result != EXIT_SUCCESS) {
        return result;
    }
    if (bk_json_parse(&object, data, len, &why, p) != BK_JSON_PARSED) {
        return admin_fail(name_of(path), why);
    }
    list = bk_json_member(object, "policies");
    if (!list || list->kind != BK_JSON_ARRAY) {
        return admin_fail(name_of(path), "it has no list \"policies\"");
    }
    for (i = 0; i < list->nested->count; i++) {
        space_policy_t *policy = apr_array_push(policies);

        if (read_policy(&list->nested->members[i], i, policy, p) != EXIT_SUCCESS) {
            result = EXIT_FAILURE;
            policy->id = "";
        }
        else if (is_twice(policies, policy->id)) {
            result = admin_fail(policy->id, "is there twice");
        }
    }
    return result;
}

/* Create a policy, or replace the one that is there, and say which. */
static apr_status_t put_policy(bk_db_t *db, space_policy_t *policy, apr_pool_t *p)
{
    space_policy_t found;
    apr_status_t rv = space_policy_store_dbd.find(db, policy->id, &found, p);

    policy->changed_ns = bk_time_now();
    if (rv == APR_NOTFOUND) {
        policy->version = 1;
        policy->created_ns = policy->changed_ns;
        printf("create %s\n", policy->id);
        return space_policy_store_dbd.insert(db, policy);
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (strcmp(found.body, policy->body) == 0) {
        printf("keep %s, which is the same\n", policy->id);
        return APR_SUCCESS;
    }
    policy->version = found.version + 1;
    printf("replace %s\n", policy->id);
    return space_policy_store_dbd.update(db, policy);
}

/* A transaction that is not to be kept ends as after an error. */
static apr_status_t put_policies(bk_db_t *db, const apr_array_header_t *policies, int is_dry,
                                 apr_pool_t *p)
{
    apr_status_t rv = bk_db_begin(db);
    int i;

    if (rv != APR_SUCCESS) {
        return rv;
    }
    for (i = 0; i < policies->nelts && rv == APR_SUCCESS; i++) {
        rv = put_policy(db, &APR_ARRAY_IDX(policies, i, space_policy_t), p);
    }
    if (rv == APR_SUCCESS && is_dry) {
        (void)bk_db_end(db, APR_EGENERAL);
        return APR_SUCCESS;
    }
    return bk_db_end(db, rv);
}

int admin_policies_import(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                          apr_pool_t *p)
{
    apr_array_header_t *policies = apr_array_make(p, 16, sizeof(space_policy_t));
    int is_dry = (settings->given & ADMIN_OPTIONS_DRY_RUN) != 0;
    apr_status_t rv;

    if (read_policies(words[1], policies, p) != EXIT_SUCCESS) {
        return admin_fail("nothing was imported", NULL);
    }
    rv = put_policies(db, policies, is_dry, p);
    if (rv == APR_NOTFOUND || rv == APR_EEXIST) {
        return admin_fail("somebody else changed a policy at the same time: nothing was imported",
                          NULL);
    }
    if (rv == APR_SUCCESS && is_dry) {
        puts("nothing was changed, as --dry-run says");
    }
    return admin_database_report(db, rv);
}

/* ---- export -------------------------------------------------------------------------------------
 */

typedef struct export_t {
    int count;
    apr_pool_t *p;
} export_t;

static apr_status_t print_policy(void *baton, const space_policy_t *policy)
{
    export_t *done = baton;
    bk_json_text_t text;
    apr_size_t len;

    bk_json_text_begin(&text, done->p);
    space_policy_write(&text, policy);
    printf("%s%s", done->count++ ? ",\n" : "", bk_json_text_end(&text, &len));
    return APR_SUCCESS;
}

int admin_policies_export(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                          apr_pool_t *p)
{
    export_t done = {0, p};
    apr_status_t rv;

    puts("{\"policies\":[");
    rv = space_policy_store_dbd.list(db, "", INT64_MAX, print_policy, &done, p);
    puts(done.count ? "\n]}" : "]}");
    return admin_database_report(db, rv);
}
