/* bk_key_file: a secret key of 128 bits that hosts share, from a file.
 *
 * The file has one line of 32 hexadecimal digits, as "openssl rand -hex 16" writes them, and
 * belongs to root or to the user that starts httpd; no other user may be able to read it, because
 * anyone who can read the key can forge what it authenticates.
 */
#ifndef BK_KEY_FILE_H
#define BK_KEY_FILE_H

#include <apr_pools.h>

#include "bk_hash.h"

/**
 * Read a key.
 * @param path  of the file
 * @param p     for the reason
 * @return NULL; or what is wrong with the file, in a message that never contains any of its content
 */
const char *bk_key_file_read(bk_hash_key_t *key, const char *path, apr_pool_t *p);

#endif
