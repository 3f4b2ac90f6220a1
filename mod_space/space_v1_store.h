/* space_v1_store: the verbs and records that API v1 needs of a store of spaces: the group
 * SPACE_STORE_V1, which only the store in a database has.
 *
 * A space is one row, whichever API made it: the base API's columns are part of it. Verbs are
 * called as those of space_store.h.
 */
#ifndef SPACE_V1_STORE_H
#define SPACE_V1_STORE_H

#include <apr_pools.h>

#include "bk_db.h"
#include "space_store.h"

/** The number of the group of verbs: bk_store_t.verbs. */
#define SPACE_STORE_V1 1

/** Results of verbs besides those of bk_db.h. */
#define SPACE_V1_STORE_NO_POLICY APR_ENOTEMPTY             /* there is no policy of that id */
#define SPACE_V1_STORE_NO_PART (APR_OS_START_USERERR + 1)  /* a part is no space */
#define SPACE_V1_STORE_CIRCULAR (APR_OS_START_USERERR + 2) /* it would be a part of itself */

/** A space. Texts of JSON are canonical only as far as this module writes them. */
typedef struct space_v1_t {
    const char *id;
    apr_int64_t room_code;              /* the number in room; 0: there is none */
    const char *building_code;          /* the building's name; "": none */
    apr_int64_t capacity;               /* 0 or more; or SPACE_NO_CAPACITY */
    const char *open_time, *close_time; /* of the base API: v1 leaves them as they are */
    const char *name;
    const char *floor, *room, *description; /* NULL: not given */
    const char *time_zone;                  /* of the IANA database */
    const char *features;                   /* JSON: an array of slugs */
    const char *attributes;                 /* JSON: an object of texts */
    const char *policy;                     /* its id, or NULL */
    const char *managers;                   /* JSON: an array of "user:ID" and "group:NAME" */
    const char *parts;                      /* JSON: an array of ids of spaces */
    int is_archived;
    const char *reason; /* why it was archived, or NULL */
    apr_int64_t sort_order;
    const char *sort_key;   /* of the name: bk_fold_sort() */
    const char *search;     /* bk_search_text() */
    apr_int64_t marks;      /* space_v1_marks() */
    apr_int64_t version;    /* counts changes, from 1 */
    apr_int64_t created_ns; /* nanoseconds since the epoch; BK_FIELD_NONE: before that was kept */
    apr_int64_t changed_ns;
} space_v1_t;

extern const bk_fields_t space_v1_fields;

/** A policy as it is stored. */
typedef struct space_policy_t {
    const char *id;
    const char *body;                   /* JSON, as bk_policy_input_read() takes it */
    const char *see;                    /* its member see: a JSON array of texts */
    apr_int64_t version;                /* counts changes, from 1 */
    apr_int64_t created_ns, changed_ns; /* nanoseconds since the epoch */
} space_policy_t;

extern const bk_fields_t space_policy_fields;

/** Who asks, as the database compares it with lists of persons and groups: each of "everyone",
 * "user:ID" and "group:NAME" with a '/' before it, and one at the end. */
typedef const char *space_v1_who_t;

/** Words of a search, and features, at the most. */
#define SPACE_V1_STORE_WORDS 8
#define SPACE_V1_STORE_FEATURES 8

typedef enum space_v1_sort_t {
    SPACE_V1_SORT_ORDER,    /* by sort_order, name, id */
    SPACE_V1_SORT_NAME,     /* by name, id */
    SPACE_V1_SORT_CAPACITY, /* by capacity, name, id; those without a capacity come last */
    SPACE_V1_SORTS
} space_v1_sort_t;

/** Where a page begins: behind the space with these values. Zeroes: at the beginning. */
typedef struct space_v1_place_t {
    apr_int64_t first;         /* sort_order, 0 or the capacity; SPACE_V1_NO_CAPACITY_PLACE: none */
    const char *sort_key, *id; /* NULL: at the beginning */
} space_v1_place_t;

