/* Prints a line for each migration step of each component and database: its digest, SHA-256 over
 * what the database is given. Whether a step has a function counts, what that does cannot. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_pools.h>
#include <openssl/evp.h>

#include "bk_db_driver.h"
#include "booking_store.h"
#include "product_store.h"
#include "space_store.h"
#include "user_store.h"

/* A NUL behind each text, so that a part that moves from one into the other is seen. */
static int add_text(EVP_MD_CTX *hash, const char *text, const bk_db_driver_t *driver, apr_pool_t *p)
{
    const char *sql = text ? bk_db_sql(text, NULL, driver->words, p) : "";

    return EVP_DigestUpdate(hash, sql, strlen(sql) + 1);
}

static int hash_step(EVP_MD_CTX *hash, const bk_db_sql_t *step, const bk_db_driver_t *driver,
                     unsigned char *digest, apr_pool_t *p)
{
    const char *run = step->run ? "run" : NULL;

    return EVP_DigestInit_ex(hash, EVP_sha256(), NULL) && add_text(hash, step->both, driver, p) &&
           add_text(hash, driver->own(step), driver, p) && add_text(hash, run, driver, p) &&
           EVP_DigestFinal_ex(hash, digest, NULL);
}

static void print_step(const char *component, int number, const bk_db_sql_t *step,
                       const bk_db_driver_t *driver, apr_pool_t *p)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    int i;

    if (!hash || !hash_step(hash, step, driver, digest, p)) {
        fputs("no memory for a digest\n", stderr);
        exit(EXIT_FAILURE);
    }
    EVP_MD_CTX_free(hash);
    printf("%s %d %s ", component, number, driver->name);
    for (i = 0; i < 32; i++) {
        printf("%02x", digest[i]);
    }
    putchar('\n');
}

static void print_steps(const bk_db_schema_t *schema, apr_pool_t *p)
{
    const bk_db_sql_t *step = schema->steps;

    for (; step->both || step->sqlite3 || step->pgsql || step->run; step++) {
        int number = (int)(step - schema->steps) + 1;

        print_step(schema->component, number, step, &bk_db_sqlite3, p);
#ifndef BK_WITHOUT_PGSQL
        print_step(schema->component, number, step, &bk_db_pgsql, p);
#endif
    }
}

int main(void)
{
    apr_pool_t *p;

    if (apr_initialize() != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS) {
        return EXIT_FAILURE;
    }
    print_steps(&user_store_dbd_schema, p);
    print_steps(&space_store_dbd_schema, p);
    print_steps(&booking_store_dbd_schema, p);
    print_steps(&product_store_dbd_schema, p);
    apr_terminate();
    return ferror(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
