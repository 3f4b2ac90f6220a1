#include "bk_key_file.h"

#include <string.h>
#include <unistd.h>

#include <apr_escape.h>
#include <apr_file_io.h>
#include <apr_strings.h>

#define DIGITS (2 * sizeof(bk_hash_key_t))
#define OTHERS (APR_FPROT_GREAD | APR_FPROT_GWRITE | APR_FPROT_WREAD | APR_FPROT_WWRITE)

/* @return NULL, or what is wrong with who may read or write the file */
static const char *check_access(apr_file_t *file, apr_pool_t *p)
{
    apr_finfo_t info;
    apr_status_t rv = apr_file_info_get(
        &info, APR_FINFO_TYPE | APR_FINFO_PROT | APR_FINFO_USER | APR_FINFO_SIZE, file);

    if (rv != APR_SUCCESS) {
        return "cannot be looked at";
    }
    if (info.filetype != APR_REG) {
        return "is no plain file";
    }
    if (info.protection & OTHERS) {
        return apr_psprintf(
            p,
            "can be read or written by others (mode %x): chmod 600, and if they had "
            "it, another key",
            (unsigned int)(info.protection & 0xfff));
    }
    if (info.user != 0 && info.user != geteuid()) {
        return "must belong to root or to the user that starts httpd";
    }
    return NULL;
}

/* @param line  set to the line, with room for one character more than a valid line has */
static const char *read_line(char *line, apr_size_t room, apr_file_t *file)
{
    apr_size_t len;
    apr_status_t rv = apr_file_read_full(file, line, room - 1, &len);

    if (rv != APR_SUCCESS && rv != APR_EOF) {
        return "cannot be read";
    }
    line[len] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    return NULL;
}

static const char *read_key(bk_hash_key_t *key, apr_file_t *file, apr_pool_t *p)
{
    char line[DIGITS + 3];
    const char *wrong = check_access(file, p);
    apr_size_t len = 0;

    if (!wrong) {
        wrong = read_line(line, sizeof(line), file);
    }
    if (!wrong && (strlen(line) != DIGITS ||
                   apr_unescape_hex(key, line, APR_ESCAPE_STRING, 0, &len) != APR_SUCCESS ||
                   len != sizeof(*key))) {
        wrong = "must hold 32 hexadecimal digits, as 'openssl rand -hex 16' writes them";
    }
    return wrong;
}

const char *bk_key_file_read(bk_hash_key_t *key, const char *path, apr_pool_t *p)
{
    apr_file_t *file;
    const char *wrong;
    char text[120];
    apr_status_t rv =
        apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_NONBLOCK, APR_FPROT_OS_DEFAULT, p);

    if (rv != APR_SUCCESS) {
        return apr_psprintf(p, "'%s' cannot be read: %s", path,
                            apr_strerror(rv, text, sizeof(text)));
    }
    wrong = read_key(key, file, p);
    apr_file_close(file);
    return wrong ? apr_psprintf(p, "'%s' %s", path, wrong) : NULL;
}
