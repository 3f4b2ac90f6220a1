#include "bk_password_list.h"

#include <stdlib.h>
#include <string.h>

#include <apr_file_io.h>
#include <apr_lib.h>
#include <apr_strings.h>

#include "bk_hash.h"

/* Longer lines are skipped: bcrypt passwords have at most 72 bytes. */
#define LINE_BYTES 256

struct bk_password_list_t {
    bk_password_fold_t *fold;
    bk_hash_key_t key;
    apr_uint64_t *hashes; /* sorted */
    apr_size_t count;
};

static apr_uint64_t hash_of_bytes(const bk_password_list_t *list, const char *password,
                                  apr_size_t len)
{
    char lower[LINE_BYTES];
    apr_size_t i;

    for (i = 0; i < len; i++) {
        lower[i] = password[i] & 0x80 ? password[i] : (char)apr_tolower(password[i]);
    }
    return bk_hash(&list->key, lower, len);
}

/* A line that is not valid UTF-8 is hashed as it is. */
static apr_uint64_t hash_of(const bk_password_list_t *list, const char *password, apr_size_t len,
                            apr_pool_t *p)
{
    const char *folded;
    apr_size_t i = 0;

    while (i < len && !(password[i] & 0x80)) {
        i++;
    }
    if (i < len && list->fold(&folded, password, p) == APR_SUCCESS) {
        return bk_hash(&list->key, folded, strlen(folded));
    }
    return hash_of_bytes(list, password, len);
}

static int compare(const void *a, const void *b)
{
    apr_uint64_t x = *(const apr_uint64_t *)a, y = *(const apr_uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* The array doubles with realloc(), because a pool would keep each smaller copy. */
static apr_status_t add(bk_password_list_t *list, apr_size_t *room, apr_uint64_t hash)
{
    if (list->count == *room) {
        apr_size_t more = *room ? *room * 2 : 1024;
        apr_uint64_t *hashes = realloc(list->hashes, more * sizeof(*hashes));

        if (!hashes) {
            return APR_ENOMEM;
        }
        list->hashes = hashes;
        *room = more;
    }
    list->hashes[list->count++] = hash;
    return APR_SUCCESS;
}

static void cut_end(char *line)
{
    apr_size_t len = strlen(line);

    while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r')) {
        line[--len] = '\0';
    }
}

/* Some editors begin a file with an (invisible) byte order mark. */
static const char *behind_mark(const char *line)
{
    return strncmp(line, "\xef\xbb\xbf", 3) == 0 ? line + 3 : line;
}

static apr_status_t read_lines(bk_password_list_t *list, apr_file_t *file, apr_pool_t *p)
{
    char line[LINE_BYTES];
    const char *password;
    apr_size_t room = 0, len;
    int is_begun = 0, is_whole; /* 0: this is the end of an over-long line */
    apr_status_t rv = APR_SUCCESS;

    while (rv == APR_SUCCESS && (rv = apr_file_gets(line, sizeof(line), file)) == APR_SUCCESS) {
        len = strlen(line);
        is_whole = len < sizeof(line) - 1 || line[len - 1] == '\n';
        cut_end(line);
        password = list->count == 0 ? behind_mark(line) : line;
        if (is_whole && !is_begun && *password) {
            rv = add(list, &room, hash_of(list, password, strlen(password), p));
            apr_pool_clear(p);
        }
        is_begun = !is_whole;
    }
    return rv == APR_EOF ? APR_SUCCESS : rv;
}

static apr_status_t read_file(bk_password_list_t *list, const char *path, apr_pool_t *p)
{
    apr_file_t *file;
    apr_pool_t *of_line;
    apr_finfo_t info;
    apr_status_t rv = apr_stat(&info, path, APR_FINFO_TYPE, p);

    if (rv == APR_SUCCESS &&
        info.filetype != APR_REG) { /* reading a device or a pipe might never end */
        return info.filetype == APR_DIR ? EISDIR : APR_EGENERAL;
    }
    rv = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BUFFERED, 0, p);
    if (rv == APR_SUCCESS) {
        apr_pool_create(&of_line, p);
        rv = read_lines(list, file, of_line);
        apr_pool_destroy(of_line);
        apr_file_close(file);
    }
    return rv == APR_SUCCESS && list->count == 0 ? APR_EGENERAL : rv;
}

apr_status_t bk_password_list_read(const bk_password_list_t **result, const char *path,
                                   bk_password_fold_t *fold, apr_pool_t *p)
{
    bk_password_list_t *list = apr_pcalloc(p, sizeof(*list));
    apr_uint64_t *hashes;
    apr_status_t rv = bk_hash_key_make(&list->key);

    list->fold = fold;
    if (rv == APR_SUCCESS) {
        rv = read_file(list, path, p);
    }
    hashes = list->hashes;
    if (rv == APR_SUCCESS) {
        qsort(hashes, list->count, sizeof(*hashes), compare);
        list->hashes = apr_pmemdup(p, hashes, list->count * sizeof(*hashes));
        *result = list;
    }
    free(hashes);
    return rv;
}

apr_size_t bk_password_list_count(const bk_password_list_t *list)
{
    return list->count;
}

int bk_password_list_has(const bk_password_list_t *list, const char *password, apr_pool_t *p)
{
    apr_size_t len = strlen(password);
    apr_uint64_t hash;

    if (len >= LINE_BYTES) {
        return 0;
    }
    hash = hash_of(list, password, len, p);
    return bsearch(&hash, list->hashes, list->count, sizeof(hash), compare) != NULL;
}
