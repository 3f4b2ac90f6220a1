#include "bk_db_keys.h"

#include <string.h>

#include "bk_db_private.h"

/* The statements, counted from the schema's first. */
enum { CLAIM, FIND, KEEP, FORGET };

static int statement(const bk_db_t *db, int number)
{
    return db->schema->keys + number;
}

static bk_db_value_t hash_of(const bk_db_keys_t *key)
{
    return bk_db_bytes(key->hash, sizeof(key->hash));
}

/* Columns of FIND. */
enum { REQUEST, LOCATION, VERSION, BODY, ENDS, COLUMNS };

static apr_status_t find(bk_db_t *db, const bk_db_keys_t *key, bk_db_value_t row[COLUMNS],
                         apr_pool_t *p)
{
    const bk_db_value_t args[] = {hash_of(key)};

    return bk_db_find(db, statement(db, FIND), args, 1, row, COLUMNS, p);
}

static int is_same(const bk_db_keys_t *key, const bk_db_value_t *request)
{
    return request->type == BK_DB_BYTES && request->len == sizeof(key->request) &&
           memcmp(request->text, key->request, sizeof(key->request)) == 0;
}

static void read_answer(const bk_db_keys_t *key, const bk_db_value_t row[COLUMNS],
                        bk_db_keys_result_t *result, bk_db_keys_answer_t *answer)
{
    *result = is_same(key, &row[REQUEST]) ? BK_DB_KEYS_KEPT : BK_DB_KEYS_OTHER;
    *answer = (bk_db_keys_answer_t){row[LOCATION].text, row[VERSION].number, row[BODY].text};
}

int bk_db_keys_are_kept(const bk_db_t *db)
{
    return db->schema->keys != 0;
}

apr_status_t bk_db_keys_claim(bk_db_t *db, const bk_db_keys_t *key, apr_time_t now, apr_time_t ends,
                              bk_db_keys_result_t *result, bk_db_keys_answer_t *answer,
                              apr_pool_t *p)
{
    const bk_db_value_t old[] = {bk_db_int(now)};
    const bk_db_value_t args[] = {hash_of(key), bk_db_bytes(key->request, sizeof(key->request)),
                                  bk_db_int(ends), bk_db_int(now)};
    bk_db_value_t row[COLUMNS];
    apr_int64_t changed = 0;
    apr_status_t rv = bk_db_write(db, statement(db, FORGET), old, 1, NULL);

    if (rv == APR_SUCCESS) {
        rv = bk_db_write(db, statement(db, CLAIM), args, 4, &changed);
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (changed) {
        *result = BK_DB_KEYS_NEW;
        return APR_SUCCESS;
    }
    rv = find(db, key, row, p);
    if (rv == APR_SUCCESS) {
        read_answer(key, row, result, answer);
    }
    return rv;
}

apr_status_t bk_db_keys_look(bk_db_t *db, const bk_db_keys_t *key, apr_time_t now,
                             bk_db_keys_result_t *result, bk_db_keys_answer_t *answer,
                             apr_pool_t *p)
{
    bk_db_value_t row[COLUMNS];
    apr_status_t rv = find(db, key, row, p);

    *result = BK_DB_KEYS_NEW;
    if (rv == APR_SUCCESS && row[ENDS].number > now) {
        read_answer(key, row, result, answer);
    }
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

apr_status_t bk_db_keys_keep(bk_db_t *db, const bk_db_keys_t *key,
                             const bk_db_keys_answer_t *answer)
{
    const bk_db_value_t args[] = {hash_of(key), bk_db_text(answer->location),
                                  bk_db_int(answer->version), bk_db_text(answer->body)};

    return bk_db_write(db, statement(db, KEEP), args, 4, NULL);
}

apr_status_t bk_db_keys_find(bk_db_t *db, const bk_db_keys_t *key, apr_pool_t *p)
{
    bk_db_value_t row[COLUMNS];
    apr_status_t rv = find(db, key, row, p);

    return rv == APR_SUCCESS && !is_same(key, &row[0]) ? APR_NOTFOUND : rv;
}
