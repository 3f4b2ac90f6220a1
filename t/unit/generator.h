/* generator: the system's random generator, under a test's control.
 *
 * The linker takes this apr_generate_random_bytes() before APR's, so that a test may say what is
 * drawn, or that nothing can be. Included by one file of a program.
 */
#ifndef GENERATOR_H
#define GENERATOR_H

#include <string.h>
#include <sys/random.h>

#include <apr_errno.h>
#include <apr_general.h>

static struct {
    const void *script; /* what is drawn next; NULL: true randomness */
    apr_size_t len;     /* bytes left of it; a draw beyond fails with APR_EGENERAL */
    apr_size_t drawn;   /* bytes so far */
} generator;

static void generator_script(const void *script, apr_size_t len)
{
    generator.script = script;
    generator.len = len;
}

static void generator_true(void)
{
    generator.script = NULL;
}

apr_status_t apr_generate_random_bytes(unsigned char *bytes, apr_size_t len)
{
    generator.drawn += len;
    if (!generator.script) {
        return getrandom(bytes, len, 0) == (ssize_t)len ? APR_SUCCESS : APR_EGENERAL;
    }
    if (generator.len < len) {
        return APR_EGENERAL;
    }
    memcpy(bytes, generator.script, len);
    generator.script = (const char *)generator.script + len;
    generator.len -= len;
    return APR_SUCCESS;
}

#endif