/** Spaces without a capacity stand here when spaces are sorted by it. */
#define SPACE_V1_NO_CAPACITY_PLACE INT64_MAX

/** What is looked for. NULL, and -1 of numbers: whatever it is. */
typedef struct space_v1_filter_t {
    space_v1_who_t who; /* who sees the space; NULL: somebody who sees all */
    const char *ids;    /* JSON: an array of those that are looked for; not of facets */
    const char *building, *floor;
    apr_int64_t capacity_min, capacity_max;
    const char *policy;
    space_v1_who_t manager; /* who is one of its managers */
    int is_archived;
    const char *words[SPACE_V1_STORE_WORDS];       /* of bk_search_words(); NULL: no more */
    const char *features[SPACE_V1_STORE_FEATURES]; /* slugs in quotes; NULL: no more */
    const void *database; /* an address by which this process knows the database: which way to
                             search it is the shortest is then found out once in ten seconds; NULL:
                             each time */
} space_v1_filter_t;

/** A space that was found, with its policy if that was asked for. */
typedef struct space_v1_found_t {
    space_v1_t space;
    const char *policy_body; /* NULL: it has none, or that was not asked for */
    apr_int64_t policy_version;
    int is_public; /* everybody may see it; of a list it is not asked */
} space_v1_found_t;

/** How many spaces have this building, floor and features. */
typedef struct space_v1_facet_t {
    const char *building, *floor, *features; /* as in space_v1_t */
    apr_int64_t count;
} space_v1_facet_t;

/** Decide what becomes of a space. @param after  is equal to @a before, but for its version and
 * changed_ns, which are those of a changed one
 * @return APR_SUCCESS: write it; any other: write nothing, and the verb returns that */
typedef apr_status_t space_v1_edit_t(void *baton, const space_v1_t *before, space_v1_t *after,
                                     apr_pool_t *p);

typedef struct space_v1_store_verbs_t {
    /** Add a space. @return APR_EEXIST if the id is taken; SPACE_V1_STORE_NO_POLICY, _NO_PART,
     * _CIRCULAR */
    apr_status_t (*insert)(void *handle, const space_v1_t *space);

    /** Find a space that somebody may see.
     * @param who          NULL: somebody who sees all
     * @param with_policy  whether its policy is wanted, too
     * @return APR_NOTFOUND */
    apr_status_t (*find)(void *handle, const char *id, space_v1_who_t who, int with_policy,
                         space_v1_found_t *found, apr_pool_t *p);

    /** Change a space: read it, let the caller decide, and write it, with nobody in between. What
     * was decided on a version is only written to that version.
     * @param after  set to the space as it is then; if nothing was written, as it was
     * @return APR_NOTFOUND; what @a edit returned; as insert() */
    apr_status_t (*change)(void *handle, const char *id, space_v1_who_t who, space_v1_edit_t *edit,
                           void *baton, space_v1_t *after, apr_pool_t *p);

    /** Call a function for each space of a page, in order, until it returns other than APR_SUCCESS.
     * @param limit  how many at the most */
    apr_status_t (*each)(void *handle, const space_v1_filter_t *filter, space_v1_sort_t sort,
                         const space_v1_place_t *after, int limit, int with_policy,
                         apr_status_t (*row)(void *baton, const space_v1_found_t *found),
                         void *baton, apr_pool_t *p);

    /** Count spaces by building, floor and features, in no order; the same ones may come several
     * times, each with a part of the count. */
    apr_status_t (*facets)(void *handle, const space_v1_filter_t *filter,
                           apr_status_t (*row)(void *baton, const space_v1_facet_t *facet),
                           void *baton, apr_pool_t *p);

    /** Tell what state all spaces and policies are in: while it is the same text, nobody finds
     * anything else. @param stamp  set, in @a p */
    apr_status_t (*stamp)(void *handle, const char **stamp, apr_pool_t *p);
} space_v1_store_verbs_t;

/** The store in a database: handles are those of space_store_dbd. */
extern const space_v1_store_verbs_t space_v1_store_dbd;

#endif
