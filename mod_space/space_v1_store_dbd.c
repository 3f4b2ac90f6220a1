#include "space_v1_store.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_db_fields.h"
#include "bk_time.h"
#include "space_store_dbd_private.h"
#include "space_v1_marks.h"
#include "space_v1_words.h"

/* ---- reading ------------------------------------------------------------------------------------
 */

static bk_db_value_t bind_text(const char *text)
{
    return bk_db_text(text ? text : "");
}

/* The parts of a list as one text, with a line feed between two: none of them has any. */
static const char *join(const char *const *parts, int most, apr_pool_t *p)
{
    const char *joined = "";
    int i;

    for (i = 0; i < most && parts[i]; i++) {
        joined = apr_pstrcat(p, joined, i ? "\n" : "", parts[i], NULL);
    }
    return joined;
}

/* Whether PostgreSQL's index, which is asked for all words, leaves nothing to look for in the text:
 * of a longer word it has the beginning alone, and of several words at once it does not know
 * whether they stand side by side. */
static int is_decided(const char *words)
{
    return !strchr(words + 1, ' ') && !words[1 + space_v1_words_beginning(words + 1)];
}

/* The words that are looked for in the text, without gaps. */
static void bind_words_of_text(bk_db_value_t *args, const space_v1_filter_t *filter, int by_index)
{
    int i, count = 0;

    for (i = 0; i < SPACE_V1_STORE_WORDS && filter->words[i]; i++) {
        if (!by_index || !is_decided(filter->words[i])) {
            args[count++] = bk_db_text(filter->words[i]);
        }
    }
    while (count < SPACE_V1_STORE_WORDS) {
        args[count++] = bk_db_text("");
    }
}

/* @param args      SPACE_FILTER_PARAMETERS of them
 * @param by_index  whether the index of words is asked for the spaces. SQLite's, which is asked for
 *                  one word, takes the list of all */
static void bind_filter(bk_db_value_t *args, const space_v1_filter_t *filter, int by_index,
                        apr_pool_t *p)
{
    int i;

    *args++ = bind_text(filter->who);
    *args++ = bind_text(filter->building);
    *args++ = bind_text(filter->floor);
    *args++ = bk_db_int(filter->capacity_min);
    *args++ = bk_db_int(filter->capacity_max);
    *args++ = bind_text(filter->policy);
    *args++ = bind_text(filter->manager);
    *args++ = bk_db_int(filter->is_archived);
    bind_words_of_text(args, filter, by_index);
    args += SPACE_V1_STORE_WORDS;
    for (i = 0; i < SPACE_V1_STORE_FEATURES; i++) {
        *args++ = bind_text(filter->features[i]);
    }
    *args++ = bk_db_text(join(filter->words, SPACE_V1_STORE_WORDS, p));
    *args++ = bk_db_text(join(filter->features, SPACE_V1_STORE_FEATURES, p));
    *args++ = bk_db_int(space_v1_marks_of_filter(filter));
}

/* @param behind  the parameter behind those of the filter, of which the last are its marks */
static int has_marks(const bk_db_value_t *behind)
{
    return behind[-1].number != 0;
}

/* Parameters of what the index of words is asked for. */
enum { WORDS = 3 };

static void bind_words(bk_db_value_t *args, const space_v1_words_t *words)
{
    *args++ = bk_db_text(words->query);
    *args++ = bk_db_text(words->from);
    *args++ = bk_db_text(words->to);
}

static void read_found(space_v1_found_t *found, const bk_db_value_t *row)
{
    const bk_db_value_t *more = row + space_v1_fields.count;

    bk_db_fields_of_row(&found->space, &space_v1_fields, row);
    found->policy_body = more[SPACE_FOUND_BODY].text;
    found->policy_version = more[SPACE_FOUND_VERSION].number;
    found->is_public = more[SPACE_FOUND_PUBLIC].number != 0;
}

