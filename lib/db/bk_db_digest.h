/* bk_db_digest: whether two tables have the same rows, in whatever order each database gives them.
 *
 * Each row is hashed by SHA-256 and the hashes are added up, word by word: a sum knows no order,
 * and unlike XOR it counts a row that is there twice. That is enough against mistakes; against
 * somebody who chooses rows to make sums meet, it is not.
 *
 * A value counts with its type: 1 is not "1", and a NULL is not an empty text.
 */
#ifndef BK_DB_DIGEST_H
#define BK_DB_DIGEST_H

#include <stdint.h>

#include "bk_db.h"

#define BK_DB_DIGEST_WORDS 4

/** All zero: of a table without rows. */
typedef struct bk_db_digest_t {
    apr_int64_t rows;
    uint64_t sums[BK_DB_DIGEST_WORDS];
} bk_db_digest_t;

/**
 * Count a row in.
 * @return APR_EGENERAL if it could not be hashed, for want of memory
 */
apr_status_t bk_db_digest_add(bk_db_digest_t *digest, const bk_db_value_t *row, int columns);

/** Whether two are of the same rows. */
int bk_db_digest_equal(const bk_db_digest_t *one, const bk_db_digest_t *other);

#endif
