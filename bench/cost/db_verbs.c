/* Why stores use bk_db and not apr_dbd's own verbs: the same reads by several threads of a process,
 * alone, and while one more thread writes, over the same SQLite file. apr_dbd's driver holds one
 * lock for the whole process around every call, the commit's wait for the disk included. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <apr_dbd.h>
#include <apr_general.h>
#include <apr_strings.h>

#include "bk_db.h"
#include "bk_time.h"

#define READERS 4
#define ROWS 1000
#define MILLISECONDS 1500
#define RUNS 3

enum { CREATE, READ, WRITE, STATEMENTS };

static const bk_db_sql_t steps[] = {
    {"CREATE TABLE pairs (k INTEGER PRIMARY KEY, v INTEGER NOT NULL)"}, {NULL}};
static const bk_db_sql_t statements[STATEMENTS] = {
    [CREATE] = {"INSERT INTO pairs (k, v) VALUES ($1, 0)"},
    [READ] = {"SELECT v FROM pairs WHERE k = $1"},
    [WRITE] = {"UPDATE pairs SET v = v + 1 WHERE k = $1"},
};
static const bk_db_schema_t schema = {"cost", STATEMENTS, statements, steps};
static const bk_db_options_t options = {BK_DB_SYNCHRONOUS_FULL, apr_time_from_sec(5), NULL};

static char path[] = "/tmp/bookable-cost-XXXXXX";
static atomic_int stop;
static int use_apr;

typedef struct worker_t {
    pthread_t thread;
    int writes;
    long done;
    apr_pool_t *pool;
    const apr_dbd_driver_t *driver;
    apr_dbd_t *handle;
    apr_dbd_prepared_t *read, *write;
    bk_db_t *db;
} worker_t;

static void fail(const char *what)
{
    fprintf(stderr, "db_verbs: %s\n", what);
    exit(EXIT_FAILURE);
}

static void connect_worker(worker_t *worker)
{
    apr_pool_create(&worker->pool, NULL);
    if (apr_dbd_get_driver(worker->pool, "sqlite3", &worker->driver) != APR_SUCCESS ||
        apr_dbd_open(worker->driver, worker->pool, path, &worker->handle) != APR_SUCCESS ||
        bk_db_attach(&worker->db, worker->driver, worker->handle, &schema, &options,
                     worker->pool) != APR_SUCCESS ||
        apr_dbd_prepare(worker->driver, worker->pool, worker->handle,
                        "SELECT v FROM pairs WHERE k = %d", NULL, &worker->read) ||
        apr_dbd_prepare(worker->driver, worker->pool, worker->handle,
                        "UPDATE pairs SET v = v + 1 WHERE k = %d", NULL, &worker->write)) {
        fail("no connection");
    }
}

static void by_apr(worker_t *worker, int key, apr_pool_t *p)
{
    apr_dbd_results_t *results = NULL;
    apr_dbd_row_t *row = NULL;
    const void *args[] = {&key};
    int rows;

    if (worker->writes) {
        (void)apr_dbd_pbquery(worker->driver, p, worker->handle, &rows, worker->write, args);
        return;
    }
    if (apr_dbd_pbselect(worker->driver, p, worker->handle, &results, worker->read, 0, args) == 0) {
        while (apr_dbd_get_row(worker->driver, p, results, &row, -1) == 0) {
        }
    }
}

static void by_bk(worker_t *worker, int key, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(key)};
    bk_db_value_t row;

    if (worker->writes) {
        (void)bk_db_write(worker->db, WRITE, args, 1, NULL);
    }
    else {
        (void)bk_db_read(worker->db, READ, args, 1, &row, 1, p);
    }
}

static void *run(void *data)
{
    worker_t *worker = data;
    unsigned int seed = (unsigned int)(size_t)worker;
    apr_pool_t *scratch;

    apr_pool_create(&scratch, worker->pool);
    for (worker->done = 0; !atomic_load(&stop); worker->done++) {
        int key = rand_r(&seed) % ROWS + 1;

        if (use_apr) {
            by_apr(worker, key, scratch);
        }
        else {
            by_bk(worker, key, scratch);
        }
        apr_pool_clear(scratch);
    }
    apr_pool_destroy(scratch);
    return NULL;
}

/* @return reads in a second; *writes, writes in a second */
static double measure(worker_t *workers, int apr, int with_writer, double *writes)
{
    int i, count = READERS + with_writer;
    long reads = 0;

    use_apr = apr;
    atomic_store(&stop, 0);
    for (i = 0; i < count; i++) {
        pthread_create(&workers[i].thread, NULL, run, &workers[i]);
    }
    usleep(MILLISECONDS * 1000);
    atomic_store(&stop, 1);
    for (i = 0; i < count; i++) {
        pthread_join(workers[i].thread, NULL);
        reads += workers[i].writes ? 0 : workers[i].done;
    }
    *writes = with_writer ? (double)workers[READERS].done * 1000 / MILLISECONDS : 0;
    return (double)reads * 1000 / MILLISECONDS;
}

int main(void)
{
    worker_t workers[READERS + 1] = {{0}};
    apr_pool_t *p;
    int i, run_number, fd = mkstemp(path);

    if (fd < 0 || close(fd) != 0) {
        fail("no file");
    }
    apr_initialize();
    apr_pool_create(&p, NULL);
    apr_dbd_init(p);
    for (i = 0; i <= READERS; i++) {
        connect_worker(&workers[i]);
        workers[i].writes = i == READERS;
    }
    for (i = 1; i <= ROWS; i++) {
        const bk_db_value_t args[] = {bk_db_int(i)};
        (void)bk_db_write(workers[0].db, CREATE, args, 1, NULL);
    }
    for (run_number = 0; run_number < RUNS; run_number++) {
        double writes_apr, writes_bk, none;
        double alone_apr = measure(workers, 1, 0, &none), alone_bk = measure(workers, 0, 0, &none);
        double with_apr = measure(workers, 1, 1, &writes_apr);
        double with_bk = measure(workers, 0, 1, &writes_bk);

        printf("reads/s by %d threads: apr_dbd %.0f, bk_db %.0f; while one thread writes: "
               "apr_dbd %.0f (and %.0f writes/s), bk_db %.0f (and %.0f writes/s)\n",
               READERS, alone_apr, alone_bk, with_apr, writes_apr, with_bk, writes_bk);
    }
    unlink(path);
    unlink(apr_pstrcat(p, path, "-wal", NULL));
    unlink(apr_pstrcat(p, path, "-shm", NULL));
    return EXIT_SUCCESS;
}