static apr_status_t find(void *handle, const char *id, space_v1_who_t who, int with_policy,
                         space_v1_found_t *found, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(id), bind_text(who), bk_db_int(with_policy != 0)};
    bk_db_value_t row[BK_FIELDS_MOST];
    apr_status_t rv = bk_db_find(handle, SPACE_FIND, args, 3, row,
                                 space_v1_fields.count + SPACE_FOUND_COLUMNS, p);

    if (rv == APR_SUCCESS) {
        read_found(found, row);
    }
    return rv;
}

typedef struct each_t {
    apr_status_t (*row)(void *baton, const space_v1_found_t *found);
    void *baton;
} each_t;

static apr_status_t each_row(void *baton, const bk_db_value_t *row)
{
    const each_t *each = baton;
    space_v1_found_t found;

    read_found(&found, row);
    return each->row(each->baton, &found);
}

/* A text that is no UTF-8 is in no row. */
static apr_status_t each(void *handle, const space_v1_filter_t *filter, space_v1_sort_t sort,
                         const space_v1_place_t *after, int limit, int with_policy,
                         apr_status_t (*row)(void *baton, const space_v1_found_t *found),
                         void *baton, apr_pool_t *p)
{
    bk_db_value_t args[SPACE_FILTER_PARAMETERS + 5 + WORDS], *page = args + SPACE_FILTER_PARAMETERS;
    each_t calls = {row, baton};
    space_v1_words_t words = {0};
    int pages, more = 0;
    apr_status_t rv = filter->ids ? APR_SUCCESS : space_v1_words(handle, filter, &words, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    bind_filter(args, filter, words.are_few, p);
    pages = has_marks(page) ? SPACE_EACH_MARKED : SPACE_EACH;
    page[0] = bk_db_int(after->id ? after->first : INT64_MIN);
    page[1] = bind_text(after->sort_key);
    page[2] = bind_text(after->id);
    page[3] = bk_db_int(limit);
    page[4] = bk_db_int(with_policy != 0);
    if (filter->ids) {
        page[5] = bk_db_text(filter->ids);
        pages = SPACE_EACH_OF_IDS;
        more = 1;
    }
    else if (words.are_few) {
        bind_words(page + 5, &words);
        pages = SPACE_EACH_OF_FEW;
        more = WORDS;
    }
    return bk_db_each(handle, pages + (int)sort, args, SPACE_FILTER_PARAMETERS + 5 + more,
                      space_v1_fields.count + SPACE_FOUND_COLUMNS, each_row, &calls, p);
}

typedef struct facets_t {
    apr_status_t (*row)(void *baton, const space_v1_facet_t *facet);
    void *baton;
} facets_t;

static apr_status_t facet_row(void *baton, const bk_db_value_t *row)
{
    const facets_t *facets = baton;
    const space_v1_facet_t facet = {row[0].text, row[1].text, row[2].text, row[3].number};

    return facets->row(facets->baton, &facet);
}

static apr_status_t facets(void *handle, const space_v1_filter_t *filter,
                           apr_status_t (*row)(void *baton, const space_v1_facet_t *facet),
                           void *baton, apr_pool_t *p)
{
    bk_db_value_t args[SPACE_FILTER_PARAMETERS + WORDS];
    facets_t calls = {row, baton};
    space_v1_words_t words;
    apr_status_t rv = space_v1_words(handle, filter, &words, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    bind_filter(args, filter, words.are_few, p);
    if (words.are_few) {
        bind_words(args + SPACE_FILTER_PARAMETERS, &words);
        return bk_db_each(handle, SPACE_FACETS_OF_FEW, args, SPACE_FILTER_PARAMETERS + WORDS, 4,
                          facet_row, &calls, p);
    }
    return bk_db_each(
        handle, has_marks(args + SPACE_FILTER_PARAMETERS) ? SPACE_FACETS_MARKED : SPACE_FACETS,
        args, SPACE_FILTER_PARAMETERS, 4, facet_row, &calls, p);
}

static apr_status_t stamp(void *handle, const char **text, apr_pool_t *p)
{
    bk_db_value_t value;
    apr_status_t rv = bk_db_read(handle, SPACE_STAMP, NULL, 0, &value, 1, p);

    *text = rv == APR_SUCCESS ? value.text : NULL;
    return rv;
}

/* ---- writing ------------------------------------------------------------------------------------
 */

static apr_status_t count(bk_db_t *db, int statement, const bk_db_value_t *args, int args_count,
                          apr_int64_t *number, apr_pool_t *p)
{
    bk_db_value_t value = {BK_DB_INT, 0, NULL, 0};
    apr_status_t rv = bk_db_read(db, statement, args, args_count, &value, 1, p);

    *number = value.number;
    return rv;
}

/* Check that a space's parts exist, and that it is in none of them. Call within a transaction: the
 * lock makes two that give a space parts do so one after the other, each seeing what the other
 * wrote. */
static apr_status_t check_parts(bk_db_t *db, const space_v1_t *space, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(space->id), bk_db_text(space->parts)};
    apr_int64_t number;
    apr_status_t rv = count(db, SPACE_LOCK_PARTS, NULL, 0, &number, p);

    if (rv == APR_SUCCESS) {
        rv = count(db, SPACE_COUNT_CIRCLES, args, 2, &number, p);
    }
    if (rv == APR_SUCCESS && number > 0) {
        return SPACE_V1_STORE_CIRCULAR;
    }
    if (rv == APR_SUCCESS) {
        rv = count(db, SPACE_COUNT_MISSING, args + 1, 1, &number, p);
    }
    return rv == APR_SUCCESS && number > 0 ? SPACE_V1_STORE_NO_PART : rv;
}

static apr_status_t insert_with_parts(bk_db_t *db, const space_v1_t *space, apr_pool_t *p)
{
    apr_status_t rv = bk_db_begin(db);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = check_parts(db, space, p);
    if (rv == APR_SUCCESS) {
        rv = bk_db_fields_write(db, SPACE_INSERT, &space_v1_fields, space, NULL);
    }
    return bk_db_end(db, rv);
}

static apr_status_t insert(void *handle, const space_v1_t *space)
{
    apr_pool_t *p;
    apr_status_t rv;

    if (strcmp(space->parts, "[]") == 0) {
        return bk_db_fields_write(handle, SPACE_INSERT, &space_v1_fields, space, NULL);
    }
    rv = apr_pool_create(&p, NULL);
    if (rv == APR_SUCCESS) {
        rv = insert_with_parts(handle, space, p);
        apr_pool_destroy(p);
    }
    return rv;
}

/* Write what was decided. Call within a transaction, after the row was read to be changed. */
static apr_status_t update(bk_db_t *db, const space_v1_t *before, const space_v1_t *after,
                           apr_pool_t *p)
{
    apr_int64_t changed = 0;
    apr_status_t rv = APR_SUCCESS;

    if (strcmp(before->parts, after->parts) != 0) {
        rv = check_parts(db, after, p);
    }
    if (rv == APR_SUCCESS) {
        rv = bk_db_fields_write(db, SPACE_UPDATE, &space_v1_fields, after, &changed);
    }
    return rv == APR_SUCCESS && changed == 0 ? APR_NOTFOUND : rv;
}

static apr_status_t change(void *handle, const char *id, space_v1_who_t who, space_v1_edit_t *edit,
                           void *baton, space_v1_t *after, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(id), bind_text(who)};
    space_v1_t before;
    apr_status_t rv = bk_db_begin(handle);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_db_fields_find(handle, SPACE_FIND_TO_CHANGE, args, 2, &space_v1_fields, &before, p);
    if (rv == APR_SUCCESS) {
        *after = before;
        after->version++;
        after->changed_ns = bk_time_now();
        rv = edit(baton, &before, after, p);
        if (rv == APR_SUCCESS) {
            rv = update(handle, &before, after, p);
        }
        if (rv != APR_SUCCESS) {
            *after = before;
        }
    }
    return bk_db_end(handle, rv);
}

const space_v1_store_verbs_t space_v1_store_dbd = {.insert = insert,
                                                   .find = find,
                                                   .change = change,
                                                   .each = each,
                                                   .facets = facets,
                                                   .stamp = stamp};
