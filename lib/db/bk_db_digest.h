/* bk_db_digest: compares the rows of two tables, whatever their order.
 *
 * Each row is hashed by SHA-256 and the hashes are added up, word by word: a sum does not depend on
 * the order, and unlike XOR it counts a row that occurs twice. That detects mistakes; it does not
 * detect an attacker who chooses rows so that the sums are equal.
 *
 * The type of a value counts: 1 is not "1", and a NULL is not an empty text.
 */
#ifndef BK_DB_DIGEST_H
#define BK_DB_DIGEST_H

#include <stdint.h>

#include "bk_db.h"

#define BK_DB_DIGEST_WORDS 4

/** All zeros: the digest of a table without rows. */
typedef struct bk_db_digest_t {
    apr_int64_t rows;
    uint64_t sums[BK_DB_DIGEST_WORDS];
} bk_db_digest_t;

/**
 * Add a row.
 * @return APR_EGENERAL if there is no memory for the hash
 */
apr_status_t bk_db_digest_add(bk_db_digest_t *digest, const bk_db_value_t *row, int columns);

/** Tell whether two digests are equal. */
int bk_db_digest_equal(const bk_db_digest_t *one, const bk_db_digest_t *other);

#endif
