#include "admin_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "admin.h"
#include "bk_text.h"

/* @return how many lines failed */
static int read_lines(FILE *in, int (*line)(void *baton, char *line, apr_pool_t *p), void *baton,
                      apr_pool_t *p)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t len;
    int number, failed = 0;
    apr_pool_t *own;

    apr_pool_create(&own, p);
    for (number = 1; (len = getline(&text, &room, in)) >= 0; number++) {
        int is_whole = strlen(text) == (size_t)len && bk_text_is_utf8(text);

        while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r')) {
            text[--len] = '\0';
        }
        if (len == 0 || *text == '#') {
            continue;
        }
        if (!is_whole || line(baton, text, own) != EXIT_SUCCESS) {
            failed++;
            (void)admin_fail(apr_psprintf(own, "line %d was left out", number),
                             is_whole ? NULL : "it is no UTF-8");
        }
        apr_pool_clear(own);
    }
    free(text);
    apr_pool_destroy(own);
    return failed;
}

int admin_lines_each(const char *file, int (*line)(void *baton, char *line, apr_pool_t *p),
                     void *baton, apr_pool_t *p)
{
    FILE *in = strcmp(file, "-") == 0 ? stdin : fopen(file, "r");
    int failed;

    if (!in) {
        return admin_fail(file, strerror(errno));
    }
    failed = read_lines(in, line, baton, p);
    if (ferror(in)) {
        failed = admin_fail(file, strerror(errno));
    }
    if (in != stdin) {
        fclose(in);
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
