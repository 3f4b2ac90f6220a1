/* space_store_dbd_private: the migrations and statements of the store in a database, for its files
 * alone. A statement is called by its number. */
#ifndef SPACE_STORE_DBD_PRIVATE_H
#define SPACE_STORE_DBD_PRIVATE_H

#include "bk_db_keys.h"
#include "space_v1_store.h"

enum {
    SPACE_INSERT,         /* the fields of space_v1_fields */
    SPACE_FIND_BASE,      /* id: the fields of space_fields, policy, time_zone, managers */
    SPACE_FIND,           /* id, who, with policy: as SPACE_EACH */
    SPACE_FIND_TO_CHANGE, /* id, who: the fields of space_v1_fields; nobody else changes the space
                             until the transaction ends */
    SPACE_UPDATE,         /* the fields of space_v1_fields: writes to the version before it */
    SPACE_LOCK_PARTS,     /* until the transaction ends */
    SPACE_COUNT_MISSING,  /* parts: how many of them are no spaces */
    SPACE_COUNT_CIRCLES,  /* id, parts: whether it is among its parts, and theirs */
    /* By space_v1_sort_t: the filter, a place, a limit, with policy: a row as SPACE_FOUND_COLUMNS
       says. Marked: if the filter has marks. Of few: of what the index of words has, with three
       parameters for it behind. */
    SPACE_EACH,
    SPACE_EACH_MARKED = SPACE_EACH + SPACE_V1_SORTS,
    SPACE_EACH_OF_FEW = SPACE_EACH_MARKED + SPACE_V1_SORTS,
    SPACE_EACH_OF_IDS = SPACE_EACH_OF_FEW + SPACE_V1_SORTS, /* of ids, a JSON array behind */
    SPACE_COUNT_WORDS = SPACE_EACH_OF_IDS + SPACE_V1_SORTS, /* a query, SPACE_COUNTS ranges: how
                                                               many spaces each has, or SPACE_FEW */
    SPACE_FACETS,        /* the filter: building, floor, features, count */
    SPACE_FACETS_MARKED, /* as SPACE_EACH_MARKED */
    SPACE_FACETS_OF_FEW, /* as SPACE_EACH_OF_FEW */
    SPACE_STAMP,         /* a text */
    SPACE_POLICY_INSERT, /* the fields of space_policy_fields */
    SPACE_POLICY_FIND,   /* id: the same */
    SPACE_POLICY_LIST,   /* an id, a limit: the same, of those behind that id */
    SPACE_POLICY_UPDATE, /* id, body, see, version, changed_ns: writes to the version before it */
    SPACE_POLICY_REMOVE, /* id, version; 0: any */
    SPACE_POLICY_SPACES, /* id, a limit: ids of spaces */
    SPACE_KEYS,          /* those of bk_db_keys.h */
    SPACE_STATEMENTS = SPACE_KEYS + BK_DB_KEYS_COUNT
};

/** Parameters of a filter; its lists are filled up. */
enum { SPACE_FILTER_PARAMETERS = 11 + SPACE_V1_STORE_WORDS + SPACE_V1_STORE_FEATURES };

/** Ranges of words that are counted at once, and how many spaces are few: it takes SQLite as long
 * to look at each of these alone as at all of 5000 in an order, of which the first ones often do.
 */
#define SPACE_COUNTS 4
#define SPACE_FEW 300

/** Columns behind those of space_v1_fields: the policy's body and version, whether all see it. */
enum { SPACE_FOUND_BODY, SPACE_FOUND_VERSION, SPACE_FOUND_PUBLIC, SPACE_FOUND_COLUMNS };

/** The texts, by those numbers. */
extern const bk_db_sql_t space_store_dbd_statements[SPACE_STATEMENTS];

/** The steps that make the tables; the last has no text. */
extern const bk_db_sql_t space_store_dbd_migrations[];

/* What indexes, which migrations make, are of, and statements have to name in the same words, or
 * the indexes do not serve them. */

/* The capacity that spaces without one are sorted by: SPACE_V1_NO_CAPACITY_PLACE. */
#define SPACE_BY_CAPACITY "COALESCE(capacity, 9223372036854775807)"

/* How many characters of a word PostgreSQL's index has, and those of all words of a space. A cast
 * to VARCHAR cuts. */
#define SPACE_BEGINNING 3
#define SPACE_BEGINNINGS_PGSQL                                      \
    "array_to_tsvector(CAST(string_to_array(ltrim(search), ' ') AS" \
    " VARCHAR(" APR_STRINGIFY(SPACE_BEGINNING) ")[]))"

#endif
