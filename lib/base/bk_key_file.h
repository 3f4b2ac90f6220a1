/* bk_key_file: a secret key of 128 bits that hosts share, from a file.
 *
 * The file has one line of 32 hexadecimal digits, as "openssl rand -hex 16" writes them, and
 * belongs to root or to whoever starts httpd; nobody else can read it. Who can read it can make up
 * whatever is signed with it.
 */
#ifndef BK_KEY_FILE_H
#define BK_KEY_FILE_H

#include <apr_pools.h>

#include "bk_hash.h"

/**
 * Read a key.
 * @param path  of the file
 * @param p     for the reason
 * @return NULL; or what is wrong with the file, in words that never repeat what is in it
 */
const char *bk_key_file_read(bk_hash_key_t *key, const char *path, apr_pool_t *p);

#endif
