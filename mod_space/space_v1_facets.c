#include "space_v1_facets.h"

#include <stdlib.h>
#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_tables.h>

#include "bk_fold.h"
#include "bk_json_text.h"

/* Bytes of a building and a floor of 100 and 50 characters; what is longer is counted together. */
#define KEY_MOST 640

/* A name, with its count. */
typedef struct count_t {
    const char *outer; /* of a floor, its building; or NULL */
    const char *name;
    const char *outer_key, *key; /* what they are sorted by */
    apr_int64_t count;
} count_t;

typedef struct counts_t {
    apr_hash_t *by_name;      /* count_t, by name */
    apr_array_header_t *list; /* count_t * */
} counts_t;

struct space_v1_facets_t {
    apr_pool_t *p;
    counts_t buildings, floors, features;
};

static void begin(counts_t *counts, apr_pool_t *p)
{
    counts->by_name = apr_hash_make(p);
    counts->list = apr_array_make(p, 16, sizeof(count_t *));
}

space_v1_facets_t *space_v1_facets(apr_pool_t *p)
{
    space_v1_facets_t *facets = apr_pcalloc(p, sizeof(*facets));

    facets->p = p;
    begin(&facets->buildings, p);
    begin(&facets->floors, p);
    begin(&facets->features, p);
    return facets;
}

static const char *sort_key(const char *name, apr_pool_t *p)
{
    const char *key;

    return bk_fold_sort(&key, name, p) == APR_SUCCESS ? key : name;
}

/* The key of a name, and of its building, if it is a floor, as one text: no name has a line feed.
 * @param whole  KEY_MOST bytes. @return the key's length */
static apr_size_t join(char *whole, const char *outer, const char *name, apr_size_t len)
{
    apr_size_t outer_len = outer ? strlen(outer) : 0;

    outer_len = outer_len < KEY_MOST - 1 ? outer_len : KEY_MOST - 1;
    len = len < KEY_MOST - 1 - outer_len ? len : KEY_MOST - 1 - outer_len;
    memcpy(whole, outer ? outer : "", outer_len);
    whole[outer_len] = '\n';
    memcpy(whole + outer_len + 1, name, len);
    return outer_len + 1 + len;
}

/* The count of a name, and of its building, if it is a floor. */
static count_t *find(counts_t *counts, const char *outer, const char *name, apr_size_t len,
                     apr_pool_t *p)
{
    char whole[KEY_MOST];
    apr_size_t whole_len = join(whole, outer, name, len);
    count_t *found = apr_hash_get(counts->by_name, whole, (apr_ssize_t)whole_len);

    if (!found) {
        found = apr_pcalloc(p, sizeof(*found));
        found->outer = outer ? apr_pstrdup(p, outer) : NULL;
        found->name = apr_pstrmemdup(p, name, len);
        found->outer_key = sort_key(outer ? outer : "", p);
        found->key = sort_key(found->name, p);
        apr_hash_set(counts->by_name, apr_pmemdup(p, whole, whole_len), (apr_ssize_t)whole_len,
                     found);
        APR_ARRAY_PUSH(counts->list, count_t *) = found;
    }
    return found;
}

/* Features are slugs: no quote is in them, and none is escaped. */
void space_v1_facets_add(space_v1_facets_t *facets, const space_v1_facet_t *facet)
{
    apr_pool_t *p = facets->p;
    const char *at, *end;

    if (*facet->building) {
        find(&facets->buildings, NULL, facet->building, strlen(facet->building), p)->count +=
            facet->count;
    }
    if (facet->floor) {
        find(&facets->floors, facet->building, facet->floor, strlen(facet->floor), p)->count +=
            facet->count;
    }
    for (at = strchr(facet->features, '"'); at; at = strchr(end + 1, '"')) {
        end = at + 1 + strcspn(at + 1, "\"");
        find(&facets->features, NULL, at + 1, (apr_size_t)(end - at - 1), p)->count += facet->count;
        if (!*end) {
            break;
        }
    }
}

/* Names that are sorted alike are in the order of their bytes. */
static int compare(const void *a, const void *b)
{
    const count_t *one = *(const count_t *const *)a, *other = *(const count_t *const *)b;
    int order = strcmp(one->outer_key, other->outer_key);

    if (order == 0) {
        order = strcmp(one->key, other->key);
    }
    return order ? order : strcmp(one->name, other->name);
}

static void write_counts(bk_json_text_t *text, const char *name, const counts_t *counts,
                         int with_outer)
{
    int i;

    qsort(counts->list->elts, (size_t)counts->list->nelts, sizeof(count_t *), compare);
    bk_json_text_array(text, name);
    for (i = 0; i < counts->list->nelts; i++) {
        const count_t *count = APR_ARRAY_IDX(counts->list, i, count_t *);

        bk_json_text_object(text, NULL);
        if (with_outer) {
            bk_json_text_string(text, "building", *count->outer ? count->outer : NULL);
        }
        bk_json_text_string(text, "name", count->name);
        bk_json_text_int(text, "count", count->count);
        bk_json_text_object_end(text);
    }
    bk_json_text_array_end(text);
}

const char *space_v1_facets_json(space_v1_facets_t *facets, apr_size_t *len)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, facets->p);
    write_counts(&text, "buildings", &facets->buildings, 0);
    write_counts(&text, "floors", &facets->floors, 1);
    write_counts(&text, "features", &facets->features, 0);
    return bk_json_text_end(&text, len);
}
